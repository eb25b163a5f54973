"""The runtime interface emulator is started on Lambda, too.

The emulator (`aws-lambda-rie`) plays Lambda's part on a developer's machine. An image may hold it, and start it where
`AWS_LAMBDA_RUNTIME_API` is unset. Started always, it stands between the function and Lambda: the runtime client asks
the emulator for work, and Lambda hears from nobody.

In a Dockerfile it is told by its name, and is a warning. Where the file or its last stage is called after tests or a
local machine, it is a note.

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
import re
from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, Severity, regex, runtime
from lambda_lint_rules._clients import executed, shell_text
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._start import troubles_of
from lambda_lint_rules._subject import place

NAME = "emulator-started"

_EMULATOR = "aws-lambda-rie"
_FOR_TESTS = regex(
    r"(?:^|[^a-z])(?:dev|develop|development|debug|local|offline|tests?|testing|e2e|integration|rie|emulator)(?:[^a-z]|$)",
    re.IGNORECASE,
)


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    setting = executed(config)
    if setting is None or setting.value is None or dockerfile.final is None:
        return
    if not any(_EMULATOR in word for word in setting.value.args):
        return
    words = (shell_text(setting.value) or "").removeprefix("exec ").split() or setting.value.args
    if posixpath.basename(words[0] if words else "").startswith(_EMULATOR):
        names = (*place(dockerfile), dockerfile.final.name or "")
        message = "the runtime interface emulator is started on Lambda too, and the function never gets an event"
        fix = "take it out of ENTRYPOINT, and start it with `docker run --entrypoint` where you test"
        severity = Severity.NOTE if any(map(_FOR_TESTS.search, names)) else Severity.WARNING
        yield Problem(message, setting.location, fix, severity)


RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=troubles_of(NAME),
    tags=("runtime-client", "start"),
)
