"""Which image of a store is meant, and what its documents say."""

from __future__ import annotations

from collections.abc import Iterable

from lambda_lint.errors import SourceError, printable
from lambda_lint.image.assembly import assemble
from lambda_lint.image.documents import (
    CONFIG_LIMIT,
    CONFIG_TYPES,
    DOCUMENT_LIMIT,
    parse_config,
    parse_document,
    verify,
)
from lambda_lint.image.entries import Wanted
from lambda_lint.image.model import Descriptor, Document, Image, ImageConfig, Index, Manifest, Resolved
from lambda_lint.image.reference import parse_reference
from lambda_lint.sources.store import Blob, Store
from lambda_lint.values import Value, replace

# The platform that Lambda assumes when nobody says anything is every builder's own default too.
_DEFAULT_ARCHITECTURE = "amd64"
# An index may hold indexes; nobody nests them deeper.
_INDEX_DEPTH = 3


class Selection(Value, eq=False):
    """An image of a store. `diff_ids_known` is False for the oldest archives, whose documents hold none."""

    resolved: Resolved
    config: ImageConfig | None
    blobs: tuple[Blob, ...]
    diff_ids_known: bool = True


def read_image(store: Store, selection: Selection, wanted: Wanted) -> Image:
    """Reads the layers. Raises SourceError when there are none to read, or when they are not as promised."""
    config, blobs = selection.config, selection.blobs
    if config is None:
        raise SourceError("there is no image to look into")
    scans = store.scan(blobs, wanted)
    if not selection.diff_ids_known:
        config = replace(config, diff_ids=tuple(scan.diff_id for scan in scans))

    def content(layer: int, offset: int, size: int) -> bytes:
        return store.content(blobs[layer], scans[layer], offset, size)

    return assemble(selection.resolved, config, scans, content)


def blob_name(digest: str) -> str:
    """Where an OCI layout keeps a blob. The schemas let only sha256 and sha512 with hexadecimal digits come here."""
    algorithm, _, encoded = digest.partition(":")
    return f"blobs/{algorithm}/{encoded}"


def select_manifest(
    store: Store, top: Descriptor, architecture: str | None, reference: str, repository: str
) -> Selection:
    """What a descriptor in an OCI layout leads to."""
    document = _document(store, top)
    child = _child(store, document, architecture, _INDEX_DEPTH) if isinstance(document, Index) else None
    resolved = Resolved(reference, repository, document, child)
    manifest = resolved.manifest
    if manifest is None:
        return Selection(resolved, None, ())
    config = _config(store, manifest)
    diff_ids = config.diff_ids if config is not None else ()
    blobs = tuple(
        Blob(blob_name(layer.digest), algorithm(layer.digest), algorithm(diff_id))
        for layer, diff_id in zip(manifest.layers, diff_ids, strict=False)
    )
    if config is not None and len(diff_ids) != len(manifest.layers):
        raise SourceError(f"the config names {len(diff_ids)} layers, the manifest {len(manifest.layers)}")
    return Selection(resolved, config, blobs)


def algorithm(digest: str) -> str:
    """The name that hashlib knows."""
    return digest.partition(":")[0]


def same_image(name: str, wanted: str) -> bool:
    """Whether two references mean the same image, as written or the way Docker completes them."""
    if name == wanted:
        return True
    first, second = parse_reference(name), parse_reference(wanted)
    return first is not None and second is not None and first.with_tag() == second.with_tag()


def listed(names: Iterable[str]) -> str:
    """Names from a target, for a message."""
    shown = list(dict.fromkeys(names))
    more = f" and {len(shown) - 20} more" if len(shown) > 20 else ""
    return ", ".join(printable(name, 100) for name in shown[:20]) + more


def _document(store: Store, descriptor: Descriptor) -> Document:
    return parse_document(_blob(store, descriptor, DOCUMENT_LIMIT), descriptor)


def _blob(store: Store, descriptor: Descriptor, limit: int) -> bytes:
    name = blob_name(descriptor.digest)
    data = store.document(name, limit)
    if len(data) != descriptor.size:
        raise SourceError(f"{name}: size mismatch, it has {len(data)} bytes, not {descriptor.size}")
    verify(data, descriptor.digest, name)
    return data


def _child(store: Store, index: Index, architecture: str | None, depth: int) -> Manifest | None:
    real = [
        entry
        for entry in index.manifests
        if not entry.attestation and not (entry.platform and entry.platform.architecture == "unknown")
    ]
    chosen = [
        entry
        for entry in real
        if entry.platform and entry.platform.architecture == (architecture or _DEFAULT_ARCHITECTURE)
    ]
    chosen.sort(key=lambda entry: entry.platform is not None and entry.platform.os != "linux")
    # An engine that holds one platform of an image exports the whole index all the same.
    for entry in [*chosen, *(real if len(real) == 1 else ())]:
        if store.has(blob_name(entry.digest)):
            found = _document(store, entry)
            if isinstance(found, Index):
                return _child(store, found, architecture, depth - 1) if depth > 1 else None
            return found if isinstance(found, Manifest) else None
    return None


def _config(store: Store, manifest: Manifest) -> ImageConfig | None:
    """None for an artifact: what has other things than tars for layers, or some other config."""
    if not all("tar" in layer.media_type for layer in manifest.layers):
        return None
    data = _blob(store, manifest.config, CONFIG_LIMIT)
    try:
        return parse_config(data, manifest.config.digest)
    except SourceError:
        if manifest.config.media_type in CONFIG_TYPES:
            raise
        return None
