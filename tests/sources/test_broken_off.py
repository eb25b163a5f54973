"""What breaks off in the middle: Ctrl-C, an engine that dies, files that change, disks without room.

Each time there is one clear line, at once, and nothing is left behind: no temporary file, no half of a cache entry.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event, Thread

import docker
import pytest
from support.images import build, digest, docker_archive, layout
from support.opening import NO_ENGINE, opened_image
from support.servers import Reply, Request, serving

from lambda_lint.errors import SourceError
from lambda_lint.sources.cache import FolderCache

PROGRAM = Path(sys.executable).with_name("lambda-lint")
MIB = 1 << 20
# Ctrl-C takes no longer, however long the wait for a server may be, and however busy the machine.
AT_ONCE = 5.0


class Run:
    """lambda-lint in a process, with folders of its own for its cache and its temporary files."""

    def __init__(self, folder: Path, *arguments: str, within: Sequence[str] = (), **environ: str) -> None:
        self.cache, self.scratch = folder / "cache", folder / "scratch"
        for own in (self.cache, self.scratch):
            own.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [*within, PROGRAM, "--cache-dir", self.cache, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **NO_ENGINE, "TMPDIR": str(self.scratch), **environ},
        )

    def reads(self, path: Path) -> bool:
        """Whether it has the file open."""
        for link in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if link.samefile(path):
                    return True
        return False

    def check_interrupted(self, *kept: bytes) -> None:
        """Presses Ctrl-C: that ends it at once, with one line, and nothing is left but what came before as a whole."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        output, errors = self.process.communicate(timeout=60)
        assert time.monotonic() - started < AT_ONCE
        assert (self.process.returncode, output, errors) == (130, "", "lambda-lint: interrupted\n")
        assert [path.read_bytes()[32:] for path in self.cache.iterdir()] == [*kept]
        assert [*self.scratch.iterdir()] == []


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def zeros(size: int) -> bytes:
    """A layer of one file that takes a while to read, and none to make."""
    entry = tarfile.TarInfo("zeros")
    entry.size = size
    return gzip.compress(entry.tobuf()) + gzip.compress(bytes(64 * MIB), 1) * (size // (64 * MIB))


def blob(folder: Path, name: str) -> Path:
    return folder / "blobs" / "sha256" / name.removeprefix("sha256:")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells which files are open")
def test_ctrl_c_while_layers_are_read(tmp_path: Path) -> None:
    built = layout(tmp_path / "oci", {"/a": "1"})
    layer = blob(tmp_path / "oci", built.layers[0])
    layer.write_bytes(zeros(16 << 30))
    run = Run(tmp_path, "oci:oci")
    wait_for(lambda: run.reads(layer))
    run.check_interrupted()


def test_ctrl_c_while_a_registry_sends_nothing(tmp_path: Path) -> None:
    built = build({"/a": "1"})
    asked, over = Event(), Event()

    def answer(request: Request) -> Reply:
        kind, name = request.path.split("/")[-2:]
        if name in built.layers:
            asked.set()
            over.wait(60)
        headers = {"Content-Type": built.top["mediaType"]} if kind == "manifests" else {}
        return Reply(built.blobs[built.top["digest"] if name == "1" else name], headers=headers)

    with serving(answer) as server:
        run = Run(tmp_path, f"docker://{server.address}/app:1")
        wait_for(asked.is_set)
        run.check_interrupted(built.blobs[built.config])
        over.set()


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs root, to mount a file")
def test_ctrl_c_while_a_name_is_looked_up(tmp_path: Path) -> None:
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.53\noptions timeout:30 attempts:2\n")
    script = 'mount --bind resolv.conf /etc/resolv.conf && exec "$@"'
    with socket.socket(type=socket.SOCK_DGRAM) as server:  # which never answers
        server.bind(("127.0.0.53", 53))
        server.settimeout(60)
        within = ("unshare", "--mount", "sh", "-c", script, "sh")
        run = Run(tmp_path, "docker://nowhere.example/app:1", within=within, HTTPS_PROXY="")
        server.recv(512)
        run.check_interrupted()


def test_ctrl_c_while_an_entry_of_the_cache_is_written(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from lambda_lint.sources.cache import FolderCache\n"
        "FolderCache(Path(sys.argv[1])).put('one', bytes(100 << 20))"
    )
    process = subprocess.Popen([sys.executable, "-c", script, tmp_path], stderr=subprocess.DEVNULL)
    wait_for(lambda: any(tmp_path.iterdir()))  # on a busy machine the whole entry may be there at the next look
    process.send_signal(signal.SIGINT)
    assert process.wait() in (0, -signal.SIGINT)
    assert FolderCache(tmp_path).get("one") in (None, bytes(100 << 20))
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".entry"] == []


