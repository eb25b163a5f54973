"""The pre-commit hooks: which files they take, and that pre-commit can install and run them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from identify.identify import tags_from_path

from lambda_lint.sources.dockerfiles import read_folder

ROOT = Path(__file__).parents[2]
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}

TAKEN = [
    "Dockerfile",
    "dockerfile",
    "DOCKERFILE",
    "Containerfile",
    "functions/resize/Dockerfile",
    "app.dockerfile",
    "lambda.Dockerfile",
    "a.b.Dockerfile",
    "Dockerfile.lambda",
    "Dockerfile.lambda.arm64",
    "Dockerfile-prod",
    "Dockerfile_lambda",
    "Dockerfile.py",
    "Containerfile.lambda",
    "with space/Dockerfile.x",
]
LEFT = [
    "Dockerfile.dockerignore",
    "app.dockerfile.dockerignore",
    ".dockerignore",
    "dockerfile.md",
    "Dockerfile.j2",
    "app.dockerfile.tmpl",
    "Dockerfiles",
    "MyDockerfile",
    "docs/dockerfiles/readme.txt",
    "src/dockerfile.py",
    "Dockerfile/handler.py",
    "docker-compose.yml",
]


def takes(hook: dict[str, object], path: str) -> bool:
    return bool(re.search(hook["files"], path)) and not re.search(hook["exclude"], path)


def test_pre_commit_finds_the_manifest_valid():
    subprocess.run([PRE_COMMIT, "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], check=True)


@pytest.mark.parametrize("path", TAKEN)
def test_the_dockerfile_hook_takes(path: str):
    assert takes(HOOKS["lambda-lint"], path)


@pytest.mark.parametrize("path", LEFT)
def test_the_dockerfile_hook_leaves(path: str):
    assert not takes(HOOKS["lambda-lint"], path)


def test_the_hook_takes_what_a_search_of_the_folder_finds(tmp_path: Path):
    # A folder each: some of the names are one and the same on macOS.
    names = [f"{number}/{name}" for number, name in enumerate([*TAKEN, *LEFT])]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("FROM scratch\n")

    found = {Path(opened.path).relative_to(tmp_path).as_posix() for opened in read_folder(str(tmp_path))}

    assert found == {name for name in names if takes(HOOKS["lambda-lint"], name)}


@pytest.mark.parametrize("name", ["app.dockerfile", "Dockerfile-prod", "Dockerfile.dockerignore"])
def test_the_type_that_the_hook_asks_for_is_one_that_pre_commit_gives(tmp_path: Path, name: str):
    (tmp_path / name).write_text("FROM scratch\n")

    assert set(HOOKS["lambda-lint"]["types"]) <= tags_from_path(str(tmp_path / name))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that commits one good function, one broken function, and a Dockerfile that is no function."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("hello", "broken"):
        shutil.copytree(ROOT / "fixtures" / name, folder / name)
    (folder / "site.dockerfile").write_text("FROM nginx\nUSER nginx\n")
    (folder / "site.dockerfile.dockerignore").write_text("*\n")
    subprocess.run(["git", "init", "-q", folder], check=True)
    subprocess.run(["git", "-C", folder, "add", "."], check=True)
    return folder


@pytest.fixture(scope="module")
def try_repo(repository: Path, tmp_path_factory: pytest.TempPathFactory):
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")), "NO_COLOR": "1"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [PRE_COMMIT, "try-repo", "--color=never", ROOT, *arguments]
        return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.mark.network
@pytest.mark.slow
def test_pre_commit_passes_a_good_function_and_a_file_that_is_none(try_repo):
    result = try_repo("lambda-lint", "--files", "hello/Dockerfile", "site.dockerfile", "site.dockerfile.dockerignore")

    assert result.returncode == 0, result.stdout + result.stderr
    assert "Passed" in result.stdout


@pytest.mark.network
@pytest.mark.slow
def test_pre_commit_stops_a_broken_function_and_names_the_rule(try_repo):
    result = try_repo("lambda-lint", "--all-files")

    assert result.returncode == 1, result.stdout + result.stderr
    assert "- exit code: 1" in result.stdout
    assert "shell-form-command" in result.stdout
    assert "site.dockerfile" not in result.stdout


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize(("image", "status"), [("oci:hello/image", 0), ("oci:broken/image", 1), ("oci:missing", 3)])
def test_the_image_hook_lints_the_image_that_its_args_name(repository: Path, tmp_path: Path, image: str, status: int):
    clone = tmp_path / "lambda-lint"
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
    revision = subprocess.run(
        ["git", "-C", clone, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    hook = {"id": "lambda-lint-image", "args": [image]}
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({"repos": [{"repo": str(clone), "rev": revision, "hooks": [hook]}]}))

    result = subprocess.run(
        [PRE_COMMIT, "run", "--color=never", "--config", config, "--hook-stage", "manual"],
        cwd=repository,
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (f"- exit code: {status}" in result.stdout) == bool(status), result.stdout + result.stderr
    assert result.returncode == bool(status)
