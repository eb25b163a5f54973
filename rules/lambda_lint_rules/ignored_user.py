"""USER has no effect on Lambda.

Lambda runs every function as a user of its own (uid 993, `sbx_user1051`), whatever USER says, and puts its own
`/etc/passwd` over that of the image. The user whom the image names is not there, and files that only that user may read
cannot be read:

```text
PermissionError: [Errno 13] Permission denied: '/app/app.py'
```

Where files are readable by all, USER does no harm, and it is of use wherever else the image runs. So this rule is off
by default.

## Bad

```dockerfile
FROM python:3.13
RUN pip install awslambdaric && useradd app
COPY --chown=app --chmod=500 app.py /function/
WORKDIR /function
USER app
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## Good

```dockerfile
FROM python:3.13
RUN pip install awslambdaric
COPY --chmod=755 app.py /function/
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## How to fix

Leave USER out, or keep it for other places, and let everybody read what the function needs: `RUN chmod -R a+rX /app`.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [The user and the mounts that a function sees](https://github.com/bruceadams/run-command-on-aws-lambda)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Origin, Problem, Rule, RuntimeConfig, Severity, printable
from lambda_lint_rules._facts.user import DEFAULT_USER


def check(config: RuntimeConfig, _deployment: Deployment) -> Iterator[Problem]:
    user = config.user
    if user.origin is Origin.SET and user.value:
        own = DEFAULT_USER.value
        message = f"Lambda ignores USER {printable(user.value)} and runs the image as uid {own.credentials.uid}"
        yield Problem(message, user.location, "leave it out, and let everybody read what the function needs")


RULE = Rule(
    name="ignored-user",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_runtime=check,
    tags=("permissions",),
    by_default=False,
)
