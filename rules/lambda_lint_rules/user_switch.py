"""The start command changes the user, which Lambda does not allow.

Lambda runs the image as a user of its own, without the rights of root. `gosu`, `su-exec`, `su`, `runuser`,
`setpriv --reuid` and `sudo` need to be root, or set a user id, and neither works there.

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

import posixpath
from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, Severity, regex, runtime
from lambda_lint_rules._clients import executed, program
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._start import troubles_of

NAME = "user-switch"

_SWITCHERS = frozenset({"gosu", "runuser", "su", "su-exec", "sudo"})
_SETPRIV = regex(r"--(?:re|r|e)[ug]id\b")


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    setting, name = executed(config), posixpath.basename(program(config))
    words = setting.value.args if setting is not None and setting.value is not None else ()
    if setting is not None and (name in _SWITCHERS or (name == "setpriv" and any(map(_SETPRIV.match, words)))):
        message = f"{name} is to change the user, and on Lambda nobody may"
        yield Problem(message, setting.location, "start the program itself")


RULE = Rule(
    name=NAME,
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=troubles_of(NAME),
    tags=("permissions", "start"),
)
