"""The command line: arguments to a session, its report to stdout and files, and the exit status."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import re
import sys
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

from lambda_lint.about import PROGRAM, VERSION
from lambda_lint.annotations import TYPE_CHECKING, NoReturn
from lambda_lint.arguments import Arguments
from lambda_lint.day import date
from lambda_lint.errors import UsageError, nearest, printable
from lambda_lint.report import Report, Share, TargetReport, exit_status
from lambda_lint.reporters import REPORTERS, Style, stream_text
from lambda_lint.settings import ARCHITECTURES
from lambda_lint.values import replace

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_lint.progress import Progress
    from lambda_lint.session import Options
    from lambda_lint.sources.cache import FolderCache, MemoryCache

_INTERRUPTED = 130
_PIPE_WIDTH = 100
_NEVER_FAILS = "backslashreplace"
_WIDEST = 120


def entry() -> NoReturn:
    """The program `lambda-lint`."""
    # What is imported stays until the end, and values make no cycles: to look for garbage as often as Python does, and
    # once more at the end, was a tenth of a run over one Dockerfile.
    gc.set_threshold(100_000, 50)
    status = main()
    gc.freeze()
    sys.exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit status: 0, 1, 2, 3, or 130 after Ctrl-C."""
    try:
        return _main(_arguments(sys.argv[1:] if argv is None else argv))
    except UsageError as error:
        _complain(str(error))
        return 2
    except KeyboardInterrupt:
        _complain("interrupted")
        return _INTERRUPTED
    except Exception as error:  # a bug, or a current folder that is gone: nobody wants a traceback for either
        from lambda_lint import engine

        _complain(engine.crash(error))
        return 3


def _arguments(argv: Sequence[str]) -> Arguments:
    if any(text.startswith("-") for text in argv):
        from lambda_lint import command_line

        return command_line.parse(argv)
    return Arguments(targets=tuple(argv))  # to get ready for options is a twentieth of a small run


def _main(arguments: Arguments) -> int:
    style = _style(arguments)
    if arguments.help:
        from lambda_lint import command_line

        return _print(command_line.help_text())
    if arguments.version:
        return _print(f"{PROGRAM} {VERSION}\n")
    if arguments.completion:
        from lambda_lint import command_line

        return _print(command_line.completion(arguments.completion))
    if arguments.list_rules or arguments.explain:
        return _print(_catalogue(arguments, style))
    return _lint(arguments, style)


def _lint(arguments: Arguments, style: Style) -> int:
    outputs = _outputs(arguments.format)
    listed = _listed(arguments)
    number, many = arguments.shard
    targets = listed[number - 1 :: many]

    from lambda_lint import session

    options = _options(arguments)
    progress = _progress(arguments, style, os.environ)
    run = session.Run(targets, options if progress is None else replace(options, meter=progress))
    reports: list[TargetReport] = []
    failed = 0
    streaming = ("text", None) in outputs
    arriving = _kept(run, reports)
    if progress is not None:
        arriving = progress.watched(arriving, sys.stderr, between=streaming)
    with contextlib.closing(arriving):
        for piece in stream_text(arriving, style) if streaming else ("" for _ in arriving):
            failed = _print(piece) or failed
    report = Report(tuple(reports), run.rules, Share(number, many, listed) if many > 1 else None)
    for name, path in outputs:
        if path is not None:
            text = REPORTERS[name](report, replace(style, color=False, width=_PIPE_WIDTH, unicode=True))
            failed = _write(path, text) or failed
        elif not streaming:
            failed = _print(REPORTERS[name](report, style)) or failed
    if options.cache is not None and options.cache.trouble:
        _complain(options.cache.trouble)
    return failed or exit_status(report)


def _kept(run: Iterable[TargetReport], reports: list[TargetReport]) -> Generator[TargetReport, None, None]:
    """The reports of a run, which also gather in a list."""
    for report in run:
        reports.append(report)
        yield report


def _progress(arguments: Arguments, style: Style, environ: Mapping[str, str]) -> Progress | None:
    """For a run that somebody watches: at a terminal that can erase a line, and not in the log of a job."""
    if arguments.quiet or environ.get("CI") or environ.get("TERM", "") in ("", "dumb"):
        return None
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    from lambda_lint.progress import Progress

    return Progress(unicode=style.unicode)


def _listed(arguments: Arguments) -> tuple[str, ...]:
    """The targets of all shares: those of the command line, then those of lists, each once."""
    lists = arguments.targets_from
    named = tuple(dict.fromkeys((*arguments.targets, *(target for path in lists for target in _lines(path)))))
    if "-" in map(str, lists) and "-" in named:
        raise UsageError("both the target - and --targets-from - would read stdin; write the list to a file")
    if not named:
        raise UsageError(
            f"no target; --targets-from: {', '.join(map(str, lists))} names none"
            if lists
            else "no target; name a Dockerfile, a folder, an image, an OCI layout or a tar, as in: lambda-lint ."
        )
    return named


def _lines(path: Path) -> Iterator[str]:
    """The targets in a file, one a line. `#` starts a comment, at the start of a line or after a space."""
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        text = data.decode()
    except OSError as error:
        raise UsageError(f"--targets-from: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--targets-from: {path} is no UTF-8 text") from error
    for line in text.removeprefix("\ufeff").splitlines():
        target = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if target:
            yield target


