"""Manifests, indexes and configs: what is taken, what is foreign, what is refused."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.images import DOCKER_INDEX, DOCKER_MANIFEST, OCI_MANIFEST, build, image, resolved

from lambda_lint.errors import SourceError
from lambda_lint.image import Descriptor, Foreign, Index, Manifest, Platform
from lambda_lint.image.documents import OCI_INDEX, parse_config, parse_document, verify

DIGEST = "sha256:" + "a" * 64
DESCRIPTOR = {"mediaType": "x", "digest": DIGEST, "size": 1}


def parsed(document: Any, media_type: str = OCI_MANIFEST) -> Manifest | Index | Foreign:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_document(data, Descriptor(media_type, DIGEST, len(data)))


@pytest.mark.parametrize(
    ("style", "media_type", "layer"),
    [
        ("oci", OCI_MANIFEST, "application/vnd.oci.image.layer.v1.tar+gzip"),
        ("docker", DOCKER_MANIFEST, "application/vnd.docker.image.rootfs.diff.tar.gzip"),
    ],
)
def test_a_manifest_of_either_kind_is_read(style: str, media_type: str, layer: str) -> None:
    document = resolved(style=style, layers=[{"/a": "1"}, {"/b": "2"}], annotations={"made": "here"}).document
    assert isinstance(document, Manifest)
    assert (document.media_type, document.descriptor.media_type) == (media_type, media_type)
    assert [found.media_type for found in document.layers] == [layer, layer]
    assert document.annotations == {"made": "here"}


@pytest.mark.parametrize(("style", "media_type"), [("oci", OCI_INDEX), ("docker", DOCKER_INDEX)])
def test_an_index_of_either_kind_is_read(style: str, media_type: str) -> None:
    document = resolved(style=style, platforms=["linux/amd64", "linux/arm64"], attestations=True).document
    assert isinstance(document, Index)
    assert document.media_type == media_type
    assert [(str(entry.platform), entry.attestation) for entry in document.manifests] == [
        ("linux/amd64", False),
        ("linux/arm64", False),
        ("unknown/unknown", True),
        ("unknown/unknown", True),
    ]


def test_odd_media_types_stay_for_rules_to_see() -> None:
    document = parsed(
        {"schemaVersion": 2, "artifactType": "text/x", "config": DESCRIPTOR, "layers": [{"digest": DIGEST, "size": 1}]}
    )
    assert isinstance(document, Manifest)
    assert (document.config.media_type, document.layers[0].media_type, document.artifact_type) == ("x", "", "text/x")
    assert document.media_type == ""


def test_the_body_decides_whatever_the_descriptor_says() -> None:
    document = parsed({"schemaVersion": 2, "manifests": [DESCRIPTOR]}, OCI_MANIFEST)
    assert isinstance(document, Index)
    assert (document.descriptor.media_type, document.media_type) == (OCI_MANIFEST, "")


@pytest.mark.parametrize(
    ("document", "media_type", "what"),
    [
        pytest.param(
            {"schemaVersion": 1, "fsLayers": []}, OCI_MANIFEST, "a Docker manifest of schema version 1", id="schema 1"
        ),
        pytest.param(
            {"name": "x"},
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "a Docker manifest of schema version 1",
            id="signed schema 1",
        ),
        pytest.param(
            {"schemaVersion": 2, "manifests": [], "layers": [], "config": DESCRIPTOR},
            OCI_MANIFEST,
            "a document that is an index and a manifest at the same time",
            id="two in one",
        ),
        pytest.param(
            {"mediaType": "application/vnd.oci.artifact.manifest.v1+json", "blobs": []},
            OCI_MANIFEST,
            "a document of type application/vnd.oci.artifact.manifest.v1+json",
            id="artifact manifest",
        ),
        pytest.param({"mediaType": "a\x1b[31mb"}, "", "a document of type a\\x1b[31mb", id="hostile type"),
    ],
)
def test_other_documents_are_foreign(document: Any, media_type: str, what: str) -> None:
    found = parsed(document, media_type)
    assert isinstance(found, Foreign)
    assert found.what == what


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param(b"not json", "is not JSON", id="text"),
        pytest.param(b"", "is not JSON", id="nothing"),
        pytest.param(b"\xff\xfe", "is not JSON", id="binary"),
        pytest.param(b"[" * 100_000, "is not JSON", id="too deep"),
        pytest.param(b"[]", "is not a JSON object", id="a list"),
        pytest.param({}, "is JSON but not a manifest", id="an empty object"),
        pytest.param({"mediaType": 3}, "is JSON but not a manifest", id="a type that is no text"),
        pytest.param(
            {"schemaVersion": 2, "layers": []}, "is not valid: 'config' is a required property", id="no config"
        ),
        pytest.param(
            {"schemaVersion": 2, "config": DESCRIPTOR, "layers": {}},
            "is not valid at layers: {} is not of type 'array'",
            id="layers that are no list",
        ),
        pytest.param(
            {"schemaVersion": 2, "config": DESCRIPTOR, "layers": [DESCRIPTOR | {"digest": "sha256:../../etc/passwd"}]},
            r"is not valid at layers\[0\].digest: 'sha256:../../etc/passwd' does not match",
            id="a digest that is a path",
        ),
        pytest.param(
            {"schemaVersion": 2, "manifests": [DESCRIPTOR | {"size": -1}]},
            r"is not valid at manifests\[0\].size: -1 is less than the minimum of 0",
            id="a negative size",
        ),
        pytest.param(
            {"schemaVersion": 3, "manifests": []}, "is not valid at schemaVersion: 2 was expected", id="version"
        ),
    ],
)
def test_what_is_no_manifest_is_refused_with_the_place(document: Any, message: str) -> None:
    with pytest.raises(SourceError, match=f"manifest {DIGEST} {message}"):
        parsed(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["schemaVersion", "mediaType", "config", "layers", "manifests", "digest", "size", "rootfs"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_document_or_a_source_error(document: Any) -> None:
    with contextlib.suppress(SourceError):
        parsed(document)
    with contextlib.suppress(SourceError):
        parse_config(json.dumps(document).encode(), DIGEST)


def test_a_config_is_read_whole() -> None:
    config = image(
        layers=[{"/a": "1"}],
        entrypoint=["/a"],
        command=["b", "c"],
        workdir="/w",
        user="app",
        env={"PATH": "/bin", "EMPTY": ""},
        labels={"l": "1"},
        volumes=["/v"],
        ports=["80/tcp"],
        os="linux",
        architecture="arm64",
        variant="v8",
        history=[{"created_by": "COPY"}, {"created_by": "ENV", "empty_layer": True, "comment": "c"}],
    ).config
    assert (config.entrypoint, config.command, config.workdir, config.user) == (("/a",), ("b", "c"), "/w", "app")
    assert (config.env, config.labels) == ((("PATH", "/bin"), ("EMPTY", "")), {"l": "1"})
    assert (config.volumes, config.exposed_ports, config.platform) == (
        ("/v",),
        ("80/tcp",),
        Platform("linux", "arm64", "v8"),
    )
    assert [(made.created_by, made.empty_layer, made.comment) for made in config.history] == [
        ("COPY", False, ""),
        ("ENV", True, "c"),
    ]


def test_a_config_may_leave_out_nearly_everything() -> None:
    config = parse_config(b'{"rootfs": {"type": "layers", "diff_ids": null}, "config": null}', DIGEST)
    assert (config.entrypoint, config.command, config.env, config.diff_ids) == (None, None, (), ())
    assert config.platform == Platform()


def test_an_empty_entrypoint_is_not_an_absent_one() -> None:
    config = parse_config(b'{"rootfs": {"type": "layers"}, "config": {"Entrypoint": [], "Cmd": null}}', DIGEST)
    assert (config.entrypoint, config.command) == ((), None)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"{}", "is not valid: 'rootfs' is a required property", id="artifact"),
        pytest.param(
            b'{"rootfs": {"type": "layers"}, "config": {"Cmd": "app"}}',
            "is not valid at config.Cmd",
            id="text for a list",
        ),
    ],
)
def test_a_config_that_is_none_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=f"config {DIGEST} {message}"):
        parse_config(data, DIGEST)


def test_layers_are_told_what_made_them() -> None:
    history = [{"created_by": "ADD"}, {"created_by": "ENV", "empty_layer": True}, {"created_by": "COPY"}]
    assert [made.created_by for made in image(layers=[{"a": ""}, {"b": ""}], history=history).layers] == ["ADD", "COPY"]
    assert [made.created_by for made in image(layers=[{"a": ""}], history=history).layers] == [""]


def test_a_wrong_digest_is_told() -> None:
    with pytest.raises(SourceError, match=f"x: digest mismatch, it is sha256:[0-9a-f]{{64}}, not {DIGEST}"):
        verify(b"", DIGEST, "x")


def test_the_same_description_makes_the_same_image() -> None:
    assert build({"/a": "1"}).top == build({"/a": "1"}).top
