"""Text in colours, laid out in lines.

rich draws the colours and knows how wide the world's characters are. Importing it costs more than linting a Dockerfile,
so it is asked only where there is colour, or a character that is neither ASCII nor one of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from lambda_lint.lazy import regex
from lambda_lint.reporters.style import Style
from lambda_lint.values import Value

GLYPHS = "✖▲●✔─╭│├╰…█░"
_ONE_CELL = frozenset((*map(chr, range(0x20, 0x7F)), *GLYPHS))
_WORD = regex(r"\s*\S+\s*")


class Styled(Value):
    """Pieces of text, each with its style in rich's words."""

    pieces: tuple[tuple[str, str], ...] = ()

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join(text for text, _ in self.pieces)

    @property
    def cells(self) -> int:
        """How wide it is in a terminal."""
        return cell_len(self.plain)

    def part(self, start: int, end: int) -> Styled:
        """The characters from `start` up to `end`."""
        cut, at = [], 0
        for text, style in self.pieces:
            cut.append((text[max(start - at, 0) : max(end - at, 0)], style))
            at += len(text)
        return styled(*cut)


def styled(*parts: str | tuple[str, str] | Styled) -> Styled:
    """The parts in a row: plain text, text with its style, or pieces that are there already."""
    pieces: list[tuple[str, str]] = []
    for part in parts:
        pieces += part.pieces if isinstance(part, Styled) else [(part, "") if isinstance(part, str) else part]
    return Styled(tuple(piece for piece in pieces if piece[0]))


def cell_len(text: str) -> int:
    """How wide a text is in a terminal."""
    if _ONE_CELL.issuperset(text):
        return len(text)
    from rich import cells

    return cells.cell_len(text)


def wrapped(body: Styled, room: int) -> Iterator[Styled]:
    """The body in lines of at most `room` cells, without blanks at their ends.

    A word that is longer stays whole: it is a path, a digest or a URL, and somebody will copy it.
    """
    text = body.plain
    cuts = (0, *_cuts(text, room), len(text)) if cell_len(text) > room else (0, len(text))
    for start, end in pairwise(cuts):
        yield body.part(start, start + len(text[start:end].rstrip()))


def _cuts(text: str, room: int) -> Iterator[int]:
    used = 0
    for word in _WORD.finditer(text):
        needed = cell_len(word[0].rstrip())
        if used + needed > room and word.start():
            yield word.start()
            used = 0
        used += cell_len(word[0])


def draw(lines: Iterable[Styled], style: Style) -> str:
    """The lines as they are, each ended, in colour if the style says so."""
    if not style.color:
        return "".join(f"{line.plain}\n" for line in lines)

    from rich.text import Text

    from lambda_lint.reporters import screen

    return screen.draw((Text.assemble(*line.pieces) for line in lines), style, soft_wrap=True)
