"""Work in several threads, none of which keeps anybody waiting who has stopped caring for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from threading import Event, Thread

from lambda_lint.annotations import TypeVar

T = TypeVar("T")
R = TypeVar("R")
# How long Ctrl-C may wait that comes just when this begins to wait: Python looks for it before and after.
_LOOK = 0.2


def in_threads(work: Callable[[T, Event], R], items: Sequence[T], most: int) -> list[R]:
    """What `work` gives for each item; they are begun in their order, `most` at a time.

    Raises what it raised for the first item for which it raised anything. After that, and after Ctrl-C, the event is
    set, and `work` should look at it now and then. Nobody waits for it: not this function, and not the end of the
    program either, as with ThreadPoolExecutor, where a server that sends nothing would hold up both.
    """
    stop = Event()
    results: list[Future[R]] = [Future() for _ in items]
    waiting = deque(zip(results, items, strict=True))

    def run() -> None:
        while True:
            try:
                result, item = waiting.popleft()
            except IndexError:
                return
            try:
                result.set_result(work(item, stop))
            except BaseException as error:  # for whoever asks for the result
                result.set_exception(error)

    try:
        for number in range(min(most, len(items))):
            Thread(target=run, name=f"work-{number}", daemon=True).start()
        return [awaited(result) for result in results]
    except BaseException:
        waiting.clear()
        stop.set()
        raise


def awaited(result: Future[R]) -> R:
    """The result once it is there; Ctrl-C ends the waiting, whenever it comes. Raises what the work raised."""
    while not result.done():
        wait((result,), _LOOK)
    return result.result()
