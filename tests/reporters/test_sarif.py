"""SARIF, and what GitHub code scanning needs of it."""

import json
from typing import Any

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

from lambda_lint.about import VERSION
from lambda_lint.location import Position, Region, SourceLocation
from lambda_lint.report import Finding, Share
from lambda_lint.reporters import REPORTERS, Style
from lambda_lint.reporters.sarif import image_name
from lambda_lint.values import replace

CMD = ImageLocation(key="config.Cmd")
UNREAD = TargetReport("gone:1", None, failures=(Failure("no such file"),))


def document(*targets: TargetReport, root: str = "/repo") -> Any:
    text = REPORTERS["sarif"](report(*targets), Style(root=root))
    assert text.isascii()
    return json.loads(text)


def runs(*targets: TargetReport) -> Any:
    return document(*targets)["runs"]


def result(target: TargetReport) -> Any:
    ((only,),) = [run["results"] for run in runs(target)]
    return only


def test_there_is_one_run_for_all_dockerfiles_and_one_for_each_image():
    found = runs(image(target="repo/app:1"), dockerfile(), dockerfile(target="b/Dockerfile"), UNREAD, image(target="x"))
    assert [run["automationDetails"]["id"] for run in found] == [
        "lambda-lint/dockerfile/",
        "lambda-lint/unread/",
        "lambda-lint/image/app/",
        "lambda-lint/image/x/",
    ]


def test_two_images_of_one_name_do_not_close_each_other_s_alerts():
    found = runs(image(target="a/app:1"), image(target="b/app:2"), image(target="app-2"))
    assert [run["automationDetails"]["id"] for run in found] == [
        "lambda-lint/image/app/",
        "lambda-lint/image/app-3/",
        "lambda-lint/image/app-2/",
    ]


def test_shares_of_a_list_do_not_close_each_other_s_alerts():
    listed = ("a/app:1", "b/app:1", "one/Dockerfile", "two/Dockerfile")
    shares = (
        (image(target="a/app:1"), dockerfile(target="one/Dockerfile")),
        (image(target="b/app:1"), dockerfile(target="two/Dockerfile")),
        (),
    )
    assert [
        [run["automationDetails"]["id"] for run in json.loads(REPORTERS["sarif"](whole, Style(root="/repo")))["runs"]]
        for number, targets in enumerate(shares, 1)
        for whole in [replace(report(*targets), share=Share(number, 3, listed))]
    ] == [
        ["lambda-lint/dockerfile/1-of-3/", "lambda-lint/image/app/"],
        ["lambda-lint/dockerfile/2-of-3/", "lambda-lint/image/app-2/"],
        ["lambda-lint/nothing/3-of-3/"],
    ]


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("app", "app"),
        ("registry.example:5000/team/app:1.2", "app"),
        ("team/app@sha256:" + "0" * 64, "app"),
        ("docker-daemon:team/app:1", "app"),
        ("docker://host/team/app:1", "app"),
        ("oci:build/image:latest", "image"),
        ("oci:build/image/", "image"),
        ("docker-archive:out/app 1.tar", "app-1.tar"),
        ("oci:.", "image"),
    ],
)
def test_the_name_of_an_image_is_the_same_for_every_build(target: str, name: str):
    assert image_name(target) == name


def test_a_clean_run_has_no_results_and_all_rules():
    (run,) = runs(dockerfile())
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["silent-one"]
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 0, "toolExecutionNotifications": []}]


def test_a_share_of_no_target_has_a_run_nevertheless():
    (run,) = runs()
    assert (run["automationDetails"]["id"], run["results"]) == ("lambda-lint/nothing/", [])


def test_a_rule_is_described_in_full():
    driver = runs(dockerfile(finding(severity=Severity.NOTE)))[0]["tool"]["driver"]
    page = "# Title of bad-thing\n\n`bad-thing` · note · Dockerfile · since 0.1.0\n\nWhy it\nmatters.\n\n## Bad\n"
    assert (driver["name"], driver["version"], driver["semanticVersion"]) == ("lambda-lint", VERSION, VERSION)
    assert driver["rules"][0] == {
        "id": "bad-thing",
        "name": "BadThing",
        "shortDescription": {"text": "Title of bad-thing."},
        "fullDescription": {"text": "Why it matters."},
        "help": {"text": page, "markdown": page},
        "helpUri": "https://github.com/lambda-lint/lambda-lint/blob/main/rules/docs/bad-thing.md",
        "defaultConfiguration": {"level": "note"},
        "properties": {"tags": ["dockerfile"], "precision": "very-high", "problem.severity": "recommendation"},
    }


