"""Whether a module defines the handler's function. None where reading cannot tell."""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Sequence
from functools import lru_cache

from lambda_lint import regex
from lambda_lint_rules._start.python_flow import taken
from lambda_lint_rules._start.python_source import outline_of, tree_of

_DYNAMIC = frozenset({"globals", "exec", "setattr", "vars", "locals", "global_enum"})
_DYNAMIC_MEMBERS = frozenset(
    {"modules", "__dict__", "__globals__", "f_globals", "f_locals", "exec", "global_enum", "_convert_"}
)
# What each module has without a word in it.
_EVERY_NAMES = """
__annotations__ __builtins__ __cached__ __doc__ __file__ __loader__ __name__ __package__ __path__ __spec__
"""
_EVERY = frozenset(_EVERY_NAMES.split())
# Without any of these, nothing but the statements of the module itself defines its names.
_TELLS_MORE = regex(
    r"\b(?:globals|exec|setattr|vars|locals|modules|__dict__|__globals__|f_globals|f_locals|global|global_enum|_convert_)\b"
    r"|\bimport[\s\\]*\*"
)
_RUBY_MAGIC = regex(
    r"\b(?:define_method|method_missing|instance_eval|class_eval|send|require|require_relative|load|include|extend)\b"
)


def defines(path: str, text: str, member: str, version: str = "") -> bool | None:
    """Whether the source at `path` defines `member` for the client that loads it; `version` is the language's."""
    if path.endswith(".py"):
        return _python(text, member, version)
    return _ruby(text, member) if path.endswith(".rb") else None


def uncallable(text: str, name: str, version: str = "") -> str:
    """In words, why a Python source's `name` cannot take an event and a context and answer; "" when it may."""
    tree = tree_of(text)
    if tree is None or not _python(text, name, version):
        return ""
    match bindings(tree.body, name, version):
        case [ast.AsyncFunctionDef(decorator_list=[])]:
            return "is an async function: nothing awaits what it returns"
        case [ast.FunctionDef(decorator_list=[]) as function] if _yields(function):
            return "is a generator: nothing takes what it yields"
        case [ast.FunctionDef(decorator_list=[], args=arguments)]:
            return _arity(arguments)
        case [ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(target=ast.Name(), value=value)]:
            plain = ast.Constant | ast.JoinedStr | ast.List | ast.Tuple | ast.Dict | ast.Set
            return f"is {ast.unparse(value)[:40]}, and no function" if isinstance(value, plain) else ""
    return ""


def handlers(text: str, version: str = "") -> frozenset[str]:
    """The functions of a module that can be called with an event and a context."""
    tree = outline_of(text)
    public = (
        node.name
        for node in (() if tree is None else tree.body)
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and len(node.args.args) > 1
    )
    return frozenset(name for name in public if not uncallable(text, name, version))


def _yields(function: ast.FunctionDef) -> bool:
    inner = deque[ast.AST](function.body)
    while inner:
        node = inner.popleft()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            inner.extend(ast.iter_child_nodes(node))
    return False


def _arity(arguments: ast.arguments) -> str:
    positional = [*arguments.posonlyargs, *arguments.args]
    needed = len(positional) - len(arguments.defaults)
    named = [each.arg for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if not default]
    if len(positional) < 2 and arguments.vararg is None:
        few = "one argument" if positional else "no argument"
        return f"takes {few}, and is called with two, the event and the context"
    if needed > 2:
        return f"needs {needed} arguments, and is called with two, the event and the context"
    return f"needs the named argument {named[0]}, and is called with the event and the context alone" if named else ""


def _python(text: str, name: str, version: str) -> bool | None:
    names, perhaps = _names(text, version)
    return None if names is None or name in perhaps else name in names


@lru_cache(maxsize=256)
def _names(text: str, version: str) -> tuple[frozenset[str] | None, frozenset[str]]:
    """All names that a module defines, None when they cannot be told, and those that a function of it may define.

    A binding anywhere at the module's level counts, in a branch that may be taken or a try as well.
    """
    tells_more = _TELLS_MORE.search(text)
    tree = tree_of(text) if tells_more else outline_of(text)
    if tree is None:
        return None, frozenset()
    perhaps: set[str] = set()
    for node in ast.walk(tree) if tells_more else ():
        if isinstance(node, ast.Name) and node.id in _DYNAMIC:
            return None, frozenset()
        if isinstance(node, ast.ImportFrom) and _hands_out_any(node):
            return None, frozenset()
        if isinstance(node, ast.Attribute) and node.attr in _DYNAMIC_MEMBERS:
            return None, frozenset()
        if isinstance(node, ast.Global):
            perhaps.update(node.names)
    names = set(_EVERY)
    _bind(tree.body, names, version)
    return None if "__getattr__" in names else frozenset(names), frozenset(perhaps)


def _hands_out_any(node: ast.ImportFrom) -> bool:
    """Whether an import brings names that it does not tell, or the table in which a module may be replaced."""
    return any(alias.name == "*" or (node.module == "sys" and alias.name == "modules") for alias in node.names)


def _bind(body: Sequence[ast.stmt], names: set[str], version: str) -> None:
    for node in body:
        if isinstance(node, ast.If) and (branch := taken(node, version)) is not None:
            _bind(branch, names, version)
        elif isinstance(node, ast.Delete):
            names -= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif not (isinstance(node, ast.AnnAssign) and node.value is None):
            names |= _bound(node)


def bindings(body: Sequence[ast.stmt], name: str, version: str) -> list[ast.stmt]:
    """The statements that may leave a name bound."""
    found: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.If) and (branch := taken(node, version)) is not None:
            found.extend(bindings(branch, name, version))
        elif isinstance(node, ast.Delete):
            if any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
                found.clear()
        elif not (isinstance(node, ast.AnnAssign) and node.value is None) and name in _bound(node):
            found.append(node)
    return found


def exported(text: str) -> tuple[str, ...]:
    """The names in a module's `__all__`, where it is written out once; () where it may be made otherwise."""
    tree = outline_of(text) if text.count("__all__") == 1 else None
    for node in () if tree is None else tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=names) | ast.Tuple(elts=names)):
                known = [each.value for each in names if isinstance(each, ast.Constant) and isinstance(each.value, str)]
                return tuple(known) if len(known) == len(names) else ()
    return ()


def handed_out(text: str, version: str) -> frozenset[str] | None:
    """All names that `import *` may take from a module, None when they cannot be told."""
    if "__all__" in text:
        return frozenset(exported(text)) or None
    names, perhaps = _names(text, version)
    return None if names is None else frozenset(name for name in names | perhaps if not name.startswith("_"))


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a statement binds in its own scope."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        heads = (part for part in ast.iter_child_nodes(statement) if not isinstance(part, ast.stmt))
        inside = (each for part in heads for each in ast.walk(part))
        return {statement.name, *(each.target.id for each in inside if isinstance(each, ast.NamedExpr))}
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
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
    return names


def _ruby(text: str, member: str) -> bool | None:
    """Denied only where the method's name does not occur in a file that does nothing unusual."""
    *classes, method = member.split(".")
    if _RUBY_MAGIC.search(text):
        return None
    names = [method, *(part for name in classes for part in name.split("::"))]
    return None if all(re.search(rf"\b{re.escape(name)}\b", text) for name in names) else False
