"""What those who read tell of how far they are."""

from __future__ import annotations

from collections.abc import Iterable, Sized

from lambda_lint.annotations import TypeVar

S = TypeVar("S", bound=Sized)


class Meter:
    """For a run that nobody watches: it forgets what it is told."""

    def expect(self, reports: int) -> None:
        """So many more reports are to come."""

    def finish(self) -> None:
        """A report is there."""

    def start(self, doing: str, total: int | None = None) -> None:
        """What is being done now, and of how many bytes where that is known."""

    def counted(self, parts: Iterable[S]) -> Iterable[S]:
        """The same parts, whose lengths are counted when they are drawn. Several threads may draw at once."""
        return parts
