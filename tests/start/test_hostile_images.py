"""Nothing that an image holds raises, loops, or reads without a bound."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import programs
from support.images import Node, directory, file, image, symlink
from support.starting import APP, python

from lambda_lint import Deployment
from lambda_lint_rules._start import facts, plan
from lambda_lint_rules._start.files import Files

_PATH_NAMES = """
/a /bin/sh /usr/bin/python3 /usr/local/bin/node /var/runtime/bootstrap /lambda-entrypoint.sh /function/app.py
/function/app.js /function/package.json /opt/extensions/x /app.jar /App.dll /App.deps.json /usr/bin/java /usr/bin/dotnet
/usr/local/lib/python3.13/site-packages/x.pth /usr/local/lib/python3.13/site-packages/awslambdaric/__main__.py
/pyvenv.cfg /usr/bin/env /function/node_modules/aws-lambda-ric/package.json
/function/node_modules/.bin/aws-lambda-ric
"""
_WORDS = """
sh -c python3 -m awslambdaric npx aws-lambda-ric node java -jar /app.jar -cp * dotnet /App.dll env -S A=1 app.handler
npm start uv run bundle exec tini -- ruby aws-lambda-rie
"""
PATHS = st.sampled_from(_PATH_NAMES.split())
ODD = [
    b"#!/bin/sh\nexec $0 $@",
    b"#!/a",
    b"#!" + b"x" * 300,
    b"#!/usr/bin/env -S",
    b"PK\5\6" + bytes(18),
    b'{"scripts": {"start": 1}}',
    b'{"libraries": {"a": 1, "b/c": []}}',
    b"[" * 100_000,
    b"\x7fELF\2\1",
    bytes(99),
]
CONTENT = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(str.encode),
    st.binary(max_size=100).map(programs.elf),
    st.sampled_from(ODD),
)
NODES: st.SearchStrategy[Node] = st.one_of(
    st.builds(file, CONTENT, st.sampled_from([0o755, 0o644, 0o000])),
    st.builds(symlink, st.one_of(PATHS, st.sampled_from([".", "..", "/", "", "a/../../.."]))),
    st.builds(directory, st.sampled_from([0o755, 0o700])),
)
WORDS = st.one_of(PATHS, st.sampled_from([*_WORDS.split(), "exec $0", "", "\0"]), st.text(max_size=10))
SEARCHED = {"PATH": "/bin:/usr/bin:"}


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(PATHS, NODES), max_size=8, unique_by=lambda pair: pair[0]),
    st.lists(WORDS, max_size=6),
    st.lists(WORDS, max_size=3),
    st.sampled_from(["", "/", "/function", "function", "\0", "/a/.."]),
)
def test_any_image_has_a_plan(
    files: list[tuple[str, Any]], entrypoint: list[str], command: list[str], workdir: str
) -> None:
    made = image(
        files=dict(files), entrypoint=entrypoint, command=command, workdir=workdir, env={"PATH": "/bin:/usr/bin:"}
    )
    found = plan(made, Deployment())
    assert len(found.hops) < 100
    assert facts(made, Deployment())["verdict"] == found.verdict.value


def test_reading_stops_at_the_budget() -> None:
    files = Files(image(files={"/a": b"x" * 100, "/b": b"y" * 100}).filesystem, budget=150)
    assert len(files.bytes_of("/a", 100)) == 100
    assert files.bytes_of("/b", 100) == b""
    assert list(files.pieces("/b")) == []
    assert files.bytes_read == 100


def test_what_was_read_once_is_not_read_again() -> None:
    files = Files(image(files={"/a": b"x" * 100}).filesystem)
    assert files.bytes_of("/a", 100) == files.bytes_of("/a", 100)
    assert files.bytes_of("/a", 10, 5) == b"x" * 10
    assert files.bytes_read == 100


@pytest.mark.parametrize(
    "app",
    [
        pytest.param("".join(f"class A{n}(B{n}):\n    x = y{n}\n" for n in range(2000)), id="unknown names"),
        pytest.param(
            "import sys\n" + "".join(f"sys.path.append('d{n}')\nimport m{n}\n" for n in range(1000)), id="added folders"
        ),
        pytest.param("from names import *\n" * 2000, id="all names of a module"),
    ],
)
def test_what_a_module_repeats_takes_no_longer_each_time(app: str) -> None:
    names = "".join(f"a{n} = 1\n" for n in range(3000))
    described = python({"/function/app.py": app + APP, "/function/names.py": names})
    before = time.process_time()
    plan(image(**described), Deployment())
    assert time.process_time() - before < 5
