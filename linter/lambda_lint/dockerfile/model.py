"""The values that a parsed Dockerfile is made of. Nothing here parses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from lambda_lint.annotations import Any, TypeVar
from lambda_lint.folder import Folder
from lambda_lint.location import Position, Region
from lambda_lint.values import Value

T = TypeVar("T", bound="Instruction")
Kinds = Mapping["type[Instruction]", tuple[Any, ...]]


class Word(Value):
    """One word as written, quotes and variables included."""

    text: str
    region: Region


class Flag(Value):
    """`--name=value`, or `--name` with an empty value. `name` is without the dashes.

    `text` is the whole flag as BuildKit takes it, with quotes and escapes resolved.
    """

    name: str
    value: str
    text: str
    region: Region


class Heredoc(Value):
    """One here-document. `expand` is False when its name was quoted. `region` spans the body and the terminator."""

    name: str
    body: str
    expand: bool
    strip_tabs: bool
    file_descriptor: int
    region: Region

    def line(self, number: int) -> Region:
        """The line of that number in the body, from 1, without the blanks around."""
        lines = self.body.split("\n", number)
        line = lines[number - 1] if 0 < number <= len(lines) else ""
        place, start = self.region.start.line + number - 1, len(line) - len(line.lstrip())
        return Region(Position(place, start + 1), Position(place, max(start, len(line.rstrip())) + 1))

    def place(self, start: int, end: int) -> Region:
        """Where the characters of the body from `start` up to `end` stand in the file."""
        return Region(self._position(start), self._position(end))

    def _position(self, offset: int) -> Position:
        before = self.body[:offset]
        return Position(self.region.start.line + before.count("\n"), offset - before.rfind("\n"))


class ExecForm(Value):
    """A JSON array of strings; each word holds the decoded string."""

    words: tuple[Word, ...]

    @property
    def args(self) -> tuple[str, ...]:
        """The decoded strings alone."""
        return tuple(word.text for word in self.words)


class ShellForm(Value):
    """Text for a shell. `broken_json`: it starts like an array, is no valid JSON, and no test as in `[ -f x ] && y`."""

    text: str
    broken_json: bool = False


Command = ExecForm | ShellForm


class Instruction(Value, eq=False):
    """Any instruction. `keyword` is upper-case. `value` is all after the keyword and flags, continuations joined.

    `region` goes from the keyword to the end of the last line, here-documents included; `value_region` covers the
    value only (equal to `region` where there is none). `json` tells that BuildKit takes the value for a JSON array.

    `words` are the value's parts as written: split at blanks, in JSON the string literals with their quotes.
    Quotes keep blanks together except in FROM, COPY, ADD, EXPOSE and VOLUME, where BuildKit knows no quotes.

    `arguments` are what BuildKit's parser makes of the value: decoded JSON strings, words, `name, value, name, value`
    for ENV and LABEL, `CMD` or `NONE` and the rest for HEALTHCHECK, else one text. Variables are not replaced.
    """

    keyword: str
    region: Region
    flags: tuple[Flag, ...]
    value: str
    find_value_region: Callable[[], Region]
    find_words: Callable[[Callable[[str], bool]], Iterator[Word]]
    arguments: tuple[str, ...]
    json: bool
    heredocs: tuple[Heredoc, ...]

    @property
    def value_region(self) -> Region:
        """See above. It is worked out at each call: hardly anybody asks."""
        return self.find_value_region()

    @property
    def words(self) -> tuple[Word, ...]:
        """See above. They are looked for at each call, too."""
        return tuple(self.find_words(lambda _: True))

    def first_word(self, fits: Callable[[str], bool]) -> Word | None:
        """The first word whose text fits. Where the others stand is not worked out."""
        return next(self.find_words(fits), None)

    @property
    def text(self) -> str:
        """The value and, each from a new line on, what is in its here-documents."""
        return "\n".join((self.value, *(heredoc.body for heredoc in self.heredocs))) if self.heredocs else self.value

    def region_at(self, offset: int) -> Region:
        """Where the character of `text` stands: the line of its here-document, else the instruction as a whole."""
        offset -= len(self.value)
        for heredoc in self.heredocs:
            if 0 < offset <= len(heredoc.body) + 1:
                return heredoc.line(heredoc.body.count("\n", 0, offset - 1) + 1)
            offset -= len(heredoc.body) + 1
        return self.region

    def flag(self, name: str) -> Flag | None:
        """The last flag of that name, as BuildKit takes it."""
        return next((flag for flag in reversed(self.flags) if flag.name == name), None) if self.flags else None


class From(Instruction):
    """FROM. `image` and `platform` are as written; `Stage` has them expanded."""

    image: Word
    alias: Word | None
    platform: Flag | None


class Run(Instruction):
    """RUN."""

    command: Command


class Cmd(Instruction):
    """CMD."""

    command: Command


class Entrypoint(Instruction):
    """ENTRYPOINT."""

    command: Command


class Shell(Instruction):
    """SHELL, always exec form."""

    command: ExecForm


class Copy(Instruction):
    """COPY and ADD (see `keyword`). Here-documents count as sources in `heredocs`, not in `sources`."""

    sources: tuple[Word, ...]
    destination: Word

    @property
    def stage(self) -> Flag | None:
        """The `--from` flag."""
        return self.flag("from")


class Pair(Value):
    """`name=value` of ENV, ARG or LABEL, as written, quotes included. `value` is None for `ARG name`."""

    name: str
    value: str | None
    region: Region


class Env(Instruction):
    """ENV."""

    pairs: tuple[Pair, ...]


class Arg(Instruction):
    """ARG."""

    pairs: tuple[Pair, ...]


class Label(Instruction):
    """LABEL."""

    pairs: tuple[Pair, ...]


class Workdir(Instruction):
    """WORKDIR."""

    path: str


class User(Instruction):
    """USER."""

    user: str


class Onbuild(Instruction):
    """ONBUILD and the instruction it holds back. `arguments`, `json` and `heredocs` are those of the trigger."""

    trigger: Instruction


class Other(Instruction):
    """EXPOSE, VOLUME, STOPSIGNAL, HEALTHCHECK, MAINTAINER: read, with nothing further to know."""


class Invalid(Instruction):
    """One that BuildKit refuses: unknown, or with flags or arguments it cannot take. `keyword` may be anything."""


class Comment(Value):
    """A comment line, without its `#` and the blanks around."""

    text: str
    region: Region


def kinds_of(instructions: Iterable[Instruction]) -> Kinds:
    """The instructions of each type, in order."""
    found: dict[type[Instruction], list[Instruction]] = {}
    for instruction in instructions:
        found.setdefault(type(instruction), []).append(instruction)
    return {kind: tuple(members) for kind, members in found.items()}


class Stage(Value, eq=False):
    """One build stage.

    `base` is the FROM's image after substitution: "" when it stays empty or unknown without build arguments.
    `parent` is the earlier stage that `base` names, if any. `platform` is the expanded flag, "" when unknown, None
    without one. `name` is lower-case, as BuildKit keeps it. `instructions` are those that follow the FROM, and `kinds`
    the same by their types.
    """

    index: int
    name: str | None
    base: str
    platform: str | None
    parent: Stage | None
    start: From
    instructions: tuple[Instruction, ...]
    kinds: Kinds

    def every(self, kind: type[T]) -> tuple[T, ...]:
        """The instructions of exactly that type, in order: `stage.every(Run)`. Asking costs nothing."""
        found: tuple[T, ...] = self.kinds.get(kind, ())
        return found

    @property
    def lineage(self) -> tuple[Stage, ...]:
        """This stage and those it is built from, the outermost first."""
        if self.parent is None:
            return (self,)
        stages = [self]
        while stages[-1].parent:
            stages.append(stages[-1].parent)
        return tuple(reversed(stages))


class SyntaxProblem(Value):
    """What BuildKit would refuse. `template` tells that the file looks like an unrendered template."""

    message: str
    region: Region
    template: bool = False


class Dockerfile(Value, eq=False):
    """A parsed Dockerfile.

    `instructions` are all of them in order, FROM and the ARGs before it included, and `kinds` the same by their types.
    `stages` is empty only when `problems` is not. `args` are the global ARGs after substitution (None: no default, or
    one that is unknown). `source` has no byte order mark, and U+FFFD for each byte that is not UTF-8. `folders` gives
    the folders that may be its build context, its own first; none when it does not lie in a folder.
    """

    path: str
    source: str
    escape: str
    instructions: tuple[Instruction, ...]
    kinds: Kinds
    comments: tuple[Comment, ...]
    stages: tuple[Stage, ...]
    args: Mapping[str, str | None]
    problems: tuple[SyntaxProblem, ...]
    folders: Callable[[], tuple[Folder, ...]] = tuple

    def every(self, kind: type[T]) -> tuple[T, ...]:
        """The instructions of exactly that type, in order, whatever their stage. Asking costs nothing."""
        found: tuple[T, ...] = self.kinds.get(kind, ())
        return found

    @property
    def final(self) -> Stage | None:
        """The stage that becomes the image."""
        return self.stages[-1] if self.stages else None
