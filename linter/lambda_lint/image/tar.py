"""A tar reader for one thing only: to walk the headers of a stream as fast as Python can, without trusting it.

The formats are described in POSIX pax(1) and in GNU tar's manual ("Basic Tar Format", "Storing Sparse Files").
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple  # noqa: TID251  # no Dockerfile comes here

from isal.isal_zlib import adler32

from lambda_lint.annotations import Protocol
from lambda_lint.errors import SourceError, printable
from lambda_lint.image.entries import (
    BLOCK_DEVICE,
    CHARACTER_DEVICE,
    DIRECTORY,
    FIFO,
    HARD_LINK,
    REGULAR,
    SYMLINK,
    Owner,
    Pieces,
)

BLOCK = 512
_ZEROS = bytes(BLOCK)

# name, mode + uid + gid, size and what ends it, checksum, type, magic + version, start of the prefix
_HEADER = struct.Struct("100s24s11sc12x8sc100x8s80xc166x")
_POSIX = b"ustar\x0000"

# Those that nearly all members are of.
_COMMON = {letter.encode(): letter for letter in (REGULAR, HARD_LINK, SYMLINK, DIRECTORY)}
_WITHOUT_CONTENT = frozenset((HARD_LINK, SYMLINK, CHARACTER_DEVICE, BLOCK_DEVICE, DIRECTORY, FIFO))
_LINKS = frozenset((HARD_LINK, SYMLINK))
_EXTENSIONS = frozenset("xgLKX")
# What Go's archive/tar allows for one extended header, and so every container engine.
_EXTENSION_LIMIT = 1 << 20
# A file of 8 EiB is nobody's; the bound keeps sizes and offsets in 64 bits.
_SIZE_LIMIT = 1 << 62
_MOST_SUMS = 1 << 14
# To read so much at once takes as long as asking the system for a block ten times, which is as many headers as there
# would be to ask for where files are nearer to each other than this.
_AHEAD = 1 << 16
_NEAR = 1 << 12


class Member(NamedTuple):
    """One member of a tar.

    `name` and `link` are as written, pax and GNU extensions applied. `type` is a constant of lambda_lint.image.entries,
    or whatever else the tar says. `size` is the file's, `stored` what it takes in the tar from `offset` on: less than
    `size` for a sparse file, whose pieces `sparse` lists as (offset in the file, length).
    """

    name: str
    type: str
    owner: Owner
    size: int
    offset: int
    stored: int
    link: str = ""
    sparse: Pieces | None = None


Row = tuple[str, str, Owner, int, int, int, str, Pieces | None]
"""The fields of a `Member`."""

# Twice as fast as the constructor.
_member: Callable[[Row], Member] = partial(tuple.__new__, Member)


class Stretch(Protocol):
    """Bytes that can be read anywhere, so that what is of no interest need not be."""

    @property
    def size(self) -> int:
        """How many there are."""

    def at(self, place: int, most: int) -> bytes:
        """Up to `most` of them from a place on, b"" at the end. Every place lies behind the one before."""


class TarReader:
    """Walks a tar that comes in chunks, or lies on a stretch.

    Iterate `members` once; content can be taken between two of them.
    """

    def __init__(self, chunks: Iterable[bytes] = (), stretch: Stretch | None = None) -> None:
        self._chunks = iter(chunks)
        self._stretch = stretch
        self._buffer = b""
        self._origin = 0  # where the buffer starts in the stream
        self._whole = -BLOCK  # where the last whole block of the buffer starts
        self._content = 0  # where the content of the current member goes on
        self._end = 0  # where it ends
        self._next = 0  # where the next header starts
        self._globals: dict[str, str] = {}

    def members(self) -> Iterator[Member]:
        """The members in their order. Raises SourceError when the tar is corrupt or ends inside a member.

        A zero block ends it, and so does the end of the stream in place of a header.
        """
        return map(_member, self.rows())

    def rows(self) -> Iterator[Row]:
        """As `members`, but plain tuples: to make the others takes a third of the time."""
        unpack, owners, sums = _HEADER.unpack, _Owners(), _Sums()
        while True:
            # Most headers are plain ones. What is unusual in any way takes the long way, where nothing is inlined.
            start = self._next
            if start <= self._whole:
                position = start - self._origin
                block = self._buffer[position : position + BLOCK]
            else:
                following = self._block(start, "header")
                if following is None:
                    return
                block = following
            raw_name, raw_owner, raw_size, size_end, checksum, letter, magic, prefix = unpack(block)
            if adler32(block) & 0xFFFF != sums[checksum] and not _sound(block):
                if block == _ZEROS:
                    return
                raise SourceError(f"not a tar header at byte {start}")
            kind = _COMMON.get(letter)
            name = raw_name.partition(b"\0")[0]
            if prefix != b"\0" and magic == _POSIX:
                name = block[345:500].partition(b"\0")[0] + b"/" + name
            size = 0
            link = ""
            try:
                text = name.decode()
                if kind == REGULAR:
                    size = int(raw_size, 8) if size_end == b"\0" or size_end == b" " else -1
                elif kind in _LINKS:
                    link = _text(block[157:257])
            except ValueError:
                size = -1
            if kind is None or size < 0 or self._globals:
                member = self._described(block)
                if member is None:
                    return
                yield member
                continue
            self._content = offset = start + BLOCK
            self._end = offset + size
            self._next = offset + (size + 511 & -512)
            yield text, kind, owners[raw_owner], size, offset, size, link, None

    def content(self) -> Iterator[bytes]:
        """What is left of the current member's stored bytes, in chunks."""
        while self._content < self._end:
            yield self._take(self._end - self._content)

    def read(self, size: int) -> bytes:
        """The next `size` stored bytes of the current member, fewer at its end."""
        wanted = min(size, self._end - self._content)
        pieces = []
        while wanted > 0:
            piece = self._take(wanted)
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def drain(self) -> int:
        """Goes to the very end of the stream. Returns its length in bytes."""
        if self._stretch is not None:
            return self._stretch.size
        length = self._origin + len(self._buffer)
        self._fill(b"", length)
        for chunk in self._chunks:
            length += len(chunk)
        self._origin = length
        return length

    def _take(self, most: int) -> bytes:
        position = self._content - self._origin
        if position >= len(self._buffer):
            if not self._advance(self._content, most):
                raise self._truncated("member")
            position = self._content - self._origin
        piece = self._buffer[position : position + most]
        self._content += len(piece)
        return piece

    def _block(self, start: int, what: str) -> bytes | None:
        """The block at `start`. None when the stream ends in place of a header."""
        beyond = self._stretch is not None and start >= self._whole + BLOCK
        if beyond and self._advance(start, BLOCK) and len(self._buffer) == BLOCK:
            return self._buffer
        position = start - self._origin
        block = self._buffer[position : position + BLOCK]
        while len(block) < BLOCK:
            if not self._advance(start + len(block), BLOCK):
                # Some writers leave out the padding of the last member.
                if not block and what == "header" and self._origin >= self._end:
                    return None
                raise self._truncated(what)
            position = start + len(block) - self._origin
            block += self._buffer[position : position + BLOCK - len(block)]
        return block

    def _advance(self, place: int, most: int) -> bool:
        """Makes the buffer one with the byte at `place`, which is behind it. False when the stream ends first.

        Where it can choose, it reads `most` bytes, or on where members are so small that the next ones will be there.
        """
        end = self._whole + BLOCK
        if self._stretch is not None:
            self._buffer = buffer = self._stretch.at(place, most if place - end > _NEAR else _AHEAD)
            self._origin = place if buffer else min(place, self._stretch.size)
            self._whole = place + len(buffer) - BLOCK
            return buffer != b""
        for chunk in self._chunks:
            if end + len(chunk) > place:
                self._fill(chunk, end)
                return True
            end += len(chunk)
        self._fill(b"", end)
        return False

    def _fill(self, buffer: bytes, origin: int) -> None:
        self._buffer, self._origin = buffer, origin
        self._whole = origin + len(buffer) - BLOCK

    def _truncated(self, what: str) -> SourceError:
        end = self._origin
        return SourceError(f"truncated, the tar ends at byte {end} inside a {'member' if end < self._end else what}")

    # Everything below is off the path that most members take.

    def _described(self, block: bytes) -> Member | None:
        """The member of a header, or of the one that follows extended headers. None when the tar ends first."""
        local: dict[str, str] = {}
        pieces: list[tuple[int, int]] = []
        kind = _kind(block)
        while kind in _EXTENSIONS:
            data = self._extension(block)
            if kind == "g":
                self._globals.update(_records(data, []))
            elif kind == "L":
                local.setdefault("path", _text(data))
            elif kind == "K":
                local.setdefault("linkpath", _text(data))
            else:
                local = _records(data, pieces) | local
            following = self._block(self._next, "header")
            if following is None:
                raise SourceError("truncated tar: an extended header is its last member")
            block = following
            if not _sound(block):
                if block == _ZEROS and kind == "g":
                    return None
                raise SourceError(f"not a tar header at byte {self._next}")
            kind = _kind(block)
        return self._with(self._globals | local, pieces, block, kind)

    def _extension(self, block: bytes) -> bytes:
        size = _size(block[124:136])
        if size > _EXTENSION_LIMIT:
            raise SourceError(f"an extended tar header of {size} bytes at byte {self._next}")
        self._enter(size)
        return self.read(size)

    def _enter(self, size: int) -> None:
        self._content = self._next + BLOCK
        self._end = self._content + size
        self._next = self._content + (size + 511 & -512)

    def _with(self, extended: dict[str, str], pieces: list[tuple[int, int]], block: bytes, kind: str) -> Member:
        name = _text(block[:100])
        if block[257:265] == _POSIX and block[345]:
            name = f"{_text(block[345:500])}/{name}"
        name = extended.get("GNU.sparse.name", extended.get("path", name))
        link = extended.get("linkpath", _text(block[157:257])) if kind in _LINKS else ""
        mode, uid, gid = _owner(block[100:124])
        owner = Owner(mode, _decimal(extended, "uid", uid), _decimal(extended, "gid", gid))
        stored = 0 if kind in _WITHOUT_CONTENT else _decimal(extended, "size", _size(block[124:136]))
        self._enter(stored)
        size, sparse = stored, None
        if kind == "S":
            size, sparse = self._gnu_sparse(block)
            kind = REGULAR
        elif kind not in _WITHOUT_CONTENT:
            kind = _normal(kind, name.encode("utf-8", "surrogateescape"))
            size, sparse = self._pax_sparse(extended, pieces, stored)
        offset = self._content
        if sparse is not None:
            _check_sparse(sparse, size, self._end - offset)
        return Member(name, kind, owner, size, offset, self._end - offset, link, sparse)

    def _gnu_sparse(self, block: bytes) -> tuple[int, Pieces]:
        size = _size(block[483:495])
        stored = self._end - self._content
        fields, more = block[386:482], block[482]
        pieces = _sparse_fields(fields)
        while more:
            # Continuation blocks lie between the header and the content, and do not count as content.
            extra = self._block(self._content, "sparse map")
            if extra is None:
                raise SourceError("truncated tar: a sparse map is its last block")
            pieces += _sparse_fields(extra[:504])
            more = extra[504]
            self._content += BLOCK
            if len(pieces) > _EXTENSION_LIMIT // 24:
                raise SourceError("a sparse member with too many pieces")
        self._end = self._content + stored
        self._next = self._content + (stored + 511 & -512)
        return size, tuple(pieces)

    def _pax_sparse(
        self, extended: dict[str, str], pieces: list[tuple[int, int]], stored: int
    ) -> tuple[int, Pieces | None]:
        if extended.get("GNU.sparse.major") == "1":
            return _decimal(extended, "GNU.sparse.realsize", stored), self._sparse_map()
        if "GNU.sparse.map" in extended:
            numbers = [_digits(number) for number in extended["GNU.sparse.map"].split(",") if number]
            return _decimal(extended, "GNU.sparse.size", stored), tuple(zip(numbers[::2], numbers[1::2], strict=False))
        if "GNU.sparse.size" in extended:
            return _decimal(extended, "GNU.sparse.size", stored), tuple(pieces)
        return stored, None

    def _sparse_map(self) -> Pieces:
        """The map that format 1.0 puts before the content: numbers on lines, padded to whole blocks."""
        data = self.read(BLOCK)
        numbers: list[int] = []
        while True:
            lines = data.split(b"\n")
            if len(lines) > 1 and len(lines) - 1 >= 1 + 2 * _digits(lines[0].decode("latin-1")):
                count = 2 * _digits(lines[0].decode("latin-1"))
                numbers = [_digits(line.decode("latin-1")) for line in lines[1 : 1 + count]]
                return tuple(zip(numbers[::2], numbers[1::2], strict=True))
            more = self.read(BLOCK)
            if not more or len(data) > _EXTENSION_LIMIT:
                raise SourceError("a sparse member with a broken map")
            data += more


