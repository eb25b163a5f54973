"""From a logical line to a typed instruction, or to the reason why BuildKit refuses it.

The rules are those of moby/buildkit v0.34.2, `frontend/dockerfile/parser` and `.../instructions` (2026).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from lambda_lint.annotations import Final, TypedDict
from lambda_lint.dockerfile.model import (
    Arg,
    Cmd,
    Command,
    Copy,
    Entrypoint,
    Env,
    ExecForm,
    Flag,
    From,
    Heredoc,
    Instruction,
    Invalid,
    Label,
    Onbuild,
    Other,
    Pair,
    Run,
    Shell,
    ShellForm,
    SyntaxProblem,
    User,
    Word,
    Workdir,
)
from lambda_lint.dockerfile.reading import LogicalLine
from lambda_lint.dockerfile.substitution import SPACES
from lambda_lint.dockerfile.words import (
    BLANKS,
    NotStringsError,
    Piece,
    Split,
    heredoc,
    json_strings,
    quoted_words,
    split,
    trimmed,
    words,
)
from lambda_lint.errors import printable
from lambda_lint.lazy import regex
from lambda_lint.location import Position, Region
from lambda_lint.values import Value

_STRING, _BOOL, _STRINGS = "string", "bool", "strings"
# None: BuildKit looks at no flag of these at all.
_FLAGS: Final[Mapping[str, Mapping[str, str] | None]] = {
    "ADD": {
        **dict.fromkeys(("chown", "chmod", "checksum"), _STRING),
        **dict.fromkeys(("link", "keep-git-dir", "unpack"), _BOOL),
        "exclude": _STRINGS,
    },
    "ARG": None,
    "CMD": {},
    "COPY": {
        **dict.fromkeys(("chown", "chmod", "from"), _STRING),
        **dict.fromkeys(("link", "parents"), _BOOL),
        "exclude": _STRINGS,
    },
    "ENTRYPOINT": {},
    "ENV": {},
    "EXPOSE": {},
    "FROM": {"platform": _STRING},
    "HEALTHCHECK": dict.fromkeys(("interval", "timeout", "start-period", "start-interval", "retries"), _STRING),
    "LABEL": {},
    "MAINTAINER": {},
    "ONBUILD": {},
    "RUN": {"mount": _STRINGS, "device": _STRINGS, "network": _STRING, "security": _STRING},
    "SHELL": {},
    "STOPSIGNAL": None,
    "USER": {},
    "VOLUME": {},
    "WORKDIR": {},
}
_JSON: Final = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"})
_BLANK_SEPARATED: Final = frozenset({"ADD", "COPY", "EXPOSE", "FROM", "VOLUME"})
_ONE_TEXT: Final = frozenset({"CMD", "ENTRYPOINT", "MAINTAINER", "RUN", "SHELL", "STOPSIGNAL", "USER", "WORKDIR"})

_MOUNT_VARIABLE: Final = regex(r"(?:^|,)from=[^,]*\$(?!$|,)", re.IGNORECASE)
_SHELL_TEST: Final = regex(r"\[\s.*\s\]\s*(?:&&|\|\||;)")  # `[ -f x ] && y` is a command, not an array
_STAGE_NAME: Final = regex(r"[a-z][a-z0-9_.-]*")
_DURATION: Final = regex(r"[-+]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+|[-+]?0")
_DURATION_PART: Final = regex(r"([0-9.]+)([a-zµμ]+)")
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_LONGEST_TYPO: Final = 20


class RefusalError(Exception):
    """Why BuildKit refuses an instruction, and the part of the text to point at."""

    def __init__(self, message: str, at: Piece | None = None) -> None:
        super().__init__(message)
        self.at = at


class _Common(TypedDict):
    keyword: str
    region: Region
    flags: tuple[Flag, ...]
    value: str
    find_value_region: Callable[[], Region]
    find_words: Callable[[Callable[[str], bool]], Iterator[Word]]
    arguments: tuple[str, ...]
    json: bool
    heredocs: tuple[Heredoc, ...]


def build(line: LogicalLine, escape: str, follows: bool) -> tuple[Instruction, SyntaxProblem | None]:
    """The instruction on a logical line, and what is wrong with it. `follows`: another one ends on the line before."""
    return _Builder(line, escape, follows).build()


class _Values(Value):
    """What the value of an instruction holds. `words` are there only where BuildKit needs them, too."""

    words: tuple[Piece, ...] = ()
    arguments: tuple[str, ...] = ()
    strings: tuple[Piece, ...] | None = None
    pairs: tuple[tuple[str, str | None, Piece], ...] = ()
    has_words: bool = True


class _Builder:
    def __init__(self, line: LogicalLine, escape: str, follows: bool) -> None:
        self._line = line
        self._escape = escape
        self._follows = follows

    def build(self) -> tuple[Instruction, SyntaxProblem | None]:
        parts = split(self._line.text, 0, self._escape, self._line.value_start)
        try:
            instruction, refusal = self._instruction(parts)
        except RefusalError as stop:
            refusal = stop
            instruction = Invalid(**self._common(parts, _Values(has_words=False)))
        return instruction, self._problem(refusal, instruction.region) if refusal else None

    def _instruction(self, parts: Split, nested: bool = False) -> tuple[Instruction, RefusalError | None]:
        """The instruction, and what BuildKit's second look finds. Raises RefusalError for what its parser stops at."""
        values = self._values(parts)
        common = self._common(parts, values)
        keyword = common["keyword"]
        try:
            if keyword == "ONBUILD":
                return self._onbuild(parts, common, nested)
            if parts.flags:
                _check_flags(keyword, parts, values)
            return self._typed(parts, values, common), None
        except RefusalError as refusal:
            return Invalid(**common), refusal

    def _start(self, keyword: Piece) -> Position:
        """An escape character alone on its line belongs to the instruction that follows it."""
        found = self._line.position(keyword.start)
        return found if keyword.start or found.line == self._line.first else Position(self._line.first)

    def _problem(self, refusal: RefusalError, region: Region) -> SyntaxProblem:
        place = self._line.region(refusal.at.start, refusal.at.end) if refusal.at else region
        return SyntaxProblem(str(refusal), place)

    def _common(self, parts: Split, values: _Values) -> _Common:
        value = parts.value
        region = Region(self._start(parts.keyword), self._line.end)
        return {
            "keyword": parts.keyword.text.upper(),
            "region": region,
            "flags": tuple(map(self._flag, parts.flags)),
            "value": value.text,
            "find_value_region": lambda: self._line.region(value.start, value.end) if value.text else region,
            "find_words": lambda fits: self._words(value, values, fits),
            "arguments": values.arguments,
            "json": values.strings is not None,
            "heredocs": self._line.heredocs,
        }

    def _flag(self, piece: Piece) -> Flag:
        name, _, value = piece.text.partition("=")
        return Flag(name.removeprefix("--"), value, piece.text, self._line.region(piece.start, piece.end))

    def word(self, piece: Piece) -> Word:
        """A piece with its region."""
        return Word(piece.text, self._line.region(piece.start, piece.end))

    def _words(self, value: Piece, values: _Values, fits: Callable[[str], bool]) -> Iterator[Word]:
        found = values.words if values.has_words else quoted_words(self._line.text, value.start, self._escape)
        return (self.word(piece) for piece in found if fits(piece.text))

    def _values(self, parts: Split) -> _Values:
        """What BuildKit's parser makes of the value. Raises RefusalError for what it stops at."""
        keyword, text, value = parts.keyword.text.upper(), self._line.text, parts.value
        if keyword in _JSON and (strings := _strings(text, value.start)) is not None:
            return _Values(self._literals(strings), tuple(item.text for item in strings), strings)
        if keyword in _BLANK_SEPARATED:
            found = words(text, value.start)
            return _Values(found, tuple(word.text for word in found))
        if keyword in _ONE_TEXT:
            return _Values(arguments=(value.text,) if value.text else (), has_words=False)
        found = quoted_words(text, value.start, self._escape)
        if keyword in ("ENV", "LABEL"):
            pairs = _pairs(keyword, value, found, text)
            return _Values(
                found, tuple(part for name, content, _ in pairs for part in (name, content or "")), pairs=pairs
            )
        if keyword == "ARG":
            return _Values(found, tuple(word.text for word in found), pairs=tuple(_argument(word) for word in found))
        if keyword == "HEALTHCHECK":
            return self._health(value)
        return _Values(found, () if keyword == "ONBUILD" else ("",))

    def _literals(self, strings: tuple[Piece, ...]) -> tuple[Piece, ...]:
        return tuple(Piece(self._line.text[item.start : item.end], item.start, item.end) for item in strings)

    def _health(self, value: Piece) -> _Values:
        text = self._line.text
        if not value.text:
            return _Values()
        kind = words(text, value.start)[0]
        command = text[kind.end : value.end].lstrip(BLANKS)
        rest = Piece(command, value.end - len(command), value.end)
        strings = _strings(text, rest.start)
        if strings is not None:
            return _Values((kind, *self._literals(strings)), (kind.text, *(item.text for item in strings)), strings)
        found = (kind, *quoted_words(text, rest.start, self._escape))
        return _Values(found, (kind.text, rest.text) if rest.text else (kind.text,))

    def _onbuild(self, parts: Split, common: _Common, nested: bool) -> tuple[Instruction, RefusalError | None]:
        if not parts.value.text:
            raise RefusalError("ONBUILD needs an instruction to hold back")
        inner = split(self._line.text, parts.value.start, self._escape)
        keyword = inner.keyword.text.upper()
        if keyword == "ONBUILD" and nested:
            raise RefusalError("ONBUILD cannot hold back ONBUILD", inner.keyword)
        # Unless it cannot be read, what is wrong with it comes out only in the build that triggers it.
        trigger, _ = self._instruction(inner, nested=True)
        held = (trigger.trigger.keyword,) if isinstance(trigger, Onbuild) else ()
        common["arguments"], common["json"] = (*held, *trigger.arguments), trigger.json
        refusal = None
        if parts.flags:
            refusal = RefusalError(_unknown_flag("ONBUILD", parts.flags[0], {}), parts.flags[0])
        elif keyword in ("ONBUILD", "FROM", "MAINTAINER"):
            refusal = RefusalError(f"ONBUILD cannot hold back {keyword}", inner.keyword)
        return Onbuild(**common, trigger=trigger), refusal

    def _typed(self, parts: Split, values: _Values, common: _Common) -> Instruction:
        maker = _MAKERS.get(common["keyword"])
        if maker is None:
            if not parts.keyword.text:
                raise RefusalError("a continuation, and no instruction in it")
            raise RefusalError(_unknown(parts.keyword.text, self._follows), parts.keyword)
        return maker(self, values, common)

    def command(self, values: _Values, common: _Common) -> Command:
        """The value of RUN, CMD and their like in its form."""
        if values.strings is None:
            text = common["value"]
            return ShellForm(text, broken_json=text.startswith("[") and not _SHELL_TEST.match(text))
        return ExecForm(tuple(self.word(item) for item in values.strings))

    def pairs(self, values: _Values) -> tuple[Pair, ...]:
        """The pairs with their regions."""
        return tuple(Pair(name, value, self._line.region(at.start, at.end)) for name, value, at in values.pairs)


