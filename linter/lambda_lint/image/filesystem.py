"""The merged file tree of an image's layers, asked the way the Linux kernel would be."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence

from lambda_lint.errors import SourceError
from lambda_lint.image.entries import (
    BLOCK_DEVICE,
    CHARACTER_DEVICE,
    DIRECTORY,
    FIFO,
    REGULAR,
    SYMLINK,
    Credentials,
    LayerIndex,
    Owner,
)
from lambda_lint.image.merge import MAX_SYMLINKS, Directory, merge, place
from lambda_lint.values import Value


class Kind(enum.Enum):
    """What a path is. A hard link is a FILE: it shares the entry it links to."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    CHARACTER_DEVICE = "character device"
    BLOCK_DEVICE = "block device"
    FIFO = "fifo"


class File(Value, eq=False):
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

    def allows(self, who: Credentials, need: str) -> bool:
        """Whether the mode lets `who` `read`, `list`, `enter` or `execute` it, whatever is on the way to it."""
        return Owner(self.mode, self.uid, self.gid).allows(who, need)


class Denial(Value, eq=False):
    """The first thing on the way that keeps the user out: `need` is `read`, `list`, `enter` or `execute`."""

    file: File
    need: str


Content = Callable[[int, int, int], bytes]
"""Reads from a layer again: its index, an offset in its uncompressed tar, a size. Raises SourceError when it cannot."""

Picked = Callable[[str, Kind, Owner], bool]
"""Whether a path is of interest, given what it is, its permissions and its owner."""

_KINDS = {
    REGULAR: Kind.FILE,
    SYMLINK: Kind.SYMLINK,
    CHARACTER_DEVICE: Kind.CHARACTER_DEVICE,
    BLOCK_DEVICE: Kind.BLOCK_DEVICE,
    DIRECTORY: Kind.DIRECTORY,
    FIFO: Kind.FIFO,
}
_SYNTHETIC = Owner(0o755, 0, 0)


def _gone(layer: int, _offset: int, _size: int) -> bytes:
    raise SourceError(f"layer {layer} cannot be read again")


class _Step(Value, eq=False):
    """Something met on the way to a path. `searched` directories were looked up in, which takes permission to enter."""

    path: str
    what: Directory | int
    searched: bool = False


