"""What one layer says, entry by entry in the order of its tar, in columns: an image may have a million of them."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from lambda_lint.values import Value

REGULAR = "0"
HARD_LINK = "1"
SYMLINK = "2"
CHARACTER_DEVICE = "3"
BLOCK_DEVICE = "4"
DIRECTORY = "5"
FIFO = "6"

# OCI image-spec, layer.md, "Whiteouts". Names that start with the longer prefix are AUFS's own and mean nothing.
WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
_AUFS = ".wh..wh."


_NEEDS = {"read": 4, "list": 4, "enter": 1, "execute": 1}


class Credentials(Value):
    """A user as the kernel sees it, without capabilities."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()


class Owner(namedtuple("Owner", ("mode", "uid", "gid"))):
    """Permission bits (0o7777) and numeric owner. Shared between the entries that have the same."""

    __slots__ = ()

    mode: int
    uid: int
    gid: int

    def allows(self, who: Credentials, need: str) -> bool:
        """Whether the bits let `who` `read`, `list`, `enter` or `execute` what has them.

        The kernel looks at one class only: an owner whom the owner bits refuse is refused, whatever the others say.
        """
        bits = _NEEDS[need]
        if who.uid == self.uid:
            return bool(self.mode >> 6 & bits)
        if self.gid == who.gid or self.gid in who.groups:
            return bool(self.mode >> 3 & bits)
        return bool(self.mode & bits)


class Entry(Value):
    """One member of a layer's tar.

    `path` is absolute and normalised, "/" for the root. `type` is the tar's own letter, a constant of this module for
    all that an image can hold. `link` is a symlink's target as written, a hard link's as an absolute path.
    """

    path: str
    type: str
    mode: int
    uid: int
    gid: int
    size: int
    link: str

    @property
    def opaque(self) -> bool:
        """Whether this hides what lower layers have in its directory."""
        return self.path.rpartition("/")[2] == OPAQUE

    @property
    def hides(self) -> str:
        """The path of lower layers that this whiteout hides, "" when it is no whiteout."""
        parent, _, name = self.path.rpartition("/")
        hides = name.startswith(WHITEOUT) and not name.startswith(_AUFS)
        return f"{parent}/{name[len(WHITEOUT) :]}" if hides else ""


Wanted = Callable[[str, int, int], int]
"""How many leading bytes of a regular file to keep, given its absolute path, its mode and its size."""

Pieces = tuple[tuple[int, int], ...]
"""Where the content of a sparse file lies: (offset in the file, length) of each stored piece."""


class LayerIndex(Value, eq=False):
    """The entries of one layer. Iterating gives `Entry` values, made on demand.

    Row `n` of every column is about the same entry. `paths` holds "" for the root. `types` is one letter per entry.
    `sizes` are those of the files, `offsets` where their content starts in the uncompressed tar. `links` and `sparse`
    have only the rows that need them. `whiteouts` lists the rows whose names start with `.wh.`.
    """

    paths: Sequence[str] = ()
    types: str = ""
    owners: Sequence[Owner] = ()
    sizes: Sequence[int] = ()
    offsets: Sequence[int] = ()
    links: Mapping[int, str] = MappingProxyType({})
    sparse: Mapping[int, Pieces] = MappingProxyType({})
    whiteouts: Sequence[int] = ()

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[Entry]:
        return map(self.entry, range(len(self.paths)))

    def rows(self, kind: str) -> Iterator[int]:
        """The rows of the entries of one type, in their order."""
        row = self.types.find(kind)
        while row >= 0:
            yield row
            row = self.types.find(kind, row + 1)

    def entry(self, row: int) -> Entry:
        """The entry at `row`, from 0. Raises IndexError past the end."""
        mode, uid, gid = self.owners[row]
        path = self.paths[row] or "/"
        return Entry(path, self.types[row], mode, uid, gid, self.sizes[row], self.links.get(row, ""))
