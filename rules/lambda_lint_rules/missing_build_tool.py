"""The build calls a tool that is not in the base image.

AWS's base images on Amazon Linux 2023 hold little more than the language: `find`, `tar`, `gzip`, `unzip`, `wget`,
`which` and `useradd`, which were in the older ones on Amazon Linux 2, are gone. The build ends with

```text
/bin/sh: line 1: tar: command not found
exit code: 127
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

## How to fix

Install its package with `dnf` in the same stage first, or unpack in a stage of its own and `COPY --from` it. `ADD`
unpacks local tar files without any tool.

## References

- [Lambda: AWS base images](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [aws-lambda-base-images: find is gone](https://github.com/aws/aws-lambda-base-images/issues/196)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, Severity, SourceLocation
from lambda_lint_rules._build import region_of
from lambda_lint_rules._facts.base_images import AL2023, NOT_ON_AL2023
from lambda_lint_rules._stages import Step, steps


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
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
