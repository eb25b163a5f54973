"""How Node.js finds the file that a name means, and what kind of file it takes it for."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping

from lambda_lint import Value, printable
from lambda_lint_rules._start import node_version
from lambda_lint_rules._start.files import Files

SOURCES = (".js", ".cjs", ".mjs")
_MAX_PACKAGE = 1 << 20
# Of conditions within conditions.
_MAX_DEPTH = 16


ENDINGS = (".js", ".json", ".node")
_INDEX = ("index.js", "index.json", "index.node")


def resolve(files: Files, path: str) -> str | None:
    """The file that Node loads for a path: as it is, with an extension, or a folder's main file."""
    for candidate in (path, *(f"{path}{ending}" for ending in ENDINGS)):
        if files.is_file(candidate):
            return candidate
    settings = _settings(files, path) if files.is_directory(path) else None
    return None if settings is None else _main(files, path, settings)


def _main(files: Files, folder: str, settings: Mapping[str, object]) -> str | None:
    main = settings.get("main")
    stem = main.rstrip("/") if isinstance(main, str) else ""
    names = [stem, *(f"{stem}{ending}" for ending in ENDINGS), *(f"{stem}/{name}" for name in _INDEX)] if stem else []
    return next((f"{folder}/{name}" for name in (*names, *_INDEX) if files.is_file(f"{folder}/{name}")), None)


def package(files: Files, folder: str) -> dict[str, object]:
    """A folder's package.json, {} when there is none that can be read, or none at hand in an installed package."""
    return _settings(files, folder) or {}


def _settings(files: Files, folder: str) -> dict[str, object] | None:
    """As above; None for one that is there and cannot be read."""
    path = f"{folder}/package.json"
    if not files.is_file(path):
        return {}
    document = parsed((files.kept_text if is_installed(path) else files.text)(path, _MAX_PACKAGE) or "")
    return document if isinstance(document, dict) else None


def is_installed(path: str) -> bool:
    """Whether a file is part of an installed package."""
    return "/node_modules/" in path


def parsed(text: str) -> object:
    """What a JSON text says; None when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def upwards(path: str) -> Iterator[str]:
    """The folders from a file's own to the root, which is ""."""
    folder = posixpath.dirname(path)
    while folder.strip("/"):
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def settings_of(files: Files, path: str) -> str:
    """The package.json that counts for a file, "" when there is none."""
    file = files.get(path)
    for folder in upwards(path if file is None else file.path):
        # Node.js looks no further up than the package, which need not have one.
        if posixpath.basename(folder) == "node_modules":
            return ""
        if files.is_file(found := f"{folder}/package.json"):
            return found
    return ""


def kind(files: Files, path: str) -> str:
    """`module`, `commonjs`, or "" where Node.js decides by the file's text or cannot read the package.json."""
    if not path.endswith(".js"):
        return {".mjs": "module", ".cjs": "commonjs"}.get(posixpath.splitext(path)[1], "")
    settings = settings_of(files, path)
    found = package(files, posixpath.dirname(settings)).get("type") if settings else ""
    return found if found in ("module", "commonjs") and isinstance(found, str) else ""


class Found(Value):
    """The file that a name means; in words, why it cannot be loaded; or neither, where nobody can tell.

    `lost` is the name of what is not there at all. `ends` tells that `require` looks no further.
    """

    path: str = ""
    wrong: str = ""
    fix: str = ""
    lost: str = ""
    ends: bool = False


