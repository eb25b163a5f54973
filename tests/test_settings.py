"""Settings files: which one applies, what is in it, and what is wrong with it."""

import contextlib
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_lint.errors import SettingsError
from lambda_lint.json_schema import fits
from lambda_lint.location import Position, Region
from lambda_lint.rule import Severity
from lambda_lint.settings import SCHEMA, Settings, SettingsFiles, read_settings, split_words
from lambda_lint.suppression import IgnoreEntry
from lambda_lint.values import replace

FULL = """
select = ["image-index", "unsupported-os"]
extend-select = ["ignored-user"]
ignore = ["fips-endpoint"]
fail-on = "warning"
architecture = "aarch64"
packs = ["aws", "ours"]
[[ignores]]
rule = "image-index"
[[ignores]]
rule = "unreadable-file"
path = "/opt/**"
reason = "the vendor's"
expires = 2027-01-31
[severity]
unsupported-os = "note"
image-index = "warning"
[function]
entrypoint = "/bin/run --fast 'two words'"
command = ["app.handler"]
workdir = "/srv"
features = ["quick", "cold"]
image = "registry.example/app:1"
region = "eu-west-1"
account = "123456789012"
"""


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(text: str) -> str:
    return "[tool.lambda-lint]\n" + re.sub(r"^(\[+)", r"\1tool.lambda-lint.", text, flags=re.MULTILINE)


def nearest(folder: Path) -> Settings:
    return SettingsFiles().nearest(str(folder))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("lambda-lint.toml", FULL, id="own file"),
        pytest.param("pyproject.toml", table(FULL), id="pyproject"),
    ],
)
def test_every_key_is_read(tmp_path: Path, name: str, text: str):
    path = write(tmp_path / name, text)
    expected = Settings(
        path=str(path),
        select=("image-index", "unsupported-os"),
        extend_select=("ignored-user",),
        ignore=("fips-endpoint",),
        fail_on=Severity.WARNING,
        architecture="arm64",
        packs=("aws", "ours"),
        entrypoint=("/bin/run", "--fast", "two words"),
        command=("app.handler",),
        workdir="/srv",
        features=("quick", "cold"),
        image="registry.example/app:1",
        region="eu-west-1",
        account="123456789012",
        ignores=(
            IgnoreEntry("image-index"),
            IgnoreEntry("unreadable-file", "/opt/**", "the vendor's", date(2027, 1, 31)),
        ),
        severity=(("unsupported-os", Severity.NOTE), ("image-index", Severity.WARNING)),
    )
    for found in (nearest(tmp_path), read_settings(path)):
        assert all(entry.region for entry in found.ignores)
        assert replace(found, ignores=tuple(replace(entry, region=None) for entry in found.ignores)) == expected


def test_without_a_file_the_defaults_apply(tmp_path: Path):
    assert nearest(tmp_path) == Settings(fail_on=Severity.ERROR, packs=("aws",))


def test_an_empty_file_says_nothing_and_ends_the_search(tmp_path: Path):
    write(tmp_path / "lambda-lint.toml", 'fail-on = "never"')
    own = write(tmp_path / "app/lambda-lint.toml", "")
    assert nearest(tmp_path / "app") == Settings(path=str(own))


def test_the_nearest_file_wins_as_a_whole(tmp_path: Path):
    write(tmp_path / "lambda-lint.toml", 'ignore = ["image-index"]')
    write(tmp_path / "a/pyproject.toml", table('fail-on = "never"'))
    settings = nearest(tmp_path / "a/b/c")
    assert (settings.ignore, settings.fail_on) == ((), None)


def test_in_one_folder_the_own_file_wins(tmp_path: Path):
    write(tmp_path / "pyproject.toml", table('fail-on = "never"'))
    own = write(tmp_path / "lambda-lint.toml", "")
    assert nearest(tmp_path).path == str(own)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param(
            '[[ignores]]\nreason = "b"\nrule = "a"\n\n[[ignores]]\nrule = "a"\n', ["3:1-3:11", "6:1-6:11"], id="tables"
        ),
        pytest.param("ignores = [{rule = 'a'}, {rule='b', path='c'}]", ["1:13-1:23", "1:27-1:35"], id="on one line"),
        pytest.param("ignores = [\r\n  {rule = 'a'},\r\n  {rule='b'}]", ["2:4-2:14", "3:4-3:12"], id="CRLF"),
        pytest.param('[[ignores]]\n# rule = "a"\n"rule" = """a"""', ["3:1-3:17"], id="quotes, and a comment"),
        pytest.param('[[ignores]]\nrule = "\\u0061"\n[[ignores]]\nrule = "b"', [None, "4:1-4:11"], id="not found"),
        pytest.param("ignores = [{reason = 'é', rule = 'a'}]", ["1:27-1:37"], id="other than ASCII"),
    ],
)
def test_an_entry_knows_where_it_stands(tmp_path: Path, text: str, places: list[str | None]):
    def said(region: Region | None) -> str | None:
        ends = (region.start, region.end) if region else ()
        return "-".join(f"{end.line}:{end.column}" for end in ends) or None

    entries = read_settings(write(tmp_path / "own.toml", text)).ignores
    assert [said(entry.region) for entry in entries] == places


