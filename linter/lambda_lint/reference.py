"""Image references (`host/repository:tag@digest`), read as Docker reads them.

The grammar is that of github.com/distribution/reference, the one that every container engine uses.
"""

from __future__ import annotations

import re

from lambda_lint.lazy import regex
from lambda_lint.values import Value

DOCKER_HUB = "docker.io"

_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_HOST = regex(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_REPOSITORY = regex(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", re.ASCII)
_DIGEST = regex(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_IDENTIFIER = regex(r"[0-9a-f]{64}")
_SHORT_IDENTIFIER = regex(r"(?:sha256:)?[0-9a-f]{1,64}")
_NAME_LIMIT = 255


class Reference(Value):
    """A reference in full: `host` and `repository` as Docker completes them, `tag` and `digest` "" when not given."""

    host: str
    repository: str
    tag: str = ""
    digest: str = ""

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.host}/{self.repository}{tag}{digest}"

    def with_tag(self) -> Reference:
        """With the tag that Docker assumes: `latest`, unless there is a tag or a digest."""
        return self if self.tag or self.digest else Reference(self.host, self.repository, "latest")


def parse_reference(text: str) -> Reference | None:
    """The reference, None when Docker would refuse it: capitals in the repository, a bare image id, bad characters."""
    if _IDENTIFIER.fullmatch(text):
        return None
    rest, at, digest = text.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        return None
    name, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        name, tag = rest, ""
    elif not _TAG.fullmatch(tag):
        return None
    host, repository = _split_host(name)
    if len(f"{host}/{repository}") > _NAME_LIMIT or not _HOST.fullmatch(host) or not _REPOSITORY.fullmatch(repository):
        return None
    return Reference(host, repository, tag, digest)


def flaw(text: str) -> str:
    """What keeps a text from being a reference, in a few words after a semicolon; "" where that is not plain."""
    digest = text.partition("@")[2]
    if "://" in text:
        return "; a reference starts with the registry's host, without https://"
    if digest and not _DIGEST.fullmatch(digest):
        return "; what follows the @ is no digest"
    if _IDENTIFIER.fullmatch(text):
        return "; only an engine knows an image by its id"
    return "; the name of a repository has no capitals" if parse_reference(text.lower()) is not None else ""


def names_image(text: str) -> bool:
    """Whether an engine may know an image by this text: a reference, or an image id or the first part of one."""
    return parse_reference(text) is not None or _SHORT_IDENTIFIER.fullmatch(text) is not None


def _split_host(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    is_host = any(mark in first for mark in ".:") or first == "localhost" or first != first.lower()
    if not slash or not is_host:
        first, rest = DOCKER_HUB, name
    if first == "index.docker.io":
        first = DOCKER_HUB
    if first == DOCKER_HUB and "/" not in rest:
        rest = f"library/{rest}"
    return first, rest
