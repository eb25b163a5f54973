"""A real registry, Debian's docker-registry, with images that skopeo pushed: open, and locked in every way."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import bcrypt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from support.certificates import Authority
from support.images import layout, nothing
from support.opening import NO_ENGINE, contents, opened_image, read_target
from support.servers import Reply, Request, docker_registry, forwarding, push, serving

from lambda_lint.errors import SourceError
from lambda_lint.image import Index, Manifest, Platform

pytestmark = pytest.mark.network

LAYERS = [{"/etc/a": "1", "/gone": "1"}, {"/etc/b": "2" * 300_000, "/.wh.gone": ""}, {"/c": "3"}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Image layouts: `plain`, and `index` with an attestation beside each of two platforms."""
    folder = tmp_path_factory.mktemp("images")
    layout(folder / "plain", layers=LAYERS, compression=["gzip", "zstd", "none"], command=["run"])
    layout(folder / "index", {"/a": "1"}, platforms=["linux/amd64", "linux/arm64"], attestations=True)
    return folder


@pytest.fixture(scope="module")
def registry(folder: Path) -> Iterator[str]:
    with docker_registry(folder) as address:
        push(folder / "plain", f"{address}/team/app:1")
        push(folder / "index", f"{address}/team/index:1")
        yield address


def failure(target: str, environ: dict[str, str]) -> str:
    with pytest.raises(SourceError) as error, read_target(target, environ=environ, wanted=nothing):
        pass
    return str(error.value).removeprefix(f"{target}: ")


RIGHT = {"auth": base64.b64encode(b"me:right").decode()}


def logged_in(home: Path, host: str, entry: dict[str, str] = RIGHT) -> dict[str, str]:
    (home / ".docker").mkdir(exist_ok=True, parents=True)
    (home / ".docker" / "config.json").write_text(json.dumps({"auths": {host: entry}}))
    return {"HOME": str(home), "PATH": os.environ["PATH"]}


# Open to all


def test_an_image_is_the_one_that_was_pushed(registry: str, folder: Path) -> None:
    with (
        read_target(f"docker://{registry}/team/app:1", environ={}) as there,
        read_target(f"oci:{folder / 'plain'}") as here,
    ):
        assert isinstance(there.resolved.document, Manifest)
        assert isinstance(here.resolved.document, Manifest)
        assert there.resolved.document.descriptor.digest == here.resolved.document.descriptor.digest
        assert there.config.digest == here.config.digest
        assert [layer.digest for layer in there.layers] == [layer.digest for layer in here.layers]
        assert contents(there) == contents(here) == {"/etc/a": "1", "/etc/b": "2" * 300_000, "/c": "3"}


def test_an_image_is_found_by_its_digest(registry: str, folder: Path) -> None:
    digest = json.loads((folder / "plain" / "index.json").read_text())["manifests"][0]["digest"]
    for name in (f"team/app@{digest}", f"team/app:1@{digest}"):
        with opened_image(f"docker://{registry}/{name}", environ={}) as opened:
            assert opened.resolved.document is not None
            assert opened.resolved.document.descriptor.digest == digest


def test_content_that_was_not_kept_is_fetched_again(registry: str) -> None:
    with read_target(f"docker://{registry}/team/app:1", environ={}, wanted=nothing) as image:
        assert contents(image) == {"/etc/a": "1", "/etc/b": "2" * 300_000, "/c": "3"}


@pytest.mark.parametrize("platform", [None, Platform("linux", "arm64")])
def test_of_an_index_the_platform_is_read(registry: str, platform: Platform | None) -> None:
    with read_target(f"docker://{registry}/team/index:1", platform, environ={}) as image:
        assert isinstance(image.resolved.document, Index)
        assert len(image.resolved.document.manifests) == 4
        assert image.config.platform == (platform or Platform("linux", "amd64"))