def _strings(text: str, start: int) -> tuple[Piece, ...] | None:
    try:
        return json_strings(text, start)
    except NotStringsError:
        raise RefusalError("a JSON array here must hold strings only", trimmed(text, start, len(text))) from None


def _pairs(
    keyword: str, value: Piece, found: tuple[Piece, ...], text: str
) -> tuple[tuple[str, str | None, Piece], ...]:
    """ENV's and LABEL's pairs. Without `=` in the first word the old form holds: a name, and all the rest for value."""
    if not found:
        return ()
    if "=" not in found[0].text:
        name = words(text, value.start, value.end)[0]
        rest = text[name.end : value.end].lstrip(BLANKS)
        if name.end == value.end:
            raise RefusalError(f"{keyword} {printable(name.text, 40)} has no value; write {keyword} NAME=VALUE", value)
        return ((name.text, rest, value),)
    for word in found:
        if "=" not in word.text:
            shown = printable(word.text, 40)
            raise RefusalError(f"{keyword} takes NAME=VALUE pairs, and `{shown}` has no `=`; are quotes missing?", word)
    return tuple((*_argument(word)[:2], word) for word in found)


def _argument(word: Piece) -> tuple[str, str | None, Piece]:
    name, equals, value = word.text.partition("=")
    return name, value if equals else None, word


