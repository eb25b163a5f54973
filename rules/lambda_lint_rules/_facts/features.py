"""Newer features of Lambda that ask more of an image: the names for them in the settings, and what they ask."""

from __future__ import annotations

from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source

MANAGED_INSTANCES = "managed-instances"
SNAPSTART = "snapstart"

_SNAPSTART_PAGE = Source(
    "https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html", date(2026, 11, 23)
)

# The first version of each language whose runtime takes part, by the names of the base images.
ON_MANAGED_INSTANCES = Fact(
    {"dotnet": (8,), "java": (21,), "nodejs": (22,), "python": (3, 13)},
    Source("https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html", date(2026, 11, 23)),
)
WITH_SNAPSTART = Fact({"dotnet": (8,), "java": (11,), "python": (3, 12)}, _SNAPSTART_PAGE)

SNAPSTART_LABEL = Fact(("com.amazonaws.lambda.feature.snapstart", "Allow"), _SNAPSTART_PAGE)

# The first versions of the clients that serve several requests at once, and that know of being woken from a snapshot.
CLIENTS_ON_MANAGED_INSTANCES = Fact(
    # That of Node.js reads AWS_LAMBDA_MAX_CONCURRENCY in 4.0.2, the first of version 4 on npm, and not in 3.3.0.
    {"awslambdaric": (4, 0, 0), "aws-lambda-ric": (4, 0, 2)},
    Source("https://github.com/aws/aws-lambda-python-runtime-interface-client", date(2026, 11, 27)),
)
CLIENTS_WITH_SNAPSTART = Fact(
    {"awslambdaric": (3, 0, 0)},
    Source("https://github.com/aws/aws-lambda-python-runtime-interface-client", date(2026, 11, 23)),
)
# AWS's own base images with these do without, and must carry the label.
CLIENTS_WITHOUT_SNAPSTART = Fact(frozenset({"aws-lambda-ric", "aws_lambda_ric"}), _SNAPSTART_PAGE)
