"""A library writes to the home directory, which Lambda does not have.

A function runs on a read-only file system, and its home directory, `/home/sbx_user1051`, does not exist. Only `/tmp` is
writable. Libraries that keep settings, models or caches below the home directory fail:

```text
OSError: [Errno 30] Read-only file system: '/home/sbx_user1051'
PermissionError: [Errno 13] Permission denied: '/home/sbx_user1051'
npm ERR! rofs EROFS: read-only file system, mkdir '/home/sbx_user1051'
error: Failed to initialize cache at `/home/sbx_user1051/.cache/uv`
Runtime exited with error: exit status 226 (Runtime.ExitError)
DOTNET_BUNDLE_EXTRACT_BASE_DIR is not set, and a read-write cache directory couldn't be created.
```

lambda-lint knows what these need, and looks for calls of them in the sources of an image where the package alone does
not tell:

| library | variable |
| --- | --- |
| crawl4ai | `CRAWL4_AI_BASE_DIRECTORY` |
| crewai | `CREWAI_STORAGE_DIR` |
| rembg | `U2NET_HOME` |
| soda-core, soda-sql | `HOME` |
| transformers, sentence-transformers | `HF_HOME` |
| torch.hub | `TORCH_HOME` |
| openai-whisper | `XDG_CACHE_HOME` |
| easyocr | `EASYOCR_MODULE_PATH` |
| nltk | `NLTK_DATA` |
| matplotlib (only slower: a note) | `MPLCONFIGDIR` |
| numba with `cache=True` (a note) | `NUMBA_CACHE_DIR` |
| pooch | `XDG_CACHE_HOME` |
| datasets | `HF_HOME` |
| llama-index, with models that run in the function | `LLAMA_INDEX_CACHE_DIR` |
| npx in ENTRYPOINT, CMD or the start script, from Node.js 16 on | `NPM_CONFIG_CACHE` |
| npm in ENTRYPOINT or CMD (a note: most versions go on, npm 8.5 to 8.16 end) | `NPM_CONFIG_CACHE` |
| `uv run` in ENTRYPOINT, CMD or the start script | `UV_CACHE_DIR` |
| `git config --global` in the start script or the handler | `GIT_CONFIG_GLOBAL` |
| `aws configure` there | `AWS_CONFIG_FILE` |
| .NET programs in a single file that unpacks itself | `DOTNET_BUNDLE_EXTRACT_BASE_DIR` |

In a Dockerfile it knows the packages that `RUN` names, and those of a requirements file in the build context.

It is silent when the variable is set in the image, when one of the project's sources or templates (SAM, CDK, Terraform,
Serverless) names it, and when `HOME` is below `/tmp`; for npm and uv also where their own files name another cache
(`cache` in `.npmrc`, `cache-dir` or `no-cache` in `uv.toml` or below `[tool.uv]`), and for an npm before 8.6. What else
the function's own configuration sets cannot be seen.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN pip install crewai
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN pip install crewai
ENV HOME=/tmp
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Set `ENV HOME=/tmp`, or the library's variable to a path under `/tmp`. What the function only reads, models for example,
is better fetched while the image is built and read from a fixed path: `/tmp` is empty at each cold start.

## References

- [A report on the home directory of Lambda](https://github.com/aws/aws-lambda-base-images/issues/63)
- [crewai](https://github.com/crewAIInc/crewAI/issues/507), [rembg](https://github.com/danielgatis/rembg/issues/373),
  [sentence-transformers](https://github.com/huggingface/sentence-transformers/issues/923),
  [npx](https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/56)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

from lambda_lint import (
    Copy,
    Deployment,
    Dockerfile,
    Image,
    ImageLocation,
    Instruction,
    Problem,
    Rule,
    Run,
    RuntimeConfig,
    Severity,
    SourceLocation,
    building,
    regex,
    runtime,
)
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._facts.caches import CACHE_SETTINGS, SELF_EXTRACTING, TOOLS, WRITERS, Writer
from lambda_lint_rules._facts.registries import is_official, split
from lambda_lint_rules._home import mentions, moved, run_text, runs, sources
from lambda_lint_rules._programs_settings import in_build, in_image
from lambda_lint_rules._start import plan

_NAMED = regex(r"\(\s*[\"']([^\"']*)[\"']")
_INSTALL = regex(r"\b(?:pip[\d.]*|uv(?:\s+pip)?|poetry|pdm|conda|mamba)\s+(?:install|add)\s+([^&|;\n]*)")
_BEHIND_NAME = regex(r"[\[=<>~!@; ].*", re.DOTALL)
_BETWEEN = regex(r"[-_.]+")
_KNOWN = frozenset(package for writer in WRITERS.value for package in writer.packages)
_STEMS = frozenset(package.partition("-")[0] for package in _KNOWN)
_FROM_FILE = regex(r"\bpip[\d.]*\s+install\s(?:[^&|;\n]*\s)?(?:-r|--requirement)")
_NPM_PLACES = ("/usr/local/lib/node_modules", "/usr/lib/node_modules", "/usr/share/nodejs")
_PACKAGED_NODE = regex(r"\b(?:apt|apt-get|apk|yum|dnf)\b[^;&|]{0,400}\b(?:npm|nodejs)\b")
_OTHER_NODE = regex(
    r"\bnvm\b|\bfnm\b|\bvolta\b|nodejs\.org|unofficial-builds|\bnpm@|\bnpm\s+(?:i|install|update)\s+-g\s+npm\b"
)
# Debian 10 and 11, Ubuntu up to 22.04, Alpine up to 3.14, and what is made from them.
_OLD_SYSTEM = regex(
    r"^debian:1[01]\b|^ubuntu:(?:18|20|22)\.|^alpine:3\.(?:\d|1[0-4])(?:\.|$)|alpine3\.(?:\d|1[0-4])$"
    r"|[:-](?:buster|bullseye|bionic|focal|jammy)\b"
)
# The last of each name another file with settings.
_VARIABLES = {
    "npm": ("NPM_CONFIG_CACHE", "npm_config_cache", "NPM_CONFIG_USERCONFIG", "NPM_CONFIG_GLOBALCONFIG"),
    "uv": ("UV_CACHE_DIR", "UV_NO_CACHE", "XDG_CACHE_HOME", "UV_CONFIG_FILE"),
    "corepack": ("COREPACK_HOME", "COREPACK_ENV_FILE"),
}
_UV_OPTIONS = frozenset({"-n", "--no-cache", "--cache-dir"})
_NPM = frozenset({"npm", "npx"})
_COREPACK_SHIMS = frozenset({"pnpm", "yarn"})
_COREPACK = regex(r"\bcorepack\s+(?:enable|prepare|install|use)\b")


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    told: set[Writer] = set()
    every = run_text(dockerfile).lower()
    for run, text in runs(dockerfile) if any(stem in every for stem in _STEMS) else ():
        names = {_normal(word): found for found in _INSTALL.finditer(text) for word in found[1].split()}
        for writer in () if _KNOWN.isdisjoint(names) else WRITERS.value:
            package = next((name for name in writer.packages if name in names), "")
            written = package and not writer.use and not moved(config.env, writer.variables)
            if written and not _set_elsewhere(dockerfile, writer.variables):
                told.add(writer)
                place = run.region_at(names[package].start())
                yield _problem(writer, package, SourceLocation(dockerfile.path, place))
    for writer, package, run in _listed(dockerfile, config, deployment):
        if writer not in told:
            yield _problem(writer, package, SourceLocation(dockerfile.path, run.region))
    yield from _self_extracting(dockerfile, config)
    for program, problem in (*_started(config), *_corepack(dockerfile, config)):
        old = program == "npm" and _installs_old_npm(dockerfile, config)
        if not old and not _told_otherwise(program, dockerfile, deployment, config):
            yield problem


def _told_otherwise(program: str, dockerfile: Dockerfile, deployment: Deployment, config: RuntimeConfig) -> bool:
    """Whether the function's templates, or files that the program reads, move what it writes."""
    if dockerfile.final is None or _set_elsewhere(dockerfile, _VARIABLES[program]):
        return True
    stage = building.stages(dockerfile, deployment)[-1]
    return in_build(dockerfile, deployment, stage, CACHE_SETTINGS.value[program], config.workdir.value)