def test_a_name_that_no_engine_knows_is_looked_up_in_its_registry(registry: str) -> None:
    with read_target(f"{registry}/team/app:1", environ=NO_ENGINE, wanted=nothing) as image:
        assert image.resolved.repository == f"{registry}/team/app:1"


@pytest.mark.parametrize("name", ["team/app:2", "team/app:latest", "nothing:1"])
def test_what_is_not_there_is_one_line(registry: str, name: str) -> None:
    said = failure(f"docker://{registry}/{name}", {})
    assert said == f"{registry} has no {name}; check the repository's name and the tag"


def test_an_index_is_a_finding_and_its_image_is_linted(registry: str) -> None:
    command = [sys.executable, "-m", "lambda_lint", "-f", "json", f"docker://{registry}/team/index:1"]
    done = subprocess.run([*command, "--platform", "linux/arm64"], capture_output=True, text=True, check=False)
    (target,) = json.loads(done.stdout)["targets"]
    assert done.returncode == 1, done.stderr
    assert "image-index" in [finding["rule"] for finding in target["findings"]]
    assert (target["facts"]["architecture"], len(target["facts"]["layers"])) == ("arm64", 1)
    assert target["failures"] == []


def test_blobs_that_break_off_and_a_busy_moment_change_nothing(registry: str) -> None:
    forward = forwarding(registry)
    seen: set[str] = set()

    def answer(request: Request) -> Reply:
        first = (request.path, request.headers.get("Range")) not in seen and "/blobs/" in request.path
        if "Range" in request.headers or not first:
            return forward(request)
        seen.add((request.path, request.headers.get("Range")))  # type: ignore[arg-type]
        reply = forward(request)
        if len(reply.body) < 250:
            return Reply(status=503)
        reply.cut = len(reply.body) // 2
        return reply

    with (
        serving(answer) as server,
        read_target(f"docker://{server.address}/team/app:1", environ={}) as there,
        read_target(f"docker://{registry}/team/app:1", environ={}) as here,
    ):
        assert contents(there) == contents(here)
        assert any("Range" in request.headers for request in server.requests)


# A password


@pytest.fixture(scope="module")
def locked(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    own = tmp_path_factory.mktemp("locked")
    (own / "htpasswd").write_text("me:" + bcrypt.hashpw(b"right", bcrypt.gensalt(4)).decode() + "\n")
    with docker_registry(own, auth={"htpasswd": {"realm": "r", "path": str(own / "htpasswd")}}) as address:
        push(folder / "plain", f"{address}/team/app:1", "--dest-tls-verify=false", "--dest-creds=me:right")
        yield address


def test_the_login_of_docker_opens_it(locked: str, tmp_path: Path) -> None:
    with read_target(f"docker://{locked}/team/app:1", environ=logged_in(tmp_path, locked)) as image:
        assert contents(image)["/c"] == "3"


def test_a_credential_helper_opens_it(locked: str, tmp_path: Path) -> None:
    helper = tmp_path / "bin" / "docker-credential-test"
    helper.parent.mkdir()
    helper.write_text("""#!/bin/sh\nprintf '{"Username": "me", "Secret": "right"}'\n""")
    helper.chmod(0o755)
    (tmp_path / "config.json").write_text(json.dumps({"credHelpers": {locked: "test"}}))
    environ = {"DOCKER_CONFIG": str(tmp_path), "PATH": f"{helper.parent}:/usr/bin:/bin"}
    with opened_image(f"docker://{locked}/team/app:1", environ=environ) as opened:
        assert opened.config is not None


def test_a_wrong_password_and_none_at_all_are_one_line(locked: str, tmp_path: Path) -> None:
    target = f"docker://{locked}/team/app:1"
    assert failure(target, logged_in(tmp_path, locked, {"username": "me", "password": "hunter2"})) == (
        f"{locked} does not let the login of me from {tmp_path}/.docker/config.json pull team/app "
        f"(authentication required); check that it may, or log in again with `docker login {locked}`"
    )
    assert failure(target, {}) == (
        f"there is no {locked}/team/app, or it needs a login (authentication required); "
        f"log in with `docker login {locked}`"
    )


def test_a_helper_that_is_missing_is_named_when_it_is_needed(locked: str, registry: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"credsStore": "desktop"}))
    environ = {"DOCKER_CONFIG": str(tmp_path)}
    assert failure(f"docker://{locked}/team/app:1", environ).endswith(
        f"; {tmp_path}/config.json: the credential helper docker-credential-desktop is not installed"
    )
    with opened_image(f"docker://{registry}/team/app:1", environ=environ) as opened:
        assert opened.config is not None


