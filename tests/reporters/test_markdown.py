"""The Markdown page for a job's summary."""

import pytest

from lambda_lint.location import ImageLocation, Position, Region, SourceLocation
from lambda_lint.report import Failure, Finding, Report, SubjectKind, TargetReport
from lambda_lint.reporters import REPORTERS, Style
from lambda_lint.rule import Problem, Rule, Severity

RULE = Rule("bad-thing", Severity.ERROR, "0.1.0", "Title.")
LINE = SourceLocation("app/Dockerfile", Region(Position(4), Position(4, 9)))
URL = "https://github.com/lambda-lint/lambda-lint/blob/main/rules/docs/bad-thing.md"


def finding(message: str = "it is bad", location=LINE, severity: Severity = Severity.ERROR, fix: str = "") -> Finding:
    return Finding(RULE, severity, Problem(message, location, fix))


def page(*targets: TargetReport) -> list[str]:
    return REPORTERS["markdown"](Report(targets, (RULE,)), Style()).splitlines()


def test_a_clean_image_is_one_row_with_its_passport():
    facts = {
        "os": "linux",
        "architecture": "arm64",
        "uncompressed_size": 3 * 2**20,
        "size_limit": 10 * 2**30,
        "handler": "app.handler",
    }

    assert page(TargetReport("app:1", SubjectKind.IMAGE, facts)) == [
        "## lambda-lint",
        "",
        "| target | outcome | facts |",
        "| --- | --- | --- |",
        r"| app\:1 | ✅ clean | linux/arm64, 3 MiB of 10 GiB, app\.handler |",
    ]


def test_findings_follow_with_their_place_their_fix_and_a_link_to_the_rule():
    dockerfile = TargetReport("app/Dockerfile", SubjectKind.DOCKERFILE, findings=(finding(fix="do good"),))
    image = TargetReport(
        "app:1", SubjectKind.IMAGE, findings=(finding(location=ImageLocation("config.Cmd"), severity=Severity.WARNING),)
    )

    assert page(dockerfile, image)[4:] == [
        r"| app/Dockerfile | ❌ 1 error |  |",
        r"| app\:1 | 🔶 1 warning |  |",
        "",
        "| | where | what | rule |",
        "| --- | --- | --- | --- |",
        rf"| ❌ error | app/Dockerfile\:4\:1 | it is bad<br>Fix: do good | [bad-thing]({URL}) |",
        rf"| 🔶 warning | app\:1, config\: Cmd | it is bad | [bad-thing]({URL}) |",
    ]


def test_what_could_not_be_finished_is_told_first():
    target = TargetReport(
        "app:1", None, findings=(finding(),), failures=(Failure("gone"), Failure("crashed", "a-rule"))
    )

    assert page(target)[4:10] == [
        r"| app\:1 | ❌ not finished, ❌ 1 error |  |",
        "",
        "| | where | what | rule |",
        "| --- | --- | --- | --- |",
        r"| ❌ | app\:1 | could not finish: gone |  |",
        r"| ❌ | app\:1 | could not finish: rule a-rule crashed |  |",
    ]


def test_skipped_dockerfiles_are_counted():
    skipped = TargetReport("web/Dockerfile", SubjectKind.DOCKERFILE, skipped="no sign of it")

    assert page(skipped, skipped)[4:] == ["", "2 Dockerfiles skipped."]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("<img src=x>", r"\<img src=x\>"),
        ("[x](https://e.example)", r"\[x\]\(https\://e\.example\)"),
        ("$x$ **b** _i_ &lt; www.e.example", r"\$x\$ \*\*b\*\* \_i\_ \&lt; www\.e\.example"),
        ("`code`", r"\`code\`"),
        ("a\nb\x1b[2J", r"a\\x0ab\\x1b\[2J"),
        ("\\|", r"\\\|"),
    ],
)
def test_no_word_of_a_target_becomes_markup(text: str, shown: str):
    assert page(TargetReport(text, SubjectKind.IMAGE))[4] == f"| {shown} | ✅ clean |  |"


def test_a_summary_too_long_for_github_is_cut_and_says_so():
    target = TargetReport("app/Dockerfile", SubjectKind.DOCKERFILE, findings=(finding(),) * 502)

    lines = page(target)

    assert len([line for line in lines if "bad-thing" in line]) == 500
    assert lines[-1] == "And 2 more, see the log."


def test_an_empty_share_says_so():
    assert page() == ["## lambda-lint", "", "Nothing to lint."]
