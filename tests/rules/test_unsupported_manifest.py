"""`unsupported-manifest`: formats, media types, and bytes that are not what they are called."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import image, resolved
from support.linting import Found, lint_documents, lint_image, shown

from lambda_lint import Descriptor, Foreign, Manifest, Resolved, replace

RULE = "unsupported-manifest"
DOCKER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip"
DOCKER_TAR = "application/vnd.docker.image.rootfs.diff.tar"
OCI_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
FIRST_LAYER = "manifest.layers[0].mediaType"


@pytest.mark.parametrize(
    "description",
    [
        pytest.param({}, id="OCI with gzip"),
        pytest.param({"compression": "none"}, id="OCI with plain tar"),
        pytest.param({"style": "docker"}, id="Docker with gzip"),
        pytest.param({"layers": []}, id="no layers"),
        pytest.param({"platforms": ["linux/amd64", "linux/arm64"], "attestations": True}, id="index, another rule's"),
    ],
)
def test_silent(description: dict[str, Any]) -> None:
    assert lint_documents(resolved(**description), None, RULE) == ()
    assert lint_image(image(**description), RULE) == ()


def test_silent_where_nothing_tells_what_a_push_makes() -> None:
    assert lint_documents(Resolved("app:1", "app:1", None), None, RULE) == ()
    assert lint_image(image(documents=False), RULE) == ()


@pytest.mark.parametrize(
    ("description", "expected", "message"),
    [
        pytest.param(
            {"style": "docker", "compression": "none"},
            Found("error", FIRST_LAYER),
            "layer 1 is not packed, and Lambda takes Docker layers with gzip only",
            id="plain tar under Docker's manifest",
        ),
        pytest.param(
            {"layers": [{}, {}, {}], "compression": ["zstd", "gzip", "zstd"]},
            Found("warning", FIRST_LAYER),
            "layers 1 and 3 are packed with zstd, and Lambda is only known to take gzip",
            id="zstd",
        ),
        pytest.param(
            {"layers": [{}] * 9, "compression": "zstd"},
            Found("warning", FIRST_LAYER),
            "layers 1, 2, 3, 4, 5 and 4 more are packed with zstd, and Lambda is only known to take gzip",
            id="many zstd layers",
        ),
        pytest.param(
            {"layer_types": ["application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"]},
            Found("warning", FIRST_LAYER),
            "layer 1 is of type application/vnd.oci.image.layer.nondistributable.v1.tar+gzip,"
            " which is not stored in the repository",
            id="layer that is not pushed",
        ),
        pytest.param(
            {"layer_types": ["text/html"]},
            Found("error", FIRST_LAYER),
            "layer 1 is of type text/html, which is not an image layer",
            id="no layer at all",
        ),
        pytest.param(
            {"layer_types": ["application/vnd.in-toto+json"]},
            Found("error", FIRST_LAYER),
            "this manifest is a build attestation, not an image: its layers are of type application/vnd.in-toto+json",
            id="attestation",
        ),
        pytest.param(
            {"config_type": "application/vnd.cncf.helm.config.v1+json", "layer_types": ["application/x"]},
            Found("error", "manifest.config.mediaType"),
            "this manifest is no image: its config is of type application/vnd.cncf.helm.config.v1+json",
            id="Helm chart",
        ),
        pytest.param(
            {"config_type": "application/vnd.oci.empty.v1+json", "artifact_type": "application/spdx+json"},
            Found("error", "manifest.artifactType"),
            "this manifest is no image: it is an artifact of type application/spdx+json",
            id="artifact with an empty config",
        ),
        pytest.param(
            {"layer_types": [DOCKER_GZIP]},
            Found("warning", FIRST_LAYER),
            f"the manifest is in OCI format, and 1 of its 2 parts is not ({DOCKER_GZIP} among them)",
            id="Docker layer in an OCI manifest",
        ),
        pytest.param(
            {"style": "docker", "config_type": "application/vnd.oci.image.config.v1+json"},
            Found("warning", "manifest.config.mediaType"),
            "the manifest is in Docker format, and 1 of its 2 parts is not"
            " (application/vnd.oci.image.config.v1+json among them)",
            id="OCI config in a Docker manifest",
        ),
    ],
)
def test_firing(description: dict[str, Any], expected: Found, message: str) -> None:
    findings = lint_documents(resolved(**description), None, RULE)
    assert shown(findings) == [expected]
    assert findings[0].problem.message == message


def test_a_manifest_that_contradicts_what_led_to_it() -> None:
    subject = resolved()
    assert isinstance(subject.document, Manifest)
    wrong = replace(subject.document.descriptor, media_type="application/vnd.docker.distribution.manifest.v2+json")
    findings = lint_documents(replace(subject, document=replace(subject.document, descriptor=wrong)), None, RULE)
    assert shown(findings) == [Found("warning", "manifest.mediaType")]


def test_a_manifest_of_no_known_type() -> None:
    subject = resolved()
    assert isinstance(subject.document, Manifest)
    unknown = replace(subject.document, media_type="application/x")
    findings = lint_documents(replace(subject, document=unknown), None, RULE)
    assert shown(findings) == [Found("error", "manifest.mediaType")]
    assert findings[0].problem.message == "the manifest is of type application/x, which is not an image manifest"


def test_docker_schema_1() -> None:
    document = Foreign(Descriptor("application/vnd.docker.distribution.manifest.v1+json", "sha256:1", 9), "schema 1")
    findings = lint_documents(Resolved("app:1", "", document), None, RULE)
    assert shown(findings) == [Found("error", "manifest")]
    assert findings[0].problem.message == ("the reference resolves to schema 1, not to a manifest that Lambda takes")


@pytest.mark.parametrize(
    ("media_type", "compression", "expected"),
    [
        (DOCKER_GZIP, "gzip", []),
        (OCI_GZIP, "gzip", []),
        (DOCKER_GZIP, "none", [Found("error", "layer 0")]),
        (OCI_GZIP, "none", [Found("warning", "layer 0")]),
        (OCI_GZIP, "zstd", [Found("warning", "layer 0")]),
        ("application/vnd.oci.image.layer.v1.tar", "gzip", [Found("warning", "layer 0")]),
        ("application/vnd.oci.image.layer.v1.tar+zstd", "gzip", [Found("warning", "layer 0")]),
    ],
)
def test_bytes_that_are_not_what_the_manifest_says(media_type: str, compression: str, expected: list[Found]) -> None:
    subject = image({"/a": "a"}, compression=compression, layer_types=[media_type])
    assert shown(lint_image(subject, RULE)) == expected