def starts_tar(start: bytes) -> bool:
    """Whether a stream that starts with these bytes (a block at least) is a tar. The tar of nothing is zeros."""
    block = start[:BLOCK]
    return block == _ZEROS or (len(block) == BLOCK and _sound(block))


def _sound(block: bytes) -> bool:
    """Whether the checksum of a header holds. Some old writers summed signed bytes."""
    checksum = block[148:156]
    if adler32(block) & 0xFFFF == _adler(checksum):
        return True
    signed = sum(byte - 256 if byte > 127 else byte for byte in block[:148] + block[156:])
    return signed + 256 == _checksum(checksum)


class _Sums(dict[bytes, int]):
    """Some thousand of `_adler`, of which a layer's headers have few different ones."""

    def __missing__(self, checksum: bytes) -> int:
        if len(self) >= _MOST_SUMS:
            self.clear()
        adler = self[checksum] = _adler(checksum)
        return adler


def _adler(checksum: bytes) -> int:
    """The low half of the Adler-32 of a header with this checksum, -1 when that is no number.

    It is 1 + the sum of the bytes, modulo 65521: the sum in C, without a step for each byte.
    """
    expected = _checksum(checksum)
    # The checksum counts itself as spaces.
    return -1 if expected is None else (1 + expected - 8 * 32 + sum(checksum)) % 65521


