"""The handler's name has not the form that its runtime client takes apart.

Python splits the name at its last dot, Node.js at the first dot of the file's name, Ruby into two or three parts. A
name without a dot, with `..` or with a path that starts with `./` ends the function at its start.

```text
Runtime.MalformedHandlerName: Bad handler 'app': not enough values to unpack (expected 2, got 1)
Runtime.MalformedHandlerName: Bad handler
ArgumentError: Invalid handler [...], must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Write the file's name without its ending, a dot, and the function's name: `app.handler`, `src/index.handler`.

## References

- [Lambda: Python handler](https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html)
- [Lambda: Node.js handler](https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "malformed-handler"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=troubles_of(NAME),
    tags=("handler", "start"),
)
