"""What is piped or redirected into lambda-lint: the target `-`."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain

from lambda_lint.errors import SourceError, UsageError, printable
from lambda_lint.sources.meter import Meter
from lambda_lint.sources.reading import CHUNK, FileChunks, is_packed, reason

_STDIN = 0
# As much as tells an archive from a text: the first header of a tar.
_START = 512


def read_stdin(stack: ExitStack, limit: int, meter: Meter) -> int | bytes:
    """A descriptor of a file that holds the archive on stdin, or up to `limit` bytes of the text.

    Raises UsageError when nobody pipes anything, SourceError when nothing comes or there is no room for it.
    """
    try:
        in_place = stat.S_ISREG(os.fstat(_STDIN).st_mode) and os.lseek(_STDIN, 0, os.SEEK_CUR) == 0
    except OSError as error:
        raise SourceError(f"stdin cannot be read ({reason(error)})") from error
    if os.isatty(_STDIN):
        raise UsageError("- stands for stdin; pipe something into it, as in: docker save my-function | lambda-lint -")
    meter.start("reading stdin")
    chunks = iter(meter.counted(FileChunks(_STDIN) if in_place else _piped()))
    start = _first(chunks, _START)
    if not start:
        raise SourceError("nothing comes on stdin")
    if not is_packed(start[:_START]):
        return _first(chain([start], chunks), limit)[:limit]
    return _STDIN if in_place else _spooled(chain([start], chunks), stack)


def _first(chunks: Iterable[bytes], size: int) -> bytes:
    """The first chunks, at least `size` bytes where there are so many."""
    pieces, length = [], 0
    for chunk in chunks:
        pieces.append(chunk)
        length += len(chunk)
        if length >= size:
            break
    return b"".join(pieces)


def _piped() -> Iterator[bytes]:
    try:
        while chunk := os.read(_STDIN, CHUNK):
            yield chunk
    except OSError as error:
        raise SourceError(f"stdin cannot be read ({reason(error)})") from error


def _spooled(chunks: Iterable[bytes], stack: ExitStack) -> int:
    """All that comes, in a file that has no name and so cannot be left behind.

    One pass over the pipe would not do: which files to keep depends on the config, which `docker save` writes after the
    layers, and what a rule asks for late is read again. Kept on disk, the layers are read in parallel as well.
    """
    try:
        spool = stack.enter_context(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115  # the stack does
        for chunk in chunks:
            view = memoryview(chunk)
            while view:
                view = view[spool.write(view) :]
    except OSError as error:
        where = printable(tempfile.tempdir or os.environ.get("TMPDIR", ""))
        raise SourceError(
            f"what comes on stdin cannot be kept in {where or 'a temporary folder'} ({reason(error)}); point TMPDIR at "
            "a folder with more room, or write it to a file and name that"
        ) from error
    return spool.fileno()
