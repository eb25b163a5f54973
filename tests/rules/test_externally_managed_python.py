"""`externally-managed-python`: pip in the Python of a distribution."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "externally-managed-python"
APT = "RUN apt-get update && apt-get install -y python3 python3-pip\n"
APK = "RUN apk add --no-cache python3 py3-pip\n"
PIP = "RUN pip3 install awslambdaric\n"
END = 'ENTRYPOINT ["python3", "-m", "awslambdaric"]\nCMD ["app.handler"]\n'

FIRING = {
    "ubuntu": f"FROM ubuntu:24.04\n{APT}{PIP}{END}",
    "ubuntu by its name": f"FROM public.ecr.aws/docker/library/ubuntu:noble-20260101\n{APT}{PIP}{END}",
    "debian": f"FROM debian:bookworm-slim\n{APT}RUN pip install -r requirements.txt\n{END}",
    "debian by its number": f"FROM debian:12.5-slim\n{APT}RUN python3 -m pip install --upgrade pip\n{END}",
    "alpine": f"FROM alpine:3.22\n{APK}RUN pip3 install --user awslambdaric\n{END}",
    "node by its release": f"FROM node:20.11.0-bookworm-slim\n{APT}{PIP}{END}",
    "with a script for the start": f"FROM debian:trixie\n{APT}COPY entry.sh /\n{PIP}{END}",
    "requirements in a folder by a variable": (
        f"FROM ubuntu:24.04\nARG DIR=/function\n{APT}COPY requirements.txt $DIR\n"
        f"RUN pip3 install -r $DIR/requirements.txt\n{END}"
    ),
    "the function's files from a stage": (
        f"FROM node:24 AS web\nFROM ubuntu:24.04\n{APT}COPY --from=web /site /var/task/site\n{PIP}{END}"
    ),
    "in a stage that is built from another": f"FROM debian:13 AS base\n{APT}FROM base\n{PIP}{END}",
    "in a stage that is copied from": (
        f"FROM debian:13 AS build\n{APT}{PIP}FROM python:3.13\nCOPY --from=build /x /x\n{END}"
    ),
}


@pytest.mark.parametrize("text", FIRING.values(), ids=FIRING)
def test_firing(text: str) -> None:
    (finding,) = lint(text, RULE)
    line = next(line for line in text.splitlines() if line.startswith(("RUN pip", "RUN python3")))
    number = text.splitlines().index(line) + 1
    assert shown((finding,), text) == [Found("error", f"{number}: {line}")]


@pytest.mark.parametrize("base", ["ubuntu", "ubuntu:latest", "debian:stable-slim", "node:22-slim", "node:lts"])
def test_a_tag_that_stood_for_an_older_release_once(base: str) -> None:
    text = f"FROM {base}\n{APT}{PIP}{END}"
    assert shown(lint(text, RULE), text) == [Found("warning", f"3: {PIP.strip()}")]


SILENT = {
    "settings in a tree of files": f"FROM debian:12\n{APT}COPY rootfs/ /\n{PIP}{END}",
    "settings that are mounted": (
        f"FROM debian:12\n{APT}RUN --mount=type=secret,id=p,target=/etc/pip.conf pip3 install awslambdaric\n{END}"
    ),
    "the mark taken away by a pattern": f"FROM debian:12\n{APT}RUN rm /usr/lib/python3*/EXTERN*\n{PIP}{END}",
    "told for the stages that are built from this one": (
        f"FROM debian:12 AS base\n{APT}ONBUILD ENV PIP_BREAK_SYSTEM_PACKAGES=1\nFROM base\n{PIP}{END}"
    ),
    "an older ubuntu": f"FROM ubuntu:22.04\n{APT}{PIP}{END}",
    "an older debian": f"FROM debian:bullseye-slim\n{APT}{PIP}{END}",
    "an older alpine": f"FROM alpine:3.18\n{APK}{PIP}{END}",
    "an older node": f"FROM node:18.2-slim\n{APT}{PIP}{END}",
    "node on another release": f"FROM node:22-bullseye\n{APT}{PIP}{END}",
    "a digest": f"FROM ubuntu:24.04@sha256:{'a' * 64}\n{APT}{PIP}{END}",
    "Python's own image": f"FROM python:3.13-bookworm\n{APT}{PIP}{END}",
    "another image": f"FROM acme/ubuntu:24.04\n{APT}{PIP}{END}",
    "Amazon Linux": f"FROM amazonlinux:2023\nRUN dnf install -y python3-pip\n{PIP}{END}",
    "a pip from elsewhere": f"FROM ubuntu:24.04\nRUN apt-get install -y python3\n{PIP}{END}",
    "a virtual environment": f"FROM ubuntu:24.04\n{APT}RUN python3 -m venv /v\nENV PATH=/v/bin:$PATH\n{PIP}{END}",
    "a virtual environment by its path": f"FROM ubuntu:24.04\n{APT}RUN /v/bin/pip install awslambdaric\n{END}",
    "another folder": f"FROM ubuntu:24.04\n{APT}RUN pip3 install --target /function awslambdaric\n{END}",
    "another folder, short": f"FROM ubuntu:24.04\n{APT}RUN pip3 install awslambdaric -t /function\n{END}",
    "an option": f"FROM ubuntu:24.04\n{APT}RUN pip3 install --break-system-packages awslambdaric\n{END}",
    "a variable": f"FROM ubuntu:24.04\nENV PIP_BREAK_SYSTEM_PACKAGES=1\n{APT}{PIP}{END}",
    "a variable of the command": (
        f"FROM ubuntu:24.04\n{APT}RUN PIP_BREAK_SYSTEM_PACKAGES=1 pip3 install awslambdaric\n{END}"
    ),
    "the mark removed": f"FROM ubuntu:24.04\n{APT}RUN rm /usr/lib/python3.12/EXTERNALLY-MANAGED\n{PIP}{END}",
    "settings copied": f"FROM ubuntu:24.04\n{APT}COPY pip.conf /etc/pip.conf\n{PIP}{END}",
    "settings copied somewhere": f"FROM ubuntu:24.04\nARG TO\n{APT}COPY pip.conf $TO\n{PIP}{END}",
    "another Python copied": f"FROM ubuntu:24.04\n{APT}COPY --from=python:3.13 /usr/local /usr/local\n{PIP}{END}",
    "a script that may do anything": f"FROM ubuntu:24.04\n{APT}RUN ./setup.sh\n{PIP}{END}",
    "a failure that is left alone": f"FROM ubuntu:24.04\n{APT}RUN pip3 install awslambdaric || true\n{END}",
    "words that are not known": f"FROM ubuntu:24.04\nARG OPTIONS\n{APT}RUN pip3 install $OPTIONS awslambdaric\n{END}",
    "no installation": f"FROM ubuntu:24.04\n{APT}RUN pip3 download awslambdaric\n{END}",
    "a stage that nothing needs": f"FROM ubuntu:24.04 AS x\n{APT}{PIP}FROM python:3.13\n{END}",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


def test_the_build_ends_once() -> None:
    text = f"FROM ubuntu:24.04\n{APT}{PIP}{PIP}{END}"
    assert len(lint(text, RULE)) == 1
