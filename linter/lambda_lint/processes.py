"""Work in several processes, which end with the one that began them, whatever it is that ends it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait

from lambda_lint.annotations import TypeVar
from lambda_lint.sources.threads import awaited

T = TypeVar("T")
R = TypeVar("R")

# Handing over costs as much as a tenth of a small item's work; more at once would only be late.
_BATCH = 8
# So that no process waits while the results of others are looked at.
_AHEAD = 4


def in_processes(work: Callable[[T], R], items: Iterable[T], count: int) -> Generator[tuple[T, R | None], None, None]:
    """Each item, in their order, with what `work` gives for it; None where a process ended that had it alone.

    `work`, the items and the results must be such as can be pickled. All processes are gone when this ends, is closed
    or interrupted. Where the system begins none, `work` is done here.
    """
    source = iter(items)
    batches = iter(lambda: tuple(islice(source, _BATCH)), ())
    ahead: deque[tuple[tuple[T, ...], Future[list[R]]]] = deque()
    with _Pool(count) as pool, _Pool(1) as single:
        while True:
            for batch in islice(batches, count * _AHEAD - len(ahead)):
                ahead.append((batch, pool.submit(work, batch)))
            if not ahead:
                return
            batch, future = ahead.popleft()
            try:
                results = awaited(future)
                yield from zip(batch, results, strict=True)
            except BrokenProcessPool:  # any of the processes: which item is to blame shows when each is alone
                for item in batch:
                    yield item, _alone(single, work, item)


def _alone(single: _Pool, work: Callable[[T], R], item: T) -> R | None:
    with contextlib.suppress(BrokenProcessPool):
        return awaited(single.submit(work, (item,)))[0]
    return None


class _Pool:
    """A ProcessPoolExecutor that starts again after one of its processes ended, and leaves none behind."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._others = {child.pid for child in multiprocessing.active_children()}
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:  # nothing that they have is worth waiting for
            for child in multiprocessing.active_children():
                if child.pid not in self._others:
                    child.kill()
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def submit(self, work: Callable[[T], R], batch: tuple[T, ...]) -> Future[list[R]]:
        """What `work` gives for each item. Raises BrokenProcessPool later, never here."""
        try:
            return self._begun(work, batch)
        except BrokenProcessPool:
            self._executor = None
            return self._begun(work, batch)

    def _begun(self, work: Callable[[T], R], batch: tuple[T, ...]) -> Future[list[R]]:
        try:
            if self._executor is None:
                self._executor = ProcessPoolExecutor(self._count, _context(), _begin)
            # What is blocked stays so in a process that begins here: Ctrl-C at a terminal is for all of them, and only
            # the first has something to say about it.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                return self._executor.submit(_each, work, batch)
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        except (OSError, ImportError, NotImplementedError):  # no semaphores, or no more processes
            future: Future[list[R]] = Future()
            future.set_result(_each(work, batch))
            return future


def _each(work: Callable[[T], R], batch: tuple[T, ...]) -> list[R]:
    return [work(item) for item in batch]


def _context() -> multiprocessing.context.BaseContext:
    """A copy of this process has all that is imported here, but copying one with threads may hang it."""
    copied = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if copied else "spawn")


def _begin() -> None:
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
