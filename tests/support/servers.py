"""Small HTTP servers on this machine: one that says what a test wants, and a real registry."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest


@dataclass
class Request:
    """One request that a server got."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    port: int = 0  # the client's, which tells one connection from another


@dataclass
class Reply:
    """What a server answers. `cut` closes the connection after so many bytes of the body; `raw` is sent as it is."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    raw: bytes = b""


class Server:
    """A server at `address`. It keeps the `requests`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.requests: list[Request] = []

    def paths(self) -> list[str]:
        """What was asked for, without the host."""
        return [request.path for request in self.requests]


@contextlib.contextmanager
def serving(answer: Callable[[Request], Reply], context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on a free port of 127.0.0.1, as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            request = Request(
                self.command, self.path, dict(self.headers), self.rfile.read(length), self.client_address[1]
            )
            server.requests.append(request)
            reply = answer(request)
            if reply.raw:
                self.wfile.write(reply.raw)
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: reply.cut])
            self.close_connection = self.close_connection or reply.cut is not None

        do_POST = do_GET  # noqa: N815  # the names are those of http.server

        def log_message(self, *_words: object) -> None:
            """Nothing: a test's output is for its failures."""

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                super().handle()

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Nothing: a client that goes away is part of many a test."""

    with Quiet(("127.0.0.1", 0), Handler) as listening:
        if context is not None:
            listening.socket = context.wrap_socket(listening.socket, server_side=True, do_handshake_on_connect=False)
        server = Server(f"127.0.0.1:{listening.server_port}")
        Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        listening.shutdown()


def forwarding(address: str) -> Callable[[Request], Reply]:
    """Answers as the plain HTTP server at `address` does."""

    def answer(request: Request) -> Reply:
        connection = http.client.HTTPConnection(address, timeout=10)
        kept = {name: value for name, value in request.headers.items() if name.lower() not in ("connection",)}
        connection.request(request.method, request.path, request.body or None, kept)
        response = connection.getresponse()
        body = response.read()
        headers = {name: value for name, value in response.getheaders() if name not in ("Connection", "Date")}
        connection.close()
        return Reply(body, response.status, headers)

    return answer


@contextlib.contextmanager
def docker_registry(folder: Path, **settings: Any) -> Iterator[str]:
    """Debian's docker-registry with its data in `folder`; yields its address. `settings` add to its configuration."""
    program = shutil.which("docker-registry")
    if program is None:
        pytest.fail("docker-registry is not installed; on Debian: apt-get install docker-registry")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    config = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        **settings,
        "http": {"addr": address, **settings.get("http", {})},
    }
    path = folder / "registry.json"  # JSON is YAML
    path.write_text(json.dumps(config))
    environment = {"PATH": os.environ["PATH"], "OTEL_TRACES_EXPORTER": "none"}
    with (folder / "registry.log").open("wb") as log:
        process = subprocess.Popen([program, "serve", path], stdout=log, stderr=log, env=environment)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(address.split(":"), 1):
                break
            time.sleep(0.05)
        assert process.poll() is None, (folder / "registry.log").read_text()
        yield address
    finally:
        process.terminate()
        process.wait(10)


def push(layout: Path, reference: str, *options: str) -> None:
    """Pushes an OCI layout with skopeo, an index with all that is in it."""
    options = options or ("--dest-tls-verify=false",)
    command = [
        "skopeo",
        "copy",
        "--quiet",
        "--all",
        "--preserve-digests",
        "--insecure-policy",
        *options,
        f"oci:{layout}",
        f"docker://{reference}",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "HOME": str(layout.parent)}
    )
    assert done.returncode == 0, done.stderr


class Proxy:
    """A proxy for HTTPS at `address`, which leads every host to one server. It keeps what it was `asked`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[tuple[str, str | None]] = []


@contextlib.contextmanager
def proxying(server: str, login: str | None = None) -> Iterator[Proxy]:
    """A proxy on this machine whose every tunnel ends at `server`; it lets in who shows `login` (Basic)."""

    class Tunnel(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            shown = self.headers.get("Proxy-Authorization")
            proxy.asked.append((self.path, shown))
            if shown != login:
                self.send_error(407)
                return
            host, _, port = server.partition(":")
            with socket.create_connection((host, int(port))) as far:
                self.send_response(200)
                self.end_headers()
                back = Thread(target=_pour, args=(far, self.connection), daemon=True)
                back.start()
                _pour(self.connection, far)
                back.join()

        def log_message(self, *_words: object) -> None:
            """See `serving`."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """See `serving`."""

    with Quiet(("127.0.0.1", 0), Tunnel) as listening:
        proxy = Proxy(f"127.0.0.1:{listening.server_port}")
        Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        yield proxy
        listening.shutdown()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
