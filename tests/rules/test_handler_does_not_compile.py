"""`handler-does-not-compile`: code that Python or Node.js refuses."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import file
from support.starting import APP, INDEX, found, node, python


def on(version: str, files: dict[str, Any]) -> dict[str, Any]:
    """An image with a Python of that version and these files."""
    tag = version.replace(".", "")
    site = f"/usr/local/lib/python{version}/site-packages"
    every = {
        **programs.python(version),
        **programs.awslambdaric(site, f"cpython-{tag}-x86_64-linux-gnu"),
        **files,
    }
    return {**python(), "files": every}


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


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("match 1:\n    case 1:\n        pass\n", 1),
        ("try:\n    pass\nexcept* ValueError:\n    pass\n", 1),
        ("type A = int\n", 1),
        ("def first[T](all: list[T]) -> T: ...\n", 1),
        ("A = f'{{'a': 1}['a']}'\n", 1),
        ("A = ''\nB = f'{\"\\n\".join(A)}'\n", 2),
        ("A = f'''{\n1  # one\n}'''\n", None),
    ],
)
def test_syntax_that_is_newer_than_the_python_of_the_image(code: str, line: int | None) -> None:
    for files, path in (
        (old(code + APP), "/function/app.py"),
        ({**old("import own\n" + APP), "/function/own.py": code}, "/function/own.py"),
    ):
        ((severity, message, place),) = found("handler-does-not-compile", python(files))
        assert (severity, place) == ("error", path)
        assert message.startswith((f"{path} does not compile: ", f"{path}, which the handler imports, does not"))
        assert line is None or message.endswith(f", line {line}")


@pytest.mark.parametrize(
    "code",
    [
        "match = 1\ntype = 2\nmatch [0:1]\n",
        "def match(x): ...\nmatch (1)\n",
        "with (open('app.py')) as a:\n    pass\n",
        "with (open('app.py') as a, open('app.py') as b):\n    pass\n",
        "A = {'a': 1}\nB = f'{A[\"a\"]}' f\"{A['a']}\" f'{{\\n}}\\n'\n",
        'A = 1\nB = f"""{A:>{A}}\n{f"{\'a\'}"}{\nA\n}"""  # {\'\\n\'}\n',
        "try:\n    import own\nexcept SyntaxError:\n    pass\n",
        "import sys\nif sys.version_info >= (3, 12):\n    import own\n",
    ],
)
def test_syntax_that_only_looks_new(code: str) -> None:
    files = {**old(code + APP), "/function/own.py": "type A = int\n"}
    assert found("handler-does-not-compile", python(files)) == []


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("A = 1\nreturn A\n", "'return' outside function, line 2"),
        ("for each in 'ab':\n    pass\nbreak\n", "'break' outside loop, line 3"),
        ("A = await f()\n", "'await' outside function, line 1"),
        ("def f(a, a): ...\n", "duplicate argument 'a' in function definition, line 1"),
        ("def f():\n    a = 1\n    global a\n", "name 'a' is assigned to before global declaration, line 3"),
        ("nonlocal a\n", "nonlocal declaration not allowed at module level, line 1"),
        ("if True:\nA = 1\n", "expected an indented block after 'if' statement on line 1, line 2"),
        ("A = 1\n  B = 2\n", "unexpected indent, line 2"),
        ("if True:\n        A = 1\n\tB = 2\n", "inconsistent use of tabs and spaces in indentation, line 3"),
        ("print 'loaded'\n", "Missing parentheses in call to 'print'. Did you mean print(...)?, line 1"),
        ("<<<<<<< HEAD\nA = 1\n=======\nA = 2\n>>>>>>> main\n", "invalid syntax, line 1"),
        ("A = 1\n".encode("utf-16"), "it is written in UTF-16, which Python does not read"),
        (b"A = 1\n\0\n", "it has null bytes"),
        (
            "A = 'ä'\n".encode("latin-1"),
            "(unicode error) 'utf-8' codec can't decode byte 0xe4 in position 0: unexpected end of data, line 1",
        ),
    ],
)
@pytest.mark.parametrize("version", ["3.9", "3.99"])
def test_what_no_python_compiles(code: str | bytes, error: str, version: str) -> None:
    of_handler = on(version, {"/function/app.py": file(code)})
    assert found("handler-does-not-compile", of_handler) == [
        ("error", f"/function/app.py does not compile: {error}", "/function/app.py")
    ]
    of_module = on(version, {"/function/app.py": "import own\n" + APP, "/function/own.py": file(code)})
    assert found("handler-does-not-compile", of_module) == [
        ("error", f"/function/own.py, which the handler imports, does not compile: {error}", "/function/own.py")
    ]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    pass\nexcept ValueError, TypeError:\n    pass\n",
        "A = f'{B:{'>'}{'\n'}}'\n  C = 1\n",
        "lazy import own\n",
        "A = 1 -> 2\n",
    ],
)
def test_what_a_later_python_may_compile(code: str) -> None:
    assert found("handler-does-not-compile", on("3.99", {"/function/app.py": code + APP})) == []


def test_an_encoding_that_somebody_may_bring() -> None:
    assert found("handler-does-not-compile", on("3.9", {"/function/app.py": "# coding: klingon\n" + APP})) == []


def test_a_handler_that_another_python_compiled() -> None:
    compiled = {"/function/app.pyc": b"\xf3\r\r\n" + bytes(12)}
    said = "/function/app.pyc is compiled for Python 3.13, and this is Python 3.12"
    without = {path: what for path, what in on("3.12", compiled)["files"].items() if path != "/function/app.py"}
    assert found("handler-does-not-compile", {**python(), "files": without}) == [("error", said, "/function/app.pyc")]
    assert found("handler-does-not-compile", on("3.13", compiled)) == []
