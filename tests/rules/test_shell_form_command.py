"""`shell-form-command` on Dockerfiles and on configs."""

from __future__ import annotations

import pytest
from support import programs
from support.linting import AWS_ENVIRONMENT, Found, image_config, lint, lint_config, shown
from support.starting import aws, found

from lambda_lint import Deployment

RULE = "shell-form-command"
AWS = "FROM public.ecr.aws/lambda/python:3.13\n"
PYTHON = "FROM python:3.13-slim\nRUN pip install awslambdaric\n"
NODE = "FROM node:22-slim\nRUN npm install aws-lambda-ric\n"
ADAPTER = (
    "FROM python:3.13-slim\n"
    "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter\n"
)

SILENT = {
    "exec form on an AWS base": AWS + 'CMD ["app.handler"]\n',
    "no CMD": AWS,
    "empty array": AWS + "CMD []\n",
    "web server behind the adapter": ADAPTER + "CMD exec gunicorn --bind :8080 app:app\n",
    "web server behind the adapter with ENTRYPOINT cleared on an AWS base": AWS
    + "ENTRYPOINT []\nCMD uvicorn app:app --port 8080\n",
    "ENTRYPOINT in shell form that names its handler": PYTHON + "ENTRYPOINT python -m awslambdaric app.handler\n",
    "ENTRYPOINT in shell form that names its handler in a variable": PYTHON
    + "ENV HANDLER=app.handler\nENTRYPOINT python -m awslambdaric $HANDLER\n",
    "ENTRYPOINT in shell form that passes $0": PYTHON + 'ENTRYPOINT python -m awslambdaric "$0"\nCMD ["app.handler"]\n',
    "the base image's entrypoint in shell form with a handler": AWS + "ENTRYPOINT /lambda-entrypoint.sh app.handler\n",
    "a program of its own in shell form": "FROM alpine:3.20\nCOPY main /main\nENTRYPOINT /main\n",
    "a bootstrap on the OS-only base": "FROM public.ecr.aws/lambda/provided:al2023\nENTRYPOINT /main --verbose\n",
    "unknown base": "FROM registry.example.com/team/lambda-python:1\nCMD app.handler\n",
    "base known only with build arguments": "ARG BASE\nFROM ${BASE}\nCMD app.handler\n",
    "client with its handler in ENTRYPOINT": PYTHON
    + 'ENTRYPOINT ["python", "-m", "awslambdaric", "app.handler"]\nCMD ignored by the client\n',
    "client in a shell-form CMD that names its own handler": PYTHON + "CMD python -m awslambdaric app.handler\n",
    "a script of the AWS script's name": PYTHON
    + 'COPY start.sh /lambda-entrypoint.sh\nENTRYPOINT ["/lambda-entrypoint.sh"]\nCMD app.handler\n',
    "entry script": PYTHON + 'COPY entry.sh /\nENTRYPOINT ["/entry.sh"]\nCMD ["app.handler"]\n',
    "a test in a shell is no array": ADAPTER + "CMD [ -f /app/config ] && exec gunicorn app:app\n",
    "a double-bracket test is no array": ADAPTER + 'CMD [[ -n "$PORT" ]] && exec gunicorn app:app\n',
    "a quoted test is no array": ADAPTER + 'CMD [ "$MODE" = "web" ] && exec gunicorn app:app || exit 1\n',
    "broken array that nothing reads": PYTHON + "ENTRYPOINT python -m awslambdaric app.handler\nCMD ['app.handler']\n",
    "CMD of an earlier stage": AWS.replace("\n", " AS build\n") + "CMD app.handler\n" + AWS + 'CMD ["app.handler"]\n',
    "CMD replaced later": AWS + 'CMD app.handler\nCMD ["app.handler"]\n',
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "CMD on an AWS base": (AWS + "CMD app.handler\n", Found("error", "2: CMD app.handler")),
    "single quotes": (AWS + "CMD ['app.handler']\n", Found("error", "2: CMD ['app.handler']")),
    "missing comma": (
        PYTHON + 'ENTRYPOINT ["python" "-m" "awslambdaric"]\nCMD ["app.handler"]\n',
        Found("error", '3: ENTRYPOINT ["python" "-m" "awslambdaric"]'),
    ),
    "missing bracket": (AWS + 'CMD ["app.handler"\n', Found("error", '2: CMD ["app.handler"')),
    "broken array on an unknown base": (
        "FROM registry.example.com/team/base:1\nCMD ['app.handler']\n",
        Found("error", "2: CMD ['app.handler']"),
    ),
    "typographic quotes": (AWS + "CMD [“app.handler”]\n", Found("error", "2: CMD [“app.handler”]")),
    "CMD on an inherited AWS base": (
        AWS.replace("\n", " AS base\n") + "FROM base\nCMD app.handler\n",
        Found("error", "3: CMD app.handler"),
    ),
    "CMD on Docker Hub's AWS base": (
        "FROM amazon/aws-lambda-nodejs:22\nCMD index.handler\n",
        Found("error", "2: CMD index.handler"),
    ),
    "CMD on the OS-only base": (
        "FROM public.ecr.aws/lambda/provided:al2023\nCOPY bootstrap /var/runtime/\nCMD handler\n",
        Found("error", "3: CMD handler"),
    ),
    "web server behind the adapter with the AWS entrypoint left in place": (
        AWS + "CMD uvicorn app:app --port 8080\n",
        Found("error", "2: CMD uvicorn app:app --port 8080"),
    ),
    "CMD for the Python client": (
        PYTHON + 'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD app.handler\n',
        Found("error", "4: CMD app.handler"),
    ),
    "CMD for the Java client": (
        "FROM amazoncorretto:21\n"
        'ENTRYPOINT ["java", "-cp", "/app/*", "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"]\n'
        "CMD example.App::handle\n",
        Found("error", "3: CMD example.App::handle"),
    ),
    "CMD for the Node.js client, whose version nothing tells": (
        NODE + 'ENTRYPOINT ["npx", "aws-lambda-ric"]\nCMD index.handler\n',
        Found("warning", "4: CMD index.handler"),
    ),
    "ENTRYPOINT for the Python client": (
        PYTHON + 'ENTRYPOINT python -m awslambdaric\nCMD ["app.handler"]\n',
        Found("error", "3: ENTRYPOINT python -m awslambdaric"),
    ),
    "ENTRYPOINT that passes on arguments that a shell does not get": (
        PYTHON + 'ENTRYPOINT exec python -m awslambdaric "$@"\nCMD ["app.handler"]\n',
        Found("error", '3: ENTRYPOINT exec python -m awslambdaric "$@"'),
    ),
    "ENTRYPOINT with the AWS script": (
        AWS + 'ENTRYPOINT /lambda-entrypoint.sh\nCMD ["app.handler"]\n',
        Found("error", "2: ENTRYPOINT /lambda-entrypoint.sh"),
    ),
    "the region covers continuation lines": (
        AWS + "CMD app.handler \\\n  --verbose\n",
        Found("error", "2: CMD app.handler \\\n  --verbose"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: Found) -> None:
    assert shown(lint(text, RULE), text) == [expected]


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        (AWS + "CMD app.handler\n", 'write CMD ["app.handler"]'),
        (AWS + "CMD ['app.handler']\n", 'write CMD ["app.handler"]'),
        (AWS + 'CMD ["app.handler"\n', 'write CMD ["app.handler"]'),
        (PYTHON + 'ENTRYPOINT ["python" "-m" "awslambdaric"]\n', 'write ENTRYPOINT ["python", "-m", "awslambdaric"]'),
        (
            PYTHON + 'ENTRYPOINT exec python -m awslambdaric "$@"\nCMD ["app.handler"]\n',
            'write ENTRYPOINT ["python", "-m", "awslambdaric"]',
        ),
        (
            AWS + "CMD uvicorn app:app\n",
            'write CMD ["module.handler"]; if this starts a web server behind the Lambda Web Adapter,'
            ' write ENTRYPOINT [] and CMD ["uvicorn", "app:app"]',
        ),
        (
            AWS + "CMD ./run.sh\n",
            'write CMD ["module.handler"]; if this starts a web server behind the Lambda Web Adapter,'
            ' write ENTRYPOINT [] and CMD ["./run.sh"]',
        ),
        (AWS + "CMD $HANDLER\n", "write CMD as a JSON array of strings in double quotes"),
        (
            AWS + "CMD ['app.handler', 1]\n",
            "write CMD as a JSON array of strings in double quotes, with commas between them",
        ),
        (
            AWS + "CMD [“app.handler”]\n",
            "write CMD as a JSON array of strings in double quotes, with commas between them",
        ),
    ],
)
def test_the_fix_is_the_line_to_write(text: str, fix: str) -> None:
    assert [finding.problem.fix for finding in lint(text, RULE)] == [fix]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            AWS + "CMD app.handler\n",
            "CMD in shell form gives /lambda-entrypoint.sh 3 arguments (/bin/sh, -c, app.handler),"
            " and it takes the handler only",
        ),
        (
            AWS + 'SHELL ["/bin/bash", "-e", "-c"]\nCMD app.handler\n',
            "CMD in shell form gives /lambda-entrypoint.sh 4 arguments (/bin/bash, -e, -c, app.handler),"
            " and it takes the handler only",
        ),
        (
            PYTHON + 'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD app.handler\n',
            "CMD in shell form makes awslambdaric look for a handler called /bin/sh",
        ),
        (
            PYTHON + 'ENTRYPOINT python -m awslambdaric\nCMD ["app.handler"]\n',
            "ENTRYPOINT in shell form keeps CMD from awslambdaric, which starts without a handler",
        ),
        (
            AWS + "CMD ['app.handler']\n",
            "CMD is no valid JSON array, so a shell is given its text to run: ['app.handler']",
        ),
    ],
)
def test_the_message_says_what_happens(text: str, message: str) -> None:
    assert [finding.problem.message for finding in lint(text, RULE)] == [message]


