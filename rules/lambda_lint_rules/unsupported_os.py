"""The image is not a Linux image.

Lambda runs Linux images only. A Windows image is refused, or the function fails when it starts:

```text
The image manifest, config or layer media type for the source image ... is not supported.
Error: fork/exec /app/main: exec format error
```

In a Dockerfile this shows in the base of the final stage: anything under `mcr.microsoft.com/windows`, a `nanoserver` or
`windowsservercore` tag, or `--platform=windows/amd64`. In a built image it is the config's `os`.

## Bad

```dockerfile
FROM mcr.microsoft.com/dotnet/runtime:8.0-nanoserver-ltsc2022
WORKDIR /lambda
COPY out/ .
ENTRYPOINT ["dotnet", "Function.dll"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/dotnet:10
COPY out/ ${LAMBDA_TASK_ROOT}/
CMD ["Function::Function.Handler::Handle"]
```

## How to fix

Build on a Linux base image. For .NET that is `public.ecr.aws/lambda/dotnet`, or a Linux tag of
`mcr.microsoft.com/dotnet/runtime` with Amazon.Lambda.RuntimeSupport in the program. On a Windows machine switch Docker
Desktop to Linux containers.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    Deployment,
    Dockerfile,
    Problem,
    Rule,
    RuntimeConfig,
    Severity,
    SourceLocation,
    parse_platform,
    printable,
)
from lambda_lint_rules._facts.base_images import is_windows

FIX = "build on a Linux image, such as one of public.ecr.aws/lambda"


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None:
        return
    outermost = dockerfile.final.lineage[0]
    flag = outermost.start.platform
    os = parse_platform(outermost.platform).os if outermost.platform else ""
    if flag is not None and os not in {"", "linux"}:
        yield Problem(
            f"the final stage is built for {printable(os)}, and Lambda runs Linux images only",
            SourceLocation(dockerfile.path, flag.region),
            FIX,
        )
    elif is_windows(outermost.base):
        yield Problem(
            f"{printable(outermost.base)} is a Windows image, and Lambda runs Linux images only",
            SourceLocation(dockerfile.path, outermost.start.image.region),
            FIX,
        )


def check_runtime(config: RuntimeConfig, _deployment: Deployment) -> Iterator[Problem]:
    # For a Dockerfile the check above has the exact place.
    if config.base is None and config.os.value and config.os.value != "linux":
        os = printable(config.os.value)
        yield Problem(f"the image's os is {os}, and Lambda runs Linux images only", config.os.location, FIX)


RULE = Rule(
    name="unsupported-os",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_runtime=check_runtime,
    tags=("platform",),
)
