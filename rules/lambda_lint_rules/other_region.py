"""The image is in another Region than the function.

Lambda fetches an image only from a repository in the function's own Region:

```text
InvalidParameterValueException: Source image 123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1 is not valid. Provide a
valid source image.
```

This rule runs when the settings say where the function is, and the image's name or the settings tell where the image
is.

## Bad

```toml
[tool.lambda-lint.function]
region = "eu-west-1"
image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1"
```

## Good

```toml
[tool.lambda-lint.function]
region = "eu-west-1"
image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"
```

## How to fix

Push the image to a repository in the function's Region as well, or let ECR copy it there: a replication rule of the
registry does that for every push.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [ECR: replication](https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html)
- [A report](https://github.com/binxio/cfn-ses-provider/issues/27)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Problem, Resolved, Rule, Severity, printable
from lambda_lint_rules._image_uri import image_uri


def check(resolved: Resolved, deployment: Deployment) -> Iterator[Problem]:
    uri = image_uri(resolved, deployment)
    if uri is None or uri.registry is None or deployment.region is None or uri.registry.region == deployment.region:
        return
    here, there = printable(deployment.region), printable(uri.registry.region)
    message = f"the repository is in {there}, and the function in {here}"
    yield Problem(message, uri.location, f"push the image to a repository in {here}, or replicate it there")


RULE = Rule(
    name="other-region",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_resolved=check,
    tags=("registry",),
)
