"""Paths as texts. To import `pathlib` was a twentieth of a run over one Dockerfile."""

from __future__ import annotations


def plain(path: str) -> str:
    """The path as `pathlib` spells it, without what says nothing. A `..` stays: what is before it may be a link."""
    start = "//" if path.startswith("//") and path[2:3] != "/" else "/" if path.startswith("/") else ""
    return start + "/".join(part for part in path.split("/") if part not in ("", ".")) or "."
