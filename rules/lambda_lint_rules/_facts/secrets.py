"""Files that are made for secrets, by the names that the programs which read them give them."""

from __future__ import annotations

from lambda_lint import regex
from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source

SECRET_ENDINGS = (".env", ".env.local", "credentials", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".json")
"""What the names of such files end with, as many others do: to be asked of each file of an image."""

SECRET_FILE = Fact(
    regex(
        r"(?:^|/)(?:\.env(?:\.local)?|\.aws/credentials|id_(?:rsa|dsa|ecdsa|ed25519)"
        r"|service[-_]?account(?:[-_]?key)?\.json)$"
    ),
    Source("https://docs.docker.com/build/concepts/context/#dockerignore-files", date(2026, 11, 25)),
)
