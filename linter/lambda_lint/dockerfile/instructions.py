"""From a logical line to a typed instruction, or to the reason why BuildKit refuses it.

The rules are those of moby/buildkit v0.34.2, `frontend/dockerfile/parser` and `.../instructions` (2026).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial

from lambda_lint.annotations import Final
from lambda_lint.dockerfile.model import (
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    ExecForm,
    Flag,
    From,
    Instruction,
    Invalid,
    Label,
    LogicalLine,
    Onbuild,
    Other,
    Pair,
    Run,
    Said,
    Shell,
    ShellForm,
    User,
    Word,
    Workdir,
)
from lambda_lint.dockerfile.substitution import SPACES, SubstitutionError, expand, nothing_known
from lambda_lint.dockerfile.words import (
    BLANKS,
    NotStringsError,
    Option,
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
from lambda_lint.values import Value, replace

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
_SHORT: Final = 300  # characters; longer texts are not remembered, so that it takes little memory whatever they say


class Refusal(Value):
    """Why BuildKit refuses an instruction, and the part of the text to point at; None for all of it.

    `unknown` tells that there is no such instruction: which one was meant is asked for the few that are shown.
    """

    message: str
    at: Piece | None = None
    unknown: bool = False


class RefusalError(Exception):
    """BuildKit refuses an instruction."""

    def __init__(self, message: str, at: Piece | None = None, *, unknown: bool = False) -> None:
        super().__init__(message)
        self.refusal = Refusal(message, at, unknown)


_Common = tuple[str, str, Said]  # the first fields of an instruction
_Place = Callable[[LogicalLine, tuple[Flag, ...]], Instruction]
_Kind = Callable[..., Instruction]


class _Values(Value):
    """What the value of an instruction holds. `words` are there only where BuildKit needs them, too."""

    words: tuple[Piece, ...] = ()
    arguments: tuple[str, ...] = ()
    strings: tuple[Piece, ...] | None = None
    pairs: tuple[tuple[str, str | None, Piece], ...] = ()
    has_words: bool = True


class Content(Value, eq=False):
    """What the text of an instruction says, wherever that stands: the same for each line with this text.

    `place` makes the instruction of it. `refusal` is what BuildKit's parser stops at or what its second look finds,
    `unexpandable` what it cannot expand then, whatever the variables are. `trigger` is the keyword of ONBUILD's.
    """

    place: _Place
    options: tuple[Option, ...]
    values: _Values
    refusal: Refusal | None = None
    unexpandable: Refusal | None = None
    trigger: str = ""

    def on(self, line: LogicalLine) -> Instruction:
        """The instruction on that line."""
        found = self.options
        return self.place(
            line, tuple([Flag(line, it.start, it.end, it.name, it.value, it.text) for it in found]) if found else ()
        )


def content(text: str, escape: str) -> Content:
    """What an instruction says, from its keyword on. Short texts are remembered: files repeat their own and others'."""
    return _remembered(text, escape) if len(text) <= _SHORT else _content(text, escape)


def _content(text: str, escape: str) -> Content:
    parts = split(text, 0, escape)
    try:
        return _read(text, escape, parts)
    except RefusalError as stop:
        values = _Values(has_words=False)
        return _invalid(parts, values, _common(text, escape, parts, values), stop.refusal)


_remembered: Final = lru_cache(maxsize=512)(_content)


def _read(text: str, escape: str, parts: Split, nested: bool = False) -> Content:
    """What is said, and what BuildKit's second look finds. Raises RefusalError for what its parser stops at."""
    keyword = parts.keyword.text.upper()
    values = _values(text, escape, parts, keyword)
    common = _common(text, escape, parts, values)
    try:
        if keyword == "ONBUILD":
            return _onbuild(text, escape, parts, values, nested)
        if parts.flags:
            _check_flags(keyword, parts, values)
        maker = _MAKERS.get(keyword)
        if maker is None:
            if not keyword:
                raise RefusalError("a continuation, and no instruction in it")
            shown = printable(parts.keyword.text, 40)
            raise RefusalError(f"unknown instruction `{shown}`", parts.keyword, unknown=True)
        place, texts = maker(parts, values, common)
    except RefusalError as error:
        return _invalid(parts, values, common, error.refusal)
    return Content(place, parts.flags, values, unexpandable=_unexpandable(texts, text, escape, parts, values))


