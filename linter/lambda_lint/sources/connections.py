"""Requests over HTTP and TLS: with time-outs, repeated where that may help, and through the user's proxy.

Redirects are followed by hand, since what proves who we are must not follow them to another server.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from threading import Lock
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    IncompleteRead,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
)

from lambda_lint.about import VERSION
from lambda_lint.errors import SourceError, printable
from lambda_lint.sources.reading import CHUNK, reason
from lambda_lint.sources.threads import in_threads
from lambda_lint.values import Value

_CONNECT_PATIENCE = 10.0
_READ_PATIENCE = 30.0
_TRIES = 5
# Half a minute without a word is no bad moment.
_SILENT_TRIES = 2
_REDIRECTS = 5
# Who asks for more patience than this is told to the user instead.
_LONGEST_WAIT = 60.0
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_PORTS = {"https": 443, "http": 80}
_CONNECTIONS = 32
_LITTLE = 64 << 10
# What helps where no other authority would, by the codes of OpenSSL (X509_V_ERR_..., x509_vfy.h).
_OTHER_NAME = "ask for it under the name that its certificate is for"
_REMEDIES = {
    9: "look whether this machine's clock is right",  # CERT_NOT_YET_VALID
    10: "it has to be renewed",  # CERT_HAS_EXPIRED
    62: _OTHER_NAME,  # HOSTNAME_MISMATCH
    64: _OTHER_NAME,  # IP_ADDRESS_MISMATCH
}


class Origin(Value):
    """A server: what a login belongs to."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether it is this machine, by its name."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class BrokenError(SourceError):
    """A connection that broke off, which is worth another one."""


class Answer:
    """An answer whose body is not read yet. It must be read to its end or closed."""

    def __init__(self, origin: Origin, response: urllib3.BaseHTTPResponse) -> None:
        self.origin = origin
        self.status = response.status
        self.headers = response.headers
        self._response = response

    def close(self) -> None:
        """Drops what was not read, with the connection."""
        self._response.close()

    def pass_over(self) -> None:
        """Reads what nobody wants, if that is little, so that the connection serves the next request."""
        with suppress(SourceError):
            self.document(_LITTLE)

    def chunks(self) -> Iterator[bytes]:
        """The body. Raises BrokenError when the connection breaks, SourceError for what is not HTTP."""
        try:
            yield from self._response.stream(CHUNK, decode_content=False)
        except (HTTPError, HTTPException, OSError) as error:
            kind = BrokenError if _broke_off(error) else SourceError
            raise kind(f"{self.origin}: {_cause(error, self.origin)}") from error
        finally:
            self.close()

    def document(self, limit: int) -> bytes:
        """The whole body. Raises SourceError when it is longer than `limit` bytes."""
        pieces, room = [], limit
        for chunk in self.chunks():
            room -= len(chunk)
            if room < 0:
                raise SourceError(f"{self.origin} answers with more than {limit} bytes where no document has as many")
            pieces.append(chunk)
        return b"".join(pieces)


