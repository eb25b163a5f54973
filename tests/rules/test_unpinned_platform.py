"""`unpinned-platform`: a note where the function's architecture is known, or the program's."""

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


GO = "FROM golang:1.25 AS build\nRUN {}go build -o /main .\n{}COPY --from=build /main /main\n"
FINAL = "FROM public.ecr.aws/lambda/provided:al2023\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GO.format("GOARCH=arm64 ", FINAL), "GOARCH=arm64"),
        (
            f"FROM rust:1 AS b\nRUN cargo build --target aarch64-unknown-linux-musl\n{FINAL}COPY --from=b /m /\n",
            "aarch64-unknown-linux-musl",
        ),
        (GO.format("GOARCH=arm64 ", FINAL.replace("al2023", "al2023-arm64")), ""),
        (GO.format("GOARCH=arm64 ", FINAL.replace("FROM", "FROM --platform=linux/arm64")), ""),
        (GO.format("GOARCH=amd64 ", FINAL), ""),
        (GO.format('if [ "$TARGETARCH" = arm64 ]; then export GOARCH=arm64; fi; ', FINAL), ""),
        (GO.format("GOARCH=arm64 ", FINAL).replace("--from=build", "--from=other"), ""),
    ],
)
def test_a_program_for_arm64_in_an_image_for_any_machine(text: str, told: str) -> None:
    message = f"{told} makes a program for arm64, and the image is for the machine that builds it"
    assert [finding.problem.message for finding in lint(text, RULE)] == ([message] if told else [])
