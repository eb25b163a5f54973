"""Runs rules on subjects. Pure: what was read goes in, findings and failures come out."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from lambda_lint import evidence, runtime, suppression, syntax_error
from lambda_lint.annotations import Any, TypeVar
from lambda_lint.deployment import Deployment
from lambda_lint.dockerfile import Dockerfile
from lambda_lint.errors import SourceError
from lambda_lint.image import Image, ImageConfig, Resolved
from lambda_lint.json_document import JsonDocument
from lambda_lint.location import Location, SourceLocation
from lambda_lint.location import check as check_location
from lambda_lint.report import Failure, Finding
from lambda_lint.rule import Pack, Problem, Rule, no_base, nothing_wanted
from lambda_lint.runtime import BaseConfig
from lambda_lint.values import Value

S = TypeVar("S")
Checks = Iterable[tuple[Rule, Callable[[S, Deployment], Iterator[Problem]]]]

OWN_RULES = (syntax_error.RULE, *suppression.RULES)
"""What the linter reports itself, with every choice of packs."""


class Outcome(Value):
    """What came of running rules: findings by place, then by rule, none twice; and what kept a rule from finishing."""

    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        return _outcome((*self.findings, *other.findings, *self.failures, *other.failures))


def check_dockerfile(dockerfile: Dockerfile, packs: Sequence[Pack], deployment: Deployment) -> Outcome:
    """Every rule that looks at Dockerfiles. One that does not parse is given to `syntax-error` alone."""

    on_file = _checks(tuple(packs), "check_dockerfile")
    if dockerfile.problems:
        on_file = tuple((rule, check) for rule, check in on_file if rule is syntax_error.RULE)
        return _outcome(_run(on_file, dockerfile, deployment, _none))
    config = runtime.of_dockerfile(dockerfile, _base_config(packs), deployment)
    on_settings = _checks(tuple(packs), "check_runtime")
    return _outcome(chain(_run(on_file, dockerfile, deployment, _none), _run(on_settings, config, deployment, _none)))


def check_documents(
    resolved: Resolved, config: ImageConfig | None, packs: Sequence[Pack], deployment: Deployment
) -> Outcome:
    """Every rule that needs only the manifest or the config of an image: nothing here waits for a layer."""

    def run() -> Iterator[Finding | Failure]:
        yield from _run(_checks(tuple(packs), "check_resolved"), resolved, deployment, show)
        if config:
            settings = runtime.of_image(config, deployment)
            yield from _run(_checks(tuple(packs), "check_runtime"), settings, deployment, show)

    def show(location: Location) -> str:
        return evidence.of_documents(location, resolved, config, deployment)

    return _outcome(run())


def check_image(image: Image, packs: Sequence[Pack], deployment: Deployment) -> Outcome:
    """Every rule that needs the layers. The others are not run again, see `check_documents`."""

    def show(location: Location) -> str:
        return evidence.of_image(location, image, deployment)

    return _outcome(_run(_checks(tuple(packs), "check_image"), image, deployment, show))


def check_json(document: JsonDocument, packs: Sequence[Pack], deployment: Deployment) -> Outcome:
    """Every rule that looks at JSON files. Each rule knows its own kind of file by its content."""
    return _outcome(_run(_checks(tuple(packs), "check_json"), document, deployment, _none))


def json_kind(document: JsonDocument, packs: Sequence[Pack]) -> str:
    """What a JSON file is, in the words of the first pack that knows it; "" when none does."""
    return next((kind for pack in packs if (kind := pack.json_kind(document))), "")


def facts(
    subject: Dockerfile | Image, packs: Sequence[Pack], deployment: Deployment
) -> tuple[Mapping[str, object], tuple[Failure, ...]]:
    """What the packs know of the subject, merged. A pack that crashes adds nothing and is named in a failure.

    Of a Dockerfile that does not parse nothing is known.
    """
    if isinstance(subject, Dockerfile) and subject.problems:
        return {}, ()
    results = [_facts(pack, subject, deployment) for pack in packs]
    known = {key: value for result in results if not isinstance(result, Failure) for key, value in result.items()}
    return known, tuple(result for result in results if isinstance(result, Failure))


def skip_reason(dockerfile: Dockerfile, packs: Sequence[Pack]) -> str:
    """Why no pack has any business with this Dockerfile, "" when one has. A pack without rules has no say."""
    reasons = [pack.not_for_us(dockerfile) for pack in packs if any(rule not in OWN_RULES for rule in pack.rules)]
    return next((reason for reason in reasons if reason), "") if all(reasons) else ""


def wanted(config: ImageConfig, packs: Sequence[Pack], deployment: Deployment) -> Callable[[str, int, int], int]:
    """How many leading bytes of a file (path, mode, size) to keep: the most that any pack asks for."""
    settings = runtime.of_image(config, deployment)
    wishes = [pack.wanted(settings) for pack in packs if pack.wanted is not nothing_wanted]
    if len(wishes) == 1:  # asked for each file, of which there may be a million
        return wishes[0]
    return lambda path, mode, size: max((wish(path, mode, size) for wish in wishes), default=0)


def crash(error: Exception) -> str:
    """A bug in one line, as the end of a sentence: what was raised, and where."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" ({posixpath.basename(trace.tb_frame.f_code.co_filename)}, line {trace.tb_lineno})" if trace else ""
    return " ".join(f"crashed with {type(error).__name__}: {error}".split()) + where


