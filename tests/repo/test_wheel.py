"""What people install: the wheel, built from this checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT]
    subprocess.run([sys.executable, *build], check=True)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_brings_our_two_packages_and_nothing_else(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"lambda_lint", "lambda_lint_rules"}


def test_the_wheel_holds_every_file_of_both_packages(wheel: Path):
    ours = ["linter/lambda_lint", "rules/lambda_lint_rules"]
    known = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *ours],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = {name.partition("/")[2] for name in known.stdout.split("\0") if name and (ROOT / name).is_file()}

    assert {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name} == files


def interpreters() -> list[str]:
    """This Python, and the oldest that we promise where there is one."""
    oldest = [shutil.which("python3.10"), *Path.home().glob(".pyenv/versions/3.10.*/bin/python3.10")]
    works = [
        str(path)
        for path in oldest
        if path and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0
    ]
    return [sys.executable, *works[:1]]


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize("python", interpreters(), ids=lambda path: Path(path).name)
def test_the_wheel_works_far_from_the_checkout(wheel: Path, tmp_path: Path, python: str):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True, env=environment)
    subprocess.run([tmp_path / "venv/bin/pip", "install", "--quiet", wheel], check=True, env=environment)
    shutil.copytree(ROOT / "fixtures/hello", tmp_path / "hello")

    def lint(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [tmp_path / "venv/bin/lambda-lint", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert lint("hello/Dockerfile", "oci:hello/image").returncode == 0
    assert "image-index" in lint("--list-rules").stdout
