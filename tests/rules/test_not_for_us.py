"""Which Dockerfiles are meant to become a function image."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.contexts import write
from support.linting import dockerfile

from lambda_lint.session import Options, run
from lambda_lint_rules import PACK

AWS = "FROM public.ecr.aws/lambda/python:3.13\n"

FUNCTIONS = {
    "AWS base": AWS + 'COPY app.py ${LAMBDA_TASK_ROOT}/\nCMD ["app.handler"]\n',
    "AWS base, handler from ImageConfig": AWS
    + "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n",
    "AWS base on a mirror": 'FROM registry.example.com/ecr-public/lambda/python:3.13\nCMD ["app.handler"]\n',
    "OS-only base with a program from a build stage": "FROM golang:1.23 AS build\nRUN go build -o /main .\n"
    'FROM public.ecr.aws/lambda/provided:al2023\nCOPY --from=build /main ./main\nENTRYPOINT ["./main"]\n',
    "OS-only base with a bootstrap and no CMD": "FROM public.ecr.aws/lambda/provided:al2023\n"
    "COPY bootstrap ${LAMBDA_RUNTIME_DIR}/\n",
    "Python client": "FROM python:3.13-slim\nRUN pip install awslambdaric\n"
    'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler"]\n',
    "Node.js client": 'FROM node:22\nRUN npm i aws-lambda-ric\nENTRYPOINT ["npx", "aws-lambda-ric"]\nCMD ["i.h"]\n',
    "Ruby client": "FROM ruby:3.3\nRUN gem install aws_lambda_ric\n"
    'ENTRYPOINT ["aws_lambda_ric"]\nCMD ["app.App.process"]\n',
    "Web Adapter": "FROM node:22\n"
    "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter\n"
    'CMD ["node", "server.js"]\n',
    "Web Adapter before a server that the base starts": "FROM nginx:1.29\n"
    "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter\n"
    "COPY html /usr/share/nginx/html\n",
    "Bref": 'FROM bref/php-84-fpm:3\nCOPY . /var/task\nCMD ["public/index.php"]\n',
    "static program called bootstrap": 'FROM scratch\nCOPY bootstrap /bootstrap\nENTRYPOINT ["/bootstrap"]\n',
    "a sign beside instructions that are commented out": "# FROM public.ecr.aws/lambda/python:3.12\n"
    "FROM python:3.13-slim\nWORKDIR ${LAMBDA_TASK_ROOT}\nCOPY . .\n"
    'CMD ["python", "-m", "awslambdaric", "app.handler"]\n',
    "web server, by its path": 'FROM python:3.13\nCOPY . /var/task\nWORKDIR /var/task\nCMD ["uvicorn", "app:app"]\n',
    "only the word in a comment": '# my lambda\nFROM alpine:3.20\nCOPY main /main\nENTRYPOINT ["/main"]\n',
    "private base with code": "FROM registry.example.com/team/lambda-base:1\nCOPY app.py .\n",
    "base only known with build arguments": "ARG LAMBDA_BASE\nFROM $LAMBDA_BASE\nCOPY app.py .\n",
    "SAM build image misused for deployment": 'FROM public.ecr.aws/sam/build-python3.13\nCMD ["app.handler"]\n',
    "build stage that zips": "FROM alpine AS build\nRUN zip -r /code.zip .\n"
    + AWS
    + 'COPY --from=build /code.zip .\nCMD ["app.handler"]\n',
    "installs zip, and unzips": AWS + "RUN dnf install -y zip unzip && unzip data.zip\nCOPY app.py .\n",
    "shell script that starts a server": AWS + 'ENTRYPOINT []\nCMD ["bash", "run.sh"]\n',
    "does not parse": "FORM public.ecr.aws/lambda/python:3.13\n",
}


@pytest.mark.parametrize("text", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_image_is_linted(text: str) -> None:
    assert PACK.not_for_us(dockerfile(text, "Dockerfile")) is None


@pytest.mark.parametrize(
    "sign",
    [
        *("LAMBDA", "lambci", "/var/task", "/VAR/runtime", "/opt/extensions/", "bref/php", "AWS_LWA_PORT"),
        *("sam/build-x", "sam/emulation-x", "aws-sam-cli"),
    ],
)
def test_one_sign_of_lambda_is_enough(sign: str) -> None:
    text = 'FROM node:22\nCOPY . .\nRUN echo {}\n\nCMD ["node", "server.js"]\n'

    assert PACK.not_for_us(dockerfile(text.format(sign), "Dockerfile")) is None
    assert PACK.not_for_us(dockerfile(text.format("sign"), "Dockerfile")) == "no sign of AWS Lambda"


OTHERS = {
    "web service": (
        'FROM node:22\nCOPY . .\nCMD ["node", "server.js"]\n',
        "no sign of AWS Lambda",
    ),
    "Python's lambda": (
        'FROM python:3.13\nRUN python -c "print((lambda x: x)(1))"\n',
        "no sign of AWS Lambda",
    ),
    "bootstrap of another kind": ('FROM node:22\nRUN ./bootstrap.sh\nCMD ["npm", "start"]\n', "no sign of AWS Lambda"),
    "zip as an entrypoint": (
        AWS + 'RUN pip install -t /asset .\nFROM scratch\nCOPY --from=0 /code.zip /\nENTRYPOINT ["/code.zip"]\n',
        "it builds a .zip archive",
    ),
    "files to be exported": (
        AWS.replace("\n", " AS b\n") + "FROM scratch\nCOPY --from=b /var/lang /\n",
        "its final stage only holds files, with nothing to start",
    ),
    "layer that is zipped": (
        AWS + "RUN dnf install -y zip && pip install -t python requests && zip -r9 /layer.zip python\n",
        "it builds a .zip archive",
    ),
    "SAM build image": (
        "FROM public.ecr.aws/sam/build-python3.13\nRUN pip install uv\n",
        "it is made from a SAM build image and names no handler",
    ),
    "bundling for CDK": (
        'ARG IMAGE=public.ecr.aws/sam/build-python3.13\nFROM $IMAGE\nRUN pip install poetry\nCMD ["echo", "done"]\n',
        "it starts `echo`, which is no function",
    ),
    "copies its result out": (
        AWS + "RUN pip install -t /layer requests\nENTRYPOINT []\nCMD cp -r /layer /out\n",
        "it starts `cp`, which is no function",
    ),
    "copies its result out through a shell": (
        AWS + 'ENTRYPOINT ["/bin/bash", "-c", "cp -r /layer /out"]\n',
        "it starts `cp`, which is no function",
    ),
    "interactive": (AWS + 'ENTRYPOINT ["/bin/bash"]\n', "it starts an interactive shell"),
    "the compiler of GraalVM": (
        "FROM oracle/graalvm-ce:20.3.0-java11\nENV AWS_LAMBDA_RUNTIME_API=x\nCMD native-image -jar /in/bootstrap.jar\n",
        "it starts `native-image`, which is no function",
    ),
    "tests": (AWS + 'COPY . .\nENTRYPOINT ["pytest"]\nCMD ["-q"]\n', "it starts `pytest`, which is no function"),
    "AWS base with packages only": (
        AWS + "COPY requirements.txt .\nRUN pip install -r requirements.txt\n",
        "it looks like a base image: nothing to start and no code copied",
    ),
    "AWS base with an extension only": (
        AWS + "COPY agent /opt/extensions/agent\n",
        "it looks like a base image: nothing to start and no code copied",
    ),
    "public base with the client only": (
        "FROM python:3.13-slim\nRUN pip install awslambdaric\n",
        "it looks like a base image: nothing to start and no code copied",
    ),
    "public base with a library of our own": (
        "FROM python:3.13-slim\nRUN pip install awslambdaric\nCOPY common /function/common\n",
        "it looks like a base image: neither ENTRYPOINT nor CMD",
    ),
    "private base with packages only": (
        "FROM registry.example.com/lambda/base:1\nADD https://example.com/a.tar.gz /function/\nRUN pip install boto3\n",
        "it looks like a base image: nothing to start and no code copied",
    ),
    "SAM build image with a script of its own": (
        "FROM public.ecr.aws/sam/build-python3.13\nRUN zip -r /layer.zip /opt\nCOPY out.sh /out.sh\n"
        'ENTRYPOINT ["/out.sh"]\n',
        "it is made from a SAM build image and names no handler",
    ),
    "SAM build image that runs a program": (
        "FROM amazon/aws-sam-cli-build-image-python3.9\nCOPY . .\n"
        'CMD ["bash", "-c", ". env/bin/activate && python3 a.py"]\n',
        "it is made from a SAM build image and names no handler",
    ),
    "Lambda commented out": (
        '# FROM public.ecr.aws/lambda/nodejs:22\nFROM node:22\nCOPY . .\n#CMD [ "index.handler" ]\n'
        'CMD ["node", "server.js"]\n',
        "AWS Lambda is only in what is commented out",
    ),
    "web server for tests at home": (
        "# Not for Lambda, for local tests\nFROM python:3.13-slim\nCOPY api .\n"
        'CMD ["uvicorn", "main:app", "--port", "8000"]\n',
        "it starts the web server uvicorn, and only comments name AWS Lambda",
    ),
    "web server through a shell": (
        "FROM python:3.13-slim\n  # the Lambda has a Dockerfile of its own\nCMD exec gunicorn app:app\n",
        "it starts the web server gunicorn, and only comments name AWS Lambda",
    ),
    "bundling with an interpreter": (
        'FROM public.ecr.aws/sam/build-python3.13\nRUN pip install poetry\nCMD [ "python" ]\n',
        "it starts `python` with nothing to run",
    ),
    "bundling with a tool": (
        'FROM public.ecr.aws/sam/build-nodejs22.x\nRUN npm install --global pnpm\nCMD ["pnpm", "build"]\n',
        "it is made from a SAM build image and names no handler",
    ),
}


@pytest.mark.parametrize(("text", "reason"), OTHERS.values(), ids=OTHERS)
def test_anything_else_is_skipped_with_a_reason(text: str, reason: str) -> None:
    assert PACK.not_for_us(dockerfile(text, "Dockerfile")) == reason


@pytest.mark.parametrize("path", ["lambda/Dockerfile", "Dockerfile.lambda", "services/MyLambda/Dockerfile"])
def test_the_path_can_be_the_sign(path: str) -> None:
    text = 'FROM golang:1.23\nCOPY . .\nENTRYPOINT ["/main"]\n'
    assert PACK.not_for_us(dockerfile(text, path)) is None
    assert PACK.not_for_us(dockerfile(text, "Dockerfile")) == "no sign of AWS Lambda"


def test_the_name_of_the_whole_repository_is_no_sign() -> None:
    text = 'FROM golang:1.23\nCOPY . .\nENTRYPOINT ["/main"]\n'
    assert PACK.not_for_us(dockerfile(text, "/src/my-lambdas/web/docker/Dockerfile")) == "no sign of AWS Lambda"


STARTED_BY_SCRIPT = 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["./entry.sh"]\nCMD ["app.handler"]\n'


@pytest.mark.parametrize(
    ("script", "skipped"),
    [
        ('#!/bin/sh\nexec python -m awslambdaric "$@"\n', ""),
        ('#!/bin/sh\nexec npx aws-lambda-ric "$@"\n', ""),
        ('#!/bin/sh\nif [ -z "$AWS_LAMBDA_RUNTIME_API" ]; then exec rie "$@"; fi\n', ""),
        ("#!/bin/sh\nexec gunicorn app:app\n", "no sign of AWS Lambda"),
    ],
)
def test_a_script_beside_the_dockerfile_shows_that_it_is_for_lambda(tmp_path: Path, script: str, skipped: str) -> None:
    write(tmp_path, {"Dockerfile": STARTED_BY_SCRIPT, "entry.sh": (0o755, script), "app.py": "", ".git/config": ""})
    (report,) = run([str(tmp_path)], Options(folder=tmp_path)).targets
    assert report.skipped == skipped
