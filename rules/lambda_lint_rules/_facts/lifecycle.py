"""Until when AWS maintains each of its base images.

The dates are AWS's own, of the runtime that a base image holds. Two public copies of AWS's table were compared: that of
cfn-lint, which has all three dates, and that of endoflife.date. They agree wherever both have a date.
"""

from __future__ import annotations

from functools import lru_cache

from lambda_lint import Value
from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source


class Lifecycle(Value):
    """The dates of one base image, named by the language of its repository and the version in its tag.

    From `deprecation` on there are no patches. AWS stops creating and updating functions of the runtime in .zip form
    on the days `no_create` and `no_update`, None where nothing is scheduled. It announces no such day for images.
    """

    language: str
    version: str
    deprecation: date
    no_create: date | None
    no_update: date | None


# https://raw.githubusercontent.com/aws-cloudformation/cfn-lint, src/cfnlint/data/AdditionalSpecs/
# LmbdRuntimeLifecycle.json, changed 2026-06-02; https://endoflife.date/aws-lambda, changed 2026-08-16.
LIFECYCLES = Fact(
    (
        Lifecycle("python", "3.14", date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
        Lifecycle("python", "3.13", date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
        Lifecycle("python", "3.12", date(2028, 10, 31), date(2028, 11, 30), date(2029, 1, 10)),
        Lifecycle("python", "3.11", date(2027, 6, 30), date(2027, 7, 31), date(2027, 8, 31)),
        Lifecycle("python", "3.10", date(2026, 10, 31), date(2027, 2, 1), date(2027, 3, 3)),
        Lifecycle("python", "3.9", date(2025, 12, 15), date(2027, 2, 1), date(2027, 3, 3)),
        Lifecycle("python", "3.8", date(2024, 10, 14), date(2027, 2, 1), date(2027, 3, 3)),
        Lifecycle("python", "3.7", date(2023, 12, 4), date(2024, 1, 9), date(2027, 3, 3)),
        Lifecycle("python", "3.6", date(2022, 7, 18), date(2022, 7, 18), date(2022, 8, 29)),
        Lifecycle("python", "2.7", date(2021, 7, 15), date(2021, 7, 15), date(2022, 5, 30)),
        Lifecycle("nodejs", "24", date(2028, 4, 30), date(2028, 6, 1), date(2028, 7, 1)),
        Lifecycle("nodejs", "22", date(2027, 4, 30), date(2027, 6, 1), date(2027, 7, 1)),
        Lifecycle("nodejs", "20", date(2026, 4, 30), date(2027, 2, 1), date(2027, 3, 3)),
        Lifecycle("nodejs", "18", date(2025, 9, 1), date(2027, 2, 1), date(2027, 3, 3)),
        Lifecycle("nodejs", "16", date(2024, 6, 12), date(2027, 2, 1), date(2027, 3, 3)),
        Lifecycle("nodejs", "14", date(2023, 12, 4), date(2024, 1, 9), date(2027, 3, 3)),
        Lifecycle("nodejs", "12", date(2023, 3, 31), date(2023, 3, 31), date(2023, 4, 30)),
        Lifecycle("nodejs", "10", date(2021, 7, 30), date(2021, 7, 30), date(2022, 2, 14)),
        Lifecycle("java", "25", date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
        Lifecycle("java", "21", date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
        Lifecycle("java", "17.al2023", date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
        Lifecycle("java", "11.al2023", date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
        Lifecycle("java", "8.al2023", date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
        Lifecycle("java", "17", date(2027, 6, 30), date(2027, 7, 31), date(2027, 8, 31)),
        Lifecycle("java", "11", date(2027, 6, 30), date(2027, 7, 31), date(2027, 8, 31)),
        Lifecycle("java", "8.al2", date(2027, 6, 30), date(2027, 7, 31), date(2027, 8, 31)),
        Lifecycle("java", "8", date(2024, 1, 8), date(2024, 2, 8), date(2027, 3, 3)),
        Lifecycle("dotnet", "10", date(2028, 11, 14), date(2028, 12, 14), date(2029, 1, 15)),
        Lifecycle("dotnet", "9", date(2026, 11, 10), None, None),
        Lifecycle("dotnet", "8", date(2026, 11, 10), date(2027, 2, 1), date(2027, 3, 3)),
        Lifecycle("dotnet", "7", date(2024, 5, 14), None, None),
        Lifecycle("dotnet", "6", date(2024, 12, 20), date(2027, 2, 1), date(2027, 3, 3)),
        Lifecycle("dotnet", "5.0", date(2022, 5, 10), None, None),
        Lifecycle("dotnet", "core3.1", date(2023, 4, 3), date(2023, 4, 3), date(2023, 5, 3)),
        Lifecycle("dotnet", "core2.1", date(2022, 1, 5), date(2022, 1, 5), date(2022, 4, 13)),
        Lifecycle("ruby", "4.0", date(2029, 3, 31), date(2029, 4, 30), date(2029, 5, 31)),
        Lifecycle("ruby", "3.4", date(2028, 3, 31), date(2028, 4, 30), date(2028, 5, 31)),
        Lifecycle("ruby", "3.3", date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)),
        Lifecycle("ruby", "3.2", date(2026, 3, 31), date(2027, 2, 1), date(2027, 3, 3)),
        Lifecycle("ruby", "2.7", date(2023, 12, 7), date(2024, 1, 9), date(2027, 3, 3)),
        Lifecycle("ruby", "2.5", date(2021, 7, 30), date(2021, 7, 30), date(2022, 3, 31)),
        Lifecycle("go", "1", date(2024, 1, 8), date(2024, 2, 8), date(2027, 3, 3)),
        Lifecycle("provided", "al2023", date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
        Lifecycle("provided", "al2", date(2026, 7, 31), date(2027, 2, 1), date(2027, 3, 3)),
        Lifecycle("provided", "alami", date(2024, 1, 8), date(2024, 2, 8), date(2027, 3, 3)),
    ),
    Source("https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html", date(2026, 11, 23)),
)

_BY_NAME = {(row.language, row.version): row for row in LIFECYCLES.value}

# AWS's own notice period: it mails the owners of functions this many days ahead.
NOTICE_DAYS = Fact(
    180, Source("https://docs.aws.amazon.com/lambda/latest/dg/runtime-support-policy.html", date(2026, 11, 23))
)


def lifecycle(language: str, version: str) -> Lifecycle | None:
    """The dates of a base image, None for one that AWS has not announced any of."""
    return _BY_NAME.get((language, version))


def successor(old: Lifecycle) -> Lifecycle:
    """The base image to move to: the same version on a newer operating system, or the newest.

    Go has no image any more: it runs on the OS-only one.
    """
    language = "provided" if old.language == "go" else old.language
    step = lifecycle(language, f"{old.version.partition('.al2')[0]}.al2023")
    return newest(language) if step is None or step is old else step


@lru_cache(maxsize=16)
def newest(language: str) -> Lifecycle:
    """The base image of a language that is maintained longest; the highest version of several.

    Raises ValueError for a language that AWS has no base image for.
    """
    same = (row for row in LIFECYCLES.value if row.language == language)
    return max(same, key=lambda row: (row.deprecation, _numbers(row.version)))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
