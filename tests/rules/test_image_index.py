"""`image-index`: the three kinds of index, and what to deploy instead."""

from __future__ import annotations

import pytest
from support.images import resolved
from support.linting import Found, lint_documents, shown

from lambda_lint import Deployment, Index, Resolved, replace

RULE = "image-index"
REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app"
REFUSED = "which Lambda refuses: `The image manifest, config or layer media type ... is not supported`"
BUILD = (
    "build with `docker buildx build --platform linux/{} --provenance=false --sbom=false`"
    " (docker/build-push-action: `provenance: false`, `sbom: false`; CDK, SAM, Serverless, Terraform: set"
    " BUILDX_NO_DEFAULT_ATTESTATIONS=1)"
)


def digests(subject: Resolved) -> list[str]:
    assert isinstance(subject.document, Index)
    return [child.digest for child in subject.document.manifests]


@pytest.mark.parametrize("style", ["oci", "docker"])
def test_one_manifest_is_what_lambda_wants(style: str) -> None:
    assert lint_documents(resolved(style=style), None, RULE) == ()


def test_silent_where_nothing_tells_what_a_push_makes() -> None:
    assert lint_documents(Resolved("app:1", "app:1", None), None, RULE) == ()


@pytest.mark.parametrize("style", ["oci", "docker"])
def test_several_platforms(style: str) -> None:
    subject = resolved(repository=f"{REPOSITORY}:1", platforms=["linux/amd64", "linux/arm64"], style=style)
    amd64, arm64 = digests(subject)
    (finding,) = findings = lint_documents(subject, None, RULE)
    assert shown(findings) == [Found("error", "reference")]
    assert finding.problem.message == (
        f"the reference resolves to an index of 2 images (linux/amd64, linux/arm64), {REFUSED}"
    )
    assert finding.problem.fix == (
        f"{BUILD.format('amd64')}; or deploy {REPOSITORY}@{amd64} (linux/amd64) or {REPOSITORY}@{arm64} (linux/arm64)"
    )


def test_several_platforms_and_the_function_is_one_of_them() -> None:
    subject = resolved(repository=f"{REPOSITORY}:1", platforms=["linux/amd64", "linux/arm64"], attestations=True)
    (finding,) = lint_documents(subject, None, RULE, Deployment(architecture="arm64"))
    assert finding.problem.message == (
        f"the reference resolves to an index of 2 images (linux/amd64, linux/arm64), {REFUSED}"
    )
    assert finding.problem.fix == f"{BUILD.format('arm64')}; or deploy {REPOSITORY}@{digests(subject)[1]}"


def test_of_many_platforms_those_that_lambda_runs_are_named() -> None:
    subject = resolved(platforms=["linux/s390x", "linux/arm64", "linux/arm", "linux/amd64"])
    _, arm64, _, amd64 = digests(subject)
    (finding,) = lint_documents(subject, None, RULE)
    assert finding.problem.fix == f"{BUILD.format('amd64')}; or deploy {arm64} (linux/arm64) or {amd64} (linux/amd64)"


def test_one_platform_and_its_attestation() -> None:
    subject = resolved(platforms=["linux/arm64"], attestations=True)
    (finding,) = lint_documents(subject, None, RULE)
    assert finding.problem.message == (
        f"the reference resolves to an index around an image and its attestations, {REFUSED}"
    )
    assert finding.problem.fix == f"{BUILD.format('arm64')}; or deploy {digests(subject)[0]}"


def test_an_index_of_one() -> None:
    (finding,) = lint_documents(resolved(platforms=["linux/amd64"]), None, RULE)
    assert finding.problem.message == (f"the reference resolves to an index around a single image, {REFUSED}")


def test_an_index_without_an_image() -> None:
    subject = resolved(platforms=["linux/amd64"], attestations=True)
    assert isinstance(subject.document, Index)
    only_attestations = replace(subject.document, manifests=subject.document.manifests[1:])
    (finding,) = lint_documents(replace(subject, document=only_attestations, child=None), None, RULE)
    assert finding.problem.message == "the reference resolves to an index that holds no image"
