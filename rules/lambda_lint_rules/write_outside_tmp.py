"""The start writes outside /tmp, where everything is read-only.

A function's root file system is read-only; only `/tmp` takes files, and it is empty at each cold start. A start script
that ends with its first error (`set -e`), or a handler's module in Python or Node.js that makes a file or a folder when
it is loaded, does not get past such a write:

```text
mkdir: cannot create directory '/function/log': Read-only file system
sh: 4: cannot create /app/config.json: Read-only file system
[Errno 30] Read-only file system: '/var/log/app.log' (Runtime.Unknown)
Error: EROFS: read-only file system, mkdir '/var/task/data'
```

Only writes that are certain to be reached, to a path that is written out, are reported: not what stands under a
condition that only running tells, in a function that may not be called, before `|| true`, or in a `try`. That a path is
not there is known, so a folder that is made for want of it counts. Where a variable of the function could name another
path (`os.environ.get("DIR", "/var/data")`), it is a warning. Paths below `/tmp`, and below `/mnt`, where a function may
have a file system of its own, are left alone.

## Bad

```dockerfile
FROM debian:bookworm-slim
COPY main /function/main
COPY --chmod=755 <<EOF /entry.sh
#!/bin/sh
set -e
mkdir -p /function/log
exec /function/main
EOF
ENTRYPOINT ["/entry.sh"]
```

## Good

```dockerfile
FROM debian:bookworm-slim
COPY main /function/main
COPY --chmod=755 <<EOF /entry.sh
#!/bin/sh
set -e
mkdir -p /tmp/log
exec /function/main
EOF
ENTRYPOINT ["/entry.sh"]
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY <<EOF ${LAMBDA_TASK_ROOT}/app.py
import os
os.makedirs("/var/task/cache")
def handler(event, context):
    return os.listdir("/var/task/cache")
EOF
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY <<EOF ${LAMBDA_TASK_ROOT}/app.py
import os
os.makedirs("/tmp/cache", exist_ok=True)
def handler(event, context):
    return os.listdir("/tmp/cache")
EOF
CMD ["app.handler"]
```

## How to fix

Write below `/tmp`, or make the file or folder while the image is built. Programs that keep settings, caches or logs
elsewhere usually have an option or a variable for it.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [Lambda: ephemeral storage](https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "write-outside-tmp"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=troubles_of(NAME),
    check_image=troubles_of(NAME),
    tags=("start",),
)
