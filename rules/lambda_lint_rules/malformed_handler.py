"""The handler's name has not the form that its runtime client takes apart.

Python splits the name at its last dot, Node.js at the first dot of the file's name, Ruby into two or three parts. A
name without a dot, with `..` or with a path that starts with `./` ends the function at its start, and with Python from
3.9 on a path that starts with `/`. So does the name of a file: in `app.py` Python looks for a function that is called
`py`, and in `index.mjs.handler` Node.js looks for `mjs.handler`.

```text
Runtime.MalformedHandlerName: Bad handler 'app': not enough values to unpack (expected 2, got 1)
Runtime.MalformedHandlerName: Bad handler
ArgumentError: Invalid handler [...], must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD
TypeError: the 'package' argument is required to perform a relative import for '.var.task.app'
Runtime.HandlerNotFound: Handler 'py' missing on module 'app'
Runtime.HandlerNotFound: index.mjs.handler is undefined or not exported
```

In a Dockerfile it is a warning, for the function's own settings (`ImageConfig.Command`) may replace CMD.

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

from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, Severity, printable, runtime
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._handlers import meant, mistake
from lambda_lint_rules._start import plan, troubles_of

NAME = "malformed-handler"

# The versions whose client still opened the file by its path: https://github.com/aws/aws-lambda-base-images/issues/101
_TAKE_PATHS = frozenset({"3.6", "3.7", "3.8"})


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    found = plan(dockerfile, deployment)
    handler, client = found.handler, found.client
    if handler is None or client is None:
        return
    language = client.language.removesuffix("js")
    wrong = mistake(handler.text, language)
    if wrong and not (handler.text.startswith("/") and client.version in _TAKE_PATHS):
        command = runtime.of_dockerfile(dockerfile, base_config, deployment).command
        yield Problem(
            f"{printable(handler.text)} is no handler's name for {found.base or client.name}: {wrong}",
            command.location,
            "write the file's name without its ending, a dot and the function's name, as in "
            + printable(meant(handler.text, language)),
            Severity.WARNING,
        )


RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=troubles_of(NAME),
    tags=("handler", "start"),
)
