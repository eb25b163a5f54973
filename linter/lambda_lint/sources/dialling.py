"""Engines behind ssh, reached as `docker` reaches them: for each connection, `ssh HOST docker system dial-stdio`.

The SDK has a way of its own, for which it wants an implementation of SSH in Python to be installed.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.parse import SplitResult, urlsplit

from lambda_lint.errors import SourceError, printable

# In whose words the engine at the other end is asked for, and how these name another socket than the usual one.
_PROGRAMS = {"docker": "--host", "podman": "--url"}


def dial(host: str, program: str, stack: ExitStack) -> str:
    """The address of a socket on this machine, until `stack` is closed, that leads to the engine at `ssh://...`.

    Raises SourceError when the address is none, or when there is no ssh.
    """
    words = _words(host, program)
    if shutil.which("ssh") is None:
        raise SourceError(f"{printable(host)} is reached through ssh, which is not installed")
    path = f"{stack.enter_context(TemporaryDirectory(prefix='lambda-lint-'))}/engine.sock"
    server = stack.enter_context(socket.socket(socket.AF_UNIX))
    server.bind(path)
    server.listen()
    running: list[subprocess.Popen[bytes]] = []
    stack.callback(_close, server, running)
    Thread(target=_serve, args=(server, words, running), name="ssh", daemon=True).start()
    return f"unix://{path}"


def _words(host: str, program: str) -> list[str]:
    try:
        url: SplitResult = urlsplit(host)
        name, port = url.hostname, url.port
    except ValueError:
        name = port = None
    if not name:
        raise SourceError(f"{printable(host)} is not an address; write ssh://USER@HOST")
    words = ["ssh", "-T", *(("-l", url.username) if url.username else ()), *(("-p", str(port)) if port else ())]
    there = (_PROGRAMS[program], f"unix://{url.path}") if url.path.strip("/") else ()
    return [*words, "--", name, program, *there, "system", "dial-stdio"]


def _serve(server: socket.socket, words: list[str], running: list[subprocess.Popen[bytes]]) -> None:
    while True:
        try:
            connection = server.accept()[0]
        except OSError:  # closed
            return
        with connection, contextlib.suppress(OSError):
            running.append(
                subprocess.Popen(words, stdin=connection.fileno(), stdout=connection.fileno())  # noqa: S603  # no shell
            )


def _close(server: socket.socket, running: list[subprocess.Popen[bytes]]) -> None:
    with contextlib.suppress(OSError):
        server.shutdown(socket.SHUT_RDWR)  # to close it does not wake whoever waits for a connection
    for process in running:  # an engine that is getting ready to export would keep them for as long as that takes
        process.terminate()
        process.wait()