def test_a_command_given_by_the_function_replaces_the_one_in_shell_form() -> None:
    assert lint(AWS + "CMD app.handler\n", RULE, Deployment(command=("app.handler",))) == ()


AWS_START = ("/lambda-entrypoint.sh",)


@pytest.mark.parametrize(
    ("entrypoint", "command"),
    [
        pytest.param(AWS_START, ("app.handler",), id="exec form"),
        pytest.param(AWS_START, None, id="no Cmd"),
        pytest.param(None, ("/bin/sh", "-c", "exec gunicorn app:app"), id="web server"),
        pytest.param(("/entry.sh",), ("/bin/sh", "-c", "app.handler"), id="script that may do anything"),
        pytest.param(("/bin/sh", "-c", "python -m awslambdaric app.handler"), None, id="handler in the entrypoint"),
        pytest.param(("python", "-m", "awslambdaric", "app.handler"), ("/bin/sh", "-c", "x"), id="handler first"),
    ],
)
def test_silent_on_a_config(entrypoint: tuple[str, ...] | None, command: tuple[str, ...] | None) -> None:
    assert lint_config(image_config(entrypoint=entrypoint, command=command, env=AWS_ENVIRONMENT), RULE) == ()


@pytest.mark.parametrize(
    ("entrypoint", "command", "expected"),
    [
        pytest.param(
            ("python", "-m", "awslambdaric"),
            ("/bin/sh", "-c", "['app.handler']"),
            Found("error", "config.Cmd"),
            id="broken array",
        ),
        pytest.param(
            ("/main",),
            ("/bin/sh", "-c", "['app.handler']"),
            Found("warning", "config.Cmd"),
            id="broken array for a program that may ignore it",
        ),
        pytest.param(
            ("/usr/local/bin/python", "-m", "awslambdaric"),
            ("/bin/sh", "-c", "app.handler"),
            Found("error", "config.Cmd"),
            id="Python client",
        ),
        pytest.param(
            ("/bin/sh", "-c", "python -m awslambdaric"),
            ("app.handler",),
            Found("error", "config.Entrypoint"),
            id="entrypoint keeps the handler",
        ),
    ],
)
def test_firing_on_a_config(entrypoint: tuple[str, ...], command: tuple[str, ...], expected: Found) -> None:
    assert shown(lint_config(image_config(entrypoint=entrypoint, command=command, env=AWS_ENVIRONMENT), RULE)) == [
        expected
    ]


