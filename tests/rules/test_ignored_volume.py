"""`ignored-volume` on Dockerfiles and on images."""

from __future__ import annotations

import pytest
from support.images import image
from support.linting import Found, lint, lint_image, shown

RULE = "ignored-volume"
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"

SILENT = {
    "none": AWS,
    "below /tmp": f'{AWS}VOLUME ["/tmp", "/tmp/cache"]\n',
    "in a build stage": f"FROM maven:3 AS build\nVOLUME /root/.m2\n{AWS}",
    "held back": f"{AWS}ONBUILD VOLUME /data\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


def test_each_folder_is_told() -> None:
    text = f'{AWS}VOLUME ["/data", "/cache"]\n'
    findings = lint(text, RULE)
    assert shown(findings, text) == [Found("note", '2: VOLUME ["/data", "/cache"]')] * 2
    assert sorted(finding.problem.message for finding in findings) == [
        "Lambda ignores VOLUME, so /cache can only be read",
        "Lambda ignores VOLUME, so /data can only be read",
    ]


def test_the_stage_below_counts() -> None:
    text = f"{AWS.strip()} AS base\nVOLUME /data\nFROM base\n"
    assert shown(lint(text, RULE), text) == [Found("note", "2: VOLUME /data")]


def test_images() -> None:
    assert lint_image(image({"/a": ""}, volumes=["/tmp"]), RULE) == ()
    assert shown(lint_image(image({"/a": ""}, volumes=["/data"]), RULE)) == [Found("note", "config.Volumes")]
