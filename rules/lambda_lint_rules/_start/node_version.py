"""Which Node.js an executable is, as far as the image tells, and what that one can load."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from lambda_lint import regex
from lambda_lint_rules._start.files import Files

# In Docker's own images, and wherever Node.js was unpacked whole.
_DEFINED = regex(r"^#define NODE_(MAJOR|MINOR|PATCH)_VERSION (\d{1,3})\s*$", re.MULTILINE)
_WRITTEN = regex(r"\d{1,3}\.\d{1,3}\.\d{1,3}")


def version_of(files: Files, path: str, env: Mapping[str, str]) -> str:
    """The version of the Node.js at `path`, as `22.11.0`; "" when the image does not tell."""
    file = files.get(path)
    prefix = posixpath.dirname(posixpath.dirname(path if file is None else file.path))
    header = files.text(f"{prefix}/include/node/node_version.h") or ""
    parts = dict(_DEFINED.findall(header))
    if len(parts) == 3:
        return ".".join(parts[name] for name in ("MAJOR", "MINOR", "PATCH"))
    # Docker's own images name it, too.
    named = env.get("NODE_VERSION", "") if prefix == "/usr/local" else ""
    return named if _WRITTEN.fullmatch(named) else ""


def requires_modules(version: str) -> bool | None:
    """Whether `require` takes ECMAScript modules: since 20.19, 22.12 and 23. None when nobody can tell.

    Node.js documentation, "Loading ECMAScript modules using require()", 2026-11-26.
    """
    return _since(version, {20: 19, 22: 12}, 23)


def detects_modules(version: str) -> bool | None:
    """Whether a file that nothing says the kind of is looked into: since 20.19, 22.7 and 23. None as above.

    Node.js documentation, "Syntax detection", 2026-11-26.
    """
    return _since(version, {20: 19, 22: 7}, 23)


def takes_assertions(version: str) -> bool | None:
    """Whether `assert` may stand for `with` behind an import: not since 22, whose V8 has lost it. None as above."""
    newer = _since(version, {}, 22)
    return None if newer is None else not newer


# Modules that only `node:` names, and since which version, by line, there are, be it behind a flag. Node.js
# documentation of each, 2026-11-27; measured with 16.20.2, 18.20.8, 20.18.0, 22.11.0, 22.20.0 and 24.11.0.
_NEW_BUILTINS: Mapping[str, tuple[Mapping[int, int], int]] = {
    "node:sea": ({20: 12, 21: 7}, 22),
    "node:sqlite": ({22: 5}, 23),
}


def lacks_builtin(version: str, name: str) -> bool:
    """Whether a version certainly does not have one of Node.js's own modules."""
    return name in _NEW_BUILTINS and _since(version, *_NEW_BUILTINS[name]) is False


def _since(version: str, minors: Mapping[int, int], major: int) -> bool | None:
    """Whether a version is of `major` or later, or of an older line that has it since a minor version."""
    numbers = [int(part) for part in version.split(".") if part.isdecimal()]
    if not numbers:
        return None
    if numbers[0] not in minors:
        return numbers[0] >= major
    return numbers[1] >= minors[numbers[0]] if len(numbers) > 1 else None