def _checksum(field: bytes) -> int | None:
    try:
        return int(field.partition(b"\0")[0], 8)
    except ValueError:
        return None


class _Owners(dict[bytes, Owner]):
    """Each owner once, by its fields."""

    def __missing__(self, fields: bytes) -> Owner:
        owner = self[fields] = _owner(fields)
        return owner


def _kind(block: bytes) -> str:
    return block[156:157].decode("latin-1")


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _number(field: bytes) -> int:
    """An octal number, or GNU's base 256 for what does not fit."""
    try:
        number = int(field.partition(b"\0")[0] or b"0", 8)
    except ValueError:
        if field[0] in (0x80, 0xFF):
            number = int.from_bytes(field[1:], "big") - (256 ** (len(field) - 1) if field[0] == 0xFF else 0)
        elif not field.strip(b" \0"):
            number = 0
        else:
            raise SourceError(f"not a number in a tar header: {printable(ascii(field))}") from None
    return number


def _size(field: bytes) -> int:
    number = _number(field)
    if not 0 <= number < _SIZE_LIMIT:
        raise SourceError(f"a size out of range in a tar header: {number}")
    return number


def _owner(fields: bytes) -> Owner:
    # An owner of -2 is what chown(2) makes of it: a 32-bit number.
    return Owner(_number(fields[:8]) & 0o7777, _number(fields[8:16]) & 0xFFFFFFFF, _number(fields[16:]) & 0xFFFFFFFF)


