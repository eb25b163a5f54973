"""The files that a build makes, as far as its instructions and its build context tell."""

from __future__ import annotations

import posixpath
from bisect import bisect_right
from collections.abc import Callable, Iterable

from lambda_lint import DIRECTORY, REGULAR, SYMLINK, Filesystem, Heredoc, LayerIndex, Owner, Value
from lambda_lint.building import Context, Copied
from lambda_lint_rules._start.expansion import within
from lambda_lint_rules._start.files import Files, mounted

# Folders that an official image is made of, with files that nobody here knows.
_SYSTEM = frozenset(
    {
        *("bin", "boot", "dev", "etc", "go", "home", "lib", "lib32", "lib64", "media", "mnt", "opt", "proc", "root"),
        *("run", "sbin", "srv", "sys", "tmp", "usr", "var"),
    }
)
_DIRECTORIES = frozenset(
    {
        *("/", "/bin", "/dev", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt", "/proc", "/root", "/run"),
        *("/sbin", "/srv", "/sys", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local", "/usr/local/bin"),  # noqa: S108
        *("/usr/local/lib", "/usr/sbin", "/usr/share", "/usr/src", "/var", "/var/lib"),
    }
)
_TYPES = {"file": REGULAR, "directory": DIRECTORY, "symlink": SYMLINK}
# Where nobody knows the mode, nothing is to be said about it.
_ANY_MODE = 0o755


class Made(Value, eq=False):
    """A file, a directory or a symlink that is copied. `mode` is None when unknown.

    `step` brings it, from `path` in `context`; they are "" and None for a `heredoc`.
    """

    kind: str
    mode: int | None
    size: int
    link: str
    step: Copied
    read: Callable[[int, int], bytes]
    context: Context | None = None
    path: str = ""
    heredoc: Heredoc | None = None

    @property
    def shown(self) -> str:
        """Where it comes from, as the user would call it; "" for a here-document."""
        return self.context.shown(self.path) if self.context is not None else ""


class Tree:
    """What is known of the files. `empty` are folders below the system's in which the base image has nothing.

    `complete` tells that the base image is one that everybody knows. `distributions` are the names of all Python
    packages that are installed, None when those are not known. `modules` tells that packages of Node.js are installed,
    `modules_named` are those of them that a command names, None when not all are known; `gems` is the same for Ruby.
    `folders` are copied as a whole: a step before the build may have put more into them.
    """

    def __init__(self, *, complete: bool, empty: Iterable[str] = ()) -> None:
        self.made: dict[str, Made] = {}
        self._filled: set[str] = set()  # every folder that something was put into or below
        self.directories = set(_DIRECTORIES)
        self.distributions: frozenset[str] | None = frozenset()
        self.modules = False
        self.modules_named: frozenset[str] | None = frozenset()
        self.gems = False
        self.unknown: set[str] = set()
        self.folders: set[str] = set()
        self.complete = complete
        self._empty = tuple(empty)
        self._files: Files | None = None

    def put(self, path: str, made: Made) -> None:
        """A file is copied to a path."""
        self.made[path] = made
        self.enter(path if made.kind == "directory" else posixpath.dirname(path))
        folder = posixpath.dirname(path)
        while folder not in self._filled:
            self._filled.add(folder)
            folder = posixpath.dirname(folder)

    def enter(self, folder: str) -> None:
        """A directory is made, with those above it."""
        while folder not in self.directories:
            self.directories.add(folder)
            folder = posixpath.dirname(folder)

    def blur(self, path: str | None) -> None:
        """Nobody knows any more what is at a path and below it; None: anywhere."""
        path = path or "/"
        self.made.pop(path, None)
        if path in self._filled:  # of a large folder thousands may have to be forgotten, with nothing below them
            for known in [known for known in self.made if within(known, path)]:
                del self.made[known]
        self.unknown.add(path)

    def open(self, path: str | None) -> None:
        """More than is known may be at a path or below it; None: anywhere. What is known stays as it is."""
        self.unknown.add(path or "/")

    def lacks(self, path: str) -> bool:
        """Whether there is certainly nothing at a path."""
        if path in self.made or path in self.directories or mounted(path):
            return False
        if any(within(path, unknown) for unknown in self.unknown):
            return False
        if any(within(path, folder) for folder in self._empty):
            return True
        return self.complete and path.split("/")[1] not in _SYSTEM

    def grows(self, path: str) -> bool:
        """Whether a folder that is copied as a whole may bring a path along that is not there now."""
        return any(within(path, folder) for folder in self.folders)

    def below(self, folder: str) -> list[tuple[str, Made]]:
        """What is known at a path and below it."""
        return [(path, made) for path, made in self.made.items() if within(path, folder)]

    def text(self, path: str, limit: int = 256 << 10) -> str | None:
        """The text of a file that is known."""
        made = self.made.get(path)
        if made is None or made.kind != "file" or made.size > limit:
            return None
        data = made.read(limit, 0)
        return data.decode("utf-8", "replace") if len(data) == made.size else None

    def files(self) -> Files:
        """The same as the files of an image, to ask what the runtime will ask. Only for a tree that is finished."""
        if self._files is None:
            self._files = self._as_files()
        return self._files

    def _as_files(self) -> Files:
        known = [(path, made) for path, made in sorted(self.made.items()) if made.kind in _TYPES]
        offsets, end = [], 0
        for _, made in known:
            offsets.append(end)
            end += made.size
        index = LayerIndex(
            paths=[path for path, _ in known],
            types="".join(_TYPES[made.kind] for _, made in known),
            owners=[Owner(_ANY_MODE if made.mode is None else made.mode, 0, 0) for _, made in known],
            sizes=[made.size if made.kind == "file" else 0 for _, made in known],
            offsets=offsets,
            links={row: made.link for row, (_, made) in enumerate(known) if made.kind == "symlink"},
        )

        def content(_layer: int, at: int, size: int) -> bytes:
            row = bisect_right(offsets, at) - 1
            return known[row][1].read(size, at - offsets[row])

        return Files(Filesystem([index], (), content))