def test_in_an_image_the_entry_script_itself_tells_what_it_takes() -> None:
    message = (
        "CMD in shell form gives /lambda-entrypoint.sh 3 arguments (/bin/sh, -c, app.handler),"
        " and it takes the handler only"
    )
    shell = {"command": ["/bin/sh", "-c", "app.handler"], "env": dict(AWS_ENVIRONMENT)}
    own = {"/lambda-entrypoint.sh": programs.script('#!/bin/sh\nexec /var/runtime/bootstrap "$@"\n')}
    assert found(RULE, aws({}, **shell)) == [("error", message, "config.Cmd")]
    assert found(RULE, aws(own, **shell)) == []
    broken = {"command": ["/bin/sh", "-c", "['app.handler']"], "env": dict(AWS_ENVIRONMENT)}
    array = "CMD is no valid JSON array, so a shell is given its text to run: ['app.handler']"
    assert found(RULE, aws({}, **broken)) == [("error", array, "config.Cmd")]
    assert found(RULE, aws(own, **broken)) == []


@pytest.mark.parametrize(
    ("entrypoint", "told"),
    [
        ('["sh", "-c", "python -m awslambdaric"]', "the shell in ENTRYPOINT (sh -c)"),
        ('["/bin/bash", "-lc", "exec python -m awslambdaric \\"$@\\""]', "the shell in ENTRYPOINT (/bin/bash -c)"),
        ('["sh", "-c", "python -m awslambdaric \\"$0\\""]', ""),
        ('["sh", "-c", "python -m awslambdaric app.handler"]', ""),
        ('["sh", "-c", "set -- app.handler; exec python -m awslambdaric \\"$@\\""]', ""),
        ('set -- app.handler && exec python -m awslambdaric "$@"', ""),
        ('["sh", "-c", "exec python -m awslambdaric \\"$@\\"", "--"]', ""),
        ('["sh", "-x", "/entry.sh"]', ""),
    ],
)
def test_a_shell_in_the_array_keeps_cmd(entrypoint: str, told: str) -> None:
    text = f'{PYTHON}ENTRYPOINT {entrypoint}\nCMD ["app.handler"]\n'
    findings = lint(text, RULE)
    message = f"{told} keeps CMD from awslambdaric, which starts without a handler"
    assert [each.problem.message for each in findings] == [message] * bool(told)
    assert shown(findings, text) == [Found("error", f"3: ENTRYPOINT {entrypoint}")] * bool(told)
    fix = 'write ENTRYPOINT ["python", "-m", "awslambdaric"]'
    assert [each.problem.fix for each in findings] == [fix] * bool(told)


