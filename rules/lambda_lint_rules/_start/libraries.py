"""Shared libraries: which ones an executable needs, and whether the loader finds them, new enough.

ELF files are read with pyelftools: it reads from memory, has no dependencies, and needs no compiler on any platform.
lief is faster and parses hostile files in C++, in this process, which is not worth the few files that are read here.
"""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

from lambda_lint import Kind, Value, regex
from lambda_lint.annotations import Any
from lambda_lint_rules._start.files import Files, join, mount, mounted
from lambda_lint_rules._start.model import UNKNOWN

_MAX_LIBRARIES = 64
_MAX_ENTRIES = 2048
_MAX_FOLDERS = 256
_MAX_CACHE = 2 << 20
_MAX_LOADER = 8 << 20
_MAGIC = b"\x7fELF"
# musl is all of these itself, whatever number follows.
_IN_MUSL = regex(r"lib(?:c|pthread|rt|m|dl|util|xnet)\.")
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_GCOMPAT = "/lib/libgcompat.so.0"
# glibc's loader holds the folders that it searches last, each with a slash at its end.
_FOLDER = regex(rb"(/[\w.+/-]{1,200})/\0")
_TOKEN = regex(r"\$(?:\{(\w+)\}|(ORIGIN|LIB|PLATFORM))")
# Below each folder, for processors of that kind. Those of Lambda are of one or another of them.
_PROCESSORS = ("", "/glibc-hwcaps/x86-64-v2", "/glibc-hwcaps/x86-64-v3", "/tls", "/haswell")


class Linking(Value):
    """Who links: the dynamic loader, and the environment and folder of the process. `architecture` is the image's.

    `musl` tells whether the loader is musl's, and `first` whether nothing has run before, which could have filled the
    folders that Lambda mounts.
    """

    loader: str
    env: Mapping[str, str]
    cwd: str
    architecture: str
    musl: bool
    first: bool


class Linkage(Value):
    """What the dynamic loader reads of a file.

    `handed_on` are the folders where it looks for what the file needs, and for what that needs in turn (DT_RPATH);
    `run_path` those that count for the file alone (DT_RUNPATH). `wants` are symbol versions by library, `gives` those
    that it defines.
    """

    name: str
    machine: tuple[int, int]
    needed: tuple[str, ...]
    handed_on: tuple[str, ...]
    run_path: tuple[str, ...]
    wants: Mapping[str, tuple[str, ...]]
    gives: frozenset[str]


class Missing(Value):
    """A library that cannot be loaded, or a version of its symbols. `by` is the file that needs it.

    `refused` says in words what is wrong with a library that is there, "" when there is none.
    """

    library: str
    version: str
    by: str
    refused: str = ""


def linking(
    files: Files, loader: str, env: Mapping[str, str], cwd: str, architecture: str, *, first: bool = False
) -> Linking:
    """Who links for a process that this loader starts. What bears the name of glibc's may be a link to musl's.

    So may a program that starts musl's, which is how gcompat runs programs of glibc.
    """
    file = files.get(loader)
    musl = "ld-musl" in (loader if file is None else file.path) or files.is_file(_GCOMPAT)
    return Linking(loader, env, cwd, architecture, musl, first)


class _RefusedError(Exception):
    """The loader comes upon a file that it stops at, or passes over in vain; the message says why."""


class _CannotTellError(Exception):
    """Something that decides cannot be read."""


def missing(files: Files, path: str, linking: Linking) -> Missing | None:
    """The first library, or version of one, that the program at `path` and its libraries need in vain.

    None as well when something on the way cannot be read, so that nobody is accused of what nobody saw.
    """
    try:
        return _missing(files, path, linking)
    except _CannotTellError:
        return None


def _missing(files: Files, path: str, linking: Linking) -> Missing | None:
    queue: deque[tuple[str, tuple[str, ...]]] = deque([(path, ())])
    # The loader is there already, and libc.so.6 needs it by this name.
    loaded: dict[str, str] = {posixpath.basename(linking.loader): ""}
    linkages: dict[str, Linkage] = {}
    while queue and len(loaded) < _MAX_LIBRARIES:
        current, inherited = queue.popleft()
        linkage = linkages[current] = _read(files, current)
        loaded.setdefault(linkage.name, current)
        handed_on = (*_expanded(files, current, linkage.handed_on, linking), *inherited)
        folders = (*_own(files, current, linkage, handed_on, linking), *_common(files, linking))
        for name in linkage.needed:
            # What is loaded already is not looked for again, wherever it came from.
            if name in loaded or (linking.musl and _IN_MUSL.match(name)):
                continue
            try:
                found = _find(files, name, folders, linkage.machine, linking)
            except _RefusedError as why:
                return Missing(name, "", current, str(why))
            if found is None:
                return Missing(name, "", current)
            loaded[name] = found
            queue.append((found, handed_on))
    # musl asks for no versions.
    return None if linking.musl else next(_too_old(files, linkages, loaded), None)


