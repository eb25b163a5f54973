"""AWS's base images, recognised by name."""

from __future__ import annotations

import pytest

from lambda_lint_rules._facts.base_images import AwsBase, base_config, is_windows, recognise
from lambda_lint_rules._facts.registries import Reference, split

AL2, AL2023 = "Amazon Linux 2", "Amazon Linux 2023"


@pytest.mark.parametrize(
    ("reference", "language", "version", "os", "architecture"),
    [
        ("public.ecr.aws/lambda/python:3.13", "python", "3.13", AL2023, ""),
        ("public.ecr.aws/lambda/python:3.11", "python", "3.11", AL2, ""),
        ("public.ecr.aws/lambda/python:3.7", "python", "3.7", "", ""),
        ("public.ecr.aws/lambda/python:3.13-x86_64", "python", "3.13", AL2023, "amd64"),
        ("public.ecr.aws/lambda/python:3.13.2026.10.05.12", "python", "3.13", AL2023, ""),
        ("public.ecr.aws/lambda/python:3.13.2026.10.05.12-arm64", "python", "3.13", AL2023, "arm64"),
        ("public.ecr.aws/lambda/python:3.15-preview", "python", "3.15", AL2023, ""),
        ("public.ecr.aws/lambda/python", "python", "", "", ""),
        ("public.ecr.aws/lambda/python:latest", "python", "", "", ""),
        ("public.ecr.aws/lambda/python:", "python", "", "", ""),
        (f"public.ecr.aws/lambda/python@sha256:{'a' * 64}", "python", "", "", ""),
        (f"public.ecr.aws/lambda/nodejs:22@sha256:{'a' * 64}", "nodejs", "22", AL2023, ""),
        ("public.ecr.aws/lambda/nodejs:18", "nodejs", "18", AL2, ""),
        ("public.ecr.aws/lambda/java:8.al2", "java", "8.al2", AL2, ""),
        ("public.ecr.aws/lambda/java:17.al2023", "java", "17.al2023", AL2023, ""),
        ("public.ecr.aws/lambda/java:17", "java", "17", AL2, ""),
        ("public.ecr.aws/lambda/dotnet:8", "dotnet", "8", AL2023, ""),
        ("public.ecr.aws/lambda/dotnet:core3.1", "dotnet", "core3.1", "", ""),
        ("public.ecr.aws/lambda/ruby:3.3", "ruby", "3.3", AL2023, ""),
        ("public.ecr.aws/lambda/provided:al2023", "provided", "al2023", AL2023, ""),
        ("public.ecr.aws/lambda/provided:al2.2026.01.02.03", "provided", "al2", AL2, ""),
        ("public.ecr.aws/lambda/provided:alami", "provided", "alami", "", ""),
        ("amazon/aws-lambda-python:3.12", "python", "3.12", AL2023, ""),
        ("docker.io/amazon/aws-lambda-nodejs:20-arm64", "nodejs", "20", AL2023, "arm64"),
        ("mirror.example.com/hub/amazon/aws-lambda-go:1", "go", "1", "", ""),
        ("amazon/aws-lambda-go", "go", "1", "", ""),
        ("public.ecr.aws/lambda/go:latest", "go", "1", "", ""),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/lambda/python:3.13", "python", "3.13", AL2023, ""),
        ("registry.example.com/public.ecr.aws/lambda/nodejs:22", "nodejs", "22", AL2023, ""),
        ("public-ecr.registry.example.com/lambda/nodejs:22", "nodejs", "22", AL2023, ""),
    ],
)
def test_an_aws_base_is_recognised(reference: str, language: str, version: str, os: str, architecture: str) -> None:
    assert recognise(reference) == AwsBase(reference, language, version, os, architecture)


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "scratch",
        "python:3.13",
        "lambda/python:3.13",
        "public.ecr.aws/docker/library/python:3.13",
        "public.ecr.aws/lambda/rust:1",
        "public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/lambda/python:3.13",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/lambda/python:main",
        "registry.example.com/aws-lambda-python:3.13",
        "amazon/aws-lambda-adapter:1",
        "public.ecr.aws/sam/build-python3.13",
    ],
)
def test_anything_else_is_not(reference: str) -> None:
    assert recognise(reference) is None


def test_what_an_aws_base_brings() -> None:
    config = base_config("public.ecr.aws/lambda/python:3.13-arm64")
    assert config is not None
    assert config.entrypoint == ("/lambda-entrypoint.sh",)
    assert config.command is None
    assert config.workdir == "/var/task"
    assert dict(config.env)["LAMBDA_TASK_ROOT"] == "/var/task"
    assert (config.os, config.architecture) == ("linux", "arm64")


def test_scratch_brings_nothing_and_others_are_not_known() -> None:
    scratch = base_config("scratch")
    assert scratch is not None
    assert (scratch.entrypoint, scratch.command, scratch.workdir, scratch.env) == (None, None, None, ())
    assert base_config("python:3.13") is None


def test_it_shows_itself_in_a_few_words() -> None:
    assert str(recognise("public.ecr.aws/lambda/python:3.13-arm64")) == "AWS python 3.13"
    assert str(recognise("public.ecr.aws/lambda/python")) == "AWS python"


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("python", Reference("", "python", "", "")),
        ("python:3", Reference("", "python", "3", "")),
        ("localhost/app:1", Reference("localhost", "app", "1", "")),
        ("host:5000/app", Reference("host:5000", "app", "", "")),
        ("a.b/c/d:e@sha256:f", Reference("a.b", "c/d", "e", "sha256:f")),
        ("", Reference("", "", "", "")),
        ("@:/", Reference("", "", "", ":/")),
    ],
)
def test_references_are_taken_apart(reference: str, parts: Reference) -> None:
    assert split(reference) == parts


@pytest.mark.parametrize(
    ("reference", "windows"),
    [
        ("mcr.microsoft.com/windows/servercore:ltsc2022", True),
        ("mcr.microsoft.com/windows", True),
        ("mcr.microsoft.com/dotnet/sdk:8.0-windowsservercore-ltsc2022", True),
        ("node:22-nanoserver-1809", True),
        ("registry.example.com/base/nanoserver", True),
        ("mcr.microsoft.com/dotnet/sdk:8.0", False),
        ("registry.example.com/windows-of-time:1", False),
        ("", False),
    ],
)
def test_windows_images_are_recognised(reference: str, windows: bool) -> None:
    assert is_windows(reference) is windows
