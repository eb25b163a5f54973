"""An engine that hangs, hangs up, or may not be asked: one line that says which engine, why, and what to do."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import certifi
import pytest
from support.certificates import Authority
from support.images import compressed, digest, docker_archive, everything
from support.opening import contents, opened_image
from support.servers import Reply, serving

from lambda_lint.errors import SourceError
from lambda_lint.sources import SourceOptions, engine
from lambda_lint.sources.cache import MemoryCache
from lambda_lint.sources.endpoints import Endpoint, NoAnswerError

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


def serve(path: Path, documents: Mapping[str, object], export: bytes) -> str:
    """An engine with one image. What it exports has no length and no chunks, as in HTTP/1.0."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()

    def run() -> None:
        while True:
            with server.accept()[0] as client:
                place = client.recv(4096).split()[1].decode().partition("?")[0]
                found = next((value for end, value in documents.items() if place.endswith(end)), None)
                data = export if found is None else json.dumps(found).encode()
                client.sendall(b"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n" + data)

    Thread(target=run, daemon=True).start()
    return f"unix://{path}"


@pytest.mark.parametrize(
    ("most", "more", "cause"),
    [
        pytest.param(None, b"", "", id="as it is"),
        pytest.param(-1, b"", "", id="without a byte that nobody misses"),
        pytest.param(700, b"", "it closed the connection", id="in the middle of a member"),
        pytest.param(0, b"", "it closed the connection", id="before the first byte"),
        pytest.param(
            None,
            b'{"errorDetail":{"message":"no space left on device"},"error":"no space left on device"}\r\n',
            "no space left on device",
            id="with what went wrong",
        ),
        pytest.param(-1024, b'{"errorDetail":', "it closed the connection", id="with a part of what went wrong"),
        pytest.param(
            700,
            b'{"errorDetail":{"message":"\\u001b[31m"},"error":"\\u001b[31m"}',
            "\\x1b[31m",
            id="with what is meant for a terminal",
        ),
    ],
)
def test_an_export_is_whole_when_it_ends_as_a_tar_does(folder: Path, most: int | None, more: bytes, cause: str) -> None:
    built = docker_archive(folder / "image.tar", {"/a": "1"}, tags=["app:1"])
    layers = [digest(tar) for tar in built.tars]
    documents = {
        "/version": {"ApiVersion": "1.41"},
        "/json": {"Id": built.config, "Os": "linux", "Architecture": "amd64", "RootFS": {"Layers": layers}},
    }
    host = serve(folder / "docker.sock", documents, (folder / "image.tar").read_bytes()[:most] + more)
    with opened_image("docker-daemon:app:1", environ={"DOCKER_HOST": host}) as opened:
        if not cause:
            assert contents(opened.read(everything)) == {"/a": "1"}
        else:
            with pytest.raises(SourceError, match=re.escape(f"broke off the export ({cause})") + "$"):
                opened.read(everything)


def test_a_name_that_is_given_to_another_image_does_not_lead_to_it(folder: Path) -> None:
    built = docker_archive(folder / "image.tar", {"/a": "1"}, tags=["app:1"])
    layers = [digest(tar) for tar in built.tars]
    documents = {
        "/version": {"ApiVersion": "1.41"},
        "/json": {"Id": built.config, "Os": "linux", "Architecture": "amd64", "RootFS": {"Layers": layers}},
        "/images/app:1/get": {"message": "another image"},
    }
    host = serve(folder / "docker.sock", documents, (folder / "image.tar").read_bytes())
    with opened_image("docker-daemon:app:1", environ={"DOCKER_HOST": host}) as opened:
        assert contents(opened.read(everything)) == {"/a": "1"}


