"""`entrypoint-not-found`: what is started has to be there."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.linting import Found, lint, shown
from support.starting import APP, aws, found, python

RUNPY = {"/usr/local/lib/python3.13/runpy.py": ""}

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "a good function": (python(), []),
    "an absolute path that is not there": (
        {"files": {"/a": ""}, "entrypoint": ["/main"]},
        [("error", "the program to start, /main, is not in the image", "config.Entrypoint")],
    ),
    "a name in no folder of PATH": (
        {"files": {"/main": programs.program()}, "command": ["main"]},
        [("error", "the program to start, main, is in none of the folders of PATH", "config.Cmd")],
    ),
    "a directory": (
        {"files": {"/main/file": ""}, "entrypoint": ["/main"]},
        [("error", "the program to start, /main, is a directory", "/main")],
    ),
    "a module that Python is to run": (
        python(entrypoint=["python", "-m", "aws-lambda-ric"]) | {"files": python()["files"] | RUNPY},
        [
            (
                "error",
                "/usr/local/bin/python -m 'aws-lambda-ric' names a module that this Python 3.13 cannot find",
                "config.Entrypoint",
            )
        ],
    ),
    "a module with a space before its name": (
        python(entrypoint=["python", "-m awslambdaric"]) | {"files": python()["files"] | RUNPY},
        [
            (
                "error",
                "/usr/local/bin/python -m ' awslambdaric' names a module that this Python 3.13 cannot find",
                "config.Entrypoint",
            )
        ],
    ),
    "a module of a Python whose library is elsewhere": (python(entrypoint=["python", "-m", "frozen"]), []),
    "a script that Python is to run": (
        {"files": programs.python(), "entrypoint": ["python", "/function/main.py"]},
        [
            (
                "error",
                "/usr/local/bin/python is to run /function/main.py, which is not in the image",
                "config.Entrypoint",
            )
        ],
    ),
    "a program that a script starts": (
        {
            "files": {"/bin/sh": programs.program(), "/entry.sh": programs.script('#!/bin/sh\nexec /nowhere "$@"\n')},
            "entrypoint": ["/entry.sh"],
        },
        [("error", "the program to start, /nowhere, is not in the image", "/entry.sh")],
    ),
    "a program that a script may start": (
        {
            "files": {
                "/bin/sh": programs.program(),
                "/entry.sh": programs.script("#!/bin/sh\nif strange; then exec /nowhere; fi\nexec /main\n"),
                "/main": programs.program(programs.GO),
            },
            "entrypoint": ["/entry.sh"],
        },
        [],
    ),
    "a wrapper that an AWS base is to start": (
        aws({"/var/task/app.py": APP}, env={"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}),
        [
            (
                "error",
                "AWS_LAMBDA_EXEC_WRAPPER names /opt/bootstrap, which is not in the image, "
                "and /var/runtime/bootstrap starts it",
                "config.Env[AWS_LAMBDA_EXEC_WRAPPER]",
            )
        ],
    ),
    "nothing to start is another rule's": ({"files": {"/a": ""}}, []),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("entrypoint-not-found", description) == expected


SILENT_DOCKERFILES = {
    "a client": 'FROM python:3.13\nENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler"]\n',
    "an AWS base": 'FROM public.ecr.aws/lambda/python:3.13\nCMD ["app.handler"]\n',
    "a base that may bring an entrypoint": 'FROM acme/python-lambda:1\nCMD ["app.handler"]\n',
    "a base of the same name": 'FROM acme/python:1\nCMD ["app.handler"]\n',
    "a base that takes an argument": 'ARG BASE\nFROM $BASE\nCMD ["app.handler"]\n',
    "an image with an entrypoint": 'FROM mcr.microsoft.com/playwright/mcp\nCMD ["app.handler"]\n',
    "a server": 'FROM node:24\nCMD ["node", "server.js"]\n',
    "a script": 'FROM python:3.13\nCMD ["lambda_handler.py"]\n',
    "a program with dots": 'FROM golang:1.25\nCMD ["./main.linux"]\n',
    "a name without a function": 'FROM debian:13\nCMD ["app.v2"]\n',
    "an inherited client": (
        'FROM python:3.13 AS base\nENTRYPOINT ["python", "-m", "awslambdaric"]\nFROM base\nCMD ["app.handler"]\n'
    ),
}


@pytest.mark.parametrize("text", SILENT_DOCKERFILES.values(), ids=SILENT_DOCKERFILES)
def test_silent_dockerfiles(text: str) -> None:
    assert lint(text, "entrypoint-not-found") == ()


FIRING_DOCKERFILES = {
    "an official image": ("FROM python:3.13-slim", 'CMD ["app.lambda_handler"]'),
    "its copy in the public gallery": ("FROM public.ecr.aws/docker/library/node:24", 'CMD ["src/index.handler"]'),
    "an image of Microsoft's": ("FROM mcr.microsoft.com/playwright/python:v1.50.0-noble", 'CMD ["app.handler"]'),
    "shell form": ("FROM python:3.13", "CMD package.module.handler"),
    "a class": ("FROM eclipse-temurin:21", 'CMD ["com.example.App::handleRequest"]'),
    "an entrypoint that was cleared": (
        "FROM public.ecr.aws/lambda/python:3.13\nENTRYPOINT []",
        'CMD ["app.handler"]',
    ),
    "a handler in ENTRYPOINT": ("FROM acme/base:1", 'ENTRYPOINT ["app.handler"]'),
}


@pytest.mark.parametrize(("start", "instruction"), FIRING_DOCKERFILES.values(), ids=FIRING_DOCKERFILES)
def test_a_handler_in_the_place_of_the_program(start: str, instruction: str) -> None:
    text = f"{start}\n{instruction}\n"
    assert shown(lint(text, "entrypoint-not-found"), text) == [
        Found("warning", f"{len(start.splitlines()) + 1}: {instruction}")
    ]


@pytest.mark.parametrize(
    ("base", "entrypoint"),
    [
        ("node:24", '["npx", "aws-lambda-ric"]'),
        ("python:3.13", '["python", "-m", "awslambdaric"]'),
        ("ruby:3.4", '["aws_lambda_ric"]'),
    ],
)
def test_the_fix_is_for_the_language(base: str, entrypoint: str) -> None:
    (finding,) = lint(f'FROM {base}\nCMD ["app.handler"]\n', "entrypoint-not-found")
    assert f"ENTRYPOINT {entrypoint} before CMD" in (finding.problem.fix or "")


@pytest.mark.parametrize(
    ("base", "handler", "fix"),
    [
        ("mcr.microsoft.com/playwright:v1.50.0-noble", "app.handler", 'ENTRYPOINT ["npx", "aws-lambda-ric"]'),
        ("mcr.microsoft.com/playwright/python:v1.50.0", "app.handler", 'ENTRYPOINT ["python", "-m", "awslambdaric"]'),
        ("mcr.microsoft.com/dotnet/aspnet:8.0", "Shop::Shop.Function::Handle", "AWS's own base image for the language"),
        ("amazoncorretto:21", "shop.App::handle", "AWS's own base image for the language"),
        ("ruby:3.4", "app.App::Handler.process", 'ENTRYPOINT ["aws_lambda_ric"]'),
    ],
)
def test_the_fix_for_other_images(base: str, handler: str, fix: str) -> None:
    (finding,) = lint(f'FROM {base}\nCMD ["{handler}"]\n', "entrypoint-not-found")
    assert fix in (finding.problem.fix or "")


@pytest.mark.parametrize(
    ("base", "fix"),
    [
        ("python:3.13", 'write CMD ["app.handler"] and no ENTRYPOINT: the one of the base image starts it'),
        ("provided:al2023", "name the program to start, and the handler in CMD if the program wants one"),
    ],
)
def test_the_fix_is_for_the_base_image_of_aws(base: str, fix: str) -> None:
    (finding,) = lint(f'FROM public.ecr.aws/lambda/{base}\nENTRYPOINT ["app.handler"]\n', "entrypoint-not-found")
    assert finding.problem.fix == fix


RUBY = 'ENTRYPOINT ["/usr/local/bin/aws_lambda_ric"]\nCMD ["app.App.process"]\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"FROM ruby:3.4-alpine\nRUN gem install aws_lambda_ric\nCOPY app.rb ./\n{RUBY}", True),
        (f"FROM ruby:3.4\nCOPY Gemfile ./\nRUN bundle install\n{RUBY}", True),
        (f"FROM amazonlinux:2023\nRUN dnf install -y ruby3.4 && gem install aws_lambda_ric\n{RUBY}", False),
        (f"FROM registry.example.com/ruby:3.4\nRUN gem install aws_lambda_ric\n{RUBY}", False),
        (f"FROM ruby:3.4\nRUN gem install --bindir /usr/local/bin aws_lambda_ric\n{RUBY}", False),
        (f"FROM ruby:3.4\nRUN bundle binstubs aws_lambda_ric --path /usr/local/bin\n{RUBY}", False),
        (f"FROM ruby:3.4\nENV GEM_HOME=/usr/local\nRUN gem install aws_lambda_ric\n{RUBY}", False),
        (f"FROM ruby:3.4 AS gems\nFROM ruby:3.4\nCOPY --from=gems /usr/local/ /usr/local/\n{RUBY}", False),
    ],
)
def test_the_programs_of_gems_in_the_official_images_of_ruby(text: str, told: bool) -> None:
    message = (
        "the image of Ruby has the programs of gems in /usr/local/bundle/bin, "
        "so /usr/local/bin/aws_lambda_ric is not there"
    )
    findings = [(str(item.severity), item.problem.message) for item in lint(text, "entrypoint-not-found")]
    assert findings == ([("warning", message)] if told else [])


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ('FROM python:3.8\nENTRYPOINT ["/usr/bin/python3.8", "-m", "awslambdaric"]\n', "/usr/local/bin/python3.8"),
        ('FROM node:22-slim\nENTRYPOINT ["/usr/bin/npx", "aws-lambda-ric"]\n', "/usr/local/bin/npx"),
        ('FROM python:3.8\nENTRYPOINT ["/usr/local/bin/python3.8", "-m", "awslambdaric"]\n', ""),
        (
            'FROM python:3.12\nRUN apt install python3.8\nENTRYPOINT ["/usr/bin/python3.8", "-m", "awslambdaric"]\n',
            "",
        ),
        ('FROM node:22\nRUN ln -s /usr/local/bin/npx /usr/bin\nENTRYPOINT ["/usr/bin/npx", "aws-lambda-ric"]\n', ""),
        (
            'FROM node:22 AS b\nFROM node:22\nCOPY --from=b /usr /usr\nENTRYPOINT ["/usr/bin/npx", "aws-lambda-ric"]\n',
            "",
        ),
        ('FROM node:22\nRUN apt install -y $PACKAGES\nENTRYPOINT ["/usr/bin/npx", "aws-lambda-ric"]\n', ""),
        ('FROM node:22\nCOPY setup.sh /\nRUN /setup.sh\nENTRYPOINT ["/usr/bin/npx", "aws-lambda-ric"]\n', ""),
        ('FROM python:3.11\nENTRYPOINT ["/usr/bin/python3.11", "-m", "awslambdaric"]\n', ""),
        ('FROM ubuntu:24.04\nENTRYPOINT ["/usr/bin/python3.12", "-m", "awslambdaric"]\n', ""),
        ('FROM acme/python:3.8\nENTRYPOINT ["/usr/bin/python3.8", "-m", "awslambdaric"]\n', ""),
    ],
)
def test_what_official_images_have_in_usr_local(text: str, fix: str) -> None:
    findings = lint(f'{text}CMD ["app.handler"]\n', "entrypoint-not-found")
    assert [finding.problem.fix for finding in findings] == [f"write {fix} in place of it"] * bool(fix)
    line = next(line for line in text.splitlines() if line.startswith("ENTRYPOINT"))
    assert shown(findings, text) == [Found("warning", f"2: {line}")] * bool(fix)
