"""The line that tells how far a run is: what it says, and on a real terminal when it is there and that it goes."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from support.images import Built, build, docker_archive
from support.opening import NO_ENGINE
from support.servers import Reply, Request, serving

from lambda_lint.progress import Progress
from lambda_lint.report import TargetReport

MIB = 1 << 20
ERASE = "\r\x1b[K"
GOOD = {"entrypoint": ["/bootstrap"], "files": {"/bootstrap": "#!/bin/sh\n"}}


@pytest.mark.parametrize(
    ("total", "read", "line"),
    [
        (None, 0, "reading  2 s"),
        (None, 3 * MIB, "reading  3 MiB, 1.5 MiB/s"),
        (12 * MIB, 3 * MIB, "reading  ███░░░░░░░░░ 3 MiB of 12 MiB, 1.5 MiB/s"),
        (3 * MIB, 3 * MIB, "reading  ████████████ 3 MiB of 3 MiB, 1.5 MiB/s"),
        (2 * MIB, 3 * MIB, "reading  3 MiB, 1.5 MiB/s"),
        (0, 0, "reading  2 s"),
    ],
    ids=["nothing yet", "no total", "a part", "all", "more than was promised", "nothing to read"],
)
def test_the_line_tells_what_is_read_and_how_fast(total: int | None, read: int, line: str) -> None:
    now = [0.0]
    progress = Progress(unicode=True, clock=lambda: now[0])
    assert progress.line() == ""
    progress.start("reading", total)
    assert list(progress.counted([b"x" * read])) == [b"x" * read]
    now[0] = 2.0
    assert progress.line() == line


def test_the_line_tells_which_of_several_targets_it_is_about() -> None:
    progress = Progress(unicode=False, clock=lambda: 0.0)
    progress.expect(2)
    progress.start("checking")
    assert progress.line() == "1 of 2  checking  0 s"
    progress.finish()
    assert progress.line() == ""
    progress.start("checking")
    progress.expect(1)  # one of them is a folder with two Dockerfiles
    assert progress.line() == "2 of 3  checking  0 s"


def test_the_line_of_one_of_many_images_fits_into_80_columns() -> None:
    now = [0.0]
    progress = Progress(unicode=True, clock=lambda: now[0])
    progress.expect(99)
    for _ in range(50):
        progress.finish()
    progress.start("pulling layers", 1000 * MIB - 100_000)
    list(progress.counted([b"x" * (MIB - 100_000)]))
    now[0] = 1.0
    assert progress.line() == "51 of 99  pulling layers  ░░░░░░░░░░░░ 926.3 KiB of 999.9 MiB, 926.3 KiB/s"
    assert len(progress.line()) < 80


def test_a_rate_that_falls_shows() -> None:
    now = [0.0]
    progress = Progress(unicode=False, clock=lambda: now[0])
    progress.start("reading")
    list(progress.counted([b"x" * MIB]))
    for tick in range(100):
        now[0] = tick / 10
        progress.line()
    assert progress.line() == "reading  1 MiB, 0 B/s"


class Terminal:
    """What a program wrote to a terminal, and what is to be seen of it in the end."""

    def __init__(self, written: str, status: int) -> None:
        self.written = written
        self.status = status

    @property
    def lines(self) -> list[str]:
        """The lines on the screen. The only thing that was moved is the cursor, to erase its line."""
        shown = [line.rpartition(ERASE)[2] for line in self.written.split("\r\n")]
        assert not re.search(r"\r|\x1b\[[^m]*[A-Zln]", "".join(shown))
        return shown


def in_terminal(
    arguments: Sequence[str], stdin: Iterator[bytes], environ: Mapping[str, str], *, interrupt: bool = False
) -> Terminal:
    """Runs lambda-lint with stdout and stderr in a terminal; with `interrupt`, until it shows a line and Ctrl-C."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "lambda_lint", *arguments],
        stdin=subprocess.PIPE,
        stdout=slave,
        stderr=slave,
        env={
            **os.environ,
            **NO_ENGINE,
            "TERM": "xterm",
            "CI": "",
            "LANG": "C.UTF-8",
            "LC_ALL": "",
            "NO_COLOR": "1",
            **environ,
        },
    )
    os.close(slave)
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        for data in stdin:
            process.stdin.write(data)
            process.stdin.flush()
        if not interrupt:
            process.stdin.close()
    written = b""
    with contextlib.suppress(OSError):  # EIO: nobody has the terminal open any more
        while data := os.read(master, 1 << 16):
            written += data
            if interrupt and ERASE.encode() in written:
                process.send_signal(signal.SIGINT)
                interrupt = False
    os.close(master)
    process.stdin.close()
    return Terminal(written.decode(), process.wait())


