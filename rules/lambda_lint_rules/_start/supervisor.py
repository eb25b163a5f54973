"""Why supervisord ends before it starts anything, told by its settings.

Its messages were seen with version 4.2: it ends where it cannot open its log or its socket, cannot become its `user`,
or is not told to stay in the foreground.
"""

from __future__ import annotations

import configparser
import posixpath
from collections.abc import Mapping

from lambda_lint import Severity, printable, regex
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import join, mounted
from lambda_lint_rules._start.model import UNKNOWN, Trouble
from lambda_lint_rules._start.world import ImageWorld

_MAX_SETTINGS = 256 << 10
# Looked for in this order, the first two beside the folder of the program.
_PLACES = ("supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf")
_VALUED = {"-c": "configuration", "-l": "logfile", "-u": "user", "-d": "directory"}
_OWN = regex(r"sbx_user\d+|993")


def trouble(call: Call) -> Trouble | None:
    """What ends it at once; None when nothing is known to."""
    options = _options(call.args)
    path = _settings(call, options)
    text = None if path is None else call.files.text(path, _MAX_SETTINGS)
    if path is None or text is None or UNKNOWN in text:
        return None
    parser = configparser.RawConfigParser(strict=False, inline_comment_prefixes=(";", " #"))
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    own = {**(parser["supervisord"] if parser.has_section("supervisord") else {}), **options}
    socket = parser.get("unix_http_server", "file", fallback="")
    return _unwritable(call, path, own, socket) or _user(call, path, own.get("user", ""))


def _options(args: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for at, word in enumerate(args):
        name, equals, value = word.partition("=")
        if word in _VALUED and at + 1 < len(args):
            found[_VALUED[word]] = args[at + 1]
        elif name.startswith("--") and (equals or at + 1 < len(args)):
            found[name[2:]] = value if equals else args[at + 1]
    return found


def _settings(call: Call, options: Mapping[str, str]) -> str | None:
    above = posixpath.dirname(posixpath.dirname(call.executable.path))
    named = options.get("configuration")
    beside = (join(above, "etc/supervisord.conf"), join(above, "supervisord.conf"))
    for each in (named,) if named else (*beside, *_PLACES):
        path = join(call.process.cwd, each)
        if UNKNOWN in path or mounted(path):
            return None
        if call.files.is_file(path):
            return path
    return None


def _unwritable(call: Call, settings: str, own: Mapping[str, str], socket: str) -> Trouble | None:
    world = ImageWorld(call.files, call.architecture)
    folder = own.get("directory", "")
    for what, value in (("log", own.get("logfile", "supervisord.log")), ("socket", socket)):
        path = join(folder or call.process.cwd, value)
        plain = (
            value and not {"%", "$"} & set(value) and UNKNOWN not in path and value.lower() not in {"none", "syslog"}
        )
        if plain and world.writable(path) is False:
            shown = printable(path)
            message = f"supervisord ends: {printable(settings)} puts its {what} at {shown}, on a read-only file system"
            name = "logfile=/dev/null and logfile_maxbytes=0" if what == "log" else "file=/tmp/supervisor.sock"
            return Trouble("write-outside-tmp", message, call.place(settings), f"set {name}")
    return None


def _user(call: Call, settings: str, user: str) -> Trouble | None:
    if not user or "%" in user or _OWN.fullmatch(user):
        return None
    message = f"supervisord ends: {printable(settings)} makes it become {printable(user)}, and Lambda gives no right to"
    return Trouble("user-switch", message, call.place(settings), "take `user` away", Severity.ERROR)
