"""Bytes of an image that do nobody any good, and the amount from which that is worth a word."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import compress
from operator import not_

from lambda_lint import REGULAR, Image, ImageLocation, Kind, Layer, Problem, Value, made_by, printable

MIB = 1 << 20
WORTH = 64 * MIB
"""Less is neither felt at a cold start nor near 10 GiB."""

_SMALL = 8 << 10  # smaller files add little, and there may be a million of them
_SHOWN = 3


class Share(Value):
    """What one layer holds in vain: the bytes, and the largest file among them."""

    layer: Layer
    size: int
    path: str
    path_size: int

    def __str__(self) -> str:
        made = printable(made_by(self.layer.created_by), 100)
        return f"layer {self.layer.index + 1} with {mib(self.size)}" + (f", made by {made}" if made else "")


@lru_cache(maxsize=2)
def unused(image: Image) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
    """Of each layer the files that later layers delete, and those that they store again; the largest shares first."""
    deleted: list[Share] = []
    replaced: list[Share] = []
    for layer in image.layers[:-1]:
        rows = list(_hidden(image, layer))
        for shares, again in ((deleted, False), (replaced, True)):
            files = [(size, path) for path, size, still_there in rows if still_there == again]
            if files:
                largest = max(files)
                shares.append(Share(layer, sum(size for size, _ in files), largest[1], largest[0]))
    deleted.sort(key=lambda share: -share.size)
    replaced.sort(key=lambda share: -share.size)
    return tuple(deleted), tuple(replaced)


def problems(shares: tuple[Share, ...], what: str, fix: str) -> Iterator[Problem]:
    """One problem when the shares together are worth it, with the largest of them; `what` became of the files."""
    total = sum(share.size for share in shares)
    if total >= WORTH:
        first, *others = shares[:_SHOWN]
        message = (
            f"{mib(total)} of files are {what}, the most of them in {first};"
            f" the largest is `{printable(first.path, 100)}` with {mib(first.path_size)}"
        )
        places = tuple((str(share), ImageLocation(layer=share.layer.index)) for share in others)
        yield Problem(message, ImageLocation(layer=first.layer.index), fix, related=places)


def mib(size: int) -> str:
    """Bytes in words."""
    return f"{size / MIB:.0f} MiB" if size < 1024 * MIB else f"{size / (1024 * MIB):.1f} GiB"


def _hidden(image: Image, layer: Layer) -> Iterator[tuple[str, int, bool]]:
    """Files of the layer that are nowhere in the image: path, size, whether there is a file of that name."""
    index, visible = layer.entries, image.filesystem.visible(layer.index)
    for row in compress(range(len(index)), map(not_, visible)):
        path, size = index.paths[row], index.sizes[row]
        if index.types[row] == REGULAR and size >= _SMALL:
            file = image.filesystem.get(path, follow=False)
            if file is None or file.layer != layer.index:
                yield path, size, file is not None and file.kind is Kind.FILE