def _too_old(files: Files, linkages: Mapping[str, Linkage], loaded: Mapping[str, str]) -> Iterator[Missing]:
    """What is older than a file wants that is loaded. The loader looks when everything is loaded."""
    for path, linkage in linkages.items():
        for library, wanted in linkage.wants.items():
            other = linkages.get(loaded.get(library, ""))
            # A library without any versions is taken as it is.
            lacking = [version for version in wanted if version not in other.gives] if other and other.gives else []
            # The loader's cache, which is large, comes before the last folders, and may lead to a newer one.
            newer = (gives(files, each) for each in (_cached(files, library) if lacking else ()))
            if lacking and not any(found.issuperset(lacking) for found in newer):
                yield Missing(library, lacking[0], path)


def elsewhere(files: Files, name: str) -> str:
    """A file of that name anywhere in the image, "" when there is none."""
    ending = f"/{posixpath.basename(name)}"
    found = files.filesystem.walk(endings=ending)
    return next((file.path for file in found), "")


def perhaps(files: Files, name: str) -> bool:
    """Whether a file anywhere in the image may be that library, which its file need not be called after."""
    called = re.compile(rf"{re.escape(posixpath.basename(name).partition('.so')[0])}(?![A-Za-z])[^/]*\.so(?:\.[^/]*)?")
    return any(called.fullmatch(posixpath.basename(file.path)) for file in files.filesystem.walk())


def found(files: Files, name: str, linking: Linking) -> str:
    """The file of that name that the loader takes for a program that says nothing of folders; "" for none."""
    return next((path for folder in _common(files, linking) if files.is_file(path := f"{folder}/{name}")), "")


def gives(files: Files, path: str) -> frozenset[str]:
    """The versions of symbols that a library defines; none when it cannot be read."""
    linkage = read(files, path)
    return frozenset() if linkage is None else linkage.gives


def for_glibc(files: Files, path: str) -> bool:
    """Whether a library is linked with glibc, which a program of musl cannot load without gcompat."""
    linkage = read(files, path)
    return linkage is not None and "libc.so.6" in linkage.needed and not files.is_file(_GCOMPAT)


def read(files: Files, path: str) -> Linkage | None:
    """The linkage of an ELF file; None when it is damaged, or not one."""
    try:
        return _read(files, path)
    except _CannotTellError:
        return None


def _read(files: Files, path: str) -> Linkage:
    # Imported here because it takes a sixth of a second, and many images hold nothing to read with it.
    from elftools.elf.elffile import ELFFile

    try:
        return _linkage(ELFFile(files.stream(path)), _machine(files, path) or (0, 0))
    except Exception as error:
        raise _CannotTellError from error


def _linkage(elf: Any, machine: tuple[int, int]) -> Linkage:
    texts: dict[str, list[str]] = {"DT_NEEDED": [], "DT_SONAME": [], "DT_RPATH": [], "DT_RUNPATH": []}
    for segment in islice(elf.iter_segments(), 256):
        if segment.header.p_type != "PT_DYNAMIC":
            continue
        for tag in islice(segment.iter_tags(), _MAX_ENTRIES):
            kind = tag.entry.d_tag
            if kind in texts:
                texts[kind].append(getattr(tag, kind.removeprefix("DT_").lower()))
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
    return Linkage(
        "".join(texts["DT_SONAME"][:1]),
        machine,
        tuple(texts["DT_NEEDED"]),
        # One of the newer kind makes the older kind void.
        () if texts["DT_RUNPATH"] else _split(texts["DT_RPATH"]),
        _split(texts["DT_RUNPATH"]),
        wants,
        frozenset(gives),
    )


