"""Files are stored more than once, in several layers.

A layer that touches a file of a lower layer holds the whole file again, even if only its mode or owner changes. All
copies are in the image, are loaded with it, and count for the limit of 10 GiB.

```text
InvalidImage(SizeLimitExceeded: Uncompressed container image size exceeds 10 GiB limit)
```

This is a note from 64 MiB on. Files below 8 KiB are not added up.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY models/ ${LAMBDA_TASK_ROOT}/models/
RUN chmod -R a+rX ${LAMBDA_TASK_ROOT}
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY --chmod=755 models/ ${LAMBDA_TASK_ROOT}/models/
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Give files their mode and owner where they are copied (`COPY --chmod`, `COPY --chown`), and do not copy over what an
earlier instruction copied. `RUN chown` is not needed at all: Lambda's user owns none of the files.

## References

- [Lambda quotas](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)
- [COPY --chmod](https://docs.docker.com/reference/dockerfile/#copy---chown---chmod)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Image, Problem, Rule, Severity
from lambda_lint_rules._waste import problems, unused

FIX = "set modes and owners where files are copied (`COPY --chmod`), and copy each file once"


def check(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    _, replaced = unused(image)
    yield from problems(replaced, "stored again by a later layer", FIX)


RULE = Rule(
    name="replaced-files",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_image=check,
    tags=("size",),
)
