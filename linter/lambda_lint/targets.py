"""What the user names on the command line, taken apart. Nothing here looks whether it exists."""

from __future__ import annotations

from lambda_lint.errors import UsageError, printable
from lambda_lint.values import Value

DOCKER_DAEMON = "docker-daemon"
PODMAN = "podman"
DOCKER_ARCHIVE = "docker-archive"
OCI = "oci"
OCI_ARCHIVE = "oci-archive"
REGISTRY = "docker"

# In place of a path: what is piped or redirected in.
STDIN = "-"

# The spelling of containers-transports(5). Podman's images have none there but containers-storage:, which means the
# files of its store, and these are asked for through its service.
FORMS = {
    DOCKER_DAEMON: "docker-daemon:REF",
    PODMAN: "podman:REF",
    DOCKER_ARCHIVE: "docker-archive:PATH[:REF]",
    OCI: "oci:PATH[:REF]",
    OCI_ARCHIVE: "oci-archive:PATH[:REF]",
    REGISTRY: "docker://REF",
}


class Target(Value):
    """A target as the user named it (`text`), taken apart.

    `transport` is a key of FORMS, or None for stdin, a path if there is one, else an image reference. `path_or_ref` is
    the path or the image reference; `reference` chooses one of the images at a path, None when the user did not.
    """

    text: str
    transport: str | None
    path_or_ref: str
    reference: str | None = None


def parse_target(text: str) -> Target:
    """Raises UsageError for an empty target, and for one that starts like a form and does not end like it."""
    if not text.strip():
        raise UsageError("an empty target; name a Dockerfile, a folder, an image or an archive")
    transport, colon, rest = text.partition(":")
    if rest.startswith("//"):
        if transport != REGISTRY:
            raise UsageError(f"{printable(text)}: unknown kind of target; known are {', '.join(FORMS.values())}")
        rest = rest.removeprefix("//")
    elif transport == REGISTRY or transport not in FORMS or not colon:
        return Target(text, None, text)
    reference: str | None = None
    if transport not in (REGISTRY, DOCKER_DAEMON, PODMAN):
        rest, _, after = rest.partition(":")
        reference = after or None
    if not rest:
        raise UsageError(f"{printable(text)}: incomplete, the form is {FORMS[transport]}")
    return Target(text, transport, rest, reference)
