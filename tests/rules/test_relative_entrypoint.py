"""`relative-entrypoint`: AWS asks for whole paths."""

from __future__ import annotations

import pytest
from support.linting import Found, image_config, lint, lint_config, shown

from lambda_lint import Deployment

RULE = "relative-entrypoint"
PYTHON = "FROM python:3.13\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('ENTRYPOINT ["/usr/bin/python", "app.py"]', []),
        ("ENTRYPOINT exec python app.py", []),  # the program is the shell, by its whole path
        ("", []),
        ('ENTRYPOINT ["python"]', [Found("note", '2: ENTRYPOINT ["python"]')]),
        ('CMD ["./bootstrap"]', []),  # the base may bring an entrypoint, which takes this for an argument
    ],
)
def test_dockerfiles(lines: str, expected: list[Found]) -> None:
    text = f"{PYTHON}{lines}\n"
    assert shown(lint(text, RULE), text) == expected


def test_images() -> None:
    config = image_config(command=("node", "index.js"))
    assert shown(lint_config(config, RULE)) == [Found("note", "config.Cmd")]


def test_on_managed_instances_it_is_another_rules_error() -> None:
    config = image_config(entrypoint=("node",))
    assert lint_config(config, RULE, Deployment(features=frozenset({"managed-instances"}))) == ()
