"""`deprecated-base` on Dockerfiles and on images, for a given day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from support.images import file, image, symlink
from support.linting import Found, lint, lint_image, shown
from support.programs import aws_base

from lambda_lint import Deployment
from lambda_lint_rules._facts.lifecycle import LIFECYCLES
from lambda_lint_rules.deprecated_base import RULE as PAGE

RULE = "deprecated-base"
TODAY = Deployment(on=date(2026, 11, 23))
GALLERY = "public.ecr.aws/lambda"

SILENT = {
    "maintained": f"FROM {GALLERY}/python:3.13\n",
    "nothing announced": f"FROM {GALLERY}/python:3.15-preview\n",
    "no version": f"FROM {GALLERY}/python\n",
    "another base": "FROM python:3.8\n",
    "only in a build stage": f"FROM {GALLERY}/python:3.8 AS build\nFROM {GALLERY}/python:3.13\n",
    "unknown without build arguments": f"ARG VERSION\nFROM {GALLERY}/python:${{VERSION}}\n",
    "an operating system that is maintained": f"FROM {GALLERY}/provided:al2023\n",
    "half a year and a day ahead": f"FROM {GALLERY}/java:11\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE, TODAY) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("public.ecr.aws/lambda/nodejs:22", "public.ecr.aws/lambda/nodejs:24"),
        ("public.ecr.aws/lambda/nodejs:22-arm64", "public.ecr.aws/lambda/nodejs:24-arm64"),
        ("public.ecr.aws/lambda/nodejs:22.2026.01.01.10-x86_64", "public.ecr.aws/lambda/nodejs:24-x86_64"),
        (f"public.ecr.aws/lambda/nodejs:22@sha256:{'1' * 64}", "public.ecr.aws/lambda/nodejs:24"),
        ("amazon/aws-lambda-nodejs:18", "amazon/aws-lambda-nodejs:24"),
        (
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/lambda/go:1",
            "public.ecr.aws/lambda/provided:al2023",
        ),
        (
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/lambda/nodejs:18",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/lambda/nodejs:24",
        ),
    ],
)
def test_the_fix_keeps_the_place_and_the_architecture(old: str, new: str) -> None:
    (found,) = lint(f"FROM {old}\n", RULE, TODAY)
    assert found.problem.fix.startswith(f"write FROM {new}, maintained until ")


def test_silent_when_nobody_says_which_day_it_is() -> None:
    assert lint(f"FROM {GALLERY}/python:3.8\n", RULE) == ()


FIRING = {
    "past": (f"FROM {GALLERY}/python:3.9\n", [Found("warning", f"1: {GALLERY}/python:3.9")]),
    "near": (f"FROM {GALLERY}/nodejs:22\n", [Found("note", f"1: {GALLERY}/nodejs:22")]),
    "dated tag for one architecture": (
        f"FROM {GALLERY}/python:3.9.2025.10.01.12-arm64\n",
        [Found("warning", f"1: {GALLERY}/python:3.9.2025.10.01.12-arm64")],
    ),
    "OS only": (f"FROM {GALLERY}/provided:al2\n", [Found("warning", f"1: {GALLERY}/provided:al2")]),
    "Docker Hub": (
        "FROM amazon/aws-lambda-nodejs:14\n",
        [Found("warning", "1: amazon/aws-lambda-nodejs:14")],
    ),
    "a pull-through cache, below another stage": (
        "FROM 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/lambda/go:1 AS base\nFROM base\n",
        [Found("warning", "1: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/lambda/go:1")],
    ),
    "a version with a default": (
        f"ARG VERSION=3.8\nFROM {GALLERY}/python:${{VERSION}}\n",
        [Found("warning", f"2: {GALLERY}/python:${{VERSION}}")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE, TODAY), text) == expected


@pytest.mark.parametrize(
    ("on", "severity", "message"),
    [
        pytest.param(date(2026, 12, 31), None, "", id="181 days before"),
        pytest.param(
            date(2027, 1, 1),
            "note",
            "the base image AWS python 3.11 will be deprecated on 2027-06-30, in 180 days "
            "(AWS's dates as of 2026-11-23)",
            id="180 days before",
        ),
        pytest.param(
            date(2027, 6, 30),
            "warning",
            "the base image AWS python 3.11 has been deprecated since 2027-06-30: it gets no more security fixes "
            "(AWS's dates as of 2026-11-23)",
            id="the day itself",
        ),
    ],
)
def test_the_day_decides(on: date, severity: str | None, message: str) -> None:
    findings = lint(f"FROM {GALLERY}/python:3.11\n", RULE, Deployment(on=on))
    assert [(str(finding.severity), finding.problem.message) for finding in findings] == (
        [(severity, message)] if severity else []
    )


@pytest.mark.parametrize(
    ("base", "new"),
    [
        ("python:3.9", "python:3.14"),
        ("nodejs:18", "nodejs:24"),
        ("java:8.al2", "java:8.al2023"),
        ("go:1", "provided:al2023"),
        ("provided:alami", "provided:al2023"),
        ("dotnet:6", "dotnet:10"),
    ],
)
def test_the_fix_names_an_image_that_is_maintained(base: str, new: str) -> None:
    (finding,) = lint(f"FROM {GALLERY}/{base}\n", RULE, Deployment(on=date(2027, 7, 1)))
    assert finding.problem.fix.startswith(f"write FROM {GALLERY}/{new}, maintained until 20")


def test_the_fix_for_the_newest_image_names_none() -> None:
    (finding,) = lint(f"FROM {GALLERY}/python:3.14\n", RULE, Deployment(on=date(2029, 7, 1)))
    assert finding.problem.fix == "look for a newer base image on AWS's page of Lambda runtimes"


def aws(files: dict[str, Any], language: str = "python", version: str = "3.13", **more: Any) -> Any:
    return image({**aws_base(language, version), **files}, entrypoint=["/lambda-entrypoint.sh"], **more)


def release(name: str) -> dict[str, Any]:
    return {"/var/runtime/runtime-release": f"NAME={name}\nLAMBDA_RUNTIME_NAME={name}\n"}


def system(version: str, name: str = "amzn") -> dict[str, Any]:
    return {
        "/usr/lib/os-release": f'NAME="Amazon Linux"\nVERSION="{version}"\nID="{name}"\nVERSION_ID="{version}"\n',
        "/etc/os-release": symlink("../usr/lib/os-release"),
        "/var/runtime/.keep": "",
    }


IMAGES: dict[str, tuple[Any, list[Found]]] = {
    "maintained": (aws(release("python3.13")), []),
    "another base that copied the file": (image(release("python3.8")), []),
    "a version that nobody can tell": (aws({}, "java"), []),
    "Debian with an entrypoint of that name": (aws(system("11", "debian"), "provided"), []),
    "by its release file": (
        aws(release("nodejs18.x"), "nodejs"),
        [Found("warning", "/var/runtime/runtime-release")],
    ),
    "just deprecated, by its release file": (
        aws(release("dotnet8"), "dotnet"),
        [Found("warning", "/var/runtime/runtime-release")],
    ),
    "by what its bootstrap exports": (
        aws({"/var/runtime/bootstrap": file("export AWS_EXECUTION_ENV=AWS_Lambda_java8.al2\n", mode=0o755)}, "java"),
        [],
    ),
    "old, by what its bootstrap exports": (
        aws({"/var/runtime/bootstrap": file("export AWS_EXECUTION_ENV=AWS_Lambda_ruby2.7\n", mode=0o755)}, "ruby"),
        [Found("warning", "/var/runtime/bootstrap")],
    ),
    "by its interpreter": (aws({}, "python", "3.9"), [Found("warning", "/var/runtime/bootstrap")]),
    "OS only": (aws(system("2"), "provided"), [Found("warning", "/usr/lib/os-release")]),
    "OS only, maintained": (aws(system("2023"), "provided"), []),
    "OS only, with a function of its own": (
        aws({**system("2"), "/var/runtime/bootstrap": file(b"\x7fELF\0", mode=0o755)}, "provided"),
        [Found("warning", "/usr/lib/os-release")],
    ),
    "by the label of its builder": (
        aws({}, "java", labels={"org.opencontainers.image.base.name": f"{GALLERY}/java:8"}),
        [Found("warning", "config.Labels[org.opencontainers.image.base.name]")],
    ),
    "by the annotation of its builder": (
        aws({}, "java", annotations={"org.opencontainers.image.base.name": f"{GALLERY}/java:8"}),
        [Found("warning", "manifest")],
    ),
}


@pytest.mark.parametrize(("subject", "expected"), IMAGES.values(), ids=IMAGES)
def test_images(subject: Any, expected: list[Found]) -> None:
    assert shown(lint_image(subject, RULE, TODAY)) == expected


def test_the_page_shows_the_dates() -> None:
    rows = [
        f"| `{row.language}:{row.version}` | {row.deprecation} | {row.no_create or '-'} | {row.no_update or '-'} |"
        for row in LIFECYCLES.value
    ]
    assert [line for line in PAGE.docs.splitlines() if line.startswith("| `")] == rows
