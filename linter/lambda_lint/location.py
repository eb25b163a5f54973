"""Where a problem is: a region of a source file, or a place in an image."""

from __future__ import annotations

from lambda_lint.values import Value


class Position(Value, order=True):
    """A line and a column, both counted from 1. Columns count Unicode code points."""

    line: int
    column: int = 1


class Region(Value, order=True):
    """A stretch of text from `start` up to, not including, `end`, which does not lie before it."""

    start: Position
    end: Position


class SourceLocation(Value, order=True):
    """A region of a file. `path` is the path as the user gave it, with forward slashes."""

    path: str
    region: Region


class ImageLocation(Value):
    """A place in an image: a key of its documents, or a layer and perhaps a path in it.

    `key` is dotted and starts with the document's name: `config.Cmd`, `manifest.layers[2].mediaType`, `reference`;
    `settings` is the file with the linter's settings for this image.
    `layer` is the index of the layer, from 0, the base first. `path` is absolute in the image (`/var/task/app.py`).
    There is a key, or else a layer or a path, and never both. `line`, from 1, is one of the file at `path`.
    """

    key: str = ""
    layer: int | None = None
    path: str = ""
    line: int | None = None


Location = SourceLocation | ImageLocation


def check(location: Location) -> None:
    """Raises ValueError for a place that cannot be: GitHub refuses SARIF that holds a zero or a region that ends early.

    Rules are asked to name real places, and checked here, once a problem, so that making a region costs nothing.
    """
    if isinstance(location, ImageLocation):
        if bool(location.key) == bool(location.path or location.layer is not None):
            raise ValueError("an image location is a key, or else a layer or a path")
        if location.line is not None and (location.line < 1 or not location.path):
            raise ValueError(f"lines of a file count from 1, got {location.line} of {location.path or location.key}")
        return
    start, end = location.region.start, location.region.end
    if start.line < 1 or start.column < 1:
        raise ValueError(f"positions count from 1, got {start.line}:{start.column}")
    if end < start:
        raise ValueError(f"a region cannot end before it starts: {start.line}:{start.column} > {end.line}:{end.column}")
