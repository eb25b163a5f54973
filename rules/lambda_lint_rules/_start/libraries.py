"""Shared libraries: which ones an executable needs, and whether the image has them, new enough.

ELF files are read with pyelftools: it reads from memory, has no dependencies, and needs no compiler on any platform.
lief is faster and parses hostile files in C++, in this process, which is not worth the few files that are read here.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from lambda_lint import Value
from lambda_lint_rules._start.files import Files

_MAX_SIZE = 16 << 20
_MAX_LIBRARIES = 64
_MAX_ENTRIES = 2048
_MAX_CACHE = 2 << 20
# musl is all of these itself, whatever number follows.
_IN_MUSL = re.compile(r"lib(?:c|pthread|rt|m|dl|util|xnet)\.")
_TRIPLETS = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
_MUSL = {"amd64": "x86_64", "arm64": "aarch64"}


class Linkage(Value):
    """What the dynamic loader reads of a file: `wants` are symbol versions by library, `gives` those it defines."""

    needed: tuple[str, ...]
    run_path: tuple[str, ...]
    wants: Mapping[str, tuple[str, ...]]
    gives: frozenset[str]


class Missing(Value):
    """A library that is not there, or a version of its symbols. `by` is the file that needs it."""

    library: str
    version: str
    by: str


def missing(files: Files, path: str, loader: str, env: Mapping[str, str], architecture: str) -> Missing | None:
    """The first library, or version of one, that the program at `path` and its libraries need in vain.

    None as well when something on the way cannot be read, so that nobody is accused of what nobody saw.
    """
    queue = deque([path])
    seen = {path}
    while queue and len(seen) < _MAX_LIBRARIES:
        current = queue.popleft()
        linkage = read(files, current)
        if linkage is None:
            return None
        folders = tuple(_folders(files, current, linkage, loader, env, architecture))
        for name in linkage.needed:
            if "ld-musl" in loader and _IN_MUSL.match(name):
                continue
            found = _find(files, name, folders)
            if found is None:
                return None if _cached(files, name) else Missing(name, "", current)
            if found not in seen:
                seen.add(found)
                queue.append(found)
            if current == path and (version := _too_old(files, found, linkage.wants.get(name, ()))):
                return Missing(name, version, current)
    return None


def for_glibc(files: Files, path: str) -> bool:
    """Whether a library is linked with glibc, which a program of musl cannot load without gcompat."""
    linkage = read(files, path)
    return linkage is not None and "libc.so.6" in linkage.needed and _find(files, "libgcompat.so.0", ("/lib",)) is None


def _too_old(files: Files, path: str, wanted: tuple[str, ...]) -> str:
    if not wanted:
        return ""
    linkage = read(files, path)
    if linkage is None or not linkage.gives:
        return ""
    return next((version for version in wanted if version not in linkage.gives), "")


def read(files: Files, path: str) -> Linkage | None:
    """The linkage of an ELF file; None when it is too large, damaged, or not one."""
    data = files.whole(path, _MAX_SIZE)
    if not data:
        return None
    # Imported here because it takes a sixth of a second, and many images hold nothing to read with it.
    from elftools.elf.elffile import ELFFile

    try:
        return _linkage(ELFFile(io.BytesIO(data)))
    except Exception:
        return None


def _linkage(elf: Any) -> Linkage:
    needed: list[str] = []
    run_path: list[str] = []
    for segment in islice(elf.iter_segments(), 256):
        if segment.header.p_type != "PT_DYNAMIC":
            continue
        for tag in islice(segment.iter_tags(), _MAX_ENTRIES):
            if tag.entry.d_tag == "DT_NEEDED":
                needed.append(tag.needed)
            elif tag.entry.d_tag in {"DT_RPATH", "DT_RUNPATH"}:
                run_path.extend(getattr(tag, tag.entry.d_tag.removeprefix("DT_").lower()).split(":"))
    wants: dict[str, tuple[str, ...]] = {}
    gives: set[str] = set()
    section = elf.get_section_by_name(".gnu.version_r")
    if section is not None:
        for library, versions in islice(section.iter_versions(), 256):
            strong = (each for each in islice(versions, _MAX_ENTRIES) if not each.entry.vna_flags & 2)
            wants[library.name] = tuple(each.name for each in strong)
    section = elf.get_section_by_name(".gnu.version_d")
    if section is not None:
        for _, names in islice(section.iter_versions(), _MAX_ENTRIES):
            gives.update(each.name for each in islice(names, 1))
    return Linkage(tuple(needed), tuple(run_path), wants, frozenset(gives))


def _folders(
    files: Files, path: str, linkage: Linkage, loader: str, env: Mapping[str, str], architecture: str
) -> Iterator[str]:
    """Every folder that the loader may look in. More than it does, rather than less."""
    origin = posixpath.dirname(path)
    real = files.get(path)
    for entry in (*linkage.run_path, *env.get("LD_LIBRARY_PATH", "").split(":")):
        for base in {origin, posixpath.dirname(real.path) if real is not None else origin}:
            yield re.sub(r"\$(?:ORIGIN|\{ORIGIN\})", base.replace("\\", ""), entry)
    if "ld-musl" in loader:
        listed = files.text(f"/etc/ld-musl-{_MUSL.get(architecture, '')}.path") or ""
        yield from re.split(r"[:\n]", listed)
        yield from ("/lib", "/usr/local/lib", "/usr/lib")
        return
    triplet = _TRIPLETS.get(architecture, "")
    yield from ("/lib64", "/usr/lib64", "/lib", "/usr/lib", f"/lib/{triplet}", f"/usr/lib/{triplet}")
    yield from _configured(files, "/etc/ld.so.conf")
    for name in files.names("/etc/ld.so.conf.d"):
        yield from _configured(files, f"/etc/ld.so.conf.d/{name}")


def _configured(files: Files, path: str) -> Iterator[str]:
    lines = (line.strip() for line in (files.text(path) or "").splitlines())
    yield from (line for line in lines if line.startswith("/"))


def _find(files: Files, name: str, folders: tuple[str, ...]) -> str | None:
    places = (name,) if "/" in name else tuple(f"{folder}/{name}" for folder in folders if folder)
    return next((found.path for place in places if (found := files.get(place)) is not None), None)


def _cached(files: Files, name: str) -> bool:
    """Whether the loader's cache knows the library at a path that is still there, or cannot be read."""
    cache = files.get("/etc/ld.so.cache")
    if cache is None:
        return False
    data = files.whole("/etc/ld.so.cache", _MAX_CACHE)
    if not data:
        return True
    # A path in it that is gone helps nobody, and the loader's own folders were searched before.
    paths = re.findall(rb"/[^\0]{1,4096}/" + re.escape(name.encode("utf-8", "replace")) + rb"(?=\0)", data)
    return any(files.get(path.decode("utf-8", "replace")) is not None for path in paths[:16])
