"""`handler-does-not-compile`: Python that Python refuses."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import file
from support.starting import INDEX, found, node, python


def old(source: str | bytes) -> dict[str, Any]:
    """Files that make the base one with Python 3.9, and the handler's own."""
    native = "/usr/local/lib/python3.13/site-packages/runtime_client.cpython-313-x86_64-linux-gnu.so"
    return {
        "/usr/local/bin/python3.13": None,
        "/usr/local/lib/python3.13/os.py": None,
        **programs.python("3.9"),
        **programs.awslambdaric("/usr/local/lib/python3.9/site-packages", "cpython-39-x86_64-linux-gnu"),
        native: None,
        "/function/app.py": file(source),
    }


CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "good": (python(), []),
    "a module that the handler imports": (
        python(
            {
                **old("import store\n\ndef handler(event, context): pass\n"),
                "/function/store.py": "if x\n",
            }
        ),
        [
            (
                "error",
                "/function/store.py, which the handler imports, does not compile: expected ':', line 1",
                "/function/store.py",
            )
        ],
    ),
    "a module that is imported when it is needed, or that may fail": (
        python(
            {
                **old(
                    "try:\n    import store\nexcept SyntaxError:\n    pass\n\n"
                    "def handler(event, context):\n    import other\n"
                ),
                "/function/store.py": "if x\n",
                "/function/other.py": "if x\n",
            }
        ),
        [],
    ),
    "node, CommonJS in a module": (
        node({"/function/package.json": '{"type": "module"}'}),
        [
            (
                "error",
                "/function/index.js cannot be loaded: it is an ECMAScript module by the type in "
                "/function/package.json, where exports is not defined",
                "/function/index.js",
            )
        ],
    ),
    "node, a module that makes require itself": (
        node(
            {
                "/function/package.json": '{"type": "module"}',
                "/function/index.js": "import { createRequire } from 'node:module';\n"
                "const require = createRequire(import.meta.url);\nconst fs = require('fs');\n"
                "export const handler = async () => fs;\n",
            }
        ),
        [],
    ),
    "node, a module that only writes about CommonJS": (
        node(
            {
                "/function/package.json": '{"type": "module"}',
                "/function/index.js": "/*\nexports.handler = 1;\n*/\nconst text = `\nexports.handler = 1;\n`;\n"
                "export const handler = async () => text;\n",
            }
        ),
        [],
    ),
    "node, a module in CommonJS": (
        node(
            {
                "/function/package.json": '{"type": "commonjs"}',
                "/function/index.js": "export const handler = async () => 1;\n",
            }
        ),
        [
            (
                "error",
                "/function/index.js cannot be loaded: it is CommonJS by the type in /function/package.json, "
                "where export is a syntax error",
                "/function/index.js",
            )
        ],
    ),
    "node, a kind that Node.js finds out": (
        node(
            {"/function/package.json": "{}", "/function/index.js": "export const handler = async () => 1;\n"},
        ),
        [],
    ),
    "node, a package.json that is no JSON": (
        node({"/function/package.json": '{"type": "commonjs",}', "/function/index.js": INDEX}),
        [
            (
                "error",
                "/function/index.js cannot be loaded: /function/package.json, which tells its kind, is no valid JSON",
                "/function/index.js",
            )
        ],
    ),
    "a missing colon": (
        python(old("def handler(event, context)\n    pass\n")),
        [("error", "/function/app.py does not compile: expected ':', line 1", "/function/app.py")],
    ),
    "a byte order mark and Windows line ends": (
        python(old("\ufeffdef handler(event, context):\r\n    return 1\r\n")),
        [],
    ),
    "an encoding of its own": (
        python(old("# coding: latin-1\ndef prüfe():\n    pass\n\n\nhandler = prüfe\n".encode("latin-1"))),
        [],
    ),
    "a newer Python than ours may know more": (
        {
            **python(),
            "files": {
                **programs.python("3.99"),
                **programs.awslambdaric("/usr/local/lib/python3.99/site-packages", "cpython-399-x86_64-linux-gnu"),
                "/function/app.py": "def handler(event, context)\n    pass\n",
            },
        },
        [],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("handler-does-not-compile", description) == expected
