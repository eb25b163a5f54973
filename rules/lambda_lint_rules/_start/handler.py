"""Finding the handler by the rules of the client that will look for it."""

from __future__ import annotations

import enum
import posixpath
from collections.abc import Callable, Mapping

from lambda_lint import Value, printable
from lambda_lint_rules._facts.python_library import MODULES
from lambda_lint_rules._start import node_files
from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.model import UNKNOWN, Handler
from lambda_lint_rules._start.python_path import find_in
from lambda_lint_rules._start.world import outside


class Outcome(enum.Enum):
    """What a search for the handler comes to."""

    FOUND = "found"
    MISSING = "missing"
    MALFORMED = "malformed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Search(Value):
    """The search's result: the module's file, and the name that it must define.

    `error` is what Lambda reports when it fails, `tried` what was looked for. For REFUSED, `error` says why, and
    `tried` what to do about it.
    """

    outcome: Outcome
    path: str = ""
    member: str = ""
    error: str = ""
    tried: str = ""


_UNKNOWN = Search(Outcome.UNKNOWN)


def search(files: Files, handler: Handler) -> Search:
    """Look for a handler's module in the image. UNKNOWN for clients whose rules cannot be followed in files."""
    if not handler.text or UNKNOWN in handler.text or UNKNOWN in "".join(handler.roots):
        return _UNKNOWN
    look = _STYLES.get(handler.style)
    found = look(files, handler) if look is not None else _UNKNOWN
    return _UNKNOWN if found.outcome is Outcome.MISSING and not handler.known else found


def _python(files: Files, handler: Handler) -> Search:
    module, dot, member = handler.text.rpartition(".")
    if not dot:
        error = f"Runtime.MalformedHandlerName: Bad handler '{handler.text}': not enough values to unpack"
        return Search(Outcome.MALFORMED, error=error, tried="module.function")
    dotted = module.replace("/", ".")
    if not all(dotted.split(".")):
        if not dotted.startswith("."):
            return _UNKNOWN
        root = next((root for root in handler.roots if handler.text.startswith(f"{root}/")), "")
        meant = handler.text[len(root) :].lstrip("./")
        return Search(Outcome.MALFORMED, error="Runtime.ImportModuleError", tried=meant or "module.function")
    if dotted in _BUILT_IN:
        error = f"the module {dotted} is built into Python, so no file of that name counts"
        return Search(Outcome.REFUSED, error=error, tried=_RENAME)
    for root in handler.roots:
        path = _python_file(files, root, dotted.split("."))
        if path is not None and _hidden(files, handler, root, dotted):
            top = dotted.partition(".")[0]
            return Search(
                Outcome.REFUSED,
                error=f"Python's own module {top} comes before the folder {join(root, top)}",
                tried=_RENAME,
            )
        if path is not None:
            return Search(Outcome.FOUND, path, member)
        if find_in(files, root, dotted.partition(".")[0]) is not None:
            break  # the first package of that name is the one that is imported
    stem = dotted.replace(".", "/")
    if any(outside(files, join(root, f"{stem}{ending}")) for root in handler.roots for ending in ("", ".py")):
        return _UNKNOWN
    error = f"Runtime.ImportModuleError: Unable to import module '{dotted}'"
    return Search(Outcome.MISSING, error=error, tried=f"{stem}.py", member=member)


_RENAME = "give the handler's file or folder another name"
# Part of every CPython, from its Modules/Setup.bootstrap.in.
_BUILT_IN = frozenset(["atexit", "errno", "faulthandler", "gc", "itertools", "marshal", "posix", "pwd", "sys", "time"])


def _hidden(files: Files, handler: Handler, root: str, dotted: str) -> bool:
    """Whether a folder without `__init__` gives way to a module of the standard library, wherever that stands."""
    top, dot, _ = dotted.partition(".")
    if not dot or top not in MODULES or find_in(files, root, top) is not None:
        return False
    libraries = (f"{prefix}/lib/python{handler.version}" for prefix in ("/usr/local", "/usr", "/var/lang"))
    return bool(handler.version) and any(find_in(files, library, top) is not None for library in libraries)


def _python_file(files: Files, root: str, names: list[str]) -> str | None:
    folder = root
    for name in names[:-1]:
        folder = join(folder, name)
        if not files.is_directory(folder):
            return None
    found = find_in(files, folder, names[-1])
    if found is not None:
        return found
    package = join(folder, names[-1])
    # Any other folder is imported, too, and has no functions.
    return package if any(name.startswith("__init__.") for name in files.names(package)) else None


_OF_NODE = ("", ".js", ".mjs", ".cjs")


