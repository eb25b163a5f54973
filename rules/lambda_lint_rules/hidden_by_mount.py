"""The start needs a file where Lambda mounts a folder of its own.

Lambda mounts folders over those of the image: a fresh, empty `/tmp`, the one place that a function may write to, and
its own `/dev`, `/proc`, `/sys` and `/var/rapid`. A program, a handler or a setting that was put there while the image
was built is gone when the function starts.

```text
fork/exec /tmp/bootstrap: no such file or directory (Runtime.InvalidEntrypoint)
Runtime.ImportModuleError: Unable to import module 'app': No module named 'app'
```

It is an error for what the start needs in `/tmp`: a program, a file that a start script reads, or one that a Python
handler opens as it is loaded, where nothing of the image's own may have put it there again. It is a warning in the
other folders, of which only reports tell, for a variable that names something that only the image has, and for what a
Dockerfile puts into `/tmp` and does not use while it builds: files that the final stage copies there, and models that
are downloaded there, because a variable like `HF_HOME` says so. They are fetched again at each cold start, or missing.

`/etc/passwd` and `/etc/resolv.conf` are Lambda's own, too: users whom the image adds do not exist there, see
[`ignored-user`](https://github.com/lambda-lint/lambda-lint/blob/main/rules/docs/ignored-user.md). A Dockerfile that
copies a `/etc/passwd` of its own gets a note, since it may be of use wherever else the image runs.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/provided:al2023
COPY bootstrap /tmp/bootstrap
ENTRYPOINT ["/tmp/bootstrap"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/provided:al2023
COPY bootstrap /var/runtime/bootstrap
CMD ["main"]
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY model/ /tmp/model/
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY model/ ${LAMBDA_TASK_ROOT}/model/
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Keep files of the image anywhere else, `/var/task` or `/opt` for example, and make what has to be in `/tmp` when the
function runs.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [The mounts that a function sees](https://github.com/bruceadams/run-command-on-aws-lambda)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambda_lint import (
    Copy,
    Deployment,
    Dockerfile,
    Instruction,
    Problem,
    Rule,
    Run,
    RuntimeConfig,
    Severity,
    SourceLocation,
    building,
    printable,
    regex,
    runtime,
)
from lambda_lint_rules._build import Ran, commands
from lambda_lint_rules._clients import executed, program
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._facts.caches import DOWNLOADS
from lambda_lint_rules._facts.mounts import FILES, FOLDERS, TMP, USERS
from lambda_lint_rules._home import runs
from lambda_lint_rules._start import troubles_of
from lambda_lint_rules._start.expansion import within

NAME = "hidden-by-mount"

_EMPTY = f"Lambda mounts an empty folder over {TMP}"
_FIX = f"put it into another folder, /opt or ${{LAMBDA_TASK_ROOT}}, and not below {TMP}"


_MOUNTED = (*FOLDERS.value, *FILES.value)
# What may use anything, without a word in the Dockerfile.
_INTERPRETER = regex(r"(?:ba|da|a)?sh|source|\.|(?:python|node|perl|ruby)[\d.]*")
_SCRIPT = regex(r"(?!/usr/|/s?bin/|-).*/.*|.*\.(?:sh|py|m?js|pl|rb)")


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    yield from _program(config)
    yield from _copies(dockerfile, deployment)
    for download in DOWNLOADS.value:
        place = next((config.env[name].value for name in download.variables if name in config.env), None)
        if place is None or not within(posixpath.normpath(place), TMP):
            continue
        for run, text in runs(dockerfile):
            if match := re.search(download.command, text):
                message = f"{download.what} are downloaded to {printable(place)} in vain: {_EMPTY}"
                fix = f"set `ENV {download.variables[0]}={download.place}` before the RUN that downloads them"
                yield Problem(
                    message, SourceLocation(dockerfile.path, run.region_at(match.start())), fix, Severity.WARNING
                )


def _program(config: RuntimeConfig) -> Iterator[Problem]:
    setting, word = executed(config), program(config)
    if setting is not None and within(word, TMP):
        yield Problem(f"the program to start, {printable(word)}, is hidden: {_EMPTY}", setting.location, _FIX)


def _copies(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    """Copies in the final image to where Lambda mounts something, and that nothing in the rest of the file is for."""
    steps = building.steps(dockerfile, dockerfile.final, base_config, deployment) if dockerfile.final else ()
    for index, step in enumerate(steps):
        if not isinstance(step, building.Copied) or step.path is None or not step.path.startswith(_MOUNTED):
            continue
        instruction, destination = step.instruction, step.path
        hidden = next((path for path in _MOUNTED if within(destination, path)), "")
        if not hidden or (destination == TMP and instruction.stage is not None and all(map(_is_tmp, step.sources))):
            continue  # so a bare image gets the folder, for other places
        # What runs in the folder may read it without a word, as `uv sync` its lock file.
        if any(isinstance(each, building.Ran) and within(each.workdir or "", hidden) for each in steps[index:]):
            continue
        instructions = [each for stage in dockerfile.stages for each in stage.instructions]
        if not any(_uses(later, instruction, hidden) for later in instructions[instructions.index(instruction) + 1 :]):
            mounted = "an empty folder" if hidden == TMP else "its own"
            message = (
                f"what is copied to {printable(destination)} is not there when the function runs: "
                f"Lambda mounts {mounted} over {hidden}"
            )
            # Other places may have a use for its users, and Lambda does without them.
            severity = Severity.NOTE if hidden == USERS else Severity.WARNING
            fix = "leave it out" if hidden in FILES.value else _FIX.replace(TMP, hidden)
            yield Problem(message, SourceLocation(dockerfile.path, instruction.region), fix, severity)


def _is_tmp(source: str | None) -> bool:
    return "tmp" in posixpath.basename((source or "").rstrip("/"))


def _runs_script(ran: Ran) -> bool:
    words = ran.words if _INTERPRETER.fullmatch(ran.program) else ran.words[:1]
    return any(word is not None and _SCRIPT.fullmatch(word) for word in words)


def _uses(later: Instruction, copy: Copy, hidden: str) -> bool:
    if not isinstance(later, Run | Copy):
        return False
    if isinstance(later, Run) and any(map(_runs_script, commands(later))):
        return True
    text = later.text
    named = (copy.destination, *copy.sources)
    return posixpath.basename(hidden) in text.lower() or any(
        name in text for name in (posixpath.basename(word.text.rstrip("/")) for word in named) if name not in {"", "."}
    )


RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=troubles_of(NAME),
    tags=("start",),
)
