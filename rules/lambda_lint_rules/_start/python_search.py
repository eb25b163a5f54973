"""Folders that a Python module adds to the search path, where it writes them out."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Mapping

from lambda_lint import Value, replace
from lambda_lint_rules._start import python_effects
from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.python_path import unseen

_PATH = "sys.path"


class Added(Value):
    """A folder that a statement adds to the search path. `place` is the number it has there, None for the end.

    `once` tells that it is not added where it is there already.
    """

    folder: str
    place: int | None
    once: bool = False

    def to(self, roots: tuple[str, ...]) -> tuple[str, ...]:
        """The folders where modules are looked for once the statement has been executed."""
        if self.once and self.folder in roots:
            return roots
        place = len(roots) if self.place is None else self.place
        return (*roots[:place], self.folder, *roots[place:])


def additions(files: Files, path: str, text: str, tree: ast.Module, cwd: str) -> Mapping[ast.stmt, Added]:
    """By the statements of a module that do no more than to add a folder, that folder, as far as it can be known.

    `cwd` is the working directory, "" when it is not known.
    """
    module = python_effects.Module(tree, path, cwd, files, python_effects.lost, None)
    if not python_effects.plain(module, text):
        return {}
    found: dict[ast.stmt, Added] = {}
    for node in tree.body:
        module.learn(node)
        added = _added(node, module)
        if added is not None and (added.folder.startswith("/") or cwd):
            folder = join(cwd, added.folder)
            # What lies behind `..` is another folder where a link comes before.
            if ".." not in folder.split("/") and not unseen(files, folder):
                found[node] = replace(added, folder=posixpath.normpath(folder))
    return found


def _added(node: ast.stmt, module: python_effects.Module) -> Added | None:
    match node:
        case ast.If(
            test=ast.Compare(left=asked, ops=[ast.NotIn()], comparators=[path]),
            body=[ast.Expr(ast.Call(args=[*_, folder])) as only],
            orelse=[],
        ) if module.names.full(path) == _PATH and ast.dump(asked) == ast.dump(folder):
            added = _added(only, module)
            return None if added is None else replace(added, once=True)
        case ast.Expr(ast.Call(func=func, args=[ast.Constant(value=int(place)), folder], keywords=[])) if (
            place in {0, 1} and module.names.full(func) == f"{_PATH}.insert"
        ):
            return _of(module.value(folder), place)
        case ast.Expr(ast.Call(func=func, args=[folder], keywords=[])) if module.names.full(func) == f"{_PATH}.append":
            return _of(module.value(folder), None)
    return None


def _of(folder: object, place: int | None) -> Added | None:
    return Added(folder, place) if isinstance(folder, str) else None  # a path in place of a text is not searched
