"""Paths in a Dockerfile with the variables of the image that it makes."""

from __future__ import annotations

import posixpath

from lambda_lint import RuntimeConfig, regex

_VARIABLE = regex(r"\$(?:\{(\w+)\}|(\w+))")


def absolute(path: str, config: RuntimeConfig, workdir: str | None) -> str | None:
    """A path as written, made absolute; None when that takes a build argument, a pattern, or an unknown WORKDIR.

    The final environment stands for that of the instruction: few files change a variable between two uses. `workdir`
    is the folder that a relative path belongs to, None when it is not known.
    """
    for match in _VARIABLE.finditer(path) if "$" in path else ():
        setting = config.env.get(match[1] or match[2])
        if setting is None or setting.value is None:
            return None
        path = path.replace(match[0], setting.value)
    if any(character in path for character in "$*?[") or (not path.startswith("/") and workdir is None):
        return None
    return posixpath.normpath(posixpath.join(workdir or "/", path))


def within(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
