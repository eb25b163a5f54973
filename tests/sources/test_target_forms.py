"""The grammar of targets."""

from __future__ import annotations

import pytest

from lambda_lint.errors import UsageError
from lambda_lint.targets import Target, parse_target


@pytest.mark.parametrize(
    ("text", "transport", "path_or_ref", "reference"),
    [
        ("Dockerfile", None, "Dockerfile", None),
        ("app:1", None, "app:1", None),
        ("docker", None, "docker", None),
        ("docker:cli", None, "docker:cli", None),
        ("oci", None, "oci", None),
        ("registry.example.com:5000/app:1", None, "registry.example.com:5000/app:1", None),
        ("docker-daemon:app:1", "docker-daemon", "app:1", None),
        ("docker-daemon:sha256:0123", "docker-daemon", "sha256:0123", None),
        ("podman:app:1", "podman", "app:1", None),
        ("podman", None, "podman", None),
        ("podman/stable:5", None, "podman/stable:5", None),
        ("-", None, "-", None),
        ("docker-archive:-:app:1", "docker-archive", "-", "app:1"),
        ("docker-archive:a/b.tar", "docker-archive", "a/b.tar", None),
        ("docker-archive:a.tar:app:1", "docker-archive", "a.tar", "app:1"),
        ("docker-archive:a.tar:", "docker-archive", "a.tar", None),
        ("oci:folder", "oci", "folder", None),
        ("oci:folder:latest", "oci", "folder", "latest"),
        ("oci-archive:/a.tar:r/app:1", "oci-archive", "/a.tar", "r/app:1"),
        ("docker://app:1", "docker", "app:1", None),
    ],
)
def test_a_target_is_taken_apart(text: str, transport: str | None, path_or_ref: str, reference: str | None) -> None:
    assert parse_target(text) == Target(text, transport, path_or_ref, reference)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an empty target"),
        ("  ", "an empty target"),
        ("oci:", r"oci:: incomplete, the form is oci:PATH\[:REF\]"),
        ("oci::latest", "incomplete"),
        ("docker-daemon:", "incomplete, the form is docker-daemon:REF"),
        ("podman:", "incomplete, the form is podman:REF"),
        ("docker://", "incomplete, the form is docker://REF"),
        ("https://example.com/app", "unknown kind of target; known are docker-daemon:REF"),
        ("oci://folder", "unknown kind of target"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_target(text)
