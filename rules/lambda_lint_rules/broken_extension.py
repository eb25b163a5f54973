"""Lambda cannot start a file in /opt/extensions.

Everything in `/opt/extensions` that is not a folder is started as an external extension before the function. One that
does not start ends the function's start, and there may be ten at most. A file that is none (a README, a configuration)
does not belong there. A script that may be executed must be readable, too, and so must all that it starts: the program
behind a wrapper, an interpreter, `curl` where the script registers by it. A script that runs to its end without asking
the Extensions API for anything ends the function's start as well.

```text
EXTENSION Name: telemetry State: LaunchError Events: [] Error Type: PermissionDenied
fork/exec /opt/extensions/telemetry: permission denied (Extension.LaunchError)
Extension.TooManyExtensions
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
COPY --chmod=644 telemetry README.md /opt/extensions/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
COPY --chmod=755 telemetry /opt/extensions/
CMD ["app.handler"]
```

## How to fix

Give extensions mode 755, build them for the function's architecture, install what they start in the final stage, and
keep other files out of the folder.

## References

- [Lambda: extensions API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html)
- [An extension without its execute bit](https://github.com/aws-samples/aws-lambda-extensions/issues/38)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "broken-extension"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=troubles_of(NAME),
    tags=("extension", "start"),
)
