"""`emulator-started`: the emulator belongs to a developer's machine."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.linting import NOBODY_SAID, Found, dockerfile, lint, packs, shown
from support.starting import APP, aws, found, program, python

from lambda_lint.engine import check_dockerfile

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "started where nobody announces the Runtime API": (aws({"/var/task/app.py": APP}), []),
    "started always": (
        python(
            {"/usr/bin/aws-lambda-rie": programs.program(programs.EMULATOR)},
            entrypoint=["aws-lambda-rie", "python", "-m", "awslambdaric"],
        ),
        [
            (
                "error",
                "/usr/bin/aws-lambda-rie is the runtime interface emulator, and it is started on "
                "Lambda too: the function never gets an event",
                "config.Entrypoint",
            )
        ],
    ),
    "under another name": (
        program(programs.program(programs.EMULATOR)),
        [
            (
                "error",
                "/main is the runtime interface emulator, and it is started on Lambda too: the "
                "function never gets an event",
                "config.Entrypoint",
            )
        ],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("emulator-started", description) == expected


def test_a_dockerfile_tells_by_the_name_of_what_it_starts() -> None:
    words = '["/usr/bin/aws-lambda-rie", "python", "-m", "awslambdaric"]'
    text = f"FROM python:3.13\nENTRYPOINT {words}\n"
    assert shown(lint(text, "emulator-started"), text) == [Found("warning", f"2: ENTRYPOINT {words}")]
    assert lint('FROM python:3.13\nENTRYPOINT ["/entry.sh", "aws-lambda-rie"]\n', "emulator-started") == ()
    assert lint(f"FROM acme/base:1\nCMD {words}\n", "emulator-started") == ()


def test_a_dockerfile_may_start_it_by_way_of_a_shell() -> None:
    text = "FROM python:3.13\nENTRYPOINT exec /rie/aws-lambda-rie-arm64 python -m awslambdaric app.handler\n"
    assert shown(lint(text, "emulator-started"), text) == [Found("warning", f"2: {text.splitlines()[1]}")]
    assert lint('FROM python:3.13\nENTRYPOINT [ -n "$X" ] || aws-lambda-rie python\n', "emulator-started") == ()


@pytest.mark.parametrize(
    ("path", "stage", "severity"),
    [
        ("lambda/Dockerfile", "latest", "warning"),
        ("lambda/Dockerfile", "local", "note"),
        ("lambda/Dockerfile", "debug", "note"),
        ("Dockerfile.e2e", "function", "note"),
        ("Dockerfile.test", "function", "note"),
        ("local_dev/Dockerfile", "function", "note"),
    ],
)
def test_a_dockerfile_for_tests_may_start_it(path: str, stage: str, severity: str) -> None:
    text = f'FROM python:3.13 AS {stage}\nENTRYPOINT ["/aws-lambda-rie", "python", "-m", "awslambdaric"]\n'
    found = check_dockerfile(dockerfile(text, path), packs("emulator-started"), NOBODY_SAID).findings
    assert [str(finding.severity) for finding in found] == [severity]
