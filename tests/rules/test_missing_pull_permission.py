"""`missing-pull-permission`: whom the policy of a repository lets pull."""

from __future__ import annotations

from typing import Any

import pytest
from support.policies import found

from lambda_lint import Deployment

PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
SERVICE = {"Service": "lambda.amazonaws.com"}
OWNER, CONSUMER = "444455556666", "111122223333"
HERE = Deployment(region="eu-west-1", account=CONSUMER)
THEIRS = Deployment(region="eu-west-1", account=CONSUMER, image=f"{OWNER}.dkr.ecr.eu-west-1.amazonaws.com/app:1")


def allow(principal: Any = SERVICE, action: Any = PULL, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def account(number: str = CONSUMER) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{number}:root"}


def source(pattern: Any, operator: str = "ArnLike") -> dict[str, Any]:
    return {operator: {"aws:sourceArn": pattern}}


ARN = f"arn:aws:lambda:eu-west-1:{CONSUMER}:function:*"

GRANTED = {
    "as AWS shows it": [allow()],
    "one action a statement": [allow(action=PULL[0]), allow(action=PULL[1])],
    "with wildcards": [allow(action=["ecr:batchget*", "ECR:Get?ownloadUrlForLayer"])],
    "everything": [allow(action="*")],
    "everything but": [{"Effect": "Allow", "Principal": SERVICE, "NotAction": "ecr:Delete*"}],
    "everybody": [allow("*")],
    "several services": [allow({"Service": ["codebuild.amazonaws.com", "lambda.amazonaws.com"]})],
    "everybody of AWS, which is open": [allow({"AWS": "*"})],
    "everybody but somebody, which is open": [{"Effect": "Allow", "NotPrincipal": {"AWS": OWNER}, "Action": "ecr:*"}],
    "the functions of the account": [allow(Condition=source(ARN))],
    "of many accounts": [allow(Condition=source([ARN.replace(CONSUMER, OWNER), ARN], "StringLike"))],
    "one function, which may be it": [allow(Condition=source(ARN.replace("*", "app"), "StringEquals"))],
    "a variable": [allow(Condition=source("arn:aws:lambda:eu-west-1:${aws:PrincipalAccount}:function:*"))],
    "the account": [allow(Condition={"StringEquals": {"aws:SourceAccount": CONSUMER}})],
    "an organisation, which is open": [allow(Condition={"StringEquals": {"aws:SourceOrgID": "o-1"}})],
}


@pytest.mark.parametrize("statements", GRANTED.values(), ids=GRANTED)
def test_silent(statements: list[Any]) -> None:
    assert found("missing-pull-permission", {"Statement": statements}, HERE) == []
    assert found("missing-pull-permission", {"Statement": statements}) == []


NOTHING = ("warning", "nothing lets Lambda (lambda.amazonaws.com) pull the image", '"Statement"')


def unmet(where: str = f"a function in eu-west-1 of {CONSUMER}") -> tuple[str, str, str]:
    return "warning", f"this statement is for Lambda, and its condition is not met by {where}", '"Condition"'


MISSING: dict[str, tuple[list[Any], tuple[str, str, str]]] = {
    "only the account": ([allow(account())], NOTHING),
    "only another service": ([allow({"Service": "codebuild.amazonaws.com"})], NOTHING),
    "only a Deny": ([{"Effect": "Deny", "Principal": SERVICE, "Action": "ecr:DeleteRepository"}], NOTHING),
    "an action is missing": (
        [allow(action=[PULL[0]])],
        ("warning", "this statement is for Lambda, and does not allow ecr:GetDownloadUrlForLayer", '"Action"'),
    ),
    "another Region": ([allow(Condition=source(ARN.replace("eu-west-1", "us-east-1")))], unmet()),
    "another account": ([allow(Condition=source(ARN.replace(CONSUMER, OWNER)))], unmet()),
    "a wildcard where none counts": ([allow(Condition=source(ARN, "StringEquals"))], unmet()),
    "another account's resources": ([allow(Condition={"StringEquals": {"aws:SourceAccount": OWNER}})], unmet()),
}


@pytest.mark.parametrize(("statements", "expected"), MISSING.values(), ids=MISSING)
def test_firing(statements: list[Any], expected: tuple[str, str, str]) -> None:
    assert found("missing-pull-permission", {"Version": "2012-10-17", "Statement": statements}, HERE) == [expected]


def test_one_statement_need_not_be_a_list() -> None:
    assert found("missing-pull-permission", {"Statement": allow()}) == []
    assert found("missing-pull-permission", {"Statement": allow(account())}) == [NOTHING]


FOREIGN = ("error", f"nothing lets account {CONSUMER} pull, to which the function belongs", '"Statement"')
ACROSS: dict[str, tuple[list[Any], list[tuple[str, str, str]]]] = {
    "both": ([allow(account()), allow(Condition=source(ARN))], []),
    "the account by its number": ([allow({"AWS": [CONSUMER, OWNER]}), allow()], []),
    "a role of the account, which may be the one": ([allow({"AWS": f"arn:aws:iam::{CONSUMER}:role/x"}), allow()], []),
    "an organisation": ([allow("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})], []),
    "only the account": ([allow(account())], [NOTHING]),
    "only Lambda": ([allow()], [FOREIGN]),
    "neither": ([allow(account("999900001111"))], [FOREIGN, NOTHING]),
}


@pytest.mark.parametrize(("statements", "expected"), ACROSS.values(), ids=ACROSS)
def test_another_account(statements: list[Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("missing-pull-permission", {"Statement": statements}, THEIRS) == expected


def test_what_the_command_line_of_aws_prints_is_understood() -> None:
    import json

    printed = {"registryId": OWNER, "repositoryName": "app", "policyText": json.dumps({"Statement": [allow()]})}
    assert found("missing-pull-permission", printed, HERE) == [(*FOREIGN[:2], '"policyText"')]
    assert found("missing-pull-permission", printed, Deployment(account=OWNER)) == []