def _unknown(keyword: str, follows: bool) -> str:
    shown = printable(keyword, 40)
    near = nearest(keyword)
    if near:
        return f"unknown instruction `{shown}`; did you mean {near}?"
    return f"unknown instruction `{shown}`" + ("; does the line above lack a continuation?" if follows else "")


def _check_flags(keyword: str, parts: Split, values: _Values) -> None:
    allowed = _FLAGS.get(keyword)
    if allowed is None or (keyword == "HEALTHCHECK" and values.arguments[:1] and values.arguments[0].upper() == "NONE"):
        return
    seen: set[str] = set()
    for flag in parts.flags:
        name, equals, value = flag.text.removeprefix("--").partition("=")
        kind = allowed.get(name)
        shown = printable(name, 40)
        if kind is None:
            raise RefusalError(_unknown_flag(keyword, flag, allowed), flag)
        if name in seen and kind is not _STRINGS:
            raise RefusalError(f"--{shown} is given twice", flag)
        seen.add(name)
        if kind is _BOOL and (value.lower() not in ("", "true", "false") or (equals and not value)):
            raise RefusalError(f"--{shown} is either true or false", flag)
        if kind is not _BOOL and not equals:
            raise RefusalError(f"--{shown} needs a value: --{shown}=...", flag)


