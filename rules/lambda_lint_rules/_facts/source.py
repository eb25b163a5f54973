"""A fact and where it is from."""

from __future__ import annotations

from lambda_lint import Value
from lambda_lint.annotations import Generic, TypeVar
from lambda_lint.day import date

T = TypeVar("T")


class Source(Value):
    """An https address and the day on which it said so."""

    url: str
    retrieved: date


class Fact(Value, Generic[T]):
    """A value that AWS can change, with its source."""

    value: T
    source: Source
