"""Whole processes: how long they take, on the clock and on the processors, and how much memory.

What is compared runs in one go, every command once in each round, so that a busy machine is unfair to all of them
alike; what counts is the fastest round. Quote ratios: seconds are those of one machine at one time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Timing(NamedTuple):
    """Seconds on the clock, seconds of work on all processors, and the most memory in MiB."""

    seconds: float
    busy: float
    memory: float


class Command(NamedTuple):
    """What is run in a shell, from `folder`. `reset` puts away what the round before left."""

    line: str
    folder: Path | None = None
    reset: Callable[[], object] = lambda: None


class Goal(NamedTuple):
    """What is to be reached, and what was."""

    what: str
    bound: str
    reached: str
    met: bool


def at_most(what: str, bound: float, value: float, unit: str) -> Goal:
    """A goal that is met by `bound` or less."""
    return Goal(what, f"at most {bound:g}{unit}", f"{value:.2f}{unit}", value <= bound)


def at_least(what: str, bound: float, value: float, unit: str) -> Goal:
    """A goal that is met by `bound` or more."""
    return Goal(what, f"at least {bound:g}{unit}", f"{value:.0f}{unit}", value >= bound)


def measured(commands: Mapping[str, Command], rounds: int) -> dict[str, Timing]:
    """For each command the fastest of so many rounds, and the most memory in any."""
    taken: dict[str, list[Timing]] = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            say(f"round {number + 1} of {rounds}: {name}")
            command.reset()
            taken[name].append(timed(command))
    return {
        name: Timing(
            min(timing.seconds for timing in timings),
            min(timing.busy for timing in timings),
            max(timing.memory for timing in timings),
        )
        for name, timings in taken.items()
    }


def timed(command: Command) -> Timing:
    """Runs it to its end. A status of 1 is a report with findings; above that something is broken."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    started = time.perf_counter()
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"exec {command.line}"],
        cwd=command.folder,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    errors = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{command.line}: status {process.returncode}\n{errors.decode(errors='replace')}")
    return Timing(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """In Markdown."""
    lines = (heads, ["---"] * len(heads), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def timings(found: Mapping[str, Timing], measures: Sequence[str]) -> str:
    """A table of what was measured, each against the commands that are `measures`."""
    rows = [
        (
            f"`{name}`" if name in measures else name,
            f"{timing.seconds:.2f}",
            f"{timing.busy:.2f}",
            *(f"{timing.seconds / found[measure].seconds:.2f}" for measure in measures),
            f"{timing.memory:.0f}",
        )
        for name, timing in found.items()
    ]
    return table(("", "seconds", "of work", *(f"times `{measure}`" for measure in measures), "MiB"), rows)


def goals(found: Iterable[Goal]) -> str:
    """A table of goals and what came of them."""
    rows = [(goal.what, goal.bound, goal.reached if goal.met else f"**{goal.reached}**") for goal in found]
    return table(("", "to reach", "here"), rows)


def say(text: str) -> None:
    """Tells how far it is, beside the tables."""
    print(text, file=sys.stderr, flush=True)
