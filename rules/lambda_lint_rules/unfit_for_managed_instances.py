"""The image cannot run on Lambda Managed Instances.

Managed Instances start a function in their own way. The program that ENTRYPOINT names, or CMD without one, must be an
absolute path there; elsewhere on Lambda a bare name is looked up in `PATH`.

```text
FunctionError.InvalidEntryPoint: The Lambda function's runtime entrypoint path isn't valid. The path must be absolute,
non-empty, and point to an executable file.
```

The base image must also hold a runtime that serves several requests at once: Python 3.13, Node.js 22, Java 21, .NET 8
or a later one, or be `provided:al2023`. On a base of your own, `awslambdaric` and `aws-lambda-ric` do
that from version 4 on.

This rule runs when the settings say that the function uses the feature:

```toml
[tool.lambda-lint.function]
features = ["managed-instances"]
```

## Bad

```dockerfile
FROM python:3.13
RUN pip install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## Good

```dockerfile
FROM python:3.13
RUN pip install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## How to fix

Write the program's whole path. `docker run --rm --entrypoint which IMAGE python` tells it.

## References

- [Lambda Managed Instances](https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html)
- [Lambda API: ImageConfig](https://docs.aws.amazon.com/lambda/latest/dg/API_ImageConfig.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    Deployment,
    Dockerfile,
    Image,
    ImageLocation,
    Location,
    Problem,
    Rule,
    Run,
    RuntimeConfig,
    Severity,
    SourceLocation,
    building,
    printable,
    replace,
)
from lambda_lint_rules import _base
from lambda_lint_rules._facts.base_images import AwsBase, recognise
from lambda_lint_rules._facts.features import CLIENTS_ON_MANAGED_INSTANCES, MANAGED_INSTANCES, ON_MANAGED_INSTANCES
from lambda_lint_rules._features import own_client, relative_program, too_old
from lambda_lint_rules._start import Client, plan


def check_runtime(config: RuntimeConfig, deployment: Deployment) -> Iterator[Problem]:
    found = relative_program(config) if MANAGED_INSTANCES in deployment.features else None
    if found is not None:
        program, location = found
        message = f"{printable(program)} is no absolute path, and Managed Instances look nothing up in PATH"
        yield Problem(message, location, "write the whole path of the program")


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is not None:
        root = dockerfile.final.lineage[0]
        yield from _old(recognise(root.base), SourceLocation(dockerfile.path, root.start.image.region), deployment)
        if MANAGED_INSTANCES in deployment.features:
            yield from _pinned(dockerfile, deployment)


def _pinned(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    """The client that is started, where the build installs an exact version of it that is too old."""
    client = plan(dockerfile, deployment).client
    runs = (run for stage in building.needed(dockerfile) for run in stage.every(Run))
    for word in (word for run in runs for word in run.words) if client is not None else ():
        name, equals, version = word.text.strip("\"'").partition("==")
        if equals and client is not None and name == client.name:
            yield from _serves_one(replace(client, version=version), SourceLocation(dockerfile.path, word.region))


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    if MANAGED_INSTANCES not in deployment.features:
        return
    found = _base.of_image(image)
    if found is not None:
        yield from _old(found.base, found.location, deployment)
    client = own_client(image, deployment)
    if client is not None:
        yield from _serves_one(client, ImageLocation(path=client.path))


def _serves_one(client: Client, location: Location) -> Iterator[Problem]:
    if too_old(client, CLIENTS_ON_MANAGED_INSTANCES.value):
        first = ".".join(map(str, CLIENTS_ON_MANAGED_INSTANCES.value[client.name]))
        message = f"{printable(str(client))} serves one request at a time, and Managed Instances send several"
        yield Problem(message, location, f"install {client.name} {first}", Severity.WARNING)


def _old(base: AwsBase | None, location: Location, deployment: Deployment) -> Iterator[Problem]:
    if MANAGED_INSTANCES not in deployment.features or base is None:
        return
    if base.os_only and base.version in {"al2", "alami"}:
        message = f"{base} does not serve Managed Instances; of the OS-only bases provided al2023 does"
        yield Problem(message, location, "move to a newer base image", Severity.WARNING)
    if base.os_only or not base.numbers:
        return
    first = ON_MANAGED_INSTANCES.value.get(base.language)
    if first is None or base.numbers < first:
        since = f"; they start with {base.language} {'.'.join(map(str, first))}" if first else ""
        message = f"the runtime of {base} does not serve Managed Instances{since}"
        yield Problem(message, location, "move to a newer base image", Severity.WARNING)


RULE = Rule(
    name="unfit-for-managed-instances",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_runtime=check_runtime,
    check_image=check_image,
    tags=("features",),
)
