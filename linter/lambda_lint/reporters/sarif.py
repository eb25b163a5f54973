"""SARIF 2.1.0 as GitHub code scanning takes it.

GitHub shows the first location of a result only, needs a file's URI and all four numbers of its region there, and
keeps alerts apart by the run's category, by rule, and by `primaryLocationLineHash`. So nothing that changes from build
to build (a tag, a digest, a folder outside the repository) goes into any of these.
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from urllib.parse import quote

from lambda_lint import pages
from lambda_lint.about import REPOSITORY, VERSION
from lambda_lint.errors import printable
from lambda_lint.location import ImageLocation, Location, Region, SourceLocation
from lambda_lint.report import Finding, Report, SubjectKind, Suppressed, TargetReport, exit_status
from lambda_lint.reporters.style import Style, failure_text, place, relative
from lambda_lint.rule import Rule
from lambda_lint.targets import parse_target

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
_LONGEST_TEXT = 1024
_MOST_RESULTS = 5000  # GitHub drops what is beyond

_PROBLEM_SEVERITY = {"error": "error", "warning": "warning", "note": "recommendation"}

_Object = Mapping[str, object]


def render(report: Report, style: Style) -> str:
    """One run for all Dockerfiles, one for all JSON files, one for each image, one for what was not read; in ASCII."""
    # GitHub refuses a file without runs, and a share of few targets may be empty.
    # https://github.com/github/codeql-action/issues/390
    groups = tuple(_groups(report)) or ((f"nothing{_of_share(report)}", ()),)
    runs = [_run(report, name, targets, style) for name, targets in groups]
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": runs}, indent=2) + "\n"


def _groups(report: Report) -> Iterator[tuple[str, Sequence[TargetReport]]]:
    """The targets of each run under the run's category. An empty run would close the alerts of its category.

    Runs that share a list never have the same category, since each would close what the others found. That of an image
    does not depend on the share that the image is in, which changes with the list.
    """
    for name, kind in (("dockerfile", SubjectKind.DOCKERFILE), ("json", SubjectKind.JSON), ("unread", None)):
        targets = [target for target in report.targets if target.kind is kind]
        if targets:
            yield name + _of_share(report), targets
    images = [target for target in report.targets if target.kind is SubjectKind.IMAGE]
    named = report.share.listed if report.share is not None else [target.target for target in images]
    names = dict(zip(named, _numbered([image_name(target) for target in named]), strict=True))
    for target in images:
        yield f"image/{names[target.target]}", (target,)


def _of_share(report: Report) -> str:
    return f"/{report.share.number}-of-{report.share.many}" if report.share is not None else ""


def _numbered(names: Sequence[str]) -> Iterator[str]:
    """The same names, made different: the second `app` is `app-2`, unless another is called so."""
    taken = set(names)
    seen: set[str] = set()
    for name in names:
        numbers = (f"{name}-{number}" for number in count(2))
        free = name if name not in seen else next(new for new in numbers if new not in taken)
        seen.add(name)
        taken.add(free)
        yield free


def image_name(target: str) -> str:
    """A name for an image in URIs, the same for every tag and digest: the last part of its repository or path."""
    name = parse_target(target).path_or_ref.rstrip("/").rpartition("/")[2]
    name = name.partition("@")[0].partition(":")[0]
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "image"


def _run(report: Report, name: str, targets: Sequence[TargetReport], style: Style) -> _Object:
    indexes = {rule.name: index for index, rule in enumerate(report.rules)}
    found: list[tuple[TargetReport, Finding, Suppressed | None]] = [
        *((target, finding, None) for target in targets for finding in target.findings),
        *((target, item.finding, item) for target in targets for item in target.suppressed),
    ]
    # SARIF 3.27.23: either all results of a run carry `suppressions` or none does.
    any_suppressed = any(suppressed for *_, suppressed in found)
    seen: Counter[str] = Counter()
    results = [
        {
            **_result(finding, indexes[finding.rule.name], target, name, style, seen),
            **({"suppressions": list(_suppressions(suppressed))} if any_suppressed else {}),
        }
        for target, finding, suppressed in found[:_MOST_RESULTS]
    ]
    return {
        "tool": {
            "driver": {
                "name": "lambda-lint",
                "informationUri": REPOSITORY,
                "version": VERSION,
                "semanticVersion": VERSION,
                "rules": [_rule(rule) for rule in report.rules],
            }
        },
        "automationDetails": {"id": f"lambda-lint/{name}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that lambda-lint was run in."}}},
        "invocations": [
            {
                "executionSuccessful": not any(target.failures for target in targets),
                "exitCode": exit_status(report),
                "toolExecutionNotifications": list(_notifications(targets, len(found))),
            }
        ],
        "results": results,
    }


def _notifications(targets: Sequence[TargetReport], found: int) -> Iterator[_Object]:
    for target in targets:
        for failure in target.failures:
            yield {
                "level": "error",
                "message": {"text": _sentence(f"{target.target}: {failure_text(failure)}")},
                **({"associatedRule": {"id": failure.rule}} if failure.rule else {}),
            }
        if target.skipped:
            yield {"level": "note", "message": {"text": _sentence(f"{target.target}: skipped, {target.skipped}")}}
    if found > _MOST_RESULTS:
        yield {
            "level": "warning",
            "message": {"text": f"There are {found} findings; the first {_MOST_RESULTS} of them are in this file."},
        }


def _rule(rule: Rule) -> _Object:
    return {
        "id": rule.name,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": _sentence(pages.title(rule))},
        "fullDescription": {"text": _sentence(pages.summary(rule))},
        "help": {"text": pages.render_page(rule), "markdown": pages.render_page(rule)},
        "helpUri": pages.url(rule),
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {
            "tags": sorted({*rule.tags, *pages.subjects(rule).lower().split(" and ")}),
            "precision": "very-high",
            "problem.severity": _PROBLEM_SEVERITY[str(rule.severity)],
        },
    }


def _result(finding: Finding, index: int, target: TargetReport, run: str, style: Style, seen: Counter[str]) -> _Object:
    problem = finding.problem
    related = [
        {"id": number, "message": {"text": _sentence(why)}, **_location(location, target, run, style)}
        for number, (why, location) in enumerate(problem.related, 1)
    ]
    return {
        "ruleId": finding.rule.name,
        "ruleIndex": index,
        "level": str(finding.severity),
        "message": {"text": _message(finding, target)},
        "locations": [_location(problem.location, target, run, style)],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(finding, target, run, style, seen)},
    }


def _suppressions(suppressed: Suppressed | None) -> Iterator[_Object]:
    if suppressed:
        yield {
            "kind": "inSource" if isinstance(suppressed.by, SourceLocation) else "external",
            "status": "accepted",
            **({"justification": _sentence(suppressed.reason)} if suppressed.reason else {}),
        }


def _message(finding: Finding, target: TargetReport) -> str:
    problem = finding.problem
    sentences = [_plain(problem.message)]
    if isinstance(problem.location, ImageLocation):
        evidence = f" ({finding.evidence})" if finding.evidence else ""
        sentences.append(_plain(f"Found in image {target.target} at {place(problem.location)}{evidence}"))
    if problem.fix:
        sentences.append(_plain(f"Fix: {problem.fix}"))
    text = " ".join(sentences)
    links = "".join(f" See [{_plain(place(location), '')}]({n})." for n, (_, location) in enumerate(problem.related, 1))
    return _cut(text, _LONGEST_TEXT - len(links)) + links


def _location(location: Location, target: TargetReport, run: str, style: Style) -> _Object:
    if isinstance(location, SourceLocation):
        return {
            "physicalLocation": {
                "artifactLocation": _artifact(location.path, style),
                "region": _region(location.region),
            }
        }
    name = printable(f"{target.target}: {place(location)}")
    return {
        # A file must be named, and no file is known that made the image: a name that stays the same has to do.
        "physicalLocation": {
            "artifactLocation": {"uri": quote(run), "uriBaseId": _ROOT},
            "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
        },
        "logicalLocations": [{"name": printable(place(location)), "fullyQualifiedName": name, "kind": "resource"}],
    }


def _artifact(path: str, style: Style) -> _Object:
    name = relative(path, style.root)
    if name.startswith("/"):
        return {"uri": f"file://{quote(name)}"}
    return {"uri": quote(name), "uriBaseId": _ROOT}


def _region(region: Region) -> _Object:
    return {
        "startLine": region.start.line,
        "startColumn": region.start.column,
        "endLine": region.end.line,
        "endColumn": region.end.column,
    }


def _fingerprint(finding: Finding, target: TargetReport, run: str, style: Style, seen: Counter[str]) -> str:
    location = finding.problem.location
    if isinstance(location, SourceLocation):
        what: tuple[str, ...] = (relative(location.path, style.root), finding.evidence or _line(target, location))
    else:
        platform = "/".join(str(target.facts.get(key, "")) for key in ("os", "architecture"))
        what = (run, platform, location.key, location.path)
    digest = hashlib.sha256("\0".join((finding.rule.name, *what)).encode(errors="surrogatepass")).hexdigest()[:16]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"


def _line(target: TargetReport, location: SourceLocation) -> str:
    lines = target.source.split("\n")
    return lines[location.region.start.line - 1].strip() if location.region.start.line <= len(lines) else ""


def _sentence(text: str) -> str:
    return _cut(_plain(text), _LONGEST_TEXT)


def _plain(text: str, end: str = ".") -> str:
    """One line that ends a sentence, in which nobody but we can write a link to a related location."""
    line = printable(text, limit=len(text)).rstrip(".").replace("](", "] (")
    return line if end == "." and line.endswith("?") else line + end


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
