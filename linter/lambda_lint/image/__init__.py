"""Images: documents, layers, and the merged file tree."""

from lambda_lint.image.entries import DIRECTORY, HARD_LINK, REGULAR, SYMLINK, Credentials, Entry, LayerIndex, Owner
from lambda_lint.image.filesystem import Denial, File, Filesystem, Kind
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
from lambda_lint.reference import Reference, parse_reference

__all__ = [
    "DIRECTORY",
    "HARD_LINK",
    "REGULAR",
    "SYMLINK",
    "Credentials",
    "Denial",
    "Descriptor",
    "Document",
    "Entry",
    "File",
    "Filesystem",
    "Foreign",
    "History",
    "Image",
    "ImageConfig",
    "Index",
    "Kind",
    "Layer",
    "LayerIndex",
    "Manifest",
    "Owner",
    "Platform",
    "Reference",
    "Resolved",
    "parse_reference",
]