class Filesystem:
    """All paths of an image. Symlinks are followed inside the image root only; loops and missing paths give None.

    `kept` is content that was kept while the layers were read: the first bytes of files, by layer and row of its index.
    `content_read` counts the bytes that `read` has given out.
    """

    def __init__(
        self,
        indexes: Sequence[LayerIndex],
        kept: Sequence[Mapping[int, bytes]] = (),
        content: Content = _gone,
    ) -> None:
        self._indexes = tuple(indexes)
        self._kept = tuple(kept)
        self._content = content
        self._root = merge(indexes)
        self._visible: list[bytearray] | None = None
        self.content_read = 0

    def get(self, path: str, *, follow: bool = True) -> File | None:
        """The file at `path` (absolute; `..` cannot leave the root), through symlinked directories.

        With `follow` a final symlink is followed too, to the end. None when there is nothing.
        """
        found, _ = self._walk(path, follow)
        return None if found is None else self._file(found.path, found.what)

    def chain(self, path: str) -> tuple[File, ...]:
        """Every directory, symlink and the file itself met on the way to `path`, in the order the kernel meets them.

        The root comes first; nothing is named twice. The last one is the file when it exists; otherwise the chain stops
        at the last thing that does.
        """
        found, steps = self._walk(path, follow=True)
        met = {step.path: step.what for step in steps}
        if found is not None:
            met.pop(found.path, None)
            met[found.path] = found.what
        return tuple(self._file(path, what) for path, what in met.items())

    def children(self, path: str) -> tuple[File, ...]:
        """The entries of a directory, sorted by name, symlinks not followed. Empty for anything else."""
        found, _ = self._walk(path, follow=True)
        if found is None or not isinstance(found.what, Directory):
            return ()
        return tuple(self._file(_join(found.path, name), what) for name, what in sorted(found.what.children.items()))

    def walk(self, path: str = "/", picked: Picked | None = None) -> Iterator[File]:
        """Everything below `path`, itself included, parents first, names sorted, symlinks not followed.

        With `picked` only what that picks. It costs less to be asked than to be given a file that nobody wants.
        """
        found, _ = self._walk(path, follow=False)
        levels = [] if found is None else [("", iter([found.path]), {found.path: found.what})]
        while levels:
            at, names, children = levels[-1]
            for name in names:
                what, inside = children[name], at + name
                if picked is None or picked(inside, *self._kind_and_owner(what)):
                    yield self._file(inside, what)
                if isinstance(what, Directory):
                    levels.append(
                        (inside if inside == "/" else f"{inside}/", iter(sorted(what.children)), what.children)
                    )
                    break
            else:
                levels.pop()

    def denial(self, path: str, who: Credentials, need: str) -> Denial | None:
        """What keeps `who` from `read`, `list`, `enter` or `execute` at `path`; None when allowed or missing.

        A user id of 0 has no privilege here: without capabilities root is an owner like any other.
        """
        found, steps = self._walk(path, follow=True)
        if found is None:
            return None
        for step in steps:
            if step.searched:
                directory = self._file(step.path, step.what)
                if not directory.allows(who, "enter"):
                    return Denial(directory, "enter")
        file = self._file(found.path, found.what)
        return None if file.allows(who, need) else Denial(file, need)

    def visible(self, layer: int) -> Sequence[int]:
        """For each row of a layer's index whether what it describes is somewhere in the tree, under whatever name."""
        if self._visible is None:
            self._visible = [bytearray(len(index)) for index in self._indexes]
            waiting = [self._root]
            while waiting:
                directory = waiting.pop()
                if directory.node >= 0:
                    at, row = place(directory.node)
                    self._visible[at][row] = 1
                for child in directory.children.values():
                    if isinstance(child, Directory):
                        waiting.append(child)
                    else:
                        at, row = place(child)
                        self._visible[at][row] = 1
        return self._visible[layer]

    def read(self, path: str, size: int, offset: int = 0) -> bytes:
        """Up to `size` bytes of the regular file at `path`, symlinks followed. b"" past its end.

        Raises FileNotFoundError when there is no regular file, SourceError when the layer cannot be read again.
        """
        layer, row = self._regular(path)
        size = max(0, min(size, self._indexes[layer].sizes[row] - offset))
        data = self._read(layer, row, offset, size) if size else b""
        self.content_read += len(data)
        return data

    def at_hand(self, path: str, size: int) -> bytes | None:
        """What `read` gives from the file's start, None where it would have to read a layer again."""
        layer, row = self._regular(path)
        kept = self._kept[layer].get(row, b"") if self._kept else b""
        return self.read(path, size) if min(size, self._indexes[layer].sizes[row]) <= len(kept) else None

    def _regular(self, path: str) -> tuple[int, int]:
        """Layer and row of the regular file at `path`."""
        found, _ = self._walk(path, follow=True)
        if found is None or isinstance(found.what, Directory):
            raise FileNotFoundError(path)
        layer, row = place(found.what)
        if self._indexes[layer].types[row] != REGULAR:
            raise FileNotFoundError(path)
        return layer, row

    def _read(self, layer: int, row: int, offset: int, size: int) -> bytes:
        kept = self._kept[layer].get(row, b"") if self._kept else b""
        if offset + size <= len(kept):
            return kept[offset : offset + size]
        index = self._indexes[layer]
        start = index.offsets[row]
        if row not in index.sparse:
            return self._content(layer, start + offset, size)
        data = bytearray(size)
        for piece, length in index.sparse[row]:
            first, last = max(piece, offset), min(piece + length, offset + size)
            if first < last:
                data[first - offset : last - offset] = self._content(layer, start + first - piece, last - first)
            start += length
        return bytes(data)

    def _file(self, path: str, what: Directory | int) -> File:
        node = what.node if isinstance(what, Directory) else what
        if node < 0:
            return File(path, Kind.DIRECTORY, *_SYNTHETIC, 0, "", ~node, synthetic=True)
        layer, row = place(node)
        index = self._indexes[layer]
        mode, uid, gid = index.owners[row]
        link = index.links.get(row, "")
        return File(path, _KINDS[index.types[row]], mode, uid, gid, index.sizes[row], link, layer)

    def _kind_and_owner(self, what: Directory | int) -> tuple[Kind, Owner]:
        node = what.node if isinstance(what, Directory) else what
        if node < 0:
            return Kind.DIRECTORY, _SYNTHETIC
        layer, row = place(node)
        index = self._indexes[layer]
        return _KINDS[index.types[row]], index.owners[row]

    def _symlink(self, node: int) -> str | None:
        layer, row = place(node)
        index = self._indexes[layer]
        return index.links.get(row, "") if index.types[row] == SYMLINK else None

    def _walk(self, path: str, follow: bool) -> tuple[_Step | None, list[_Step]]:
        """The thing at `path` (None when missing), and what was met on the way to it."""
        names: list[str] = []
        directories = [self._root]
        steps: list[_Step] = []
        remaining = path.split("/")[::-1]
        hops = 0
        while remaining:
            name = remaining.pop()
            here = directories[-1]
            at = "/" + "/".join(names)
            if name in ("", "."):
                continue
            steps.append(_Step(at, here, searched=True))
            if name == "..":
                del names[-1:], directories[max(1, len(directories) - 1) :]
                continue
            child = here.children.get(name)
            if child is None:
                return None, steps
            if isinstance(child, Directory):
                names.append(name)
                directories.append(child)
                continue
            link = self._symlink(child)
            step = _Step(_join(at, name), child)
            if link is None or not (remaining or follow):
                return (None, [*steps, step]) if remaining else (step, steps)
            steps.append(step)
            hops += 1
            if hops > MAX_SYMLINKS or not link:
                return None, steps
            if link.startswith("/"):
                names, directories = [], [self._root]
            remaining += link.split("/")[::-1]
        return _Step("/" + "/".join(names), directories[-1]), steps


def _join(directory: str, name: str) -> str:
    return f"/{name}" if directory == "/" else f"{directory}/{name}"
