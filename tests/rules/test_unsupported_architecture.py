"""`unsupported-architecture` on Dockerfiles and on configs, with and without the function's own architecture."""

from __future__ import annotations

import pytest
from support.linting import Found, image_config, lint, lint_config, shown

from lambda_lint import Deployment, Platform

RULE = "unsupported-architecture"

SILENT = {
    "nothing pinned": ("FROM public.ecr.aws/lambda/python:3.13\n", "arm64"),
    "pinned, and nobody says what the function is": ("FROM --platform=linux/arm64 python:3.13\n", None),
    "pinned to the function's": ("FROM --platform=linux/arm64/v8 python:3.13\n", "arm64"),
    "pinned under another name": ("FROM --platform=linux/aarch64 python:3.13\n", "arm64"),
    "pinned by architecture alone": ("FROM --platform=amd64 python:3.13\n", "amd64"),
    "target platform": ("FROM --platform=$TARGETPLATFORM python:3.13\n", "arm64"),
    "build platform": ("FROM --platform=${BUILDPLATFORM} python:3.13\n", "arm64"),
    "no default": ("ARG P\nFROM --platform=$P python:3.13\n", "arm64"),
    "stage that only lends files": (
        "FROM --platform=linux/amd64 golang:1.23 AS build\nFROM public.ecr.aws/lambda/provided:al2023\n",
        "arm64",
    ),
    "tag of the function's": ("FROM public.ecr.aws/lambda/python:3.13-arm64\n", "arm64"),
    "tag, and nobody says what the function is": ("FROM public.ecr.aws/lambda/python:3.13-x86_64\n", None),
    "an ending like AWS's on another image": ("FROM registry.example.com/app:1-x86_64\n", "arm64"),
    "level of amd64": ("FROM --platform=linux/amd64/v2 python:3.13\n", "amd64"),
}


@pytest.mark.parametrize(("text", "architecture"), SILENT.values(), ids=SILENT)
def test_silent(text: str, architecture: str | None) -> None:
    assert lint(text, RULE, Deployment(architecture=architecture)) == ()


FIRING = {
    "arm/v7": ("FROM --platform=linux/arm/v7 python:3.13\n", None, Found("error", "1: --platform=linux/arm/v7")),
    "386": ("FROM --platform=linux/386 python:3.13\n", None, Found("error", "1: --platform=linux/386")),
    "not the function's": (
        "FROM --platform=linux/arm64 python:3.13\n",
        "amd64",
        Found("error", "1: --platform=linux/arm64"),
    ),
    "not the function's, in the stage that the final one is built on": (
        "FROM --platform=linux/arm64 python:3.13 AS base\nFROM base\n",
        "amd64",
        Found("error", "1: --platform=linux/arm64"),
    ),
    "not the function's, by a default that the build may replace": (
        "ARG P=linux/arm64\nFROM --platform=$P python:3.13\n",
        "amd64",
        Found("warning", "2: --platform=$P"),
    ),
    "tag of an AWS base": (
        "FROM public.ecr.aws/lambda/python:3.13-x86_64\n",
        "arm64",
        Found("error", "1: public.ecr.aws/lambda/python:3.13-x86_64"),
    ),
    "dated tag of an AWS base on Docker Hub": (
        "FROM amazon/aws-lambda-nodejs:22.2026.10.05.12-arm64\n",
        "amd64",
        Found("error", "1: amazon/aws-lambda-nodejs:22.2026.10.05.12-arm64"),
    ),
    "arm64 of another level": (
        "FROM --platform=linux/arm64/v9 python:3.13\n",
        None,
        Found("warning", "1: --platform=linux/arm64/v9"),
    ),
}


@pytest.mark.parametrize(("text", "architecture", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, architecture: str | None, expected: Found) -> None:
    assert shown(lint(text, RULE, Deployment(architecture=architecture)), text) == [expected]


@pytest.mark.parametrize(
    ("platform", "architecture", "severity"),
    [
        (Platform("linux", "amd64"), None, None),
        (Platform("linux", "arm64", "v8"), "arm64", None),
        (Platform("linux", "amd64"), "amd64", None),
        (Platform("linux", "amd64"), "arm64", "error"),
        (Platform("linux", "arm64"), "amd64", "error"),
        (Platform("linux", "arm", "v7"), None, "error"),
        (Platform("linux", "s390x"), None, "error"),
        (Platform("linux", "arm64", "v9"), None, "warning"),
        (Platform("linux", ""), None, "warning"),
    ],
    ids=str,
)
def test_the_config_of_an_image(platform: Platform, architecture: str | None, severity: str | None) -> None:
    findings = lint_config(image_config(platform=platform), RULE, Deployment(architecture=architecture))
    assert shown(findings) == ([Found(severity, "config.architecture")] if severity else [])


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("FROM --platform=linux/arm64 python:3.13\n", "leave the flag out of FROM and "),
        ("FROM public.ecr.aws/lambda/python:3.13-arm64\n", "leave the architecture out of the tag and "),
    ],
)
def test_the_fix_says_what_to_change_in_the_dockerfile(text: str, change: str) -> None:
    (finding,) = lint(text, RULE, Deployment(architecture="amd64"))
    assert finding.problem.fix == (
        f"{change}build with `--platform linux/amd64`, or set the function's architecture to arm64"
    )


def test_the_message_names_both_sides_and_the_symptom() -> None:
    (finding,) = lint_config(image_config(), RULE, Deployment(architecture="arm64"))
    assert finding.problem.message == (
        "the image is built for amd64, and the function runs on arm64: it ends with `exec format error`"
    )
    assert finding.problem.fix == ("build with `--platform linux/arm64`, or set the function's architecture to x86_64")