def _node(files: Files, handler: Handler) -> Search:
    folder, _, name = handler.text.rpartition("/")
    stem, dot, member = name.partition(".")
    if ".." in handler.text:
        error = f"Runtime.MalformedHandlerName: '{handler.text}' is not a valid handler name"
        return Search(Outcome.MALFORMED, error=error, tried="file.function, without ..")
    if not dot or not stem or not member:
        return Search(Outcome.MALFORMED, error="Runtime.MalformedHandlerName: Bad handler", tried="file.function")
    folder = f"{folder}/" if folder or handler.text.startswith("/") else ""
    for root in handler.roots:
        base = join(root, folder + stem)
        for extension in _OF_NODE:
            if files.is_file(base + extension):
                return Search(Outcome.FOUND, base + extension, member)
        if files.is_directory(base) and (main := node_files.resolve(files, base)) is not None:
            return Search(Outcome.FOUND, main, member)
        if files.is_directory(f"{root}/node_modules/{folder}{stem}".replace("//", "/")):
            return _UNKNOWN
    if any(outside(files, join(root, f"{folder}{stem}{ending}")) for root in handler.roots for ending in _OF_NODE):
        return _UNKNOWN
    error = f"Runtime.ImportModuleError: Error: Cannot find module '{stem}'"
    return Search(Outcome.MISSING, error=error, tried=f"{folder}{stem}.js, .mjs or .cjs", member=member)


def _ruby(files: Files, handler: Handler) -> Search:
    parts = handler.text.split(".")
    if len(parts) not in {2, 3} or not all(parts):
        error = (
            f"Init<ArgumentError>: Invalid handler {parts}, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD"
        )
        return Search(Outcome.MALFORMED, error=error, tried="file.method or file.Class.method")
    for root in handler.roots:
        path = f"{join(root, parts[0])}.rb"
        if files.is_file(path):
            return Search(Outcome.FOUND, path, ".".join(parts[1:]))
    error = f"Init<LoadError>: cannot load such file -- {parts[0]}"
    return Search(Outcome.MISSING, error=error, tried=f"{parts[0]}.rb", member=parts[-1])


def _java(files: Files, handler: Handler) -> Search:
    from lambda_lint_rules._start import java_handler  # only here: archives take long to load
    from lambda_lint_rules._start.clients import java

    name, _, method = handler.text.partition("::")
    entry = f"{name.replace('.', '/')}.class"
    for root in handler.roots:
        place = "" if "/" in name else java.place_of(files, root, entry)
        if not place:
            continue
        found = java.class_at(files, root, entry)
        refused = found and java_handler.refusal(files, handler.roots, found, name, method, handler.version)
        if refused:
            return Search(Outcome.REFUSED, error=f"in {printable(place)}, {refused.error}", tried=refused.fix)
        return Search(Outcome.FOUND, place)
    return Search(Outcome.MISSING, error=f"java.lang.ClassNotFoundException: {name}", tried=entry)


def _dotnet(files: Files, handler: Handler) -> Search:
    from lambda_lint_rules._start import dotnet_handler

    parts = handler.text.split("::")
    if len(parts) == 1 or "," in handler.text:
        return _UNKNOWN  # a program of its own, or an assembly's whole name
    if len(parts) != 3 or not all(parts):
        error = f"Invalid lambda function handler: '{handler.text}'"
        return Search(Outcome.MALFORMED, error=error, tried="ASSEMBLY::TYPE::METHOD")
    assembly, type_name, method = parts
    for root in handler.roots:
        path = join(root, f"{assembly}.dll")
        if not files.is_file(path):
            continue
        lacks = dotnet_handler.unknown_name(files, path, type_name, method)
        if lacks:
            error, fix = f"{printable(path)} {lacks}", "write the names as the code has them, with the namespace"
            return Search(Outcome.REFUSED, error=error, tried=fix)
        return Search(Outcome.FOUND, path)
    error = f"Could not find the specified handler assembly with the file name '{assembly}'"
    return Search(Outcome.MISSING, error=error, tried=f"{assembly}.dll")


def _file(files: Files, handler: Handler) -> Search:
    """Bref: the handler is a path, or a service of the application when it looks like a class."""
    if "\\" in handler.text:
        return _UNKNOWN
    path = join(handler.roots[0], handler.text) if handler.roots else handler.text
    if files.is_file(path):
        return Search(Outcome.FOUND, path)
    return Search(Outcome.MISSING, error=f"Handler `{path}` doesn't exist", tried=posixpath.basename(path))


_STYLES: Mapping[str, Callable[[Files, Handler], Search]] = {
    "python": _python,
    "base-python": _python,
    "node3": _node,
    "node4": _node,
    "base-nodejs": _node,
    "ruby": _ruby,
    "base-ruby": _ruby,
    "java": _java,
    "base-java": _java,
    "base-dotnet": _dotnet,
    "bref": _file,
}
