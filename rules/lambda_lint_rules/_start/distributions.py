"""Metadata of installed distributions that Python code asks for: folders named `.dist-info` and `.egg-info`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lambda_lint import regex
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.python_flow import evaluated
from lambda_lint_rules._start.python_names import Names

_ASKING = frozenset(
    f"{module}.{function}"
    for module in ("importlib.metadata", "importlib_metadata")
    for function in ("distribution", "files", "metadata", "requires", "version")
) | {"pkg_resources.get_distribution"}
_RECORD = regex(r"(.+)\.(?:dist-info|egg-info|egg|egg-link)")
# The first part of each path in a list of installed files.
_MODULE = regex(r"^(\w+)(?:/|\.py,)", re.MULTILINE)
_MAX_LIST = 256 << 10
_NAME = regex(r"\s*([A-Za-z0-9][\w.-]*)")


def mentions(text: str) -> bool:
    """Whether a source has a word that `asked` could be about."""
    return ("metadata" in text and "importlib" in text) or "pkg_resources" in text


def asked(node: ast.stmt, names: Names, own: str) -> Iterator[tuple[str, str]]:
    """The distributions whose metadata a statement asks for when it is executed, each with the function that it asks.

    `own` is the name of the package whose code it is, "" for other modules.
    """
    for part in evaluated(node):
        function = names.full(part.func) if isinstance(part, ast.Call) else ""
        if not isinstance(part, ast.Call) or function not in _ASKING:
            continue
        match part.args:
            case [ast.Constant(value=str(text))]:
                name = _NAME.match(text)
                yield from () if name is None else ((name[1], function),)
            case [ast.Name(id="__name__" | "__package__")] if own:
                yield own, function


def normalised(name: str) -> str:
    """A distribution's name, or the module's that bears it, written in one way."""
    return re.sub(r"[-_.]+", "_", name.removesuffix(".py")).lower()


def recorded(files: Files, folder: str) -> frozenset[str]:
    """The names, normalised, of all distributions whose metadata may be in a folder."""
    found = (_RECORD.fullmatch(name) for name in files.names(folder))
    return frozenset(normalised(name) for match in found if match is not None for name in _names(match[1]))


def brought(files: Files, folder: str) -> frozenset[str]:
    """The names, normalised, of what was installed into a folder: the distributions, and the modules that they list."""
    found = [name for name in files.names(folder) if name.endswith(".dist-info")]
    lists = (files.kept_text(f"{folder}/{name}/RECORD", _MAX_LIST) or "" for name in found)
    modules = (module for text in lists for module in _MODULE.findall(text))
    return frozenset(map(normalised, (*(name.partition("-")[0] for name in found), *modules)))


def _names(record: str) -> Iterator[str]:
    """What a record may be of: the version begins behind a hyphen, and some names have hyphens themselves."""
    parts = record.split("-")
    yield from ("-".join(parts[:count]) for count in range(1, len(parts) + 1))
