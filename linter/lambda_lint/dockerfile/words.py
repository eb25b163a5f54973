"""How BuildKit splits the text of one instruction: keyword, flags, words, JSON. Every piece comes with its span.

A span is (start, end) in the text that was given. The rules are those of moby/buildkit v0.34.2,
`frontend/dockerfile/parser/split_command.go` and `line_parsers.go` (2026).
"""

from __future__ import annotations

from functools import lru_cache

from lambda_lint.annotations import Any, Final
from lambda_lint.dockerfile.substitution import SPACES, Lexer, SubstitutionError, nothing_set
from lambda_lint.lazy import regex
from lambda_lint.values import Value

BLANKS: Final = "\t\v\f\r "
_WORD: Final = regex(rf"[^{BLANKS}]+")
_JSON_STRING: Final = regex(r'"(?:[^"\\]|\\.)*"')
_JSON_BLANKS: Final = " \t\r\n"
_INFINITE: Final = float("inf")
_HEREDOC: Final = regex(r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)")
_BYTE_SPACES: Final = "\t\n\v\f\r \x85\xa0"
_HEREDOC_KEYWORDS: Final = frozenset({"ADD", "COPY", "RUN"})
# A stretch of ASCII with no space, no quote and nothing that may be an escape character.
_PLAIN: Final = regex(r"[\0-\x08\x0e-\x1f!#-&(-\[\]-_a-\x7f]*")


class Piece(Value):
    """A part of a text: what it says, quotes resolved where its reader resolves them, and where it stands."""

    text: str
    start: int
    end: int


class Option(Piece):
    """A flag. What it says is cut at the first `=`, and `name` is without the dashes."""

    name: str
    value: str


class Split(Value):
    """An instruction's text taken apart. `start` and `end` bound the value, which has no blanks around."""

    keyword: Piece
    flags: tuple[Option, ...]
    value: Piece


class Opening(Value):
    """What opens a here-document: `3<<-"EOF"`."""

    name: str
    expand: bool
    strip_tabs: bool
    file_descriptor: int


class NotStringsError(ValueError):
    """A valid JSON array that holds something other than strings: BuildKit refuses it."""


def trimmed(text: str, start: int, end: int) -> Piece:
    """The stretch of text without the spaces around."""
    inner = text[start:end].lstrip(SPACES)
    at = end - len(inner)
    inner = inner.rstrip(SPACES)
    return Piece(inner, at, at + len(inner))


def split(text: str, start: int, escape: str) -> Split:
    """Take apart the instruction that begins at `start`, with no space in front, and goes to the end of the text."""
    found = _WORD.match(text, start)
    end = found.end() if found else start
    flags, rest = _flags(text, len(text) - len(text[end:].lstrip(BLANKS)), escape)
    return Split(Piece(text[start:end], start, end), flags, trimmed(text, rest, len(text)))


def words(text: str, start: int = 0, end: int | None = None) -> tuple[Piece, ...]:
    """Split at blanks, quotes or not: FROM, COPY, ADD, EXPOSE, VOLUME."""
    bound = len(text) if end is None else end
    return tuple([Piece(found[0], found.start(), found.end()) for found in _WORD.finditer(text, start, bound)])


def quoted_words(text: str, start: int, escape: str) -> tuple[Piece, ...]:
    """Split at spaces that stand in no quotes: ENV, LABEL, ARG. Quotes and escapes stay.

    An escape character at the very end is dropped.
    """
    if text.isascii() and not ("'" in text or '"' in text or escape in text):  # no logical line holds a line's end
        return words(text, start)
    found: list[Piece] = []
    at, end = start, len(text)
    while at < end:
        if text[at] in SPACES:
            at += 1
            continue
        stop = _quoted_word_end(text, at, escape)
        if word := text[at:stop] if stop <= end else text[at : end - 1]:
            found.append(Piece(word, at, at + len(word)))
        at = stop
    return tuple(found)


def _quoted_word_end(text: str, at: int, escape: str) -> int:
    """Where the word ends; one beyond the text when its last character is an escape that has nothing to escape."""
    quote = ""
    while at < len(text):
        character = text[at]
        if character == escape and quote != "'":
            at += 2
        elif quote and character == quote:
            quote = ""
            at += 1
        elif quote:
            at = _plain_end(text, at + 1)
        elif character in SPACES:
            break
        elif character in "'\"":
            quote = character
            at += 1
        else:
            at = _plain_end(text, at + 1)
    return at


def _plain_end(text: str, at: int) -> int:
    """Where the next character stands, from `at` on, that may mean something."""
    found = _PLAIN.match(text, at)
    return found.end() if found else at


def _flags(text: str, start: int, escape: str) -> tuple[tuple[Option, ...], int]:
    """The leading `--flag` words, unquoted, and where the rest begins.

    BuildKit reads bytes here, each as one character: `--x=é` becomes `--x=Ã©`.
    """
    if not text.startswith("--", start):
        return (), start
    data = text[start:]
    if data.isascii():
        flags, rest = _byte_flags(data, escape)
        return tuple([_option(flag.text, start + flag.start, start + flag.end) for flag in flags]), start + rest
    raw = data.encode()
    flags, rest = _byte_flags(raw.decode("latin-1"), escape)

    # For every byte the character that it belongs to, and one more for the end.
    owners = [*(at for at, character in enumerate(data) for _ in character.encode()), len(data)]
    pieces = tuple(_option(flag.text, start + owners[flag.start], start + owners[flag.end]) for flag in flags)
    return pieces, start + owners[rest]


