"""The Dockerfile builds for the processor of whoever builds it.

Without a platform, an image is for the processor of the machine that builds it: arm64 on a newer Mac, x86_64 in most
pipelines. Lambda takes either, and starts the function on the processor that its settings name. Where the two differ it
ends with

```text
Error: fork/exec /lambda-entrypoint.sh: exec format error
Runtime.InvalidEntrypoint
```

This is a note, given when the function's architecture is known from the settings or from `--architecture`, and without
that when a build stage makes a program for arm64 (`GOARCH=arm64`). The command that builds the image may well name the
platform, and nothing here can see that.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM --platform=$TARGETPLATFORM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Build with `docker build --platform linux/arm64`, or `linux/amd64` for x86_64. `--platform=$TARGETPLATFORM` in FROM
changes nothing, and says that the command is meant to decide. A tag of AWS such as `3.13-arm64` decides by itself.

## References

- [Lambda: instruction set architectures](https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html)
- [Reports of exec format error](https://github.com/aws/aws-lambda-base-images/issues/26)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
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
    regex,
)
from lambda_lint_rules._facts.base_images import recognise

_FOR_ARM = regex(r"\bGOARCH=arm64\b|\baarch64-unknown-linux-(?:gnu|musl)\b|\s-r[ =]linux-(?:musl-)?arm64\b|\s--arm64\b")
_CHOOSES = regex(
    r"\bx86_64\b|\bamd64\b|\bx64\b|\bTARGETARCH\b|\bTARGETPLATFORM\b|\buname\b|\bdpkg --print-architecture\b"
)


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None:
        return
    root = dockerfile.final.lineage[0]
    base = recognise(root.base)
    if root.start.platform is not None or (base is not None and base.architecture):
        return
    if deployment.architecture is None:
        named = any(word in dockerfile.source for word in ("arm64", "aarch64"))  # which few have, and is quick to tell
        if not named or _CHOOSES.search(dockerfile.source):
            return
        found = next((found for stage in building.needed(dockerfile) for found in _for_arm(stage)), None)
        if found is not None:
            instruction, word = found
            yield Problem(
                f"{printable(word)} makes a program for arm64, and the image is for the machine that builds it",
                SourceLocation(dockerfile.path, root.start.image.region),
                "build with `--platform linux/arm64`, or write FROM --platform=linux/arm64",
                related=(("where it is made", SourceLocation(dockerfile.path, instruction.region)),),
            )
    else:
        yield Problem(
            "this builds for the processor of the machine that builds it, and the function runs on "
            f"{deployment.architecture}",
            SourceLocation(dockerfile.path, root.start.image.region),
            f"build with `--platform linux/{deployment.architecture}`",
        )


def _for_arm(stage: Stage) -> Iterator[tuple[Instruction, str]]:
    for instruction in stage.instructions:
        if isinstance(instruction, Run | Env) and (found := _FOR_ARM.search(instruction.text)):
            yield instruction, found[0]


RULE = Rule(
    name="unpinned-platform",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("platform",),
)
