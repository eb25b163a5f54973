"""A tar that can only be read from its start: a compressed archive, or what a Docker engine exports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from lambda_lint.errors import SourceError, printable
from lambda_lint.image.compression import NONE, compression
from lambda_lint.image.entries import REGULAR, Wanted
from lambda_lint.image.scan import KEEP_LIMIT, Scan, absolute, scan
from lambda_lint.image.tar import BLOCK, TarReader, starts_tar
from lambda_lint.sources.again import Again, LayerFiles, Room, files_of
from lambda_lint.sources.store import Blob, Layout, Members, check_size, layer_error

# All documents of an archive together; real ones need some kilobytes for each image.
_DOCUMENTS_LIMIT = 64 << 20

Choose = Callable[[str], Blob | None]
"""Given the path of a member that looks like a layer: how to read it, None to pass over it."""


class BrokenOffError(SourceError):
    """The stream itself ended too early: no layer's fault, though it was in the middle of one."""


class StreamStore(Layout):
    """A `Store` over a stream that `start` starts from the front.

    Nothing is there before a `sweep`. Layers that it was told to take are scanned on the way; any others cost a second
    sweep. In an engine's export the layers come before the documents that tell which of them belong to an image.
    """

    def __init__(self, start: Callable[[], Iterator[bytes]]) -> None:
        self._start = start
        self._members = Members()
        self._documents: dict[str, bytes] = {}
        self._scans: dict[str, Scan | SourceError] = {}
        self._again = Again(self._files, Room())

    def sweep(self, wanted: Wanted, choose: Choose, layers: int = 1) -> None:
        """Reads the whole stream once: keeps documents, scans layers. A damaged layer counts when it is used.

        Of `layers` to come each may keep an equal share of content, and what those before it have left.
        """
        room, keep = _DOCUMENTS_LIMIT, KEEP_LIMIT
        reader = TarReader(self._start())
        for member in reader.members():
            path = self._members.add(member)
            if member.type != REGULAR:
                continue
            start = reader.read(BLOCK)
            content = chain([start], reader.content())
            if _may_be_layer(start):
                blob = choose(path)
                if blob is not None:
                    outcome = self._scans[path] = _outcome(content, wanted, keep // max(1, layers), blob)
                    keep -= sum(map(len, outcome.kept.values())) if isinstance(outcome, Scan) else 0
                    layers -= 1
            elif start.lstrip()[:1] in (b"{", b"[") and member.size <= room:
                self._documents[path] = b"".join(content)
                room -= member.size
        reader.drain()

    def has(self, name: str) -> bool:
        """See Files."""
        return self._members.find(name) is not None

    def document(self, name: str, limit: int) -> bytes:
        """See Store."""
        path, size = self._found(name)
        check_size(name, size, limit)
        if path not in self._documents:
            raise SourceError(f"{printable(name)} is not JSON")
        return self._documents[path]

    def scan(self, blobs: Sequence[Blob], wanted: Wanted) -> list[Scan]:
        """See Store."""
        paths = {self._found(blob.name)[0]: blob for blob in blobs}
        if not paths.keys() <= self._scans.keys():
            self.sweep(wanted, paths.get, len(paths))
        return [self._scanned(blob) for blob in blobs]

    def content(self, blob: Blob, scan: Scan, offset: int, size: int) -> bytes:
        """See Store. The stream is read again, as far as the place."""
        return self._again.read(self._found(blob.name)[0], scan.index, offset, size)

    def _files(self) -> LayerFiles:
        reader = TarReader(self._start())
        for member in reader.members():
            path = absolute(member.name)
            start = reader.read(BLOCK) if member.type == REGULAR else b""
            if _may_be_layer(start):
                yield from files_of(path, chain([start], reader.content()))

    def _found(self, name: str) -> tuple[str, int]:
        member = self._members.find(name)
        if member is None:
            raise SourceError(f"{printable(name)} is missing")
        return absolute(member.name), member.size

    def _scanned(self, blob: Blob) -> Scan:
        outcome = self._scans.get(self._found(blob.name)[0], SourceError("neither a tar nor compressed"))
        if isinstance(outcome, SourceError):
            raise layer_error(blob, outcome) from outcome
        return outcome


def _outcome(content: Iterator[bytes], wanted: Wanted, keep: int, blob: Blob) -> Scan | SourceError:
    try:
        return scan(content, wanted, keep, blob.algorithm, blob.diff_algorithm)
    except BrokenOffError:
        raise
    except SourceError as error:
        return error


def _may_be_layer(start: bytes) -> bool:
    return len(start) >= 4 and (compression(start) != NONE or starts_tar(start))
