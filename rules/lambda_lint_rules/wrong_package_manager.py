"""The build calls a package manager that the base image does not have.

AWS's base images are made from Amazon Linux. Those of Node.js 20, Python 3.12, Java 21, .NET 8 and Ruby 3.3, all later
ones and `provided:al2023` stand on Amazon Linux 2023 in its smallest form: it has `dnf` (which is `microdnf`), no
`yum` and no `amazon-linux-extras`. Older ones stand on Amazon Linux 2: that has `yum` and no `dnf`. None has `apt-get`,
which belongs to Debian and Ubuntu, or `apk`, which belongs to Alpine. The build ends there:

```text
/bin/sh: line 1: yum: command not found
exit code: 127
```

It is a warning where the build goes on after the failure, without the packages.

Playwright installs a browser's libraries with `apt-get`, whatever the system is, so `playwright install-deps` and
`playwright install --with-deps` end on Amazon Linux. That is a warning, for older versions went on without them:

```text
sh: line 1: apt-get: command not found
Error: Installation process exited with code: 127
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN yum install -y gcc && yum clean all
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN dnf install -y gcc && dnf clean all
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
ENV PLAYWRIGHT_BROWSERS_PATH=/opt/browsers
RUN pip install playwright && playwright install --with-deps chromium
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM mcr.microsoft.com/playwright/python:v1.55.0-noble
RUN pip install playwright==1.55.0 awslambdaric --target /function
WORKDIR /function
COPY app.py ./
ENTRYPOINT ["/usr/bin/python3", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## How to fix

Call the package manager of the base image. Names of packages differ, too: `dnf search WORD` in a container of the base
image finds them. A build stage can stand on another image as long as what it makes fits the final one.

## References

- [Lambda: AWS base images](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [aws-lambda-base-images: yum is gone](https://github.com/aws/aws-lambda-base-images/issues/124)
- [Playwright: install-deps on other systems](https://github.com/microsoft/playwright/issues/11122)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, Severity, SourceLocation, regex
from lambda_lint_rules._build import region_of
from lambda_lint_rules._facts.base_images import AL2, AL2023
from lambda_lint_rules._stages import Step, steps

_OWN = {AL2023: "dnf", AL2: "yum"}
_ONLY_AL2 = frozenset({"yum", "amazon-linux-extras"})
_PLAYWRIGHT = "playwright"
_PRINT = frozenset({"echo", "printf"})
_NAMES_IT = regex(r"(?:\S*/)?playwright(?:@\S*)?")
_FOREIGN = {"apk": "Alpine", "apt": "Debian and Ubuntu", "apt-get": "Debian and Ubuntu"}
_MAY_LACK = frozenset({*_FOREIGN, *_ONLY_AL2, "dnf"})


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    told: set[tuple[int, str]] = set()
    by_playwright = _PLAYWRIGHT in dockerfile.source
    for step in steps(dockerfile):
        program = step.ran.program
        if _lacks(step, program) and (step.stage, program) not in told:
            told.add((step.stage, program))
            yield _problem(dockerfile, step, program)
        elif by_playwright and _calls_apt(step) and (step.stage, _PLAYWRIGHT) not in told:
            told.add((step.stage, _PLAYWRIGHT))
            system = f"{step.before.base} is made from {_system(step)}"
            yield Problem(
                f"Playwright installs libraries with apt-get, which belongs to Debian and Ubuntu, and {system}",
                SourceLocation(dockerfile.path, region_of(step.run, _PLAYWRIGHT)),
                f"install them with {_own(step)}, or build on an image of Playwright, with a runtime interface client",
                Severity.WARNING,  # older versions go on without the libraries
            )


def _calls_apt(step: Step) -> bool:
    """Whether a command is Playwright's that installs what browsers need."""
    words = step.ran.words
    name = next((i for i, word in enumerate(words) if word is not None and _NAMES_IT.fullmatch(word)), None)
    if (
        name is None
        or step.ran.program in _PRINT
        or not (step.ran.certain and step.ran.fatal)  # what stands behind `||` may install them
        or step.before.open
        or "apt-get" in step.before.named
    ):
        return False
    rest = words[name + 1 :]
    asked = rest[:1] == ("install-deps",) or (rest[:1] == ("install",) and "--with-deps" in rest)
    return asked and "--dry-run" not in rest


def _lacks(step: Step, program: str) -> bool:
    base = step.before.base
    if program not in _MAY_LACK or base is None:
        return False
    if not step.ran.certain or step.before.open or program in step.before.named:
        return False
    return program in _FOREIGN or (base.os == AL2023 and program in _ONLY_AL2) or (base.os == AL2 and program == "dnf")


def _problem(dockerfile: Dockerfile, step: Step, program: str) -> Problem:
    belongs = f", which belongs to {_FOREIGN[program]}," if program in _FOREIGN else ""
    return Problem(
        f"there is no {program}{belongs} in {step.before.base}, which is made from {_system(step)}",
        SourceLocation(dockerfile.path, region_of(step.run, program)),
        _fix(program, _own(step)),
        None if step.ran.fatal else Severity.WARNING,
    )


def _system(step: Step) -> str:
    return (step.before.base.os if step.before.base else "") or "Amazon Linux"


def _own(step: Step) -> str:
    return _OWN.get(_system(step), "yum, or dnf on Amazon Linux 2023,")


def _fix(program: str, own: str) -> str:
    if program == "amazon-linux-extras":
        return f"install the package with {own}"
    # `apt-get update` has no like, and what Debian calls libgl1 is mesa-libGL here.
    names = ", with Amazon Linux's names of the packages" if program in _FOREIGN else ""
    return f"write {own} in place of {program}{names}"


RULE = Rule(
    name="wrong-package-manager",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("base-image",),
)
