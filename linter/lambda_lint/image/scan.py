"""One pass over a layer: its digests, its entries, and the content that somebody asked for."""

from __future__ import annotations

import hashlib
import posixpath
from array import array
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread

from lambda_lint.errors import SourceError, printable
from lambda_lint.image.compression import NONE, decompressed
from lambda_lint.image.entries import HARD_LINK, REGULAR, WHITEOUT, LayerIndex, Owner, Pieces, Wanted
from lambda_lint.image.merge import MAX_PATHS
from lambda_lint.image.tar import Stretch, TarReader
from lambda_lint.values import Value

# Linux takes no longer path (PATH_MAX), so no engine can unpack one.
PATH_LIMIT = 4096
# What an image may keep in memory of its files' content. What goes beyond is read again when somebody asks for it.
KEEP_LIMIT = 64 << 20
# What is hashed at a time: less, and it is the handing over that takes the time. So many may wait for it.
_BATCH = 1 << 20
_BATCHES = 4


class Scan(Value, eq=False):
    """What the pass found. Sizes as in `Layer`; `kept` holds the start of files by row of `index`.

    `digest` and `diff_id` are "" where the pass was not over all bytes.
    """

    digest: str
    diff_id: str
    compression: str
    blob_size: int
    tar_size: int
    file_size: int
    index: LayerIndex
    kept: dict[int, bytes]


class Digester:
    """Hashes and counts the chunks that are drawn through it, to be iterated once.

    A thread of its own does the hashing, some megabytes behind: nobody needs the digest before the end, and hashlib
    works without the interpreter's lock.
    """

    def __init__(self, chunks: Iterator[bytes], algorithm: str) -> None:
        self._chunks = chunks
        self._algorithm = algorithm
        self._hash = hashlib.new(algorithm)
        self._thread: Thread | None = None
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        waiting: SimpleQueue[list[bytes]] = SimpleQueue()
        room: SimpleQueue[None] = SimpleQueue()
        for _ in range(_BATCHES):
            room.put(None)

        def work() -> None:
            while batch := waiting.get():
                for chunk in batch:
                    self._hash.update(chunk)
                room.put(None)

        self._thread = Thread(target=work, name="digest", daemon=True)
        self._thread.start()
        batch: list[bytes] = []
        size = 0
        try:
            for chunk in self._chunks:
                self.size += len(chunk)
                size += len(chunk)
                batch.append(chunk)
                if size >= _BATCH:
                    room.get()
                    waiting.put(batch)
                    batch, size = [], 0
                yield chunk
        finally:
            if batch:
                waiting.put(batch)
            waiting.put([])

    @property
    def digest(self) -> str:
        """In OCI's form, of all chunks, once they were drawn to the end."""
        if self._thread is not None:
            self._thread.join()
        return f"{self._algorithm}:{self._hash.hexdigest()}"


def scan(
    chunks: Iterator[bytes],
    wanted: Wanted,
    keep: int = KEEP_LIMIT,
    algorithm: str = "sha256",
    diff_algorithm: str = "sha256",
) -> Scan:
    """Reads a layer blob to its end and keeps up to `keep` bytes of its files' content.

    Raises SourceError when it is no tar (plain, gzip or zstd), or a damaged one.
    """
    blob = Digester(chunks, algorithm)
    compression, stream = decompressed(iter(blob))
    same = compression == NONE and algorithm == diff_algorithm
    tar = blob if same else Digester(stream, diff_algorithm)
    reader = TarReader(stream if same else iter(tar))
    index, kept, file_size = _entries(reader, wanted, keep)
    tar_size = reader.drain()
    return Scan(blob.digest, tar.digest, compression, blob.size, tar_size, file_size, index, kept)


def skim(stretch: Stretch, wanted: Wanted, keep: int = KEEP_LIMIT) -> Scan:
    """Reads the headers of a layer that is no more than a tar, and passes over what is not to be kept.

    Raises SourceError as `scan` does.
    """
    reader = TarReader(stretch=stretch)
    index, kept, file_size = _entries(reader, wanted, keep)
    tar_size = reader.drain()
    return Scan("", "", NONE, tar_size, tar_size, file_size, index, kept)


def _entries(reader: TarReader, wanted: Wanted, keep: int) -> tuple[LayerIndex, dict[int, bytes], int]:
    paths: list[str] = []
    types: list[str] = []
    owners: list[Owner] = []
    sizes, offsets = array("Q"), array("Q")
    links: dict[int, str] = {}
    sparse: dict[int, Pieces] = {}
    whiteouts: list[int] = []
    kept: dict[int, bytes] = {}
    file_size = 0
    for row, (name, kind, owner, size, offset, stored, link, pieces) in enumerate(reader.rows()):
        path = "/" + name
        # Most names are as they should be.
        if "/." in path or "//" in path or path[-1] == "/" or len(path) > PATH_LIMIT:
            path = absolute(name)
            if path.rpartition("/")[2].startswith(WHITEOUT):
                whiteouts.append(row)
        if kind == REGULAR:
            file_size += size
            # Most files are of no interest: one call decides that.
            most = wanted(path, owner.mode, size)
            if pieces is not None:
                sparse[row] = pieces
            elif most > 0 and 0 < (most := min(most, stored)) <= at_most(keep):
                kept[row] = reader.read(most)
                keep -= most
        elif link:
            links[row] = absolute(link) if kind == HARD_LINK else _short(link)
        elif kind == HARD_LINK:
            raise SourceError(f"a hard link without a target: {printable(path)}")
        paths.append(path)
        types.append(kind)
        owners.append(owner)
        sizes.append(size)
        offsets.append(offset)
        if row >= MAX_PATHS:
            raise SourceError(f"a layer with more than {MAX_PATHS} entries")
    index = LayerIndex(paths, "".join(types), owners, sizes, offsets, links, sparse, whiteouts)
    return index, kept, file_size


def at_most(keep: int) -> int:
    """What a file may take where `keep` bytes are left, so that however much comes first, a start script has room."""
    return keep * 3 // 4


def absolute(name: str) -> str:
    """A member's name as a path from the image's root, "" for the root itself. `..` goes nowhere above it."""
    if name.startswith("./"):
        name = name[2:]
    if name[-1:] == "/":
        name = name[:-1]
    if "//" in name or "/." in name or name[:1] in ("", ".", "/"):
        name = posixpath.normpath("//" + name).lstrip("/")
        return "/" + _short(name) if name else ""
    return "/" + _short(name)


def _short(path: str) -> str:
    if len(path) > PATH_LIMIT:
        raise SourceError(f"a path of {len(path)} characters, longer than Linux takes: {printable(path, 60)}")
    return path
