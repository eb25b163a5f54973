"""OCI layouts and archives of every form and age hold the same image."""

from __future__ import annotations

import contextlib
import json
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.images import (
    Built,
    compressed,
    digest,
    directory,
    docker_archive,
    hard_link,
    layer,
    layout,
    nothing,
    oci_archive,
    symlink,
    write_tar,
)
from support.opening import NO_ENGINE, contents, opened_image, read_target

from lambda_lint import session
from lambda_lint.errors import SourceError
from lambda_lint.image import Index, Manifest, Platform

LAYERS = [
    {"/usr/bin/app": "old", "/lib": symlink("usr/lib"), "/usr/lib/big": "x" * 5000, "/etc/gone": "1"},
    {"/usr/bin/app": "new", "/etc/.wh.gone": "", "/etc/kept": "2"},
    {"/etc/also": hard_link("/etc/kept"), "/etc/kept": "2", "/empty": directory()},
]
MERGED = {
    "/usr/bin/app": "new",
    "/lib": "-> usr/lib",
    "/usr/lib/big": "x" * 5000,
    "/etc/kept": "2",
    "/etc/also": "2",
}
DESCRIPTION = {"layers": LAYERS, "entrypoint": ["/usr/bin/app"], "command": ["run"]}


def squeezed(make: Callable[[Path], None], compression: str) -> Callable[[Path], None]:
    def made(path: Path) -> None:
        make(path)
        path.write_bytes(compressed(path.read_bytes(), compression))

    return made


FORMS = {
    "docker before 1.10": lambda path: docker_archive(path, form="legacy", **DESCRIPTION),
    "docker 1.10 to 24": lambda path: docker_archive(path, form="folders", **DESCRIPTION),
    "skopeo": lambda path: docker_archive(path, form="flat", **DESCRIPTION),
    "flat with gzip layers": lambda path: docker_archive(path, form="flat", compression="gzip", **DESCRIPTION),
    "docker 25 and later": lambda path: docker_archive(path, form="oci", **DESCRIPTION),
    "OCI archive": lambda path: oci_archive(path, **DESCRIPTION),
    "OCI archive with zstd layers": lambda path: oci_archive(path, compression="zstd", **DESCRIPTION),
    "OCI layout": lambda path: layout(path, **DESCRIPTION),
    "OCI layout of Docker's types": lambda path: layout(path, style="docker", **DESCRIPTION),
    "OCI layout of mixed layers": lambda path: layout(path, compression=["gzip", "none", "zstd"], **DESCRIPTION),
}
FORMS |= {
    f"{name}, {compression}": squeezed(FORMS[name], compression)
    for name, compression in [
        ("docker before 1.10", "gzip"),
        ("docker 1.10 to 24", "gzip"),
        ("docker 25 and later", "zstd"),
        ("OCI archive", "gzip"),
        ("OCI archive with zstd layers", "zstd"),
    ]
}


