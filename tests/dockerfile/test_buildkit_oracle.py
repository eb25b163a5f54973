"""Instruction by instruction against BuildKit's own parser, in the package `dockerfile` (BuildKit 0.12.5).

Where BuildKit has changed since, see NEWER, `cases/` decides.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from support.dockerfiles import described, dockerfiles

from lambda_lint.dockerfile import Dockerfile, parse

oracle = pytest.importorskip("dockerfile", reason="BuildKit's parser (the package `dockerfile`) has no wheel here")

# Since 0.12.5: `# check=`; nothing may follow a JSON array; flags obey `# escape=`; `<< NAME` opens a here-document;
# `${a#b}` and `${a/b/c}` are substitutions.
NEWER = {
    "row-11-escape-after-check",
    "row-31-text-after-json",
    "flag-escape-under-backtick",
    "heredoc-blank-before-name",
    "heredoc-after-patterns",
}
# What the oracle cannot be given: it takes text, and hands strings to C, which ends them at NUL.
NOT_TEXT = {"row-34-latin-1", "json-not-utf-8", "words-nul"}
CASES = [
    case for case in sorted((Path(__file__).parent / "cases").glob("*.Dockerfile")) if case.stem not in NEWER | NOT_TEXT
]


def theirs(data: bytes) -> list[dict[str, Any]]:
    return [
        {
            "lines": [command.start_line, command.end_line],
            "keyword": (command.cmd or "").upper(),
            "flags": list(command.flags),
            "json": command.json,
            "arguments": list(command.value),
            "trigger": (command.sub_cmd or "").upper(),
            "heredocs": [(heredoc.name, heredoc.content, heredoc.file_descriptor) for heredoc in command.heredocs],
        }
        for command in oracle.parse_string(data.decode())
    ]


def ours(dockerfile: Dockerfile) -> list[dict[str, Any]]:
    """As `described`, less what the oracle does not tell: the flags of a trigger and its here-documents."""
    shown = [described(instruction) for instruction in dockerfile.instructions]
    return [
        {
            **instruction,
            "trigger": instruction.get("trigger", {}).get("keyword", ""),
            "heredocs": [
                (heredoc["name"], heredoc["body"], heredoc["file_descriptor"])
                for heredoc in instruction.get("heredocs", ())
                if "trigger" not in instruction
            ],
        }
        for instruction in shown
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_hard_case_is_read_as_the_oracle_reads_it(case: Path) -> None:
    data = case.read_bytes()

    assert ours(parse(data, "Dockerfile")) == theirs(data)


def _newer(data: bytes) -> bool:
    """Whether an array is followed by text, which the oracle overlooks."""
    return re.search(rb"\]\s*\]|\][^\S\n]*[^\s\]\\`]", data) is not None


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(dockerfiles())
@example(b"FROM a\nRUN <<A <<-B\nx\nA\n\tB\nUSER u\n")
def test_a_generated_dockerfile_is_read_as_the_oracle_reads_it(data: bytes) -> None:
    dockerfile = parse(data, "Dockerfile")
    try:
        expected = theirs(data)
    except oracle.GoParseError:
        assert dockerfile.problems
        return
    if not _newer(data):
        assert ours(dockerfile) == expected
