"""`moving-tag`: the settings deploy by `latest`."""

from __future__ import annotations

import pytest
from support.linting import Found, lint_documents, shown

from lambda_lint import Deployment, Resolved

APP = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app"


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (None, []),
        (f"{APP}:1", []),
        (f"{APP}:latest@sha256:{'a' * 64}", []),
        (f"{APP}:latest", [Found("note", "settings.function.image")]),
    ],
)
def test_the_tag(image: str | None, expected: list[Found]) -> None:
    subject = Resolved("x", f"{APP}:latest", None)
    assert shown(lint_documents(subject, None, "moving-tag", Deployment(image=image))) == expected
