"""Bad input, as the command line meets it: one clear line with the target and the cause, and never a traceback."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[1] / "fixtures"


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lambda-lint"), *arguments],
        cwd=folder,
        env={**os.environ, "DOCKER_HOST": f"unix://{folder}/no-engine.sock", "HTTPS_PROXY": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(FIXTURES / "hello", tmp_path, dirs_exist_ok=True)
    return tmp_path


def blobs(project: Path) -> dict[str, Path]:
    """The files of the layout by what they are."""
    manifest_digest = json.loads((project / "image/index.json").read_text())["manifests"][0]["digest"]
    manifest = blob(project, manifest_digest)
    document = json.loads(manifest.read_text())
    return {
        "manifest": manifest,
        "config": blob(project, document["config"]["digest"]),
        "layer": blob(project, document["layers"][0]["digest"]),
    }


def blob(project: Path, digest: str) -> Path:
    return project / "image/blobs" / digest.replace(":", "/")


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def saved(project: Path, change: Callable[[bytes], bytes]) -> None:
    with tarfile.open(project / "image.tar", "w") as tar:
        tar.add(project / "image", arcname=".")
    edit(project / "image.tar", change)


def a_tar_of(project: Path, name: str) -> None:
    with tarfile.open(project / "image.tar", "w") as tar:
        tar.add(project / name, arcname=name)


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


def dated(data: bytes) -> bytes:
    """The same gzip with another time in its header: sound, but not what was asked for."""
    return data[:4] + b"\x01" + data[5:]


def retold(project: Path, text: bytes) -> None:
    """An index entry that says what the changed manifest is, so that only its content is wrong."""
    digest = hashlib.sha256(text).hexdigest()
    (project / "image/blobs/sha256" / digest).write_bytes(text)
    index = json.loads((project / "image/index.json").read_text())
    index["manifests"][0] |= {"digest": f"sha256:{digest}", "size": len(text)}
    (project / "image/index.json").write_text(json.dumps(index))


@pytest.mark.parametrize(
    ("target", "spoil", "cause"),
    [
        pytest.param("nowhere/Dockerfile", lambda _: None, "nowhere/Dockerfile", id="missing-file"),
        pytest.param("image/blobs", lambda _: None, "no Dockerfile", id="folder-without-dockerfile"),
        pytest.param("hello:1", lambda _: None, "no-engine.sock", id="engine-not-running"),
        pytest.param("docker-daemon:hello:1", lambda _: None, "no-engine.sock", id="engine-named-and-not-running"),
        pytest.param("docker://registry.example/hello:1", lambda _: None, "127.0.0.1:9", id="registry"),
        pytest.param("oci:nowhere", lambda _: None, "nowhere", id="missing-layout"),
        pytest.param("oci:image:2", lambda _: None, "2", id="layout-without-that-reference"),
        pytest.param(
            "image.tar", lambda p: saved(p, lambda data: data[: len(data) // 2]), "truncated", id="truncated-tar"
        ),
        pytest.param("image.tar", lambda p: a_tar_of(p, "app.py"), "not an image", id="tar-of-something-else"),
        pytest.param("oci:image", lambda p: edit(blobs(p)["layer"], flipped), "corrupt gzip", id="corrupt-gzip"),
        pytest.param("oci:image", lambda p: edit(blobs(p)["layer"], dated), "digest", id="digest-mismatch"),
        pytest.param("oci:image", lambda p: blobs(p)["layer"].unlink(), "missing", id="missing-layer"),
        pytest.param("oci:image", lambda p: blobs(p)["config"].unlink(), "missing", id="missing-config"),
        pytest.param("oci:image", lambda p: retold(p, b"\x00\x01"), "not JSON", id="manifest-that-is-not-json"),
        pytest.param("oci:image", lambda p: retold(p, b"[]"), "manifest", id="manifest-that-is-none"),
        pytest.param(
            "oci:image", lambda p: edit(p / "image/index.json", lambda _: b"{"), "index.json", id="broken-index"
        ),
    ],
)
def test_what_cannot_be_read_is_one_failure_and_status_3(
    project: Path, target: str, spoil: Callable[[Path], None], cause: str
):
    spoil(project)

    result = lint(project, "--format=json", target)

    assert result.returncode == 3, result.stdout + result.stderr
    assert result.stderr == ""
    (report,) = json.loads(result.stdout)["targets"]
    (failure,) = report["failures"]
    assert report["target"] == target
    assert cause in failure["message"]
    assert "\n" not in failure["message"]


@pytest.mark.parametrize(
    ("arguments", "settings", "cause"),
    [
        pytest.param([], "", "no target", id="no-target"),
        pytest.param(["--select=no-such-rule", "Dockerfile"], "", "'no-such-rule'", id="unknown-rule-selected"),
        pytest.param(["--ignore=no-such-rule", "Dockerfile"], "", "'no-such-rule'", id="unknown-rule-ignored"),
        pytest.param(["--explain=image-indx"], "", "did you mean 'image-index'?", id="unknown-rule-explained"),
        pytest.param(["--format=xml", "Dockerfile"], "", "'xml'", id="unknown-format"),
        pytest.param(["--no-such-option", "Dockerfile"], "", "--no-such-option", id="unknown-option"),
        pytest.param(["--cache-dir=", "Dockerfile"], "", "--cache-dir: an empty text", id="no-cache-folder"),
        pytest.param(["--config=nowhere.toml", "Dockerfile"], "", "nowhere.toml", id="missing-settings"),
        pytest.param(["Dockerfile"], "colour = true", "colour", id="unknown-key"),
        pytest.param(["Dockerfile"], 'select = "image-index"', "select", id="wrong-type"),
        pytest.param(["Dockerfile"], 'select = ["no-such-rule"]', "'no-such-rule'", id="unknown-rule-in-settings"),
        pytest.param(["Dockerfile"], 'packs = ["no-such-pack"]', "'no-such-pack'", id="unknown-pack"),
        pytest.param(["Dockerfile"], "= 1", "lambda-lint.toml", id="settings-that-are-not-toml"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(project: Path, arguments: list[str], settings: str, cause: str):
    if settings:
        (project / "lambda-lint.toml").write_text(settings)

    result = lint(project, *arguments)

    assert result.returncode == 2, result.stdout + result.stderr
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("lambda-lint: ")
    assert cause in line


def test_one_target_that_cannot_be_read_leaves_the_others_linted(project: Path):
    result = lint(project, "--format=json", "nowhere", "Dockerfile", "oci:image")

    assert result.returncode == 3
    assert [bool(target["failures"]) for target in json.loads(result.stdout)["targets"]] == [True, False, False]
