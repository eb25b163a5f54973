"""Layers that were read, put together to an image and checked against what its documents promise."""

from __future__ import annotations

from collections.abc import Sequence

from lambda_lint.errors import SourceError
from lambda_lint.image.compression import NONE
from lambda_lint.image.documents import created_by
from lambda_lint.image.filesystem import Content, Filesystem
from lambda_lint.image.model import Descriptor, Image, ImageConfig, Layer, Resolved
from lambda_lint.image.scan import Scan


def assemble(resolved: Resolved, config: ImageConfig, scans: Sequence[Scan], content: Content) -> Image:
    """The image, its layers in order, the base first. `content` reads from a layer again.

    Raises SourceError when a digest, a size or the number of layers is not as promised. By its digest in the manifest a
    layer is known to be the one that was pushed, and may still not be the one that the config names; without a manifest
    the diff id is the digest. A layer that was not read as a whole is taken to be the one that the config names.
    """
    descriptors = resolved.manifest.layers if resolved.manifest is not None else (None,) * len(scans)
    if len(config.diff_ids) != len(scans):
        raise SourceError(f"the config names {len(config.diff_ids)} layers, the manifest {len(scans)}")
    makers = created_by(config, len(scans))
    layers = tuple(
        _layer(index, scan, descriptor, config.diff_ids[index], makers[index])
        for index, (scan, descriptor) in enumerate(zip(scans, descriptors, strict=True))
    )
    filesystem = Filesystem([scan.index for scan in scans], [scan.kept for scan in scans], content)
    return Image(resolved, config, layers, filesystem)


def _layer(index: int, scan: Scan, descriptor: Descriptor | None, diff_id: str, created_by: str) -> Layer:
    if descriptor is not None:
        _same(f"layer {index + 1} ({descriptor.digest})", "size", descriptor.size, scan.blob_size)
        _same(f"layer {index + 1} ({descriptor.digest})", "digest", descriptor.digest, scan.digest)
    elif scan.diff_id:
        _same(f"layer {index + 1}", "diff id", diff_id, scan.diff_id)
    return Layer(
        index=index,
        digest=scan.digest or diff_id,
        diff_id=scan.diff_id or diff_id,
        media_type="" if descriptor is None else descriptor.media_type,
        compression=scan.compression,
        compressed_size=None if descriptor is None and scan.compression == NONE else scan.blob_size,
        tar_size=scan.tar_size,
        file_size=scan.file_size,
        entry_count=len(scan.index),
        created_by=created_by,
        entries=scan.index,
    )


def _same(where: str, what: str, promised: object, found: object) -> None:
    if promised != found:
        raise SourceError(f"{where}: {what} mismatch, it is {found}, not {promised}")
