"""Images that start a function, for tests of the rules that read the start plan."""

from __future__ import annotations

from typing import Any

from support import programs
from support.images import image
from support.linting import lint_image

from lambda_lint import Deployment, ImageLocation

APP = "def handler(event, context):\n    return event\n"
INDEX = "exports.handler = async (event) => event;\n"
NOBODY_SAID = Deployment()


def python(files: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A function in Python on a base of its own; `files` are added, None takes one away."""
    every = {**programs.python(), **programs.awslambdaric(), "/function/app.py": APP, **(files or {})}
    return {
        "files": {path: what for path, what in every.items() if what is not None},
        "entrypoint": ["python", "-m", "awslambdaric"],
        "command": ["app.handler"],
        "workdir": "/function",
        **more,
    }


def node(files: dict[str, Any] | None = None, version: str = "3.3.0", **more: Any) -> dict[str, Any]:
    """A function in Node.js on a base of its own."""
    every = {
        **programs.node(),
        **programs.aws_lambda_ric(version=version),
        "/function/index.js": INDEX,
        **(files or {}),
    }
    return {
        "files": {path: what for path, what in every.items() if what is not None},
        "entrypoint": ["npx", "aws-lambda-ric"],
        "command": ["index.handler"],
        "workdir": "/function",
        **more,
    }


def aws(files: dict[str, Any], language: str = "python", **more: Any) -> dict[str, Any]:
    """A function on an AWS base image."""
    return {
        "files": {**programs.aws_base(language), **files},
        "entrypoint": ["/lambda-entrypoint.sh"],
        "command": ["app.handler"],
        "workdir": "/var/task",
        **more,
    }


def program(node: Any, **more: Any) -> dict[str, Any]:
    """One program, /main, started by its path."""
    return {"files": {"/main": node}, "entrypoint": ["/main"], **more}


def found(rule: str, description: dict[str, Any], deployment: Deployment = NOBODY_SAID) -> list[tuple[str, str, str]]:
    """What a rule says of an image: severity, message, and the place."""
    return [
        (str(finding.severity), finding.problem.message, _place(finding.problem.location))
        for finding in lint_image(image(**description), rule, deployment)
    ]


def lines(rule: str, description: dict[str, Any]) -> list[int | None]:
    """The lines that a rule points at."""
    places = [finding.problem.location for finding in lint_image(image(**description), rule, NOBODY_SAID)]
    return [place.line for place in places if isinstance(place, ImageLocation)]


def _place(location: object) -> str:
    assert isinstance(location, ImageLocation)
    return location.key or location.path
