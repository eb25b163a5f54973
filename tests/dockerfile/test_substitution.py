"""Quotes, escapes and variables, as BuildKit v0.34.2 (2026) expands them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_lint.dockerfile.substitution import SubstitutionError, Unknown, Unset, VariableValue, expand

VALUES: dict[str, VariableValue] = {
    "A": "1",
    "E": "",
    "P": "/usr/local/bin",
    "ARGUMENT": Unset(open=True),
    "BASE": Unknown(),
}


def result(word: str, escape: str = "\\") -> str | None:
    return expand(word, lambda name: VALUES.get(name, Unset()), escape)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("plain", "plain"),
        ("$A", "1"),
        ("${A}x", "1x"),
        ("$Ax", ""),
        ("$NONE", ""),
        ("a$", "a$"),
        ("$(x)", "$(x)"),
        ("\\$A", "$A"),
        ("'$A'", "$A"),
        ('"$A b"', "1 b"),
        ('"\\$A \\" \\x"', '$A " \\x'),
        ("a\\ b", "a b"),
        ("a\\", "a"),
        ("${NONE:-x}", "x"),
        ("${E:-x}", "x"),
        ("${E-x}", ""),
        ("${NONE-x}", "x"),
        ("${A:-x}", "1"),
        ("${A:+-slim}", "-slim"),
        ("${E:+x}", ""),
        ("${E+x}", "x"),
        ("${NONE+x}", ""),
        ("${A:?told}", "1"),
        ("${A?told}", "1"),
        ("${NONE:-${A:-y}}", "1"),
        ("${NONE:-'a b'}", "a b"),
        ("${P#*/}", "usr/local/bin"),
        ("${P##*/}", "bin"),
        ("${P%/*}", "/usr/local"),
        ("${P%%/*}", ""),
        ("${P#x}", "/usr/local/bin"),
        ("${P%?in}", "/usr/local/"),
        ("${P/l/L}", "/usr/Local/bin"),
        ("${P//l/L}", "/usr/LocaL/bin"),
        ("${P//\\//-}", "-usr-local-bin"),
        ("${P//l*l/x}", "/usr/x/bin"),
        ("${P/nothing/x}", "/usr/local/bin"),
        ("${NONE/*/x}", "x"),
        ("${P#'/usr'}", "/local/bin"),
        ('${P#"/u"}', "sr/local/bin"),
        ('${P#"\\a"}', "/usr/local/bin"),
        ("${P#\\*}", "/usr/local/bin"),
        ("${P//?/x}", "xxxxxxxxxxxxxx"),
        ("$1$@", ""),
        ("é$A", "é1"),
    ],
)
def test_a_word_is_expanded(word: str, expected: str) -> None:
    assert result(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("C:\\win", "C:\\win"), ("`$A", "$A"), ('"`$A \\$A"', "$A \\1"), ("a``b", "a`b")],
)
def test_the_escape_directive_changes_what_escapes(word: str, expected: str) -> None:
    assert result(word, "`") == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("$ARGUMENT", None),
        ("${ARGUMENT:-x}", "x"),
        ("${ARGUMENT:+x}", ""),
        ("${ARGUMENT#x}", None),
        ("${ARGUMENT:?x}", None),
        ("$BASE", None),
        ("${BASE:-x}", None),
        ("${BASE+x}", None),
        ("${BASE/a/b}", None),
        ("${A:-$BASE}", None),
        ("${NONE?x}", None),
        ("'$BASE'", "$BASE"),
    ],
)
def test_what_depends_on_something_unknown_stays_unknown(word: str, expected: str | None) -> None:
    assert result(word) == expected


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("${A", "a `${` is never closed"),
        ("${", "a `${` is never closed"),
        ("${A:-x", "a `${` is never closed"),
        ("${A/x}", "`${name/pattern/...}` lacks its second `/`"),
        ("${}", "`${}` is no substitution; write `\\$` for a dollar sign"),
        ("${{A}}", "`${{` is no substitution; write `\\$` for a dollar sign"),
        ("${A!x}", "`!` is no operator of `${name...}`"),
        ("${A:#x}", "`:#` is no operator of `${name...}`"),
        ("${A#\\x}", "`\\x` is no escape in a pattern"),
        ("it's", "a single quote is never closed"),
        ('"x', "a double quote is never closed"),
        ('"x\\', "a double quote is never closed"),
        ("${NONE:-" * 51 + "}" * 51, "substitutions are nested more than 50 deep"),
    ],
)
def test_what_cannot_be_expanded_is_refused(word: str, message: str) -> None:
    with pytest.raises(SubstitutionError) as refusal:
        result(word)

    assert str(refusal.value) == message


def test_a_value_too_long_for_any_process_is_unknown() -> None:
    assert expand("$X" * 3, lambda _: "x" * 65536, "\\") is None


def test_a_pattern_that_would_take_too_long_is_not_tried() -> None:
    assert expand("${X##" + "*a" * 2000 + "b}", lambda _: "a" * 2000, "\\") is None
    assert expand("${X//a*b/x}", lambda _: "a" * 2000, "\\") is None


@given(st.text("$`\\{}:-+?#%/*'\"Ae x", max_size=20), st.sampled_from("\\`"))
def test_any_text_is_expanded_or_refused_and_raises_nothing_else(text: str, escape: str) -> None:
    with contextlib.suppress(SubstitutionError):
        result(text, escape)
