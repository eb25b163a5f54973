"""What will run, seen from a Dockerfile's final stage or from an image's config, in one shape for both."""

from __future__ import annotations

import enum
import posixpath
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from lambda_lint.annotations import Generic, TypeVar
from lambda_lint.deployment import Deployment
from lambda_lint.dockerfile import (
    Arg,
    Cmd,
    Dockerfile,
    Entrypoint,
    Env,
    ExecForm,
    From,
    Instruction,
    Onbuild,
    Shell,
    Stage,
    User,
    Workdir,
)
from lambda_lint.dockerfile.stages import Scope, arguments_for, stages_for
from lambda_lint.image import ImageConfig, Platform
from lambda_lint.location import ImageLocation, Location, SourceLocation
from lambda_lint.values import Value, replace

T = TypeVar("T")

SHELLS = (("/bin/sh", "-c"), ("/bin/bash", "-c"), ("/bin/ash", "-c"))


class Origin(enum.Enum):
    """Where a setting comes from."""

    SET = "set"  # by an instruction of this Dockerfile, or in this image's config
    BASE = "base"  # by a base image that the rule pack knows
    DEPLOYMENT = "deployment"  # replaced by what the user says of the deployment
    UNSET = "unset"  # known to be absent
    UNKNOWN = "unknown"  # the base image may set it


class Setting(Value, Generic[T]):
    """A value, where it comes from, and the place to point at. `value` is None when unset or unknown."""

    value: T | None
    origin: Origin
    location: Location

    @property
    def known(self) -> bool:
        """False when a base image that nobody here knows may set it."""
        return self.origin is not Origin.UNKNOWN


class Argv(Value):
    """Arguments of ENTRYPOINT or CMD as the image's config holds them: shell form is `/bin/sh -c TEXT` here too.

    `shell` tells that they were written in shell form (Dockerfile) or look like it (config).
    `broken_json` holds for a Dockerfile's array that is not valid JSON and so became shell form by accident.
    """

    args: tuple[str, ...]
    shell: bool = False
    broken_json: bool = False


class BaseConfig(Value):
    """What a known base image brings with it. None means that it sets nothing; `os` and `architecture` "" unknown."""

    reference: str
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    workdir: str | None = None
    env: tuple[tuple[str, str], ...] = ()
    os: str = ""
    architecture: str = ""


