"""`unusable-image-uri`: only private ECR repositories, with a tag or a digest."""

from __future__ import annotations

import pytest
from support.linting import lint_documents

from lambda_lint import Deployment, Resolved

RULE = "unusable-image-uri"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


def said(image: str | None, name: str = "app:latest") -> list[tuple[str, str]]:
    findings = lint_documents(Resolved(name, "", None), None, RULE, Deployment(image=image))
    return [(str(finding.severity), finding.problem.message) for finding in findings]


@pytest.mark.parametrize(
    "image",
    [
        f"{ECR}/app:1",
        f"{ECR}/team/app@sha256:{'a' * 64}",
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:1",
        "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov/app:1",
        "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/app:1",  # an error of fips-endpoint
        None,
    ],
)
def test_silent(image: str | None) -> None:
    assert said(image) == []


PUBLIC = "is in the public gallery, and Lambda fetches from private ECR repositories only"
ONLY = "is not in a private ECR repository, the only place that Lambda fetches from"
FIRING = {
    "public.ecr.aws/lambda/python:3.13": PUBLIC,
    "ghcr.io/acme/app:1": ONLY,
    "app:1": ONLY,
    f"{ECR}/app": "has neither a tag nor a digest",
    f"{ECR}/App:1": "is no image reference",
    f"https://{ECR}/app:1": "is no image reference",
    "": "is no image reference",
    "12345.dkr.ecr.eu-west-1.amazonaws.com/app:1": "names the account 12345, and those of AWS have twelve digits",
}


@pytest.mark.parametrize(("image", "wrong"), FIRING.items(), ids=FIRING)
def test_firing(image: str, wrong: str) -> None:
    assert said(image) == [("error", f"{image} {wrong}")]


def test_nobody_knows_of_dual_stack() -> None:
    image = "123456789012.dkr-ecr.eu-west-1.on.aws/app:1"
    assert said(image) == [("warning", f"{image} has a dual-stack host, which Lambda is not known to take")]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("app:1", 0),
        ("public.ecr.aws/lambda/python:3.13", 0),  # who looks into a base image need not deploy it
        (f"{ECR}/app", 0),
        ("docker://1.dkr.ecr.eu-west-1.amazonaws.com/app:1", 1),
    ],
)
def test_the_name_of_an_image_that_was_linted(name: str, count: int) -> None:
    assert len(said(None, name)) == count
