"""Where the pieces of an image lie when they can be read in any order: a folder, or a tar on disk."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Lock

from lambda_lint.annotations import Protocol
from lambda_lint.errors import SourceError, printable
from lambda_lint.image.compression import NONE
from lambda_lint.image.documents import DOCUMENT_LIMIT
from lambda_lint.image.entries import HARD_LINK, REGULAR, SYMLINK, Wanted
from lambda_lint.image.scan import KEEP_LIMIT, Scan, absolute, scan, skim
from lambda_lint.image.tar import BLOCK, Member, TarReader, starts_tar
from lambda_lint.sources.again import Again, Rereader, Room, files_of
from lambda_lint.sources.meter import Meter, S
from lambda_lint.sources.reading import FileChunks, FileStretch, open_file, reason
from lambda_lint.sources.threads import in_threads
from lambda_lint.values import Value

MEMBER_LIMIT = 200_000
_MAX_LINKS = 10


class Blob(Value):
    """A layer's file in a store, and the algorithms of the digests that it and its tar are promised to have.

    `size` is what the manifest says, None where there is none. `key` is the same for the same bytes in any store, for
    caches; "" where a source promises too little for that. Where `hashed` is False, nobody needs to know whether the
    digests are right, and an uncompressed layer need not be read as a whole.
    """

    name: str
    algorithm: str = "sha256"
    diff_algorithm: str = "sha256"
    size: int | None = None
    key: str = ""
    hashed: bool = True


class Store(Protocol):
    """Named files. Names are relative and have forward slashes, as in an OCI layout or a docker-archive."""

    def document(self, name: str, limit: int) -> bytes:
        """The whole of a small file. Raises SourceError when it is missing or larger than `limit` bytes."""

    def manifest(self, digest: str) -> bytes | None:
        """The manifest or index of that digest, None when it is not there. Nothing is verified yet."""

    def scan(self, blobs: Sequence[Blob], wanted: Wanted) -> list[Scan]:
        """Reads layers, each name once. Raises SourceError for the first that cannot be read."""

    def content(self, blob: Blob, scan: Scan, offset: int, size: int) -> bytes:
        """Reads from the tar of a layer again."""


class Files(Store, Protocol):
    """A store that can be asked what is in it, in other words, one that is not a registry."""

    def has(self, name: str) -> bool:
        """Whether there is such a file."""


class Layout(ABC):
    """What all files with the names of an OCI layout have in common: a manifest is one of the blobs."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """See Files."""

    @abstractmethod
    def document(self, name: str, limit: int) -> bytes:
        """See Store."""

    def manifest(self, digest: str) -> bytes | None:
        """See Store."""
        name = blob_name(digest)
        return self.document(name, DOCUMENT_LIMIT) if self.has(name) else None


class _Watched(Protocol):
    def __call__(self, parts: Iterable[S]) -> Iterator[S]:
        """The same parts, as long as nobody says stop, and counted."""


class ParallelStore(ABC):
    """What stores have in common whose layers can be read at any time, several at once."""

    reading = "reading layers"

    def __init__(self, jobs: int | None, meter: Meter) -> None:
        # One more than can work at a time: a thread waits for its digests, and the last one alone keeps no two busy.
        self._jobs = jobs or (os.cpu_count() or 1) + 1
        self._meter = meter
        self._again: dict[str, Again] = {}
        self._room = Room()

    @abstractmethod
    def size(self, blob: Blob) -> int:
        """How many bytes there are to read. Raises SourceError when a layer is missing."""

    @abstractmethod
    def chunks(self, blob: Blob, start: int = 0) -> Iterator[bytes]:
        """The bytes of a layer from `start` on. Raises SourceError when it is missing."""

    def scan(self, blobs: Sequence[Blob], wanted: Wanted) -> list[Scan]:
        """See Store. The largest go first, so that the last to finish is a small one."""
        sizes = {blob: self.size(blob) for blob in blobs}
        keep = KEEP_LIMIT // max(1, len(sizes))
        self._meter.start(self.reading, sum(sizes.values()))

        def read(blob: Blob, stop: Event) -> Scan:
            def watched(parts: Iterable[S]) -> Iterator[S]:
                return _until(stop, self._meter.counted(parts))

            try:
                return self.scan_layer(blob, watched, wanted, keep)
            except SourceError as error:
                raise layer_error(blob, error) from error

        largest_first = sorted(sizes, key=lambda blob: -sizes[blob])
        scans = dict(zip(largest_first, in_threads(read, largest_first, self._jobs), strict=True))
        return [scans[blob] for blob in blobs]

    def scan_layer(self, blob: Blob, watched: _Watched, wanted: Wanted, keep: int) -> Scan:
        """Reads one layer, its bytes through `watched`. Raises SourceError when it cannot be read."""
        return scan(watched(self.chunks(blob)), wanted, keep, blob.algorithm, blob.diff_algorithm)

    def content(self, blob: Blob, scan: Scan, offset: int, size: int) -> bytes:
        """See Store."""
        if scan.compression == NONE:
            return Rereader(lambda: self.chunks(blob, offset)).read(0, size)
        if blob.name not in self._again:
            self._again[blob.name] = Again(lambda: files_of(blob.name, self.chunks(blob)), self._room)
        return self._again[blob.name].read(blob.name, scan.index, offset, size)


class DiskStore(ParallelStore, Layout):
    """What a folder and a tar on disk have in common: every file is a stretch of one that is open."""

    def has(self, name: str) -> bool:
        """See Files."""
        return self._extent(name) is not None

    def document(self, name: str, limit: int) -> bytes:
        """See Store."""
        extent = self._found(name)
        check_size(name, extent[2], limit)
        return b"".join(FileChunks(*extent))

    def size(self, blob: Blob) -> int:
        """See ParallelStore."""
        return self._found(blob.name)[2]

    def chunks(self, blob: Blob, start: int = 0) -> FileChunks:
        """See ParallelStore."""
        chunks = FileChunks(*self._found(blob.name))
        chunks.skip(start)
        return chunks

    def _found(self, name: str) -> tuple[int, int, int]:
        extent = self._extent(name)
        if extent is None:
            raise SourceError(f"{printable(name)} is missing")
        return extent

    @abstractmethod
    def _extent(self, name: str) -> tuple[int, int, int] | None:
        """Descriptor, start and size of a file, None when there is none."""


class FolderStore(DiskStore):
    """An OCI layout folder."""

    def __init__(self, folder: Path, stack: ExitStack, jobs: int | None, meter: Meter) -> None:
        super().__init__(jobs, meter)
        self._folder = folder
        self._stack = stack
        self._open: dict[str, int] = {}

    def _extent(self, name: str) -> tuple[int, int, int] | None:
        path = self._folder / name
        if name not in self._open:
            try:
                if not path.exists():
                    return None
                self._open[name] = open_file(path, self._stack)
            except OSError as error:
                raise SourceError(f"{printable(name)}: {reason(error)}") from error
            except SourceError as error:
                raise SourceError(f"{printable(name)}: {error}") from error
        descriptor = self._open[name]
        return descriptor, 0, os.fstat(descriptor).st_size


class ArchiveStore(DiskStore):
    """A tar on disk, uncompressed: its headers are read, its content only where somebody asks."""

    def __init__(self, descriptor: int, jobs: int | None, meter: Meter) -> None:
        super().__init__(jobs, meter)
        self._descriptor = descriptor
        self._skimming = Lock()
        self._members = Members()
        for member in TarReader(stretch=FileStretch(descriptor, 0, os.fstat(descriptor).st_size)).members():
            self._members.add(member)

    def scan_layer(self, blob: Blob, watched: _Watched, wanted: Wanted, keep: int) -> Scan:
        """See ParallelStore."""
        extent = self._found(blob.name)
        if blob.hashed or not starts_tar(next(FileChunks(*extent, chunk=BLOCK), b"")):
            return super().scan_layer(blob, watched, wanted, keep)
        with self._skimming:  # next to nothing is done without the interpreter's lock, which threads would fight over
            return skim(FileStretch(*extent, watched), wanted, keep)

    def _extent(self, name: str) -> tuple[int, int, int] | None:
        member = self._members.find(name)
        return None if member is None else (self._descriptor, member.offset, member.size)


class Members:
    """The files of a tar by normalised path. The last of a name wins; links are followed inside the tar only."""

    def __init__(self) -> None:
        self._files: dict[str, Member] = {}

    def add(self, member: Member) -> str:
        """Returns the member's path. Raises SourceError when there are too many."""
        path = absolute(member.name)
        if member.type in (REGULAR, HARD_LINK, SYMLINK) and member.sparse is None:
            self._files[path] = member
        if len(self._files) > MEMBER_LIMIT:
            raise SourceError(f"an archive of more than {MEMBER_LIMIT} files")
        return path

    def find(self, name: str) -> Member | None:
        """The regular file of that name, through links (`docker save` before 25 links layers that repeat)."""
        path = absolute(name)
        for _ in range(_MAX_LINKS):
            member = self._files.get(path)
            if member is None or member.type == REGULAR:
                return member
            relative = member.type == SYMLINK and not member.link.startswith("/")
            path = absolute(f"{path.rpartition('/')[0]}/{member.link}" if relative else member.link)
        return None


def blob_name(digest: str) -> str:
    """Where an OCI layout keeps a blob. The schemas let only sha256 and sha512 with hexadecimal digits come here."""
    algorithm, _, encoded = digest.partition(":")
    return f"blobs/{algorithm}/{encoded}"


def blob_digest(name: str) -> str:
    """The digest of the blob that `blob_name` gave this name."""
    return name.removeprefix("blobs/").replace("/", ":")


def check_size(name: str, size: int, limit: int) -> None:
    """Raises SourceError when a document is too large to be one."""
    if size > limit:
        raise SourceError(f"{printable(name)} has {size} bytes, more than the {limit} that such a document may have")


def layer_error(blob: Blob, error: SourceError) -> SourceError:
    """`error` with the name of the layer that it is about."""
    return SourceError(f"layer {printable(blob.name)}: {error}")


def _until(stop: Event, parts: Iterable[S]) -> Iterator[S]:
    """The parts until somebody says stop: a thread cannot be ended from outside."""
    for part in parts:
        if stop.is_set():
            raise SourceError("not read to its end, since another layer failed")
        yield part
