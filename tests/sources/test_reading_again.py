"""Streams are expensive to start again: an engine writes an export to its disk before it sends the first byte."""

from __future__ import annotations

import errno
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from random import Random
from typing import IO, NoReturn

import pytest
from support.images import Files, docker_archive, layout, nothing, symlink

from lambda_lint import Deployment, engine
from lambda_lint.errors import SourceError
from lambda_lint.image import Image
from lambda_lint.packs import load_packs
from lambda_lint.sources import again, stream
from lambda_lint.sources.archives import select_any, select_oci
from lambda_lint.sources.meter import Meter
from lambda_lint.sources.reading import FileChunks
from lambda_lint.sources.selection import read_image
from lambda_lint.sources.store import Blob, FolderStore
from lambda_lint.sources.stream import StreamStore

SOURCES: Files = {f"/srv/{number % 7}/{number:03}.py": f"# {number}\n" + "x = 1\n" * 500 for number in range(200)}


class Starts:
    """A stream that counts how often it is read from its start."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.count = 0

    def __call__(self) -> Iterator[bytes]:
        self.count += 1
        data = self._path.read_bytes()
        return (data[at : at + 5000] for at in range(0, len(data), 5000))


Read = Callable[..., tuple[Image, Starts]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """An image as an engine's export is read: all layers on the way to the documents."""

    def read(
        *layers: Files, wanted: Callable[[str, int, int], int] = nothing, **description: object
    ) -> tuple[Image, Starts]:
        path = tmp_path / "image.tar"
        docker_archive(path, layers=layers, **description)
        starts = Starts(path)
        store = StreamStore(starts)
        store.sweep(wanted, stream.Blob, len(layers))
        return read_image(store, select_any(store, None, None, "app:1"), wanted), starts

    return read