class RuntimeConfig(Value, eq=False):
    """The start settings of a container, after inheritance, ARG/ENV substitution and the deployment's replacements.

    `base` is the reference of the outermost base image of a Dockerfile's final stage, of Origin.UNKNOWN when that takes
    build arguments; None for a built image. `os`, `architecture` are in Docker's words (`linux`, `amd64`).
    An empty array (`CMD []`) clears the setting: that is Origin.UNSET, pointing at the instruction.
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


# What BuildKit gives an image whose base sets no PATH (util/system/path.go, v0.34.2, 2026).
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_DEFAULT_SHELL = ("/bin/sh", "-c")
_WINDOWS_SHELL = ("cmd", "/S", "/C")
_SCRATCH = "scratch"
_SETTING: frozenset[type[Instruction]] = frozenset({Arg, Cmd, Entrypoint, Env, Shell, User, Workdir})
# As containerd's platforms.Parse reads them, which BuildKit uses.
_ARCHITECTURES = {
    "x86_64": ("amd64", ""),
    "x86-64": ("amd64", ""),
    "i386": ("386", ""),
    "aarch64": ("arm64", ""),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
}
_SYSTEMS = frozenset({"linux", "windows", "darwin", "freebsd"})


@lru_cache(maxsize=4)
def of_dockerfile(
    dockerfile: Dockerfile, base_config: Callable[[str], BaseConfig | None], deployment: Deployment
) -> RuntimeConfig:
    """What the image of a Dockerfile's final stage will run, built without build arguments.

    `base_config` tells what a known base image brings. A setting points at the instruction that makes it, a
    variable at its name and value, inherited and unset ones at the final FROM. Remembered for the last few Dockerfiles:
    many rules ask.

    Raises ValueError for a Dockerfile without a stage.
    """
    stages = stages_for(dockerfile, deployment.architecture)
    if not stages:
        raise ValueError("a Dockerfile without a stage runs nothing")
    lineage = stages[-1].lineage
    base = lineage[0].base
    known = BaseConfig(_SCRATCH) if base == _SCRATCH else base_config(base) if base else None
    arguments = arguments_for(dockerfile, deployment.architecture)
    inherited = _environment(known)
    scope = Scope(arguments, inherited, known is not None, dockerfile.escape)
    build = _Build(dockerfile.path, stages[-1].start, known, inherited, scope)
    above: tuple[Instruction, ...] = ()
    for stage in lineage:
        build.run([*(item.trigger for item in above if isinstance(item, Onbuild)), *stage.instructions])
        above = stage.instructions
    return _deployed(build.finish(lineage[0]), deployment)


def of_image(config: ImageConfig, deployment: Deployment) -> RuntimeConfig:
    """What a built image will run, from its config. Of variables named twice the last one counts."""

    def argv(key: str, value: tuple[str, ...] | None) -> Setting[Argv]:
        location = ImageLocation(key=f"config.{key}")
        if not value:
            return Setting(None, Origin.UNSET, location)
        return Setting(Argv(value, shell=len(value) == 3 and value[:2] in SHELLS), Origin.SET, location)

    def text(key: str, value: str) -> Setting[str]:
        return Setting(value or None, Origin.SET if value else Origin.UNSET, ImageLocation(key=f"config.{key}"))

    settings = RuntimeConfig(
        entrypoint=argv("Entrypoint", config.entrypoint),
        command=argv("Cmd", config.command),
        workdir=text("WorkingDir", config.workdir),
        user=text("User", config.user),
        env={name: Setting(value, Origin.SET, ImageLocation(key=f"config.Env[{name}]")) for name, value in config.env},
        env_complete=True,
        os=text("os", config.platform.os),
        architecture=text("architecture", config.platform.architecture),
        variant=text("variant", config.platform.variant),
    )
    return _deployed(settings, deployment)


def _environment(known: BaseConfig | None) -> dict[str, str]:
    if known is None:
        return {}
    path = {} if known.os == "windows" else {"PATH": _DEFAULT_PATH}
    return {**path, **dict(known.env)}


def _deployed(settings: RuntimeConfig, deployment: Deployment) -> RuntimeConfig:
    """The settings with those that the function's own configuration replaces."""
    if deployment.entrypoint is not None:
        settings = replace(settings, entrypoint=_replaced(settings.entrypoint, Argv(deployment.entrypoint)))
    if deployment.command is not None:
        settings = replace(settings, command=_replaced(settings.command, Argv(deployment.command)))
    if deployment.workdir is not None:
        settings = replace(settings, workdir=_replaced(settings.workdir, deployment.workdir))
    return settings


def _replaced(setting: Setting[T], value: T) -> Setting[T]:
    return Setting(value, Origin.DEPLOYMENT, setting.location)


