"""The start plan of an image: its command, followed through its files."""

from __future__ import annotations

from collections.abc import Mapping

from lambda_lint import Argv, Image, RuntimeConfig, Setting, replace
from lambda_lint_rules._facts.base_images import RUNTIME_DIR, TASK_ROOT
from lambda_lint_rules._facts.user import DEFAULT_USER
from lambda_lint_rules._start import checks, extensions, presence, trace, workdir
from lambda_lint_rules._start.dockerfile import origin
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.model import (
    UNKNOWN,
    Client,
    End,
    Evidence,
    Hop,
    Need,
    Process,
    Role,
    StartPlan,
    Verdict,
)
from lambda_lint_rules._start.trace import Route

# Known to be set and not empty, with a value that only Lambda knows.
_SOMETHING = UNKNOWN * 2
_PLATFORM = (
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_REGION",
    "AWS_DEFAULT_REGION", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_INITIALIZATION_TYPE",
)  # fmt: skip


def plan(image: Image, config: RuntimeConfig) -> StartPlan:
    """Follow an image's command through its files."""
    files = Files(image.filesystem)
    architecture = image.config.platform.architecture
    process = start(config)
    # With nothing to start there is nothing to say here: the function's own settings may name it.
    route = trace.follow(process, files, architecture) if process.argv else Route(End(Verdict.STUCK))
    beside = extensions.started(files, architecture, process.env)
    adapter = extensions.adapter(beside)
    route, others = _weigh(route, adapter, image, files)
    end = route.end
    needs, troubles = route.needs, (*workdir.troubles(config, files), *route.troubles)
    if end.client is not None and end.handler is not None and end.verdict in {Verdict.STARTED, Verdict.BROKEN}:
        found, more = checks.handler(end.client, end.handler, config, files)
        troubles = (*troubles, *more)
        scripts = [files.text(hop.path) for hop in route.hops if hop.role is Role.SCRIPT]
        needs = (*needs, *checks.loaded(end.handler, found, files, [*process.argv, *scripts]))
    troubles = (*troubles, *checks.hidden(needs, config, files), *extensions.troubles(beside))
    return StartPlan(
        argv=process.argv,
        workdir=process.cwd,
        verdict=route.end.verdict,
        origin=process.origin,
        hops=route.hops,
        program=route.end.program,
        client=route.end.client,
        others=others,
        adapter=adapter,
        handler=route.end.handler,
        base=presence.base_name(files),
        why=route.end.why,
        troubles=troubles,
        needs=needs,
        bytes_read=files.bytes_read,
    )


def start(config: RuntimeConfig) -> Process:
    """The process as Lambda makes it: its own variables win, and the handler is the last word of the command."""
    entrypoint, command = _words(config.entrypoint), _words(config.command)
    argv = (*entrypoint, *command)
    env: Mapping[str, str] = {
        **{name: setting.value if setting.value is not None else UNKNOWN for name, setting in config.env.items()},
        **dict.fromkeys(_PLATFORM, _SOMETHING),
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "LAMBDA_TASK_ROOT": TASK_ROOT,
        "LAMBDA_RUNTIME_DIR": RUNTIME_DIR,
        "_HANDLER": argv[-1] if command else UNKNOWN if entrypoint else "",
    }
    if "HOME" not in env:
        env = {**env, "HOME": DEFAULT_USER.value.home}
    return Process(argv, config.workdir.value or "/", env, origin(config), direct=True)


def _words(setting: Setting[Argv]) -> tuple[str, ...]:
    return setting.value.args if setting.value is not None else ()


def _weigh(route: Route, adapter: Client | None, image: Image, files: Files) -> tuple[Route, tuple[Client, ...]]:
    """What the route alone cannot tell: an adapter beside it, or a client that nothing starts."""
    end = route.end
    if adapter is not None and end.verdict not in {Verdict.STUCK, Verdict.BROKEN}:
        verdict = Verdict.STARTED if adapter.evidence is Evidence.CERTAIN else Verdict.LIKELY
        file = files.get(adapter.path)
        hop = Hop(Role.EXTENSION, adapter.path, adapter.evidence, adapter.path, file.layer if file else None)
        needs = (*route.needs, Need(adapter.path, "execute", "the Lambda Web Adapter"))
        end = replace(end, verdict=verdict, client=adapter, handler=None)
        return replace(route, end=end, hops=(*route.hops, hop), needs=needs), ()
    if end.verdict not in {Verdict.ABSENT, Verdict.UNKNOWN}:
        return route, ()
    base = presence.base_client(files)
    others = (*((base,) if base is not None else ()), *presence.search(image.filesystem))
    if others and end.verdict is Verdict.ABSENT:
        route = replace(route, end=replace(end, verdict=Verdict.NOT_STARTED))
    return route, others
