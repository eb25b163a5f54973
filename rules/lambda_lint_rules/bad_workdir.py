"""Lambda cannot start the function in its working directory.

WORKDIR has to be an absolute path to a directory that is in the image and that the user of Lambda may enter. Docker
makes the directory of each WORKDIR instruction, so this comes from other build tools, from a later layer that removes
it, from the function's own setting (`ImageConfig.WorkingDirectory`), or from a path under `/tmp`, where Lambda mounts
an empty folder. The last of these messages is that of Lambda Managed Instances.

```text
the working directory './' is invalid, it needs to be an absolute path (Runtime.InvalidWorkingDir)
the working directory doesn't exist: /function (Runtime.InvalidWorkingDir)
FunctionError.InvalidWorkingDirectory
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
WORKDIR /tmp/work
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
WORKDIR /work
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Set WORKDIR to a folder of the image with mode 755.

## References

- [Lambda API: ImageConfig](https://docs.aws.amazon.com/lambda/latest/dg/API_ImageConfig.html)
- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "bad-workdir"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=troubles_of(NAME),
    tags=("start",),
)
