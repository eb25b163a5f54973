"""What is to be seen at a place in an image, in one line: a setting's value, a file's mode, a layer's maker."""

from __future__ import annotations

import stat
from collections.abc import Mapping

from lambda_lint.deployment import Deployment
from lambda_lint.image import File, Image, ImageConfig, Kind, Layer, Resolved
from lambda_lint.lazy import regex
from lambda_lint.location import ImageLocation, Location

_LONGEST = 200
_NOBODY_SAID = Deployment()
# What Docker's classic builder writes in place of the files that it copies.
_CHECKSUM = regex(r"\b((?:file|dir|multi):[0-9a-f]{12})[0-9a-f]{52}\b")

_TYPE_BITS = {
    Kind.FILE: stat.S_IFREG,
    Kind.DIRECTORY: stat.S_IFDIR,
    Kind.SYMLINK: stat.S_IFLNK,
    Kind.CHARACTER_DEVICE: stat.S_IFCHR,
    Kind.BLOCK_DEVICE: stat.S_IFBLK,
    Kind.FIFO: stat.S_IFIFO,
}


def of_documents(
    location: Location, resolved: Resolved, config: ImageConfig | None, deployment: Deployment = _NOBODY_SAID
) -> str:
    """The value behind a key of the reference, the manifest or the config; "" for a place that has none.

    Of a setting that the function replaces, that is the function's own.
    """
    if not isinstance(location, ImageLocation) or not location.key:
        return ""
    document, _, key = location.key.partition(".")
    if document == "reference":
        name = resolved.repository or resolved.reference
        return f"{name}, {resolved.document.descriptor.media_type}" if resolved.document else name
    if document == "config" and config:
        return _replaced(key, deployment) or _shorten(_setting(key, config))
    if document == "manifest" and resolved.document and not key:
        return resolved.document.descriptor.media_type
    return ""


def of_image(location: Location, image: Image, deployment: Deployment = _NOBODY_SAID) -> str:
    """As `of_documents`, and for a path its mode and owner, for a layer its size and what made it."""
    if not isinstance(location, ImageLocation):
        return ""
    if location.key:
        return of_documents(location, image.resolved, image.config, deployment)
    file = image.filesystem.get(location.path, follow=False) if location.path else None
    index = file.layer if location.layer is None and file and not file.synthetic else location.layer
    layer = next((layer for layer in image.layers if layer.index == index), None)
    parts = (_owner(file) if file else "", _maker(layer, len(image.layers)) if layer else "")
    return ", ".join(part for part in parts if part)


def made_by(created_by: str) -> str:
    """A history entry in one line, as its author wrote it: without what the builders put around it."""
    text = " ".join(created_by.split())
    text = _CHECKSUM.sub(r"\1...", text.removesuffix("# buildkit").rstrip())
    if "/bin/sh -c #(nop) " in text:
        return text.split("#(nop) ", 1)[1].strip()
    for shell in ("RUN /bin/sh -c ", "/bin/sh -c "):
        if text.startswith(shell):
            return f"RUN {text.removeprefix(shell)}"
    return text


def _replaced(key: str, deployment: Deployment) -> str:
    values: Mapping[str, object] = {
        "Entrypoint": deployment.entrypoint,
        "Cmd": deployment.command,
        "WorkingDir": deployment.workdir,
    }
    value = values.get(key)
    return "" if value is None else f"{_shorten(_json(value))}, set on the function"


def _setting(key: str, config: ImageConfig) -> str:
    values: Mapping[str, object] = {
        "Entrypoint": config.entrypoint,
        "Cmd": config.command,
        "WorkingDir": config.workdir,
        "User": config.user,
        "os": config.platform.os,
        "architecture": config.platform.architecture,
        "variant": config.platform.variant,
        **{f"Env[{name}]": value for name, value in config.env},
    }
    value = values.get(key)
    return "" if value is None else _json(value)


def _json(value: object) -> str:
    import json  # for images only

    return json.dumps(value, ensure_ascii=False)


def _owner(file: File) -> str:
    return f"{stat.filemode(_TYPE_BITS[file.kind] | file.mode)} {file.uid}:{file.gid}"


def _maker(layer: Layer, count: int) -> str:
    made = _shorten(made_by(layer.created_by))
    return f"layer {layer.index + 1} of {count}" + (f", made by {made}" if made else "")


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
