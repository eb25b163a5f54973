"""One line on a terminal that tells how far a run is, while the next report takes its time.

It is written by hand: rich's Progress hides the cursor, which whoever is killed does not bring back, and takes longer
to import than many an image to read.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from threading import Event, Lock, Thread

from lambda_lint.annotations import TextIO
from lambda_lint.report import TargetReport
from lambda_lint.reporters.style import size
from lambda_lint.sources.meter import Meter, S

_PATIENCE = 0.5
_TICK = 0.1
# The rate is that of the last three seconds: one that stalls must show.
_SAMPLES = 30
# So that the whole line fits into 80 columns, for one of many images, too.
_BAR = 12
_ERASE = "\r\x1b[K"


class Progress(Meter):
    """Keeps what it is told, for a line of text. `clock` tells the seconds."""

    def __init__(self, *, unicode: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._bar = "█░" if unicode else "#."
        self._clock = clock
        self._finished = self._expected = 0
        self._step = _Step("", None, self._clock())

    def expect(self, reports: int) -> None:
        """See Meter."""
        self._expected += reports

    def finish(self) -> None:
        """See Meter."""
        self._finished += 1
        self._step = _Step("", None, self._clock())

    def start(self, doing: str, total: int | None = None) -> None:
        """See Meter."""
        self._step = _Step(doing, total, self._clock())

    def counted(self, parts: Iterable[S]) -> Iterator[S]:
        """See Meter. Without a lock: all that two threads can take from each other is a chunk on a display."""
        step = self._step
        for part in parts:
            step.read += len(part)
            yield part

    def line(self) -> str:
        """How far it is now; "" when there is nothing to tell yet."""
        step = self._step
        if not step.doing:
            return ""
        which = f"{self._finished + 1} of {self._expected}  " if self._expected > 1 else ""
        return f"{which}{step.doing}  {step.amount(self._clock(), *self._bar)}"

    def watched(
        self, reports: Iterable[TargetReport], terminal: TextIO, *, between: bool
    ) -> Generator[TargetReport, None, None]:
        """The reports as they come, with a line on `terminal` when one takes longer than half a second.

        With `between` the line is gone while whoever shows a report has it. It is gone in any case when this ends or is
        closed.
        """
        with _Line(self, terminal) as line:
            for report in reports:
                if between:
                    line.hide()
                yield report
                if between:
                    line.wait()


class _Step:
    """One thing that is done, and how much of it."""

    def __init__(self, doing: str, total: int | None, now: float) -> None:
        self.doing = doing
        self.read = 0
        self._total = total
        self._started = now
        self._samples = deque([(self._started, 0)], _SAMPLES)

    def amount(self, now: float, full: str, empty: str) -> str:
        read, total = self.read, self._total
        then, before = self._samples[0]
        self._samples.append((now, read))
        if not read:
            return f"{now - self._started:.0f} s"
        rate = f"{size(int((read - before) / max(now - then, _TICK)))}/s"
        if not total or read > total:  # more than was promised: nobody knows how much more
            return f"{size(read)}, {rate}"
        done = _BAR * read // total
        return f"{full * done}{empty * (_BAR - done)} {size(read)} of {size(total)}, {rate}"


class _Line:
    """The line and the thread that draws it, as long as the block runs."""

    def __init__(self, progress: Progress, terminal: TextIO) -> None:
        self._progress = progress
        self._terminal = terminal
        self._lock = Lock()
        self._over = Event()
        self._shown = ""
        self._since: float | None = time.monotonic()
        self._thread = Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> _Line:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.hide()

    def hide(self) -> None:
        """Takes the line away, until there is something to wait for."""
        with self._lock:
            self._since = None
            if self._shown:
                self._write(_ERASE)
                self._shown = ""

    def wait(self) -> None:
        """Something is waited for, from now on."""
        self._since = time.monotonic()

    def _run(self) -> None:
        while not self._over.wait(_TICK):
            with self._lock:
                waiting = self._since is not None and time.monotonic() - self._since >= _PATIENCE
                text = self._progress.line() if waiting else ""
                if text not in ("", self._shown):
                    self._write(f"{_ERASE}{text[: self._width() - 1]}")
                    self._shown = text

    def _width(self) -> int:
        with contextlib.suppress(OSError, ValueError):
            return os.get_terminal_size(self._terminal.fileno()).columns or 80
        return 80

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # a terminal that was closed
            self._terminal.write(text)
            self._terminal.flush()
