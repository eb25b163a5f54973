"""What is wrong in a here-document is shown at its line, and what is wrong in a file beside it at that one's."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.contexts import TODAY, write
from support.linting import lint

from lambda_lint import Position, Region, SourceLocation
from lambda_lint.session import Options
from lambda_lint.session import run as run_lint

AWS = "FROM public.ecr.aws/lambda/python:3.11\n"
TASK = "CMD ['app.handler']\n".replace("'", '"')
SCRIPT = 'ENTRYPOINT ["/start.sh"]\n'


def copied(body: str, to: str = "app.py", flags: str = "") -> str:
    return f"COPY {flags}<<'EOF' {to}\n{body}EOF\n"


def run(body: str) -> str:
    return f"RUN <<EOF\n{body}EOF\n"


@pytest.mark.parametrize(
    ("rule", "text", "line"),
    [
        pytest.param(
            "missing-module",
            AWS + copied("import json\nfrom collections import Mapping\ndef handler(event, context): ...\n") + TASK,
            "from collections import Mapping",
            id="a name that Python has lost",
        ),
        pytest.param(
            "missing-module",
            AWS + copied("import json\ndef handler(event, context): ...\nos.y\n") + TASK,
            "os.y",
            id="a name that nothing defines",
        ),
        pytest.param(
            "handler-does-not-compile",
            AWS + copied("def handler(event, context):\n    return 1\n  return 2\n") + TASK,
            "return 2",
            id="Python's syntax",
        ),
        pytest.param(
            "write-outside-tmp",
            AWS + copied('import json\nopen("/var/task/x", "w")\ndef handler(event, context): ...\n') + TASK,
            'open("/var/task/x", "w")',
            id="a file that is written",
        ),
        pytest.param(
            "missing-file",
            AWS + copied('import json\nopen("/var/task/x")\ndef handler(event, context): ...\n') + TASK,
            'open("/var/task/x")',
            id="a file that is not there",
        ),
        pytest.param(
            "write-outside-tmp",
            "FROM debian:12\n"
            + copied("#!/bin/sh\nset -e\n  echo x > /srv/x\nexec /a\n", "/start.sh", "--chmod=755 ")
            + SCRIPT,
            "echo x > /srv/x",
            id="a shell script",
        ),
        pytest.param(
            "unreadable-file", AWS + run("set -e\nchmod 700 /var/task\n") + TASK, "chmod 700 /var/task", id="chmod"
        ),
        pytest.param(
            "unreadable-file",
            AWS + run("umask 077\nif true; then echo; fi\ncp -r a /var/task/b && echo\n") + TASK,
            "cp -r a /var/task/b && echo",
            id="umask",
        ),
        pytest.param(
            "baked-into-home",
            "FROM python:3.12\n" + run("set -e\n\tplaywright install chromium\n") + TASK,
            "playwright install chromium",
            id="a browser",
        ),
        pytest.param(
            "hidden-by-mount",
            "FROM python:3.12\nENV PLAYWRIGHT_BROWSERS_PATH=/tmp/b\n" + run("set -e\nplaywright install\n") + TASK,
            "playwright install",
            id="a browser below /tmp",
        ),
        pytest.param(
            "home-not-writable",
            "FROM python:3.12\n" + run("set -e\npip install crewai\n") + TASK,
            "pip install crewai",
            id="a package",
        ),
    ],
)
def test_the_line_is_that_of_the_here_document(rule: str, text: str, line: str):
    (found,) = lint(text, rule)
    region = found.problem.location.region
    assert region.start.line == region.end.line
    assert text.split("\n")[region.start.line - 1][region.start.column - 1 : region.end.column - 1] == line


def test_without_a_here_document_the_instruction_is_shown():
    text = AWS + "RUN true && \\\n    chmod 700 /var/task\n" + TASK
    (found,) = lint(text, "unreadable-file")
    assert found.problem.location.region == Region(Position(2, 1), Position(3, 24))


def test_the_second_of_two_here_documents_is_counted_from_its_own_start():
    text = "FROM python:3.12\nRUN cat <<A >a; sh <<B\nplain\nA\nset -e\nplaywright install\nB\n" + TASK
    (found,) = lint(text, "baked-into-home")
    assert found.problem.location.region == Region(Position(6, 1), Position(6, 19))


def test_a_file_beside_the_dockerfile_is_shown_at_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write(
        tmp_path,
        {"Dockerfile": AWS + "COPY app.py ./\n" + TASK, "app.py": "import json\n\nos.x\ndef handler(e, c): ...\n"},
    )
    monkeypatch.chdir(tmp_path)
    (target,) = run_lint(["Dockerfile"], Options(folder=tmp_path, today=TODAY)).targets
    (found,) = (each for each in target.findings if each.rule.name == "missing-module")
    ((_, place),) = found.problem.related
    assert place == SourceLocation("app.py", Region(Position(3), Position(3)))
