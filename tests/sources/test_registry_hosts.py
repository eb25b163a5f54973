"""Registries far away: Docker Hub, its mirrors, Amazon ECR, and what stands between. A proxy leads them all to us."""

from __future__ import annotations

import base64
import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws
from support.certificates import Authority
from support.images import Built, build, nothing
from support.opening import NO_ENGINE, opened_image, read_target
from support.servers import Proxy, Reply, Request, Server, proxying, serving

from lambda_lint import session
from lambda_lint.errors import SourceError
from lambda_lint.sources.connections import find_proxy, origin, tls_context

ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
LOGIN = f"aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin {ECR}"
HUB = "registry-1.docker.io"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def built() -> Built:
    return build({"/a": "1"}, command=["run"])


def holding(built: Built, login: str | None = None) -> object:
    """A registry that holds one image under every name, for whoever shows `login`."""

    def answer(request: Request) -> Reply:
        if login is not None and request.headers.get("Authorization") != login:
            return Reply(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})
        name = request.path.rpartition("/")[2]
        return Reply(built.blobs.get(name) or built.blobs[built.top["digest"]])

    return answer


@contextlib.contextmanager
def far(built: Built, authority: Authority, host: str, login: str | None = None) -> Iterator[tuple[Server, Proxy]]:
    with (
        serving(holding(built, login), authority.context(host)) as server,  # type: ignore[arg-type]
        proxying(server.address) as proxy,
    ):
        yield server, proxy


def environ(authority: Authority, proxy: Proxy, **more: str) -> dict[str, str]:
    return {**NO_ENGINE, "HTTPS_PROXY": f"http://{proxy.address}", "SSL_CERT_FILE": str(authority.ca), **more}


@pytest.mark.parametrize("name", ["app", "docker.io/app:latest", "index.docker.io/library/app", "docker://app"])
def test_docker_hub_is_where_docker_finds_it(name: str, authority: Authority, built: Built) -> None:
    with far(built, authority, HUB) as (server, proxy), opened_image(name, environ=environ(authority, proxy)) as opened:
        assert opened.resolved.repository == name.removeprefix("docker://")
        assert server.paths()[0] == "/v2/library/app/manifests/latest"
        assert proxy.asked[0] == (f"{HUB}:443", None)


def test_a_proxy_may_want_a_login_of_its_own(authority: Authority, built: Built) -> None:
    shown = "Basic " + base64.b64encode(b"me:p@ss").decode()
    target = "docker://r.example/app:1"
    with (
        serving(holding(built), authority.context("r.example")) as server,  # type: ignore[arg-type]
        proxying(server.address, shown) as proxy,
    ):
        right = environ(authority, proxy, HTTPS_PROXY=f"http://me:p%40ss@{proxy.address}")
        with read_target(target, environ=right, wanted=nothing) as image:
            assert image.layers[0].digest == built.layers[0]
        assert proxy.asked[0] == ("r.example:443", shown)
        wrong = environ(authority, proxy, HTTPS_PROXY=f"http://me:wr0ng@{proxy.address}")
        refused = f"the proxy {proxy.address} does not let us through (407 Proxy Authentication Required)"
        with pytest.raises(SourceError) as error, opened_image(target, environ=wrong):
            pass
        assert str(error.value) == f"{target}: r.example: {refused}"
        assert all("Proxy-Authorization" not in request.headers for request in server.requests)


@pytest.mark.parametrize(
    ("excepted", "asked"),
    [
        ("", True),
        ("example.com,localhost", True),
        ("ample", True),
        ("r.example:5000", True),
        ("r.example", False),
        (" R.Example ", False),
        ("r.example:443", False),
        (".example", False),
        ("*.example", False),
        ("example", False),
        ("*", False),
    ],
)
def test_no_proxy_names_who_is_asked_directly(excepted: str, asked: bool) -> None:
    settings = {"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": excepted}
    assert (find_proxy(origin("https://r.example"), settings) is not None) == asked


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, ""),
        ({"HTTPS_PROXY": "proxy.example:3128"}, "http://proxy.example:3128"),
        ({"https_proxy": "http://lower", "HTTPS_PROXY": "http://upper"}, "http://lower"),
        ({"ALL_PROXY": "http://all"}, "http://all"),
        ({"HTTP_PROXY": "http://plain"}, ""),
    ],
)
def test_the_environment_names_the_proxy(settings: dict[str, str], url: str) -> None:
    proxy = find_proxy(origin("https://r.example"), settings)
    assert (proxy.geturl() if proxy else "") == url
    for here in ("https://127.0.0.1:5000", "https://[::1]", "https://localhost", "http://127.0.0.1"):
        assert find_proxy(origin(here), settings) is None


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "http://", "http://[", "http://127.0.0.1:x"])
def test_a_proxy_of_no_use_is_an_error(proxy: str) -> None:
    message = "HTTPS_PROXY names no proxy for HTTP; write it as http://HOST:PORT"
    with pytest.raises(SourceError, match=message), opened_image("docker://app", environ={"HTTPS_PROXY": proxy}):
        pass


