"""An image that was linted before is answered without being read, and with the same words."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from support import images
from support.images import file

from lambda_lint import answers, session
from lambda_lint.reporters import REPORTERS, Style
from lambda_lint.sources import layers
from lambda_lint.sources.cache import Cache, FolderCache, MemoryCache
from lambda_lint.values import replace

FILES = {"/app/app.py": file("def handler(event, context): ...", mode=0o600), "/lib/data": "x" * 5000}


def lint(target: str, cache: Cache | None, **options: object) -> str:
    """The report as JSON, which holds all that there is to say."""
    given = session.Options(folder=Path.cwd(), cache=cache, today=date(2026, 11, 25))
    return REPORTERS["json"](session.run([target], replace(given, **options)), Style())


def spoil_layers(folder: Path) -> int:
    """Makes every layer of a layout unreadable. Returns how many there were."""
    layers = [path for path in (folder / "blobs" / "sha256").iterdir() if path.read_bytes()[:2] == b"\x1f\x8b"]
    for path in layers:
        path.write_bytes(gzip.compress(b"no tar"))
    return len(layers)


@pytest.fixture(params=["folder", "memory"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Cache:
    return FolderCache(tmp_path / "cache") if request.param == "folder" else MemoryCache()


def test_the_second_answer_is_the_first_and_no_layer_is_read(cache: Cache, tmp_path: Path) -> None:
    images.layout(tmp_path / "oci", files=FILES, entrypoint=["/app/app.py"])
    first = lint(f"oci:{tmp_path}/oci", cache)
    assert '"not-executable"' in first
    assert spoil_layers(tmp_path / "oci") == 1
    assert lint(f"oci:{tmp_path}/oci", cache) == first
    assert "truncated, the tar ends" in lint(f"oci:{tmp_path}/oci", None)


def test_no_layer_is_read_for_rules_that_need_none(tmp_path: Path) -> None:
    images.layout(tmp_path / "oci", files=FILES, entrypoint=["/app/app.py"], user="root")
    spoil_layers(tmp_path / "oci")
    (report,) = json.loads(lint(f"oci:{tmp_path}/oci", None, select=("relative-entrypoint", "ignored-user")))["targets"]
    assert [finding["rule"] for finding in report["findings"]] == ["ignored-user"]
    assert (report["failures"], report["facts"]["layers"], report["facts"]["os"]) == ([], None, "linux")
    (report,) = json.loads(lint(f"oci:{tmp_path}/oci", None, select=("ignored-user", "not-executable")))["targets"]
    assert [finding["rule"] for finding in report["findings"]] == ["ignored-user"]
    assert "truncated, the tar ends" in report["failures"][0]["message"]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"architecture": "arm64"}, id="architecture"),
        pytest.param({"command": ("other",)}, id="command"),
        pytest.param({"today": date(2030, 1, 1)}, id="day"),
        pytest.param({"ignore": ("unreadable-file",)}, id="rules"),
    ],
)
def test_another_question_gets_an_answer_of_its_own(options: dict[str, object], tmp_path: Path) -> None:
    images.layout(tmp_path / "oci", files=FILES, entrypoint=["/app/app.py"])
    cache = MemoryCache()
    lint(f"oci:{tmp_path}/oci", cache)
    target = f"oci:{tmp_path}/oci"
    assert lint(target, cache, **options) == lint(target, None, **options)


def lying(path: Path, config: dict[str, object], good: images.Files, bad: images.Files) -> None:
    """A docker-archive whose config names one layer, and whose layer is another."""
    built = images.build(good, compression="none", **config)
    members = {
        "config.json": built.blobs[built.config],
        "layer.tar": images.layer(bad),
        "manifest.json": json.dumps([{"Config": "config.json", "Layers": ["layer.tar"]}]),
    }
    images.write_tar(path, members)


def test_a_layer_that_nobody_hashed_says_nothing_of_other_images(cache: Cache, tmp_path: Path) -> None:
    config: dict[str, object] = {"entrypoint": ["/app/app.py"]}
    good: images.Files = FILES | {"/app/app.py": file("#!/bin/sh", mode=0o755)}
    images.layout(tmp_path / "oci", files=good, **config)
    lying(tmp_path / "image.tar", config, good, FILES)

    assert "but is not executable" in lint(f"{tmp_path}/image.tar", cache)
    assert "but is not executable" not in lint(f"oci:{tmp_path}/oci", cache)


def test_a_changed_archive_gets_an_answer_of_its_own(cache: Cache, tmp_path: Path) -> None:
    config: dict[str, object] = {"entrypoint": ["/app/app.py"]}
    good: images.Files = FILES | {"/app/app.py": file("#!/bin/sh", mode=0o755)}
    for _ in range(2):
        lying(tmp_path / "image.tar", config, good, FILES)
        assert "but is not executable" in lint(f"{tmp_path}/image.tar", cache)
        lying(tmp_path / "image.tar", config, good, good)
        assert "but is not executable" not in lint(f"{tmp_path}/image.tar", cache)


def test_other_code_gets_an_answer_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images.layout(tmp_path / "oci", files=FILES)
    cache = MemoryCache()
    lint(f"oci:{tmp_path}/oci", cache)
    before = len(cache._entries)
    monkeypatch.setattr(session, "revision", lambda _packs: "of another day")
    lint(f"oci:{tmp_path}/oci", cache)
    assert len(cache._entries) == before + 1


def test_only_changed_layers_are_read(cache: Cache, tmp_path: Path) -> None:
    base = {"/lib/data": "x" * 5000, "/bin/tool": file("#!/bin/sh\n", 0o755)}
    images.layout(tmp_path / "one", layers=[base, {"/app.py": "one"}], command=["app.handler"])
    lint(f"oci:{tmp_path}/one", cache)
    images.layout(tmp_path / "two", layers=[base, {"/app.py": "two"}], command=["app.handler"])
    plain = lint(f"oci:{tmp_path}/two", None)
    shared = {path.name for path in (tmp_path / "one/blobs/sha256").iterdir()}
    for path in (tmp_path / "two/blobs/sha256").iterdir():
        if path.name in shared and path.read_bytes()[:2] == b"\x1f\x8b":
            path.write_bytes(gzip.compress(b"no tar"))
    assert lint(f"oci:{tmp_path}/two", cache) == plain


@pytest.mark.parametrize(("room", "decoded"), [(1 << 20, 0), (0, 2)])
def test_layers_that_images_share_stay_in_memory_while_there_is_room(
    room: int, decoded: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, targets = {"/lib/data": "x" * 5000, "/bin/tool": file("#!/bin/sh\n", 0o755)}, []
    for name in ("one", "two", "three"):
        images.layout(tmp_path / name, layers=[base, {"/app.py": name}], command=["app.handler"])
        targets.append(f"oci:{tmp_path}/{name}")
    calls: list[bytes] = []
    decode = layers.decode
    monkeypatch.setattr(layers, "decode", lambda data: calls.append(data) or decode(data))
    monkeypatch.setattr(layers, "_RECENT_LIMIT", room)
    cache = MemoryCache()

    found = [lint(target, cache) for target in targets]

    assert len(calls) == decoded
    assert found == [lint(target, None) for target in targets]


def test_content_that_nobody_wanted_before_is_read(cache: Cache, tmp_path: Path) -> None:
    layers = [{"/srv/start": file("#!/bin/nothing\n" + "x" * 9000, 0o755)}, {"/a": "1"}]
    images.layout(tmp_path / "one", layers=layers, entrypoint=["/a"])
    lint(f"oci:{tmp_path}/one", cache)
    images.layout(tmp_path / "two", layers=layers, entrypoint=["/srv/start"])
    assert lint(f"oci:{tmp_path}/two", cache) == lint(f"oci:{tmp_path}/two", None)
    assert "/bin/nothing" in lint(f"oci:{tmp_path}/two", cache)


def test_what_could_not_be_read_is_not_remembered(cache: Cache, tmp_path: Path) -> None:
    images.layout(tmp_path / "oci", files=FILES)
    (layer,) = [path for path in (tmp_path / "oci/blobs/sha256").iterdir() if path.read_bytes()[:2] == b"\x1f\x8b"]
    good = layer.read_bytes()
    layer.write_bytes(good[:-20])
    assert '"failures": 1' in lint(f"oci:{tmp_path}/oci", cache)
    layer.write_bytes(good)
    assert '"failures": 0' in lint(f"oci:{tmp_path}/oci", cache)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"findings": [{"rule": "gone"}], "facts": {}}'])
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"not a kept answer|Expecting value"):
        answers.decode(data, ())
