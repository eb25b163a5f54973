"""Words and variables as BuildKit's shell lexer reads them: quotes, escapes, `$name`, `${name:-word}` and its kin.

Written after the behaviour of moby/buildkit v0.34.2, `frontend/dockerfile/shell` (2026), which reads a heredoc's name
with the same lexer.
"""

from __future__ import annotations

from collections.abc import Callable

from lambda_lint.annotations import Final
from lambda_lint.lazy import regex
from lambda_lint.values import Value

MAX_LENGTH: Final = 128 * 1024  # Linux gives no process a longer variable (MAX_ARG_STRLEN); doubling ends here
MAX_DEPTH: Final = 50
MAX_PATTERN_WORK: Final = 1_000_000

# What no place gives a meaning of its own, and what most names are.
_PLAIN: Final = regex(r"[^$<'\"\\`}/]+")
_ASCII_NAME: Final = regex(r"[A-Za-z_0-9]+")

SPACES: Final = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
"""What Go's unicode.IsSpace calls a space; Python's own list has four control characters more."""


class SubstitutionError(ValueError):
    """A word that BuildKit refuses to expand. The message is a sentence for users."""


class Unset(Value):
    """A variable without a value. `open` tells that a build argument may still give it one."""

    open: bool = False


class Unknown(Value):
    """A variable that has a value, or may have one, that cannot be known here."""


UNSET: Final = Unset()
UNKNOWN: Final = Unknown()
VariableValue = str | Unset | Unknown
Lookup = Callable[[str], VariableValue]


def expand(word: str, lookup: Lookup, escape: str) -> str | None:
    """The word with quotes removed and variables replaced, None when the result cannot be known.

    Raises SubstitutionError for what BuildKit refuses, whatever the variables are.
    """
    if "$" not in word and "'" not in word and '"' not in word and escape not in word:
        return word.removeprefix("\ufeff")
    return Lexer(word, lookup, escape).text()


def nothing_set(_name: str) -> VariableValue:
    """A lookup in which every variable is unset."""
    return UNSET


def nothing_known(_name: str) -> VariableValue:
    """A lookup in which every variable is unknown: only the syntax of a word is read."""
    return UNKNOWN


