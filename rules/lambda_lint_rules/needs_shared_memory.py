"""The function needs /dev/shm, which Lambda does not have.

Python's `multiprocessing.Pool`, `Queue`, `Lock` and their like keep semaphores in `/dev/shm`. Lambda has none, so they
fail as soon as one is made:

```text
OSError: [Errno 38] Function not implemented
FileNotFoundError: [Errno 2] No such file or directory
```

The same goes for programs that are told to put files there, gunicorn's `--worker-tmp-dir /dev/shm` for one.

It is a warning when the handler's own module makes such an object or the start command names the folder. It is a note
when another of the project's sources does, for that may be a script that never runs on Lambda.

## Bad

```dockerfile
FROM python:3.13
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions/
RUN pip install gunicorn
COPY app.py /srv/
WORKDIR /srv
CMD ["gunicorn", "--worker-tmp-dir", "/dev/shm", "--bind", ":8080", "app:app"]
```

## Good

```dockerfile
FROM python:3.13
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions/
RUN pip install gunicorn
COPY app.py /srv/
WORKDIR /srv
CMD ["gunicorn", "--worker-tmp-dir", "/tmp", "--bind", ":8080", "app:app"]
```

## How to fix

- Use `multiprocessing.Process` with a `Pipe` for each, which need no semaphore, or threads
  (`concurrent.futures.ThreadPoolExecutor`, `multiprocessing.pool.ThreadPool`).
- Give programs `/tmp` for their files.
- Start Chromium with `--disable-dev-shm-usage`.

## References

- [A report with the words of AWS](https://github.com/DataDog/dd-trace-py/issues/7251)
- [The other error](https://github.com/wandb/weave/issues/4835)
- [The mounts that a function sees](https://github.com/bruceadams/run-command-on-aws-lambda)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambda_lint import Deployment, Image, ImageLocation, Problem, Rule, RuntimeConfig, Severity, regex
from lambda_lint_rules._home import sources
from lambda_lint_rules._start import plan

_OBJECTS = "(?:Pool|(?:Joinable|Simple)?Queue|R?Lock|(?:Bounded)?Semaphore|Event|Condition|Barrier|Value|Array)"
_USE = regex(
    rf"^[^#\n\"']*(?:\b(?:multiprocessing|mp)\.(?P<object>{_OBJECTS})\("
    r"|\b(?P<executor>ProcessPoolExecutor)\(|\b(?P<memory>SharedMemory)\()",
    re.MULTILINE,
)
_IMPORT = regex(
    rf"^[ \t]*from[ \t]+multiprocessing[ \t]+import[ \t]+[^#\n]*?\b(?P<object>{_OBJECTS})\b(?![ \t]+as\b)", re.MULTILINE
)
_OPTION = regex(r"--worker-tmp-dir[ =]/dev/shm(?![\w/])")


def check_runtime(config: RuntimeConfig, _deployment: Deployment) -> Iterator[Problem]:
    for setting in (config.entrypoint, config.command):
        text = " ".join(setting.value.args) if setting.value else ""
        if "/dev/shm" in text and _OPTION.search(text):  # noqa: S108
            message = "`--worker-tmp-dir /dev/shm` names a folder that does not exist on Lambda"
            yield Problem(message, setting.location, "use `--worker-tmp-dir /tmp`")


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    handlers = {need.path for need in plan(image, deployment).needs if need.why == "the handler"}
    for path, text in sources(image).items():
        name = _used(text) if path.endswith(".py") else ""
        if name:
            severity = Severity.WARNING if path in handlers else Severity.NOTE
            message = f"`{name}` needs /dev/shm, which does not exist on Lambda"
            fix = "use `multiprocessing.Process` with `Pipe`, or threads"
            yield Problem(message, ImageLocation(path=path), fix, severity)


def _used(text: str) -> str:
    """What the source makes that needs shared memory, "" for nothing."""
    if "multiprocessing" not in text and "concurrent" not in text:
        return ""
    if (found := _IMPORT.search(text)) and re.search(rf"(?<![\w.]){found['object']}\(", text):
        return f"multiprocessing.{found['object']}"
    if not (found := _USE.search(text)):
        return ""
    return f"multiprocessing.{found['object']}" if found["object"] else found["executor"] or found["memory"]


RULE = Rule(
    name="needs-shared-memory",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_runtime=check_runtime,
    check_image=check_image,
    tags=("file-system",),
)
