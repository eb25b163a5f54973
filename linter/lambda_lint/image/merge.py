"""Layers on top of each other: the tree that a container sees.

Within a layer, entries apply in their order and the last of a name wins, as every unpacker does. Whiteouts are not like
that: they hide what lower layers have and nothing of their own layer, wherever they stand (OCI image-spec, layer.md).

The overlay2 driver of Docker and the overlayfs of containerd unpack a layer into a folder that knows no lower layer
(moby daemon/graphdriver/overlay2, containerd core/diff/apply/apply_linux.go). So where an entry's parent is a symlink
in a lower layer, and this layer does not say so too, a directory takes the symlink's place; a symlink of the same layer
is followed. tests/sources/test_docker_engine.py compares this with a real engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from lambda_lint.errors import SourceError
from lambda_lint.image.entries import (
    BLOCK_DEVICE,
    CHARACTER_DEVICE,
    DIRECTORY,
    FIFO,
    HARD_LINK,
    OPAQUE,
    REGULAR,
    SYMLINK,
    WHITEOUT,
    LayerIndex,
)

# The kernel follows no more symlinks than these on one path (MAXSYMLINKS).
MAX_SYMLINKS = 40
# Real images have some hundred thousand: layers that name more than this are out to fill the memory.
MAX_PATHS = 4_000_000

_ROW_BITS = 32
_ROW_MASK = (1 << _ROW_BITS) - 1
_LEAVES = frozenset((REGULAR, SYMLINK, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO))


def node(layer: int, row: int) -> int:
    """One number for an entry of a layer."""
    return layer << _ROW_BITS | row


def place(node: int) -> tuple[int, int]:
    """Layer and row of a node."""
    return node >> _ROW_BITS, node & _ROW_MASK


class Directory:
    """A directory of the merged tree. Everything else in it is the number of its entry.

    `node` is the entry that describes it, or `~layer`, a negative number, when no layer has an entry for it and `layer`
    was the first that needed it.
    """

    __slots__ = ("children", "node")

    def __init__(self, node: int) -> None:
        self.node = node
        self.children: dict[str, int | Directory] = {}


def merge(indexes: Sequence[LayerIndex]) -> Directory:
    """The root of the merged tree, the base layer first. Raises SourceError for a tree beyond all measure."""
    root = Directory(~0)
    budget = MAX_PATHS
    for layer, index in enumerate(indexes):
        budget = _Application(root, layer, index, budget - len(index)).apply()
    return root


class _Application:
    """One layer on its way into the tree."""

    def __init__(self, root: Directory, layer: int, index: LayerIndex, budget: int) -> None:
        self.root = root
        self.layer = layer
        self.index = index
        self.budget = budget

    def apply(self) -> int:
        """Returns how many more paths the layers above may bring."""
        hidden = [self.index.paths[row].rpartition("/")[::2] for row in self.index.whiteouts]
        for parent, name in hidden:
            self._hide(parent, name)
        for parent, _ in hidden:
            self._directory(parent)
        self._add()
        return self.budget

    def _hide(self, parent: str, name: str) -> None:
        directory = self._existing(parent)
        if directory is None:
            return
        if name == OPAQUE:
            directory.children.clear()
        else:
            directory.children.pop(name[len(WHITEOUT) :], None)

    def _add(self) -> None:
        index, root = self.index, self.root
        whiteouts = frozenset(index.whiteouts)
        late: list[tuple[str, int]] = []
        known = {"": root}  # where parents lead, as long as nothing on the way is replaced
        for entry, path, kind in zip(count(node(self.layer, 0)), index.paths, index.types, strict=False):
            if whiteouts and entry & _ROW_MASK in whiteouts:
                continue
            parent, _, name = path.rpartition("/")
            directory = known.get(parent)
            if directory is None:
                directory = known[parent] = self._directory(parent)
            # Nearly all are files that are not there yet.
            if kind in _LEAVES and name and directory.children.setdefault(name, entry) == entry:
                continue
            there = directory.children.get(name) if name else root
            if kind == DIRECTORY and isinstance(there, Directory):
                there.node = entry
                continue
            if there is not None and (isinstance(there, Directory) or self._own_symlink(there)):
                known = {"": root}
            if kind == DIRECTORY:
                directory.children[name] = Directory(entry)
            elif kind in _LEAVES and name:
                directory.children[name] = entry
            elif kind == HARD_LINK and not self._link(directory, name, index.links[entry & _ROW_MASK]):
                late.append((path, entry & _ROW_MASK))
        self._link_late(late)

    def _link_late(self, late: list[tuple[str, int]]) -> None:
        """Hard links that stand before their targets. A chain of them needs as many rounds as it has links."""
        for _ in range(MAX_SYMLINKS):
            missing = []
            for path, row in reversed(late):
                parent, _, name = path.rpartition("/")
                if not self._link(self._directory(parent), name, self.index.links[row]):
                    missing.append((path, row))
            if len(missing) == len(late):
                return
            late = missing[::-1]

    def _link(self, directory: Directory, name: str, target: str) -> bool:
        """Makes `name` the same file as `target`. False when there is no such file."""
        parent, _, last = target.rpartition("/")
        there = self._existing(parent)
        found = None if there is None else there.children.get(last)
        if not isinstance(found, int) or not name:
            return False
        directory.children[name] = found
        return True

    def _directory(self, path: str) -> Directory:
        """The directory at `path`, made where it is missing or where a lower layer has something else."""
        found = self._walk(path, make=True)
        if found is None:
            raise SourceError(f"layer {self.layer + 1} has an entry below a loop of symlinks")
        return found

    def _existing(self, path: str) -> Directory | None:
        return self._walk(path, make=False)

    def _walk(self, path: str, *, make: bool) -> Directory | None:
        stack = [self.root]
        remaining = path.split("/")[::-1]
        hops = 0
        while remaining:
            name = remaining.pop()
            if name in ("", "."):
                continue
            if name == "..":
                del stack[max(1, len(stack) - 1) :]
                continue
            child = stack[-1].children.get(name)
            if isinstance(child, Directory):
                stack.append(child)
                continue
            link = self._own_symlink(child)
            if link:
                hops += 1
                if hops > MAX_SYMLINKS:
                    return None
                if link.startswith("/"):
                    stack = [self.root]
                remaining += link.split("/")[::-1]
            elif make:
                stack.append(self._made(stack[-1], name))
            else:
                return None
        return stack[-1]

    def _own_symlink(self, child: int | None) -> str:
        """The target of a symlink that this very layer has brought, else ""."""
        if child is None:
            return ""
        layer, row = place(child)
        return self.index.links.get(row, "") if layer == self.layer and self.index.types[row] == SYMLINK else ""

    def _made(self, parent: Directory, name: str) -> Directory:
        self.budget -= 1
        if self.budget < 0:
            raise SourceError(f"the layers name more than {MAX_PATHS} paths")
        made = parent.children[name] = Directory(~self.layer)
        return made
