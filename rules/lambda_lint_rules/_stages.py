"""What each stage of a Dockerfile can use at build time: its AWS base image and what was added to it so far."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import lru_cache

from lambda_lint import Copy, Dockerfile, Instruction, Run, Value, building, replace
from lambda_lint_rules._build import Ran, commands
from lambda_lint_rules._facts.base_images import NOT_ON_AL2023, AwsBase, recognise

INSTALLERS = frozenset({"apk", "apt", "apt-get", "dnf", "microdnf", "rpm", "yum"})
_INSTALLING = frozenset({"add", "group", "groupinstall", "install", "localinstall", "swap"})
_PACKAGES = frozenset(NOT_ON_AL2023.value.values())
_ASKED_FOR = INSTALLERS | _PACKAGES | NOT_ON_AL2023.value.keys() | {"amazon-linux-extras"}
PROGRAM_FOLDERS = ("/usr", "/bin", "/sbin", "/opt/bin", "/opt/local")


class Tools(Value):
    """What is there before a command. `base` is AWS's image at the bottom, None for another.

    `named` are the names that rules ask for, of those that earlier commands were given or that were copied: any of
    them may be a program by now. `enriched` tells that packages were installed which may bring others along, `open`
    that a whole folder of programs may have been copied in.
    """

    base: AwsBase | None
    named: frozenset[str] = frozenset()
    enriched: bool = False
    open: bool = False


class Step(Value):
    """A command of a stage, the RUN it belongs to, and what is there when it runs."""

    stage: int
    run: Run
    ran: Ran
    before: Tools


@lru_cache(maxsize=2)
def steps(dockerfile: Dockerfile) -> tuple[Step, ...]:
    """Every command of every stage that the build needs and that stands on an AWS base image, in order.

    Remembered for the last subjects: several rules ask for it.
    """
    return tuple(_steps(dockerfile))


def _steps(dockerfile: Dockerfile) -> Iterator[Step]:
    finished: dict[int, Tools] = {}
    for stage in building.needed(dockerfile):
        tools = finished[stage.parent.index] if stage.parent else Tools(recognise(stage.base))
        for instruction in stage.instructions if tools.base else ():
            if isinstance(instruction, Run):
                understood = commands(instruction)
                for ran in understood:
                    yield Step(stage.index, instruction, ran, tools)
                    tools = _after(tools, ran)
                if not understood:
                    tools = replace(tools, open=True)
            else:
                tools = _copied(tools, instruction)
        finished[stage.index] = tools


def _after(tools: Tools, ran: Ran) -> Tools:
    words = ran.arguments
    named = tools.named | _ASKED_FOR.intersection(word.rpartition("/")[2] for word in words if word)
    enriched, program = tools.enriched, ran.program
    if program in INSTALLERS and (program == "rpm" or not _INSTALLING.isdisjoint(words)):
        packages = {word for word in words if word is None or not word.startswith("-")} - _INSTALLING
        enriched = enriched or not packages <= _PACKAGES
    if len(named) == len(tools.named) and enriched == tools.enriched:
        return tools
    return replace(tools, named=named, enriched=enriched)


def _copied(tools: Tools, instruction: Instruction) -> Tools:
    if not isinstance(instruction, Copy):
        return tools
    to = instruction.destination.text
    names = (posixpath.basename(word.text) for word in (*instruction.sources, instruction.destination))
    named = tools.named | _ASKED_FOR.intersection(names)
    opened = tools.open or to in {"/", "/."} or to.startswith(PROGRAM_FOLDERS)
    if len(named) == len(tools.named) and opened == tools.open:
        return tools
    return replace(tools, named=named, open=opened)
