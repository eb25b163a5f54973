"""Bad input: one clear line each, with the target's name in front."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.images import compressed, digest, docker_archive, layer, layout, nothing, oci_archive, write_tar
from support.opening import NO_ENGINE, read_target

from lambda_lint.errors import SourceError


def failure(target: str) -> str:
    with pytest.raises(SourceError) as caught, read_target(target, wanted=nothing, environ=NO_ENGINE):
        pass
    message = str(caught.value)
    assert message.startswith(f"{target}: ")
    assert message.isprintable()
    return message.removeprefix(f"{target}: ")


def blob_path(oci: Path, digest: str) -> Path:
    return oci / "blobs" / "sha256" / digest[7:]


def rewritten(oci: Path, change: Callable[[dict[str, Any]], object]) -> None:
    index = json.loads((oci / "index.json").read_text())
    change(index)
    (oci / "index.json").write_text(json.dumps(index))


def test_a_path_that_is_not_there() -> None:
    assert failure("/no/such/thing") == ("there is no file or folder of this name, and it is not an image reference")
    for transport in ("oci", "oci-archive", "docker-archive"):
        assert failure(f"{transport}:/no/such/thing") == "no such file or folder"


def test_a_name_that_nothing_has_names_every_place_that_was_tried() -> None:
    assert failure("no/such:thing") == (
        "there is no file or folder of this name, the Docker engine at unix:///nonexistent/docker.sock is not running, "
        "and registry-1.docker.io: the proxy 127.0.0.1:9 does not let us through (connection refused); check the name, "
        "or start Docker"
    )


def test_a_name_that_no_image_can_have() -> None:
    assert failure("docker-daemon:NO") == "NO is not an image reference; the name of a repository has no capitals"
    assert failure("docker-daemon:a b") == "a b is not an image reference"
    assert failure("no such image").endswith("and it is not an image reference")
    with pytest.raises(SourceError, match=r"y{199}…: there is no file or folder of this name"), read_target("y" * 300):
        pass
    with pytest.raises(SourceError, match=r"a\\x00b: there is no file or folder of this name"), read_target("a\0b"):
        pass


def test_a_name_that_no_registry_can_have() -> None:
    for name, flaw in {
        "App:1": "; the name of a repository has no capitals",
        "https://r.example/app": "; a reference starts with the registry's host, without https://",
        "r.example/app@sha256:12": "; what follows the @ is no digest",
        "app:": "",
    }.items():
        assert failure(f"docker://{name}") == f"{name} is not a name that a registry can know{flaw}"
    identifier = "0123456789abcdef" * 4
    assert failure(identifier).endswith(
        f"is not running, and {identifier} is not a name that a registry can know; only an engine knows an image by "
        "its id; check the name, or start Docker"
    )


def test_a_folder_without_a_dockerfile(tmp_path: Path) -> None:
    assert failure(str(tmp_path)) == "no Dockerfile in this folder, and it is not an OCI layout"


def test_an_empty_archive(tmp_path: Path) -> None:
    (tmp_path / "image.tar").touch()
    assert failure(f"docker-archive:{tmp_path / 'image.tar'}") == "the file is empty"


def test_a_pipe_and_a_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), "/dev/null"):
        assert failure(path) == "neither a file nor a folder"
        assert failure(f"docker-archive:{path}") == "neither a file nor a folder"


def test_a_file_that_may_not_be_read(tmp_path: Path, nobody: None) -> None:
    assert failure("/proc/1/mem") == "permission denied"
    assert failure("docker-archive:/proc/1/mem") == "permission denied"


def test_a_text_or_a_program_where_an_archive_should_be(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("FROM scratch\n" * 100)
    (tmp_path / "program").write_bytes(b"\x7fELF\0\0" * 200)
    assert failure(f"oci-archive:{tmp_path / 'text'}") == "neither a tar of an image nor a Dockerfile"
    assert failure(str(tmp_path / "program")) == "neither a tar of an image nor a Dockerfile"


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
def test_a_tar_that_is_no_image(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "root.tar"
    path.write_bytes(compressed(layer({"/etc/passwd": "root"}), compression))
    assert failure(str(path)) == "not an image, there is neither index.json nor manifest.json in it"


def test_an_archive_of_the_other_kind(tmp_path: Path) -> None:
    docker_archive(tmp_path / "docker.tar", {"/a": "1"})
    assert failure(f"oci-archive:{tmp_path / 'docker.tar'}") == (
        "not an OCI layout, index.json is missing; it looks like a docker-archive"
    )
    assert failure(f"oci:{tmp_path / 'docker.tar'}") == (
        f"not a folder; a tar is named oci-archive:{tmp_path / 'docker.tar'}"
    )
    assert failure(f"oci:{tmp_path}") == "not an OCI layout, index.json is missing"


def test_an_archive_without_an_image(tmp_path: Path) -> None:
    write_tar(tmp_path / "a.tar", {"manifest.json": "[]"})
    assert failure(str(tmp_path / "a.tar")) == "it holds no image"
    layout(tmp_path / "oci", {"/a": "1"})
    rewritten(tmp_path / "oci", lambda index: index["manifests"].clear())
    assert failure(str(tmp_path / "oci")) == "it holds no image"


@pytest.mark.parametrize("make", [docker_archive, oci_archive])
def test_a_truncated_tar(tmp_path: Path, make: Callable[..., object]) -> None:
    path = tmp_path / "a.tar"
    make(path, {"/a": "1" * 100_000}, compression="none")
    path.write_bytes(path.read_bytes()[:50_000])
    assert failure(str(path)) == "truncated, the tar ends at byte 50000 inside a member"


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_truncated_archive_that_is_compressed(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "a.tar"
    docker_archive(path, {"/a": os.urandom(100_000)})
    path.write_bytes(compressed(path.read_bytes(), compression)[:50_000])
    assert failure(str(path)) == f"truncated {compression} data"


def damaged(tmp_path: Path, compression: str, change: Callable[[bytes], bytes]) -> tuple[str, str]:
    """A layout one of whose layers was changed on disk, and the layer's name in it."""
    oci = tmp_path / "oci"
    built = layout(oci, {"/a": "1" * 1000}, compression=compression)
    path = blob_path(oci, built.layers[0])
    path.write_bytes(change(path.read_bytes()))
    return str(oci), built.layers[0]