class Held:
    """A way to an engine that lets `MIB` bytes of an answer pass, and then waits for what is to happen."""

    def __init__(self, path: str, engine: str) -> None:
        self.host = f"unix://{path}"
        self.reached, self.cut = Event(), Event()
        self._engine = engine
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(path)
        self._server.listen()
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            client, _ = self._server.accept()
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(self._engine)
            Thread(target=self._pass, args=(client, engine, None), daemon=True).start()
            Thread(target=self._pass, args=(engine, client, MIB), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, room: int | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(data)
                room = None if room is None else room - len(data)
                if room is not None and room <= 0:
                    self.reached.set()
                    self.cut.wait(60)
                    break
            sink.shutdown(socket.SHUT_RDWR)
            source.close()


@pytest.fixture
def held(docker_host: str) -> Iterator[Held]:
    with tempfile.TemporaryDirectory() as folder:  # whose path is short enough for a socket
        yield Held(f"{folder}/docker.sock", docker_host.removeprefix("unix://"))


@pytest.fixture
def large(docker_host: str, tmp_path: Path) -> Iterator[str]:
    """An image in the engine, of more than passes."""
    name = f"lambda-lint-test/{uuid.uuid4().hex[:12]}:1"
    docker_archive(tmp_path / "large.tar", files={"/large": os.urandom(8 * MIB)}, tags=[name])
    client = docker.APIClient(base_url=docker_host, version="auto")
    assert [line for line in client.load_image((tmp_path / "large.tar").read_bytes()) if "error" in line] == []
    yield name
    client.remove_image(name, force=True)
    client.close()


@pytest.mark.engine
def test_ctrl_c_in_the_middle_of_an_export(held: Held, large: str, tmp_path: Path) -> None:
    run = Run(tmp_path, large, DOCKER_HOST=held.host)
    wait_for(held.reached.is_set)
    run.check_interrupted()


@pytest.mark.engine
def test_an_engine_that_dies_in_the_middle_of_an_export(held: Held, large: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text('FROM public.ecr.aws/lambda/python:3.13\nCMD ["app.handler"]\n')
    run = Run(tmp_path, large, "Dockerfile", "-f", "json", DOCKER_HOST=held.host)
    wait_for(held.reached.is_set)
    held.cut.set()
    output, errors = run.process.communicate(timeout=60)
    assert (run.process.returncode, errors) == (3, "")
    broken, good = json.loads(output)["targets"]
    assert [failure["message"] for failure in broken["failures"]] == [
        f"{large}: the Docker engine at {held.host} broke off the export (it closed the connection)"
    ]
    assert good["failures"] == []
    assert [*run.scratch.iterdir(), *run.cache.iterdir()] == []


def test_a_layer_that_vanishes_before_it_is_read(tmp_path: Path) -> None:
    built = layout(tmp_path / "oci", {"/a": "1"})
    with opened_image(f"oci:{tmp_path}/oci") as opened:
        blob(tmp_path / "oci", built.layers[0]).unlink()
        with pytest.raises(SourceError, match=rf"oci: blobs/sha256/{built.layers[0][7:]} is missing$"):
            opened.read(lambda _path, _mode, _size: 0)


@pytest.mark.parametrize("form", ["layout", "archive"])
def test_a_layer_that_shrinks_while_it_is_read(tmp_path: Path, form: str) -> None:
    files = {"/first": "1", "/rest": os.urandom(4 * MIB)}
    if form == "layout":
        target = f"oci:{tmp_path}/oci"
        path = blob(tmp_path / "oci", layout(tmp_path / "oci", files, compression="none").layers[0])
    else:
        path = tmp_path / "app.tar"
        target = str(path)
        docker_archive(path, files)

    def shrinking(_path: str, _mode: int, size: int) -> int:
        os.truncate(path, MIB)
        return size

    with opened_image(target) as opened, pytest.raises(SourceError, match=r": layer .*: truncated, the tar ends"):
        opened.read(shrinking)


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A file system of its own, mounted as the test wants it."""
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("needs root, to mount a small file system")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", request.param, "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize(
    ("disk", "cause"),
    [("size=64k", "no space left on device"), ("ro", "read-only file system")],
    indirect=["disk"],
    ids=["full", "read-only"],
)
def test_a_disk_that_takes_no_cache(disk: Path, cause: str, tmp_path: Path) -> None:
    layout(tmp_path / "oci", {f"/{digest(str(number).encode())}": "" for number in range(5000)}, command=["/none"])
    run = Run(tmp_path, "oci:oci", "-f", "json", "--cache-dir", str(disk), TMPDIR=str(disk))
    output, errors = run.process.communicate()
    assert json.loads(output)["summary"]["failures"] == 0
    assert errors == (
        f"lambda-lint: nothing can be kept in the cache folder {disk} ({cause}); name another one with --cache-dir, or "
        "say --no-cache\n"
    )
    assert list(disk.iterdir()) == []
