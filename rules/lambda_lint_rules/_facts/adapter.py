"""The Lambda Web Adapter."""

from __future__ import annotations

from datetime import date

from lambda_lint_rules._facts.source import Fact, Source

PROGRAM = "lambda-adapter"
# `HOST` is one of them too; it is left out since other programs read a variable of that name.
DEPRECATED_VARIABLES = Fact(
    ("ASYNC_INIT", "READINESS_CHECK_PATH", "READINESS_CHECK_PORT", "READINESS_CHECK_PROTOCOL", "REMOVE_BASE_PATH"),
    Source("https://github.com/aws/aws-lambda-web-adapter", date(2026, 11, 23)),
)
