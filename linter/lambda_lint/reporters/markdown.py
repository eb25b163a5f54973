"""The report as Markdown: a page for a job's summary or a comment, in GitHub's flavour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lambda_lint import pages
from lambda_lint.errors import printable
from lambda_lint.report import Report, TargetReport
from lambda_lint.reporters.style import Style, count_of, failure_text, place, size, tally
from lambda_lint.rule import Severity

_MOST_ROWS = 500
"""GitHub takes no summary above 1 MiB and then shows nothing of it."""

_ICONS = {Severity.ERROR: "❌", Severity.WARNING: "🔶", Severity.NOTE: "🔹"}


def render(report: Report, _style: Style) -> str:
    """One table of what was linted, then one of findings. No word of a target can add markup, a link or an image."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield "## lambda-lint"
    yield ""
    if not report.targets:
        yield "Nothing to lint."
        return
    yield from ("| target | outcome | facts |", "| --- | --- | --- |")
    for target in report.targets:
        if not target.skipped:
            yield _row(_text(target.target), _outcome(target), _facts(target.facts))
    if skipped := sum(bool(target.skipped) for target in report.targets):
        yield from ("", f"{count_of(skipped, 'Dockerfile')} skipped.")
    rows = [row for target in report.targets for row in _problems(target)]
    if rows:
        yield from ("", "| | where | what | rule |", "| --- | --- | --- | --- |", *rows[:_MOST_ROWS])
    if len(rows) > _MOST_ROWS:
        yield from ("", f"And {len(rows) - _MOST_ROWS} more, see the log.")


def _outcome(target: TargetReport) -> str:
    unfinished = "❌ not finished" if target.failures else ""
    worst = max((finding.severity for finding in target.findings), default=None)
    found = f"{_ICONS[worst]} {tally(target.findings)}" if worst else ""
    return ", ".join(filter(None, (unfinished, found))) or "✅ clean"


def _facts(facts: Mapping[str, object]) -> str:
    platform = "/".join(str(facts[key]) for key in ("os", "architecture", "variant") if facts.get(key))
    used, limit = facts.get("uncompressed_size"), facts.get("size_limit")
    bytes_used = size(used) if isinstance(used, int) else ""
    if bytes_used and isinstance(limit, int):
        bytes_used += f" of {size(limit)}"
    handler = facts.get("handler")
    return ", ".join(_text(str(fact)) for fact in (platform, bytes_used, handler) if fact)


def _problems(target: TargetReport) -> Iterator[str]:
    for failure in target.failures:
        yield _row("❌", _text(target.target), f"could not finish: {_text(failure_text(failure))}", "")
    for finding in target.findings:
        problem = finding.problem
        where = place(problem.location)
        yield _row(
            f"{_ICONS[finding.severity]} {finding.severity}",
            _text(where if where.startswith(f"{target.target}:") else f"{target.target}, {where}"),
            _text(problem.message) + (f"<br>Fix: {_text(problem.fix)}" if problem.fix else ""),
            f"[{finding.rule.name}]({pages.url(finding.rule)})",
        )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    # CommonMark 2.4: after a backslash any ASCII punctuation is plain text, a link's colon and a cell's bar included.
    return re.sub(r"([!#$&()*+.:<>@\[\\\]^_`{|}~])", r"\\\1", printable(text, limit=len(text)))
