"""`foreign-architecture`: downloads and targets for the other processor."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

from lambda_lint import Deployment

RULE = "foreign-architecture"
ARM = "FROM public.ecr.aws/lambda/python:3.13-arm64\n"
ANY = "FROM public.ecr.aws/lambda/python:3.13\n"
TAKE = "COPY --from=build /app/ ./\n"
X86 = "https://x.example/tool-x86_64.tgz"

SILENT = {
    "nobody knows the processor": f"{ANY}ADD {X86} /opt/\nRUN curl -O {X86} && GOARCH=arm64 go build\n",
    "the right one": f"{ARM}ADD https://x.example/tool_linux_arm64 /opt/\nRUN GOARCH=arm64 go build\n",
    "a variable": f"{ARM}ARG ARCH\nRUN curl -O https://x.example/tool-$ARCH.tgz\n",
    "one for each": f"{ARM}RUN curl -O {X86} -O https://x.example/tool-aarch64.tgz\n",
    "both words in one address": f"{ARM}ADD https://x.example/amd64-arm64/tool /opt/\n",
    "by what uname says": f'{ARM}RUN [ "$(uname -m)" = x86_64 ] && curl -O {X86} || true\n',
    "by TARGETARCH": f"{ARM}ARG TARGETARCH\nRUN if [ $TARGETARCH = amd64 ]; then curl -O {X86}; fi\n",
    "no word of its own": f"{ARM}ADD https://x.example/foox64bar /opt/\n",
    "in a stage on the builder's processor": (
        f"FROM --platform=$BUILDPLATFORM golang:1.25 AS build\nRUN curl -O {X86}\n{ARM}{TAKE}"
    ),
    "in a stage that the last one does not need": f"FROM golang:1.25 AS build\nRUN GOARCH=amd64 go build\n{ARM}",
    "in a stage that leaves it to the builder": f"FROM golang:1.25 AS build\nRUN curl -O {X86}\n{ARM}{TAKE}",
    "another processor altogether": f"FROM --platform=linux/riscv64 alpine:3.22\nADD {X86} /opt/\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


def found(word: str, line: int = 2) -> list[Found]:
    return [Found("warning", f"{line}: {word}")]


FIRING = {
    "ADD": (f"{ARM}ADD {X86} /opt/\n", found(X86)),
    "RUN": (f"{ARM}RUN curl -sSL {X86} | tar -xz\n", found(X86)),
    "in a here-document": (f"{ARM}RUN <<EOF\nset -e\ncurl -O {X86}\nEOF\n", [Found("warning", f"4: {X86}")]),
    "by FROM --platform": (
        "FROM --platform=linux/amd64 node:22\nADD https://x.example/arm64/t /t\n",
        found("https://x.example/arm64/t"),
    ),
    "the emulator without a word for its processor": (
        f"{ARM}ADD https://x.example/releases/latest/download/aws-lambda-rie /usr/local/bin/aws-lambda-rie\n",
        found("https://x.example/releases/latest/download/aws-lambda-rie"),
    ),
    "Go": (
        f"FROM golang:1.25 AS build\nRUN CGO_ENABLED=0 GOARCH=amd64 go build\n{ARM}{TAKE}",
        found("GOARCH=amd64"),
    ),
    "Go by ENV": (f"FROM golang:1.25 AS build\nENV GOOS=linux GOARCH=amd64\n{ARM}{TAKE}", found("GOARCH=amd64")),
    "wheels": (
        f"{ARM}RUN pip install --platform manylinux2014_x86_64 --only-binary=:all: -t . numpy\n",
        found("manylinux2014_x86_64"),
    ),
    "Rust": (
        f"FROM rust:1.90 AS build\nRUN cargo build --target x86_64-unknown-linux-musl\n{ARM}{TAKE}",
        found("x86_64-unknown-linux-musl"),
    ),
    "each of several": (
        f"{ARM}RUN curl -O {X86} && curl -O {X86} && curl -O https://x.example/other-amd64.zip\n",
        [*found(X86), *found("https://x.example/other-amd64.zip")],
    ),
    ".NET": (
        f"FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build\nRUN dotnet publish -r linux-x64\n{ARM}{TAKE}",
        found("RUN dotnet publish -r linux-x64"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE), text) == expected


@pytest.mark.parametrize(("architecture", "count"), [("arm64", 1), ("amd64", 0), (None, 0)])
@pytest.mark.parametrize("base", [ANY, "FROM --platform=$TARGETPLATFORM python:3.13\n"])
def test_the_function_s_architecture_counts_for_the_final_stage(
    base: str, architecture: str | None, count: int
) -> None:
    text = f"{base}ADD {X86} /opt/\n"
    assert shown(lint(text, RULE, Deployment(architecture=architecture)), text) == found(X86) * count


def test_the_message_names_both() -> None:
    (finding,) = lint(f"{ARM}ADD {X86} /opt/\n", RULE)
    assert finding.problem.message == f"{X86} is for x86_64, and this build is for arm64"
    assert finding.problem.fix == "name the one for arm64, or let ARG TARGETARCH choose"