@pytest.mark.parametrize(
    ("compression", "change", "cause"),
    [
        pytest.param("gzip", lambda data: data[:-9], "truncated gzip data", id="truncated gzip"),
        pytest.param("zstd", lambda data: data[:-9], "truncated zstd data", id="truncated zstd"),
        pytest.param("none", lambda data: data[:700], "truncated, the tar ends at byte 700 inside a member", id="tar"),
        pytest.param("gzip", lambda data: data[:4] + b"\xff" * 90, "corrupt gzip data", id="corrupt gzip"),
        pytest.param("none", lambda data: b"{}" * 600, "not a tar header at byte 0", id="no tar"),
    ],
)
def test_a_damaged_layer(tmp_path: Path, compression: str, change: Callable[[bytes], bytes], cause: str) -> None:
    target, digest = damaged(tmp_path, compression, change)
    assert failure(target).startswith(f"layer blobs/sha256/{digest[7:]}: {cause}")


def test_a_layer_of_another_digest(tmp_path: Path) -> None:
    target, digest = damaged(tmp_path, "none", lambda data: data.replace(b"111", b"222"))
    assert re.fullmatch(
        rf"layer 1 \({digest}\): digest mismatch, it is sha256:[0-9a-f]{{64}}, not {digest}", failure(target)
    )


def test_a_layer_of_another_size(tmp_path: Path) -> None:
    target, digest = damaged(tmp_path, "none", lambda data: data + bytes(512))
    message = failure(target)
    assert message.startswith(f"layer 1 ({digest}): size mismatch, it is ")


