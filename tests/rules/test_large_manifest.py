"""`large-manifest`: bytes and layers of the manifest."""

from __future__ import annotations

import pytest
from support.images import resolved
from support.linting import Found, lint_documents, shown

from lambda_lint import Resolved, replace

RULE = "large-manifest"


def sized(size: int, layers: int, annotations: dict[str, str] | None = None) -> Resolved:
    """A manifest of this size that lists so many layers."""
    subject = resolved(files={"a": "x"}, annotations=annotations or {})
    manifest = subject.manifest
    assert manifest
    descriptor = replace(manifest.descriptor, size=size)
    return replace(subject, document=replace(manifest, descriptor=descriptor, layers=manifest.layers * layers))


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(sized(400, 1), id="small"),
        pytest.param(sized(25_400, 100), id="both at the limit"),
        pytest.param(Resolved("app", "", None), id="no manifest"),
    ],
)
def test_silent(subject: Resolved) -> None:
    assert lint_documents(subject, None, RULE) == ()


@pytest.mark.parametrize(
    ("subject", "severity", "message", "fix"),
    [
        pytest.param(
            sized(25_401, 100),
            "warning",
            "the manifest has 25,401 bytes and 100 layers; AWS advises to keep it under 25,400 bytes",
            "merge RUN and COPY steps, or copy the finished tree from a build stage",
            id="size",
        ),
        pytest.param(
            sized(30_000, 2, {"a": "b"}),
            "warning",
            "the manifest has 30,000 bytes and 2 layers; AWS advises to keep it under 25,400 bytes",
            "merge RUN and COPY steps, or copy the finished tree from a build stage and drop annotations",
            id="annotations",
        ),
        pytest.param(
            sized(20_000, 101),
            "note",
            "the image has 101 layers, and each costs time when Lambda loads it",
            "merge RUN and COPY steps, or copy the finished tree from a build stage",
            id="layers",
        ),
    ],
)
def test_firing(subject: Resolved, severity: str, message: str, fix: str) -> None:
    findings = lint_documents(subject, None, RULE)
    assert shown(findings) == [Found(severity, "manifest")]
    assert [(item.problem.message, item.problem.fix) for item in findings] == [(message, fix)]


def test_a_built_image_of_many_layers_fires() -> None:
    findings = lint_documents(resolved(layers=[{f"{number}": "x"} for number in range(101)]), None, RULE)
    assert shown(findings) == [Found("note", "manifest")]
