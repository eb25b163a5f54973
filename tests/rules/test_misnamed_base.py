"""`misnamed-base`: names that look like those of AWS's base images, and are none."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "misnamed-base"
GALLERY = "public.ecr.aws/lambda"

SILENT = [
    f"{GALLERY}/provided:al2023",
    f"{GALLERY}/provided:al2023.2026.01.02.03-arm64",
    f"{GALLERY}/python",
    f"{GALLERY}/python:3.13",
    f"{GALLERY}/python:3.13-x86_64",
    f"{GALLERY}/python:3.13-preview",
    f"{GALLERY}/python:3.13.2026.10.05.12",
    f"{GALLERY}/nodejs:22-rapid-x86_64",
    f"{GALLERY}/java:8.al2",
    f"{GALLERY}/dotnet:core3.1",
    f"{GALLERY}/rust:1",
    f"{GALLERY}/go:1.x",
    f"{GALLERY}/erlang27",
    f"{GALLERY}/python:3.13-slim@sha256:{'a' * 64}",
    "public.ecr.aws/acme/lambda/python3.13",
    "public.ecr.aws/sam/build-python3.13",
    "registry.example.com/lambda/python3.13",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/lambda/python3.13",
    "registry.example.com/amazon/aws-lambda-python:3.13-slim",
    "lambda/python3.13",
    "python:3.13-slim",
    "public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0",
    "registry.example.com/awsguru/aws-lambda-web-adapter:1.0.0",
]


@pytest.mark.parametrize("base", SILENT)
def test_silent(base: str) -> None:
    assert lint(f'FROM {base}\nCMD ["app.handler"]\n', RULE) == ()


FIRING = {
    f"{GALLERY}/provided.al2023": f"{GALLERY}/provided:al2023",
    f"{GALLERY}/provided-al2": f"{GALLERY}/provided:al2",
    f"{GALLERY}/python3.13": f"{GALLERY}/python:3.13",
    f"{GALLERY}/python3.13:latest": f"{GALLERY}/python:3.13",
    f"{GALLERY}/nodejs22.x": f"{GALLERY}/nodejs:22",
    f"{GALLERY}/nodejs22": f"{GALLERY}/nodejs:22",
    f"{GALLERY}/java21": f"{GALLERY}/java:21",
    f"{GALLERY}/nodejs:22.x": f"{GALLERY}/nodejs:22",
    f"{GALLERY}/nodejs:22-alpine": f"{GALLERY}/nodejs:22",
    f"{GALLERY}/nodejs:22-alpine3.22": f"{GALLERY}/nodejs:22",
    f"{GALLERY}/python:3.13-slim": f"{GALLERY}/python:3.13",
    f"{GALLERY}/python:3.13-slim-bookworm": f"{GALLERY}/python:3.13",
    "amazon/aws-lambda-python3.13": "amazon/aws-lambda-python:3.13",
    "docker.io/amazon/aws-lambda-python:3.13-slim": "docker.io/amazon/aws-lambda-python:3.13",
}


@pytest.mark.parametrize(("base", "meant"), FIRING.items())
def test_firing(base: str, meant: str) -> None:
    text = f'FROM {base}\nCMD ["app.handler"]\n'
    findings = lint(text, RULE)
    assert shown(findings, text) == [Found("error", f"1: {base}")]
    assert findings[0].problem.message == f"AWS has no base image called {base}"
    assert findings[0].problem.fix == f"write FROM {meant}"


def test_the_stages_that_the_build_needs() -> None:
    text = (
        f"FROM {GALLERY}/python3.13 AS build\n"
        f"FROM {GALLERY}/python3.12 AS unused\n"
        f"FROM {GALLERY}/python:3.13\n"
        "COPY --from=build /packages ./\n"
        'CMD ["app.handler"]\n'
    )
    assert shown(lint(text, RULE), text) == [Found("error", f"1: {GALLERY}/python3.13")]


def test_a_name_from_a_build_argument() -> None:
    text = f'ARG VERSION=3.13-slim\nFROM {GALLERY}/python:$VERSION\nCMD ["app.handler"]\n'
    assert shown(lint(text, RULE), text) == [Found("error", f"2: {GALLERY}/python:$VERSION")]
    assert lint(text.replace("=3.13-slim", ""), RULE) == ()


WEB = "public.ecr.aws/awsguru/aws-lambda-web-adapter:1.0.0"
MEANT = "public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0"


def test_the_image_of_the_web_adapter() -> None:
    copy = "/lambda-adapter /opt/extensions/lambda-adapter\n"
    text = f'FROM node:22-slim\nCOPY --from={WEB} {copy}CMD ["node", "app.js"]\n'
    (finding,) = lint(text, RULE)
    assert shown([finding], text) == [Found("warning", f"2: --from={WEB}")]
    assert finding.problem.message == f"there is no image called {WEB}"
    assert finding.problem.fix == f"write --from={MEANT}"
    stage = f"FROM {WEB} AS adapter\nFROM node:22-slim\nCOPY --from=adapter {copy}"
    assert shown(lint(stage, RULE), stage) == [Found("warning", f"1: {WEB}")]


def test_a_copy_from_a_base_image_of_aws() -> None:
    text = f"FROM node:22\nCOPY --from={GALLERY}/nodejs22.x /usr/local/bin/aws-lambda-rie /usr/bin/\n"
    assert shown(lint(text, RULE), text) == [Found("error", f"2: --from={GALLERY}/nodejs22.x")]
    stage = f"FROM {GALLERY}/nodejs:22 AS nodejs22\nFROM node:22\nCOPY --from=nodejs22 /a /b\n"
    assert lint(stage, RULE) == ()
