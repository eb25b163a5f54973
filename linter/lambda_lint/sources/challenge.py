"""What a server wants to see before it answers: the header WWW-Authenticate (RFC 9110, section 11.6.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lambda_lint.lazy import regex
from lambda_lint.values import Value

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_SCHEME = regex(rf"[\s,]*({_WORD})(?=[\s,]|$)[ \t]*")
_CREDENTIAL = regex(r"[A-Za-z0-9._~+/-]+=*[ \t]*(?:,|$)")
# Values without quotes hold slashes and colons at some servers, which the grammar does not allow.
_PARAMETER = regex(rf'[\s,]*({_WORD})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))[ \t]*(?=,|\s|$)', re.DOTALL)
_ESCAPE = regex(r"\\(.)", re.DOTALL)


class Challenge(Value, eq=False):
    """One way to log in. `scheme` and the names of `parameters` are in lower case."""

    scheme: str
    parameters: Mapping[str, str]


def parse_challenges(header: str) -> tuple[Challenge, ...]:
    """The challenges in their order, as far as the header can be understood."""
    challenges = []
    position = 0
    while scheme := _SCHEME.match(header, position):
        position = scheme.end()
        parameters: dict[str, str] = {}
        if token := _CREDENTIAL.match(header, position):
            position = token.end()
        while parameter := _PARAMETER.match(header, position):
            name, quoted, plain = parameter.groups()
            parameters.setdefault(name.lower(), plain if quoted is None else _ESCAPE.sub(r"\1", quoted))
            position = parameter.end()
        challenges.append(Challenge(scheme[1].lower(), parameters))
    return tuple(challenges)
