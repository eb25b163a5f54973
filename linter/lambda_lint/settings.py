"""Settings: what a project says once in a file instead of on every command line.

They are in `lambda-lint.toml`, or in `pyproject.toml` under `[tool.lambda-lint]`. The nearest folder above the target
that has either wins as a whole, nothing is merged; in one folder `lambda-lint.toml` wins. `settings.schema.json` beside
this module says which keys there are.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence

from lambda_lint.annotations import TYPE_CHECKING, Any
from lambda_lint.day import date
from lambda_lint.errors import SettingsError, nearest, printable
from lambda_lint.lazy import regex
from lambda_lint.location import Position, Region
from lambda_lint.rule import Severity
from lambda_lint.suppression import IgnoreEntry
from lambda_lint.values import Value, replace

if TYPE_CHECKING:
    from pathlib import Path

    from jsonschema.exceptions import ValidationError

OWN_FILE = "lambda-lint.toml"
SHARED_FILE = "pyproject.toml"
SCHEMA = posixpath.join(posixpath.dirname(__file__), "settings.schema.json")

ARCHITECTURES: Mapping[str, str] = {"amd64": "amd64", "arm64": "arm64", "x86_64": "amd64", "aarch64": "arm64"}
"""Every accepted word for an architecture, and Docker's own word for it."""

FAIL_ON: Mapping[str, Severity | None] = {
    **{str(severity): severity for severity in sorted(Severity, reverse=True)},
    "never": None,
}


_RULE = regex(r"""["']?\brule["']?[ \t]*=[ \t]*("{3}|'{3}|["'])([\w-]+)\1""")