def _catalogue(arguments: Arguments, style: Style) -> str:
    from lambda_lint import session
    from lambda_lint.reporters import catalogue

    rules = session.known_rules(_options(arguments))
    if arguments.list_rules:
        return catalogue.list_rules(rules, style)
    for rule in rules:
        if rule.name == arguments.explain:
            return catalogue.explain(rule, style)
    names = [rule.name for rule in rules]
    hint = nearest(arguments.explain, names) or "; see --list-rules"
    raise UsageError(f"--explain: unknown rule '{printable(arguments.explain)}'{hint}")


def _outputs(formats: Sequence[str]) -> Sequence[tuple[str, Path | None]]:
    """Formats and where each goes, files before stdout: a reader of stdout that goes away must not cost a file."""
    outputs: dict[Path | None, str] = {}
    for text in formats:
        name, to_file, file = text.partition("=")
        if name not in REPORTERS:
            known = f"{nearest(name, REPORTERS)} (there are {', '.join(REPORTERS)})"
            raise UsageError(f"--format: unknown format '{printable(name)}'{known}")
        path = _path(file) if to_file else None
        if to_file and not file:
            raise UsageError(f"--format: '{printable(text)}' names no file; write {name}=FILE, or {name} for stdout")
        if path in outputs:
            where = path or "stdout"
            raise UsageError(f"--format: both {outputs[path]} and {name} would go to {where}; write {name}=FILE")
        if path:
            _check_file(path)
        outputs[path] = name
    return sorted(((name, path) for path, name in outputs.items()), key=lambda output: output[1] is None)


def _path(text: str) -> Path:
    from pathlib import Path  # for few runs only

    return Path(text)


def _check_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise UsageError(f"--format: {path} is a folder; name a file in it")
        if not path.parent.is_dir():
            raise UsageError(f"--format: there is no folder {path.parent} to write {path.name} to")
    except OSError as error:
        raise UsageError(f"--format: {path} cannot be written: {error.strerror}") from error


def _options(arguments: Arguments) -> Options:
    from lambda_lint.session import Options

    return Options(
        folder=os.getcwd(),  # noqa: PTH109  # pathlib takes its time to import
        select=arguments.select,
        extend_select=arguments.extend_select,
        ignore=arguments.ignore,
        fail_on=arguments.fail_on,
        architecture=None if arguments.architecture is None else ARCHITECTURES[arguments.architecture],
        platform=arguments.platform,
        entrypoint=arguments.entrypoint,
        command=arguments.command,
        workdir=arguments.workdir,
        config=arguments.config,
        jobs=arguments.jobs,
        processes=arguments.jobs or _processors(),
        cache=_cache(arguments, os.environ),
        lint_all=arguments.all,
        functions_only=arguments.functions_only,
        environ=os.environ,
        today=arguments.date or date(*time.gmtime()[:3]),
    )


def _processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cache(arguments: Arguments, environ: Mapping[str, str]) -> FolderCache | MemoryCache:
    """Where to keep what was read. Without a folder it serves the images of this run."""
    from lambda_lint.sources.cache import FolderCache, MemoryCache, default_folder

    folder = arguments.cache_dir or default_folder(environ)
    return MemoryCache() if arguments.no_cache or folder is None else FolderCache(folder)


def _style(arguments: Arguments) -> Style:
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return Style(
        color=_color(os.environ, terminal=terminal) and not arguments.no_color,
        width=_terminal_width() if terminal else _PIPE_WIDTH,
        unicode=_unicode(os.environ, getattr(sys.stdout, "encoding", None) or "ascii"),
        verbosity=arguments.verbose - arguments.quiet,
        root=os.getcwd(),  # noqa: PTH109  # see below
    )


def _terminal_width() -> int:
    from shutil import get_terminal_size

    return min(get_terminal_size().columns, _WIDEST)


def _color(environ: Mapping[str, str], *, terminal: bool) -> bool:
    if environ.get("NO_COLOR"):  # https://no-color.org
        return False
    return bool(environ.get("FORCE_COLOR")) or (terminal and environ.get("TERM") != "dumb")


def _unicode(environ: Mapping[str, str], encoding: str) -> bool:
    try:
        "─╭│✔█".encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    # In the C locale Python itself switches to UTF-8 and sets LC_CTYPE (PEP 538); the terminal is still a C one.
    named = environ.get("LC_ALL") or environ.get("LC_CTYPE", "").replace("C.UTF-8", "") or environ.get("LANG", "")
    return named not in ("C", "POSIX")


def _complain(text: str) -> None:
    # stderr may be closed, and then there is nobody to tell.
    with contextlib.suppress(OSError, AttributeError):
        print(f"{PROGRAM}: {printable(text, limit=len(text))}", file=sys.stderr)


def _print(text: str) -> int:
    """Writes to stdout. 0, or 3 when that cannot be written to; a reader that has gone away is no failure."""
    if sys.stdout is None:
        return 0
    try:
        if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors != _NEVER_FAILS:
            sys.stdout.reconfigure(errors=_NEVER_FAILS)
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # Python flushes once more on its way out, and that must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 0
        _complain(f"cannot write to stdout: {error.strerror}")
        return 3
    return 0


def _write(path: Path, text: str) -> int:
    """Writes a file as a whole or not at all. 0, or 3 when that fails."""
    data = text.encode(errors=_NEVER_FAILS)
    target = path.resolve()
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)  # a device or a pipe: what is there must stay
            return 0
        try:
            scratch.write_bytes(data)
            scratch.replace(target)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as error:
        _complain(f"cannot write {path}: {error.strerror}")
        return 3
    return 0
