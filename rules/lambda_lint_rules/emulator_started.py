"""The runtime interface emulator is started on Lambda, too.

The emulator (`aws-lambda-rie`) plays Lambda's part on a developer's machine. An image may hold it, and start it where
`AWS_LAMBDA_RUNTIME_API` is unset. Started always, it stands between the function and Lambda: the runtime client asks
the emulator for work, and Lambda hears from nobody.

In a Dockerfile it is told by its name, and is a note: those that were found in public are for local tests.

```text
Task timed out after 3.01 seconds
```

## Bad

```dockerfile
FROM python:3.13
RUN pip install awslambdaric
ADD --chmod=755 https://example.com/aws-lambda-rie /usr/local/bin/aws-lambda-rie
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["/usr/local/bin/aws-lambda-rie", "python", "-m", "awslambdaric"]
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

Leave the emulator out of ENTRYPOINT, and name it when you test (`docker run --entrypoint aws-lambda-rie IMAGE`), or
start it from a script that looks first:

```sh
if [ -z "$AWS_LAMBDA_RUNTIME_API" ]; then
  exec /usr/local/bin/aws-lambda-rie python -m awslambdaric "$@"
fi
exec python -m awslambdaric "$@"
```

## References

- [Runtime interface emulator](https://github.com/aws/aws-lambda-runtime-interface-emulator)
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, Severity, runtime
from lambda_lint_rules._clients import executed, program
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._start import troubles_of

NAME = "emulator-started"


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    setting = executed(config)
    if setting is not None and posixpath.basename(program(config)).startswith("aws-lambda-rie"):
        message = "the runtime interface emulator is started on Lambda too, and the function never gets an event"
        fix = "take it out of ENTRYPOINT, and start it with `docker run --entrypoint` where you test"
        yield Problem(message, setting.location, fix, Severity.NOTE)


RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=troubles_of(NAME),
    tags=("runtime-client", "start"),
)
