"""Lifecycle policies of ECR repositories.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html, read 2026-11-23.
"""

from __future__ import annotations

from lambda_lint import JsonDocument, JsonValue


def rules_of(document: JsonDocument) -> tuple[JsonValue, ...]:
    """Its rules, in a file by itself or as `aws ecr get-lifecycle-policy` prints it; none for any other file."""
    text = document.root.get("lifecyclePolicyText")
    held = document.root if text is None else text.embedded
    rules = held.get("rules") if held is not None else None
    found = rules.values if rules is not None else ()
    return found if any(rule.get("selection") is not None and rule.get("action") is not None for rule in found) else ()
