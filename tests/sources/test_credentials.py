"""Logins, where Docker and Podman leave them."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from lambda_lint.sources.credentials import Found, Login
from lambda_lint.sources.logins import Logins


def auth(user: str, secret: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{secret}".encode()).decode()}


def config(path: Path, **content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def docker_config(home: Path, **content: Any) -> str:
    config(home / ".docker" / "config.json", **content)
    return str(home / ".docker" / "config.json")


def helper(folder: Path, name: str, script: str) -> None:
    path = folder / "bin" / f"docker-credential-{name}"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def environ(home: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(home), "PATH": f"{home / 'bin'}:/usr/bin:/bin", **more}


def found(home: Path, host: str = "r.example", repository: str = "team/app", **more: str) -> Found:
    return Logins(environ(home, **more)).find(host, repository)


def test_nobody_logged_in(tmp_path: Path) -> None:
    assert found(tmp_path) == Found(None)


@pytest.mark.parametrize(
    ("key", "host"),
    [
        ("r.example", "r.example"),
        ("https://r.example", "r.example"),
        ("https://r.example/v1/", "r.example"),
        ("http://r.example:5000/v2/", "r.example:5000"),
        ("https://index.docker.io/v1/", "docker.io"),
        ("index.docker.io", "docker.io"),
        ("docker.io", "docker.io"),
        ("registry-1.docker.io", "docker.io"),
    ],
)
def test_a_login_is_found_however_its_host_is_written(tmp_path: Path, key: str, host: str) -> None:
    path = docker_config(tmp_path, auths={"other.example": auth("x", "y"), key: auth("me", "a:b")})
    assert found(tmp_path, host) == Found(Login("me", "a:b", source=path))


@pytest.mark.parametrize("host", ["example", "r.example:5000", "r.example.com", "docker.io"])
def test_a_login_is_for_its_own_host_only(tmp_path: Path, host: str) -> None:
    docker_config(tmp_path, auths={"r.example": auth("me", "secret")})
    assert found(tmp_path, host) == Found(None)


@pytest.mark.parametrize(
    ("entry", "login"),
    [
        (auth("me", "secret\0\0"), Login("me", "secret")),
        ({"username": "me", "password": "secret"}, Login("me", "secret")),
        ({**auth("0-0", ""), "identitytoken": "refresh"}, Login("0-0", identity="refresh")),
        ({"registrytoken": "shown"}, Login(bearer="shown")),
        ({}, None),
        ({"auth": ""}, None),
        ({"auth": 3}, None),
        ("text", None),
        (None, None),
    ],
)
def test_entries_of_every_kind(tmp_path: Path, entry: object, login: Login | None) -> None:
    path = docker_config(tmp_path, auths={"r.example": entry})
    expected = None if login is None else Login(login.user, login.secret, login.identity, login.bearer, path)
    assert found(tmp_path) == Found(expected)


def test_the_login_for_the_repository_goes_before_that_for_its_registry(tmp_path: Path) -> None:
    docker_config(tmp_path, auths={"r.example": auth("all", "1"), "r.example/team": auth("team", "2")})
    users = [found(tmp_path, repository=name).login for name in ("team/app", "team", "other/app", "teamwork")]
    assert [login and login.user for login in users] == ["team", "team", "all", "all"]


def test_the_first_file_that_has_a_login_counts(tmp_path: Path) -> None:
    places = {
        "asked": tmp_path / "asked.json",
        "docker": tmp_path / "docker" / "config.json",
        "runtime": tmp_path / "run" / "containers" / "auth.json",
        "config": tmp_path / ".config" / "containers" / "auth.json",
    }
    for name, path in places.items():
        config(path, auths={"r.example": auth(name, "1")})
    more = {
        "REGISTRY_AUTH_FILE": str(places["asked"]),
        "DOCKER_CONFIG": str(tmp_path / "docker"),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
    }
    for name, path in places.items():
        login = found(tmp_path, **more).login
        assert login is not None
        assert (login.user, login.source) == (name, str(path))
        path.unlink()
    assert found(tmp_path, **more) == Found(None)


def test_podman_logs_in_below_run_where_no_session_has_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambda_lint.sources.credentials._PODMAN", tmp_path / "run")
    path = tmp_path / "run" / str(os.getuid()) / "auth.json"
    config(path, auths={"r.example": auth("me", "1")})
    assert found(tmp_path) == Found(Login("me", "1", source=str(path)))
    assert found(tmp_path, XDG_RUNTIME_DIR=str(tmp_path)) == Found(None)


ASKED = """read key; echo "$1 $key" >> "$HOME/asked"; printf '{"Username": "me", "Secret": "s3cret"}'"""


@pytest.mark.parametrize(
    ("content", "host", "asked"),
    [
        ({"credsStore": "all"}, "r.example", "get r.example"),
        ({"credsStore": "all"}, "docker.io", "get https://index.docker.io/v1/"),
        ({"credHelpers": {"r.example": "all"}, "credsStore": "missing"}, "r.example", "get r.example"),
        ({"credHelpers": {"docker.io": "all"}}, "docker.io", "get https://index.docker.io/v1/"),
        ({"credsStore": "all", "auths": {"r.example": {}}}, "r.example", "get r.example"),
    ],
)
def test_helpers_are_asked(tmp_path: Path, content: dict[str, Any], host: str, asked: str) -> None:
    docker_config(tmp_path, **content)
    helper(tmp_path, "all", ASKED)
    assert found(tmp_path, host) == Found(Login("me", "s3cret", source="docker-credential-all"))
    assert (tmp_path / "asked").read_text() == f"{asked}\n"


def test_a_helper_is_asked_once_for_a_host(tmp_path: Path) -> None:
    docker_config(tmp_path, credsStore="all", credHelpers={"bad.example": "bad"})
    helper(tmp_path, "all", ASKED)
    helper(tmp_path, "bad", 'read key; echo "$key" >> "$HOME/asked"; echo locked; exit 1')
    logins = Logins(environ(tmp_path))
    for host in ("r.example", "bad.example", "other.example", "bad.example", "r.example"):
        found = logins.find(host, "app"), logins.find(host, "another")
        assert found[0] == found[1]
        assert (found[0].login is None) == bool(found[0].troubles) == (host == "bad.example")
    assert (tmp_path / "asked").read_text().splitlines() == ["get r.example", "bad.example", "get other.example"]


def test_a_helper_may_have_an_identity_token(tmp_path: Path) -> None:
    docker_config(tmp_path, credsStore="it")
    helper(tmp_path, "it", """printf '{"Username": "<token>", "Secret": "refresh"}'""")
    assert found(tmp_path) == Found(Login(identity="refresh", source="docker-credential-it"))


def test_a_helper_that_has_nothing_leaves_it_to_the_file(tmp_path: Path) -> None:
    path = docker_config(tmp_path, credsStore="empty", auths={"r.example": auth("me", "1")})
    helper(tmp_path, "empty", "echo credentials not found in native keychain; exit 1")
    assert found(tmp_path) == Found(Login("me", "1", source=path))
    assert found(tmp_path, "other.example") == Found(None)


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        ("echo 'no\033 key\nring'; exit 1", r"fails: no\x1b key"),
        ("echo hunter2", "gives no user name and secret"),
        ("echo '[]'", "gives no user name and secret"),
        ("""echo '{"Username": "me", "Secret": "s3cret"}'; echo no bus >&2; exit 1""", "fails: no bus"),
        ("""echo '{"Username": "me", "Secret": "s3cret"}'; exit 1""", "fails"),
    ],
)
def test_a_helper_that_fails_is_remembered_and_no_error(tmp_path: Path, script: str, trouble: str) -> None:
    path = docker_config(tmp_path, credsStore="bad")
    helper(tmp_path, "bad", script)
    message = f"{path}: the credential helper docker-credential-bad {trouble}"
    assert found(tmp_path) == Found(None, (message,))


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("desktop", "the credential helper docker-credential-desktop is not installed"),
        ("../../bin/sh", "../../bin/sh cannot be the name of a credential helper"),
        (3, "3 cannot be the name of a credential helper"),
    ],
)
def test_a_helper_that_is_not_there(tmp_path: Path, name: object, trouble: str) -> None:
    path = docker_config(tmp_path, credsStore=name)
    assert found(tmp_path) == Found(None, (f"{path}: {trouble}",))


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("{", " is not JSON"),
        ("[" * 100_000, " is not JSON"),
        ("[]", " is not a JSON object"),
        ('{"auths": {"r.example": {"auth": "?"}}}', " holds a login that is not base64"),
    ],
)
def test_a_broken_file_is_remembered_and_no_error(tmp_path: Path, text: str, trouble: str) -> None:
    path = docker_config(tmp_path)
    Path(path).write_text(text)
    config(tmp_path / ".config" / "containers" / "auth.json", auths={"other.example": auth("me", "1")})
    assert found(tmp_path) == Found(None, (path + trouble,))
    login = found(tmp_path, "other.example").login
    assert login is not None
    assert login.user == "me"


@pytest.mark.parametrize("content", [{"auths": []}, {"auths": None}, {"credHelpers": 3, "credsStore": ""}, {}])
def test_a_file_without_logins_is_passed_over(tmp_path: Path, content: dict[str, Any]) -> None:
    docker_config(tmp_path, **content)
    assert found(tmp_path) == Found(None)


def test_a_login_shows_no_secret() -> None:
    login = Login("me", "s3cret", "r3fresh", "b3arer", "here")
    assert login.secrets == ("s3cret", "r3fresh", "b3arer")
    assert not any(secret in f"{login} {Found(login)!r}" for secret in login.secrets)
