"""The start command changes the user, which Lambda does not allow.

Lambda runs the image as a user of its own, without capabilities. `gosu`, `su-exec` and `sudo` need to be root, or set a
user id, and neither works there.

```text
error: failed switching to "app": operation not permitted
Runtime exited with error: exit status 1 (Runtime.ExitError)
```

## Bad

```dockerfile
FROM python:3.13
RUN pip install awslambdaric && apt-get update && apt-get install -y gosu
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["gosu", "nobody", "python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## Good

```dockerfile
FROM python:3.13
RUN pip install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## How to fix

Start the program directly. There is no root to get rid of.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "user-switch"

RULE = Rule(
    name=NAME,
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_image=troubles_of(NAME),
    tags=("permissions", "start"),
)
