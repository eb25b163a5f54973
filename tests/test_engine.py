"""Running rules on subjects."""

from collections.abc import Callable, Iterator

import pytest
from support.images import image

from lambda_lint import (
    Deployment,
    ImageLocation,
    Location,
    Pack,
    Position,
    Problem,
    Region,
    Rule,
    Severity,
    SourceLocation,
    engine,
)
from lambda_lint.dockerfile import parse
from lambda_lint.errors import SourceError
from lambda_lint.packs import CORE
from lambda_lint.report import Failure

GOOD = parse(b'FROM scratch\nCMD ["a"]\n', "Dockerfile")
BROKEN = parse(b"FROM scratch\nCOPI a b\n", "Dockerfile")
NOWHERE = Deployment()


def at(line: int, column: int = 1) -> SourceLocation:
    return SourceLocation("Dockerfile", Region(Position(line, column), Position(line, column + 1)))


def rule(name: str, *problems: Problem, **checks: Callable[..., Iterator[Problem]]) -> Rule:
    if not checks:
        checks = {"check_dockerfile": lambda _subject, _deployment: iter(problems)}
    return Rule(name, Severity.WARNING, "0.1.0", f"Title of {name}.", **checks)


def pack(*rules: Rule, **callbacks: Callable[..., object]) -> Pack:
    return Pack("toy", rules, **callbacks)


def crashing(_subject: object, _deployment: Deployment) -> Iterator[Problem]:
    yield Problem("seen before the crash", at(1))
    raise KeyError("two\nlines")


def found(outcome: engine.Outcome) -> list[tuple[str, str]]:
    return [(finding.rule.name, finding.problem.message) for finding in outcome.findings]


def test_findings_come_by_place_then_by_rule():
    rules = (
        rule("b", Problem("late", at(2)), Problem("early", at(1, 5))),
        rule("a", Problem("early too", at(1, 5)), Problem("earliest", at(1))),
    )
    outcome = engine.check_dockerfile(GOOD, [pack(*rules)], NOWHERE)
    assert found(outcome) == [("a", "earliest"), ("a", "early too"), ("b", "early"), ("b", "late")]
    assert outcome.failures == ()


def test_the_same_problem_is_found_once():
    twice = rule("twice", Problem("again", at(1)), Problem("again", at(1)), Problem("again", at(2)))
    assert found(engine.check_dockerfile(GOOD, [pack(twice)], NOWHERE)) == [("twice", "again"), ("twice", "again")]


def test_a_problem_may_be_graver_or_lighter_than_its_rule():
    problems = (Problem("plain", at(1)), Problem("grave", at(2), severity=Severity.ERROR))
    outcome = engine.check_dockerfile(GOOD, [pack(rule("some", *problems))], NOWHERE)
    assert [finding.severity for finding in outcome.findings] == [Severity.WARNING, Severity.ERROR]


def test_a_rule_that_crashes_is_named_in_one_line_and_the_others_go_on():
    rules = (rule("bad", check_dockerfile=crashing), rule("good", Problem("still found", at(2))))
    outcome = engine.check_dockerfile(GOOD, [pack(*rules)], NOWHERE)
    line = crashing.__code__.co_firstlineno + 2
    assert outcome.failures == (Failure(rf"crashed with KeyError: 'two\nlines' (test_engine.py, line {line})", "bad"),)
    assert found(outcome) == [("bad", "seen before the crash"), ("good", "still found")]


def test_an_image_that_cannot_be_read_to_the_end_is_no_fault_of_the_rule():
    def reading(_image: object, _deployment: Deployment) -> Iterator[Problem]:
        raise SourceError("app.tar: cut off")
        yield

    outcome = engine.check_image(
        image(), [pack(rule("a", check_image=reading), rule("b", check_image=reading))], NOWHERE
    )
    assert outcome.failures == (Failure("app.tar: cut off"),)


def test_a_dockerfile_that_does_not_parse_is_given_to_syntax_error_alone():
    outcome = engine.check_dockerfile(BROKEN, [CORE, pack(rule("other", Problem("no", at(1))))], NOWHERE)
    assert [(f.rule.name, f.severity, f.problem.location) for f in outcome.findings] == [
        ("syntax-error", Severity.ERROR, SourceLocation("Dockerfile", BROKEN.problems[0].region))
    ]


def test_an_unrendered_template_is_told_to_be_rendered_first():
    template = parse(b"FROM {{ base }}\nRUN {% if x %}\n", "Dockerfile.j2")
    (finding,) = engine.check_dockerfile(template, [CORE], NOWHERE).findings
    assert finding.problem.fix == "render the template first and lint the result"


def test_syntax_error_is_silent_when_it_is_not_to_run():
    assert engine.check_dockerfile(BROKEN, [pack()], NOWHERE) == engine.Outcome()


def test_a_check_of_the_runtime_config_sees_dockerfiles_and_images():
    seen = []

    def check(config: object, _deployment: Deployment) -> Iterator[Problem]:
        seen.append(config.command.value.args)
        yield Problem("here", config.command.location)

    packs = [pack(rule("both", check_runtime=check))]
    built = image(command=["b"])
    in_dockerfile = engine.check_dockerfile(GOOD, packs, NOWHERE)
    in_image = engine.check_documents(built.resolved, built.config, packs, NOWHERE)
    assert seen == [("a",), ("b",)]
    assert in_dockerfile.findings[0].problem.location == SourceLocation(
        "Dockerfile", Region(Position(2), Position(2, 10))
    )
    assert in_image.findings[0].problem.location == ImageLocation(key="config.Cmd")
    assert in_image.findings[0].evidence == '["b"]'


