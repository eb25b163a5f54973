"""gzip and zstd streams, told apart by their first bytes, whatever anybody says that they are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Protocol

from isal import isal_zlib

from lambda_lint.errors import SourceError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP = "gzip"
ZSTD = "zstd"
NONE = "none"

# One step of output. It bounds what a decompression bomb can take at a time.
STEP = 1 << 20


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
    if kind == GZIP:
        return kind, _gunzip(stream)
    if kind == ZSTD:
        return kind, _unzstd(stream)
    return kind, stream


def _resumed(start: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if start:
        yield start
    yield from chunks


class _Inflate(Protocol):
    eof: bool
    unused_data: bytes
    unconsumed_tail: bytes

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def _gunzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    member: _Inflate | None = None
    first = True
    for data in chunks:
        while data:
            if member is None:
                # gzip(1) takes zeros after the last member for padding, tar files on tape have them.
                data = data if first else data.lstrip(b"\0")
                if not data:
                    break
                member, first = isal_zlib.decompressobj(wbits=31), False
            try:
                output = member.decompress(data, STEP)
            except isal_zlib.error as error:  # type: ignore[misc]  # isal's stub takes the class for an instance
                raise SourceError(f"corrupt gzip data ({error})") from error
            if output:
                yield output
            data = member.unconsumed_tail
            if member.eof:
                data = member.unused_data
                member = None
    if member is not None:
        raise SourceError("truncated gzip data")


def _unzstd(chunks: Iterator[bytes]) -> Iterator[bytes]:
    frame: zstd.ZstdDecompressor | None = None
    for data in chunks:
        while data or (frame is not None and not frame.needs_input):
            frame = frame or zstd.ZstdDecompressor()
            try:
                output = frame.decompress(data, STEP)
            except zstd.ZstdError as error:
                raise SourceError(f"corrupt zstd data ({error})") from error
            if output:
                yield output
            data = b""
            if frame.eof:
                data = frame.unused_data
                frame = None
    if frame is not None:
        raise SourceError("truncated zstd data")
