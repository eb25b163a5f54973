"""Text in colours, laid out in lines.

rich draws the colours and knows how wide the world's characters are. Importing it costs more than linting a Dockerfile,
so it is asked only where there is colour, or a character that is neither ASCII nor one of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from lambda_lint.lazy import regex
from lambda_lint.reporters.style import Style
from lambda_lint.values import Value

GLYPHS = "✖▲●✔─╭│├╰…█░"
_ONE_CELL = frozenset((*map(chr, range(0x20, 0x7F)), *GLYPHS))
_WORD = regex(r"\s*\S+\s*")


class Styled(Value):
    """Pieces of text, each with its style in rich's words, and the text alone. `styled` makes it."""

    pieces: tuple[tuple[str, str], ...]
    plain: str

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
        if isinstance(part, Styled):
            pieces += part.pieces
        elif isinstance(part, str):
            pieces.append((part, ""))
        else:
            pieces.append(part)
    kept = tuple([piece for piece in pieces if piece[0]])
    return Styled(kept, "".join([text for text, _ in kept]))


def cell_len(text: str) -> int:
    """How wide a text is in a terminal."""
    if _is_one_cell_each(text):
        return len(text)
    from rich import cells

    return cells.cell_len(text)


def _is_one_cell_each(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or _ONE_CELL.issuperset(text)


def wrapped(body: Styled, room: int) -> Iterator[Styled]:
    """The body in lines of at most `room` cells, without blanks at their ends.

    A word that is longer stays whole: it is a path, a digest or a URL, and somebody will copy it.
    """
    text = body.plain
    if cell_len(text) <= room:
        yield body.part(0, len(text.rstrip())) if text[-1:].isspace() else body
        return
    for start, end in pairwise((0, *_cuts(text, room), len(text))):
        yield body.part(start, start + len(text[start:end].rstrip()))


def _cuts(text: str, room: int) -> Iterator[int]:
    used = 0
    cells: Callable[[str], int] = len if _is_one_cell_each(text) else cell_len
    for word in _WORD.finditer(text):
        needed = cells(word[0].rstrip())
        if used + needed > room and word.start():
            yield word.start()
            used = 0
        used += cells(word[0])


def draw(lines: Iterable[Styled], style: Style) -> str:
    """The lines as they are, each ended, in colour if the style says so."""
    if not style.color:
        return "".join(f"{line.plain}\n" for line in lines)

    from rich.text import Text

    from lambda_lint.reporters import screen

    return screen.draw((Text.assemble(*line.pieces) for line in lines), style, soft_wrap=True)