def test_an_option_of_a_shell_gives_it_no_arguments() -> None:
    text = f'{PYTHON}ENTRYPOINT ["sh", "-c", "set -e; exec python -m awslambdaric \\"$@\\""]\nCMD ["app.handler"]\n'
    (finding,) = lint(text, RULE)
    assert finding.problem.message.startswith("the shell in ENTRYPOINT (sh -c) keeps CMD from awslambdaric")


@pytest.mark.parametrize(
    ("command", "fix"),
    [
        (
            '["sh", "-c", "uvicorn", "app:app", "--port", "8080"]',
            'write CMD ["sh", "-c", "uvicorn app:app --port 8080"]',
        ),
        ('["/bin/bash", "-c", "./run.sh", "--port", "8080"]', 'write CMD ["/bin/bash", "-c", "./run.sh --port 8080"]'),
        ('["sh", "-c", "uvicorn app:app --port 8080"]', ""),
        ('["sh", "-c", "exec \\"$@\\"", "--", "uvicorn", "app:app"]', ""),
        ('["sh", "-c", "$0 $1 $2", "uvicorn", "app:app", "--reload"]', ""),
        ('["sh", "-c", "./run.sh", "run"]', ""),
        ('["python", "-c", "app", "--port", "8080"]', ""),
    ],
)
def test_words_behind_what_a_shell_runs(command: str, fix: str) -> None:
    text = f"{ADAPTER}CMD {command}\n"
    findings = lint(text, RULE)
    assert shown(findings, text) == [Found("warning", f"3: CMD {command}")] * bool(fix)
    assert [each.problem.fix for each in findings] == [fix] * bool(fix)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"{ADAPTER}CMD \n", "3: CMD"),
        (f"{ADAPTER}CMD\n", "3: CMD"),
        (f"{ADAPTER}ENTRYPOINT\n", "3: ENTRYPOINT"),
        (f"{ADAPTER}CMD []\n", ""),
        (f'{ADAPTER}ENTRYPOINT ["/entry.sh"]\nCMD\n', ""),
        ("FROM acme/web:1\nCMD\n", ""),
    ],
)
def test_nothing_behind_the_keyword(text: str, place: str) -> None:
    assert shown(lint(text, RULE), text) == [Found("error", place)] * bool(place)
