"""Ignore entries of the settings: what they cover in an image, and what is said of those that do nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.reports import finding

from lambda_lint.location import ImageLocation, Location, Position, Region, SourceLocation
from lambda_lint.report import Finding
from lambda_lint.rule import Rule
from lambda_lint.suppression import RULES, IgnoreEntry, about_entries, sieve
from lambda_lint.values import replace

TODAY = date(2026, 11, 23)
RAN = frozenset({"bad-thing", *(rule.name for rule in RULES)})


def at(path: str) -> Finding:
    return finding(location=ImageLocation(path=path))


def suppressed(entry: IgnoreEntry, *findings: Finding, on: date | None = TODAY) -> int:
    kept, gone = sieve(findings, [entry], on)
    assert len(kept) + len(gone) == len(findings)
    return len(gone)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/opt/a.py", "/opt/a.py", True),
        ("/opt/a.py", "/opt/aXpy", False),
        ("/opt/*.py", "/opt/a.py", True),
        ("/opt/*.py", "/opt/a/b.py", False),
        ("/opt/**", "/opt/a/b.py", True),
        ("/opt/**/b.py", "/opt/a/c/b.py", True),
        ("**/b.py", "/opt/a/b.py", True),
        ("/opt/?.py", "/opt/a.py", True),
        ("/opt?a.py", "/opt/a.py", False),
        ("/opt/[a].py", "/opt/[a].py", True),
        ("/opt", "/opt/a.py", False),
        ("/opt/", "/opt/b/a.py", True),
        ("./opt/a.py", "/opt/a.py", False),
    ],
)
def test_a_pattern_is_that_of_a_whole_path(pattern: str, path: str, matches: bool) -> None:
    assert suppressed(IgnoreEntry("bad-thing", pattern, "why"), at(path)) == matches


@pytest.mark.parametrize(
    "location",
    [ImageLocation(key="config.Cmd"), ImageLocation(layer=2), ImageLocation(path="/a")],
    ids=["key", "layer", "path"],
)
def test_without_a_pattern_every_finding_of_the_rule_is_covered(location: Location) -> None:
    assert suppressed(IgnoreEntry("bad-thing"), finding(location=location)) == 1
    assert suppressed(IgnoreEntry("bad-thing", "/**"), finding(location=location)) == (location.path == "/a")
    assert suppressed(IgnoreEntry("other-thing"), finding(location=location)) == 0


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("", "Dockerfile", True),
        ("Dockerfile", "Dockerfile", True),
        ("Dockerfile", "lambda/Dockerfile", True),
        ("Dockerfile", "lambda/my.Dockerfile", False),
        ("lambda/Dockerfile", "Dockerfile", False),
        ("lambda/Dockerfile", "/src/lambda/Dockerfile", True),
        ("a/Dockerfile", "lambda/Dockerfile", False),
        ("services/*/Dockerfile", "services/orders/Dockerfile", True),
        ("services/*/Dockerfile", "services/a/b/Dockerfile", False),
        ("services/**", "src/services/a/b/Dockerfile", True),
        ("**/Dockerfile", "Dockerfile", True),
        ("*.Dockerfile", "lambda/my.Dockerfile", True),
        ("/src/Dockerfile", "/src/Dockerfile", True),
        ("/src/Dockerfile", "/lib/src/Dockerfile", False),
        ("/opt/vendor/**", "opt/vendor/Dockerfile", False),
        ("./Dockerfile", "Dockerfile", True),
        ("./services/*/Dockerfile", "/src/services/orders/Dockerfile", True),
        ("services/", "services/a/b/Dockerfile", True),
        ("services/", "services", False),
    ],
)
def test_a_pattern_is_the_end_of_the_path_of_a_dockerfile(pattern: str, path: str, matches: bool) -> None:
    found = finding(location=SourceLocation(path, Region(Position(1, 1), Position(1, 2))))
    assert suppressed(IgnoreEntry("bad-thing", pattern, "why"), found) == matches


def test_the_end_of_a_path_is_none_in_an_image() -> None:
    assert suppressed(IgnoreEntry("bad-thing", "app/Dockerfile"), at("/app/Dockerfile")) == 0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_entry_covers_what_is_said_of_ignores(rule: Rule) -> None:
    assert suppressed(IgnoreEntry(rule.name), replace(finding(), rule=rule)) == 0


@pytest.mark.parametrize(
    ("on", "count"),
    [
        pytest.param(date(2026, 11, 22), 1, id="before"),
        pytest.param(TODAY, 1, id="on the last day"),
        pytest.param(date(2026, 11, 24), 0, id="after"),
        pytest.param(None, 1, id="no day known"),
    ],
)
def test_an_entry_holds_to_the_end_of_its_last_day(on: date | None, count: int) -> None:
    assert suppressed(IgnoreEntry("bad-thing", expires=TODAY), at("/a"), on=on) == count


def test_a_suppressed_finding_remembers_why_and_by_what() -> None:
    entries = [IgnoreEntry("other"), IgnoreEntry("bad-thing", "/b"), IgnoreEntry("bad-thing", reason="why")]
    subject = at("/a")
    kept, (gone,) = sieve([subject], entries, TODAY)
    assert (kept, gone.finding, gone.reason) == ((), subject, "why")
    assert gone.by == ImageLocation(key="settings.ignores[2]")


def said(
    *entries: IgnoreEntry,
    findings: tuple[Finding, ...] = (),
    complete: bool = True,
    files: tuple[str, ...] = (),
    of_images: frozenset[str] = RAN,
) -> list[tuple[str, int, str]]:
    _, gone = sieve(findings, entries, TODAY)
    about = about_entries(
        entries, gone, RAN, TODAY, "pyproject.toml", of_images=of_images, files=files, complete=complete
    )
    assert all(isinstance(item.problem.location, SourceLocation) for item in about)
    assert {item.problem.location.path for item in about} <= {"pyproject.toml"}
    return [
        (f"{item.severity} {item.rule.name}", item.problem.location.region.start.line, item.evidence) for item in about
    ]


def test_of_an_entry_that_is_used_and_gives_a_reason_nothing_is_said() -> None:
    assert said(IgnoreEntry("bad-thing", "/a", "why", TODAY), findings=(at("/a"),)) == []


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param(
            IgnoreEntry("bad-thing", "/b", "why"), ("warning unused-ignore", "bad-thing at /b"), id="matches nothing"
        ),
        pytest.param(
            IgnoreEntry("bad-thing", "/a", "why", date(2026, 1, 31)),
            ("warning expired-ignore", "bad-thing at /a until 2026-01-31"),
            id="expired",
        ),
        pytest.param(
            IgnoreEntry("bad-thing", "/b", "why", date(2026, 1, 31)),
            ("warning expired-ignore", "bad-thing at /b until 2026-01-31"),
            id="expired and unused is said once",
        ),
        pytest.param(IgnoreEntry("bad-thing"), ("note ignore-without-reason", "bad-thing"), id="no reason"),
    ],
)
def test_what_is_to_say_of_an_entry(entry: IgnoreEntry, expected: tuple[str, str]) -> None:
    rule, evidence = expected
    first = IgnoreEntry("bad-thing", "/c", "why")
    region = Region(Position(7, 1), Position(7, 20))
    found = said(first, replace(entry, region=region), findings=(at("/a"), at("/c")))
    assert found == [(rule, 7, evidence)]


def test_an_entry_whose_place_is_not_known_is_somewhere_in_the_file() -> None:
    assert said(IgnoreEntry("bad-thing", "/b", "why")) == [("warning unused-ignore", 1, "bad-thing at /b")]


@pytest.mark.parametrize("rule", ["bad-thing", "not-run"])
def test_nothing_is_called_unused_when_its_rule_did_not_run_or_an_image_was_not_read(rule: str) -> None:
    assert said(IgnoreEntry(rule, reason="why"), complete=rule != "bad-thing") == []


@pytest.mark.parametrize(
    ("path", "files", "complete", "told"),
    [
        pytest.param("a/Dockerfile", ("a/Dockerfile",), False, True, id="the Dockerfile was linted"),
        pytest.param("a/Dockerfile", ("b/Dockerfile",), True, False, id="another Dockerfile was linted"),
        pytest.param("**/Dockerfile", (), True, False, id="it may be for a Dockerfile, and none was linted"),
        pytest.param("**/app.py", ("Dockerfile",), True, True, id="images and Dockerfiles were linted"),
        pytest.param("", ("Dockerfile",), False, False, id="it may be for images, and none was linted"),
    ],
)
def test_what_an_entry_may_be_for_was_linted(path: str, files: tuple[str, ...], complete: bool, told: bool) -> None:
    found = said(IgnoreEntry("bad-thing", path, "why"), files=files, complete=complete)
    assert [rule for rule, *_ in found] == ["warning unused-ignore"] * told


def test_an_entry_of_a_rule_for_dockerfiles_is_not_unused_in_an_image() -> None:
    assert said(IgnoreEntry("bad-thing", reason="why"), of_images=frozenset()) == []


def test_the_fix_names_the_file() -> None:
    entry = IgnoreEntry("bad-thing", reason="x")
    about = about_entries([entry], (), RAN, TODAY, "lambda-lint.toml", of_images=RAN, files=(), complete=True)
    assert [item.problem.fix for item in about] == ["remove the entry from lambda-lint.toml"]
    about = about_entries([entry], (), RAN, TODAY, "/src/lambda-lint.toml", of_images=RAN, files=(), complete=True)
    assert [item.problem.fix for item in about] == ["remove the entry from lambda-lint.toml"]


@given(st.text(alphabet="/ab*?.[]\n"), st.text(alphabet="/ab.[]\n"))
def test_any_pattern_is_one_and_every_path_matches_itself(pattern: str, path: str) -> None:
    assert suppressed(IgnoreEntry("bad-thing", pattern), at(f"/{path}")) in (0, 1)
    assert suppressed(IgnoreEntry("bad-thing", f"/{path}"), at(f"/{path}")) == 1
