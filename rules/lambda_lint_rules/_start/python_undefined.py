"""Names that a Python module uses as it is executed, and that nothing gives it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from lambda_lint import regex
from lambda_lint_rules._start.python_flow import evaluated
from lambda_lint_rules._start.python_names import Names

# What versions have that may not run this, what gettext and a console put there, and what a class has of its own.
_MORE_NAMES = """
aiter anext BaseExceptionGroup EncodingWarning ExceptionGroup PythonFinalizationError WindowsError
_ copyright credits exit get_ipython help license quit reveal_locals reveal_type
"""
_KNOWN = frozenset((*dir(builtins), *_MORE_NAMES.split()))
# Code that may give names to all modules, or to its own by another way than to write them.
GIVES_ALL = regex(
    r"\b(?:builtins|__builtin__)\.\w+\s*=(?!=)|\b(?:builtins|__builtin__)\.__dict__|\bbuiltins\s+as\b|__builtins__"
    r"|\b(?:setattr|vars)\(\s*(?:builtins|__builtin__)|\bfrom\s+builtins\b|\binstall\("
)
_GIVES_OWN = regex(
    r"\b(?:globals|locals|vars|exec|eval|setattr)\(|\bsys\.modules\b|\b__dict__\b|\b__missing__\b|\b_convert_?\("
    r"|\bglobal_enum\b"
)


def gives_own(text: str) -> bool:
    """Whether a module may give names to itself, or to a class in it, that it does not write."""
    return _GIVES_OWN.search(text) is not None


def undefined(node: ast.stmt, names: Names, *, annotations: bool) -> Iterator[tuple[ast.Name, bool]]:
    """The names that a statement evaluates for certain and that nothing binds, in whatever scope of its module.

    Each with whether something binds it further down.
    """
    if getattr(node, "type_params", None):  # which are bound, and told by other nodes than names
        return
    last = node.end_lineno or node.lineno
    for part in evaluated(node, annotations=annotations):
        if isinstance(part, ast.Name) and not _is_given(part.id):
            below = names.bound_below(part.id, last)
            if below or names.unbound(part.id):
                yield part, below


def _is_given(name: str) -> bool:
    return name in _KNOWN or name.startswith("__")
