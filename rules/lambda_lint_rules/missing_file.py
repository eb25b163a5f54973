"""The handler's module opens a file that is not in the image.

A Python handler's file is loaded before the function asks for work. A file that it opens at its top, outside any
function, has to be there: configuration, templates, a model. It is often in the project and left out of the image, by
`.dockerignore`, or by a `COPY` that names single files.

```text
[ERROR] FileNotFoundError: [Errno 2] No such file or directory: 'settings.json'
Runtime.Unknown
```

So it is with what `readFileSync` reads at the top of a Node.js file.

Only what is certain is reported: a path that is written out, also with `__file__`, `__dirname`, `os.path.join` or
`pathlib`, and opened whenever the module is loaded. What stands in a `try`, under a condition that only running tells,
or in a function is left alone.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY <<EOF ${LAMBDA_TASK_ROOT}/app.py
with open("settings.json") as settings:
    SETTINGS = settings.read()
def handler(event, context):
    return SETTINGS
EOF
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY <<EOF ${LAMBDA_TASK_ROOT}/app.py
with open("settings.json") as settings:
    SETTINGS = settings.read()
def handler(event, context):
    return SETTINGS
EOF
COPY settings.json ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Copy the file into the final stage, to the place where the code looks. A path that starts at `__file__` does not depend
on the working directory.

## References

- [Lambda: Python container images](https://docs.aws.amazon.com/lambda/latest/dg/python-image.html)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "missing-file"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=troubles_of(NAME),
    check_image=troubles_of(NAME),
    tags=("handler", "start"),
)
