"""`client-cannot-build`: runtime clients that are compiled where there is no cmake."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "client-cannot-build"
NODE = "FROM node:22-alpine\n"
INSTALL = "RUN npm install aws-lambda-ric\n"
OLD = "RUN pip install awslambdaric==3.1.1\n"

SILENT = {
    "cmake before it": f"{NODE}RUN apk add --no-cache build-base cmake\n{INSTALL}",
    "cmake in the same RUN": "FROM node:22\nRUN apt-get update && apt-get install -y cmake && npm i aws-lambda-ric\n",
    "cmake in the stage below": f"FROM node:22 AS base\nRUN apt-get install -y cmake\nFROM base\n{INSTALL}",
    "cmake from a package of Python's": f"FROM python:3.9-alpine3.16\nRUN pip install cmake\n{OLD}",
    "packages in a variable": f"{NODE}ARG PACKAGES\nRUN apk add $PACKAGES\n{INSTALL}",
    "a script before it": f"{NODE}COPY setup.sh .\nRUN ./setup.sh\n{INSTALL}",
    "a RUN that is not understood": f"{NODE}RUN case x in esac)\n{INSTALL}",
    "programs copied in": f"{NODE}COPY --from=tools /usr/bin/ /usr/bin/\n{INSTALL}",
    "another base": f"FROM registry.example.com/node:22\n{INSTALL}",
    "a base that is not known": f"ARG BASE\nFROM $BASE\n{INSTALL}",
    "never compiled": f"{NODE}RUN npm install --ignore-scripts aws-lambda-ric\n",
    "where it may fail": f"{NODE}RUN npm install aws-lambda-ric || true\n",
    "another package": f"{NODE}RUN npm install aws-lambda-ric-types @x/aws-lambda-ric\n",
    "a wheel on Alpine": "FROM python:3.13-alpine\nRUN pip install awslambdaric==4.2.2\n",
    "whichever version is newest": "FROM python:3.13-alpine\nRUN pip install awslambdaric 'awslambdaric>=3'\n",
    "a wheel on Debian": f"FROM python:3.12-slim\n{OLD}",
    "wheels only": "FROM python:3.12-alpine\nRUN pip install --only-binary=:all: awslambdaric==3.1.1\n",
    "a version that nobody can compare": "FROM python:3.12-alpine\nRUN pip install awslambdaric==3.*\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "on Alpine": (f"{NODE}{INSTALL}", "2: aws-lambda-ric"),
    "on the slim Debian": (f"FROM node:22-slim\n{INSTALL}", "2: aws-lambda-ric"),
    "with a compiler alone": (f"{NODE}RUN apk add build-base python3\n{INSTALL}", "3: aws-lambda-ric"),
    "with a version": (
        "FROM public.ecr.aws/docker/library/node:22\nRUN npm ci && npm i --save aws-lambda-ric@3\n",
        "2: aws-lambda-ric@3",
    ),
    "with yarn": (f"{NODE}RUN yarn add aws-lambda-ric\n", "2: aws-lambda-ric"),
    "on AWS's own base": (
        f"FROM public.ecr.aws/lambda/provided:al2023\nRUN dnf install -y npm\n{INSTALL}",
        "3: aws-lambda-ric",
    ),
    "in a build stage": (
        f"{NODE.strip()} AS build\n{INSTALL}FROM node:22-alpine\nCOPY --from=build /app /app\n",
        "2: aws-lambda-ric",
    ),
    "once for the stages on top": (f"{NODE.strip()} AS a\n{INSTALL}FROM a\nRUN echo\n", "2: aws-lambda-ric"),
    "cmake too late": (f"{NODE}{INSTALL}RUN apk add cmake\n", "2: aws-lambda-ric"),
    "for Python on Alpine": (f"FROM python:3.12-alpine3.20\nRUN apk add gcc\n{OLD}", "3: awslambdaric==3.1.1"),
    "as Python's module": (
        "FROM python:3.12-alpine\nRUN python -m pip install awslambdaric==2.0.4 -t /function\n",
        "2: awslambdaric==2.0.4",
    ),
}


@pytest.mark.parametrize(("text", "place"), FIRING.values(), ids=FIRING)
def test_firing(text: str, place: str) -> None:
    assert shown(lint(text, RULE), text) == [Found("warning", place)]


def test_what_to_write_depends_on_the_base() -> None:
    (alpine,) = lint(f"{NODE}{INSTALL}", RULE)
    assert alpine.problem.message == (
        "aws-lambda-ric is compiled when it is installed, and there is no cmake in node:22-alpine"
    )
    assert "apk add" in (alpine.problem.fix or "")
    (debian,) = lint(f"FROM node:22\n{INSTALL}", RULE)
    assert "apt-get install" in (debian.problem.fix or "")
