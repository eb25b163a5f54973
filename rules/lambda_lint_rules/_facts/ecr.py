"""Amazon ECR: what names its registries have, and what its policies must allow."""

from __future__ import annotations

from lambda_lint import Reference, Value, regex
from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source

_ENDPOINTS = Source("https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html", date(2026, 11, 23))
_IMAGES_PAGE = Source("https://docs.aws.amazon.com/lambda/latest/dg/images-create.html", date(2026, 11, 23))

# ACCOUNT.dkr.ecr.REGION.amazonaws.com and, dual stack, ACCOUNT.dkr-ecr.REGION.on.aws; other partitions end otherwise.
_HOST = Fact(
    regex(r"(?P<account>\w+)\.dkr(?P<stack>[.-])ecr(?P<fips>-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z0-9.-]+"),
    _ENDPOINTS,
)
ACCOUNT = regex(r"[0-9]{12}")

PUBLIC_GALLERY = "public.ecr.aws"

LAMBDA = "lambda.amazonaws.com"
# What both Lambda and another account need to pull.
PULL = Fact(("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"), _IMAGES_PAGE)


class Registry(Value):
    """A private registry of Amazon ECR, by its host."""

    account: str
    region: str
    dual_stack: bool
    fips: bool


def registry(reference: Reference | None) -> Registry | None:
    """The private ECR registry that a reference leads to, None for any other."""
    match = _HOST.value.fullmatch(reference.host.lower()) if reference is not None else None
    if match is None:
        return None
    return Registry(match["account"], match["region"], match["stack"] == "-", match["fips"] is not None)
