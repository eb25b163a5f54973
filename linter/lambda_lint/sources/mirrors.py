"""Mirrors of Docker Hub, as a Docker engine knows them: `registry-mirrors` in its daemon.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from lambda_lint.errors import SourceError
from lambda_lint.sources.connections import origin

_LIMIT = 1 << 20


def hub_mirrors(environ: Mapping[str, str]) -> Iterator[str]:
    """The URLs of mirrors in their order. One that would be asked without TLS over a network is passed over."""
    own = Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "/")) / ".config")
    for path in (own / "docker" / "daemon.json", Path("/etc/docker/daemon.json")):
        for url in _listed(path):
            try:
                server = origin(url)
            except SourceError:
                continue
            if server.scheme == "https" or server.loopback:
                yield url.rstrip("/")


def _listed(path: Path) -> tuple[str, ...]:
    """What a file lists. It is the engine's own, so what is wrong with it is for the engine to say."""
    try:
        with path.open("rb") as file:
            mirrors = json.loads(file.read(_LIMIT))["registry-mirrors"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return ()
    return tuple(url for url in mirrors if isinstance(url, str)) if isinstance(mirrors, list) else ()
