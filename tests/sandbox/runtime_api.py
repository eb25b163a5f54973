"""The Runtime API and the Extensions API that a sandboxed image talks to, for one event, and the record of its words.

Paths, headers and statuses are those of the public Runtime API (2018-06-01) and Extensions API (2020-01-01).
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer

REQUEST_ID = "6b0a5bd4-7d6a-4c0c-9d5b-3f1f6a5d1b52"
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:sandbox"
# An HTTP API event (payload 2.0) is an ordinary dictionary to a plain handler, and a request to the Web Adapter.
EVENT = {
    "version": "2.0",
    "routeKey": "$default",
    "rawPath": "/",
    "rawQueryString": "",
    "headers": {"host": "example.com"},
    "requestContext": {
        "accountId": "123456789012",
        "apiId": "sandbox",
        "domainName": "example.com",
        "domainPrefix": "sandbox",
        "http": {"method": "GET", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "sandbox"},
        "requestId": "id",
        "routeKey": "$default",
        "stage": "$default",
        "time": "23/Nov/2026:12:00:00 +0000",
        "timeEpoch": 1795435200000,
    },
    "isBase64Encoded": False,
}
_RUNTIME = "/2018-06-01/runtime/"
_EXTENSION = "/2020-01-01/extension/"
_BODY_LIMIT = 6 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that happened, in the order of arrival.

    `kind` is "response", "error", "init-error" or "extension-error" (said by the image over the API), or one of the
    supervisor's "launch", "exit", "extension-launch" and "extension-exit". `type` is Lambda's error type when one was
    given, `code` and `signal` describe an exit.
    """

    kind: str
    type: str = ""
    text: str = ""
    name: str = ""
    code: int = 0
    signal: str = ""


class Ledger:
    """What the image has done so far. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heard: list[Heard] = []
        self._polled = False
        self._offered = False
        self._closed = False
        self._registered: dict[str, bool] = {}

    def add(self, heard: Heard) -> None:
        with self._changed:
            self._heard.append(heard)
            self._changed.notify_all()

    def register(self, name: str) -> None:
        with self._changed:
            self._registered.setdefault(name, False)

    def registered(self) -> int:
        with self._changed:
            return len(self._registered)

    def extension_waits(self, name: str) -> None:
        """Block until the sandbox closes: the only event an extension gets here is the end of its connection."""
        with self._changed:
            self._registered[name] = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._closed)

    def take_event(self) -> bool:
        """Wait for all extensions to be ready, then True for the first caller; False when the sandbox closes."""
        with self._changed:
            self._polled = True
            self._changed.wait_for(lambda: self._closed or (not self._offered and all(self._registered.values())))
            if self._closed:
                return False
            self._offered = True
            return True

    @property
    def polled(self) -> bool:
        """Whether anybody asked for work."""
        return self._polled

    def first(self, within: float) -> Heard | None:
        """What was heard first, or None when nothing was heard `within` that many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._heard), timeout=within)
            return self._heard[0] if self._heard else None

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RuntimeApi

    def address_string(self) -> str:
        return "container"

    def log_message(self, *arguments: object) -> None:
        """Say nothing: the ledger is the record."""

    def do_GET(self) -> None:
        ledger = self.server.ledger
        if self.path == f"{_RUNTIME}invocation/next":
            if ledger.take_event():
                self._answer(200, EVENT, _invocation_headers())
            else:
                self.close_connection = True
        elif self.path == f"{_EXTENSION}event/next":
            ledger.extension_waits(self.headers.get("Lambda-Extension-Identifier", ""))
            self.close_connection = True
        elif self.path == "/sandbox/registered":
            self._answer(200, ledger.registered())
        else:
            self._answer(404, {"errorType": "NotFound"})

    def do_POST(self) -> None:
        body = self._body()
        ledger = self.server.ledger
        if self.path == f"{_RUNTIME}invocation/{REQUEST_ID}/response":
            ledger.add(Heard("response", text=body.decode("utf-8", "replace")))
        elif self.path == f"{_RUNTIME}invocation/{REQUEST_ID}/error":
            ledger.add(self._reported("error", body))
        elif self.path == f"{_RUNTIME}init/error":
            ledger.add(self._reported("init-error", body))
        elif self.path == f"{_EXTENSION}register":
            self._register()
            return
        elif self.path.startswith(_EXTENSION):
            ledger.add(self._reported("extension-error", body))
        elif self.path == "/sandbox/event":
            ledger.add(Heard(**json.loads(body)))
        else:
            self._answer(404, {"errorType": "NotFound"})
            return
        self._answer(202, {"status": "OK"})

    def do_PUT(self) -> None:
        self._body()
        self._answer(200, "OK")

    def _register(self) -> None:
        name = self.headers.get("Lambda-Extension-Name", "")
        self.server.ledger.register(name)
        about = {"functionName": "sandbox", "functionVersion": "$LATEST", "handler": ""}
        self._answer(200, about, {"Lambda-Extension-Identifier": name})

    def _reported(self, kind: str, body: bytes) -> Heard:
        try:
            report = json.loads(body)
        except ValueError:
            report = {}
        if not isinstance(report, dict):
            report = {}
        type_ = report.get("errorType") or self.headers.get("Lambda-Runtime-Function-Error-Type", "")
        return Heard(kind, type=str(type_), text=str(report.get("errorMessage", "")))

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        return self.rfile.read(min(int(self.headers.get("Content-Length", "0")), _BODY_LIMIT))

    def _chunks(self) -> bytes:
        body = bytearray()
        while (size := int(self.rfile.readline().split(b";")[0], 16)) and len(body) + size <= _BODY_LIMIT:
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return bytes(body)

    def _answer(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)


class RuntimeApi(ThreadingUnixStreamServer):
    """The API of one sandboxed function, served on a Unix socket until `stop`; `ledger` holds what was heard.

    The supervisor offers the socket inside the container on the loopback address of AWS_LAMBDA_RUNTIME_API.
    """

    daemon_threads = True
    block_on_close = False
    # Ten extensions and a runtime may come at the same moment.
    request_queue_size = 128

    def __init__(self, socket: Path) -> None:
        super().__init__(str(socket), _Handler)
        socket.chmod(0o666)
        self.ledger = Ledger()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """A container that is being removed breaks its connections; that is not worth a traceback."""

    def stop(self) -> None:
        self.ledger.close()
        self.shutdown()
        self.server_close()


def _invocation_headers() -> dict[str, str]:
    return {
        "Lambda-Runtime-Aws-Request-Id": REQUEST_ID,
        "Lambda-Runtime-Deadline-Ms": str(int((time.time() + 60) * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": FUNCTION_ARN,
        "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0",
    }