def in_package(files: Files, folder: str, inside: str, version: str, *, module: bool) -> Found:
    """The file that Node.js of a version loads from the package in `folder`, as a whole or by a path inside."""
    if not files.names(folder):
        return Found(wrong="whose folder is empty", fix=f"copy all of {printable(folder)}")
    settings = _settings(files, folder)
    if settings is None:
        return Found()
    mend = "install it again, in the final stage" if is_installed(folder) else "build that package before it is copied"
    # A list or an object or a text: anything else is left out by Node.js.
    if isinstance(settings.get("exports"), str | list | dict):
        return _exported(files, folder, settings["exports"], inside, mend, _conditions(version, module=module))
    if inside and module:
        found = f"{folder}/{inside}" if files.is_file(f"{folder}/{inside}") else None
    else:
        found = resolve(files, f"{folder}/{inside}") if inside else _main(files, folder, settings)
    if found is not None:
        return Found(found)
    if inside:
        wrong = f"which is no file of {printable(folder)}"
        return Found(wrong=wrong, fix="write the file's whole name: import takes it without guessing")
    main = settings.get("main")
    shown = printable(main) if isinstance(main, str) and main else "index.js"
    return Found(wrong=f"whose {shown} is not in {printable(folder)}", fix=mend)


# Node.js documentation, "Conditional exports", 2026-11-26; `module-sync` is for those that require modules.
_CONDITIONS = frozenset({"node", "node-addons", "default"})


def _conditions(version: str, *, module: bool) -> Mapping[str, bool | None]:
    """Whether a condition holds, None where nobody can tell; it does not hold when it is not named."""
    way = "import" if module else "require"
    return {**dict.fromkeys((*_CONDITIONS, way), True), "module-sync": node_version.requires_modules(version)}


def _exported(
    files: Files, folder: str, exports: object, inside: str, mend: str, conditions: Mapping[str, bool | None]
) -> Found:
    target = _mapped(exports, f"./{inside}" if inside else ".", conditions)
    if target is None:
        wrong = f"which the exports of {printable(folder)}/package.json do not name (ERR_PACKAGE_PATH_NOT_EXPORTED)"
        return Found(wrong=wrong, fix="load what the package exports", ends=True)
    path = f"{folder}/{target.removeprefix('./')}"
    if not target or files.is_file(path):
        return Found(path if target else "")
    return Found(wrong=f"whose {printable(target)} is not in {printable(folder)}", fix=mend, ends=True)


def imported(files: Files, folder: str, name: str, version: str, *, module: bool) -> str | None:
    """The path that a package.json's imports give a name that begins with #; None when nobody can tell."""
    imports = package(files, folder).get("imports")
    if not isinstance(imports, dict):
        return None
    return _mapped(imports, name, _conditions(version, module=module)) or None


def _mapped(exports: object, name: str, conditions: Mapping[str, bool | None]) -> str | None:
    """The path that a package's exports give a name; None when they give none, and "" when nobody can tell."""
    if not isinstance(exports, dict) or not any(key.startswith((".", "#")) for key in exports):
        exports = {".": exports}
    if name in exports:
        return _chosen(exports[name], "", conditions, _MAX_DEPTH)
    best: tuple[tuple[int, int], object, str] | None = None
    for key, value in exports.items():
        if key.endswith("/"):
            return ""
        head, star, tail = key.partition("*")
        fits = star and name.startswith(head) and name.endswith(tail) and len(name) >= len(key)
        if fits and (best is None or (len(head), len(key)) > best[0]):
            best = (len(head), len(key)), value, name[len(head) : len(name) - len(tail)]
    return None if best is None else _chosen(best[1], best[2], conditions, _MAX_DEPTH)


# It is read as a URL, in which these stand for something else.
_ESCAPES = frozenset("?#%")


def _chosen(target: object, star: str, conditions: Mapping[str, bool | None], depth: int) -> str | None:
    if isinstance(target, str):
        path = target.replace("*", star)
        return "" if _ESCAPES.intersection(path) else path
    if isinstance(target, list) or not depth:
        return ""
    if isinstance(target, dict):
        for condition, value in target.items():
            holds = conditions.get(condition, False)
            if holds is None:
                return ""
            if holds:
                found = _chosen(value, star, conditions, depth - 1)
                if found is not None or value is None:
                    return found
    return None
