"""`expiring-image`: lifecycle policies that delete what functions use."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.policies import found

from lambda_lint import Deployment

URI = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app"
LATEST, DIGEST, VERSION = (Deployment(image=f"{URI}{end}") for end in (":latest", "@sha256:" + "a" * 64, ":1.2.3"))


def rule(status: str, count: str, number: object = 3, action: str = "expire", **more: Any) -> dict[str, Any]:
    selection = {"tagStatus": status, "countType": count, "countNumber": number, **more}
    return {"rulePriority": 1, "selection": selection, "action": {"type": action}}


SILENT = {
    "many are kept": rule("any", "imageCountMoreThan", 6),
    "tags of a kind": rule("tagged", "imageCountMoreThan", 1, tagPrefixList=["pr-"]),
    "to the archive": rule("any", "sinceImagePushed", 30, action="transition"),
    "a count that is none": rule("any", "imageCountMoreThan", "3"),
    "a type of count that nobody knows": rule("any", "sinceImagePulled", 90),
}


@pytest.mark.parametrize("content", SILENT.values(), ids=SILENT)
def test_silent(content: dict[str, Any]) -> None:
    assert found("expiring-image", {"rules": [content]}, LATEST) == []


UNTAGGED = "this deletes untagged images, and an image that lost its tag may still be a function's"
FIRING: dict[str, tuple[dict[str, Any], Deployment, str, str]] = {
    "few are kept": (
        rule("any", "imageCountMoreThan", 2),
        VERSION,
        "warning",
        "this deletes all but the last 2 images, and a function may use an older one",
    ),
    "by age": (
        rule("any", "sinceImagePushed", 30, countUnit="days"),
        VERSION,
        "warning",
        "this deletes every image after 30 days, also one that a function still uses",
    ),
    "untagged, by latest": (rule("untagged", "sinceImagePushed"), LATEST, "warning", UNTAGGED),
    "untagged, by digest": (rule("untagged", "sinceImagePushed"), DIGEST, "warning", UNTAGGED),
    "untagged, by version": (rule("untagged", "sinceImagePushed"), VERSION, "note", UNTAGGED),
    "untagged, who knows": (rule("untagged", "imageCountMoreThan"), Deployment(), "note", UNTAGGED),
}


@pytest.mark.parametrize(("content", "deployment", "severity", "message"), FIRING.values(), ids=FIRING)
def test_firing(content: dict[str, Any], deployment: Deployment, severity: str, message: str) -> None:
    assert found("expiring-image", {"rules": [content]}, deployment) == [(severity, message, '"selection"')]


def test_what_the_command_line_of_aws_prints_is_understood() -> None:
    policy = json.dumps({"rules": [rule("any", "imageCountMoreThan", 1)]})
    printed = {"registryId": "123456789012", "lifecyclePolicyText": policy}
    assert [place for *_, place in found("expiring-image", printed)] == ['"lifecyclePolicyText"']
