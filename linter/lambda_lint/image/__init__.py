"""Images: documents, layers, and the merged file tree."""

from lambda_lint.image.filesystem import Credentials, Denial, File, Filesystem, Kind
from lambda_lint.image.model import (
    Descriptor,
    Document,
    Foreign,
    History,
    Image,
    ImageConfig,
    Index,
    Layer,
    Manifest,
    Platform,
    Resolved,
)

__all__ = [
    "Credentials",
    "Denial",
    "Descriptor",
    "Document",
    "File",
    "Filesystem",
    "Foreign",
    "History",
    "Image",
    "ImageConfig",
    "Index",
    "Kind",
    "Layer",
    "Manifest",
    "Platform",
    "Resolved",
]
