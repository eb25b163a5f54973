"""Dockerfiles: named, or found in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.images import layout
from support.opening import NO_ENGINE, dockerfiles, opened_image

from lambda_lint.errors import SourceError

FOUND = [
    "Containerfile",
    "Dockerfile",
    "Dockerfile-prod",
    "Dockerfile.dev",
    "Dockerfile.go",
    "Dockerfile_lambda",
    "app.dockerfile",
    "dev.Dockerfile",
    "dockerfile",
    "lambda.Containerfile",
]
NOT_FOUND = [
    "Dockerfile.dockerignore",
    "Dockerfile.j2",
    "MyDockerfile",
    "docker-compose.yml",
    "dockerfile.md",
    "dockerfile.py",
    "dockerfiles",
    "parse-dockerfile.go",
]


def test_a_folder_gives_what_is_called_like_a_dockerfile(tmp_path: Path) -> None:
    for name in FOUND + NOT_FOUND:
        (tmp_path / name).write_text("FROM scratch\n")
    found = dockerfiles(str(tmp_path))
    assert [opened.path for opened in found] == [f"{tmp_path}/{name}" for name in sorted(FOUND)]
    assert {opened.explicit for opened in found} == {False}
    assert {opened.read() for opened in found} == {b"FROM scratch\n"}


def test_foreign_and_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    for folder in [".git", "node_modules/x", ".venv", "service/app", "service/.cache", "venv"]:
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "Dockerfile").write_text("FROM scratch\n")
    assert [opened.path for opened in dockerfiles(str(tmp_path))] == [f"{tmp_path}/service/app/Dockerfile"]


def test_a_named_file_is_a_dockerfile_whatever_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("Dockerfile.j2").write_text("FROM {{ base }}\n")
    (found,) = dockerfiles("Dockerfile.j2")
    assert (found.target, found.path, found.read(), found.explicit) == (
        "Dockerfile.j2",
        "Dockerfile.j2",
        b"FROM {{ base }}\n",
        True,
    )


def test_a_path_wins_over_an_image_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("app").write_text("FROM scratch\n")
    assert [opened.path for opened in dockerfiles("app")] == ["app"]


def test_an_empty_dockerfile_in_a_folder_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").touch()
    (tmp_path / "app.Dockerfile").write_text("FROM scratch\n")
    assert [opened.read() for opened in dockerfiles(str(tmp_path))] == [b"", b"FROM scratch\n"]


def test_a_huge_file_is_no_dockerfile(tmp_path: Path) -> None:
    with (tmp_path / "Dockerfile").open("wb") as file:
        file.write(b"# " * 512)
        file.truncate(20 << 20)
    with pytest.raises(SourceError, match=r"Dockerfile: larger than 16777216 bytes, that is no Dockerfile"):
        dockerfiles(str(tmp_path / "Dockerfile"))[0].read()


def test_a_folder_that_is_an_oci_layout_is_an_image(tmp_path: Path) -> None:
    layout(tmp_path, {"/a": "1"})
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    with opened_image(str(tmp_path), environ=NO_ENGINE) as opened:
        assert opened.config is not None
