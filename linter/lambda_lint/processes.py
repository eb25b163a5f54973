"""Work in several processes, which end with the one that began them, whatever it is that ends it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from itertools import islice
from multiprocessing.connection import Connection, wait

from lambda_lint.annotations import Any, TypeVar

T = TypeVar("T")
Work = Callable[[tuple[T, ...]], bytes]

# To hand over a batch takes a hundredth of the work on it; of larger ones the last would keep everybody waiting.
_BATCH = 4
# So that no process waits for another one's work.
_AHEAD = 8
# How long Ctrl-C may wait that comes just when this begins to wait: Python looks for it before and after.
_LOOK = 0.2


def in_processes(
    work: Work[T], items: Iterable[T], count: int
) -> Generator[tuple[tuple[T, ...], bytes | None], None, None]:
    """The items in their order and in batches, each with what `work` gives for it.

    Where a process ended that had a batch, its items come alone, with None for one that ended another process. `work`
    and the items must be such as can be pickled, and `work` raises nothing. All processes are gone when this ends, is
    closed or interrupted. Where the system begins none, `work` is done here.
    """
    source = iter(items)
    batches = iter(lambda: tuple(islice(source, _BATCH)), ())
    ahead: deque[_Task] = deque()
    # One thread does it all. An executor has two more and queues between them, for which all that is handed over waits.
    with _Crew(work, count) as crew:
        while True:
            while len(ahead) < count * _AHEAD and (process := crew.idle()) and (batch := next(batches, ())):
                ahead.append(process.begin(batch))
            if not ahead:
                break
            crew.look(0 if ahead[0].over else _LOOK)
            if ahead[0].over:
                task = ahead.popleft()
                if task.result is None:
                    yield from (((item,), _alone(work, item)) for item in task.batch)
                else:
                    yield task.batch, task.result
    for batch in batches:  # there are no processes
        yield batch, work(batch)


def _alone(work: Work[T], item: T) -> bytes | None:
    with _Crew(work, 1) as crew:
        if process := crew.idle():
            task = process.begin((item,))
            while not task.over:
                crew.look(_LOOK)
            return task.result
    return None


class _Task:
    """A batch, and once it is over what came of it: None where the process ended that had it."""

    def __init__(self, batch: tuple[Any, ...]) -> None:
        self.batch = batch
        self.over = False
        self.result: bytes | None = None


class _Crew:
    """So many processes, or as many as there can be. None of them stays."""

    def __init__(self, work: Work[Any], count: int) -> None:
        self._work = work
        self._count = count
        self._processes: list[_Process] = []

    def __enter__(self) -> _Crew:
        self._complete()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for process in self._processes:
            process.stop(at_once=kind is not None)  # then nothing that it has is worth waiting for
        for process in self._processes:
            process.join()

    def _complete(self) -> None:
        with contextlib.suppress(OSError):  # no more processes
            while len(self._processes) < self._count:
                self._processes.append(_Process(self._work))

    def idle(self) -> _Process | None:
        """One that has nothing to do."""
        return next((process for process in self._processes if process.task is None), None)

    def look(self, seconds: float) -> None:
        """Takes what is done by now, or else waits so long for it."""
        busy = {process.connection: process for process in self._processes if process.task}
        for connection in wait(busy, seconds):
            if not (process := busy[connection]).take():  # type: ignore[index]
                self._processes.remove(process)
                process.join()
                self._complete()


class _Process:
    """A process, and what it has to do."""

    def __init__(self, work: Work[Any]) -> None:
        context = _context()
        self.task: _Task | None = None
        self.connection, theirs = context.Pipe()
        with theirs:
            self._process = context.Process(target=_serve, args=(theirs, work), daemon=True)
            # What is blocked stays so in a process that begins here: Ctrl-C at a terminal is for all of them, and only
            # the first has something to say about it.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                self._process.start()
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    def begin(self, batch: tuple[Any, ...]) -> _Task:
        """Gives it work. It takes it at once, so it must have nothing else to do."""
        self.task = _Task(batch)
        self._send(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))
        return self.task

    def take(self) -> bool:
        """Takes what it has done. False when it has ended instead."""
        task, self.task = self.task, None
        if task is not None:
            task.over = True
            with contextlib.suppress(EOFError, OSError):
                task.result = self.connection.recv_bytes()
        return task is not None and task.result is not None

    def stop(self, *, at_once: bool) -> None:
        if at_once:
            self._process.kill()
        else:
            self._send(_END)

    def join(self) -> None:
        self._process.join()
        self.connection.close()

    def _send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # it has ended, which shows when its work is to be taken
            self.connection.send_bytes(data)


_END = b""


def _serve(connection: Connection, work: Work[Any]) -> None:
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    while data := connection.recv_bytes():
        connection.send_bytes(work(pickle.loads(data)))  # noqa: S301  # from the process that began this one


def _context() -> multiprocessing.context.ForkContext | multiprocessing.context.SpawnContext:
    """A copy of this process has all that is imported here, but copying one with threads may hang it."""
    copied = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork") if copied else multiprocessing.get_context("spawn")


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
