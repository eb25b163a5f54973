"""There is no image of that name, of AWS or of the Web Adapter.

AWS's base images are called after their language, and the version is the tag: `provided:al2023`, `nodejs:22`. The
names of Lambda's runtimes (`provided.al2023`, `nodejs22.x`) are none of theirs. Nor do their tags have flavours, as
those of Docker's official images do: there is no `-slim` and no `-alpine`. The build ends with its first step:

```text
ERROR: failed to solve: public.ecr.aws/lambda/provided.al2023: failed to resolve source metadata for
public.ecr.aws/lambda/provided.al2023:latest: public.ecr.aws/lambda/provided.al2023:latest: not found
```

The image of the Lambda Web Adapter is `awsguru/aws-lambda-adapter`, without `web`. That is a warning: AWS lists its
base images, and of the adapter's only its users say that there is no other.

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

## Bad

```dockerfile
FROM python:3.13-slim
COPY --from=public.ecr.aws/awsguru/aws-lambda-web-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
COPY app.py ./
CMD ["python", "app.py"]
```

## Good

```dockerfile
FROM python:3.13-slim
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
COPY app.py ./
CMD ["python", "app.py"]
```

## How to fix

Write the language, a colon and its version, as AWS's page about its base images does.

## References

- [Lambda: AWS base images](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [The image of the Lambda Web Adapter](https://gallery.ecr.aws/awsguru/aws-lambda-adapter)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    Copy,
    Deployment,
    Dockerfile,
    Problem,
    Region,
    Rule,
    Severity,
    SourceLocation,
    building,
    printable,
)
from lambda_lint_rules._facts.base_images import misnamed, recognise


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    for stage in building.needed(dockerfile):
        if stage.parent is None:
            yield from _problems(dockerfile, "FROM ", stage.base, stage.start.image.region)
        for source in (copy.stage for copy in stage.every(Copy)):
            if source is not None and building.stage_named(source.value, dockerfile.stages[: stage.index]) is None:
                yield from _problems(dockerfile, "--from=", source.value, source.region)


def _problems(dockerfile: Dockerfile, before: str, name: str, region: Region) -> Iterator[Problem]:
    meant = misnamed(name)
    if meant is not None:
        of_aws = recognise(meant) is not None
        message = f"{'AWS has no base image' if of_aws else 'there is no image'} called {printable(name)}"
        fix = f"write {before}{printable(meant)}"
        # AWS lists its base images. That the adapter's project has just one image is what its users say.
        severity = None if of_aws else Severity.WARNING
        yield Problem(message, SourceLocation(dockerfile.path, region), fix, severity)


RULE = Rule(
    name="misnamed-base",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("base-image",),
)
