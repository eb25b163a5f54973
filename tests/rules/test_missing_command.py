"""`missing-command` on Dockerfiles and on configs."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import programs
from support.contexts import TODAY, Files, write
from support.linting import AWS_ENVIRONMENT, Found, image_config, lint, lint_config, shown
from support.starting import aws, found

from lambda_lint import Deployment
from lambda_lint.session import Options, run

RULE = "missing-command"
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"
COPY = "COPY app.py ${LAMBDA_TASK_ROOT}/\n"
CLIENT = 'FROM python:3.13-slim\nRUN pip install awslambdaric\nENTRYPOINT ["python", "-m", "awslambdaric"]\n'

SILENT = {
    "handler": AWS + COPY + 'CMD ["app.handler"]\n',
    "shell form is another rule's": AWS + COPY + "CMD app.handler\n",
    "handler in the entrypoint": AWS + COPY + 'ENTRYPOINT ["/lambda-entrypoint.sh", "app.handler"]\n',
    "a script of the same name": "FROM python:3.13\nCOPY start.sh /lambda-entrypoint.sh\n"
    'ENTRYPOINT ["/lambda-entrypoint.sh"]\n',
    "own program on an AWS base": AWS + COPY + 'ENTRYPOINT ["/main"]\n',
    "unknown base": "FROM registry.example.com/base:1\n" + COPY,
    "no base without build arguments": "ARG BASE\nFROM $BASE\n" + COPY,
    "client with its handler": CLIENT.replace('ric"]', 'ric", "app.handler"]'),
    "the handler where the client reads it": (
        'FROM amazonlinux:2023\nENV _HANDLER=app.App.process\nENTRYPOINT ["/usr/local/bin/aws_lambda_ric"]\n'
    ),
    "handler from an earlier stage": AWS.replace("\n", " AS base\n") + 'CMD ["app.handler"]\nFROM base\n' + COPY,
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "AWS base": (AWS + COPY, Found("note", "1: FROM public.ecr.aws/lambda/python:3.13")),
    "empty CMD": (AWS + COPY + "CMD []\n", Found("note", "3: CMD []")),
    "scratch": ("FROM scratch\nCOPY main /main\n", Found("note", "1: FROM scratch")),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_a_note_on_a_dockerfile(text: str, expected: Found) -> None:
    assert shown(lint(text, RULE), text) == [expected]


@pytest.mark.parametrize(
    ("entrypoint", "message"),
    [
        (("python", "-m", "awslambdaric"), "there is no CMD, so awslambdaric gets no handler"),
        (None, "there is neither ENTRYPOINT nor CMD, so nothing starts"),
    ],
    ids=["client", "nothing at all"],
)
def test_a_warning_on_a_config(entrypoint: tuple[str, ...] | None, message: str) -> None:
    findings = lint_config(image_config(entrypoint=entrypoint, env=AWS_ENVIRONMENT), RULE)
    assert shown(findings) == [Found("warning", "config.Cmd")]
    assert findings[0].problem.message == message


def test_a_warning_on_an_image_with_the_entry_script() -> None:
    message = "there is no CMD, so /lambda-entrypoint.sh, the base image's entrypoint, gets no handler"
    description = aws({}, command=None, env=dict(AWS_ENVIRONMENT))
    assert found(RULE, description) == [("warning", message, "config.Cmd")]
    assert found(RULE, description, Deployment(command=("app.handler",))) == []


def test_a_script_of_the_users_own_may_need_no_command() -> None:
    files = {"/lambda-entrypoint.sh": programs.script("#!/bin/sh\nexec /var/runtime/bootstrap\n")}
    assert found(RULE, aws(files, command=None, env=dict(AWS_ENVIRONMENT))) == []
    assert lint(AWS + "COPY start.sh /lambda-entrypoint.sh\n" + COPY, RULE) == ()


def test_silent_when_the_function_names_the_handler() -> None:
    assert lint(AWS + COPY, RULE, Deployment(command=("app.handler",))) == ()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param({}, True, id="nothing"),
        pytest.param({"serverless.yml": "a: {image: {command: [src/a.handler]}}\n"}, False, id="sls"),
        pytest.param({"serverless.yml": "image:\n  command:\n    - src/a.handler\n"}, False, id="sls, a list"),
        pytest.param({"template.yml": "ImageConfig:\n  Command: [app.a]\n"}, False, id="SAM"),
        pytest.param({"main.tf": 'image_config_command = ["app.a"]'}, False, id="Terraform"),
        pytest.param({"compose.yml": "services:\n  db:\n    command: [postgres]\n"}, True, id="another command"),
    ],
)
@pytest.mark.parametrize("text", [AWS + "COPY . .\n", CLIENT + "COPY . .\n"], ids=["AWS", "a client"])
def test_a_template_names_the_handler(
    text: str, files: Files, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"Dockerfile": text, "src/a.py": "def handler(event, context): ...\n", ".git/HEAD": "", **files})
    monkeypatch.chdir(tmp_path)
    (target,) = run(["Dockerfile"], Options(folder=tmp_path, today=TODAY)).targets
    assert (RULE in [finding.rule.name for finding in target.findings]) == told


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("mine/template.yml", False),
        ("template.yml", False),
        ("other/template.yml", True),
        ("mine/infra/app.yml", False),
    ],
)
def test_a_template_of_a_neighbour_where_there_is_no_repository(
    place: str, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"mine/Dockerfile": AWS + "COPY . .\n", place: "ImageConfig:\n  Command: [app.a]\n"})
    monkeypatch.chdir(tmp_path)
    (target,) = run(["mine/Dockerfile"], Options(folder=tmp_path, today=TODAY)).targets
    assert (RULE in [finding.rule.name for finding in target.findings]) == told
