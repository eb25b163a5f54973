"""`uncallable-handler`: what the client can call with an event and a context."""

from __future__ import annotations

from typing import Any

import pytest
from support.starting import aws, found, node, python

WORKS = {
    "two arguments": "def handler(event, context):\n    return event\n",
    "more than it needs": "def handler(event, context=None, log=print, *more, deep=1, **rest):\n    return event\n",
    "any arguments": "def handler(*all):\n    return 1\n",
    "positional alone": "def handler(event, context, /):\n    return 1\n",
    "decorated": "@adapt\ndef handler(event):\n    return 1\n",
    "replaced later": "def handler(event):\n    return 1\nhandler = adapt(handler)\n",
    "in two branches": "if fast:\n    def handler(e, c): return 1\nelse:\n    handler = None\n",
    "set by a function": "handler = None\ndef start():\n    global handler\n    handler = make()\n",
    "what a call makes": "handler = make(lambda: 1)\n",
    "a generator inside": "def handler(event, context):\n    def inner():\n        yield 1\n    return list(inner())\n",
    "overwritten by import": "handler = None\nfrom impl import *\n",
}

FAILS = {
    "def handler():\n    return 1\n": ("takes no argument, and is called with two, the event and the context"),
    "def handler(event):\n    return 1\n": ("takes one argument, and is called with two, the event and the context"),
    "def handler(event, context, log):\n    return 1\n": (
        "needs 3 arguments, and is called with two, the event and the context"
    ),
    "def handler(event, context, *, log):\n    return 1\n": (
        "needs the named argument log, and is called with the event and the context alone"
    ),
    "async def handler(event, context):\n    return 1\n": "is an async function: nothing awaits what it returns",
    "def handler(event, context):\n    yield 1\n": "is a generator: nothing takes what it yields",
    "handler = 'app.main'\n": "is 'app.main', and no function",
    "handler: object = None\n": "is None, and no function",
}


@pytest.mark.parametrize("source", WORKS.values(), ids=WORKS.keys())
def test_says_nothing_of_a_handler_that_may_be_called(source: str) -> None:
    assert found("uncallable-handler", python({"/function/app.py": source})) == []


@pytest.mark.parametrize(("source", "reason"), FAILS.items())
def test_names_what_a_call_fails_on(source: str, reason: str) -> None:
    expected = [("error", f"handler in /function/app.py {reason}", "/function/app.py")]
    assert found("uncallable-handler", python({"/function/app.py": source})) == expected


CALLBACKS = {
    "exports.handler = (event, context, callback) => callback(null, 1);\n": True,
    "exports.handler = void 0;\nconst handler = (a, b, c) => c();\nexports.handler = handler;\n": True,
    "function handler(event, context, done) { done(); }\nmodule.exports = { handler };\n": True,
    "module.exports = { handler: ({ id }, [first], done) => done() };\n": True,
    "import a from 'fs';\nexport async function handler(event, context, callback) {}\n": True,
    "const handler = (a, b, c) => c();\nexport { handler };\n": True,
    "exports.handler = async (event, context) => 1;\n": False,
    "exports.handler = event => 1;\n": False,
    "exports.handler = (event, context, callback = null) => 1;\n": False,
    "exports.handler = (event, ...rest) => 1;\n": False,
    "exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {});\n": False,
    "const handler = (a, b, c) => c();\nhandler[Symbol.for('s')] = 'response';\nexports.handler = handler;\n": False,
    "exports.handler = (a, b, c) => c();\nexports.handler = wrap(exports.handler);\n": False,
    "exports.handler = (a, b, c) => c();\nmodule.exports = wrap(module.exports);\n": False,
    "exports.handler = (a, b, c) => c();\nObject.assign(exports, wrapped);\n": False,
    "export let handler = (a, b, c) => c();\nhandler = wrap(handler);\n": False,
    "if (old) { exports.handler = (a, b, c) => c(); } else { exports.handler = main; }\n": False,
    "const handler = wrap((a, b, c) => c());\nexport { handler };\n": False,
    "const handler = (a, b, c) => c();\nwrap({ handler });\nexports.handler = handler;\n": False,
}


@pytest.mark.parametrize(("source", "refused"), CALLBACKS.items())
def test_callbacks_that_version_4_of_the_client_refuses(source: str, refused: bool) -> None:
    file = {"/var/task/index.mjs" if "export " in source else "/var/task/index.js": source}
    told = "takes a callback, which aws-lambda-ric of this version refuses (Runtime.CallbackHandlerDeprecated)"
    messages = [message for _, message, _ in found("uncallable-handler", node(file, version="4.0.2"))]
    assert messages == [f"handler in {next(iter(file))} {told}"] * refused
    own = {path.replace("/var/task", "/function"): text for path, text in file.items()}
    assert found("uncallable-handler", node(own)) == []


def headers(major: int) -> dict[str, Any]:
    """Where the Node.js of an AWS base image tells its version."""
    parts = (("MAJOR", major), ("MINOR", 1), ("PATCH", 0))
    text = "".join(f"#define NODE_{name}_VERSION {number}\n" for name, number in parts)
    return {"/var/lang/include/node/node_version.h": text}


@pytest.mark.parametrize(("major", "refused"), [(22, False), (24, True)])
def test_callbacks_on_an_aws_base(major: int, refused: bool) -> None:
    files = {"/var/task/app.js": next(iter(CALLBACKS)), **headers(major)}
    assert (found("uncallable-handler", aws(files, "nodejs")) != []) is refused
