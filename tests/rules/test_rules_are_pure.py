"""Rules read nothing, start nothing, and never raise, whatever they are given."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.broken import IMAGES
from support.images import build, device, directory, file, image, resolve, symlink
from support.linting import dockerfile, image_config, lint, lint_config, lint_documents, lint_image, packs
from support.policies import document

from lambda_lint import Deployment, Platform
from lambda_lint.engine import check_json
from lambda_lint_rules import PACK
from lambda_lint_rules._start.python_source import NOWHERE, syntax_error, tree_of

_FORBIDDEN = ("open", "socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.listdir", "os.scandir")
_watching: list[list[str]] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event.startswith(_FORBIDDEN) and NOWHERE not in arguments and not _importing():
        _watching[-1].append(event)


def _importing() -> bool:
    """Whether Python is loading a module: heavy ones are imported where they are first used."""
    frame = sys._getframe()
    while frame := frame.f_back:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
    return False


@pytest.fixture(scope="module", autouse=True)
def _audit() -> None:
    packs()  # finding the rules reads folders
    sys.addaudithook(_hook)


@contextmanager
def no_io() -> Iterator[None]:
    """Fails when anything inside opens a file or a socket, or starts a process."""
    events: list[str] = []
    _watching.append(events)
    try:
        yield
    finally:
        _watching.remove(events)
    assert events == []


def test_no_file_is_opened_to_quote_a_syntax_error() -> None:
    with no_io():
        assert tree_of("{") is None
        assert syntax_error(b"{", "3.9") != ""


BASES = st.sampled_from(
    [
        "scratch",
        "public.ecr.aws/lambda/python:3.13",
        "public.ecr.aws/lambda/provided:al2023-arm64",
        "public.ecr.aws/lambda/nodejs:18",
        "public.ecr.aws/sam/build-python3.13",
        "alpine:3.22",
        "amazon/aws-lambda-nodejs",
        "python:3.13",
        "mcr.microsoft.com/windows/nanoserver:1809",
        "1.dkr.ecr-fips.us-east-1.amazonaws.com/a:1",
        "$BASE",
        "${UNKNOWN:-}",
        "build",
        "a/b/c@sha256:",
    ]
)
WORDS = st.one_of(
    st.sampled_from(
        [
            "app.handler",
            "/lambda-entrypoint.sh",
            "python -m awslambdaric",
            '["python", "-m", "awslambdaric"]',
            '["app.handler"',
            "['a']",
            "[]",
            '["/bin/sh", "-c", ""]',
            "exec /bootstrap $@",
            "[ -f x ] && y",
            '["echo"]',
            "x.zip",
            "npx aws-lambda-ric",
        ]
    ),
    st.text(max_size=12),
)
PLATFORMS = st.sampled_from(
    [
        "",
        "--platform=linux/arm/v7 ",
        "--platform=$TARGETPLATFORM ",
        "--platform=windows/amd64 ",
        "--platform=// ",
        "--platform=arm64/v8/x/y ",
    ]
)
VARIABLES = st.sampled_from(
    [
        *("LAMBDA", "PATH", "LD_LIBRARY_PATH", "AWS_REGION", "AWS_LAMBDA_EXEC_WRAPPER", "_X", "PORT", "ASYNC_INIT"),
        *("ASPNETCORE_URLS", "AWS_SECRET_ACCESS_KEY", "LAMBDA_TASK_ROOT", "$X", ""),
    ]
)
VALUES = st.sampled_from(
    ["", "80", "²", "/opt/x", "$PATH", "${A:-b}", "https://x/arm64", "http://+:80", "AKIA" + "Q3EGRNW5DTP7YHJK", "[1]"]
)
COMMANDS = st.one_of(
    st.sampled_from(
        [
            "yum install -y x && dnf",
            "if tar; then apt-get; else find; fi",
            "a | (b; unzip) || ! apk add libexecinfo-dev",
            "sudo -E X=1",
            "set -e; env",
            '["yum"]',
            '["sh", "-c", "which \'"]',
            "GOARCH=arm64 curl https://x/amd64 <<E",
            "case x in (y) tar;; esac &",
        ]
    ),
    WORDS,
)
LINES = st.one_of(
    st.builds(
        lambda platform, name, alias: f"FROM {platform}{name}{alias}",
        PLATFORMS,
        BASES,
        st.sampled_from(["", " AS build"]),
    ),
    st.builds("CMD {}".format, WORDS),
    st.builds("ENTRYPOINT {}".format, WORDS),
    st.builds("ARG BASE={}".format, BASES),
    st.builds("COPY --from={} a b".format, BASES),
    st.builds("RUN --mount=type=bind,from={} {}".format, BASES, WORDS),
    st.builds("SHELL {}".format, WORDS),
    st.builds("ONBUILD CMD {}".format, WORDS),
    st.builds("ENV {}={}".format, VARIABLES, st.one_of(VALUES, WORDS)),
    st.builds("RUN {}".format, COMMANDS),
    st.builds("RUN <<E\n{}\nE".format, COMMANDS),
    st.builds("LABEL com.amazonaws.lambda.feature.snapstart={}".format, VALUES),
    st.builds("VOLUME {}".format, VALUES),
    st.builds("ADD {} /opt/extensions/lambda-adapter".format, VALUES),
    st.text(max_size=20),
)
DEPLOYMENTS = st.builds(
    Deployment,
    architecture=st.sampled_from([None, "amd64", "arm64"]),
    entrypoint=st.none() | st.lists(st.text(max_size=5), max_size=3).map(tuple),
    command=st.none() | st.lists(st.text(max_size=5), max_size=3).map(tuple),
    on=st.none() | st.dates(),
    features=st.frozensets(st.sampled_from(PACK.features)),
    image=st.sampled_from([None, "", "1.dkr.ecr.eu-west-1.amazonaws.com/a", "ghcr.io/a:latest", "\x1b"]),
    region=st.sampled_from([None, "eu-west-1", "["]),
    account=st.sampled_from([None, "123456789012", ""]),
)


@settings(max_examples=300)
@given(st.lists(LINES, max_size=10).map("\n".join), DEPLOYMENTS)
def test_any_dockerfile(text: str, deployment: Deployment) -> None:
    parsed = dockerfile(text)
    lines = text.splitlines() or [""]
    with no_io():
        reason = PACK.not_for_us(parsed)
    assert reason is None or reason
    for finding in lint(text, deployment=deployment):
        assert finding.problem.message
        assert not finding.problem.message.endswith(".")
        assert finding.problem.location.region.end.line <= len(lines) + 1


ARGUMENTS = st.none() | st.lists(
    st.sampled_from(
        ["/bin/sh", "-c", "/lambda-entrypoint.sh", "app.handler", "['a']", "python", "-m", "awslambdaric", ""]
    ),
    max_size=4,
).map(tuple)


@settings(max_examples=300)
@given(
    ARGUMENTS,
    ARGUMENTS,
    st.builds(Platform, st.text(max_size=4), st.sampled_from(["amd64", "arm64", "", "x"]), st.text(max_size=3)),
    DEPLOYMENTS,
)
def test_any_config(
    entrypoint: tuple[str, ...] | None, command: tuple[str, ...] | None, platform: Platform, deployment: Deployment
) -> None:
    config = image_config(entrypoint=entrypoint, command=command, platform=platform)
    with no_io():
        lint_config(config, "", deployment)


MEDIA_TYPES = st.sampled_from(
    [
        "application/vnd.oci.image.layer.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.diff.tar",
        "application/vnd.in-toto+json",
        "",
        "\x1b[31m",
    ]
)
DESCRIPTIONS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "files": st.fixed_dictionaries(
            {"/var/task/app.py": st.just("x")},
            optional={
                "/lambda-entrypoint.sh": st.just("#!/bin/sh\n"),
                "/var/runtime/runtime-release": st.builds("LAMBDA_RUNTIME_NAME={}".format, st.text(max_size=9)),
                "/var/runtime/bootstrap": st.just("AWS_EXECUTION_ENV=AWS_Lambda_nodejs18.x"),
                "/etc/os-release": st.sampled_from(["", "ID=amzn\nVERSION_ID=2\n", "\x00"]),
            },
        ),
        "style": st.sampled_from(["oci", "docker"]),
        "layer_types": MEDIA_TYPES.map(lambda media_type: [media_type]),
        "config_type": st.sampled_from([None, "", "application/x"]),
        "artifact_type": st.sampled_from(["", "application/x"]),
        "platforms": st.sampled_from([None, ["linux/amd64"], ["linux/amd64", "linux/arm64"]]),
        "attestations": st.booleans(),
        "entrypoint": ARGUMENTS,
        "command": ARGUMENTS,
        "env": st.dictionaries(VARIABLES.filter(bool), VALUES, max_size=3),
        "labels": st.dictionaries(st.sampled_from(["com.amazonaws.lambda.feature.snapstart", "x"]), VALUES),
        "volumes": st.lists(VALUES, max_size=2),
    }
)


@settings(max_examples=150)
@given(DESCRIPTIONS, st.sampled_from(["", "host/app:1", "@", "::"]), DEPLOYMENTS)
def test_any_image(description: dict[str, Any], name: str, deployment: Deployment) -> None:
    subject = image(**description)
    documents = resolve(build(**description), name, name)
    with no_io():
        lint_documents(documents, subject.config, "", deployment)
        lint_image(subject, "", deployment)


# The property tests above reach into few rules, whose conditions random words do not meet. What follows starts from
# what each rule is there for.
_FENCE = re.compile(r"```dockerfile\n(.*?)```", re.DOTALL)
EXAMPLES = sorted({text for rule in packs()[-1].rules for text in _FENCE.findall(rule.docs)})
EXAMPLE_LINES = sorted({line for text in EXAMPLES for line in text.splitlines()})


def changed_text(draw: st.DrawFn, text: str) -> str:
    """A Dockerfile with some lines dropped, doubled, cut off, or taken from another page."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(lines)))
        line = lines[at] if at < len(lines) else draw(st.sampled_from(EXAMPLE_LINES) | LINES)
        kept = draw(st.sampled_from([[], [line, line], [line[: len(line) // 2]], [line[:-1], "\\"]]))
        lines[at : at + 1] = [*kept, *draw(st.lists(st.sampled_from(EXAMPLE_LINES), max_size=1))]
    return "\n".join(lines)


@pytest.mark.parametrize("text", EXAMPLES)
@settings(max_examples=3)
@given(st.data())
def test_any_change_of_an_example(text: str, data: st.DataObject) -> None:
    lint(changed_text(data.draw, text), deployment=data.draw(DEPLOYMENTS))


# Layers of tens of megabytes are slow to make again and again, and only add up.
SMALL = {name: made for name, made in IMAGES.items() if "compression" not in made and name != "large-manifest"}
CONTENTS = st.sampled_from(
    [b"", b"#!/bin/sh\n", b"#!/usr/bin/env -S", b"\x7fELF\2\1", b"{", b"PK\5\6" + bytes(18), b"\xff\xfe\0", b"[" * 5000]
)
ODD_NODES: st.SearchStrategy[Any] = st.one_of(
    st.builds(file, CONTENTS, st.sampled_from([0o755, 0o644, 0])),
    st.builds(symlink, st.sampled_from(["", ".", "/", "/function", "../../x", "/usr/local/bin/python"])),
    st.just(directory(0o700)),
    st.just(device()),
)


def changed_image(draw: st.DrawFn, made: dict[str, Any]) -> dict[str, Any]:
    """An image with files added or replaced, and some of its settings those of another."""
    made, other = dict(made), SMALL[draw(st.sampled_from(sorted(SMALL)))]
    for key in draw(st.sets(st.sampled_from(["entrypoint", "command", "workdir", "env", "user"]))):
        made = {**made, key: other[key]} if key in other else {each: made[each] for each in made if each != key}
    if "files" in made:
        files = {**made["files"], **(other.get("files", {}) if draw(st.booleans()) else {})}
        for path in draw(st.sets(st.sampled_from(sorted(files)), max_size=4)):
            files[path] = draw(ODD_NODES)
        made["files"] = files
    return made


@pytest.mark.parametrize("name", SMALL)
@settings(max_examples=4)
@given(st.data())
def test_any_change_of_a_broken_image(name: str, data: st.DataObject) -> None:
    description, deployment = changed_image(data.draw, SMALL[name]), data.draw(DEPLOYMENTS)
    subject = image(**description)
    documents = resolve(build(**description), "app:1", "app")
    with no_io():
        lint_documents(documents, subject.config, "", deployment)
        lint_image(subject, "", deployment)


POLICY_WORDS = st.sampled_from(
    [
        *("Allow", "Deny", "*", "lambda.amazonaws.com", "ecr:*", "ecr:BatchGetImage", "ecr:[", "?" * 9 + "*" * 40),
        *("arn:aws:iam::123456789012:root", "123456789012", "arn:aws:lambda:*:[:function:*", "${aws:x}", "\ud800", ""),
        *("any", "untagged", "imageCountMoreThan", "sinceImagePushed", "expire", '{"Statement": [{}]}'),
    ]
)
POLICY_VALUES = st.recursive(
    POLICY_WORDS | st.none() | st.booleans() | st.integers(-1, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(POLICY_WORDS, inner, max_size=3),
    max_leaves=8,
)
STATEMENTS = st.fixed_dictionaries(
    {"Principal": POLICY_VALUES, "Action": st.sampled_from(["ecr:*", ["*", 3], {}, "ecr:" + "*" * 60 + "x"])},
    optional={
        "Effect": POLICY_VALUES,
        "NotAction": POLICY_VALUES,
        "NotPrincipal": POLICY_VALUES,
        "Condition": st.dictionaries(
            st.sampled_from(["ArnLike", "StringEquals", "Null", ""]),
            st.dictionaries(st.sampled_from(["aws:sourceArn", "AWS:SourceAccount", "x"]), POLICY_VALUES, max_size=2)
            | POLICY_VALUES,
            max_size=2,
        )
        | POLICY_VALUES,
    },
)
LIFECYCLE_RULES = st.fixed_dictionaries(
    {
        "selection": st.dictionaries(st.sampled_from(["tagStatus", "countType", "countNumber"]), POLICY_VALUES)
        | POLICY_VALUES,
        "action": st.dictionaries(st.just("type"), POLICY_VALUES) | POLICY_VALUES,
    }
)
JSON_FILES = st.one_of(
    st.builds(lambda statements: {"Statement": statements}, STATEMENTS | st.lists(STATEMENTS, max_size=3)),
    st.builds(lambda rules: {"rules": rules}, st.lists(LIFECYCLE_RULES, max_size=3)),
    st.dictionaries(
        st.sampled_from(["Statement", "policyText", "registryId", "rules", "lifecyclePolicyText"]), POLICY_VALUES
    ),
    POLICY_VALUES,
)


@settings(max_examples=300)
@given(JSON_FILES, DEPLOYMENTS)
def test_any_json_file(content: Any, deployment: Deployment) -> None:
    subject, every = document(content), packs()
    with no_io():
        PACK.json_kind(subject)
        assert check_json(subject, every, deployment).failures == ()
