"""ENV sets a variable that Lambda sets itself, or drops.

Lambda keeps some names for itself: the region, the function's name and memory, its credentials, the address of the
Runtime API. Whatever an image says in them is replaced before the function starts. Names that start with an underscore
do not reach the function at all. In a function's own settings the same names are refused:

```text
Lambda was unable to configure your environment variables because the environment variables you have provided contains
reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION
```

`AWS_LAMBDA_RUNTIME_API` in an image does harm elsewhere: the AWS base images take it as the sign that they run on
Lambda, and do not start the emulator for a local test.

Another value for `LAMBDA_TASK_ROOT` or `LAMBDA_RUNTIME_DIR` is a note: it counts for some runtime clients only.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
ENV AWS_REGION=eu-west-1
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
ENV BUCKET_REGION=eu-west-1
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Remove the variable, or give it a name of your own and read that in your code. For local tests pass it to the container
instead: `docker run --env AWS_REGION=eu-west-1`.

## References

- [Lambda: reserved environment variables](https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html)
- [Runtime interface emulator](https://github.com/aws/aws-lambda-runtime-interface-emulator)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lambda_lint import Deployment, Location, Origin, Problem, Rule, RuntimeConfig, Severity, printable
from lambda_lint_rules._clients import started_by
from lambda_lint_rules._facts.base_images import stand_in
from lambda_lint_rules._facts.environment import (
    DISPUTED,
    DROPPED_PREFIX,
    HANDLER_VARIABLE,
    KEYS,
    REGIONS,
    RESERVED,
    RUNTIME_API,
)
from lambda_lint_rules._secrets import secret

_TOGETHER = (KEYS.value, REGIONS.value)
_SECRET_KEYS = KEYS.value - {"AWS_ACCESS_KEY_ID"}  # which alone opens nothing
_FIX = "remove it, or give it a name of your own and read that in your code"


def check(config: RuntimeConfig, _deployment: Deployment) -> Iterator[Problem]:
    if config.base is not None and config.base.value is not None and stand_in(config.base.value) is not None:
        return  # what imitates Lambda elsewhere is told so by these variables
    lost: dict[frozenset[str], dict[str, Location]] = {}
    for name, setting in config.env.items():
        if setting.origin is Origin.BASE or (name == HANDLER_VARIABLE and _agrees(config, setting.value)):
            continue
        shown = printable(name)
        usual = DISPUTED.value.get(name)
        if name == RUNTIME_API and setting.value != "":
            message = f"{name} is set by Lambda; in the image it keeps the emulator from starting in a local test"
            yield Problem(message, setting.location, "remove it, and pass it to `docker run --env` where you need it")
        elif name == HANDLER_VARIABLE:
            yield _lost({name: setting.location}, _handler_fix(config, setting.value))
        elif name in RESERVED.value and not _is_secret(name, setting.value):
            kind = next((each for each in _TOGETHER if name in each), frozenset({name}))
            lost.setdefault(kind, {})[name] = setting.location
        elif usual is not None and (setting.value or usual).rstrip("/") != usual:
            message = f"Lambda sets {name} to {usual}, and only some runtime clients take the image's value instead"
            yield Problem(message, setting.location, f"put the files under {usual}", Severity.NOTE)
        elif name.startswith(DROPPED_PREFIX.value):
            # A built image may have it from a base image, where nobody can take it out.
            severity = Severity.NOTE if config.base is None else None
            message = f"{shown} does not reach the function: Lambda drops names that start with an underscore"
            yield Problem(message, setting.location, "give it a name without the underscore", severity)
    yield from (_lost(places, _FIX) for places in lost.values())


def _lost(places: Mapping[str, Location], fix: str) -> Problem:
    first, *others = places.items()
    *names, last = places
    shown = f"{', '.join(names)} and {last}" if names else last
    what = "values in the image are" if names else "value in the image is"
    return Problem(f"Lambda sets {shown} itself, so the {what} lost", first[1], fix, related=tuple(others))


def _is_secret(name: str, value: str | None) -> bool:
    """Whether `credential-in-image` tells of it: a secret, or what the build was given in the place of one."""
    return name in KEYS.value and (secret(name, value) != "" if value is not None else name in _SECRET_KEYS)


def _agrees(config: RuntimeConfig, handler: str | None) -> bool:
    """Whether `_HANDLER` holds what CMD says, or stands in for it, as newer runtime clients want it."""
    command = config.command.value
    if command is not None and command.args:
        return not command.shell and command.args[-1] == handler
    client = started_by(config)
    return client is not None and not client.reads_arguments


def _handler_fix(config: RuntimeConfig, handler: str | None) -> str:
    if handler and config.command.value is None:
        return f'write CMD ["{printable(handler)}"], from which Lambda takes it'
    return "remove it: Lambda takes it from CMD"


RULE = Rule(
    name="reserved-variable",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_runtime=check,
    tags=("environment",),
)
