"""`malformed-handler`: names that no client can take apart."""

from __future__ import annotations

from typing import Any

import pytest
from support.linting import Found, lint, shown
from support.starting import found, node, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "good": (python(), []),
    "python without a dot": (
        python(command=["app"]),
        [
            (
                "error",
                "app is no handler's name for awslambdaric "
                "(Runtime.MalformedHandlerName: Bad handler 'app': not enough values to unpack)",
                "config.Cmd",
            )
        ],
    ),
    "a shell in place of a handler is for shell-form-command to say": (
        python(command=["/bin/sh", "-c", "app.handler"]),
        [],
    ),
    "python with ./": (
        python(command=["./app.handler"]),
        [("error", "./app.handler is no handler's name for awslambdaric (Runtime.ImportModuleError)", "config.Cmd")],
    ),
    "node without a dot": (
        node(command=["index"]),
        [
            (
                "error",
                "index is no handler's name for aws-lambda-ric (Runtime.MalformedHandlerName: Bad handler)",
                "config.Cmd",
            )
        ],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("malformed-handler", description) == expected


PYTHON = "FROM public.ecr.aws/lambda/python:3.13\n"
NODE = "FROM public.ecr.aws/lambda/nodejs:24\n"
RUBY = "FROM public.ecr.aws/lambda/ruby:3.4\n"
CLIENT = 'FROM python:3.13\nENTRYPOINT ["python", "-m", "awslambdaric"]\n'


@pytest.mark.parametrize(
    ("start", "handler"),
    [
        (PYTHON, "app.handler"),
        (PYTHON, "src/app.lambda_handler"),
        (PYTHON, "package.module.handler"),
        ("FROM public.ecr.aws/lambda/python:3.8\n", "/var/task/app.handler"),
        (NODE, "index.handler"),
        (NODE, "dist/js/index.handler"),
        (NODE, "/opt/nodejs/node_modules/datadog-lambda-js/handler.handler"),
        (RUBY, "app.LambdaFunction::Handler.process"),
        ("FROM public.ecr.aws/lambda/provided:al2023\nCOPY bootstrap /var/runtime/\n", "bootstrap"),
        ("FROM public.ecr.aws/lambda/java:21\n", "example.App::handleRequest"),
        ("FROM public.ecr.aws/lambda/dotnet:8\n", "Assembly"),
        ("FROM acme/base:1\n", "app"),
    ],
)
def test_good_names_in_dockerfiles(start: str, handler: str) -> None:
    assert lint(f'{start}CMD ["{handler}"]\n', "malformed-handler") == ()


@pytest.mark.parametrize(
    ("start", "handler", "wrong", "meant"),
    [
        (PYTHON, "app", "it has no dot between the file's name and the function's", "app.handler"),
        (CLIENT, "app", "it has no dot between the file's name and the function's", "app.handler"),
        (PYTHON, "app.py", "it names a file, and no function in it", "app.handler"),
        (PYTHON, "app.py.handler", "the ending .py does not belong to it", "app.handler"),
        (
            PYTHON,
            "app.main:app",
            "a colon is for web servers, and a function of Lambda's is named behind a dot",
            "app.main",
        ),
        (PYTHON, "./app.handler", "Python takes the ./ in front for a package", "app.handler"),
        (PYTHON, "/var/task/app.handler", "Python takes the / in front for a package", "app.handler"),
        (NODE, "index", "it has no dot between the file's name and the function's", "index.handler"),
        (NODE, "dist/index.mjs", "it names a file, and no function in it", "dist/index.handler"),
        (NODE, "index.mjs.handler", "the ending .mjs does not belong to it", "index.handler"),
        (RUBY, "app.rb.handler", "the ending .rb does not belong to it", "app.handler"),
    ],
)
def test_bad_names_in_dockerfiles(start: str, handler: str, wrong: str, meant: str) -> None:
    text = f'{start}CMD ["{handler}"]\n'
    (finding,) = lint(text, "malformed-handler")
    assert shown((finding,), text) == [Found("warning", f'{start.count(chr(10)) + 1}: CMD ["{handler}"]')]
    assert finding.problem.message.endswith(f": {wrong}")
    assert (finding.problem.fix or "").endswith(f", as in {meant}")
