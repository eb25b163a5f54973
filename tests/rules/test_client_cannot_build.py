"""`client-cannot-build`: runtime clients that are compiled where there is no cmake."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.contexts import Files, findings, write
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
    (newer,) = lint(f"FROM public.ecr.aws/lambda/nodejs:24\n{INSTALL}", RULE)
    assert "dnf install" in (newer.problem.fix or "")
    # Amazon Linux 2 has yum, and a cmake of its own that is too old.
    (older,) = lint(f"FROM public.ecr.aws/lambda/nodejs:16\n{INSTALL}", RULE)
    assert "yum install" in (older.problem.fix or "")
    assert " cmake3 " in (older.problem.fix or "")


PACKAGE = '{"dependencies": {"aws-lambda-ric": "^3.3.0"}}'
CI = f'{NODE}WORKDIR /f\nCOPY package*.json ./\nRUN npm ci\nCOPY index.js .\nENTRYPOINT ["/usr/local/bin/npx"]\n'
TOLD = (
    "warning client-cannot-build {}: aws-lambda-ric is compiled when it is installed, "
    "and there is no cmake in node:22-alpine"
)
CONTEXTS: dict[str, tuple[Files, list[str]]] = {
    "npm ci": ({"Dockerfile": CI, "package.json": PACKAGE}, [TOLD.format(4)]),
    "yarn": ({"Dockerfile": CI.replace("npm ci", "yarn"), "package.json": PACKAGE}, [TOLD.format(4)]),
    "a folder that is copied": (
        {"Dockerfile": CI.replace("package*.json", "app/"), "app/package.json": PACKAGE},
        [TOLD.format(4)],
    ),
    "named after it as well": (
        {"Dockerfile": CI.replace("npm ci", "npm ci && npm i aws-lambda-ric"), "package.json": "{}"},
        [TOLD.format(4)],
    ),
    "another dependency": ({"Dockerfile": CI, "package.json": PACKAGE.replace("-ric", "-rice")}, []),
    "for development alone": ({"Dockerfile": CI, "package.json": PACKAGE.replace("depen", "devDepen")}, []),
    "in a folder of its own": ({"Dockerfile": CI.replace("npm ci", "cd /x && npm ci"), "package.json": PACKAGE}, []),
    "no scripts": ({"Dockerfile": CI.replace("npm ci", "npm ci --ignore-scripts"), "package.json": PACKAGE}, []),
    "cmake before it": (
        {"Dockerfile": CI.replace("RUN npm", "RUN apk add g++ cmake make && npm"), "package.json": PACKAGE},
        [],
    ),
    "pnpm, which compiles nothing unasked": (
        {"Dockerfile": CI.replace("npm ci", "pnpm install"), "package.json": PACKAGE},
        [],
    ),
    "no package.json": ({"Dockerfile": CI.replace("package*.json", "package-lock.json")}, []),
    "not JSON": ({"Dockerfile": CI, "package.json": "{"}, []),
    "odd JSON": ({"Dockerfile": CI, "package.json": '{"dependencies": ["aws-lambda-ric"]}'}, []),
}


@pytest.mark.parametrize(("files", "expected"), CONTEXTS.values(), ids=CONTEXTS)
def test_package_json(files: Files, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"index.js": "exports.handler = async () => 1\n", **files})
    (tmp_path / ".git").mkdir()
    told = findings(tmp_path, monkeypatch)
    assert [each for each in told if "client-cannot-build" in each] == expected


def test_stages_on_stages_are_each_looked_at_once() -> None:
    stages = "".join(f"FROM s{number} AS s{number + 1}\nRUN npm ci && echo\n" for number in range(300))
    text = f"{NODE.strip()} AS s0\n{stages}{INSTALL}"
    assert shown(lint(text, RULE), text) == [Found("warning", "602: aws-lambda-ric")]