# Mirrors


def mirrors(folder: Path, *urls: str) -> dict[str, str]:
    (folder / "docker").mkdir(exist_ok=True)
    (folder / "docker" / "daemon.json").write_text(json.dumps({"registry-mirrors": list(urls)}))
    return {**NO_ENGINE, "XDG_CONFIG_HOME": str(folder)}


def test_a_mirror_is_asked_before_docker_hub_and_for_nothing_else(tmp_path: Path, built: Built) -> None:
    with serving(holding(built)) as mirror:  # type: ignore[arg-type]
        settings = mirrors(tmp_path, f"http://{mirror.address}/")
        with read_target("docker://app", environ=settings, wanted=nothing) as image:
            assert image.resolved.repository == "app"
        assert mirror.paths()[0] == "/v2/library/app/manifests/latest"
        asked = len(mirror.requests)
        with pytest.raises(SourceError, match=r"r\.example"), opened_image("docker://r.example/app", environ=settings):
            pass
        assert len(mirror.requests) == asked


def test_what_a_mirror_does_not_have_comes_from_docker_hub(tmp_path: Path, authority: Authority, built: Built) -> None:
    with serving(lambda _: Reply(status=404)) as mirror, far(built, authority, HUB) as (server, proxy):
        settings = mirrors(tmp_path, "http://192.0.2.1", "nonsense", f"http://{mirror.address}")
        with opened_image("docker://app", environ={**settings, **environ(authority, proxy)}):
            pass
        assert (len(mirror.requests), len(server.requests)) == (1, 2)


def test_a_mirror_that_has_the_manifest_may_lack_the_rest(tmp_path: Path, authority: Authority, built: Built) -> None:
    manifest = built.blobs[built.top["digest"]]
    held = {"latest": manifest, built.config: built.blobs[built.config]}

    def answer(request: Request) -> Reply:
        name = request.path.rpartition("/")[2]
        return Reply(held[name]) if name in held else Reply(status=404)

    with serving(answer) as mirror, far(built, authority, HUB) as (server, proxy):
        settings = {**mirrors(tmp_path, f"http://{mirror.address}"), **environ(authority, proxy)}
        with read_target("docker://app", environ=settings, wanted=nothing) as image:
            assert image.layers[0].digest == built.layers[0]
        assert server.paths() == [f"/v2/library/app/blobs/{built.layers[0]}"]
        del held[built.config]
        with opened_image("docker://app", environ=settings) as opened:
            assert opened.config is not None


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"registry-mirrors": 3}', '{"registry-mirrors": [3]}'])
def test_a_broken_daemon_json_is_passed_over(tmp_path: Path, text: str) -> None:
    settings = mirrors(tmp_path)
    (tmp_path / "docker" / "daemon.json").write_text(text)
    with pytest.raises(SourceError, match=HUB), opened_image("docker://app", environ=settings):
        pass


# TLS


def test_a_certificate_that_nobody_vouches_for_is_an_error(authority: Authority, built: Built, tmp_path: Path) -> None:
    with far(built, authority, "r.example") as (_, proxy):
        settings = {"HTTPS_PROXY": f"http://{proxy.address}", "HOME": str(tmp_path)}
        message = "r.example: its certificate cannot be trusted .*; name the CA's in SSL_CERT_FILE, or put it into "
        message += "/etc/docker/certs.d/r.example/ca.crt"
        with pytest.raises(SourceError, match=message), opened_image("docker://r.example/app", environ=settings):
            pass


def test_a_certificate_for_another_host_is_an_error(authority: Authority, built: Built) -> None:
    with far(built, authority, "other.example") as (_, proxy):
        settings = environ(authority, proxy)
        message = (
            "its certificate cannot be trusted .*r.example.*; ask for it under the name that its certificate is for$"
        )
        with pytest.raises(SourceError, match=message), opened_image("docker://r.example/app", environ=settings):
            pass


def test_a_certificate_that_has_expired_is_an_error(authority: Authority, built: Built) -> None:
    with (
        serving(holding(built), authority.context("r.example", days=-2)) as server,  # type: ignore[arg-type]
        proxying(server.address) as proxy,
    ):
        message = r"its certificate cannot be trusted \(certificate has expired\); it has to be renewed$"
        with (
            pytest.raises(SourceError, match=message),
            opened_image("docker://r.example/app", environ=environ(authority, proxy)),
        ):
            pass


def test_http_without_tls_is_for_this_machine_only(authority: Authority, built: Built) -> None:
    with serving(holding(built)) as server, proxying(server.address) as proxy:  # type: ignore[arg-type]
        message = "r.example: it speaks no TLS, and HTTP without TLS is spoken with registries on this machine only$"
        with (
            pytest.raises(SourceError, match=message),
            opened_image("docker://r.example/app", environ=environ(authority, proxy)),
        ):
            pass
        assert server.requests == []


