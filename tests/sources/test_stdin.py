"""The target `-`: whatever is piped or redirected in is read as if it had been named."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.images import compressed, docker_archive, layout, oci_archive

PROGRAM = Path(sys.executable).with_name("lambda-lint")
DOCKERFILE = b"FROM public.ecr.aws/lambda/python:3.13\nCMD app.handler\n"
IMAGE = {"files": {"/var/task/app.py": "1"}, "command": ["app.handler"]}


def lint(
    folder: Path, *arguments: str, file: Path | None = None, data: bytes | None = None, **more: Any
) -> subprocess.CompletedProcess[str]:
    """The command with a file as its stdin, or with data in a pipe."""
    environ = {**os.environ, "DOCKER_HOST": "unix:///nonexistent/docker.sock", **more.pop("environ", {})}
    command = [PROGRAM, "--format=json", "--date=2026-01-01", *arguments]
    common = {"cwd": folder, "env": environ, "capture_output": True, **more}
    if file is None:
        result = subprocess.run(command, check=False, input=data, **common)
    else:
        with file.open("rb") as opened:
            result = subprocess.run(command, check=False, stdin=opened, **common)
    return subprocess.CompletedProcess(command, result.returncode, result.stdout.decode(), result.stderr.decode())


def seen(result: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What was told of the one target, but for its name."""
    assert result.stderr == ""
    (target,) = json.loads(result.stdout)["targets"]
    target.pop("target")
    target["facts"].pop("reference", None)  # the target itself, where the image has no name
    return dict(target)


def failure(result: subprocess.CompletedProcess[str]) -> str:
    (told,) = seen(result)["failures"]
    assert result.returncode == 3
    return str(told["message"])


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
@pytest.mark.parametrize("make", [docker_archive, oci_archive])
def test_an_archive_is_the_same_piped_redirected_and_named(
    tmp_path: Path, make: Callable[..., object], compression: str
) -> None:
    path = tmp_path / "image.tar"
    make(path, **IMAGE)
    path.write_bytes(compressed(path.read_bytes(), compression))

    named = seen(lint(tmp_path, "image.tar"))

    assert named["facts"]["command"] == ["app.handler"]
    assert seen(lint(tmp_path, "-", file=path)) == named
    assert seen(lint(tmp_path, "-", data=path.read_bytes())) == named


def test_a_dockerfile_is_read_as_if_it_had_been_named(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(DOCKERFILE)

    (piped,) = seen(lint(tmp_path, "-", data=DOCKERFILE))["findings"]

    assert (piped["rule"], piped["location"]["path"]) == ("shell-form-command", "-")
    assert seen(lint(tmp_path, "-", file=tmp_path / "Dockerfile"))["findings"] == [piped]
    (named,) = seen(lint(tmp_path, "Dockerfile"))["findings"]
    assert {**piped, "location": {**piped["location"], "path": "Dockerfile"}} == named


def test_a_policy_is_known_by_its_brace(tmp_path: Path) -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    assert seen(lint(tmp_path, "-", data=json.dumps(policy).encode()))["kind"] == "json"


def test_one_image_of_several_is_chosen_by_its_name(tmp_path: Path) -> None:
    layout(tmp_path / "oci", name="a", command=["a"])
    layout(tmp_path / "oci", name="b", command=["b"])
    subprocess.run(["tar", "-C", tmp_path / "oci", "-cf", tmp_path / "image.tar", "."], check=True)
    data = (tmp_path / "image.tar").read_bytes()

    assert seen(lint(tmp_path, "oci-archive:-:b", data=data))["facts"]["command"] == ["b"]
    assert failure(lint(tmp_path, "-", data=data)) == (
        "-: it holds several images, name one as in oci-archive:-:a; there are a, b"
    )


def test_the_settings_are_those_of_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "lambda-lint.toml").write_text('ignore = ["shell-form-command"]')
    assert seen(lint(tmp_path, "-", data=DOCKERFILE))["findings"] == []


@pytest.mark.parametrize(
    ("target", "data", "message"),
    [
        ("-", b"", "-: nothing comes on stdin"),
        ("-", b"FROM scratch\n" + b"\0" * 600, "-: neither a tar of an image nor a Dockerfile"),
        ("docker-archive:-", DOCKERFILE, "docker-archive:-: neither a tar of an image nor a Dockerfile"),
        ("-", b"\xfd7zXZ\0", "-: compressed with xz, which is not read here; pipe it in: xz -dc FILE | lambda-lint -"),
        ("-", b"BZh9", "-: compressed with bzip2, which is not read here; pipe it in: bzip2 -dc FILE | lambda-lint -"),
        ("-", b"#" * (16 << 20) + b"#", f"-: larger than {16 << 20} bytes, that is no Dockerfile"),
    ],
)
def test_what_cannot_be_linted_is_one_line(tmp_path: Path, target: str, data: bytes, message: str) -> None:
    assert failure(lint(tmp_path, target, data=data)) == message


def test_stdin_that_is_closed(tmp_path: Path) -> None:
    result = lint(tmp_path, "-", preexec_fn=lambda: os.close(0))
    assert failure(result) == "-: stdin cannot be read (bad file descriptor)"


def test_a_terminal_is_not_waited_for(tmp_path: Path) -> None:
    terminal, end = os.openpty()
    result = subprocess.run(
        [PROGRAM, "-"], check=False, stdin=end, cwd=tmp_path, capture_output=True, text=True, timeout=30
    )
    os.close(terminal)
    os.close(end)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "lambda-lint: - stands for stdin; pipe something into it, as in: docker save my-function | lambda-lint -\n"
    )


def large(folder: Path) -> bytes:
    """An archive of more bytes than `small_files` lets into one file."""
    docker_archive(folder / "large.tar", files={"/a": os.urandom(1 << 20)})
    return (folder / "large.tar").read_bytes()


def small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def test_a_pipe_that_does_not_fit_says_where_and_leaves_nothing(tmp_path: Path) -> None:
    data = large(tmp_path)
    (tmp_path / "spool").mkdir()
    result = lint(tmp_path, "-", data=data, environ={"TMPDIR": str(tmp_path / "spool")}, preexec_fn=small_files)
    assert failure(result) == (
        f"-: what comes on stdin cannot be kept in {tmp_path / 'spool'} (file too large); point TMPDIR at a folder "
        "with more room, or write it to a file and name that"
    )
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_file_that_is_redirected_in_takes_no_room(tmp_path: Path) -> None:
    large(tmp_path)
    result = lint(tmp_path, "-", file=tmp_path / "large.tar", preexec_fn=small_files)
    assert seen(result)["failures"] == []


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="needs root, to mount a small file system")
def test_a_disk_that_is_full(tmp_path: Path) -> None:
    data = large(tmp_path)
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
    try:
        result = lint(tmp_path, "-", data=data, environ={"TMPDIR": str(disk)})
        assert failure(result).startswith(f"-: what comes on stdin cannot be kept in {disk} (no space left on device)")
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", disk], check=True)
