"""Which image of a store is meant, and what its documents say."""

from __future__ import annotations

from collections.abc import Iterable

from lambda_lint.errors import SourceError, printable
from lambda_lint.image.assembly import assemble
from lambda_lint.image.documents import (
    CONFIG_LIMIT,
    CONFIG_TYPES,
    parse_config,
    parse_document,
    verify,
)
from lambda_lint.image.entries import Wanted
from lambda_lint.image.model import Descriptor, Document, Image, ImageConfig, Index, Manifest, Platform, Resolved
from lambda_lint.reference import parse_reference
from lambda_lint.sources.cache import Cache
from lambda_lint.sources.layers import layer_key, read_layers
from lambda_lint.sources.model import OpenedImage, SourceOptions
from lambda_lint.sources.store import Blob, Store, blob_name
from lambda_lint.values import Value, replace

# The platform that Lambda assumes when nobody says anything is every builder's own default too.
_DEFAULT = Platform(architecture="amd64")
# An index may hold indexes; nobody nests them deeper.
_INDEX_DEPTH = 3


class _MissingError(Exception):
    """None of the images of an index can be looked into. The index itself still can."""


class Selection(Value, eq=False):
    """An image of a store. `content` and `missing` as in `OpenedImage`: "" is the content of the oldest archives, whose
    config has no diff ids.
    """

    resolved: Resolved
    config: ImageConfig | None
    blobs: tuple[Blob, ...]
    content: str = "diff ids"
    missing: str = ""


def opened(target: str, store: Store, selection: Selection, options: SourceOptions) -> OpenedImage:
    """The image of a selection, to be read from its store when somebody wants to."""

    def read(wanted: Wanted) -> Image:
        return read_image(store, selection, wanted, options.cache)

    return OpenedImage(target, selection.resolved, selection.config, read, selection.content, selection.missing)


def read_image(store: Store, selection: Selection, wanted: Wanted, cache: Cache | None = None) -> Image:
    """Reads the layers that the cache does not hold, and leaves them there.

    Raises SourceError when there are none to read, or when they are not as promised.
    """
    config, blobs = selection.config, selection.blobs
    if config is None:
        raise SourceError(selection.missing or "there is no image to look into")
    scans = read_layers(store, blobs, wanted, cache)
    if not selection.content:
        config = replace(config, diff_ids=tuple(scan.diff_id for scan in scans))

    def content(layer: int, offset: int, size: int) -> bytes:
        return store.content(blobs[layer], scans[layer], offset, size)

    return assemble(selection.resolved, config, scans, content)


def select_manifest(
    store: Store, top: Descriptor, platform: Platform | None, reference: str, repository: str
) -> Selection:
    """What the descriptor of a manifest or an index leads to."""
    document = _document(store, top)
    if document is None:
        raise SourceError(f"{blob_name(top.digest)} is missing")
    child, missing = None, ""
    if isinstance(document, Index):
        try:
            child = _child(store, document, platform or _DEFAULT, _INDEX_DEPTH)
        except _MissingError as error:
            missing = str(error)
    resolved = Resolved(reference, repository, document, child)
    manifest = resolved.manifest
    if manifest is None:
        return Selection(resolved, None, (), missing=missing)
    config = _config(store, manifest)
    diff_ids = config.diff_ids if config is not None else ()
    blobs = tuple(
        Blob(
            blob_name(layer.digest),
            algorithm(layer.digest),
            algorithm(diff_id),
            layer.size,
            layer_key(layer.digest, diff_id),
        )
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


def _document(store: Store, descriptor: Descriptor) -> Document | None:
    data = store.manifest(descriptor.digest)
    return None if data is None else parse_document(_verified(data, descriptor), descriptor)


def _verified(data: bytes, descriptor: Descriptor) -> bytes:
    name = blob_name(descriptor.digest)
    if len(data) != descriptor.size:
        raise SourceError(f"{name}: size mismatch, it has {len(data)} bytes, not {descriptor.size}")
    verify(data, descriptor.digest, name)
    return data


def _child(store: Store, index: Index, wanted: Platform, depth: int) -> Manifest | None:
    """The manifest in an index that fits best, None in an index of no images. Raises _MissingError for any other."""
    real = [
        entry
        for entry in index.manifests
        if not entry.attestation and not (entry.platform and entry.platform.architecture == "unknown")
    ]
    chosen = [entry for entry in real if entry.platform and _fits(entry.platform, wanted)]
    chosen.sort(key=lambda entry: entry.platform is not None and entry.platform.os != "linux")
    there = listed(str(entry.platform or "no platform") for entry in real)
    if not chosen and wanted.os and any(entry.platform for entry in real):
        raise SourceError(f"the index holds no image for {printable(str(wanted))}, only for {there}")
    if not chosen and len(real) > 1:
        remedy = "with --platform" if any(entry.platform for entry in real) else "by its digest"
        raise _MissingError(f"none of the index's images ({there}) is for {printable(str(wanted))}; name one {remedy}")
    # An engine that holds one platform of an image exports the whole index all the same.
    for entry in chosen or real:
        found = _document(store, entry)
        if isinstance(found, Manifest):
            return found
        if isinstance(found, Index) and depth > 1:
            return _child(store, found, wanted, depth - 1)
        if found is not None:
            raise _MissingError(f"what the index names as its image ({entry.digest}) is none that can be read here")
    if real:
        raise _MissingError(f"the index's image for {printable(str(wanted))} is missing ({(chosen or real)[0].digest})")
    return None


def _fits(platform: Platform, wanted: Platform) -> bool:
    """Whether this is the platform, as far as both say. Whoever builds for arm64 may or may not add that it is v8."""
    return (
        platform.architecture == wanted.architecture
        and wanted.os in ("", platform.os)
        and (not platform.variant or wanted.variant in ("", platform.variant))
    )


def _config(store: Store, manifest: Manifest) -> ImageConfig | None:
    """None for an artifact: what has other things than tars for layers, or some other config."""
    if not all("tar" in layer.media_type for layer in manifest.layers):
        return None
    data = _verified(store.document(blob_name(manifest.config.digest), CONFIG_LIMIT), manifest.config)
    try:
        return parse_config(data, manifest.config.digest)
    except SourceError:
        if manifest.config.media_type in CONFIG_TYPES:
            raise
        return None
