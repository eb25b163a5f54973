"""The folders around a Dockerfile, any of which may be its build context. Nothing is read before it is asked for."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import PurePosixPath

from lambda_lint.folder import EntryKind, Folder, FolderEntry

_MOST_NAMES = 10_000
_MOST_FOLDERS = 16
_FEW = 3


def folders_around(path: str, *tops: str) -> Callable[[], tuple[Folder, ...]]:
    """The folder of a Dockerfile and those above it: up to its repository's, else one of `tops`, else a few."""

    return _Around(path, tops)


class _Around:
    """No function, so that another process can be given it."""

    def __init__(self, path: str, tops: tuple[str, ...]) -> None:
        self._path = path
        self._tops = tops

    def __call__(self) -> tuple[Folder, ...]:
        return self._found

    @cached_property
    def _found(self) -> tuple[Folder, ...]:
        return tuple(_around(self._path, self._tops))


def _around(path: str, tops: tuple[str, ...]) -> Iterator[Folder]:
    # All with texts: a Path for each folder was a twentieth of the time of a run over many Dockerfiles.
    folder, file = posixpath.split(path)
    try:
        # A Dockerfile that is a symlink is built beside where the link is.
        real = posixpath.realpath(folder or ".")
        above = list(islice(_upwards(real), _MOST_FOLDERS))
        highest = _highest(above, {posixpath.realpath(top) for top in tops})
    except (OSError, ValueError):
        return
    name = str(PurePosixPath(folder))
    for root in above:
        yield DiskFolder(root, name, posixpath.join(real, file)[len(root) :].lstrip("/"))
        if root == highest:
            return
        name = posixpath.normpath(posixpath.join(name, ".."))  # not resolved: it is the user's own spelling


def _upwards(folder: str) -> Iterator[str]:
    """A folder and those above it."""
    yield folder
    while folder != (folder := posixpath.dirname(folder)):
        yield folder


def _highest(above: Sequence[str], tops: Collection[str]) -> str:
    repository = next(filter(_is_repository, above), None)
    if repository is not None:
        return repository
    named = next((each for each in reversed(above) if each in tops), None)
    return named or above[min(_FEW, len(above) - 1)]


def _is_repository(folder: str) -> bool:
    try:
        os.stat(posixpath.join(folder, ".git"))  # noqa: PTH116  # see above
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


class DiskFolder:
    """A folder on disk. See `Folder` for what is promised."""

    def __init__(self, root: str, name: str, dockerfile: str) -> None:
        self._root = root
        self._name = name
        self._dockerfile = dockerfile
        self._entries: dict[str, FolderEntry | None] = {}

    @property
    def name(self) -> str:
        return self._name

    @property
    def dockerfile(self) -> str:
        return self._dockerfile

    def entry(self, path: str) -> FolderEntry | None:
        if path not in self._entries:
            parent, _, _ = path.rpartition("/")
            above = self.entry(parent) if path else None
            within = not path or (above is not None and above.kind == "directory")
            self._entries[path] = _entry(f"{self._root}/{path}") if within else None
        return self._entries[path]

    def names(self, path: str) -> tuple[str, ...] | None:
        found = self.entry(path)
        if found is None or found.kind != "directory":
            return None
        try:
            with os.scandir(f"{self._root}/{path}") as entries:
                names = sorted(entry.name for entry in islice(entries, _MOST_NAMES + 1))
        except OSError:
            return None
        return tuple(names) if len(names) <= _MOST_NAMES else None

    def read(self, path: str, size: int, offset: int = 0) -> bytes:
        found = self.entry(path)
        if found is None or found.kind != "file":
            return b""
        try:
            # What was a file a moment ago may be a pipe by now.
            descriptor = os.open(f"{self._root}/{path}", os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
                return os.pread(descriptor, size, offset) if regular else b""
            finally:
                os.close(descriptor)
        except OSError:
            return b""


def _entry(path: str) -> FolderEntry | None:
    try:
        found = os.lstat(path)
        link = os.readlink(path) if stat.S_ISLNK(found.st_mode) else ""  # noqa: PTH115  # as it is written
    except (OSError, ValueError):
        return None
    return FolderEntry(_kind(found.st_mode), stat.S_IMODE(found.st_mode), found.st_size, link)


def _kind(mode: int) -> EntryKind:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "directory"
    return "symlink" if stat.S_ISLNK(mode) else "other"
