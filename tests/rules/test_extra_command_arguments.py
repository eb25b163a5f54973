"""`extra-command-arguments` on Dockerfiles and on images."""

from __future__ import annotations

import pytest
from support import programs
from support.linting import AWS_ENVIRONMENT, Found, lint, shown
from support.starting import aws, found

from lambda_lint import Deployment

RULE = "extra-command-arguments"
ENV = dict(AWS_ENVIRONMENT)
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"

OWN_SCRIPT = 'FROM python:3.13\nCOPY start.sh /lambda-entrypoint.sh\nENTRYPOINT ["/lambda-entrypoint.sh"]\n'

SILENT = {
    "a script of the same name": OWN_SCRIPT + 'CMD ["python", "-m", "awslambdaric"]\n',
    "one argument": AWS + 'CMD ["app.handler"]\n',
    "none": AWS,
    "empty array": AWS + "CMD []\n",
    "cleared entrypoint": AWS + 'ENTRYPOINT []\nCMD ["python", "-m", "uvicorn", "app:app"]\n',
    "other entrypoint": AWS + 'ENTRYPOINT ["python"]\nCMD ["-m", "awslambdaric", "app.handler"]\n',
    "handler in the entrypoint": AWS + 'ENTRYPOINT ["/lambda-entrypoint.sh", "app.handler"]\n',
    "shell form is another rule's": AWS + "CMD app.handler now\n",
    "other base": 'FROM node:22\nCMD ["node", "server.js"]\n',
    "unknown base": 'FROM registry.example.com/base:1\nCMD ["a", "b"]\n',
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "web server": (AWS + 'CMD ["python", "app.py"]\n', Found("error", '2: CMD ["python", "app.py"]')),
    "handler and more": (AWS + 'CMD ["app.handler", "x"]\n', Found("error", '2: CMD ["app.handler", "x"]')),
    "a shell written out": (
        AWS + 'CMD ["/bin/sh", "-c", "app.handler"]\n',
        Found("error", '2: CMD ["/bin/sh", "-c", "app.handler"]'),
    ),
    "one in each": (
        AWS + 'ENTRYPOINT ["/lambda-entrypoint.sh", "app.handler"]\nCMD ["app.handler"]\n',
        Found("error", '3: CMD ["app.handler"]'),
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: Found) -> None:
    assert shown(lint(text, RULE), text) == [expected]


def test_an_image_is_judged_alike() -> None:
    message = "/lambda-entrypoint.sh is given 2 arguments (node server.js), and it takes the handler only"
    assert found(RULE, aws({}, env=ENV)) == []
    assert found(RULE, aws({}, command=["node", "server.js"])) == []
    assert found(RULE, aws({}, command=["node", "server.js"], env=ENV)) == [("error", message, "config.Cmd")]


@pytest.mark.parametrize(
    "copied",
    ["COPY start.sh /lambda-entrypoint.sh\n", "COPY lambda-entrypoint.sh /\n", "COPY rootfs/ /\n"],
    ids=["by its path", "by its name", "with a folder"],
)
def test_a_script_of_the_users_own_may_take_what_it_likes(copied: str) -> None:
    assert lint(AWS + copied + 'CMD ["node", "server.js"]\n', RULE) == ()


def test_in_an_image_the_script_itself_tells_what_it_takes() -> None:
    files = {"/lambda-entrypoint.sh": programs.script('#!/bin/sh\nexec /var/runtime/bootstrap "$@"\n')}
    assert found(RULE, aws(files, command=["app.handler", "--verbose"], env=ENV)) == []


def test_what_the_function_sets_is_judged_too() -> None:
    (finding,) = lint(AWS + 'CMD ["app.handler"]\n', RULE, Deployment(command=("app.handler", "x")))
    assert finding.problem.message == (
        "/lambda-entrypoint.sh is given 2 arguments (app.handler x), and it takes the handler only"
    )


@pytest.mark.parametrize(
    ("command", "fix"),
    [
        (
            '["app.handler", "x"]',
            'write CMD ["app.handler"]',
        ),
        (
            '["uvicorn", "main:app"]',
            'write the handler alone, as in CMD ["app.handler"]; or, to start a web server behind the Lambda Web '
            "Adapter, ENTRYPOINT [] before CMD",
        ),
    ],
)
def test_the_fix_tells_handlers_from_programs(command: str, fix: str) -> None:
    (finding,) = lint(f"{AWS}CMD {command}\n", RULE)
    assert finding.problem.fix == fix