@pytest.mark.parametrize(
    ("entries", "made"),
    [
        pytest.param([("COPY a /", 1), ("COPY b /", 2)], ["COPY a /", "COPY b /"], id="nothing but layers"),
        pytest.param(
            [("ARG A", 0), ("COPY a /", 1), ("ENV B=1", 0), ("WORKDIR /b", 0), ('CMD ["c"]', 0)],
            ["COPY a /", "WORKDIR /b"],
            id="a folder has no size",
        ),
        pytest.param(
            [("/bin/sh -c #(nop)  ENV B=1", 0), ("/bin/sh -c rm /x", 0), ("/bin/sh -c #(nop) COPY dir:1 in /", 1)],
            ["/bin/sh -c rm /x", "/bin/sh -c #(nop) COPY dir:1 in /"],
            id="what Docker's first builder writes",
        ),
        pytest.param([("COPY a /", 1)], ["", ""], id="too few"),
        pytest.param([], ["", ""], id="none"),
    ],
)
def test_who_made_layers_that_are_known(folder: Path, entries: list[tuple[str, int]], made: list[str]) -> None:
    """The newest comes first, and nothing but its size tells whether an entry made a layer."""
    built = docker_archive(folder / "image.tar", layers=[{"/a": "1"}, {"/b": "2"}], tags=["app:1"])
    layers = [digest(tar) for tar in built.tars]
    documents = {
        "/version": {"ApiVersion": "1.41"},
        "/json": {"Id": built.config, "Os": "linux", "Architecture": "amd64", "RootFS": {"Layers": layers}},
        "/history": [{"CreatedBy": by, "Size": size, "Comment": ""} for by, size in reversed(entries)],
    }
    cache = MemoryCache()
    archive = folder / "image.tar.gz"
    archive.write_bytes(compressed((folder / "image.tar").read_bytes(), "gzip"))
    with opened_image(f"docker-archive:{archive}", cache=cache) as opened:
        opened.read(everything)
    host = serve(folder / "docker.sock", documents, b"")
    with opened_image("docker-daemon:app:1", environ={"DOCKER_HOST": host}, cache=cache) as opened:
        image = opened.read(everything)
        assert [entry.created_by for entry in image.config.history] == [by for by, _ in entries]
        assert [layer.created_by for layer in image.layers] == made


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


def test_what_several_engines_say_is_one_list() -> None:
    """The end of a longer one, which the registry closes: see test_bad_targets.py."""
    endpoints = [Endpoint("unix:///nonexistent/a.sock"), Endpoint("unix:///nonexistent/b.sock", engine="Podman")]
    with ExitStack() as stack, pytest.raises(NoAnswerError) as caught:
        engine.open_image(endpoints, "app:1", "app:1", SourceOptions(), stack)
    assert caught.value.what == (
        "the Docker engine at unix:///nonexistent/a.sock is not running, Podman at unix:///nonexistent/b.sock is not "
        "running"
    )


@pytest.mark.parametrize("host", ["/var/run/docker.sock", "foo://far", "fd://"])
def test_an_address_that_is_none(host: str) -> None:
    assert failure("docker-daemon:app:1", DOCKER_HOST=host) == (
        f"the Docker engine cannot be at {host}, which is not an address; write unix:///PATH or tcp://HOST:PORT"
    )


def test_a_server_without_tls_is_not_spoken_to_where_tls_is_asked_for() -> None:
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            with server.accept()[0] as client:
                asked.append(client.recv(4096))
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = Thread(target=run, daemon=True)
        thread.start()
        host = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        message = failure("docker-daemon:app:1", DOCKER_HOST=host, DOCKER_TLS_VERIFY="1", DOCKER_CONFIG="/nonexistent")
        thread.join(10)
    assert b"HTTP" not in asked[0]
    assert message == (
        f"the Docker engine at {host} does not answer (TLS fails, wrong version number); start Docker, or point "
        "DOCKER_HOST or DOCKER_CONTEXT at another engine"
    )


