"""From a target to what it holds. Every way in which that can fail becomes one SourceError that names the target.

What reads images is imported only when there is one to read: a run over Dockerfiles has no use for it.
"""

from __future__ import annotations

import errno
import os
import posixpath
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from lambda_lint.annotations import TYPE_CHECKING
from lambda_lint.errors import SourceError, printable
from lambda_lint.image.entries import Wanted
from lambda_lint.image.model import Image
from lambda_lint.reference import DOCKER_HUB, flaw, names_image, parse_reference
from lambda_lint.sources.dockerfiles import dockerfile_text, dockerfiles_below, named_dockerfile
from lambda_lint.sources.meter import Meter
from lambda_lint.sources.model import OpenedDockerfile, OpenedImage, OpenedJson, SourceOptions
from lambda_lint.sources.paths import plain
from lambda_lint.sources.reading import FileChunks, identity, is_packed, open_file, reason
from lambda_lint.targets import DOCKER_ARCHIVE, DOCKER_DAEMON, OCI, PODMAN, REGISTRY, STDIN, Target
from lambda_lint.values import replace

if TYPE_CHECKING:
    from lambda_lint.sources.selection import Selection
    from lambda_lint.sources.store import Files, Store

Opened = tuple[OpenedDockerfile | OpenedImage | OpenedJson, ...]

# As much as tells an archive from a text: the first header of a tar.
_START_SIZE = 512
_NO_ARCHIVE = "neither a tar of an image nor a Dockerfile"
_COMPRESSED = {
    start: f"compressed with {name}, which is not read here; pipe it in: {name} -dc FILE | lambda-lint -"
    for start, name in ((b"\xfd7z", "xz"), (b"BZh", "bzip2"))
}


def open_target(target: Target, options: SourceOptions, stack: ExitStack) -> Opened:
    """What a target holds: one image, one Dockerfile, one JSON file, or the Dockerfiles of a folder.

    Files and connections stay open until `stack` is closed. Raises SourceError, and so does `read` of an image.
    """
    with _named(target):
        return tuple(
            replace(opened, read=_guarded(target, opened.read)) if isinstance(opened, OpenedImage) else opened
            for opened in _open(target, options, stack)
        )


def dockerfiles_at(target: Target) -> tuple[OpenedDockerfile, ...]:
    """The Dockerfiles of a path, none of them read yet; none for anything else, and for what `open_target` rejects."""
    if target.transport is not None or target.text == STDIN:
        return ()
    path = plain(target.text)
    with suppress(SourceError, OSError), ExitStack() as stack:
        if _is_json(path) or not _exists(path):
            return ()
        if posixpath.isdir(path):
            return () if _is_layout(path) else dockerfiles_below(target.text)
        if not is_packed(_start(open_file(path, stack))):
            return (named_dockerfile(target.text),)
    return ()


def _open(target: Target, options: SourceOptions, stack: ExitStack) -> Opened:
    if target.transport is None:
        return _open_bare(target, options, stack)
    if target.transport == REGISTRY:
        return (_open_in_registry(target, options, stack),)
    if target.transport in (DOCKER_DAEMON, PODMAN):
        return (_open_in_engine(target, options, stack),)
    if target.path_or_ref == STDIN and target.transport != OCI:
        return _open_stdin(target, options, stack)
    path = plain(target.path_or_ref)
    if not _exists(path):
        raise SourceError("no such file or folder")
    if target.transport == OCI:
        if not posixpath.isdir(path):
            raise SourceError(f"not a folder; a tar is named oci-archive:{printable(target.path_or_ref)}")
        return (_open_layout(path, target, options, stack),)
    return (_open_archive(open_file(path, stack), target, options),)


def _open_bare(target: Target, options: SourceOptions, stack: ExitStack) -> Opened:
    if target.text == STDIN:
        return _open_stdin(target, options, stack)
    path = plain(target.text)
    if not _exists(path):
        return (_open_reference(target, options, stack),)
    if _is_layout(path):
        return (_open_layout(path, target, options, stack),)
    if posixpath.isdir(path):
        return dockerfiles_below(target.text)
    with ExitStack() as opened:
        descriptor = open_file(path, opened)
        if is_packed(_start(descriptor)):
            stack.push(opened.pop_all())
            return (_open_archive(descriptor, target, options),)
    if not _is_json(path):
        return (named_dockerfile(target.text),)
    from lambda_lint.sources.json_files import named_json

    return (named_json(target.text),)


def _is_json(path: str) -> bool:
    return posixpath.splitext(path)[1].lower() == ".json"


def _is_layout(path: str) -> bool:
    return any(posixpath.exists(posixpath.join(path, name)) for name in ("oci-layout", "index.json"))


def _start(descriptor: int) -> bytes:
    return next(FileChunks(descriptor, size=_START_SIZE), b"")


