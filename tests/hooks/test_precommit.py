"""The pre-commit hooks: which files they take, and that pre-commit can install and run them."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml
from identify.identify import tags_from_path

from lambda_lint.sources import SourceOptions, open_target
from lambda_lint.targets import parse_target

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

    with ExitStack() as stack:
        opened = open_target(parse_target(str(tmp_path)), SourceOptions(), stack)
        found = {Path(dockerfile.path).relative_to(tmp_path).as_posix() for dockerfile in opened}

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


def pre_commit(folder: Path, home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PRE_COMMIT, *arguments, "--color=never"],
        cwd=folder,
        env={**os.environ, "PRE_COMMIT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def run_hook(repository: Path, tmp_path_factory: pytest.TempPathFactory):
    """Runs one hook as a project does that names a revision of lambda-lint. The first run installs."""
    folder = tmp_path_factory.mktemp("pre-commit")
    subprocess.run(["git", "clone", "-q", ROOT, folder / "lambda-lint"], check=True)
    head = subprocess.run(
        ["git", "-C", folder / "lambda-lint", "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    )

    def run(hook: dict[str, object], *arguments: str) -> subprocess.CompletedProcess[str]:
        source = {"repo": str(folder / "lambda-lint"), "rev": head.stdout.strip(), "hooks": [hook]}
        (folder / "config.yaml").write_text(yaml.safe_dump({"repos": [source]}))
        return pre_commit(repository, folder / "home", "run", "--config", folder / "config.yaml", *arguments)

    return run


@pytest.mark.network
@pytest.mark.slow
def test_try_repo_stops_a_broken_function_and_passes_over_what_is_none(repository: Path, tmp_path: Path):
    result = pre_commit(repository, tmp_path, "try-repo", ROOT, "lambda-lint", "--all-files")

    assert result.returncode == 1, result.stdout + result.stderr
    assert "- exit code: 1" in result.stdout
    assert "shell-form-command" in result.stdout
    assert "site.dockerfile: skipped" in result.stdout
    assert "site.dockerfile.dockerignore" not in result.stdout


@pytest.mark.network
@pytest.mark.slow
def test_the_dockerfile_hook_passes_a_good_function_and_a_file_that_is_none(run_hook):
    files = ("hello/Dockerfile", "site.dockerfile", "site.dockerfile.dockerignore")

    result = run_hook({"id": "lambda-lint"}, "--files", *files)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "Passed" in result.stdout


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize(("image", "status"), [("oci:hello/image", 0), ("oci:broken/image", 1), ("oci:missing", 3)])
def test_the_image_hook_lints_the_image_that_its_args_name(run_hook, image: str, status: int):
    result = run_hook({"id": "lambda-lint-image", "args": [image]}, "--hook-stage", "manual")

    assert ("- exit code: 1" in result.stdout, "- exit code: 3" in result.stdout) == (status == 1, status == 3)
    assert image in result.stdout
    assert result.returncode == bool(status), result.stdout + result.stderr


@pytest.mark.network
@pytest.mark.slow
def test_the_image_hook_without_an_image_says_what_is_missing(run_hook):
    result = run_hook({"id": "lambda-lint-image"}, "--hook-stage", "manual")

    assert result.returncode == 1
    assert "- exit code: 2" in result.stdout
    assert "no target" in result.stdout
