"""`reserved-variable` on Dockerfiles and on configs."""

from __future__ import annotations

import pytest
from support.linting import AWS_ENVIRONMENT, Found, image_config, lint, lint_config, shown

RULE = "reserved-variable"
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"
OWN = "FROM python:3.13\n"

SILENT = {
    "the base image's own": AWS,
    "a name of one's own": f"{AWS}ENV BUCKET_REGION=eu-west-1\n",
    "settings of AWS tools": f"{AWS}ENV AWS_PROFILE=x AWS_XRAY_CONTEXT_MISSING=LOG_ERROR\n",
    "the usual folders": f"{OWN}ENV LAMBDA_TASK_ROOT=/var/task/ LAMBDA_RUNTIME_DIR=/var/runtime\n",
    "a folder that is not known": f"{OWN}ARG DIR\nENV LAMBDA_TASK_ROOT=${{DIR}}\n",
    "in a build stage": f"FROM python:3.13 AS build\nENV AWS_REGION=x\n{AWS}",
    "the handler that CMD names": f'{AWS}ENV _HANDLER=app.handler\nCMD ["app.handler"]\n',
    "the handler where the client reads it there": (
        'FROM amazonlinux:2023\nENV _HANDLER=app.App.process\nENTRYPOINT ["/usr/local/bin/aws_lambda_ric"]\n'
    ),
    "an imitation of Lambda": "FROM lambci/lambda:nodejs12.x\nENV AWS_LAMBDA_FUNCTION_NAME=shop AWS_REGION=eu-west-1\n",
    "a build argument": f"{AWS}ARG AWS_REGION=eu-west-1\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "region": (f"{AWS}ENV AWS_REGION=eu-west-1\n", [Found("warning", "2: AWS_REGION=eu-west-1")]),
    "handler": (f"{AWS}ENV _HANDLER app.handler\n", [Found("warning", "2: _HANDLER app.handler")]),
    "another handler than CMD's": (
        f'{AWS}ENV _HANDLER=app.main\nCMD ["app.handler"]\n',
        [Found("warning", "2: _HANDLER=app.main")],
    ),
    "Runtime API": (
        f"{OWN}ENV AWS_LAMBDA_RUNTIME_API=localhost:9001\n",
        [Found("warning", "2: AWS_LAMBDA_RUNTIME_API=localhost:9001")],
    ),
    "underscore": (f"{AWS}ENV _DEBUG=1\n", [Found("warning", "2: _DEBUG=1")]),
    "task root": (f"{OWN}ENV LAMBDA_TASK_ROOT=/function\n", [Found("note", "2: LAMBDA_TASK_ROOT=/function")]),
    "an unknown value": (f"{AWS}ARG R\nENV AWS_REGION=$R\n", [Found("warning", "3: AWS_REGION=$R")]),
    "among others, on a line of its own": (
        f"{AWS}ENV A=1 \\\n    # the region\n    AWS_REGION=x \\\n    B=2\n",
        [Found("warning", "4: AWS_REGION=x")],
    ),
    "from the stage below": (
        f"{AWS.strip()} AS base\nENV AWS_REGION=x\nFROM base\n",
        [Found("warning", "2: AWS_REGION=x")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE), text) == expected


@pytest.mark.parametrize(
    ("rest", "fix"),
    [
        ("", 'write CMD ["app.main"], from which Lambda takes it'),
        ('CMD ["app.handler"]\n', "remove it: Lambda takes it from CMD"),
        ("CMD app.main\n", "remove it: Lambda takes it from CMD"),
    ],
)
def test_the_handler_is_to_be_named_in_cmd(rest: str, fix: str) -> None:
    (finding,) = lint(f"{AWS}ENV _HANDLER=app.main\n{rest}", RULE)
    assert finding.problem.fix == fix


def test_an_empty_address_of_the_runtime_api_keeps_nothing_from_starting() -> None:
    (finding,) = lint(f"{OWN}ENV AWS_LAMBDA_RUNTIME_API=\n", RULE)
    assert finding.problem.message == "Lambda sets AWS_LAMBDA_RUNTIME_API itself, so the value in the image is lost"


def test_an_image_is_judged_alike_but_for_what_a_base_may_have_brought() -> None:
    env = (*AWS_ENVIRONMENT, ("AWS_REGION", "x"), ("_BASH", "1"), ("LAMBDA_TASK_ROOT", "/srv"))
    assert shown(lint_config(image_config(env=env), RULE)) == [
        Found("warning", "config.Env[AWS_REGION]"),
        Found("note", "config.Env[LAMBDA_TASK_ROOT]"),
        Found("note", "config.Env[_BASH]"),
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("AWS_REGION", "Lambda sets AWS_REGION itself, so the value in the image is lost"),
        (
            "AWS_LAMBDA_RUNTIME_API",
            "AWS_LAMBDA_RUNTIME_API is set by Lambda; in the image it keeps the emulator from starting in a local test",
        ),
        ("_X", "_X does not reach the function: Lambda drops names that start with an underscore"),
        (
            "LAMBDA_TASK_ROOT",
            "Lambda sets LAMBDA_TASK_ROOT to /var/task, and only some runtime clients take the image's value instead",
        ),
    ],
)
def test_the_message_tells_what_becomes_of_it(name: str, message: str) -> None:
    (finding,) = lint(f"{OWN}ENV {name}=x\n", RULE)
    assert finding.problem.message == message


