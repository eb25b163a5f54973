"""The folders around a Dockerfile, any of which may be its build context. Nothing is read before it is asked for."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path, PurePosixPath

from lambda_lint.folder import EntryKind, Folder, FolderEntry

_MOST_NAMES = 10_000
_MOST_FOLDERS = 16
_FEW = 3


def folders_around(path: str, *tops: str) -> Callable[[], tuple[Folder, ...]]:
    """The folder of a Dockerfile and those above it: up to its repository's, else one of `tops`, else a few."""

    @cache
    def found() -> tuple[Folder, ...]:
        return tuple(_around(path, tops))

    return found


def _around(path: str, tops: tuple[str, ...]) -> Iterator[Folder]:
    try:
        # A Dockerfile that is a symlink is built beside where the link is.
        real = Path(path).parent.resolve() / Path(path).name
        highest = _highest(real.parent, {Path(top).resolve() for top in tops})
    except (OSError, RuntimeError, ValueError):
        return
    name = str(Path(path).parent)
    for folder in islice((real.parent, *real.parent.parents), _MOST_FOLDERS):
        yield DiskFolder(folder, PurePosixPath(name).as_posix(), real.relative_to(folder).as_posix())
        if folder == highest:
            return
        name = os.path.normpath(os.path.join(name, ".."))  # noqa: PTH118  # not resolved: it is the user's own spelling


def _highest(folder: Path, tops: set[Path]) -> Path:
    above = list(islice((folder, *folder.parents), _MOST_FOLDERS))
    repository = next((each for each in above if (each / ".git").exists()), None)
    if repository is not None:
        return repository
    named = next((each for each in reversed(above) if each in tops), None)
    return named or above[min(_FEW, len(above) - 1)]


class DiskFolder:
    """A folder on disk. See `Folder` for what is promised."""

    def __init__(self, root: Path, name: str, dockerfile: str) -> None:
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
            with os.scandir(self._root / path) as entries:
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
            descriptor = os.open(self._root / path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
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
