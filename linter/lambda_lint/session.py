"""The composition root: targets and settings become a report. What fails for one target does not stop the others."""

from __future__ import annotations

import os
import posixpath
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from functools import cache, lru_cache, partial
from itertools import chain, islice
from types import MappingProxyType

from lambda_lint import engine, pages, suppression
from lambda_lint.annotations import TYPE_CHECKING
from lambda_lint.day import date
from lambda_lint.deployment import Deployment
from lambda_lint.dockerfile import parse
from lambda_lint.errors import SourceError, UsageError, printable
from lambda_lint.image.model import Platform
from lambda_lint.json_document import parse_json
from lambda_lint.packs import check_features, check_names, load_packs, narrow, revision
from lambda_lint.report import Failure, Finding, Report, SubjectKind, Suppressed, TargetReport
from lambda_lint.rule import Pack, Rule, Severity
from lambda_lint.settings import FAIL_ON, Settings, SettingsFiles, read_settings
from lambda_lint.sources import OpenedDockerfile, OpenedImage, OpenedJson, SourceOptions, dockerfiles_at, open_target
from lambda_lint.sources.cache import Cache
from lambda_lint.sources.contexts import Disk
from lambda_lint.sources.meter import Meter
from lambda_lint.sources.paths import plain
from lambda_lint.targets import DOCKER_DAEMON, PODMAN, REGISTRY, STDIN, Target, parse_target
from lambda_lint.values import Value, replace

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_lint.answers import Answer
    from lambda_lint.sources.registry import Registries


class Options(Value):
    """What one call says over all settings files. None: it says nothing.

    `select` replaces that of the settings, `extend_select` and `ignore` add to them, the others replace. `config` is
    read instead of looking for settings files. `folder` is the absolute path of the current folder, in which targets
    are named and whose settings hold for image references. `jobs` layers are read at a time, and none whose layer or
    whose answer `cache` holds. Dockerfiles, if many, are linted in up to so many `processes`. Those met in a folder are
    skipped when they are none of the packs' business; `functions_only` does the same to those that were named,
    `lint_all` to none. `platform` is the image of an index to lint, None: the one for the architecture. `meter` is told
    how far the run is.
    """

    folder: str | Path
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    architecture: str | None = None
    platform: Platform | None = None
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    workdir: str | None = None
    config: str | Path | None = None
    jobs: int | None = None
    processes: int = 1
    cache: Cache | None = None
    lint_all: bool = False
    functions_only: bool = False
    environ: Mapping[str, str] = MappingProxyType({})
    today: date | None = None
    meter: Meter = Meter()


def run(targets: Iterable[str], options: Options) -> Report:
    """Lints the targets in their order, each once. Raises UsageError as `Run` does."""
    started = Run(targets, options)
    return Report(tuple(started), started.rules)


class Run:
    """Lints the targets in their order, each once, while it is iterated: a report is there as soon as it can be.

    Raises UsageError for a target that makes no sense, at once; and for settings, packs or rule names that are wrong,
    where they are met.
    """

    def __init__(self, targets: Iterable[str], options: Options) -> None:
        self._session = _Session(options)
        self._targets = [parse_target(text) for text in dict.fromkeys(targets)]

    def __iter__(self) -> Iterator[TargetReport]:
        return self._session.with_ignores(self._reports(self._session.meter))

    def _reports(self, meter: Meter) -> Iterator[TargetReport]:
        meter.expect(len(self._targets))
        targets = deque(self._targets)
        with ExitStack() as stack:
            registries = cache(partial(_registries, self._session.environ, stack))
            while targets:
                yield from self._told(self._session.lint_dockerfiles(self._session.dockerfiles(targets)), meter)
                if targets:
                    yield from self._told(self._session.check(targets.popleft(), registries), meter)

    def _told(self, reports: Iterable[TargetReport], meter: Meter) -> Iterator[TargetReport]:
        for report in reports:
            meter.finish()
            yield report

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that was run so far."""
        return self._session.rules


def known_rules(options: Options) -> tuple[Rule, ...]:
    """Every rule that the settings of the current folder give access to, by name, whatever they select or ignore.

    Raises UsageError for settings or packs that are wrong.
    """
    plan = _Session(replace(options, select=None, ignore=())).plan(os.fspath(options.folder))
    return tuple(
        sorted((rule for pack in load_packs(plan.settings.packs) for rule in pack.rules), key=lambda r: r.name)
    )


class _Plan(Value):
    """What applies to one target: its settings under the options of this call, and the rules that are left to run.

    `known` are all that there are, by name, and `names` those of the rules that are left.
    """

    settings: Settings
    packs: tuple[Pack, ...]
    deployment: Deployment
    known: Mapping[str, Rule]
    names: frozenset[str]

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for pack in self.packs for rule in pack.rules)

    @property
    def code(self) -> str:
        """See `packs.revision`."""
        return revision(self.settings.packs)

    def ran(self, failures: Iterable[Failure]) -> frozenset[str]:
        """The names of the rules that ran to their end, where these are all failures."""
        return self.names.difference(failure.rule for failure in failures)

    def graded(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings in their order, each as grave as the settings say."""
        severity: Mapping[str, Severity] = dict(self.settings.severity)
        if not severity:
            return engine.in_order(findings)
        return engine.in_order(
            replace(finding, severity=severity.get(finding.rule.name, finding.severity)) for finding in findings
        )


