"""The AWS base image that a built image stands on, told by what the base leaves in it."""

from __future__ import annotations

import re

from lambda_lint import Image, ImageLocation, Value, regex
from lambda_lint_rules._facts.base_images import BOOTSTRAP, ENTRYPOINT, RUNTIME_DIR, AwsBase, recognise
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.presence import base_client

# https://github.com/opencontainers/image-spec/blob/main/annotations.md
BASE_NAME = "org.opencontainers.image.base.name"

_RELEASE = f"{RUNTIME_DIR}/runtime-release"
_OS_RELEASE = "/etc/os-release"
_SMALL = 16 << 10

_IDENTIFIER = regex(r"(?P<language>[a-z]+?)(?P<core>core)?\.?(?P<version>al\d*|\d[\d.]*?)(?:\.x)?(?:\.(?P<os>al\d+))?")
_RELEASE_NAME = regex(r"^LAMBDA_RUNTIME_NAME=[\"']?([a-z][\w.]*)", re.MULTILINE)
_EXECUTION_ENVIRONMENT = regex(r"\bAWS_EXECUTION_ENV=[\"']?AWS_Lambda_([a-z][\w.]*)")
_OS_VERSION = regex(r"^VERSION_ID=[\"']?([\d.]+)", re.MULTILINE)
_AMAZON = regex(r"^ID=[\"']?amzn\b", re.MULTILINE)
_OS_TAGS = {"2023": "al2023", "2": "al2", "2018.03": "alami"}


class FoundBase(Value):
    """An AWS base image and the place that gives it away."""

    base: AwsBase
    location: ImageLocation


def of_image(image: Image) -> FoundBase | None:
    """The AWS base image under an image; None for another base, and where its version cannot be told."""
    files = Files(image.filesystem)
    if not files.is_file(ENTRYPOINT):
        return None
    return _by_runtime(files) or _by_interpreter(files) or _by_os(files) or _by_name(image)


def identified(identifier: str) -> AwsBase | None:
    """The base image of a runtime identifier (`python3.13`, `nodejs22.x`, `java8.al2`, `provided.al2023`)."""
    match = _IDENTIFIER.fullmatch(identifier)
    if match is None:
        return None
    tag = ".".join(filter(None, ((match["core"] or "") + match["version"], match["os"])))
    return recognise(f"public.ecr.aws/lambda/{match['language']}:{tag}")


def _by_runtime(files: Files) -> FoundBase | None:
    for path, pattern in ((_RELEASE, _RELEASE_NAME), (BOOTSTRAP, _EXECUTION_ENVIRONMENT)):
        match = pattern.search(files.text(path, _SMALL) or "")
        base = identified(match[1]) if match else None
        if base is not None and base.version:
            return _found(base, files, path)
    return None


def _by_interpreter(files: Files) -> FoundBase | None:
    client = base_client(files)
    base = identified(f"{client.language}{client.version}") if client is not None and client.version else None
    return _found(base, files, BOOTSTRAP) if base is not None else None


def _by_os(files: Files) -> FoundBase | None:
    """The OS-only base: an entrypoint, and no language."""
    text = files.text(_OS_RELEASE, _SMALL) or ""
    version = _OS_VERSION.search(text)
    tag = _OS_TAGS.get(version[1]) if version is not None and _AMAZON.search(text) else None
    if tag is None or files.is_directory("/var/lang") or base_client(files) is not None:
        return None
    base = recognise(f"public.ecr.aws/lambda/provided:{tag}")
    return _found(base, files, _OS_RELEASE) if base is not None else None


def _by_name(image: Image) -> FoundBase | None:
    annotations = image.resolved.manifest.annotations if image.resolved.manifest else {}
    for key, names in ((f"config.Labels[{BASE_NAME}]", image.config.labels), ("manifest", annotations)):
        base = recognise(names.get(BASE_NAME, ""))
        if base is not None and base.version:
            return FoundBase(base, ImageLocation(key=key))
    return None


def _found(base: AwsBase, files: Files, path: str) -> FoundBase:
    file = files.get(path)
    return FoundBase(base, ImageLocation(layer=file.layer if file else None, path=file.path if file else path))
