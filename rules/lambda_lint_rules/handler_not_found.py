"""The handler in CMD is not where its runtime client looks for it.

The client takes the handler's name apart and loads a file by it: `app.handler` is the function `handler` in `app.py`,
`app.js` or `app.rb`. Each client has rules of its own about where: `awslambdaric` looks in the working directory and
along Python's module search path, `aws-lambda-ric` up to version 3 in the working directory, from version 4 on in
`/var/task` only, and the AWS base images in `/var/task`. Java's names a class and a method, which have to be in the
class path: `example.Handler::handleRequest`. On AWS's base images that is classes in `/var/task` and jars in
`/var/task/lib`; a jar in `/var/task` itself is never opened. Their image for .NET loads the assembly from `/var/task`,
too, whatever WORKDIR is.

```text
Runtime.ImportModuleError: Unable to import module 'app': No module named 'app'
Runtime.ImportModuleError: Error: Cannot find module 'index'
Runtime.HandlerNotFound: Handler 'handler' missing on module 'app'
java.lang.ClassNotFoundException: Class not found: example.Handler
Runtime exited with error: exit status 105
```

In a Dockerfile, the files that it copies from the build context count. A handler that is nowhere is reported when its
file is there and not copied (by `.dockerignore`, or to another folder), or when other code is in its place; a file that
a `RUN`, a package or a step before the build may make is left alone. For Java and .NET, the class and its method are
looked for in the sources of the repository.

The function's own settings may name another handler (`ImageConfig.Command`); tell lambda-lint with `--command`.

## Bad

```dockerfile
FROM python:3.13-slim
RUN pip install awslambdaric
COPY <<EOF /srv/app.py
def handler(event, context):
    return "hello"
EOF
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## Good

```dockerfile
FROM python:3.13-slim
RUN pip install awslambdaric
COPY <<EOF /function/app.py
def handler(event, context):
    return "hello"
EOF
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## How to fix

Copy the module to the folder that the client looks in, or set WORKDIR to where it is. On a base image that is not
AWS's, `${LAMBDA_TASK_ROOT}` is empty while the image is built: write `/var/task`.

## References

- [Lambda: Python handler](https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html)
- [Lambda: Node.js handler](https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html)
- [Version 4 of aws-lambda-ric](https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/184)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "handler-not-found"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=troubles_of(NAME),
    check_image=troubles_of(NAME),
    tags=("handler", "start"),
)
