"""Python sources, as this Python reads them."""

from __future__ import annotations

import ast
import warnings


def tree_of(text: str) -> ast.Module | None:
    """The syntax tree, read without a byte order mark; None when this Python cannot read the source.

    That proves nothing about another version's.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def syntax_error(source: bytes) -> SyntaxError | None:
    """Why this Python cannot compile the source, whose own first lines tell its encoding (PEP 263).

    None when it can, or when something else keeps it from trying.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "handler", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return None
    return None