def test_an_entry_stands_below_what_others_have_in_the_file(tmp_path: Path):
    text = '[tool.other]\nrule = "b"\n' + table('[[ignores]]\nrule = "a"')
    (entry,) = read_settings(write(tmp_path / "pyproject.toml", text)).ignores
    assert entry.region == Region(Position(5, 1), Position(5, 11))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[project]\nname = 'x'\n", id="no table"),
        pytest.param("[project]\ndependencies = ['lambda-lint']\n", id="our name but no table"),
        pytest.param("[[[ broken", id="broken, without our name"),
        pytest.param(b"\xff", id="not text"),
        pytest.param("tool = 3 # lambda-lint", id="another tool table"),
    ],
)
def test_a_pyproject_that_does_not_mean_us_is_passed_over(tmp_path: Path, text: str | bytes):
    above = write(tmp_path / "lambda-lint.toml", "")
    write(tmp_path / "app/pyproject.toml", text)
    assert nearest(tmp_path / "app").path == str(above)


def test_a_file_is_read_once_for_many_folders(tmp_path: Path):
    path = write(tmp_path / "lambda-lint.toml", 'fail-on = "note"')
    files = SettingsFiles()
    first = files.nearest(str(tmp_path / "a"))
    path.unlink()
    assert files.nearest(str(tmp_path / "b")) is first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("ingore = []", "unknown key 'ingore'; did you mean 'ignore'?", id="unknown key"),
        pytest.param("zzz = 1", "unknown key 'zzz'", id="unknown key that is like no other"),
        pytest.param("fail_on = 'error'", "unknown key 'fail_on'; did you mean 'fail-on'?", id="underscore"),
        pytest.param(
            "[function]\nentry = 1", "unknown key 'function.entry'; did you mean 'entrypoint'?", id="inner key"
        ),
        pytest.param('"a\\u001bb" = 1', r"unknown key 'a\x1bb'", id="hostile key"),
        pytest.param("ignore = 'a'", 'ignore must be a list of rule names, not "a"', id="string for a list"),
        pytest.param(
            "[[ignore]]\nrule = 'a'",
            'ignore must be a list of rule names, not {"rule": "a"}; did you mean [[ignores]]?',
            id="the table of another key",
        ),
        pytest.param("ignore = ['a', 1]", "ignore must be a list of rule names, not 1", id="number in a list"),
        pytest.param("select = []", "select must be a list of at least one rule name, not []", id="empty select"),
        pytest.param("packs = []", "packs must be a list of at least one rule pack name, not []", id="empty packs"),
        pytest.param(
            "fail-on = 'fatal'",
            'fail-on must be one of error, warning, note, never, not "fatal"',
            id="unknown severity",
        ),
        pytest.param(
            "architecture = 'mips'",
            'architecture must be one of amd64, arm64 (or x86_64, aarch64), not "mips"',
            id="unknown architecture",
        ),
        pytest.param("function = 1", "function must be a table, not 1", id="value for a table"),
        pytest.param("function.workdir = 2024-01-01", 'function.workdir must be a string, not "2024-01-01"', id="date"),
        pytest.param(
            "function.command = 3",
            "function.command must be a list of strings, or one string that is split as a shell would, not 3",
            id="number for words",
        ),
        pytest.param("ignores = 3", "ignores must be a list of tables, not 3", id="number for entries"),
        pytest.param("ignores = ['a']", 'ignores[0] must be a table, not "a"', id="name for an entry"),
        pytest.param(
            "ignores = [{rule = 'a'}, {reason = 'b'}]", "ignores[1] has no rule; it must be a rule name", id="no rule"
        ),
        pytest.param(
            "[[ignores]]\nrule = 'a'\nuntil = 1", "unknown key 'ignores[0].until'", id="unknown key of an entry"
        ),
        pytest.param(
            "[[ignores]]\nrule = 'a'\npath = 3",
            "ignores[0].path must be a path with wildcards, not 3",
            id="relative path",
        ),
        pytest.param(
            "[[ignores]]\nrule = 'a'\nexpires = '2027-02-30'",
            "ignores[0].expires: there is no day 2027-02-30",
            id="no such day",
        ),
        pytest.param(
            "[[ignores]]\nrule = 'a'\nexpires = 2027-01-31T00:00:00",
            'ignores[0].expires must be a date such as 2027-01-31, not "2027-01-31 00:00:00"',
            id="a time for a day",
        ),
        pytest.param(
            "[[ignores]]\nrule = 'a'\nexpires = 'soon'",
            'ignores[0].expires must be a date such as 2027-01-31, not "soon"',
            id="a word for a day",
        ),
        pytest.param(
            "severity.image-index = 'off'",
            'severity.image-index must be one of error, warning, note, not "off"',
            id="no severity",
        ),
        pytest.param(
            "severity = 'note'",
            'severity must be a table of rule names with error, warning or note, not "note"',
            id="one severity for all",
        ),
        pytest.param('function.command = "a \'b"', "function.command: No closing quotation", id="open quote"),
        pytest.param(
            "function.command = '[1]'",
            "function.command: starts like a JSON array but is not one of strings",
            id="array of numbers in a string",
        ),
        pytest.param("a = ", "not valid TOML: Invalid value (at end of document)", id="cut off"),
        pytest.param("\nselect = [1,,]", "not valid TOML: Invalid value (at line 2, column 13)", id="syntax"),
        pytest.param(b"a = '\xff'", "not valid TOML: byte 5 is not UTF-8", id="encoding"),
        pytest.param("a = " + "[" * 5000, "not valid TOML: nested too deeply", id="depth"),
    ],
)
def test_what_is_wrong_is_said_with_the_file_and_the_key(tmp_path: Path, text: str | bytes, message: str):
    path = write(tmp_path / "lambda-lint.toml", text)
    with pytest.raises(SettingsError) as caught:
        nearest(tmp_path)
    assert str(caught.value) == f"{path}: {message}"


