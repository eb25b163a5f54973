"""WWW-Authenticate: one header, many hands that wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_lint.sources.challenge import parse_challenges

REALM = "https://auth.example/token"


def parsed(header: str) -> list[tuple[str, dict[str, str]]]:
    return [(challenge.scheme, dict(challenge.parameters)) for challenge in parse_challenges(header)]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", []),
        ("Basic", [("basic", {})]),
        ('Basic realm="a b"', [("basic", {"realm": "a b"})]),
        (
            f'Bearer realm="{REALM}",service="r.example",scope="repository:a/b:pull,push"',
            [("bearer", {"realm": REALM, "service": "r.example", "scope": "repository:a/b:pull,push"})],
        ),
        (f'BEARER Realm = "{REALM}" , service=x', [("bearer", {"realm": REALM, "service": "x"})]),
        (f"Bearer realm={REALM},service=x", [("bearer", {"realm": REALM, "service": "x"})]),
        (
            f'Basic realm="x, Bearer y", Bearer realm="{REALM}"',
            [("basic", {"realm": "x, Bearer y"}), ("bearer", {"realm": REALM})],
        ),
        ('Negotiate, Basic realm="x"', [("negotiate", {}), ("basic", {"realm": "x"})]),
        ('NTLM TlRMTVNTUAAB==, Basic realm="x"', [("ntlm", {}), ("basic", {"realm": "x"})]),
        (r'Basic realm="say \"hi\" \\"', [("basic", {"realm": r'say "hi" \ '.strip()})]),
        ('Bearer realm="a",realm="b"', [("bearer", {"realm": "a"})]),
        ('Bearer realm="never closed', [("bearer", {})]),
        ("=,=;", []),
    ],
)
def test_headers_are_read(header: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert parsed(header) == expected


WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=8)
PARAMETERS = st.dictionaries(WORDS, st.text(st.characters(codec="latin-1"), max_size=20), max_size=4)


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(st.lists(st.tuples(WORDS, PARAMETERS), max_size=4))
def test_what_is_written_by_the_grammar_is_read_back(challenges: list[tuple[str, dict[str, str]]]) -> None:
    header = ", ".join(
        f"{scheme} {', '.join(f'{name}={quoted(value)}' for name, value in parameters.items())}".strip()
        for scheme, parameters in challenges
    )
    assert parsed(header) == challenges


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(header: str) -> None:
    for challenge in parse_challenges(header):
        assert challenge.scheme == challenge.scheme.lower()


def test_a_long_header_is_read_in_no_time() -> None:
    assert len(parse_challenges("Basic " + 'a="\\' * 20_000)) == 1
    assert len(parse_challenges("a," * 20_000)) == 20_000