class Settings(Value):
    """The settings of one target. `path` is the file that they come from, "" for none.

    `select` None means every rule of the packs that runs by default, `extend_select` adds to either. `architecture` is
    in Docker's words. `ignores` hold for every target. `severity` has the rules that are graver or lighter than their
    authors thought, each with what they are here.
    """

    path: str = ""
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.ERROR
    architecture: str | None = None
    packs: tuple[str, ...] = ("aws",)
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    workdir: str | None = None
    features: tuple[str, ...] = ()
    image: str | None = None
    region: str | None = None
    account: str | None = None
    ignores: tuple[IgnoreEntry, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()


class SettingsFiles:
    """Finds the settings of a folder. Every file is looked at once, however many targets share it."""

    def __init__(self) -> None:
        self._known: dict[str, Settings | None] = {}

    def nearest(self, folder: str) -> Settings:
        """The settings for what lies in `folder` (an absolute path). Raises SettingsError."""
        place = ""
        while place != folder:
            place, folder = folder, posixpath.dirname(folder)
            if place not in self._known:
                self._known[place] = _in_folder(place)
            if found := self._known[place]:
                return found
        return Settings()


def read_settings(file: str | Path) -> Settings:
    """The settings in one file, of any name; one called `pyproject.toml` must hold the table.

    Raises SettingsError, naming the file and the key or the line.
    """
    path = os.fspath(file)
    try:
        data = _read(path)
    except OSError as error:
        raise SettingsError(f"{path}: cannot read the settings: {error.strerror}") from error
    table = _table(path, data)
    if table is None:
        raise SettingsError(f"{path}: there is no table [tool.lambda-lint]")
    return _settings(path, table, data.decode())


def split_words(text: str) -> tuple[str, ...]:
    """Arguments from one string: a JSON array of strings when it starts with `[`, else words as a shell splits them.

    Raises ValueError with the reason.
    """
    if not text.lstrip().startswith("["):
        import shlex  # here and below: most runs find no settings

        return tuple(shlex.split(text))
    import json

    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        words = None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("starts like a JSON array but is not one of strings")
    return tuple(words)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123  # pathlib takes its time to import
        return file.read()


def _in_folder(folder: str) -> Settings | None:
    for name in (OWN_FILE, SHARED_FILE):
        path = posixpath.join(folder, name)
        try:
            data = _read(path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
            continue
        except OSError as error:
            raise SettingsError(f"{path}: cannot read the settings: {error.strerror}") from error
        # A pyproject.toml that does not name us is none of our business, even when it is broken.
        if name == SHARED_FILE and b"lambda-lint" not in data:
            continue
        table = _table(path, data)
        if table is not None:
            return _settings(path, table, data.decode())
    return None


def _table(path: str, data: bytes) -> Mapping[str, Any] | None:
    document: Any = _parse(path, data)
    if posixpath.basename(path) != SHARED_FILE:
        return dict(document)
    tool = document.get("tool")
    table = tool.get("lambda-lint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{path}: tool.lambda-lint must be a table")
    return table


def _parse(path: str, data: bytes) -> Mapping[str, Any]:
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(data.decode())
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: byte {error.start} is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {printable(str(error))}") from error
    except RecursionError as error:
        raise SettingsError(f"{path}: not valid TOML: nested too deeply") from error


def _settings(path: str, table: Mapping[str, Any], text: str) -> Settings:
    import json

    from lambda_lint.json_schema import fits

    schema = json.loads(_read(SCHEMA))
    table = _without_dates(table)
    if not fits(table, schema):
        from jsonschema import Draft202012Validator

        errors = sorted(Draft202012Validator(schema).iter_errors(table), key=lambda error: [str(p) for p in error.path])
        raise SettingsError(f"{path}: {_explain(errors[0], schema)}")
    function = table.get("function", {})
    architecture = table.get("architecture")
    select = table.get("select")
    return replace(
        Settings(path=path),
        select=None if select is None else tuple(select),
        extend_select=tuple(table.get("extend-select", ())),
        ignore=tuple(table.get("ignore", ())),
        fail_on=FAIL_ON[table.get("fail-on", "error")],
        architecture=architecture and ARCHITECTURES[architecture],
        packs=tuple(table.get("packs", Settings().packs)),
        entrypoint=_words(path, function, "entrypoint"),
        command=_words(path, function, "command"),
        workdir=function.get("workdir"),
        features=tuple(function.get("features", ())),
        image=function.get("image"),
        region=function.get("region"),
        account=function.get("account"),
        ignores=tuple(_entries(path, table.get("ignores", ()), text)),
        severity=tuple((rule, Severity[word.upper()]) for rule, word in table.get("severity", {}).items()),
    )


def _without_dates(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """The table with each day on which an ignore expires in the one form that JSON, and so its schema, knows."""
    entries = table.get("ignores")
    if not isinstance(entries, list):
        return table
    return {**table, "ignores": [_without_date(entry) if isinstance(entry, dict) else entry for entry in entries]}


def _without_date(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    day = entry.get("expires")
    return {**entry, "expires": day.isoformat()} if type(day) is date else entry  # a datetime would be a date, too


def _entries(path: str, entries: Sequence[Mapping[str, str]], text: str) -> Iterator[IgnoreEntry]:
    places = list(_named_rules(text)) if entries else []
    for number, entry in enumerate(entries):
        try:
            expires = date.fromisoformat(entry["expires"]) if "expires" in entry else None
        except ValueError as error:
            raise SettingsError(f"{path}: ignores[{number}].expires: there is no day {entry['expires']}") from error
        index = next((index for index, (name, _) in enumerate(places) if name == entry["rule"]), None)
        region = None if index is None else places[index][1]
        places = places if index is None else places[index + 1 :]
        yield IgnoreEntry(entry["rule"], entry.get("path", ""), entry.get("reason", ""), expires, region)


def _named_rules(text: str) -> Iterator[tuple[str, Region]]:
    """Each `rule = "name"` outside of comments. The parser of TOML does not tell where a value stands."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.lstrip().startswith("#"):
            for match in _RULE.finditer(line):
                yield match[2], Region(Position(number, match.start() + 1), Position(number, match.end() + 1))


def _words(path: str, function: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    value = function.get(key)
    if not isinstance(value, str):
        return None if value is None else tuple(value)
    try:
        return split_words(value)
    except ValueError as error:
        raise SettingsError(f"{path}: function.{key}: {error}") from error


def _explain(error: ValidationError, schema: Mapping[str, Any]) -> str:
    wanted: Any = schema
    place, named, titled = "", "", schema
    for part in error.absolute_path:
        if isinstance(part, int):
            wanted, place = wanted["items"], f"{place}[{part}]"
        else:
            wanted = wanted.get("properties", {}).get(part) or wanted["additionalProperties"]
            place = f"{place}.{part}" if place else part
        if "title" in wanted:
            named, titled = place, wanted
    value: Any = error.instance
    if error.validator == "additionalProperties":
        known = wanted["properties"]
        unknown = next(key for key in value if key not in known)
        return f"unknown key '{printable(f'{place}.{unknown}' if place else unknown)}'{nearest(unknown, known)}"
    if error.validator == "required":
        missing = next(key for key in wanted["required"] if key not in value)
        return f"{place} has no {missing}; it must be {wanted['properties'][missing]['title']}"
    import json

    meant = "; did you mean [[ignores]]?" if place.startswith("ignore[") and isinstance(value, dict) else ""
    return f"{printable(named)} must be {titled['title']}, not {printable(json.dumps(value, default=str))}{meant}"
