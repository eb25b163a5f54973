"""AWS's own base images: how to recognise them by name, and what they bring."""

from __future__ import annotations

import re
from functools import lru_cache

from lambda_lint import BaseConfig, Value, regex
from lambda_lint.day import date
from lambda_lint_rules._facts.registries import Reference, split
from lambda_lint_rules._facts.source import Fact, Source

ENTRYPOINT = "/lambda-entrypoint.sh"
TASK_ROOT = "/var/task"
RUNTIME_DIR = "/var/runtime"
BOOTSTRAP = f"{RUNTIME_DIR}/bootstrap"

AL2023 = "Amazon Linux 2023"
AL2 = "Amazon Linux 2"

LANGUAGES = ("dotnet", "go", "java", "nodejs", "provided", "python", "ruby")

_BASE_IMAGE_SOURCES = Source("https://github.com/aws/aws-lambda-base-images", date(2026, 11, 23))
_IMAGES_PAGE = Source("https://docs.aws.amazon.com/lambda/latest/dg/images-create.html", date(2026, 11, 23))

# Identical in every branch of the sources; dotnet adds variables of its own.
ENVIRONMENT = Fact(
    (
        ("LANG", "en_US.UTF-8"),
        ("TZ", ":/etc/localtime"),
        ("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        (
            "LD_LIBRARY_PATH",
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
        ),
        ("LAMBDA_TASK_ROOT", TASK_ROOT),
        ("LAMBDA_RUNTIME_DIR", RUNTIME_DIR),
    ),
    _BASE_IMAGE_SOURCES,
)

# Where the images with a language keep it, in the variables that find it there.
LANGUAGE_FOLDERS = Fact({"PATH": "/var/lang/bin", "LD_LIBRARY_PATH": "/var/lang/lib"}, _BASE_IMAGE_SOURCES)
# The languages whose interpreter is linked with a library of its own under /var/lang/lib.
LOADS_ITS_LIBRARY = Fact(frozenset({"python", "ruby"}), _BASE_IMAGE_SOURCES)

# The first version of each language that is built on Amazon Linux 2023, and the oldest that is on Amazon Linux 2.
FIRST_ON_AL2023 = Fact(
    {"dotnet": (8,), "java": (21,), "nodejs": (20,), "python": (3, 12), "ruby": (3, 3)},
    _IMAGES_PAGE,
)
FIRST_ON_AL2 = Fact(
    {"dotnet": (6,), "java": (11,), "nodejs": (12,), "python": (3, 8), "ruby": (2, 7)},
    _IMAGES_PAGE,
)

# Programs that AWS's images on Amazon Linux 2023 lack, each with the package that has it. People missed them in
# https://github.com/aws/aws-lambda-base-images/issues/124 and /196.
NOT_ON_AL2023 = Fact(
    {
        "find": "findutils",
        "groupadd": "shadow-utils",
        "gunzip": "gzip",
        "gzip": "gzip",
        "tar": "tar",
        "unzip": "unzip",
        "useradd": "shadow-utils",
        "usermod": "shadow-utils",
        "wget": "wget",
        "which": "which",
        "xargs": "findutils",
    },
    _IMAGES_PAGE,
)

# Programs that none of AWS's images has, each with the image that has it. The sources of the images install nothing of
# the kind, and the images are there to run functions.
NOT_IN_ANY = Fact(
    {
        "cargo": "rust",
        "go": "golang",
        "gradle": "gradle",
        "mvn": "maven",
    },
    _BASE_IMAGE_SOURCES,
)
# What `dotnet` does only where the SDK is; the images for .NET have its runtime.
NEEDS_DOTNET_SDK = Fact(
    frozenset({"build", "new", "nuget", "pack", "publish", "restore", "test", "tool"}), _BASE_IMAGE_SOURCES
)

