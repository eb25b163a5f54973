"""The instructions that change a stage's files, in order, with their variables replaced."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from lambda_lint.deployment import Deployment
from lambda_lint.dockerfile import Arg, Copy, Dockerfile, Env, Instruction, Onbuild, Run, Stage, Workdir
from lambda_lint.dockerfile.stages import Scope, arguments_for, stages_for
from lambda_lint.lazy import regex
from lambda_lint.runtime import BaseConfig
from lambda_lint.values import Value

_MODE = regex(r"0?[0-7]{3,4}")
_ODD = frozenset({"exclude", "parents", "unpack"})
_URL = regex(r"(?:https?|git|ssh|s3)://|git@", re.IGNORECASE)


class Copied(Value, eq=False):
    """COPY or ADD. What is not known is None: a source, the destination, or what `--from` means.

    `sources` are relative to the build context, and absolute with `--from`; a here-document is none of them.
    `destination` is absolute, with a slash at its end where it was written as a folder. `origin` is the flag's value,
    "" for the build context. `mode` is what `--chmod` sets, None without it; `odd` tells of a mode that is not
    understood, or a flag that changes what is copied or where.
    """

    instruction: Copy
    sources: tuple[str | None, ...]
    destination: str | None
    workdir: str | None
    origin: str
    mode: int | None
    odd: bool

    @property
    def path(self) -> str | None:
        """The destination without a slash at its end; None when it is not known."""
        return self.destination and (self.destination.rstrip("/") or "/")

    @property
    def local(self) -> tuple[str | None, ...]:
        """The sources in the build context; what ADD downloads is left out."""
        if self.origin:
            return ()
        return tuple(source for source in self.sources if source is None or not remote(source))


class Ran(Value, eq=False):
    """RUN. `workdir` is the folder it runs in, None when unknown. `variables` are those of the build that are known."""

    instruction: Run
    workdir: str | None
    variables: Mapping[str, str]


Step = Copied | Ran


def remote(source: str) -> bool:
    """Whether ADD fetches a source."""
    return ("://" in source or "@" in source) and _URL.match(source) is not None


def stages(dockerfile: Dockerfile, deployment: Deployment) -> tuple[Stage, ...]:
    """The stages as they are for the deployment's architecture."""
    return stages_for(dockerfile, deployment.architecture)


def stage_named(name: str, earlier: tuple[Stage, ...]) -> Stage | None:
    """The stage that a `--from` means, None for an image."""
    if name.isdecimal():
        return earlier[int(name)] if len(name) < 5 and int(name) < len(earlier) else None
    return next((stage for stage in reversed(earlier) if stage.name == name.lower()), None)


@lru_cache(maxsize=16)
def steps(
    dockerfile: Dockerfile,
    stage: Stage,
    base_config: Callable[[str], BaseConfig | None],
    deployment: Deployment,
) -> tuple[Step, ...]:
    """What changes the files of a stage, from the first stage that it is built from.

    Remembered for the last few stages: what may be the build context is asked by them before they are followed.
    """
    return tuple(_steps(dockerfile, stage, base_config, deployment))


def _steps(
    dockerfile: Dockerfile,
    stage: Stage,
    base_config: Callable[[str], BaseConfig | None],
    deployment: Deployment,
) -> Iterator[Step]:
    lineage = stage.lineage
    base = lineage[0].base
    known = BaseConfig(base) if base == "scratch" else base_config(base) if base else None
    arguments = arguments_for(dockerfile, deployment.architecture)
    scope = Scope(arguments, dict(known.env) if known else {}, known is not None, dockerfile.escape)
    workdir = (known.workdir or "/") if known else None
    triggers: tuple[Instruction, ...] = ()
    for member in lineage:
        for instruction in (*triggers, *member.instructions):
            if isinstance(instruction, Run):
                yield Ran(instruction, workdir, scope.known)
            elif isinstance(instruction, Copy):
                yield _copied(instruction, scope, workdir)
            elif isinstance(instruction, Arg):
                scope.declare(instruction)
            elif isinstance(instruction, Env):
                scope.assign(instruction)
            elif isinstance(instruction, Workdir):
                workdir = _joined(workdir, scope.expand(instruction.path))
        triggers = tuple(item.trigger for item in member.every(Onbuild))


def _joined(workdir: str | None, path: str | None) -> str | None:
    if path is None or (workdir is None and not path.startswith("/")):
        return None
    return "/" + posixpath.normpath(posixpath.join(workdir or "/", path)).lstrip("/")


def _copied(copy: Copy, scope: Scope, workdir: str | None) -> Copied:
    written = scope.expand(copy.destination.text)
    destination = _joined(workdir, written)
    if destination and written and (written.endswith(("/", "/.")) or written == ".") and destination != "/":
        destination += "/"
    flags = {flag.name: flag.value for flag in copy.flags}  # the last of a name counts
    origin = flags.get("from", "")
    mode = scope.expand(flags["chmod"]) if "chmod" in flags else None
    plain = mode is not None and _MODE.fullmatch(mode) is not None
    return Copied(
        instruction=copy,
        sources=tuple(_source(scope.expand(word.text), origin) for word in copy.sources),
        destination=destination,
        workdir=workdir,
        origin=origin,
        mode=int(mode, 8) if mode is not None and plain else None,
        odd=("chmod" in flags and not plain) or not _ODD.isdisjoint(flags),
    )


def _source(text: str | None, origin: str) -> str | None:
    """A source without what leads out of its root, which BuildKit cuts off."""
    if text is None or remote(text):
        return text
    path = posixpath.normpath("/" + text).lstrip("/")
    return f"/{path}" if origin else path
