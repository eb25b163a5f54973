"""`misread-instruction`: ENV with spaces around its equals sign, WORKDIR with an array."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "misread-instruction"
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"

FIRING = {
    "spaces": (f"{AWS}ENV HF_HOME = /opt/models\n", Found("warning", "2: HF_HOME = /opt/models")),
    "spaces and quotes": (f'{AWS}ENV STAGE = "a b"\n', Found("warning", '2: STAGE = "a b"')),
    "in a build stage": (
        f"FROM node:22 AS build\nENV STAGE = a\n{AWS}COPY --from=build /a ./\n",
        Found("warning", "2: STAGE = a"),
    ),
    "an array": (f'{AWS}WORKDIR ["/function"]\n', Found("warning", '2: WORKDIR ["/function"]')),
    "an array with single quotes": (f"{AWS}WORKDIR [ '/function' ]\n", Found("warning", "2: WORKDIR [ '/function' ]")),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: Found) -> None:
    assert shown(lint(text, RULE), text) == [expected]


SILENT = {
    "as it is to be": f'{AWS}ENV A=b C="d = e"\nENV F=\nWORKDIR /function\n',
    "the old form": f"{AWS}ENV A b = c\nENV B =c\nENV OPTIONS --x = y\n",
    "a folder with brackets": f"{AWS}WORKDIR /srv/[id]\nWORKDIR [id]\n",
    "in a stage that nobody needs": f"FROM node:22 AS tools\nENV STAGE = a\n{AWS}",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


@pytest.mark.parametrize(
    ("line", "message", "fix"),
    [
        (
            "ENV STAGE = a",
            "ENV gives STAGE a value that begins with the equals sign",
            "write ENV STAGE=, without spaces around it",
        ),
        (
            'WORKDIR ["/function"]',
            "WORKDIR takes no array: the folder becomes [/function], below the one before",
            "write WORKDIR /function",
        ),
    ],
)
def test_what_is_told(line: str, message: str, fix: str) -> None:
    (finding,) = lint(f"{AWS}{line}\n", RULE)
    assert (finding.problem.message, finding.problem.fix) == (message, fix)