def test_a_layer_with_another_diff_id_in_the_config_is_read(tmp_path: Path) -> None:
    named = f"sha256:{'0' * 64}"
    layout(tmp_path, {"/a": "1"}, diff_ids=[named])
    with read_target(str(tmp_path), wanted=nothing, environ=NO_ENGINE) as image:
        assert image.config.diff_ids == (named,)
        assert [each.diff_id for each in image.layers] == [digest(layer({"/a": "1"}))]


def changed_archive(path: Path, *, unpacked: bool = True, **description: Any) -> str:
    """A docker-archive whose layer is not the one that its config names. Returns the diff id that it names."""
    good, bad = layer({"/a": "111"}), layer({"/a": "222"})
    built = docker_archive(path, layers=[good], form="flat", **description)
    data = path.read_bytes()
    data = data.replace(good, bad) if unpacked else data.replace(compressed(good, "gzip"), compressed(bad, "gzip"))
    path.write_bytes(data)
    return digest(built.tars[0])


def test_a_layer_of_another_diff_id_in_a_compressed_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    diff_id = changed_archive(path)
    path.write_bytes(compressed(path.read_bytes(), "gzip"))
    assert re.fullmatch(rf"layer 1: diff id mismatch, it is sha256:[0-9a-f]{{64}}, not {diff_id}", failure(str(path)))


def test_a_compressed_layer_of_another_diff_id(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    diff_id = changed_archive(path, unpacked=False, compression="gzip")
    assert re.fullmatch(rf"layer 1: diff id mismatch, it is sha256:[0-9a-f]{{64}}, not {diff_id}", failure(str(path)))


def test_of_an_uncompressed_layer_of_a_docker_archive_only_the_headers_are_read(tmp_path: Path) -> None:
    """Whatever takes the archive hashes it and refuses it; see test_docker_engine.py."""
    path = tmp_path / "a.tar"
    diff_id = changed_archive(path)
    with read_target(str(path), wanted=nothing, environ=NO_ENGINE) as image:
        (found,) = image.layers
        assert (found.diff_id, found.tar_size) == (diff_id, len(layer({"/a": "222"})))
        assert image.filesystem.read("/a", 3) == b"222"


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        pytest.param(lambda tar: tar[:600], "truncated, the tar ends at byte 600 inside a header", id="in a header"),
        pytest.param(lambda tar: tar[:1200], "truncated, the tar ends at byte 1200 inside a member", id="in a member"),
        pytest.param(lambda tar: tar[:512] + b"{}" * 900, "not a tar header at byte 512", id="not a header"),
    ],
)
def test_a_damaged_layer_of_a_docker_archive(tmp_path: Path, change: Callable[[bytes], bytes], cause: str) -> None:
    tar = change(layer({"/a/b": "1" * 300_000}))
    docker_archive(tmp_path / "a.tar", layers=[tar], form="flat")
    assert failure(str(tmp_path / "a.tar")) == f"layer {digest(tar)[7:]}.tar: {cause}"


@pytest.mark.parametrize("which", ["top", "config", "layer"])
def test_a_missing_blob(tmp_path: Path, which: str) -> None:
    built = layout(tmp_path / "oci", {"/a": "1"})
    digest = {"top": built.top["digest"], "config": built.config, "layer": built.layers[0]}[which]
    blob_path(tmp_path / "oci", digest).unlink()
    assert failure(str(tmp_path / "oci")) == f"blobs/sha256/{digest[7:]} is missing"


def test_a_document_of_another_digest_or_size(tmp_path: Path) -> None:
    built = layout(tmp_path / "oci", {"/a": "1"})
    path = blob_path(tmp_path / "oci", built.top["digest"])
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"layers"', b'"Layers"'))
    assert f"blobs/sha256/{path.name}: digest mismatch, it is sha256:" in failure(str(tmp_path / "oci"))
    path.write_bytes(data + b" ")
    assert failure(str(tmp_path / "oci")) == (
        f"blobs/sha256/{path.name}: size mismatch, it has {len(data) + 1} bytes, not {len(data)}"
    )


