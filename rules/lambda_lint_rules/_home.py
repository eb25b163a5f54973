"""The home directory on Lambda, which does not exist, and what a project says to keep files out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from lambda_lint import Dockerfile, Image, Kind, Run, Setting, regex

_SOURCES = (".py", ".sh", ".js", ".mjs", ".cjs", "/bootstrap")
_INSTALLED = regex(
    r"/(?:site-packages|dist-packages|node_modules|lib/python[\d.]*|lib64/python[\d.]*)/|^/usr/|^/var/(?:lang|runtime)/"
)
_MAX_SOURCES = 200
_MAX_SOURCE = 256 << 10  # what is kept of a source while the layers are read


def moved(env: Mapping[str, Setting[str]], variables: Iterable[str]) -> bool:
    """Whether one of the variables is set, or HOME is where a function may write, or not known."""
    home = env.get("HOME")
    if home is not None and (home.value is None or home.value.startswith("/tmp")):  # noqa: S108
        return True
    return any(name in env for name in variables if name != "HOME")


def mentions(text: str, variables: Iterable[str]) -> bool:
    """Whether a text names one of the variables, or HOME, and so may set it."""
    return any(name in text and re.search(rf"(?<!\w){name}(?!\w)", text) for name in (*variables, "HOME"))


@lru_cache(maxsize=2)
def sources(image: Image) -> Mapping[str, str]:
    """The project's own small sources by their paths: what is in no folder of a package manager or of the system.

    No layer is read again for those that there was no room to keep.
    """
    found = {}
    for path in sorted(_paths(image)):
        file = image.filesystem.get(path, follow=False)
        if file is not None and file.kind is Kind.FILE and 0 < file.size <= _MAX_SOURCE:
            text = image.filesystem.at_hand(path, _MAX_SOURCE)
            if text is not None:
                found[path] = text.decode(errors="replace")
        if len(found) >= _MAX_SOURCES:
            break
    return found


def _paths(image: Image) -> Iterator[str]:
    for layer in image.layers:
        yield from (path for path in layer.entries.paths if path.endswith(_SOURCES) and not _INSTALLED.search(path))


@lru_cache(maxsize=2)
def runs(dockerfile: Dockerfile) -> tuple[tuple[Run, str], ...]:
    """Each RUN that is part of the image, with its text, here-documents included.

    Remembered for the last Dockerfiles: several rules ask for it.
    """
    return tuple(_runs(dockerfile))


@lru_cache(maxsize=2)
def run_text(dockerfile: Dockerfile) -> str:
    """The text of all of them: what it does not hold is in none."""
    return "\n".join(text for _, text in runs(dockerfile))


def _runs(dockerfile: Dockerfile) -> Iterator[tuple[Run, str]]:
    for stage in dockerfile.final.lineage if dockerfile.final else ():
        for run in stage.every(Run):
            yield run, run.text
