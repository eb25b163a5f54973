"""`python -m lambda_lint`."""

from lambda_lint.cli import entry

entry()
