"""The values that a parsed Dockerfile is made of. Nothing here parses."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from lambda_lint.annotations import Any, Final, TypeVar
from lambda_lint.dockerfile.substitution import SPACES
from lambda_lint.folder import Folder
from lambda_lint.location import Position, Region
from lambda_lint.values import Value

T = TypeVar("T", bound="Instruction")
Kinds = Mapping["type[Instruction]", tuple[Any, ...]]


BLANKS: Final = "\r\n\t "
"""What does not count at the end of a line that is pointed at."""


def line_region(number: int, line: str) -> Region:
    """A line of that number without the blanks around."""
    text = line.rstrip(BLANKS)
    return Region(Position(number, len(text) - len(text.lstrip(SPACES)) + 1), Position(number, len(text) + 1))


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


class LogicalLine(Value, eq=False):
    """An instruction's text, continuations joined, and where every character of it stands.

    `first` and `last` are lines counted from 1, comments and blank lines within and here-documents included;
    `ending` is the last one as it is written. `marks` are (offset in `text`, line, column).
    """

    text: str
    first: int
    last: int
    ending: str
    marks: tuple[tuple[int, int, int], ...]
    heredocs: tuple[Heredoc, ...]

    def region(self, start: int, end: int) -> Region:
        """Where `text[start:end]` stands in the file."""
        first = self.position(start)
        if end <= start:
            return Region(first, first)
        if len(self.marks) == 1:
            return Region(first, Position(first.line, first.column + end - start))
        last = self.position(end - 1)
        return Region(first, Position(last.line, last.column + 1))

    def position(self, offset: int) -> Position:
        """Where `text[offset]` stands in the file."""
        if len(self.marks) == 1:  # as for nearly all
            start, line, column = self.marks[0]
        else:
            found = bisect.bisect_right(self.marks, offset, key=lambda mark: mark[0])
            start, line, column = self.marks[max(found - 1, 0)]
        return Position(line, column + offset - start)

    def rest(self, start: int) -> Region:
        """From `text[start]` to the end of the last line, here-documents included.

        An escape character alone on its line belongs to the instruction that follows it.
        """
        first = self.position(start)
        if not start and first.line != self.first:
            first = Position(self.first)
        return Region(first, Position(self.last, len(self.ending.rstrip(BLANKS)) + 1))


class Part(Value):
    """A part of an instruction, as it stands in a logical line from `start` up to `end`."""

    within: LogicalLine
    start: int
    end: int

    @property
    def region(self) -> Region:
        """Where it stands in the file. It is worked out at each call, as few are asked for it."""
        return self.within.region(self.start, self.end)


class Word(Part):
    """One word as written, quotes and variables included."""

    text: str


class Flag(Part):
    """`--name=value`, or `--name` with an empty value. `name` is without the dashes.

    `text` is the whole flag as BuildKit takes it, with quotes and escapes resolved.
    """

    name: str
    value: str
    text: str


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


class Said(Value, eq=False):
    """What is asked of few instructions; see there. `start` and `value_start` are where keyword and value begin."""

    arguments: tuple[str, ...]
    json: bool
    start: int
    value_start: int
    find_words: Callable[[LogicalLine], tuple[Word, ...]]


class Instruction(Value, eq=False):
    """Any instruction. `keyword` is upper-case. `value` is all after the keyword and flags, continuations joined.

    `region` goes from the keyword to the end of the last line, here-documents included; `value_region` covers the
    value only (equal to `region` where there is none). `json` tells that BuildKit takes the value for a JSON array.

    `words` are the value's parts as written: split at blanks, in JSON the string literals with their quotes.
    Quotes keep blanks together except in FROM, COPY, ADD, EXPOSE and VOLUME, where BuildKit knows no quotes.

    `arguments` are what BuildKit's parser makes of the value: decoded JSON strings, words, `name, value, name, value`
    for ENV and LABEL, `CMD` or `NONE` and the rest for HEALTHCHECK, else one text. Variables are not replaced.

    It stands `within` a logical line. `said` is the same for all instructions with the same text.
    """

    keyword: str
    value: str
    said: Said
    within: LogicalLine
    heredocs: tuple[Heredoc, ...]
    flags: tuple[Flag, ...]

    @property
    def arguments(self) -> tuple[str, ...]:
        """See above."""
        return self.said.arguments

    @property
    def json(self) -> bool:
        """See above."""
        return self.said.json

    @property
    def region(self) -> Region:
        """See above. It is worked out at each call, and so are the next two: hardly anybody asks."""
        return self.within.rest(self.said.start)

    @property
    def value_region(self) -> Region:
        """See above."""
        start = self.said.value_start
        return self.within.region(start, start + len(self.value)) if self.value else self.region

    @property
    def words(self) -> tuple[Word, ...]:
        """See above."""
        return self.said.find_words(self.within)

    def first_word(self, fits: Callable[[str], bool]) -> Word | None:
        """The first word whose text fits."""
        return next((word for word in self.words if fits(word.text)), None)

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
        for flag in reversed(self.flags):
            if flag.name == name:
                return flag
        return None


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


class Pair(Part):
    """`name=value` of ENV, ARG or LABEL, as written, quotes included. `value` is None for `ARG name`."""

    name: str
    value: str | None


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
    """A comment line, without its `#` and the blanks around. `written` is the line as a whole."""

    text: str
    line: int
    written: str

    @property
    def region(self) -> Region:
        """Where it stands, without the blanks around. It is worked out at each call."""
        return line_region(self.line, self.written)


def kinds_of(instructions: Iterable[Instruction]) -> Kinds:
    """The instructions of each type, in order."""
    found: defaultdict[type[Instruction], list[Instruction]] = defaultdict(list)
    for instruction in instructions:
        found[instruction.__class__].append(instruction)
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
