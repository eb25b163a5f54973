"""The Lambda Web Adapter."""

from __future__ import annotations

from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source

PROGRAM = "lambda-adapter"

_SOURCE = Source("https://github.com/aws/aws-lambda-web-adapter", date(2026, 11, 23))

DEFAULT_PORT = Fact(8080, _SOURCE)
READINESS_PORTS = frozenset({"AWS_LWA_READINESS_CHECK_PORT", "READINESS_CHECK_PORT"})
"""What lets the adapter wait for another port than that of the requests."""

# Version 2 drops them, and reads the names with a prefix instead. `HOST` is one of them too; it is left out since other
# programs read a variable of that name.
_WITHOUT_PREFIX = """
ASYNC_INIT READINESS_CHECK_PATH READINESS_CHECK_PORT READINESS_CHECK_PROTOCOL REMOVE_BASE_PATH
"""
# Each with the first version that does not read it, and the variable that it reads instead.
DEPRECATED_VARIABLES = Fact(
    {
        **{name: (2, f"AWS_LWA_{name}") for name in _WITHOUT_PREFIX.split()},
        "AWS_LWA_READINESS_CHECK_MIN_UNHEALTHY_STATUS": (1, "AWS_LWA_READINESS_CHECK_HEALTHY_STATUS"),
    },
    _SOURCE,
)
