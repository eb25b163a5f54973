"""What a Python file imports, read from its syntax tree."""

from __future__ import annotations

import ast
import posixpath
import sys
from collections import deque
from collections.abc import Callable, Iterator

from lambda_lint import Value, printable
from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.members import defines
from lambda_lint_rules._start.model import Handler
from lambda_lint_rules._start.python_flow import certain
from lambda_lint_rules._start.python_path import find_in, foreign
from lambda_lint_rules._start.python_source import tree_of

_MAX_FILES = 300
_MAX_SOURCE = 1 << 20


class Closure(Value):
    """Sources reached from one file. `complete` is False when some could not be read or are not followed."""

    texts: tuple[tuple[str, str], ...]
    complete: bool


class Absent(Value):
    """An import in vain: what is imported, by which file, what is wrong with it, and what to do, in words."""

    name: str
    importer: str
    wrong: str
    fix: str


def loaded(files: Files, path: str, handler: Handler) -> tuple[str, ...]:
    """The image's own files that are imported for certain when `path` is."""
    seen = {path: None}
    for _ in missing(files, path, handler, seen):
        pass
    return tuple(seen)


def missing(
    files: Files,
    path: str,
    handler: Handler,
    seen: dict[str, None] | None = None,
    sure: Callable[[Absent], bool] = lambda _absent: True,
) -> Iterator[Absent]:
    """What is imported for certain when `path` is, and is nowhere to be found.

    The image's own files are followed, and added to `seen`. A file that changes how modules are found ends the search:
    nothing is certain behind it. `sure` tells whether what is not in the files is certainly not there.
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
        depth = _depth(handler, path) if current == path else None
        importer = _Importer(files, current, handler, depth, sure)
        for node in certain(tree.body, handler.version, importer.fails):
            for absent in importer.absent(node):
                if absent.name not in accused:
                    accused.add(absent.name)
                    yield absent
            own = [each for each in importer.own(node) if each not in seen]
            seen.update(dict.fromkeys(own))
            queue.extend(own)


def _depth(handler: Handler, path: str) -> int:
    """How many packages the handler's module lies in: so many dots a relative import may have."""
    return handler.text.replace("/", ".").count(".") - (0 if path.endswith("/__init__.py") else 1)


