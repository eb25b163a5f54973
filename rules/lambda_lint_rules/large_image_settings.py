"""The image's settings come close to 16 KB or exceed it.

ENTRYPOINT, CMD, WORKDIR and ENV are the settings that Lambda reads from an image, and Lambda's quotas limit them:

```text
Container image settings size: 16 KB
```

AWS does not say how it counts. lambda-lint counts the four as JSON, after what the function replaces. Since the real
count may differ, more than 16 KB is a warning and more than 12 KB a note.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
ENV RULES="$LONG"
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py rules.json ${LAMBDA_TASK_ROOT}/
ENV RULES_FILE=/var/task/rules.json
CMD ["app.handler"]
```

## How to fix

Move what is long (certificates, JSON, lists) into a file of the image, and name the file in the variable.

## References

- [Lambda quotas](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Image, Location, Problem, Rule, RuntimeConfig, Severity, runtime
from lambda_lint_rules._facts.limits import IMAGE_SETTINGS_BYTES

NEAR = 0.75
FIX = "move what is long into a file of the image, and name the file in the variable"


def check(image: Image, deployment: Deployment) -> Iterator[Problem]:
    config = runtime.of_image(image.config, deployment)
    parts = list(_parts(config))
    total, limit = sum(size for size, _, _ in parts), IMAGE_SETTINGS_BYTES.value
    if total > limit * NEAR:
        largest, name, location = max(parts, key=lambda part: part[0])
        message = f"{total:,} bytes of settings, of which {name} has {largest:,}; Lambda's limit is {limit:,} bytes"
        yield Problem(message, location, FIX, Severity.WARNING if total > limit else Severity.NOTE)


def _parts(config: RuntimeConfig) -> Iterator[tuple[int, str, Location]]:
    for name, words in (("ENTRYPOINT", config.entrypoint), ("CMD", config.command)):
        if words.value:
            yield _size(words.value.args), name, words.location
    if config.workdir.value:
        yield _size(config.workdir.value), "WORKDIR", config.workdir.location
    for name, setting in config.env.items():
        yield _size(f"{name}={setting.value or ''}"), f"`{name}`", setting.location


def _size(value: str | tuple[str, ...]) -> int:
    import json  # for images only

    return len(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass"))


RULE = Rule(
    name="large-image-settings",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_image=check,
    tags=("size",),
)
