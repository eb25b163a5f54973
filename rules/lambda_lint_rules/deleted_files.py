"""Files that a later layer deletes still count.

A layer is never changed once it is made. What a later instruction deletes is only hidden: it stays in the image, is
loaded with it, and counts for the limit of 10 GiB.

```text
InvalidImage(SizeLimitExceeded: Uncompressed container image size exceeds 10 GiB limit)
```

This is a note from 64 MiB on. Files below 8 KiB are not added up.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY wheels/ /opt/wheels/
RUN pip install --no-cache-dir /opt/wheels/*.whl
RUN rm -r /opt/wheels
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN --mount=source=wheels,target=/mnt/wheels pip install --no-cache-dir /mnt/wheels/*.whl
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Delete in the RUN that makes the files, or make them in a build stage and copy only what is needed. Files of the build
context are best mounted (`RUN --mount`), not copied.

## References

- [Lambda quotas](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)
- [RUN --mount](https://docs.docker.com/reference/dockerfile/#run---mount)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Image, Problem, Rule, Severity
from lambda_lint_rules._waste import problems, unused

FIX = "delete files in the RUN that makes them, or make them in a build stage"


def check(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    deleted, _ = unused(image)
    yield from problems(deleted, "deleted by a later layer and still count", FIX)


RULE = Rule(
    name="deleted-files",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_image=check,
    tags=("size",),
)