class _Importer:
    """The imports of one file. `depth` is the number of packages that it is in, where that is known."""

    def __init__(
        self, files: Files, path: str, handler: Handler, depth: int | None, sure: Callable[[Absent], bool]
    ) -> None:
        self._files = files
        self._path = path
        self._handler = handler
        self._depth = depth
        self._sure = sure

    def fails(self, node: ast.stmt) -> bool:
        return any(True for _ in self.absent(node))

    def absent(self, node: ast.stmt) -> Iterator[Absent]:
        """What a statement imports in vain."""
        return filter(self._sure, self._lost(node))

    def _lost(self, node: ast.stmt) -> Iterator[Absent]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from self._absolute(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield from self._relative(node)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module != "__future__":
            lost = list(self._absolute(node.module))
            yield from lost or self._names(node)

    def own(self, node: ast.stmt) -> list[str]:
        """The image's own files that a statement imports."""
        return [
            found
            for module, level in _written(node)
            for found in _own(self._files, self._path, module, level, self._handler.roots)
        ]

    def _absolute(self, module: str) -> Iterator[Absent]:
        files, handler = self._files, self._handler
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names:
            if _parted(files, module, handler):
                yield self._missing(module, f"take another module, or the package that brings {top} back")
        elif handler.style == "base-python" and top in _IN_BASE:
            return
        elif not any(_importable(files, root, top, handler) for root in handler.roots):
            yield self._missing(top)
        elif (own := _own(files, self._path, top, 0, handler.roots)) and own[-1].endswith("/__init__.py"):
            lost = _beyond(files, posixpath.dirname(own[-1]), module)
            if lost:
                yield self._missing(lost)

    def _missing(self, name: str, fix: str = "") -> Absent:
        fix = fix or f"put {printable(name.lstrip('.').partition('.')[0])} into the final stage, installed or copied"
        return Absent(name, self._path, "which is not in the image", fix)

    def _relative(self, node: ast.ImportFrom) -> Iterator[Absent]:
        written = "." * node.level + (node.module or node.names[0].name)
        if self._depth is not None and node.level > self._depth:
            wrong = f"but lies in only {self._depth} package" if self._depth else "but is itself no part of a package"
            fix = f"import {printable(written.lstrip('.'))} by its own name, or start a folder further up"
            yield Absent(written, self._path, wrong, fix)
            return
        base = _ancestor(self._path, node.level)
        if node.module and not _tricky(self._files, base):
            stem = join(base, node.module.replace(".", "/"))
            if not _there(self._files, posixpath.dirname(stem), posixpath.basename(stem)):
                yield self._missing(written)
                return
        yield from self._names(node)

    def _names(self, node: ast.ImportFrom) -> Iterator[Absent]:
        """Names imported from a file of the image's own that neither defines them nor has such modules beside it."""
        own = _own(self._files, self._path, node.module or "", node.level, self._handler.roots)
        source = own[-1] if own else ""
        folder = posixpath.dirname(source) if source.endswith("/__init__.py") else ""
        stem = "/" + (node.module or "").replace(".", "/")
        if not source.removesuffix("/__init__.py").removesuffix(".py").endswith(stem.rstrip("/")):
            return
        text = self._files.text(source, _MAX_SOURCE)
        if text is None or (folder and _tricky(self._files, folder)):
            return
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            inside = folder and _there(self._files, folder, alias.name)
            if alias.name == "*" or inside or defines(source, text, alias.name, self._handler.version) is not False:
                continue
            if folder:
                yield self._missing(f"{module.rstrip('.')}.{alias.name}" if node.module else f"{module}{alias.name}")
            else:
                wrong = f"which {printable(source)} does not define"
                yield Absent(f"{alias.name} from {module}", self._path, wrong, "import a name that it defines")


def _written(node: ast.stmt) -> Iterator[tuple[str, int]]:
    """The modules that a statement names, each with its number of leading dots."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, 0) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or "", node.level
        if node.level and not node.module:
            yield from ((alias.name, node.level) for alias in node.names)


def _ancestor(path: str, level: int) -> str:
    for _ in range(level):
        path = posixpath.dirname(path)
    return path


def _tricky(files: Files, folder: str) -> bool:
    """Whether a package may have modules that are not in its folder."""
    text = files.text(join(folder, "__init__.py"), _MAX_SOURCE)
    return text is None or any(word in text for word in ("__path__", "__getattr__", "importlib", "sys.modules"))


def _beyond(files: Files, folder: str, module: str) -> str:
    """The beginning of a dotted name that a package of the image's own does not have; "" when it has all."""
    names = module.split(".")
    for count in range(1, len(names)):
        if _tricky(files, folder):
            return ""
        if not _there(files, folder, names[count]):
            return ".".join(names[: count + 1])
        folder = join(folder, names[count])
    return ""


# Modules in Python itself that later versions have lost, or that distributions put into packages of their own.
_PARTED_NAMES = """
aifc asynchat asyncore binhex cgi cgitb chunk crypt distutils ensurepip idlelib imghdr imp lib2to3 mailcap msilib
nntplib pipes smtpd sndhdr sunau telnetlib tkinter turtle turtledemo uu venv xdrlib
"""
_PARTED = frozenset(_PARTED_NAMES.split())


def _parted(files: Files, module: str, handler: Handler) -> bool:
    """Whether a module is written in Python, belongs to its library, and is not there in this one."""
    library, top = handler.library, module.partition(".")[0]
    if top not in _PARTED or not files.is_file(join(library, "os.py")):
        return False
    if any(_there(files, root, name) for root in handler.roots for name in (top, "_distutils_hack")):
        return False
    stem = join(library, module.replace(".", "/"))
    return not _there(files, posixpath.dirname(stem), posixpath.basename(stem))


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


def needed(files: Files, path: str, version: str) -> tuple[str, ...]:
    """The top-level modules that one file imports for certain, those of Python itself left out."""
    text = files.text(path, _MAX_SOURCE)
    tree = tree_of(text) if text is not None else None
    if tree is None:
        return ()
    statements = certain(tree.body, version, lambda _: False)
    written = (module for node in statements for module, level in _written(node) if not level)
    names = dict.fromkeys(module.partition(".")[0] for module in written)
    return tuple(name for name in names if name not in sys.stdlib_module_names)


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
        base = _ancestor(current, level)
        if not module:
            return [path for path in (f"{base}/__init__.py",) if files.is_file(path)]
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
