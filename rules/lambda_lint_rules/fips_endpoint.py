"""A name leads to an Amazon ECR FIPS endpoint.

Lambda does not support the FIPS endpoints of Amazon ECR for container images. A registry host with `ecr-fips` in it is
such an endpoint. A function that is created from an image under that name is refused:

```text
InvalidParameterValueException: Source image 123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/app:1 is not valid.
Provide a valid source image.
```

The same repository answers under its ordinary host, so only the name has to change. In a Dockerfile the host usually
comes with a registry variable that is used for the push, too, which is how it reaches the function.

## Bad

```dockerfile
FROM 123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/lambda-base:1
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM 123456789012.dkr.ecr.us-east-1.amazonaws.com/lambda-base:1
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Write `ecr` for `ecr-fips` in the host: `ACCOUNT.dkr.ecr.REGION.amazonaws.com`, or with dual stack
`ACCOUNT.dkr-ecr.REGION.on.aws`. Look for the variable `AWS_USE_FIPS_ENDPOINT` and for `use_fips_endpoint` in the AWS
configuration of the pipeline: they make tools print such hosts.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [Amazon ECR endpoints](https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambda_lint import (
    Arg,
    Copy,
    Deployment,
    Dockerfile,
    ImageLocation,
    Problem,
    Region,
    Resolved,
    Rule,
    Run,
    Severity,
    SourceLocation,
    printable,
    regex,
)
from lambda_lint_rules._facts.registries import is_fips

_MOUNT_FROM = regex(r"(?:^|,)from=([^,]+)")


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    if "fips" not in dockerfile.source.lower():
        return
    hosts = dict(_arguments(dockerfile))
    for name, (value, region) in hosts.items():
        yield _problem(f"the default of ARG {name}", value, SourceLocation(dockerfile.path, region))
    for stage in dockerfile.stages:
        image = stage.start.image
        if is_fips(stage.base) and not _uses(image.text, hosts):
            yield _problem("FROM", stage.base, SourceLocation(dockerfile.path, image.region))
        for copy in stage.every(Copy):
            if copy.stage and is_fips(copy.stage.value):
                place = SourceLocation(dockerfile.path, copy.stage.region)
                yield _problem(f"{copy.keyword} --from", copy.stage.value, place)
        for flag in (flag for run in stage.every(Run) for flag in run.flags):
            source = _MOUNT_FROM.search(flag.value) if flag.name == "mount" else None
            if source and is_fips(source[1]):
                yield _problem("RUN --mount", source[1], SourceLocation(dockerfile.path, flag.region))


def _arguments(dockerfile: Dockerfile) -> Iterator[tuple[str, tuple[str, Region]]]:
    for pair in (pair for argument in dockerfile.every(Arg) for pair in argument.pairs):
        value = (pair.value or "").strip("\"'")
        if is_fips(value):
            yield pair.name, (value, pair.region)


def _uses(text: str, names: dict[str, tuple[str, Region]]) -> bool:
    return any(re.search(rf"\$\{{?{re.escape(name)}\b", text) for name in names)


def check_resolved(resolved: Resolved, deployment: Deployment) -> Iterator[Problem]:
    name = next((name for name in (resolved.reference, resolved.repository) if is_fips(name)), None)
    if name is not None:
        yield _problem("the image's name", name, ImageLocation(key="reference"))
    if deployment.image is not None and is_fips(deployment.image):
        yield _problem("the function's ImageUri", deployment.image, ImageLocation(key="settings.function.image"))


def _problem(where: str, name: str, location: SourceLocation | ImageLocation) -> Problem:
    host = printable(name.partition("/")[0])
    ordinary = re.sub("ecr-fips", "ecr", host, flags=re.IGNORECASE)
    return Problem(
        f"{where} leads to {host}, an ECR FIPS endpoint, which Lambda does not support", location, f"write {ordinary}"
    )


RULE = Rule(
    name="fips-endpoint",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_resolved=check_resolved,
    tags=("registry",),
)
