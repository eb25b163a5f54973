"""The image is built for a CPU that the function does not run on.

A function runs on x86_64 (Docker's `amd64`, the default) or on arm64, and the image must be built for the same one.
Lambda does not compare the two when it takes the image, so a mismatch shows when the function starts:

```text
Error: fork/exec /lambda-entrypoint.sh: exec format error
Runtime.InvalidEntrypoint
IMAGE   Launch error: fork/exec /app/main: exec format error    Entrypoint: [/app/main] Cmd: [] WorkingDir: [/app]
```

An API Gateway or a function URL in front of it answers 502.

The usual cause: `docker build` makes an image for the machine that it runs on, arm64 on a Mac with Apple silicon, and
the function is x86_64. Tell lambda-lint which one the function uses with `--architecture`, and this rule compares.

## Bad

```dockerfile
FROM --platform=linux/arm/v7 public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

Built with `docker buildx build --platform linux/arm64 --provenance=false .` for a function on arm64.

## How to fix

Build for the function's architecture with `--platform linux/amd64` or `--platform linux/arm64`, or change the
function: `Architectures: [arm64]` in a template, `--architectures arm64` on the command line.

A tag of an AWS base image that ends in `-x86_64` or `-arm64` holds that architecture only, whatever `--platform` says.
Leave the ending out and `--platform` decides.

## References

- [Lambda: selecting an architecture](https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html)
- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [Reports of exec format error](https://github.com/aws/aws-lambda-base-images/issues/26)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    Deployment,
    Dockerfile,
    Location,
    Platform,
    Problem,
    Rule,
    RuntimeConfig,
    Severity,
    SourceLocation,
    parse_platform,
    printable,
)
from lambda_lint_rules._facts.base_images import recognise
from lambda_lint_rules._facts.limits import ARCHITECTURES

FLAG = "leave the flag out of FROM and "
TAG = "leave the architecture out of the tag and "


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None:
        return
    outermost = dockerfile.final.lineage[0]
    flag, base = outermost.start.platform, recognise(outermost.base)
    # BuildKit passes over the flag where there is no base image to pull.
    if flag is not None and outermost.platform and outermost.base != "scratch":
        place = SourceLocation(dockerfile.path, flag.region)
        # A variable's default is only what is built when nobody says otherwise.
        mismatch = Severity.WARNING if "$" in flag.value else Severity.ERROR
        platform = parse_platform(outermost.platform)
        if platform.os == "linux" and platform.architecture:
            yield from _judge(platform, "the final stage is built for", place, deployment, FLAG, mismatch)
    elif base is not None and base.architecture:
        place = SourceLocation(dockerfile.path, outermost.start.image.region)
        yield from _judge(Platform("linux", base.architecture), "the base image is for", place, deployment, TAG)


def check_runtime(config: RuntimeConfig, deployment: Deployment) -> Iterator[Problem]:
    if config.base is not None:
        return  # a Dockerfile: the check above has the exact place
    if config.architecture.value:
        platform = Platform(config.os.value or "", config.architecture.value, config.variant.value or "")
        yield from _judge(platform, "the image is built for", config.architecture.location, deployment)
    else:
        yield Problem(
            "the image's config names no architecture",
            config.architecture.location,
            f"set it to {_either()}; `docker build` does",
            Severity.WARNING,
        )


def _judge(
    platform: Platform,
    what: str,
    place: Location,
    deployment: Deployment,
    change: str = "",
    mismatch: Severity = Severity.ERROR,
) -> Iterator[Problem]:
    wanted = deployment.architecture
    fix = f"{change}build with `--platform linux/{wanted or 'amd64'}`"
    if platform.architecture not in ARCHITECTURES.value:
        name = "/".join(part for part in (platform.architecture, platform.variant) if part)
        yield Problem(f"{what} {printable(name)}, and Lambda runs {_either()} only", place, fix)
    elif wanted is not None and platform.architecture != wanted:
        yield Problem(
            f"{what} {platform.architecture}, and the function runs on {wanted}: it ends with `exec format error`",
            place,
            f"{fix}, or set the function's architecture to {_in_lambdas_words(platform.architecture)}",
            mismatch,
        )
    elif platform.architecture == "arm64" and platform.variant not in {"", "v8"}:
        yield Problem(
            f"{what} arm64/{printable(platform.variant)}, and Lambda's processors are arm64/v8",
            place,
            f"{change}build with `--platform linux/arm64`",
            Severity.WARNING,
        )


def _either() -> str:
    return " or ".join(ARCHITECTURES.value)


def _in_lambdas_words(architecture: str) -> str:
    return "x86_64" if architecture == "amd64" else architecture


RULE = Rule(
    name="unsupported-architecture",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_runtime=check_runtime,
    tags=("platform",),
)