class Connections:
    """Connections to any number of servers, kept open for the next request. Safe to share between threads."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._pools: dict[Origin, tuple[urllib3.HTTPConnectionPool, float]] = {}
        self._answered: set[Origin] = set()
        self._lock = Lock()

    def close(self) -> None:
        """Closes what is idle."""
        for pool, _ in self._pools.values():
            pool.close()

    def open(
        self, url: str, headers: Mapping[str, str] | None = None, authorization: str = "", body: bytes | None = None
    ) -> Answer:
        """GET, or POST when there is a `body`, which is not sent on when the server is elsewhere.

        `authorization` is for the server that the URL names. Raises SourceError when nothing answers. The status may
        still be any.
        """
        home = origin(url)
        for _ in range(_REDIRECTS + 1):
            here = origin(url)
            sent = {"User-Agent": f"lambda-lint/{VERSION}", "Accept-Encoding": "identity", **(headers or {})}
            if authorization and here == home:
                sent["Authorization"] = authorization
            try:
                answer = self._interruptibly(here, _path(url), sent, body)
            except SourceError as error:
                if here == home:
                    raise
                raise SourceError(f"{home} redirects to another server, and {error}") from error
            location = answer.headers.get("Location")
            if answer.status not in _MOVED or location is None or body is not None:
                return answer
            answer.pass_over()
            url = _redirected(url, location)
        raise SourceError(f"{home} redirects more than {_REDIRECTS} times")

    def _interruptibly(self, here: Origin, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """In a thread of its own, since looking up a name takes no notice of Ctrl-C."""
        (answer,) = in_threads(lambda _, _stop: self._patiently(here, path, headers, body), (None,), 1)
        return answer

    def _patiently(self, here: Origin, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        pool, patience = self._pool(here)
        timeout = urllib3.Timeout(connect=patience, read=_READ_PATIENCE)
        for attempt in range(1, _TRIES + 1):
            try:
                response = pool.urlopen(
                    "GET" if body is None else "POST",
                    path,
                    body,
                    headers,
                    retries=False,
                    redirect=False,
                    assert_same_host=False,
                    timeout=timeout,
                    preload_content=False,
                    decode_content=False,
                )
            except (HTTPError, HTTPException, OSError, ValueError) as error:
                # A server that never answered will not do so in a moment. One that did may have had a bad one.
                tries = _SILENT_TRIES if _was_silent(error) else _TRIES
                if attempt >= tries or not (here in self._answered or _broke_off(error)):
                    raise SourceError(self._explained(here, error)) from error
                wait = pause(attempt)
            else:
                self._answered.add(here)
                wait = _wanted_pause(response.headers, attempt)
                if response.status not in _TRY_AGAIN or attempt == _TRIES or wait > _LONGEST_WAIT:
                    return Answer(here, response)
                response.close()
            time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _pool(self, here: Origin) -> tuple[urllib3.HTTPConnectionPool, float]:
        """The connections to a server, and for how long to try one of its addresses."""
        with self._lock:
            if here not in self._pools:
                self._pools[here] = self._new_pool(here)
            return self._pools[here]

    def _new_pool(self, here: Origin) -> tuple[urllib3.HTTPConnectionPool, float]:
        proxy = find_proxy(here, self._environ)
        if here.scheme == "http":
            return urllib3.HTTPConnectionPool(here.host, here.port, maxsize=_CONNECTIONS), _address_patience(here)
        context = tls_context(here, self._environ)
        if proxy is None:
            pool = urllib3.HTTPSConnectionPool(here.host, here.port, maxsize=_CONNECTIONS, ssl_context=context)
            return pool, _address_patience(here)
        middle = origin(proxy.geturl())
        login = f"{unquote(proxy.username or '')}:{unquote(proxy.password or '')}"
        manager = urllib3.ProxyManager(
            f"{middle.scheme}://{proxy.netloc.rpartition('@')[2]}",
            maxsize=_CONNECTIONS,
            proxy_headers=urllib3.make_headers(proxy_basic_auth=login) if proxy.username else None,
            ssl_context=context,
        )
        return manager.connection_from_host(here.host, here.port, "https"), _address_patience(middle)

    def _explained(self, here: Origin, error: Exception) -> str:
        if isinstance(error, ProxyError):
            proxy = find_proxy(here, self._environ)
            where = f"{origin(proxy.geturl())}" if proxy is not None else ""
            return f"{here}: the proxy {where} does not let us through ({_cause(error, here)})"
        if any(isinstance(found, (NewConnectionError, ConnectTimeoutError)) for found in _chain(error)):
            return f"{here} cannot be reached ({_cause(error, here)})"
        return f"{here}: {_cause(error, here)}"


def origin(url: str) -> Origin:
    """The server of a URL. Raises SourceError when it names none, or speaks no HTTP."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise SourceError(f"{printable(url.partition('?')[0])} is not a URL ({printable(str(error))})") from error
    if parts.scheme not in _PORTS or not host:
        raise SourceError(f"{printable(parts.scheme or 'this')} is no way to reach a registry, only https is")
    return Origin(parts.scheme, host, _PORTS[parts.scheme] if port is None else port)


