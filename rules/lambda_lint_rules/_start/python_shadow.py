"""Files of the function's own that take the place of Python's modules, to the harm of the client that needs those."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lambda_lint import Value
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.members import defines
from lambda_lint_rules._start.python_flow import certain
from lambda_lint_rules._start.python_path import find_in
from lambda_lint_rules._start.python_source import numbers, tree_of

# Of what the client needs, modules that are written in Python and not loaded before it.
_HIDEABLE = frozenset(["json", "logging", "traceback"])
_MAYBE_LOADED = frozenset(["enum", "decimal"])
# What Python's own library imports on the way, with the versions that do: functools, and tokenize for traceback.
_EARLY = (("types", "GenericAlias", (3, 9), (3, 99)), ("token", "EXACT_TOKEN_TYPES", (3, 8), (3, 12)))
_MAX_SOURCE = 1 << 20


class Shadow(Value):
    """A file that hides a module of Python's own, and the name that the module has and the file has not."""

    path: str
    module: str
    name: str


def shadow(files: Files, cwd: str, client: tuple[str, ...], version: str, *, hooked: bool) -> Shadow | None:
    """The first file in the working directory that keeps the sources of a client from being loaded.

    `hooked` tells that other code may have loaded a few modules already.
    """
    number = numbers(version)
    for module, name, first, last in () if hooked else _EARLY:
        if first <= number <= last and _lacks(files, cwd, module, name, version):
            return Shadow(_source(files, cwd, module), module, name)
    names = _HIDEABLE if hooked else _HIDEABLE | _MAYBE_LOADED
    hidden = {module for module in names if _source(files, cwd, module)}
    for path in client if hidden else ():
        for module, name in _needed(files, path, hidden, version):
            if _lacks(files, cwd, module, name, version):
                return Shadow(_source(files, cwd, module), module, name)
    return None


def _source(files: Files, cwd: str, module: str) -> str:
    """The source that is imported by a module's name when the working directory comes first, "" for none."""
    found = find_in(files, cwd, module)
    return found if found is not None and found.endswith(".py") else ""


def _lacks(files: Files, cwd: str, module: str, name: str, version: str) -> bool:
    path = _source(files, cwd, module)
    text = files.text(path, _MAX_SOURCE) if path else None
    # What names the module's real library may load it and hand its names on.
    if text is None or path.endswith("/__init__.py") or "importlib" in text or "sys.path" in text:
        return False
    return defines(path, text, name, version) is False


def _needed(files: Files, path: str, hidden: set[str], version: str) -> Iterator[tuple[str, str]]:
    """The names of hidden modules that a source uses for certain when it is loaded."""
    text = files.text(path, _MAX_SOURCE)
    tree = tree_of(text) if text is not None else None
    names: dict[str, str] = {}
    for node in certain(tree.body, version, lambda _: False) if tree is not None else ():
        match node:
            case ast.Import(names=aliases):
                names |= {each.asname or each.name: each.name for each in aliases if each.name in hidden}
            case ast.ImportFrom(module=str(module), names=aliases, level=0) if module in hidden:
                yield from ((module, each.name) for each in aliases if each.name != "*")
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                yield from _attributes(value, names)
            case ast.ClassDef(bases=bases):
                for base in bases:
                    yield from _attributes(base, names)


def _attributes(value: ast.expr, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    if any(isinstance(each, ast.Lambda | ast.IfExp | ast.BoolOp) for each in ast.walk(value)):
        return
    for each in ast.walk(value):
        match each:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in names:
                yield names[name], attr
