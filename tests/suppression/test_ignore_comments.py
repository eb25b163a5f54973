"""Ignore comments in Dockerfiles: what they cover, and what is said of those that do nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_lint.deployment import Deployment
from lambda_lint.dockerfile import Dockerfile, parse
from lambda_lint.engine import OWN_RULES, check_dockerfile, in_order
from lambda_lint.location import SourceLocation
from lambda_lint.report import Finding
from lambda_lint.rule import Pack, Problem, Rule, Severity
from lambda_lint.suppression import sieve_dockerfile


def every(keyword: str) -> Rule:
    """A rule that has something against every instruction of a kind."""

    def check(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
        for instruction in dockerfile.instructions:
            if instruction.keyword == keyword:
                place = instruction.heredocs[-1].region if instruction.heredocs else instruction.region
                yield Problem(f"no {keyword}", SourceLocation(dockerfile.path, place))

    return Rule(f"no-{keyword.lower()}", Severity.ERROR, "0.1.0", "", check_dockerfile=check)


def silent(_image: object, _deployment: Deployment) -> Iterator[Problem]:
    return iter(())


IMAGE_ONLY = Rule("big-image", Severity.ERROR, "0.1.0", "", check_image=silent)
NOT_RUN = Rule("not-run", Severity.ERROR, "0.1.0", "", check_image=silent)
RULES = (*OWN_RULES, every("RUN"), every("CMD"), every("FROM"), IMAGE_ONLY)
KNOWN = {rule.name: rule for rule in (*RULES, NOT_RUN)}


def lint(text: str) -> tuple[tuple[Finding, ...], list[tuple[str, int, str]]]:
    """What counts, and of what does not: rule, line, reason."""
    dockerfile = parse(text.encode(), "Dockerfile")
    outcome = check_dockerfile(dockerfile, [Pack("toy", RULES)], Deployment())
    ran = {rule.name for rule in RULES}
    kept, suppressed = sieve_dockerfile(dockerfile, outcome.findings, KNOWN, ran)
    gone = [(item.finding.rule.name, line_of(item.finding), item.reason) for item in suppressed]
    return in_order(kept), gone


def line_of(finding: Finding) -> int:
    assert isinstance(finding.problem.location, SourceLocation)
    return finding.problem.location.region.start.line


def left(text: str) -> list[tuple[str, int]]:
    return [(finding.rule.name, line_of(finding)) for finding in lint(text)[0] if finding.rule not in OWN_RULES]


def about(text: str) -> list[tuple[str, str, str]]:
    """Findings about the comments themselves: severity and rule, what the source holds there, message."""
    found = []
    for finding in lint(text)[0]:
        location = finding.problem.location
        assert isinstance(location, SourceLocation)
        if finding.rule in OWN_RULES:
            line = text.splitlines()[location.region.start.line - 1]
            shown = line[location.region.start.column - 1 : location.region.end.column - 1]
            found.append((f"{finding.severity} {finding.rule.name}", shown, finding.problem.message))
    return found


@pytest.mark.parametrize(
    ("comments", "gone"),
    [
        pytest.param("# lambda-lint: ignore[no-run] slow base", [("no-run", 3, "slow base")], id="plain"),
        pytest.param("#lambda-lint:ignore[no-run]slow", [("no-run", 3, "slow")], id="no blanks"),
        pytest.param("# Lambda-Lint: Ignore[ no-run , no-cmd ] - why", [("no-run", 3, "why")], id="loose"),
        pytest.param("# lambda-lint: ignore[no-cmd, no-run]: [a] reason", [("no-run", 3, "[a] reason")], id="a list"),
    ],
)
def test_a_comment_covers_the_next_instruction_and_no_other(comments: str, gone: list[tuple[str, int, str]]) -> None:
    text = f"FROM a\n{comments}\nRUN b\nRUN c\n"
    assert lint(text)[1] == gone
    assert left(text) == [("no-from", 1), ("no-run", 4)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param(
            "# lambda-lint: ignore[no-run] x\n\n# more\n\nRUN a\nRUN b", [("no-run", 7)], id="blank lines between"
        ),
        pytest.param(
            "# lambda-lint: ignore[no-run] x\nCMD a\nRUN b", [("no-cmd", 3), ("no-run", 4)], id="another rule"
        ),
        pytest.param("# lambda-lint: ignore[no-run] x\nRUN a \\\n  b\nRUN c", [("no-run", 5)], id="continuation"),
        pytest.param("# lambda-lint: ignore[no-run] x\nRUN <<A\nb\nc\nA\nRUN d", [("no-run", 7)], id="here-document"),
        pytest.param(
            "RUN a \\\n# lambda-lint: ignore[no-run] x\n  b\nRUN c", [("no-run", 5)], id="inside a continuation"
        ),
        pytest.param(
            "# lambda-lint: ignore[no-run] x\n# lambda-lint: ignore[no-cmd] y\nRUN a\nCMD b",
            [("no-cmd", 5)],
            id="two in a row",
        ),
        pytest.param(
            "RUN <<A\n# lambda-lint: ignore[no-cmd] x\nA\nCMD b", [("no-run", 3), ("no-cmd", 5)], id="no comment at all"
        ),
    ],
)
def test_what_an_instruction_is(text: str, kept: list[tuple[str, int]]) -> None:
    assert left(f"FROM scratch\n{text}\n") == [("no-from", 1), *kept]


@pytest.mark.parametrize("place", [0, 1, 2, 3], ids=["first", "second", "third", "last"])
def test_a_file_comment_covers_the_file_wherever_it_stands(place: int) -> None:
    lines = ["FROM a", "RUN b", "RUN c"]
    lines.insert(place, "# lambda-lint: ignore-file[no-run, no-from] known")
    assert left("\n".join(lines)) == []
    assert about("\n".join(lines)) == []


def test_the_finding_of_an_instruction_remembers_the_comment_that_let_it_off() -> None:
    dockerfile = parse(b"FROM a\n# lambda-lint: ignore[no-cmd, no-run] x\nRUN b\n", "Dockerfile")
    outcome = check_dockerfile(dockerfile, [Pack("toy", RULES)], Deployment())
    _, (suppressed,) = sieve_dockerfile(dockerfile, outcome.findings, KNOWN, ())
    assert isinstance(suppressed.by, SourceLocation)
    start = suppressed.by.region.start
    assert (start.line, start.column) == (2, 31)


@pytest.mark.parametrize(
    "comment",
    [
        "# lambda-lint is run in CI",
        "# lambda-lint ignores what follows",
        "# lambda-lint: see the README",
        "# lambda-linting: ignore[no-run]",
        "# see lambda-lint: ignore[no-run] for how",
    ],
)
def test_prose_about_the_linter_is_prose(comment: str) -> None:
    assert about(f"FROM a\n{comment}\nRUN b\n") == []
    assert left(f"FROM a\n{comment}\nRUN b\n") == [("no-from", 1), ("no-run", 3)]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        pytest.param(
            "# lambda-lint: ignore[no-rnu] why",
            ("warning bad-ignore", "no-rnu", "there is no rule `no-rnu`; did you mean 'no-run'?"),
            id="typo",
        ),
        pytest.param(
            "# lambda-lint: ignore[no-run, zzz] why",
            ("warning bad-ignore", "zzz", "there is no rule `zzz`"),
            id="the second name",
        ),
        pytest.param(
            "# lambda-lint: ignore[no-run, \x1b(zzz] why",
            ("warning bad-ignore", "\x1b(zzz", r"there is no rule `\x1b(zzz`"),
            id="hostile",
        ),
        pytest.param(
            "# lambda-lint: ignore no-run",
            ("warning bad-ignore", None, "this ignore names no rule in brackets, so it ignores nothing"),
            id="no brackets",
        ),
        pytest.param(
            "# lambda-lint: ignore[no-run why",
            ("warning bad-ignore", None, "this ignore names no rule in brackets, so it ignores nothing"),
            id="open bracket",
        ),
        pytest.param(
            "# lambda-lint: ignore[] why",
            ("warning bad-ignore", None, "this ignore names no rule in brackets, so it ignores nothing"),
            id="empty brackets",
        ),
        pytest.param(
            "# lambda-lint ignore[no-run] why",
            ("warning bad-ignore", None, "a colon is missing after `lambda-lint`, so this ignores nothing"),
            id="no colon",
        ),
        pytest.param(
            "# lambda-lint: disable[no-run] why",
            ("warning bad-ignore", None, "`disable` is nothing that lambda-lint knows"),
            id="another tool's word",
        ),
        pytest.param(
            "# lambda-lint: ignore-flie[no-run] why",
            (
                "warning bad-ignore",
                None,
                "`ignore-flie` is nothing that lambda-lint knows; did you mean 'ignore-file'?",
            ),
            id="typo in the word",
        ),
        pytest.param(
            "# lambda-lint: ignore[no-run]",
            ("note ignore-without-reason", None, "this ignore gives no reason"),
            id="no reason",
        ),
        pytest.param(
            "# lambda-lint: ignore[no-run]  - ",
            ("note ignore-without-reason", None, "this ignore gives no reason"),
            id="a dash is no reason",
        ),
        pytest.param(
            "# lambda-lint: ignore[no-run, no-cmd] why",
            ("warning unused-ignore", "no-cmd", "`no-cmd` finds nothing in the RUN that this comment is about"),
            id="unused",
        ),
        pytest.param(
            "# lambda-lint: ignore[no-run, no-run] why",
            ("warning unused-ignore", "no-run", "`no-run` finds nothing in the RUN that this comment is about"),
            id="the same twice",
        ),
        pytest.param(
            "# lambda-lint: ignore-file[no-run, no-cmd] why",
            ("warning unused-ignore", "no-cmd", "`no-cmd` finds nothing in this file"),
            id="unused in the file",
        ),
    ],
)
def test_what_is_wrong_with_a_comment_is_said_at_its_place(comment: str, expected: tuple[str, str | None, str]) -> None:
    severity, shown, message = expected
    assert about(f"FROM a\n{comment}\nRUN b\n") == [(severity, shown or comment.rstrip(), message)]


def test_an_ignore_after_the_last_instruction_is_unused() -> None:
    text = "FROM a\nRUN b\n# lambda-lint: ignore[no-run] why\n"
    assert about(text) == [
        ("warning unused-ignore", "no-run", "`no-run` finds nothing here, for no instruction follows this comment")
    ]
    assert left(text) == [("no-from", 1), ("no-run", 2)]


def test_a_rule_that_looks_at_images_only_is_to_be_ignored_in_the_settings() -> None:
    (finding,) = (item for item in lint("# lambda-lint: ignore[big-image] why\nFROM a\n")[0] if item.rule in OWN_RULES)
    assert finding.problem.fix == (
        "remove it; this rule looks at built images, where an entry under `ignores` in the settings suppresses it"
    )


def test_an_ignore_of_a_rule_that_did_not_run_is_not_called_unused() -> None:
    assert about("FROM a\n# lambda-lint: ignore[not-run] why\nRUN b\n") == []


def test_in_a_file_that_does_not_parse_only_a_syntax_error_can_be_ignored() -> None:
    text = "FROM a\n# lambda-lint: ignore[no-run]\nRUN b\n# lambda-lint: ignore[syntax-error] filled in later\nFOO c\n"
    assert lint(text) == ((), [("syntax-error", 5, "filled in later")])


def test_no_comment_ignores_what_is_said_of_comments() -> None:
    text = "# lambda-lint: ignore-file[unused-ignore] x\n# lambda-lint: ignore[no-cmd] y\nFROM a\n"
    assert [what for what, *_ in about(text)] == ["warning unused-ignore", "warning unused-ignore"]


def test_only_the_rules_that_are_to_run_report() -> None:
    dockerfile = parse(b"# lambda-lint: ignore[zzz]\nFROM a\n", "Dockerfile")
    kept, _ = sieve_dockerfile(dockerfile, (), KNOWN, {"ignore-without-reason"})
    assert [finding.rule.name for finding in kept] == ["ignore-without-reason"]


def test_of_many_wrong_comments_the_first_hundred_are_told() -> None:
    text = "# lambda-lint: ignore[zzz] x\n" * 150 + "FROM a\n"
    found = about(text)
    assert len(found) == 100
    assert {what for what, *_ in found} == {"warning bad-ignore"}


COMMENT = st.lists(
    st.sampled_from(["#", " ", "lambda-lint", ":", "ignore", "-file", "[", "no-run", ",", "]", "x"])
).map("".join)


@given(st.lists(COMMENT | st.sampled_from(["RUN a", "RUN <<A", "A", "b \\", "FROM a"]) | st.text(max_size=9)))
def test_any_text_loses_no_finding_and_names_places_in_the_file(lines: list[str]) -> None:
    dockerfile = parse("\n".join(lines).encode(), "Dockerfile")
    findings = check_dockerfile(dockerfile, [Pack("toy", RULES)], Deployment()).findings
    kept, suppressed = sieve_dockerfile(dockerfile, findings, KNOWN, {rule.name for rule in RULES})
    assert {*kept, *(item.finding for item in suppressed)} >= set(findings)
    assert len(kept) + len(suppressed) >= len(findings)
    for finding in kept:
        assert 1 <= line_of(finding) <= dockerfile.source.count("\n") + 1
