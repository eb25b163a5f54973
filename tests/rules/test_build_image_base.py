"""`build-image-base`: images of SAM and lambci under a function."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "build-image-base"
SAM = "public.ecr.aws/sam"
CMD = 'CMD ["app.handler"]\n'

SILENT = {
    "AWS base": f"FROM public.ecr.aws/lambda/python:3.13\n{CMD}",
    "build stage": f"FROM {SAM}/build-python3.13 AS build\nFROM public.ecr.aws/lambda/python:3.13\n{CMD}",
    "bundling without a handler": f'FROM {SAM}/build-python3.13\nRUN pip install x\nCMD ["echo", "ready"]\n',
    "bundling by a script": f'FROM {SAM}/build-python3.13\nCOPY zip.sh /\nENTRYPOINT ["/zip.sh"]\n',
    "a script in CMD": f'FROM {SAM}/build-python3.13\nCOPY zip.sh /\nCMD ["/zip.sh"]\n',
    "no command": f"FROM {SAM}/build-python3.13\nCOPY app.py ./\n",
    "something called sam": f"FROM public.ecr.aws/acme/sam:1\n{CMD}",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "build image": (
        f"{SAM}/build-python3.13:latest",
        "an image that SAM builds functions in",
        "write FROM public.ecr.aws/lambda/python:3.13",
    ),
    "build image of Node.js": (
        f"{SAM}/build-nodejs22.x",
        "an image that SAM builds functions in",
        "write FROM public.ecr.aws/lambda/nodejs:22",
    ),
    "build image on Docker Hub": (
        "amazon/aws-sam-cli-build-image-provided.al2023",
        "an image that SAM builds functions in",
        "write FROM public.ecr.aws/lambda/provided:al2023",
    ),
    "emulation image": (
        f"{SAM}/emulation-java8.al2:1",
        "an image that SAM imitates Lambda with",
        "write FROM public.ecr.aws/lambda/java:8.al2",
    ),
    "lambci": (
        "lambci/lambda:python3.8",
        "an unmaintained imitation of Lambda",
        "write FROM public.ecr.aws/lambda/LANGUAGE:VERSION",
    ),
}


@pytest.mark.parametrize(("base", "purpose", "fix"), FIRING.values(), ids=FIRING)
def test_firing(base: str, purpose: str, fix: str) -> None:
    text = f"FROM {base}\nCOPY app.py ./\n{CMD}"
    findings = lint(text, RULE)
    assert shown(findings, text) == [Found("warning", f"1: {base}")]
    assert findings[0].problem.message == f"{base} is {purpose}, not a base image for functions"
    assert findings[0].problem.fix == fix
