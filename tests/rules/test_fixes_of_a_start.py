"""What the findings of a start say to do, for the case at hand."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import image
from support.linting import lint_image
from support.starting import APP, aws, node, python

SITE = "/usr/local/lib/python3.13/site-packages"
OLDER = "/usr/local/lib/python3.12/site-packages"


def moved(folder: str) -> dict[str, Any]:
    """A function whose runtime client is in another folder than where it was installed."""
    client = programs.awslambdaric()
    files = dict.fromkeys(client) | {path.replace(SITE, folder): what for path, what in client.items()}
    return python(files)


def script(text: str) -> dict[str, Any]:
    body = programs.script(f"#!/bin/sh\n{text}\n")
    return python({"/bin/sh": programs.program(), "/run.sh": body}, entrypoint=["/run.sh"])


ONE_WORD = 'write each word on its own, as in ["python", "-m", "awslambdaric"]'
CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "several words in one": ("entrypoint-not-found", python(entrypoint=["python -m awslambdaric"]), ONE_WORD),
    "arguments joined in a script": (
        "entrypoint-not-found",
        script('exec "python -m awslambdaric $*"'),
        'take the quotes away that make one word of several, or write "$@" for "$*"',
    ),
    "a program that is nowhere": (
        "entrypoint-not-found",
        python(entrypoint=["gunicorn"]),
        "copy it into the final stage, or name it by its absolute path",
    ),
    "a wrapper that is nowhere": (
        "entrypoint-not-found",
        aws({"/var/task/app.py": APP}, env={"AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrapper"}),
        "copy the wrapper there, or unset AWS_LAMBDA_EXEC_WRAPPER",
    ),
    "a blank behind the handler": ("handler-not-found", python(command=["app.handler "]), "write it as app.handler"),
    "a file in place of a handler": ("handler-not-found", python(command=["app.py"]), "write it as app.handler"),
    "another function than the only one": (
        "handler-not-found",
        python(command=["app.lambda_handler"]),
        "write it as app.handler",
    ),
    "one of several by its letters": (
        "handler-not-found",
        python({"/function/app.py": APP + "def other(event, context): ...\n"}, command=["app.Handler"]),
        "write it as app.handler",
    ),
    "several functions": (
        "handler-not-found",
        python({"/function/app.py": APP + "def other(event, context): ...\n"}, command=["app.main"]),
        "name a function of /function/app.py as the handler",
    ),
    "no function for an event": (
        "handler-not-found",
        python({"/function/app.py": "def helper(): ...\n"}),
        "name a function of /function/app.py as the handler",
    ),
    "a module of Node.js that exports another": (
        "handler-not-found",
        node({"/function/index.js": None, "/function/index.mjs": "export const Handler = async () => 1;\n"}),
        "write it as index.Handler",
    ),
    "a file below src": (
        "handler-not-found",
        python({"/function/app.py": None, "/function/src/app.py": APP}),
        "copy it to /function, or set ENV PYTHONPATH=/function/src",
    ),
    "a bundle below dist": (
        "handler-not-found",
        node({"/function/index.js": None, "/function/dist/index.js": "exports.handler = async () => 1;\n"}),
        "copy it to /function, or write the handler as dist/index.handler",
    ),
    "TypeScript": (
        "handler-not-found",
        node({"/function/index.js": None, "/function/index.ts": "export const handler = 1;\n"}),
        "compile /function/index.ts to JavaScript in the build, and copy what comes of it to /function",
    ),
    "a folder of the same name": (
        "handler-not-found",
        python({"/function/app.py": None, "/function/__pycache__/app.cpython-313.pyc": ""}, workdir="/function"),
        "copy it to /function",
    ),
    "a client of another Python": (
        "missing-runtime-client",
        moved(OLDER),
        "install it with the same interpreter: RUN /usr/local/bin/python -m pip install awslambdaric",
    ),
    "a client that an option keeps from being found": (
        "missing-runtime-client",
        python(entrypoint=["python", "-S", "-m", "awslambdaric"]),
        "leave out the option -S, which keeps Python from looking there",
    ),
    "an absolute path as the handler": (
        "malformed-handler",
        python(command=["/function/app.handler"]),
        "write it as app.handler",
    ),
    "a relative path as the handler": (
        "malformed-handler",
        python(command=["./app.handler"]),
        "write it as app.handler",
    ),
    "several words behind env": (
        "entrypoint-not-found",
        python(
            {
                "/usr/bin/env": programs.program(),
                "/bin/bash": programs.program(),
                "/run.sh": programs.script("#!/usr/bin/env bash -e\nexec python -m awslambdaric app.handler\n"),
            },
            entrypoint=["/run.sh"],
        ),
        "write #!/usr/bin/env -S bash -e in the first line",
    ),
    "a module in capital letters": (
        "missing-module",
        python({"/function/app.py": f"import Utils\n{APP}", "/function/utils.py": ""}),
        "write utils, as /function/utils.py is called",
    ),
    "a package beside the module that imports it": (
        "missing-module",
        python(
            {
                "/function/src/acme/app.py": f"import acme.util\n{APP}",
                "/function/src/acme/__init__.py": "",
                "/function/src/acme/util.py": "",
            },
            command=["src.acme.app.handler"],
        ),
        "set ENV PYTHONPATH=/function/src, where it is, or copy it to /function",
    ),
    "a neighbour in the same package": (
        "missing-module",
        python(
            {
                "/function/own/app.py": f"import util\n{APP}",
                "/function/own/__init__.py": "",
                "/function/own/util.py": "",
            },
            command=["own.app.handler"],
        ),
        "write from . import util: Python does not search /function/own",
    ),
}


@pytest.mark.parametrize(("rule", "description", "expected"), CASES.values(), ids=CASES)
def test_the_fix(rule: str, description: dict[str, Any], expected: str) -> None:
    assert [finding.problem.fix for finding in lint_image(image(**description), rule)] == [expected]


MESSAGES: dict[str, tuple[str, dict[str, Any], str]] = {
    "where the client is": (
        "missing-runtime-client",
        moved(OLDER),
        "/usr/local/bin/python -m awslambdaric starts a runtime client that this Python 3.13 cannot find, "
        f"and which is in {OLDER}",
    ),
    "a blank": (
        "handler-not-found",
        python(command=["app.handler "]),
        "/function/app.py defines no 'handler ', which awslambdaric is to call",
    ),
}


@pytest.mark.parametrize(("rule", "description", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_the_message(rule: str, description: dict[str, Any], expected: str) -> None:
    assert [finding.problem.message for finding in lint_image(image(**description), rule)] == [expected]
