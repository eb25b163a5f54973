"""What answers may be no registry, a broken one, or one that means harm. Small servers of ours say all of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from threading import Event

import pytest
from support.images import Built, build, digest, nothing
from support.opening import contents, opened_image, read_target
from support.servers import Reply, Request, Server, serving

from lambda_lint.errors import SourceError
from lambda_lint.image import Index, Manifest
from lambda_lint.session import Options, run
from lambda_lint.sources import OpenedImage, SourceOptions, open_target
from lambda_lint.sources.cache import MemoryCache
from lambda_lint.targets import parse_target

SECRET = "hunter2"
Answers = Mapping[str, Reply | list[Reply]]


def answers(built: Built, changed: Answers | None = None) -> Callable[[Request], Reply]:
    """A registry that holds an image as `app:1`, and answers as `changed` says: a list is said in turn."""
    manifests = {built.top["digest"]} | {
        entry["digest"] for entry in json.loads(built.blobs[built.top["digest"]]).get("manifests", ())
    }
    replies: dict[str, Reply | list[Reply]] = {
        f"/v2/library/app/{'manifests' if name in manifests else 'blobs'}/{name}": Reply(data)
        for name, data in built.blobs.items()
    }
    replies["/v2/library/app/manifests/1"] = Reply(
        built.blobs[built.top["digest"]], headers={"Content-Type": built.top["mediaType"]}
    )
    for path, reply in (changed or {}).items():
        replies[path.replace("APP", "/v2/library/app").format(**names(built))] = reply

    def answer(request: Request) -> Reply:
        reply = replies.get(request.path, Reply(b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}', 404))
        if isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        return reply

    return answer


def names(built: Built) -> dict[str, str]:
    return {"top": built.top["digest"], "config": built.config, "layer": built.layers[0]}


def logged_in(folder: Path, server: Server) -> dict[str, str]:
    (folder / ".docker").mkdir(exist_ok=True)
    entry = {"username": "me", "password": SECRET}
    (folder / ".docker" / "config.json").write_text(json.dumps({"auths": {server.address: entry}}))
    return {"HOME": str(folder)}


def failure(changed: Answers, folder: Path, reference: str = ":1") -> str:
    """The one line that reading the image fails with, without the target before it and with HOST for the registry."""
    with serving(answers(build({"/a": "1"}), changed)) as server:
        target = f"docker://{server.address}/library/app{reference}"
        with (
            pytest.raises(SourceError) as error,
            read_target(target, environ=logged_in(folder, server), wanted=nothing),
        ):
            pass
        message = str(error.value)
        assert message.startswith(f"{target}: ")
        assert SECRET not in message
        return message.removeprefix(f"{target}: ").replace(server.address, "HOST")


def test_an_image_is_read(tmp_path: Path) -> None:
    built = build(layers=[{"/a": "1"}, {"/b": "2"}], compression=["gzip", "none"], command=["run"])
    with serving(answers(built)) as server:
        with read_target(f"docker://{server.address}/library/app:1", environ={}, wanted=nothing) as image:
            assert contents(image) == {"/a": "1", "/b": "2"}
            assert image.config.command == ("run",)
            assert image.resolved.repository == f"{server.address}/library/app:1"
            assert isinstance(image.resolved.document, Manifest)
            assert image.resolved.document.descriptor.digest == built.top["digest"]
        assert all("Authorization" not in request.headers for request in server.requests)


def test_each_document_is_asked_for_once_before_the_layers_are(tmp_path: Path) -> None:
    built = build({"/a": "1"}, attestations=True)
    child = json.loads(built.blobs[built.top["digest"]])["manifests"][0]["digest"]
    with (
        serving(answers(built)) as server,
        opened_image(f"docker://{server.address}/library/app:1", environ={}) as opened,
    ):
        assert isinstance(opened.resolved.document, Index)
        assert server.paths() == [
            "/v2/library/app/manifests/1",
            f"/v2/library/app/manifests/{child}",
            f"/v2/library/app/blobs/{built.config}",
        ]


def test_the_image_of_an_index_may_be_missing() -> None:
    built = build({"/a": "1"}, attestations=True)
    child = json.loads(built.blobs[built.top["digest"]])["manifests"][0]["digest"]
    changed = {f"APP/manifests/{child}": Reply(status=404)}
    with (
        serving(answers(built, changed)) as server,
        opened_image(f"docker://{server.address}/library/app:1", environ={}) as opened,
    ):
        assert isinstance(opened.resolved.document, Index)
        assert (opened.resolved.child, opened.config) == (None, None)
        assert opened.missing == f"the index's image for amd64 is missing ({child})"
        assert server.paths().count(f"/v2/library/app/manifests/{child}") == 1


TEXT = {"Content-Type": "application/vnd.oci.image.manifest.v1+json"}
OTHER = "sha256:" + "0" * 64
ECHO = json.dumps({"errors": [{"code": "DENIED", "message": f"bad password {SECRET}"}]}).encode()
SAYS = json.dumps({"errors": [{"code": "TOOMANYREQUESTS", "message": "pay\nfirst"}]}).encode()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"APP/manifests/1": Reply(b"{", headers=TEXT)}, "is not JSON", id="no JSON"),
        pytest.param({"APP/manifests/1": Reply(b"[" * 100_000)}, "is not JSON", id="deep JSON"),
        pytest.param({"APP/manifests/1": Reply(b"[]", headers=TEXT)}, "is not a JSON object", id="no object"),
        pytest.param({"APP/manifests/1": Reply(b"", headers=TEXT)}, "is not JSON", id="nothing"),
        pytest.param({"APP/manifests/1": Reply(b"{}", headers=TEXT)}, "is JSON but not a manifest", id="no manifest"),
        pytest.param(
            {"APP/manifests/1": Reply(b"<html>", headers={"Content-Type": "text/html; charset=utf-8"})},
            "HOST answers with a web page; it is no registry",
            id="web page",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(b" " * (5 << 20), headers=TEXT)},
            "HOST answers with more than 4194304 bytes where no document has as many",
            id="long document",
        ),
        pytest.param(
            {"APP/blobs/{config}": Reply(b" " * (9 << 20))},
            "HOST answers with more than 8388608 bytes where no document has as many",
            id="long config",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n")},
            "HOST: what it sends is not HTTP (got more than 100 headers)",
            id="many headers",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(raw=b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000 + b"\r\n\r\n")},
            "HOST: what it sends is not HTTP (got more than 65536 bytes when reading header line)",
            id="long header",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n")},
            "HOST: what it sends is not HTTP",
            id="chunks without lengths",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(b"{}", headers={"Docker-Content-Digest": OTHER})},
            f"the manifest from HOST: digest mismatch, it is {digest(b'{}')}, not {OTHER}",
            id="another digest",
        ),
        pytest.param({"APP/blobs/{config}": Reply(b"{}")}, "size mismatch", id="another config"),
        pytest.param({"APP/blobs/{config}": Reply(status=404)}, "HOST has no blob sha256:", id="no config"),
        pytest.param({"APP/blobs/{layer}": Reply(status=404)}, "HOST has no blob sha256:", id="no layer"),
        pytest.param({"APP/blobs/{layer}": Reply(b"\0" * 300)}, "that the manifest promises", id="long layer"),
        pytest.param(
            {"APP/manifests/1": Reply(status=404)},
            "HOST has no library/app:1; check the repository's name and the tag",
            id="no tag",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(b'{"errors": [{"code": "NAME_UNKNOWN"}]}', 404)},
            "HOST has no repository library/app",
            id="no repository",
        ),
        pytest.param({"APP/manifests/1": Reply(status=418)}, "HOST answers 418 (I'm a Teapot)", id="teapot"),
        pytest.param(
            {"APP/manifests/1": Reply(b"{}", 416)},
            f"HOST answers 416 ({HTTPStatus(416).phrase})",
            id="no range was asked for",
        ),
        pytest.param({"APP/manifests/1": Reply(status=999)}, "HOST answers 999", id="no status"),
        pytest.param(
            {"APP/manifests/1": Reply(SAYS, 429, {"Retry-After": "86400"})},
            r"HOST answers 429 (Too Many Requests): pay\x0afirst",
            id="too many requests for a day",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(status=307, headers={"Location": "/v2/library/app/manifests/1"})},
            "HOST redirects more than 5 times",
            id="redirects in a circle",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(status=302, headers={"Location": "http://192.0.2.1/"})},
            "HOST redirects to 192.0.2.1 without TLS",
            id="redirect without TLS",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(status=302, headers={"Location": "file:///etc/passwd"})},
            "file is no way to reach a registry, only https is",
            id="redirect to a file",
        ),
        pytest.param(
            {"APP/blobs/{layer}": Reply(status=302, headers={"Location": "http://127.0.0.1:1/"})},
            "HOST redirects to another server, and 127.0.0.1:1 cannot be reached (connection refused)",
            id="redirect to nobody",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(status=302, headers={"Location": "http://[::1"})},
            "HOST redirects to what is not a URL",
            id="redirect to nonsense",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(status=401)},
            "HOST does not let the login of me from",
            id="no challenge",
        ),
        pytest.param(
            {"APP/manifests/1": Reply(ECHO, 403)}, "pull library/app; check that it may", id="the password comes back"
        ),
        pytest.param(
            {"APP/manifests/1": Reply(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})},
            "HOST does not let the login of me from",
            id="never content",
        ),
        *(
            pytest.param(
                {"APP/manifests/1": Reply(status=401, headers={"WWW-Authenticate": f'Bearer realm="{realm}"'})},
                message,
                id=f"realm {realm[:20]}",
            )
            for realm, message in {
                "http://192.0.2.1/token": "HOST wants a login to be sent to 192.0.2.1 without TLS",
                "ftp://HOST/token": "HOST wants a token, and names no server that gives one",
                "/token": "HOST wants a token, and names no server that gives one",
                "": "HOST wants a token, and names no server that gives one",
                "https://user@[": "HOST wants a token, and names no server that gives one",
                "http://127.0.0.1:1/": "HOST wants a token, and 127.0.0.1:1 cannot be reached (connection refused)",
            }.items()
        ),
    ],
)
def test_what_a_registry_says_is_one_clear_line(changed: Answers, message: str, tmp_path: Path) -> None:
    said = failure(changed, tmp_path)
    assert message in said
    assert said.isprintable()


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(b"{", 200), "what HOST gives as a token for HOST is not a JSON object"),
        (Reply(b"[]", 200), "what HOST gives as a token for HOST is not a JSON object"),
        (Reply(b"{}", 200), "what HOST gives as a token for HOST is none"),
        (Reply(b'{"token": ["a"]}', 200), "what HOST gives as a token for HOST is none"),
        (Reply(b'{"token": "a\\r\\nHost: b"}', 200), "what HOST gives as a token for HOST is none"),
        (Reply(b'{"token": "a"}', 200), "HOST does not let the login of me from"),
        (Reply(ECHO, 401), "HOST does not let the login of me from"),
        (Reply(b"", 404), "HOST, which gives the tokens for HOST, answers 404 (Not Found)"),
    ],
)
def test_what_a_token_server_says_is_one_clear_line(reply: Reply, message: str, tmp_path: Path) -> None:
    def answer(request: Request) -> Reply:
        if request.path.startswith("/token"):
            return reply
        realm = f'Bearer realm="http://{server.address}/token",service="x"'
        return Reply(status=401, headers={"WWW-Authenticate": realm})

    with serving(answer) as server:
        target = f"docker://{server.address}/library/app:1"
        with pytest.raises(SourceError) as error, opened_image(target, environ=logged_in(tmp_path, server)):
            pass
    assert message in str(error.value).replace(server.address, "HOST")
    assert SECRET not in str(error.value)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (f"@{OTHER}", f"HOST has no library/app@{OTHER}; check the repository's name and the digest"),
        ("@sha512:" + "0" * 64, "is no digest that a registry knows"),
        ("@md5:" + "0" * 32, "is no digest that a registry knows"),
    ],
)
def test_a_digest_must_be_there_and_be_one(reference: str, message: str, tmp_path: Path) -> None:
    assert message in failure({}, tmp_path, reference)


def test_what_comes_for_a_digest_must_have_it(tmp_path: Path) -> None:
    changed = {f"APP/manifests/{OTHER}": Reply(b"{}", headers=TEXT)}
    assert "digest mismatch" in failure(changed, tmp_path, f"@{OTHER}")


def test_a_login_does_not_follow_a_redirect_to_another_server(tmp_path: Path) -> None:
    built = build({"/a": "1"})
    with serving(lambda _request: Reply(built.blobs[built.layers[0]])) as elsewhere:
        moved = Reply(status=307, headers={"Location": f"http://{elsewhere.address}/blob?signature=x"})
        plain = answers(built, {"APP/blobs/{layer}": moved})

        def answer(request: Request) -> Reply:
            if "Authorization" not in request.headers:
                return Reply(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})
            return plain(request)

        with serving(answer) as server:
            target = f"docker://{server.address}/library/app:1"
            with read_target(target, environ=logged_in(tmp_path, server), wanted=nothing) as image:
                assert image.layers[0].digest == built.layers[0]
    (request,) = elsewhere.requests
    assert request.path == "/blob?signature=x"
    assert not any(SECRET in f"{value}" or name == "Authorization" for name, value in request.headers.items())
    assert server.requests[-1].headers["Authorization"].startswith("Basic ")


def test_a_redirect_does_not_cost_the_connection() -> None:
    built = build(layers=[{"/a": "1"}, {"/b": "2"}, {"/c": "3"}])
    with serving(lambda request: Reply(built.blobs[request.path[1:]])) as elsewhere:
        moved = {
            f"APP/blobs/{layer}": Reply(b"there", 307, {"Location": f"http://{elsewhere.address}/{layer}"})
            for layer in built.layers
        }
        with serving(answers(built, moved)) as server, ExitStack() as stack:
            options = SourceOptions(environ={}, jobs=1)
            (opened,) = open_target(parse_target(f"docker://{server.address}/library/app:1"), options, stack)
            assert isinstance(opened, OpenedImage)
            opened.read(nothing)
        for each, requests in ((server, 5), (elsewhere, 3)):
            assert len(each.requests) == requests
            assert len({request.port for request in each.requests}) == 1


def test_a_token_that_runs_out_is_changed_for_a_new_one(tmp_path: Path) -> None:
    built = build(layers=[{f"/{number}": "1"} for number in range(6)])
    plain = answers(built)
    given: list[str] = []

    def answer(request: Request) -> Reply:
        if request.path.startswith("/token"):
            given.append(f"t{len(given)}")
            return Reply(json.dumps({"access_token": given[-1]}).encode())
        # The first token does for the documents, the second for the layers.
        wanted = "t1" if request.path.rpartition("/")[2] in built.layers else "t0"
        if request.headers.get("Authorization") == f"Bearer {wanted}":
            return plain(request)
        challenge = f'Bearer realm="http://{server.address}/token",scope="repository:library/app:pull"'
        return Reply(status=401, headers={"WWW-Authenticate": challenge})

    with serving(answer) as server:
        with read_target(f"docker://{server.address}/library/app:1", environ={}, wanted=nothing) as image:
            assert [layer.digest for layer in image.layers] == list(built.layers)
        assert given == ["t0", "t1"]


def test_images_of_one_run_share_connections_tokens_and_documents(tmp_path: Path) -> None:
    """One challenge and one token for all of them, and of an image that was read before nothing but its manifest."""
    built = build({"/a": "1"}, command=["run"])
    plain = answers(built, {f"APP/manifests/{tag}": Reply(built.blobs[built.top["digest"]]) for tag in "123"})

    def answer(request: Request) -> Reply:
        if request.path.startswith("/token"):
            return Reply(b'{"token": "t"}')
        if request.headers.get("Authorization") != "Bearer t":
            realm = f'Bearer realm="http://{server.address}/token",service="x"'
            return Reply(status=401, headers={"WWW-Authenticate": realm})
        return plain(request)

    def asked(*tags: str) -> list[str]:
        server.requests.clear()
        targets = [f"docker://{server.address}/library/app:{tag}" for tag in tags]
        options = Options(folder=tmp_path, environ={"HOME": str(tmp_path)}, cache=cache)
        for report in run(targets, options).targets:
            assert report.failures == ()
        return [path.removeprefix("/v2/library/app/").partition("?")[0] for path in server.paths()]

    with serving(answer) as server:
        cache = MemoryCache()
        first = ["manifests/1", "/token", "manifests/1", f"blobs/{built.config}", f"blobs/{built.layers[0]}"]
        assert asked("1", "2", "3") == [*first, "manifests/2", "manifests/3"]
        assert asked("1", "2", "3") == [*first[:3], "manifests/2", "manifests/3"]
        # The second is that of the token, for which the first has to wait.
        assert len({request.port for request in server.requests}) == 2


def test_what_has_another_digest_is_not_kept() -> None:
    built = build({"/a": "1"})
    size = len(built.blobs[built.config])
    changed = {"APP/blobs/{config}": [Reply(b" " * size), Reply(built.blobs[built.config])]}
    with serving(answers(built, changed)) as server:
        target, cache = parse_target(f"docker://{server.address}/library/app:1"), MemoryCache()
        with pytest.raises(SourceError, match="digest mismatch"), ExitStack() as stack:
            open_target(target, SourceOptions(environ={}, cache=cache), stack)
        with ExitStack() as stack:
            (opened,) = open_target(target, SourceOptions(environ={}, cache=cache), stack)
            assert isinstance(opened, OpenedImage)
            assert opened.config is not None


def test_a_server_elsewhere_that_refuses_is_not_taken_for_the_registry(tmp_path: Path) -> None:
    with serving(lambda _request: Reply(status=403)) as elsewhere:
        moved = Reply(status=307, headers={"Location": f"http://{elsewhere.address}/"})
        message = failure({"APP/blobs/{layer}": moved}, tmp_path)
    assert message.endswith(f"HOST redirects to another server, and {elsewhere.address} answers 403 (Forbidden)")


def test_whoever_is_busy_is_asked_again_when_he_says(tmp_path: Path) -> None:
    built = build({"/a": "1"})
    busy = Reply(status=429, headers={"Retry-After": "1"})
    there = answers(built)(Request("GET", "/v2/library/app/manifests/1", {}))
    before = time.monotonic()
    with serving(answers(built, {"APP/manifests/1": [busy, there]})) as server:
        target = f"docker://{server.address}/library/app:1"
        with opened_image(target, environ={}) as opened:
            assert opened.config is not None
        assert server.paths()[:2] == ["/v2/library/app/manifests/1"] * 2
    assert time.monotonic() - before >= 1


def test_a_broken_layer_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    built = build({"/a": "0123456789" * 5000}, compression="none")
    data = built.blobs[built.layers[0]]

    def answer(request: Request) -> Reply:
        if not request.path.endswith(built.layers[0]):
            return plain(request)
        start = int(request.headers.get("Range", "bytes=0-")[6:-1])
        headers = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
        return Reply(data[start:], 206 if start else 200, headers, cut=20_000)

    plain = answers(built)
    with serving(answer) as server:
        with read_target(f"docker://{server.address}/library/app:1", environ={}) as image:
            assert image.layers[0].digest == built.layers[0]
        ranges = [request.headers.get("Range") for request in server.requests if built.layers[0] in request.path]
        assert ranges == [None, "bytes=20000-", "bytes=40000-", "bytes=60000-"]


def test_a_registry_that_knows_no_ranges_is_read_from_the_start_again(tmp_path: Path) -> None:
    built = build({"/a": "0123456789" * 5000}, compression="none")
    data = built.blobs[built.layers[0]]
    changed = {"APP/blobs/{layer}": [Reply(data, cut=20_000), Reply(data)]}
    with (
        serving(answers(built, changed)) as server,
        read_target(f"docker://{server.address}/library/app:1", environ={}) as image,
    ):
        assert image.layers[0].digest == built.layers[0]


def test_a_layer_may_be_shorter_than_promised(tmp_path: Path) -> None:
    changed = {"APP/blobs/{layer}": [Reply(b"\x1f"), Reply(b"invalid range", 416)]}
    message = failure(changed, tmp_path)
    assert "it ends after 1 of the " in message
    assert message.endswith(" bytes that the manifest promises")


def test_another_part_than_was_asked_for_is_an_error(tmp_path: Path) -> None:
    built = build({"/a": "1"})
    data = built.blobs[built.layers[0]]
    changed = {"APP/blobs/{layer}": [Reply(data, cut=20), Reply(data, 206, {"Content-Range": "bytes 0-99/100"})]}
    assert "HOST sends another part of the blob than it was asked for" in failure(changed, tmp_path)


def test_who_says_nothing_is_asked_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambda_lint.sources.connections._READ_PATIENCE", 0.05)
    over = Event()

    def answer(_request: Request) -> Reply:
        over.wait(60)
        return Reply()

    with serving(answer) as server:
        with (
            pytest.raises(SourceError, match="nothing came for"),
            opened_image(f"docker://{server.address}/library/app:1", environ={}),
        ):
            pass
        over.set()
        assert len(server.requests) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param(
            {"APP/manifests/1": Reply(status=503)}, "HOST answers 503 (Service Unavailable)", id="always busy"
        ),
        pytest.param({"APP/manifests/1": Reply(b"{}", cut=0)}, "HOST: the connection was closed", id="always closed"),
        pytest.param({"APP/blobs/{layer}": Reply(b"\x1f")}, "the answer ends after 1 of", id="always short"),
    ],
)
def test_patience_ends(changed: Answers, message: str, tmp_path: Path) -> None:
    assert message in failure(changed, tmp_path)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_a_wrong_content_type_is_not_the_fault_of_the_image(kind: str) -> None:
    built = build({"/a": "1"})
    changed = {"APP/manifests/1": Reply(built.blobs[built.top["digest"]], headers={"Content-Type": kind})}
    with (
        serving(answers(built, changed)) as server,
        opened_image(f"docker://{server.address}/library/app:1", environ={}) as opened,
    ):
        assert isinstance(opened.resolved.document, Manifest)
        assert opened.resolved.document.descriptor.media_type == built.top["mediaType"]
