"""`client-cannot-load`: a client that ends before it asks for work."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.starting import INDEX, aws, found, node, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "a good function in Python": (python(), []),
    "a good function in Node.js": (node(), []),
    "PYTHONHOME without Python's library": (
        python(env={"PYTHONHOME": "/opt/python", "PATH": "/usr/local/bin"}),
        [
            (
                "error",
                "PYTHONHOME is /opt/python, and no library of Python 3.13 is there, so Python ends at once",
                "config.Entrypoint",
            )
        ],
    ),
    "PYTHONHOME with Python's library": (
        python(env={"PYTHONHOME": "/usr/local", "PATH": "/usr/local/bin"}),
        [],
    ),
    "PYTHONHOME that Python is told to ignore": (
        python(
            env={"PYTHONHOME": "/opt/python", "PATH": "/usr/local/bin"},
            entrypoint=["python", "-E", "-m", "awslambdaric"],
        ),
        [],
    ),
    "without its native part": (
        python({"/usr/local/lib/python3.13/site-packages/runtime_client.cpython-313-x86_64-linux-gnu.so": None}),
        [
            (
                "error",
                "the native part of awslambdaric (runtime_client.*.so) is missing, so it cannot ask for work",
                "/usr/local/lib/python3.13/site-packages/awslambdaric/__main__.py",
            )
        ],
    ),
    "for another Python": (
        {**python(), "files": {**programs.python(), **programs.awslambdaric(tag="cpython-39-x86_64-linux-gnu")}},
        [
            (
                "error",
                "the native part of awslambdaric cannot be loaded: it is for Python 3.9, and "
                "/usr/local/bin/python is Python 3.13",
                "/usr/local/lib/python3.13/site-packages/runtime_client.cpython-39-x86_64-linux-gnu.so",
            )
        ],
    ),
    "for another machine": (
        {**python(), "files": {**programs.python(), **programs.awslambdaric(tag="cpython-313-aarch64-linux-gnu")}},
        [
            (
                "error",
                "the native part of awslambdaric cannot be loaded: it is for aarch64, and the image is x86_64",
                "/usr/local/lib/python3.13/site-packages/runtime_client.cpython-313-aarch64-linux-gnu.so",
            )
        ],
    ),
    "the package's metadata alone": (
        python({"/usr/local/lib/python3.13/site-packages/awslambdaric/__main__.py": None}),
        [
            (
                "error",
                "the package awslambdaric has no __main__.py, so python -m awslambdaric ends at once",
                "/usr/local/lib/python3.13/site-packages/awslambdaric",
            )
        ],
    ),
    "a Node.js client that was installed without its scripts": (
        {**node(), "files": {**programs.node(), **programs.aws_lambda_ric(native=False)}},
        [
            (
                "error",
                "the native part of aws-lambda-ric 3.3.0 is missing (rapid-client.node or "
                "runtime-client.node), so it ends at once",
                "/function/node_modules/aws-lambda-ric/bin/index.mjs",
            )
        ],
    ),
    "an option that Node.js refuses in NODE_OPTIONS": (
        node(env={"NODE_OPTIONS": "--max-old-space-size=400 --optimize_for_size"}),
        [
            (
                "error",
                "Node.js does not allow --optimize_for_size in NODE_OPTIONS, and ends at once",
                "/function/node_modules/aws-lambda-ric/bin/index.mjs",
            )
        ],
    ),
    "an option that the Node.js of an AWS base refuses in NODE_OPTIONS": (
        aws({"/var/task/app.js": INDEX}, "nodejs", env={"NODE_OPTIONS": "--stack-size=2000"}),
        [("error", "Node.js does not allow --stack-size in NODE_OPTIONS, and ends at once", "/lambda-entrypoint.sh")],
    ),
    "options that Node.js takes in NODE_OPTIONS": (
        node(env={"NODE_OPTIONS": "--max_old_space_size=400 --enable-source-maps -r ./a.js --expose-gc"}),
        [],
    ),
    "an option that a newer Node.js may take in NODE_OPTIONS": (
        node(env={"NODE_OPTIONS": "--stack-size=2000", "NODE_VERSION": "26.0.0"}),
        [],
    ),
    "an AWS base whose package was deleted": (
        {
            **aws({}),
            "files": {
                path: what
                for path, what in programs.aws_base().items()
                if not path.startswith("/var/runtime/awslambdaric")
            },
        },
        [
            (
                "error",
                "/var/runtime/bootstrap needs the package awslambdaric of the base image, "
                "which a later layer has deleted",
                "/var/runtime/bootstrap",
            )
        ],
    ),
    "without a package that it needs": (
        python(
            {"/usr/local/lib/python3.13/site-packages/awslambdaric/lambda_runtime_marshaller.py": "import simplejson\n"}
        ),
        [
            (
                "error",
                "awslambdaric needs the package simplejson, which is not in the image",
                "/usr/local/lib/python3.13/site-packages/awslambdaric/lambda_runtime_marshaller.py",
            )
        ],
    ),
    "a shell runtime without its tool": (
        {
            "files": {
                "/bin/sh": programs.program(),
                "/boot": programs.script(
                    '#!/bin/sh\ncurl "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next"\n'
                ),
            },
            "entrypoint": ["/boot"],
        },
        [("error", "/boot asks for work with curl, which is not in the image", "/boot")],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("client-cannot-load", description) == expected


LIBRARY = "/usr/local/lib/python3.13"
SITE = f"{LIBRARY}/site-packages"
NEEDS = {
    f"{SITE}/awslambdaric/bootstrap.py": "import json\nimport logging\n\nclass Sink(logging.Handler): ...\n",
    f"{SITE}/awslambdaric/lambda_runtime_log_utils.py": (
        "import json\nfrom enum import IntEnum\nENCODER = json.JSONEncoder()\ndef late():\n    json.loads('')\n"
    ),
}


@pytest.mark.parametrize(
    ("name", "text", "lacking"),
    [
        ("json", "def dumps(x): ...", "JSONEncoder"),
        ("logging", "def info(x): ...", "Handler"),
        ("enum", "class Color: ...", "IntEnum"),
        ("types", "class Event: ...", "GenericAlias"),
    ],
)
def test_a_file_that_hides_a_module_of_python_s_own(name: str, text: str, lacking: str) -> None:
    message = (
        f"/function/{name}.py is loaded in place of Python's own module {name}, and lacks {lacking}, "
        "which awslambdaric needs at its start"
    )
    image = python({**NEEDS, f"/function/{name}.py": text})
    assert found("client-cannot-load", image) == [("error", message, f"/function/{name}.py")]


@pytest.mark.parametrize(
    "more",
    [
        {"/function/json.py": "class JSONEncoder: ..."},
        {"/function/json.py": "from _json_of_python import *"},
        {"/function/json.py": "import importlib, sys\n"},
        {"/function/json/__init__.py": ""},
        {"/function/queue.py": ""},
        {"/function/token.py": ""},
        {"/function/code/json.py": ""},
        {"/function/types.py": "", f"{SITE}/_virtualenv.pth": "import _virtualenv"},
        {"/function/json.py": "", f"{SITE}/ddtrace.pth": "import ddtrace"},
        {"/function/json.py": "", f"{LIBRARY}/sitecustomize.py": "import json"},
    ],
)
def test_a_file_that_hides_none_that_is_needed(more: dict[str, Any]) -> None:
    assert found("client-cannot-load", python({**NEEDS, **more})) == []


def test_files_do_not_hide_modules_where_the_working_directory_does_not_count() -> None:
    image = python({**NEEDS, "/function/json.py": ""}, entrypoint=["python", "-I", "-m", "awslambdaric"])
    assert found("client-cannot-load", image) == []