class Lexer:
    """One pass over one text. `keep_...` leaves quotes, escapes and unset variables where they are.

    With `plain_quotes` a quote is a character like any other, as in the body of a here-document.
    """

    def __init__(
        self,
        text: str,
        lookup: Lookup,
        escape: str,
        *,
        keep_quotes: bool = False,
        keep_escapes: bool = False,
        keep_unset: bool = False,
        plain_quotes: bool = False,
    ) -> None:
        self._text = text.removeprefix("\ufeff")
        self._at = 0
        self._lookup = lookup
        self._escape = escape
        self._keep_quotes = keep_quotes
        self._keep_escapes = keep_escapes
        self._keep_unset = keep_unset
        self._plain_quotes = plain_quotes
        self._depth = 0
        self._known = True
        # BuildKit has one buffer for the word at hand, also within `${a:-b}`, which so loses what stood before it.
        self._pending: list[str] = []
        self._splits = False

    def text(self) -> str | None:
        """Read to the end; None when the result depends on something unknown. Raises SubstitutionError."""
        text, _ = self._until("", self._keep_escapes, pattern=False)
        return text if self._known and len(text) <= MAX_LENGTH else None

    def words(self) -> tuple[str, ...]:
        """Read to the end and split at blanks outside quotes. Raises SubstitutionError."""
        self._splits = True
        return self._until("", self._keep_escapes, pattern=False)[1]

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        character = self._peek()
        self._at += 1
        return character

    def _until(self, stop: str, raw: bool, *, pattern: bool) -> tuple[str, tuple[str, ...]]:
        outer, self._keep_escapes = self._keep_escapes, raw
        result: list[str] = []
        words = _Words(self._pending, self._splits)
        while character := self._peek():
            if plain := _PLAIN.match(self._text, self._at):
                self._at = plain.end()
                words.add(plain[0])
                result.append(plain[0])
                continue
            if character == stop:
                self._at += 1
                self._keep_escapes = outer
                return "".join(result), words.finish()
            special = self._special(character, pattern)
            if special is not None:
                words.add(special, raw=character != "$")
                result.append(special)
                continue
            self._at += 1
            if character != self._escape:
                words.add(character)
            else:
                if raw:
                    words.add(character, raw=True)
                    result.append(character)
                character = self._next()
                if character:
                    words.add(character, raw=True)
            result.append(character)
        if stop:
            raise SubstitutionError(
                "a `${` is never closed" if stop == "}" else "`${name/pattern/...}` lacks its second `/`"
            )
        self._keep_escapes = outer
        return "".join(result), words.finish()

    def _special(self, character: str, pattern: bool) -> str | None:
        if character == "$":
            return self._dollar()
        if character == "<":
            return self._angle()
        if self._plain_quotes:
            return None
        if character == "'":
            return self._single_quoted(pattern)
        if character == '"':
            return self._double_quoted(pattern)
        return None

    def _angle(self) -> str:
        """`<<` binds the blanks behind it to the word, so that `<< EOF` stays one."""
        self._at += 1
        if self._peek() != "<":
            return "<"
        start = self._at
        self._at += 1
        while self._peek() and self._peek() in "\t\r ":
            self._at += 1
        return "<" + self._text[start : self._at]

    def _single_quoted(self, pattern: bool) -> str:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise SubstitutionError("a single quote is never closed")
        inner = self._text[self._at + 1 : end]
        self._at = end + 1
        if pattern:
            inner = inner.replace(self._escape, self._escape * 2)
        return f"'{inner}'" if self._keep_quotes else inner

    def _double_quoted(self, pattern: bool) -> str:
        quote = '"' if self._keep_quotes else ""
        result = [quote]
        self._at += 1
        while character := self._peek():
            if plain := _PLAIN.match(self._text, self._at):
                self._at = plain.end()
                result.append(plain[0])
                continue
            if character == "$":
                result.append(self._dollar())
                continue
            self._at += 1
            if character == '"':
                return "".join((*result, quote))
            if character == self._escape:
                follower = self._peek()
                if not follower:
                    continue
                if follower in ('"', "$", self._escape):
                    if self._keep_escapes:
                        result.append(character)
                    character = self._next()
                elif self._keep_escapes and (pattern or not self._keep_quotes):
                    result.append(character)
            result.append(character)
        raise SubstitutionError("a double quote is never closed")

    def _dollar(self) -> str:
        self._at += 1
        if self._peek() != "{":
            name = self._name()
            return self._plain(name, "$" + name) if name else "$"
        self._at += 1
        if not self._peek():
            raise SubstitutionError("a `${` is never closed")
        if self._peek() in "{}:":
            raise SubstitutionError(f"`${{{self._peek()}` is no substitution; write `\\$` for a dollar sign")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SubstitutionError(f"substitutions are nested more than {MAX_DEPTH} deep")
        replaced = self._braced(self._name())
        self._depth -= 1
        return replaced

    def _braced(self, name: str) -> str:
        operator = self._next()
        if operator == "}":
            return self._plain(name, f"${{{name}}}")
        if operator == "/":
            return self._replaced(name)
        colon = operator == ":"
        if colon:
            operator = self._next()
        if not operator:
            raise SubstitutionError("a `${` is never closed")
        if operator not in "+-?#%" or (colon and operator in "#%"):
            raise SubstitutionError(f"`{':' * colon}{operator}` is no operator of `${{name...}}`")
        trims = operator in "#%"
        word, _ = self._until("}", trims, pattern=trims)
        value = self._lookup(name)
        if self._keep_unset and isinstance(value, Unset):
            return f"${{{name}{':' * colon}{operator}{word}}}"
        if trims:
            return self._trimmed(value, word, operator)
        return self._chosen(value, word, operator, colon)

    def _plain(self, name: str, written: str) -> str:
        value = self._lookup(name)
        if isinstance(value, str):
            return value
        if self._keep_unset and isinstance(value, Unset):
            return written
        return self._absent(value)

    def _absent(self, value: Unset | Unknown) -> str:
        if isinstance(value, Unknown) or value.open:
            self._known = False
        return ""

    def _chosen(self, value: VariableValue, word: str, operator: str, colon: bool) -> str:
        if isinstance(value, Unknown):
            return self._absent(value)
        empty = not isinstance(value, str) or (colon and not value)
        if operator == "+":
            return "" if empty else word
        if operator == "-":
            return word if empty else str(value)
        if empty:
            self._known = False  # BuildKit stops here, unless a build argument sets it
            return ""
        return str(value)

    def _trimmed(self, value: VariableValue, word: str, operator: str) -> str:
        if isinstance(value, Unknown) or value == Unset(open=True):
            return self._absent(value)
        value = value if isinstance(value, str) else ""
        longest = word.startswith(operator)
        pattern = Pattern.parse(word[longest:])
        if len(pattern.tokens) * len(value) > MAX_PATTERN_WORK:
            self._known = False
            return ""
        if operator == "%":
            pattern, value = pattern.reversed(), value[::-1]
        ends = pattern.ends(value, 0)
        if ends:
            value = value[ends[-1] if longest else ends[0] :]
        return value[::-1] if operator == "%" else value

    def _replaced(self, name: str) -> str:
        everywhere = self._peek() == "/"
        self._at += everywhere
        word, _ = self._until("/", True, pattern=True)
        replacement, _ = self._until("}", True, pattern=False)
        value = self._lookup(name)
        if self._keep_unset and isinstance(value, Unset):
            return f"${{{name}/{word}/{replacement}}}"
        if isinstance(value, Unknown) or value == Unset(open=True):
            return self._absent(value)
        value = value if isinstance(value, str) else ""
        pattern = Pattern.parse(word)
        if len(pattern.tokens) * len(value) ** 2 > MAX_PATTERN_WORK:
            self._known = False
            return ""
        return pattern.replaced(value, replacement, everywhere)

    def _name(self) -> str:
        start = self._at
        first = self._peek()
        if first.isdecimal():
            while self._peek().isdecimal():
                self._at += 1
        elif first and first in "@*#?-$!0":
            self._at += 1
        else:
            if found := _ASCII_NAME.match(self._text, start):
                self._at = found.end()
            while (character := self._peek()) == "_" or character.isalpha() or character.isdecimal():
                self._at += 1
        return self._text[start : self._at]