KEY = "AKIA" + "Q3EGRNW5DTP7YHJK"
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


def test_variables_of_one_kind_are_told_together() -> None:
    lines = "".join(f"ENV {name}=test\n" for name in KEYS)
    text = f"{AWS}{lines}ENV AWS_REGION=x AWS_DEFAULT_REGION=x\nENV AWS_EXECUTION_ENV=x\n"
    findings = lint(text, RULE)
    assert [(finding.problem.message, len(finding.problem.related)) for finding in findings] == [
        (f"Lambda sets {KEYS[0]}, {KEYS[1]} and {KEYS[2]} itself, so the values in the image are lost", 2),
        ("Lambda sets AWS_REGION and AWS_DEFAULT_REGION itself, so the values in the image are lost", 1),
        ("Lambda sets AWS_EXECUTION_ENV itself, so the value in the image is lost", 0),
    ]
    assert [why for why, _ in findings[0].problem.related] == [*KEYS[1:]]


@pytest.mark.parametrize("rule", [RULE, "credential-in-image"])
@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"{AWS}ENV AWS_ACCESS_KEY_ID={KEY}\n", {RULE: [], "credential-in-image": [KEYS[0]]}),
        (
            f"{AWS}ARG AWS_SECRET_ACCESS_KEY\nENV AWS_SECRET_ACCESS_KEY=${{AWS_SECRET_ACCESS_KEY}}\n",
            {RULE: [], "credential-in-image": [KEYS[1]]},
        ),
        (f"{AWS}ARG ID\nENV AWS_ACCESS_KEY_ID=$ID\n", {RULE: [KEYS[0]], "credential-in-image": []}),
        (f"{AWS}ENV AWS_SECRET_ACCESS_KEY=dummy\n", {RULE: [KEYS[1]], "credential-in-image": []}),
    ],
    ids=["a key", "an argument in the place of a secret", "an argument in the place of a name", "a dummy"],
)
def test_what_credential_in_image_tells_is_not_told_again(text: str, names: dict[str, list[str]], rule: str) -> None:
    found = [finding.problem.message for finding in lint(text, rule)]
    assert [any(name in message for name in names[rule]) for message in found] == [True] * len(names[rule])


def test_the_keys_of_an_image_are_told_once() -> None:
    env = (*AWS_ENVIRONMENT, ("AWS_ACCESS_KEY_ID", KEY), ("AWS_SESSION_TOKEN", "test"))
    (finding,) = lint_config(image_config(env=env), RULE)
    assert finding.problem.message == "Lambda sets AWS_SESSION_TOKEN itself, so the value in the image is lost"


def test_nobody_is_told_to_set_on_the_function_what_lambda_refuses_there() -> None:
    text = f"{AWS}ARG AWS_SECRET_ACCESS_KEY\nENV AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY\n"
    (finding,) = lint(text, "credential-in-image")
    assert finding.problem.fix is not None
    assert finding.problem.fix.startswith("remove it: Lambda sets it")
