"""`fips-endpoint` on Dockerfiles and on references."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, lint_documents, shown

from lambda_lint import Resolved

RULE = "fips-endpoint"
HOST = "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com"
DUAL = "123456789012.dkr-ecr-fips.us-gov-west-1.on.aws"
GOOD = "123456789012.dkr.ecr.us-east-1.amazonaws.com"

SILENT = {
    "ordinary host": f"FROM {GOOD}/app:1\n",
    "public gallery": "FROM public.ecr.aws/lambda/python:3.13\n",
    "the words in a path": "FROM registry.example.com/ecr-fips.tools/app:1\n",
    "the words in a comment": f"# was {HOST}/app:1\nFROM {GOOD}/app:1\n",
    "the words in a RUN": f"FROM {GOOD}/app:1\nRUN docker login {HOST}\n",
    "ARG without default": "ARG REGISTRY\nFROM $REGISTRY/app:1\n",
    "COPY from a stage": f"FROM {GOOD}/app:1 AS ecr-fips\nFROM {GOOD}/app:1\nCOPY --from=ecr-fips /a /a\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "FROM": (f"FROM {HOST}/app:1\n", [Found("error", f"1: {HOST}/app:1")]),
    "FROM with dual stack": (f"FROM {DUAL}/app:1\n", [Found("error", f"1: {DUAL}/app:1")]),
    "FROM of an earlier stage": (
        f"FROM {HOST}/app:1 AS base\nFROM {GOOD}/app:1\n",
        [Found("error", f"1: {HOST}/app:1")],
    ),
    "ARG that FROM uses, once": (
        f"ARG REGISTRY={HOST}\nFROM ${{REGISTRY}}/app:1\n",
        [Found("error", f"1: REGISTRY={HOST}")],
    ),
    "ARG with a whole reference in quotes": (
        f'ARG BASE="{HOST}/app:1"\nFROM $BASE\n',
        [Found("error", f'1: BASE="{HOST}/app:1"')],
    ),
    "host put together from an ARG": (
        "ARG SERVICE=ecr-fips\nFROM 123456789012.dkr.${SERVICE}.us-east-1.amazonaws.com/app:1\n",
        [Found("error", "2: 123456789012.dkr.${SERVICE}.us-east-1.amazonaws.com/app:1")],
    ),
    "COPY --from": (
        f"FROM {GOOD}/app:1\nCOPY --from={HOST}/tools:1 /a /a\n",
        [Found("error", f"2: --from={HOST}/tools:1")],
    ),
    "RUN --mount": (
        f"FROM {GOOD}/app:1\nRUN --mount=type=bind,from={HOST}/tools:1,target=/t cp /t/a /a\n",
        [Found("error", f"2: --mount=type=bind,from={HOST}/tools:1,target=/t")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE), text) == expected


def test_the_fix_names_the_ordinary_host() -> None:
    (finding,) = lint(f"FROM {DUAL}/app:1\n", RULE)
    assert finding.problem.fix == "write 123456789012.dkr-ecr.us-gov-west-1.on.aws"


@pytest.mark.parametrize(
    ("reference", "repository", "count"),
    [
        (f"{HOST}/app:1", "", 1),
        ("image.tar", f"{HOST}/app:1", 1),
        (f"{HOST}/app:1", f"{HOST}/app:1", 1),
        (f"{GOOD}/app:1", f"{GOOD}/app:1", 0),
    ],
)
def test_the_name_of_an_image(reference: str, repository: str, count: int) -> None:
    findings = lint_documents(Resolved(reference, repository, None), None, RULE)
    assert shown(findings) == [Found("error", "reference")] * count
