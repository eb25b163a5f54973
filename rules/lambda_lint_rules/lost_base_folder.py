"""A search path no longer holds the folders of the base image.

The AWS base images keep their language in `/var/lang`. They set `PATH` and `LD_LIBRARY_PATH` so that its programs and
libraries are found. An ENV that sets either anew, without the old value, loses them:

```text
/var/lang/bin/python3.13: error while loading shared libraries: libpython3.13.so.1.0: cannot open shared object file
Runtime exited with error: exit status 127 (Runtime.ExitError)
```

Python and Ruby load their own library by `LD_LIBRARY_PATH` and do not start without it, so that is an error. Without
its part of `PATH` a program like `python` or `node` is not found by name: a warning. The other languages start without
their part of `LD_LIBRARY_PATH`, and some images leave it out on purpose: a note. The OS-only base images have no
language to lose.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
ENV LD_LIBRARY_PATH=/opt/oracle
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
ENV LD_LIBRARY_PATH=/opt/oracle:${LD_LIBRARY_PATH}
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Add to the value in place of replacing it: `ENV PATH=/opt/tool/bin:${PATH}`.

## References

- [Lambda: environment variables](https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html)
- [The base images' sources](https://github.com/aws/aws-lambda-base-images)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    Deployment,
    Dockerfile,
    Image,
    Origin,
    Problem,
    Rule,
    RuntimeConfig,
    Severity,
    printable,
    runtime,
)
from lambda_lint_rules import _base
from lambda_lint_rules._facts.base_images import LANGUAGE_FOLDERS, LOADS_ITS_LIBRARY, AwsBase, base_config, recognise


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None:
        return
    base = recognise(dockerfile.final.lineage[0].base)
    if base is not None:
        yield from _problems(base, runtime.of_dockerfile(dockerfile, base_config, deployment))


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    found = _base.of_image(image)
    if found is not None:
        yield from _problems(found.base, runtime.of_image(image.config, deployment))


def _problems(base: AwsBase, config: RuntimeConfig) -> Iterator[Problem]:
    if base.os_only:
        return
    for name, folder in LANGUAGE_FOLDERS.value.items():
        setting = config.env.get(name)
        if setting is None or setting.value is None or setting.origin is Origin.BASE:
            continue
        if folder in (part.rstrip("/") for part in setting.value.split(":")):
            continue
        severity: Severity | None = Severity.WARNING
        if name == "LD_LIBRARY_PATH":
            severity = None if base.language in LOADS_ITS_LIBRARY.value else Severity.NOTE
        yield Problem(
            f"{name} is set without {folder}, where {base} keeps its language",
            setting.location,
            f"write ENV {name}={printable(setting.value) or folder}:${{{name}}}",
            severity,
        )


RULE = Rule(
    name="lost-base-folder",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("environment",),
)
