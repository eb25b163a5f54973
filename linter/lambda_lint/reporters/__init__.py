"""Report formats. Each is a pure function from a report to its text, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from lambda_lint.report import Report, TargetReport
from lambda_lint.reporters.style import Style


def _text(report: Report, style: Style) -> str:
    from lambda_lint.reporters import text

    return text.render(report, style)


def stream_text(targets: Iterable[TargetReport], style: Style) -> Iterator[str]:
    """The text report, piece by piece, each as soon as its target is there."""
    from lambda_lint.reporters import text

    return text.stream(targets, style)


def _json(report: Report, style: Style) -> str:
    from lambda_lint.reporters import as_json

    return as_json.render(report, style)


def _sarif(report: Report, style: Style) -> str:
    from lambda_lint.reporters import sarif

    return sarif.render(report, style)


def _github(report: Report, style: Style) -> str:
    from lambda_lint.reporters import github

    return github.render(report, style)


def _markdown(report: Report, style: Style) -> str:
    from lambda_lint.reporters import markdown

    return markdown.render(report, style)


REPORTERS: Mapping[str, Callable[[Report, Style], str]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
    "markdown": _markdown,
}

__all__ = ["REPORTERS", "Style", "stream_text"]