def test_all_rules_together_read_an_image_of_sources_once(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEEP_LIMIT", 100_000)  # a fifth of all sources
    packs, deployment = load_packs(("aws",)), Deployment(on=date(2026, 1, 1))
    config = {"entrypoint": ["/var/task/bootstrap"], "workdir": "/var/task"}
    bootstrap = {"/var/task/bootstrap": "#!/bin/sh\ncurl http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime\n"}

    image, starts = read(SOURCES, bootstrap, wanted=_wanted(read, config), **config)
    outcome = engine.check_image(image, packs, deployment)

    assert outcome.failures == ()
    assert starts.count == 1


def _wanted(read: Read, config: dict[str, object]) -> Callable[[str, int, int], int]:
    return engine.wanted(read({"/a": ""}, **config)[0].config, load_packs(("aws",)), Deployment())


def test_each_layer_has_its_share_of_what_may_be_kept(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEEP_LIMIT", 40)
    files: Files = {"/a": "a" * 11, "/b": "b" * 10}, {"/c": "c" * 21}
    image, starts = read(*files, wanted=lambda _path, _mode, size: size)

    kept = [image.filesystem.at_hand(path, 99) for path in ("/a", "/b", "/c")]

    assert (kept, starts.count) == ([b"a" * 11, None, b"c" * 21], 1)


@pytest.mark.parametrize("order", [1, -1])
def test_whatever_the_order_of_questions_there_is_no_third_time(read: Read, order: int) -> None:
    image, starts = read(SOURCES, {"/srv/0/late.py": "late", "/srv/link.py": symlink("0/000.py")})

    found = {path: image.filesystem.read(path, 5000).decode() for path in sorted(SOURCES)[::order] if "/0/" in path}

    assert found == {path: text for path, text in SOURCES.items() if "/0/" in path}
    assert image.filesystem.read("/srv/0/late.py", 9) == b"late"
    assert image.filesystem.read("/srv/link.py", 3, 2) == b"0\nx"
    assert starts.count == 2


def test_a_large_file_is_read_forward_in_one_go(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "_LIMIT", 1000)
    image, starts = read({"/app": "".join(f"{number:05}" for number in range(2000)), "/small": "1"})

    pieces = [image.filesystem.read("/app", 2500, offset) for offset in range(0, 10_000, 2500)]

    assert b"".join(pieces) == "".join(f"{number:05}" for number in range(2000)).encode()
    assert image.filesystem.read("/small", 5) == b"1"
    assert starts.count == 2


@pytest.mark.parametrize("disk", [50, 10], ids=["on the disk", "in passing"])
def test_large_files_are_what_they_are_in_whatever_order_their_parts_are_read(
    read: Read, disk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "_LIMIT", 5)
    monkeypatch.setattr(again, "_DISK_LIMIT", disk)
    image, starts = read({"/a": "0123456789abcdef", "/b": "ghijklmnopqrstuvwxyz", "/s": "small"})
    questions = [("/a", 0), ("/a", 8), ("/b", 4), ("/s", 1), ("/a", 4), ("/b", 0)]

    found = [image.filesystem.read(path, 4, offset) for path, offset in questions]

    assert found == [b"0123", b"89ab", b"klmn", b"mall", b"4567", b"ghij"]
    assert starts.count == (2 if disk == 50 else 3)


def test_a_program_of_any_size_may_be_read_back_and_forth(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "_LIMIT", 10)
    program = "".join(f"{number:05}" for number in range(2000))
    image, starts = read({"/app": program, "/b": "b" * 20})

    for offset in (0, 9000, 5, 8000, 10, 7000, 15):
        assert image.filesystem.read("/app", 5, offset) == program[offset : offset + 5].encode()
        assert image.filesystem.read("/b", 20) == b"b" * 20

    assert starts.count == 2


def test_files_on_the_disk_share_one_descriptor(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[IO[bytes]] = []
    real = tempfile.TemporaryFile

    def make() -> IO[bytes]:
        made.append(real())
        return made[-1]

    monkeypatch.setattr(again, "_LIMIT", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", make)
    image, starts = read(SOURCES)

    found = {path: image.filesystem.read(path, 5000).decode() for path in SOURCES}

    assert (found, len(made), starts.count) == (SOURCES, 1, 2)


def test_a_disk_without_room_costs_time_and_nothing_else(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(again, "_LIMIT", 10)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    image, starts = read({"/a": "a" * 20, "/b": "b" * 20})

    assert [image.filesystem.read(path, 20) for path in ("/b", "/a", "/b")] == [b"b" * 20, b"a" * 20, b"b" * 20]
    assert starts.count == 3


def test_an_image_that_sends_back_and_forth_is_given_up(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "_LIMIT", 10)
    monkeypatch.setattr(again, "_DISK_LIMIT", 10)
    image, starts = read({"/a": "a" * 20, "/b": "b" * 20})

    for path in "/b", "/a", "/b", "/a", "/b":
        assert image.filesystem.read(path, 20) == path[1:].encode() * 20
    with pytest.raises(SourceError, match=r"would have to be read more than 4 times"):
        image.filesystem.read("/a", 20)

    assert starts.count == 4


class CountingStore(FolderStore):
    """An OCI layout that counts how often a layer is read from its start."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        super().__init__(folder, stack, 1, Meter())
        self.starts: Counter[str] = Counter()

    def chunks(self, blob: Blob, start: int = 0) -> FileChunks:
        self.starts[blob.name] += 1
        return super().chunks(blob, start)


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_compressed_layer_is_started_again_twice_at_most_whatever_is_asked_for(
    tmp_path: Path, compression: str
) -> None:
    layout(tmp_path / "app", layers=[SOURCES, {"/late": "late"}], compression=compression)
    questions = sorted(SOURCES)
    Random(1).shuffle(questions)
    with ExitStack() as stack:
        store = CountingStore(tmp_path / "app", stack)
        image = read_image(store, select_oci(store, None, None, "app"), nothing)

        found = {path: image.filesystem.read(path, 5000).decode() for path in questions}

        assert image.filesystem.read("/late", 5) == b"late"
    assert found == SOURCES
    assert sorted(store.starts.values()) == [2, 3]  # each one of them when the layer was scanned
