"""The merged file tree of an image's layers.

Signatures first; the image helper fills them in.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass


class Kind(enum.Enum):
    """What a path is. A hard link is a FILE: it shares the entry it links to."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    CHARACTER_DEVICE = "character device"
    BLOCK_DEVICE = "block device"
    FIFO = "fifo"


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """One path of the merged tree. `path` is absolute; `mode` holds permission bits only (0o7777).

    `layer` is the index of the layer that the content comes from. `link` is a symlink's target as written.
    `synthetic` marks a directory that no layer has an entry for (only its children are there): mode 0o755, root.
    """

    path: str
    kind: Kind
    mode: int
    uid: int
    gid: int
    size: int
    link: str
    layer: int
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user as the kernel sees it, without capabilities."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Denial:
    """The first thing on the way that keeps the user out: `need` is `read`, `list`, `enter` or `execute`."""

    file: File
    need: str


class Filesystem:
    """All paths of an image. Symlinks are followed inside the image root only; loops and missing paths give None."""

    def get(self, path: str, *, follow: bool = True) -> File | None:
        """The file at `path` (absolute; `..` cannot leave the root), through symlinked directories.

        With `follow` a final symlink is followed too, to the end. None when there is nothing.
        """
        raise NotImplementedError

    def chain(self, path: str) -> tuple[File, ...]:
        """Every directory, symlink and the file itself met on the way to `path`, in the order the kernel meets them.

        The last one is the file when it exists; otherwise the chain stops at the last thing that does.
        """
        raise NotImplementedError

    def children(self, path: str) -> tuple[File, ...]:
        """The entries of a directory, sorted by name, symlinks not followed. Empty for anything else."""
        raise NotImplementedError

    def walk(self, path: str = "/") -> Iterator[File]:
        """Everything below `path`, itself included, parents first, names sorted, symlinks not followed."""
        raise NotImplementedError

    def denial(self, path: str, who: Credentials, need: str) -> Denial | None:
        """What keeps `who` from `read`, `list`, `enter` or `execute` at `path`; None when allowed or missing."""
        raise NotImplementedError

    def read(self, path: str, size: int, offset: int = 0) -> bytes:
        """Up to `size` bytes of the regular file at `path`, symlinks followed. b"" past its end.

        Raises FileNotFoundError when there is no regular file, SourceError when the layer cannot be read again.
        """
        raise NotImplementedError
