"""What the pass over a layer found, as bytes that can be kept, and back again.

A small JSON header, then one stretch of bytes for each column, all of it compressed: reading 250,000 entries back takes
a fraction of a second where walking their tar takes many.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Iterator

from lambda_lint.image.entries import LayerIndex, Owner
from lambda_lint.image.scan import Scan

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

VERSION = 1
"""Raised when the form changes, or when the pass comes to see the same layer with other eyes."""

# The fastest level: paths that resemble each other shrink tenfold at any.
_LEVEL = 1
_ROWS = "Q"


def encode(scan: Scan) -> bytes:
    """The whole of a scan, in a form that only the same `VERSION` on the same kind of machine reads."""
    index = scan.index
    owners = {owner: number for number, owner in enumerate(dict.fromkeys(index.owners))}
    columns = (
        "\0".join(index.paths).encode("utf-8", "surrogateescape"),
        index.types.encode(),
        array(_ROWS, map(owners.__getitem__, index.owners)).tobytes(),
        array(_ROWS, index.sizes).tobytes(),
        array(_ROWS, index.offsets).tobytes(),
        array(_ROWS, index.links).tobytes(),
        "\0".join(index.links.values()).encode("utf-8", "surrogateescape"),
        array(_ROWS, index.whiteouts).tobytes(),
        array(_ROWS, scan.kept).tobytes(),
        array(_ROWS, map(len, scan.kept.values())).tobytes(),
        *scan.kept.values(),
    )
    header = {
        "scan": [scan.digest, scan.diff_id, scan.compression, scan.blob_size, scan.tar_size, scan.file_size],
        "entries": len(index),
        "owners": list(owners),
        "sparse": list(index.sparse.items()),
        "columns": [*map(len, columns[:10])],
    }
    packer = zstd.ZstdCompressor(_LEVEL)  # piece by piece: what is kept of files is large enough to be there only once
    packed = [packer.compress(piece) for piece in (json.dumps(header).encode(), b"\n", *columns)]
    return b"".join((*packed, packer.flush()))


def decode(data: bytes) -> Scan:
    """Raises ValueError when the bytes are not what `encode` made."""
    try:
        return _decoded(zstd.decompress(data))
    except (zstd.ZstdError, LookupError, TypeError, UnicodeError) as error:
        raise ValueError(f"not a kept layer ({error})") from error


def _decoded(data: bytes) -> Scan:
    start = data.index(b"\n")
    header = json.loads(data[:start])
    columns = _cut(memoryview(data)[start + 1 :], header["columns"])
    paths, types, owner_numbers, sizes, offsets, link_rows, links, whiteouts, kept_rows, kept_sizes = columns
    count, owners = header["entries"], [Owner(*owner) for owner in header["owners"]]
    index = LayerIndex(
        paths=_texts(paths, count),
        types=str(types, "utf-8"),
        owners=[owners[number] for number in _numbers(owner_numbers)],
        sizes=_numbers(sizes),
        offsets=_numbers(offsets),
        links=dict(zip(rows := _numbers(link_rows), _texts(links, len(rows)), strict=True)),
        sparse={row: tuple((offset, length) for offset, length in pieces) for row, pieces in header["sparse"]},
        whiteouts=_numbers(whiteouts),
    )
    if {count} != {*map(len, (index.paths, index.types, index.owners, index.sizes, index.offsets))}:
        raise ValueError("not a kept layer, its columns differ in length")
    contents = memoryview(data)[start + 1 + sum(header["columns"]) :]
    kept = dict(zip(_numbers(kept_rows), map(bytes, _cut(contents, _numbers(kept_sizes))), strict=True))
    digest, diff_id, compression, blob_size, tar_size, file_size = header["scan"]
    return Scan(digest, diff_id, compression, blob_size, tar_size, file_size, index, kept)


def _cut(data: memoryview, sizes: Iterable[int]) -> Iterator[memoryview]:
    start = 0
    for size in sizes:
        if start + size > len(data):
            raise ValueError("not a kept layer, it ends too early")
        yield data[start : start + size]
        start += size


def _numbers(data: memoryview) -> array[int]:
    numbers = array(_ROWS)
    numbers.frombytes(data)
    return numbers


def _texts(data: memoryview, count: int) -> list[str]:
    return str(data, "utf-8", "surrogateescape").split("\0") if count else []