@lru_cache(maxsize=16)  # asked for each of many files
def _checks(packs: tuple[Pack, ...], kind: str) -> Checks[Any]:
    """The rules that have a check of that kind, each with it."""
    return tuple((rule, check) for pack in packs for rule in pack.rules if (check := getattr(rule, kind)))


def _base_config(packs: Sequence[Pack]) -> Callable[[str], BaseConfig | None]:
    known = [pack.base_config for pack in packs if pack.base_config is not no_base]
    if len(known) == 1:  # as the pack's own rules ask, and so are given the settings that are worked out already
        return known[0]
    return lambda reference: next((base for each in known if (base := each(reference))), None)


def _facts(pack: Pack, subject: Dockerfile | Image, deployment: Deployment) -> Mapping[str, object] | Failure:
    try:
        return pack.facts(subject, deployment)
    except SourceError as error:
        return Failure(str(error))
    except Exception as error:  # any bug of a pack: the rest of the report must still come out
        return Failure(f"the facts of pack {pack.name} are missing: {crash(error)}")


def _none(_location: Location) -> str:
    return ""


def _run(
    checks: Checks[S], subject: S, deployment: Deployment, show: Callable[[Location], str]
) -> Iterator[Finding | Failure]:
    for rule, check in checks:
        try:
            for problem in check(subject, deployment):
                for place in (problem.location, *(place for _, place in problem.related)):
                    check_location(place)
                yield Finding(rule, problem.severity or rule.severity, problem, show(problem.location))
        except SourceError as error:  # noqa: PERF203  # each rule by itself
            yield Failure(str(error))
        except Exception as error:  # any bug of a rule: it must not take the other rules down with it
            yield Failure(crash(error), rule.name)


def _outcome(items: Iterable[Finding | Failure]) -> Outcome:
    found = dict.fromkeys(items)
    findings = in_order(item for item in found if isinstance(item, Finding))
    return Outcome(findings, tuple(item for item in found if isinstance(item, Failure)))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of one target as a report shows them: by place, an image's the worst first, those in settings last."""
    return tuple(sorted(findings, key=_order))


def _order(finding: Finding) -> tuple[object, ...]:
    location = finding.problem.location
    if isinstance(location, SourceLocation):
        in_settings = bool(finding.evidence)  # the entry; a Dockerfile shows its own line instead
        start, end = location.region.start, location.region.end
        # In numbers, which are quicker to compare than places.
        numbers = (start.line, start.column, end.line, end.column)
        place: tuple[object, ...] = (2 if in_settings else 0, location.path, *numbers)
    else:
        layer = -1 if location.layer is None else location.layer
        place = (1, -finding.severity, not location.key, location.key, layer, location.path, location.line or 0)
    return (*place, finding.rule.name, -finding.severity, finding.problem.message)
