"""CMD holds more than the handler.

The entrypoint of the AWS base images, `/lambda-entrypoint.sh`, takes exactly one argument: the handler. With two or
more it stops before any of your code runs:

```text
entrypoint requires the handler name to be the first argument
Runtime exited with error: exit status 142
Runtime.ExitError
```

Usually CMD starts a program of its own, such as a web server behind the Lambda Web Adapter. That works, but not
through this entrypoint.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["python", "-m", "app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Leave only the handler in CMD. If CMD shall start a program instead, clear the base image's entrypoint:

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
COPY app.py ${LAMBDA_TASK_ROOT}/
ENTRYPOINT []
CMD ["python", "-m", "uvicorn", "app:app", "--port", "8080"]
```

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [Web Adapter on an AWS base image](https://github.com/aws/aws-lambda-web-adapter/issues/300)
- [The base images' sources](https://github.com/aws/aws-lambda-base-images)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Problem, Rule, RuntimeConfig, Severity, printable
from lambda_lint_rules._clients import on_aws_base
from lambda_lint_rules._facts.base_images import ENTRYPOINT
from lambda_lint_rules._handlers import is_handler
from lambda_lint_rules._start import where_it_runs


def check(config: RuntimeConfig, _deployment: Deployment) -> Iterator[Problem]:
    entrypoint, command = config.entrypoint.value, config.command.value
    if entrypoint is None or command is None or command.shell:
        return
    if entrypoint.args[:1] != (ENTRYPOINT,) or not on_aws_base(config):
        return
    arguments = entrypoint.args[1:] + command.args
    if command.args and len(arguments) > 1:
        words = printable(" ".join(arguments))
        yield Problem(
            f"{ENTRYPOINT} is given {len(arguments)} arguments ({words}), and it takes the handler only",
            config.command.location,
            _fix(arguments[0]),
        )


def _fix(first: str) -> str:
    if is_handler(first):
        import json  # only here, where something is found

        return f"write CMD {printable(json.dumps([first]))}"
    return (
        'write the handler alone, as in CMD ["app.handler"]; or, to start a web server behind the Lambda Web Adapter, '
        "ENTRYPOINT [] before CMD"
    )


RULE = Rule(
    name="extra-command-arguments",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=where_it_runs(check),
    check_image=where_it_runs(check),
    tags=("handler", "start"),
)
