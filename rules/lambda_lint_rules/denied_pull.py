"""The repository's policy forbids Lambda to pull the image.

A statement with `"Effect": "Deny"` wins over every other, also over what the function's role and Lambda itself add:

```text
Lambda does not have permission to access the ECR image. Check the ECR permissions.
ImageAccessDenied
```

The file is the policy itself, or what `aws ecr get-repository-policy` prints. A Deny whose condition lambda-lint cannot
work out is passed over.

## Bad

```json
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Deny",
      "Principal": "*",
      "Action": "ecr:Batch*"
    },
    {
      "Effect": "Allow",
      "Principal": {"Service": "lambda.amazonaws.com"},
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
      "Effect": "Deny",
      "Principal": "*",
      "Action": "ecr:BatchDeleteImage"
    },
    {
      "Effect": "Allow",
      "Principal": {"Service": "lambda.amazonaws.com"},
      "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }
  ]
}
```

## How to fix

Take `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer` out of the Deny, or give it a condition that leaves Lambda
out.

## References

- [Lambda: permissions on ECR](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [IAM: how a Deny counts](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, JsonDocument, Problem, Rule, Severity, printable
from lambda_lint_rules._facts.ecr import LAMBDA, PULL
from lambda_lint_rules._policy import policy


def check(document: JsonDocument, deployment: Deployment) -> Iterator[Problem]:
    found = policy(document)
    for statement in found.statements if found is not None else ():
        if statement.effect != "Deny":
            continue
        for who, name in ((LAMBDA, "Lambda"), (deployment.account, f"account {printable(deployment.account or '')}")):
            denied = [action for action in PULL.value if who is not None and statement.meets(who, action, deployment)]
            if denied:
                place = document.location(statement.value.get("Effect") or statement.value)
                fix = f"take {' and '.join(denied)} out of it"
                yield Problem(f"this forbids {name} {' and '.join(denied)}, whatever else allows it", place, fix)
                break


RULE = Rule(
    name="denied-pull",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_json=check,
    tags=("registry",),
)
