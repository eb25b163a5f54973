"""What was worked out before, kept for the next time. Nothing in it is needed: what is missing is worked out again."""

from __future__ import annotations

import contextlib
import os
import posixpath
import sys
import time
from collections.abc import Mapping

from lambda_lint.annotations import TYPE_CHECKING, Protocol
from lambda_lint.errors import printable
from lambda_lint.sources.reading import reason

if TYPE_CHECKING:
    from hashlib import _Hash
    from pathlib import Path

LIMIT = 1 << 30
_MEMORY_LIMIT = 256 << 20
# Eviction goes on below the limit for a while, so that it is not the next entry's business again.
_ROOM = 0.8
# How much of the limit one process may write before it looks again at what is there, which takes its time where there
# are many entries. Others that write at once may go beyond the limit by as much, each of them.
_UNSEEN = 1 / 64
_SUFFIX = ".entry"
_SCRATCH = "scratch-"
# What a killed process left behind. Nobody takes an hour to write one entry.
_STALE = 3600


class Cache(Protocol):
    """Bytes under a key. A key says all that its bytes depend on.

    `trouble` is one line on why nothing can be kept any more, "" while all is well.
    """

    trouble: str

    def get(self, key: str) -> bytes | None:
        """What was put under the key, None when that is gone or damaged."""

    def put(self, key: str, data: bytes) -> None:
        """Keeps `data`, as long as there is room."""

    def __hash__(self) -> int:
        """Each is equal to itself alone."""


class MemoryCache:
    """For one process: the oldest goes when there are more than `limit` bytes."""

    trouble = ""

    def __init__(self, limit: int = _MEMORY_LIMIT) -> None:
        self._limit = limit
        self._entries: dict[str, bytes] = {}
        self._used = 0

    def get(self, key: str) -> bytes | None:
        """See Cache."""
        data = self._entries.pop(key, None)
        if data is not None:
            self._entries[key] = data
        return data

    def put(self, key: str, data: bytes) -> None:
        """See Cache."""
        self._used += len(data) - len(self._entries.pop(key, b""))
        self._entries[key] = data
        while self._used > self._limit:
            self._used -= len(self._entries.pop(next(iter(self._entries))))


class FolderCache:
    """A folder that any number of processes share. An entry is there as a whole or not at all.

    A file is the SHA-256 of its data, then the data. What was not read for the longest time goes when there are more
    than `limit` bytes.
    """

    def __init__(self, folder: str | Path, limit: int = LIMIT) -> None:
        self._where = folder
        self._limit = limit
        self._unseen = float(limit)
        self.trouble = ""

    def get(self, key: str) -> bytes | None:
        """See Cache."""
        path = self._path(key)
        try:
            stored = path.read_bytes()
        except OSError:
            return None
        digest, data = stored[:32], stored[32:]
        if _sha256(data).digest() != digest:
            return None
        with contextlib.suppress(OSError):  # a cache that may only be read is still a good one
            os.utime(path)
        return data

    def put(self, key: str, data: bytes) -> None:
        """See Cache. Does nothing after the first entry that could not be written."""
        if self.trouble or len(data) > self._limit:
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            stored = _sha256(data).digest() + data
            self._write(self._path(key), stored)
            self._unseen += len(stored)
            if self._unseen > self._limit * _UNSEEN:
                self._unseen = 0
                self._evict()
        except OSError as error:
            why = "not a folder" if isinstance(error, FileExistsError) else reason(error)
            self.trouble = (
                f"nothing can be kept in the cache folder {printable(str(self._folder))} ({why}); "
                "name another one with --cache-dir, or say --no-cache"
            )

    @property
    def _folder(self) -> Path:
        from pathlib import Path  # not for a run over Dockerfiles, which keeps nothing

        return Path(self._where)

    def _path(self, key: str) -> Path:
        return self._folder / (_sha256(key.encode(errors="surrogatepass")).hexdigest() + _SUFFIX)

    def _write(self, path: Path, stored: bytes) -> None:
        # The name is known before the file is there: Ctrl-C leaves no half of an entry, whenever it comes.
        scratch = self._folder / f"{_SCRATCH}{os.urandom(8).hex()}"
        try:
            with open(scratch, "xb", opener=_for_us_alone) as file:
                file.write(stored)
            scratch.replace(path)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise

    def _evict(self) -> None:
        entries = []
        for item in os.scandir(self._folder):
            with contextlib.suppress(FileNotFoundError):  # another process is at it, too
                status = item.stat(follow_symlinks=False)
                if item.name.endswith(_SUFFIX):
                    entries.append((status.st_mtime_ns, status.st_size, item.path))
                elif item.name.startswith(_SCRATCH) and status.st_mtime < time.time() - _STALE:
                    os.unlink(item.path)  # noqa: PTH108
        used = sum(size for _, size, _ in entries)
        if used <= self._limit:
            return
        for _, size, path in sorted(entries):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108
            used -= size
            if used <= self._limit * _ROOM:
                return


def default_folder(environ: Mapping[str, str]) -> str | None:
    """Where this user's caches go: `XDG_CACHE_HOME`, else what is usual on the system. None without a home."""
    base = environ.get("XDG_CACHE_HOME", "")
    if base.startswith("/"):  # the specification: relative paths are to be ignored
        return posixpath.join(base, "lambda-lint")
    home = environ.get("HOME", "")
    if not home.startswith("/"):
        return None
    return posixpath.join(home, "Library/Caches" if sys.platform == "darwin" else ".cache", "lambda-lint")


def _sha256(data: bytes) -> _Hash:
    import hashlib  # see above

    return hashlib.sha256(data)


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