class _Words:
    """Collects what lies between blanks, when it is active; what is added raw holds no blank that splits."""

    def __init__(self, pending: list[str], active: bool) -> None:
        self._active = active
        self._done: list[str] = []
        self._open = pending
        pending.clear()

    def add(self, text: str, *, raw: bool = False) -> None:
        if not self._active or not text:
            return
        if raw:
            self._open.append(text)
            return
        for character in text:
            if character not in SPACES:
                self._open.append(character)
            elif self._open:
                self._done.append("".join(self._open))
                self._open.clear()

    def finish(self) -> tuple[str, ...]:
        if self._open:
            self._done.append("".join(self._open))
            self._open.clear()
        return tuple(self._done)


class Pattern(Value):
    """A shell pattern of `*`, `?` and characters. A token is a character to meet, or None for any; `*` is a loop."""

    tokens: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Raises SubstitutionError for an escape that BuildKit does not know."""
        tokens: list[tuple[str, str]] = []
        characters = iter(range(len(text)))
        for index in characters:
            character = text[index]
            if character == "*":
                tokens.append(("many", ""))
            elif character == "?":
                tokens.append(("any", ""))
            elif character != "\\":
                tokens.append(("one", character))
            else:
                follower = text[index + 1 : index + 2]
                if follower in ("}", "/"):
                    continue
                if follower not in ("*", "?", "\\"):
                    raise SubstitutionError(f"`\\{follower}` is no escape in a pattern")
                tokens.append(("one", follower))
                next(characters)
        return cls(tuple(tokens))

    def reversed(self) -> Pattern:
        """The same pattern for reversed text."""
        return Pattern(self.tokens[::-1])

    def ends(self, value: str, start: int) -> list[int]:
        """Where a match that begins at `start` can end, in rising order, in at most tokens times characters steps."""
        states = self._closed({0})
        final = len(self.tokens)
        found = [start] if final in states else []
        for index in range(start, len(value)):
            character = value[index]
            moved = set()
            for state in states:
                if state == final:
                    continue
                kind, wanted = self.tokens[state]
                if kind == "many":
                    moved.add(state)
                elif kind == "any" or wanted == character:
                    moved.add(state + 1)
            states = self._closed(moved)
            if not states:
                break
            if final in states:
                found.append(index + 1)
        return found

    def replaced(self, value: str, replacement: str, everywhere: bool) -> str:
        """`value` with the first match, or every one, replaced; a match is as long as can be."""
        result: list[str] = []
        at = copied = 0
        while at <= len(value):
            start, ends = at, self.ends(value, at)
            while not ends and start < len(value):
                start += 1
                ends = self.ends(value, start)
            if not ends:
                break
            end = ends[-1]
            result.append(value[copied:start])
            if end > copied or start == 0:  # an empty match that touches the one before does not count
                result.append(replacement)
            copied = end
            if not everywhere:
                break
            at = max(at + 1, end)
        return "".join((*result, value[copied:]))

    def _closed(self, states: set[int]) -> set[int]:
        closed = set(states)
        for state in states:
            while state < len(self.tokens) and self.tokens[state][0] == "many":
                state += 1
                closed.add(state)
        return closed
