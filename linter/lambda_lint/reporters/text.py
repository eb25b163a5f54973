"""The report that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lambda_lint import pages
from lambda_lint.errors import printable
from lambda_lint.lazy import regex
from lambda_lint.location import Region, SourceLocation
from lambda_lint.report import Finding, Report, SubjectKind, TargetReport
from lambda_lint.reporters.style import NARROWEST, SEVERITY_COLORS, Style, count_of, failure_text, place, size, tally
from lambda_lint.reporters.styled import Styled, cell_len, draw, styled, wrapped
from lambda_lint.rule import Severity
from lambda_lint.values import Value

_TAB = "    "
_MOST_LINES = 6
_BAR = 24
_QUOTED = regex(r"(`[^`]+`)")

_PLATFORM = ("os", "architecture", "variant")
_IN_PASSPORT = {*_PLATFORM, "base", "uncompressed_size", "size_limit", "runtime_client", "handler"}


class _Glyphs(Value):
    error: str
    warning: str
    note: str
    good: str
    rule: str
    opening: str
    bar: str
    branch: str
    closing: str
    ellipsis: str
    full: str
    empty: str

    def of(self, severity: Severity) -> str:
        return {Severity.ERROR: self.error, Severity.WARNING: self.warning, Severity.NOTE: self.note}[severity]


_UNICODE = _Glyphs("✖", "▲", "●", "✔", "─", "╭─", "│", "├─", "╰─", "…", "█", "░")
_ASCII = _Glyphs("x", "!", "-", "+", "-", ",-", "|", "|-", "`-", "...", "#", ".")


def render(report: Report, style: Style) -> str:
    """The report for a terminal or a plain file. Nothing in it can move the cursor or change a colour but we."""
    return "".join(stream(report.targets, style))


def stream(targets: Iterable[TargetReport], style: Style) -> Iterator[str]:
    """The same report, piece by piece: what there is to say of a target as soon as it is there."""
    page = _Page(style)
    seen: list[TargetReport] = []
    for target in targets:
        seen.append(target)
        _target(page, target)
        yield page.take()
    if style.verbosity >= 0:
        _summary(page, seen)
    yield page.take()


class _Page:
    """Lines of a given width."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.glyphs = _UNICODE if style.unicode else _ASCII
        self.width = max(style.width, NARROWEST)
        self._lines: list[Styled] = []
        self._above = ""

    def gap(self) -> None:
        """An empty line, but never two, and none at the top."""
        if self._lines[-1].plain if self._lines else self._above:
            self._lines.append(styled())

    def line(self, *parts: str | tuple[str, str] | Styled) -> None:
        """One line, as it is."""
        self._lines.append(styled(*parts))

    def wrapped(self, first: Styled, rest: Styled, body: Styled) -> None:
        """`body` in as many lines as it needs, the first after `first`, the others after `rest`."""
        room = max(self.width - max(first.cells, rest.cells), 10)
        for number, piece in enumerate(wrapped(body, room)):
            self._lines.append(styled(rest if number else first, piece))

    def take(self) -> str:
        """All lines since the last time, each ended; an empty last one waits for what may follow it."""
        gap = [] if not self._lines or self._lines[-1].plain else [self._lines.pop()]
        lines, self._lines = self._lines, gap
        if lines:
            self._above = lines[-1].plain
        shown = draw(lines, self.style)
        return shown if self.style.unicode else shown.encode("ascii", "backslashreplace").decode()


def _safe(text: str) -> str:
    return printable(text, limit=len(text))


def _prose(text: str, style: str = "") -> Styled:
    """A sentence of a rule, with what it quotes in `backquotes` set off."""
    styles = (style, f"{style} cyan".lstrip())
    return styled(*((part, styles[number % 2]) for number, part in enumerate(_QUOTED.split(_safe(text)))))


def _target(page: _Page, target: TargetReport) -> None:
    quiet = page.style.verbosity < 0
    if target.skipped:
        if not quiet:
            page.line((f"- {_safe(target.target)}: skipped, {_safe(target.skipped)}", "dim"))
        return
    silent = not (target.findings or target.failures)
    if quiet and silent:
        return
    if silent and target.kind is not SubjectKind.IMAGE and page.style.verbosity == 0:
        page.line((page.glyphs.good, "bold green"), f" {_safe(target.target)}")
        return
    page.gap()
    _heading(page, target)
    if not quiet:
        passport = _passport(page, target.facts) if target.kind is SubjectKind.IMAGE else ()
        _table(page, (*passport, *(_details(target) if page.style.verbosity > 0 else ())))
    for failure in target.failures:
        page.gap()
        head = styled("  ", (f"{page.glyphs.error} failed", "bold magenta"), "  ")
        page.wrapped(head, styled(" " * head.cells), styled(_safe(failure_text(failure))))
    lines = _lines(target.source) if target.findings else ()
    for finding in target.findings:
        page.gap()
        _finding(page, finding, lines)
    page.gap()


