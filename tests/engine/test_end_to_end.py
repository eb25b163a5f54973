"""The command line on images that a real Docker engine built, in every form that tools make of them."""

import json
import os
import subprocess
import sys
import tarfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lambda-lint")
BASE = "public.ecr.aws/lambda/python:3.13"

pytestmark = pytest.mark.engine


def run(*command: str | Path) -> str:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def lint(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, *arguments], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def build(docker_host: str) -> Iterator[Callable[[Path], str]]:
    """Builds a folder with the engine, on a local stand-in for the base image, and gives the image's name."""
    hello = json.loads(run("skopeo", "inspect", "--config", f"oci:{ROOT}/fixtures/hello/image"))["config"]
    manifest = json.loads(run("skopeo", "inspect", "--raw", f"oci:{ROOT}/fixtures/hello/image"))
    layer = ROOT / "fixtures/hello/image/blobs" / manifest["layers"][0]["digest"].replace(":", "/")
    changes = [f"ENV {setting.replace('=', ' ', 1)}" for setting in hello["Env"]]
    changes += ['ENTRYPOINT ["/lambda-entrypoint.sh"]', "WORKDIR /var/task"]
    docker = ["docker", "--host", docker_host]
    run(*docker, "import", *(f"--change={change}" for change in changes), layer, BASE)
    names = []

    def build(folder: Path) -> str:
        names.append(f"lambda-lint-test/{uuid.uuid4().hex}:latest")
        run(*docker, "build", "--quiet", "--network=none", "--tag", names[-1], folder)
        return names[-1]

    yield build
    run(*docker, "image", "rm", "--force", *names, BASE)


def write(folder: Path, dockerfile: str, mode: int = 0o644) -> Path:
    folder.mkdir()
    (folder / "Dockerfile").write_text(f"FROM {BASE}\n{dockerfile}")
    (folder / "app.py").write_bytes((ROOT / "fixtures/hello/app.py").read_bytes())
    (folder / "app.py").chmod(mode)
    return folder


@pytest.fixture(scope="module")
def good(build: Callable[[Path], str]) -> str:
    return build(ROOT / "fixtures/hello")


@pytest.fixture(scope="module")
def bad(build: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("bad") / "context"
    return build(write(folder, "COPY app.py /var/task/\nCMD app.handler\n", mode=0o600))


def forms(image: str, docker_host: str, folder: Path) -> dict[str, str]:
    """The image as targets of every kind: in the engine, saved by it, and copied by skopeo."""
    run("docker", "--host", docker_host, "save", "--output", folder / "saved.tar", image)
    saved = f"docker-archive:{folder}/saved.tar"
    for copy in (f"oci:{folder}/layout:it", f"oci-archive:{folder}/oci.tar:it", f"docker-archive:{folder}/skopeo.tar"):
        run("skopeo", "copy", "--quiet", "--insecure-policy", saved, copy)
    return {
        "name": image,
        "docker-daemon": f"docker-daemon:{image}",
        "docker-save": saved,
        "a tar by its path": f"{folder}/saved.tar",
        "skopeo's docker-archive": f"docker-archive:{folder}/skopeo.tar",
        "oci": f"oci:{folder}/layout:it",
        "a layout by its path": f"{folder}/layout",
        "oci-archive": f"oci-archive:{folder}/oci.tar",
    }


def seen(report: dict[str, object]) -> dict[str, object]:
    """What must not depend on where an image was read from.

    Digests do, since skopeo compresses the layers anew, and so does what an engine's manifest is like: the builder of
    Docker 26 mixes two formats, which only shows when the image is saved.
    """
    facts = {key: value for key, value in report["facts"].items() if key not in ("digest", "reference", "layers")}
    findings = [
        {key: finding[key] for key in ("rule", "severity", "message", "location")}
        for finding in report["findings"]
        if not (finding["location"] or {}).get("key", "").startswith("manifest.")
    ]
    return {"kind": report["kind"], "facts": facts, "findings": findings, "failures": report["failures"]}


@pytest.mark.parametrize(
    ("image", "status", "rules"),
    [("good", 0, []), ("bad", 1, ["shell-form-command", "unreadable-file"])],
)
def test_every_form_of_an_image_gets_the_same_verdict(
    request: pytest.FixtureRequest, docker_host: str, tmp_path: Path, image: str, status: int, rules: list[str]
):
    targets = forms(request.getfixturevalue(image), docker_host, tmp_path)

    result = lint("--format=json", *targets.values(), DOCKER_HOST=docker_host)

    reports = dict(zip(targets, json.loads(result.stdout)["targets"], strict=True))
    assert {form: seen(report) for form, report in reports.items()} == dict.fromkeys(targets, seen(reports["name"]))
    assert sorted(finding["rule"] for finding in reports["name"]["findings"]) == rules
    assert reports["name"]["failures"] == []
    assert result.returncode == status


def test_a_dockerfile_and_the_image_built_from_it_break_the_same_rule(
    build: Callable[[Path], str], docker_host: str, tmp_path: Path
):
    folder = write(tmp_path / "context", "COPY app.py /var/task/\nCMD app.handler\n")

    result = lint("--format=json", str(folder), build(folder), DOCKER_HOST=docker_host)

    dockerfile, image = json.loads(result.stdout)["targets"]
    assert [finding["rule"] for finding in dockerfile["findings"]] == ["shell-form-command"]
    assert [finding["rule"] for finding in image["findings"]] == ["shell-form-command"]


def test_an_unknown_image_is_one_line_that_names_what_was_tried(docker_host: str):
    result = lint("no-such-image:never", DOCKER_HOST=docker_host, HTTPS_PROXY="http://127.0.0.1:9")

    assert result.returncode == 3
    assert result.stderr.splitlines() == []
    assert "no-such-image:never" in result.stdout
    assert docker_host in result.stdout


def test_a_saved_image_is_linted_with_the_engine_gone(good: str, docker_host: str, tmp_path: Path):
    run("docker", "--host", docker_host, "save", "--output", tmp_path / "it.tar", good)

    result = lint(str(tmp_path / "it.tar"), DOCKER_HOST=f"unix://{tmp_path}/no.sock")

    assert result.returncode == 0, result.stdout


def test_half_a_saved_image_is_not_called_clean(good: str, docker_host: str, tmp_path: Path):
    whole = tmp_path / "whole.tar"
    run("docker", "--host", docker_host, "save", "--output", whole, good)
    assert tarfile.is_tarfile(whole)
    (tmp_path / "half.tar").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    result = lint(str(tmp_path / "half.tar"))

    assert result.returncode == 3
    assert "Traceback" not in result.stdout + result.stderr
