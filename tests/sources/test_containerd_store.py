"""An engine with a containerd image store (Docker 29's default), which Debian's engine does not have.

What stands in for it answers with the shapes of Docker's API reference, version 1.48, over real HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from support.images import Built, docker_archive, nothing
from support.opening import contents, opened_image

from lambda_lint.errors import SourceError
from lambda_lint.image import Index, Manifest


class Handler(BaseHTTPRequestHandler):
    """GET only. `answers` are by path, without the version; a list of chunks is sent and then cut off."""

    answers: dict[str, Any]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].removeprefix("/v1.48")
        answer = self.answers.get(path)
        if isinstance(answer, bytes):
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        elif isinstance(answer, tuple):
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(answer[0])
        else:
            self.send_response(404 if answer is None else 500)
            self.end_headers()
            self.wfile.write(json.dumps({"message": answer or "no such image"}).encode())

    def log_message(self, *_words: object) -> None:
        """Nothing: a test's output is for its failures."""


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    answers: dict[str, Any] = {"/version": json.dumps({"ApiVersion": "1.48"}).encode()}
    handler = type("Answers", (Handler,), {"answers": answers})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{server.server_port}")
        yield answers
        server.shutdown()


def inspected(built: Built) -> bytes:
    """GET /images/NAME/json?manifests=1"""
    config = json.loads(built.blobs[built.config])
    top = json.loads(built.blobs[built.top["digest"]])
    return json.dumps(
        {
            "Id": built.top["digest"],
            "RepoTags": ["app:1"],
            "Os": config["os"],
            "Architecture": config["architecture"],
            "Config": config["config"],
            "RootFS": {"Type": "layers", "Layers": config["rootfs"]["diff_ids"]},
            "Descriptor": built.top,
            "Manifests": [
                {"ID": entry["digest"], "Descriptor": entry, "Available": True} for entry in top.get("manifests", ())
            ],
        }
    ).encode()


def serve(answers: dict[str, Any], folder: Path, **description: Any) -> Built:
    built = docker_archive(folder / "a.tar", form="oci", tags=["app:1"], compression="gzip", **description)
    answers["/images/app:1/json"] = inspected(built)
    answers[f"/images/{built.top['digest']}/get"] = (folder / "a.tar").read_bytes()
    return built


def test_an_index_is_seen_before_any_layer_is_read(answers: dict[str, Any], tmp_path: Path) -> None:
    built = serve(answers, tmp_path, files={"/a": "1"}, command=["run"], attestations=True)
    with opened_image("app:1") as opened:
        document = opened.resolved.document
        assert isinstance(document, Index)
        assert document.descriptor.digest == built.top["digest"]
        assert [entry.attestation for entry in document.manifests] == [False, True]
        assert opened.config is not None
        assert (opened.config.command, opened.config.digest) == (("run",), "")
        image = opened.read(nothing)
        assert isinstance(image.resolved.document, Index)
        assert isinstance(image.resolved.child, Manifest)
        assert image.config.digest == built.config
        assert (image.layers[0].compression, image.layers[0].media_type[-8:]) == ("gzip", "tar+gzip")
        assert contents(image) == {"/a": "1"}


def test_a_plain_manifest_is_known_once_the_image_was_read(answers: dict[str, Any], tmp_path: Path) -> None:
    built = serve(answers, tmp_path, files={"/a": "1"})
    with opened_image("app:1") as opened:
        assert opened.resolved.document is None
        document = opened.read(nothing).resolved.document
        assert isinstance(document, Manifest)
        assert document.descriptor.digest == built.top["digest"]


def test_an_export_that_breaks_off_is_an_error(answers: dict[str, Any], tmp_path: Path) -> None:
    built = serve(answers, tmp_path, files={"/a": "1" * 5000})
    export = f"/images/{built.top['digest']}/get"
    answers[export] = (answers[export][:3000],)
    with (
        opened_image("app:1") as opened,
        pytest.raises(SourceError, match=r"app:1: the Docker engine at tcp://127.0.0.1:[0-9]+ broke off the export"),
    ):
        opened.read(nothing)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"not json", "the engine's answer is not JSON"),
        (b"{}", "the engine's answer is not valid: 'RootFS' is a required property"),
        ("out of\norder", r"says: out of\\x0aorder"),
    ],
)
def test_an_engine_that_talks_nonsense_is_an_error(answers: dict[str, Any], answer: object, message: str) -> None:
    answers["/images/app:1/json"] = answer
    with pytest.raises(SourceError, match=message), opened_image("docker-daemon:app:1"):
        pass
