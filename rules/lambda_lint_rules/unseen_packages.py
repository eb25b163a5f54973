"""Packages are in a virtual environment, where the function does not look.

AWS's base images start `/var/lang/bin/python3`, whatever PATH and VIRTUAL_ENV say, and that looks for modules in its
own `site-packages`, in `/var/task` and in the folders of PYTHONPATH. What `uv sync`, `poetry install` or `pipenv
install` put into a virtual environment is in the image, and the function does not find it. Nor does it find what
`pip install --user` puts into the home of the build's user, for Lambda's user has another:

```text
Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'
```

`RUN python -c "import requests"` proves nothing when it is run by `uv run`, or with PATH changed.

lambda-lint is silent when PYTHONPATH is set, when an exec wrapper is, and when anything in the final stage names a
folder of packages or has pip install the project itself.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/uv
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev
COPY app.py ./
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/uv
COPY pyproject.toml uv.lock ./
RUN uv export --frozen --no-dev --no-emit-project -o requirements.txt \\
    && uv pip install --target "${LAMBDA_TASK_ROOT}" -r requirements.txt
COPY app.py ./
CMD ["app.handler"]
```

## How to fix

Install into the task root or into the base image's own Python:

- uv: `uv export --no-emit-project -o requirements.txt` and
  `uv pip install --target "${LAMBDA_TASK_ROOT}" -r requirements.txt`.
- poetry: `poetry config virtualenvs.create false` before `poetry install`.
- pipenv: `pipenv install --system --deploy`.
- pip: leave `--user` out.
- a virtual environment of your own: `pip install --target "${LAMBDA_TASK_ROOT}"` without it, or
  `ENV PYTHONPATH=/var/task/.venv/lib/python3.13/site-packages`.

## References

- [uv: deploying a Docker image to AWS Lambda](https://docs.astral.sh/uv/guides/integration/aws-lambda/)
- [A function that lost its imports with uv sync](https://github.com/astral-sh/uv/issues/8935)
- [Poetry: virtualenvs.create](https://python-poetry.org/docs/configuration/#virtualenvscreate)
- [Lambda: packages of a Python image](https://docs.aws.amazon.com/lambda/latest/dg/python-image.html)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambda_lint import (
    Copy,
    Deployment,
    Dockerfile,
    Env,
    Instruction,
    Problem,
    Rule,
    Run,
    RuntimeConfig,
    Severity,
    SourceLocation,
    printable,
    regex,
    runtime,
)
from lambda_lint_rules._build import commands
from lambda_lint_rules._facts.base_images import ENTRYPOINT, base_config, recognise
from lambda_lint_rules._start.dockerfile import keeps_entry_script

# Whoever names one of these may have brought the packages to where Python looks.
_FOUND = regex(
    r"site-packages|PYTHONPATH|sys\.path|\.pth\b|UV_PROJECT_ENVIRONMENT|AWS_LAMBDA_EXEC_WRAPPER|sitecustomize|"
    r"virtualenvs\.create|VIRTUALENVS_CREATE|PIPENV_\w|--system\b|--target\b|\s-t\s|\b(?:uv|poetry|pipenv)\s+(?:export|pip|requirements)\b"
)
# And of the home: who names it may have moved it, or what is in it.
_MOVED = regex(r"PYTHONUSERBASE|\bHOME\b|\.local/lib|\.local/?\s")
_FOR_DEVELOPERS = regex(r"(?:^|[/_.-])(?:dev|develop|development|tests?|lint|docs?|ci|build)(?:[/_.-]|$)")
_PIP = regex(r"pip[\d.]*")
_ENVIRONMENT = regex(r"\.?(?:virtual|v)env")
_PROJECT = regex(r"\./?(?:\[[\w,-]*\])?")
# They install into an environment unless told otherwise: the verb, and what to do instead.
_INSTALLERS = {
    "uv": (
        "sync",
        "write `uv export --frozen --no-dev --no-emit-project -o requirements.txt && "
        'uv pip install --target "${LAMBDA_TASK_ROOT}" -r requirements.txt` in its place',
    ),
    "poetry": ("install", "run `poetry config virtualenvs.create false` before"),
    "pipenv": ("install", "add --system"),
}


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    if dockerfile.final is None or not _starts_own_python(dockerfile, config, deployment):
        return
    instructions = [each for stage in dockerfile.final.lineage for each in stage.instructions]
    for index, instruction in enumerate(instructions):
        what, fix = _environment(instruction)
        if what and not (what.startswith("poetry") and _brings_settings(instructions[:index])):
            known = (_FOUND, _MOVED) if "--user" in what else (_FOUND,)
            if any(words.search(f"{_text(each)} ") for each in instructions for words in known):
                return
            if any(map(_installs_project, instructions)):
                return
            message = f"{what}, and the base image's Python does not look into it"
            yield Problem(message, SourceLocation(dockerfile.path, instruction.region), fix)
            return


def _starts_own_python(dockerfile: Dockerfile, config: RuntimeConfig, deployment: Deployment) -> bool:
    base = recognise(config.base.value) if config.base is not None and config.base.value else None
    entrypoint = config.entrypoint.value
    if base is None or base.language != "python" or entrypoint is None or entrypoint.args[:1] != (ENTRYPOINT,):
        return False
    command = config.command.value
    # extra-command-arguments tells of a command, as `uv run`, that is meant to start without the base image's Python.
    return command is not None and len(command.args) == 1 and keeps_entry_script(dockerfile, deployment)


def _text(instruction: Instruction) -> str:
    return instruction.text if isinstance(instruction, Run | Env | Copy) else ""


def _environment(instruction: Instruction) -> tuple[str, str]:
    """What fills a virtual environment or a home, in words, and what to do; "" for everything else."""
    if isinstance(instruction, Copy) and instruction.stage is not None:
        names = [posixpath.basename(source.text.rstrip("/")) for source in instruction.sources]
        if any(map(_ENVIRONMENT.fullmatch, names)):
            return (
                f"COPY --from={printable(instruction.stage.value)} brings a virtual environment",
                "copy what is in its site-packages to ${LAMBDA_TASK_ROOT}/",
            )
    if isinstance(instruction, Run):
        for ran in commands(instruction):
            verb, fix = _INSTALLERS.get(ran.program, ("", ""))
            if verb and ran.certain and ran.arguments[:1] == (verb,) and "--active" not in ran.arguments:
                return f"{ran.program} {verb} brings a virtual environment", fix
            # Without a file, or with one for developers, it is most often a tool for the build.
            if (
                _PIP.fullmatch(ran.program)
                and ran.certain
                and {"install", "--user", "-r"} <= set(ran.arguments)
                and not any(_FOR_DEVELOPERS.search(word or "") for word in ran.arguments)
            ):
                return f"{ran.program} install --user fills the home of the build's user", "leave --user out"
    return "", ""


def _installs_project(instruction: Instruction) -> bool:
    """Whether pip installs the project, and with it all that it needs, where the base image's Python looks."""
    return isinstance(instruction, Run) and any(
        (_PIP.fullmatch(ran.program) or "pip" in ran.arguments)
        and "install" in ran.arguments
        and not {"--no-deps", "--user"}.intersection(ran.arguments)
        and any(_PROJECT.fullmatch(word or "") for word in ran.arguments)
        for ran in commands(instruction)
    )


def _brings_settings(before: list[Instruction]) -> bool:
    """Whether a copy may have brought poetry.toml, which can turn the environment off."""
    sources = [word.text for each in before if isinstance(each, Copy) for word in each.sources]
    return not all(re.search(r"(?:pyproject\.toml|poetry\.lock)\*?$|\.(?:py|txt|md)$", source) for source in sources)


RULE = Rule(
    name="unseen-packages",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("handler", "start"),
)
