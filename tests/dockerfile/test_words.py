"""Arrays of words: what a quick look makes of a plain one is what a parser of JSON would."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lambda_lint.dockerfile.words import NotStringsError, json_strings


@given(st.text(st.sampled_from('[]",\\ \t\n\ré\udcff\x01\x0b\xa0a1'), max_size=12))
@example('["a" , "b é"] \t\n')
@example('[ "a","a" , ]')
@example('["a"]\x0b')
@example('["a" "b"]')
@example("[ ]")
@example('["\\n", 1]')
def test_an_array_holds_what_json_says(text: str) -> None:
    try:
        known = json.loads("[" + text)
    except ValueError:
        assert json_strings("[" + text, 0) is None
        return
    if not all(isinstance(item, str) for item in known):
        with pytest.raises(NotStringsError):
            json_strings("[" + text, 0)
        return
    whole = [item.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for item in known]
    found = json_strings("[" + text, 0)
    assert found is not None
    assert [piece.text for piece in found] == whole
    assert [json.loads(("[" + text)[piece.start : piece.end]) for piece in found] == known
