"""JSON files that say something about the place where an image will run, with the region of every value in them."""

from __future__ import annotations

import bisect
from collections.abc import Mapping

from lambda_lint.errors import SourceError, printable
from lambda_lint.location import Position, Region, SourceLocation
from lambda_lint.values import Value

_DEEPEST = 64
_BLANKS = " \t\r\n"


class JsonValue(Value, eq=False):
    """A value and where it is written; for a member of an object, `name` is where its name is.

    `content` is a scalar of JSON, a tuple of values, or a mapping of values by their names.
    """

    content: str | int | float | bool | tuple[JsonValue, ...] | Mapping[str, JsonValue] | None
    region: Region
    name: Region | None = None

    def get(self, name: str) -> JsonValue | None:
        """The member of that name; None without one, and for what is no object."""
        return self.content.get(name) if isinstance(self.content, Mapping) else None

    @property
    def members(self) -> Mapping[str, JsonValue]:
        """Of an object, in their order; none for anything else."""
        return self.content if isinstance(self.content, Mapping) else {}

    @property
    def values(self) -> tuple[JsonValue, ...]:
        """Those of an array; for anything else that one value, as most formats of JSON take either."""
        return self.content if isinstance(self.content, tuple) else (self,)

    @property
    def embedded(self) -> JsonValue | None:
        """What a string holds that is JSON itself, all of it at the string's place; None for anything else."""
        if not isinstance(self.content, str):
            return None
        try:
            return _Reader(self.content, self.name or self.region).whole()
        except (ValueError, RecursionError):
            return None


class JsonDocument(Value, eq=False):
    """A whole file. `path` is the path as the user gave it, `source` its text."""

    path: str
    source: str
    root: JsonValue

    def location(self, value: JsonValue) -> SourceLocation:
        """Where a value is: its name and itself, or for an object or an array its name or else its first character."""
        if not isinstance(value.content, Mapping | tuple):
            return SourceLocation(self.path, Region((value.name or value.region).start, value.region.end))
        start = value.region.start
        return SourceLocation(self.path, value.name or Region(start, Position(start.line, start.column + 1)))


def parse_json(data: bytes, path: str) -> JsonDocument:
    """Raises SourceError for what is no JSON, with line and column, and for what is nested very deeply."""
    import json

    try:
        source = data.decode("utf-8-sig")
        return JsonDocument(path, source, _Reader(source).whole())
    except UnicodeDecodeError as error:
        why = f"byte {error.start} is not UTF-8"
    except json.JSONDecodeError as error:
        why = f"{printable(error.msg)}, line {error.lineno} column {error.colno}"
    except RecursionError:
        why = "nested too deeply"
    except ValueError as error:
        why = printable(str(error))  # a number with thousands of digits
    raise SourceError(f"{printable(path)}: not valid JSON: {why}")


class _Reader:
    """Reads JSON and notes where things are; `everywhere` is the place of all of it where that is known already."""

    def __init__(self, text: str, everywhere: Region | None = None) -> None:
        from json import JSONDecoder  # for few runs only

        self._decoder = JSONDecoder()
        self._text = text
        self._everywhere = everywhere
        self._lines = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]

    def whole(self) -> JsonValue:
        """Raises ValueError for what is no JSON, RecursionError for what is nested very deeply."""
        import json

        json.loads(self._text)  # Python judges, so that the walk need not
        return self._value(0, 0)[0]

    def _value(self, at: int, depth: int, name: Region | None = None) -> tuple[JsonValue, int]:
        """The value at or behind a place, and the place behind it."""
        if depth > _DEEPEST:
            raise RecursionError
        at = self._skip(at)
        content: tuple[JsonValue, ...] | Mapping[str, JsonValue] | str | int | float | bool | None
        match self._text[at]:
            case "{":
                content, end = self._object(at + 1, depth)
            case "[":
                content, end = self._array(at + 1, depth)
            case _:
                content, end = self._decoder.raw_decode(self._text, at)
        return JsonValue(content, self._region(at, end), name), end

    def _object(self, at: int, depth: int) -> tuple[Mapping[str, JsonValue], int]:
        members: dict[str, JsonValue] = {}
        at = self._skip(at)
        while self._text[at] != "}":
            name, end = self._decoder.raw_decode(self._text, at)
            colon = self._skip(end)
            members[name], at = self._value(colon + 1, depth + 1, self._region(at, end))
            at = self._next(at)
        return members, at + 1

    def _array(self, at: int, depth: int) -> tuple[tuple[JsonValue, ...], int]:
        values = []
        at = self._skip(at)
        while self._text[at] != "]":
            value, at = self._value(at, depth + 1)
            values.append(value)
            at = self._next(at)
        return tuple(values), at + 1

    def _next(self, at: int) -> int:
        at = self._skip(at)
        return self._skip(at + 1) if self._text[at] == "," else at

    def _skip(self, at: int) -> int:
        while at < len(self._text) and self._text[at] in _BLANKS:
            at += 1
        return at

    def _region(self, start: int, end: int) -> Region:
        return self._everywhere or Region(self._position(start), self._position(end))

    def _position(self, at: int) -> Position:
        line = bisect.bisect_right(self._lines, at)
        return Position(line, at - self._lines[line - 1] + 1)
