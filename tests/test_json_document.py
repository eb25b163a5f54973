"""JSON with the places of its values."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_lint.errors import SourceError
from lambda_lint.json_document import JsonDocument, JsonValue, parse_json
from lambda_lint.location import SourceLocation


def plain(value: JsonValue) -> Any:
    match value.content:
        case tuple():
            return [plain(item) for item in value.content]
        case dict():
            return {name: plain(item) for name, item in value.content.items()}
    return value.content


def text_at(document: JsonDocument, location: SourceLocation) -> str:
    """What the source holds at a location that lies in one line."""
    line = document.source.split("\n")[location.region.start.line - 1]
    return line[location.region.start.column - 1 : location.region.end.column - 1]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 1, "\t", "\r\n "]), st.booleans())
def test_every_value_is_read_as_python_does(value: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert plain(parse_json(text.encode("utf-8", "surrogatepass"), "x.json").root) == json.loads(text)


@given(st.binary(max_size=40) | st.text(alphabet='{}[]",: 1ntf\\\n', max_size=30).map(str.encode))
def test_any_bytes_are_a_document_or_are_refused(data: bytes) -> None:
    with contextlib.suppress(SourceError):
        parse_json(data, "x.json")


def test_places() -> None:
    document = parse_json('\ufeff{"a": ["é", 2],\n  "b": {"c": null}}'.encode(), "p.json")
    a, b = document.root.get("a"), document.root.get("b")
    assert a is not None
    assert b is not None
    c = b.get("c")
    assert c is not None
    assert [text_at(document, document.location(value)) for value in (document.root, a, *a.values, b, c)] == [
        "{",
        '"a"',
        '"é"',
        "2",
        '"b"',
        '"c": null',
    ]
    assert (a.get("x"), c.members, c.values) == (None, {}, (c,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [('{"a": [1]}', {"a": [1]}), ("{", None), ("[" * 9999, None), ("", None)],
    ids=["JSON", "broken", "deep", "empty"],
)
def test_a_string_may_hold_json_itself(text: str, expected: Any) -> None:
    document = parse_json(json.dumps({"text": text}).encode(), "x.json")
    held = document.root.members["text"].embedded
    assert (held and plain(held)) == expected
    if held is not None:
        assert text_at(document, document.location(held.members["a"].values[0])) == '"text"'
    assert document.root.embedded is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "Expecting value, line 1 column 1"),
        (b'{"a": 1,\n]', "Expecting property name enclosed in double quotes, line 2 column 1"),
        (b"\xff", "byte 0 is not UTF-8"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b"[" * 100 + b"]" * 100, "nested too deeply"),
        (b"1" * 10_000, "Exceeds the limit"),
    ],
    ids=["empty", "syntax", "bytes", "very deep", "deep", "number"],
)
def test_refused(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_json(data, "x.json")
    assert str(caught.value).startswith(f"x.json: not valid JSON: {reason}")