@pytest.fixture
def archive(tmp_path: Path) -> bytes:
    docker_archive(tmp_path / "image.tar", **GOOD)
    return (tmp_path / "image.tar").read_bytes()


def slowly(data: bytes) -> Iterator[bytes]:
    """The first half, and after more than half a second the other one."""
    yield data[: len(data) // 2]
    time.sleep(1.5)
    yield data[len(data) // 2 :]


def test_the_line_is_there_while_it_takes_time_and_gone_in_the_end(archive: bytes) -> None:
    shown = in_terminal(["-"], slowly(archive), {})
    assert re.search(rf"{re.escape(ERASE)}reading stdin  \d+(\.\d)? KiB, \d+(\.\d)? (B|KiB)/s\r", shown.written)
    assert shown.lines[0].startswith("- ─")
    assert "reading stdin" not in "\n".join(shown.lines)


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        pytest.param(["-"], {"CI": "true"}, id="in CI"),
        pytest.param(["-"], {"TERM": "dumb"}, id="a terminal that cannot erase"),
        pytest.param(["-"], {"TERM": ""}, id="a terminal of no kind"),
        pytest.param(["-", "-q"], {}, id="quiet"),
    ],
)
def test_there_is_no_line_where_nobody_wants_one(
    arguments: list[str], environ: Mapping[str, str], archive: bytes
) -> None:
    assert ERASE not in in_terminal(arguments, slowly(archive), environ).written


def test_there_is_no_line_when_it_is_done_at_once() -> None:
    progress, terminal = Progress(unicode=True), io.StringIO()
    progress.start("checking")
    reports = [TargetReport("one", None, {}, ()), TargetReport("two", None, {}, ())]
    assert list(progress.watched(reports, terminal, between=False)) == reports
    assert terminal.getvalue() == ""


def test_there_is_no_line_in_a_pipe(archive: bytes) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "lambda_lint", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TERM": "xterm", "CI": ""},
    )
    assert process.stdin is not None
    for data in slowly(archive):
        process.stdin.write(data)
        process.stdin.flush()
    assert ERASE.encode() not in process.communicate()[0]
    assert process.communicate()[1] == b""


def test_ctrl_c_takes_the_line_away_and_never_hides_the_cursor(archive: bytes) -> None:
    shown = in_terminal(["-"], iter([archive[: len(archive) // 2]]), {}, interrupt=True)
    assert shown.status == 130
    assert shown.lines == ["lambda-lint: interrupted", ""]
    assert "\x1b[?25" not in shown.written


@contextlib.contextmanager
def registry(built: Built, delay: float) -> Iterator[str]:
    """One that has `app:1`, and takes its time with layers."""

    def answer(request: Request) -> Reply:
        kind, name = request.path.split("/")[-2:]
        if name in built.layers:
            time.sleep(delay)
        headers = {"Content-Type": built.top["mediaType"]} if kind == "manifests" else {}
        return Reply(built.blobs[built.top["digest"] if name == "1" else name], headers=headers)

    with serving(answer) as server:
        yield f"docker://{server.address}/app:1"


def test_several_targets_are_counted_and_each_report_stands_alone() -> None:
    with registry(build(**GOOD), 1.0) as target:
        shown = in_terminal([target, "gone.tar"], iter(()), {})
    assert re.search(rf"{re.escape(ERASE)}1 of 2  pulling layers  \d s\r", shown.written)
    assert [line.partition(" ─")[0] for line in shown.lines if " ──" in line] == [target, "gone.tar"]
    assert "pulling" not in "\n".join(shown.lines)


def test_a_report_in_another_format_comes_when_the_line_is_gone() -> None:
    with registry(build(**GOOD), 1.0) as target:
        shown = in_terminal([target, "-f", "json"], iter(()), {})
    assert "pulling layers" in shown.written
    assert json.loads("".join(shown.lines))["summary"]["targets"] == 1
