"""What a report shows of an image, whatever the rule packs know besides. JSON's own types only; README explains it."""

from __future__ import annotations

from collections.abc import Mapping

from lambda_lint.evidence import made_by
from lambda_lint.image import Image, ImageConfig, Layer, Resolved


def of_documents(resolved: Resolved, config: ImageConfig | None) -> Mapping[str, object]:
    """What the manifest and the config tell. `config` is None where there is no image behind the reference."""
    manifest = resolved.manifest
    return {
        "reference": resolved.repository or resolved.reference,
        "digest": manifest.descriptor.digest if manifest else None,
        "os": config.platform.os if config else None,
        "architecture": config.platform.architecture if config else None,
        "variant": (config.platform.variant or None) if config else None,
        "entrypoint": _list(config.entrypoint) if config else None,
        "command": _list(config.command) if config else None,
        "workdir": (config.workdir or None) if config else None,
        "user": (config.user or None) if config else None,
        "uncompressed_size": None,
        "layers": None,
    }


def of_image(image: Image) -> Mapping[str, object]:
    """`of_documents`, and what only the layers tell."""
    return {
        **of_documents(image.resolved, image.config),
        "uncompressed_size": image.tar_size,
        "layers": [_layer(layer) for layer in image.layers],
    }


def _list(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)


def _layer(layer: Layer) -> Mapping[str, object]:
    return {
        "index": layer.index,
        "digest": layer.digest,
        "diff_id": layer.diff_id,
        "media_type": layer.media_type or None,
        "compression": layer.compression,
        "compressed_size": layer.compressed_size,
        "size": layer.tar_size,
        "file_size": layer.file_size,
        "entries": layer.entry_count,
        "created_by": made_by(layer.created_by),
    }
