"""Content of layers that can only be read from their start, or those of a stream that holds them all.

To start again costs minutes where an engine exports an image, a download where a registry holds it, and the work of
decompressing it anywhere. So what is likely to be asked for is kept while it passes by.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from os import SEEK_END

from lambda_lint.errors import SourceError, printable
from lambda_lint.image.compression import decompressed
from lambda_lint.image.entries import REGULAR, LayerIndex
from lambda_lint.image.scan import absolute
from lambda_lint.image.tar import Member, TarReader

# What further looks at the layers of an image may keep in memory and on the disk, how large a file may be that nobody
# has asked for yet, and how large one whose neighbours nobody has asked for either.
_LIMIT = 128 << 20
_DISK_LIMIT = 2 << 30
_NEIGHBOUR_LIMIT = 16 << 20
_SMALL = 64 << 10
# How often an image may send a reader back to the start.
_TIMES = 3

LayerFiles = Iterator[tuple[str, Member, TarReader]]
"""Every file of every layer: the layer's name, the file, and the reader that stands at its content."""


def files_of(layer: str, chunks: Iterator[bytes]) -> LayerFiles:
    """Those of one layer, compressed or not."""
    reader = TarReader(decompressed(chunks)[1])
    return ((layer, file, reader) for file in reader.members() if file.type == REGULAR)


class Room:
    """Memory, and space on the disk, that is left, in bytes, for all who share it."""

    def __init__(self) -> None:
        self.left = _LIMIT
        self.disk = _DISK_LIMIT


class Again:
    """Content of the layers that `start` starts from the front.

    What lies in the same folder as a file that was asked for is likely to be asked for next. Where that was not enough
    the second time keeps all small files, as long as they leave half of the room. So whatever the order of the
    questions, there is hardly ever a third time. A file that is too large for the memory, as programs are that carry
    their runtime or their data, waits on the disk: who reads a program goes back and forth in it.
    """

    def __init__(self, start: Callable[[], LayerFiles], room: Room) -> None:
        self._start = start
        self._files: LayerFiles = iter(())
        self._times = 0
        self._folders: set[str] = set()
        self._kept: dict[tuple[str, int], bytes] = {}
        self._room = room
        self._disk: _Disk | None = None
        self._on_disk: dict[tuple[str, int], int] = {}  # where each one starts there
        # A file for which there is no room anywhere, read as it passes by.
        self._passing: tuple[tuple[str, int], Rereader] | None = None

    def read(self, layer: str, index: LayerIndex, offset: int, size: int) -> bytes:
        """Up to `size` bytes of the layer's tar from `offset` on, which lies in one of its files."""
        row = bisect_right(index.offsets, offset) - 1
        start = index.offsets[row]
        place = layer, start
        self._folders.add(_folder(index.paths[row]))
        stored = sum(length for _, length in index.sparse[row]) if row in index.sparse else index.sizes[row]
        if place not in self._kept and place not in self._on_disk:
            if stored <= self._room.left:
                self._keep(place, self._whole(place))
            elif not self._put_aside(place, stored):
                return self._in_passing(place).read(offset - start, size)
        if place in self._on_disk and self._disk is not None:
            rest = max(0, start + stored - offset)
            return self._disk.read(self._on_disk[place] + offset - start, min(size, rest))
        return self._kept[place][offset - start :][:size]

    def _whole(self, place: tuple[str, int]) -> bytes:
        self._passing = None
        return b"".join(self._content(place))

    def _put_aside(self, place: tuple[str, int], stored: int) -> bool:
        """Put a file on the disk. False when there is no room for it."""
        if stored > self._room.disk:
            return False
        self._passing = None
        try:
            self._disk = self._disk or _Disk()
            self._on_disk[place] = self._disk.add(self._content(place))
        except OSError:
            self._room.disk = 0  # a full or a read-only disk does not change while we look
            return False
        self._room.disk -= stored
        return True

    def _in_passing(self, place: tuple[str, int]) -> Rereader:
        """A reader of a file that stays valid as long as nothing else is read."""
        if self._passing is None or self._passing[0] != place:
            self._passing = place, Rereader(lambda: self._content(place))
        return self._passing[1]

    def _content(self, place: tuple[str, int]) -> Iterator[bytes]:
        while True:
            for layer, file, reader in self._files:
                if (layer, file.offset) == place:
                    return reader.content()
                if (layer, file.offset) not in self._kept and self._likely(file):
                    self._keep((layer, file.offset), reader.read(file.stored))
            if self._times >= _TIMES:
                raise SourceError(f"layer {printable(place[0])} would have to be read more than {_TIMES + 1} times")
            self._times += 1
            self._files = self._start()

    def _keep(self, place: tuple[str, int], content: bytes) -> None:
        self._kept[place] = content
        self._room.left -= len(content)

    def _likely(self, file: Member) -> bool:
        if file.stored <= _SMALL and self._times > 1 and self._room.left > _LIMIT // 2:
            return True
        return file.stored <= min(_NEIGHBOUR_LIMIT, self._room.left) and _folder(absolute(file.name)) in self._folders


class _Disk:
    """A temporary file without a name, which is gone with the process, however that ends. Raises OSError."""

    def __init__(self) -> None:
        from tempfile import TemporaryFile  # which imports half a dozen modules, and few images need it

        self._file = TemporaryFile()  # noqa: SIM115  as long as the image is looked at

    def add(self, content: Iterator[bytes]) -> int:
        """Put content behind what is there, and tell where it starts."""
        start = self._file.seek(0, SEEK_END)
        for piece in content:
            self._file.write(piece)
        return start

    def read(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(size)


class Rereader:
    """Reads from a stream that only goes forward, and starts it again where it has to go back."""

    def __init__(self, start: Callable[[], Iterator[bytes]]) -> None:
        self._start = start
        self._chunks: Iterator[bytes] = iter(())
        self._chunk = b""
        self._origin = -1  # where the chunk starts in the stream, -1: not started

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset` on, fewer at the end of the stream."""
        if offset < self._origin or self._origin < 0:
            self._chunks, self._chunk, self._origin = self._start(), b"", 0
        pieces = []
        while size > 0:
            if offset >= self._origin + len(self._chunk):
                following = next(self._chunks, None)
                if following is None:
                    break
                self._origin += len(self._chunk)
                self._chunk = following
                continue
            piece = self._chunk[offset - self._origin :][:size]
            pieces.append(piece)
            offset, size = offset + len(piece), size - len(piece)
        return b"".join(pieces)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
