"""What small commands change in the file system: where the root is read-only, they fail.

Only what is certain is told. An option that is not known here makes a command's doings unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lambda_lint.annotations import Protocol
from lambda_lint_rules._start.model import UNKNOWN


class Tree(Protocol):
    """The files that a command works on, by absolute path. None where nobody can know."""

    def exists(self, path: str, test: str) -> bool | None:
        """Whether test's `-e` or `-d` holds."""

    def writable(self, path: str) -> bool | None:
        """False when the path certainly lies on the read-only root."""


def denied(name: str, args: Sequence[str], place: Callable[[str], str], tree: Tree) -> str:
    """The path that a command is to change and certainly cannot, so that it fails; "" when there is none.

    `place` makes a path absolute; what it does not know holds `UNKNOWN`.
    """
    look = _COMMANDS.get(name)
    return "" if look is None else look(args, _Places(place, tree))


# By the interpreter, options that say nothing of what is to be executed.
_INTERPRETERS: Mapping[str, frozenset[str]] = {
    "python": frozenset(["-B", "-E", "-O", "-OO", "-s", "-u"]),
    "php": frozenset(),
    "perl": frozenset(["-w"]),
    "ruby": frozenset(["-w"]),
}


def script(name: str, args: Sequence[str]) -> str:
    """The file that a command of an interpreter's is to execute, "" where it names none or that is not known."""
    options = _INTERPRETERS.get(name.rstrip("0123456789."))
    named = next((each for each in args if each not in options), "") if options is not None else ""
    return "" if named.startswith("-") or UNKNOWN in named else named


class _Places:
    """Paths as a command writes them."""

    def __init__(self, place: Callable[[str], str], tree: Tree) -> None:
        self._place = place
        self._tree = tree

    def closed(self, path: str) -> bool:
        """Whether nobody can write there."""
        place = self._place(path)
        return bool(path) and UNKNOWN not in place and self._tree.writable(place) is False

    def there(self, path: str, test: str = "-e") -> bool | None:
        place = self._place(path)
        return None if UNKNOWN in place else self._tree.exists(place, test)


def _read(args: Sequence[str], letters: str, longer: str = "") -> tuple[str, list[str]] | None:
    """The letters of the options and the operands; None with an option that is not known."""
    found = ""
    operands: list[str] = []
    words = longer.split()
    for index, arg in enumerate(args):
        if arg == "--":
            operands.extend(args[index + 1 :])
            break
        if arg.startswith("--"):
            if arg not in words:
                return None
            found += arg[2]
        elif arg.startswith("-") and len(arg) > 1:
            if not set(arg[1:]) <= set(letters):
                return None
            found += arg[1:]
        else:
            operands.append(arg)
    return found, operands


def _mkdir(args: Sequence[str], places: _Places) -> str:
    read = _read(args, "pv", "--parents --verbose")
    if read is None:
        return ""
    return next((path for path in read[1] if places.closed(path) and places.there(path) is False), "")


def _touch(args: Sequence[str], places: _Places) -> str:
    read = _read(args, "am")
    return "" if read is None else next(filter(places.closed, read[1]), "")


def _cp(args: Sequence[str], places: _Places) -> str:
    read = _read(args, "rRapfvdL", "--recursive --archive --verbose --force")
    if read is None or len(read[1]) < 2:
        return ""
    target = read[1][-1]
    # Folders that are there already are not made, and an empty one takes nothing.
    into = bool(set("rRa") & set(read[0])) and places.there(target, "-d") is not False
    return target if places.closed(target) and not into else ""


def _mv(args: Sequence[str], places: _Places) -> str:
    read = _read(args, "fv", "--force --verbose")
    return "" if read is None or len(read[1]) < 2 else next(filter(places.closed, read[1]), "")


def _rm(args: Sequence[str], places: _Places) -> str:
    read = _read(args, "rRfv", "--recursive --force --verbose")
    if read is None:
        return ""
    return next((path for path in read[1] if places.closed(path) and places.there(path)), "")


def _ln(args: Sequence[str], places: _Places) -> str:
    read = _read(args, "sfnvT", "--symbolic --force --no-dereference --verbose")
    return read[1][-1] if read is not None and len(read[1]) > 1 and places.closed(read[1][-1]) else ""


def _sed(args: Sequence[str], places: _Places) -> str:
    """`sed -i`: the file is written anew beside itself."""
    words, scripts, inplace = list(args), 0, False
    operands: list[str] = []
    while words:
        word = words.pop(0)
        if word in {"-e", "-f"} and words:
            words.pop(0)
            scripts += 1
        elif word.startswith("-i") or word in {"-ri", "-Ei", "-ni", "--in-place"}:
            inplace = True
        elif word.startswith("-") and word not in {"-r", "-E", "-n", "-s", "-z"}:
            return ""
        elif not word.startswith("-"):
            operands.append(word)
    files = operands if scripts else operands[1:]
    return next(filter(places.closed, files), "") if inplace else ""


def _change(args: Sequence[str], places: _Places) -> str:
    """chmod, chown, chgrp: the mode or the owner, then files."""
    words = [arg for arg in args if arg not in {"-R", "-v", "-f", "-Rf", "-h"}]
    if len(words) < 2 or words[0].startswith("-") or UNKNOWN in words[0]:
        return ""
    return next((path for path in words[1:] if places.closed(path) and places.there(path)), "")


def _tee(args: Sequence[str], places: _Places) -> str:
    read = _read(args, "a", "--append")
    return "" if read is None else next(filter(places.closed, read[1]), "")


_COMMANDS: Mapping[str, Callable[[Sequence[str], _Places], str]] = {
    "mkdir": _mkdir,
    "touch": _touch,
    "cp": _cp,
    "mv": _mv,
    "rm": _rm,
    "ln": _ln,
    "sed": _sed,
    "chmod": _change,
    "chown": _change,
    "chgrp": _change,
    "tee": _tee,
}
