"""The forms that secrets have, by which a value is known for one."""

from __future__ import annotations

import re

from lambda_lint import regex

# Each as its issuer makes it: a fixed prefix, then random characters. One of the words is in each, and quick to find.
_SECRETS = (
    ("an AWS access key", ("AKIA", "ASIA"), regex(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)([A-Z2-7]{16})(?![A-Za-z0-9])")),
    ("a GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), regex(r"\bgh[pousr]_([A-Za-z0-9]{36,})")),
    ("a GitHub token", ("github_pat_",), regex(r"\bgithub_pat_(\w{60,})")),
    ("a GitLab token", ("glpat-",), regex(r"\bglpat-([\w-]{20,})")),
    ("a Slack token", ("xox",), regex(r"\bxox[abprs]-(\d[\w-]{20,})")),
    ("a Stripe key", ("k_live_",), regex(r"\b[rs]k_live_([A-Za-z0-9]{20,})")),
    ("an npm token", ("npm_",), regex(r"\bnpm_([A-Za-z0-9]{36})\b")),
    ("a PyPI token", ("pypi-AgE",), regex(r"\bpypi-AgEIcHlwaS5vcmc([\w-]{20,})")),
    ("a Google API key", ("AIza",), regex(r"\bAIza([\w-]{35})")),
    (
        "a private key",
        ("PRIVATE KEY",),
        regex(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----([\sA-Za-z0-9+/=\\]{64,})"),
    ),
)
_WORDS = tuple(word for _, words, _ in _SECRETS for word in words)
_SECRET_ACCESS_KEY = regex(r"SECRET_?(?:ACCESS_?)?KEY", re.IGNORECASE)
_FORTY = regex(r"[A-Za-z0-9/+]{40}")
# No expression above fits fewer characters.
_SHORTEST = 20
# A person who fills a form with x, or with 1234, uses few characters.
_FEWEST_CHARACTERS = 10


def may_hold(text: str) -> bool:
    """Whether a text may hold a secret with its name. It does where it holds one, and in few other texts."""
    return any(word in text for word in _WORDS) or "secret" in text.lower()


def secret(name: str, value: str) -> str:
    """What kind of secret a text holds, in words; "" for none."""
    if len(value) < _SHORTEST:
        return ""
    for what, words, pattern in _SECRETS:
        if any(word in value for word in words) and any(_random(match[1]) for match in pattern.finditer(value)):
            return what
    if _SECRET_ACCESS_KEY.search(name) and _FORTY.fullmatch(value) and _random(value) and _mixed(value):
        return "an AWS secret access key"
    return ""


def _random(text: str) -> bool:
    return len(set(text)) >= _FEWEST_CHARACTERS and "EXAMPLE" not in text


def _mixed(text: str) -> bool:
    return any(map(str.isupper, text)) and any(map(str.islower, text)) and any(map(str.isdecimal, text))
