"""Rule pages: what a rule's docstring becomes for a reader, a terminal and SARIF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lambda_lint.about import REPOSITORY
from lambda_lint.rule import Rule

_GENERATED = "<!-- Made from the docstrings of the rules by `python rules/write_pages.py`. Edit those. -->"

_LEGEND = """\
An **error** means that the image is rejected or that what is in it cannot start. A **warning** means that it starts but
is likely to break. A **note** is worth knowing. What is **off** runs only with `--extend-select RULE`. Each page
says why, and how to mend it; `lambda-lint --explain RULE` shows it in a terminal."""

_BAR = "\\|"


def title(rule: Rule) -> str:
    """The first line of the docstring, without its full stop."""
    return rule.docs.strip().partition("\n")[0].strip().rstrip(".")


def body(rule: Rule) -> str:
    """The docstring's Markdown after its title."""
    return rule.docs.strip().partition("\n")[2].strip()


def summary(rule: Rule) -> str:
    """The first paragraph after the title in one line, or the title where there is none."""
    paragraph = body(rule).partition("\n\n")[0]
    return title(rule) if not paragraph or paragraph.startswith(("#", "```")) else " ".join(paragraph.split())


def subjects(rule: Rule) -> str:
    """What the rule looks at: `Dockerfile`, `image`, `JSON file`, or several of them, as for a rule without a check."""
    on_dockerfile = rule.check_dockerfile or rule.check_runtime
    on_image = rule.check_resolved or rule.check_runtime or rule.check_image
    words = (("Dockerfile", on_dockerfile), ("image", on_image), ("JSON file", rule.check_json))
    return " and ".join(word for word, there in words if there) or "Dockerfile and image"


def severity(rule: Rule) -> str:
    """How grave its findings are, and whether it runs unasked: `warning`, or `note, off` for off by default."""
    return f"{rule.severity}{'' if rule.by_default else ', off'}"


def url(rule: Rule) -> str:
    """Where the rule's page can be read."""
    return f"{REPOSITORY}/blob/main/rules/docs/{rule.name}.md"


def render_page(rule: Rule) -> str:
    """The whole page in Markdown, with a newline at its end."""
    off = "" if rule.by_default else " by default"
    head = f"`{rule.name}` · {severity(rule)}{off} · {subjects(rule)} · since {rule.since}"
    return f"# {title(rule)}\n\n{head}\n\n{body(rule)}\n"


def subject(rule: Rule) -> str:
    """What the rule is about, as a heading: its first tag (`base-image` is `Base image`), or `Other` without one."""
    return rule.tags[0].replace("-", " ").capitalize() if rule.tags else "Other"


def render_index(rules: Iterable[Rule]) -> str:
    """The list of all rules in Markdown, in a table for each subject, with a newline at its end."""
    tables: dict[str, list[str]] = {}
    for rule in sorted(rules, key=lambda rule: (not rule.tags, subject(rule), rule.name)):
        cells = (f"[`{rule.name}`](docs/{rule.name}.md)", severity(rule), subjects(rule), title(rule))
        tables.setdefault(subject(rule), []).append(f"| {' | '.join(cell.replace('|', _BAR) for cell in cells)} |")
    sections = (
        "\n".join((f"## {heading}", "", "| rule | severity | looks at | finds |", "| --- | --- | --- | --- |", *rows))
        for heading, rows in tables.items()
    )
    return "\n\n".join(("# Rules", _LEGEND, *sections)) + "\n"


def render_all(rules: Iterable[Rule]) -> Mapping[str, str]:
    """Every generated file of a folder of rules: its relative path and its text."""
    rules = tuple(rules)
    pages = {f"docs/{rule.name}.md": render_page(rule) for rule in rules}
    return {name: f"{_GENERATED}\n\n{text}" for name, text in {"README.md": render_index(rules), **pages}.items()}
