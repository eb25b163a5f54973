"""The command line: arguments to a session, its report to stdout and files, and the exit status."""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import re
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from lambda_lint.about import REPOSITORY, VERSION
from lambda_lint.errors import UsageError, nearest, printable
from lambda_lint.report import Report, Share, TargetReport, exit_status
from lambda_lint.reporters import REPORTERS, Style, stream_text
from lambda_lint.settings import ARCHITECTURES, FAIL_ON, split_words
from lambda_lint.values import replace

if TYPE_CHECKING:
    from lambda_lint.image.model import Platform
    from lambda_lint.progress import Progress
    from lambda_lint.session import Options
    from lambda_lint.sources.cache import FolderCache, MemoryCache

_PROG = "lambda-lint"
_INTERRUPTED = 130
_PIPE_WIDTH = 100
_WIDEST = 120
_MOST_JOBS = 256

_EPILOG = f"""\
A TARGET is a Dockerfile, a folder with Dockerfiles in it, an OCI layout, a tar, a .json file with a policy, - for what
is piped in, or the name of an image. A path that exists is a path, anything else is looked up in Docker, in Podman, and
then in its registry. To say which one is meant: docker-daemon:REF, podman:REF, docker://REF (a registry),
docker-archive:PATH[:REF], oci:PATH[:REF],
oci-archive:PATH[:REF].

Exit status: 0 clean, 1 findings at or above --fail-on, 2 wrong usage or settings, 3 something could not be read or a
rule crashed.

{REPOSITORY}"""


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
        return _main(_parser().parse_args(argv))
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


def _main(arguments: argparse.Namespace) -> int:
    style = _style(arguments)
    if arguments.help:
        return _print(_help())
    if arguments.version:
        return _print(f"{_PROG} {VERSION}\n")
    if arguments.completion:
        return _print(_completion(arguments.completion))
    if arguments.list_rules or arguments.explain:
        return _print(_catalogue(arguments, style))
    return _lint(arguments, style)


def _lint(arguments: argparse.Namespace, style: Style) -> int:
    outputs = _outputs(arguments.format or ["text"])
    listed = _listed(arguments)
    number, many = arguments.shard or (1, 1)
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


def _progress(arguments: argparse.Namespace, style: Style, environ: Mapping[str, str]) -> Progress | None:
    """For a run that somebody watches: at a terminal that can erase a line, and not in the log of a job."""
    if arguments.quiet or environ.get("CI") or environ.get("TERM", "") in ("", "dumb"):
        return None
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    from lambda_lint.progress import Progress

    return Progress(unicode=style.unicode)


def _listed(arguments: argparse.Namespace) -> tuple[str, ...]:
    """The targets of all shares: those of the command line, then those of lists, each once."""
    lists: Sequence[Path] = arguments.targets_from or ()
    named = tuple(dict.fromkeys((*arguments.targets, *(target for path in lists for target in _lines(path)))))
    if Path("-") in lists and "-" in named:
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
        data = sys.stdin.buffer.read() if path == Path("-") else path.read_bytes()
        text = data.decode()
    except OSError as error:
        raise UsageError(f"--targets-from: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--targets-from: {path} is no UTF-8 text") from error
    for line in text.removeprefix("\ufeff").splitlines():
        target = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if target:
            yield target


def _catalogue(arguments: argparse.Namespace, style: Style) -> str:
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


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {_PROG} --help")


