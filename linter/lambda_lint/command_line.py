"""What a command line may hold, and what it says."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from lambda_lint.about import PROGRAM, REPOSITORY
from lambda_lint.annotations import Any, NoReturn
from lambda_lint.arguments import Arguments
from lambda_lint.day import date
from lambda_lint.errors import UsageError, printable
from lambda_lint.image.model import Platform
from lambda_lint.reporters import REPORTERS
from lambda_lint.settings import ARCHITECTURES, FAIL_ON, split_words

_WIDTH = 100
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


def parse(argv: Sequence[str]) -> Arguments:
    """What the arguments of a command line say. Raises UsageError for those that nobody can make sense of."""
    given = {name: value for name, value in vars(_parser().parse_args(argv)).items() if value is not None}
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return Arguments(**fields)


def help_text() -> str:
    """What `--help` prints."""
    from rich_argparse import RawDescriptionRichHelpFormatter

    class HelpFormatter(RawDescriptionRichHelpFormatter):
        group_name_formatter = str
        help_markup = text_markup = False  # `oci:PATH[:REF]` is no markup

    parser = _parser()
    parser.formatter_class = HelpFormatter
    return parser.format_help()


def completion(shell: str) -> str:
    """The completion script of a shell."""
    import shtab

    parser = _parser()
    for action in parser._actions:
        if action.dest in ("targets", "config", "targets_from"):
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # shtab's own way to ask for file names
        if action.dest == "cache_dir":
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    return shtab.complete(parser, shell)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {PROGRAM} --help")


class _Formatter(argparse.HelpFormatter):
    """What a parser formats each of its arguments with when it is given to it, to see whether that can be done."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_WIDTH)  # or it would ask for the terminal's


def _parser() -> _Parser:
    parser = _Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [OPTIONS] TARGET...",
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
        help="read N layers, or lint N of many Dockerfiles, at a time (default: as the processors have room)",
    )
    cache = images.add_mutually_exclusive_group()
    cache.add_argument(
        "--cache-dir", type=_folder, metavar="FOLDER", help="keep what was read of layers here, not in the user's cache"
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


def _folder(text: str) -> Path:
    if not text:  # a variable that is not set; for Path it would be the current folder
        raise argparse.ArgumentTypeError("an empty text names no folder")
    return Path(text)


def _jobs(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= _MOST_JOBS):
        raise argparse.ArgumentTypeError(f"{printable(text)!r} is no number from 1 to {_MOST_JOBS}")
    return int(text)


def _words(text: str) -> tuple[str, ...]:
    try:
        return split_words(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
