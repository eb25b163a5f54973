"""Layers from the cache where they are known, from the store where they are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from lambda_lint.image.encoding import VERSION, decode, encode
from lambda_lint.image.entries import REGULAR, Wanted
from lambda_lint.image.scan import KEEP_LIMIT, Scan, at_most
from lambda_lint.sources.cache import Cache
from lambda_lint.sources.store import Blob, Store
from lambda_lint.values import replace

# What scans that were used lately may take in memory, about, with so many bytes for an entry.
_RECENT_LIMIT = 96 << 20
_ENTRY = 200
_QUESTIONS = 1000


class _Recent:
    """Scans that the next image is likely to have too. What was not used for the longest time goes."""

    def __init__(self) -> None:
        self._scans: dict[str, Scan] = {}
        self._size = 0
        self._held: set[tuple[str, Wanted, int]] = set()

    def get(self, key: str) -> Scan | None:
        scan = self._scans.pop(key, None)
        if scan is not None:
            self._scans[key] = scan
        return scan

    def put(self, key: str, scan: Scan) -> None:
        self._size += _weight(scan) - (_weight(self._scans.pop(key)) if key in self._scans else 0)
        self._scans[key] = scan
        while self._size > _RECENT_LIMIT:
            self._size -= _weight(self._scans.pop(next(iter(self._scans))))

    def holds(self, key: str, scan: Scan, wanted: Wanted, keep: int) -> bool:
        """As `_holds`, found out once for all images that want the same."""
        if len(self._held) >= _QUESTIONS:
            self._held.clear()
        if (key, wanted, keep) not in self._held:
            if not _holds(scan, wanted, keep):
                return False
            self._held.add((key, wanted, keep))
        return True


def _weight(scan: Scan) -> int:
    return _ENTRY * len(scan.index) + sum(map(len, scan.kept.values()))


@lru_cache(1)
def _recent(_cache: Cache) -> _Recent:
    """Those of one run, which has one cache."""
    return _Recent()


def layer_key(digest: str, diff_id: str) -> str:
    """What a layer is kept under. A blob's digest and its diff id belong together once somebody has read the blob."""
    return f"layer {VERSION} {digest} {diff_id}"


def read_layers(store: Store, blobs: Sequence[Blob], wanted: Wanted, cache: Cache | None) -> list[Scan]:
    """A scan of each blob, read from the store only where the cache has none with all the content that is wanted."""
    kept = _kept(blobs, cache)
    known = _complete(kept, wanted, cache)
    unread = [blob for blob in dict.fromkeys(blobs) if blob not in known]
    for blob, scan in zip(unread, store.scan(unread, wanted) if unread else (), strict=True):
        known[blob] = _together(kept[blob], scan) if blob in kept else scan
        if cache is not None and blob.key:
            key = layer_key(scan.digest, scan.diff_id)
            cache.put(key, encode(known[blob]))
            _recent(cache).put(key, known[blob])
    return [known[blob] for blob in blobs]


def known_layers(blobs: Sequence[Blob], wanted: Wanted, cache: Cache | None) -> dict[Blob, Scan]:
    """Those of the blobs that were read before, with all the content that is wanted."""
    return _complete(_kept(blobs, cache), wanted, cache)


def _complete(kept: Mapping[Blob, Scan], wanted: Wanted, cache: Cache | None) -> dict[Blob, Scan]:
    if cache is None:
        return {}
    room = KEEP_LIMIT // max(1, len(kept))
    return {blob: scan for blob, scan in kept.items() if _recent(cache).holds(blob.key, scan, wanted, room)}


def _kept(blobs: Iterable[Blob], cache: Cache | None) -> dict[Blob, Scan]:
    """Those of the blobs that were read before, with whatever content somebody wanted then."""
    if cache is None:
        return {}
    found = {blob: _known(blob.key, cache) for blob in blobs if blob.key}
    return {blob: scan for blob, scan in found.items() if scan is not None}


def _known(key: str, cache: Cache) -> Scan | None:
    scan = _recent(cache).get(key)
    data = cache.get(key) if scan is None else None
    if data is not None:
        try:
            scan = decode(data)
        except ValueError:  # from another kind of machine, or damaged beyond its checksum: read the layer again
            return None
        _recent(cache).put(key, scan)
    return scan


def _holds(scan: Scan, wanted: Wanted, keep: int) -> bool:
    """Whether everything was kept then that is wanted now, and of which no more than `keep` bytes would be kept."""
    index = scan.index
    rows = zip(index.paths, index.types, index.owners, index.sizes, strict=True)
    for row, (path, kind, owner, size) in enumerate(rows):
        if kind != REGULAR or not (most := wanted(path, owner.mode, size)) or row in index.sparse:
            continue
        most = min(most, size)
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
