"""Dockerfiles: one that was named, or all of a folder."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from lambda_lint.errors import SourceError, printable
from lambda_lint.lazy import regex
from lambda_lint.sources.contexts import folders_around
from lambda_lint.sources.model import OpenedDockerfile
from lambda_lint.sources.paths import plain
from lambda_lint.sources.reading import FileChunks, open_file

# BuildKit reads no larger one either (its gRPC messages end at 16 MiB, and a Dockerfile is one).
LIMIT = 16 << 20

# Dockerfile, Dockerfile.dev, Dockerfile-prod, app.dockerfile, Containerfile; the hook of .pre-commit-hooks.yaml takes
# the same. Templates and notes are left alone unless somebody names them, and so is program code about Dockerfiles:
# Dockerfile.go is often a Dockerfile, dockerfile.go is not.
_NAME = regex(r"(?:[^/]+\.)?(?:dockerfile|containerfile)(?:[._-][^/]*)?", re.IGNORECASE)
_NOT = regex(r".*\.(?:dockerignore|md|rst|j2|jinja2?|tmpl|tpl|template|erb|mustache)", re.IGNORECASE)
_CODE = regex(r"(?:dockerfile|containerfile)\.(?:[cm]?[jt]s|cs|go|html|java|json|lock|php|py|rb|rs|toml|ya?ml)")
_FOREIGN_FOLDERS = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})


def named_dockerfile(path: str) -> OpenedDockerfile:
    """A file that the user named, not read yet."""
    return OpenedDockerfile(
        path, path, explicit=True, read=partial(_read, path, explicit=True), folders=folders_around(path, ".")
    )


def dockerfiles_below(folder: str) -> tuple[OpenedDockerfile, ...]:
    """Every Dockerfile below a folder, in a stable order, not read yet. Raises SourceError when there is none."""
    paths = sorted(_found(folder))
    if not paths:
        raise SourceError("no Dockerfile in this folder, and it is not an OCI layout")
    return tuple(_met(path, folder) for path in paths)


def _met(path: str, folder: str) -> OpenedDockerfile:
    return OpenedDockerfile(
        path,
        path,
        explicit=False,
        read=partial(_read, path, explicit=False),
        folders=folders_around(path, folder, "."),
    )


def _read(path: str, *, explicit: bool) -> bytes:
    try:
        return _text(path, explicit=explicit)
    except SourceError as error:
        raise SourceError(f"{printable(path)}: {error}") from error


def _text(path: str, *, explicit: bool) -> bytes:
    with ExitStack() as stack:
        return dockerfile_text(b"".join(FileChunks(open_file(plain(path), stack), size=LIMIT + 1)), explicit=explicit)


def dockerfile_text(data: bytes, *, explicit: bool) -> bytes:
    """The bytes, when they may be a Dockerfile's. Raises SourceError for too many (up to LIMIT + 1 are enough to tell),
    and where the user named this one, for what is no text."""
    if len(data) > LIMIT:
        raise SourceError(f"larger than {LIMIT} bytes, that is no Dockerfile")
    if explicit and b"\0" in data:
        raise SourceError("neither text, as a Dockerfile is, nor an archive of an image")
    return data


def _found(folder: str) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _FOREIGN_FOLDERS]
        for name in files:
            if _NAME.fullmatch(name) and not _NOT.fullmatch(name) and not _CODE.fullmatch(name):
                yield plain(posixpath.join(parent, name))
