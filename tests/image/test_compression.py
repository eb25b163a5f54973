"""Compressed streams: every shape that builders write, and damage."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.images import compressed

from lambda_lint.errors import SourceError
from lambda_lint.image.compression import GZIP, NONE, STEP, ZSTD, decompressed

TEXT = b"the same text again and again " * 2000
SKIPPABLE = b"\x5a\x2a\x4d\x18\x04\x00\x00\x00skip"


def read(data: bytes, chunk: int = 1000) -> tuple[str, bytes]:
    kind, stream = decompressed(data[start : start + chunk] for start in range(0, len(data), chunk))
    return kind, b"".join(stream)


@pytest.mark.parametrize("chunk", [1, 3, 1000, 1 << 20])
@pytest.mark.parametrize(
    ("data", "kind", "expected"),
    [
        pytest.param(compressed(TEXT, "gzip"), GZIP, TEXT, id="gzip"),
        pytest.param(compressed(TEXT, "gzip") * 3, GZIP, TEXT * 3, id="gzip of several members, as eStargz is"),
        pytest.param(compressed(b"", "gzip"), GZIP, b"", id="gzip of nothing"),
        pytest.param(compressed(TEXT, "gzip") + bytes(700), GZIP, TEXT, id="gzip padded with zeros"),
        pytest.param(compressed(TEXT, "zstd"), ZSTD, TEXT, id="zstd"),
        pytest.param(compressed(TEXT, "zstd") * 3, ZSTD, TEXT * 3, id="zstd of several frames"),
        pytest.param(
            SKIPPABLE + compressed(TEXT, "zstd") + SKIPPABLE + compressed(b"end", "zstd") + SKIPPABLE,
            ZSTD,
            TEXT + b"end",
            id="zstd with skippable frames, as zstd:chunked is",
        ),
        pytest.param(TEXT, NONE, TEXT, id="no compression"),
        pytest.param(b"ab", NONE, b"ab", id="too short to be anything"),
        pytest.param(b"", NONE, b"", id="nothing"),
    ],
)
def test_a_stream_is_what_its_first_bytes_say(data: bytes, kind: str, expected: bytes, chunk: int) -> None:
    assert read(data, chunk) == (kind, expected)


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_bomb_comes_in_small_pieces(kind: str) -> None:
    _, stream = decompressed(iter([compressed(bytes(50 << 20), kind)]))
    sizes = [len(piece) for piece in stream]
    assert sum(sizes) == 50 << 20
    assert max(sizes) <= STEP


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(compressed(TEXT, "gzip")[:-1], "truncated gzip data", id="gzip cut off"),
        pytest.param(compressed(TEXT, "gzip") + b"tail" * 9, "corrupt gzip data", id="gzip with a tail"),
        pytest.param(compressed(TEXT, "gzip")[:-8] + bytes(8), "corrupt gzip data", id="gzip with a wrong checksum"),
        pytest.param(compressed(TEXT, "zstd")[:-1], "truncated zstd data", id="zstd cut off"),
        pytest.param(compressed(TEXT, "zstd") + b"tail" * 9, "corrupt zstd data", id="zstd with a tail"),
    ],
)
def test_damage_is_a_clear_error(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(data)


@given(st.lists(st.binary(max_size=2000), max_size=4), st.integers(1, 600), st.sampled_from(["gzip", "zstd"]))
def test_what_goes_in_comes_out(parts: list[bytes], chunk: int, kind: str) -> None:
    data = b"".join(compressed(part, kind) for part in parts)
    assert read(data, chunk)[1] == b"".join(parts)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_changed_byte_is_an_error_or_changes_nothing(content: bytes, data: st.DataObject) -> None:
    whole = bytearray(gzip.compress(content, mtime=0))
    place = data.draw(st.integers(10, len(whole) - 1))  # behind the header, whose fields nobody checks
    whole[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(SourceError):
        assert read(bytes(whole))[1] == content


def chunks_that_fail() -> Iterator[bytes]:
    yield compressed(TEXT, "gzip")[:100]
    raise SourceError("cannot be read")


def test_an_error_of_the_source_comes_through() -> None:
    _, stream = decompressed(chunks_that_fail())
    with pytest.raises(SourceError, match="cannot be read"):
        b"".join(stream)
