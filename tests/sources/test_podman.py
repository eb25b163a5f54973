"""The same image in Podman: its service speaks Docker's API, and finds an image by Podman's own names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.images import docker_archive, file

pytestmark = pytest.mark.engine

PROGRAM = Path(sys.executable).with_name("lambda-lint")
IMAGE = {
    "files": {"/app/app.py": file("def handler(event, context): ...\n", 0o600), "/bin/sh": file("", 0o755)},
    "entrypoint": ["/bin/sh", "-c"],
    "command": ["app.handler"],
}


@pytest.fixture(scope="module")
def podman() -> Iterator[tuple[str, Path]]:
    """Podman's service with a store of its own: where it listens, and the archive of the one image in it."""
    with tempfile.TemporaryDirectory(prefix="podman", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        archive = folder / "image.tar"
        docker_archive(archive, tags=["localhost/app:1"], **IMAGE)
        command = ["podman", "--root", folder / "root", "--runroot", folder / "run", "--storage-driver", "vfs"]
        subprocess.run([*command, "load", "-q", "-i", archive], check=True, capture_output=True)
        socket = f"unix://{folder}/podman.sock"
        service = subprocess.Popen([*command, "system", "service", "--time=0", socket], stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 30
            while not (folder / "podman.sock").is_socket():
                assert service.poll() is None, "the service ended"
                assert time.monotonic() < deadline, "the service does not listen"
                time.sleep(0.1)
            yield socket, archive
        finally:
            service.terminate()
            service.wait()


def lint(target: str, **environ: str) -> dict[str, Any]:
    own = {name: value for name, value in os.environ.items() if name not in ("DOCKER_HOST", "DOCKER_CONTEXT")}
    command = [PROGRAM, "-f", "json", "--no-cache", "--date", "2026-11-25", target]
    result = subprocess.run(command, env={**own, **environ}, capture_output=True, text=True, check=False)
    assert result.stderr == ""
    (report,) = json.loads(result.stdout)["targets"]
    return dict(report)


@pytest.mark.parametrize("target", ["podman:app:1", "podman:localhost/app:1", "app:1"])
def test_an_image_in_podman_is_the_one_in_its_archive(target: str, podman: tuple[str, Path]) -> None:
    socket, archive = podman
    found = lint(target, CONTAINER_HOST=socket, DOCKER_CONFIG="/nonexistent")
    named = lint(f"docker-archive:{archive}")
    assert found["failures"] == []
    assert found["findings"] == named["findings"]
    assert [finding["rule"] for finding in found["findings"]] != []
    assert [layer["diff_id"] for layer in found["facts"]["layers"]] == [
        layer["diff_id"] for layer in named["facts"]["layers"]
    ]


def test_an_image_that_podman_does_not_have(podman: tuple[str, Path]) -> None:
    socket, _ = podman
    (failure,) = lint("podman:nothing:1", CONTAINER_HOST=socket)["failures"]
    assert failure["message"] == f"podman:nothing:1: Podman at {socket} has no such image"


def test_no_service_is_one_line(tmp_path: Path) -> None:
    (failure,) = lint("podman:app:1", CONTAINER_HOST=f"unix://{tmp_path}/none.sock")["failures"]
    assert failure["message"] == (
        f"podman:app:1: Podman at unix://{tmp_path}/none.sock is not running; start a Podman service of your own "
        "(`systemctl --user start podman.socket`), or point CONTAINER_HOST at another one"
    )
