"""Many Dockerfiles in several processes: the same report as from one, and no process that stays."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.images import layout

AWS = "FROM public.ecr.aws/lambda/python:3.13\n"
KINDS = (
    AWS + 'CMD ["app.handler"]\n',
    AWS + "CMD app.handler\n",
    AWS + "# lambda-lint: ignore[shell-form-command] for a test\nCMD app.handler\n",
    AWS + "# lambda-lint: ignore[image-index] for nothing\nENV HOME=/tmp\nCMD app.handler\n",
    'FROM debian:12\nCMD ["true"]\n',
    "FROM\n",
    "FROM python:3.13 AS build\nRUN pip install x\n" + AWS + 'COPY --from=build /x ./\nCMD ["a/b.handler", "c"]\n',
)
MANY = 100
RULE = '''\
"""Something of ours."""

import os
import signal
import time
from pathlib import Path

from lambda_lint import Problem, Rule, Severity, SourceLocation


def check(dockerfile, deployment):
    if "kill" in dockerfile.source:
        os.kill(os.getpid(), signal.SIGKILL)
    if "sleep" in dockerfile.source:
        Path(f"pid-{os.getpid()}").touch()
        time.sleep(60)
    for stage in dockerfile.stages:
        if "ENV" in dockerfile.source:
            yield Problem("ours", SourceLocation(dockerfile.path, stage.start.region))


RULE = Rule("acme-rule", Severity.WARNING, "1.0.0", __doc__, check_dockerfile=check)
'''
# As it is where a thread shows how far the run is, and on systems that do not copy a process.
SPAWNED = (
    "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start();"
    "from lambda_lint.cli import entry; entry()"
)
COPIED, OTHERWISE = ["-m", "lambda_lint"], ["-c", SPAWNED]
WAYS = [pytest.param(COPIED, id="copied"), pytest.param(OTHERWISE, id="spawned")]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A current folder with many Dockerfiles in `many`, and a rule pack beside it."""
    (tmp_path / "many").mkdir()
    for number in range(MANY):
        (tmp_path / "many" / f"Dockerfile.{number:02}").write_text(KINDS[number % len(KINDS)])
    (tmp_path / "many" / "lambda-lint.toml").write_text('packs = ["aws", "acme"]\n')
    packs = tmp_path / "packs"
    (packs / "acme_rules").mkdir(parents=True)
    (packs / "acme_rules" / "__init__.py").write_text('from lambda_lint import Pack\n\nPACK = Pack("acme", ())\n')
    (packs / "acme_rules" / "acme_rule.py").write_text(RULE)
    (packs / "acme-1.dist-info").mkdir()
    (packs / "acme-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (packs / "acme-1.dist-info" / "entry_points.txt").write_text("[lambda_lint.packs]\nacme = acme_rules\n")
    return tmp_path


def started(folder: Path, way: list[str], *arguments: str) -> "subprocess.Popen[str]":
    environ = {**os.environ, "PYTHONPATH": str(folder / "packs"), "DOCKER_HOST": "unix:///nowhere"}
    environ.pop("CI", None)
    return subprocess.Popen(
        [sys.executable, *way, *arguments, "--no-cache", "--date", "2026-11-27"],
        cwd=folder,
        env={**environ, "HTTPS_PROXY": "http://127.0.0.1:9"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(folder: Path, way: list[str], *arguments: str, stdin: str = "") -> tuple[str, str, int]:
    with started(folder, way, *arguments) as process:
        out, err = process.communicate(stdin, timeout=60)
        return out, err, process.returncode


def named(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob("many/Dockerfile.*"))


@pytest.mark.parametrize(
    "way", [pytest.param(COPIED, id="copied"), pytest.param(OTHERWISE, id="spawned", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        pytest.param(["FILES"], 1, id="files"),
        pytest.param(["many"], 1, id="a folder"),
        pytest.param(["many", "--all", "-v"], 1, id="all of a folder"),
        pytest.param(["FILES", "--functions-only", "--fail-on", "never", "-q"], 0, id="functions only"),
        pytest.param(["FILES", "-f", "json", "-f", "sarif=report.sarif"], 1, id="json"),
        pytest.param(["FILES", "-f", "sarif", "--shard", "1/2"], 1, id="a share"),
        pytest.param(["--targets-from", "-", "-f", "github"], 1, id="a list"),
        pytest.param(
            ["image", "FILES", "-", "image2", "gone.tar", "more", "-f", "markdown"], 3, id="others among them"
        ),
        pytest.param(["FILES", "--select", "acme-rule,unused-ignore"], 1, id="rules of a pack of one's own"),
        pytest.param(["FILES", "wrong", "more"], 2, id="wrong settings after many"),
        pytest.param(["more", "wrong/a/Dockerfile", "FILES"], 2, id="wrong settings before many"),
        pytest.param(["FILES", "empty", "closed"], 3, id="nothing to read"),
    ],
)
def test_the_report_is_that_of_one_process(way: list[str], arguments: list[str], status: int, here: Path):
    for name in ("image", "image2"):
        layout(here / name)
    (here / "more").mkdir()
    (here / "more" / "Dockerfile").write_text(KINDS[1])
    (here / "wrong" / "a").mkdir(parents=True)
    (here / "wrong" / "Dockerfile").write_text(KINDS[1])
    (here / "wrong" / "a" / "Dockerfile").write_text(KINDS[1])
    (here / "wrong" / "a" / "lambda-lint.toml").write_text("packs = 1\n")
    (here / "empty").mkdir()
    (here / "closed").write_bytes(b"FROM x\n" + b"\n" * 600 + b"\0")
    (here / "lambda-lint.toml").write_text(
        '[[ignores]]\nrule = "image-too-large"\npath = "/gone"\nreason = "for a test"\n'
    )
    given = [each for name in arguments for each in (named(here) if name == "FILES" else [name])]
    stdin = "\n".join(named(here)) if "--targets-from" in arguments else KINDS[1]
    one, many = (run(here, way, "--jobs", jobs, *given, stdin=stdin) for jobs in ("1", "3"))
    assert one == many
    assert one[2] == status
    assert one[0]


@pytest.mark.parametrize("way", WAYS)
def test_a_process_that_is_killed_costs_the_report_of_its_file_alone(way: list[str], here: Path):
    (here / "many" / "Dockerfile.33").write_text(AWS + "# kill\n")
    (here / "many" / "Dockerfile.64").write_text(AWS + "# kill\n")
    out, err, status = run(here, way, "many", "--jobs", "2", "--all")
    assert (err, status) == ("", 3)
    why = "the process that linted it was killed, perhaps for want of memory"
    assert [line.strip() for line in out.splitlines() if why in line] == [
        f"✖ failed  many/Dockerfile.{number}: {why}" for number in ("33", "64")
    ]
    assert "Dockerfile.69" in out


@pytest.fixture
def waiting(here: Path, request: pytest.FixtureRequest) -> "Iterator[subprocess.Popen[str]]":
    """A run in which two processes have begun what takes them a minute."""
    for number in range(1, MANY):  # the first is linted before there are processes
        (here / "many" / f"Dockerfile.{number:02}").write_text(AWS + "# sleep\n")
    with started(here, request.param, "many", "--jobs", "2") as process:
        try:
            await_(lambda: len(pids(here)) == 2)
            yield process
        finally:
            process.kill()


def pids(folder: Path) -> list[int]:
    return [int(path.name.removeprefix("pid-")) for path in folder.glob("pid-*")]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")  # whoever adopts what is left may be slow to bury it
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def await_(condition) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("waiting", WAYS, indirect=True)
@pytest.mark.parametrize("whole", [True, False], ids=["at a terminal", "to the first process"])
def test_ctrl_c_ends_all_at_once(waiting: "subprocess.Popen[str]", whole: bool, here: Path):
    if whole:
        os.killpg(waiting.pid, signal.SIGINT)
    else:
        waiting.send_signal(signal.SIGINT)
    out, err = waiting.communicate(timeout=30)
    assert ("Dockerfile.01" in out, err) == (False, "lambda-lint: interrupted\n")
    assert waiting.returncode == 130
    assert not [pid for pid in pids(here) if alive(pid)]


@pytest.mark.parametrize("waiting", WAYS, indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["terminated", "killed"])
def test_no_process_outlives_the_first(waiting: "subprocess.Popen[str]", number: signal.Signals, here: Path):
    waiting.send_signal(number)
    waiting.wait(timeout=30)
    await_(lambda: not any(map(alive, pids(here))))
