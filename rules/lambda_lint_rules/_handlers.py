"""The names of handlers, as far as their form alone tells what somebody meant."""

from __future__ import annotations

import re

from lambda_lint import regex

# Endings of what somebody would start by its name, which could be read as a function's name.
_FILES = frozenset(
    {
        *("bash", "bat", "bin", "cjs", "com", "dll", "exe", "go", "jar", "js", "mjs", "out", "php", "pl", "py", "r"),
        *("rb", "sh", "so", "ts", "wasm"),
    }
)
_DOTTED = regex(r"(?:[\w-]+/)*[A-Za-z_][\w-]*(?:\.[A-Za-z_]\w*)+")
_METHOD = regex(r"[A-Za-z_][\w.]*::[A-Za-z_][\w.:]*")
# What functions are called, and seldom programs.
_FUNCTION = regex(r"(?:.*(?:handle|lambda).*|app|main|run|call|invoke|process)", re.IGNORECASE)

SOURCE_ENDINGS = {
    "python": frozenset({"py"}),
    "node": frozenset({"js", "mjs", "cjs", "ts"}),
    "ruby": frozenset({"rb"}),
}
"""The endings of source files that no function is called after."""


def is_handler(word: str) -> bool:
    """Whether a word can only be meant as a handler: `app.handler`, `package.Class::method`. False in doubt."""
    if "::" in word:
        return _METHOD.fullmatch(word) is not None
    before, _, last = word.rpartition(".")
    return bool(before and _DOTTED.fullmatch(word) and last.lower() not in _FILES and _FUNCTION.fullmatch(last))


def mistake(text: str, language: str) -> str:
    """What keeps the client of a language from taking a handler's name apart, in words; "" when nothing does.

    Only for what holds for every file that the handler might be in.
    """
    endings = SOURCE_ENDINGS.get(language)
    if endings is None:
        return ""
    *path, name = text.split("/")
    parts = name.split(".")
    if len(parts) == 1:
        return "it has no dot between the file's name and the function's"
    if parts[-1] in endings:
        return "it names a file, and no function in it"
    if parts[1] in endings:
        return f"the ending .{parts[1]} does not belong to it"
    if language == "python" and ":" in parts[-1] and re.fullmatch(r"\w+:\w+", parts[-1]):
        return "a colon is for web servers, and a function of Lambda's is named behind a dot"
    if language == "python" and path[:1] in (["."], [""]):
        return f"Python takes the {path[0]}/ in front for a package"
    return ""


def meant(text: str, language: str) -> str:
    """The name in the place of one with a mistake, as far as it shows: the function may be called otherwise."""
    endings = SOURCE_ENDINGS.get(language, frozenset())
    *path, name = text.removeprefix("/var/task/").removeprefix("./").split("/")
    parts = [part for part in name.partition(":")[0].split(".") if part not in endings]
    return "/".join((*path, ".".join(parts if len(parts) > 1 else (*parts, "handler"))))