def test_a_finding_in_a_dockerfile_is_at_its_region():
    found = result(dockerfile(finding("CMD is bad", line(2, 5, 16), fix="write CMD []")))
    assert found == {
        "ruleId": "bad-thing",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "CMD is bad. Fix: write CMD []."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "app/Dockerfile", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 16},
                }
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": found["partialFingerprints"]["primaryLocationLineHash"]},
    }


def test_a_finding_in_an_image_says_in_words_where_it_is():
    found = result(image(finding(location=ImageLocation(path="/a", layer=1), evidence="-rw------- 0:0")))
    assert found["message"] == {"text": "it is bad. Found in image app:1 at /a (-rw------- 0:0)."}
    assert found["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "image/app", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
            },
            "logicalLocations": [{"name": "/a", "fullyQualifiedName": "app:1: /a", "kind": "resource"}],
        }
    ]


def test_related_places_are_linked_from_the_message():
    found = result(dockerfile(finding(related=(("set here", line(1)), ("and [here](3)", line(3))))))
    assert found["message"]["text"] == "it is bad. See [app/Dockerfile:1:1](1). See [app/Dockerfile:3:1](2)."
    assert [(place["id"], place["message"]["text"]) for place in found["relatedLocations"]] == [
        (1, "set here."),
        (2, "and [here] (3)."),
    ]
    assert found["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 1


def test_what_is_said_of_the_settings_is_at_their_line_and_told_by_what_it_says():
    def unused(line: int, evidence: str) -> Finding:
        region = Region(Position(line, 1), Position(line, 17))
        return finding("this ignore expired", SourceLocation("app/lambda-lint.toml", region), evidence=evidence)

    for made in (dockerfile, image):
        first, moved, other = (
            result(made(unused(line, evidence)))
            for line, evidence in ((1, "bad-thing at /a"), (2, "bad-thing at /a"), (2, "bad-thing at /b"))
        )
        assert first["message"] == {"text": "this ignore expired."}
        assert moved["locations"][0]["physicalLocation"] == {
            "artifactLocation": {"uri": "app/lambda-lint.toml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 17},
        }
        assert first["partialFingerprints"] == moved["partialFingerprints"] != other["partialFingerprints"]


def test_a_question_ends_a_sentence_as_well():
    found = result(dockerfile(finding("there is no `x`; did you mean y?", fix="write y")))
    assert found["message"]["text"] == "there is no `x`; did you mean y? Fix: write y."


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("Dockerfile", {"uri": "Dockerfile", "uriBaseId": "%SRCROOT%"}, id="relative"),
        pytest.param("/repo/a/Dockerfile", {"uri": "a/Dockerfile", "uriBaseId": "%SRCROOT%"}, id="absolute inside"),
        pytest.param("/tmp/Dockerfile", {"uri": "file:///tmp/Dockerfile"}, id="outside"),
        pytest.param(
            "a:b/é ü/Dockerfile", {"uri": "a%3Ab/%C3%A9%20%C3%BC/Dockerfile", "uriBaseId": "%SRCROOT%"}, id="quoted"
        ),
    ],
)
def test_a_file_is_named_from_the_folder_of_the_run(path: str, expected: dict[str, str]):
    found = result(dockerfile(finding(location=line(1, path=path))))
    assert found["locations"][0]["physicalLocation"]["artifactLocation"] == expected


def fingerprint(target: TargetReport) -> str:
    return str(result(target)["partialFingerprints"]["primaryLocationLineHash"])


def test_a_finding_keeps_its_identity_when_its_line_moves():
    before = dockerfile(finding(location=line(2)), source="FROM a\nCMD x\n")
    after = dockerfile(finding("in other words", location=line(4)), source="FROM a\n\n\n  CMD x\n")
    assert fingerprint(before) == fingerprint(after)