def _listed(dockerfile: Dockerfile, config: RuntimeConfig, deployment: Deployment) -> Iterator[tuple[Writer, str, Run]]:
    """Packages of requirements in the build context, which the handler's own file makes write where it has to."""
    installs = [(run, text) for run, text in runs(dockerfile) if "pip" in text and _FROM_FILE.search(text)]
    if not installs or not building.knows_context(dockerfile, base_config, deployment):
        return
    from lambda_lint_rules._start import built  # for few Dockerfiles only

    nearest, *others = built.builds(dockerfile, deployment)
    first = nearest.tree
    installed = first.distributions or frozenset()
    workdir = config.workdir.value or "/"
    code, _ = built.handler_file(first, plan(dockerfile, deployment).handler) or ("", None)
    for writer in WRITERS.value:
        package = next((name for name in writer.packages if name in installed), "")
        if not package or writer.harmless or moved(config.env, writer.variables):
            continue
        texts = (first.text(path) or "" for path in first.made if path.endswith((".py", ".sh")))
        if writer.use and not _uses(writer, code, lambda name: not first.lacks(posixpath.join(workdir, name))):
            continue
        if any(mentions(text, writer.variables) for text in texts) or _set_elsewhere(dockerfile, writer.variables):
            continue
        if any(build.tree.distributions for build in others):
            return  # nobody knows which folder is meant
        yield writer, package, installs[-1][0]


