"""Python sources, as this Python reads them."""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache

from lambda_lint import regex

# A function whose lines all begin further in than the first one does, its arguments on that line or on lines of theirs.
_FUNCTION = regex(
    r"^(?P<head>(?P<margin>[ \t]*)(?:async )?def [^\n]*"
    r"(?:\(\n(?:(?P=margin)[ \t][^\n]*\n)+(?P=margin)\)[^\n]*)?:[ \t]*\n)"
    r"(?:(?:(?P=margin)[ \t][^\n]*)?\n)+",
    re.MULTILINE,
)
# Python opens the file of this name to quote the line of a syntax error: there can be none below a device.
NOWHERE = "/dev/null/source"
_QUOTES = ('"""', "'''")


def numbers(version: str) -> tuple[int, ...]:
    """`3.11` as numbers that can be compared, () for one that is not known."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def tree_of(text: str) -> ast.Module | None:
    """The syntax tree, read without a byte order mark; None when this Python cannot read the source.

    That proves nothing about another version's.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.removeprefix("\ufeff"), NOWHERE)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(8)  # one module is looked at for what it defines when another imports from it, and then for what it does
def outline_of(text: str) -> ast.Module | None:
    """As `tree_of`, where neither what functions do when they are called matters nor what strings hold.

    Most functions do nothing here, which is read in less than half the time.
    """
    short = _FUNCTION.sub(_without_body, text)
    tree = tree_of(short)
    return tree_of(text) if tree is None and short != text else tree


def _without_body(function: re.Match[str]) -> str:
    text = function[0]
    if any(text.count(quotes) % 2 for quotes in _QUOTES):  # a string goes on behind it, or began before it
        return text
    return f"{function['head']}{function['margin']} pass\n"


def syntax_error(source: bytes) -> SyntaxError | None:
    """Why this Python cannot compile the source, whose own first lines tell its encoding (PEP 263).

    None when it can, or when something else keeps it from trying.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, NOWHERE, "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return None
    return None
