"""Nothing in the image names the handler.

The AWS base images have an entrypoint and no CMD: the handler is yours to name. Without one the function ends with

```text
entrypoint requires the handler name to be the first argument
Runtime exited with error: exit status 142
Runtime.ExitError
```

An image with neither ENTRYPOINT nor CMD has nothing to start at all, and ends with `Runtime.InvalidEntrypoint`.

The function's own settings can name it (`ImageConfig.Command`, `ImageConfig.EntryPoint`), and lambda-lint does not see
all of those. So this is a note on a Dockerfile and a warning on an image, never an error. Where a template in the
repository (SAM, CDK, Terraform, Serverless) sets a command, nothing is said of a Dockerfile.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Add `CMD ["module.handler"]` to the final stage, or make sure that every function made from this image sets
`ImageConfig.Command`. Mind that an ENTRYPOINT instruction drops a CMD that comes from the base image.

## References

- [Lambda API: ImageConfig](https://docs.aws.amazon.com/lambda/latest/dg/API_ImageConfig.html)
- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, RuntimeConfig, Severity, runtime
from lambda_lint_rules._clients import NamedClient, entry_script, started_by
from lambda_lint_rules._facts.base_images import ENTRYPOINT, base_config
from lambda_lint_rules._facts.environment import HANDLER_VARIABLE
from lambda_lint_rules._start import where_it_runs

HANDLER = 'write CMD ["module.handler"], or set ImageConfig.Command on the function'
PROGRAM = "write ENTRYPOINT or CMD, or set ImageConfig on the function"


def check_runtime(config: RuntimeConfig, deployment: Deployment) -> Iterator[Problem]:
    if config.base is None:
        yield from check(config, deployment)


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    found = (*check(config, deployment), *check_where_it_runs(dockerfile, deployment))
    if found and not _told_elsewhere(dockerfile):
        yield from found


def _told_elsewhere(dockerfile: Dockerfile) -> bool:
    from lambda_lint_rules._start import templates  # for few Dockerfiles only

    return templates.sets_command(dockerfile)


def check(config: RuntimeConfig, _deployment: Deployment) -> Iterator[Problem]:
    if not _no_command(config):
        return
    if config.entrypoint.value is None or not config.entrypoint.value.args:
        message = "there is neither ENTRYPOINT nor CMD, so nothing starts"
        yield Problem(message, config.command.location, PROGRAM, _severity(config))
    else:
        yield from _no_handler(config, started_by(config))


def check_entry_script(config: RuntimeConfig, _deployment: Deployment) -> Iterator[Problem]:
    if _no_command(config):
        yield from _no_handler(config, entry_script(config))


check_where_it_runs = where_it_runs(check_entry_script)


def _no_command(config: RuntimeConfig) -> bool:
    known = config.entrypoint.known and config.command.known
    return known and (config.command.value is None or not config.command.value.args)


def _no_handler(config: RuntimeConfig, client: NamedClient | None) -> Iterator[Problem]:
    entrypoint = config.entrypoint.value
    if client is None or client.rest or entrypoint is None or entrypoint.shell:
        return
    if not client.reads_arguments and HANDLER_VARIABLE in config.env:
        return  # what the Ruby client's own page says to write
    name = f"{ENTRYPOINT}, the base image's entrypoint," if client.name == ENTRYPOINT else client.name
    message = f"there is no CMD, so {name} gets no handler"
    yield Problem(message, config.command.location, HANDLER, _severity(config))


def _severity(config: RuntimeConfig) -> Severity:
    return Severity.WARNING if config.base is None else Severity.NOTE


RULE = Rule(
    name="missing-command",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_runtime=check_runtime,
    check_dockerfile=check_dockerfile,
    check_image=check_where_it_runs,
    tags=("handler", "start"),
)
