"""A program that the start needs misses a library, or one that is new enough.

A dynamic program names the loader that starts it, the libraries that it needs, and the versions of them that it was
linked with. All three have to be in the image. A program that was built with glibc, the C library of Debian and Amazon
Linux, does not start on Alpine, whose C library is musl, nor the other way round; one that was built in a newer
distribution than the final stage asks for symbols that are not there.

A Dockerfile shows it, as a warning, where a stage of Go or Rust builds for its own Debian what the final stage starts
on Alpine, on nothing, or on an older glibc.

```text
fork/exec /main: no such file or directory (Runtime.InvalidEntrypoint)
/main: error while loading shared libraries: libssl.so.3: cannot open shared object file
/var/task/bootstrap: /lib64/libc.so.6: version `GLIBC_2.38' not found (required by /var/task/bootstrap)
libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory
```

## Bad

```dockerfile
FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build -o /main .
FROM alpine:3.22
COPY --from=build /main /main
ENTRYPOINT ["/main"]
```

## Good

```dockerfile
FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /main .
FROM alpine:3.22
COPY --from=build /main /main
ENTRYPOINT ["/main"]
```

## How to fix

Build in the distribution that the final stage has, or in an older one; link statically (`CGO_ENABLED=0`,
`x86_64-unknown-linux-musl`); install the package that brings the library.

## References

- [ld.so(8): how libraries are found](https://man7.org/linux/man-pages/man8/ld.so.8.html)
- [A build stage newer than the final one](https://github.com/aws/aws-lambda-rust-runtime/issues/455)
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambda_lint import (
    Copy,
    Deployment,
    Dockerfile,
    Problem,
    Rule,
    Run,
    RuntimeConfig,
    Severity,
    SourceLocation,
    Stage,
    building,
    printable,
    regex,
    runtime,
)
from lambda_lint_rules._clients import program_file
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._facts.libc import ASKED_FOR, MUSL, NONE, libc
from lambda_lint_rules._facts.registries import split
from lambda_lint_rules._start import troubles_of
from lambda_lint_rules._start.expansion import absolute

NAME = "missing-library"

_BUILDS = {
    "golang": regex(r"\bgo\s+(?:build|install)\b"),
    "rust": regex(r"\bcargo\s+(?:\+\S+\s+)?(?:build|install)\b"),
}
_FIXES = {
    "golang": "build it with CGO_ENABLED=0, or in the distribution of the final stage",
    "rust": "build it for x86_64-unknown-linux-musl, or in the distribution of the final stage",
}
# Whatever may link in another way, or for another machine, which leaves C out of Go.
_OTHERWISE = regex(
    r"CGO_ENABLED[= \"']+0|static|musl|netgo|osusergo|zig|GOARCH|GOFLAGS|--target|TARGET|RUSTFLAGS|GOOS[= ]+(?!linux)|"
    r"\bcross\b|cargo-lambda|cargo\s+lambda"
)
_BRINGS_GLIBC = regex(r"glibc|gcompat|libc6-compat|/lib(?:64)?(?:/|\s|$)|ld-linux")


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    final = dockerfile.final
    if final is None:
        return
    there = libc(final.lineage[0].base)
    if there is None or (isinstance(there, tuple) and there >= ASKED_FOR):
        return
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    started = program_file(config)
    own = [instruction for stage in final.lineage for instruction in stage.instructions]
    if not started or any(_BRINGS_GLIBC.search(each.text) for each in own if isinstance(each, Run | Copy)):
        return
    copy = next((each for each in reversed(own) if isinstance(each, Copy) and started in _targets(each, config)), None)
    source = building.stage_named(copy.stage.value, dockerfile.stages) if copy and copy.stage else None
    if copy is None or source is None:
        return
    base = source.lineage[0].base
    built = libc(base)
    if not isinstance(built, tuple) or not (isinstance(there, str) or built >= ASKED_FOR) or not _linked(source, base):
        return
    image = printable(final.lineage[0].base)
    lack = {MUSL: f"and {image} has musl instead", NONE: "and scratch has no C library at all"}.get(str(there))
    if lack is None:
        lack = f"which is newer than the {'.'.join(map(str, there))} of {image}"
    message = f"{printable(started)} is linked with the glibc of {printable(base)}, {lack}"
    fix = _FIXES[posixpath.basename(split(base).path)]
    yield Problem(message, SourceLocation(dockerfile.path, copy.region), fix, Severity.WARNING)


def _targets(copy: Copy, config: RuntimeConfig) -> frozenset[str]:
    """The paths of the files that a copy makes, as far as names tell: itself, or in the folder that it names."""
    to = absolute(copy.destination.text, config, config.workdir.value)
    if to is None:
        return frozenset()
    names = (posixpath.basename(source.text.rstrip("/")) for source in copy.sources)
    return frozenset({to, *(posixpath.join(to, name) for name in names)})


def _linked(stage: Stage, base: str) -> bool:
    """Whether a stage builds in the usual way, with the C library of its own image."""
    builds = _BUILDS.get(posixpath.basename(split(base).path))
    if any(member.start.flags for member in stage.lineage):
        return False  # a platform of its own makes it a build for another machine, where Go leaves C out
    texts = [instruction.text for member in stage.lineage for instruction in member.instructions]
    return builds is not None and any(map(builds.search, texts)) and not any(map(_OTHERWISE.search, texts))


RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=troubles_of(NAME),
    tags=("start",),
)
