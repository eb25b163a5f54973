"""Which engines are asked: the one that the docker command would ask, and Podman's where there is one."""

from __future__ import annotations

import hashlib
import json
import socket
from pathlib import Path

import pytest

from lambda_lint.errors import SourceError
from lambda_lint.sources.endpoints import Endpoint, find_docker, find_endpoints, find_podman

DEFAULT = Endpoint("unix:///var/run/docker.sock")


def context(home: Path, name: str, host: str, *, tls: bool = False, skip: bool = False) -> Path:
    folder = home / ".docker" / "contexts"
    identifier = hashlib.sha256(name.encode()).hexdigest()
    (folder / "meta" / identifier).mkdir(parents=True)
    meta = {"Name": name, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": skip}}}
    (folder / "meta" / identifier / "meta.json").write_text(json.dumps(meta))
    keys = folder / "tls" / identifier / "docker"
    if tls:
        keys.mkdir(parents=True)
    return keys


def test_without_any_setting_it_is_the_local_socket(tmp_path: Path) -> None:
    assert find_docker({"HOME": str(tmp_path)}) == find_docker({}) == DEFAULT


def test_the_current_context_counts(tmp_path: Path) -> None:
    context(tmp_path, "colima", "unix:///home/me/.colima/docker.sock")
    (tmp_path / ".docker" / "config.json").write_text('{"currentContext": "colima"}')
    assert find_docker({"HOME": str(tmp_path)}) == Endpoint("unix:///home/me/.colima/docker.sock")


def test_docker_context_wins_over_the_current_one_and_docker_host_over_both(tmp_path: Path) -> None:
    keys = context(tmp_path, "far", "tcp://far:2376", tls=True, skip=True)
    (tmp_path / ".docker" / "config.json").write_text('{"currentContext": "other"}')
    environ = {"HOME": str(tmp_path), "DOCKER_CONTEXT": "far"}
    assert find_docker(environ) == Endpoint("tcp://far:2376", keys, verify=False)
    assert find_docker(environ | {"DOCKER_CONTEXT": "default"}) == DEFAULT
    assert find_docker(environ | {"DOCKER_HOST": "tcp://near:1"}) == Endpoint("tcp://near:1", verify=False)


def test_docker_config_names_another_folder(tmp_path: Path) -> None:
    context(tmp_path, "far", "tcp://far:1")
    environ = {"HOME": "/nonexistent", "DOCKER_CONFIG": str(tmp_path / ".docker"), "DOCKER_CONTEXT": "far"}
    assert find_docker(environ).host == "tcp://far:1"


def test_certificates_of_the_environment_count_when_they_are_to_be_verified() -> None:
    environ = {"DOCKER_HOST": "tcp://far:2376", "DOCKER_CERT_PATH": "/keys", "DOCKER_TLS_VERIFY": "1"}
    assert find_docker(environ) == Endpoint("tcp://far:2376", Path("/keys"))
    assert find_docker(environ | {"DOCKER_TLS_VERIFY": ""}).tls is None


def test_whoever_asks_for_tls_gets_no_plain_connection(tmp_path: Path) -> None:
    """The certificates are then where `docker` looks for them, and there need not be any."""
    environ = {"DOCKER_HOST": "tcp://far:2376", "DOCKER_TLS_VERIFY": "1"}
    assert find_docker(environ | {"HOME": "/home/me"}) == Endpoint("tcp://far:2376", Path("/home/me/.docker"))
    assert find_docker(environ | {"DOCKER_CONFIG": "/config"}) == Endpoint("tcp://far:2376", Path("/config"))
    unverified = {"DOCKER_HOST": "tcp://far:2376", "DOCKER_TLS": "1", "DOCKER_CONFIG": "/config"}
    assert find_docker(unverified) == Endpoint("tcp://far:2376", Path("/config"), verify=False)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("tcp://far", "tcp://far:2375"),
        ("far", "tcp://far:2375"),
        ("far:1", "tcp://far:1"),
        ("tcp://", "tcp://localhost:2375"),
        ("tcp://[::1]", "tcp://[::1]:2375"),
        ("tcp://[::1]:1", "tcp://[::1]:1"),
        ("tcp://far:1/path", "tcp://far:1/path"),
        ("tcp://far/path", "tcp://far:2375/path"),
        ("unix://", "unix:///var/run/docker.sock"),
        (" unix:///a.sock ", "unix:///a.sock"),
        ("ssh://me@far", "ssh://me@far"),
        ("/a.sock", "/a.sock"),
    ],
)
def test_what_docker_adds_to_an_address_is_added(host: str, address: str) -> None:
    assert find_docker({"DOCKER_HOST": host}).host == address
    assert find_docker({"DOCKER_HOST": host, "DOCKER_TLS": "1"}).host == address.replace("2375", "2376")


@pytest.mark.parametrize("meta", ["{}", "[]", "not json", '{"Endpoints": {"docker": null}}'])
def test_a_context_that_is_broken_is_an_error(tmp_path: Path, meta: str) -> None:
    context(tmp_path, "far", "tcp://far:1")
    (path,) = (tmp_path / ".docker" / "contexts" / "meta").glob("*/meta.json")
    path.write_text(meta)
    with pytest.raises(SourceError, match="there is no Docker context far in "):
        find_docker({"HOME": str(tmp_path), "DOCKER_CONTEXT": "far"})


@pytest.mark.parametrize("config", ["[]", "not json", '{"currentContext": 3}', "{}"])
def test_a_docker_config_without_a_context_is_passed_over(tmp_path: Path, config: str) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(config)
    assert find_docker({"HOME": str(tmp_path)}) == DEFAULT


def listening(path: Path) -> str:
    path.parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    return f"unix://{path}"


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose path is short enough for a socket."""
    return tmp_path_factory.mktemp("run")


def hosts(transport: str | None, environ: dict[str, str]) -> list[str]:
    return [endpoint.host for endpoint in find_endpoints(transport, environ)]


def test_podman_is_asked_for_a_bare_name_after_docker_where_its_socket_is(run: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(run), "HOME": str(run)}
    assert hosts(None, environ)[:1] == [DEFAULT.host]
    podman = listening(run / "podman" / "podman.sock")
    assert hosts(None, environ) == [DEFAULT.host, podman]
    assert hosts("docker-daemon", environ) == [DEFAULT.host]
    assert hosts("podman", environ) == [podman]


def test_nobody_else_is_asked_when_docker_host_names_the_engine(run: Path) -> None:
    environ = {"DOCKER_HOST": "tcp://near:1", "XDG_RUNTIME_DIR": str(run)}
    podman = listening(run / "podman" / "podman.sock")
    assert hosts(None, environ) == ["tcp://near:1"]
    assert hosts("podman", environ) == [podman]


def test_container_host_wins_over_every_socket(run: Path) -> None:
    listening(run / "podman" / "podman.sock")
    environ = {"XDG_RUNTIME_DIR": str(run), "CONTAINER_HOST": "tcp://far:8080"}
    assert hosts(None, environ) == [DEFAULT.host, "tcp://far:8080"]


def test_the_link_that_a_podman_machine_keeps_counts(run: Path) -> None:
    machine = listening(run / ".local/share/containers/podman/machine/podman.sock")
    found = find_podman({"HOME": str(run), "XDG_RUNTIME_DIR": str(run)})
    assert found is not None
    assert found.host in (machine, "unix:///run/podman/podman.sock")
