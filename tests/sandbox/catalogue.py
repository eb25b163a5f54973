"""The cases: images described as data, and built on the engine.

`cases/*.toml` holds one table for each case. `shows` says in one line what it is about; `dockerfile` builds it;
`files` are the build context (text, or a table with `text` and `mode`), where a file's own top-level `files` are shared
by all its cases; `config` are Dockerfile instructions applied to the finished image without running anything (Docker
makes a missing WORKDIR when it meets one in a Dockerfile). `not_claimed` says why lambda-lint cannot know the outcome.
"""

from __future__ import annotations

import io
import re
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import BuildError
from sandbox.materials import PREFIX, TREES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).with_name("cases")
_MATERIAL = re.compile(rf"{PREFIX}([a-z0-9-]+)")
# Any time that zip archives can hold.
_BUILT_AT = 1_700_000_000
_KEYS = {"shows", "dockerfile", "files", "config", "not_claimed"}


class CaseError(Exception):
    """An image that cannot be built; the message holds what the build printed."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a build context."""

    text: str
    mode: int


@dataclass(frozen=True, slots=True)
class Case:
    """One image, and what it is there to show."""

    name: str
    group: str
    shows: str
    dockerfile: str
    files: Mapping[str, File]
    config: tuple[str, ...]
    not_claimed: str

    def image(self, tag: str) -> str:
        """The engine's name of the built image. The tag keeps apart those who work with the same engine."""
        return f"{PREFIX}built-{self.name}:{tag}"

    @property
    def materials(self) -> frozenset[str]:
        """The materials that the Dockerfile names."""
        return frozenset(_MATERIAL.findall(self.dockerfile))


def load(folder: Path = FOLDER) -> tuple[Case, ...]:
    """Every case, sorted by group and in the order of its file. Raises ValueError for one that is not well made."""
    cases = [case for path in sorted(folder.glob("*.toml")) for case in _read(path)]
    names = [case.name for case in cases]
    if doubles := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"cases with the same name: {', '.join(sorted(doubles))}")
    return tuple(cases)


def build(client: docker.DockerClient, case: Case, tag: str) -> str:
    """Build the case from the materials that bear `tag`, and return the image's name. Raises CaseError."""
    image = case.image(tag)
    # Without the cache: it holds on to layers of other cases, whose images come and go at the same time.
    try:
        client.images.build(
            fileobj=_context(case, tag),
            custom_context=True,
            tag=image,
            nocache=True,
            rm=True,
            forcerm=True,
            network_mode="none",
        )
    except BuildError as error:
        said = "".join(str(line.get("stream", "")) for line in error.build_log)
        raise CaseError(f"{case.name} cannot be built: {error.msg}\n{said}") from error
    if case.config:
        container = client.containers.create(image, command=["/"])
        try:
            container.commit(repository=image.partition(":")[0], tag=tag, changes=list(case.config))
        finally:
            container.remove()
    return image


def _read(path: Path) -> list[Case]:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    shared = tables.pop("files", {})
    return [_case(path.stem, name, table, shared) for name, table in tables.items()]


def _case(group: str, name: str, table: dict[str, Any], shared: dict[str, Any]) -> Case:
    if unknown := table.keys() - _KEYS:
        raise ValueError(f"{group}: {name}: unknown key {', '.join(sorted(unknown))}")
    case = Case(
        name=name,
        group=group,
        shows=table["shows"],
        dockerfile=table["dockerfile"],
        files={path: _file(value) for path, value in {**shared, **table.get("files", {})}.items()},
        config=tuple(table.get("config", ())),
        not_claimed=table.get("not_claimed", ""),
    )
    if missing := sorted(case.materials - TREES.keys()):
        raise ValueError(f"{group}: {name}: no such material: {', '.join(missing)}")
    return case


def _file(value: str | dict[str, Any]) -> File:
    if isinstance(value, str):
        return File(value, 0o644)
    return File(value["text"], value.get("mode", 0o644))


def _context(case: Case, tag: str) -> io.BytesIO:
    dockerfile = _MATERIAL.sub(rf"\g<0>:{tag}", case.dockerfile)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path, file in {**case.files, "Dockerfile": File(dockerfile, 0o644)}.items():
            data = file.text.encode()
            member = tarfile.TarInfo(path)
            member.size, member.mode, member.mtime = len(data), file.mode, _BUILT_AT
            tar.addfile(member, io.BytesIO(data))
    buffer.seek(0)
    return buffer
