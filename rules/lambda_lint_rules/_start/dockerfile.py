"""The start plan as far as a Dockerfile tells it. What the build context or an unknown base may bring stays unknown."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from lambda_lint import (
    Cmd,
    Copy,
    Deployment,
    Dockerfile,
    Entrypoint,
    Env,
    From,
    Instruction,
    Location,
    Onbuild,
    Origin,
    Run,
    RuntimeConfig,
    Severity,
    SourceLocation,
    Stage,
    building,
    printable,
    regex,
)
from lambda_lint.building import Copied, Step
from lambda_lint_rules._clients import named_in, sees_the_image_only
from lambda_lint_rules._facts.adapter import PROGRAM
from lambda_lint_rules._facts.base_images import (
    BOOTSTRAP,
    ENTRYPOINT,
    RUNTIME_DIR,
    TASK_ROOT,
    AwsBase,
    base_config,
    recognise,
)
from lambda_lint_rules._facts.extensions import FOLDER
from lambda_lint_rules._facts.registries import is_official, split
from lambda_lint_rules._facts.servers import WEB_SERVERS
from lambda_lint_rules._start.expansion import within
from lambda_lint_rules._start.model import Client, Evidence, Handler, Hop, Role, StartPlan, Trouble, Verdict
from lambda_lint_rules._start.web_adapter import adapter, becomes_folder_name, misplaced

_LAUNCHERS_NAMES = """
exec tini dumb-init env nohup npx bunx -- run poetry pipenv uv pdm -m python python3
"""
_LAUNCHERS = frozenset(_LAUNCHERS_NAMES.split())
_OFFICIAL_PREFIXES = ("docker.io/library/", "public.ecr.aws/docker/library/", "mcr.microsoft.com/dotnet/")
_CLIENT_WORDS = regex(
    r"awslambdaric|aws-lambda-ric|aws_lambda_ric|lambda-runtime-interface-client|RuntimeSupport|lambda-adapter|"
    r"extensions|bootstrap|\bbref\b|lambdr|AWS_LWA_|2018-06-01",
    re.IGNORECASE,
)
# One of them is in each, and they are found much sooner.
_CLIENT_STEMS = ("lambd", "runtimesupport", "extensions", "bootstrap", "bref", "aws_lwa_", "2018-06-01")
_MAKES_FILES = regex(
    rf"bootstrap|{re.escape(RUNTIME_DIR)}|LAMBDA_RUNTIME_DIR|(?:^|[\s;&|])(?:\.{{0,2}}/\S|(?:ba|da)?sh\s|make\b|curl\b|wget\b|tar\b|unzip\b)"
)
# It names files and makes none.
_CHANGES_MODES = regex(r"\bchmod\s[^;&|\n]*")


def plan(dockerfile: Dockerfile, config: RuntimeConfig, deployment: Deployment) -> StartPlan:
    """The start plan of the final stage. UNKNOWN unless the Dockerfile itself gives the answer."""
    argv = _argv(config)
    base = recognise(config.base.value) if config.base is not None and config.base.value else None
    stages = dockerfile.final.lineage if dockerfile.final is not None else ()
    verdict, client, troubles, why = _verdict(dockerfile, deployment, config, argv, base)
    others: tuple[Client, ...] = ()
    if verdict is Verdict.ABSENT and base is not None and not base.os_only:
        verdict, others = Verdict.NOT_STARTED, (_client_of(base),)
    # The next build may bring what this one does not.
    whole = dockerfile.final is None or not dockerfile.final.every(Onbuild)
    # adapter-without-server tells of a server's command that a client takes for a handler's name.
    served = client is not None and client.path == BOOTSTRAP and bool(client.language) and adapter(stages) is not None
    if verdict is not Verdict.STUCK and stages and whole and not served:
        troubles = (*troubles, *_beside(dockerfile, deployment, config, argv, base, client))
    if client is not None and client.name == "aws-lambda-ric":
        troubles = (*troubles, *_elsewhere(dockerfile, config, deployment))
    if client is not None and client.name == "aws_lambda_ric":
        troubles = (*troubles, *_in_bundle(config, argv, stages))
    if client is not None and client.name in {"awslambdaric", "aws-lambda-ric"}:
        steps = _steps(dockerfile, deployment)
        troubles = (*troubles, *_in_usr_local(config, argv, steps))
        troubles = (*troubles, *(_never_brought(config, argv, client, steps) if whole else ()))
    command = config.command.value
    handler = None
    if client is not None and not served and command is not None and not command.shell and len(command.args) == 1:
        handler = Handler(command.args[0], client.language, (config.workdir.value or "/",), known=False)
    return StartPlan(
        argv=argv,
        workdir=config.workdir.value or "/",
        verdict=verdict,
        origin=origin(config),
        hops=_hops(argv, client),
        program=server(argv) or (printable(argv[0]) if argv else ""),
        client=client,
        others=others,
        handler=handler,
        base=str(base) if base is not None else (config.base.value or "") if config.base is not None else "",
        why=why,
        troubles=troubles,
    )


def _beside(
    dockerfile: Dockerfile,
    deployment: Deployment,
    config: RuntimeConfig,
    argv: tuple[str, ...],
    base: AwsBase | None,
    client: Client | None,
) -> tuple[Trouble, ...]:
    # What looks into files is loaded only when there are some.
    if client is not None and base is not None and client.path == BOOTSTRAP and base.language in {"java", "dotnet"}:
        from lambda_lint_rules._start import compiled

        return compiled.troubles(dockerfile, deployment, config, base)
    if client is None and not (argv and "/" in argv[0]):
        return ()
    if not building.shows_files(dockerfile, base_config, deployment):
        return ()
    from lambda_lint_rules._start import beside

    return beside.troubles(dockerfile, deployment, beside.Start(dockerfile.path, config, argv, base, client))


_NODE_CLIENT_4 = regex(r"\baws-lambda-ric@[\^~]?4\b")
_VERSION_4 = regex(r"\s*(?:[\^~v=]|>=)?\s*4\b(?!.*\|\|)")


def _elsewhere(dockerfile: Dockerfile, config: RuntimeConfig, deployment: Deployment) -> Iterator[Trouble]:
    """Version 4 of the client for Node.js looks below /var/task, where a Dockerfile keeps its code somewhere else."""
    workdir, command = config.workdir.value, config.command.value
    if workdir is None or within(workdir, TASK_ROOT) or "LAMBDA_TASK_ROOT" in config.env:
        return
    if command is None or command.shell or command.args[-1:] == () or command.args[-1].startswith("/"):
        return
    runs = dockerfile.every(Run)
    if any(TASK_ROOT in run.text for run in runs):
        return
    if any(TASK_ROOT in each.destination.text for each in dockerfile.every(Copy)):
        return
    named = any(_NODE_CLIENT_4.search(run.text) for run in runs)
    if not named and not _declares_4(dockerfile, workdir, deployment):
        return
    place = f"in {TASK_ROOT} whatever WORKDIR is, and WORKDIR is {printable(workdir)}"
    yield Trouble(
        "handler-not-found",
        f"aws-lambda-ric 4 looks for the handler {place}",
        config.command.location,
        f"put the code into {TASK_ROOT}, or install aws-lambda-ric@3",
        Severity.WARNING,
    )


def _declares_4(dockerfile: Dockerfile, folder: str, deployment: Deployment) -> bool:
    """Whether the package.json in a folder of the image asks for version 4."""
    from lambda_lint_rules._start import built  # for few Dockerfiles only

    stage = building.stages(dockerfile, deployment)[-1]
    return _VERSION_4.match(built.declared(dockerfile, deployment, stage, folder, "aws-lambda-ric") or "") is not None


_RUBY_CLIENT = "/usr/local/bin/aws_lambda_ric"
_MOVES_PROGRAMS = regex(r"/usr/local/bin|GEM_HOME|BUNDLE_|binstubs|bindir|--path|\s-n\s|/usr/local\b(?!/bundle)")


def _in_bundle(config: RuntimeConfig, argv: tuple[str, ...], stages: tuple[Stage, ...]) -> Iterator[Trouble]:
    """The official images of Ruby put the programs of gems into /usr/local/bundle/bin."""
    base = (config.base.value if config.base is not None else None) or ""
    if argv[:1] != (_RUBY_CLIENT,) or not is_official(base) or posixpath.basename(split(base).path) != "ruby":
        return
    made = (each for stage in stages for each in stage.instructions if not isinstance(each, From | Entrypoint | Cmd))
    if any(_MOVES_PROGRAMS.search(each.text) for each in made):
        return
    yield Trouble(
        "entrypoint-not-found",
        f"the image of Ruby has the programs of gems in /usr/local/bundle/bin, so {_RUBY_CLIENT} is not there",
        origin(config),
        'write ENTRYPOINT ["aws_lambda_ric"]',
        Severity.WARNING,
    )


# What official images have in /usr/local/bin. Below /usr/bin some have Debian's own Python, of one of four versions.
_IN_USR_LOCAL = {
    "python": regex(r"/usr/bin/python3\.(?!(?:7|9|11|13)$)\d+"),
    "node": regex(r"/usr/bin/(?:node|npx|npm)"),
}
_FILLS_USR_BIN = regex(
    r"/usr/bin|\bln\s|\bapk\b|\bxargs\b|\.sh\b|\b(?:apt|dpkg)\b.*(?:python|node|npm|\$)|nodesource", re.DOTALL
)


def _in_usr_local(config: RuntimeConfig, argv: tuple[str, ...], steps: tuple[Step, ...]) -> Iterator[Trouble]:
    """The official images of Python and Node.js put what they are named for into /usr/local/bin."""
    base = (config.base.value if config.base is not None else None) or ""
    place = _IN_USR_LOCAL.get(posixpath.basename(split(base).path)) if is_official(base) else None
    if place is None or not argv or not place.fullmatch(argv[0]):
        return
    if any(
        _reaches(step, argv[0]) if isinstance(step, Copied) else _FILLS_USR_BIN.search(step.instruction.text)
        for step in steps
    ):
        return
    there = argv[0].replace("/usr/bin/", "/usr/local/bin/")
    yield Trouble(
        "entrypoint-not-found",
        f"{printable(base)} has its own programs in /usr/local/bin, and {argv[0]} is none of them",
        origin(config),
        f"write {there} in place of it",
        Severity.WARNING,
    )


# Commands that install no package of Python or Node.js, as long as they do not name the client.
_BRING_NOTHING = regex(
    r"\s*(?:(?:mkdir|chmod|chown|touch|echo|rm|groupadd|useradd|addgroup|adduser|apt-get|apt|apk)(?![^\s])"
    r"[^;&|`$()<>\n]*(?:&&|;|$)\s*)+"
)
_PLAIN_FILE = regex(r"[^*?\[]+\.(?:py|js|mjs|cjs|ts|json|toml|txt|lock|ya?ml|ini|cfg|sh|pem|crt)")


def _never_brought(
    config: RuntimeConfig, argv: tuple[str, ...], client: Client, steps: tuple[Step, ...]
) -> Iterator[Trouble]:
    """A client that stayed in a build stage: the final one has single files and packages of the system at most."""
    base = (config.base.value if config.base is not None else None) or ""
    if not is_official(base) or not sees_the_image_only(argv):
        return
    if "PYTHONPATH" in config.env or "NODE_PATH" in config.env:
        return
    for step in steps:
        if isinstance(step, Copied):
            plain = all(source and _PLAIN_FILE.fullmatch(source) for source in step.sources)
            if step.odd or not plain or client.name in step.instruction.value:
                return
        elif "lambda" in step.instruction.value or not _BRING_NOTHING.fullmatch(step.instruction.value):
            return
    install = "pip install awslambdaric" if client.name == "awslambdaric" else "npm install aws-lambda-ric"
    yield Trouble(
        "missing-runtime-client",
        f"{client.name} is started, and nothing in the final stage installs it or copies it from elsewhere",
        origin(config),
        f"COPY --from the build stage what it installed, or RUN {install} in the final one",
    )


def origin(config: RuntimeConfig) -> Location:
    """Where the program to start is named."""
    entrypoint = config.entrypoint
    return entrypoint.location if entrypoint.value is not None else config.command.location


def _argv(config: RuntimeConfig) -> tuple[str, ...]:
    """The command as far as the Dockerfile sets it. What a public base adds in front only starts it."""
    settings = (config.entrypoint, config.command)
    return tuple(word for setting in settings if setting.value is not None for word in setting.value.args)


def _hops(argv: tuple[str, ...], client: Client | None) -> tuple[Hop, ...]:
    hops = (Hop(Role.PROGRAM, printable(argv[0]), Evidence.CERTAIN),) if argv else ()
    return hops if client is None else (*hops, Hop(Role.CLIENT, str(client), client.evidence, client.path))


def _verdict(
    dockerfile: Dockerfile, deployment: Deployment, config: RuntimeConfig, argv: tuple[str, ...], base: AwsBase | None
) -> tuple[Verdict, Client | None, tuple[Trouble, ...], str]:
    steps = _steps(dockerfile, deployment)
    copied = adapter(dockerfile.final.lineage) if dockerfile.final is not None else None
    aws_script = argv[:1] == (ENTRYPOINT,)
    if aws_script and base is not None and keeps_entry_script(dockerfile, deployment):
        return _base_image(config, base, steps)
    if copied is not None and _plain(config, base) and becomes_folder_name(copied, dockerfile, steps):
        trouble = _misplaced(dockerfile, copied, certain=bool(server(argv)))
        return (Verdict.UNKNOWN if trouble.severity else Verdict.STUCK), None, (trouble,), ""
    if copied is not None:
        return Verdict.STARTED, Client("Lambda Web Adapter", "rust", copied.destination.text), (), ""
    named = named_in(config.entrypoint.value) if config.entrypoint.value is not None and not aws_script else None
    if named is None and config.command.value is not None:
        named = named_in(config.command.value)
    if named is not None:
        client = Client(named.name, _LANGUAGES.get(named.name, ""), evidence=Evidence.PROBABLE)
        return Verdict.LIKELY, client, (), ""
    why = "a Dockerfile does not tell what is in the files that it copies"
    if aws_script or not _plain(config, base):
        return Verdict.UNKNOWN, None, (), why
    away = misplaced(dockerfile, steps, argv)
    bringing = [step.instruction for step in steps if step not in away and _brings_client(step)]
    if away and not bringing:
        moved = any(isinstance(step.instruction, Run) and _MAKES_FILES.search(step.instruction.text) for step in steps)
        trouble = _misplaced(dockerfile, away[0].instruction, certain=bool(server(argv)) and not moved)
        return (Verdict.UNKNOWN if trouble.severity else Verdict.STUCK), None, (trouble,), why
    if server(argv) and not bringing and not any(map(_names_client, _settings(dockerfile))):
        lineage = dockerfile.stages[-1].lineage
        if any(stage not in lineage and _is_function(stage) for stage in dockerfile.stages):
            return Verdict.UNKNOWN, None, (), "another stage of the Dockerfile is made for Lambda"
        return Verdict.ABSENT, None, (), ""
    return Verdict.UNKNOWN, None, (), why


def _steps(dockerfile: Dockerfile, deployment: Deployment) -> tuple[Step, ...]:
    stages = building.stages(dockerfile, deployment)
    return building.steps(dockerfile, stages[-1], base_config, deployment) if stages else ()


def _is_function(stage: Stage) -> bool:
    """Whether this is a target of its own that Lambda could run, beside the one for other places that comes last."""
    base = recognise(stage.lineage[0].base)
    starts = any(isinstance(each, Cmd | Entrypoint) for each in stage.instructions)
    return starts and ((base is not None and not base.os_only) or any(map(_names_client, stage.instructions)))


def _settings(dockerfile: Dockerfile) -> Iterator[Env]:
    for stage in dockerfile.final.lineage if dockerfile.final is not None else ():
        yield from stage.every(Env)


def _misplaced(dockerfile: Dockerfile, copy: Copy, *, certain: bool) -> Trouble:
    """It is certain for a server that is known by its name, for another program may ask Lambda for work itself.

    And only where no script may have moved the adapter.
    """
    place = printable(copy.destination.text)
    where = "in a folder of that name" if place == FOLDER else f"in {FOLDER}"
    return Trouble(
        "missing-runtime-client",
        f"the Lambda Web Adapter is copied to {place}, and Lambda starts it only {where}",
        SourceLocation(dockerfile.path, copy.region),
        f"copy it to {FOLDER}/{PROGRAM}",
        None if certain else Severity.WARNING,
    )


_LANGUAGES = {"awslambdaric": "python", "aws-lambda-ric": "node", "aws_lambda_ric": "ruby", "the Java client": "java"}


def _base_image(
    config: RuntimeConfig, base: AwsBase, steps: tuple[Step, ...]
) -> tuple[Verdict, Client | None, tuple[Trouble, ...], str]:
    if not base.os_only:
        return Verdict.STARTED, _client_of(base), (), ""
    client = Client("custom runtime", "", BOOTSTRAP, evidence=Evidence.PROBABLE)
    if config.entrypoint.origin is not Origin.BASE or any(map(_may_make_bootstrap, steps)):
        return Verdict.LIKELY, client, (), ""
    trouble = Trouble(
        "missing-runtime-client",
        f"nothing puts a program at {BOOTSTRAP}, and {base} has no runtime of its own",
        config.entrypoint.location,
        f"COPY the function's program to {BOOTSTRAP} (mode 755), or set ENTRYPOINT to it",
    )
    return Verdict.STUCK, None, (trouble,), ""


@lru_cache(maxsize=4)
def keeps_entry_script(dockerfile: Dockerfile, deployment: Deployment) -> bool:
    """Whether nothing in the final stage puts another script where AWS's entrypoint is."""
    return not any(map(_replaces_script, _steps(dockerfile, deployment)))


