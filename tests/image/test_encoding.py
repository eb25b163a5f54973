"""A scan that was kept is the scan that was made."""

from __future__ import annotations

import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.images import Node, directory, everything, file, hard_link, layer, symlink

from lambda_lint.image.encoding import decode, encode
from lambda_lint.image.scan import Scan, scan

FILES = {
    "/bin": directory(0o755),
    "/bin/app": file("#!/bin/sh\n", 0o755, 10, 20),
    "/bin/link": symlink("app"),
    "/bin/hard": hard_link("/bin/app"),
    "/etc/.wh.passwd": "",
    "/etc/empty": "",
    "/na\udce9ve": b"\0\xff",
}


def columns(found: Scan) -> object:
    index = found.index
    return (
        (found.digest, found.diff_id, found.compression, found.blob_size, found.tar_size, found.file_size),
        list(index),
        list(index.offsets),
        dict(index.links),
        dict(index.sparse),
        list(index.whiteouts),
        found.kept,
    )


def test_every_column_comes_back() -> None:
    found = scan(iter([layer(FILES)]), everything)
    assert columns(decode(encode(found))) == columns(found)


def test_a_layer_of_nothing_comes_back() -> None:
    found = scan(iter([layer({})]), everything)
    assert columns(decode(encode(found))) == columns(found)


def test_pieces_of_sparse_files_come_back() -> None:
    pax = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9000"}
    sparse = Node(tarfile.REGTYPE, b"1\n4096\n3\n".ljust(512, b"\0") + b"abc", pax=pax)
    found = scan(iter([layer({"/s": sparse})]), everything)
    assert dict(found.index.sparse) == {0: ((4096, 3),)}
    assert columns(decode(encode(found))) == columns(found)


NAMES = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(st.dictionaries(NAMES, st.binary(max_size=40), max_size=8))
def test_any_layer_comes_back(files: dict[str, bytes]) -> None:
    found = scan(iter([layer({f"/{name}": content for name, content in files.items()})]), everything)
    assert columns(decode(encode(found))) == columns(found)


@pytest.mark.parametrize("data", [b"", b"{}", b"\x28\xb5\x2f\xfd", encode(scan(iter([layer({})]), everything))[:-9]])
def test_what_is_no_scan_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a kept layer"):
        decode(data)


@given(st.data())
def test_damage_is_refused_or_harmless(data: st.DataObject) -> None:
    good = bytearray(encode(scan(iter([layer(FILES)]), everything)))
    place = data.draw(st.integers(0, len(good) - 1))
    good[place] ^= data.draw(st.integers(1, 255))
    try:
        decode(bytes(good))
    except ValueError as error:
        assert str(error)  # noqa: PT017  # either is right, a crash is not