def _invalid(parts: Split, values: _Values, common: _Common, refusal: Refusal) -> Content:
    return Content(_placing(Invalid, common), parts.flags, values, refusal)


def _common(text: str, escape: str, parts: Split, values: _Values) -> _Common:
    value = parts.value

    def find_words(line: LogicalLine) -> tuple[Word, ...]:
        return _words(line, _pieces(text, escape, value, values))

    said = Said(values.arguments, values.strings is not None, parts.keyword.start, value.start, find_words)
    return parts.keyword.text.upper(), value.text, said


def _placing(kind: _Kind, common: _Common, *own: object) -> _Place:
    """Places an instruction whose own fields know no region."""
    return lambda line, flags: kind(*common, line, line.heredocs, flags, *own)


def _word(line: LogicalLine, piece: Piece) -> Word:
    return Word(line, piece.start, piece.end, piece.text)


def _words(line: LogicalLine, pieces: Iterable[Piece]) -> tuple[Word, ...]:
    return tuple([Word(line, piece.start, piece.end, piece.text) for piece in pieces])


def _pieces(text: str, escape: str, value: Piece, values: _Values) -> tuple[Piece, ...]:
    return values.words if values.has_words else quoted_words(text, value.start, escape)


def _unexpandable(texts: Iterable[str], text: str, escape: str, parts: Split, values: _Values) -> Refusal | None:
    """The first of the texts that BuildKit expands that it cannot."""
    each = ""
    try:
        for each in texts:
            expand(each, nothing_known, escape)
    except SubstitutionError as error:
        words = _pieces(text, escape, parts.value, values)
        return Refusal(str(error), next((word for word in words if each in word.text), None))
    return None


def _values(text: str, escape: str, parts: Split, keyword: str) -> _Values:
    """What BuildKit's parser makes of the value. Raises RefusalError for what it stops at."""
    value = parts.value
    if keyword in _JSON and (strings := _strings(text, value.start)) is not None:
        return _Values(_literals(text, strings), tuple([item.text for item in strings]), strings)
    if keyword in _ONE_TEXT:
        return _Values(arguments=(value.text,) if value.text else (), has_words=False)
    if keyword in _BLANK_SEPARATED:
        found = words(text, value.start)
        return _Values(found, tuple([word.text for word in found]))
    if keyword == "HEALTHCHECK":
        return _health(text, escape, value)
    if keyword not in ("ENV", "LABEL", "ARG"):
        return _Values(arguments=() if keyword == "ONBUILD" else ("",), has_words=False)
    found = quoted_words(text, value.start, escape)
    if keyword != "ARG":
        pairs = _pairs(keyword, value, found, text)
        return _Values(found, tuple([part for name, said, _ in pairs for part in (name, said or "")]), pairs=pairs)
    return _Values(found, tuple([word.text for word in found]), pairs=tuple(map(_argument, found)))


