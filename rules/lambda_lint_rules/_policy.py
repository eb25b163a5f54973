"""Policies of ECR repositories: whom they let pull, whom they refuse, and what they leave open.

AWS's language of policies holds more than is worked out here. What is not understood is open (None), and never a no.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html, read 2026-11-23.
"""

from __future__ import annotations

from collections.abc import Iterable

from lambda_lint import Deployment, JsonDocument, JsonValue, Value, regex
from lambda_lint_rules._facts.ecr import LAMBDA

_MEMBER = regex(r"arn:aws[\w-]*:iam::(?P<account>\d+):(?P<resource>.*)")
_FUNCTION_FIELDS = 7  # arn:aws:lambda:REGION:ACCOUNT:function:NAME
_LIKE = frozenset({"stringlike", "arnlike", "arnequals"})


class Statement(Value):
    """One statement of a policy. `effect` is `Allow` or `Deny`, or "" for anything else, which no request meets."""

    value: JsonValue
    effect: str

    def names(self, who: str) -> bool | None:
        """Whether it is about `who`: Lambda's service, or the twelve digits of an account."""
        principal = self.value.get("Principal")
        if principal is None:
            return None
        if principal.content == "*":
            return True
        return _any(
            _is(kind, value.content, who) for kind, member in principal.members.items() for value in member.values
        )

    def covers(self, action: str) -> bool | None:
        """Whether it is about the action."""
        wanted, others = self.value.get("Action"), self.value.get("NotAction")
        if wanted is not None:
            return _matches(action, wanted)
        return None if others is None else not _matches(action, others)

    def holds(self, who: str, deployment: Deployment) -> bool | None:
        """Whether its conditions are met when Lambda asks on behalf of the function."""
        condition = self.value.get("Condition")
        if condition is None:
            return True
        return _all(
            _test(operator.lower().removesuffix("ifexists"), key.lower(), wanted, deployment) if who == LAMBDA else None
            for operator, tests in condition.members.items()
            for key, wanted in tests.members.items()
        )

    def meets(self, who: str, action: str, deployment: Deployment) -> bool | None:
        """Whether it decides on the request."""
        return _all((self.names(who), self.covers(action), self.holds(who, deployment)))


class Policy(Value):
    """The policy of a repository. `value` is its list of statements, `account` its owner, "" where nothing tells."""

    value: JsonValue
    statements: tuple[Statement, ...]
    account: str

    def allows(self, who: str, action: str, deployment: Deployment) -> bool | None:
        """Whether a statement grants the request. What another statement refuses is not looked at."""
        return _any(each.meets(who, action, deployment) for each in self.statements if each.effect == "Allow")


def policy(document: JsonDocument) -> Policy | None:
    """The repository's policy in a file: by itself, or as `aws ecr get-repository-policy` prints it.

    None for anything else, among them policies of roles and of other services.
    """
    text, owner = document.root.get("policyText"), document.root.get("registryId")
    held = document.root if text is None else text.embedded
    value = held.get("Statement") if held is not None else None
    if value is None or not any(map(_of_a_repository, value.values)):
        return None
    account = owner.content if owner is not None and isinstance(owner.content, str) else ""
    return Policy(value, tuple(Statement(each, _effect(each)) for each in value.values), account)


def _of_a_repository(statement: JsonValue) -> bool:
    """Statements of identities name no principal, and those of other services other actions."""
    principal = statement.get("Principal") or statement.get("NotPrincipal")
    actions = statement.get("Action") or statement.get("NotAction")
    return principal is not None and actions is not None and any(map(_of_ecr, actions.values))


def _of_ecr(action: JsonValue) -> bool:
    return isinstance(action.content, str) and (action.content == "*" or action.content.lower().startswith("ecr:"))


def _effect(statement: JsonValue) -> str:
    effect = statement.get("Effect")
    return next((word for word in ("Allow", "Deny") if effect is not None and effect.content == word), "")


def _is(kind: str, value: object, who: str) -> bool | None:
    if not isinstance(value, str) or "${" in value:
        return None
    if who == LAMBDA:
        # `{"AWS": "*"}` is everybody; whether AWS's own services are among them is written nowhere.
        return value == LAMBDA if kind == "Service" else None if value == "*" else False
    if kind != "AWS":
        return False
    member = _MEMBER.fullmatch(value)
    if member is not None and member["account"] == who:
        return True if member["resource"] == "root" else None  # one user or role, who may be the one that deploys
    return value in ("*", who)


def _matches(action: str, patterns: JsonValue) -> bool:
    return any(isinstance(each.content, str) and _like(action, each.content) for each in patterns.values)


def _like(text: str, pattern: str) -> bool:
    """AWS's wildcards: `*` and `?`, and no case."""
    import fnmatch  # for few runs only

    return fnmatch.fnmatchcase(text.lower(), pattern.lower().replace("[", "[[]"))


def _test(operator: str, key: str, wanted: JsonValue, deployment: Deployment) -> bool | None:
    texts = [each.content for each in wanted.values]
    if operator not in _LIKE and operator != "stringequals":
        return None
    if key == "aws:sourcearn":
        return _any(_is_function(text, deployment, exactly=operator == "stringequals") for text in texts)
    if key == "aws:sourceaccount" and deployment.account is not None:
        return deployment.account in texts or (None if operator in _LIKE else False)
    return None


def _is_function(pattern: object, deployment: Deployment, *, exactly: bool) -> bool | None:
    """Whether a pattern of ARNs takes in that of the function, whose name nobody has said."""
    if pattern == "*" and not exactly:
        return True
    if not isinstance(pattern, str) or "${" in pattern:
        return None
    if exactly and "*" in pattern:
        return False  # StringEquals knows no wildcards
    fields = pattern.split(":")
    if len(fields) != _FUNCTION_FIELDS:
        return None
    _, _, service, region, account, kind, name = fields
    known = (("lambda", service), ("function", kind), (deployment.region, region), (deployment.account, account))
    return _all(
        (
            *(_like(text, field) if text is not None else True if field == "*" else None for text, field in known),
            True if name == "*" else None,
        )
    )


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = tuple(answers)
    return True if True in found else None if None in found else False


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = tuple(answers)
    return False if False in found else None if None in found else True
