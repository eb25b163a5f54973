"""`bad-workdir`: Lambda enters the working directory before anything else."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import directory
from support.linting import lint
from support.starting import found, program, python

from lambda_lint import Deployment

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "good": (python(), []),
    "empty": (program(programs.program(programs.GO)), []),
    "relative": (
        python(workdir="function"),
        [("error", "the working directory function is not an absolute path", "config.WorkingDir")],
    ),
    "not there": (
        python(workdir="/nowhere"),
        [("error", "the working directory /nowhere is not in the image", "config.WorkingDir")],
    ),
    "a file": (
        python(workdir="/function/app.py"),
        [("error", "the working directory /function/app.py is a file", "config.WorkingDir")],
    ),
    "closed": (
        python({"/function": directory(mode=0o700)}),
        [("error", "the user of Lambda cannot enter the working directory /function (mode 0700)", "config.WorkingDir")],
    ),
    "under /tmp": (
        python({"/tmp/work": directory()}, workdir="/tmp/work"),
        [
            (
                "error",
                "the working directory /tmp/work lies under /tmp, where Lambda mounts an empty folder",
                "config.WorkingDir",
            )
        ],
    ),
    "/tmp itself": (program(programs.program(programs.GO), workdir="/tmp"), []),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("bad-workdir", description) == expected


GO = 'FROM alpine:3.22\n{}ENTRYPOINT ["/main"]\n'
CLOSED = "the user of Lambda cannot enter the working directory {}, for /root is closed"
IN_TMP = "the working directory /tmp/work lies under /tmp, where Lambda mounts an empty folder"
DOCKERFILES: dict[str, tuple[str, list[tuple[str, int, str]]]] = {
    "a folder of its own": (GO.format("WORKDIR /app\n"), []),
    "/tmp itself": (GO.format("WORKDIR /tmp\n"), []),
    "under /tmp": (GO.format("WORKDIR /tmp\nWORKDIR work\n"), [("warning", 3, IN_TMP)]),
    "under /tmp, of what is a function for certain": (
        'FROM public.ecr.aws/lambda/python:3.13\nWORKDIR /tmp/work\nCMD ["app.handler"]\n',
        [("error", 2, IN_TMP)],
    ),
    "under /tmp while it is built": (GO.format("WORKDIR /tmp/work\nRUN make\nWORKDIR /\n"), []),
    "/root": (GO.format("WORKDIR /root/\n"), [("warning", 2, CLOSED.format("/root"))]),
    "below /root": (GO.format("WORKDIR /root/app\nCOPY . .\n"), [("warning", 2, CLOSED.format("/root/app"))]),
    "/root of a base of AWS": (
        'FROM public.ecr.aws/lambda/python:3.13\nWORKDIR /root\nCMD ["app.handler"]\n',
        [("warning", 2, CLOSED.format("/root"))],
    ),
    "/root, with the program there": (
        'FROM alpine:3.22\nWORKDIR /root/\nCOPY main .\nCMD ["./main"]\n',
        [("warning", 2, CLOSED.format("/root"))],
    ),
    "/root, with the program there, of what is a function for certain": (
        'FROM public.ecr.aws/lambda/provided:al2023\nWORKDIR /root/\nCOPY main .\nENTRYPOINT ["./main"]\n',
        [("error", 2, CLOSED.format("/root"))],
    ),
    "/root of nothing": ('FROM scratch\nWORKDIR /root\nCOPY main .\nCMD ["./main"]\n', []),
    "/root in another stage": ("FROM golang:1.25 AS build\nWORKDIR /root\n" + GO.format(""), []),
    "/root, opened": (GO.format("RUN chmod 755 /root\nWORKDIR /root\n"), []),
    "/root, where a script may open it": (GO.format("RUN ./setup.sh\nWORKDIR /root\n"), []),
    "/root of a copied system": (GO.format("COPY --from=build / /\nWORKDIR /root\n"), []),
    "/root of a base that is not known": ('FROM acme/base:1\nWORKDIR /root\nENTRYPOINT ["/main"]\n', []),
}


@pytest.mark.parametrize(("text", "expected"), DOCKERFILES.values(), ids=DOCKERFILES)
def test_dockerfiles(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert [
        (str(each.severity), each.problem.location.region.start.line, each.problem.message)
        for each in lint(text, "bad-workdir")
    ] == expected


def test_what_the_function_sets_counts_for_a_dockerfile_too() -> None:
    messages = [
        each.problem.message for each in lint(GO.format("WORKDIR /app\n"), "bad-workdir", Deployment(workdir="app"))
    ]
    assert messages == ["the working directory app is not an absolute path"]