def test_a_broken_pyproject_that_names_us_is_an_error(tmp_path: Path):
    path = write(tmp_path / "pyproject.toml", "[tool.lambda-lint\n")
    with pytest.raises(SettingsError, match=f"^{re.escape(str(path))}: not valid TOML: "):
        nearest(tmp_path)


def test_a_table_that_is_none_is_an_error(tmp_path: Path):
    path = write(tmp_path / "pyproject.toml", "[tool]\nlambda-lint = 3\n")
    with pytest.raises(SettingsError) as caught:
        nearest(tmp_path)
    assert str(caught.value) == f"{path}: tool.lambda-lint must be a table"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        pytest.param("gone.toml", None, "cannot read the settings: No such file or directory", id="missing"),
        pytest.param("pyproject.toml", "", "there is no table [tool.lambda-lint]", id="pyproject without the table"),
    ],
)
def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path, name: str, text: str | None, message: str):
    path = tmp_path / name
    if text is not None:
        write(path, text)
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert str(caught.value) == f"{path}: {message}"


def test_a_file_of_any_name_may_be_asked_for(tmp_path: Path):
    assert read_settings(write(tmp_path / "ci.toml", 'fail-on = "note"')).fail_on is Severity.NOTE


def test_the_schema_is_one_and_describes_every_key():
    schema = json.loads(Path(SCHEMA).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    own = schema["properties"]
    inner = (own["function"]["properties"], own["ignores"]["items"]["properties"])
    properties = [entry for group in (own, *inner) for entry in group.values()]
    assert [entry for entry in properties if not (entry.get("title") and entry.get("description"))] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("a 'b c' d\\ e", ("a", "b c", "d e"), id="shell words"),
        pytest.param(' ["a", "b c"]', ("a", "b c"), id="array"),
        pytest.param("[]", (), id="empty array"),
    ],
)
def test_words_are_split(text: str, words: tuple[str, ...]):
    assert split_words(text) == words


@given(st.lists(st.text()))
def test_an_array_of_strings_comes_through_unchanged(words: list[str]):
    assert split_words(json.dumps(words)) == tuple(words)


@given(st.text())
def test_any_text_is_split_or_refused(text: str):
    with contextlib.suppress(ValueError):
        assert all(isinstance(word, str) for word in split_words(text))


SETTINGS_SCHEMA = json.loads(Path(SCHEMA).read_bytes())
KEYS = sorted({*SETTINGS_SCHEMA["properties"], *SETTINGS_SCHEMA["properties"]["function"]["properties"], "rule", "x"})
SETTINGS_VALUES = st.recursive(
    st.sampled_from(
        [True, 1, 0.5, "", "a", "/a", "error", "amd64", "123", "2027-01-31", "2027-1-1", date(2027, 1, 31)]
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(KEYS), SETTINGS_VALUES, max_size=3))
def test_the_quick_check_of_settings_says_what_jsonschema_says(table: dict[str, object]):
    assert fits(table, SETTINGS_SCHEMA) == jsonschema.Draft202012Validator(SETTINGS_SCHEMA).is_valid(table)


def test_good_settings_are_read_without_jsonschema(tmp_path: Path):
    (tmp_path / "lambda-lint.toml").write_text(FULL)
    program = (
        "import sys; from pathlib import Path; from lambda_lint.settings import read_settings;"
        "read_settings(Path('lambda-lint.toml')); sys.exit('jsonschema' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False).returncode == 0