def _unknown_flag(keyword: str, flag: Piece, allowed: Mapping[str, str]) -> str:
    name = flag.text.removeprefix("--").partition("=")[0]
    near = _nearest(name, allowed)
    return f"{keyword} has no flag --{printable(name, 40)}" + (f"; did you mean --{near}?" if near else "")


def is_keyword(word: str) -> bool:
    """Whether this is an instruction's name."""
    return word.upper() in _FLAGS


def nearest(word: str) -> str:
    """The instruction whose name was meant, most likely; "" for none."""
    return _nearest(word.upper(), _FLAGS)


def _nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was meant, most likely; "" for none. What is far too long for one costs time and is none."""
    from difflib import get_close_matches  # only here, where something is wrong already

    return next(iter(get_close_matches(word, known, 1)), "") if len(word) <= _LONGEST_TYPO else ""


def _health_value(flag: Flag) -> bool:
    if flag.name == "retries":
        return re.fullmatch(r"\+?[0-9]{1,10}", flag.value) is not None and int(flag.value) < 2**31
    if not _DURATION.fullmatch(flag.value):
        return False
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _DURATION_PART.findall(flag.value))
    return seconds == 0 or (seconds >= _UNITS["ms"] and not flag.value.startswith("-"))


_Maker = Callable[[_Builder, _Values, _Common], Instruction]


def _from(builder: _Builder, values: _Values, common: _Common) -> Instruction:
    found = values.words
    if len(found) not in (1, 3) or (len(found) == 3 and found[1].text.lower() != "as"):
        raise RefusalError("FROM takes an image, or an image, AS and a name")
    if len(found) == 3 and not _STAGE_NAME.fullmatch(found[2].text.lower()):
        raise RefusalError("a stage's name begins with a letter and holds letters, digits, `_`, `-` and `.`", found[2])
    platform = next((flag for flag in common["flags"] if flag.name == "platform"), None)
    alias = builder.word(found[2]) if len(found) == 3 else None
    return From(**common, image=builder.word(found[0]), alias=alias, platform=platform)


def _copy(builder: _Builder, values: _Values, common: _Common) -> Instruction:
    keyword = common["keyword"]
    found = values.words if values.strings is None else values.strings
    if len(found) < 2:
        raise RefusalError(f"{keyword} takes at least one source and a destination")
    if heredoc(found[-1].text):
        raise RefusalError(f"{keyword} needs a destination, and a here-document is none", found[-1])
    sources = tuple(builder.word(item) for item in found[:-1] if not heredoc(item.text))
    return Copy(**common, sources=sources, destination=builder.word(found[-1]))


def _run(builder: _Builder, values: _Values, common: _Common) -> Instruction:
    for flag in common["flags"]:
        if flag.name == "network" and flag.value not in ("default", "none", "host"):
            raise RefusalError("--network is default, none or host")
        if flag.name in ("mount", "device") and not flag.value:
            raise RefusalError(f"--{flag.name} needs a value: --{flag.name}=...")
        if flag.name == "mount" and _MOUNT_VARIABLE.search(flag.value):
            raise RefusalError("--mount takes no variable for `from`; give the image a stage of its own")
        if flag.name == "security" and flag.value not in ("insecure", "sandbox"):
            raise RefusalError("--security is sandbox or insecure")
    return Run(**common, command=builder.command(values, common))


def _shell(builder: _Builder, values: _Values, common: _Common) -> Instruction:
    command = builder.command(values, common)
    if not isinstance(command, ExecForm) or not command.words:
        raise RefusalError('SHELL takes a JSON array: SHELL ["/bin/bash", "-c"]')
    return Shell(**common, command=command)


def _env(builder: _Builder, values: _Values, common: _Common) -> Instruction:
    return Env(**common, pairs=_named(builder, values, common))


def _label(builder: _Builder, values: _Values, common: _Common) -> Instruction:
    return Label(**common, pairs=_named(builder, values, common))


def _arg(builder: _Builder, values: _Values, common: _Common) -> Instruction:
    return Arg(**common, pairs=_named(builder, values, common))


def _named(builder: _Builder, values: _Values, common: _Common) -> tuple[Pair, ...]:
    if not values.pairs:
        raise RefusalError(f"{common['keyword']} needs a name")
    for name, _, at in values.pairs:
        if not name:
            raise RefusalError(f"{common['keyword']} has a `=` without a name before it", at)
    return builder.pairs(values)


def _one(common: _Common) -> str:
    if not common["value"]:
        raise RefusalError(f"{common['keyword']} needs an argument")
    return common["value"]


def _other(_builder: _Builder, values: _Values, common: _Common) -> Instruction:
    if not values.arguments:
        raise RefusalError(f"{common['keyword']} needs an argument")
    return Other(**common)


def _volume(builder: _Builder, values: _Values, common: _Common) -> Instruction:
    if not all(argument.strip(SPACES) for argument in values.arguments):
        raise RefusalError("VOLUME has an empty path")
    return _other(builder, values, common)


def _healthcheck(builder: _Builder, values: _Values, common: _Common) -> Instruction:
    if not values.arguments:
        raise RefusalError("HEALTHCHECK takes CMD and a command, or NONE")
    kind, *rest = values.arguments
    if kind.upper() == "NONE":
        if rest:
            raise RefusalError("HEALTHCHECK NONE takes nothing more")
        return _other(builder, values, common)
    if kind.upper() != "CMD":
        raise RefusalError("HEALTHCHECK takes CMD and a command, or NONE", values.words[0])
    if not rest:
        raise RefusalError("HEALTHCHECK CMD lacks its command")
    for flag in common["flags"]:
        if flag.value and not _health_value(flag):
            raise RefusalError(
                f"--{flag.name}={printable(flag.value, 40)} is "
                + ("no count" if flag.name == "retries" else "no duration such as 30s")
            )
    return _other(builder, values, common)


_MAKERS: Final[Mapping[str, _Maker]] = {
    "ADD": _copy,
    "ARG": _arg,
    "CMD": lambda builder, values, common: Cmd(**common, command=builder.command(values, common)),
    "COPY": _copy,
    "ENTRYPOINT": lambda builder, values, common: Entrypoint(**common, command=builder.command(values, common)),
    "ENV": _env,
    "EXPOSE": _other,
    "FROM": _from,
    "HEALTHCHECK": _healthcheck,
    "LABEL": _label,
    "MAINTAINER": _other,
    "RUN": _run,
    "SHELL": _shell,
    "STOPSIGNAL": _other,
    "USER": lambda _, __, common: User(**common, user=_one(common)),
    "VOLUME": _volume,
    "WORKDIR": lambda _, __, common: Workdir(**common, path=_one(common)),
}
