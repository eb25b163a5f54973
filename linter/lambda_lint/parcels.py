"""Reports on their way from one process to another. Both have the same rules, which go by their names."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable, Mapping

from lambda_lint.report import TargetReport
from lambda_lint.rule import Rule
from lambda_lint.values import replace


def packed(reports: Iterable[TargetReport]) -> bytes:
    """Raises whatever pickling raises for the values of a pack."""
    file = io.BytesIO()
    pickler = _Pickler(file, pickle.HIGHEST_PROTOCOL)
    for report in reports:
        pickler.dump(replace(report, facts=dict(report.facts)))
    return file.getvalue()


class Parcel(pickle.Unpickler):
    """What was packed by a process that this one began."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self._rules: Mapping[str, Rule] = {}

    def unpacked(self, rules: Mapping[str, Rule]) -> TargetReport:
        """The next report. `rules` are those that it may speak of, by name."""
        self._rules = rules
        report: TargetReport = self.load()
        return report

    def persistent_load(self, name: str) -> Rule:
        """See Unpickler."""
        return self._rules[name]


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: object) -> str | None:
        return value.name if isinstance(value, Rule) else None
