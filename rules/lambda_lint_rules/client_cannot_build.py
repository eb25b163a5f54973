"""The build compiles a runtime client, and has no cmake.

`aws-lambda-ric`, the client for Node.js, comes without compiled parts: `npm install` builds them, in every version.
`awslambdaric`, the one for Python, is built on Alpine where its version has no wheel for musl, the C library of Alpine,
as those up to 4.0.1. Both begin by asking for `cmake`, which neither the official images of Node.js and Python have nor
Alpine, Debian or AWS's own base images. The build ends with

```text
Error: cmake is not installed.
```

Nothing is said where an earlier line of the stage names cmake, runs a script, or copies programs in.

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
    Copy,
    Deployment,
    Dockerfile,
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
from lambda_lint_rules._facts.base_images import recognise
from lambda_lint_rules._facts.client_builds import LAST_WITHOUT_MUSL, NODE_CLIENT, PYTHON_CLIENT, WITHOUT_CMAKE
from lambda_lint_rules._facts.registries import is_official, split
from lambda_lint_rules._stages import INSTALLERS, PROGRAM_FOLDERS

_TOOL = "cmake"
# What these do brings no cmake unless they are told to by its name.
_BRINGS_NONE = (
    INSTALLERS
    | {"cd", "chmod", "chown", "corepack", "cp", "echo", "export", "ls", "mkdir", "mv", "node", "npm", "npx", "pwd"}
    | {"pip", "pip3", "python", "python3", "rm", "set", "true", "yarn", "addgroup", "adduser", "groupadd", "useradd"}
)
_PACKAGES = {
    "apk": "RUN apk add --no-cache autoconf automake build-base cmake elfutils-dev libtool python3",
    "apt-get": "RUN apt-get update && apt-get install -y autoconf automake cmake g++ libtool make python3",
    "dnf": "RUN dnf install -y autoconf automake cmake gcc-c++ libtool make python3 tar xz",
}


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    for stage in building.needed(dockerfile):
        base = stage.lineage[0].base
        manager = _manager(base)
        found = _compiled(stage, manager) if manager else None
        if found is not None:
            run, word = found
            yield Problem(
                f"{printable(word)} is compiled when it is installed, and there is no {_TOOL} in {printable(base)}",
                SourceLocation(dockerfile.path, region_of(run, word)),
                f"write {_PACKAGES[manager]} before it",
            )


def _manager(base: str) -> str:
    """What installs packages on a base image that is known to have no cmake; "" for any other."""
    if recognise(base) is not None:
        return "dnf"
    name = split(base).path.rpartition("/")[2]
    if not is_official(base) or name not in WITHOUT_CMAKE.value:
        return ""
    return "apk" if name == "alpine" or "alpine" in split(base).tag else "apt-get"


def _compiled(stage: Stage, manager: str) -> tuple[Run, str] | None:
    """The command of the stage that compiles a client with nothing before it that may have brought cmake."""
    for member in stage.lineage:
        for instruction in member.instructions:
            if _TOOL in _text(instruction) or _programs_copied(instruction):
                return None
            if not isinstance(instruction, Run):
                continue
            understood = commands(instruction)
            for ran in understood:
                word = _client(ran, manager) if ran.certain and ran.fatal else ""
                if word and member is stage:
                    return instruction, word
                if ran.program not in _BRINGS_NONE or (ran.program in INSTALLERS and None in ran.words):
                    return None
            if not understood:
                return None
    return None


def _client(ran: Ran, manager: str) -> str:
    """The word of a command that names a client which it compiles."""
    words = [word or "" for word in ran.words]
    if ran.program in {"npm", "yarn"} and not {"install", "i", "add"}.isdisjoint(words):
        named = (word for word in words if word.partition("@")[0] == NODE_CLIENT)
        return "" if "--ignore-scripts" in words else next(named, "")
    if manager == "apk" and "install" in words and ("pip" in words or ran.program in {"pip", "pip3"}):
        pinned = (word for word in words if word.partition("==")[0] == PYTHON_CLIENT and _old(word.partition("==")[2]))
        return "" if any(word.startswith(("--platform", "--only-binary")) for word in words) else next(pinned, "")
    return ""


def _old(version: str) -> bool:
    numbers = version.split(".")
    known = all(number.isascii() and number.isdecimal() and len(number) < 5 for number in numbers)
    return known and tuple(map(int, numbers)) <= LAST_WITHOUT_MUSL.value


def _text(instruction: Instruction) -> str:
    return "\n".join((instruction.value, *(heredoc.body for heredoc in instruction.heredocs)))


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
