"""Where a problem is: a region of a source file, or a place in an image."""

from __future__ import annotations

from lambda_lint.values import Value


class Position(Value, order=True):
    """A line and a column, both counted from 1. Columns count Unicode code points.

    Raises ValueError for anything below 1: GitHub refuses SARIF that holds a zero.
    """

    line: int
    column: int = 1

    def __post_init__(self) -> None:
        if self.line < 1 or self.column < 1:
            raise ValueError(f"positions count from 1, got {self.line}:{self.column}")


class Region(Value, order=True):
    """A stretch of text from `start` up to, not including, `end`. Raises ValueError when `end` lies before `start`."""

    start: Position
    end: Position

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a region cannot end before it starts: {self.start} > {self.end}")


class SourceLocation(Value, order=True):
    """A region of a file. `path` is the path as the user gave it, with forward slashes."""

    path: str
    region: Region


class ImageLocation(Value):
    """A place in an image: a key of its documents, or a layer and perhaps a path in it.

    `key` is dotted and starts with the document's name: `config.Cmd`, `manifest.layers[2].mediaType`, `reference`;
    `settings` is the file with the linter's settings for this image.
    `layer` is the index of the layer, from 0, the base first. `path` is absolute in the image (`/var/task/app.py`).
    Raises ValueError unless there is a key or else a layer or a path, and not both.
    """

    key: str = ""
    layer: int | None = None
    path: str = ""

    def __post_init__(self) -> None:
        if bool(self.key) == bool(self.path or self.layer is not None):
            raise ValueError("an image location is a key, or else a layer or a path")


Location = SourceLocation | ImageLocation
