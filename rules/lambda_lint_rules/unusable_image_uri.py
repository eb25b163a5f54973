"""The function's ImageUri is not one that Lambda takes.

Lambda fetches images from private repositories of Amazon ECR and from nowhere else: not from Docker Hub, not from
GitHub, and not from AWS's own public gallery, whose images are bases to build on. The name must end in a tag or a
digest.

```text
InvalidParameterValueException: Source image public.ecr.aws/lambda/python:3.13 is not valid. Provide a valid source
image.
```

lambda-lint judges the name that the settings say (`image` under `[tool.lambda-lint.function]`), and of images in ECR
their own. A dual-stack host (`dkr-ecr`, `on.aws`) is a warning: ECR has it, and nobody says whether Lambda takes it.

## Bad

```toml
[tool.lambda-lint.function]
image = "ghcr.io/acme/app:1"
```

## Good

```toml
[tool.lambda-lint.function]
image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"
```

## How to fix

Push the image to a private repository of ECR in the function's Region, and name it as
`ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG`, or with `@sha256:DIGEST` in place of the tag.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [A tag is required](https://github.com/hashicorp/terraform/issues/27963)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Problem, Resolved, Rule, Severity, printable
from lambda_lint_rules._facts.ecr import ACCOUNT, PUBLIC_GALLERY
from lambda_lint_rules._image_uri import ImageUri, image_uri

_FIX = "push the image to a private ECR repository and name it ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG"


def check(resolved: Resolved, deployment: Deployment) -> Iterator[Problem]:
    uri = image_uri(resolved, deployment)
    if uri is None:
        return
    wrong = _wrong(uri)
    if wrong:
        yield Problem(f"{printable(uri.text)} {wrong}", uri.location, _FIX)
    elif uri.registry is not None and uri.registry.dual_stack and not uri.registry.fips:
        message = f"{printable(uri.text)} has a dual-stack host, which Lambda is not known to take"
        yield Problem(message, uri.location, "write the host as ACCOUNT.dkr.ecr.REGION.amazonaws.com", Severity.WARNING)


def _wrong(uri: ImageUri) -> str:
    """What is wrong with it, as the end of a sentence; "" for nothing."""
    reference, registry = uri.reference, uri.registry
    if reference is None:
        return "is no image reference"
    if reference.host == PUBLIC_GALLERY:
        return "is in the public gallery, and Lambda fetches from private ECR repositories only"
    if registry is None:
        return "is not in a private ECR repository, the only place that Lambda fetches from"
    if not ACCOUNT.fullmatch(registry.account):
        return f"names the account {printable(registry.account)}, and those of AWS have twelve digits"
    # A name that was linted may well have been completed with :latest by whoever read the image.
    if uri.certain and not (reference.tag or reference.digest):
        return "has neither a tag nor a digest"
    return ""


RULE = Rule(
    name="unusable-image-uri",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_resolved=check,
    tags=("registry",),
)
