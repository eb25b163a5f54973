"""Layers from the cache where they are known, from the store where they are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lambda_lint.image.encoding import VERSION, decode, encode
from lambda_lint.image.entries import REGULAR, Wanted
from lambda_lint.image.scan import KEEP_LIMIT, Scan, at_most
from lambda_lint.sources.cache import Cache
from lambda_lint.sources.store import Blob, Store
from lambda_lint.values import replace


def layer_key(digest: str, diff_id: str) -> str:
    """What a layer is kept under. A blob's digest and its diff id belong together once somebody has read the blob."""
    return f"layer {VERSION} {digest} {diff_id}"


def read_layers(store: Store, blobs: Sequence[Blob], wanted: Wanted, cache: Cache | None) -> list[Scan]:
    """A scan of each blob, read from the store only where the cache has none with all the content that is wanted."""
    kept = _kept(blobs, cache)
    known = _complete(kept, wanted)
    unread = [blob for blob in dict.fromkeys(blobs) if blob not in known]
    for blob, scan in zip(unread, store.scan(unread, wanted) if unread else (), strict=True):
        known[blob] = _together(kept[blob], scan) if blob in kept else scan
        if cache is not None and blob.key:
            cache.put(layer_key(scan.digest, scan.diff_id), encode(known[blob]))
    return [known[blob] for blob in blobs]


def known_layers(blobs: Sequence[Blob], wanted: Wanted, cache: Cache | None) -> dict[Blob, Scan]:
    """Those of the blobs that were read before, with all the content that is wanted."""
    return _complete(_kept(blobs, cache), wanted)


def _complete(kept: Mapping[Blob, Scan], wanted: Wanted) -> dict[Blob, Scan]:
    room = KEEP_LIMIT // max(1, len(kept))
    return {blob: scan for blob, scan in kept.items() if _holds(scan, wanted, room)}


def _kept(blobs: Iterable[Blob], cache: Cache | None) -> dict[Blob, Scan]:
    """Those of the blobs that were read before, with whatever content somebody wanted then."""
    found = {}
    for blob in blobs if cache is not None else ():
        data = cache.get(blob.key) if cache is not None and blob.key else None
        if data is not None:
            try:
                found[blob] = decode(data)
            except ValueError:  # from another kind of machine, or damaged beyond its checksum: read the layer again
                continue
    return found


def _holds(scan: Scan, wanted: Wanted, keep: int) -> bool:
    """Whether everything was kept then that is wanted now, and of which no more than `keep` bytes would be kept."""
    index = scan.index
    rows = zip(index.paths, index.types, index.owners, index.sizes, strict=True)
    for row, (path, kind, owner, size) in enumerate(rows):
        if kind == REGULAR and row not in index.sparse:
            most = min(wanted(path, owner.mode, size), size)
            if most > at_most(keep):
                continue
            if most > len(scan.kept.get(row, b"")):
                return False
            keep -= most
    return True


def _together(known: Scan, read: Scan) -> Scan:
    """What was read, with the content that others wanted before."""
    more = {row: max(known.kept.get(row, b""), data, key=len) for row, data in read.kept.items()}
    return replace(read, kept={**known.kept, **more})
