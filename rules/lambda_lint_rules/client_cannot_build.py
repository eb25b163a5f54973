"""The build compiles a runtime client, and has no cmake.

`aws-lambda-ric`, the client for Node.js, comes without compiled parts: `npm install` builds them, in every version.
`awslambdaric`, the one for Python, is built on Alpine where its version has no wheel for musl, the C library of Alpine,
as those up to 4.0.1. Both begin by asking for `cmake`, which neither the official images of Node.js and Python have nor
Alpine, Debian or AWS's own base images. The build ends with

```text
Error: cmake is not installed.
```

The client may be named in the command, or in the `package.json` of the build context that `npm` or `yarn` installs.
Nothing is said where an earlier line of the stage names cmake, runs a script, or copies programs in, nor where `.npmrc`
or a variable tells npm to run no scripts of packages (`ignore-scripts`).

## Bad

```dockerfile
FROM node:22-alpine
ENV NPM_CONFIG_CACHE=/tmp/.npm
WORKDIR /var/task
RUN npm install aws-lambda-ric
COPY index.js ./
ENTRYPOINT ["/usr/local/bin/npx", "aws-lambda-ric"]
CMD ["index.handler"]
```

## Good

```dockerfile
FROM node:22-alpine AS build
RUN apk add --no-cache autoconf automake build-base cmake elfutils-dev libtool python3
WORKDIR /var/task
RUN npm install aws-lambda-ric
FROM node:22-alpine
RUN apk add --no-cache libstdc++
ENV NPM_CONFIG_CACHE=/tmp/.npm
WORKDIR /var/task
COPY --from=build /var/task ./
COPY index.js ./
ENTRYPOINT ["/usr/local/bin/npx", "aws-lambda-ric"]
CMD ["index.handler"]
```

## How to fix

Install cmake and a C++ compiler before the client, best in a build stage that only the finished client is copied from.
For Python, `awslambdaric` 4.2.2 has wheels for Alpine, which need no compiler.

## References

- [aws-lambda-ric](https://github.com/aws/aws-lambda-nodejs-runtime-interface-client)
- [awslambdaric on Alpine](https://github.com/aws/aws-lambda-python-runtime-interface-client/issues/128)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    Arg,
    Copy,
    Deployment,
    Dockerfile,
    Env,
    Instruction,
    Problem,
    Rule,
    Run,
    Severity,
    SourceLocation,
    Stage,
    building,
    printable,
)
from lambda_lint_rules._build import Ran, commands, region_of
from lambda_lint_rules._facts.base_images import AL2, base_config, recognise
from lambda_lint_rules._facts.caches import NO_SCRIPTS
from lambda_lint_rules._facts.client_builds import LAST_WITHOUT_MUSL, NODE_CLIENT, PYTHON_CLIENT, WITHOUT_CMAKE
from lambda_lint_rules._facts.registries import is_official, split
from lambda_lint_rules._programs_settings import in_build
from lambda_lint_rules._stages import INSTALLERS, PROGRAM_FOLDERS

_TOOL = "cmake"
# What these do brings no cmake unless they are told to by its name.
_BRINGS_NONE = (
    INSTALLERS
    | {"cd", "chmod", "chown", "corepack", "cp", "echo", "export", "ls", "mkdir", "mv", "node", "npm", "npx", "pwd"}
    | {"pip", "pip3", "python", "python3", "rm", "set", "true", "yarn", "addgroup", "adduser", "groupadd", "useradd"}
)
# These install what package.json says. pnpm is none of them, for it compiles nothing that it is not told to.
_BY_FILE = ("npm", "yarn")
_INSTALLING = (*_BY_FILE, PYTHON_CLIENT)  # one of them is in each command that is looked for
_INSTALLS_NOTHING = frozenset({"--ignore-scripts", "--package-lock-only", "--dry-run"})
_WHOLE = {"npm": (["ci"], ["install"], ["i"]), "yarn": ([], ["install"])}
_ELSEWHERE = frozenset({"-g", "--global", "--prefix", "--cwd", "-C", "--workspace", "-w"})
_NO_SCRIPTS_VARIABLES = frozenset({"npm_config_ignore_scripts", "yarn_enable_scripts"})
_PACKAGES = {
    "apk": "RUN apk add --no-cache autoconf automake build-base cmake elfutils-dev libtool python3",
    "apt-get": "RUN apt-get update && apt-get install -y autoconf automake cmake g++ libtool make python3",
    "dnf": "RUN dnf install -y autoconf automake cmake gcc-c++ libtool make python3 tar xz",
    "yum": "RUN yum install -y autoconf automake cmake3 gcc-c++ libtool make python3 tar xz",
}


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    if not any(word in dockerfile.source for word in _INSTALLING):
        return
    able: dict[int, bool] = {}
    for stage in _installing(dockerfile):
        base = stage.lineage[0].base
        manager = _manager(base)
        inherited = not manager or (len(stage.lineage) > 1 and able.get(stage.lineage[-2].index, True))
        found, able[stage.index] = ([], True) if inherited else _compiled(stage, manager)
        for run, word in found:
            client = word if word not in _BY_FILE else NODE_CLIENT
            known = client is word or _declared(dockerfile, stage, run, deployment)
            if known and (client != NODE_CLIENT or not _without_scripts(dockerfile, stage, run, deployment)):
                lack = f"there is no {_TOOL} in {printable(base)}"
                yield Problem(
                    f"{printable(client)} is compiled when it is installed, and {lack}",
                    SourceLocation(dockerfile.path, region_of(run, word)),
                    f"write {_PACKAGES[manager]} before it",
                )
                break


def _installing(dockerfile: Dockerfile) -> list[Stage]:
    """The stages that may install a client, and those that they are built from."""
    needed = building.needed(dockerfile)
    runs = ((stage, run) for stage in needed for run in stage.every(Run))
    naming = dict.fromkeys(stage for stage, run in runs if any(word in run.text for word in _INSTALLING))
    numbers = {part.index for stage in naming for part in stage.lineage}
    return [stage for stage in needed if stage.index in numbers]


def _declared(dockerfile: Dockerfile, stage: Stage, run: Run, deployment: Deployment) -> bool:
    """Whether package.json asks for the client where a RUN installs what it asks for."""
    from lambda_lint_rules._start import built  # for few Dockerfiles only

    folder = _folder(dockerfile, stage, run, deployment)
    versions = built.declared(dockerfile, deployment, stage, folder, NODE_CLIENT)
    # What has a colon or a slash is another package, or comes from elsewhere than the registry.
    return versions is not None and not {":", "/"} & set(versions)


def _without_scripts(dockerfile: Dockerfile, stage: Stage, run: Run, deployment: Deployment) -> bool:
    """Whether npm or yarn is told to run no scripts of packages, and so to compile nothing."""
    set_here = (each for part in stage.lineage for each in part.instructions if isinstance(each, Arg | Env))
    if any(pair.name.lower() in _NO_SCRIPTS_VARIABLES for each in set_here for pair in each.pairs):
        return True
    return in_build(dockerfile, deployment, stage, NO_SCRIPTS.value, _folder(dockerfile, stage, run, deployment))


def _folder(dockerfile: Dockerfile, stage: Stage, run: Run, deployment: Deployment) -> str | None:
    steps = building.steps(dockerfile, stage, base_config, deployment)
    return next((step.workdir for step in steps if step.instruction is run), None)


def _manager(base: str) -> str:
    """What installs packages on a base image that is known to have no cmake; "" for any other."""
    aws = recognise(base)
    if aws is not None:
        return "yum" if aws.os == AL2 else "dnf"
    name = split(base).path.rpartition("/")[2]
    if not is_official(base) or name not in WITHOUT_CMAKE.value:
        return ""
    return "apk" if name == "alpine" or "alpine" in split(base).tag else "apt-get"


def _compiled(stage: Stage, manager: str) -> tuple[list[tuple[Run, str]], bool]:
    """The stage's commands that may compile a client without cmake, and whether the stage may have got cmake.

    A command is told by the word that names the client, or by its program where package.json may name it.
    """
    found: list[tuple[Run, str]] = []
    for instruction in stage.instructions:
        if _TOOL in instruction.text or _programs_copied(instruction):
            return found, True
        if not isinstance(instruction, Run):
            continue
        understood = commands(instruction)
        moved = False
        for ran in understood:
            program = ran.program
            moved = moved or program in {"cd", "pushd"}
            word = _client(ran, manager, moved=moved) if ran.certain and ran.fatal else ""
            if word:
                found.append((instruction, word))
            if program not in _BRINGS_NONE or (program in INSTALLERS and None in ran.words):
                return found, True
        if not understood:
            return found, True
    return found, False


def _client(ran: Ran, manager: str, *, moved: bool) -> str:
    """The word of a command that names a client which it compiles, or that installs what package.json names."""
    program = ran.program
    words = [word or "" for word in ran.words]
    if program in _BY_FILE:
        if not _INSTALLS_NOTHING.isdisjoint(words):
            return ""
        plain = [word for word in words[1:] if not word.startswith("-")]
        whole = plain in _WHOLE[program] and not moved and _ELSEWHERE.isdisjoint(words)
        named = (word for word in plain if word.partition("@")[0] == NODE_CLIENT)
        adds = not {"install", "i", "add"}.isdisjoint(plain)
        return program if whole else next(named, "") if adds else ""
    if manager == "apk" and "install" in words and ("pip" in words or program in {"pip", "pip3"}):
        pinned = (word for word in words if word.partition("==")[0] == PYTHON_CLIENT and _old(word.partition("==")[2]))
        return "" if any(word.startswith(("--platform", "--only-binary")) for word in words) else next(pinned, "")
    return ""


def _old(version: str) -> bool:
    numbers = version.split(".")
    known = all(number.isascii() and number.isdecimal() and len(number) < 5 for number in numbers)
    return known and tuple(map(int, numbers)) <= LAST_WITHOUT_MUSL.value


def _programs_copied(instruction: Instruction) -> bool:
    if not isinstance(instruction, Copy):
        return False
    to = instruction.destination.text
    return to in {"/", "/."} or to.startswith(PROGRAM_FOLDERS)


RULE = Rule(
    name="client-cannot-build",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("runtime-client",),
)
