"""`lost-base-folder` on Dockerfiles and on images."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import image
from support.linting import Found, lint, lint_image, shown
from support.programs import aws_base

RULE = "lost-base-folder"
PYTHON = "FROM public.ecr.aws/lambda/python:3.13\n"
NODE = "FROM public.ecr.aws/lambda/nodejs:22\n"

SILENT = {
    "untouched": PYTHON,
    "added to": f"{PYTHON}ENV PATH=/opt/bin:$PATH LD_LIBRARY_PATH=${{LD_LIBRARY_PATH}}:/opt/lib\n",
    "written out": f"{PYTHON}ENV PATH=/usr/bin:/var/lang/bin/\n",
    "OS only": "FROM public.ecr.aws/lambda/provided:al2023\nENV PATH=/usr/bin LD_LIBRARY_PATH=/opt/lib\n",
    "another base": "FROM python:3.13\nENV PATH=/usr/bin\n",
    "not known": f"{PYTHON}ARG FOLDERS\nENV PATH=${{FOLDERS}}\n",
    "in a build stage": f"{PYTHON.strip()} AS build\nENV PATH=/usr/bin\n{PYTHON}",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "libraries of Python": (f"{PYTHON}ENV LD_LIBRARY_PATH=/opt\n", [Found("error", "2: LD_LIBRARY_PATH=/opt")]),
    "libraries of Node.js": (f"{NODE}ENV LD_LIBRARY_PATH=/opt\n", [Found("note", "2: LD_LIBRARY_PATH=/opt")]),
    "programs": (f"{PYTHON}ENV PATH=/usr/bin\n", [Found("warning", "2: PATH=/usr/bin")]),
    "emptied": (f"{PYTHON}ENV LD_LIBRARY_PATH=\n", [Found("error", "2: LD_LIBRARY_PATH=")]),
    "both, in the stage below": (
        f"{PYTHON.strip()} AS base\nENV PATH=/bin LD_LIBRARY_PATH=/lib\nFROM base\n",
        [Found("warning", "2: PATH=/bin"), Found("error", "2: LD_LIBRARY_PATH=/lib")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE), text) == expected


def test_the_fix_keeps_the_old_value() -> None:
    (finding,) = lint(f"{PYTHON}ENV PATH=/usr/bin\n", RULE)
    assert finding.problem.message == "PATH is set without /var/lang/bin, where AWS python 3.13 keeps its language"
    assert finding.problem.fix == "write ENV PATH=/usr/bin:${PATH}"


GOOD = {"PATH": "/opt/x:/var/lang/bin", "LD_LIBRARY_PATH": "/var/lang/lib"}
IMAGES: dict[str, tuple[dict[str, Any], dict[str, str], list[Found]]] = {
    "the base image's own": (dict(aws_base()), GOOD, []),
    "replaced": (
        dict(aws_base()),
        {**GOOD, "LD_LIBRARY_PATH": "/opt"},
        [Found("error", "config.Env[LD_LIBRARY_PATH]")],
    ),
    "another base": ({"/usr/bin/python3": ""}, {"PATH": "/usr/bin"}, []),
}


@pytest.mark.parametrize(("files", "env", "expected"), IMAGES.values(), ids=IMAGES)
def test_images(files: dict[str, Any], env: dict[str, str], expected: list[Found]) -> None:
    assert shown(lint_image(image(files, env=env), RULE)) == expected
