"""`removed-alpine-package`."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "removed-alpine-package"
ADD = "RUN apk add --no-cache build-base libexecinfo-dev\n"

SILENT = {
    "an older Alpine": f"FROM python:3.9-alpine3.16\n{ADD}",
    "an old image, whose Alpine its name does not tell": f"FROM python:3.9.1-alpine\n{ADD}",
    "a language that was given up before": f"FROM node:12-alpine\n{ADD}",
    "a digest": f"FROM python:3.13-alpine@sha256:{'0' * 64}\n{ADD}",
    "a name that may stand for anything": f"FROM acme/python:3.13-alpine\n{ADD}",
    "another base": f"FROM debian:12\n{ADD}",
    "other packages": "FROM alpine:3.22\nRUN apk add --no-cache build-base elfutils-dev\n",
    "where it may fail": f"FROM alpine:3.22\n{ADD.strip()} || apk add elfutils-dev\n",
    "from an older repository": (
        "FROM alpine:3.22\nRUN apk add --repository=https://dl-cdn.alpinelinux.org/alpine/v3.16/main libexecinfo-dev\n"
    ),
    "in a stage that the last one does not need": f"FROM alpine:3.22 AS tools\n{ADD}FROM debian:12\n",
    "a word of another command": "FROM alpine:3.22\nRUN echo libexecinfo-dev\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


@pytest.mark.parametrize(
    ("base", "version"),
    [
        ("alpine:3.17", "3.17"),
        ("python:3.13-alpine3.22", "3.22"),
        ("public.ecr.aws/docker/library/alpine:3.20.1", "3.20"),
    ],
)
def test_firing(base: str, version: str) -> None:
    text = f"FROM {base}\n{ADD}"
    findings = lint(text, RULE)
    assert shown(findings, text) == [Found("warning", "2: libexecinfo-dev")]
    assert findings[0].problem.message == f"Alpine {version} has no libexecinfo-dev, which was removed in 3.17"


def test_build_stages_count() -> None:
    text = f"FROM node:22-alpine3.21 AS build\n{ADD}FROM node:22-slim\nCOPY --from=build /app /app\n"
    assert shown(lint(text, RULE), text) == [Found("warning", "2: libexecinfo-dev")]


@pytest.mark.parametrize("base", ["alpine", "alpine:latest", "python:3.13-alpine", "node:22-alpine", "ruby:3.4-alpine"])
def test_the_newest_alpine(base: str) -> None:
    (finding,) = lint(f"FROM {base}\n{ADD}", RULE)
    assert finding.problem.message == "the newest Alpine has no libexecinfo-dev, which was removed in 3.17"
