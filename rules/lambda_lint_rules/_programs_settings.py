"""What files of the project tell npm, uv and their like, which read them where they start."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Image, Kind, Run, Stage, building
from lambda_lint.annotations import TYPE_CHECKING
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._facts.caches import SettingsFile

if TYPE_CHECKING:
    from lambda_lint_rules._start.built import Build

_SIZE = 64 << 10


def in_image(image: Image, told: SettingsFile, folder: str) -> bool:
    """Whether files in a folder of an image, above it or of the system say it, or cannot be read at once."""
    for path in _paths(told, folder):
        file = image.filesystem.get(path)
        if file is not None and file.kind is Kind.FILE:
            data = image.filesystem.at_hand(path, _SIZE)
            if data is None or _says(told, path, data.decode("utf-8", "replace")):
                return True
    return False


def in_build(
    dockerfile: Dockerfile, deployment: Deployment, stage: Stage, told: SettingsFile, folder: str | None
) -> bool:
    """Whether a stage of a build says it, in a RUN or in files that it copies; in any folder where none is known."""
    texts = (run.text for part in stage.lineage for run in part.every(Run))
    if any(re.search(told.command, text) for text in texts):
        return True
    if not building.shows_files(dockerfile, base_config, deployment):
        return False
    from lambda_lint_rules._start import built  # for few Dockerfiles only

    for build in built.builds(dockerfile, deployment):
        tree = build.tree_of(stage)
        paths = tuple(tree.made) if folder is None else _paths(told, folder)
        if any(_says(told, path, tree.text(path, _SIZE) or "") for path in paths):
            return True
        # A RUN that nobody understands may have changed all files, though hardly these.
        if any(_says(told, name, _beside(build, name)) for name in told.files):
            return True
    return False


def _beside(build: Build, name: str) -> str:
    """The text of a file at the root of the build context, "" for none that a COPY can take."""
    context = build.context
    entry = context.entry(name) if context is not None else None
    return context.read(name, _SIZE).decode("utf-8", "replace") if context is not None and entry is not None else ""


def _paths(told: SettingsFile, folder: str) -> Iterator[str]:
    yield from told.system
    parts = posixpath.normpath(folder).strip("/").split("/")
    for count in range(len(parts), -1, -1):
        yield from (posixpath.join("/", *parts[:count], name) for name in told.files)


def _says(told: SettingsFile, path: str, text: str) -> bool:
    pattern = told.system.get(path) or told.files.get(posixpath.basename(path))
    return pattern is not None and re.search(pattern, text, re.MULTILINE) is not None
