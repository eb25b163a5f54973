"""The examples on the rules' pages are true: Bad fires, Good is silent."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from support.contexts import findings, write
from support.linting import lint, lint_documents, packs

from lambda_lint import Deployment, Resolved, replace
from lambda_lint.engine import check_json
from lambda_lint.json_document import parse_json
from lambda_lint.rule import Rule, Severity
from lambda_lint.settings import read_settings

TODAY = Deployment(on=date(2026, 11, 23))
EVERYTHING = replace(TODAY, features=frozenset(feature for pack in packs() for feature in pack.features))
RULES = [rule for pack in packs() for rule in pack.rules]
_BLOCK = re.compile(r"^## (Bad|Good)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_DOCKERFILE = re.compile(r"```dockerfile\n(.*?)```", re.DOTALL)


def blocks(language: str, *headings: str) -> list[tuple[Rule, str]]:
    """Each block in a language under the headings (none: under either), with its rule."""
    return [
        (rule, block)
        for rule in RULES
        for found, text in _BLOCK.findall(rule.docs)
        if found in (headings or ("Bad", "Good"))
        for block in re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    ]


def examples(heading: str) -> list[tuple[Rule, str]]:
    """Each Dockerfile under a heading, with its rule. One beside other files has a test of its own."""
    beside = {text for _, _, text in beside_an_ignore_file()}
    return [(rule, text) for rule, text in blocks("dockerfile", heading) if text not in beside]


def beside_an_ignore_file() -> list[tuple[Rule, str, str]]:
    """Each Dockerfile that is shown below a `.dockerignore`, with its rule and that file."""
    shown = re.compile(r"`\.dockerignore`\n\n```text\n(.*?)```\n\n```dockerfile\n(.*?)```", re.DOTALL)
    return [(rule, ignored, text) for rule in RULES for ignored, text in shown.findall(rule.docs)]


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


@pytest.mark.parametrize(("rule", "ignored", "text"), beside_an_ignore_file())
def test_examples_beside_an_ignore_file_are_true(
    rule: Rule, ignored: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"Dockerfile": text, ".dockerignore": ignored, "package.json": "{}", "dist/index.js": ""})
    fired = [line.split()[1] for line in findings(tmp_path, monkeypatch)]
    assert fired == ([rule.name] if "dist" in ignored else [])


@pytest.mark.parametrize(("rule", "text"), blocks("json"), ids=name)
def test_examples_of_json_files_are_true(rule: Rule, text: str) -> None:
    document = parse_json(text.encode(), "policy.json")
    fired = {
        finding.rule.name
        for finding in check_json(document, packs(), TODAY).findings
        if finding.rule is rule or finding.severity > Severity.NOTE
    }
    assert fired == ({rule.name} if (rule, text) in blocks("json", "Bad") else set())


@pytest.mark.parametrize(("rule", "text"), [each for each in blocks("toml") if "function" in each[1]], ids=name)
def test_examples_of_settings_are_true(rule: Rule, text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    said = read_settings(tmp_path / "pyproject.toml")
    function = Deployment(image=said.image, region=said.region, account=said.account)
    fired = {finding.rule.name for finding in lint_documents(Resolved("app", "", None), None, deployment=function)}
    assert (rule.name in fired) == ((rule, text) in blocks("toml", "Bad"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_that_sees_dockerfiles_shows_both(rule: Rule) -> None:
    blocks = [found for found, text in _BLOCK.findall(rule.docs) if _DOCKERFILE.search(text)]
    assert {"Bad", "Good"} <= set(blocks) or not sees_dockerfiles(rule)
