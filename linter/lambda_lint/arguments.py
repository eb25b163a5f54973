"""What a user asks for on the command line."""

from __future__ import annotations

from lambda_lint.annotations import TYPE_CHECKING
from lambda_lint.values import Value

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_lint.day import date
    from lambda_lint.image.model import Platform


class Arguments(Value):
    """A command line. Each field is what the option of its name says, and its default what holds without it."""

    targets: tuple[str, ...] = ()
    format: tuple[str, ...] = ("text",)
    fail_on: str | None = None
    no_color: bool = False
    quiet: bool = False
    verbose: bool = False
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    date: date | None = None
    list_rules: bool = False
    explain: str = ""
    architecture: str | None = None
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    workdir: str | None = None
    platform: Platform | None = None
    all: bool = False
    functions_only: bool = False
    config: Path | None = None
    targets_from: tuple[Path, ...] = ()
    shard: tuple[int, int] = (1, 1)
    jobs: int | None = None
    cache_dir: Path | None = None
    no_cache: bool = False
    completion: str | None = None
    version: bool = False
    help: bool = False