def test_without_a_config_only_the_manifest_is_looked_at():
    rules = (
        rule("manifest", check_resolved=lambda *_: iter([Problem("seen", ImageLocation(key="manifest"))])),
        rule("config", check_runtime=lambda *_: iter([Problem("not seen", ImageLocation(key="config"))])),
    )
    assert found(engine.check_documents(image().resolved, None, [pack(*rules)], NOWHERE)) == [("manifest", "seen")]


def test_outcomes_add_up_in_order():
    first = engine.check_dockerfile(GOOD, [pack(rule("b", Problem("two", at(2))))], NOWHERE)
    second = engine.check_dockerfile(GOOD, [pack(rule("a", Problem("one", at(1))))], NOWHERE)
    assert found(first + second) == [("a", "one"), ("b", "two")]
    assert first + first == first


def test_in_an_image_the_worst_comes_first():
    problems = [
        Problem("a note", ImageLocation(key="config.Cmd"), severity=Severity.NOTE),
        Problem("an error", ImageLocation(layer=0, path="/b"), severity=Severity.ERROR),
        Problem("a warning", ImageLocation(layer=0, path="/a"), severity=Severity.WARNING),
    ]
    check = rule("all", check_image=lambda *_: iter(problems))
    outcome = engine.check_image(image(layers=[{"/a": "1", "/b": "2"}]), [pack(check)], NOWHERE)
    assert [finding.problem for finding in outcome.findings] == [problems[1], problems[2], problems[0]]


def test_in_an_image_documents_come_before_layers():
    built = image(layers=[{"/a": "1"}, {"/b": "2"}])
    places = [
        ImageLocation(path="/b"),
        ImageLocation(layer=1),
        ImageLocation(layer=0, path="/a"),
        ImageLocation(key="config.Cmd"),
    ]
    check = rule("all", check_image=lambda *_: iter([Problem("here", place) for place in places]))
    outcome = engine.check_image(built, [pack(check)], NOWHERE)
    assert [finding.problem.location for finding in outcome.findings] == [places[3], places[0], places[2], places[1]]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (at(0), "positions count from 1, got 0:1"),
        (at(1, 0), "positions count from 1, got 1:0"),
        (SourceLocation("D", Region(Position(2), Position(1, 9))), "a region cannot end before it starts: 2:1 > 1:9"),
        (ImageLocation(path="/a", line=0), "lines of a file count from 1, got 0 of /a"),
        (ImageLocation(key="config.Cmd", line=1), "lines of a file count from 1, got 1 of config.Cmd"),
        (ImageLocation(), "an image location is a key, or else a layer or a path"),
        (ImageLocation(key="config.Cmd", path="/a"), "an image location is a key, or else a layer or a path"),
    ],
)
@pytest.mark.parametrize("related", [False, True])
def test_a_rule_that_names_a_place_that_cannot_be_is_told_so(location: Location, reason: str, related: bool):
    problem = Problem("m", at(1), related=(("there", location),)) if related else Problem("m", location)
    outcome = engine.check_dockerfile(GOOD, [pack(rule("bad", problem), rule("good", Problem("m", at(2))))], NOWHERE)
    assert found(outcome) == [("good", "m")]
    (failure,) = outcome.failures
    assert failure.rule == "bad"
    assert failure.message.startswith(f"crashed with ValueError: {reason} (")


def test_facts_of_all_packs_are_merged_and_a_pack_that_crashes_is_named():
    def crash(_subject: object, _deployment: Deployment) -> dict[str, object]:
        raise ValueError("no")

    packs = [pack(facts=lambda *_: {"a": 1}), Pack("bad", (), facts=crash), Pack("last", (), facts=lambda *_: {"b": 2})]
    known, failures = engine.facts(GOOD, packs, NOWHERE)
    assert known == {"a": 1, "b": 2}
    line = crash.__code__.co_firstlineno + 1
    assert failures == (
        Failure(f"the facts of pack bad are missing: crashed with ValueError: no (test_engine.py, line {line})"),
    )


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        pytest.param([None], "", id="the only pack wants it"),
        pytest.param(["not ours"], "not ours", id="the only pack does not"),
        pytest.param(["not ours", None], "", id="one of two wants it"),
        pytest.param(["first", "second"], "first", id="none of two wants it"),
    ],
)
def test_a_dockerfile_is_skipped_when_no_pack_wants_it(reasons: list[str | None], expected: str):
    packs = [pack(rule("some"), not_for_us=lambda _dockerfile, reason=reason: reason) for reason in reasons]
    assert engine.skip_reason(GOOD, [CORE, *packs]) == expected


def test_the_most_that_any_pack_wants_of_a_file_is_kept():
    wishes = [pack(wanted=lambda _config, size=size: lambda _path, _mode, _size: size) for size in (3, 7, 5)]
    assert engine.wanted(image().config, wishes, NOWHERE)("/a", 0o644, 100) == 7


def test_a_known_base_is_taken_from_the_first_pack_that_knows_it():
    from lambda_lint import BaseConfig

    seen = []

    def check(config: object, _deployment: Deployment) -> Iterator[Problem]:
        seen.append(config.entrypoint.value)
        return iter(())

    packs = [
        pack(rule("entry", check_runtime=check)),
        pack(base_config=lambda name: BaseConfig(name, entrypoint=("/first",))),
        pack(base_config=lambda name: BaseConfig(name, entrypoint=("/second",))),
    ]
    engine.check_dockerfile(parse(b"FROM base\n", "Dockerfile"), packs, NOWHERE)
    assert [argv.args for argv in seen] == [("/first",)]
