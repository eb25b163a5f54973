"""`other-region`: Lambda fetches within one Region."""

from __future__ import annotations

import pytest
from support.linting import lint_documents

from lambda_lint import Deployment, Resolved

RULE = "other-region"
APP = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:latest"


def said(rule: str, deployment: Deployment, name: str = "app:1", repository: str = "") -> list[tuple[str, str]]:
    findings = lint_documents(Resolved(name, repository, None), None, rule, deployment)
    return [(finding.problem.location.key, finding.problem.message) for finding in findings]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("deployment", "repository", "expected"),
    [
        (Deployment(image=APP), APP, []),
        (Deployment(region="eu-west-1", image=APP), "", []),
        (Deployment(region="us-east-1"), "ghcr.io/acme/app:1", []),
        (
            Deployment(region="us-east-1"),
            APP,
            [("reference", "the repository is in eu-west-1, and the function in us-east-1")],
        ),
        (
            Deployment(region="us-east-1", image=APP),
            "",
            [("settings.function.image", "the repository is in eu-west-1, and the function in us-east-1")],
        ),
    ],
)
def test_the_region(deployment: Deployment, repository: str, expected: list[tuple[str, str]]) -> None:
    assert said(RULE, deployment, repository=repository) == expected
