"""The build asks whether to install, and nobody answers.

`yum` and `dnf` show what they are about to do and wait for a yes, unless they were told to assume it. In a build there
is nobody to say it: `yum` takes no answer for a no, and the build ends; the `dnf` of AWS's images on Amazon Linux 2023,
which is `microdnf`, may wait until somebody stops the build.

```text
Is this ok [y/d/N]: Exiting on user command
Is this ok [y/N]:
```

It is a warning, for where all of the packages are there already nothing is asked. An update on Amazon Linux 2023 is
left alone: each of its images has repositories of one version, in which there is nothing newer.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN dnf install gcc
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN dnf install -y gcc
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Add `-y`.

## References

- [A yum that exits in a build](https://github.com/facebook/proxygen/issues/203)
- [A microdnf that waits in a build](https://github.com/minio/operator/pull/1852)
- [Amazon Linux 2023: repositories of one version](https://docs.aws.amazon.com/linux/al2023/ug/deterministic-upgrades.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Copy, Deployment, Dockerfile, Problem, Rule, Severity, SourceLocation, regex
from lambda_lint_rules._build import region_of
from lambda_lint_rules._facts.base_images import AL2
from lambda_lint_rules._stages import Step, steps

_ASKING = frozenset({"yum", "dnf", "microdnf"})
_UPDATES = frozenset({"update", "upgrade"})
_ACTIONS = _UPDATES | {"install", "localinstall", "groupinstall", "reinstall"}
# With one of them nothing is asked, or something else is done.
_SETTLED = frozenset({"--assumeyes", "--assumeno", "--downloadonly", "--help", "--version", "--yes"})
_SHORT = regex(r"-[a-z]*[yh][a-z]*")
# What answers by way of a pipe or a file, and what makes the answer a setting.
_ANSWERED = regex(r"\byes\b[^|;&]{0,40}\||\|\s*(?:sudo\s[^|;&]{0,200})?(?:/usr/bin/)?(?:yum|dnf|microdnf)\b|<")
_SETTINGS = regex(r"assumeyes|yum\.conf|dnf\.conf|\b(?:yum|dnf)\s*\(\)|>\s*\S*/(?:yum|dnf)\b")
_MAY_HOLD_SETTINGS = regex(r"/|/etc/?|/etc/(?:yum|dnf)/?")


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    if not any(name in dockerfile.source for name in ("yum", "dnf")):  # one of which each of them has in its name
        return
    unanswered = list(_unanswered(dockerfile))
    if not unanswered or _SETTINGS.search(dockerfile.source):
        return
    if any(_MAY_HOLD_SETTINGS.fullmatch(each.destination.text) for each in dockerfile.every(Copy)):
        return
    for step in unanswered:
        program = step.ran.program
        yield Problem(
            f"{program} asks whether to go on, and in a build nobody answers",
            SourceLocation(dockerfile.path, region_of(step.run, program)),
            f"write {program} {_action(step)} -y",
        )


def _unanswered(dockerfile: Dockerfile) -> Iterator[Step]:
    """The commands that install something new and are not told what to assume."""
    there: set[tuple[int, str]] = set()
    for step in steps(dockerfile):
        asked = _asked(step)
        if asked is None:
            continue
        lineage = {stage.index for stage in dockerfile.stages[step.stage].lineage}
        new = {name for name in asked if not any((index, name) in there for index in lineage)}
        there |= {(step.stage, name) for name in asked}
        if new and not _settled(step):
            yield step


def _asked(step: Step) -> frozenset[str] | None:
    """The packages of a command that installs some, its action where it names none; None for every other command.

    Of packages that are to be updated nothing may be newer, and then nothing is asked.
    """
    action = _action(step) if step.ran.program in _ASKING else ""
    locked = step.before.base is None or step.before.base.os != AL2
    if not action or (locked and action in _UPDATES):
        return None
    words = step.ran.arguments
    named = [word for word in words if word is not None and not word.startswith("-") and word != action]
    return None if named and action in _UPDATES else frozenset(named or [action])


def _action(step: Step) -> str:
    first = next((word for word in step.ran.arguments if word is None or not word.startswith("-")), None)
    return first if first in _ACTIONS else ""


def _settled(step: Step) -> bool:
    """Whether it is told what to assume, may be, or need not run."""
    words = step.ran.arguments
    texts = [heredoc.body for heredoc in step.run.heredocs] or [step.run.value]
    if None in words or not step.ran.certain or any(map(_ANSWERED.search, texts)):
        return True
    return any(word in _SETTLED or (word and _SHORT.fullmatch(word)) for word in words)


RULE = Rule(
    name="unconfirmed-install",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("base-image",),
)
