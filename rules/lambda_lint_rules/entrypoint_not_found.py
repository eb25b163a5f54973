"""The program to start is not in the image.

Lambda executes the first word of ENTRYPOINT and CMD, and whatever that starts in turn. A name with a slash is a path,
seen from WORKDIR; any other name is looked for in the folders of PATH. No shell is involved, so no alias and no shell
function helps.

```text
fork/exec /usr/local/bin/aws_lambda_ric: no such file or directory (Runtime.InvalidEntrypoint)
exec: "app.handler": executable file not found in $PATH
Couldn't find valid bootstrap(s): [bash]
```

The usual reasons: a file that stayed in a build stage, a tool that another base image keeps elsewhere, a handler
written as ENTRYPOINT, or a handler in CMD with nothing in front of it: only AWS's own base images bring an ENTRYPOINT
that loads a handler, an ordinary `python` or `node` image does not.

In a Dockerfile it is a warning, for the function's own settings (`ImageConfig.EntryPoint`) may start something else:
for a handler in the program's place, and for `/usr/bin/python3.12` or `/usr/bin/npx` on the official images of Python
and Node.js, which have theirs in `/usr/local/bin`.

## Bad

```dockerfile
FROM python:3.13
COPY requirements.txt app.py ./
RUN pip install -r requirements.txt awslambdaric
CMD ["app.lambda_handler"]
```

## Good

```dockerfile
FROM python:3.13
COPY requirements.txt app.py ./
RUN pip install -r requirements.txt awslambdaric
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.lambda_handler"]
```

## How to fix

Copy the program into the final stage and name it by its absolute path: `gem install aws_lambda_ric` puts it into
`/usr/local/bundle/bin` in one base image and into `/usr/local/bin` in another. `command -v PROGRAM` in
`docker run --rm -it --entrypoint sh IMAGE` shows where it is. A handler (`app.handler`) belongs into CMD, behind an
ENTRYPOINT that starts the language's runtime interface client.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [A client in another place than expected](https://github.com/aws/aws-lambda-ruby-runtime-interface-client/issues/13)
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambda_lint import (
    Deployment,
    Dockerfile,
    Problem,
    Rule,
    RuntimeConfig,
    Severity,
    printable,
    runtime,
)
from lambda_lint_rules._clients import executed, shell_text
from lambda_lint_rules._facts.base_images import base_config, recognise
from lambda_lint_rules._facts.registries import split
from lambda_lint_rules._handlers import is_handler
from lambda_lint_rules._start import plan, reported, troubles_of

NAME = "entrypoint-not-found"

_ENTRYPOINTS = {
    "node": '["npx", "aws-lambda-ric"]',
    "playwright": '["npx", "aws-lambda-ric"]',
    "python": '["python", "-m", "awslambdaric"]',
    "ruby": '["aws_lambda_ric"]',
}


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    yield from reported(plan(dockerfile, deployment), NAME)
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    setting = executed(config)
    command = setting.value if setting is not None else None
    if setting is None or command is None:
        return
    words = (shell_text(command) or "").split() if command.shell else command.args
    if len(words) == 1 and is_handler(words[0]):
        handler = printable(words[0])
        yield Problem(
            f"{handler} is a handler, and it is in the place of the program to start",
            setting.location,
            _fix(config, handler),
            Severity.WARNING,
        )


def _fix(config: RuntimeConfig, handler: str) -> str:
    """What an image of that base needs in front of a handler."""
    name = (config.base.value if config.base is not None else None) or ""
    base = recognise(name)
    if base is not None and base.os_only:
        return "name the program to start, and the handler in CMD if the program wants one"
    if base is not None:
        return f'write CMD ["{handler}"] and no ENTRYPOINT: the one of the base image starts it'
    image = posixpath.basename(split(name).path)
    if "::" in handler and image not in _ENTRYPOINTS:
        return "build on AWS's own base image for the language, whose ENTRYPOINT starts the handler"
    example = _ENTRYPOINTS.get(image, _ENTRYPOINTS["python"])
    return f"write ENTRYPOINT {example} before CMD, or build on AWS's own base image"


RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=troubles_of(NAME),
    tags=("start",),
)
