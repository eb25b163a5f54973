"""What will run, seen from a Dockerfile's final stage or from an image's config, in one shape for both."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from lambda_lint.location import Location

T = TypeVar("T")

SHELLS = (("/bin/sh", "-c"), ("/bin/bash", "-c"), ("/bin/ash", "-c"))


class Origin(enum.Enum):
    """Where a setting comes from."""

    SET = "set"  # by an instruction of this Dockerfile, or in this image's config
    BASE = "base"  # by a base image that the rule pack knows
    DEPLOYMENT = "deployment"  # replaced by what the user says of the deployment
    UNSET = "unset"  # known to be absent
    UNKNOWN = "unknown"  # the base image may set it


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A value, where it comes from, and the place to point at. `value` is None when unset or unknown."""

    value: T | None
    origin: Origin
    location: Location

    @property
    def known(self) -> bool:
        """False when a base image that nobody here knows may set it."""
        return self.origin is not Origin.UNKNOWN


@dataclass(frozen=True, slots=True)
class Argv:
    """Arguments of ENTRYPOINT or CMD as the image's config holds them: shell form is `/bin/sh -c TEXT` here too.

    `shell` tells that they were written in shell form (Dockerfile) or look like it (config).
    `broken_json` holds for a Dockerfile's array that is not valid JSON and so became shell form by accident.
    """

    args: tuple[str, ...]
    shell: bool = False
    broken_json: bool = False


@dataclass(frozen=True, slots=True)
class BaseConfig:
    """What a known base image brings with it. None means that it sets nothing; `os` and `architecture` "" unknown."""

    reference: str
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    workdir: str | None = None
    env: tuple[tuple[str, str], ...] = ()
    os: str = ""
    architecture: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RuntimeConfig:
    """The start settings of a container, after inheritance, ARG/ENV substitution and the deployment's replacements.

    `base` is the reference of the outermost base image of a Dockerfile's final stage, "" when it stays unknown without
    build arguments, None for a built image. `os`, `architecture` are in Docker's words (`linux`, `amd64`).
    `env_complete` is False when an unknown base image may set more variables.
    """

    entrypoint: Setting[Argv]
    command: Setting[Argv]
    workdir: Setting[str]
    user: Setting[str]
    env: Mapping[str, Setting[str]]
    env_complete: bool
    os: Setting[str]
    architecture: Setting[str]
    variant: Setting[str]
    base: Setting[str] | None = None
