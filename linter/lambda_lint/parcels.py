"""Reports on their way from one process to another. Both have the same rules, which go by their names."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable

from lambda_lint.report import TargetReport
from lambda_lint.rule import Rule
from lambda_lint.values import replace


def packed(report: TargetReport) -> bytes:
    """Raises whatever pickling raises for the values of a pack."""
    file = io.BytesIO()
    _Pickler(file, pickle.HIGHEST_PROTOCOL).dump(replace(report, facts=dict(report.facts)))
    return file.getvalue()


def unpacked(data: bytes, rules: Iterable[Rule]) -> TargetReport:
    """What was packed by a process that this one began. `rules` are those it may speak of."""
    report: TargetReport = _Unpickler(data, rules).load()
    return report


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: object) -> str | None:
        return value.name if isinstance(value, Rule) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, rules: Iterable[Rule]) -> None:
        super().__init__(io.BytesIO(data))
        self._rules = {rule.name: rule for rule in rules}

    def persistent_load(self, name: str) -> Rule:
        return self._rules[name]
