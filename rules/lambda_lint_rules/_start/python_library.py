"""Names that only some versions of Python's own library have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from lambda_lint import Value, regex
from lambda_lint_rules._facts.python_library import LOST_NAMES, NEW_NAMES
from lambda_lint_rules._start.python_flow import evaluated
from lambda_lint_rules._start.python_names import Names
from lambda_lint_rules._start.python_source import numbers

_IN_PLACE = {"collections": ": collections.abc"}
_TOLD = frozenset(module for module, _ in (*LOST_NAMES, *NEW_NAMES))
_MODULES = "|".join(sorted(module.replace(".", r"\.") for module in _TOLD))
# Code that gives a module a name back, for older code that runs behind it.
_GIVES_BACK = regex(
    rf"\b(?:{_MODULES})\.\w+\s*=(?!=)|\bsetattr\(\s*(?:{_MODULES})\b|\b(?:vars\(\s*)?(?:{_MODULES})(?:\)|\.__dict__)"
)
_BY_NAME = regex(r"\bsetattr\(|\bvars\(|\b__dict__\b|\bf_globals\b")
# Code that gives modules names that it does not tell.
_ANY_NAME = regex(
    r"\bsetattr\(\s*(?!self\b|cls\b)[^,\n]+,\s*(?![\"'\s])|\bvars\((?!self\b)[^)\n]+\)\s*(?:\[|\.update\b|\.setdefault\b|\|=)"
    r"|(?<!\bself)\.__dict__\s*(?:\[[^\]\n]*\]\s*=(?!=)|\.(?:update|setdefault)\b|\|=)|\bf_globals\b|\bf_locals\b|\b__globals__\b"
    r"|\bmodules\s*(?:\[[^\]\n]*\]\s*=(?!=)|\.(?:update|setdefault)\b)"
)


class Lacking(Value):
    """A name that a module of Python's has not: what is wrong with it, and what to do, in words."""

    module: str
    name: str
    wrong: str
    fix: str


def imported(node: ast.ImportFrom, version: str) -> Iterator[Lacking]:
    """What a statement imports from a module of Python's that lacks it in this version."""
    for alias in node.names:
        found = _lacking(node.module or "", alias.name, version)
        if found is not None:
            yield found


def mentions(text: str, version: str) -> bool:
    """Whether a source has the words that `used` could be about."""
    pattern, modules = _words(version)
    found = set(pattern.findall(text))
    return any(module in text for name in found for module in modules[name])


@lru_cache(4)
def _words(version: str) -> tuple[re.Pattern[str], Mapping[str, list[str]]]:
    """What finds the names that a version lacks, and the modules that each of them would be in."""
    modules: dict[str, list[str]] = {}
    for module, name in (*LOST_NAMES, *NEW_NAMES):
        if _lacking(module, name, version) is not None:
            modules.setdefault(name, []).append(module.rpartition(".")[2])
    return regex(rf"\.({'|'.join(modules) or '(?!)'})\b"), modules


def used(node: ast.stmt, names: Names, version: str, *, annotations: bool) -> Iterator[Lacking]:
    """The names of Python's modules that a statement uses when it is executed, and that this version lacks."""
    for part in evaluated(node, annotations=annotations):
        module, _, name = names.full(part).rpartition(".") if isinstance(part, ast.Attribute) else ("", "", "")
        found = _lacking(module, name, version)
        if found is not None:
            yield found


def gives_back(text: str, full: str) -> bool:
    """Whether a source may put a name into a module, which is told by its full name, or any into one of Python's."""
    module, _, name = full.rpartition(".")
    if module in _TOLD and _GIVES_BACK.search(text):
        return True
    if not name or name not in text:
        return False
    if f".{name}" in text and re.search(rf"(?<!\bself)(?<!\bcls)\.{re.escape(name)}\s*=(?!=)", text):
        return True
    return (f'"{name}"' in text or f"'{name}'" in text) and _BY_NAME.search(text) is not None


def gives_any(text: str) -> bool:
    """Whether a source may put names into modules that it does not write out."""
    return _ANY_NAME.search(text) is not None


def _lacking(module: str, name: str, version: str) -> Lacking | None:
    known, key = numbers(version), (module, name)
    if key in LOST_NAMES and known >= LOST_NAMES[key]:
        fix = f"take what the documentation of Python names in its place{_IN_PLACE.get(module, '')}"
        return Lacking(module, name, f"which Python {version} no longer has", fix)
    if key in NEW_NAMES and known < NEW_NAMES[key]:
        since = ".".join(map(str, NEW_NAMES[key]))
        fix = f"run the function on Python {since} or later, or do without it"
        return Lacking(module, name, f"which Python {version} does not have yet, but {since} has", fix)
    return None
