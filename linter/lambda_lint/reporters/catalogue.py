"""What `--list-rules` and `--explain` show."""

from __future__ import annotations

from collections.abc import Sequence

from lambda_lint import pages
from lambda_lint.reporters.style import SEVERITY_COLORS, Style
from lambda_lint.rule import Rule


def list_rules(rules: Sequence[Rule], style: Style) -> str:
    """One rule a line: name, severity, what it looks at, title. In color they are a table that fits the width."""
    rows = [(rule.name, pages.severity(rule), pages.subjects(rule), pages.title(rule)) for rule in rules]
    if not style.color:
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        cells = ("  ".join((*map(str.ljust, row[:3], widths), row[3])) for row in rows)
        return "".join(f"{line}\n" for line in cells)

    from rich.table import Table
    from rich.text import Text

    from lambda_lint.reporters.screen import draw

    table = Table.grid(padding=(0, 2))
    for rule, (name, severity, subjects, title) in zip(rules, rows, strict=True):
        table.add_row(
            Text(name, f"bold link {pages.url(rule)}", no_wrap=True),
            Text(severity, SEVERITY_COLORS[rule.severity]),
            Text(subjects, "dim"),
            Text(title),
        )
    return draw([table], style)


def explain(rule: Rule, style: Style) -> str:
    """The rule's page: Markdown as it is, or drawn where there is color."""
    if not style.color:
        return pages.render_page(rule)

    from rich.markdown import Markdown

    from lambda_lint.reporters.screen import draw

    return draw([Markdown(pages.render_page(rule), code_theme="ansi_dark")], style)
