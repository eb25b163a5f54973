"""`unpinned-platform`: a note where the function's architecture is known."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

from lambda_lint import Deployment

RULE = "unpinned-platform"
ARM = Deployment(architecture="arm64")

SILENT = {
    "a constant": "FROM --platform=linux/arm64 python:3.13\n",
    "what the command says": "FROM --platform=$TARGETPLATFORM python:3.13\n",
    "a tag for one processor": "FROM public.ecr.aws/lambda/python:3.13-arm64\n",
    "pinned in the stage below": "FROM --platform=linux/arm64 python:3.13 AS base\nFROM base\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE, ARM) == ()


FIRING = {
    "an AWS base": ("FROM public.ecr.aws/lambda/python:3.13\n", "1: public.ecr.aws/lambda/python:3.13"),
    "scratch": ("FROM golang:1.25 AS build\nFROM scratch\n", "2: scratch"),
    "only the build stage is pinned": (
        "FROM --platform=$BUILDPLATFORM golang:1.25 AS build\nFROM alpine:3.22\n",
        "2: alpine:3.22",
    ),
}


@pytest.mark.parametrize(("text", "place"), FIRING.values(), ids=FIRING)
def test_firing(text: str, place: str) -> None:
    findings = lint(text, RULE, ARM)
    assert shown(findings, text) == [Found("note", place)]
    assert findings[0].problem.message == (
        "this builds for the processor of the machine that builds it, and the function runs on arm64"
    )


@pytest.mark.parametrize("text", [text for text, _ in FIRING.values()], ids=FIRING)
def test_silent_where_nobody_says_what_the_function_runs_on(text: str) -> None:
    assert lint(text, RULE) == ()
