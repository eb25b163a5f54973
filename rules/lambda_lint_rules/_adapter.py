"""The Lambda Web Adapter: where it is, and the settings it is given, in a Dockerfile or an image."""

from __future__ import annotations

from lambda_lint import Deployment, Dockerfile, Image, RuntimeConfig, runtime
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._start import plan
from lambda_lint_rules._start.web_adapter import adapter


def config_of_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> RuntimeConfig | None:
    """The settings of the final stage when it copies the adapter to where Lambda starts it, else None."""
    if dockerfile.final is None or adapter(dockerfile.final.lineage) is None:
        return None
    return runtime.of_dockerfile(dockerfile, base_config, deployment)


def config_of_image(image: Image, deployment: Deployment) -> RuntimeConfig | None:
    """The settings of an image in which Lambda starts the adapter, else None."""
    return runtime.of_image(image.config, deployment) if plan(image, deployment).adapter is not None else None
