"""Stages, and what ARG and ENV make of the texts that BuildKit expands.

The one place that resolves variables. What a build argument or an unknown base image may change is Unknown, never
guessed. The rules are those of moby/buildkit v0.34.2, `frontend/dockerfile/dockerfile2llb/convert.go` (2026).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from lambda_lint.annotations import Final
from lambda_lint.dockerfile.model import (
    Arg,
    Copy,
    Dockerfile,
    Env,
    From,
    Instruction,
    Stage,
    kinds_of,
)
from lambda_lint.dockerfile.substitution import (
    UNKNOWN,
    UNSET,
    Lexer,
    Lookup,
    SubstitutionError,
    Unset,
    VariableValue,
    expand,
    nothing_known,
)
from lambda_lint.location import Region

_BUILDER: Final = ("BUILDPLATFORM", "BUILDOS", "BUILDOSVERSION", "BUILDARCH", "BUILDVARIANT", "TARGETSTAGE")
_TARGET: Final = ("TARGETPLATFORM", "TARGETOS", "TARGETOSVERSION", "TARGETARCH", "TARGETVARIANT")


def platform_arguments(architecture: str | None) -> dict[str, VariableValue]:
    """The arguments that BuildKit sets by itself, for a Linux image of that architecture; unknown without one.

    What builds the image is never known.
    """
    values: dict[str, VariableValue] = dict.fromkeys((*_BUILDER, *_TARGET), UNKNOWN)
    if architecture:
        target = (f"linux/{architecture}", "linux", "", architecture, "")
        values.update(zip(_TARGET, target, strict=True))
    return values


def global_arguments(
    instructions: Iterable[Instruction], escape: str, architecture: str | None = None
) -> dict[str, VariableValue]:
    """The ARGs before the first FROM after substitution, in order, with those that BuildKit sets."""
    values = platform_arguments(architecture)
    for instruction in instructions:
        if isinstance(instruction, From):
            break
        if isinstance(instruction, Arg):
            for pair in instruction.pairs:
                if pair.value is not None:
                    values[pair.name] = expanded(pair.value, looking_in(values), escape)
                else:
                    values.setdefault(pair.name, Unset(open=True))
    return values


def looking_in(values: Mapping[str, VariableValue], otherwise: VariableValue = UNSET) -> Lookup:
    """A lookup in those values."""
    return lambda name: values.get(name, otherwise)


def expanded(text: str, lookup: Lookup, escape: str) -> VariableValue:
    """A text after substitution, Unknown where that cannot be told or BuildKit refuses it."""
    try:
        result = expand(text, lookup, escape)
    except SubstitutionError:
        return UNKNOWN
    return UNKNOWN if result is None else result


def stages_of(
    instructions: Sequence[Instruction], escape: str, arguments: Mapping[str, VariableValue]
) -> tuple[Stage, ...]:
    """The stages, each with its base and platform expanded and its parent found."""
    stages: list[Stage] = []
    names: dict[str, Stage] = {}
    lookup = looking_in(arguments)
    for start, members in _grouped(instructions):
        base = _known(expanded(start.image.text, lookup, escape))
        platform = _known(expanded(start.platform.value, lookup, escape)) if start.platform else None
        name = start.alias.text.lower() if start.alias else None
        stage = Stage(len(stages), name, base, platform, names.get(base.lower()), start, members, kinds_of(members))
        stages.append(stage)
        if name:
            names[name] = stage
    return tuple(stages)


@lru_cache(maxsize=4)
def stages_for(dockerfile: Dockerfile, architecture: str | None) -> tuple[Stage, ...]:
    """The stages once more, for a build for that architecture: `FROM base-${TARGETARCH}` finds its stage then.

    Remembered for the last few Dockerfiles, so that all who ask are given the same ones.
    """
    if not architecture:
        return dockerfile.stages
    return stages_of(dockerfile.instructions, dockerfile.escape, arguments_for(dockerfile, architecture))


@lru_cache(maxsize=4)
def arguments_for(dockerfile: Dockerfile, architecture: str | None) -> Mapping[str, VariableValue]:
    """The global arguments of a build for that architecture, remembered for the last few Dockerfiles."""
    return global_arguments(dockerfile.instructions, dockerfile.escape, architecture)


def _known(value: VariableValue) -> str:
    return value if isinstance(value, str) else ""


def _grouped(instructions: Sequence[Instruction]) -> Iterator[tuple[From, tuple[Instruction, ...]]]:
    starts = [(number, start) for number, start in enumerate(instructions) if isinstance(start, From)]
    ends = [*(number for number, _ in starts[1:]), len(instructions)]
    for (number, start), end in zip(starts, ends, strict=False):
        yield start, tuple(instructions[number + 1 : end])


class Scope:
    """The variables of one stage and those it is built from, line by line.

    `arguments` are the global ones. `complete` tells that the base image brings no variable that nobody here knows.
    """

    def __init__(
        self, arguments: Mapping[str, VariableValue], inherited: Mapping[str, str], complete: bool, escape: str
    ) -> None:
        self._arguments = arguments
        self._values: dict[str, VariableValue] = dict(inherited)
        self._otherwise: VariableValue = UNSET if complete else UNKNOWN
        self._lookup = looking_in(self._values, self._otherwise)
        self._escape = escape
        self._known: Mapping[str, str] | None = None

    def expand(self, text: str) -> str | None:
        """The text with the variables of this line, None when that cannot be known."""
        value = expanded(text, self._lookup, self._escape)
        return value if isinstance(value, str) else None

    @property
    def known(self) -> Mapping[str, str]:
        """The variables of this line whose values are known: the same mapping until one is declared or assigned."""
        if self._known is None:
            self._known = {name: value for name, value in self._values.items() if isinstance(value, str)}
        return self._known

    def declare(self, instruction: Arg) -> None:
        """Take in an ARG: its default, else the global argument of that name, else what was there before."""
        self._known = None
        for pair in instruction.pairs:
            if pair.value is not None:
                self._values[pair.name] = expanded(pair.value, self._lookup, self._escape)
                continue
            value = self._arguments.get(pair.name, UNSET)
            if not isinstance(value, Unset):
                self._values[pair.name] = value
            elif pair.name not in self._values and isinstance(self._otherwise, Unset):
                self._values[pair.name] = Unset(open=True)

    def assign(self, instruction: Env) -> tuple[tuple[str | None, str | None], ...]:
        """Take in an ENV and tell its names and values; None for what cannot be known."""
        self._known = None
        pairs = tuple((self.expand(pair.name), self.expand(pair.value or "")) for pair in instruction.pairs)
        for name, value in pairs:
            if name is not None:
                self._values[name] = UNKNOWN if value is None else value
        return pairs


def body_error(instruction: Copy) -> tuple[str, Region] | None:
    """Why BuildKit cannot expand a here-document of COPY or ADD, and where; RUN leaves expanding to the shell."""
    errors = ((_unexpandable(heredoc.body), heredoc.region) for heredoc in instruction.heredocs if heredoc.expand)
    return next(((error, place) for error, place in errors if error), None)


def _unexpandable(body: str) -> str:
    try:
        Lexer(body, nothing_known, "\\", plain_quotes=True).text()
    except SubstitutionError as error:
        return f"{error} (quote the name of the here-document to keep its text as it is)"
    return ""
