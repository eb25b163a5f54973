"""What the RUN instructions of a Dockerfile execute while the image is built, as far as that can be told."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache

from lambda_lint import ExecForm, Heredoc, Region, Run, ShellForm, Value, regex, replace

_LONGEST = 32 << 10
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_SYSTEM_FOLDERS = frozenset({"", "/bin", "/sbin", "/usr/bin", "/usr/sbin"})
_BEFORE_NAMES = ("/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/")
_ONLY_HEREDOC = regex(r"\s*\d*<<-?\s*(?:\w+|\"[^\"]+\"|'[^']+')\s*")
_VARIABLE = regex(r"\$(?:\{(\w+)\}|(\w+))")
_PLAIN_VALUE = regex(r"[\w./:+-]*")
_OTHER_LANGUAGE = regex(r"#!(?!.*\b(?:ba|da|a)?sh\b)")
# They run what follows them.
_WRAPPERS = frozenset({"sudo", "env", "exec", "time", "nice", "nohup"})


class Ran(Value):
    """One command. A word is None where it holds a variable or the output of a command.

    `certain` tells that it runs in every build that gets past it, `fatal` that the build ends when it fails. `line` is
    that of the script.
    """

    words: tuple[str | None, ...]
    certain: bool = True
    fatal: bool = True
    line: int = 1

    @property
    def program(self) -> str:
        """The name of the program, "" when it is not known or no program of the system's."""
        return _program(self.words[0] or "") if self.words else ""

    @property
    def arguments(self) -> tuple[str | None, ...]:
        """All but the program."""
        return self.words[1:]


@lru_cache(maxsize=512)  # every rule that looks at commands asks for each
def _program(word: str) -> str:
    folder, name = posixpath.split(word)
    return name if folder in _SYSTEM_FOLDERS else ""


def commands(run: Run) -> tuple[Ran, ...]:
    """Every command of a RUN, in order. Empty when its script is very long, or not understood as a whole."""
    if isinstance(run.command, ExecForm):
        words = run.command.args
        if (
            len(words) > 2
            and posixpath.basename(words[0]) in _SHELLS
            and words[-2].startswith("-")
            and "c" in words[-2]
        ):
            return _script(words[-1], strict="e" in words[-2])
        return (_unwrapped(Ran(words)),) if words else ()
    heredoc = _script_of(run)
    if heredoc is not None and _OTHER_LANGUAGE.match(heredoc.body):
        return ()
    return _script(run.command.text if heredoc is None else heredoc.body, strict=False)


def _script_of(run: Run) -> Heredoc | None:
    """The here-document that is the script of a RUN, None for another."""
    text = run.command.text if isinstance(run.command, ShellForm) else ""
    return run.heredocs[0] if run.heredocs and _ONLY_HEREDOC.fullmatch(text) else None


def substituted(text: str, variables: Mapping[str, str]) -> str:
    """The text of a RUN with variables of the build that are known, unless it sets them itself."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        known = variables.get(name)
        own = known is None or re.search(rf"\b{name}=|\bfor\s+{name}\b|\bread\b", text)
        return match[0] if known is None or own or not _PLAIN_VALUE.fullmatch(known) else known

    return _VARIABLE.sub(value, text) if "$" in text else text


def place(run: Run, ran: Ran) -> Region:
    """Where a command of a RUN stands: its line in a here-document, else the instruction as a whole."""
    heredoc = _script_of(run)
    return run.region if heredoc is None else heredoc.line(ran.line)


@lru_cache(maxsize=128)  # a hostile RUN may give cause for a thousand problems with one program
def region_of(run: Run, program: str) -> Region:
    """Where a program is called in a RUN: its word, or the whole instruction where no word is just that."""
    paths = {program, *(f"{folder}/{program}" for folder in _SYSTEM_FOLDERS if folder)}
    word = run.first_word(lambda text: program in text and text.lstrip("\"'(;&|").rstrip("\"';") in paths)
    if word is not None:
        return word.region
    called = ((heredoc, _call(heredoc.body, program)) for heredoc in run.heredocs)
    return next((heredoc.place(*place) for heredoc, place in called if place is not None), run.region)


def _call(script: str, program: str) -> tuple[int, int] | None:
    """From where to where a script has a program's name as a word, with its folder, and not in a comment."""
    found = script.find(program)
    while found >= 0:
        end = found + len(program)
        folders = _BEFORE_NAMES if script.endswith("/", 0, found) else ()
        start = found - next((len(folder) for folder in folders if script.endswith(folder, 0, found)), 0)
        if not (_continues(script[start - 1 : start]) or _continues(script[end : end + 1])):
            if script.find("#", script.rfind("\n", 0, start) + 1, start) < 0:
                return start, end
            end = script.find("\n", end)  # the line is looked at once, however often it has the name
        found = script.find(program, end) if end >= 0 else end
    return None


def _continues(character: str) -> bool:
    return character.isalnum() or (character != "" and character in "_./-")


@lru_cache(maxsize=512)  # several rules ask for the same
def _script(text: str, *, strict: bool) -> tuple[Ran, ...]:
    if len(text) > _LONGEST:
        return ()
    from lambda_lint_rules._script import commands_of  # all of a shell's grammar: only where there is a RUN

    return tuple(map(_unwrapped, commands_of(text, strict=strict)))


def _unwrapped(ran: Ran) -> Ran:
    words = ran.words
    while words and words[0] in _WRAPPERS:
        words = words[1:]
        while words and words[0] is not None and (words[0].startswith("-") or "=" in words[0]):
            words = words[1:]
    return ran if words is ran.words else replace(ran, words=words)
