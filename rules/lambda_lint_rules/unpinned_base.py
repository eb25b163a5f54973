"""The base image is whatever its newest version is on the day of the build.

A FROM without a tag takes `latest`. When that moves to another major version, the same Dockerfile gives another
image: another language version, and with it perhaps another operating system. In 2023 the AWS base images moved from
Amazon Linux 2 to Amazon Linux 2023 in this way, and builds ended with

```text
/bin/sh: line 1: yum: command not found
```

Only the image that the final stage stands on counts. A digest pins it; a name that is not complete without a build
argument is left alone.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Write the version of the language as the tag (`python:3.13`, `nodejs:24`, `provided:al2023`). Patches still come with
each build under such a tag, so build regularly: Lambda itself never patches an image.

## References

- [Lambda: AWS base images](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [aws-lambda-base-images: latest has moved](https://github.com/aws/aws-lambda-base-images/issues/124)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    Deployment,
    Dockerfile,
    Problem,
    Reference,
    Rule,
    Severity,
    SourceLocation,
    parse_reference,
    printable,
)
from lambda_lint_rules._facts.base_images import recognise
from lambda_lint_rules._facts.lifecycle import newest
from lambda_lint_rules._facts.registries import OFFICIAL_IMAGES, split


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None:
        return
    root = dockerfile.final.lineage[0]
    parts = split(root.base)
    if root.base == "scratch" or parts.digest or parts.tag not in {"", "latest"}:
        return
    reference = parse_reference(root.base)
    if reference is None:
        return
    base = recognise(root.base)
    if base.version if base is not None else not _moves(reference):
        return
    name = printable(root.base)
    what = f"{name} is the moving tag" if reference.tag else f"{name} has no tag, which means latest"
    changes = "another version of it" if base is None else "another operating system"
    if base is not None and not base.os_only:
        changes = "another version of the language"
    untagged = name.removesuffix(":latest")
    example = f", as in {untagged}:{newest(base.language).version}" if base else f": {untagged}:VERSION"
    yield Problem(
        f"{what}: the next build may get {changes}",
        SourceLocation(dockerfile.path, root.start.image.region),
        f"write the version you build for{example}",
    )


def _moves(reference: Reference) -> bool:
    """Whether a name is known to stand for ever newer versions.

    Not when the version is in the name (`cc-debian12`), when only this machine may know the image, nor where those who
    do not pay get no other tag.
    """
    if reference.host == "cgr.dev" and reference.repository.startswith("chainguard/"):
        return False
    name = reference.repository.rpartition("/")[2]
    local = reference.host == "docker.io" and reference.repository == f"library/{name}"
    return not any(map(str.isdecimal, name)) and (not local or name in OFFICIAL_IMAGES.value)


RULE = Rule(
    name="unpinned-base",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("base-image",),
)
