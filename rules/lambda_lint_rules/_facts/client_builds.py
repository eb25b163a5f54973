"""What runtime clients need where they are compiled while they are installed."""

from __future__ import annotations

from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source

NODE_CLIENT = "aws-lambda-ric"
PYTHON_CLIENT = "awslambdaric"

# Looked for in the packages on PyPI: 2.2.1, 3.0.2, 3.1.1 and 4.0.1 have no wheel for musl, 4.2.2 has.
LAST_WITHOUT_MUSL = Fact(
    (4, 0, 1), Source("https://github.com/aws/aws-lambda-python-runtime-interface-client", date(2026, 11, 27))
)

# Docker's official images that hold no cmake: those of Node.js and Python are made from buildpack-deps, from the slim
# Debian, or from Alpine.
WITHOUT_CMAKE = Fact(
    frozenset({"alpine", "debian", "node", "python", "ubuntu"}),
    Source("https://github.com/docker-library/buildpack-deps", date(2026, 11, 27)),
)
