"""The function needs /dev/shm, which Lambda does not have.

Python's `multiprocessing.Pool`, `Queue`, `Lock` and their like keep semaphores in `/dev/shm`. Lambda has none, so they
fail as soon as one is made:

```text
OSError: [Errno 38] Function not implemented
FileNotFoundError: [Errno 2] No such file or directory
```

The same goes for programs that are told to put files there, gunicorn's `--worker-tmp-dir /dev/shm` for one.

It is a warning when the handler's own module makes such an object, in an image or beside a Dockerfile, or when the
start command names the folder. It is a note when another of the project's sources in an image does, for that may be a
script that never runs on Lambda, and it is one when the handler starts Chrome by way of Selenium without
`--disable-dev-shm-usage`.

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

from lambda_lint import (
    Deployment,
    Dockerfile,
    Image,
    ImageLocation,
    Position,
    Problem,
    Region,
    Rule,
    RuntimeConfig,
    Severity,
    SourceLocation,
    building,
    printable,
    regex,
)
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._home import sources
from lambda_lint_rules._start import plan

_OBJECTS = "(?:Pool|(?:Joinable|Simple)?Queue|R?Lock|(?:Bounded)?Semaphore|Event|Condition|Barrier|Value|Array)"
_USE = regex(
    rf"^[^#\n\"']*(?:\b(?P<module>multiprocessing|mp)\.(?P<object>{_OBJECTS})\("
    r"|\b(?P<other>(?:ProcessPoolExecutor|SharedMemory)(?=\()|pandarallel(?=\.initialize\()))",
    re.MULTILINE,
)
_IMPORT = regex(
    rf"^[ \t]*from[ \t]+multiprocessing[ \t]+import[ \t]+[^#\n]*?\b(?P<object>{_OBJECTS})\b(?![ \t]+as\b)", re.MULTILINE
)
# Code that asks whether it runs on Lambda, or gets along without such an object.
_AWARE = regex(
    # A pool of threads in its place, or no lock, for which memory below /tmp is enough.
    r"\bThreadPool|\bmultiprocessing(?:\.|\s+import\s+)dummy\b|\block\s*=\s*False\b"
    r"|\bAWS_LAMBDA_|\bLAMBDA_TASK_ROOT\b|/dev/shm|\bexcept\s*(?:\([^)]*)?(?:OSError|NotImplementedError)\b"
)
_TEXT = regex(r"\"{3}.*?\"{3}|'{3}.*?'{3}", re.DOTALL)
_AS_A_PROGRAM = regex(r"^if\s+__name__\s*==", re.MULTILINE)
_FIX = "use `multiprocessing.Process` with `Pipe`, or threads"
_CHROME = regex(r"\b(?:webdriver|uc|undetected_chromedriver)\.Chrome\(")
_OFF = "--disable-dev-shm-usage"
_OPTION = regex(r"--worker-tmp-dir[ =]/dev/shm(?![\w/])")


def check_runtime(config: RuntimeConfig, _deployment: Deployment) -> Iterator[Problem]:
    for setting in (config.entrypoint, config.command):
        text = " ".join(setting.value.args) if setting.value else ""
        if "/dev/shm" in text and _OPTION.search(text):  # noqa: S108
            message = "`--worker-tmp-dir /dev/shm` names a folder that does not exist on Lambda"
            yield Problem(message, setting.location, "use `--worker-tmp-dir /tmp`")


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    handler = plan(dockerfile, deployment).handler
    if handler is None or not building.knows_context(dockerfile, base_config, deployment):
        return
    from lambda_lint_rules._start import built  # for few Dockerfiles only

    nearest, *others = built.builds(dockerfile, deployment)
    found = built.handler_file(nearest.tree, handler)
    name = _used(found[0]) if found is not None else ""
    if found is None or not name or any(built.handler_file(build.tree, handler) for build in others):
        return
    text, made = found
    word = f"{name.rpartition('.')[2]}("
    line = next((number for number, line in enumerate(text.splitlines(), 1) if word in line), 1)
    place = SourceLocation(printable(made.shown), Region(Position(line), Position(line)))
    related = (("where it is made", place),) if made.shown else ()
    yield Problem(_told(name), SourceLocation(dockerfile.path, made.step.instruction.region), _FIX, related=related)


def _told(name: str) -> str:
    return f"`{name}` needs /dev/shm, which does not exist on Lambda"


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    handlers = {need.path for need in plan(image, deployment).needs if need.why == "the handler"}
    for path, text in sources(image).items():
        name = _used(text) if path.endswith(".py") else ""
        if name:
            severity = Severity.WARNING if path in handlers else Severity.NOTE
            yield Problem(_told(name), ImageLocation(path=path), _FIX, severity)
        # Puppeteer and Playwright give Chrome the option by themselves.
        if path in handlers and _CHROME.search(text) and not any(_OFF in each for each in sources(image).values()):
            message = "Chrome keeps its pages in /dev/shm, which does not exist on Lambda"
            yield Problem(message, ImageLocation(path=path), f"start it with the option `{_OFF}`", Severity.NOTE)


def _used(text: str) -> str:
    """What the source makes that needs shared memory, "" for nothing."""
    if not any(word in text for word in ("multiprocessing", "concurrent", "pandarallel")) or _AWARE.search(text):
        return ""
    text = _TEXT.sub('""', _AS_A_PROGRAM.split(text)[0])
    if (found := _IMPORT.search(text)) and re.search(rf"(?<![\w.]){found['object']}\(", text):
        return f"multiprocessing.{found['object']}"
    others = "" if "multiprocessing as mp" in text else "mp"  # a module of another's by that name
    used = (each for each in _USE.finditer(text) if each["other"] or each["module"] != others)
    return next((each["other"] or f"multiprocessing.{each['object']}" for each in used), "")


RULE = Rule(
    name="needs-shared-memory",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_runtime=check_runtime,
    check_image=check_image,
    tags=("file-system",),
)
