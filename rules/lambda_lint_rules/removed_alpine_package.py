"""The build installs libexecinfo-dev, which Alpine no longer has.

The runtime clients for Python and Node.js compile a library when they are installed, and on Alpine it needed
`libexecinfo-dev`. Alpine 3.17 removed that package, and the build ends with

```text
ERROR: unable to select packages:
  libexecinfo-dev (no such package)
```

and without the package with `fatal error: execinfo.h: No such file or directory`. Version 4.0.1 of `awslambdaric` does
without it.

## Bad

```dockerfile
FROM python:3.13-alpine3.22
RUN apk add --no-cache build-base libtool autoconf automake cmake libexecinfo-dev
RUN pip install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## Good

```dockerfile
FROM python:3.13-alpine3.22
RUN apk add --no-cache build-base libtool autoconf automake cmake elfutils-dev
RUN pip install 'awslambdaric>=4.0.1'
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## How to fix

Install `awslambdaric` 4.0.1 or later and leave the package out. Where a client still asks for `execinfo.h`, install
`elfutils-dev`, or take a base image on Debian.

## References

- [awslambdaric: Alpine 3.17](https://github.com/aws/aws-lambda-python-runtime-interface-client/issues/128)
- [aws-lambda-ric: Alpine 3.17](https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/68)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, Run, Severity, SourceLocation, building, regex
from lambda_lint_rules._build import commands, region_of
from lambda_lint_rules._facts.registries import is_official, split

_PACKAGE = "libexecinfo-dev"
# People take the package from the repository of an older Alpine.
_OTHER_REPOSITORY = ("--repository", "-X", "http")
_REMOVED_IN = (3, 17)
_NEWEST = (sys.maxsize, 0)
# Built anew for as long as their language is maintained, and that of these was when Alpine 3.17 came, in November 2022.
_MOVING = {
    "alpine": regex(r"(?:latest|3)?"),
    "node": regex(r"(?:1[4689]|[2-9]\d|lts|current)?-?alpine"),
    "python": regex(r"(?:3(?:\.(?:[789]|\d\d))?)?-?alpine"),
    "ruby": regex(r"(?:3(?:\.\d)?)?-?alpine"),
}
_ALPINE_TAG = regex(r"(?:^|-)alpine-?(\d+)\.(\d+)")
_VERSION = regex(r"(\d+)\.(\d+)")


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    if _PACKAGE not in dockerfile.source:
        return
    for stage in building.needed(dockerfile):
        version = _alpine(stage.lineage[0].base)
        if version is None or version < _REMOVED_IN:
            continue
        for run in stage.every(Run):
            if _PACKAGE in run.text and _asks(run):
                which = "the newest Alpine" if version == _NEWEST else f"Alpine {version[0]}.{version[1]}"
                yield Problem(
                    f"{which} has no {_PACKAGE}, which was removed in 3.17",
                    SourceLocation(dockerfile.path, region_of(run, _PACKAGE)),
                    "install awslambdaric 4.0.1 or later, or elfutils-dev in its place",
                )


def _asks(run: Run) -> bool:
    return any(
        ran.program == "apk" and ran.certain and ran.fatal and {"add", _PACKAGE} <= set(ran.arguments)
        for ran in commands(run)
        if not any((word or "").startswith(_OTHER_REPOSITORY) for word in ran.arguments)
    )


def _alpine(reference: str) -> tuple[int, int] | None:
    """The version of Alpine that an image's name tells, None when it tells none."""
    if "alpine" not in reference:
        return None
    parts = split(reference)
    name = parts.path.rpartition("/")[2]
    if is_official(reference) and not parts.digest and name in _MOVING and _MOVING[name].fullmatch(parts.tag):
        return _NEWEST
    match = _VERSION.match(parts.tag) if name == "alpine" else _ALPINE_TAG.search(parts.tag)
    return None if match is None else (int(match[1]), int(match[2]))


RULE = Rule(
    name="removed-alpine-package",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("runtime-client",),
)
