"""AWS has no base image of that name.

AWS's base images are called after their language, and the version is the tag: `provided:al2023`, `nodejs:22`. The
names of Lambda's runtimes (`provided.al2023`, `nodejs22.x`) are none of theirs. Nor do their tags have flavours, as
those of Docker's official images do: there is no `-slim` and no `-alpine`. The build ends with its first step:

```text
ERROR: failed to solve: public.ecr.aws/lambda/provided.al2023: failed to resolve source metadata for
public.ecr.aws/lambda/provided.al2023:latest: public.ecr.aws/lambda/provided.al2023:latest: not found
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/provided.al2023
COPY bootstrap ${LAMBDA_RUNTIME_DIR}/
CMD ["main"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/provided:al2023
COPY bootstrap ${LAMBDA_RUNTIME_DIR}/
CMD ["main"]
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13-slim
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Write the language, a colon and its version, as AWS's page about its base images does.

## References

- [Lambda: AWS base images](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, Severity, SourceLocation, building, printable
from lambda_lint_rules._facts.base_images import misnamed


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    for stage in building.needed(dockerfile):
        meant = misnamed(stage.base) if stage.parent is None else None
        if meant is not None:
            yield Problem(
                f"AWS has no base image called {printable(stage.base)}",
                SourceLocation(dockerfile.path, stage.start.image.region),
                f"write FROM {printable(meant)}",
            )


RULE = Rule(
    name="misnamed-base",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("base-image",),
)
