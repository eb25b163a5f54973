"""JSON files that were named."""

from __future__ import annotations

from contextlib import ExitStack

from lambda_lint.errors import SourceError, printable
from lambda_lint.sources.model import OpenedJson
from lambda_lint.sources.paths import plain
from lambda_lint.sources.reading import FileChunks, open_file

# A policy has at most some ten thousand characters; this leaves room for what comes with one.
_LIMIT = 1 << 20


def named_json(path: str) -> OpenedJson:
    """A file that the user named, not read yet."""
    return OpenedJson(path, lambda: _read(path))


def _read(path: str) -> bytes:
    try:
        with ExitStack() as stack:
            data = b"".join(FileChunks(open_file(plain(path), stack), size=_LIMIT + 1))
    except SourceError as error:
        raise SourceError(f"{printable(path)}: {error}") from error
    if len(data) > _LIMIT:
        raise SourceError(f"{printable(path)}: larger than {_LIMIT} bytes, that is no file of any use here")
    return data
