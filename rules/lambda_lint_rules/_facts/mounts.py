"""What Lambda mounts over an image's own files: what the image has there is not seen by the function."""

from __future__ import annotations

from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source

_SOURCE = Source("https://github.com/bruceadams/run-command-on-aws-lambda", date(2026, 11, 23))

TMP = "/tmp"  # noqa: S108  a path in the image
FOLDERS = Fact((TMP, "/dev", "/proc", "/sys", "/var/rapid"), _SOURCE)
USERS = "/etc/passwd"
# No layer has them, as builds see those of the engine.
MADE_BY_ENGINES = frozenset(["/etc/hosts", "/etc/hostname"])
FILES = Fact((USERS, "/etc/resolv.conf"), _SOURCE)
