"""Types that Python code writes in ways that earlier versions do not know, where it evaluates them at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lambda_lint import Value
from lambda_lint_rules._start.python_flow import evaluated
from lambda_lint_rules._start.python_names import Names
from lambda_lint_rules._start.python_source import numbers

# PEP 604 and PEP 585.
_UNIONS = (3, 10)
_GENERICS = (3, 9)
_GENERIC = frozenset({"dict", "frozenset", "list", "set", "tuple", "type"})
_TYPES = _GENERIC | {"bool", "bytearray", "bytes", "complex", "float", "int", "object", "str"}


class Newer(Value):
    """A type as it is written, and the first version that takes it so."""

    written: str
    since: str


def mentions(text: str, version: str) -> bool:
    """Whether a source may have something that `newer` would tell of."""
    known = numbers(version)
    return bool(known) and known < _UNIONS and ("|" in text or known < _GENERICS)


def newer(node: ast.stmt, names: Names, version: str, *, annotations: bool) -> Iterator[Newer]:
    """The first type of built-in ones that a statement evaluates in vain."""
    known = numbers(version)
    for part in evaluated(node, annotations=annotations) if known and known < _UNIONS else ():
        match part:
            case ast.BinOp(op=ast.BitOr(), left=left, right=right) if _is_type(left, names) and _is_type(right, names):
                yield Newer(ast.unparse(part), "3.10")
                return
            case ast.Subscript(value=ast.Name(id=name)) if (
                known < _GENERICS and name in _GENERIC and names.unbound(name)
            ):
                yield Newer(ast.unparse(part), "3.9")
                return


def _is_type(node: ast.expr, names: Names) -> bool:
    match node:
        case ast.Constant(value=None):
            return True
        case ast.Name(id=name):
            return name in _TYPES and names.unbound(name)
        case ast.Subscript(value=ast.Name(id=name)):
            return name in _GENERIC and names.unbound(name)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _is_type(left, names) and _is_type(right, names)
    return False
