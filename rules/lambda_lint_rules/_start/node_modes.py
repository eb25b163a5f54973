"""The two kinds of files that Node.js has, CommonJS and ECMAScript modules, and what only the other kind may hold."""

from __future__ import annotations

from lambda_lint import printable
from lambda_lint_rules._start import javascript, javascript_exports, node_files, node_version
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.javascript import Code


def refusal(files: Files, path: str, code: Code | None, version: str = "") -> tuple[str, str]:
    """Why Node.js will not load a file, and what to do, in words; "" when nothing speaks against it."""
    package = node_files.settings_of(files, path) if path.endswith(".js") else ""
    written = (files.text(package) or "").removeprefix("\ufeff") if package else ""
    if written.strip() and node_files.parsed(written) is None:
        return f"{printable(package)}, which tells its kind, is no valid JSON", f"mend {printable(package)}"
    if code is None:
        return "", ""
    if javascript.holds_markup(code):
        return "it holds JSX, which Node.js does not know", "compile it, and name the compiled file"
    why = f"by the type in {printable(package)}" if package else "by its name"
    match node_files.kind(files, path):
        case "module" if word := javascript.commonjs_word(code):
            fix = "export with export and load with import, or give the file the extension .cjs"
            if word.startswith("__"):
                fix = "take import.meta.dirname, or make it of import.meta.url"
            return f"it is an ECMAScript module {why}, where {word} is not defined", fix
        case "commonjs" if word := javascript.module_word(code):
            return f"it is CommonJS {why}, where {word} is a syntax error", "give the file the extension .mjs"
        case "commonjs" if _waits(code):
            wrong = f"it is CommonJS {why}, where await outside of a function is a syntax error"
            return wrong, "await in a function, or make it an ECMAScript module (.mjs)"
        case "" if (word := javascript.module_word(code)) and node_version.detects_modules(version) is False:
            untold = f"{printable(package)} names no type" if package else "there is no package.json"
            wrong = f"{untold}, so it is CommonJS for Node.js {version}, where {word} is a syntax error"
            return wrong, 'write "type": "module" into the package.json beside it, or give the file the extension .mjs'
        case "" if node_version.detects_modules(version) is False and _waits(code):
            wrong = f"for Node.js {version} it is CommonJS, where await outside of a function is a syntax error"
            return wrong, "await in a function, or give the file the extension .mjs"
        case "" if not javascript.module_word(code) and (word := javascript.commonjs_word(code)) and _waits(code):
            # Measured with 16.20, 18.20, 20.18, 22.11, 22.20 and 24.11.
            wrong = f"it awaits outside of a function, so it is no CommonJS, and {word} is not defined in any other"
            return wrong, "await in a function, or write it with import and export, as an ECMAScript module (.mjs)"
    return "", ""


def _waits(code: Code) -> bool:
    """Whether a file awaits something as a module does, and not by a name of its own."""
    return "await" not in code.declared and javascript.awaits(code)


def lacks(files: Files, path: str, code: Code, name: str) -> bool:
    """Whether a file certainly exports nothing of that name, whatever Node.js takes it for."""
    if is_module(files, path, code):
        names = javascript_exports.exported(code)
        return names is not None and name not in names
    return javascript_exports.lacks_export(code, name)


def default_lacks(files: Files, path: str, code: Code, name: str) -> bool:
    """Whether what a file exports by default certainly has nothing of that name either."""
    return not is_module(files, path, code) or javascript_exports.default_lacks(code, name)


def is_module(files: Files, path: str, code: Code) -> bool:
    """Whether a file is an ECMAScript module, or can only be one where Node.js looks into it."""
    kind = node_files.kind(files, path)
    return kind == "module" or (not kind and javascript.module_word(code) != "")