def _replaces_script(step: Step) -> bool:
    """Whether a script of the user's own may stand where AWS's entrypoint was."""
    if isinstance(step.instruction, Run):
        return ENTRYPOINT in step.instruction.text
    if step.path != "/":
        return step.path == ENTRYPOINT
    # A folder that is copied to the root may hold anything.
    names = {posixpath.basename(source.text) for source in step.instruction.sources}
    return bool(names & {ENTRYPOINT[1:], "", ".", "*"})


def _client_of(base: AwsBase) -> Client:
    return Client("AWS base image", base.language, BOOTSTRAP, base.version)


def _may_make_bootstrap(step: Step) -> bool:
    if isinstance(step, Copied):
        return _reaches(step, BOOTSTRAP)
    return _MAKES_FILES.search(_CHANGES_MODES.sub("", step.instruction.text)) is not None


def _reaches(copied: Copied, path: str) -> bool:
    """Whether a copy can put something at `path`: its destination is that path or a folder above, or is not known."""
    return copied.path is None or within(path, copied.path)


def _plain(config: RuntimeConfig, base: AwsBase | None) -> bool:
    """Whether the base is one that everybody knows to hold no adapter."""
    if config.base is None or not config.base.value:
        return False
    name = split(config.base.value).name
    return base is not None or "/" not in name or name.startswith(_OFFICIAL_PREFIXES)


def _brings_client(step: Step) -> bool:
    return _names_client(step.instruction) or (isinstance(step, Copied) and _reaches(step, f"{FOLDER}/x"))


def _names_client(instruction: Instruction) -> bool:
    text = instruction.text
    lower = text.lower()
    return any(stem in lower for stem in _CLIENT_STEMS) and _CLIENT_WORDS.search(text) is not None


def server(argv: tuple[str, ...]) -> str:
    """The web server that a command starts, in words; "" when it is none that is known by its name."""
    words = next(_programs(argv), "")
    return f"the web server {words}" if words in WEB_SERVERS else ""


def _programs(argv: tuple[str, ...]) -> Iterator[str]:
    words = list(argv)
    if len(argv) >= 3 and argv[1] == "-c":
        import shlex  # for few Dockerfiles only

        try:
            words = shlex.split(argv[2], comments=True)
        except ValueError:
            return
    for word in words:
        name = posixpath.basename(word)
        if name not in _LAUNCHERS and "=" not in name:
            yield name
            return
