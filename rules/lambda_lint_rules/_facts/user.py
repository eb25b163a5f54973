"""The user that Lambda runs every function as, whatever USER says."""

from __future__ import annotations

from lambda_lint import Credentials, Value
from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source


class DefaultUser(Value):
    """The account in Lambda's own /etc/passwd. Its home does not exist and cannot be made."""

    name: str
    home: str
    credentials: Credentials


DEFAULT_USER = Fact(
    DefaultUser("sbx_user1051", "/home/sbx_user1051", Credentials(uid=993, gid=990, groups=(990,))),
    Source("https://github.com/aws/aws-lambda-runtime-interface-emulator", date(2026, 11, 23)),
)
