"""The build calls a tool that is not in the base image.

AWS's base images on Amazon Linux 2023 hold little more than the language: `find`, `tar`, `gzip`, `unzip`, `wget`,
`which` and `useradd`, which were in the older ones on Amazon Linux 2, are gone. The build ends with

```text
/bin/sh: line 1: tar: command not found
exit code: 127
```

None of them has the tools that Java, Go and Rust are built with, and the images for .NET have no SDK: they are there to
run a function, not to make one.

```text
/bin/sh: line 1: mvn: command not found
No .NET SDKs were found.
```

Nothing is said where an earlier line of the stage installs the tool, copies it in, or installs packages that may bring
it along.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/nodejs:22
RUN curl -sSL https://example.com/tool.tar | tar -x -C /opt
COPY index.js ${LAMBDA_TASK_ROOT}/
CMD ["index.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/nodejs:22
RUN dnf install -y tar && dnf clean all
RUN curl -sSL https://example.com/tool.tar | tar -x -C /opt
COPY index.js ${LAMBDA_TASK_ROOT}/
CMD ["index.handler"]
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/java:21
COPY pom.xml ./
COPY src ./src
RUN mvn package
CMD ["example.Handler::handleRequest"]
```

## Good

```dockerfile
FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /src
COPY pom.xml ./
COPY src ./src
RUN mvn package
FROM public.ecr.aws/lambda/java:21
COPY --from=build /src/target/app.jar ${LAMBDA_TASK_ROOT}/lib/
CMD ["example.Handler::handleRequest"]
```

## How to fix

Build in a stage from an image that has the tool, and copy what comes of it. For a small tool, install its package
with `dnf` in the same stage first. `ADD` unpacks local tar files without any tool.

## References

- [Lambda: AWS base images](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [aws-lambda-base-images: find is gone](https://github.com/aws/aws-lambda-base-images/issues/196)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from lambda_lint import Deployment, Dockerfile, Env, Problem, Rule, Severity, SourceLocation
from lambda_lint_rules._build import region_of
from lambda_lint_rules._facts.base_images import AL2023, NEEDS_DOTNET_SDK, NOT_IN_ANY, NOT_ON_AL2023
from lambda_lint_rules._stages import INSTALLERS, Step, steps

_PROGRAMS = frozenset({*NOT_ON_AL2023.value, *NOT_IN_ANY.value, "dotnet"})


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    if not any(name in dockerfile.source for name in _PROGRAMS):
        return
    told: set[tuple[int, str]] = set()
    for step in steps(dockerfile):
        program = step.ran.program
        package = NOT_ON_AL2023.value.get(program)
        if package is not None and _lacks(step, program, package) and (step.stage, program) not in told:
            told.add((step.stage, program))
            yield Problem(
                f"there is no {program} in {step.before.base}, which is made from the minimal {AL2023}",
                SourceLocation(dockerfile.path, region_of(step.run, program)),
                f"write RUN dnf install -y {package} before it",
            )
        elif (image := _builder(step)) and _bare(dockerfile, step) and (step.stage, program) not in told:
            told.add((step.stage, program))
            what = "no SDK of .NET" if program == "dotnet" else f"no {program}"
            yield Problem(
                f"there is {what} in {step.before.base}",
                SourceLocation(dockerfile.path, region_of(step.run, program)),
                f"build in a stage of its own, FROM {image}, and COPY --from it",
            )


def _builder(step: Step) -> str:
    """The image to build in, where a command is one that needs it; "" for any other."""
    program = step.ran.program
    if program != "dotnet":
        return NOT_IN_ANY.value.get(program, "")
    first = next((word for word in step.ran.arguments if word is None or not word.startswith("-")), None)
    return "mcr.microsoft.com/dotnet/sdk" if first in NEEDS_DOTNET_SDK.value else ""


def _bare(dockerfile: Dockerfile, step: Step) -> bool:
    """Whether nothing before a command can have brought a tool."""
    tools, stages = step.before, dockerfile.stages[step.stage].lineage
    if not step.ran.certain or tools.open or tools.enriched:
        return False
    if any(pair.name == "PATH" for stage in stages for each in stage.every(Env) for pair in each.pairs):
        return False
    numbers = {stage.index for stage in stages}
    before = takewhile(lambda other: other is not step, (each for each in steps(dockerfile) if each.stage in numbers))
    return all(other.ran.program in _BRINGS_NOTHING or other.ran.program == step.ran.program for other in before)


# What they do puts no program anywhere.
_BRINGS_NOTHING = INSTALLERS | {"cd", "chmod", "chown", "echo", "export", "ls", "mkdir", "rm", "set", "pwd", "true"}


def _lacks(step: Step, program: str, package: str) -> bool:
    tools = step.before
    if tools.base is None or tools.base.os != AL2023 or not step.ran.certain or tools.open or tools.enriched:
        return False
    return not {program, package} & tools.named


RULE = Rule(
    name="missing-build-tool",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("base-image",),
)
