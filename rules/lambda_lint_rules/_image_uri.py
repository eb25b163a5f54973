"""The name under which Lambda will fetch the image, as far as anybody has said it."""

from __future__ import annotations

from lambda_lint import Deployment, ImageLocation, Reference, Resolved, Value, parse_reference
from lambda_lint_rules._facts.ecr import Registry, registry


class ImageUri(Value):
    """`text` as it is written, what it says, and the private ECR registry in it, if it is one.

    `certain` tells that the settings name it; otherwise it is the name of an image in ECR that was looked into.
    """

    text: str
    reference: Reference | None
    registry: Registry | None
    certain: bool
    location: ImageLocation


def image_uri(resolved: Resolved, deployment: Deployment) -> ImageUri | None:
    """The function's ImageUri: that of the settings, or else the image's own name where that is one of ECR."""
    if deployment.image is not None:
        return _uri(deployment.image, certain=True, key="settings.function.image")
    for text in (resolved.repository, resolved.reference.removeprefix("docker://")):
        found = _uri(text, certain=False, key="reference")
        if found.registry is not None:
            return found
    return None


def _uri(text: str, *, certain: bool, key: str) -> ImageUri:
    reference = parse_reference(text)
    return ImageUri(text, reference, registry(reference), certain, ImageLocation(key=key))
