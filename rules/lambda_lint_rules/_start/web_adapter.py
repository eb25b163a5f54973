"""The Lambda Web Adapter in a Dockerfile: where it is copied, and whether Lambda starts it there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambda_lint import Copy, Dockerfile, RuntimeConfig, Stage, building, regex
from lambda_lint_rules._facts.adapter import PROGRAM
from lambda_lint_rules._facts.extensions import FOLDER
from lambda_lint_rules._start.expansion import absolute, within

# What may start the adapter itself.
_MAY_START_IT = regex(r"\.(?:ba)?sh$|entrypoint|bootstrap|lambda-adapter")


def adapter(stages: tuple[Stage, ...]) -> Copy | None:
    """The copy that puts the adapter where Lambda starts it."""
    for copy in _copies(stages):
        words = [word.text for word in copy.sources]
        if copy.stage is not None:
            words.append(copy.stage.value)
        if copy.destination.text.startswith(FOLDER) and any(PROGRAM in word for word in words):
            return copy
    return None


def misplaced(dockerfile: Dockerfile, config: RuntimeConfig, argv: tuple[str, ...]) -> tuple[Copy, ...]:
    """The copies that put the adapter into folders where Lambda does not look, and where nothing else may start it."""
    if dockerfile.final is None or any(map(_MAY_START_IT.search, argv)):
        return ()
    return tuple(
        copy
        for copy in _copies(dockerfile.final.lineage)
        if _is_adapter(copy, dockerfile) and _is_elsewhere(copy, config)
    )


def _copies(stages: tuple[Stage, ...]) -> Iterator[Copy]:
    for stage in stages:
        yield from (instruction for instruction in stage.instructions if isinstance(instruction, Copy))


def _is_adapter(copy: Copy, dockerfile: Dockerfile) -> bool:
    """Whether a copy takes just the adapter, out of its own image."""
    if copy.stage is None or [posixpath.basename(word.text) for word in copy.sources] != [PROGRAM]:
        return False
    stage = building.stage_named(copy.stage.value, dockerfile.stages)
    return PROGRAM in (copy.stage.value if stage is None else stage.lineage[0].base)


def _is_elsewhere(copy: Copy, config: RuntimeConfig) -> bool:
    destination = absolute(copy.destination.text, config, config.workdir.value)
    return destination is not None and not within(destination, FOLDER)
