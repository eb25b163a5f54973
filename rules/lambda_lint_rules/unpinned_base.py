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

from lambda_lint import Deployment, Dockerfile, Problem, Rule, Severity, SourceLocation, parse_reference, printable
from lambda_lint_rules._facts.base_images import recognise
from lambda_lint_rules._facts.lifecycle import newest


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None:
        return
    root = dockerfile.final.lineage[0]
    reference = parse_reference(root.base)
    if root.base == "scratch" or reference is None or reference.digest or reference.tag not in {"", "latest"}:
        return
    name = printable(root.base)
    what = f"{name} is the moving tag" if reference.tag else f"{name} has no tag, which means latest"
    base = recognise(root.base)
    changes = "the next build may get another version of the language" if base else "the next build may get another one"
    yield Problem(
        f"{what}: {changes}",
        SourceLocation(dockerfile.path, root.start.image.region),
        f"write the version you build for, as in {name.removesuffix(':latest')}:{newest(base.language).version}"
        if base
        else f"write the version you build for: {name.removesuffix(':latest')}:VERSION",
    )


RULE = Rule(
    name="unpinned-base",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("base",),
)
