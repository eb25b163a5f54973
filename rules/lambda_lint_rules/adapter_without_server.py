"""The Lambda Web Adapter waits for a web server, and none is started.

The adapter stands between Lambda and a web server. On an AWS base image with a language, the base image's own
entrypoint starts its runtime client, which takes CMD for a handler: the server never starts, and a command in CMD
is taken for a handler's name. Where CMD does name a handler, the function runs and the adapter waits in vain: that is a
warning. So is a shell or an interpreter that is given nothing to run, as the images of Python and Node.js start one
when nobody sets CMD: it ends at once.

The adapter itself is an extension. Lambda starts it from `/opt/extensions`, and it starts nothing in turn: as
ENTRYPOINT it takes the place of the server, and ignores a CMD behind it.

```text
Runtime.ImportModuleError: Unable to import module 'run'
Task timed out after 3.01 seconds
Error: Runtime exited without providing a reason (Runtime.ExitError)
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
COPY app.py run.sh ${LAMBDA_TASK_ROOT}/
CMD ["run.sh"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
COPY app.py ${LAMBDA_TASK_ROOT}/
ENTRYPOINT ["python", "app.py"]
```

## How to fix

Set ENTRYPOINT to the command of your server, or build on an image without AWS's entrypoint, such as `python:3.13-slim`.
Without a web server you do not need the adapter.

## References

- [Lambda Web Adapter: base images](https://github.com/aws/aws-lambda-web-adapter)
- [Reports of it](https://github.com/aws/aws-lambda-web-adapter/issues/300)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambda_lint import Copy, Deployment, Dockerfile, Image, Problem, Rule, RuntimeConfig, Severity, regex
from lambda_lint_rules._adapter import config_of_dockerfile, config_of_image
from lambda_lint_rules._clients import executed, program
from lambda_lint_rules._facts.adapter import PROGRAM
from lambda_lint_rules._facts.base_images import ENTRYPOINT, recognise
from lambda_lint_rules._facts.environment import EXEC_WRAPPER
from lambda_lint_rules._facts.extensions import FOLDER
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.presence import base_client

# A function that is named for what it does; `run.sh` and `main.app` are none.
_HANDLER = regex(r"\w\.\w*handle[rR]?\w*$", re.IGNORECASE)


_IDLE = regex(r"(?:python[\d.]*|node|irb|ruby|bash|sh|ash|dash|jshell)(?: -[ai])?|php -a")
_ENTRY_SCRIPT = regex(r"(?:/usr/local/bin/)?(docker-entrypoint\.sh|docker-php-entrypoint)")
# By which an interpreter that is given nothing else runs a file.
_RUN_FILES = frozenset({"NODE_OPTIONS", "BASH_ENV", "RUBYOPT"})


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    config = config_of_dockerfile(dockerfile, deployment)
    base = recognise(dockerfile.final.lineage[0].base) if dockerfile.final is not None else None
    if config is not None:
        idle = tuple(_idle(config))
        if idle and not _started_otherwise(dockerfile):
            yield from idle
        yield from _itself(config)
    if config is not None and base is not None and not base.os_only:
        yield from _problems(config)


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    config = config_of_image(image, deployment)
    if config is not None:
        yield from _idle(config)
        yield from _itself(config)
    if config is not None and base_client(Files(image.filesystem)) is not None:
        yield from _problems(config)


def _idle(config: RuntimeConfig) -> Iterator[Problem]:
    """A program that reads what to do from its terminal, of which Lambda has none."""
    settings = [each for each in (config.entrypoint, config.command) if each.value is not None]
    words = [word for each in settings if each.value for word in each.value.args]
    if words and _ENTRY_SCRIPT.fullmatch(words[0]):
        words = words[1:]
    started = " ".join(map(posixpath.basename, words))
    if _RUN_FILES.isdisjoint(config.env) and _IDLE.fullmatch(started):
        message = f"{started} has nothing to run, and the Lambda Web Adapter in /opt/extensions waits for a web server"
        yield Problem(message, settings[-1].location, "set CMD to the command of the server", Severity.WARNING)


def _started_otherwise(dockerfile: Dockerfile) -> bool:
    """Whether an entry script of its own may start a server, or the function is given another command."""
    from lambda_lint_rules._start import templates  # for few Dockerfiles only

    stages = dockerfile.final.lineage if dockerfile.final is not None else ()
    copies = (copy for stage in stages for copy in stage.every(Copy))
    return any(map(_ENTRY_SCRIPT.search, (each.value for each in copies))) or templates.sets_command(dockerfile)


def _itself(config: RuntimeConfig) -> Iterator[Problem]:
    """The adapter in the server's place: nothing in it starts a program."""
    setting = executed(config)
    if setting is None or program(config) != f"{FOLDER}/{PROGRAM}":
        return
    yield Problem(
        "the Lambda Web Adapter is an extension, which Lambda starts by itself, and it starts no web server",
        setting.location,
        "write ENTRYPOINT [] in its place, and the command of the server as CMD"
        if setting is config.entrypoint and setting.value and setting.value.args
        else "write the command of the server as CMD",
    )


def _problems(config: RuntimeConfig) -> Iterator[Problem]:
    entrypoint, command = config.entrypoint.value, config.command.value
    if entrypoint is None or entrypoint.args != (ENTRYPOINT,):
        return
    if command is None or len(command.args) != 1:
        return  # rules of their own tell a command that is missing or too long
    if EXEC_WRAPPER in config.env:
        return  # the wrapper may start the server in place of the runtime client
    # A function that takes events itself runs beside an adapter that waits in vain.
    takes_events = _HANDLER.search(command.args[0]) is not None
    yield Problem(
        f"{ENTRYPOINT} starts a handler, and the Lambda Web Adapter in /opt/extensions waits for a web server",
        config.command.location,
        "leave the adapter out, or set ENTRYPOINT to the command of the server"
        if takes_events
        else "set ENTRYPOINT to the command of the server, or leave the adapter out",
        Severity.WARNING if takes_events else None,
    )


RULE = Rule(
    name="adapter-without-server",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("web-adapter",),
)
