"""The repository's lifecycle policy deletes images that a function may still use.

A function keeps the digest of its image, and Lambda fetches it again when the function was idle for weeks. A rule of
the ECR lifecycle policy that deletes the image by then ends the function:

```text
ImageDeleted: The function is trying to use a deleted image.
```

ECR does not know which images functions use. Two rules are often seen: one that deletes all but the last few images, or
all images of some age, and one that deletes untagged images: moving a tag such as `latest` to a new image leaves the
old one, which the function still uses, untagged. The second is harmless where every image has a tag of its own, so it
is a note unless `image` in the settings ends in `latest` or in a digest. Rules for images with certain tags are passed
over, and so is a rule that keeps more than five images.

The file is the policy itself, or what `aws ecr get-lifecycle-policy` prints.

## Bad

```json
{
  "rules": [
    {
      "rulePriority": 1,
      "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 2},
      "action": {"type": "expire"}
    }
  ]
}
```

## Good

```json
{
  "rules": [
    {
      "rulePriority": 1,
      "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 50},
      "action": {"type": "expire"}
    }
  ]
}
```

## How to fix

Keep more images than functions can lag behind, for longer than any function goes without a deployment. Or give images
that are deployed a tag with a prefix of its own (`live-`), and let rules delete only others.

## References

- [Lambda: the life of a function](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [ECR: lifecycle policies](https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html)
- [A report about untagged images](https://github.com/METR/hawk/issues/950)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, JsonDocument, JsonValue, Problem, Rule, Severity, parse_reference
from lambda_lint_rules._lifecycle_policy import rules_of

_FEW = 5
_FIX = "keep more images, and for longer; or let it delete only images with tags that no function is deployed by"


def check(document: JsonDocument, deployment: Deployment) -> Iterator[Problem]:
    for rule in rules_of(document):
        selection, action = rule.get("selection"), rule.get("action")
        if selection is None or action is None or _text(action, "type") != "expire":
            continue
        message, severity = _danger(selection, deployment)
        if message:
            yield Problem(message, document.location(selection), _FIX, severity)


def _danger(selection: JsonValue, deployment: Deployment) -> tuple[str, Severity | None]:
    """What is deleted of the images that functions use, "" for nothing that is known, and how grave that is."""
    status, count = _text(selection, "tagStatus"), _text(selection, "countType")
    number = selection.get("countNumber")
    kept = number.content if number is not None and isinstance(number.content, int) else None
    if status == "untagged":
        severity = None if _becomes_untagged(deployment) else Severity.NOTE
        return "this deletes untagged images, and an image that lost its tag may still be a function's", severity
    if status != "any" or kept is None:
        return "", None
    if count == "imageCountMoreThan":
        message = f"this deletes all but the last {kept} images, and a function may use an older one"
        return (message if kept <= _FEW else ""), None
    if count == "sinceImagePushed":
        return f"this deletes every image after {kept} days, also one that a function still uses", None
    return "", None


def _becomes_untagged(deployment: Deployment) -> bool:
    image = parse_reference(deployment.image) if deployment.image is not None else None
    return image is not None and (image.tag == "latest" or bool(image.digest))


def _text(value: JsonValue, name: str) -> str:
    member = value.get(name)
    return member.content if member is not None and isinstance(member.content, str) else ""


RULE = Rule(
    name="expiring-image",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_json=check,
    tags=("registry",),
)