_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "arm64": "arm64"}
_TAG = regex(
    r"(?P<version>latest|alami|al2023|al2|(?:core)?\d+(?:\.\d+)?)"
    r"(?:\.(?P<variant>al2023|al2))?(?P<preview>-preview)?"
    r"(?:\.\d{4}\.\d{2}\.\d{2}(?:\.\d{2})?)?"
    r"(?:-(?P<architecture>x86_64|amd64|arm64))?"
)
_PUBLIC_GALLERY = "public.ecr.aws"


class AwsBase(Value):
    """An AWS base image as its name tells it.

    `version` is the tag's (`3.13`, `al2023`), "" for latest or none. `os` is `Amazon Linux 2023`, `Amazon Linux 2` or
    "" when the name does not tell. `architecture` is `amd64`, `arm64` or "" for the tags that hold both.
    """

    reference: str
    language: str
    version: str
    os: str
    architecture: str

    @property
    def os_only(self) -> bool:
        """Whether it holds an operating system without a runtime."""
        return self.language == "provided"

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the language's version, to compare; () for an OS-only image or when the name tells none."""
        return tuple(int(part) for part in self.version.removeprefix("core").split(".") if part.isdecimal())

    def __str__(self) -> str:
        return " ".join(part for part in ("AWS", self.language, self.version) if part)


# Of Go there was never another image: whatever its tag, it is this one.
_ONLY_VERSION = {"go": "1"}


@lru_cache(maxsize=256)
def recognise(reference: str) -> AwsBase | None:
    """The AWS base image behind a reference, by way of a mirror or a pull-through cache too. None for anything else.

    A mirror is trusted when its path ends like the original's behind a prefix and the tag is one that AWS makes.
    """
    parts = split(reference)
    language = _language(parts)
    if language is None:
        return None
    match = _TAG.fullmatch(parts.tag)
    if match is None:
        original = parts.host == _PUBLIC_GALLERY or parts.path.startswith("amazon/")
        return AwsBase(reference, language, _ONLY_VERSION.get(language, ""), "", "") if original else None
    version = _ONLY_VERSION.get(language, "") if match["version"] == "latest" else match["version"]
    return AwsBase(
        reference=reference,
        language=language,
        version=f"{version}.{match['variant']}" if match["variant"] else version,
        os=_os(language, match["variant"] or version),
        architecture=_ARCHITECTURES.get(match["architecture"] or "", ""),
    )


def _language(parts: Reference) -> str | None:
    *prefix, repository = parts.path.split("/")
    if prefix[-1:] == ["amazon"] and repository.startswith("aws-lambda-"):
        language = repository.removeprefix("aws-lambda-")
    elif prefix[-1:] == ["lambda"] and (parts.host == _PUBLIC_GALLERY or _mirrors_gallery(parts.host, prefix)):
        language = repository
    else:
        return None
    return language if language in LANGUAGES else None


def _mirrors_gallery(host: str, prefix: list[str]) -> bool:
    return len(prefix) > 1 or ("ecr" in host and "public" in host)


def _os(language: str, version: str) -> str:
    if version in {"al2023", "al2"}:
        return AL2023 if version == "al2023" else AL2
    numbers = tuple(int(part) for part in version.split(".") if part.isdigit())
    new, old = FIRST_ON_AL2023.value.get(language), FIRST_ON_AL2.value.get(language)
    if not numbers or new is None or old is None:
        return ""
    if numbers >= new:
        return AL2023
    return AL2 if numbers >= old else ""


@lru_cache(maxsize=256)
def base_config(reference: str) -> BaseConfig | None:
    """What a base image brings, for AWS's own images, for Windows images, and for `scratch`, which brings nothing."""
    base = recognise(reference)
    if base is not None:
        return BaseConfig(
            reference=reference,
            entrypoint=(ENTRYPOINT,),
            workdir=TASK_ROOT,
            env=ENVIRONMENT.value,
            os="linux",
            architecture=base.architecture,
        )
    return BaseConfig(reference) if reference == "scratch" else None