def _option(text: str, start: int, end: int) -> Option:
    name, _, value = text.partition("=")
    return Option(text, start, end, name.removeprefix("--"), value)


def _byte_flags(text: str, escape: str) -> tuple[list[Piece], int]:
    flags: list[Piece] = []
    at, end = 0, len(text)
    while at < end:
        if text[at] in _BYTE_SPACES:
            at += 1
            continue
        if not text.startswith("--", at):
            return flags, at
        flag, quoted = _byte_flag(text, at, escape)
        if flag.text == "--":
            return flags, flag.end
        if flag.text or quoted:
            flags.append(flag)
        at = flag.end
    return flags, end


def _byte_flag(text: str, start: int, escape: str) -> tuple[Piece, bool]:
    at, end = start, len(text)
    quote, quoted = "", False
    result: list[str] = []
    while at < end:
        character = text[at]
        if quote and character == quote:
            quote = ""
            at += 1
        elif not quote and character in _BYTE_SPACES:
            break
        elif not quote and character in "'\"":
            quote, quoted = character, True
            at += 1
        elif character == escape:
            result.append(text[at + 1 : at + 2])
            at += 2
        else:
            stop = _plain_end(text, at + 1)
            result.append(text[at:stop])
            at = stop
    return Piece("".join(result), start, min(at, end)), quoted


def _number(text: str) -> float:
    """Go keeps numbers as float64 and refuses what does not fit."""
    value = float(text)
    if value in (_INFINITE, -_INFINITE):
        raise ValueError(f"{text} is out of range")
    return value


def _constant(text: str) -> object:
    raise ValueError(f"{text} is no JSON")


def json_strings(text: str, start: int) -> tuple[Piece, ...] | None:
    """The strings of a JSON array, each with the span of its literal, quotes included. None when it is no such array.

    Strict as BuildKit is: nothing may follow. Raises NotStringsError for an array that holds anything but strings.
    """
    body = text[start:].lstrip(SPACES) if "[" in text else ""
    if not body.startswith("[") or not body.rstrip(_JSON_BLANKS).endswith("]"):
        return None
    found = _plain_strings(body, len(text) - len(body))
    if found is not None:
        return found
    items = _parsed(body)
    if items is None:
        return None
    if not all(isinstance(item, str) for item in items):
        raise NotStringsError
    literals = _JSON_STRING.finditer(text, start)
    return tuple(Piece(_whole(item), *found.span()) for item, found in zip(items, literals, strict=True))


def _plain_strings(body: str, at: int) -> tuple[Piece, ...] | None:
    """An array as nearly all are, without escapes, read without a parser, which takes its time to import; else None."""
    parts = body.split('"')
    between, strings = parts[::2], parts[1::2]
    gaps = [gap.strip(_JSON_BLANKS) for gap in between]
    if gaps != ["[", *[","] * (len(strings) - 1), "]"] or "\\" in body or not "".join(strings).isprintable():
        return None
    pieces: list[Piece] = []
    for gap, string in zip(between, strings, strict=False):
        at += len(gap)
        pieces.append(Piece(string, at, at + len(string) + 2))
        at += len(string) + 2
    return tuple(pieces)


def _parsed(array: str) -> list[Any] | None:
    import json

    try:
        items: list[Any] = json.loads(array, parse_int=_number, parse_float=_number, parse_constant=_constant)
    except (ValueError, RecursionError):
        return None
    return items


def _whole(text: str) -> str:
    """Go puts U+FFFD where Python leaves half a surrogate pair."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@lru_cache(maxsize=16)  # most files open all of theirs with the same words
def openings(text: str) -> tuple[Opening, ...]:
    """The here-documents that an instruction's whole text opens, in order; none when it cannot be read as words."""
    try:
        found = Lexer(text, nothing_set, "\\", keep_quotes=True, keep_escapes=True, keep_unset=True).words()
    except SubstitutionError:
        return ()
    return tuple(opening for word in found if (opening := heredoc(word)) is not None)


def heredoc(word: str) -> Opening | None:
    """The here-document that a word opens, if it does."""
    found = _HEREDOC.fullmatch(word) if "<<" in word else None
    if found is None:
        return None
    try:
        plain = Lexer(found[3], nothing_set, "\\", keep_unset=True).words()
        raw = Lexer(found[3], nothing_set, "\\", keep_unset=True, keep_quotes=True).words()
    except SubstitutionError:
        return None
    if len(plain) != 1:
        return None
    descriptor = min(int("0" + found[1].lstrip("0")[:21]), 2**64 - 1)
    return Opening(plain[0], _quotes(plain[0]) == _quotes(raw[0]), bool(found[2]), descriptor)


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')


def takes_heredocs(text: str, escape: str) -> bool:
    """Whether `<<` opens a here-document here: in RUN, COPY and ADD that are no JSON, also behind ONBUILD."""
    parts = split(text, 0, escape)
    if parts.keyword.text.upper() == "ONBUILD":
        parts = split(text, parts.value.start, escape)
    if parts.keyword.text.upper() not in _HEREDOC_KEYWORDS:
        return False
    try:
        return json_strings(text, parts.value.start) is None
    except NotStringsError:
        return False
