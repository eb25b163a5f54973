"""Images in an OCI layout and in a docker-archive, whatever kind of store holds the files."""

from __future__ import annotations

from collections.abc import Iterable

from lambda_lint.errors import SourceError, printable
from lambda_lint.image import schemas
from lambda_lint.image.documents import CONFIG_LIMIT, DOCUMENT_LIMIT, config, descriptor, load, parse_config
from lambda_lint.image.model import Descriptor, Platform, Resolved
from lambda_lint.reference import parse_reference
from lambda_lint.sources.layers import layer_key
from lambda_lint.sources.selection import Selection, algorithm, listed, same_image, select_manifest
from lambda_lint.sources.store import Blob, Files
from lambda_lint.targets import DOCKER_ARCHIVE, OCI_ARCHIVE, parse_target
from lambda_lint.values import replace

_INDEX = "index.json"
_MANIFEST = "manifest.json"
_REPOSITORIES = "repositories"

# image-spec, annotations.md; and containerd's own, which holds the whole name.
_REF_NAME = "org.opencontainers.image.ref.name"
_IMAGE_NAME = "io.containerd.image.name"

# With an image, containerd 2.3 and Docker 29 export what refers to it: attestations and signatures, marked like this.
_SUBJECT = "io.containerd.manifest.subject"

# Docker's own limit is 127; the oldest archives chain their layers, and a chain must end.
_LEGACY_LAYERS = 1000


def select_any(store: Files, reference: str | None, platform: Platform | None, target: str) -> Selection:
    """The image of a tar. Docker 25 and later write both kinds at once: the OCI one shows what is really there."""
    if store.has(_INDEX):
        return select_oci(store, reference, platform, target)
    return select_docker(store, reference, target)


def select_oci(
    store: Files, reference: str | None, platform: Platform | None, target: str, form: str = OCI_ARCHIVE
) -> Selection:
    """The image that `reference` names in an OCI layout, or the only one. `form` is how to name one of several."""
    if not store.has(_INDEX):
        other = "; it looks like a docker-archive" if store.has(_MANIFEST) or store.has(_REPOSITORIES) else ""
        raise SourceError(f"not an OCI layout, {_INDEX} is missing{other}")
    document = load(store.document(_INDEX, DOCUMENT_LIMIT), _INDEX, schemas.INDEX)
    entries = {entry.digest: entry for entry in reversed(tuple(map(descriptor, document["manifests"] or ())))}
    images = [entry for entry in entries.values() if not _refers(entry)]
    found = images if reference is None else [entry for entry in entries.values() if _named(entry, reference)]
    if len(found) != 1:
        names = [name for entry in images for name in (_names(entry) or (entry.digest,))]
        raise _not_one(reference, len(found), names, form, target)
    (top,) = found
    return select_manifest(store, top, platform, target, _repository(_names(top)))


def select_docker(store: Files, reference: str | None, target: str) -> Selection:
    """The image that `reference` names in a docker-archive, or the only one."""
    if not store.has(_MANIFEST):
        if store.has(_REPOSITORIES):
            return _select_legacy(store, reference, target)
        raise SourceError(f"not an image, there is neither {_INDEX} nor {_MANIFEST} in it")
    document = load(store.document(_MANIFEST, DOCUMENT_LIMIT), _MANIFEST, schemas.ARCHIVE)
    images = {}
    for image in document:
        tags = tuple(image.get("RepoTags") or ())
        digest = _config_digest(image["Config"])
        if reference is None or digest == reference or any(same_image(tag, reference) for tag in tags):
            images[image["Config"]] = (tuple(image["Layers"] or ()), tags)
    if len(images) != 1:
        names = [name for image in document for name in image.get("RepoTags") or (_config_digest(image["Config"]),)]
        raise _not_one(reference, len(images), names, DOCKER_ARCHIVE, target)
    ((name, (layers, tags)),) = images.items()
    image_config = parse_config(store.document(name, CONFIG_LIMIT), _config_digest(name))
    if len(image_config.diff_ids) != len(layers):
        raise SourceError(f"the config names {len(image_config.diff_ids)} layers, {_MANIFEST} {len(layers)}")
    blobs = tuple(
        Blob(layer, algorithm(diff_id), algorithm(diff_id), key=layer_key(diff_id, diff_id))
        for layer, diff_id in zip(layers, image_config.diff_ids, strict=True)
    )
    for blob in blobs:
        if not store.has(blob.name):
            raise SourceError(f"{printable(blob.name)} is missing")
    return Selection(Resolved(target, _repository(tags), None), image_config, blobs)


