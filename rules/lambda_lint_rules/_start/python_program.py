"""Python programs that are no runtime client, web servers above all, and what they load at their start."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterable
from itertools import islice

from lambda_lint import Location, printable, regex
from lambda_lint_rules._start import imports, members
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import join
from lambda_lint_rules._start.handler import Outcome, search
from lambda_lint_rules._start.model import UNKNOWN, Absent, Handler, Trouble
from lambda_lint_rules._start.python_path import MACHINES, Interpreter
from lambda_lint_rules._start.python_source import line_of, syntax_error
from lambda_lint_rules._start.world import ImageWorld, outside

# Both put the working directory first on the search path, import the module, and end when they cannot: measured with
# gunicorn 20 to 27 (`Worker failed to boot`, `App failed to load`) and uvicorn 0.20 to 0.54 (`Error loading ASGI app`).
_IMPORTING = frozenset({"gunicorn", "uvicorn"})
_APPLICATION = regex(r"([A-Za-z_][\w.]*):([A-Za-z_]\w*)(?:\(\))?")
# What may name another folder, another application, or hold a word that looks like one.
# gunicorn takes options by the first letters that no other has.
_MOVING = regex(r"-c.*|--(?:c[oh]|p[ya]|app-dir|header|env-file|reload)[\w-]*(?:=.*)?")
# Options without a value: the word behind any other may be one.
_SWITCHES = frozenset({"--factory", "--preload", "--use-colors", "--proxy-headers", "--access-log", "--no-access-log"})
_MOVING_ENV = regex(r"GUNICORN_CMD_ARGS|UVICORN_\w+")
# For the file that Python is given `__name__` is another one than for those that it imports.
_BRANCHES = regex(r"^(?:el|if\b[^\n]*__name__\s*!)", re.MULTILINE)
_MAX_SOURCE = 2 << 20
_MAX_FILES = 200


# What gunicorn opens before it loads the application, and ends without: measured with 20.1, 23 and 27. What a command
# says comes before its file of settings and before GUNICORN_CMD_ARGS.
_OPENED = {
    "--access-logfile": "--access-logfile",
    "--error-logfile": "--error-logfile",
    "--log-file": "--error-logfile",
    "--pid": "--pid",
    "-p": "--pid",
}


# Files of settings that a server ends without: measured with gunicorn 20.1, 23 and 27, and uvicorn 0.20 and 0.54.
_SETTINGS = {"gunicorn": frozenset({"-c", "--config"}), "uvicorn": frozenset({"--log-config", "--env-file"})}


def unset(call: Call, server: str, words: tuple[str, ...]) -> Trouble | None:
    """A file of settings that a web server is given and that is nowhere. The last one counts."""
    named = [
        (option, value if equals else following)
        for word, following in itertools.pairwise((*words, ""))
        for option, equals, value in (word.partition("="),)
        if option in _SETTINGS.get(server, ())
    ]
    option, value = named[-1] if named else ("", "")
    path = join(call.process.cwd, value.removeprefix("file:"))
    moved = any(word.startswith("--ch") for word in words)
    if not value or UNKNOWN in path or value.startswith("python:") or moved:
        return None
    if call.files.get(path) is not None or outside(call.files, path):
        return None
    message = f"{server} is to read {printable(path)} ({option}), which is not in the image"
    return Trouble("entrypoint-not-found", message, call.location, "copy the file into the final stage")


def unwritable(call: Call, server: str, words: tuple[str, ...]) -> Trouble | None:
    """A log or a pid file of a web server on the root file system, which is read-only."""
    named: dict[str, str] = {}
    for word, following in itertools.pairwise((*words, "")):
        option, equals, value = word.partition("=")
        if option in _OPENED:
            named[_OPENED[option]] = value if equals else following
    world = ImageWorld(call.files, call.architecture)
    for option, path in named.items() if server == "gunicorn" else ():
        if path.startswith("/") and UNKNOWN not in path and world.writable(path) is False:
            message = (
                f"gunicorn writes to {printable(path)} ({option}), and the root file system of Lambda is read-only"
            )
            fix = "write to standard output (-), which goes to CloudWatch, or below /tmp"
            return Trouble("write-outside-tmp", message, call.location, fix)
    return None


def application(call: Call, python: Interpreter, server: str, words: tuple[str, ...]) -> Trouble | None:
    """What keeps a web server from loading the application that its arguments name."""
    named = [
        match
        for before, word in itertools.pairwise(("", *words))
        if (not before.startswith("-") or "=" in before or before in _SWITCHES)
        and (match := _APPLICATION.fullmatch(word)) is not None
    ]
    moved = any(map(_MOVING.fullmatch, words)) or any(map(_MOVING_ENV.fullmatch, call.process.env))
    if server not in _IMPORTING or len(named) != 1 or moved:
        return None
    if call.files.is_file(join(call.process.cwd, "gunicorn.conf.py")):
        return None
    module, member = named[0][1], named[0][2]
    wanted = _wanted(call, python, f"{module}.{member}", call.process.cwd)
    found = search(call.files, wanted)
    shown = f"{server} is to load {printable(module)}"
    if found.outcome is Outcome.MISSING:
        message = f"{shown}, which is in none of the folders where it looks"
        fix = f"copy {printable(found.tried)} to {printable(call.process.cwd)}, or name the module from there"
        return Trouble("entrypoint-not-found", message, call.location, fix)
    if found.outcome is not Outcome.FOUND or not found.path.endswith(".py"):
        return None
    text = call.files.text(found.path, _MAX_SOURCE)
    lacking = text is not None and members.defines(found.path, text, member, python.version) is False
    if lacking and not _set_from_elsewhere(call, found.path, member):
        message = f"{shown}, and {printable(found.path)} defines no {printable(member)}"
        return Trouble("entrypoint-not-found", message, call.location, "name what the module defines")
    return _fault(call, wanted, found.path)


def _set_from_elsewhere(call: Call, path: str, member: str) -> bool:
    """Whether code beside a module, or below it, may give it a name."""
    sets = re.compile(rf"\.{member}\s*=(?!=)|\bsetattr\(")
    files = call.files.filesystem.walk(posixpath.dirname(path), endings=(".py",))
    return any(sets.search(call.files.text(file.path, _MAX_SOURCE) or "") for file in islice(files, _MAX_FILES))


def script(call: Call, python: Interpreter, path: str, module: str, folder: str) -> Trouble | None:
    """What keeps a script, or a module that `-m` names, from being executed.

    `folder` is the first that modules are looked for in.
    """
    if not path.endswith(".py"):
        return None
    refused = _uncompiled(call, (path,), python.version)
    text = call.files.text(path, _MAX_SOURCE)
    if refused is not None or text is None or _BRANCHES.search(text):
        return refused
    return _fault(call, _wanted(call, python, f"{module}.main", folder), path)


def _wanted(call: Call, python: Interpreter, text: str, folder: str) -> Handler:
    roots = tuple(dict.fromkeys((folder, *python.roots)))
    library = python.libraries[0] if python.libraries else ""
    machine = MACHINES.get(call.architecture, "")
    return Handler(text, "python", roots, python.complete, python.version, machine, library, cwd=call.process.cwd)


def _fault(call: Call, wanted: Handler, path: str) -> Trouble | None:
    """What ends a file for certain as it is executed: one that Python refuses, or what is not there."""
    if not wanted.known or not wanted.version:
        return None
    refused = _uncompiled(call, (path, *imports.unread(call.files, path, wanted)), wanted.version)
    if refused is not None:
        return refused
    absent = next(iter(imports.missing(call.files, path, wanted)), None)
    return None if absent is None else lost(absent, call.place(absent.importer))


def _uncompiled(call: Call, paths: Iterable[str], version: str) -> Trouble | None:
    """The first of some files that Python refuses."""
    for path in paths:
        if error := syntax_error(call.files.whole(path, _MAX_SOURCE), version):
            message = f"{printable(path)} does not compile: {printable(error)}"
            place = call.place(path)
            return Trouble("handler-does-not-compile", message, place, "mend its syntax", line=line_of(error))
    return None


def lost(absent: Absent, place: Location) -> Trouble:
    """A module that is not there, of Python, or something else that its code asks for as it is loaded."""
    message = f"{printable(absent.importer)} {absent.verb} {printable(absent.name)}, {absent.wrong}"
    return Trouble("missing-module", message, place, absent.fix, line=absent.line)
