"""A fact and where it is from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """An https address and the day on which it said so."""

    url: str
    retrieved: date


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A value that AWS can change, with its source."""

    value: T
    source: Source
