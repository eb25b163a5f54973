"""JSON documents of an image, from bytes to values. Every one of them is checked with a schema first."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

from lambda_lint.annotations import Any
from lambda_lint.errors import SourceError, printable
from lambda_lint.image import schemas
from lambda_lint.image.model import Descriptor, Document, Foreign, History, ImageConfig, Index, Manifest, Platform
from lambda_lint.json_schema import Schema, fits

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
INDEX_TYPES = frozenset({OCI_INDEX, DOCKER_INDEX})
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
MANIFEST_TYPES = frozenset({OCI_MANIFEST, "application/vnd.docker.distribution.manifest.v2+json"})
SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1"
CONFIG_TYPES = frozenset({"application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"})

# Registries need not take manifests above 4 MiB (distribution-spec). Configs have no limit; real ones are far smaller.
DOCUMENT_LIMIT = 4 << 20
CONFIG_LIMIT = 8 << 20


def load(data: bytes, what: str, schema: Schema) -> Any:
    """The JSON document in `data`. Raises SourceError, naming `what` and the first fault, unless `schema` allows it."""
    document = _json(data, what)
    _check(document, what, schema)
    return document


def is_digest(text: str) -> bool:
    """Whether this is a digest by one of the two algorithms that OCI registers."""
    return re.fullmatch(schemas.DIGEST_PATTERN, text) is not None


def verify(data: bytes, digest: str, what: str) -> None:
    """Raises SourceError when `data` does not have this digest (sha256 or sha512)."""
    algorithm, _, expected = digest.partition(":")
    found = hashlib.new(algorithm, data).hexdigest()
    if found != expected:
        raise SourceError(f"{what}: digest mismatch, it is {algorithm}:{found}, not {printable(digest)}")


def descriptor(document: Mapping[str, Any]) -> Descriptor:
    """A descriptor that its schema has allowed."""
    platform = document.get("platform")
    return Descriptor(
        document.get("mediaType", ""),
        document["digest"],
        document["size"],
        None if platform is None else _platform(platform),
        document.get("annotations"),
        document.get("artifactType", ""),
    )


def parse_document(data: bytes, origin: Descriptor) -> Document:
    """What `origin` leads to. Raises SourceError for what is no manifest of any kind.

    The body decides what it is, as it does for a container engine: the type that `origin` names may be wrong.
    """
    what = f"manifest {origin.digest}"
    document = _json(data, what)
    if not isinstance(document, dict):
        raise SourceError(f"{what} is not a JSON object")
    if document.get("schemaVersion") == 1 or origin.media_type.startswith(SCHEMA_1):
        return Foreign(origin, "a Docker manifest of schema version 1")
    media_type = document.get("mediaType", "")
    if "manifests" in document and ("layers" in document or "config" in document):
        # CVE-2021-41190: two tools would see two different images.
        return Foreign(origin, "a document that is an index and a manifest at the same time")
    if "manifests" in document:
        _check(document, what, schemas.INDEX)
        manifests = tuple(map(descriptor, document["manifests"] or ()))
        return Index(origin, manifests, media_type)
    if "layers" in document or "config" in document:
        _check(document, what, schemas.MANIFEST)
        layers = tuple(map(descriptor, document["layers"]))
        annotations = document.get("annotations") or {}
        artifact = document.get("artifactType", "")
        return Manifest(origin, descriptor(document["config"]), layers, annotations, artifact, media_type)
    if isinstance(media_type, str) and media_type:
        return Foreign(origin, f"a document of type {printable(media_type)}")
    raise SourceError(f"{what} is JSON but not a manifest")


def parse_config(data: bytes, digest: str) -> ImageConfig:
    """The image config in `data`. Raises SourceError when it is none."""
    document = load(data, f"config {printable(digest)}", schemas.CONFIG)
    return config(document, digest, tuple(document["rootfs"].get("diff_ids") or ()))


def config(document: Mapping[str, Any], digest: str, diff_ids: tuple[str, ...]) -> ImageConfig:
    """An image config whose types a schema has checked: a config blob, or what an engine tells of an image."""
    settings = document.get("config") or {}
    return ImageConfig(
        digest=digest,
        platform=_platform(document),
        entrypoint=_texts(settings.get("Entrypoint")),
        command=_texts(settings.get("Cmd")),
        workdir=settings.get("WorkingDir", ""),
        user=settings.get("User", ""),
        env=tuple(_variable(text) for text in settings.get("Env") or ()),
        labels=settings.get("Labels") or {},
        volumes=tuple(settings.get("Volumes") or ()),
        exposed_ports=tuple(settings.get("ExposedPorts") or ()),
        diff_ids=diff_ids,
        history=tuple(_history(entry) for entry in document.get("history") or ()),
    )


def created_by(config: ImageConfig, layers: int) -> tuple[str, ...]:
    """What made each layer, from the history; "" for all when that does not match their number."""
    makers = tuple(entry.created_by for entry in config.history if not entry.empty_layer)
    return makers if len(makers) == layers else ("",) * layers


def _json(data: bytes, what: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{what} is not JSON ({printable(str(error))})") from error


def _check(document: Any, what: str, schema: Schema) -> None:
    if fits(document, schema):
        return
    # Only to say what is wrong: it takes as long to import as all else for an image together.
    import jsonschema

    fault = next(jsonschema.Draft202012Validator(schema).iter_errors(document), None)
    if fault is not None:
        where = fault.json_path.removeprefix("$").removeprefix(".")
        raise SourceError(
            f"{what} is not valid{f' at {printable(where)}' if where else ''}: {printable(fault.message)}"
        )


def _platform(document: Mapping[str, Any]) -> Platform:
    return Platform(document.get("os", ""), document.get("architecture", ""), document.get("variant", ""))


def _texts(value: Any) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)


def _variable(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _history(entry: Mapping[str, Any]) -> History:
    return History(entry.get("created_by", ""), entry.get("empty_layer", False), entry.get("comment", ""))
