"""`left-emulator` on Dockerfiles and on images."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import file, image
from support.linting import Found, lint, lint_image, shown

RULE = "left-emulator"
BASE = "FROM python:3.13\n"
URL = "https://github.com/aws/aws-lambda-runtime-interface-emulator/releases/latest/download/aws-lambda-rie"

SILENT = {
    "none": BASE,
    "in a stage for tests": f"{BASE.strip()} AS app\nFROM app AS test\nADD {URL} /usr/bin/aws-lambda-rie\nFROM app\n",
    "AWS's own": "FROM public.ecr.aws/lambda/python:3.13\n",
    "a script that starts it": f"{BASE}COPY entry.sh /entry.sh\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "ADD": f"ADD {URL} /usr/bin/aws-lambda-rie",
    "ADD under another name": f"ADD {URL}-arm64 /usr/bin/rie",
    "COPY": "COPY ./aws-lambda-rie /usr/local/bin/",
    "RUN": f"RUN curl -Lo /usr/bin/aws-lambda-rie {URL} && chmod +x /usr/bin/aws-lambda-rie",
}


@pytest.mark.parametrize("line", FIRING.values(), ids=FIRING)
def test_firing(line: str) -> None:
    text = f"{BASE}{line}\n"
    assert shown(lint(text, RULE), text) == [Found("note", f"2: {line}")]


RIE = file("\x7fELF", 0o755)
IMAGES: dict[str, tuple[dict[str, Any], list[Found]]] = {
    "there": ({"files": {"/usr/bin/aws-lambda-rie": RIE}}, [Found("note", "/usr/bin/aws-lambda-rie")]),
    "deleted again": ({"layers": [{"/bin/aws-lambda-rie": RIE}, {"/bin/.wh.aws-lambda-rie": ""}]}, []),
    "a folder of that name": ({"files": {"/src/aws-lambda-rie/main.go": ""}}, []),
    "AWS's own": (
        {
            "files": {
                **programs.aws_base("python"),
                "/etc/os-release": "ID=amzn\nVERSION_ID=2023\n",
                "/usr/local/bin/aws-lambda-rie": RIE,
                "/var/runtime/runtime-release": "LAMBDA_RUNTIME_NAME=python3.13\n",
            }
        },
        [],
    ),
}


@pytest.mark.parametrize(("description", "expected"), IMAGES.values(), ids=IMAGES)
def test_images(description: dict[str, Any], expected: list[Found]) -> None:
    assert shown(lint_image(image(**description), RULE)) == expected
