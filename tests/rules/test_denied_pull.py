"""`denied-pull`: a Deny wins."""

from __future__ import annotations

from typing import Any

import pytest
from support.policies import found

from lambda_lint import Deployment

HERE = Deployment(region="eu-west-1", account="111122223333")
ALLOW = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "ecr:*"}


def deny(principal: Any = "*", action: Any = "ecr:*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": principal, "Action": action, **more}


SILENT = {
    "other actions": deny(action=["ecr:DeleteRepository", "ecr:BatchDelete*"]),
    "another account": deny({"AWS": "999900001111"}),
    "under a condition": deny(Condition={"Bool": {"aws:SecureTransport": "false"}}),
    "but for somebody": {"Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}, "Action": "*"},
    "functions elsewhere": deny(
        Condition={"ArnLike": {"aws:SourceArn": "arn:aws:lambda:us-east-1:111122223333:function:*"}}
    ),
}


@pytest.mark.parametrize("statement", SILENT.values(), ids=SILENT)
def test_silent(statement: dict[str, Any]) -> None:
    assert found("denied-pull", {"Statement": [statement, ALLOW]}, HERE) == []


BOTH = "ecr:BatchGetImage and ecr:GetDownloadUrlForLayer"
FIRING = {
    "everybody": (deny(), f"Lambda {BOTH}"),
    "Lambda": (deny(ALLOW["Principal"], "ecr:BatchGet*"), "Lambda ecr:BatchGetImage"),
    "the account": (deny({"AWS": "arn:aws:iam::111122223333:root"}), f"account 111122223333 {BOTH}"),
    "all but an action": (
        {"Effect": "Deny", "Principal": "*", "NotAction": "ecr:BatchGetImage"},
        "Lambda ecr:GetDownloadUrlForLayer",
    ),
}


@pytest.mark.parametrize(("statement", "whom"), FIRING.values(), ids=FIRING)
def test_firing(statement: dict[str, Any], whom: str) -> None:
    message = f"this forbids {whom}, whatever else allows it"
    assert found("denied-pull", {"Statement": [ALLOW, statement]}, HERE) == [("error", message, '"Effect": "Deny"')]
