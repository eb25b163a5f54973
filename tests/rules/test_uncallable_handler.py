"""`uncallable-handler`: what the client can call with an event and a context."""

from __future__ import annotations

import pytest
from support.starting import found, python

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
