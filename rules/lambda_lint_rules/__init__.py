"""The rule pack `aws`: everything about AWS Lambda. Each public module is one rule."""

from lambda_lint import Pack
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._start import facts, wanted
from lambda_lint_rules._subject import not_for_us

PACK = Pack(
    name="aws",
    rules=(),  # discovered: one for each public module
    base_config=base_config,
    not_for_us=not_for_us,
    facts=facts,
    wanted=wanted,
)

__all__ = ["PACK"]
