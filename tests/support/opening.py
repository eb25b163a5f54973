"""Targets opened the way a session does it, for tests of the sources."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from support.images import everything

from lambda_lint.image import Image, Platform
from lambda_lint.sources import OpenedDockerfile, OpenedImage, SourceOptions, open_target
from lambda_lint.sources.cache import Cache
from lambda_lint.targets import parse_target

Wanted = Callable[[str, int, int], int]

# Where nobody listens, so that no test asks an engine that happens to be there, or a registry.
NO_ENGINE = {"DOCKER_HOST": "unix:///nonexistent/docker.sock", "HTTPS_PROXY": "http://127.0.0.1:9"}


@contextmanager
def opened_image(
    target: str,
    platform: Platform | None = None,
    environ: Mapping[str, str] | None = None,
    cache: Cache | None = None,
) -> Iterator[OpenedImage]:
    """The one image of a target, as long as the block runs."""
    options = SourceOptions(platform, dict(os.environ) if environ is None else environ, cache=cache)
    with ExitStack() as stack:
        (opened,) = open_target(parse_target(target), options, stack)
        assert isinstance(opened, OpenedImage)
        yield opened


@contextmanager
def read_target(
    target: str,
    platform: Platform | None = None,
    wanted: Wanted = everything,
    environ: Mapping[str, str] | None = None,
) -> Iterator[Image]:
    """The one image of a target with its layers read, as long as the block runs."""
    with opened_image(target, platform, environ) as opened:
        yield opened.read(wanted)


def dockerfiles(target: str) -> list[OpenedDockerfile]:
    """The Dockerfiles of a target."""
    with ExitStack() as stack:
        opened = open_target(parse_target(target), SourceOptions(environ=NO_ENGINE), stack)
        return [found for found in opened if isinstance(found, OpenedDockerfile)]


def contents(image: Image) -> dict[str, str]:
    """Every file but folders: a regular file's content, the target of a symlink."""
    return {
        found.path: f"-> {found.link}" if found.link else image.filesystem.read(found.path, found.size).decode()
        for found in image.filesystem.walk()
        if found.kind.value in ("file", "symlink")
    }
