"""Docker reads an instruction in another way than it was meant.

ENV without an equals sign behind the name takes all that follows for the value, and so `ENV A = b` gives `A` the value
`= b`. WORKDIR takes no array: after `WORKDIR ["/app"]` the working directory is `[/app]`, below the one before. Neither
ends the build. Both are found when the function starts in the wrong folder, or without its setting:

```text
A== b
/var/task/[/app]
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
ENV HF_HOME = /opt/models
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
ENV HF_HOME=/opt/models
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
WORKDIR ["/function"]
COPY app.py ./
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
WORKDIR /function
COPY app.py ./
CMD ["app.handler"]
```

## How to fix

Write `ENV NAME=value`, without spaces around the equals sign, and the folder of WORKDIR as it is.

## References

- [Dockerfile: ENV](https://docs.docker.com/reference/dockerfile/#env)
- [Dockerfile: WORKDIR](https://docs.docker.com/reference/dockerfile/#workdir)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambda_lint import (
    Deployment,
    Dockerfile,
    Env,
    Problem,
    Rule,
    Severity,
    SourceLocation,
    Workdir,
    building,
    printable,
    regex,
)

_SPACED = regex(r"=\s+\S.*", re.DOTALL)
_ARRAY = regex(r"\[\s*[\"'][^\"']*[\"']\s*\]")


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    for stage in building.needed(dockerfile):
        for pair in (pair for variables in stage.every(Env) for pair in variables.pairs):
            if pair.value is not None and pair.value.startswith("=") and _SPACED.fullmatch(pair.value):
                message = f"ENV gives {printable(pair.name)} a value that begins with the equals sign"
                place = SourceLocation(dockerfile.path, pair.region)
                yield Problem(message, place, f"write ENV {printable(pair.name)}=, without spaces around it")
        for workdir in stage.every(Workdir):
            if _ARRAY.fullmatch(workdir.value.strip()):
                folder = workdir.value.strip().strip("[] \t\"'")
                message = f"WORKDIR takes no array: the folder becomes [{printable(folder)}], below the one before"
                place = SourceLocation(dockerfile.path, workdir.region)
                yield Problem(message, place, f"write WORKDIR {printable(folder)}")


RULE = Rule(
    name="misread-instruction",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("dockerfile",),
)
