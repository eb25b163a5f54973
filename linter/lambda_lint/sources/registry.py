"""Images in a registry, read through its API (OCI distribution-spec 1.1): documents at once, layers as they come."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from urllib.parse import quote

from lambda_lint.annotations import Protocol, TypeVar
from lambda_lint.errors import SourceError, printable
from lambda_lint.image.documents import (
    DOCUMENT_LIMIT,
    INDEX_TYPES,
    MANIFEST_TYPES,
    OCI_MANIFEST,
    SCHEMA_1,
    is_digest,
    verify,
)
from lambda_lint.image.model import Descriptor
from lambda_lint.reference import DOCKER_HUB, Reference, parse_reference
from lambda_lint.sources.authorization import Authorization
from lambda_lint.sources.connections import (
    Answer,
    BrokenError,
    Connections,
    origin,
    pause,
    speaks_tls,
    status_text,
)
from lambda_lint.sources.logins import Logins, once
from lambda_lint.sources.mirrors import hub_mirrors
from lambda_lint.sources.model import OpenedImage, SourceOptions
from lambda_lint.sources.selection import opened, select_manifest
from lambda_lint.sources.store import Blob, ParallelStore, blob_digest

D = TypeVar("D", bytes, "bytes | None")
R = TypeVar("R")
_HUB_API = "https://registry-1.docker.io"
_ACCEPT = ", ".join(sorted(INDEX_TYPES | MANIFEST_TYPES))
# As Docker does it. A connection is slower than a processor, so that more of them than there are processors pay.
_DOWNLOADS = 3
# How often the reading of one layer may be taken up again.
_BREAKS = 5
_NOTHING_THERE = 416


def open_image(text: str, target: str, options: SourceOptions, stack: ExitStack) -> OpenedImage:
    """The image that a registry has under a reference. Raises SourceError when there is none to be had."""
    reference = parse_reference(text)
    if reference is None:
        raise SourceError(f"{printable(text)} is not an image reference")
    wanted = reference.with_tag()
    options.meter.start(f"asking {wanted.host}")
    registries = options.registries() if options.registries else Registries(options.environ, stack)
    registry = registries.of(wanted.host, wanted.repository)
    repository: Repository = registry
    mirrors = hub_mirrors(options.environ) if wanted.host == DOCKER_HUB else ()
    for url in mirrors:
        mirror = registries.at(url, f"{origin(url)}", wanted.repository)
        try:
            top, data = mirror.resolve(wanted)
        except SourceError:  # whatever it is: Docker Hub itself has the last word
            continue
        repository = Mirrored(mirror, registry)
        break
    else:
        top, data = registry.resolve(wanted)
    store = RegistryStore(repository, {top.digest: data}, options)
    selection = select_manifest(store, top, options.platform, target, text)
    return opened(target, store, selection, options)


class Registries:
    """What a run knows of registries: its connections stay open until `stack` is closed, and a token that is good for
    one image of a repository is for the others, too.
    """

    def __init__(self, environ: Mapping[str, str], stack: ExitStack) -> None:
        self._connections = Connections(environ)
        stack.callback(self._connections.close)
        self._logins = Logins(environ)
        self._api = once(_api)
        self._known: dict[tuple[str, str], Registry] = {}

    def of(self, host: str, repository: str) -> Registry:
        """A repository by the name that users know its registry by. Raises SourceError when that names no server."""
        return self.at(self._api(host), host, repository)

    def at(self, url: str, host: str, repository: str) -> Registry:
        """A repository by the URL of its registry."""
        if (url, repository) not in self._known:
            authorization = Authorization(host, repository, self._connections, self._logins)
            self._known[url, repository] = Registry(url, host, repository, self._connections, authorization)
        return self._known[url, repository]


class Repository(Protocol):
    """What has the pieces of an image, by their digests."""

    def manifest(self, digest: str) -> bytes | None:
        """See Store."""

    def document(self, digest: str, limit: int) -> bytes:
        """The whole of a small blob."""

    def blob(self, digest: str, start: int = 0) -> Answer:
        """A blob, from `start` on if the registry is able to; the status tells (206, Partial Content).

        It may also be 416: there is nothing from `start` on.
        """


class Registry:
    """One repository of a registry."""

    def __init__(
        self, url: str, host: str, repository: str, connections: Connections, authorization: Authorization
    ) -> None:
        self._url = f"{url}/v2/{repository}"
        self._origin = origin(url)
        self._host = host
        self._repository = repository
        self._connections = connections
        self._authorization = authorization

    def resolve(self, reference: Reference) -> tuple[Descriptor, bytes]:
        """The manifest or index that a reference means, and its descriptor."""
        if reference.digest and not is_digest(reference.digest):
            raise SourceError(f"{printable(reference.digest)} is no digest that a registry knows (sha256, sha512)")
        name = reference.digest or reference.tag
        found = self._whole("manifests", name, DOCUMENT_LIMIT)
        if found is None:
            joint, what = ("@", "digest") if reference.digest else (":", "tag")
            image = f"{self._repository}{joint}{printable(name)}"
            raise SourceError(f"{self._host} has no {image}; check the repository's name and the {what}")
        headers, data = found
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        promised = headers.get("Docker-Content-Digest", "")
        if kind == "text/html":
            raise SourceError(f"{self._host} answers with a web page; it is no registry")
        if reference.digest:
            verify(data, reference.digest, f"the manifest from {self._host}")
        elif is_digest(promised) and not kind.startswith(SCHEMA_1):
            verify(data, promised, f"the manifest from {self._host}")
        digest = reference.digest or f"sha256:{hashlib.sha256(data).hexdigest()}"
        return Descriptor(_media_type(kind, data), digest, len(data)), data

    def manifest(self, digest: str) -> bytes | None:
        """See Repository."""
        found = self._whole("manifests", digest, DOCUMENT_LIMIT)
        return None if found is None else found[1]

    def document(self, digest: str, limit: int) -> bytes:
        """See Repository."""
        found = self._whole("blobs", digest, limit)
        if found is None:
            raise SourceError(f"{self._host} has no blob {digest} in {self._repository}")
        return found[1]

    def blob(self, digest: str, start: int = 0) -> Answer:
        """See Repository."""
        answer = self._get("blobs", digest, {"Range": f"bytes={start}-"} if start else {})
        if answer is None:
            raise SourceError(f"{self._host} has no blob {digest} in {self._repository}")
        return answer

    def _whole(self, kind: str, name: str, limit: int) -> tuple[Mapping[str, str], bytes] | None:
        """Headers and body, asked for again when the connection breaks. None for what is not there."""
        for attempt in range(1, _BREAKS + 1):
            answer = self._get(kind, name, {"Accept": _ACCEPT} if kind == "manifests" else {})
            if answer is None:
                return None
            try:
                return answer.headers, answer.document(limit)
            except BrokenError as error:
                cause = str(error)
            time.sleep(pause(attempt))
        raise SourceError(f"{cause}, time after time")

    def _get(self, kind: str, name: str, headers: Mapping[str, str]) -> Answer | None:
        """None for what is not there."""
        url = f"{self._url}/{kind}/{quote(name, safe=':')}"
        shown = self._authorization.header
        answer = self._connections.open(url, headers, shown)
        if answer.status == 401 and answer.origin == self._origin and self._authorization.renew(answer, shown):
            answer.pass_over()
            answer = self._connections.open(url, headers, self._authorization.header)
        if answer.status in (200, 206) or (answer.status == _NOTHING_THERE and "Range" in headers):
            return answer
        if answer.status == 404:
            if b"NAME_UNKNOWN" in answer.document(DOCUMENT_LIMIT):
                raise SourceError(f"{self._host} has no repository {self._repository}")
            return None
        if answer.status in (401, 403) and answer.origin == self._origin:
            raise self._authorization.refusal(answer)
        moved = f"{self._origin} redirects to another server, and " if answer.origin != self._origin else ""
        told = self._authorization.told(answer)
        said = f": {told}" if told else ""
        raise SourceError(f"{moved}{answer.origin} answers {status_text(answer.status)}{said}")


class Mirrored:
    """A repository of which a mirror may not have all: what it does not give comes from Docker Hub."""

    def __init__(self, mirror: Registry, hub: Registry) -> None:
        self._mirror = mirror
        self._hub = hub

    def manifest(self, digest: str) -> bytes | None:
        """See Repository."""
        return self._first(lambda registry: registry.manifest(digest))

    def document(self, digest: str, limit: int) -> bytes:
        """See Repository."""
        return self._first(lambda registry: registry.document(digest, limit))

    def blob(self, digest: str, start: int = 0) -> Answer:
        """See Repository."""
        return self._first(lambda registry: registry.blob(digest, start))

    def _first(self, ask: Callable[[Registry], R]) -> R:
        with suppress(SourceError):
            found = ask(self._mirror)
            if found is not None:
                return found
        return ask(self._hub)


class RegistryStore(ParallelStore):
    """A `Store` over a repository. `manifests` are those that are known already, by digest."""

    reading = "pulling layers"

    def __init__(self, repository: Repository, manifests: Mapping[str, bytes], options: SourceOptions) -> None:
        super().__init__(options.jobs or max(_DOWNLOADS, os.cpu_count() or 1), options.meter)
        self._repository = repository
        self._manifests = manifests
        self._cache = options.cache

    def manifest(self, digest: str) -> bytes | None:
        """See Store."""
        if digest in self._manifests:
            return self._manifests[digest]
        return self._kept(digest, lambda: self._repository.manifest(digest))

    def document(self, name: str, limit: int) -> bytes:
        """See Store."""
        digest = blob_digest(name)
        return self._kept(digest, lambda: self._repository.document(digest, limit))

    def _kept(self, digest: str, ask: Callable[[], D]) -> D | bytes:
        """What has this digest, asked for unless it came before."""
        key = f"document {digest}"
        kept = self._cache.get(key) if self._cache is not None else None
        if kept is not None:
            return kept
        data = ask()
        if self._cache is not None and data is not None:
            with suppress(SourceError):  # whoever wants it will find the same fault, and tell
                verify(data, digest, key)
                self._cache.put(key, data)
        return data

    def size(self, blob: Blob) -> int:
        """See ParallelStore."""
        return blob.size or 0

    def chunks(self, blob: Blob, start: int = 0) -> Iterator[bytes]:
        """See ParallelStore. After a broken connection the rest is asked for."""
        position, size = start, self.size(blob)
        for attempt in range(_BREAKS + 1):
            if attempt:
                time.sleep(pause(attempt))
            try:
                for chunk in self._rest(blob, position):
                    position += len(chunk)
                    if position > size:
                        raise SourceError(f"it is longer than the {size} bytes that the manifest promises")
                    yield chunk
            except BrokenError as error:
                cause = str(error)
            else:
                if position >= size:
                    return
                cause = "the answer ends"
        raise SourceError(f"{cause} after {position} of {size} bytes, time after time")

    def _rest(self, blob: Blob, position: int) -> Iterator[bytes]:
        answer = self._repository.blob(blob_digest(blob.name), position)
        if answer.status == _NOTHING_THERE:
            answer.close()
            raise SourceError(f"it ends after {position} of the {self.size(blob)} bytes that the manifest promises")
        if answer.status == 206 and not answer.headers.get("Content-Range", "").startswith(f"bytes {position}-"):
            answer.close()
            raise SourceError(f"{answer.origin} sends another part of the blob than it was asked for")
        passing = position if answer.status == 200 else 0
        for chunk in answer.chunks():
            kept = chunk[passing:]
            passing = max(0, passing - len(chunk))
            if kept:
                yield kept


def _media_type(kind: str, data: bytes) -> str:
    """What a registry says that a manifest is, if that is a manifest at all.

    Some, and what stands before them, call everything `application/json`. That is not the image's fault, so the
    document's own word counts then.
    """
    if kind in INDEX_TYPES | MANIFEST_TYPES or kind.startswith(SCHEMA_1):
        return kind
    try:
        own = json.loads(data).get("mediaType")
    except (ValueError, AttributeError, RecursionError):
        own = None
    return own if isinstance(own, str) and own else OCI_MANIFEST


def _api(host: str) -> str:
    """Where the API of a registry is. Without TLS only on this machine, and only where there is none."""
    if host == DOCKER_HUB:
        return _HUB_API
    url = f"https://{host}"
    return f"http://{host}" if origin(url).loopback and not speaks_tls(origin(url)) else url