# Tokens


class Tokens:
    """A server of tokens by distribution's specification. All may pull `open/*`, and `me` all but `closed/*`."""

    def __init__(self, authority: Authority) -> None:
        certificate, key = authority.issue("tokens")
        self._chain = "".join(certificate.read_text().splitlines()[1:-1])
        loaded = serialization.load_pem_private_key(key.read_bytes(), None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        self._key = loaded
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        text = request.body.decode() if request.method == "POST" else urlsplit(request.path).query
        query = {name: values[0] for name, values in parse_qs(text).items()}
        shown = request.headers.get("Authorization")
        user = "me" if shown == "Basic " + base64.b64encode(b"me:right").decode() else ""
        if query.get("grant_type") == "refresh_token":
            user = "me" if query["refresh_token"] == "refresh-right" else "?"
        if (shown and not user) or user == "?":
            return Reply(json.dumps({"errors": [{"code": "UNAUTHORIZED", "message": "who?"}]}).encode(), 401)
        kind, name, actions = query["scope"].split(":")
        allowed = name.startswith("open/") or (user == "me" and not name.startswith("closed/"))
        access = [{"type": kind, "name": name, "actions": actions.split(",")}] if allowed else []
        return Reply(json.dumps({"token": self._token(user, access, query["service"])}).encode())

    def _token(self, user: str, access: list[dict[str, Any]], service: str) -> str:
        now = int(time.time())
        claims = {"iss": "tests", "sub": user, "aud": service, "exp": now + 300, "nbf": now - 10, "iat": now}
        parts = [{"typ": "JWT", "alg": "ES256", "x5c": [self._chain]}, {**claims, "jti": "1", "access": access}]
        signed = ".".join(_url64(json.dumps(part).encode()) for part in parts)
        r, s = utils.decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_url64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def tokens(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Tokens]]:
    own = tmp_path_factory.mktemp("tokens")
    authority = Authority(own)
    server_of_tokens = Tokens(authority)
    with docker_registry(own) as address:
        for name in ("open/app", "team/app", "closed/app"):
            push(folder / "plain", f"{address}/{name}:1")
    with serving(server_of_tokens) as server:
        settings = {"realm": f"http://{server.address}/token?a=b", "service": "it", "issuer": "tests"}
        with docker_registry(own, auth={"token": {**settings, "rootcertbundle": str(authority.ca)}}) as address:
            yield address, server_of_tokens


def test_who_has_no_login_gets_a_token_for_what_is_open(tokens: tuple[str, Tokens]) -> None:
    address, server = tokens
    server.asked.clear()
    with read_target(f"docker://{address}/open/app:1", environ={}) as image:
        assert contents(image)["/c"] == "3"
    (request,) = server.asked  # one token does for all documents and layers
    assert parse_qs(urlsplit(request.path).query) == {
        "a": ["b"],
        "service": ["it"],
        "scope": ["repository:open/app:pull"],
    }


def test_a_password_is_changed_for_a_token(tokens: tuple[str, Tokens], tmp_path: Path) -> None:
    address, _ = tokens
    with opened_image(f"docker://{address}/team/app:1", environ=logged_in(tmp_path, address)) as opened:
        assert opened.config is not None


