"""The handler cannot be called with an event and a context.

The Python runtime client calls the handler as `handler(event, context)` and turns what it returns into JSON. A function
with other arguments raises an error at each event; what an async function or a generator returns is no answer.

```text
TypeError: handler() takes 1 positional argument but 2 were given
Runtime.MarshalError: Unable to marshal response: Object of type coroutine is not JSON serializable
```

Only a plain function in the handler's own file is judged, not what a decorator makes of it.

In Node.js, version 4 of `aws-lambda-ric` and AWS's images from Node.js 24 on refuse a handler with a third parameter,
the callback, before the first event.

```text
Runtime.CallbackHandlerDeprecated: ERROR: AWS Lambda has removed support for callback-based function handlers
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY <<EOF ${LAMBDA_TASK_ROOT}/app.py
def handler(event):
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

Take two arguments. In Python, call asynchronous code with `asyncio.run(main(event))`; in Node.js, write an async
function that returns its answer.

## References

- [Lambda: Python handler](https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html)
- [Lambda: Node.js handler](https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "uncallable-handler"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=troubles_of(NAME),
    check_image=troubles_of(NAME),
    tags=("handler", "start"),
)
