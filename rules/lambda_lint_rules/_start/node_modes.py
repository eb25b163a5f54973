"""The two kinds of files that Node.js has, CommonJS and ECMAScript modules, and what only the other kind may hold."""

from __future__ import annotations

import json
import posixpath
import re

from lambda_lint import printable, regex
from lambda_lint_rules._start.files import Files

_LINE_COMMENT = regex(r"^[ \t]*//[^\n]*$", re.MULTILINE)
# One that starts a line: elsewhere it may be a string that holds a pattern for paths.
_BLOCK_COMMENT = regex(r"^[ \t]*/\*.*?\*/", re.DOTALL | re.MULTILINE)
# Statements at the very start of a line, so neither in a block nor in a function.
_OF_COMMONJS = regex(
    r"^((?:module\.)?exports)(?:\.[\w$]+)?\s*=(?!=)|^(?:const|let|var)\s+[\w$\s{},:]+=\s*(require)\(", re.MULTILINE
)
_OF_MODULES = regex(r"^(export)\s+(?:default|const|let|var|function|class|async)\b|^(export)\s*\{", re.MULTILINE)
_DECLARED = regex(r"createRequire|globalThis|\b(?:const|let|var|function|import)\s+(?:require|exports|module)\b")
_EXPORT = regex(r"\bexport\s*\{[^}]*\}|\bexport\b.{0,4000}", re.DOTALL)
_MAX_LINE = 2000


def without_comments(text: str) -> str:
    """The code without block comments and whole lines of comment."""
    return _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", text))


def kind(files: Files, path: str) -> str:
    """`module`, `commonjs`, or "" where Node.js decides by the file's text or cannot read the package.json."""
    if not path.endswith(".js"):
        return {".mjs": "module", ".cjs": "commonjs"}.get(posixpath.splitext(path)[1], "")
    package = _package(files, path)
    data = _json(files.text(package) or "") if package else None
    found = data.get("type") if isinstance(data, dict) else ""
    return found if found in {"module", "commonjs"} else ""


def refusal(files: Files, path: str, text: str) -> tuple[str, str]:
    """Why Node.js will not load a file, and what to do, in words; "" when nothing speaks against it."""
    package = _package(files, path) if path.endswith(".js") else ""
    written = (files.text(package) or "").removeprefix("\ufeff") if package else ""
    if written.strip() and _json(written) is None:
        return f"{printable(package)}, which tells its kind, is no valid JSON", f"mend {printable(package)}"
    if max(map(len, text.splitlines()), default=0) > _MAX_LINE:
        return "", ""
    text = without_comments(text)
    why = f"by the type in {printable(package)}" if package else "by its name"
    match kind(files, path):
        case "module" if not _DECLARED.search(text) and (word := _first(_OF_COMMONJS, text)):
            fix = "export with export and load with import, or give the file the extension .cjs"
            return f"it is an ECMAScript module {why}, where {word} is not defined", fix
        case "commonjs" if word := _first(_OF_MODULES, text):
            return f"it is CommonJS {why}, where {word} is a syntax error", "give the file the extension .mjs"
    return "", ""


def exported(text: str, name: str) -> bool:
    """Whether an ECMAScript module may export a name."""
    found = _EXPORT.findall(without_comments(text))
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    return any(word.search(each) or re.match(r"export\s*\*", each) for each in found)


def _first(pattern: re.Pattern[str], text: str) -> str:
    for match in pattern.finditer(text):
        if text.count("`", 0, match.start()) % 2 == 0:
            return next(word for word in match.groups() if word)
    return ""


def _package(files: Files, path: str) -> str:
    """The package.json that counts for a file, "" when there is none."""
    file = files.get(path)
    folder = posixpath.dirname(path if file is None else file.path)
    while True:
        candidate = posixpath.join(folder or "/", "package.json")
        if files.is_file(candidate):
            return candidate
        if not folder.strip("/"):
            return ""
        folder = posixpath.dirname(folder)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
