"""The folders around a Dockerfile, any of which may be its build context. Nothing is read before it is asked for."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice

from lambda_lint.folder import EntryKind, Folder, FolderEntry
from lambda_lint.sources.paths import plain

_MOST_NAMES = 10_000
_MOST_FOLDERS = 16
_FEW = 3
_MOST_TREES = 64
_MOST_PLACES = 4096
_MOST_ENTRIES = 100_000


class Disk:
    """What a run has seen of the disk, so that Dockerfiles that share a folder do not list it again."""

    def __init__(self) -> None:
        self.tree = lru_cache(_MOST_TREES)(DiskTree)
        self.real = lru_cache(_MOST_PLACES)(partial(posixpath.realpath, strict=False))
        self.is_repository = lru_cache(_MOST_PLACES)(_is_repository)
        self.above = lru_cache(_MOST_PLACES)(partial(_above, self))


def folders_around(path: str, *tops: str) -> Callable[[Disk], tuple[Folder, ...]]:
    """The folder of a Dockerfile and those above it: up to its repository's, else one of `tops`, else a few."""
    return partial(_folders, path, tops)  # no function, so that another process can be given it


def _folders(path: str, tops: tuple[str, ...], disk: Disk) -> tuple[Folder, ...]:
    folder, file = posixpath.split(path)
    try:
        above = disk.above(folder, tops)
    except (OSError, ValueError):
        return ()
    # A Dockerfile that is a symlink is built beside where the link is.
    whole = posixpath.join(above[0][0], file)
    return tuple(Folder(disk.tree(root), name, whole[len(root) :].lstrip("/")) for root, name in above)


def _above(disk: Disk, folder: str, tops: tuple[str, ...]) -> list[tuple[str, str]]:
    """A folder and those above it up to the highest that counts, each with its name in the user's own spelling."""
    every = list(islice(_upwards(disk.real(folder or ".")), _MOST_FOLDERS))
    highest = _highest(every, {disk.real(top) for top in tops}, disk)
    name, found = plain(folder), []
    for root in every:
        found.append((root, name))
        if root == highest:
            break
        name = posixpath.normpath(posixpath.join(name, ".."))
    return found


def _upwards(folder: str) -> Iterator[str]:
    """A folder and those above it."""
    yield folder
    while folder != (folder := posixpath.dirname(folder)):
        yield folder


def _highest(above: Sequence[str], tops: Collection[str], disk: Disk) -> str:
    repository = next(filter(disk.is_repository, above), None)
    if repository is not None:
        return repository
    named = next((each for each in reversed(above) if each in tops), None)
    return named or above[min(_FEW, len(above) - 1)]


def _is_repository(folder: str) -> bool:
    try:
        os.stat(posixpath.join(folder, ".git"))  # noqa: PTH116  # pathlib takes its time to import
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


class DiskTree:
    """A folder on disk with all below it. See `FileTree` for what is promised."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._entries: dict[str, FolderEntry | None] = {}
        self._kinds: dict[str, EntryKind] = {}  # of what listing a folder told
        self._names: dict[str, tuple[str, ...] | None] = {}

    def entry(self, path: str) -> FolderEntry | None:
        if path not in self._entries:
            if len(self._entries) > _MOST_ENTRIES:
                self._entries.clear()
            parent, _, _ = path.rpartition("/")
            above = self.entry(parent) if path else None
            within = not path or (above is not None and above.kind == "directory")
            self._entries[path] = _entry(f"{self._root}/{path}") if within else None
        return self._entries[path]

    def kind(self, path: str) -> EntryKind | None:
        listed = self._kinds.get(path)
        if listed is not None:
            return listed
        found = self.entry(path)
        return found.kind if found is not None else None

    def names(self, path: str) -> tuple[str, ...] | None:
        if path not in self._names:
            if len(self._names) > _MOST_PLACES:
                self._names.clear()
            self._names[path] = self._listed(path)
        return self._names[path]

    def _listed(self, path: str) -> tuple[str, ...] | None:
        found = self.entry(path)
        if found is None or found.kind != "directory":
            return None
        try:
            with os.scandir(f"{self._root}/{path}") as entries:
                kinds = {entry.name: _kind_listed(entry) for entry in islice(entries, _MOST_NAMES + 1)}
        except OSError:
            return None
        if len(kinds) > _MOST_NAMES:
            return None
        if len(self._kinds) > _MOST_ENTRIES:
            self._kinds.clear()
        self._kinds.update((f"{path}/{name}" if path else name, kind) for name, kind in kinds.items() if kind)
        return tuple(sorted(kinds))

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


def _kind_listed(entry: os.DirEntry[str]) -> EntryKind | None:
    """What the listing itself says, None for what would have to be looked at."""
    if entry.is_file(follow_symlinks=False):
        return "file"
    return "directory" if entry.is_dir(follow_symlinks=False) else None


def _kind(mode: int) -> EntryKind:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "directory"
    return "symlink" if stat.S_ISLNK(mode) else "other"
