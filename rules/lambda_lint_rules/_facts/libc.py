"""Which C library images have, as their names tell it."""

from __future__ import annotations

from collections.abc import Mapping

from lambda_lint import regex
from lambda_lint.day import date
from lambda_lint_rules._facts.base_images import AL2, AL2023, recognise
from lambda_lint_rules._facts.registries import is_official, split
from lambda_lint_rules._facts.source import Fact, Source

MUSL = "musl"
NONE = "no C library"

GLIBC_OF_DEBIAN: Fact[Mapping[str, tuple[int, int]]] = Fact(
    {"buster": (2, 28), "bullseye": (2, 31), "bookworm": (2, 36), "trixie": (2, 41)},
    Source("https://packages.debian.org/libc6", date(2026, 11, 27)),
)
GLIBC_OF_AMAZON_LINUX = Fact(
    {AL2: (2, 26), AL2023: (2, 34)},
    Source("https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html", date(2026, 11, 27)),
)
# The first versions whose plain tags were never anything older than Debian 12, bookworm: both came out in August 2023.
_FIRST_ON_BOOKWORM = Fact(
    {"golang": (1, 21), "rust": (1, 72)},
    Source("https://github.com/docker-library/official-images", date(2026, 11, 27)),
)
# What every program that is linked with this version or a newer one asks for: the one that swallowed libpthread.
ASKED_FOR = (2, 34)

_VERSION = regex(r"(\d+)\.(\d+)")


def libc(reference: str) -> tuple[int, int] | str | None:
    """The version of glibc in an image, `MUSL`, `NONE`, or None where its name does not tell.

    A version is the least that it may be.
    """
    if reference == "scratch":
        return NONE
    base = recognise(reference)
    if base is not None:
        return GLIBC_OF_AMAZON_LINUX.value.get(base.os)
    parts = split(reference)
    name = parts.path.rpartition("/")[2]
    if not is_official(reference) or parts.digest:
        return None
    if name == "alpine" or "alpine" in parts.tag:
        return MUSL
    if name == "amazonlinux":
        return (
            GLIBC_OF_AMAZON_LINUX.value[AL2023 if parts.tag.startswith("2023") else AL2]
            if parts.tag[:1] == "2"
            else None
        )
    named = next((version for release, version in GLIBC_OF_DEBIAN.value.items() if release in parts.tag), None)
    match = _VERSION.match(parts.tag)
    first = _FIRST_ON_BOOKWORM.value.get(name)
    if named is None and first is not None and match is not None and (int(match[1]), int(match[2])) >= first:
        return GLIBC_OF_DEBIAN.value["bookworm"]
    return named