def _literals(text: str, strings: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return tuple([Piece(text[item.start : item.end], item.start, item.end) for item in strings])


def _health(text: str, escape: str, value: Piece) -> _Values:
    if not value.text:
        return _Values()
    kind = words(text, value.start)[0]
    command = text[kind.end : value.end].lstrip(BLANKS)
    rest = Piece(command, value.end - len(command), value.end)
    strings = _strings(text, rest.start)
    if strings is not None:
        return _Values((kind, *_literals(text, strings)), (kind.text, *(item.text for item in strings)), strings)
    found = (kind, *quoted_words(text, rest.start, escape))
    return _Values(found, (kind.text, rest.text) if rest.text else (kind.text,))


def _onbuild(text: str, escape: str, parts: Split, values: _Values, nested: bool) -> Content:
    if not parts.value.text:
        raise RefusalError("ONBUILD needs an instruction to hold back")
    inner = split(text, parts.value.start, escape)
    keyword = inner.keyword.text.upper()
    if keyword == "ONBUILD" and nested:
        raise RefusalError("ONBUILD cannot hold back ONBUILD", inner.keyword)
    # Unless it cannot be read, what is wrong with it comes out only in the build that triggers it.
    trigger = _read(text, escape, inner, nested=True)
    held = (trigger.trigger,) if trigger.trigger else ()
    values = replace(values, arguments=(*held, *trigger.values.arguments), strings=trigger.values.strings)
    common = _common(text, escape, parts, values)
    refusal = None
    if parts.flags:
        refusal = Refusal(_unknown_flag("ONBUILD", parts.flags[0], {}), parts.flags[0])
    elif keyword in ("ONBUILD", "FROM", "MAINTAINER"):
        refusal = Refusal(f"ONBUILD cannot hold back {keyword}", inner.keyword)

    def place(line: LogicalLine, flags: tuple[Flag, ...]) -> Instruction:
        return Onbuild(*common, line, line.heredocs, flags, trigger.on(line))

    return Content(place, parts.flags, values, refusal, trigger=keyword)


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


def _check_flags(keyword: str, parts: Split, values: _Values) -> None:
    allowed = _FLAGS.get(keyword)
    if allowed is None or (keyword == "HEALTHCHECK" and values.arguments[:1] and values.arguments[0].upper() == "NONE"):
        return
    seen: set[str] = set()
    for flag in parts.flags:
        name, value, equals = flag.name, flag.value, "=" in flag.text
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


def _unknown_flag(keyword: str, flag: Option, allowed: Mapping[str, str]) -> str:
    near = _nearest(flag.name, allowed)
    return f"{keyword} has no flag --{printable(flag.name, 40)}" + (f"; did you mean --{near}?" if near else "")


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


def _health_value(flag: Option) -> bool:
    if flag.name == "retries":
        return re.fullmatch(r"\+?[0-9]{1,10}", flag.value) is not None and int(flag.value) < 2**31
    if not _DURATION.fullmatch(flag.value):
        return False
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _DURATION_PART.findall(flag.value))
    return seconds == 0 or (seconds >= _UNITS["ms"] and not flag.value.startswith("-"))


# What makes an instruction of a kind, and the texts of it that BuildKit expands.
_Made = tuple[_Place, Iterable[str]]
_Maker = Callable[[Split, _Values, _Common], _Made]


def _from(parts: Split, values: _Values, common: _Common) -> _Made:
    found = values.words
    if len(found) not in (1, 3) or (len(found) == 3 and found[1].text.lower() != "as"):
        raise RefusalError("FROM takes an image, or an image, AS and a name")
    if len(found) == 3 and not _STAGE_NAME.fullmatch(found[2].text.lower()):
        raise RefusalError("a stage's name begins with a letter and holds letters, digits, `_`, `-` and `.`", found[2])

    def place(line: LogicalLine, flags: tuple[Flag, ...]) -> Instruction:
        alias = _word(line, found[2]) if len(found) == 3 else None
        platform = next((flag for flag in flags if flag.name == "platform"), None)
        return From(*common, line, line.heredocs, flags, _word(line, found[0]), alias, platform)

    return place, (found[0].text, *(flag.value for flag in parts.flags if flag.name == "platform"))


def _copy(parts: Split, values: _Values, common: _Common) -> _Made:
    keyword = parts.keyword.text.upper()
    found = values.words if values.strings is None else values.strings
    if len(found) < 2:
        raise RefusalError(f"{keyword} takes at least one source and a destination")
    destination = found[-1]
    if heredoc(destination.text):
        raise RefusalError(f"{keyword} needs a destination, and a here-document is none", destination)
    sources = [item for item in found[:-1] if not heredoc(item.text)]

    def place(line: LogicalLine, flags: tuple[Flag, ...]) -> Instruction:
        return Copy(*common, line, line.heredocs, flags, _words(line, sources), _word(line, destination))

    expanded = [flag.value for flag in parts.flags if flag.name in ("chown", "chmod", "checksum")]
    return place, (*(source.text for source in sources), destination.text, *expanded)


def _run(parts: Split, values: _Values, common: _Common) -> _Made:
    for flag in parts.flags:
        if flag.name == "network" and flag.value not in ("default", "none", "host"):
            raise RefusalError("--network is default, none or host")
        if flag.name in ("mount", "device") and not flag.value:
            raise RefusalError(f"--{flag.name} needs a value: --{flag.name}=...")
        if flag.name == "mount" and _MOUNT_VARIABLE.search(flag.value):
            raise RefusalError("--mount takes no variable for `from`; give the image a stage of its own")
        if flag.name == "security" and flag.value not in ("insecure", "sandbox"):
            raise RefusalError("--security is sandbox or insecure")
    return _command(Run, parts, values, common)