class _Formatter(argparse.HelpFormatter):
    """What a parser formats each of its arguments with when it is given to it, to see whether that can be done."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_PIPE_WIDTH)  # or it would ask for the terminal's


def _help() -> str:
    from rich_argparse import RawDescriptionRichHelpFormatter

    class HelpFormatter(RawDescriptionRichHelpFormatter):
        group_name_formatter = str
        help_markup = text_markup = False  # `oci:PATH[:REF]` is no markup

    parser = _parser()
    parser.formatter_class = HelpFormatter
    return parser.format_help()


def _parser() -> _Parser:
    parser = _Parser(
        prog=_PROG,
        usage=f"{_PROG} [OPTIONS] TARGET...",
        description="Lints Dockerfiles and built container images before you deploy them.",
        epilog=_EPILOG,
        formatter_class=_Formatter,
        add_help=False,
        allow_abbrev=False,
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="what to lint, see below")

    report = parser.add_argument_group("Report")
    report.add_argument(
        "-f",
        "--format",
        action="append",
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(REPORTERS)}; to FILE or to stdout; may be given several times (default: text)",
    )
    report.add_argument("--fail-on", choices=FAIL_ON, help="exit with 1 from this severity on (default: error)")
    report.add_argument("--no-color", action="store_true", help="no color; NO_COLOR and FORCE_COLOR are honored too")
    amount = report.add_mutually_exclusive_group()
    amount.add_argument("-q", "--quiet", action="store_true", help="show findings and failures only")
    amount.add_argument("-v", "--verbose", action="store_true", help="show all that is known of each target")

    rules = parser.add_argument_group("Rules")
    for name, text in (
        ("--select", "run these rules only"),
        ("--extend-select", "run these rules, too, which are off by default"),
        ("--ignore", "do not run these rules"),
    ):
        rules.add_argument(
            name, action="extend", type=_names, metavar="RULE[,RULE]", help=f"{text}; may be given several times"
        )
    rules.add_argument(
        "--date",
        type=_date,
        metavar="YYYY-MM-DD",
        help="the day that rules with dates compare with, for runs that can be repeated (default: today, in UTC)",
    )
    rules.add_argument("--list-rules", action="store_true", help="list all rules")
    rules.add_argument("--explain", metavar="RULE", help="show the page of a rule")

    deployment = parser.add_argument_group("Deployment", "what the function sets, which an image alone cannot tell")
    deployment.add_argument("--architecture", choices=ARCHITECTURES, help="what the function will use")
    deployment.add_argument(
        "--entrypoint", type=_words, metavar="WORDS", help="replaces ENTRYPOINT; a JSON array, or words as for a shell"
    )
    deployment.add_argument("--command", type=_words, metavar="WORDS", help="replaces CMD, written in the same way")
    deployment.add_argument("--workdir", metavar="PATH", help="replaces WORKDIR")

    images = parser.add_argument_group("Images")
    images.add_argument(
        "--platform",
        type=_platform,
        metavar="OS/ARCH[/VARIANT]",
        help="which image of an index to lint (default: Linux, and what --architecture says)",
    )

    which = parser.add_argument_group("Dockerfiles and settings")
    functions = which.add_mutually_exclusive_group()
    functions.add_argument(
        "--all", action="store_true", help="lint every Dockerfile, also those in a folder that build no function"
    )
    functions.add_argument(
        "--functions-only", action="store_true", help="skip Dockerfiles that build no function even if they are named"
    )
    which.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="settings, instead of the nearest lambda-lint.toml or pyproject.toml",
    )

    images = parser.add_argument_group("Many targets, and large ones")
    images.add_argument(
        "--targets-from",
        action="append",
        type=Path,
        metavar="FILE",
        help="more targets, one a line; # starts a comment; - is stdin; may be given several times",
    )
    images.add_argument(
        "--shard",
        type=_shard,
        metavar="K/N",
        help="lint the K-th of N equal shares of all targets, for jobs in parallel",
    )
    images.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="read N layers, or lint N of many Dockerfiles, at a time (default: one for each processor)",
    )
    cache = images.add_mutually_exclusive_group()
    cache.add_argument(
        "--cache-dir", type=Path, metavar="FOLDER", help="keep what was read of layers here, not in the user's cache"
    )
    cache.add_argument("--no-cache", action="store_true", help="keep nothing for the next run")

    about = parser.add_argument_group("About")
    about.add_argument("--completion", choices=("bash", "zsh", "tcsh"), help="print the completion script of a shell")
    about.add_argument("--version", action="store_true", help="print the version")
    about.add_argument("-h", "--help", action="store_true", help="print this help")
    return parser


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise argparse.ArgumentTypeError("it names no rule")
    return names


def _platform(text: str) -> Platform:
    from lambda_lint.image.model import Platform

    os, _, rest = text.lower().partition("/")
    architecture, slash, variant = rest.partition("/")
    if not os or not architecture or (slash and not variant) or "/" in variant:
        raise argparse.ArgumentTypeError(f"{printable(text)!r} is no platform; write it as linux/arm64")
    return Platform(os, ARCHITECTURES.get(architecture, architecture), variant)


def _date(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{printable(text)!r} is no day; write it as 2026-01-31") from error


def _shard(text: str) -> tuple[int, int]:
    share, slash, shares = text.partition("/")
    if not (slash and share.isdecimal() and shares.isdecimal() and 1 <= int(share) <= int(shares)):
        raise argparse.ArgumentTypeError(f"{printable(text)!r} is no share; write it as 2/5, the second of five")
    return int(share), int(shares)


def _jobs(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= _MOST_JOBS):
        raise argparse.ArgumentTypeError(f"{printable(text)!r} is no number from 1 to {_MOST_JOBS}")
    return int(text)


def _words(text: str) -> tuple[str, ...]:
    try:
        return split_words(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _outputs(formats: Sequence[str]) -> Sequence[tuple[str, Path | None]]:
    """Formats and where each goes, files before stdout: a reader of stdout that goes away must not cost a file."""
    outputs: dict[Path | None, str] = {}
    for text in formats:
        name, to_file, file = text.partition("=")
        if name not in REPORTERS:
            known = f"{nearest(name, REPORTERS)} (there are {', '.join(REPORTERS)})"
            raise UsageError(f"--format: unknown format '{printable(name)}'{known}")
        path = Path(file) if to_file else None
        if to_file and not file:
            raise UsageError(f"--format: '{printable(text)}' names no file; write {name}=FILE, or {name} for stdout")
        if path in outputs:
            where = path or "stdout"
            raise UsageError(f"--format: both {outputs[path]} and {name} would go to {where}; write {name}=FILE")
        if path:
            _check_file(path)
        outputs[path] = name
    return sorted(((name, path) for path, name in outputs.items()), key=lambda output: output[1] is None)


def _check_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise UsageError(f"--format: {path} is a folder; name a file in it")
        if not path.parent.is_dir():
            raise UsageError(f"--format: there is no folder {path.parent} to write {path.name} to")
    except OSError as error:
        raise UsageError(f"--format: {path} cannot be written: {error.strerror}") from error


def _options(arguments: argparse.Namespace) -> Options:
    from lambda_lint.session import Options

    return Options(
        folder=Path.cwd(),
        select=None if arguments.select is None else tuple(arguments.select),
        extend_select=tuple(arguments.extend_select or ()),
        ignore=tuple(arguments.ignore or ()),
        fail_on=arguments.fail_on,
        architecture=arguments.architecture and ARCHITECTURES[arguments.architecture],
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
        today=arguments.date or datetime.now(timezone.utc).date(),
    )


def _processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cache(arguments: argparse.Namespace, environ: Mapping[str, str]) -> FolderCache | MemoryCache:
    """Where to keep what was read. Without a folder it serves the images of this run."""
    from lambda_lint.sources.cache import FolderCache, MemoryCache, default_folder

    folder = arguments.cache_dir or default_folder(environ)
    return MemoryCache() if arguments.no_cache or folder is None else FolderCache(folder)


def _style(arguments: argparse.Namespace) -> Style:
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return Style(
        color=_color(os.environ, terminal=terminal) and not arguments.no_color,
        width=_terminal_width() if terminal else _PIPE_WIDTH,
        unicode=_unicode(os.environ, getattr(sys.stdout, "encoding", None) or "ascii"),
        verbosity=arguments.verbose - arguments.quiet,
        root=Path.cwd().as_posix(),
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


def _completion(shell: str) -> str:
    import shtab

    parser = _parser()
    for action in parser._actions:
        if action.dest in ("targets", "config", "targets_from"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # shtab's own way to ask for file names
        if action.dest == "cache_dir":
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    return shtab.complete(parser, shell)


def _complain(text: str) -> None:
    # stderr may be closed, and then there is nobody to tell.
    with contextlib.suppress(OSError, AttributeError):
        print(f"{_PROG}: {printable(text, limit=len(text))}", file=sys.stderr)


def _print(text: str) -> int:
    """Writes to stdout. 0, or 3 when that cannot be written to; a reader that has gone away is no failure."""
    if sys.stdout is None:
        return 0
    try:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
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
    data = text.encode(errors="backslashreplace")
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
