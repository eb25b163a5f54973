"""What a Python file imports, read from its syntax tree."""

from __future__ import annotations

import ast
import posixpath
import sys
from collections import deque
from collections.abc import Iterator

from lambda_lint import Value
from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.members import defines
from lambda_lint_rules._start.model import Handler
from lambda_lint_rules._start.python_path import find_in, foreign
from lambda_lint_rules._start.python_source import tree_of

_MAX_FILES = 300
_MAX_SOURCE = 1 << 20


class Closure(Value):
    """Sources reached from one file. `complete` is False when some could not be read or are not followed."""

    texts: tuple[tuple[str, str], ...]
    complete: bool


def loaded(files: Files, path: str, handler: Handler) -> tuple[str, ...]:
    """The image's own files that are imported for certain when `path` is."""
    seen = {path: None}
    for _ in missing(files, path, handler, seen):
        pass
    return tuple(seen)


def missing(
    files: Files, path: str, handler: Handler, seen: dict[str, None] | None = None
) -> Iterator[tuple[str, str]]:
    """Modules that are imported for certain when `path` is and are nowhere to be found, each with its importer.

    The image's own files are followed, and added to `seen`. A file that changes how modules are found ends the search:
    nothing is certain behind it.
    """
    seen = {path: None} if seen is None else seen
    queue = deque([path])
    accused: set[str] = set()
    while queue and len(seen) <= _MAX_FILES:
        current = queue.popleft()
        text = files.text(current, _MAX_SOURCE) if current.endswith(".py") else None
        tree = tree_of(text) if text is not None else None
        if text is None or tree is None:
            continue
        if any(word in text for word in _CHANGES_SEARCH):
            return
        if current == path and "." not in handler.text.replace("/", ".").rpartition(".")[0]:
            yield from ((relative, current) for relative in _relative(tree))
        for name in _forgotten(files, current, tree, handler.roots):
            yield name, current
        for module in _unconditional(tree):
            top = module.partition(".")[0]
            if top in sys.stdlib_module_names or top in accused or (handler.style == "base-python" and top in _IN_BASE):
                continue
            if any(_importable(files, root, top, handler) for root in handler.roots):
                own = [each for each in _own(files, current, module, 0, handler.roots) if each not in seen]
                seen.update(dict.fromkeys(own))
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


def _importable(files: Files, root: str, module: str, handler: Handler) -> bool:
    there = _there(files, root, module)
    return there and not foreign(files, root, module, handler.version, handler.machine)


def _unconditional(tree: ast.Module) -> Iterator[str]:
    """The absolute imports among a module's own statements, up to one that ends it."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module and node.module != "__future__":
            yield node.module
        elif isinstance(node, ast.Raise):
            return


def needed(files: Files, path: str) -> tuple[str, ...]:
    """The top-level modules that one file imports for certain, those of Python itself left out."""
    text = files.text(path, _MAX_SOURCE)
    tree = tree_of(text) if text is not None else None
    names = () if tree is None else tuple(module.partition(".")[0] for module in _unconditional(tree))
    return tuple(name for name in dict.fromkeys(names) if name not in sys.stdlib_module_names)


def _relative(tree: ast.Module) -> Iterator[str]:
    """The relative imports among a module's own statements."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level:
            yield "." * node.level + (node.module or node.names[0].name)


def _forgotten(files: Files, current: str, tree: ast.Module, roots: tuple[str, ...]) -> Iterator[str]:
    """Names imported from a package of the image's own that neither defines them nor has such a module."""
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
            continue
        own = _own(files, current, node.module, 0, roots)
        package = own[-1] if own else ""
        if not package.endswith("/" + node.module.replace(".", "/") + "/__init__.py"):
            continue
        text = files.text(package, _MAX_SOURCE)
        for alias in node.names:
            inside = _there(files, posixpath.dirname(package), alias.name)
            if text is not None and not inside and defines(package, text, alias.name) is False:
                yield f"{node.module}.{alias.name}"


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
