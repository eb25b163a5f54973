"""gzip and zstd streams, told apart by their first bytes, whatever anybody says that they are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping

from isal import igzip_lib

from lambda_lint.annotations import Protocol, cast
from lambda_lint.errors import SourceError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP = "gzip"
ZSTD = "zstd"
NONE = "none"

# One step of output. It bounds what a decompression bomb can take at a time, and what is so small is still in the
# processor's cache when it is hashed and looked through.
STEP = 1 << 17


def compression(start: bytes) -> str:
    """What a stream that starts with these bytes (4 at least) is: GZIP, ZSTD or NONE."""
    if start[:2] == b"\x1f\x8b":
        return GZIP
    # RFC 8878: a frame, or a skippable frame (zstd:chunked and pzstd write some).
    if start[:4] == b"\x28\xb5\x2f\xfd" or (start[1:4] == b"\x2a\x4d\x18" and start[0] & 0xF0 == 0x50):
        return ZSTD
    return NONE


def decompressed(chunks: Iterator[bytes]) -> tuple[str, Iterator[bytes]]:
    """What the stream is, and its bytes without the compression.

    All members of a gzip file and all frames of a zstd file are read (eStargz and zstd:chunked consist of many).
    Iterating raises SourceError when the stream is corrupt or ends too early.
    """
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= 4:
            break
    kind = compression(start)
    stream = _resumed(start, chunks)
    return kind, stream if kind == NONE else _unpacked(kind, stream)


def _resumed(start: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if start:
        yield start
    yield from chunks


class _Decompressor(Protocol):
    """Of one member or frame. One that does not need input has more to give of what it was given before."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def _gzip_member() -> _Decompressor:
    member: _Decompressor = igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_GZIP)
    return member


_DECOMPRESSORS: Mapping[str, tuple[Callable[[], _Decompressor], type[Exception]]] = {
    GZIP: (_gzip_member, cast("type[Exception]", igzip_lib.IsalError)),
    ZSTD: (zstd.ZstdDecompressor, zstd.ZstdError),
}


def _unpacked(kind: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    begin, broken = _DECOMPRESSORS[kind]
    part: _Decompressor | None = None
    first = True
    for data in chunks:
        while data or (part is not None and not part.needs_input):
            if part is None:
                # gzip(1) takes zeros after the last member for padding, tar files on tape have them.
                if kind == GZIP and not first:
                    data = data.lstrip(b"\0")
                    if not data:
                        break
                part, first = begin(), False
            try:
                output = part.decompress(data, STEP)
            except broken as error:
                raise SourceError(f"corrupt {kind} data ({error})") from error
            if output:
                yield output
            data = b""
            if part.eof:
                data = part.unused_data
                part = None
    if part is not None:
        raise SourceError(f"truncated {kind} data")