def _split(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(entry for path in paths for entry in path.split(":") if entry)


def _own(files: Files, path: str, linkage: Linkage, handed_on: tuple[str, ...], linking: Linking) -> Iterator[str]:
    """The folders that a file's own words and the environment lead to, in the loader's order."""
    told = linking.env.get("LD_LIBRARY_PATH", "")
    # An empty entry is the working directory.
    environment = _expanded(files, path, re.split("[:;]", told) if told else (), linking)
    run_path = _expanded(files, path, linkage.run_path, linking)
    if linking.musl:
        yield from (*environment, *run_path, *handed_on)
        return
    if not run_path:
        yield from handed_on
    yield from (*environment, *run_path)


def _expanded(files: Files, path: str, entries: Iterable[str], linking: Linking) -> tuple[str, ...]:
    """Folders with their tokens replaced: each one by everything that it may stand for."""
    file = files.get(path)
    machine = _MACHINES.get(linking.architecture, "")
    meant = {
        "ORIGIN": tuple({posixpath.dirname(path), posixpath.dirname(file.path if file is not None else path)}),
        "LIB": (f"lib/{machine}-linux-gnu", "lib64", "lib"),
        "PLATFORM": (machine, "haswell"),
    }
    found: list[str] = []
    for entry in entries:
        parts = [
            meant.get(part, (f"${part}",)) if at % 2 else (part,)
            for at, part in enumerate(_TOKEN.sub(lambda token: f"\0{token[1] or token[2]}\0", entry).split("\0"))
        ]
        found.extend(join(linking.cwd, "".join(each)) for each in islice(product(*parts), 16))
    return tuple(found[:_MAX_FOLDERS])


def _common(files: Files, linking: Linking) -> tuple[str, ...]:
    """The folders where every program of the image looks last."""
    machine = _MACHINES.get(linking.architecture, "")
    if linking.musl:
        listed = files.text(f"/etc/ld-musl-{machine}.path")
        return tuple(re.split(r"[:\n]", listed)) if listed is not None else ("/lib", "/usr/local/lib", "/usr/lib")
    held = _FOLDER.findall(files.whole(linking.loader, _MAX_LOADER))
    triplet = f"{machine}-linux-gnu"
    every = (f"/lib/{triplet}", f"/usr/lib/{triplet}", "/lib64", "/usr/lib64", "/lib", "/usr/lib")
    return tuple(dict.fromkeys(folder.decode() for folder in held)) or every


def _find(files: Files, name: str, folders: tuple[str, ...], machine: tuple[int, int], linking: Linking) -> str | None:
    """The file that the loader takes; None when there is none. Raises _RefusedError and _CannotTellError."""
    denied = hidden = ""
    places = (join(linking.cwd, name),) if "/" in name else _places(files, name, folders, linking)
    for place in places:
        file = files.get(place)
        if mounted(place) and not linking.first:
            hidden = place
        if file is None or file.kind is not Kind.FILE:
            continue
        if mounted(place):
            hidden = place
            continue
        if not files.allowed(place, "read"):
            denied = place
            continue
        other = _machine(files, place)
        if other is None:
            raise _RefusedError(f"{place} is no shared library")
        if other == machine:
            return file.path
    told = linking.env.get("LD_LIBRARY_PATH", "")
    if UNKNOWN in told or any(f"{folder}/".startswith("/mnt/") for folder in re.split("[:;]", told)):
        raise _CannotTellError
    if hidden and not linking.first:
        raise _CannotTellError
    if hidden:
        raise _RefusedError(f"Lambda mounts its own {mount(hidden)} over {hidden}")
    if denied:
        raise _RefusedError(f"{denied} may not be read by the user of Lambda")
    return None


def _places(files: Files, name: str, folders: tuple[str, ...], linking: Linking) -> Iterator[str]:
    below = ("",) if linking.musl else _PROCESSORS
    yield from (f"{folder}{kind}/{name}" for folder in folders if folder for kind in below)
    if not linking.musl:
        yield from _cached(files, name)


def _machine(files: Files, path: str) -> tuple[int, int] | None:
    """Bits and machine of an ELF file, by its header; None for any other."""
    head, file = files.head(path), files.get(path)
    if len(head) < min(64, file.size if file is not None else 0):
        raise _CannotTellError
    if len(head) < 64 or not head.startswith(_MAGIC):
        return None
    return {1: 32, 2: 64}.get(head[4], 0), int.from_bytes(head[18:20], "little" if head[5] == 1 else "big")


def _cached(files: Files, name: str) -> Iterator[str]:
    """Where the loader's cache says that the library is."""
    if files.get("/etc/ld.so.cache") is None:
        return
    data = files.whole("/etc/ld.so.cache", _MAX_CACHE)
    if not data:
        raise _CannotTellError
    found = re.findall(rb"/[^\0]{1,4096}/" + re.escape(name.encode("utf-8", "replace")) + rb"(?=\0)", data)
    yield from (path.decode("utf-8", "replace") for path in found[:16])