def _set_elsewhere(dockerfile: Dockerfile, variables: Iterable[str]) -> bool:
    """Whether a template in the repository names one of the variables."""
    from lambda_lint_rules._start import templates  # for few Dockerfiles only

    return templates.name(dockerfile, re.compile(rf"\b(?:{'|'.join((*variables, 'HOME'))})\b".encode()))


def _corepack(dockerfile: Dockerfile, config: RuntimeConfig) -> Iterator[tuple[str, Problem]]:
    """A package manager that Corepack fetches into the home of whoever calls it."""
    setting = config.entrypoint if config.entrypoint.value else config.command
    words = setting.value.args if setting.value and not setting.value.shell else ()
    name = posixpath.basename(words[0]) if words else ""
    if name not in _COREPACK_SHIMS or moved(config.env, _VARIABLES["corepack"]):
        return
    texts = [text for _, text in runs(dockerfile)]
    installed = re.compile(rf"\bnpm\s+(?:i|install|add)\s[^&|;\n]*\b{name}\b")
    if not any(map(_COREPACK.search, texts)) or any(map(installed.search, texts)):
        return
    message = f"Corepack keeps `{name}` in the home of the build's user; on Lambda it looks in another home, which does"
    fix = f"write `RUN npm install --global {name}` in place of `corepack`, or start the program without {name}"
    yield "corepack", Problem(f"{message} not exist", setting.location, fix)


def _self_extracting(dockerfile: Dockerfile, config: RuntimeConfig) -> Iterator[Problem]:
    pattern, variable = SELF_EXTRACTING.value
    if "selfextract" not in dockerfile.source.lower():
        return
    for stage in building.needed(dockerfile) if not moved(config.env, (variable,)) else ():
        for run in stage.every(Run):
            if pattern.search(run.value) and not _set_elsewhere(dockerfile, (variable,)):
                message = "the program unpacks itself into the home directory, which does not exist on Lambda"
                location = SourceLocation(dockerfile.path, run.region)
                yield Problem(message, location, f"set `ENV {variable}=/tmp`, or leave the option away")


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    config = runtime.of_image(image.config, deployment)
    installed = _installed(image)
    for writer in WRITERS.value:
        package = next((name for name in writer.packages if name in installed), "")
        if not package or moved(config.env, writer.variables):
            continue
        if any(mentions(text, writer.variables) for text in sources(image).values()):
            continue
        path = _use(image, writer, config.workdir.value or "/") if writer.use else installed[package]
        if path:
            yield _problem(writer, package, ImageLocation(path=path))
    yield from _tools(image, deployment, config)
    for program, problem in _started(config):
        old = program == "npm" and _has_old_npm(image)
        if not old and not in_image(image, CACHE_SETTINGS.value[program], config.workdir.value or "/"):
            yield problem


def _tools(image: Image, deployment: Deployment, config: RuntimeConfig) -> Iterator[Problem]:
    """Commands in the project's own files that run for certain: the start scripts and the handler's."""
    started = {need.path for need in plan(image, deployment).needs}
    for path, text in sources(image).items():
        for tool in TOOLS.value if path in started else ():
            written = re.search(tool.use, text, re.MULTILINE)
            if tool.name in _NPM and (_of_old_node(config) or _has_old_npm(image)):
                continue
            told = CACHE_SETTINGS.value.get("npm" if tool.name in _NPM else tool.name.partition(" ")[0])
            if told is not None and written and in_image(image, told, config.workdir.value or "/"):
                continue
            if written and not moved(config.env, tool.variables) and not mentions(text, tool.variables):
                message = f"`{tool.name}` writes to the home directory, which does not exist on Lambda"
                fix = f"set `ENV HOME=/tmp`, or `{tool.variables[0]}` to a path under /tmp"
                yield Problem(message, ImageLocation(path=path), fix)


def _started(config: RuntimeConfig) -> Iterator[tuple[str, Problem]]:
    """What is started and writes, by the name under which its settings are known."""
    setting = config.entrypoint if config.entrypoint.value else config.command
    words = setting.value.args if setting.value and not setting.value.shell else ()
    name = posixpath.basename(words[0]) if words else ""
    if name in _NPM and not moved(config.env, _VARIABLES["npm"]) and not _of_old_node(config):
        message = f"`{name}` writes its cache and logs to the home directory, which does not exist on Lambda"
        # Measured on a read-only root: npm 7.0, 8.19, 9.5, 10.2 and 10.9 start a script all the same, 8.11 does not.
        severity = Severity.NOTE if name == "npm" else None
        yield "npm", Problem(message, setting.location, "set `ENV NPM_CONFIG_CACHE=/tmp/.npm`", severity)
    if (
        name == "uv"
        and "run" in words
        and not moved(config.env, _VARIABLES["uv"])
        and not _UV_OPTIONS & {word.partition("=")[0] for word in words}
    ):
        message = "`uv run` makes its cache below the home directory, which does not exist on Lambda, and ends"
        fix = "set `ENV UV_CACHE_DIR=/tmp/uv`, or start the environment's own program"
        yield "uv", Problem(message, setting.location, fix)


