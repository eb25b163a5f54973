"""The image is larger than 10 GiB.

Lambda adds up the uncompressed bytes of every layer and takes no more than 10 GiB. A file that a later layer deletes
still counts. The size that Amazon ECR or `docker push` shows is the compressed one, which is often less than half.

The API accepts the image and the function then fails:

```text
InvalidImage(SizeLimitExceeded: Uncompressed container image size exceeds 10 GiB limit)
```

This is an error when the files alone exceed the limit. AWS does not say whether tar headers and padding count, so an
image that exceeds it only with those is a warning, as is one above 90 %.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN pip install torch transformers
COPY models/ ${LAMBDA_TASK_ROOT}/models/
RUN chmod -R a+rX ${LAMBDA_TASK_ROOT}/models
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN pip install --no-cache-dir onnxruntime tokenizers
COPY --chmod=755 models/ ${LAMBDA_TASK_ROOT}/models/
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Look at the layers that the finding names. What usually helps:

- Build in one stage and copy only the result into the final one.
- Change a file's mode or owner where it is copied (`COPY --chmod`): `RUN chmod` or `RUN chown` stores every file that
  it touches a second time.
- Delete in the same RUN what that RUN made, package caches above all (`pip install --no-cache-dir`).
- Take the CPU builds of torch and its like, or a small inference runtime: the CUDA libraries alone are gigabytes.
- Keep models in Amazon S3 or Amazon EFS.

## References

- [Lambda quotas](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)
- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [A report with the error text](https://github.com/aws-samples/aws-genai-llm-chatbot/issues/38)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Image, ImageLocation, Layer, Problem, Rule, Severity, made_by, printable
from lambda_lint_rules._facts.limits import GIB, MAX_UNCOMPRESSED_BYTES

NEAR = 0.9
SHOWN = 3
FIX = (
    "shrink the layers named here: multi-stage build, no package caches, `COPY --chmod` instead of `RUN chmod`,"
    " CPU-only builds of machine learning libraries, models outside the image"
)


def check(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    limit = MAX_UNCOMPRESSED_BYTES.value
    smaller, larger = sorted((image.tar_size, image.file_size))
    if smaller > limit:
        message, severity = f"{_gib(smaller)} uncompressed, and Lambda takes {_gib(limit)}", Severity.ERROR
    elif larger > limit:
        message = f"{_gib(smaller)} of files, {_gib(larger)} with tar overhead, and Lambda takes {_gib(limit)}"
        severity = Severity.WARNING
    elif larger > limit * NEAR:
        message = f"{_gib(larger)} uncompressed, {larger / limit:.0%} of the {_gib(limit)} that Lambda takes"
        severity = Severity.WARNING
    else:
        return
    first, *others = sorted(image.layers, key=lambda layer: (-layer.tar_size, layer.index))[:SHOWN]
    yield Problem(
        f"{message}; the largest layer is {_describe(first)}",
        ImageLocation(layer=first.index),
        FIX,
        severity,
        tuple((_describe(layer), ImageLocation(layer=layer.index)) for layer in others),
    )


def _gib(size: int) -> str:
    # Rounded up, so that a size just above the limit does not read like the limit.
    return f"{-(size * -100 // GIB) / 100:g} GiB"


def _describe(layer: Layer) -> str:
    made = printable(made_by(layer.created_by), 100)
    return f"layer {layer.index + 1} with {_gib(layer.tar_size)}" + (f", made by {made}" if made else "")


RULE = Rule(
    name="image-too-large",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=check,
    tags=("size",),
)
