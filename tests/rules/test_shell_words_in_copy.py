"""`shell-words-in-copy`: COPY and ADD with what only a shell understands."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "shell-words-in-copy"
BASE = "FROM public.ecr.aws/lambda/python:3.13\n"

FIRING = {
    "a file that may be missing": (f"{BASE}COPY a.json ./ 2>/dev/null || true\n", [Found("error", "2: 2>/dev/null")]),
    "an alternative": (f"{BASE}COPY a.json ./ || true\n", [Found("error", "2: ||")]),
    "in a build stage": ("FROM node:22 AS b\nADD a.json . || exit 0\n" + BASE, [Found("error", "2: ||")]),
    "two commands": (f"{BASE}COPY a.json ./ && echo copied\n", [Found("error", "2: &&")]),
    "from a stage": (
        f"FROM node:22 AS b\n{BASE}COPY --from=b /usr/lib/x.so /usr/lib/ || true\n",
        [Found("error", "3: ||")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE), text) == expected


SILENT = {
    "a RUN": f"{BASE}RUN cp a.json /opt/ 2>/dev/null || true\n",
    "a pattern": f"{BASE}COPY a.json b.jso[n] ./\n",
    "a here-document": f"{BASE}COPY <<EOF /opt/x\na || b 2>/dev/null\nEOF\n",
    "names with such characters": f'{BASE}COPY ["a|b", "c > d", "./"]\nCOPY a||b.json a>b ./\n',
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


def test_what_to_write_instead() -> None:
    (finding,) = lint(f"{BASE}COPY a.json ./ || true\n", RULE)
    assert finding.problem.message == "no shell reads COPY: it takes || for a file, and the build ends"
    assert finding.problem.fix == (
        "end COPY before it; where a file may be missing, name it by a pattern beside one that is there"
    )
