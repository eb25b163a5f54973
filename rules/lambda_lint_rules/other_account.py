"""The image is in another account than the function.

That works within a Region, when the policy of the repository lets both the function's account and Lambda itself pull.
Without the first nobody can create the function; without the second it fails once it was idle for weeks:

```text
Lambda does not have permission to access the ECR image. Check the ECR permissions.
```

This note says no more than that there is a policy to look at. lambda-lint can do that:
`aws ecr get-repository-policy --repository-name app > policy.json`, then `lambda-lint policy.json`.

## Bad

```toml
[tool.lambda-lint.function]
account = "111122223333"
image = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/app:1"
```

## Good

```toml
[tool.lambda-lint.function]
account = "111122223333"
image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1"
```

## How to fix

Give the repository the two statements that
[`missing-pull-permission`](https://github.com/lambda-lint/lambda-lint/blob/main/rules/docs/missing-pull-permission.md)
shows. When they are there, ignore this rule.

## References

- [Lambda: images in another account](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Problem, Resolved, Rule, Severity, printable
from lambda_lint_rules._image_uri import image_uri


def check(resolved: Resolved, deployment: Deployment) -> Iterator[Problem]:
    uri = image_uri(resolved, deployment)
    if uri is None or uri.registry is None or deployment.account in (None, uri.registry.account):
        return
    owner, account = printable(uri.registry.account), printable(deployment.account or "")
    message = f"the repository belongs to account {owner}, so its policy must let {account} and Lambda itself pull"
    yield Problem(message, uri.location, "lint the policy, too: `lambda-lint policy.json`")


RULE = Rule(
    name="other-account",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_resolved=check,
    tags=("registry",),
)
