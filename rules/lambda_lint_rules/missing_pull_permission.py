"""The repository's policy does not let Lambda pull the image.

Lambda fetches the image with its own service, `lambda.amazonaws.com`, when the function is created, and again whenever
it was idle for weeks. Where the policy of the ECR repository does not let it, the function is refused or fails later:

```text
Lambda does not have permission to access the ECR image. Check the ECR permissions.
ImageAccessDenied: The function does not have permission to access the specified image.
ERROR: Lambda cannot initialize the provided container image. Verify the image.
```

Lambda adds the statement that it needs by itself, when whoever creates the function may read and write the policy
(`ecr:GetRepositoryPolicy`, `ecr:SetRepositoryPolicy`). Terraform, CDK and the like then overwrite it with what is in
their files, at the next deployment. A role that the function runs as can grant the same, so this is a warning.

For a function in another account (`account` in the settings) the policy must also let that account pull. Without that
nobody there can create the function: an error.

The file is the policy itself, or what `aws ecr get-repository-policy` prints. Conditions are compared with `region` and
`account` of the settings; what lambda-lint cannot work out counts as met.

## Bad

```json
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
      "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }
  ]
}
```

## Good

```json
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
      "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    },
    {
      "Effect": "Allow",
      "Principal": {"Service": "lambda.amazonaws.com"},
      "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      "Condition": {"ArnLike": {"aws:sourceArn": "arn:aws:lambda:eu-west-1:111122223333:function:*"}}
    }
  ]
}
```

## How to fix

Add the second statement of the example. For functions in the repository's own account it needs neither the condition
nor the first statement. For several accounts, list them in both. Who creates the function needs the two actions in an
identity policy of their own, too.

## References

- [Lambda: permissions on ECR](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [IAM: JSON policies](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html)
- [A report](https://github.com/aws-samples/bedrock-access-gateway/issues/127)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, JsonDocument, Problem, Rule, Severity, parse_reference, printable
from lambda_lint_rules._facts.ecr import LAMBDA, PULL, registry
from lambda_lint_rules._policy import Policy, Statement, policy

_BOTH = " and ".join(PULL.value)


def check(document: JsonDocument, deployment: Deployment) -> Iterator[Problem]:
    found = policy(document)
    if found is None:
        return
    account = deployment.account
    if account is not None and _owner(found, deployment) not in ("", account):
        yield from _account(document, found, account, deployment)
    missing = [action for action in PULL.value if found.allows(LAMBDA, action, deployment) is False]
    if missing:
        yield _service(document, found, missing, deployment)


def _owner(found: Policy, deployment: Deployment) -> str:
    """The account of the repository, "" where nobody says."""
    named = registry(parse_reference(deployment.image)) if deployment.image is not None else None
    return found.account or (named.account if named is not None else "")


def _account(document: JsonDocument, found: Policy, account: str, deployment: Deployment) -> Iterator[Problem]:
    if any(found.allows(account, action, deployment) is False for action in PULL.value):
        message = f"nothing lets account {printable(account)} pull, to which the function belongs"
        fix = f'allow {_BOTH} to {{"AWS": "arn:aws:iam::{printable(account)}:root"}}'
        yield Problem(message, document.location(found.value), fix, Severity.ERROR)


def _service(document: JsonDocument, found: Policy, missing: list[str], deployment: Deployment) -> Problem:
    for statement in found.statements:
        if statement.effect == "Allow" and statement.names(LAMBDA):
            return _near(document, statement, missing, deployment)
    message = f"nothing lets Lambda ({LAMBDA}) pull the image"
    return Problem(message, document.location(found.value), f'allow {_BOTH} to {{"Service": "{LAMBDA}"}}')


def _near(document: JsonDocument, statement: Statement, missing: list[str], deployment: Deployment) -> Problem:
    """What keeps a statement from granting the request: its condition, or its actions."""
    condition = statement.value.get("Condition")
    if condition is not None and statement.holds(LAMBDA, deployment) is False:
        message = f"this statement is for Lambda, and its condition is not met by {_function(deployment)}"
        functions = f"arn:aws:lambda:{deployment.region or 'REGION'}:{deployment.account or 'ACCOUNT'}:function:*"
        fix = f'write {{"ArnLike": {{"aws:sourceArn": "{printable(functions)}"}}}}'
        return Problem(message, document.location(condition), fix)
    message = f"this statement is for Lambda, and does not allow {' and '.join(missing)}"
    return Problem(message, document.location(statement.value.get("Action") or statement.value), "add it there")


def _function(deployment: Deployment) -> str:
    where = [f"in {deployment.region}" if deployment.region else "", deployment.account and f"of {deployment.account}"]
    return printable(" ".join(filter(None, ("a function", *where))))


RULE = Rule(
    name="missing-pull-permission",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_json=check,
    tags=("registry",),
)
