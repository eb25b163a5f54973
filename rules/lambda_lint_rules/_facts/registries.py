"""Image references and the registries in them."""

from __future__ import annotations

import re
from functools import lru_cache

from lambda_lint import Value, regex
from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source

_ECR_ENDPOINTS = Source("https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html", date(2026, 11, 23))

# ACCOUNT.dkr.ecr-fips.REGION.amazonaws.com and, dual stack, ACCOUNT.dkr-ecr-fips.REGION.on.aws.
FIPS_HOST = Fact(regex(r"(?:^|\.)(?:dkr[.-])?ecr-fips\.", re.IGNORECASE), _ECR_ENDPOINTS)

# Those of Docker's official images that functions are built on; every other name without a slash may be a local one.
OFFICIAL_IMAGES = Fact(
    frozenset(
        {
            *("alpine", "amazoncorretto", "amazonlinux", "archlinux", "busybox", "clojure"),
            *("debian", "eclipse-temurin", "elixir", "erlang", "fedora", "gcc"),
            *("golang", "gradle", "haskell", "httpd", "julia", "maven"),
            *("nginx", "node", "openjdk", "perl", "php", "python"),
            *("r-base", "rockylinux", "ruby", "rust", "swift", "ubuntu"),
        }
    ),
    Source("https://github.com/docker-library/official-images", date(2026, 11, 23)),
)

# Their Dockerfiles set no ENTRYPOINT.
_WITHOUT_ENTRYPOINT = Fact(
    frozenset(
        {
            *(f"mcr.microsoft.com/dotnet/{name}" for name in ("aspnet", "runtime", "runtime-deps", "sdk")),
            *(f"mcr.microsoft.com/playwright{language}" for language in ("", "/dotnet", "/java", "/python")),
        }
    ),
    Source("https://github.com/microsoft/playwright/tree/main/utils/docker", date(2026, 11, 27)),
)

_OFFICIAL_FOLDERS = ("docker.io/library/", "library/", "public.ecr.aws/docker/library/", "public.ecr.aws/amazonlinux/")


class Reference(Value):
    """An image reference in its parts.

    `host` is "" for Docker Hub written without one; `tag` and `digest` are "" where the reference has none.
    """

    host: str
    path: str
    tag: str
    digest: str

    @property
    def name(self) -> str:
        """Host and path, without tag and digest."""
        return f"{self.host}/{self.path}" if self.host else self.path


@lru_cache(maxsize=256)  # every rule about base images asks for the same few
def split(reference: str) -> Reference:
    """Take a reference apart as Docker does. Never raises: text that is no reference gives parts that match nothing."""
    name, _, digest = reference.partition("@")
    slash = name.rfind("/")
    colon = name.find(":", slash + 1)
    tag = "" if colon < 0 else name[colon + 1 :]
    name = name if colon < 0 else name[:colon]
    first, _, rest = name.partition("/")
    if rest and ("." in first or ":" in first or first == "localhost"):
        return Reference(first, rest, tag, digest)
    return Reference("", name, tag, digest)


@lru_cache(maxsize=256)
def is_official(reference: str) -> bool:
    """Whether this is one of `OFFICIAL_IMAGES`, by any of the names that they are published under.

    None of them has an entrypoint that does more than to start what it is given.
    """
    name = split(reference).name
    folder = next((folder for folder in _OFFICIAL_FOLDERS if name.startswith(folder)), "")
    return name.removeprefix(folder) in OFFICIAL_IMAGES.value


def starts_what_it_is_given(reference: str) -> bool:
    """Whether CMD alone says what an image on this base starts."""
    return is_official(reference) or split(reference).name in _WITHOUT_ENTRYPOINT.value


def is_fips(reference: str) -> bool:
    """Whether the reference, or the bare host, belongs to an ECR FIPS endpoint."""
    host = reference.partition("/")[0].partition(":")[0]
    return "fips" in host.lower() and FIPS_HOST.value.search(host) is not None
