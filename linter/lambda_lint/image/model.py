"""The values that an image is made of. Nothing here reads."""

from __future__ import annotations

from collections.abc import Mapping

from lambda_lint.image.entries import LayerIndex
from lambda_lint.image.filesystem import Filesystem
from lambda_lint.values import Value


class Platform(Value):
    """In Docker's words: `linux`, `amd64`, `v8`. "" where the document says nothing."""

    os: str = ""
    architecture: str = ""
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


class Descriptor(Value, eq=False):
    """OCI's descriptor: what a blob is, its digest and its size in bytes."""

    media_type: str
    digest: str
    size: int
    platform: Platform | None = None
    annotations: Mapping[str, str] | None = None
    artifact_type: str = ""

    @property
    def attestation(self) -> bool:
        """Whether this is a BuildKit attestation (provenance, SBOM), not an image."""
        return (self.annotations or {}).get("vnd.docker.reference.type") == "attestation-manifest"


class Manifest(Value, eq=False):
    """One image's manifest, Docker V2 Schema 2 or OCI.

    `media_type` is what the document says of itself, "" when nothing; `descriptor.media_type` what led here says.
    """

    descriptor: Descriptor
    config: Descriptor
    layers: tuple[Descriptor, ...]
    annotations: Mapping[str, str]
    artifact_type: str = ""
    media_type: str = ""


class Index(Value, eq=False):
    """An OCI image index or a Docker manifest list. `media_type` as in `Manifest`."""

    descriptor: Descriptor
    manifests: tuple[Descriptor, ...]
    media_type: str = ""


class Foreign(Value, eq=False):
    """A document that is neither: Docker schema 1, or a media type that nobody here knows. `what` names it."""

    descriptor: Descriptor
    what: str


Document = Manifest | Index | Foreign


class Resolved(Value, eq=False):
    """What a reference resolves to, before any layer is read.

    `reference` is the target as the user named it; `repository` the image's own name where one is known
    (`123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1`), else "".
    `document` is None where the source keeps no registry manifest (a graph-driver Docker engine, an old
    docker-archive): what a push would make of it cannot be known there.
    `child` is the manifest that was taken from an index, None when nothing in it can be an image.
    """

    reference: str
    repository: str
    document: Document | None
    child: Manifest | None = None

    @property
    def manifest(self) -> Manifest | None:
        """The manifest of the image itself, straight or by way of the index."""
        return self.document if isinstance(self.document, Manifest) else self.child


class History(Value):
    """One entry of the config's history."""

    created_by: str
    empty_layer: bool
    comment: str = ""


class ImageConfig(Value, eq=False):
    """The image's config blob. `entrypoint` and `command` are None when absent or null; `env` keeps its order."""

    digest: str
    platform: Platform
    entrypoint: tuple[str, ...] | None
    command: tuple[str, ...] | None
    workdir: str
    user: str
    env: tuple[tuple[str, str], ...]
    labels: Mapping[str, str]
    volumes: tuple[str, ...]
    exposed_ports: tuple[str, ...]
    diff_ids: tuple[str, ...]
    history: tuple[History, ...]


class Layer(Value, eq=False):
    """One layer. Sizes are bytes.

    `compressed_size` is the blob's, None where the source has the tar only. `tar_size` is the length of the
    uncompressed tar, `file_size` the sum of its regular files. `compression` is what the bytes are (`gzip`, `zstd`,
    `none`), whatever the media type says; `media_type` is "" where no manifest names one. `entry_count` counts tar
    members, `entries` are they, in their order, whiteouts and hard links included. `diff_id` is the digest of what was
    read, which the config may have another one for.
    """

    index: int
    digest: str
    diff_id: str
    media_type: str
    compression: str
    compressed_size: int | None
    tar_size: int
    file_size: int
    entry_count: int
    created_by: str
    entries: LayerIndex = LayerIndex()


class Image(Value, eq=False):
    """An image with its layers read and merged."""

    resolved: Resolved
    config: ImageConfig
    layers: tuple[Layer, ...]
    filesystem: Filesystem

    @property
    def tar_size(self) -> int:
        """Uncompressed bytes of all layers."""
        return sum(layer.tar_size for layer in self.layers)

    @property
    def file_size(self) -> int:
        """Bytes of the regular files of all layers, those deleted or replaced later included."""
        return sum(layer.file_size for layer in self.layers)
