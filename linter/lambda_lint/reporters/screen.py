"""rich's console, used as a function from things to draw to text."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.console import Console, RenderableType

from lambda_lint.reporters.style import NARROWEST, Style


def console(style: Style) -> Console:
    """A console that looks at nothing but `style`: neither at the environment nor at markup in what it is given."""
    return Console(
        file=io.StringIO(),
        width=max(style.width, NARROWEST),
        color_system="standard" if style.color else None,
        force_terminal=style.color,
        no_color=not style.color,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )


def draw(things: Iterable[RenderableType], style: Style, *, soft_wrap: bool = False) -> str:
    """What the console shows of all things, each ended with a newline. With `soft_wrap` long lines stay one line."""
    screen = console(style)
    with screen.capture() as capture:
        for thing in things:
            screen.print(thing, soft_wrap=soft_wrap)
    return capture.get()