def find_proxy(here: Origin, environ: Mapping[str, str]) -> SplitResult | None:
    """The proxy that the environment names for a server. This machine is never asked through one."""
    excepted = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if here.scheme == "http" or here.loopback or _is_excepted(here, excepted):
        return None
    named = (environ.get(name) for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"))
    text = next(filter(None, named), "")
    if not text:
        return None
    try:
        proxy = urlsplit(text if "://" in text else f"http://{text}")
        origin(proxy.geturl())
    except (SourceError, ValueError) as error:
        raise SourceError("HTTPS_PROXY names no proxy for HTTP; write it as http://HOST:PORT") from error
    return proxy


def speaks_tls(here: Origin) -> bool:
    """Whether a server on this machine answers a TLS handshake. Nothing else is sent, and nobody is trusted yet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((here.host, here.port), _CONNECT_PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=here.host),
        ):
            return True
    except OSError:
        return False


def tls_context(here: Origin, environ: Mapping[str, str]) -> ssl.SSLContext:
    """Whom to trust, and with which certificate to come: as everywhere on this system, and as Docker and Podman do."""
    bundles = [(name, environ[name]) for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") if environ.get(name)]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not bundles:
        context.load_default_certs()
        if not context.cert_store_stats()["x509_ca"] and not _has_certificates():
            import certifi

            bundles = [("certifi", certifi.where())]
    for name, bundle in bundles:
        path = Path(bundle)
        _trust(context, path, f"{name}: {path}", folder=path.is_dir())
    for folder in _certificate_folders(here, environ):
        for path in sorted(folder.glob("*.crt")):
            _trust(context, path, f"{path}")
        for path in sorted(folder.glob("*.cert")):
            _present(context, path)
    return context


def pause(attempt: int) -> float:
    """Seconds to wait after so many attempts."""
    return float(2.0 ** (attempt - 1) / 4)


def status_text(status: int) -> str:
    """`404 (Not Found)`"""
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def _trust(context: ssl.SSLContext, path: Path, name: str, *, folder: bool = False) -> None:
    try:
        context.load_verify_locations(capath=path) if folder else context.load_verify_locations(cafile=path)
    except OSError as error:
        raise SourceError(f"{name} holds no certificates that can be used ({_tls_reason(error)})") from error


def _present(context: ssl.SSLContext, path: Path) -> None:
    try:
        # An encrypted key would make OpenSSL ask on the terminal.
        context.load_cert_chain(path, path.with_suffix(".key"), password="")
    except OSError as error:
        raise SourceError(f"{path} and its .key cannot be used ({_tls_reason(error)})") from error


def _is_excepted(here: Origin, no_proxy: str) -> bool:
    """Whether NO_PROXY names the server: its host, with or without the port, a domain above it, or `*` for all."""
    names = {entry.strip().lower().removeprefix("*").lstrip(".") or entry.strip() for entry in no_proxy.split(",")}
    domains = (name for name in names if name and here.host.endswith(f".{name}"))
    return not names.isdisjoint({"*", here.host, f"{here.host}:{here.port}"}) or any(domains)


def _has_certificates() -> bool:
    folder = ssl.get_default_verify_paths().capath
    return folder is not None and any(os.scandir(folder))


def _certificate_folders(here: Origin, environ: Mapping[str, str]) -> Iterator[Path]:
    own = Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "/")) / ".config")
    names = {f"{here}", f"{here}:{here.port}" if here.port == _PORTS[here.scheme] else f"{here}"}
    for place in (own / "docker", own / "containers", Path("/etc/docker"), Path("/etc/containers")):
        for name in sorted(names):
            yield place / "certs.d" / name


def _address_patience(here: Origin) -> float:
    """A time-out is for one address, and they are tried in turn."""
    try:
        addresses = len(socket.getaddrinfo(here.host, here.port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError) as error:
        cause = reason(error) if isinstance(error, OSError) else "no host name"
        raise SourceError(f"{here} cannot be found ({cause})") from error
    return max(2.0, _CONNECT_PATIENCE / max(1, addresses))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _redirected(url: str, location: str) -> str:
    try:
        target = urljoin(url, location)
    except ValueError as error:
        raise SourceError(f"{origin(url)} redirects to what is not a URL") from error
    before, after = origin(url), origin(target)
    if after.scheme == "http" and not (before.scheme == "http" and after.loopback):
        raise SourceError(f"{before} redirects to {after} without TLS")
    return target


def _wanted_pause(headers: Mapping[str, str], attempt: int) -> float:
    """What Retry-After asks for (seconds or a date, RFC 9110, section 10.2.3), else a little more each time."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, IndexError, OverflowError):
        return pause(attempt)


def _chain(error: BaseException) -> tuple[BaseException, ...]:
    """The exception and what lies in it, the outermost first: urllib3 wraps what http.client and the system say."""
    chain: list[BaseException] = []
    inner: BaseException | None = error
    while inner is not None and inner not in chain:
        chain.append(inner)
        nested = next((part for part in inner.args if isinstance(part, BaseException)), None)
        inner = getattr(inner, "original_error", None) or nested or inner.__cause__ or inner.__context__
    return tuple(chain)


def _broke_off(error: BaseException) -> bool:
    """Whether the connection was there, and went away; nonsense that came over it will come again."""
    chain = _chain(error)
    broken = (ConnectionError, ReadTimeoutError, IncompleteRead)
    return any(isinstance(found, broken) for found in chain) and not any(
        isinstance(found, NewConnectionError) for found in chain
    )


def _was_silent(error: BaseException) -> bool:
    return any(isinstance(found, ReadTimeoutError) for found in _chain(error))


def _cause(error: BaseException, here: Origin) -> str:
    """The reason that says something, in few words."""
    chain = _chain(error)
    for found in chain:
        if isinstance(found, ssl.SSLCertVerificationError):
            remedy = _REMEDIES.get(found.verify_code) or (
                f"name the CA's in SSL_CERT_FILE, or put it into /etc/docker/certs.d/{here}/ca.crt"
            )
            return f"its certificate cannot be trusted ({found.verify_message.rstrip('.')}); {remedy}"
        if isinstance(found, ssl.SSLError) and found.reason == "WRONG_VERSION_NUMBER":
            return "it speaks no TLS, and HTTP without TLS is spoken with registries on this machine only"
        if isinstance(found, ssl.SSLError):
            return f"no TLS connection can be made ({_tls_reason(found)})"
        # A connection that was refused is a time-out, too, in the words of urllib3.
        if isinstance(found, ConnectTimeoutError) and not isinstance(found, NewConnectionError):
            return f"no answer within {_CONNECT_PATIENCE:.0f} seconds"
        if isinstance(found, (ReadTimeoutError, TimeoutError)):
            return f"nothing came for {_READ_PATIENCE:.0f} seconds"
        if isinstance(found, OSError) and found.errno is not None:
            return reason(found)
        if isinstance(found, OSError) and "Tunnel connection failed" in str(found):
            return printable(str(found).partition("failed: ")[2])
        if isinstance(found, (IncompleteRead, ConnectionError)):
            return "the connection was closed before the end"
    return f"what it sends is not HTTP ({printable(str(chain[-1]) or type(chain[-1]).__name__)})"


def _tls_reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        # Without a reason it comes from the reader of PEM, to whom a key under a password looks the same as no key.
        return error.reason.lower().replace("_", " ") if error.reason else "no PEM, or under a password"
    return reason(error)