def test_an_engine_is_trusted_by_the_certificates_beside_docker_s_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())  # for others
    authority = Authority(tmp_path)
    with serving(lambda _: Reply(status=404), authority.context("127.0.0.1")) as server:
        host = f"tcp://{server.address}"
        environ = {"DOCKER_HOST": host, "DOCKER_TLS_VERIFY": "1", "DOCKER_CONFIG": str(tmp_path)}
        assert failure("docker-daemon:app:1", **environ).startswith(
            f"the Docker engine at {host} does not answer (its certificate is not trusted, unable to get local issuer "
        )
        assert server.requests == []
        authority.ca.rename(tmp_path / "ca.pem")
        failure("docker-daemon:app:1", **environ)
        assert server.paths() == ["/version"]


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


@pytest.mark.parametrize(
    ("target", "variable", "host", "words"),
    [
        ("docker-daemon:app:1", "DOCKER_HOST", "ssh://far", "-T -- far docker system dial-stdio"),
        (
            "docker-daemon:app:1",
            "DOCKER_HOST",
            "ssh://me@far:2222/run/docker.sock",
            "-T -l me -p 2222 -- far docker --host unix:///run/docker.sock system dial-stdio",
        ),
        (
            "podman:app:1",
            "CONTAINER_HOST",
            "ssh://me@far/run/podman.sock",
            "-T -l me -- far podman --url unix:///run/podman.sock system dial-stdio",
        ),
    ],
)
def test_an_engine_behind_ssh(
    folder: Path, monkeypatch: pytest.MonkeyPatch, target: str, variable: str, host: str, words: str
) -> None:
    built = docker_archive(folder / "image.tar", {"/a": "1"}, tags=["app:1"])
    documents = {
        "/version": {"ApiVersion": "1.41"},
        "/json": {
            "Id": built.config,
            "Os": "linux",
            "Architecture": "amd64",
            "RootFS": {"Layers": [digest(tar) for tar in built.tars]},
        },
    }
    serve(folder / "docker.sock", documents, (folder / "image.tar").read_bytes())
    monkeypatch.setenv("PATH", f"{ssh_to(folder / 'docker.sock', folder)}:{os.environ['PATH']}")
    (folder / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    with opened_image(target, environ={variable: host}) as opened:
        assert contents(opened.read(everything)) == {"/a": "1"}
    assert (folder / "asked").read_text().splitlines() == [words] * 3
    assert list((folder / "tmp").iterdir()) == []


def ssh_to(engine: Path, folder: Path) -> Path:
    """A folder with an `ssh` in it that leads to a socket of this machine, and keeps what it is asked for."""
    program = folder / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(
        f"""#!{sys.executable}
import os, socket, sys, threading
with open({str(folder / "asked")!r}, "a") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n")
engine = socket.socket(socket.AF_UNIX)
engine.connect({str(engine)!r})
def pump():
    while data := os.read(0, 65536):
        engine.sendall(data)
threading.Thread(target=pump, daemon=True).start()
while data := engine.recv(65536):
    os.write(1, data)
"""
    )
    program.chmod(0o755)
    return program.parent


def test_ssh_does_not_outlive_whoever_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "ssh").write_text("#!/bin/sh\nexec sleep 1000\n")
    (folder / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(engine, "_ANSWER_TIMEOUT", 0.2)
    begun = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **how: begun.append(popen(*args, **how)) or begun[-1])
    assert "(it sends nothing)" in failure("docker-daemon:app:1", DOCKER_HOST="ssh://far")
    assert [process.returncode for process in begun] == [-signal.SIGTERM]


def test_ssh_that_does_not_get_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "ssh").write_text("#!/bin/sh\nexit 255\n")
    (folder / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    message = failure("docker-daemon:app:1", DOCKER_HOST="ssh://far")
    assert message.startswith("the Docker engine at ssh://far does not answer (")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert failure("docker-daemon:app:1", DOCKER_HOST="ssh://far") == (
        "ssh://far is reached through ssh, which is not installed"
    )
    assert failure("docker-daemon:app:1", DOCKER_HOST="ssh://:x") == "ssh://:x is not an address; write ssh://USER@HOST"
