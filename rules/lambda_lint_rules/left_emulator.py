"""The runtime interface emulator is left in the final image.

The emulator (`aws-lambda-rie`) plays Lambda's part on a developer's machine. On Lambda it is not needed. It only makes
the image larger, as long as nothing starts it; that has an error of its own:

```text
Task timed out after 3.01 seconds
```

Many images keep it on purpose, for tests of the very image that is deployed, so this rule is off by default. AWS's base
images bring the emulator along and are not meant here.

## Bad

```dockerfile
FROM python:3.13
RUN pip install awslambdaric
ADD --chmod=755 https://example.com/aws-lambda-rie /usr/local/bin/aws-lambda-rie
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## Good

```dockerfile
FROM python:3.13 AS function
RUN pip install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]

FROM function AS local
ADD --chmod=755 https://example.com/aws-lambda-rie /usr/local/bin/aws-lambda-rie
ENTRYPOINT ["/usr/local/bin/aws-lambda-rie", "python", "-m", "awslambdaric"]

FROM function
```

## How to fix

Give tests a stage of their own (`docker build --target local`), or mount the emulator into the container:

```sh
docker run --volume ~/.aws-lambda-rie:/rie --entrypoint /rie/aws-lambda-rie IMAGE python -m awslambdaric app.handler
```

## References

- [Runtime interface emulator](https://github.com/aws/aws-lambda-runtime-interface-emulator)
- [Lambda: testing images](https://docs.aws.amazon.com/lambda/latest/dg/images-test.html)
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambda_lint import (
    Copy,
    Deployment,
    Dockerfile,
    Image,
    ImageLocation,
    Instruction,
    Kind,
    Problem,
    Rule,
    Run,
    Severity,
    SourceLocation,
    printable,
)
from lambda_lint_rules._base import of_image
from lambda_lint_rules._waste import mib

_EMULATOR = "aws-lambda-rie"
_FIX = "keep it for tests in a stage of its own"


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    for stage in dockerfile.final.lineage if dockerfile.final is not None else ():
        for instruction in stage.instructions:
            if _brings_it(instruction):
                location = SourceLocation(dockerfile.path, instruction.region)
                yield Problem("the final image gets the emulator, which Lambda has no use for", location, _FIX)


def check_image(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    if of_image(image) is not None:
        return
    paths = {path for layer in image.layers for path in layer.entries.paths if path.endswith(f"/{_EMULATOR}")}
    for path in sorted(paths):
        file = image.filesystem.get(path, follow=False)
        if file is not None and file.kind is Kind.FILE:
            message = f"{printable(file.path)} is the emulator, {mib(file.size)} that Lambda has no use for"
            yield Problem(message, ImageLocation(layer=file.layer, path=file.path), _FIX)


def _brings_it(instruction: Instruction) -> bool:
    if isinstance(instruction, Copy):
        words = (*instruction.sources, instruction.destination)
        return any(_EMULATOR in posixpath.basename(word.text) for word in words)
    return isinstance(instruction, Run) and f"/{_EMULATOR}" in instruction.value


RULE = Rule(
    name="left-emulator",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("runtime-client",),
    by_default=False,
)