class _Session:
    """One call. Settings files and packs are read once, however many targets share them."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._folder = os.fspath(options.folder)
        self.environ = options.environ
        self.meter = options.meter
        self._files = SettingsFiles()
        self._disk = Disk()
        self._given = read_settings(options.config) if options.config else None
        self._plans: dict[Settings, _Plan] = {}
        self._named: dict[str, _Plan] = {}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that was run on some target."""
        return tuple({rule.name: rule for plan in self._plans.values() for rule in plan.rules}.values())

    def plan(self, folder: str) -> _Plan:
        """What applies to targets in this folder."""
        settings = self._given or self._files.nearest(folder)
        if settings not in self._plans:
            self._plans[settings] = _plan(settings, self._options)
        return self._plans[settings]

    def _plan_of(self, target: Target) -> _Plan:
        """What applies to the folder that a target lies in, or to the current one for an image reference."""
        current = self._folder
        if target.transport in (DOCKER_DAEMON, PODMAN, REGISTRY) or target.path_or_ref == STDIN:
            return self.plan(current)
        path = posixpath.join(current, target.path_or_ref)
        try:
            if posixpath.isdir(path):
                return self._plan_in(target.path_or_ref)
            there = posixpath.exists(path)
            return self._plan_in(posixpath.dirname(target.path_or_ref)) if there else self.plan(current)
        except OSError:  # too long for a file name, or out of reach: opening the target will tell
            return self.plan(current)

    def _plan_in(self, folder: str) -> _Plan:
        """What applies to files in a folder. It is looked up once for each way in which it is named."""
        if folder not in self._named:
            self._named[folder] = self.plan(posixpath.realpath(posixpath.join(self._folder, folder)))
        return self._named[folder]

    def with_ignores(self, reports: Iterator[TargetReport]) -> Iterator[TargetReport]:
        """The reports, with what is to say of ignores in settings files at the first target that each file is for.

        Whether an ignore is of any use shows only when all were seen, so from that target on all reports wait.
        """
        for report in reports:
            if _was_linted(report) and report.settings in self._with_ignores():
                waiting = [report]
                try:
                    waiting.extend(reports)
                except UsageError:  # wrong settings, met on the way: what came before them is shown
                    yield from waiting
                    raise
                yield from self._told_of_ignores(waiting)
            else:
                yield report

    def _with_ignores(self) -> dict[str, _Plan]:
        return {plan.settings.path: plan for plan in self._plans.values() if plan.settings.ignores}

    def _told_of_ignores(self, reports: Sequence[TargetReport]) -> Iterator[TargetReport]:
        waiting = self._with_ignores()
        for report in reports:
            plan = waiting.pop(report.settings, None) if _was_linted(report) else None
            about = _about_ignores(plan, reports, self._folder) if plan else ()
            yield replace(report, findings=plan.graded((*report.findings, *about))) if plan else report

    def dockerfiles(self, targets: deque[Target]) -> Iterator[tuple[Target, OpenedDockerfile]]:
        """Takes what is Dockerfiles off the front of these targets, when it is asked for."""
        while targets and (opened := dockerfiles_at(targets[0])):
            target = targets.popleft()
            self.meter.expect(len(opened) - 1)
            yield from ((target, each) for each in opened)

    def lint_dockerfiles(self, files: Iterator[tuple[Target, OpenedDockerfile]]) -> Iterator[TargetReport]:
        """A report for each, in their order: of a few as they come, of many from several processes."""
        most = self._options.processes
        few = tuple(islice(files, most * _WORTH_A_PROCESS)) if most > 1 else ()
        if (count := len(few) // _WORTH_A_PROCESS) > 1:
            # The first one here: a process that begins as a copy of this one has then all that it needs.
            yield self._linted(few[0])
            yield from self._from_processes(chain(few[1:], files), count)
        else:
            yield from map(self._linted, chain(few, files))

    def _linted(self, file: tuple[Target, OpenedDockerfile]) -> TargetReport:
        self._check_settings(*file)
        self.meter.start("checking")
        return self.lint(file[1])

    def _from_processes(self, files: Iterator[tuple[Target, OpenedDockerfile]], count: int) -> Iterator[TargetReport]:
        import pickle

        from lambda_lint.parcels import Parcel
        from lambda_lint.processes import in_processes

        options = replace(self._options, processes=1, cache=None, environ={}, meter=Meter())
        work = partial(_packed, pickle.dumps(options))
        with closing(in_processes(work, files, count)) as results:
            for batch, data in results:
                parcel = Parcel(data) if data else None
                for target, opened in batch:
                    plan = self._check_settings(target, opened)  # so that what is wrong with them shows at its turn
                    self.meter.start("checking")
                    if parcel:
                        yield parcel.unpacked(plan.known)
                    elif data is None:
                        died = SourceError(f"{printable(opened.target)}: {_DIED}")
                        yield _unfinished(plan, opened.target, SubjectKind.DOCKERFILE, died)
                    else:
                        yield self.lint(opened)

    def _check_settings(self, target: Target, opened: OpenedDockerfile) -> _Plan:
        """What applies to a Dockerfile. What is wrong with the settings of a folder counts for all that is in it."""
        if not opened.explicit:
            self._plan_in(target.path_or_ref)
        return self._plan_in(posixpath.dirname(opened.path))

    def check(self, target: Target, registries: Callable[[], Registries]) -> Iterator[TargetReport]:
        """The report of a target that is no Dockerfile."""
        plan = self._plan_of(target)
        given, architecture = self._options, plan.settings.architecture
        platform = given.platform or (Platform(architecture=architecture) if architecture else None)
        options = SourceOptions(platform, given.environ, given.jobs, given.cache, self.meter, registries)
        with ExitStack() as stack:
            try:
                opened = open_target(target, options, stack)
            except UsageError:
                raise
            except Exception as error:  # a bug met in one target must not hide what is to be said of the others
                yield _unfinished(plan, target.text, None, error)
                return
            self.meter.expect(len(opened) - 1)
            for subject in opened:
                self.meter.start("checking")
                yield self._lint(subject, plan)

    def _lint(self, opened: OpenedDockerfile | OpenedImage | OpenedJson, plan: _Plan) -> TargetReport:
        if isinstance(opened, OpenedDockerfile):
            return self.lint(opened)
        try:
            return _json(opened, plan) if isinstance(opened, OpenedJson) else _image(opened, plan, self._options)
        except Exception as error:  # see above
            return _unfinished(plan, opened.target, _KINDS[type(opened)], error)

    def lint(self, opened: OpenedDockerfile) -> TargetReport:
        """The report of a Dockerfile."""
        plan = self._plan_in(posixpath.dirname(opened.path))
        try:
            return _dockerfile(opened, plan, self._options, self._disk)
        except Exception as error:  # see above
            return _unfinished(plan, opened.target, SubjectKind.DOCKERFILE, error)


def _registries(environ: Mapping[str, str], stack: ExitStack) -> Registries:
    from lambda_lint.sources.registry import Registries  # only once there is an image to look for in one

    return Registries(environ, stack)


def _packed(options: bytes, files: Iterable[tuple[Target, OpenedDockerfile]]) -> bytes:
    """The reports of Dockerfiles, for another process; nothing where that shall see for itself what is wrong."""
    from lambda_lint.parcels import packed

    try:
        session = _session(options)
        return packed(session.lint(opened) for _, opened in files)
    except Exception:  # settings that are wrong, or values of a pack that stay where they are
        return b""


@lru_cache(maxsize=1)
def _session(options: bytes) -> _Session:
    import pickle

    return _Session(pickle.loads(options))  # noqa: S301  # from the process that began this one


# Two processes take 0.1 s more of work than one, and with 16 Dockerfiles each they save no more than that.
_WORTH_A_PROCESS = 24
_DIED = "the process that linted it was killed, perhaps for want of memory"
_KINDS: Mapping[type, SubjectKind] = {
    OpenedImage: SubjectKind.IMAGE,
    OpenedJson: SubjectKind.JSON,
}


def _about_ignores(plan: _Plan, reports: Iterable[TargetReport], folder: str) -> tuple[Finding, ...]:
    settings = plan.settings
    linted = [report for report in reports if _was_linted(report) and report.settings == settings.path]
    images = [report for report in linted if report.kind is SubjectKind.IMAGE]
    return suppression.about_entries(
        settings.ignores,
        [item for report in linted for item in report.suppressed],
        plan.ran(()),
        plan.deployment.on,
        _seen_from(folder, settings.path),
        of_images={rule.name for rule in plan.rules if "image" in pages.subjects(rule)},
        files=[report.target for report in linted if report.kind is not SubjectKind.IMAGE and not report.failures],
        complete=bool(images) and all(report.facts.get("os") is not None and not report.failures for report in images),
    )


def _seen_from(folder: str, path: str) -> str:
    return path.removeprefix(posixpath.join(folder, ""))


def _was_linted(report: TargetReport) -> bool:
    return report.kind is not None and not report.skipped


def _unfinished(plan: _Plan, target: str, kind: SubjectKind | None, error: Exception) -> TargetReport:
    message = str(error) if isinstance(error, SourceError) else f"{target}: lambda-lint {engine.crash(error)}"
    return _report(plan, target, kind, failures=(Failure(message),))


def _plan(settings: Settings, options: Options) -> _Plan:
    packs = load_packs(settings.packs)
    check_names((*(settings.select or ()), *settings.extend_select, *settings.ignore), packs, settings.path)
    check_names((rule for rule, _ in settings.severity), packs, f"{settings.path}: severity")
    for number, entry in enumerate(settings.ignores):
        check_names([entry.rule], packs, f"{settings.path}: ignores[{number}].rule")
    check_names(options.select or (), packs, "--select")
    check_names(options.extend_select, packs, "--extend-select")
    check_names(options.ignore, packs, "--ignore")
    check_features(settings.features, packs, settings.path)
    merged = replace(
        settings,
        select=settings.select if options.select is None else options.select,
        extend_select=(*settings.extend_select, *options.extend_select),
        ignore=(*settings.ignore, *options.ignore),
        fail_on=settings.fail_on if options.fail_on is None else FAIL_ON[options.fail_on],
        architecture=options.architecture or settings.architecture,
        entrypoint=settings.entrypoint if options.entrypoint is None else options.entrypoint,
        command=settings.command if options.command is None else options.command,
        workdir=options.workdir or settings.workdir,
    )
    deployment = Deployment(
        architecture=merged.architecture,
        entrypoint=merged.entrypoint,
        command=merged.command,
        workdir=merged.workdir,
        on=options.today,
        features=frozenset(merged.features),
        image=merged.image,
        region=merged.region,
        account=merged.account,
    )
    known = {rule.name: rule for pack in packs for rule in pack.rules}
    narrowed = narrow(packs, merged.select, merged.ignore, merged.extend_select)
    names = frozenset(rule.name for pack in narrowed for rule in pack.rules)
    return _Plan(merged, narrowed, deployment, known, names)


def _report(
    plan: _Plan,
    target: str,
    kind: SubjectKind | None,
    *,
    known: Mapping[str, object] = MappingProxyType({}),
    findings: Iterable[Finding] = (),
    failures: tuple[Failure, ...] = (),
    source: str = "",
    skipped: str = "",
    suppressed: tuple[Suppressed, ...] = (),
) -> TargetReport:
    return TargetReport(
        target,
        kind,
        known,
        plan.graded(findings),
        failures,
        source,
        skipped,
        plan.settings.fail_on,
        plan.settings.path,
        suppressed,
    )


def _dockerfile(opened: OpenedDockerfile, plan: _Plan, options: Options, disk: Disk) -> TargetReport:
    dockerfile = replace(parse(opened.read(), opened.path), folders=cache(partial(opened.folders, disk)))
    if not options.lint_all and (options.functions_only or not opened.explicit):
        reason = engine.skip_reason(dockerfile, plan.packs)
        if reason:
            return _report(plan, opened.target, SubjectKind.DOCKERFILE, skipped=reason)
    outcome = engine.check_dockerfile(dockerfile, plan.packs, plan.deployment)
    known, failures = engine.facts(dockerfile, plan.packs, plan.deployment)
    findings, commented = suppression.sieve_dockerfile(
        dockerfile, plan.graded(outcome.findings), plan.known, plan.ran(outcome.failures)
    )
    findings, suppressed = _sieved(findings, plan)
    return _report(
        plan,
        opened.target,
        SubjectKind.DOCKERFILE,
        known=known,
        findings=findings,
        failures=(*outcome.failures, *failures),
        source=dockerfile.source,
        suppressed=(*commented, *suppressed),
    )


def _sieved(findings: Iterable[Finding], plan: _Plan) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    if not plan.settings.ignores:
        return tuple(findings), ()
    return suppression.sieve(plan.graded(findings), plan.settings.ignores, plan.deployment.on)


def _json(opened: OpenedJson, plan: _Plan) -> TargetReport:
    document = parse_json(opened.read(), plain(opened.target))
    kind = engine.json_kind(document, plan.packs)
    if not kind:
        raise SourceError(f"{printable(document.path)}: no rule pack knows what this JSON file is")
    outcome = engine.check_json(document, plan.packs, plan.deployment)
    findings, suppressed = _sieved(outcome.findings, plan)
    return _report(
        plan,
        opened.target,
        SubjectKind.JSON,
        known={"json_kind": kind},
        findings=findings,
        failures=outcome.failures,
        source=document.source,
        suppressed=suppressed,
    )


def _image(opened: OpenedImage, plan: _Plan, options: Options) -> TargetReport:
    answer, failures = _answer(opened, plan, options.cache, options.meter)
    findings, suppressed = _sieved(answer.outcome.findings, plan)
    return _report(
        plan,
        opened.target,
        SubjectKind.IMAGE,
        known=answer.facts,
        findings=findings,
        failures=(*answer.outcome.failures, *failures),
        suppressed=suppressed,
    )


def _answer(opened: OpenedImage, plan: _Plan, cache: Cache | None, meter: Meter) -> tuple[Answer, tuple[Failure, ...]]:
    """What there is to say of an image, without reading it where that was worked out before."""
    if cache is None or opened.config is None or not opened.content:
        return _worked_out(opened, plan, meter)
    from lambda_lint import answers  # for images only, as what is below

    key = answers.key(opened.content, opened.resolved, opened.config, plan.deployment, plan.rules, plan.code)
    kept = cache.get(key)
    if kept is not None:
        with suppress(ValueError):  # damaged, or the work of others: work it out again
            return answers.decode(kept, plan.rules), ()
    answer, failures = _worked_out(opened, plan, meter)
    if not (failures or answer.outcome.failures):
        cache.put(key, answers.encode(answer))
    return answer, failures


def _worked_out(opened: OpenedImage, plan: _Plan, meter: Meter) -> tuple[Answer, tuple[Failure, ...]]:
    from lambda_lint import facts
    from lambda_lint.answers import Answer

    outcome = engine.check_documents(opened.resolved, opened.config, plan.packs, plan.deployment)
    known = facts.of_documents(opened.resolved, opened.config)
    failures: tuple[Failure, ...] = ()
    if not opened.config:
        if opened.missing or not outcome.findings:
            why = opened.missing or "there is no image behind this reference to look into"
            failures = (Failure(f"{opened.target}: {why}"),)
    elif any(rule.check_image for rule in plan.rules):  # for the others there is nothing to wait for
        try:
            image = opened.read(engine.wanted(opened.config, plan.packs, plan.deployment))
        except SourceError as error:
            failures = (Failure(str(error)),)
        else:
            meter.start("checking")
            outcome += engine.check_image(image, plan.packs, plan.deployment)
            more, failures = engine.facts(image, plan.packs, plan.deployment)
            known = {**facts.of_image(image), **more}
    return Answer(outcome, known), failures
