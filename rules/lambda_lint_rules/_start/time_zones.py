"""Time zones that Python code asks for by name, and the data for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.python_flow import evaluated
from lambda_lint_rules._start.python_names import Names

_ASKING = frozenset(["zoneinfo.ZoneInfo", "backports.zoneinfo.ZoneInfo"])
# pytz has data of its own, where zoneinfo does not look.
_PYTZ = "/pytz/zoneinfo/"


def mentions(text: str) -> bool:
    """Whether a source has the word that `asked` could be about."""
    return "ZoneInfo" in text


def moved(text: str) -> bool:
    """Whether a source may tell zoneinfo of folders that it makes, or that a function mounts."""
    return "tzpath" in text.lower()


def asked(node: ast.stmt, names: Names) -> Iterator[str]:
    """The keys of time zones that a statement asks for when it is executed."""
    for part in evaluated(node):
        match part:
            case ast.Call(func=func, args=[ast.Constant(value=str(key))], keywords=[]) if names.full(func) in _ASKING:
                yield key


def lost(files: Files, key: str) -> bool:
    """Whether no file of the image can be that zone's, be it the system's or that of the package tzdata.

    Which folders zoneinfo looks into is told when Python is built, and by PYTHONTZPATH.
    """
    plain = bool(key) and not key.startswith("/") and ".." not in key
    return (
        plain
        and not any(_PYTZ not in file.path for file in files.filesystem.walk(endings=f"/{key}"))
        and not any(files.get(f"{folder}/{key}") for folder in _FOLDERS)
    )


# Where the data are may be a link. Documentation of Python, zoneinfo.TZPATH and PEP 615, 2026-11-27.
_FOLDERS = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")
