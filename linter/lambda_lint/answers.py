"""What the rules said of an image, as bytes that can be kept, and back again.

Rules are pure: the same code gives the same answer to the same documents, layers and deployment. So an image that was
linted before needs no layer read, however large it is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping

from lambda_lint.annotations import Any
from lambda_lint.deployment import Deployment
from lambda_lint.engine import Outcome
from lambda_lint.image import ImageConfig, Resolved
from lambda_lint.location import ImageLocation, Position, Region, SourceLocation
from lambda_lint.report import Finding
from lambda_lint.rule import Problem, Rule, Severity
from lambda_lint.values import Value, replace

_VERSION = 1


class Answer(Value, eq=False):
    """All that there is to say of an image before anybody suppresses any of it. `facts` are JSON-ready."""

    outcome: Outcome
    facts: Mapping[str, object]


def key(
    content: str,
    resolved: Resolved,
    config: ImageConfig,
    deployment: Deployment,
    rules: Iterable[Rule],
    code: str,
) -> str:
    """All that an answer depends on. `content` identifies the layers, `code` the rules' and the linter's own code."""
    features = sorted(deployment.features)
    asked = (replace(deployment, features=frozenset()), features, [rule.name for rule in rules])
    return f"answer {_VERSION} {sys.version_info[:2]} {code} {content} {resolved!r} {config!r} {asked!r}"


def encode(answer: Answer) -> bytes:
    """The findings and the facts as JSON. What kept a rule from finishing is not kept: it may not happen again."""
    return json.dumps({"findings": _plain(answer.outcome.findings), "facts": dict(answer.facts)}).encode()


def decode(data: bytes, rules: Iterable[Rule]) -> Answer:
    """Raises ValueError when the bytes are not what `encode` made, or of other rules than these."""
    known = {rule.name: rule for rule in rules}
    try:
        kept = json.loads(data)
        return Answer(Outcome(_value(kept["findings"], known)), kept["facts"])
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"not a kept answer ({error})") from error


_CLASSES = {
    made.__name__: made for made in (Finding, ImageLocation, Position, Problem, Region, Severity, SourceLocation)
}


def _plain(value: object) -> object:
    """In JSON's own types: a rule by its name, any other value as its class and its fields."""
    if isinstance(value, Rule):
        return {"rule": value.name}
    if isinstance(value, Severity):
        return {"class": "Severity", "fields": [value.value]}
    if isinstance(value, Value):
        return {
            "class": type(value).__name__,
            "fields": [_plain(getattr(value, name)) for name in value.__match_args__],
        }
    return [*map(_plain, value)] if isinstance(value, tuple) else value


def _value(kept: Any, rules: Mapping[str, Rule]) -> Any:
    if isinstance(kept, list):
        return tuple(_value(item, rules) for item in kept)
    if not isinstance(kept, dict):
        return kept
    return rules[kept["rule"]] if "rule" in kept else _CLASSES[kept["class"]](*_value(kept["fields"], rules))
