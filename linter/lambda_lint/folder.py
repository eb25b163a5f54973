"""A folder beside a Dockerfile, as a build sees it. What is in it is looked up when it is asked for."""

from __future__ import annotations

from collections.abc import Hashable

from lambda_lint.annotations import Literal, Protocol
from lambda_lint.values import Value

EntryKind = Literal["file", "directory", "symlink", "other"]


class FolderEntry(Value):
    """What is at a path. `mode` holds permission bits only; `link` is a symlink's target as written."""

    kind: EntryKind
    mode: int
    size: int
    link: str = ""


class FileTree(Hashable, Protocol):
    """Paths are relative, with forward slashes and without `..`; "" is the tree's root. No symlink is followed."""

    def entry(self, path: str) -> FolderEntry | None:
        """What is at the path; None when nothing is, or when it cannot be looked at."""

    def kind(self, path: str) -> EntryKind | None:
        """The kind of the entry at the path, at hand where the names around it were listed."""

    def names(self, path: str) -> tuple[str, ...] | None:
        """The names in a directory, sorted; None when they cannot be listed, or are too many."""

    def read(self, path: str, size: int, offset: int = 0) -> bytes:
        """Up to `size` bytes of a regular file; fewer at its end, and b"" when it cannot be read."""


class Folder(Value, eq=False):
    """A folder as one Dockerfile sees it. Dockerfiles that share the folder share the `tree`.

    `name` is what the user would call it, `dockerfile` the Dockerfile's own path in it.
    """

    tree: FileTree
    name: str
    dockerfile: str
