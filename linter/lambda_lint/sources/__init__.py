"""Where Dockerfiles, images and JSON files come from: files, archives, OCI layouts, engines and stdin."""

from lambda_lint.sources.model import OpenedDockerfile, OpenedImage, OpenedJson, SourceOptions
from lambda_lint.sources.opening import dockerfiles_at, open_target

__all__ = ["OpenedDockerfile", "OpenedImage", "OpenedJson", "SourceOptions", "dockerfiles_at", "open_target"]