@pytest.mark.parametrize("keep", [True, False], ids=["kept content", "content read again"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_the_same_image(tmp_path: Path, form: str, keep: bool) -> None:
    path = tmp_path / "image"
    FORMS[form](path)
    wanted = (lambda _path, _mode, size: size) if keep else nothing
    with opened_image(str(path)) as opened:
        assert opened.config is not None
        assert (opened.config.entrypoint, opened.config.command) == (("/usr/bin/app",), ("run",))
        image = opened.read(wanted)
        assert contents(image) == MERGED
        assert [found.diff_id for found in image.layers] == [digest(layer(files)) for files in LAYERS]
        assert image.config.diff_ids == tuple(found.diff_id for found in image.layers)


@pytest.mark.parametrize("form", FORMS)
def test_content_can_be_read_again_in_any_order(tmp_path: Path, form: str) -> None:
    path = tmp_path / "image"
    FORMS[form](path)
    with read_target(str(path), wanted=nothing) as image:
        assert image.filesystem.read("/etc/kept", 10) == b"2"
        assert image.filesystem.read("/usr/lib/big", 3, 4990) == b"xxx"
        assert image.filesystem.read("/usr/bin/app", 10) == b"new"
        assert image.filesystem.read("/usr/lib/big", 3) == b"xxx"


@pytest.mark.parametrize("form", ["folders", "legacy"])
def test_a_layer_that_repeats_is_a_link_in_old_archives(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.tar"
    docker_archive(path, form=form, layers=[{"/a": "1"}, {"/b": "2"}, {"/a": "1"}])
    with read_target(str(path)) as image:
        assert len(image.layers) == 3
        assert contents(image) == {"/a": "1", "/b": "2"}


def test_a_link_in_an_archive_leads_nowhere_outside(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tar"
    secret.write_bytes(layer({"/secret": "1"}))
    path = tmp_path / "a.tar"
    write_tar(
        path,
        {
            "config.json": b'{"rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}' % digest(b"").encode()[7:],
            "layer.tar": symlink(f"../../../..{secret}"),
            "manifest.json": b'[{"Config": "config.json", "Layers": ["layer.tar"]}]',
        },
    )
    with pytest.raises(SourceError, match=r"a.tar: layer.tar is missing"), opened_image(str(path)):
        pass


def test_the_sizes_of_a_layer_are_those_of_blob_tar_and_files(tmp_path: Path) -> None:
    tar = layer({"/a": "x" * 1000, "/b": "y"})
    layout(tmp_path / "oci", layers=[tar])
    with read_target(str(tmp_path / "oci")) as image:
        (found,) = image.layers
        assert (found.compressed_size, found.tar_size, found.file_size, found.entry_count) == (
            len(compressed(tar, "gzip")),
            len(tar),
            1001,
            2,
        )
        assert (found.compression, found.media_type) == ("gzip", "application/vnd.oci.image.layer.v1.tar+gzip")


def test_what_a_layer_is_counts_and_not_what_its_media_type_says(tmp_path: Path) -> None:
    types = ["application/vnd.docker.image.rootfs.diff.tar"]
    layout(tmp_path / "oci", {"/a": "1"}, style="docker", compression="zstd", layer_types=types)
    with read_target(str(tmp_path / "oci")) as image:
        assert (image.layers[0].compression, image.layers[0].media_type) == ("zstd", types[0])
        assert contents(image) == {"/a": "1"}


def test_an_archive_with_uncompressed_layers_knows_no_compressed_size(tmp_path: Path) -> None:
    docker_archive(tmp_path / "a.tar", {"/a": "1"})
    with read_target(str(tmp_path / "a.tar")) as image:
        assert image.layers[0].compressed_size is None
        assert image.resolved.document is None


@pytest.mark.parametrize(
    ("tags", "repository"),
    [(["app:1", "other:2"], "app:1"), (["r.example.com/team/app:1"], "r.example.com/team/app:1"), ([], "")],
)
def test_the_name_of_an_image_is_its_first_tag(tmp_path: Path, tags: list[str], repository: str) -> None:
    docker_archive(tmp_path / "a.tar", {"/a": "1"}, tags=tags)
    with opened_image(str(tmp_path / "a.tar")) as opened:
        assert opened.resolved.repository == repository
        assert opened.resolved.reference == str(tmp_path / "a.tar")


# Which image


@pytest.mark.parametrize(
    ("reference", "expected"),
    [("one", "1"), ("two", "2"), ("r.example.com/app:3", "3"), ("r.example.com/app", None), ("four", None)],
)
def test_a_layout_with_several_images_is_asked_by_name(tmp_path: Path, reference: str, expected: str | None) -> None:
    for content, name in [("1", "one"), ("2", "two"), ("3", "r.example.com/app:3")]:
        layout(tmp_path / "oci", {"/a": content}, name=name)
    target = f"oci:{tmp_path / 'oci'}:{reference}"
    if expected is None:
        message = f"it holds no image {reference}, only one, r.example.com/app:3, two"
        with pytest.raises(SourceError, match=message), opened_image(target):
            pass
    else:
        with read_target(target) as image:
            assert contents(image) == {"/a": expected}


def test_an_image_can_be_asked_by_its_digest(tmp_path: Path) -> None:
    layout(tmp_path / "oci", {"/a": "1"}, name=None)
    built = layout(tmp_path / "oci", {"/a": "2"}, name=None)
    with read_target(f"oci:{tmp_path / 'oci'}:@{built.top['digest']}") as image:
        assert contents(image) == {"/a": "2"}


@pytest.mark.parametrize("form", ["", "oci:"])
def test_several_images_in_a_layout_and_no_name_is_an_error_that_lists_them(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "oci"
    layout(folder, {"/a": "1"}, name="one")
    built = layout(folder, {"/a": "2"}, name=None)
    with pytest.raises(SourceError) as caught, opened_image(f"{form}{folder}"):
        pass
    assert str(caught.value) == (
        f"{form}{folder}: it holds several images, name one as in oci:{folder}:one; "
        f"there are one, {built.top['digest']}"
    )
    with read_target(f"oci:{folder}:one") as image:
        assert contents(image) == {"/a": "1"}


@pytest.mark.parametrize("form", ["", "docker-archive:"])
def test_several_images_without_a_name_in_an_archive_go_by_their_ids(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.tar"
    one, two = (docker_archive(tmp_path / f"{name}.tar", {"/a": name}, form="flat") for name in ("one", "two"))
    manifest: list[Any] = []
    members: dict[str, bytes] = {}
    for name in ("one", "two"):
        with tarfile.open(tmp_path / f"{name}.tar") as tar:
            files = {member.name: tar.extractfile(member) for member in tar if member.isfile()}
            members |= {name: file.read() for name, file in files.items() if file}
        manifest += [{**image, "RepoTags": None} for image in json.loads(members["manifest.json"])]
    write_tar(path, {**members, "manifest.json": json.dumps(manifest)})
    first, second = sorted((one.config, two.config))
    with pytest.raises(SourceError) as caught, opened_image(f"{form}{path}"):
        pass
    assert str(caught.value) == (
        f"{form}{path}: it holds several images, name one as in docker-archive:{path}:{first}; "
        f"there are {first}, {second}"
    )
    for built, content in ((one, "one"), (two, "two")):
        with read_target(f"docker-archive:{path}:{built.config}") as image:
            assert contents(image) == {"/a": content}


def test_one_image_under_two_names_needs_no_choice(tmp_path: Path) -> None:
    layout(tmp_path / "oci", {"/a": "1"}, name="one")
    layout(tmp_path / "oci", {"/a": "1"}, name="two")
    with read_target(str(tmp_path / "oci")) as image:
        assert contents(image) == {"/a": "1"}


@pytest.mark.parametrize("form", ["legacy", "folders", "flat", "oci"])
@pytest.mark.parametrize("reference", ["app:1", "app", "docker.io/library/app:1"])
def test_a_docker_archive_is_asked_by_tag(tmp_path: Path, form: str, reference: str) -> None:
    docker_archive(tmp_path / "a.tar", {"/a": "1"}, form=form, tags=["app:1"])
    target = f"docker-archive:{tmp_path / 'a.tar'}:{reference}"
    if reference == "app":
        with pytest.raises(SourceError, match=r"it holds no image app, only .*app:1"), opened_image(target):
            pass
    else:
        with read_target(target) as image:
            assert contents(image) == {"/a": "1"}


# Indexes


def test_the_only_image_of_an_index_with_attestations_is_read(tmp_path: Path) -> None:
    layout(tmp_path / "oci", {"/a": "1"}, architecture="arm64", attestations=True)
    with opened_image(str(tmp_path / "oci")) as opened:
        assert isinstance(opened.resolved.document, Index)
        assert isinstance(opened.resolved.child, Manifest)
        assert opened.resolved.manifest is opened.resolved.child
        assert opened.config is not None
        assert opened.config.platform.architecture == "arm64"
        assert contents(opened.read(nothing)) == {"/a": "1"}


@pytest.mark.parametrize(
    ("platforms", "wanted", "expected"),
    [
        (["linux/arm64/v8", "linux/amd64"], None, "amd64"),
        (["linux/arm64/v8", "linux/amd64"], Platform(architecture="arm64"), "arm64"),
        (["linux/arm64/v8", "linux/amd64"], Platform("linux", "arm64"), "arm64"),
        (["windows/amd64", "linux/amd64"], None, "amd64"),
        (["linux/arm64", "linux/s390x"], None, None),
        (["linux/arm64", "linux/s390x"], Platform(architecture="amd64"), None),
        (["linux/arm64", "linux/s390x"], Platform("linux", "s390x"), "s390x"),
        (["linux/s390x"], Platform(architecture="amd64"), "s390x"),
    ],
)
def test_the_child_of_an_index_is_the_one_for_the_platform(
    tmp_path: Path, platforms: list[str], wanted: Platform | None, expected: str | None
) -> None:
    layout(tmp_path / "oci", {"/a": "1"}, platforms=platforms, attestations=True)
    with opened_image(str(tmp_path / "oci"), wanted) as opened:
        assert (opened.config and opened.config.platform.architecture) == expected
        assert opened.config is None or opened.config.platform.os == "linux"
        if expected is None:
            assert opened.resolved.child is None
            said = "none of the index's images (linux/arm64, linux/s390x) is for amd64; name one with --platform"
            assert opened.missing == said
            with pytest.raises(SourceError, match=re.escape(said)):
                opened.read(nothing)


@pytest.mark.parametrize(
    ("wanted", "said"), [(Platform("linux", "s390x"), "linux/s390x"), (Platform("windows", "amd64"), "windows/amd64")]
)
def test_a_platform_that_was_asked_for_must_be_there(tmp_path: Path, wanted: Platform, said: str) -> None:
    layout(tmp_path / "oci", {"/a": "1"}, platforms=["linux/amd64", "linux/arm64"], attestations=True)
    message = f"the index holds no image for {said}, only for linux/amd64, linux/arm64"
    with pytest.raises(SourceError, match=message), opened_image(str(tmp_path / "oci"), wanted):
        pass


def resealed(oci: Path, built: Built, index: dict[str, Any]) -> None:
    """Puts another index in place of the layout's own."""
    data = json.dumps(index).encode()
    (oci / "blobs" / "sha256" / digest(data)[7:]).write_bytes(data)
    top = built.top | {"digest": digest(data), "size": len(data)}
    (oci / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [top]}))


@pytest.mark.parametrize(("variant", "found"), [("", True), ("v8", True), ("v9", False)])
def test_a_variant_counts_where_both_name_one(tmp_path: Path, variant: str, found: bool) -> None:
    built = layout(tmp_path / "oci", {"/a": "1"}, platforms=["linux/arm64/v8", "linux/amd64"])
    index = json.loads(built.blobs[built.top["digest"]])
    index["manifests"][0]["platform"]["variant"] = "v8"
    resealed(tmp_path / "oci", built, index)
    outcome = contextlib.nullcontext() if found else pytest.raises(SourceError, match="no image for linux/arm64/v9")
    with outcome, opened_image(str(tmp_path / "oci"), Platform("linux", "arm64", variant)) as opened:
        assert opened.config is not None
        assert str(opened.config.platform) == "linux/arm64/v8"


def test_a_child_whose_blobs_are_not_there_is_not_taken(tmp_path: Path) -> None:
    built = layout(tmp_path / "oci", {"/a": "1"}, platforms=["linux/amd64", "linux/arm64"])
    with opened_image(str(tmp_path / "oci")) as opened:
        assert opened.resolved.child is not None
        missing = opened.resolved.child.descriptor.digest
    assert missing in built.blobs
    (tmp_path / "oci" / "blobs" / "sha256" / missing[7:]).unlink()
    with opened_image(str(tmp_path / "oci")) as opened:
        assert opened.resolved.child is None
        assert opened.missing == f"the index's image for amd64 is missing ({missing})"
    (report,) = session.run([f"oci:{tmp_path / 'oci'}"], session.Options(folder=tmp_path)).targets
    assert [failure.message for failure in report.failures] == [f"oci:{tmp_path / 'oci'}: {opened.missing}"]
    assert [finding.rule.name for finding in report.findings] == ["image-index"]


def test_images_of_no_platform_are_named_by_their_digests(tmp_path: Path) -> None:
    built = layout(tmp_path / "oci", {"/a": "1"}, platforms=["linux/amd64", "linux/arm64"])
    index = json.loads(built.blobs[built.top["digest"]])
    for entry in index["manifests"]:
        del entry["platform"]
    resealed(tmp_path / "oci", built, index)
    with opened_image(str(tmp_path / "oci")) as opened:
        assert opened.missing == "none of the index's images (no platform) is for amd64; name one by its digest"


def test_what_only_refers_to_the_image_is_no_other_image(tmp_path: Path) -> None:
    """Docker 29 exports a plain image beside the attestations that an index elsewhere in its store holds."""
    oci = tmp_path / "oci"
    layout(oci, {"/a": "1"}, name="app")
    built = layout(oci, {"/b": "1"}, name=None)
    index = json.loads((oci / "index.json").read_text())
    index["manifests"][1]["annotations"] = {"io.containerd.manifest.subject": index["manifests"][0]["digest"]}
    (oci / "index.json").write_text(json.dumps(index))
    with read_target(str(oci)) as image:
        assert contents(image) == {"/a": "1"}
    with read_target(f"oci:{oci}:@{built.top['digest']}") as image:
        assert contents(image) == {"/b": "1"}


def test_an_attestation_that_was_taken_for_the_image_has_nothing_to_look_into(tmp_path: Path) -> None:
    built = layout(
        tmp_path / "oci",
        {"/a": "1"},
        layer_types=["application/vnd.in-toto+json"],
        os="unknown",
        architecture="unknown",
    )
    with opened_image(str(tmp_path / "oci")) as opened:
        assert isinstance(opened.resolved.document, Manifest)
        assert opened.resolved.document.descriptor.digest == built.top["digest"]
        assert opened.config is None


def test_an_artifact_has_nothing_to_look_into(tmp_path: Path) -> None:
    layout(tmp_path / "oci", layers=[], config_type="application/vnd.oci.empty.v1+json", artifact_type="text/plain")
    with opened_image(str(tmp_path / "oci"), environ=NO_ENGINE) as opened:
        assert isinstance(opened.resolved.document, Manifest)
        assert opened.resolved.document.artifact_type == "text/plain"
