"""VOLUME has no effect on Lambda.

Lambda reads ENTRYPOINT, CMD, WORKDIR and ENV of an image, and nothing else. A folder that VOLUME names is an ordinary
folder of the image there, so it cannot be written to: only `/tmp` can.

```text
OSError: [Errno 30] Read-only file system: '/data/cache.db'
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
VOLUME /data
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
ENV DATA_DIR=/tmp/data
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Write to `/tmp`, which keeps its content as long as one execution environment lives. For more than that, let the
function mount a file system (Amazon EFS) under `/mnt`.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [Lambda: file systems](https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    Deployment,
    Dockerfile,
    Image,
    ImageLocation,
    Location,
    Problem,
    Rule,
    Severity,
    SourceLocation,
    printable,
)

_TMP = "/tmp"  # noqa: S108  a path in the image


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    for stage in dockerfile.final.lineage if dockerfile.final is not None else ():
        for instruction in stage.instructions:
            if instruction.keyword == "VOLUME":
                location = SourceLocation(dockerfile.path, instruction.region)
                yield from _problems(instruction.arguments, location)


def check_image(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    yield from _problems(image.config.volumes, ImageLocation(key="config.Volumes"))


def _problems(paths: tuple[str, ...], location: Location) -> Iterator[Problem]:
    for path in paths:
        if path != _TMP and not path.startswith(f"{_TMP}/"):
            message = f"Lambda ignores VOLUME, so {printable(path)} can only be read"
            yield Problem(message, location, "write below /tmp")


RULE = Rule(
    name="ignored-volume",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("file-system",),
)
