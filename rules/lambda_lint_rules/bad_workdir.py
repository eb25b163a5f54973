"""Lambda cannot start the function in its working directory.

WORKDIR has to be an absolute path to a directory that is in the image and that the user of Lambda may enter. Docker
makes the directory of each WORKDIR instruction. What goes wrong nevertheless: a path under `/tmp`, where Lambda mounts
an empty folder; `/root`, which is closed to everybody but root; the function's own setting
(`ImageConfig.WorkingDirectory`); other build tools; a later layer that removes the directory. The last of these
messages is that of Lambda Managed Instances.

```text
the working directory './' is invalid, it needs to be an absolute path (Runtime.InvalidWorkingDir)
the working directory doesn't exist: /function (Runtime.InvalidWorkingDir)
fork/exec /lambda-entrypoint.sh: permission denied (Runtime.InvalidEntrypoint)
FunctionError.InvalidWorkingDirectory
```

In a Dockerfile it is an error where the image is a function for certain, and for `/root` a relative program is started;
elsewhere it is a warning, for images that build something have such folders, too. `/root` counts only where the base
image is an official one and no step changes modes.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
WORKDIR /tmp/work
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
WORKDIR /work
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Set WORKDIR to a folder of the image with mode 755.

## References

- [Lambda API: ImageConfig](https://docs.aws.amazon.com/lambda/latest/dg/API_ImageConfig.html)
- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, RuntimeConfig, Severity, printable, runtime
from lambda_lint_rules._clients import program
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._root_home import ROOT_HOME, for_lambda_alone, keeps_root_home_closed
from lambda_lint_rules._start import plan, troubles_of, workdir
from lambda_lint_rules._start.expansion import within

NAME = "bad-workdir"


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    path = (config.workdir.value or "").rstrip("/")
    if message := workdir.wrong_by_name(path):
        severity = None if not path.startswith("/") or _for_lambda(dockerfile, config, deployment) else Severity.WARNING
        yield Problem(message, config.workdir.location, workdir.FIX, severity)
    elif within(path, ROOT_HOME) and keeps_root_home_closed(dockerfile, config, deployment):
        message = f"the user of Lambda cannot enter the working directory {printable(path)}, for {ROOT_HOME} is closed"
        # Nobody has told what Lambda makes of it where nothing is started from there.
        needed = program(config).startswith(".") and _for_lambda(dockerfile, config, deployment)
        severity = None if needed else Severity.WARNING
        yield Problem(message, config.workdir.location, "write WORKDIR /app, and copy the files there", severity)


def _for_lambda(dockerfile: Dockerfile, config: RuntimeConfig, deployment: Deployment) -> bool:
    return for_lambda_alone(config, plan(dockerfile, deployment))


RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=troubles_of(NAME),
    tags=("start",),
)
