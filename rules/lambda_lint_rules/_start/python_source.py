"""Python sources, as this Python reads them."""

from __future__ import annotations

import ast
import codecs
import io
import re
import sys
import warnings
from collections.abc import Iterator
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


# What no later Python takes either, as the compiler says it of a tree, and as the tokens alone tell it.
_LASTING = regex(
    r"'(?:return|yield|await)' outside (?:async )?function|'break' outside loop|'continue' not properly in loop"
    r"|nonlocal declaration not allowed at module level|duplicate argument '.*"
    r"|name '.*' is (?:parameter and (?:global|nonlocal)|(?:used|assigned to) (?:prior to|before) \w+ declaration)"
    r"|\(unicode error\) 'utf-8' codec .*"
)
_PRINT = regex(r"[ \t]*print[ \t]+[\"']")
_CONFLICT = regex(r"<{7} |={7}$|>{7} ")
# A codec may be brought by a package, and be there before the function's code is read.
_CODECS = regex(r"unknown encoding.*|encoding problem.*")


def syntax_error(source: bytes, version: str) -> str:
    """Why a Python of that version cannot compile the source, whose own first lines tell its encoding (PEP 263).

    "" when it can, or when this Python cannot tell, because something keeps it from trying, or because it is older and
    a later one may take the source.
    """
    known = numbers(version)
    if not known:
        return ""
    if b"\0" in source:  # in words that differ from version to version
        wide = source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return "it is written in UTF-16, which Python does not read" if wide else "it has null bytes"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, NOWHERE, "exec", dont_inherit=True)
    except SyntaxError as error:
        if _CODECS.fullmatch(error.msg) or (sys.version_info[:2] < known and not _lasting(error, source)):
            return ""
        return f"{error.msg}, line {error.lineno}"
    except (ValueError, RecursionError, MemoryError):
        return ""
    return newer_syntax(source.decode("utf-8", "replace"), version)


def line_of(error: str) -> int:
    """The line that one of these two names, 0 where it names none."""
    words = error.rpartition(", line ")
    return int(words[2]) if words[1] and words[2].isdecimal() else 0


def _lasting(error: SyntaxError, source: bytes) -> bool:
    """Whether every later Python refuses a source, too, that this one does."""
    if _LASTING.fullmatch(error.msg):
        return True
    text = source.decode("utf-8", "replace")
    lines, at = text.splitlines(), error.lineno or 0
    if _FORMAT.search(text) or not 0 < at <= len(lines):  # where a later one may see a string end elsewhere
        return False
    line = lines[at - 1]
    return isinstance(error, IndentationError) or bool(_PRINT.match(line) or _CONFLICT.match(line))


# What statements begin with that earlier versions do not have.
_NEWER = regex(
    r"^[ \t]*(?:match\b.*:|type[ \t]+\w|except[ \t]*\*|(?:async[ \t]+)?(?:def|class)[ \t]+\w+[ \t]*\[)", re.MULTILINE
)
# A format string whose expressions hold what they may hold since Python 3.12 (PEP 701), perhaps.
_FORMAT = regex(r"\b(?:[fF][rR]?|[rR][fF])[\"'][^\n]*\{[^}]*[\"'\\#\n]")
_FREE_FORMATS = (3, 12)


def newer_syntax(text: str, version: str) -> str:
    """What of a source's syntax, which this Python can read, is newer than a version; "" for nothing, or none known."""
    known = numbers(version)
    if not known or known >= sys.version_info[:2]:
        return ""
    tree = tree_of(text) if _NEWER.search(text) else None
    found = [
        (node.lineno, words, since)
        for node in (() if tree is None else ast.walk(tree))
        if isinstance(node, ast.stmt)
        for words, since in _newer(node)
        if known < since
    ]
    if found:
        line, words, since = min(found)
        return f"{words} is new in Python {'.'.join(map(str, since))}, line {line}"
    return _free_format(text) if known < _FREE_FORMATS <= sys.version_info[:2] and _FORMAT.search(text) else ""


# By the names of their nodes, which not every Python has that may run this.
_STATEMENTS = {
    "Match": ("a match statement", (3, 10)),
    "TryStar": ("except*", (3, 11)),
    "TypeAlias": ("a type statement", (3, 12)),
}


def _newer(node: ast.stmt) -> Iterator[tuple[str, tuple[int, int]]]:
    """The parts of a statement that not every Python has, each with the first version that has it."""
    if (found := _STATEMENTS.get(type(node).__name__)) is not None:
        yield found
    parameters = getattr(node, "type_params", ())
    if parameters:
        yield "a list of type parameters", (3, 12)
    if any(getattr(each, "default_value", None) is not None for each in parameters):
        yield "a type parameter's default", (3, 13)


def _free_format(text: str) -> str:
    """What of a source's format strings Python 3.11 refuses: it took a string apart only when it knew its end."""
    import tokenize  # only here: few images need it

    quotes: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text.removeprefix("\ufeff")).readline):
            kind = tokenize.tok_name[token.type]
            around = quotes[:-1] if kind in {"FSTRING_MIDDLE", "FSTRING_END"} else quotes
            if around and _clashes(kind, token.string, around):
                return f"a format string as they may be since Python 3.12, line {token.start[0]}"
            if kind == "FSTRING_START":
                quotes.append(token.string.lstrip("fFrR"))
            elif kind == "FSTRING_END":
                quotes.pop()
    except (tokenize.TokenError, SyntaxError, IndexError):
        pass
    return ""


def _clashes(kind: str, text: str, quotes: list[str]) -> bool:
    """Whether a token may not be in an expression of format strings with these quotes around it."""
    if kind in {"STRING", "FSTRING_START", "FSTRING_MIDDLE"}:
        return "\\" in text or any(each in text for each in quotes)
    return kind == "COMMENT" or (kind == "NL" and any(len(each) == 1 for each in quotes))