# The version is the tag, and the only additions to it are those of `_TAG`: nothing was ever published under these.
_VERSION_IN_NAME = regex(rf"({'|'.join(LANGUAGES)})[._-]?(al2023|al2|\d+(?:\.\d+)?)(?:\.x)?")
_FOREIGN_TAG = regex(
    r"(\d+(?:\.\d+)?)(?=.)(?:\.x)?(?:-(?:slim|alpine|bullseye|bookworm|buster|trixie)(?:-?[a-z\d.]+)?)?"
)


# The Web Adapter's image is not called after its repository: https://github.com/aws/aws-lambda-web-adapter/issues/15
_ADAPTER_MEANT = Fact(
    {"awsguru/aws-lambda-web-adapter": "awsguru/aws-lambda-adapter"},
    Source("https://gallery.ecr.aws/awsguru/aws-lambda-adapter", date(2026, 11, 27)),
)


def misnamed(reference: str) -> str | None:
    """The image that was meant by a name under which none is published. None for every other name.

    It knows AWS's base images and the Web Adapter's.
    """
    if "lambda" not in reference:
        return None
    parts = split(reference)
    adapter = _ADAPTER_MEANT.value.get(parts.path) if parts.host == _PUBLIC_GALLERY else None
    if adapter is not None:
        return reference.replace(parts.path, adapter, 1)
    folder = "lambda/" if parts.host == _PUBLIC_GALLERY else "amazon/aws-lambda-"
    if parts.digest or parts.host not in {_PUBLIC_GALLERY, "docker.io", ""} or not parts.path.startswith(folder):
        return None
    name, version = parts.path.removeprefix(folder), parts.tag
    if name in LANGUAGES:
        # Nobody here knows for certain that the old `go` had no tag `1.x`, which several functions are built on.
        foreign = _FOREIGN_TAG.fullmatch(version) if name not in {"provided", "go"} else None
        return f"{parts.name}:{foreign[1]}" if foreign is not None else None
    match = _VERSION_IN_NAME.fullmatch(name)
    return f"{parts.name.removesuffix(name)}{match[1]}:{match[2]}" if match is not None else None


_WINDOWS_WORDS = regex(r"(?:^|[-_.])(?:windowsservercore|nanoserver|servercore)(?:$|[-_.\d])", re.IGNORECASE)


def is_windows(reference: str) -> bool:
    """Whether the name says that this is a Windows image."""
    parts = split(reference)
    if parts.host == "mcr.microsoft.com" and parts.path.split("/")[0] in {"windows", "windows-cssc"}:
        return True
    if "server" not in reference.lower():
        return False
    names = (parts.tag, parts.path.rpartition("/")[2])
    return any(_WINDOWS_WORDS.search(name) for name in names)


class StandIn(Value):
    """An image that holds a runtime of Lambda for another purpose; `instead` is the base image for functions."""

    purpose: str
    instead: str


_SAM_IMAGE = regex(r"(?:^|/)(?:sam/|aws-sam-cli-)(build|emulation)-(?:image-)?([a-z]+)([\w.]*)$")
_PURPOSES = {"build": "an image that SAM builds functions in", "emulation": "an image that SAM imitates Lambda with"}


def stand_in(reference: str) -> StandIn | None:
    """The image of SAM or of lambci behind a reference. None for anything else."""
    parts = split(reference)
    if "lambci" in parts.path and re.search(r"(?:^|/)lambci/lambda(?:-base(?:-2)?)?$", parts.path):
        return StandIn("an unmaintained imitation of Lambda", f"{_PUBLIC_GALLERY}/lambda/LANGUAGE:VERSION")
    match = _SAM_IMAGE.search(parts.path) if "sam" in parts.path else None
    if match is None:
        return None
    language, version = match[2], match[3].removesuffix(".x").lstrip(".") or "VERSION"
    return StandIn(_PURPOSES[match[1]], f"{_PUBLIC_GALLERY}/lambda/{language}:{version}")
