"""Hard Dockerfiles, each beside what BuildKit v0.34.2 (2026) makes of it.

`NAME.expected` holds one JSON object a line, one for each instruction, written by a program that was linked with
BuildKit's own parser. The cases `row-NN-...` are constructs that dockerfile-parse reads wrongly, or nearly does.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.dockerfiles import described

from lambda_lint.dockerfile import parse

CASES = sorted((Path(__file__).parent / "cases").glob("*.Dockerfile"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_is_read_as_buildkit_reads_it(case: Path) -> None:
    expected = [json.loads(line) for line in case.with_suffix(".expected").read_text(encoding="utf-8").splitlines()]

    assert [described(instruction) for instruction in parse(case.read_bytes(), case.name).instructions] == expected


def test_every_case_has_its_expectation_and_every_expectation_its_case() -> None:
    folder = Path(__file__).parent / "cases"

    assert {path.stem for path in folder.glob("*.expected")} == {case.stem for case in CASES}