class _Build:
    """The config of an image while its instructions run."""

    def __init__(
        self, path: str, final: From, known: BaseConfig | None, inherited: Mapping[str, str], scope: Scope
    ) -> None:
        self._path = path
        self._place = SourceLocation(path, final.region)
        self._known = known
        self._scope = scope
        self._shell: tuple[str, ...] = _WINDOWS_SHELL if known and known.os == "windows" else _DEFAULT_SHELL
        self._entrypoint = self._brought(Argv(known.entrypoint) if known and known.entrypoint else None)
        self._command = self._brought(Argv(known.command) if known and known.command else None)
        self._workdir = self._brought(known.workdir if known else None)
        self._user: Setting[str] = self._brought(None)
        self._env: dict[str, Setting[str]] = {
            name: Setting(value, Origin.BASE, self._place) for name, value in inherited.items()
        }
        self._env_complete = known is not None

    def _brought(self, value: T | None) -> Setting[T]:
        """What the base image sets, nothing, or unknown."""
        if self._known is None:
            return Setting(None, Origin.UNKNOWN, self._place)
        return Setting(value or None, Origin.BASE if value else Origin.UNSET, self._place)

    def run(self, instructions: Iterable[Instruction]) -> None:
        """The instructions of one stage. An ENTRYPOINT clears a CMD that the same stage has not set."""
        commanded = False
        for instruction in instructions:
            if type(instruction) not in _SETTING:  # most, and quick to tell
                continue
            if isinstance(instruction, Env):
                self._assign(instruction)
            elif isinstance(instruction, Arg):
                self._scope.declare(instruction)
            elif isinstance(instruction, Workdir | User):
                self._set(instruction, self._place_of(instruction))
            elif isinstance(instruction, Cmd):
                self._command, commanded = self._argv(instruction), True
            elif isinstance(instruction, Entrypoint):
                self._entrypoint = self._argv(instruction)
                if not commanded:
                    self._command = Setting(None, Origin.UNSET, self._place_of(instruction))
            elif isinstance(instruction, Shell):
                self._shell = instruction.command.args

    def _place_of(self, instruction: Instruction) -> SourceLocation:
        return SourceLocation(self._path, instruction.region)

    def _assign(self, instruction: Env) -> None:
        for pair, (name, value) in zip(instruction.pairs, self._scope.assign(instruction), strict=True):
            if name is None:
                self._env_complete = False
            else:
                self._env[name] = self._text(value, SourceLocation(self._path, pair.region))

    def _set(self, instruction: Workdir | User, location: SourceLocation) -> None:
        if isinstance(instruction, Workdir):
            self._workdir = self._moved(self._scope.expand(instruction.path), location)
        else:
            self._user = self._text(self._scope.expand(instruction.user), location)

    def _argv(self, instruction: Cmd | Entrypoint) -> Setting[Argv]:
        command, location = instruction.command, self._place_of(instruction)
        if not isinstance(command, ExecForm):
            args = (*self._shell, command.text)
            return Setting(Argv(args, True, broken_json=command.broken_json), Origin.SET, location)
        return (
            Setting(Argv(command.args), Origin.SET, location) if command.args else Setting(None, Origin.UNSET, location)
        )

    def _text(self, value: str | None, location: SourceLocation) -> Setting[str]:
        return Setting(value, Origin.UNKNOWN if value is None else Origin.SET, location)

    def _moved(self, path: str | None, location: SourceLocation) -> Setting[str]:
        """BuildKit keeps an absolute WORKDIR as it is written and cleans a relative one while joining it."""
        if path is None or (not path.startswith("/") and not self._workdir.known):
            return Setting(None, Origin.UNKNOWN, location)
        if not path.startswith("/"):
            path = "/" + posixpath.normpath(posixpath.join(self._workdir.value or "/", path)).lstrip("/")
        return Setting(path, Origin.SET, location)

    def finish(self, root: Stage) -> RuntimeConfig:
        """The settings, once all stages have run; `root` is the stage that stands on the base image."""
        base: Setting[str] = Setting(root.base or None, Origin.SET if root.base else Origin.UNKNOWN, self._place)
        platform, origin, place = self._platform(root)
        return RuntimeConfig(
            entrypoint=self._entrypoint,
            command=self._command,
            workdir=self._workdir,
            user=self._user,
            env=self._env,
            env_complete=self._env_complete,
            os=_part(platform.os, origin, place),
            architecture=_part(platform.architecture, origin, place),
            variant=_part(platform.variant, origin, place),
            base=base,
        )

    def _platform(self, root: Stage) -> tuple[Platform, Origin, SourceLocation]:
        """BuildKit passes over the flag of a stage that is built from another or from scratch."""
        if root.platform is not None and root.base != _SCRATCH:
            return parse_platform(root.platform), Origin.SET, SourceLocation(self._path, root.start.region)
        if self._known is None:
            return Platform(), Origin.UNKNOWN, self._place
        return Platform(self._known.os, self._known.architecture), Origin.BASE, self._place


def _part(value: str, origin: Origin, place: SourceLocation) -> Setting[str]:
    return Setting(value or None, origin if value else Origin.UNKNOWN, place)


def parse_platform(text: str) -> Platform:
    """`linux/arm64/v8`, `arm64` or `linux` in its parts, spelled as Docker does; "" where it says nothing."""
    parts = [part.partition("(")[0] for part in text.lower().split("/")]
    if len(parts) == 1 and parts[0] not in _SYSTEMS:
        parts.insert(0, "linux" if parts[0] else "")
    system, architecture, variant = (*parts, "", "")[:3]
    architecture, implied = _ARCHITECTURES.get(architecture, (architecture, ""))
    variant = variant or implied
    return Platform(
        system, architecture, "" if (architecture, variant) in (("arm64", "v8"), ("amd64", "v1")) else variant
    )
