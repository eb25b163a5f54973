"""Python sources, as this Python reads them."""

from __future__ import annotations

import ast
import warnings


def tree_of(text: str) -> ast.Module | None:
    """The syntax tree; None when this Python cannot read the source, which proves nothing about another version's."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def syntax_error(text: str) -> SyntaxError | None:
    """Why this Python cannot compile the source; None when it can, or when something else keeps it from trying."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "handler", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return None
    return None
