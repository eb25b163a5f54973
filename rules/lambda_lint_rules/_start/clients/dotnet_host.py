"""What `dotnet` itself asks for before a program's first line: settings, a framework, assemblies, and ICU.

The host's own errors were seen with .NET Core 3.1; the rules for versions are in "Framework-dependent apps roll
forward" (learn.microsoft.com/dotnet/core/versions/selection, read 2026-11).
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping

from lambda_lint import Kind, printable, regex
from lambda_lint.annotations import Any
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.model import Trouble

_MAX_SETTINGS = 1 << 20
_MAX_DEPENDENCIES = 8 << 20
_VERSION = regex(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})")
# A preview stands in for a release only where nothing else does, which is not followed here.
_PREVIEW = regex(r"\d+\.\d+\.\d+-.*")
_ROLLS = frozenset({"Minor", "LatestMinor", "Major", "LatestMajor", "LatestPatch"})
# Where these are set, other frameworks and assemblies may be taken.
_CHANGED_BY = frozenset(
    {"DOTNET_ROLL_FORWARD", "DOTNET_ROLL_FORWARD_TO_PRERELEASE", "DOTNET_ADDITIONAL_DEPS", "DOTNET_SHARED_STORE"}
)
_INVARIANT = "System.Globalization.Invariant"
_ICU = tuple(f"/libicuuc{ending}" for ending in (".so", ".a", *(f".so.{number}" for number in range(40, 140))))
_CORE = "Microsoft.NETCore.App"

_Json = Mapping[str, Any]


def troubles(call: Call, path: str) -> Iterator[Trouble]:
    """What keeps `dotnet` from running the program at `path`, told by the files beside both."""
    host = call.files.get(call.executable.path)
    root = posixpath.dirname(host.path) if host is not None else ""
    changed = _CHANGED_BY & set(call.process.env) or any(word.startswith("--") for word in call.args)
    if changed or not call.files.is_directory(f"{root}/shared/{_CORE}"):
        return
    stem = path.removesuffix(".dll")
    settings = f"{stem}.runtimeconfig.json"
    if call.files.get(settings) is None:
        if not call.files.is_file(f"{posixpath.dirname(path)}/libhostpolicy.so"):
            message = f"dotnet cannot run {printable(path)} without {printable(posixpath.basename(settings))} beside it"
            yield Trouble("client-cannot-load", message, call.place(path), "copy all that dotnet publish wrote")
        return
    options = _object(_document(call.files, settings, _MAX_SETTINGS).get("runtimeOptions"))
    yield from _frameworks(call, root, settings, options)
    yield from _assemblies(call, stem)
    yield from _icu(call, settings, options)


def _frameworks(call: Call, root: str, settings: str, options: _Json) -> Iterator[Trouble]:
    """Frameworks that are asked for, and that no installed one stands in for."""
    roll = options.get("rollForward", "Minor")
    named = options.get("frameworks", [options.get("framework")])
    if "includedFrameworks" in options or "rollForwardOnNoCandidateFx" in options or roll not in _ROLLS:
        return
    for each in named if isinstance(named, list) else ():
        framework = _object(each)
        name, version = framework.get("name"), framework.get("version")
        if not isinstance(name, str) or not isinstance(version, str) or "/" in name or "rollForward" in framework:
            continue
        installed = call.files.names(f"{root}/shared/{name}")
        if _VERSION.fullmatch(version) and not any(_stands_in(other, version, roll) for other in installed):
            shown = printable(f"{name} {version}")
            there = f"has only {printable(', '.join(installed), 80)}" if installed else "has none of that name"
            message = f"{printable(settings)} asks for the framework {shown}, and the image {there}"
            fix = "start from the image of the runtime that the program is built for, aspnet for ASP.NET Core"
            yield Trouble("client-cannot-load", message, call.place(settings), fix)


def _stands_in(installed: str, asked: str, roll: str) -> bool:
    """Whether an installed version is taken for the one that is asked for, or may be."""
    match, wanted = _VERSION.fullmatch(installed), _VERSION.fullmatch(asked)
    if match is None or wanted is None:
        return _PREVIEW.fullmatch(installed) is not None
    has, wants = tuple(map(int, match.groups())), tuple(map(int, wanted.groups()))
    same = {"LatestPatch": 2, "Minor": 1, "LatestMinor": 1}.get(roll, 0)
    return has >= wants and has[:same] == wants[:same]


def _assemblies(call: Call, stem: str) -> Iterator[Trouble]:
    """Assemblies that the program's own list of dependencies names, and that no folder of the image has."""
    path = f"{stem}.deps.json"
    document = _document(call.files, path, _MAX_DEPENDENCIES)
    target = _object(document.get("runtimeTarget")).get("name")
    libraries = _object(_object(document.get("targets")).get(target)) if isinstance(target, str) else {}
    names = {
        posixpath.basename(asset)
        for library in libraries.values()
        for asset in _object(_object(library).get("runtime"))
        if asset.endswith(".dll")
    }
    lost = sorted(name for name in names if not call.files.is_file(f"{posixpath.dirname(stem)}/{name}"))
    if lost:
        there = {posixpath.basename(file.path) for file in _files(call.files, tuple(f"/{name}" for name in lost))}
        lost = [name for name in lost if name not in there]
    if lost:
        message = f"{printable(path)} names {printable(lost[0])}, which is not in the image"
        yield Trouble("missing-module", message, call.place(path), "copy all that dotnet publish wrote")


def _icu(call: Call, settings: str, options: _Json) -> Iterator[Trouble]:
    properties = _object(options.get("configProperties"))
    set_to = call.process.env.get("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", properties.get(_INVARIANT, False))
    local = any("AppLocalIcu" in key or "APPLOCALICU" in key for key in (*properties, *call.process.env))
    if str(set_to).lower() not in {"false", "0"} or local or next(_files(call.files, _ICU), None) is not None:
        return
    message = f"dotnet finds no ICU library in the image, and {printable(settings)} does not do without"
    fix = "install libicu, or set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1"
    yield Trouble("missing-library", message, call.location, fix)


def _files(files: Files, endings: tuple[str, ...]) -> Iterator[Any]:
    return files.filesystem.walk(endings=endings, picked=lambda kind, _owner: kind is not Kind.DIRECTORY)


def _document(files: Files, path: str, limit: int) -> _Json:
    text = files.text(path, limit)
    try:
        return _object(json.loads(text.removeprefix("\ufeff")) if text is not None else None)
    except (ValueError, RecursionError):
        return {}


def _object(value: object) -> _Json:
    return value if isinstance(value, dict) else {}
