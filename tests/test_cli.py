"""The command line, as a person or a script meets it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lambda_lint import command_line, session
from lambda_lint.about import VERSION
from lambda_lint.arguments import Arguments
from lambda_lint.cli import main
from lambda_lint.image import Platform
from lambda_lint.pages import render_page
from lambda_lint.report import TargetReport
from lambda_lint.syntax_error import RULE as SYNTAX_ERROR
from lambda_lint.values import replace

GOOD = 'FROM public.ecr.aws/lambda/python:3.13\nCMD ["app.handler"]\n'
BAD = "FROM public.ecr.aws/lambda/python:3.13\nCMD app.handler\n"

Capture = pytest.CaptureFixture[str]
RUN = session.Run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a good and a bad Dockerfile, and an environment that says nothing of terminals."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    (tmp_path / "good").write_text(GOOD)
    (tmp_path / "bad").write_text(BAD)
    return tmp_path


def run(*arguments: str, **options: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "lambda_lint", *arguments]
    return subprocess.run(command, check=False, **{"capture_output": True, "text": True, **options})


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        pytest.param(["good"], 0, id="clean"),
        pytest.param(["bad"], 1, id="an error"),
        pytest.param(["bad", "--fail-on", "never"], 0, id="an error that shall not fail"),
        pytest.param(["bad", "--ignore", "shell-form-command"], 0, id="an error that is ignored"),
        pytest.param(
            ["bad", "--select", "image-index,fips-endpoint", "--select", "unsupported-os"], 0, id="not selected"
        ),
        pytest.param(["bad", "gone.tar"], 3, id="not found wins over an error"),
    ],
)
@pytest.mark.parametrize("report", ["text", "json", "sarif", "github", "markdown"])
def test_the_status_follows_from_the_findings_whatever_the_format(
    arguments: list[str], status: int, report: str, capsys: Capture
):
    assert main([*arguments, "--format", report]) == status
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param([], "no target; name a Dockerfile, a folder, an image, an OCI layout or a tar", id="no target"),
        pytest.param([""], "an empty target; name a Dockerfile", id="empty target"),
        pytest.param(["oci:"], "oci:: incomplete, the form is oci:PATH", id="half a target"),
        pytest.param(
            ["good", "--platform", "arm64"],
            "argument --platform: 'arm64' is no platform; write it as linux/arm64",
            id="platform without a system",
        ),
        pytest.param(["good", "--nope"], "unrecognized arguments: --nope; see lambda-lint --help", id="unknown option"),
        pytest.param(["good", "--sel", "x"], "unrecognized arguments: --sel", id="abbreviated option"),
        pytest.param(["good", "--fail-on", "fatal"], "argument --fail-on: invalid choice: 'fatal'", id="severity"),
        pytest.param(["good", "--architecture", "mips"], "argument --architecture: invalid choice: 'mips'", id="cpu"),
        pytest.param(
            ["good", "--date", "31.01.2026"],
            "argument --date: '31.01.2026' is no day; write it as 2026-01-31",
            id="no day",
        ),
        pytest.param(["good", "--select", "zzz"], "--select: unknown rule 'zzz'; see --list-rules", id="unknown rule"),
        pytest.param(
            ["good", "--ignore", "image-indx"],
            "--ignore: unknown rule 'image-indx'; did you mean 'image-index'?",
            id="misspelt rule",
        ),
        pytest.param(["good", "--select", " , "], "argument --select: it names no rule", id="no rule"),
        pytest.param(["--explain", "image_index"], "--explain: unknown rule 'image_index'; did you mean", id="explain"),
        pytest.param(["good", "--command", "'a"], "argument --command: No closing quotation", id="open quote"),
        pytest.param(["good", "--command", "[1]"], "argument --command: starts like a JSON array", id="not strings"),
        pytest.param(
            ["good", "-q", "-v"], "argument -v/--verbose: not allowed with argument -q", id="quiet and verbose"
        ),
        pytest.param(
            ["good", "-f", "jsn"], "--format: unknown format 'jsn'; did you mean 'json'?", id="misspelt format"
        ),
        pytest.param(
            ["good", "-f", "xml=a"], "--format: unknown format 'xml' (there are text, json", id="unknown format"
        ),
        pytest.param(["good", "-f", "json="], "--format: 'json=' names no file; write json=FILE", id="no file"),
        pytest.param(
            ["good", "-f", "json", "-f", "text"], "--format: both json and text would go to stdout", id="stdout"
        ),
        pytest.param(
            ["good", "-f", "json=a", "-f", "sarif=a"], "--format: both json and sarif would go to a", id="one file"
        ),
        pytest.param(["good", "-f", "json=no/a"], "--format: there is no folder no to write a to", id="missing folder"),
        pytest.param(["good", "-f", "json=."], "--format: . is a folder; name a file in it", id="folder"),
        pytest.param(
            ["good", "-f", f"json={'x' * 300}"], f"--format: {'x' * 300} cannot be written: File name", id="name"
        ),
        pytest.param(["good", "--\x1b[31m"], r"unrecognized arguments: --\x1b[31m; see", id="hostile option"),
        pytest.param(["good", "--shard", "0/2"], "argument --shard: '0/2' is no share; write it as 2/5", id="no share"),
        pytest.param(["good", "--shard", "3/2"], "argument --shard: '3/2' is no share", id="no such share"),
        pytest.param(["good", "--jobs", "0"], "argument --jobs: '0' is no number from 1 to 256", id="no jobs"),
        pytest.param(
            ["good", "--no-cache", "--cache-dir", "x"], "argument --cache-dir: not allowed with", id="two caches"
        ),
        pytest.param(["good", "--config", "no.toml"], "no.toml: cannot read the settings", id="missing settings"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(arguments: list[str], message: str, capsys: Capture):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"lambda-lint: {message}")
    assert err.count("\n") == 1


def test_wrong_settings_are_one_line_and_status_2(here: Path, capsys: Capture):
    (here / "lambda-lint.toml").write_text("ingore = []")
    assert main(["good"]) == 2
    assert capsys.readouterr().err == (
        f"lambda-lint: {here}/lambda-lint.toml: unknown key 'ingore'; did you mean 'ignore'?\n"
    )


def test_one_run_writes_several_reports(here: Path, capsys: Capture):
    assert main(["bad", "-f", "text", "-f", "sarif=out.sarif", "-f", "json=out.json"]) == 1
    assert capsys.readouterr().out.endswith("✖ 1 error in 1 target\n")
    assert json.loads((here / "out.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((here / "out.json").read_text())["version"] == 1
    assert sorted(path.name for path in here.iterdir()) == ["bad", "good", "out.json", "out.sarif"]


def test_files_alone_leave_stdout_empty(here: Path, capsys: Capture):
    assert main(["bad", "-f", "json=out.json"]) == 1
    assert capsys.readouterr() == ("", "")


def test_a_report_replaces_the_old_one_through_a_link(here: Path):
    (here / "real").write_text("old")
    (here / "link").symlink_to("real")
    assert main(["good", "-f", "json=link"]) == 0
    assert (here / "link").is_symlink()
    assert json.loads((here / "real").read_text())["summary"]["exit_status"] == 0


def test_a_device_is_written_to_and_stays_one():
    assert main(["bad", "-f", f"json={os.devnull}"]) == 1
    assert Path(os.devnull).is_char_device()


def test_a_report_that_cannot_be_written_is_status_3_and_leaves_nothing(here: Path, capsys: Capture):
    name = "x" * 253  # the temporary name beside it is longer than file systems take
    assert main(["good", "-f", f"json={name}", "-f", "text"]) == 3
    assert capsys.readouterr().err == f"lambda-lint: cannot write {name}: File name too long\n"
    assert sorted(path.name for path in here.iterdir()) == ["bad", "good"]


def test_a_target_with_an_impossible_name_is_status_3(capsys: Capture):
    assert main(["x" * 5000, "good"]) == 3
    assert capsys.readouterr().err == ""


def test_a_bug_is_one_line_and_status_3(monkeypatch: pytest.MonkeyPatch, capsys: Capture):
    def broken(*_: object) -> None:
        raise RuntimeError("a\nbug")

    monkeypatch.setattr(session, "Run", broken)
    assert main(["good"]) == 3
    line = broken.__code__.co_firstlineno + 1
    assert capsys.readouterr().err == f"lambda-lint: crashed with RuntimeError: a bug (test_cli.py, line {line})\n"


def test_a_current_folder_that_is_gone_is_one_line(here: Path):
    gone = here / "gone"
    script = f'mkdir "{gone}"; cd "{gone}"; rmdir "{gone}"; exec "{sys.executable}" -m lambda_lint Dockerfile'
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr.count("\n"), "Traceback" in result.stderr) == (3, 1, False)


def test_ctrl_c_is_one_line_and_status_130(monkeypatch: pytest.MonkeyPatch, capsys: Capture):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "Run", interrupted)
    assert main(["good"]) == 130
    assert capsys.readouterr() == ("", "lambda-lint: interrupted\n")


def test_a_reader_that_goes_away_changes_nothing():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as gone:
        result = run("bad", capture_output=False, stdout=gone, stderr=subprocess.PIPE)
    assert (result.returncode, result.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_status_3():
    with Path("/dev/full").open("w") as full:
        result = run("bad", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (result.returncode, result.stderr) == (
        3,
        "lambda-lint: cannot write to stdout: No space left on device\n",
    )


@pytest.mark.parametrize(
    ("arguments", "environ", "color"),
    [
        pytest.param([], {}, False, id="pipe"),
        pytest.param([], {"FORCE_COLOR": "1"}, True, id="FORCE_COLOR"),
        pytest.param([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="NO_COLOR wins"),
        pytest.param(["--no-color"], {"FORCE_COLOR": "1"}, False, id="--no-color wins"),
        pytest.param([], {"FORCE_COLOR": ""}, False, id="empty FORCE_COLOR"),
    ],
)
def test_color_is_for_terminals_and_for_those_who_ask(
    arguments: list[str], environ: dict[str, str], color: bool, monkeypatch: pytest.MonkeyPatch, capsys: Capture
):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    main(["bad", *arguments])
    assert ("\x1b[" in capsys.readouterr().out) is color


def test_a_text_file_has_no_color(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["bad", "-f", "text=out.txt"])
    assert "\x1b" not in (here / "out.txt").read_text()


@pytest.mark.parametrize(
    ("environ", "ascii_only"),
    [
        pytest.param({}, False, id="nothing said"),
        pytest.param({"LANG": "C"}, True, id="LANG=C"),
        pytest.param({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, True, id="LC_ALL=POSIX"),
        pytest.param({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, True, id="what Python makes of LANG=C"),
        pytest.param({"LANG": "C.UTF-8"}, False, id="LANG=C.UTF-8"),
        pytest.param({"LC_ALL": "en_US.UTF-8", "LANG": "C"}, False, id="LC_ALL wins"),
    ],
)
def test_the_locale_decides_on_unicode(
    environ: dict[str, str], ascii_only: bool, monkeypatch: pytest.MonkeyPatch, capsys: Capture
):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    main(["bad"])
    assert capsys.readouterr().out.isascii() is ascii_only


def test_a_stdout_that_knows_ascii_only_gets_ascii():
    result = run("bad", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (result.returncode, result.stdout.isascii(), result.stderr) == (1, True, "")


def test_quiet_says_nothing_about_what_is_clean(capsys: Capture):
    assert main(["good", "-q"]) == 0
    assert capsys.readouterr() == ("", "")


def test_rules_are_listed_one_a_line(capsys: Capture):
    assert main(["--list-rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(
        r"syntax-error +error +Dockerfile +The Dockerfile does not parse",
        next(line for line in lines if line.startswith("syntax-error ")),
    )
    assert [line.split()[0] for line in lines] == sorted(line.split()[0] for line in lines)


def test_a_rule_is_explained_in_markdown_in_a_pipe(capsys: Capture):
    assert main(["--explain", "syntax-error"]) == 0
    assert capsys.readouterr().out == render_page(SYNTAX_ERROR)


@pytest.mark.parametrize("arguments", [["--explain", "syntax-error"], ["--list-rules"]], ids=["explain", "list-rules"])
def test_rules_are_drawn_where_there_is_color(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "\x1b[" in out
    assert "The Dockerfile does not parse" in out
    assert "## Bad" not in out


def test_the_version_is_printed():
    assert run("--version").stdout == f"lambda-lint {VERSION}\n"


def test_help_names_every_option_and_every_status(capsys: Capture):
    assert main(["-h"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("usage: lambda-lint [OPTIONS] TARGET...\n")
    for word in ("--format", "--fail-on", "--architecture", "--explain", "oci:PATH[:REF]", "Exit status: 0 clean"):
        assert word in out


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_shells_complete_the_options(shell: str, capsys: Capture):
    assert main(["--completion", shell]) == 0
    assert "functions-only" in capsys.readouterr().out


def test_bash_takes_its_completion(capsys: Capture):
    main(["--completion", "bash"])
    script = capsys.readouterr().out
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["--entrypoint", "/run 'a b'"], {"entrypoint": ("/run", "a b")}, id="words"),
        pytest.param(["--command", '["a b"]'], {"command": ("a b",)}, id="array"),
        pytest.param(["--command", ""], {"command": ()}, id="no words"),
        pytest.param(["--workdir", "/srv"], {"workdir": "/srv"}, id="workdir"),
        pytest.param(["--architecture", "aarch64"], {"architecture": "arm64"}, id="another word for arm64"),
        pytest.param(["--platform", "Linux/x86_64"], {"platform": Platform("linux", "amd64")}, id="platform"),
        pytest.param(
            ["--platform", "linux/arm/v7"], {"platform": Platform("linux", "arm", "v7")}, id="platform with a variant"
        ),
        pytest.param(["--select", "a,b", "--select=c"], {"select": ("a", "b", "c")}, id="select adds up"),
        pytest.param(["--extend-select", "a"], {"extend_select": ("a",)}, id="extend-select"),
        pytest.param(["--ignore", " a , b ,"], {"ignore": ("a", "b")}, id="ignore with blanks"),
        pytest.param(["--all"], {"lint_all": True}, id="all"),
        pytest.param(["--functions-only"], {"functions_only": True}, id="functions only"),
        pytest.param(["--config", "x.toml"], {"config": Path("x.toml")}, id="config"),
        pytest.param(["--jobs", "3"], {"jobs": 3, "processes": 3}, id="jobs"),
    ],
)
def test_options_are_taken(
    arguments: list[str], expected: dict[str, object], here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
):
    (here / "x.toml").touch()
    seen = []
    monkeypatch.setattr(session, "Run", lambda _targets, options: seen.append(options) or RUN((), options))
    assert main(["good", "--no-cache", *arguments]) == 0
    seen = [replace(options, cache=None) for options in seen]
    plain = session.Options(folder=str(here), environ=os.environ, today=seen[0].today, processes=seen[0].processes)
    assert seen == [replace(plain, **expected)]


def test_without_options_a_command_line_says_what_the_parser_would_make_of_it():
    assert command_line.parse(["a", "b:1"]) == Arguments(targets=("a", "b:1"))


def test_a_day_can_be_named_for_rules_with_dates(monkeypatch: pytest.MonkeyPatch):
    seen = []
    monkeypatch.setattr(session, "Run", lambda _targets, options: seen.append(options) or RUN((), options))
    assert main(["good", "--date", "2027-01-31"]) == 0
    assert seen[0].today == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("arguments", "linted"),
    [
        pytest.param(["--targets-from", "list"], ["good", "bad"], id="a list, each of its targets once"),
        pytest.param(["bad", "--targets-from", "list"], ["bad", "good"], id="named targets come first"),
        pytest.param(["--targets-from", "list", "--shard", "1/2"], ["good"], id="the first half"),
        pytest.param(["--targets-from", "list", "--shard", "2/2"], ["bad"], id="the second half"),
        pytest.param(["--targets-from", "list", "--targets-from", "more"], ["good", "bad", "./#1"], id="two lists"),
        pytest.param(["good", "--shard", "2/2"], [], id="a share of nothing"),
    ],
)
def test_targets_come_from_a_list_and_in_shares(arguments: list[str], linted: list[str], here: Path, capsys: Capture):
    (here / "list").write_text("# functions\ngood\n\n  bad  \ngood # again\n")
    (here / "more").write_text("#1\n./#1\t# a name like a comment\n")
    (here / "#1").write_text(GOOD)
    assert main(["-f", "json", "--fail-on", "never", *arguments]) == 0
    assert [target["target"] for target in json.loads(capsys.readouterr().out)["targets"]] == linted


def test_targets_come_from_stdin():
    assert run("--targets-from", "-", input="good\n").returncode == 0


@pytest.mark.parametrize(("arguments", "listed"), [(["-"], "good\n"), ([], "good\n-\n")], ids=["named", "listed"])
def test_stdin_is_a_list_or_a_target(arguments: list[str], listed: str):
    result = run("--targets-from", "-", *arguments, input=listed)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "lambda-lint: both the target - and --targets-from - would read stdin; write the list to a file\n"
    )


def test_an_empty_share_says_so():
    assert run("good", "--shard", "2/2", env=os.environ | {"LANG": "C.UTF-8"}).stdout == "● nothing to lint\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"# nothing\n", "no target; --targets-from: list names none"),
        (b"\xff", "--targets-from: list is no UTF-8 text"),
        (None, "--targets-from: list cannot be read: No such file or directory"),
    ],
    ids=["an empty list", "no text", "no file"],
)
def test_a_list_that_is_none_is_wrong_usage(data: bytes | None, message: str, here: Path, capsys: Capture):
    if data is not None:
        (here / "list").write_bytes(data)
    assert main(["--targets-from", "list"]) == 2
    assert capsys.readouterr().err == f"lambda-lint: {message}\n"


def test_every_target_is_in_one_share(here: Path, capsys: Capture):
    names = [f"f{number}.Dockerfile" for number in range(7)]
    for name in names:
        (here / name).write_text(GOOD)
    shares = []
    for share in range(1, 4):
        assert main([*names, "-f", "json", "--shard", f"{share}/3"]) == 0
        shares.append([target["target"] for target in json.loads(capsys.readouterr().out)["targets"]])
    assert sorted(name for share in shares for name in share) == names
    assert [len(share) for share in shares] == [3, 2, 2]


def test_shares_have_categories_of_their_own_for_code_scanning(capsys: Capture):
    categories = []
    for share in ("1/2", "2/2"):
        main(["good", "bad", "-f", "sarif", "--fail-on", "never", "--shard", share])
        (found,) = json.loads(capsys.readouterr().out)["runs"]
        categories.append(found["automationDetails"]["id"])
    assert categories == ["lambda-lint/dockerfile/1-of-2/", "lambda-lint/dockerfile/2-of-2/"]


def test_each_target_is_shown_as_soon_as_it_is_there(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture):
    shown = []

    class Watched(RUN):
        def __iter__(self) -> Iterator[TargetReport]:
            for report in super().__iter__():
                yield report
                shown.append(capsys.readouterr().out)

    monkeypatch.setattr(session, "Run", Watched)
    assert main(["good", "bad"]) == 1
    assert [part.strip().splitlines()[0].partition(" ──")[0] for part in shown] == ["✔ good", "bad"]


def test_a_cache_folder_that_cannot_be_written_is_one_line_and_no_failure(capsys: Capture):
    image = str(Path(__file__).parents[1] / "fixtures" / "hello" / "image")
    assert main([f"oci:{image}", "--cache-dir", "good/cache"]) == 0
    assert capsys.readouterr().err == (
        "lambda-lint: nothing can be kept in the cache folder good/cache (not a directory); "
        "name another one with --cache-dir, or say --no-cache\n"
    )
