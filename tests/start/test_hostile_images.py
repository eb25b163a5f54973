"""Nothing that an image holds raises, loops, or reads without a bound."""

from __future__ import annotations

import sys
from collections.abc import Callable
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


def calls(work: Callable[[], object]) -> int:
    """How many functions are called: what takes longer, on any machine."""
    count = 0

    def counted(_frame: object, event: str, _what: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_twice_as_many_unknown_names_take_no_more_than_twice_the_work() -> None:
    def planned(count: int) -> int:
        app = "".join(f"class A{n}(B{n}):\n    x = y{n}\n" for n in range(count)) + APP
        described = image(**python({"/function/app.py": app}))
        return calls(lambda: plan(described, Deployment()))

    planned(1)  # what is worked out once for all
    assert planned(600) < 2.5 * planned(300)


@pytest.mark.parametrize(("count", "told"), [(1, ["missing-module"]), (32, ["missing-module"]), (33, [])])
def test_of_many_folders_that_a_module_adds_nothing_is_certain(count: int, told: list[str]) -> None:
    app = "import sys\n" + "".join(f"sys.path.append('/d{n}')\n" for n in range(count)) + "import gone\n" + APP
    found = plan(image(**python({"/function/app.py": app})), Deployment())
    assert [trouble.rule for trouble in found.troubles] == told
