"""What will run, seen from a Dockerfile and from an image's config."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lambda_lint.deployment import Deployment
from lambda_lint.dockerfile import parse
from lambda_lint.image import ImageConfig, Platform
from lambda_lint.location import ImageLocation, SourceLocation
from lambda_lint.runtime import (
    Argv,
    BaseConfig,
    Origin,
    RuntimeConfig,
    Setting,
    of_dockerfile,
    of_image,
    parse_platform,
)
from lambda_lint.values import replace

KNOWN: Mapping[str, BaseConfig] = {
    "known": BaseConfig(
        "known",
        entrypoint=("/entry.sh",),
        command=("default",),
        workdir="/var/task",
        env=(("PATH", "/var/lang/bin"), ("TASK", "/var/task")),
        os="linux",
        architecture="arm64",
    ),
    "bare": BaseConfig("bare"),
    "windows": BaseConfig("windows", os="windows"),
}
NOBODY_SAID = Deployment()
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def config(text: str, deployment: Deployment = NOBODY_SAID) -> RuntimeConfig:
    return of_dockerfile(parse(text.encode(), "Dockerfile"), KNOWN.get, deployment)


def told(setting: Setting[str] | Setting[Argv]) -> tuple[object, str, int]:
    """Value, origin, and the line that is pointed at."""
    assert isinstance(setting.location, SourceLocation)
    value = setting.value.args if isinstance(setting.value, Argv) else setting.value
    return value, setting.origin.value, setting.location.region.start.line


COMMANDS = {
    "inherited": ("FROM known", (("/entry.sh",), "base", 1), (("default",), "base", 1)),
    "unknown-base": ("FROM x", (None, "unknown", 1), (None, "unknown", 1)),
    "scratch": ("FROM scratch", (None, "unset", 1), (None, "unset", 1)),
    "base-without": ("FROM bare", (None, "unset", 1), (None, "unset", 1)),
    "command-set": ('FROM known\nCMD ["h"]', (("/entry.sh",), "base", 1), (("h",), "set", 2)),
    "last-one-counts": ('FROM x\nCMD ["a"]\nCMD ["b"]', (None, "unknown", 1), (("b",), "set", 3)),
    "entrypoint-clears-the-base's-command": ('FROM known\nENTRYPOINT ["e"]', (("e",), "set", 2), (None, "unset", 2)),
    "entrypoint-clears-an-unknown-command": ('FROM x\nENTRYPOINT ["e"]', (("e",), "set", 2), (None, "unset", 2)),
    "entrypoint-keeps-a-command-of-its-stage": (
        'FROM x\nCMD ["c"]\nENTRYPOINT ["e"]', (("e",), "set", 3), (("c",), "set", 2)
    ),
    "entrypoint-clears-a-command-of-the-parent-stage": (
        'FROM x AS a\nCMD ["c"]\nFROM a\nENTRYPOINT ["e"]', (("e",), "set", 4), (None, "unset", 4)
    ),
    "both-from-the-parent-stage": (
        'FROM x AS a\nENTRYPOINT ["e"]\nCMD ["c"]\nFROM a', (("e",), "set", 2), (("c",), "set", 3)
    ),
    "other-stages-do-not-count": (
        'FROM x\nCMD ["c"]\nFROM known', (("/entry.sh",), "base", 3), (("default",), "base", 3)
    ),
    "empty-arrays": ("FROM known\nENTRYPOINT []\nCMD []", (None, "unset", 2), (None, "unset", 3)),
    "shell-form": (
        "FROM x\nENTRYPOINT e $A\nCMD c  d",
        (("/bin/sh", "-c", "e $A"), "set", 2),
        (("/bin/sh", "-c", "c  d"), "set", 3),
    ),
    "shell-instruction": (
        'FROM x\nCMD a\nSHELL ["/bin/bash", "-ec"]\nENTRYPOINT b',
        (("/bin/bash", "-ec", "b"), "set", 4),
        (("/bin/sh", "-c", "a"), "set", 2),
    ),
    "shell-of-the-parent-stage": (
        'FROM x AS a\nSHELL ["s"]\nFROM a\nCMD b', (None, "unknown", 3), (("s", "b"), "set", 4)
    ),
    "shell-of-windows": ("FROM windows\nCMD a", (None, "unset", 1), (("cmd", "/S", "/C", "a"), "set", 2)),
    "no-arguments": ("FROM bare\nCMD", (None, "unset", 1), (("/bin/sh", "-c", ""), "set", 2)),
    "trigger-of-the-parent-stage": (
        'FROM x AS a\nONBUILD CMD ["t"]\nFROM a\nENTRYPOINT ["e"]', (("e",), "set", 4), (("t",), "set", 2)
    ),
    "trigger-does-not-reach-grandchildren": (
        'FROM bare AS a\nONBUILD ENTRYPOINT ["t"]\nFROM a AS b\nENTRYPOINT []\nFROM b',
        (None, "unset", 4),
        (None, "unset", 4),
    ),
    "trigger-does-nothing-in-its-own-stage": ('FROM bare\nONBUILD CMD ["t"]', (None, "unset", 1), (None, "unset", 1)),
    "variables-are-the-shell's-business": ('FROM bare\nENV A=1\nCMD ["$A"]', (None, "unset", 1), (("$A",), "set", 3)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "entrypoint", "command"), COMMANDS.values(), ids=COMMANDS)
def test_entrypoint_and_command_of_a_dockerfile(
    text: str, entrypoint: tuple[object, str, int], command: tuple[object, str, int]
) -> None:
    settings = config(text)

    assert (told(settings.entrypoint), told(settings.command)) == (entrypoint, command)


@pytest.mark.parametrize(
    ("command", "shell", "broken_json"),
    [
        ('["a"]', False, False),
        ("a", True, False),
        ("['a']", True, True),
        ("[ -f x ] && y", True, False),
        ("[a]", True, True),
        ('["a"] # b', True, True),
    ],
)
def test_the_form_of_a_command_is_told(command: str, shell: bool, broken_json: bool) -> None:
    argv = config(f"FROM x\nCMD {command}").command.value

    assert argv is not None
    assert (argv.shell, argv.broken_json) == (shell, broken_json)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM known", ("/var/task", "base", 1), id="inherited"),
        pytest.param("FROM bare", (None, "unset", 1), id="unset"),
        pytest.param("FROM x", (None, "unknown", 1), id="unknown-base"),
        pytest.param("FROM x\nWORKDIR /a", ("/a", "set", 2), id="absolute"),
        pytest.param("FROM x\nWORKDIR /a/", ("/a/", "set", 2), id="absolute-as-written"),
        pytest.param("FROM known\nWORKDIR b/../c", ("/var/task/c", "set", 2), id="relative-to-the-base"),
        pytest.param("FROM bare\nWORKDIR b", ("/b", "set", 2), id="relative-to-nothing"),
        pytest.param("FROM x\nWORKDIR b", (None, "unknown", 2), id="relative-to-the-unknown"),
        pytest.param("FROM x\nWORKDIR b\nWORKDIR /c\nWORKDIR d", ("/c/d", "set", 4), id="relative-to-the-last"),
        pytest.param("FROM known\nWORKDIR ${TASK}/x", ("/var/task/x", "set", 2), id="variable-of-the-base"),
        pytest.param("FROM x\nWORKDIR ${TASK}/x", (None, "unknown", 2), id="unknown-variable"),
        pytest.param("FROM x\nARG D=/d\nWORKDIR $D", ("/d", "set", 3), id="argument"),
        pytest.param("FROM bare\nARG D\nWORKDIR $D", (None, "unknown", 3), id="argument-without-default"),
        pytest.param("FROM x AS a\nWORKDIR /a\nFROM a\nWORKDIR b", ("/a/b", "set", 4), id="parent-stage"),
    ],
)
def test_the_working_directory_of_a_dockerfile(text: str, expected: tuple[object, str, int]) -> None:
    assert told(config(text).workdir) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM known", (None, "unset", 1), id="unset"),
        pytest.param("FROM x", (None, "unknown", 1), id="unknown-base"),
        pytest.param("FROM x\nARG U=app\nUSER $U:g", ("app:g", "set", 3), id="argument"),
        pytest.param("FROM x AS a\nUSER u\nFROM a", ("u", "set", 2), id="parent-stage"),
    ],
)
def test_the_user_of_a_dockerfile(text: str, expected: tuple[object, str, int]) -> None:
    assert told(config(text).user) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM bare\nENV A=1 B='x y'", {"A": "1", "B": "x y"}, id="pairs"),
        pytest.param("FROM bare\nENV A x  y", {"A": "x  y"}, id="old-form"),
        pytest.param("FROM bare\nENV a=1\nENV a=2 b=$a", {"a": "2", "b": "1"}, id="row-25-values-from-before-the-line"),
        pytest.param("FROM bare\nENV PORT=${PORT:-8080}", {"PORT": "8080"}, id="row-27-default"),
        pytest.param("FROM x\nENV PORT=${PORT:-8080}", {"PORT": None}, id="the-base-may-set-it"),
        pytest.param("FROM known\nENV P=${TASK}/x", {"P": "/var/task/x"}, id="row-28-variable-of-the-base"),
        pytest.param("FROM known\nENV PATH=/o:$PATH", {"PATH": "/o:/var/lang/bin"}, id="path-of-the-base"),
        pytest.param("FROM scratch\nENV P=$PATH", {"P": DEFAULT_PATH}, id="path-that-buildkit-sets"),
        pytest.param("FROM x AS a\nENV X=1\nFROM a\nENV Y=$X", {"X": "1", "Y": "1"}, id="row-29-parent-stage"),
        pytest.param("ARG X=g\nFROM bare\nARG X=l\nENV Y=$X", {"Y": "l"}, id="row-22-default-in-the-stage-wins"),
        pytest.param("ARG X=g\nFROM bare\nARG X\nENV Y=$X", {"Y": "g"}, id="row-23-global-argument"),
        pytest.param("ARG X=g\nFROM bare\nENV Y=$X", {"Y": ""}, id="row-24-not-declared-in-the-stage"),
        pytest.param("FROM bare\nARG X\nENV Y=$X", {"Y": None}, id="argument-without-default"),
        pytest.param("FROM bare\nENV X=1\nARG X\nENV Y=$X", {"X": "1", "Y": "1"}, id="declared-after-it-was-set"),
        pytest.param("FROM bare AS a\nARG X=1\nFROM a\nENV Y=$X", {"Y": "1"}, id="argument-of-the-parent-stage"),
        pytest.param("FROM bare\nARG TARGETARCH\nENV Y=$TARGETARCH", {"Y": None}, id="automatic-argument"),
        pytest.param("# escape=`\nFROM bare\nENV W=C:\\win", {"W": "C:\\win"}, id="row-14-backtick"),
        pytest.param("FROM bare\nENV A=\\$HOME B='$x'", {"A": "$HOME", "B": "$x"}, id="escaped-dollar"),
        pytest.param("FROM bare\nENV N=A\nENV $N=1", {"N": "A", "A": "1"}, id="variable-in-the-name"),
        pytest.param("FROM bare AS a\nONBUILD ENV T=1\nFROM a\nENV U=$T", {"T": "1", "U": "1"}, id="trigger"),
    ],
)
def test_the_environment_of_a_dockerfile(text: str, expected: dict[str, str | None]) -> None:
    env = config(text).env

    assert {name: setting.value for name, setting in env.items() if setting.origin is not Origin.BASE} == expected
    assert all(setting.known is (setting.value is not None) for setting in env.values())


def test_the_environment_is_complete_when_the_base_is_known() -> None:
    complete = {base: config(f"FROM {base}").env_complete for base in ("known", "bare", "scratch", "x")}

    assert complete == {"known": True, "bare": True, "scratch": True, "x": False}
    assert config("FROM bare\nARG N\nENV $N=1").env_complete is False


def test_the_base_brings_its_variables_and_its_path() -> None:
    settings = config("FROM a\nFROM known")

    assert {name: told(setting) for name, setting in settings.env.items()} == {
        "PATH": ("/var/lang/bin", "base", 2),
        "TASK": ("/var/task", "base", 2),
    }
    assert {name: setting.value for name, setting in config("FROM bare").env.items()} == {"PATH": DEFAULT_PATH}
    assert config("FROM windows").env == {}


@pytest.mark.parametrize(
    ("text", "os", "architecture", "variant"),
    [
        ("FROM known", ("linux", "base", 1), ("arm64", "base", 1), (None, "unknown", 1)),
        ("FROM bare", (None, "unknown", 1), (None, "unknown", 1), (None, "unknown", 1)),
        ("FROM x", (None, "unknown", 1), (None, "unknown", 1), (None, "unknown", 1)),
        ("FROM --platform=linux/arm64 x", ("linux", "set", 1), ("arm64", "set", 1), (None, "unknown", 1)),
        ("FROM --platform=linux/arm/v7 x", ("linux", "set", 1), ("arm", "set", 1), ("v7", "set", 1)),
        ("FROM --platform=amd64 known", ("linux", "set", 1), ("amd64", "set", 1), (None, "unknown", 1)),
        ("FROM --platform=$BUILDPLATFORM known", (None, "unknown", 1), (None, "unknown", 1), (None, "unknown", 1)),
        ("FROM --platform=arm64 scratch", (None, "unknown", 1), (None, "unknown", 1), (None, "unknown", 1)),
        (
            "FROM --platform=linux/arm64 x AS a\nFROM --platform=linux/amd64 a",
            ("linux", "set", 1),
            ("arm64", "set", 1),
            (None, "unknown", 1),
        ),
    ],
)
def test_the_platform_of_a_dockerfile(text: str, os: object, architecture: object, variant: object) -> None:
    settings = config(text)

    assert (told(settings.os), told(settings.architecture), told(settings.variant)) == (os, architecture, variant)


def test_the_target_platform_is_that_of_the_deployment() -> None:
    text = "FROM --platform=$TARGETPLATFORM x"

    assert config(text, Deployment(architecture="amd64")).architecture.value == "amd64"
    assert config(text).architecture.known is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM known", ("known", "set", 1)),
        ("ARG B\nFROM $B AS a\nFROM a", (None, "unknown", 3)),
        ("FROM x:1 AS a\nFROM a", ("x:1", "set", 2)),
    ],
)
def test_the_base_is_the_outermost_image(text: str, expected: tuple[object, str, int]) -> None:
    base = config(text).base

    assert base is not None
    assert told(base) == expected


def test_a_known_base_is_found_by_the_name_that_arguments_make() -> None:
    assert config("ARG B=known\nFROM ${B}").workdir.value == "/var/task"


REPLACED = Deployment(entrypoint=("e", "f"), command=("c",), workdir="/w")


def test_the_deployment_replaces_what_a_dockerfile_sets() -> None:
    settings = config('FROM known\nCMD ["h"]', REPLACED)

    assert told(settings.entrypoint) == (("e", "f"), "deployment", 1)
    assert told(settings.command) == (("c",), "deployment", 2)
    assert told(settings.workdir) == ("/w", "deployment", 1)


def test_a_dockerfile_without_a_stage_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="without a stage"):
        config("ARG A")


IMAGE = ImageConfig(
    digest="sha256:0",
    platform=Platform("linux", "arm64", "v8"),
    entrypoint=("/entry.sh",),
    command=("h",),
    workdir="/var/task",
    user="",
    env=(("A", "1"), ("A", "2")),
    labels={},
    volumes=(),
    exposed_ports=(),
    diff_ids=(),
    history=(),
)


def key(name: str) -> ImageLocation:
    return ImageLocation(key=name)


def test_the_settings_of_an_image_are_those_of_its_config() -> None:
    settings = of_image(IMAGE, NOBODY_SAID)

    assert settings.entrypoint == Setting(Argv(("/entry.sh",)), Origin.SET, key("config.Entrypoint"))
    assert settings.command == Setting(Argv(("h",)), Origin.SET, key("config.Cmd"))
    assert settings.workdir == Setting("/var/task", Origin.SET, key("config.WorkingDir"))
    assert settings.user == Setting(None, Origin.UNSET, key("config.User"))
    assert settings.env == {"A": Setting("2", Origin.SET, key("config.Env[A]"))}
    assert settings.env_complete is True
    assert (settings.os.value, settings.architecture.value, settings.variant.value) == ("linux", "arm64", "v8")
    assert settings.architecture.location == key("config.architecture")
    assert settings.base is None


@pytest.mark.parametrize("value", [None, ()])
def test_an_image_without_a_command_has_none(value: tuple[str, ...] | None) -> None:
    assert of_image(replace(IMAGE, command=value), NOBODY_SAID).command == Setting(
        None, Origin.UNSET, key("config.Cmd")
    )


@pytest.mark.parametrize(
    ("args", "shell"),
    [(("/bin/sh", "-c", "x"), True), (("/bin/sh", "-c", "x", "y"), False), (("/bin/sh", "x"), False), (("x",), False)],
)
def test_the_shell_form_of_an_image_is_recognised(args: tuple[str, ...], shell: bool) -> None:
    argv = of_image(replace(IMAGE, command=args), NOBODY_SAID).command.value

    assert argv == Argv(args, shell=shell)


def test_the_deployment_replaces_what_an_image_sets() -> None:
    settings = of_image(IMAGE, REPLACED)

    assert settings.entrypoint == Setting(Argv(("e", "f")), Origin.DEPLOYMENT, key("config.Entrypoint"))
    assert settings.command == Setting(Argv(("c",)), Origin.DEPLOYMENT, key("config.Cmd"))
    assert settings.workdir == Setting("/w", Origin.DEPLOYMENT, key("config.WorkingDir"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux/amd64", Platform("linux", "amd64")),
        ("linux/arm64/v8", Platform("linux", "arm64")),
        ("linux/amd64/v2", Platform("linux", "amd64", "v2")),
        ("Linux/AARCH64", Platform("linux", "arm64")),
        ("x86_64", Platform("linux", "amd64")),
        ("armhf", Platform("linux", "arm", "v7")),
        ("linux", Platform("linux")),
        ("windows(10.0.17763)/amd64", Platform("windows", "amd64")),
        ("", Platform()),
        ("a/b/c/d", Platform("a", "b", "c")),
    ],
)
def test_a_platform_is_spelled_as_docker_spells_it(text: str, expected: Platform) -> None:
    assert parse_platform(text) == expected
