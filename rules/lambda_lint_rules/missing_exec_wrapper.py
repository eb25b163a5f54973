"""AWS_LAMBDA_EXEC_WRAPPER names a script that is not there or not started.

The start scripts of the AWS base images run the program in `AWS_LAMBDA_EXEC_WRAPPER` in place of the runtime client,
and hand that to it. When it is not there, the function ends at once:

```text
/opt/bootstrap: does not exist
Runtime exited with error: exit status 127 (Runtime.ExitError)
```

`/opt/bootstrap` is the usual one: the Lambda Web Adapter brings it as a Lambda layer. Layers cannot be attached to a
function made from an image, and the adapter in an image does without.

On a base image of your own nobody reads the variable: an ENTRYPOINT that starts `awslambdaric` or `aws-lambda-ric`
starts it without the wrapper, and what that was to set up is missing without a word.

In a Dockerfile a missing wrapper is a warning, and only for an AWS base image with a language whose own entrypoint
starts; a built image is looked into by [`entrypoint-not-found`](https://github.com/lambda-lint/lambda-lint/blob/main/rules/docs/entrypoint-not-found.md).

## Bad

```dockerfile
FROM public.ecr.aws/lambda/nodejs:22
ENV AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap
COPY index.js ${LAMBDA_TASK_ROOT}/
CMD ["index.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/nodejs:22
ENV AWS_LAMBDA_EXEC_WRAPPER=/opt/wrapper.sh
COPY --chmod=755 wrapper.sh /opt/wrapper.sh
COPY index.js ${LAMBDA_TASK_ROOT}/
CMD ["index.handler"]
```

## How to fix

Copy the wrapper to where the variable says, with mode 755, or remove the variable. For the Lambda Web Adapter in an
image, copy it to `/opt/extensions/` and set ENTRYPOINT to the command of your server. On a base image of your own,
write the wrapper into ENTRYPOINT, before the client: `ENTRYPOINT ["/opt/wrapper.sh", "python", "-m", "awslambdaric"]`.

## References

- [Lambda: wrapper scripts](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html)
- [Lambda Web Adapter](https://github.com/aws/aws-lambda-web-adapter)
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambda_lint import (
    Copy,
    Deployment,
    Dockerfile,
    Instruction,
    Origin,
    Problem,
    Rule,
    Run,
    RuntimeConfig,
    Severity,
    Workdir,
    printable,
    regex,
    runtime,
)
from lambda_lint_rules._clients import started_by
from lambda_lint_rules._facts.base_images import TASK_ROOT, base_config, recognise
from lambda_lint_rules._facts.environment import EXEC_WRAPPER
from lambda_lint_rules._start.expansion import absolute, within

# Looked for in the packages, awslambdaric 4.2.2 and aws-lambda-ric 3.3.0 and 4.0.2: only AWS's base images read it.
_WITHOUT_WRAPPER = frozenset({"awslambdaric", "aws-lambda-ric"})
_READS_NOTHING = regex(r"python[\d.]*|node|npx|awslambdaric|aws-lambda-ric|(?:ba|da|a)?sh")


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None:
        return
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    setting = config.env.get(EXEC_WRAPPER)
    base = recognise(dockerfile.final.lineage[0].base)
    if base is None or base.os_only or setting is None or config.entrypoint.origin is not Origin.BASE:
        return
    instructions = (each for stage in dockerfile.final.lineage for each in stage.instructions)
    path = setting.value or ""
    if path.startswith("/") and not any(_may_make(each, path, config) for each in instructions):
        message = f"nothing copies {printable(path)} into the image, and {EXEC_WRAPPER} names it"
        yield Problem(message, setting.location, "copy the wrapper there, or remove the variable")


def check_runtime(config: RuntimeConfig, _deployment: Deployment) -> Iterator[Problem]:
    setting, entrypoint = config.env.get(EXEC_WRAPPER), config.entrypoint.value
    if setting is None or not setting.value:
        return
    client = started_by(config)
    if client is None or client.name not in _WITHOUT_WRAPPER:
        return
    words = entrypoint.args if entrypoint is not None else ()
    # A program of the image's own in front of the client may read it.
    plain = words and _READS_NOTHING.fullmatch(posixpath.basename(words[0]))
    if plain and not any(word in arg for arg in words for word in (setting.value, "WRAPPER")):
        message = f"{client.name} does not read {EXEC_WRAPPER}, so {printable(setting.value)} is not started"
        yield Problem(message, setting.location, "write the wrapper into ENTRYPOINT, before the client")


def _may_make(instruction: Instruction, path: str, config: RuntimeConfig) -> bool:
    """Any RUN may: a script that it calls, an archive that it unpacks. A WORKDIR may be the folder above."""
    if isinstance(instruction, Workdir):
        return within(path, absolute(instruction.path, config, None) or "/")
    if isinstance(instruction, Copy):
        destination = absolute(instruction.destination.text, config, TASK_ROOT)
        return destination is None or within(path, destination)
    return isinstance(instruction, Run)


RULE = Rule(
    name="missing-exec-wrapper",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_runtime=check_runtime,
    tags=("environment",),
)
