"""`ignored-user` on Dockerfiles and on images."""

from __future__ import annotations

import pytest
from support.images import image
from support.linting import Found, lint, lint_config, shown

RULE = "ignored-user"
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"

SILENT = {
    "none": AWS,
    "in a build stage": f"FROM maven:3 AS build\nUSER maven\n{AWS}",
    "held back": f"{AWS}ONBUILD USER app\n",
    "of a base that is not known": "FROM gcr.io/distroless/static:nonroot\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


def test_the_last_user_is_told() -> None:
    text = f"{AWS}USER root\nRUN dnf install -y tar\nUSER 1000:1000\n"
    (finding,) = lint(text, RULE)
    assert shown((finding,), text) == [Found("note", "4: USER 1000:1000")]
    assert finding.problem.message == "Lambda ignores USER 1000:1000 and runs the image as uid 993"


@pytest.mark.parametrize(("user", "expected"), [("", []), ("app", [Found("note", "config.User")])])
def test_images(user: str, expected: list[Found]) -> None:
    assert shown(lint_config(image({"/a": ""}, user=user).config, RULE)) == expected
