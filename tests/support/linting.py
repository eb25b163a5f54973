"""Runs the rules of pack `aws` on a Dockerfile's text and shows the findings in a form that a table can expect."""

from __future__ import annotations

import functools
from typing import NamedTuple

from lambda_lint import Deployment, Image, ImageConfig, Platform, Resolved
from lambda_lint.dockerfile import Dockerfile, parse
from lambda_lint.engine import Outcome, check_dockerfile, check_documents, check_image
from lambda_lint.location import ImageLocation, SourceLocation
from lambda_lint.packs import load_packs, narrow
from lambda_lint.report import Finding
from lambda_lint.rule import Pack

NOBODY_SAID = Deployment()
AWS_ENVIRONMENT = (("LAMBDA_RUNTIME_DIR", "/var/runtime"),)
"""What every AWS base image leaves in the environment of an image, among other things."""


class Found(NamedTuple):
    """A finding as a test names it: severity, and what the source holds at its region, or the image's place."""

    severity: str
    place: str


def packs(rule: str = "") -> tuple[Pack, ...]:
    """The pack `aws`, with all its rules, off by default or not, or with one."""
    return _packs(rule)


@functools.cache
def _packs(rule: str) -> tuple[Pack, ...]:
    return narrow(load_packs(["aws"]), [rule], []) if rule else load_packs(["aws"])


def dockerfile(text: str, path: str = "lambda/Dockerfile") -> Dockerfile:
    return parse(text.encode(), path)


def lint(text: str, rule: str = "", deployment: Deployment = NOBODY_SAID) -> tuple[Finding, ...]:
    """What the rule, or every rule, finds in a Dockerfile's text. A crash of a rule fails the test."""
    return _findings(check_dockerfile(dockerfile(text), packs(rule), deployment))


def lint_documents(
    resolved: Resolved, config: ImageConfig | None, rule: str = "", deployment: Deployment = NOBODY_SAID
) -> tuple[Finding, ...]:
    """What the rule, or every rule, finds in an image's manifest and config."""
    return _findings(check_documents(resolved, config, packs(rule), deployment))


def lint_image(image: Image, rule: str = "", deployment: Deployment = NOBODY_SAID) -> tuple[Finding, ...]:
    """What the rule, or every rule, finds in an image's layers, documents not looked at again."""
    return _findings(check_image(image, packs(rule), deployment))


def lint_config(config: ImageConfig, rule: str, deployment: Deployment = NOBODY_SAID) -> tuple[Finding, ...]:
    """What the rule finds in an image's config alone."""
    return lint_documents(Resolved("app", "", None), config, rule, deployment)


def shown(findings: tuple[Finding, ...], text: str = "") -> list[Found]:
    """The findings as a table expects them."""
    return [Found(str(finding.severity), _place(finding, text)) for finding in findings]


def image_config(
    *,
    entrypoint: tuple[str, ...] | None = None,
    command: tuple[str, ...] | None = None,
    platform: Platform | None = None,
    workdir: str = "",
    env: tuple[tuple[str, str], ...] = (),
) -> ImageConfig:
    """A config with nothing in it but what is given; linux/amd64 unless told otherwise."""
    return ImageConfig(
        digest="sha256:" + "c" * 64,
        platform=platform or Platform("linux", "amd64"),
        entrypoint=entrypoint,
        command=command,
        workdir=workdir,
        user="",
        env=env,
        labels={},
        volumes=(),
        exposed_ports=(),
        diff_ids=(),
        history=(),
    )


def _findings(outcome: Outcome) -> tuple[Finding, ...]:
    assert outcome.failures == ()
    return outcome.findings


def _place(finding: Finding, text: str) -> str:
    location = finding.problem.location
    if isinstance(location, SourceLocation):
        start, end = location.region.start, location.region.end
        lines = text.splitlines(keepends=True)[start.line - 1 : end.line]
        lines[-1] = lines[-1][: end.column - 1]
        lines[0] = lines[0][start.column - 1 :]
        return f"{start.line}: {''.join(lines)}"
    assert isinstance(location, ImageLocation)
    return location.key or location.path or f"layer {location.layer}"