def test_files_that_hold_no_certificates_are_an_error(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "containers" / "certs.d" / "r.example"
    folder.mkdir(parents=True)
    here = origin("https://r.example")
    bad = tmp_path / "bad.pem"
    bad.write_text("nothing")
    for name, path in {"SSL_CERT_FILE": bad, "REQUESTS_CA_BUNDLE": tmp_path / "none"}.items():
        with pytest.raises(SourceError, match=f"{name}: {path} holds no certificates that can be used"):
            tls_context(here, {name: str(path)})
    (folder / "client.cert").write_text("nothing")
    with pytest.raises(SourceError, match=r"client\.cert and its \.key cannot be used \(no PEM, or"):
        tls_context(here, {"HOME": str(tmp_path)})
    tls_context(origin("https://other.example"), {"HOME": str(tmp_path)})


# Amazon ECR


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield


def test_ecr_is_logged_in_to_with_the_credentials_of_aws(aws: None, authority: Authority, built: Built) -> None:
    import boto3

    answer = boto3.client("ecr", region_name="eu-west-1").get_authorization_token()
    token = answer["authorizationData"][0]["authorizationToken"]
    with far(built, authority, ECR, f"Basic {token}") as (server, proxy):
        with read_target(f"docker://{ECR}/app:1", environ=environ(authority, proxy), wanted=nothing) as image:
            assert image.resolved.repository == f"{ECR}/app:1"
        assert "Authorization" not in server.requests[0].headers


def test_a_login_that_is_there_goes_before_that_of_aws(
    aws: None, authority: Authority, built: Built, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"auths": {ECR: {"username": "AWS", "password": "mine"}}}))
    shown = "Basic " + base64.b64encode(b"AWS:mine").decode()
    with far(built, authority, ECR, shown) as (_, proxy):
        settings = environ(authority, proxy, DOCKER_CONFIG=str(tmp_path))
        with opened_image(f"docker://{ECR}/app:1", environ=settings) as opened:
            assert opened.config is not None


def failure_at_ecr(authority: Authority, built: Built, **more: str) -> str:
    with far(built, authority, ECR, "nobody") as (_, proxy):
        settings = environ(authority, proxy, **more)
        with pytest.raises(SourceError) as error, opened_image(f"{ECR}/app:1", environ=settings):
            pass
        return str(error.value)


def test_a_login_to_ecr_that_has_expired_is_to_be_renewed(authority: Authority, built: Built, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"auths": {ECR: {"username": "AWS", "password": "old"}}}))
    message = failure_at_ecr(authority, built, DOCKER_CONFIG=str(tmp_path))
    assert message.endswith(f"check that it may, or log in again with `{LOGIN}`")


def test_without_boto3_it_is_said_what_to_do(
    authority: Authority, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert failure_at_ecr(authority, built).endswith(
        f"and {ECR}/app needs a login; log in with `{LOGIN}`, or let lambda-lint do it: pip install 'lambda-lint[aws]'"
    )


def test_without_credentials_of_aws_it_is_said_so(
    authority: Authority, built: Built, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert failure_at_ecr(authority, built).endswith(
        f"and {ECR}/app needs a login; AWS gives no login to ECR (Unable to locate credentials); "
        "set its credentials up or renew them, as with `aws configure` or `aws sso login`"
    )


@pytest.mark.parametrize(
    "host", [f"{ECR}.evil.example", f"x{ECR}", "evil.example", "12345.dkr.ecr.eu-west-1.amazonaws.com"]
)
def test_no_other_host_gets_a_login_of_aws(host: str, aws: None, authority: Authority, built: Built) -> None:
    with far(built, authority, host, "nobody") as (server, proxy):
        with (
            pytest.raises(SourceError, match=r"there is no .*, or it needs a login"),
            opened_image(f"docker://{host}/app:1", environ=environ(authority, proxy)),
        ):
            pass
        assert all("Authorization" not in request.headers for request in server.requests)


@pytest.mark.parametrize(
    ("host", "rule"), [(ECR, "other-region"), (ECR.replace(".ecr.", ".ecr-fips."), "fips-endpoint")]
)
def test_rules_on_the_name_of_an_image_see_where_it_was_read(
    host: str, rule: str, aws: None, authority: Authority, built: Built, tmp_path: Path
) -> None:
    (tmp_path / "lambda-lint.toml").write_text('[function]\nregion = "us-east-1"\n')
    with far(built, authority, host) as (_, proxy):
        options = session.Options(folder=tmp_path, environ=environ(authority, proxy))
        report = session.run([f"docker://{host}/app:1", f"{host}/app:1"], options)
    for target in report.targets:
        assert target.failures == ()
        assert rule in [finding.rule.name for finding in target.findings]