def _heading(page: _Page, target: TargetReport) -> None:
    if target.failures:
        status, color = ", ".join(filter(None, (tally(target.findings), "not finished"))), "bold magenta"
    elif target.findings:
        status, color = tally(target.findings), SEVERITY_COLORS[max(finding.severity for finding in target.findings)]
    else:
        status, color = f"{page.glyphs.good} clean", "bold green"
    name = styled((_safe(target.target), "bold"))
    fill = page.width - name.cells - cell_len(status) - 2
    if fill < 2:
        page.wrapped(styled(), styled(), name)
        page.line((status, color))
    else:
        page.line(name, (f" {page.glyphs.rule * fill} ", "dim"), (status, color))


def _passport(page: _Page, facts: Mapping[str, object]) -> Iterator[tuple[str, Styled]]:
    yield "base", _fact(facts.get("base"))
    yield "platform", styled(_safe("/".join(str(facts[key]) for key in _PLATFORM if facts.get(key))))
    used, limit = facts.get("uncompressed_size"), facts.get("size_limit")
    if isinstance(used, int):
        yield "size", _size(page, used, limit if isinstance(limit, int) else 0)
    yield "client", _fact(facts.get("runtime_client"))
    yield "handler", _fact(facts.get("handler"))


def _size(page: _Page, used: int, limit: int) -> Styled:
    if not limit:
        return styled(size(used))
    share = used / limit
    color = "red" if share > 1 else "yellow" if share >= 0.9 else "green"
    full = min(_BAR, max(round(share * _BAR), 1))
    return styled(
        (page.glyphs.full * full, color),
        (page.glyphs.empty * (_BAR - full), "dim"),
        f" {size(used)} of {size(limit)}",
        (f" ({share:.0%})", "dim"),
    )


def _details(target: TargetReport) -> Iterator[tuple[str, Styled]]:
    yield "settings", styled(_safe(target.settings))
    for number, item in enumerate(target.suppressed):
        where = place(item.finding.problem.location)
        text = styled(_safe(f"{item.finding.rule.name} at {where}"), (f"  {_safe(item.reason)}", "dim"))
        yield "" if number else "suppressed", text
    for key, value in target.facts.items():
        if key == "layers":
            yield from _layers(value)
        elif key == "start":
            yield from _start(value)
        elif key not in _IN_PASSPORT:
            yield key.replace("_", " "), _fact(value)


def _start(hops: object) -> Iterator[tuple[str, Styled]]:
    for number, hop in enumerate(_mappings(hops)):
        path = "" if hop.get("path") == hop.get("text") else hop.get("path")
        how = " ".join(str(part) for part in (hop.get("evidence"), hop.get("role"), path) if part)
        text = styled(_safe(str(hop.get("text", ""))), (f"  {_safe(how)}", "dim"))
        yield "" if number else "start", text


def _layers(layers: object) -> Iterator[tuple[str, Styled]]:
    for number, layer in enumerate(_mappings(layers), 1):
        used = layer.get("size")
        made = _safe(str(layer.get("created_by") or layer.get("diff_id") or ""))
        yield f"layer {number}", styled(f"{size(used) if isinstance(used, int) else '':>9}  {made}")


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, list | tuple):
        yield from (item for item in value if isinstance(item, Mapping))


def _table(page: _Page, rows: Iterable[tuple[str, Styled]]) -> None:
    """Labels and values; what has no value is left out, what has no label belongs to the row above."""
    shown = [(label, value) for label, value in rows if value.plain]
    width = max((cell_len(label) for label, _ in shown), default=0)
    for label, value in shown:
        page.wrapped(styled("  ", (f"{label:<{width}}  ", "dim")), styled(" " * (width + 4)), value)


def _fact(value: object) -> Styled:
    """A fact in words: a named thing by its name and version, anything else as JSON has it."""
    if value is None:
        return styled()
    if isinstance(value, Mapping) and "name" in value:
        named = " ".join(_safe(str(value[key])) for key in ("name", "version") if value.get(key))
        evidence = value.get("evidence", "certain")
        return styled(named, ("" if evidence == "certain" else f" ({_safe(str(evidence))})", "dim"))
    if isinstance(value, str):
        return styled(_safe(value))
    import json

    return styled(_safe(json.dumps(value, ensure_ascii=False, default=str)))


