"""The Lambda Web Adapter in a Dockerfile: where it is copied, and whether Lambda starts it there."""

from __future__ import annotations

import posixpath
from functools import lru_cache

from lambda_lint import Copy, Dockerfile, Stage, Workdir, building, regex
from lambda_lint.building import Copied, Step
from lambda_lint_rules._facts.adapter import PROGRAM
from lambda_lint_rules._facts.extensions import FOLDER
from lambda_lint_rules._start.expansion import within

# What may start the adapter itself.
_MAY_START_IT = regex(r"\.(?:ba)?sh$|entrypoint|bootstrap|lambda-adapter")


@lru_cache(maxsize=4)  # rules about the adapter ask for it, and so does the start plan
def adapter(stages: tuple[Stage, ...]) -> Copy | None:
    """The copy that puts the adapter where Lambda starts it."""
    for stage in stages:
        for copy in stage.every(Copy):
            if not copy.destination.text.startswith(FOLDER):
                continue
            words = [word.text for word in copy.sources]
            if copy.stage is not None:
                words.append(copy.stage.value)
            if any(PROGRAM in word for word in words):
                return copy
    return None


def misplaced(dockerfile: Dockerfile, steps: tuple[Step, ...], argv: tuple[str, ...]) -> tuple[Copied, ...]:
    """The copies that put the adapter into folders where Lambda does not look, and where nothing else may start it."""
    if any(map(_MAY_START_IT.search, argv)):
        return ()
    copies = (step for step in steps if isinstance(step, Copied) and step.path is not None)
    return tuple(copy for copy in copies if not within(copy.path or "", FOLDER) and _is_adapter(copy, dockerfile))


def becomes_folder_name(copy: Copy, dockerfile: Dockerfile, steps: tuple[Step, ...]) -> bool:
    """Whether the copy makes a file of the name that Lambda's folder should have, for lack of a slash at its end.

    `steps` are those of an image that has no such folder before.
    """
    if any("extensions" in workdir.path for workdir in dockerfile.every(Workdir)):
        return False
    for step in steps:
        if step.instruction is copy:
            return isinstance(step, Copied) and step.destination == FOLDER and _is_adapter(step, dockerfile)
        if isinstance(step, Copied):
            if step.path is None or within(step.path, FOLDER) or within(FOLDER, step.path):
                return False
        elif "/opt" in step.instruction.value or "extensions" in step.instruction.value or step.instruction.heredocs:
            return False
    return False


def _is_adapter(copy: Copied, dockerfile: Dockerfile) -> bool:
    """Whether a copy takes just the adapter, out of its own image."""
    if [posixpath.basename(source or "") for source in copy.sources] != [PROGRAM] or not copy.origin:
        return False
    stage = building.stage_named(copy.origin, dockerfile.stages)
    return PROGRAM in (copy.origin if stage is None else stage.lineage[0].base)
