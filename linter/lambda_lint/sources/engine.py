"""Images in a Docker engine, or in Podman, which has the same API.

Documents come at once, layers as a stream that is never stored.
"""

from __future__ import annotations

import errno
import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, IncompleteRead
from urllib.parse import quote

import docker
import requests
import urllib3
from docker.errors import DockerException
from docker.utils import parse_host

from lambda_lint.annotations import Any
from lambda_lint.errors import SourceError, printable
from lambda_lint.image import schemas
from lambda_lint.image.assembly import assemble
from lambda_lint.image.documents import INDEX_TYPES, config, descriptor, load
from lambda_lint.image.entries import Wanted
from lambda_lint.image.filesystem import Content
from lambda_lint.image.model import History, Image, ImageConfig, Index, Resolved
from lambda_lint.image.scan import Scan
from lambda_lint.json_schema import Schema
from lambda_lint.sources.archives import select_any
from lambda_lint.sources.endpoints import Endpoint, NoAnswerError
from lambda_lint.sources.layers import known_layers, layer_key
from lambda_lint.sources.meter import Meter
from lambda_lint.sources.model import OpenedImage, SourceOptions
from lambda_lint.sources.reading import reason
from lambda_lint.sources.selection import read_image
from lambda_lint.sources.store import Blob
from lambda_lint.sources.stream import BrokenOffError, StreamStore
from lambda_lint.values import replace

_CHUNK = 1 << 20
_ANSWER_TIMEOUT = 60
# An engine with a graph driver writes the whole export to its own disk before it sends the first byte.
_EXPORT_TIMEOUT = 900
_END_OF_TAR = bytes(1024)
_LAST_WORDS = re.compile(rb'\{"errorDetail":.*\}\s*\Z', re.DOTALL)
# What an entry of the history says that changed the config and no file, in the words of Docker's builders.
_SETS = re.compile(
    r"^(?:/bin/sh -c #\(nop\) +)?"
    r"(?:ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\b"
)


def open_image(
    endpoints: Sequence[Endpoint], reference: str, target: str, options: SourceOptions, stack: ExitStack
) -> OpenedImage:
    """The image of that name or id, of the first engine that has it.

    Raises SourceError with the answer of each when none does.
    """
    answers: list[str] = []
    remedies: list[str] = []
    for endpoint in endpoints:
        answer = _asked(endpoint, reference, target, options, stack)
        if isinstance(answer, OpenedImage):
            return answer
        if isinstance(answer, NoAnswerError):
            remedies.extend(answer.remedies)
        answers.append(answer.what if isinstance(answer, NoAnswerError) else str(answer))
    what = ", ".join(answers)
    raise NoAnswerError(what, remedies) if remedies else SourceError(what)


def _asked(
    endpoint: Endpoint, reference: str, target: str, options: SourceOptions, stack: ExitStack
) -> OpenedImage | SourceError:
    try:
        return _open(endpoint, reference, target, options, stack)
    except SourceError as error:
        return error


def _open(endpoint: Endpoint, reference: str, target: str, options: SourceOptions, stack: ExitStack) -> OpenedImage:
    if endpoint.host.startswith("ssh://"):
        from lambda_lint.sources.dialling import dial

        endpoint = replace(endpoint, via=dial(endpoint.host, endpoint.program, stack))
    else:  # ssh may be asking for a password
        options.meter.start(f"asking {endpoint.engine}")
    client = _connect(endpoint)
    stack.callback(client.close)
    # `manifests` makes engines with a containerd store (API 1.48) tell what an index holds.
    found = _told_of(client, endpoint, reference, "json?manifests=1", schemas.INSPECT)
    resolved = Resolved(target, _repository(reference, found), _index(found))
    # An id is the config's digest, except in a containerd store, where it is that of the manifest or index.
    digest = "" if found.get("Descriptor") else found.get("Id", "")
    image_config = config(_as_config(found), digest, tuple(found["RootFS"].get("Layers") or ()))

    # By its id from here on: the name may be given to another image meanwhile, by whoever builds it anew.
    identifier = found.get("Id") or reference

    def read(wanted: Wanted) -> Image:
        return _read(client, endpoint, identifier, resolved, image_config, found, options, wanted)

    return OpenedImage(target, resolved, image_config, read, f"engine {found.get('Id', '')}")


class _Client(docker.APIClient):
    """One for whom the certificates of an engine are those that are named for it, whatever REQUESTS_CA_BUNDLE says."""

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        return super().merge_environment_settings(url, proxies, stream, self.verify if verify is None else verify, cert)


def _connect(endpoint: Endpoint) -> docker.APIClient:
    try:
        parse_host(endpoint.via or endpoint.host)
    except DockerException as error:
        what = f"{endpoint.engine} cannot be at {printable(endpoint.host)}, which is not an address"
        raise NoAnswerError(what, _ADDRESS_HELP) from error
    try:
        return _Client(
            base_url=endpoint.via or endpoint.host,
            version="auto",
            timeout=_ANSWER_TIMEOUT,
            tls=_tls(endpoint) or False,
        )
    except _ENGINE_ERRORS as error:
        raise _unreachable(endpoint, error) from error