def _shell(parts: Split, values: _Values, common: _Common) -> _Made:
    if not values.strings:
        raise RefusalError('SHELL takes a JSON array: SHELL ["/bin/bash", "-c"]')
    return _command(Shell, parts, values, common)


def _command(kind: _Kind, parts: Split, values: _Values, common: _Common) -> _Made:
    """The value of RUN, CMD and their like in its form."""
    strings, text = values.strings, parts.value.text
    if strings is None:
        form = ShellForm(text, broken_json=text.startswith("[") and not _SHELL_TEST.match(text))
        return _placing(kind, common, form), ()
    return lambda line, flags: kind(*common, line, line.heredocs, flags, ExecForm(_words(line, strings))), ()


def _named(kind: _Kind, parts: Split, values: _Values, common: _Common) -> _Made:
    pairs = values.pairs
    if not pairs:
        raise RefusalError(f"{parts.keyword.text.upper()} needs a name")
    for name, _, at in pairs:
        if not name:
            raise RefusalError(f"{parts.keyword.text.upper()} has a `=` without a name before it", at)

    def place(line: LogicalLine, flags: tuple[Flag, ...]) -> Instruction:
        own = tuple([Pair(line, at.start, at.end, name, value) for name, value, at in pairs])
        return kind(*common, line, line.heredocs, flags, own)

    return place, [part for name, value, _ in pairs for part in ((value,) if kind is Arg else (name, value)) if part]


def _one(kind: _Kind, parts: Split, _: _Values, common: _Common) -> _Made:
    text = parts.value.text
    if not text:
        raise RefusalError(f"{parts.keyword.text.upper()} needs an argument")
    return _placing(kind, common, text), (text,)


def _other(parts: Split, values: _Values, common: _Common) -> _Made:
    keyword = parts.keyword.text.upper()
    if not values.arguments:
        raise RefusalError(f"{keyword} needs an argument")
    return _placing(Other, common), values.arguments if keyword in ("EXPOSE", "STOPSIGNAL", "VOLUME") else ()


def _volume(parts: Split, values: _Values, common: _Common) -> _Made:
    if not all(argument.strip(SPACES) for argument in values.arguments):
        raise RefusalError("VOLUME has an empty path")
    return _other(parts, values, common)


def _healthcheck(parts: Split, values: _Values, common: _Common) -> _Made:
    if not values.arguments:
        raise RefusalError("HEALTHCHECK takes CMD and a command, or NONE")
    kind, *rest = values.arguments
    if kind.upper() == "NONE":
        if rest:
            raise RefusalError("HEALTHCHECK NONE takes nothing more")
        return _other(parts, values, common)
    if kind.upper() != "CMD":
        raise RefusalError("HEALTHCHECK takes CMD and a command, or NONE", values.words[0])
    if not rest:
        raise RefusalError("HEALTHCHECK CMD lacks its command")
    for flag in parts.flags:
        if flag.value and not _health_value(flag):
            raise RefusalError(
                f"--{flag.name}={printable(flag.value, 40)} is "
                + ("no count" if flag.name == "retries" else "no duration such as 30s")
            )
    return _other(parts, values, common)


_MAKERS: Final[Mapping[str, _Maker]] = {
    "ADD": _copy,
    "ARG": partial(_named, Arg),
    "CMD": partial(_command, Cmd),
    "COPY": _copy,
    "ENTRYPOINT": partial(_command, Entrypoint),
    "ENV": partial(_named, Env),
    "EXPOSE": _other,
    "FROM": _from,
    "HEALTHCHECK": _healthcheck,
    "LABEL": partial(_named, Label),
    "MAINTAINER": _other,
    "RUN": _run,
    "SHELL": _shell,
    "STOPSIGNAL": _other,
    "USER": partial(_one, User),
    "VOLUME": _volume,
    "WORKDIR": partial(_one, Workdir),
}