def test_an_identity_token_is_changed_for_a_token(tokens: tuple[str, Tokens], tmp_path: Path) -> None:
    address, server = tokens
    server.asked.clear()
    environ = logged_in(tmp_path, address, {"identitytoken": "refresh-right"})
    with opened_image(f"docker://{address}/team/app:1", environ=environ) as opened:
        assert opened.config is not None
    assert (server.asked[0].method, "refresh-right" in server.asked[0].path) == ("POST", False)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"username": "me", "password": "hunter2"}, "does not let the login of me from .* pull team/app \\(who\\?\\);"),
        ({"identitytoken": "hunter2"}, "does not let the login from .* pull team/app \\(who\\?\\);"),
        ({"registrytoken": "hunter2"}, "does not let the login from .* pull team/app"),
    ],
)
def test_a_wrong_login_is_one_line(
    tokens: tuple[str, Tokens], tmp_path: Path, entry: dict[str, str], said: str
) -> None:
    address, _ = tokens
    message = failure(f"docker://{address}/team/app:1", logged_in(tmp_path, address, entry))
    assert re.match(f"{address} {said}", message), message
    assert "hunter2" not in message


def test_who_may_not_pull_is_told_so(tokens: tuple[str, Tokens], tmp_path: Path) -> None:
    address, _ = tokens
    assert failure(f"docker://{address}/closed/app:1", logged_in(tmp_path, address)).startswith(
        f"{address} does not let the login of me from {tmp_path}/.docker/config.json pull closed/app"
    )
    assert failure(f"docker://{address}/team/app:1", {}).startswith(
        f"there is no {address}/team/app, or it needs a login"
    )


# TLS


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def secure(
    folder: Path, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[bool], str]]:
    """Two registries that speak TLS; the second wants a client's certificate."""
    certificate, key = authority.issue("127.0.0.1")
    tls = {"certificate": str(certificate), "key": str(key)}
    clients = tls | {"clientcas": [str(authority.ca)]}
    with (
        docker_registry(tmp_path_factory.mktemp("secure"), http={"tls": tls}) as first,
        docker_registry(tmp_path_factory.mktemp("clients"), http={"tls": clients}) as second,
    ):
        certificates = folder / "certificates"
        certificates.mkdir()
        (certificates / "ca.crt").write_bytes(authority.ca.read_bytes())
        certificate, key = authority.issue()
        (certificates / "client.cert").write_bytes(certificate.read_bytes())
        (certificates / "client.key").write_bytes(key.read_bytes())
        for address in (first, second):
            push(folder / "plain", f"{address}/app:1", f"--dest-cert-dir={certificates}")
        yield lambda wants_client: second if wants_client else first


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_the_environment_names_an_authority(name: str, secure: Callable[[bool], str], authority: Authority) -> None:
    with read_target(f"docker://{secure(False)}/app:1", environ={name: str(authority.ca)}) as image:
        assert contents(image)["/c"] == "3"


@pytest.mark.parametrize("place", ["docker", "containers"])
def test_certificates_lie_where_docker_and_podman_look_for_them(
    place: str, secure: Callable[[bool], str], folder: Path, tmp_path: Path
) -> None:
    address = secure(True)
    certificates = tmp_path / ".config" / place / "certs.d" / address
    certificates.parent.mkdir(parents=True)
    certificates.symlink_to(folder / "certificates")
    with opened_image(f"docker://{address}/app:1", environ={"HOME": str(tmp_path)}) as opened:
        assert opened.config is not None


def test_who_shows_no_certificate_where_one_is_wanted_is_told_so(
    secure: Callable[[bool], str], authority: Authority
) -> None:
    message = failure(f"docker://{secure(True)}/app:1", {"SSL_CERT_FILE": str(authority.ca)})
    assert "certificate required" in message or "bad certificate" in message


def test_a_registry_that_nobody_vouches_for_is_not_read(secure: Callable[[bool], str], tmp_path: Path) -> None:
    message = failure(f"docker://{secure(False)}/app:1", {"HOME": str(tmp_path)})
    assert message.startswith(f"{secure(False)}: its certificate cannot be trusted (")
