"""`other-account`: the repository is somebody else's."""

from __future__ import annotations

import pytest
from support.linting import Found, lint_documents, shown

from lambda_lint import Deployment, Resolved

APP = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"


@pytest.mark.parametrize(
    ("deployment", "expected"),
    [
        (Deployment(), []),
        (Deployment(account="123456789012"), []),
        (Deployment(account="111122223333"), [Found("note", "reference")]),
        (Deployment(account="111122223333", image=APP), [Found("note", "settings.function.image")]),
    ],
)
def test_the_account(deployment: Deployment, expected: list[Found]) -> None:
    assert shown(lint_documents(Resolved("app.tar", APP, None), None, "other-account", deployment)) == expected