def _finding(page: _Page, finding: Finding, source: Sequence[str]) -> None:
    glyphs, problem = page.glyphs, finding.problem
    head = styled("  ", (f"{glyphs.of(finding.severity)} {finding.severity}", SEVERITY_COLORS[finding.severity]), "  ")
    page.wrapped(head, styled(" " * 4), _prose(problem.message, "bold"))
    lines: Sequence[tuple[int, str]] = ()
    if isinstance(problem.location, SourceLocation) and not finding.evidence:
        lines = _excerpt(source, problem.location.region)
    gutter = max([2, *(len(str(number)) for number, _ in lines)])
    margin = " " * (gutter + 2)

    def framed(glyph: str, body: Styled, after: str | None = None) -> None:
        rest = styled(margin, " ", (glyphs.bar if after is None else after, "dim"), "  ")
        page.wrapped(styled(margin, " ", (glyph, "dim"), " "), rest, body)

    where = place(problem.location)
    if isinstance(problem.location, SourceLocation):
        framed(glyphs.opening, styled((_safe(where), "dim")))
        _source(page, lines, problem.location.region, gutter)
        if finding.evidence:
            framed(f"{glyphs.bar} ", styled(_safe(finding.evidence)))
    elif finding.evidence and problem.location.layer is not None and not problem.location.path:
        framed(glyphs.opening, styled((_safe(finding.evidence), "cyan")))
    else:
        framed(glyphs.opening, styled((_safe(where), "cyan")))
        if finding.evidence:
            framed(f"{glyphs.bar} ", styled(_safe(finding.evidence)))
    for why, location in problem.related:
        framed(glyphs.branch, styled(("see  ", "bold"), _safe(f"{place(location)}, {why}")))
    if problem.fix:
        framed(glyphs.branch, styled(("fix  ", "bold green"), _prose(problem.fix)))
    link = pages.url(finding.rule)
    name = styled((finding.rule.name, f"dim link {link}" if page.style.color else ""))
    more = (f"  {link}", f"dim link {link} dim") if page.style.verbosity > 0 else ""
    framed(glyphs.closing, styled(name, more), after=" ")


def _excerpt(source: Sequence[str], region: Region) -> Sequence[tuple[int, str]]:
    """The lines of the region with their numbers; of a long one its start and its end, with an empty number between."""
    last = min(max(region.start.line, region.end.line - (region.end.column == 1)), len(source))
    numbers: Sequence[int] = range(region.start.line, last + 1)
    if len(numbers) > _MOST_LINES:
        numbers = (*numbers[: _MOST_LINES - 2], 0, last)
    return [(number, source[number - 1].removesuffix("\r") if number else "") for number in numbers]


def _lines(source: str) -> Sequence[str]:
    # Not splitlines(): form feeds and Unicode separators do not end a line of a Dockerfile.
    return source.removeprefix("\ufeff").split("\n")


def _source(page: _Page, lines: Iterable[tuple[int, str]], region: Region, gutter: int) -> None:
    room = page.width - gutter - 5
    for number, text in lines:
        if not number:
            page.line((f"  {'':>{gutter}} {page.glyphs.bar} {page.glyphs.ellipsis}", "dim"))
            continue
        first = region.start.column - 1 if number == region.start.line else len(text) - len(text.lstrip())
        last = region.end.column - 1 if number == region.end.line else len(text.rstrip())
        before, inside, after = (
            _safe(part.replace("\t", _TAB)) for part in (text[:first], text[first:last], text[last:])
        )
        if cell_len(before + inside + after) > room:
            before, inside, after = _trim(before, inside, after, room, page.glyphs.ellipsis)
        page.line((f"  {number:>{gutter}} {page.glyphs.bar} ", "dim"), before, inside, after)
        if region.start.line == region.end.line:
            mark = "^" * max(cell_len(inside), 1)
            page.line((f"  {'':>{gutter}} {page.glyphs.bar} ", "dim"), " " * cell_len(before), (mark, "bold red"))


def _trim(before: str, inside: str, after: str, room: int, ellipsis: str) -> tuple[str, str, str]:
    """The three parts cut to `room` cells together, so that the start of `inside` stays in view."""
    lead = room // 4
    if cell_len(before) > lead:
        before = ellipsis + _last_cells(before, lead - len(ellipsis))
    left = room - cell_len(before)
    if cell_len(inside) > left:
        return before, _first_cells(inside, left - len(ellipsis)) + ellipsis, ""
    left -= cell_len(inside)
    if cell_len(after) > left:
        after = _first_cells(after, left - len(ellipsis)) + ellipsis if left >= len(ellipsis) else ""
    return before, inside, after


def _first_cells(text: str, room: int) -> str:
    taken = used = 0
    for character in text:
        used += cell_len(character)
        if used > room:
            break
        taken += 1
    return text[:taken]


def _last_cells(text: str, room: int) -> str:
    return _first_cells(text[::-1], room)[::-1]


def _summary(page: _Page, targets: Sequence[TargetReport]) -> None:
    skipped = sum(bool(target.skipped) for target in targets)
    checked = [target for target in targets if not target.skipped]
    broken = sum(bool(target.failures) for target in checked)
    findings = [finding for target in targets for finding in target.findings]
    found = tally(findings)
    parts = [f"{found} in {count_of(len(checked), 'target')}" if found else ""]
    parts.append(f"{count_of(broken, 'target')} not finished" if broken else "")
    parts.append("" if found or broken or not checked else f"{count_of(len(checked), 'target')} clean")
    parts.append(f"{skipped} skipped" if skipped else "")
    if broken:
        glyph, color = page.glyphs.error, "bold magenta"
    elif found:
        worst = max(finding.severity for finding in findings)
        glyph, color = page.glyphs.of(worst), SEVERITY_COLORS[worst]
    elif checked:
        glyph, color = page.glyphs.good, "bold green"
    else:
        glyph, color = page.glyphs.note, "bold"
    page.gap()
    summary = ", ".join(filter(None, parts)) or "nothing to lint"
    page.wrapped(styled((f"{glyph} ", color)), styled("  "), styled((summary, "bold")))
