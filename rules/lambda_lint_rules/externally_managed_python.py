"""The Python of a distribution is to take packages from pip, and refuses.

The Python that `apt-get` or `apk` installs belongs to the distribution, and since Debian 12, Ubuntu 23.04 and Alpine
3.19 its pip installs nothing beside it. The build ends:

```text
error: externally-managed-environment
This environment is externally managed
```

It is an error where the tag of an official image says which release that is, and a warning where the tag moves on to
newer ones, as `latest` does. It is told where pip comes from the distribution and no virtual environment, no option and
no variable is in sight that changes where it installs.

## Bad

```dockerfile
FROM ubuntu:24.04
RUN apt-get update && apt-get install -y python3-pip
RUN pip3 install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python3", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## Good

```dockerfile
FROM ubuntu:24.04
RUN apt-get update && apt-get install -y python3-venv && python3 -m venv /opt/venv
ENV PATH=/opt/venv/bin:${PATH}
RUN pip3 install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python3", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## How to fix

Make a virtual environment and put its `bin` first in PATH, or start from `python:3.13-slim`, whose Python is its own.
In an image that holds nothing but the function, `pip install --break-system-packages` does no harm either.

## References

- [PEP 668](https://peps.python.org/pep-0668/)
- [Debian 12: changes to Python](https://www.debian.org/releases/bookworm/amd64/release-notes/ch-information.en.html)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambda_lint import (
    Arg,
    Copy,
    Deployment,
    Dockerfile,
    Env,
    Instruction,
    Onbuild,
    Problem,
    Rule,
    Run,
    Severity,
    SourceLocation,
    building,
    regex,
)
from lambda_lint_rules._build import Ran, commands, place
from lambda_lint_rules._facts.registries import is_official, split

_DEBIAN = r"(?:bookworm|trixie|forky|testing|sid|stable|1[2-9])(?:[-.][\w.-]*)?"
_UBUNTU = r"(?:rolling|devel|2[4-9]\.\d\d|23\.\d\d|lunar|mantic|noble|oracular|plucky|questing)(?:-[\w.-]*)?"
# Tags of official images whose Python is that of a distribution, which manages it. The images of Python have another.
_RELEASES = {
    "debian": regex(rf"(?:latest|{_DEBIAN})?"),
    "ubuntu": regex(rf"(?:latest|{_UBUNTU})?"),
    "alpine": regex(r"(?:latest|3|3\.(?:19|[2-9]\d)(?:\.\d+)?)?"),
    "node": regex(
        r"(?:(?:lts|current|latest|2\d)(?:-slim|-alpine)?|slim|alpine"
        r"|[\w.]+-(?:bookworm|trixie)(?:-slim)?|[\w.]+-alpine3\.(?:19|[2-9]\d))?"
    ),
}
# What stood for an older release once, and took packages from pip then.
_MOVING = regex(r"(?:latest|stable|testing|sid|rolling|devel|lts|current|slim|alpine|3|2\d)?(?:-slim|-alpine)?")
_PIP_PACKAGES = frozenset({"python3-pip", "py3-pip"})
_INSTALLERS = frozenset({"apk", "apt", "apt-get"})
# What makes another Python, or lets this one take packages, in a command or in a variable.
_CHANGES = regex(
    r"venv|virtualenv|extern|break.system.packages|path|pip_|pip\.conf|pip3? config|get-pip|conda|mamba"
    r"|pyenv|ensurepip|update-alternatives|deadsnakes|\bln\b|\bmake (?:-j\S* )?(?:alt)?install|\buvx?\b|/usr/local"
    r"|python-build|\.sh\b|\b(?:ba|da)?sh\b",
    re.IGNORECASE,
)
_SINGLE_FILE = regex(r"[^*?\[]+\.(?:cfg|ini|js|json|lock|md|py|sh|toml|txt|ya?ml)")
# Settings that a RUN alone is given.
_MOUNTED = regex(r"(?:target|dst|destination)=(?:/etc\b|[^,]*pip\.(?:conf|ini))")
_SYSTEM = ("/usr", "/etc", "/root")
_OF_THE_FUNCTION = ("/var/", "/app", "/function", "/opt/extensions")
_TAKE_A_FILE = frozenset({"-r", "--requirement", "-c", "--constraint"})
_ELSEWHERE = ("--target", "-t", "--prefix", "--root", "--dry-run", "--python", "--help", "-h")


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    if not any(package in dockerfile.source for package in _PIP_PACKAGES):
        return
    with_pip: set[int] = set()
    changed: set[int] = set()
    for stage in building.needed(dockerfile):
        parent = stage.parent.index if stage.parent is not None else -1
        if parent in changed or not _managed(stage.lineage[0].base):
            changed.add(stage.index)
            continue
        if parent in with_pip:
            with_pip.add(stage.index)
        for instruction in stage.instructions:
            if _changes(instruction):
                changed.add(stage.index)
                break
            for ran in commands(instruction) if isinstance(instruction, Run) else ():
                if ran.program in _INSTALLERS and not _PIP_PACKAGES.isdisjoint(ran.arguments):
                    with_pip.add(stage.index)
                elif stage.index in with_pip and isinstance(instruction, Run) and _refused(ran):
                    yield Problem(
                        "pip is to install into the Python of the distribution, which refuses that",
                        SourceLocation(dockerfile.path, place(instruction, ran)),
                        "make a virtual environment before it: RUN python3 -m venv /opt/venv, "
                        "and ENV PATH=/opt/venv/bin:${PATH}",
                        Severity.WARNING if _MOVING.fullmatch(split(stage.lineage[0].base).tag) else None,
                    )
                    return  # the build ends here


def _managed(base: str) -> bool:
    """Whether an image is of a release that keeps its Python to itself, as far as its name tells."""
    parts = split(base)
    release = _RELEASES.get(posixpath.basename(parts.path)) if is_official(base) and not parts.digest else None
    return release is not None and release.fullmatch(parts.tag) is not None


def _changes(instruction: Instruction) -> bool:
    """Whether pip may be another one after it, or be told to go on."""
    if isinstance(instruction, Copy):
        to = instruction.destination.text
        settings = any("pip" in source.text for source in instruction.sources)
        foreign = instruction.stage is not None and not to.startswith(_OF_THE_FUNCTION)
        tree = to == "/" and not all(_SINGLE_FILE.fullmatch(source.text) for source in instruction.sources)
        return settings or foreign or tree or to.startswith(_SYSTEM)
    if any(_MOUNTED.search(flag.value) for flag in instruction.flags):
        return True
    # What a trigger does, it does in the stages that are built from this one.
    return isinstance(instruction, Run | Env | Arg | Onbuild) and _CHANGES.search(instruction.text) is not None


def _refused(ran: Ran) -> bool:
    """Whether pip installs beside the packages of the distribution, for certain, and the build ends where it fails."""
    words = ran.arguments
    if ran.program == "python3" and words[:2] == ("-m", "pip"):
        words = words[2:]
    elif ran.program not in {"pip", "pip3"}:
        return False
    # What is not known may be an option, but for a value that has to be there.
    unknown = any(word is None and words[at - 1] not in _TAKE_A_FILE for at, word in enumerate(words))
    if unknown or words[:1] != ("install",) or not (ran.certain and ran.fatal):
        return False
    return not any(word is not None and word.startswith(_ELSEWHERE) for word in words)


RULE = Rule(
    name="externally-managed-python",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("dockerfile",),
)
