"""What the names in a Python module stand for: modules, and what they hold."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable
from copy import copy

# The names that an import of `*` brings, None when it may bring others.
Given = Callable[[ast.ImportFrom], "Iterable[str] | None"]
# Those of types, by the names of their nodes, which not every Python has that may run this.
_PARAMETERS = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple"})


def _not_told(_node: ast.ImportFrom) -> None:
    return None


class Names:
    """Full names by what imports bind, as far as the module has been executed.

    A name that something else binds anywhere in the module, in whatever scope, stands for nothing here.
    """

    def __init__(self, tree: ast.Module, given: Given = _not_told) -> None:
        self._bound: Counter[str] = Counter()
        # The line that binds a name first, in whatever scope.
        self._line: dict[str, int] = {}
        # How often of these a name is bound to the module that bears it.
        self._plain: Counter[str] = Counter()
        self._full: dict[str, str] = {}
        self._given = given
        # The lines that take all names of a module.
        self._stars: dict[tuple[str | None, int], int] = {}
        for node in ast.walk(tree):
            self._count(node)

    def _count(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                self._bind(node, name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                self._bind(node, name)
            case ast.ExceptHandler(name=str(name)):
                self._bind(node, name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self._bind(node, name)
            case ast.Import(names=names):
                self._bind(node, *(alias.asname or alias.name.partition(".")[0] for alias in names))
                self._plain.update(alias.name.partition(".")[0] for alias in names if not alias.asname)
            case ast.ImportFrom(names=[ast.alias(name="*")], module=module, level=level):
                if self._stars.get((module, level), node.lineno + 1) <= node.lineno:
                    return  # which a line above has brought
                self._stars[module, level] = node.lineno
                given = self._given(node)
                self._bind(node, *("*" if given is None else given))
            case ast.ImportFrom(names=names):
                self._bind(node, *(alias.asname or alias.name for alias in names))
            case ast.Call(func=ast.Name(id="globals")):
                self._bind(node, "*")
            case ast.Attribute(value=ast.Name(id="builtins"), ctx=ast.Store()):
                self._bind(node, "*")
            case _ if type(node).__name__ in _PARAMETERS:
                self._bind(node, getattr(node, "name", ""))

    def _bind(self, node: ast.AST, *names: str) -> None:
        line: int = getattr(node, "lineno", 0)
        self._bound.update(names)
        for name in names:
            self._line[name] = min(line, self._line.get(name, line))

    @property
    def open_ended(self) -> bool:
        """Whether names may be bound that the module does not tell: another module's, Python's own, or its globals."""
        return self._bound["*"] > 0

    def once(self, name: str) -> bool:
        """Whether exactly one thing in the module binds a name."""
        return self._bound[name] == 1

    def unbound(self, name: str) -> bool:
        """Whether nothing in the module binds a name, so that it is what Python has of that name."""
        return self._bound[name] == 0

    def bound_below(self, name: str, line: int) -> bool:
        """Whether something in the module binds a name, and all that does stands below a line."""
        return self._line.get(name, 0) > line

    def learn(self, node: ast.stmt) -> None:
        """Remember what an import binds."""
        match node:
            case ast.Import(names=names):
                for alias in names:
                    first = alias.name.partition(".")[0]
                    self._full[alias.asname or first] = alias.name if alias.asname else first
            case ast.ImportFrom(module=str(module), level=0, names=names):
                for alias in names:
                    self._full[alias.asname or alias.name] = f"{module}.{alias.name}"

    def inner(self) -> Names:
        """The same for a scope within, whose own imports are its own."""
        found = copy(self)
        found._full = dict(self._full)
        return found

    def full(self, node: ast.expr) -> str:
        """The dotted name of what an expression names, with what imports bring in full; "" for anything else."""
        match node:
            case ast.Name(id=name) if self.unbound(name):
                return name if name in {"open", "str"} else ""
            case ast.Name(id=name):
                sure = self._bound[name] in {1, self._plain[name]}
                return self._full.get(name, "") if sure else ""
            case ast.Attribute(value=value, attr=attr):
                owner = self.full(value)
                return f"{owner}.{attr}" if owner else ""
        return ""