@pytest.mark.parametrize(
    "digest",
    ["sha256:../../../etc/passwd", "sha256:/etc/passwd", "md5:" + "a" * 32, "sha256:" + "A" * 64, "sha256:" + "a" * 63],
)
def test_a_digest_that_could_lead_out_of_the_layout_is_never_followed(tmp_path: Path, digest: str) -> None:
    layout(tmp_path / "oci", {"/a": "1"})
    rewritten(tmp_path / "oci", lambda index: index["manifests"][0].update(digest=digest))
    assert failure(str(tmp_path / "oci")).startswith(f"index.json is not valid at manifests[0].digest: '{digest}'")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", "index.json is not JSON"),
        ("[]", "index.json is not valid: [] is not of type 'object'"),
        ("{}", "index.json is not valid: 'schemaVersion' is a required property"),
        ('{"a": "\x1b[31m', "index.json is not JSON"),
    ],
)
def test_an_index_json_that_is_none(tmp_path: Path, text: str, message: str) -> None:
    layout(tmp_path / "oci", {"/a": "1"})
    (tmp_path / "oci" / "index.json").write_text(text)
    assert failure(str(tmp_path / "oci")).startswith(message)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"manifest.json": "{}"}, "manifest.json is not valid: {} is not of type 'array'"),
        ({"manifest.json": "["}, "manifest.json is not JSON"),
        ({"manifest.json": '[{"Config": "c", "Layers": []}]'}, "c is missing"),
        ({"manifest.json": '[{"Config": "../c", "Layers": []}]', "c": "[]"}, "config sha256:c is not valid"),
        ({"repositories": "{}"}, "it holds no image"),
        ({"repositories": '{"app": {"1": "x"}}'}, "x/json is missing"),
        (
            {"repositories": '{"app": {"1": "x"}}', "x/json": '{"parent": "x"}'},
            "more than 1000 layers, or a layer that",
        ),
        ({"repositories": '{"app": {"1": "x"}}', "x/json": "{}"}, "x/layer.tar is missing"),
    ],
)
def test_a_docker_archive_with_broken_documents(tmp_path: Path, members: dict[str, str], message: str) -> None:
    write_tar(tmp_path / "a.tar", members)
    assert failure(str(tmp_path / "a.tar")).startswith(message)


def test_documents_that_name_different_numbers_of_layers(tmp_path: Path) -> None:
    def drop(index: dict[str, Any]) -> None:
        path = blob_path(tmp_path / "oci", index["manifests"][0]["digest"])
        manifest = json.loads(path.read_text())
        manifest["layers"].pop()
        data = json.dumps(manifest).encode()
        blob_path(tmp_path / "oci", digest(data)).write_bytes(data)
        index["manifests"][0].update(digest=digest(data), size=len(data))

    layout(tmp_path / "oci", layers=[{"/a": "1"}, {"/b": "1"}])
    rewritten(tmp_path / "oci", drop)
    assert failure(str(tmp_path / "oci")) == "the config names 2 layers, the manifest 1"


def test_a_document_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    layout(tmp_path / "oci", {"/a": "1"})
    with (tmp_path / "oci" / "index.json").open("ab") as file:
        file.truncate(5 << 20)
    assert failure(str(tmp_path / "oci")) == (
        f"index.json has {5 << 20} bytes, more than the {4 << 20} that such a document may have"
    )


@given(st.data())
def test_a_changed_archive_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.tar"
    form = data.draw(st.sampled_from(["legacy", "folders", "flat", "oci"]))
    docker_archive(path, {"/a": "1"}, form=form)
    whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(whole))
    with contextlib.suppress(SourceError), read_target(str(path), environ=NO_ENGINE):
        pass