_ADDRESS_HELP = ("write unix:///PATH or tcp://HOST:PORT",)


def _tls(endpoint: Endpoint) -> docker.tls.TLSConfig | None:
    if endpoint.tls is None:
        return None
    certificate, key, authority = (endpoint.tls / name for name in ("cert.pem", "key.pem", "ca.pem"))
    return docker.tls.TLSConfig(
        client_cert=(str(certificate), str(key)) if certificate.exists() else None,
        ca_cert=str(authority) if authority.exists() else None,
        verify=endpoint.verify,
    )


_ENGINE_ERRORS = (DockerException, requests.RequestException, urllib3.exceptions.HTTPError)


def _unreachable(endpoint: Endpoint, error: Exception) -> NoAnswerError:
    where = f"{endpoint.engine} at {printable(endpoint.host)}"
    system = _system_error(error)
    if system is not None and system.errno in (errno.EACCES, errno.EPERM):
        return NoAnswerError(f"{where} may not be asked ({reason(system)})", endpoint.denied)
    if system is not None and system.errno == errno.ENOENT:  # there is no socket
        return NoAnswerError(f"{where} is not running", endpoint.help)
    return NoAnswerError(f"{where} does not answer ({_cause(error)})", endpoint.help)


def _cause(error: BaseException) -> str:
    """What the system said, which lies some exceptions deep; else what the outermost says."""
    system = _system_error(error)
    if system is not None:
        return reason(system)
    for inner in _chain(error):
        if isinstance(inner, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted, {printable(inner.verify_message)}"
        if isinstance(inner, ssl.SSLError):
            return f"TLS fails, {printable(inner.reason or '').replace('_', ' ').lower()}"
        if isinstance(inner, _TIMEOUTS):
            return "it sends nothing"
        if isinstance(inner, (ConnectionError, IncompleteRead)):
            return "it closed the connection"
    return printable(str(error))


_TIMEOUTS = (TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError)


def _system_error(error: BaseException) -> OSError | None:
    """The error of the system that is behind it. What TLS has for an `errno` is a number of its own."""
    found = (inner for inner in _chain(error) if isinstance(inner, OSError) and not isinstance(inner, ssl.SSLError))
    return next((inner for inner in found if inner.errno is not None), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    inner: BaseException | None = error
    while inner is not None:
        yield inner
        inner = inner.__cause__ or inner.__context__


def _told_of(client: docker.APIClient, endpoint: Endpoint, reference: str, what: str, schema: Schema) -> Any:
    try:
        response = client.get(_url(client, reference, what))
    except _ENGINE_ERRORS as error:
        raise _unreachable(endpoint, error) from error
    _check(response, endpoint)
    return load(response.content, "the engine's answer", schema)


def _check(response: requests.Response, endpoint: Endpoint) -> None:
    if response.status_code == requests.codes.not_found:
        raise SourceError(f"{endpoint.engine} at {printable(endpoint.host)} has no such image")
    if not response.ok:
        raise SourceError(f"{endpoint.engine} at {printable(endpoint.host)} says: {printable(_told(response))}")


def _url(client: docker.APIClient, reference: str, what: str) -> str:
    return f"{client.base_url}/v{client.api_version}/images/{quote(reference, safe='/:@')}/{what}"


def _told(response: requests.Response) -> str:
    try:
        return str(response.json()["message"])
    except (ValueError, KeyError, TypeError):
        return response.text


def _as_config(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "os": found.get("Os", ""),
        "architecture": found.get("Architecture", ""),
        "variant": found.get("Variant", ""),
        "config": found.get("Config"),
    }


def _repository(reference: str, found: Mapping[str, Any]) -> str:
    if not found.get("Id", "").removeprefix("sha256:").startswith(reference.removeprefix("sha256:")):
        return reference
    return next(iter(found.get("RepoTags") or ()), "")


def _index(found: Mapping[str, Any]) -> Index | None:
    """The index that a containerd store keeps. A graph driver keeps no manifest that a registry would know."""
    top = found.get("Descriptor")
    if top is None or top.get("mediaType") not in INDEX_TYPES:
        return None
    manifests = tuple(descriptor(entry["Descriptor"]) for entry in found.get("Manifests") or ())
    return Index(descriptor(top), manifests, top["mediaType"]) if manifests else None


def _history(client: docker.APIClient, endpoint: Endpoint, identifier: str, layers: int) -> tuple[History, ...]:
    """That of the config, but for what nobody tells: which entries made no layer.

    What has a size did. Of the others, as many as there are layers left, those first that may have made a folder or
    deleted something.
    """
    answer = _told_of(client, endpoint, identifier, "history", schemas.HISTORY)
    entries = [(entry["Size"], entry.get("CreatedBy", ""), entry.get("Comment", "")) for entry in reversed(answer)]
    likely = sorted(range(len(entries)), key=lambda at: (not entries[at][0], bool(_SETS.search(entries[at][1]))))
    made = frozenset(likely[:layers])
    return tuple(History(by, at not in made, comment) for at, (_, by, comment) in enumerate(entries))


def _read(
    client: docker.APIClient,
    endpoint: Endpoint,
    identifier: str,
    resolved: Resolved,
    image_config: ImageConfig,
    found: Mapping[str, Any],
    options: SourceOptions,
    wanted: Wanted,
) -> Image:
    store = StreamStore(lambda: _export(client, endpoint, identifier, found.get("Size"), options.meter))
    known: dict[Blob, Scan] = {}
    if not found.get("Descriptor"):
        blobs = tuple(Blob("", key=layer_key(diff_id, diff_id)) for diff_id in image_config.diff_ids)
        known = known_layers(blobs, wanted, options.cache)
        if all(blob in known for blob in blobs):
            scans = [known[blob] for blob in blobs]
            history = _history(client, endpoint, identifier, len(scans))
            image_config = replace(image_config, history=history)
            return assemble(resolved, image_config, scans, _again(store, resolved, scans))
    names = {scan.diff_id.partition(":")[2] for scan in known.values()}
    unread = len(image_config.diff_ids) - len(known)
    store.sweep(wanted, lambda path: None if path.rpartition("/")[2] in names else Blob(path), unread)
    top = found.get("Descriptor")
    selection = select_any(store, f"@{top['digest']}" if top else None, options.platform, resolved.reference)
    # What a graph driver exports is made up for the export: its manifest is not what a push would send.
    kept = selection.resolved if found.get("Descriptor") else resolved
    selection = replace(selection, resolved=replace(kept, repository=resolved.repository))
    return read_image(store, selection, wanted, options.cache)


def _again(store: StreamStore, resolved: Resolved, scans: Sequence[Scan]) -> Content:
    """Reads from layers of an image that was not exported, since they were all known."""
    blobs: list[Blob] = []

    def content(layer: int, offset: int, size: int) -> bytes:
        if not blobs:
            store.sweep(lambda _path, _mode, _size: 0, lambda _path: None)
            blobs.extend(select_any(store, None, None, resolved.reference).blobs)
        return store.content(blobs[layer], scans[layer], offset, size)

    return content


def _export(
    client: docker.APIClient, endpoint: Endpoint, identifier: str, size: int | None, meter: Meter
) -> Iterator[bytes]:
    meter.start(f"waiting for {endpoint.engine}")
    url = _url(client, identifier, "get")
    try:
        with ExitStack() as stack:
            read = _plain_answer(endpoint, url.removeprefix(client.base_url), stack)
            if read is None:
                response = stack.enter_context(closing(client.get(url, stream=True, timeout=_EXPORT_TIMEOUT)))
                if not response.ok:  # it may be gone meanwhile, and to say so of an id takes some engines many words
                    _told_of(client, endpoint, identifier, "json", schemas.INSPECT)
                _check(response, endpoint)
                # Not `iter_content`: it gives the pieces as they were sent, of 32 KiB.
                read = partial(response.raw.read, _CHUNK, decode_content=True)
            meter.start("reading layers", size)
            yield from meter.counted(iter(read, b""))
    except (*_ENGINE_ERRORS, HTTPException, OSError) as error:
        where = printable(endpoint.host)
        raise BrokenOffError(f"{endpoint.engine} at {where} broke off the export ({_cause(error)})") from error


def _plain_answer(endpoint: Endpoint, path: str, stack: ExitStack) -> Callable[[], bytes] | None:
    """Reads a tar from a socket of this machine, in HTTP/1.0. None where there is no such socket, or no tar.

    Later versions send chunks of 32 KiB, and to put those together takes longer than all that is done with them. In
    return nothing but the tar itself tells whether this is its end: two blocks of zeros.
    """
    address = endpoint.via or endpoint.host
    if not address.startswith("unix:///"):
        return None
    connection = stack.enter_context(socket.socket(socket.AF_UNIX))
    connection.settimeout(_EXPORT_TIMEOUT)
    connection.connect(address.removeprefix("unix://"))
    connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    response = stack.enter_context(closing(HTTPResponse(connection)))
    response.begin()
    if response.status != HTTPStatus.OK:
        return None
    end = b""

    def read() -> bytes:
        nonlocal end
        data = response.read(_CHUNK)
        if not data and end != _END_OF_TAR:
            words = _last_words(end)
            raise DockerException(words) if words else ConnectionError
        end = (end + data[-len(_END_OF_TAR) :])[-len(_END_OF_TAR) :]
        return data

    return read


def _last_words(end: bytes) -> str:
    """What kept an engine from finishing a tar, which it writes behind the part that it has sent already."""
    found = _LAST_WORDS.search(end)
    try:
        return str(json.loads(found[0])["error"]) if found else ""
    except (ValueError, KeyError):
        return ""
