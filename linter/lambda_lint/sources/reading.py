"""Files on disk, in chunks."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress

from lambda_lint.annotations import TYPE_CHECKING
from lambda_lint.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = 1 << 18
_PART = 8 << 20

# gzip, zstd, xz, bzip2
_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0", b"BZh")


def open_file(path: str | Path, stack: ExitStack) -> int:
    """A descriptor of a regular file, closed with `stack`. Raises SourceError when it cannot be, or is no such file."""
    try:
        # Opening a pipe would wait for somebody to write, opening a device may do anything.
        mode = os.stat(path).st_mode  # noqa: PTH116  # pathlib takes its time to import
        if not stat.S_ISREG(mode):
            raise SourceError("a folder, not a file" if stat.S_ISDIR(mode) else "neither a file nor a folder")
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise SourceError(reason(error)) from error
    stack.callback(os.close, descriptor)
    return descriptor


def is_packed(start: bytes) -> bool:
    """Whether what starts like this (the size of a tar's header) is an archive, or at least no text."""
    return start.startswith(_COMPRESSED) or b"\0" in start


def reason(error: OSError) -> str:
    """What the system says, in its own words and without the path."""
    return (error.strerror or type(error).__name__).lower()


def identity(descriptor: int) -> str:
    """What tells an open file from all others, and from itself before it was last changed."""
    status = os.fstat(descriptor)
    return f"file {status.st_dev} {status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


class FileChunks:
    """An iterator over a stretch of a file. Many of them may share the descriptor, in different threads.

    Reading raises SourceError when the system reports an error.
    """

    def __init__(self, descriptor: int, start: int = 0, size: int | None = None, chunk: int = CHUNK) -> None:
        self._descriptor = descriptor
        self._chunk = chunk
        self._position = start
        self._end = os.fstat(descriptor).st_size if size is None else start + size

    def __iter__(self) -> FileChunks:
        return self

    def __next__(self) -> bytes:
        try:
            data = os.pread(self._descriptor, min(self._chunk, self._end - self._position), self._position)
        except OSError as error:
            raise SourceError(f"cannot be read ({reason(error)})") from error
        if not data:
            raise StopIteration
        self._position += len(data)
        return data

    def skip(self, size: int) -> int:
        """Passes over up to `size` bytes and returns how many there were."""
        passed = max(0, min(size, self._end - self._position))
        self._position += passed
        return passed


class FileStretch:
    """A stretch of a file that is read here and there, from its start to its end.

    The system is told what is about to be read, and so fetches it from a disk as fast as if all of it was. Parts of the
    stretch, as ranges of places, are drawn through `watched` when reading comes to them.
    """

    def __init__(
        self,
        descriptor: int,
        start: int,
        size: int,
        watched: Callable[[Iterable[range]], Iterator[range]] = iter,
    ) -> None:
        self.size = size
        self._descriptor = descriptor
        self._start = start
        self._parts = watched(range(place, min(place + _PART, size)) for place in range(0, size, _PART))
        self._ahead = 0

    def at(self, place: int, most: int) -> bytes:
        """See lambda_lint.image.tar.Stretch. Raises SourceError when the system reports an error."""
        if place >= self._ahead:
            self._look_ahead(place)
        if place + most > self.size:
            most = max(0, self.size - place)
        try:
            return os.pread(self._descriptor, most, self._start + place)
        except OSError as error:
            raise SourceError(f"cannot be read ({reason(error)})") from error

    def _look_ahead(self, place: int) -> None:
        for part in self._parts:
            self._ahead = part.stop
            if place in part:
                break
        if hasattr(os, "posix_fadvise"):  # not on macOS
            more = self._ahead + _PART - place  # the next part too: the disk should not have to wait for us
            with suppress(OSError):
                os.posix_fadvise(self._descriptor, self._start + place, more, os.POSIX_FADV_WILLNEED)
