"""The handler's Python file has a syntax error.

The runtime client imports the handler's file before it asks for work. A file that Python cannot compile ends the
function's start: code for Python 2, a merge conflict's marks, or syntax that is newer than the image's Python.

```text
Runtime.UserCodeSyntaxError: Syntax error in module 'app': invalid syntax (app.py, line 3)
```

It is reported when the Python that runs lambda-lint is at least as new as the image's, so that its grammar holds all of
the image's.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY <<EOF ${LAMBDA_TASK_ROOT}/app.py
def handler(event, context)
    return "hello"
EOF
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY <<EOF ${LAMBDA_TASK_ROOT}/app.py
def handler(event, context):
    return "hello"
EOF
CMD ["app.handler"]
```

## How to fix

Compile the code while the image is built: `RUN python -m compileall -q .` fails there instead of on Lambda.

## References

- [Lambda: Python handler](https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "handler-does-not-compile"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=troubles_of(NAME),
    tags=("handler", "start"),
)
