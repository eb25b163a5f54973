"""The report for programs."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reports import (
    FACTS,
    Failure,
    ImageLocation,
    Severity,
    SubjectKind,
    Suppressed,
    TargetReport,
    dockerfile,
    finding,
    image,
    line,
    report,
)

from lambda_lint import reporters
from lambda_lint.about import VERSION
from lambda_lint.reporters import REPORTERS, Style
from lambda_lint.values import replace

SCHEMA = json.loads((Path(reporters.__file__).parent / "report.schema.json").read_text())
CONTRACT = jsonschema.Draft202012Validator(SCHEMA)
UNREAD = TargetReport("gone", None, failures=(Failure("gone: no such file"), Failure("crashed with X", "bad-thing")))
SKIPPED = TargetReport("ci/Dockerfile", SubjectKind.DOCKERFILE, skipped="no sign of a function", settings="a.toml")


def document(*targets: TargetReport) -> Any:
    text = REPORTERS["json"](report(*targets), Style())
    assert text.isascii()
    assert text.endswith("}\n")
    parsed = json.loads(text)
    CONTRACT.validate(parsed)
    return parsed


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_run_is_summed_up():
    note = finding(name="small-thing", severity=Severity.NOTE)
    assert {
        key: value for key, value in document(dockerfile(finding(), note), SKIPPED).items() if key != "targets"
    } == {
        "version": 1,
        "tool": {"name": "lambda-lint", "version": VERSION, "rules": ["bad-thing", "small-thing", "silent-one"]},
        "summary": {
            "exit_status": 1,
            "targets": 2,
            "skipped": 1,
            "errors": 1,
            "warnings": 0,
            "notes": 1,
            "failures": 0,
            "suppressed": 0,
        },
    }


def test_a_finding_says_everything():
    found = finding("CMD is bad", line(2, 5, 16), fix="write CMD []", related=(("set here", line(1)),))
    (target,) = document(dockerfile(found))["targets"]
    assert target == {
        "target": "app/Dockerfile",
        "kind": "dockerfile",
        "settings": None,
        "skipped": None,
        "facts": {},
        "findings": [
            {
                "rule": "bad-thing",
                "severity": "error",
                "message": "CMD is bad",
                "location": {
                    "path": "app/Dockerfile",
                    "start": {"line": 2, "column": 5},
                    "end": {"line": 2, "column": 16},
                },
                "evidence": None,
                "fix": "write CMD []",
                "related": [
                    {
                        "message": "set here",
                        "location": {
                            "path": "app/Dockerfile",
                            "start": {"line": 1, "column": 1},
                            "end": {"line": 1, "column": 2},
                        },
                    }
                ],
                "url": "https://github.com/lambda-lint/lambda-lint/blob/main/rules/docs/bad-thing.md",
            }
        ],
        "failures": [],
        "suppressed": [],
    }


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        pytest.param(ImageLocation(key="config.Cmd"), {"key": "config.Cmd"}, id="key"),
        pytest.param(ImageLocation(layer=2), {"layer": 2, "path": None}, id="layer"),
        pytest.param(ImageLocation(path="/a"), {"layer": None, "path": "/a"}, id="path"),
        pytest.param(ImageLocation(layer=0, path="/a"), {"layer": 0, "path": "/a"}, id="path in a layer"),
        pytest.param(ImageLocation(layer=0, path="/a", line=4), {"layer": 0, "path": "/a", "line": 4}, id="line"),
    ],
)
def test_a_place_in_an_image_is_a_key_or_a_layer_and_a_path(location: ImageLocation, expected: object):
    (target,) = document(image(finding(location=location, evidence="seen")))["targets"]
    assert target["findings"][0]["location"] == expected
    assert target["findings"][0]["evidence"] == "seen"


def test_facts_come_as_they_are():
    (target,) = document(image(more={"a": [1, None]}))["targets"]
    assert target["facts"] == {**FACTS, "more": {"a": [1, None]}}


def test_what_could_not_be_read_and_what_was_skipped_say_why():
    first, second = document(UNREAD, SKIPPED)["targets"]
    assert (first["kind"], first["failures"]) == (
        None,
        [{"message": "gone: no such file", "rule": None}, {"message": "crashed with X", "rule": "bad-thing"}],
    )
    assert (second["kind"], second["skipped"], second["settings"]) == ("dockerfile", "no sign of a function", "a.toml")


@pytest.mark.parametrize(
    "fact", ["architecture", "os", "uncompressed_size", "layers", "entrypoint", "command", "workdir"]
)
def test_the_schema_asks_for_the_promised_facts_of_an_image(fact: str):
    complete = document(image())
    del complete["targets"][0]["facts"][fact]
    with pytest.raises(jsonschema.ValidationError, match=f"'{fact}' is a required property"):
        CONTRACT.validate(complete)


@settings(max_examples=30)
@given(st.text())
def test_any_text_comes_through_unchanged(text: str):
    found = finding(text or "x", ImageLocation(path=f"/{text}"), fix=text)
    (target,) = document(image(found, target=text))["targets"]
    assert (target["target"], target["findings"][0]["location"]["path"]) == (text, f"/{text}")


def test_what_was_suppressed_is_told_and_does_not_count():
    off = Suppressed(finding("CMD is bad"), "as planned", line(1, 5, 9))
    other = Suppressed(finding("COPY is bad"), "", ImageLocation(key="settings.ignores[0]"))
    found = document(replace(dockerfile(), suppressed=(off, other)))
    assert (found["summary"]["suppressed"], found["summary"]["errors"], found["summary"]["exit_status"]) == (2, 0, 0)
    (target,) = found["targets"]
    assert target["findings"] == []
    shown = [(item["message"], item["reason"], item["suppressed_by"]) for item in target["suppressed"]]
    place = {"path": "app/Dockerfile", "start": {"line": 1, "column": 5}, "end": {"line": 1, "column": 9}}
    assert shown == [("CMD is bad", "as planned", place), ("COPY is bad", None, {"key": "settings.ignores[0]"})]