def test_a_finding_keeps_its_identity_from_build_to_build_of_an_image():
    place = ImageLocation(path="/a", layer=3)
    before = image(finding(location=place), target="app:1")
    after = image(finding(location=ImageLocation(path="/a", layer=4)), target="app@sha256:" + "0" * 64)
    assert fingerprint(before) == fingerprint(after)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(image(finding(location=CMD, name="other-thing")), id="rule"),
        pytest.param(image(finding(location=ImageLocation(key="config.Entrypoint"))), id="place"),
        pytest.param(image(finding(location=CMD), target="other"), id="image"),
        pytest.param(image(finding(location=CMD), architecture="amd64"), id="platform"),
    ],
)
def test_findings_differ_by(other: TargetReport):
    assert fingerprint(image(finding(location=CMD))) != fingerprint(other)


def test_the_same_finding_on_equal_lines_is_told_apart():
    source = "RUN x\nRUN x\n"
    (run,) = runs(dockerfile(finding(location=line(1)), finding(location=line(2)), source=source))
    hashes = [found["partialFingerprints"]["primaryLocationLineHash"].split(":") for found in run["results"]]
    assert hashes[0][0] == hashes[1][0]
    assert [count for _, count in hashes] == ["1", "2"]


def test_failures_and_skipped_targets_are_notifications():
    skipped = TargetReport("ci/Dockerfile", SubjectKind.DOCKERFILE, skipped="no sign of a function")
    crashed = TargetReport("app:1", SubjectKind.IMAGE, FACTS, failures=(Failure("crashed with X", "bad-thing"),))
    found = runs(dockerfile(), skipped, crashed, UNREAD)
    assert [run["invocations"][0] for run in found] == [
        {
            "executionSuccessful": True,
            "exitCode": 3,
            "toolExecutionNotifications": [
                {"level": "note", "message": {"text": "ci/Dockerfile: skipped, no sign of a function."}}
            ],
        },
        {
            "executionSuccessful": False,
            "exitCode": 3,
            "toolExecutionNotifications": [{"level": "error", "message": {"text": "gone:1: no such file."}}],
        },
        {
            "executionSuccessful": False,
            "exitCode": 3,
            "toolExecutionNotifications": [
                {
                    "level": "error",
                    "message": {"text": "app:1: rule bad-thing crashed with X."},
                    "associatedRule": {"id": "bad-thing"},
                }
            ],
        },
    ]


def test_what_github_would_drop_is_left_out_and_said():
    (run,) = runs(dockerfile(*[finding(location=line(number)) for number in range(1, 5002)]))
    assert len(run["results"]) == 5000
    assert run["invocations"][0]["toolExecutionNotifications"] == [
        {"level": "warning", "message": {"text": "There are 5001 findings; the first 5000 of them are in this file."}}
    ]


def test_a_long_text_is_cut_but_not_its_links():
    found = result(dockerfile(finding("x" * 3000, related=(("here", line(1)),))))
    assert len(found["message"]["text"]) == 1024
    assert found["message"]["text"].endswith("xxx... See [app/Dockerfile:1:1](1).")


@settings(max_examples=50)
@given(st.text(st.sampled_from("a[](1){0}\r\n\x1b\ud800é ")))
def test_no_text_can_make_a_link_of_its_own(text: str):
    found = result(dockerfile(finding(text, fix=text)))
    assert "](" not in found["message"]["text"]
    assert found["message"]["text"].isprintable()


def test_a_suppressed_result_says_why_and_all_results_of_its_run_tell_whether_they_are():
    by_comment = Suppressed(finding("CMD is bad"), "as planned](", line(1, 5, 9))
    by_settings = Suppressed(finding("COPY is bad"), "", ImageLocation(key="settings.ignores[0]"))
    (run,) = runs(replace(dockerfile(finding("RUN is bad")), suppressed=(by_comment, by_settings)))
    assert [(result["message"]["text"], result["suppressions"]) for result in run["results"]] == [
        ("RUN is bad.", []),
        ("CMD is bad.", [{"kind": "inSource", "status": "accepted", "justification": "as planned] (."}]),
        ("COPY is bad.", [{"kind": "external", "status": "accepted"}]),
    ]
    assert len({result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]}) == 3


def test_a_run_in_which_nothing_is_suppressed_says_nothing_of_it():
    assert "suppressions" not in result(dockerfile(finding()))
