"""What Lambda starts from /opt/extensions, before and beside the image's own program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from lambda_lint import File, ImageLocation, Kind, Severity, Value, printable, regex
from lambda_lint_rules._facts.adapter import PROGRAM
from lambda_lint_rules._facts.extensions import FOLDER, MOST, SWITCHED_OFF
from lambda_lint_rules._start import trace
from lambda_lint_rules._start.clients.binary import ADAPTER
from lambda_lint_rules._start.files import USER, Files
from lambda_lint_rules._start.model import Client, End, Evidence, Process, Trouble, Verdict
from lambda_lint_rules._start.trace import Route


class Extension(Value):
    """A file that Lambda starts, and what it leads to. `broken` says in words why it cannot start, "" when it may."""

    entry: File
    route: Route
    broken: str


def started(files: Files, architecture: str, env: Mapping[str, str]) -> tuple[Extension, ...]:
    """The extensions that Lambda starts, in the environment `env`. Each is followed like the image's own program."""
    # In a folder that is closed to its user, nobody says whether Lambda finds any extension.
    closed = any(not files.allowed(FOLDER, access) for access in ("list", "enter"))
    if files.get(SWITCHED_OFF) is not None or closed:
        return ()
    own = {name: value for name, value in env.items() if not name.startswith("_")}
    entries = [child for child in files.filesystem.children(FOLDER) if child.kind is not Kind.DIRECTORY]
    return (
        *(_started(files, architecture, entry, own) for entry in entries[: 2 * MOST]),
        *(Extension(entry, _TOO_MANY, "") for entry in entries[2 * MOST :]),
    )


_TOO_MANY = Route(End(Verdict.UNKNOWN, why="there are too many extensions to follow"))


def _started(files: Files, architecture: str, entry: File, env: Mapping[str, str]) -> Extension:
    process = Process((entry.path,), "/", env, ImageLocation(path=entry.path), direct=True)
    route = trace.follow(process, files, architecture)
    return Extension(entry, route, _broken(files, entry, route))


def adapter(extensions: Iterable[Extension]) -> Client | None:
    """The Lambda Web Adapter where Lambda starts it; None when it is not there, or is there but cannot be executed."""
    for extension in extensions:
        client, path = extension.route.end.client, extension.entry.path
        if extension.broken:
            continue
        if client is not None and client.name == ADAPTER:
            return client
        if path.endswith(f"/{PROGRAM}"):
            return Client(ADAPTER, "rust", path, evidence=Evidence.PROBABLE)
    return None


def troubles(extensions: tuple[Extension, ...]) -> Iterator[Trouble]:
    """What keeps Lambda from starting one of the extensions, and with it the function."""
    for extension in extensions:
        if extension.broken:
            place = ImageLocation(layer=extension.entry.layer, path=extension.entry.path)
            fix = "move it elsewhere if it is no extension; otherwise give it mode 755, and all that it needs to start"
            yield Trouble("broken-extension", extension.broken, place, fix)
    if len(extensions) > MOST:
        message = f"there are {len(extensions)} extensions in {FOLDER}, and Lambda starts {MOST} at most"
        yield Trouble("broken-extension", message, ImageLocation(path=FOLDER), "remove those that are not needed")


def _broken(files: Files, entry: File, route: Route) -> str:
    file = files.get(entry.path)
    shown = printable(entry.path)
    if file is None:
        return f"{shown} leads nowhere, and Lambda starts it as an extension"
    if file.kind is Kind.DIRECTORY:
        return ""
    if route.end.verdict in {Verdict.STUCK, Verdict.BROKEN}:
        for trouble in route.troubles:
            if trouble.severity in (None, Severity.ERROR) and trouble.rule != "unset-variable":
                return f"the extension {shown} cannot start: {trouble.message}"
    for need in route.needs:
        denial = files.filesystem.denial(need.path, USER, need.access)
        if denial is not None:
            act, what = _DENIED[denial.need], printable(denial.file.path)
            return f"the extension {shown} cannot start: the user of Lambda {act} {what} (mode {denial.file.mode:04o})"
    text = files.text(route.end.script) if route.end.script else None
    if text is not None and not _MAY_REGISTER.search(text):
        return f"the extension {shown} ends as soon as it was started, and registers nowhere (Extension.ExitError)"
    return ""


# The Extensions API by its variable, its port or its path, and other files that may name it.
_MAY_REGISTER = regex(r"RUNTIME_API|9001|/extension/|(?:^|[;&|({\s])(?:\.|source|eval)\s", re.MULTILINE)


_DENIED = {"read": "cannot read", "list": "cannot list", "enter": "cannot enter", "execute": "may not execute"}
