"""Ignore comments: `# lambda-lint: ignore[rule, rule] reason` for one instruction, `ignore-file` for all of them."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from lambda_lint import pages, syntax_error
from lambda_lint.dockerfile import Comment, Dockerfile
from lambda_lint.errors import nearest, printable
from lambda_lint.lazy import regex
from lambda_lint.location import Position, Region, SourceLocation
from lambda_lint.report import Finding, Suppressed
from lambda_lint.rule import Problem, Rule
from lambda_lint.suppression import bad_ignore, ignore_without_reason, unused_ignore
from lambda_lint.values import Value

_NAME = "lambda-lint"
_COMMENT = regex(rf"#\s*{_NAME}\b\s*(:?)\s*([\w-]*)\s*(\[[^\]]*\]?)?\s*(.*)", re.IGNORECASE | re.ASCII)
_ONE = "ignore"
_FILE = "ignore-file"
_ALL = -1
_MOST = 100  # of what is said about comments; nobody writes that many, but somebody may generate them
_FORM = "write `# lambda-lint: ignore[rule, rule] reason`, or `ignore-file[rule] reason` for the whole file"


class _Name(Value):
    """What a comment names, and where."""

    text: str
    region: Region


class _Ignore(Value):
    """One comment. `about` is the number of the instruction that it speaks of, `_ALL` for the whole file."""

    region: Region
    names: tuple[_Name, ...]
    reason: str
    about: int


class _Malformed(Value):
    """A comment that means to be an ignore and is none."""

    region: Region
    message: str


def sieve_dockerfile(
    dockerfile: Dockerfile, findings: Iterable[Finding], known: Mapping[str, Rule], ran: Collection[str]
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    """The findings that count, those about its ignore comments among them in no order, and those that do not.

    `known` are all rules that there are, by name. `ran` are the names of those that looked at this Dockerfile: only of
    these can be said that an ignore is unused, and only those of `RULES` among them report.
    """
    said = tuple(_read(dockerfile))
    if not said:
        return tuple(findings), ()
    named = {
        (name.text, item.about): (name, item.reason)
        for item in reversed(said)
        if isinstance(item, _Ignore)
        for name in reversed(item.names)
    }
    kept, suppressed = [], []
    used: set[_Name] = set()
    for finding in findings:
        keys = ((finding.rule.name, about) for about in (_instruction(finding, dockerfile), _ALL))
        matches = [named[key] for key in keys if key in named]
        used.update(name for name, _ in matches)
        if matches:
            name, reason = matches[0]
            suppressed.append(Suppressed(finding, reason, SourceLocation(dockerfile.path, name.region)))
        else:
            kept.append(finding)
    if dockerfile.problems:
        ran = {*ran} & {syntax_error.RULE.name, bad_ignore.RULE.name}
    about = (found for item in said for found in _about(item, dockerfile, used, known, ran))
    reported = itertools.islice((found for found in about if found[0].name in ran), _MOST)
    return (
        *kept,
        *(
            Finding(rule, rule.severity, Problem(message, SourceLocation(dockerfile.path, region), fix))
            for rule, message, region, fix in reported
        ),
    ), tuple(suppressed)


def _instruction(finding: Finding, dockerfile: Dockerfile) -> int | None:
    """The number of the instruction in which the finding starts."""
    location = finding.problem.location
    if not isinstance(location, SourceLocation):
        return None
    start = location.region.start
    number = bisect.bisect_right(dockerfile.instructions, start, key=lambda item: item.region.start) - 1
    return number if number >= 0 and start <= dockerfile.instructions[number].region.end else None


def _about(
    item: _Ignore | _Malformed,
    dockerfile: Dockerfile,
    used: Collection[_Name],
    known: Mapping[str, Rule],
    ran: Collection[str],
) -> Iterator[tuple[Rule, str, Region, str]]:
    if isinstance(item, _Malformed):
        yield bad_ignore.RULE, item.message, item.region, _FORM
        return
    if not item.reason:
        message = "this ignore gives no reason"
        yield ignore_without_reason.RULE, message, item.region, "say behind the bracket why the finding is acceptable"
    for name in item.names:
        if name.text not in known and bad_ignore.RULE.name in ran:
            message = f"there is no rule `{printable(name.text, 60)}`{nearest(name.text, known)}"
            yield bad_ignore.RULE, message, name.region, "name a rule that `lambda-lint --list-rules` shows"
        elif name.text in ran and name not in used:
            message = f"`{name.text}` finds nothing {_where(item.about, dockerfile)}"
            yield unused_ignore.RULE, message, name.region, _removal(known[name.text])


def _where(about: int, dockerfile: Dockerfile) -> str:
    if about == _ALL:
        return "in this file"
    if about < len(dockerfile.instructions):
        return f"in the {dockerfile.instructions[about].keyword} that this comment is about"
    return "here, for no instruction follows this comment"


def _removal(rule: Rule) -> str:
    if "Dockerfile" in pages.subjects(rule):
        return "remove the name, or the comment if it is the only one"
    return "remove it; this rule looks at built images, where an entry under `ignores` in the settings suppresses it"


def _read(dockerfile: Dockerfile) -> Iterator[_Ignore | _Malformed]:
    if _NAME not in dockerfile.source.lower():
        return
    lines = dockerfile.source.split("\n")
    for comment in dockerfile.comments:
        start, end = comment.region.start, comment.region.end
        if item := _ignore(lines[start.line - 1][start.column - 1 : end.column - 1], comment, dockerfile):
            yield item


def _ignore(text: str, comment: Comment, dockerfile: Dockerfile) -> _Ignore | _Malformed | None:
    found = _COMMENT.match(text)
    if not found:
        return None
    colon, word, names, reason = found[1], found[2].lower(), found[3] or "", found[4]
    if not names and not (colon and nearest(word, (_ONE, _FILE))):
        return None  # prose that begins with our name
    if not colon:
        return _Malformed(comment.region, "a colon is missing after `lambda-lint`, so this ignores nothing")
    if word not in (_ONE, _FILE):
        hint = nearest(word, (_ONE, _FILE))
        return _Malformed(comment.region, f"`{printable(word, 40)}` is nothing that lambda-lint knows{hint}")
    words = tuple(_words(names, comment.region.start, found.start(3)))
    if not names.endswith("]") or not words:
        return _Malformed(comment.region, "this ignore names no rule in brackets, so it ignores nothing")
    # A comment within an instruction is about that one, any other about the next.
    after = bisect.bisect_right(dockerfile.instructions, comment.region.start, key=lambda item: item.region.end)
    return _Ignore(comment.region, words, reason.strip(" -:\t\r"), _ALL if word == _FILE else after)


def _words(names: str, start: Position, offset: int) -> Iterator[_Name]:
    for found in re.finditer(r"[^\s,\[\]]+", names):
        first = Position(start.line, start.column + offset + found.start())
        last = Position(start.line, start.column + offset + found.end())
        yield _Name(found[0], Region(first, last))
