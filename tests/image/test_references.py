"""Image references, against the examples of the grammar's own rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_lint.reference import Reference, names_image, parse_reference

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "host", "repository", "tag", "digest"),
    [
        ("app", "docker.io", "library/app", "", ""),
        ("app:1.0", "docker.io", "library/app", "1.0", ""),
        ("user/app", "docker.io", "user/app", "", ""),
        ("docker.io/app", "docker.io", "library/app", "", ""),
        ("index.docker.io/library/app", "docker.io", "library/app", "", ""),
        ("localhost/app", "localhost", "app", "", ""),
        ("localhost:5000/app:1", "localhost:5000", "app", "1", ""),
        ("[::1]:5000/app", "[::1]:5000", "app", "", ""),
        ("public.ecr.aws/lambda/python:3.13", "public.ecr.aws", "lambda/python", "3.13", ""),
        (f"1.dkr.ecr.eu-west-1.amazonaws.com/a/b:1@{DIGEST}", "1.dkr.ecr.eu-west-1.amazonaws.com", "a/b", "1", DIGEST),
        (f"app@{DIGEST}", "docker.io", "library/app", "", DIGEST),
        ("Host/app", "Host", "app", "", ""),
        ("a__b/c.d-e--f", "docker.io", "a__b/c.d-e--f", "", ""),
    ],
)
def test_a_reference_is_completed_as_docker_does(text: str, host: str, repository: str, tag: str, digest: str) -> None:
    assert parse_reference(text) == Reference(host, repository, tag, digest)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("App", id="capitals"),
        pytest.param("app:", id="an empty tag"),
        pytest.param("app:a b", id="a blank"),
        pytest.param("app:" + "t" * 129, id="a long tag"),
        pytest.param("/app", id="an absolute path"),
        pytest.param("./app", id="a relative path"),
        pytest.param("a//b", id="an empty component"),
        pytest.param("a/../b", id="a way out"),
        pytest.param("app-", id="a dash at the end"),
        pytest.param("a___b", id="three underscores"),
        pytest.param("app@sha256:123", id="a short digest"),
        pytest.param("app\n", id="a line end"),
        pytest.param("app:1\n", id="a line end after the tag"),
        pytest.param("0123456789abcdef" * 4, id="an image id"),
        pytest.param("a/" + "b" * 256, id="a long name"),
        pytest.param("host:port/app", id="a port that is no number"),
    ],
)
def test_what_docker_refuses_is_no_reference(text: str) -> None:
    assert parse_reference(text) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("app", True), ("0a1b2c3d4e5f", True), (DIGEST, True), ("/tmp/x", False), ("A", False)]
)
def test_an_image_may_be_named_by_its_id_too(text: str, expected: bool) -> None:
    assert names_image(text) is expected


def test_the_tag_that_docker_assumes_is_latest() -> None:
    assert [str(Reference("h", "r", *rest).with_tag()) for rest in [(), ("1",), ("", DIGEST)]] == [
        "h/r:latest",
        "h/r:1",
        f"h/r@{DIGEST}",
    ]


@given(st.text(max_size=40))
def test_a_reference_written_out_means_the_same(text: str) -> None:
    found = parse_reference(text)
    if found is not None:
        assert parse_reference(str(found)) == found
