"""The examples on the rules' pages are true: Bad fires, Good is silent."""

from __future__ import annotations

import re
from datetime import date

import pytest
from support.linting import lint, packs

from lambda_lint import Deployment, replace
from lambda_lint.rule import Rule, Severity

TODAY = Deployment(on=date(2026, 11, 23))
EVERYTHING = replace(TODAY, features=frozenset(feature for pack in packs() for feature in pack.features))
RULES = [rule for pack in packs() for rule in pack.rules]
_BLOCK = re.compile(r"^## (Bad|Good)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_DOCKERFILE = re.compile(r"```dockerfile\n(.*?)```", re.DOTALL)


def examples(heading: str) -> list[tuple[Rule, str]]:
    """Each Dockerfile under a heading, with its rule."""
    return [
        (rule, dockerfile)
        for rule in RULES
        for found, text in _BLOCK.findall(rule.docs)
        if found == heading
        for dockerfile in _DOCKERFILE.findall(text)
    ]


def name(value: Rule | str) -> str:
    return value.name if isinstance(value, Rule) else ""


def deployment(rule: Rule) -> Deployment:
    """Rules about a feature run where it is used, rules about a processor where it is known."""
    if rule.name == "unpinned-platform":
        return replace(TODAY, architecture="arm64")
    return EVERYTHING if "features" in rule.tags else TODAY


def sees_dockerfiles(rule: Rule) -> bool:
    return rule.check_dockerfile is not None or rule.check_runtime is not None


@pytest.mark.parametrize(("rule", "text"), examples("Bad"), ids=name)
def test_a_bad_example_fires(rule: Rule, text: str) -> None:
    found = {finding.rule.name for finding in lint(text, deployment=deployment(rule))}
    assert (rule.name in found) == sees_dockerfiles(rule)


@pytest.mark.parametrize(("rule", "text"), examples("Good"), ids=name)
def test_a_good_example_is_silent_for_every_rule(rule: Rule, text: str) -> None:
    assert [
        finding
        for finding in lint(text, deployment=deployment(rule))
        if finding.severity > Severity.NOTE or finding.rule is rule
    ] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_that_sees_dockerfiles_shows_both(rule: Rule) -> None:
    blocks = [found for found, text in _BLOCK.findall(rule.docs) if _DOCKERFILE.search(text)]
    assert {"Bad", "Good"} <= set(blocks) or not sees_dockerfiles(rule)