def _open_stdin(target: Target, options: SourceOptions, stack: ExitStack) -> Opened:
    from lambda_lint.sources.dockerfiles import LIMIT
    from lambda_lint.sources.stdin import read_stdin

    found = read_stdin(stack, LIMIT + 1, options.meter)
    if isinstance(found, int):
        return (_open_archive(found, target, options),)
    if target.transport is not None:
        raise SourceError(_NO_ARCHIVE)
    if found.lstrip()[:1] in (b"{", b"["):  # no instruction of a Dockerfile starts like this
        return (OpenedJson(STDIN, lambda: found),)

    def read() -> bytes:
        with _named(target):
            return dockerfile_text(found, explicit=True)

    return (OpenedDockerfile(STDIN, STDIN, explicit=True, read=read),)


def _open_reference(target: Target, options: SourceOptions, stack: ExitStack) -> OpenedImage:
    if not names_image(target.text):
        raise SourceError("there is no file or folder of this name, and it is not an image reference")
    from lambda_lint.sources.endpoints import NoAnswerError

    try:
        return _open_in_engine(target, options, stack)
    except NoAnswerError as error:
        no_engine, remedy = error.what, f"; check the name, or {error.remedies[0]}"
    except SourceError as error:
        no_engine, remedy = str(error), ""
    try:
        return _open_in_registry(target, options, stack)
    except SourceError as error:
        reference = parse_reference(target.text)
        if reference is not None and reference.host != DOCKER_HUB:  # that registry's word is what counts
            remedy = ""
        raise SourceError(f"there is no file or folder of this name, {no_engine}, and {error}{remedy}") from error


def _open_in_engine(target: Target, options: SourceOptions, stack: ExitStack) -> OpenedImage:
    if not names_image(target.path_or_ref):
        raise SourceError(f"{printable(target.path_or_ref)} is not an image reference{flaw(target.path_or_ref)}")
    from lambda_lint.sources.endpoints import find_endpoints
    from lambda_lint.sources.engine import open_image

    endpoints = find_endpoints(target.transport, options.environ)
    return open_image(endpoints, target.path_or_ref, target.text, options, stack)


def _open_in_registry(target: Target, options: SourceOptions, stack: ExitStack) -> OpenedImage:
    if parse_reference(target.path_or_ref) is None:
        text = target.path_or_ref
        raise SourceError(f"{printable(text)} is not a name that a registry can know{flaw(text)}")
    from lambda_lint.sources.registry import open_image

    return open_image(target.path_or_ref, target.text, options, stack)


def _open_layout(path: str, target: Target, options: SourceOptions, stack: ExitStack) -> OpenedImage:
    from pathlib import Path

    from lambda_lint.sources.archives import select_oci
    from lambda_lint.sources.store import FolderStore

    store = FolderStore(Path(path), stack, options.jobs, options.meter)
    return _image(target, store, select_oci(store, target.reference, options.platform, target.text, OCI), options)


def _open_archive(descriptor: int, target: Target, options: SourceOptions) -> OpenedImage:
    from lambda_lint.image.compression import NONE, compression
    from lambda_lint.image.tar import starts_tar
    from lambda_lint.sources.archives import select_any, select_docker, select_oci, unhashed
    from lambda_lint.sources.store import ArchiveStore
    from lambda_lint.sources.stream import StreamStore

    start = _start(descriptor)
    if not start:
        raise SourceError("the file is empty")
    store: Files
    if compression(start) != NONE:
        store = StreamStore(lambda: _unpacked(descriptor, options.meter))
        store.sweep(_nothing, lambda _path: None)
    elif starts_tar(start):
        store = ArchiveStore(descriptor, options.jobs, options.meter)
    else:
        raise SourceError(_COMPRESSED.get(start[:3], _NO_ARCHIVE))
    if target.transport is None:
        selection = select_any(store, target.reference, options.platform, target.text)
    elif target.transport == DOCKER_ARCHIVE and not store.has("index.json"):
        selection = select_docker(store, target.reference, target.text)
    else:
        selection = select_oci(store, target.reference, options.platform, target.text)
    if isinstance(store, ArchiveStore) and selection.resolved.document is None:
        selection = unhashed(selection, identity(descriptor))
    return _image(target, store, selection, options)


def _unpacked(descriptor: int, meter: Meter) -> Iterator[bytes]:
    from lambda_lint.image.compression import decompressed

    meter.start("reading the archive", os.fstat(descriptor).st_size)
    return decompressed(iter(meter.counted(FileChunks(descriptor))))[1]


def _image(target: Target, store: Store, selection: Selection, options: SourceOptions) -> OpenedImage:
    from lambda_lint.sources.selection import opened

    return opened(target.text, store, selection, options)


def _nothing(_path: str, _mode: int, _size: int) -> int:
    return 0


def _exists(path: str) -> bool:
    """Whether there is something. What no path can be is not there; one that may not be looked at is an error."""
    try:
        os.stat(path)  # noqa: PTH116  # pathlib takes its time to import
    except ValueError:
        return False
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
            return False
        raise SourceError(reason(error)) from error
    return True


def _guarded(target: Target, read: Callable[[Wanted], Image]) -> Callable[[Wanted], Image]:
    def guarded(wanted: Wanted) -> Image:
        with _named(target):
            return read(wanted)

    return guarded


@contextmanager
def _named(target: Target) -> Iterator[None]:
    try:
        yield
    except SourceError as error:
        raise SourceError(f"{printable(target.text)}: {error}") from error
