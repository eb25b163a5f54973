"""Which Docker engine is asked: the one that the docker command would ask."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from lambda_lint.errors import SourceError
from lambda_lint.sources.engine import Endpoint, find_endpoint

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
    assert find_endpoint({"HOME": str(tmp_path)}) == find_endpoint({}) == DEFAULT


def test_the_current_context_counts(tmp_path: Path) -> None:
    context(tmp_path, "colima", "unix:///home/me/.colima/docker.sock")
    (tmp_path / ".docker" / "config.json").write_text('{"currentContext": "colima"}')
    assert find_endpoint({"HOME": str(tmp_path)}) == Endpoint("unix:///home/me/.colima/docker.sock")


def test_docker_context_wins_over_the_current_one_and_docker_host_over_both(tmp_path: Path) -> None:
    keys = context(tmp_path, "far", "tcp://far:2376", tls=True, skip=True)
    (tmp_path / ".docker" / "config.json").write_text('{"currentContext": "other"}')
    environ = {"HOME": str(tmp_path), "DOCKER_CONTEXT": "far"}
    assert find_endpoint(environ) == Endpoint("tcp://far:2376", keys, verify=False)
    assert find_endpoint(environ | {"DOCKER_CONTEXT": "default"}) == DEFAULT
    assert find_endpoint(environ | {"DOCKER_HOST": "tcp://near:1"}) == Endpoint("tcp://near:1", verify=False)


def test_docker_config_names_another_folder(tmp_path: Path) -> None:
    context(tmp_path, "far", "tcp://far:1")
    environ = {"HOME": "/nonexistent", "DOCKER_CONFIG": str(tmp_path / ".docker"), "DOCKER_CONTEXT": "far"}
    assert find_endpoint(environ).host == "tcp://far:1"


def test_certificates_of_the_environment_count_when_they_are_to_be_verified() -> None:
    environ = {"DOCKER_HOST": "tcp://far:2376", "DOCKER_CERT_PATH": "/keys", "DOCKER_TLS_VERIFY": "1"}
    assert find_endpoint(environ) == Endpoint("tcp://far:2376", Path("/keys"))
    assert find_endpoint(environ | {"DOCKER_TLS_VERIFY": ""}).tls is None


@pytest.mark.parametrize("meta", ["{}", "[]", "not json", '{"Endpoints": {"docker": null}}'])
def test_a_context_that_is_broken_is_an_error(tmp_path: Path, meta: str) -> None:
    context(tmp_path, "far", "tcp://far:1")
    (path,) = (tmp_path / ".docker" / "contexts" / "meta").glob("*/meta.json")
    path.write_text(meta)
    with pytest.raises(SourceError, match="there is no Docker context far in "):
        find_endpoint({"HOME": str(tmp_path), "DOCKER_CONTEXT": "far"})


@pytest.mark.parametrize("config", ["[]", "not json", '{"currentContext": 3}', "{}"])
def test_a_docker_config_without_a_context_is_passed_over(tmp_path: Path, config: str) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(config)
    assert find_endpoint({"HOME": str(tmp_path)}) == DEFAULT
