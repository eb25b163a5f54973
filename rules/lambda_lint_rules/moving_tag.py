"""The function is deployed by a tag that moves.

Lambda looks a tag up once, when the function is created or updated, and keeps the digest. A new image under the same
tag reaches the function only when somebody updates it, and nothing tells which image is running:

```text
In Amazon ECR, if you update the image tag to a new image, Lambda does not automatically update the function.
```

Many deploy `latest` and update the function right after the push, so this rule is off by default.

## Bad

```toml
[tool.lambda-lint.function]
image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:latest"
```

## Good

```toml
[tool.lambda-lint.function]
image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:2026-11-23"
```

## How to fix

Tag each build with something of its own (the commit, a version), or deploy the digest. ECR can refuse to move tags:
`aws ecr put-image-tag-mutability --image-tag-mutability IMMUTABLE`.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Problem, Resolved, Rule, Severity
from lambda_lint_rules._image_uri import image_uri


def check(resolved: Resolved, deployment: Deployment) -> Iterator[Problem]:
    uri = image_uri(resolved, deployment)
    if uri is None or not uri.certain or uri.reference is None:
        return
    if uri.reference.tag == "latest" and not uri.reference.digest:
        message = "`latest` is looked up once, when the function is created or updated"
        yield Problem(message, uri.location, "deploy a tag of the build's own, or the digest")


RULE = Rule(
    name="moving-tag",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_resolved=check,
    tags=("registry",),
    by_default=False,
)
