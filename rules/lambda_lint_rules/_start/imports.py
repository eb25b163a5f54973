"""What a Python file imports, read from its syntax tree."""

from __future__ import annotations

import ast
import posixpath
import sys
import warnings
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.model import Handler
from lambda_lint_rules._start.python_path import find_in

_MAX_FILES = 300
_MAX_SOURCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Closure:
    """Sources reached from one file. `complete` is False when some could not be read or are not followed."""

    texts: tuple[tuple[str, str], ...]
    complete: bool


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


def missing(files: Files, path: str, handler: Handler) -> Iterator[tuple[str, str]]:
    """Modules that are imported for certain when `path` is and are nowhere to be found, each with its importer.

    The image's own files are followed. A file that changes how modules are found ends the search: nothing is certain
    behind it.
    """
    queue = deque([path])
    seen = {path}
    accused: set[str] = set()
    while queue and len(seen) <= _MAX_FILES:
        current = queue.popleft()
        text = files.text(current, _MAX_SOURCE) if current.endswith(".py") else None
        tree = tree_of(text) if text is not None else None
        if text is None or tree is None:
            continue
        if any(word in text for word in _CHANGES_SEARCH):
            return
        for module in _unconditional(tree):
            top = module.partition(".")[0]
            if top in sys.stdlib_module_names or top in accused or (handler.style == "base-python" and top in _IN_BASE):
                continue
            if any(_there(files, root, top) for root in handler.roots):
                own = [each for each in _own(files, current, module, 0, handler.roots) if each not in seen]
                seen.update(own)
                queue.extend(own)
            else:
                accused.add(top)
                yield top, current


_CHANGES_SEARCH = ("sys.path", "sys.meta_path", "addsitedir", "sys.modules", "zipimport")
# What the AWS base images bring in one version or another.
_IN_BASE_NAMES = """
boto3 botocore s3transfer jmespath dateutil six urllib3 simplejson awslambdaric snapshot_restore_py runtime_client
bootstrap lambda_runtime_client pip setuptools pkg_resources typing_extensions
"""
_IN_BASE = frozenset(_IN_BASE_NAMES.split())


def _there(files: Files, root: str, module: str) -> bool:
    return find_in(files, root, module) is not None or files.is_directory(join(root, module))


def _unconditional(tree: ast.Module) -> Iterator[str]:
    """The absolute imports among a module's own statements, up to one that ends it."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module and node.module != "__future__":
            yield node.module
        elif isinstance(node, ast.Raise):
            return


def python_closure(files: Files, path: str, roots: tuple[str, ...]) -> Closure:
    """The file and, as far as they are the image's own code, the modules that it imports anywhere in its text.

    Installed packages are not followed: they are known by their names.
    """
    queue = deque([path])
    seen = {path}
    texts: list[tuple[str, str]] = []
    complete = True
    while queue and len(texts) < _MAX_FILES:
        current = queue.popleft()
        text = files.text(current, _MAX_SOURCE)
        if text is None:
            complete = False
            continue
        texts.append((current, text))
        tree = tree_of(text)
        if tree is None:
            complete = False
            continue
        for module, level in _imported(tree):
            for found in _own(files, current, module, level, roots):
                if found not in seen:
                    seen.add(found)
                    queue.append(found)
    return Closure(tuple(texts), complete and not queue)


def _imported(tree: ast.Module) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.extend((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found.append((module, node.level))
            found.extend((f"{module}.{alias.name}".lstrip("."), node.level) for alias in node.names)
    return found


def _own(files: Files, current: str, module: str, level: int, roots: tuple[str, ...]) -> list[str]:
    """The image's own source files for a module, its packages included."""
    if level:
        base = posixpath.dirname(current)
        for _ in range(level - 1):
            base = posixpath.dirname(base)
        searched: tuple[str, ...] = (base,)
    elif module.partition(".")[0] in sys.stdlib_module_names:
        return []
    else:
        searched = tuple(root for root in roots if not installed(root))
    for root in searched:
        parts = [part for part in module.split(".") if part]
        found: list[str] = []
        for count in range(1, len(parts) + 1):
            stem = join(root, "/".join(parts[:count]))
            found.extend(path for path in (f"{stem}.py", f"{stem}/__init__.py") if files.is_file(path))
        if found:
            return found
    return []


def installed(path: str) -> bool:
    """Whether a path lies among installed packages or in an interpreter's own library."""
    return any(part in path for part in ("/site-packages", "/dist-packages", "/lib/python3", "/lib64/python3"))
