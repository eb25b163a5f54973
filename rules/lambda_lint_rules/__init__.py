"""The rule pack `aws`: everything about AWS Lambda. Each public module is one rule."""

from collections.abc import Callable, Mapping

from lambda_lint import Deployment, Dockerfile, Image, JsonDocument, Pack, RuntimeConfig
from lambda_lint_rules import _lifecycle_policy, _policy, _start
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._facts.features import MANAGED_INSTANCES, SNAPSTART
from lambda_lint_rules._facts.limits import MAX_UNCOMPRESSED_BYTES
from lambda_lint_rules._subject import not_for_us


def _facts(subject: Dockerfile | Image, deployment: Deployment) -> Mapping[str, object]:
    limit = {"size_limit": MAX_UNCOMPRESSED_BYTES.value} if isinstance(subject, Image) else {}
    return {**_start.facts(subject, deployment), **limit}


def _wanted(config: RuntimeConfig) -> Callable[[str, int, int], int]:
    from lambda_lint_rules._start.wanted import wanted  # for images only

    return wanted(config)


def _json_kind(document: JsonDocument) -> str:
    if _policy.policy(document) is not None:
        return "ECR repository policy"
    return "ECR lifecycle policy" if _lifecycle_policy.rules_of(document) else ""


PACK = Pack(
    name="aws",
    rules=(),  # discovered: one for each public module
    base_config=base_config,
    not_for_us=not_for_us,
    json_kind=_json_kind,
    facts=_facts,
    wanted=_wanted,
    features=(MANAGED_INSTANCES, SNAPSTART),
)

__all__ = ["PACK"]
