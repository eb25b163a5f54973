"""An engine that hangs, hangs up, or may not be asked: one line that says which engine, why, and what to do."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from support.opening import opened_image

from lambda_lint.errors import SourceError
from lambda_lint.sources import engine

Answer = Callable[[socket.socket], object]


@pytest.fixture
def folder() -> Iterator[Path]:
    """One whose path is short enough for a socket, and that everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def listen(path: Path, answer: Answer) -> str:
    """Answers one client."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()

    def run() -> None:
        with server, server.accept()[0] as client:
            client.recv(4096)
            answer(client)

    Thread(target=run, daemon=True).start()
    return f"unix://{path}"


def failure(target: str, **environ: str) -> str:
    with pytest.raises(SourceError) as caught, opened_image(target, environ=environ):
        pass
    return str(caught.value).removeprefix(f"{target}: ")


def test_an_engine_that_hangs_is_waited_for_only_so_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_ANSWER_TIMEOUT", 0.2)
    host = listen(folder / "docker.sock", lambda client: client.recv(1))
    assert failure("docker-daemon:app:1", DOCKER_HOST=host) == (
        f"the Docker engine at {host} does not answer (it sends nothing); start Docker, or point "
        "DOCKER_HOST or DOCKER_CONTEXT at another engine"
    )


def test_an_engine_that_hangs_up(folder: Path) -> None:
    host = listen(folder / "docker.sock", lambda client: None)
    assert failure("docker-daemon:app:1", DOCKER_HOST=host) == (
        f"the Docker engine at {host} does not answer (it closed the connection); start Docker, or point "
        "DOCKER_HOST or DOCKER_CONTEXT at another engine"
    )


@pytest.mark.parametrize(
    ("target", "variable", "message"),
    [
        (
            "docker-daemon:app:1",
            "DOCKER_HOST",
            "the Docker engine at {} may not be asked (permission denied); join the group `docker`, or run this as "
            "root",
        ),
        (
            "podman:app:1",
            "CONTAINER_HOST",
            "Podman at {} may not be asked (permission denied); start a Podman service of your own (`systemctl --user "
            "start podman.socket`)",
        ),
    ],
)
def test_a_socket_that_belongs_to_others(
    folder: Path, request: pytest.FixtureRequest, target: str, variable: str, message: str
) -> None:
    host = listen(folder / "engine.sock", lambda client: None)
    (folder / "engine.sock").chmod(0)
    request.getfixturevalue("nobody")
    assert failure(target, **{variable: host}) == message.format(host)
