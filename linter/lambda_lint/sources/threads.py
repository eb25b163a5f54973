"""Work in several threads, none of which keeps anybody waiting who has stopped caring for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
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
    # Not concurrent.futures: to import that takes longer than to read many a layer.
    stop = Event()
    over = [Event() for _ in items]
    found: dict[int, R] = {}
    errors: dict[int, BaseException] = {}
    waiting = deque(enumerate(items))

    def run() -> None:
        while True:
            try:
                number, item = waiting.popleft()
            except IndexError:
                return
            try:
                found[number] = work(item, stop)
            except BaseException as error:  # for whoever asks for the result
                errors[number] = error
            over[number].set()

    try:
        for number in range(min(most, len(items))):
            Thread(target=run, name=f"work-{number}", daemon=True).start()
        for number, done in enumerate(over):
            while not done.wait(_LOOK):  # Ctrl-C ends this
                pass
            if number in errors:
                raise errors[number]
        return [found[number] for number in range(len(items))]
    except BaseException:
        waiting.clear()
        stop.set()
        raise
