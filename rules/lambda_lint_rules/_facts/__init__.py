"""What is known about AWS Lambda, as dated tables. Each value carries its source and the day it was read there."""

from lambda_lint_rules._facts.source import Fact, Source

__all__ = ["Fact", "Source"]
