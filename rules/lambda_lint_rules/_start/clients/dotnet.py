""".NET: `Amazon.Lambda.RuntimeSupport`, as `*.deps.json` names it."""

from __future__ import annotations

import json
import posixpath

from lambda_lint import printable, replace
from lambda_lint_rules._start import markers
from lambda_lint_rules._start.clients import dotnet_host
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.model import UNKNOWN, Client, End, Evidence, Need, Role, Step, Verdict

NAME = "Amazon.Lambda.RuntimeSupport"

_VALUED = frozenset(
    ["--runtimeconfig", "--depsfile", "--additionalprobingpath", "--additional-deps", "--fx-version", "--roll-forward"]
)
_MAX_DEPENDENCIES = 8 << 20


def classify(call: Call) -> Step:
    """Read a `dotnet` command and look at what its program depends on."""
    hop = call.hop(Role.INTERPRETER, call.executable.path, call.executable.path)
    args = [arg for arg in call.args if arg != "exec"]
    while args and args[0].startswith("--"):
        args = args[2:] if args[0] in _VALUED else args[1:]
    if not args:
        step = call.absent(f"{call.executable.path} with nothing to run")
    elif UNKNOWN in args[0]:
        step = call.unknown("a program that is named at run time")
    elif args[0].endswith(".dll"):
        step = _hosted(call, join(call.process.cwd, args[0]))
    else:
        step = call.unknown(f"dotnet {printable(args[0])}")
    return replace(step, hops=(hop, *step.hops))


def _hosted(call: Call, path: str) -> Step:
    step = program(call, path)
    lost = tuple(dotnet_host.troubles(call, path)) if call.files.get(path) is not None else ()
    return replace(step, end=End(Verdict.STUCK, path), troubles=lost) if lost else step


def program(call: Call, path: str) -> Step:
    """A managed program, known by what lies beside it."""
    if call.files.get(path) is None:
        return call.no_script(path)
    needs = (Need(path, "read", "the program that is started"),)
    client = _client(call.files, path)
    if client is not None:
        hop = call.hop(Role.CLIENT, str(client), client.path)
        return Step((hop,), end=End(Verdict.STARTED, path, client), needs=needs)
    scan = markers.scan(call.files, path)
    if scan.speaks:
        client = Client("custom runtime", "dotnet", path, evidence=Evidence.PROBABLE)
        return Step(end=End(Verdict.LIKELY, path, client), needs=needs)
    if _dependencies(call.files, path) is None:
        return replace(call.unknown("nothing tells what it depends on", path), needs=needs)
    return replace(call.absent(path), needs=needs)


def _client(files: Files, path: str) -> Client | None:
    """The client as a dependency of the program, with its file there; in a class library it starts nothing."""
    stem = path.removesuffix(".dll")
    version = (_dependencies(files, path) or {}).get(NAME)
    place = f"{posixpath.dirname(path)}/{NAME}.dll"
    if version is None or not files.is_file(place) or not files.is_file(f"{stem}.runtimeconfig.json"):
        return None
    return Client(NAME, "dotnet", place, printable(version, 40))


def _dependencies(files: Files, path: str) -> dict[str, str] | None:
    """Library versions by name from the program's deps.json; None when there is none that can be read."""
    text = files.text(f"{path.removesuffix('.dll')}.deps.json", _MAX_DEPENDENCIES)
    try:
        document = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        return None
    libraries = document.get("libraries") if isinstance(document, dict) else None
    if not isinstance(libraries, dict):
        return None
    return {name: version for key in libraries for name, slash, version in [key.partition("/")] if slash}
