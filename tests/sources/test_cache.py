"""The cache folder: shared, bounded, and never believed when it is damaged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_lint.sources.cache import Cache, FolderCache, MemoryCache, default_folder


@pytest.fixture(params=["folder", "memory"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Cache:
    return FolderCache(tmp_path / "a" / "b", 200) if request.param == "folder" else MemoryCache(100)


def test_what_was_put_is_there_and_nothing_else(cache: Cache) -> None:
    assert cache.get("one") is None
    cache.put("one", b"1")
    cache.put("two", b"2")
    cache.put("two", b"22")
    assert (cache.get("one"), cache.get("two"), cache.get("three"), cache.trouble) == (b"1", b"22", None, "")


def test_what_was_not_read_for_the_longest_time_goes(cache: Cache) -> None:
    for number, name in enumerate("abc"):
        cache.put(name, bytes(30))
        if isinstance(cache, FolderCache):
            os.utime(cache._path(name), (number, number))
    assert cache.get("a") is not None
    cache.put("d", bytes(30))
    assert (
        [name for name in "abcd" if cache.get(name)] == ["a", "d"]
        if isinstance(cache, FolderCache)
        else ["a", "c", "d"]
    )


def test_more_than_fits_is_not_kept(cache: Cache) -> None:
    cache.put("large", bytes(201))
    assert (cache.get("large"), cache.trouble) == (None, "")


@pytest.mark.parametrize("damage", [b"", b"short", bytes(40)], ids=["empty", "cut off", "zeros"])
def test_a_damaged_entry_is_none_and_can_be_put_again(damage: bytes, tmp_path: Path) -> None:
    cache = FolderCache(tmp_path)
    cache.put("one", b"1")
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(damage)
    assert cache.get("one") is None
    cache.put("one", b"1")
    assert cache.get("one") == b"1"


def test_what_a_killed_process_left_goes_after_an_hour(tmp_path: Path) -> None:
    for name, age in (("scratch-old", 1), ("scratch-new", None)):
        (tmp_path / name).touch()
        if age is not None:
            os.utime(tmp_path / name, (age, age))
    FolderCache(tmp_path).put("one", b"1")
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".entry") == ["scratch-new"]


def test_what_is_there_is_not_looked_at_for_each_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of many entries would make each one slow to put."""
    scans: list[object] = []
    look = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: scans.append(path) or look(path))
    cache = FolderCache(tmp_path, 64_000)
    for number in range(100):
        cache.put(f"{number}", bytes(68))  # 100 bytes on the disk
    assert len(scans) == 10


def test_a_full_disk_leaves_nothing_and_is_told_once(tmp_path: Path) -> None:
    script = (
        "import resource, sys; from pathlib import Path; from lambda_lint.sources.cache import FolderCache\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "cache = FolderCache(Path(sys.argv[1])); cache.put('a', bytes(2000)); cache.put('b', b'1')\n"
        "print(cache.trouble)"
    )
    result = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)
    assert result.stdout == (
        f"nothing can be kept in the cache folder {tmp_path} (file too large); "
        "name another one with --cache-dir, or say --no-cache\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = FolderCache(tmp_path / "file")
    cache.put("one", b"1")
    assert cache.trouble.startswith(f"nothing can be kept in the cache folder {tmp_path / 'file'} (not a folder); ")


def test_a_cache_that_may_only_be_read_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FolderCache(tmp_path).put("one", b"1")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "utime", refuse)
    assert FolderCache(tmp_path).get("one") == b"1"


def test_processes_that_write_the_same_entries_do_not_disturb_each_other(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from lambda_lint.sources.cache import FolderCache\n"
        "cache = FolderCache(Path(sys.argv[1]), 200_000)\n"
        "for number in range(150):\n"
        "    name = str(number % 7); cache.put(name, name.encode() * 50_000)\n"
        "    assert cache.get(name) in (None, name.encode() * 50_000)\n"
        "assert not cache.trouble, cache.trouble"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, tmp_path]) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".entry"] == []


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"XDG_CACHE_HOME": "/caches", "HOME": "/home/me"}, "/caches/lambda-lint"),
        ({"XDG_CACHE_HOME": "caches", "HOME": "/home/me"}, "/home/me/.cache/lambda-lint"),
        ({"HOME": "/home/me"}, "/home/me/.cache/lambda-lint"),
        ({}, None),
    ],
)
def test_the_folder_is_where_caches_of_this_user_go(
    environ: dict[str, str], folder: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert default_folder(environ) == folder
