"""The handler's file cannot be compiled.

The runtime client imports the handler's file, and what that loads, before it asks for work. A file that Python cannot
compile ends the function's start: code for Python 2, a merge conflict's marks, a `return` outside a function, a file in
UTF-16, or syntax that is newer than the image's Python. So does a handler that is there only as `.pyc`, compiled by
another version.

```text
Runtime.UserCodeSyntaxError: Syntax error in module 'app': invalid syntax (app.py, line 3)
```

Node.js has two kinds of files, and the `type` in the nearest package.json says which one a `.js` file is: a module
has no `exports` and no `require`, CommonJS has no `export`. It cannot load either when that package.json is no valid
JSON, nor any file that holds JSX.

```text
ReferenceError: exports is not defined in ES module scope
Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token 'export'
```

Where the image's Python is newer than the one that runs lambda-lint, only what no Python compiles is reported: its
grammar may hold more.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/nodejs:24
COPY <<EOF ${LAMBDA_TASK_ROOT}/app.mjs
exports.handler = async () => "hello"
EOF
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/nodejs:24
COPY <<EOF ${LAMBDA_TASK_ROOT}/app.mjs
export const handler = async () => "hello"
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
    check_dockerfile=troubles_of(NAME),
    check_image=troubles_of(NAME),
    tags=("handler", "start"),
)
