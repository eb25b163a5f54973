"""The merged file tree of an image's layers, asked the way the Linux kernel would be."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, count

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
from lambda_lint.image.merge import MAX_SYMLINKS, Directory, merge, node, place
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

Picked = Callable[[Kind, Owner], bool]
"""Whether files are of interest that are of this kind and have these permissions and this owner."""

_KINDS = {
    REGULAR: Kind.FILE,
    SYMLINK: Kind.SYMLINK,
    CHARACTER_DEVICE: Kind.CHARACTER_DEVICE,
    BLOCK_DEVICE: Kind.BLOCK_DEVICE,
    DIRECTORY: Kind.DIRECTORY,
    FIFO: Kind.FIFO,
}
_SYNTHETIC = Owner(0o755, 0, 0)

_Children = Mapping[str, Directory | int]


def _gone(layer: int, _offset: int, _size: int) -> bytes:
    raise SourceError(f"layer {layer + 1} cannot be read again")


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
        self._visible: list[bytes] | None = None
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

    def walk(
        self, path: str = "/", endings: str | tuple[str, ...] = "", picked: Picked | None = None
    ) -> Iterator[File]:
        """Everything below `path`, itself included, parents first, names sorted, symlinks not followed.

        Only paths that end with (one of) `endings`, and with `picked` only what that picks; it is asked once for all
        that is alike. What is not given costs little.
        """
        found, _ = self._walk(path, follow=False)
        if found is None:
            return
        nodes = None if picked is None else self._picked(picked)

        def level(at: str, children: _Children) -> tuple[str, Iterator[str], _Children]:
            """The names that are given, and those of directories, which have to be looked into."""
            names: Iterable[str] = children
            if nodes is not None:
                names = [name for name, what in children.items() if what in nodes or isinstance(what, Directory)]
            if endings:
                names = [
                    name for name in names if (at + name).endswith(endings) or isinstance(children[name], Directory)
                ]
            return at, iter(sorted(names)), children

        levels = [level("", {found.path: found.what})]
        while levels:
            at, names, children = levels[-1]
            for name in names:
                what, inside = children[name], at + name
                if not isinstance(what, Directory):
                    yield self._file(inside, what)
                    continue
                if (not endings or inside.endswith(endings)) and (nodes is None or what.node in nodes):
                    yield self._file(inside, what)
                levels.append(level(inside if inside == "/" else f"{inside}/", what.children))
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
            nodes: set[int | Directory] = set()
            waiting = [self._root]
            while waiting:
                directory = waiting.pop()
                nodes.add(directory.node)
                nodes.update(directory.children.values())
                waiting += [child for child in directory.children.values() if isinstance(child, Directory)]
            self._visible = [
                bytes(map(nodes.__contains__, range(node(layer, 0), node(layer, len(index)))))
                for layer, index in enumerate(self._indexes)
            ]
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

    def _picked(self, picked: Picked) -> set[int]:
        """The nodes of all that is picked, whether it is in the tree or not."""
        synthetic = picked(Kind.DIRECTORY, _SYNTHETIC)
        nodes = {~layer for layer in range(len(self._indexes))} if synthetic else set()
        for layer, index in enumerate(self._indexes):
            alike = set(zip(index.types, index.owners, strict=True))
            good = {(kind, owner) for kind, owner in alike if kind in _KINDS and picked(_KINDS[kind], owner)}
            if not good:  # as in most layers where what is asked for is a fault
                continue
            rows = map(good.__contains__, zip(index.types, index.owners, strict=True))
            nodes.update(compress(count(node(layer, 0)), rows))
        return nodes

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
