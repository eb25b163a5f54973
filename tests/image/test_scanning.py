"""One pass over a layer: digests, sizes, and what is kept."""

from __future__ import annotations

import hashlib
import tarfile
import threading

import pytest
from support.images import Node, compressed, digest, directory, everything, file, hard_link, layer, nothing, symlink

from lambda_lint.errors import SourceError
from lambda_lint.image import scan as scan_module
from lambda_lint.image.scan import Digester, Scan, absolute, scan

FILES = {"/bin/app": file("#!/bin/sh\n", 0o755), "/etc/data": "x" * 700, "/s": symlink("etc"), "/h": hard_link("/s")}


def scanned(data: bytes, **how: str) -> Scan:
    return scan(iter([data[:100], data[100:]]), nothing, **how)


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
def test_digests_and_sizes_are_of_the_blob_and_of_its_tar(compression: str) -> None:
    tar = layer(FILES)
    blob = compressed(tar, compression)
    found = scanned(blob)
    assert (found.digest, found.diff_id, found.compression) == (digest(blob), digest(tar), compression)
    assert (found.blob_size, found.tar_size, found.file_size) == (len(blob), len(tar), 710)
    assert len(found.index) == 6


def test_what_comes_after_the_end_of_the_tar_counts_for_its_digest() -> None:
    tar = layer(FILES) + b"more than a tar should have" * 1000
    assert (scanned(tar).diff_id, scanned(tar).tar_size) == (digest(tar), len(tar))


@pytest.mark.parametrize("sizes", [[], [0], [1, 0, 1], [1 << 17] * 70, [(5 << 20) + 3, 1, 9 << 20], [1000] * 5000])
def test_a_digest_is_that_of_all_chunks_however_many_there_are(sizes: list[int]) -> None:
    chunks = [bytes([number % 251]) * size for number, size in enumerate(sizes)]
    digester = Digester(iter(chunks), "sha256")
    assert list(digester) == chunks
    assert (digester.digest, digester.size) == (digest(b"".join(chunks)), sum(sizes))


def test_nothing_is_left_running_where_a_layer_is_not_read_to_its_end() -> None:
    before = set(threading.enumerate())
    drawn = iter(Digester(iter([bytes(2 << 20)] * 100), "sha256"))
    next(drawn)
    (thread,) = set(threading.enumerate()) - before
    del drawn
    thread.join(10)
    assert not thread.is_alive()


def test_other_algorithms_can_be_asked_for() -> None:
    tar = layer(FILES)
    found = scanned(tar, algorithm="sha512", diff_algorithm="sha256")
    assert (found.digest, found.diff_id) == ("sha512:" + hashlib.sha512(tar).hexdigest(), digest(tar))


def test_only_what_is_wanted_is_kept() -> None:
    asked = []

    def wanted(path: str, mode: int, size: int) -> int:
        asked.append((path, mode, size))
        return 5 if path == "/bin/app" else 0

    found = scan(iter([layer(FILES)]), wanted)
    assert list(found.kept.values()) == [b"#!/bi"]
    assert asked == [("/bin/app", 0o755, 10), ("/etc/data", 0o644, 700)]


def test_no_file_takes_the_room_of_those_that_come_after_it() -> None:
    found = scan(iter([layer({"/a": "a" * 600, "/b": "b" * 301, "/c": "c" * 300, "/d": "d"})]), everything, keep=1000)
    assert [len(content) for content in found.kept.values()] == [600, 300, 1]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a", "/a"),
        ("a/b/", "/a/b"),
        ("./a", "/a"),
        ("/a", "/a"),
        ("//a//b", "/a/b"),
        ("a/./b/../c", "/a/c"),
        ("../../a", "/a"),
        ("a/../..", ""),
        (".", ""),
        ("./", ""),
        ("/", ""),
        ("", ""),
        (".a/..b/c.", "/.a/..b/c."),
        ("a/.b", "/a/.b"),
    ],
)
def test_names_become_absolute_paths_inside_the_root(name: str, path: str) -> None:
    assert absolute(name) == path


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({"x" * 5000: directory()}, "a path of 5000 characters, longer than Linux takes: xxx", id="name"),
        pytest.param({"s": symlink("y" * 5000)}, "a path of 5000 characters", id="target"),
        pytest.param({"h": Node(tarfile.LNKTYPE)}, "a hard link without a target: /h", id="no target"),
    ],
)
def test_entries_that_no_engine_could_unpack_are_an_error(files: dict[str, Node], message: str) -> None:
    with pytest.raises(SourceError, match=message):
        scanned(layer(files))


def test_a_layer_with_too_many_entries_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_module, "MAX_PATHS", 3)
    with pytest.raises(SourceError, match="a layer with more than 3 entries"):
        scanned(layer(FILES))


def test_bytes_that_are_no_layer_are_an_error() -> None:
    with pytest.raises(SourceError, match="not a tar header at byte 0"):
        scanned(b"{}" * 1000)


def test_a_hostile_name_is_escaped_in_the_message() -> None:
    with pytest.raises(SourceError, match=r"without a target: /a\\x1b\[31m"):
        scanned(layer({"a\x1b[31m": Node(tarfile.LNKTYPE)}))
