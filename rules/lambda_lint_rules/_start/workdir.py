"""The working directory, which Lambda enters before it starts anything."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Kind, RuntimeConfig, printable
from lambda_lint_rules._start.files import USER, Files
from lambda_lint_rules._start.model import Trouble

FIX = "set WORKDIR to a folder of the image that everybody may enter"
_TMP = "/tmp"  # noqa: S108  a path in the image


def troubles(config: RuntimeConfig, files: Files) -> Iterator[Trouble]:
    """Whether Lambda can enter the working directory. An empty one is the root."""
    path = config.workdir.value
    if not path:
        return
    message, fix = _unusable(path, printable(path), files)
    if message:
        yield Trouble("bad-workdir", message, config.workdir.location, fix)


def wrong_by_name(path: str) -> str:
    """What is wrong with a working directory whatever is in the image, "" for nothing."""
    if path and not path.startswith("/"):
        return f"the working directory {printable(path)} is not an absolute path"
    if _in_tmp(path) and path.rstrip("/") != _TMP:
        return f"the working directory {printable(path)} lies under /tmp, where Lambda mounts an empty folder"
    return ""


def _unusable(path: str, shown: str, files: Files) -> tuple[str, str]:
    found = files.get(path)
    if message := wrong_by_name(path):
        return message, FIX
    if path.rstrip("/") == _TMP:
        return "", ""
    if found is None:
        return f"the working directory {shown} is not in the image", FIX
    if found.kind is not Kind.DIRECTORY:
        return f"the working directory {shown} is a {found.kind.value}", FIX
    denial = files.filesystem.denial(path, USER, "enter")
    if denial is None:
        return "", ""
    message = f"the user of Lambda cannot enter the working directory {shown} (mode {denial.file.mode:04o})"
    return message, f"RUN chmod a+rx {printable(denial.file.path)}"


def _in_tmp(path: str) -> bool:
    return path == _TMP or path.startswith(f"{_TMP}/")
