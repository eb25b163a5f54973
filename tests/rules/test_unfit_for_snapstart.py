"""`unfit-for-snapstart`: only where the settings name the feature."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import image
from support.linting import Found, lint, lint_image, shown
from support.programs import aws_base, awslambdaric
from support.starting import found, node, python

from lambda_lint import Deployment

RULE = "unfit-for-snapstart"
ON = Deployment(features=frozenset({"snapstart"}))
LABEL = "com.amazonaws.lambda.feature.snapstart"
GALLERY = "public.ecr.aws/lambda"
NODE = f"FROM {GALLERY}/nodejs:24\n"

SILENT = {
    "Python": f"FROM {GALLERY}/python:3.12\n",
    "Java": f"FROM {GALLERY}/java:11.al2023\n",
    ".NET": f"FROM {GALLERY}/dotnet:8\n",
    "a version that is not known": f"FROM {GALLERY}/python\n",
    "another base": 'FROM python:3.13\nENTRYPOINT ["python", "-m", "awslambdaric"]\n',
    "allowed by its label": f'{NODE}LABEL {LABEL}="Allow"\n',
    "allowed in the stage below": f"{NODE.strip()} AS base\nLABEL x=1 {LABEL}=Allow\nFROM base\n",
    "a label with a variable": f"{NODE}ARG A\nLABEL {LABEL}=$A\n",
    "the last label counts": f"{NODE}LABEL {LABEL}=No\nLABEL {LABEL}=Allow\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE, ON) == ()


FIRING = {
    "Node.js": (NODE, [Found("warning", f"1: {GALLERY}/nodejs:24")]),
    "an old Python": (f"FROM {GALLERY}/python:3.11\n", [Found("warning", f"1: {GALLERY}/python:3.11")]),
    "OS only": (f"FROM {GALLERY}/provided:al2023\n", [Found("note", f"1: {GALLERY}/provided:al2023")]),
    "another value": (f"{NODE}LABEL {LABEL}=true\n", [Found("warning", f"2: {LABEL}=true")]),
    "another value on another base": (
        f"FROM python:3.13\nLABEL {LABEL}=allow\n",
        [Found("warning", f"2: {LABEL}=allow")],
    ),
    "the label in a stage that is left": (
        f"{NODE.strip()} AS build\nLABEL {LABEL}=Allow\n{NODE}",
        [Found("warning", f"3: {GALLERY}/nodejs:24")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE, ON), text) == expected


@pytest.mark.parametrize("text", [text for text, _ in FIRING.values()], ids=FIRING)
def test_silent_where_nobody_uses_the_feature(text: str) -> None:
    assert lint(text, RULE) == ()


def test_images() -> None:
    release = {"/var/runtime/runtime-release": "LAMBDA_RUNTIME_NAME=nodejs24.x\n"}
    files = {**aws_base("nodejs"), **release}
    assert shown(lint_image(image(files), RULE, ON)) == [Found("warning", "/var/runtime/runtime-release")]
    assert lint_image(image(files, labels={LABEL: "Allow"}), RULE, ON) == ()
    assert shown(lint_image(image(files, labels={LABEL: "yes"}), RULE, ON)) == [
        Found("warning", f"config.Labels[{LABEL}]")
    ]
    assert lint_image(image(aws_base("python", "3.13")), RULE, ON) == ()
    assert lint_image(image(files), RULE) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (NODE, "the runtime of AWS nodejs 24 takes no part in SnapStart, and the image has no label that allows it"),
        (
            f"FROM {GALLERY}/provided:al2023\n",
            "AWS provided al2023 has no runtime that takes part in SnapStart, so yours must, or a label must allow it",
        ),
        (f"{NODE}LABEL {LABEL}=true\n", f"the label {LABEL} is 'true', and only 'Allow' counts"),
    ],
)
def test_the_message_tells_what_is_asked_for(text: str, message: str) -> None:
    (finding,) = lint(text, RULE, ON)
    assert finding.problem.message == message
    assert finding.problem.fix == f'write LABEL {LABEL}="Allow"'


@pytest.mark.parametrize(
    ("description", "messages"),
    [
        (python(awslambdaric(version="3.0.0")), []),
        (
            python(awslambdaric(version="2.2.1")),
            ["awslambdaric 2.2.1 takes no part in SnapStart, and the image has no label that allows it"],
        ),
        (python(awslambdaric(version="2.2.1"), labels={"com.amazonaws.lambda.feature.snapstart": "Allow"}), []),
        (node(), ["aws-lambda-ric 3.3.0 takes no part in SnapStart, and the image has no label that allows it"]),
    ],
    ids=["new", "old", "label", "Node.js"],
)
def test_clients(description: dict[str, Any], messages: list[str]) -> None:
    assert [message for _, message, _ in found(RULE, description, ON)] == messages
