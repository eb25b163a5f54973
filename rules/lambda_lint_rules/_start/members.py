"""Whether a module defines the handler's function. None where reading cannot tell."""

from __future__ import annotations

import ast
import re

from lambda_lint_rules._start.python_source import tree_of

_DYNAMIC = frozenset({"globals", "exec", "setattr", "vars", "locals"})
_MAX_NODE = 200_000
_BULK_EXPORT = re.compile(
    r"export\s*\*|module\.exports\s*=(?!\s*\{)|__exportStar|Object\.assign|\.\.\.|exports\[|defineProperty"
)
_RUBY_MAGIC = re.compile(
    r"\b(?:define_method|method_missing|instance_eval|class_eval|send|require|require_relative|load|include|extend)\b"
)


def defines(path: str, text: str, member: str) -> bool | None:
    """Whether the source at `path` defines `member` for the client that loads it."""
    if path.endswith(".py"):
        tree = tree_of(text)
        return None if tree is None else _python(tree, member)
    if path.endswith((".js", ".mjs", ".cjs")):
        return _node(text, member.partition(".")[0])
    return _ruby(text, member) if path.endswith(".rb") else None


def _python(tree: ast.Module, name: str) -> bool | None:
    """A binding anywhere at the module's level counts, in a branch or a try as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in _DYNAMIC:
            return None
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return None
        if isinstance(node, ast.Attribute) and node.attr in {"modules", "__dict__"}:
            return None
        if isinstance(node, ast.Global) and name in node.names:
            return None
    found: set[str] = set()
    for statement in tree.body:
        found |= _bound(statement)
    return None if "__getattr__" in found else name in found


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a statement binds in its own scope."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    names: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.MatchAs | ast.MatchStar | ast.ExceptHandler) and node.name:
            names.add(node.name)
    return names


def _node(text: str, name: str) -> bool | None:
    """Denied only where the name does not occur in the whole file, and nothing there exports in bulk."""
    if re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text):
        return True if re.search(rf"\bexports?\b[^\n;]*\b{re.escape(name)}\b", text) else None
    small = len(text) <= _MAX_NODE and max(map(len, text.splitlines()), default=0) < 2000
    return False if small and not _BULK_EXPORT.search(text) else None


def _ruby(text: str, member: str) -> bool | None:
    """Denied only where the method's name does not occur in a file that does nothing unusual."""
    *classes, method = member.split(".")
    if _RUBY_MAGIC.search(text):
        return None
    names = [method, *(part for name in classes for part in name.split("::"))]
    return None if all(re.search(rf"\b{re.escape(name)}\b", text) for name in names) else False
