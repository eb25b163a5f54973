"""Every rule of the pack keeps the house's form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.linting import packs

import lambda_lint_rules
from lambda_lint.about import VERSION
from lambda_lint.rule import Rule

RULES = packs()[-1].rules
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
_URL = re.compile(r"\]\((\S+)\)")


def headings(rule: Rule) -> list[str]:
    return re.findall(r"^## (.+)$", rule.docs, re.MULTILINE)


def test_every_public_module_is_a_rule() -> None:
    modules = {path.stem for path in Path(lambda_lint_rules.__file__).parent.glob("[!_]*.py")}
    assert {rule.name.replace("-", "_") for rule in RULES} == modules


@each_rule
def test_the_title_is_one_short_sentence(rule: Rule) -> None:
    title, blank, *_ = rule.docs.split("\n")
    assert title.endswith(".")
    assert title[0].isupper()
    assert len(title) <= 80
    assert blank == ""


@each_rule
def test_the_page_has_its_headings_in_order(rule: Rule) -> None:
    found = headings(rule)
    assert set(found) == {"Bad", "Good", "How to fix", "References"}
    assert found[:2] == ["Bad", "Good"]
    assert found[-2:] == ["How to fix", "References"]


@each_rule
def test_the_page_says_why_before_it_shows_how(rule: Rule) -> None:
    why = rule.docs.partition("## Bad")[0]
    assert "```text\n" in why, "the text that Lambda shows, for those who search for it"


@each_rule
def test_references_are_https(rule: Rule) -> None:
    links = _URL.findall(rule.docs.partition("## References")[2])
    assert links
    assert [link for link in _URL.findall(rule.docs) if not link.startswith("https://")] == []


@each_rule
def test_the_name_is_kebab_case(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*", rule.name)


@each_rule
def test_the_rule_is_not_from_the_future(rule: Rule) -> None:
    assert tuple(map(int, rule.since.split("."))) <= tuple(map(int, VERSION.split(".")))


@each_rule
def test_the_rule_looks_at_something(rule: Rule) -> None:
    checks = (rule.check_dockerfile, rule.check_resolved, rule.check_runtime, rule.check_image, rule.check_json)
    assert any(checks)


@each_rule
def test_the_rule_has_tests_of_its_own(rule: Rule) -> None:
    name = f"test_{rule.name.replace('-', '_')}.py"
    tests = Path(__file__).parents[1]
    assert [path.name for path in tests.rglob(name)] == [name]


def test_the_committed_pages_are_those_of_the_rules() -> None:
    """`python rules/write_pages.py` mends this."""
    from lambda_lint.pages import render_all

    folder = Path(lambda_lint_rules.__file__).parents[1]
    expected = render_all(rule for pack in packs() for rule in pack.rules)
    committed = {path.relative_to(folder).as_posix(): path for path in (*folder.glob("*.md"), *folder.glob("docs/*"))}
    assert committed.keys() == expected.keys()
    stale = [name for name, path in committed.items() if path.read_text(encoding="utf-8") != expected[name]]
    assert stale == []
