"""Where Dockerfiles and images come from: files, archives, OCI layouts and the Docker engine."""

from lambda_lint.sources.model import OpenedDockerfile, OpenedImage, SourceOptions
from lambda_lint.sources.opening import open_target

__all__ = ["OpenedDockerfile", "OpenedImage", "SourceOptions", "open_target"]