def unhashed(selection: Selection, content: str) -> Selection:
    """The image of a docker-archive whose layers need not be read as a whole. `content` tells the archive from others.

    What loads an archive works the digests out anew and refuses it when they are wrong: `docker load` says `invalid
    diffID`, skopeo `Digest did not match`. So none can reach a registry, but none may be believed here either: what was
    found out about such a layer is not kept under its name.
    """
    if not selection.content:
        return selection
    return replace(
        selection, blobs=tuple(replace(blob, key="", hashed=False) for blob in selection.blobs), content=content
    )


def _select_legacy(store: Files, reference: str | None, target: str) -> Selection:
    """What Docker wrote before 1.10: a folder for each layer, whose `json` names its parent and holds the settings."""
    repositories = load(store.document(_REPOSITORIES, DOCUMENT_LIMIT), _REPOSITORIES, schemas.REPOSITORIES)
    names = {f"{name}:{tag}": top for name, tags in repositories.items() for tag, top in tags.items()}
    tops = {top for name, top in names.items() if reference is None or same_image(name, reference)}
    if len(tops) != 1:
        raise _not_one(reference, len(tops), names, DOCKER_ARCHIVE, target)
    (top,) = tops
    chain = [top]
    documents = [_legacy_document(store, top)]
    while documents[-1].get("parent"):
        chain.append(documents[-1]["parent"])
        documents.append(_legacy_document(store, chain[-1]))
        if len(chain) > _LEGACY_LAYERS:
            raise SourceError(f"more than {_LEGACY_LAYERS} layers, or a layer that is its own ancestor")
    blobs = tuple(Blob(f"{layer}/layer.tar") for layer in reversed(chain))
    repository = _repository(tuple(name for name, layer in names.items() if layer == top))
    return Selection(Resolved(target, repository, None), config(documents[0], "", ()), blobs, content="")


def _legacy_document(store: Files, layer: str) -> dict[str, str]:
    name = f"{layer}/json"
    document: dict[str, str] = load(store.document(name, CONFIG_LIMIT), printable(name), schemas.LEGACY)
    return document


def _refers(entry: Descriptor) -> bool:
    return entry.attestation or _SUBJECT in (entry.annotations or {})


def _named(entry: Descriptor, reference: str) -> bool:
    return entry.digest == reference.removeprefix("@") or any(same_image(name, reference) for name in _names(entry))


def _names(entry: Descriptor) -> tuple[str, ...]:
    annotations = entry.annotations or {}
    return tuple(annotations[key] for key in (_IMAGE_NAME, _REF_NAME) if key in annotations)


def _repository(names: tuple[str, ...]) -> str:
    """The first name that is one: a mere tag (`latest`) names no repository."""
    return next((name for name in names if (":" in name or "/" in name) and parse_reference(name)), "")


def _config_digest(name: str) -> str:
    """The digest that a docker-archive's config has by its file name (`HEX.json`, `blobs/sha256/HEX`)."""
    return f"sha256:{name.rpartition('/')[2].removesuffix('.json')}"


def _not_one(reference: str | None, found: int, names: Iterable[str], form: str, target: str) -> SourceError:
    names = sorted(names)
    if not names:
        return SourceError("it holds no image")
    if found:
        first = printable(f"{form}:{parse_target(target).path_or_ref}:{names[0]}")
        return SourceError(f"it holds several images, name one as in {first}; there are {listed(names)}")
    return SourceError(f"it holds no image {printable(reference or '')}, only {listed(names)}")