def _normal(kind: str, name: bytes) -> str:
    """The type of a member that has content: old tars mark a directory by its name only."""
    if kind == "\0":
        return DIRECTORY if name.endswith(b"/") else REGULAR
    return REGULAR if kind == "7" else kind


def _digits(text: str) -> int:
    # Not int() alone: that takes signs, underscores and any length.
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise SourceError(f"not a number in an extended tar header: {printable(ascii(text), 40)}")
    return int(text)


def _decimal(extended: dict[str, str], key: str, otherwise: int) -> int:
    return _digits(extended[key]) if key in extended else otherwise


def _records(data: bytes, pieces: list[tuple[int, int]]) -> dict[str, str]:
    """The records of a pax header. Those of a sparse map in format 0.0, which repeat, are added to `pieces`."""
    records: dict[str, str] = {}
    position = 0
    while position < len(data) and data[position]:
        space = data.find(b" ", position, position + 20)
        length = _digits(data[position:space].decode("latin-1")) if space > 0 else 0
        end = position + length
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if space < 0 or end > len(data) or end <= space + 1 or not equals or data[end - 1 : end] != b"\n":
            raise SourceError("a broken record in an extended tar header")
        name, text = key.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape")
        if "\0" in text and name in ("path", "linkpath", "GNU.sparse.name"):  # no system takes such a name
            raise SourceError("a name with a zero byte in an extended tar header")
        if name == "GNU.sparse.numbytes":
            pieces.append((_digits(records.get("GNU.sparse.offset", "0")), _digits(text)))
        records[name] = text
        position = end
    return records


def _sparse_fields(fields: bytes) -> list[tuple[int, int]]:
    pieces = []
    for start in range(0, len(fields), 24):
        if not fields[start]:
            break
        pieces.append((_size(fields[start : start + 12]), _size(fields[start + 12 : start + 24])))
    return pieces


def _check_sparse(pieces: Pieces, size: int, stored: int) -> None:
    end = 0
    for offset, length in pieces:
        if offset < end or offset + length > size:
            raise SourceError("a sparse member whose pieces overlap or lie outside of it")
        end = offset + length
    if sum(length for _, length in pieces) > stored:
        raise SourceError("a sparse member with less content than its map says")