def _of_old_node(config: RuntimeConfig) -> bool:
    """Whether npm comes with a Node.js before 16.

    AWS asks for the variable from npm 8.6 on. Measured on a read-only root: npm 6.14 to 8.5 get along without a home.
    """
    base = (config.base.value if config.base is not None else None) or ""
    tag = split(base).tag if is_official(base) and split(base).path.endswith("node") else ""
    told = config.env.get("NODE_VERSION")
    major = re.match(r"\d+", (told.value if told is not None else None) or tag)
    return major is not None and int(major[0]) < 16


def _installs_old_npm(dockerfile: Dockerfile, config: RuntimeConfig) -> bool:
    """Whether a package manager brings an npm before 8.6: of an old release of the system, or of NodeSource's."""
    base = split((config.base.value if config.base is not None else None) or "")
    text = run_text(dockerfile)
    copies = (each for each in _last(dockerfile) if isinstance(each, Copy) and each.stage is not None)
    copied = any("node" in each.text or "node" in (each.stage.value if each.stage else "") for each in copies)
    if copied or not _PACKAGED_NODE.search(text) or _OTHER_NODE.search(text):
        return False
    setup = re.search(r"nodesource\S{0,80}setup_(\d{1,2})\.x", text)
    if setup is not None or "nodesource" in text:
        return setup is not None and int(setup[1]) < 16
    return _OLD_SYSTEM.search(f"{base.path.rpartition('/')[2]}:{base.tag}") is not None


def _last(dockerfile: Dockerfile) -> Iterator[Instruction]:
    for stage in dockerfile.final.lineage if dockerfile.final is not None else ():
        yield from stage.instructions


def _has_old_npm(image: Image) -> bool:
    """Whether every npm of an image is one before 8.6."""
    paths = (path for place in _NPM_PLACES if image.filesystem.get(path := f"{place}/npm/package.json") is not None)
    texts = (image.filesystem.at_hand(path, 1 << 16) for path in paths)
    versions = [re.search(rb'"version":\s*"(\d{1,4})\.(\d{1,4})\.', text or b"") for text in texts]
    return bool(versions) and all(found is not None and (int(found[1]), int(found[2])) < (8, 6) for found in versions)


def _problem(writer: Writer, package: str, location: ImageLocation | SourceLocation) -> Problem:
    message = f"{package} keeps {writer.what} in the home directory, which does not exist on Lambda"
    variable = writer.variables[0]
    fix = "set `ENV HOME=/tmp`" + ("" if variable == "HOME" else f", or `{variable}` to a path under /tmp")
    return Problem(message, location, fix, Severity.NOTE if writer.harmless else None)


def _use(image: Image, writer: Writer, workdir: str) -> str:
    """The project's own source that makes the library write, "" when none is known to."""

    def there(name: str) -> bool:
        return image.filesystem.get(posixpath.join(workdir, name)) is not None

    own = ((path, text) for path, text in sources(image).items() if path.endswith(".py"))
    return next((path for path, text in own if _uses(writer, text, there)), "")


def _uses(writer: Writer, text: str, there: Callable[[str], bool]) -> bool:
    """Whether code makes a library write. A model by whose name there is a folder is read from that."""
    if writer.moves and re.search(writer.moves, text):
        return False
    for match in re.finditer(writer.use, text, re.MULTILINE):
        if "#" in text[text.rfind("\n", 0, match.start()) + 1 : match.start()]:
            continue
        named = _NAMED.search(match[0])
        if named is None or not there(named[1]):
            return True
    return False


def _installed(image: Image) -> dict[str, str]:
    """Python's distributions by their normal names, each with the path of its metadata."""
    found = {}
    for layer in image.layers:
        for path in layer.entries.paths:
            # The cheaper question first: it is asked of every file.
            if ".dist-info/" in path and path.endswith(".dist-info/METADATA") and image.filesystem.get(path):
                folder = path.removesuffix("/METADATA")
                found[_normal(posixpath.basename(folder).partition("-")[0])] = path
    return found


def _normal(requirement: str) -> str:
    """The name in a requirement as the package index spells it."""
    name = _BEHIND_NAME.sub("", requirement.strip("\"'"))
    return _BETWEEN.sub("-", name).lower()


RULE = Rule(
    name="home-not-writable",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("file-system",),
)
