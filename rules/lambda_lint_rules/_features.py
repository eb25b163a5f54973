"""What newer parts of Lambda ask of an image, for the rules that are about them."""

from __future__ import annotations

from collections.abc import Mapping

from lambda_lint import Deployment, Image, Location, RuntimeConfig
from lambda_lint_rules._start import Client, plan


def relative_program(config: RuntimeConfig) -> tuple[str, Location] | None:
    """The program that is started, and where it is named, when that is no absolute path."""
    if not config.entrypoint.known:
        return None
    setting = config.entrypoint if config.entrypoint.value is not None else config.command
    program = setting.value.args[0] if setting.value is not None and setting.value.args else "/"
    return None if program.startswith("/") else (program, setting.location)


def too_old(client: Client, first: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether a client's version is known to be below the first that counts."""
    parts = client.version.split(".")
    numbers = tuple(int(part) for part in parts if part.isascii() and part.isdecimal())
    return len(numbers) == len(parts) and client.name in first and numbers < first[client.name]


def own_client(image: Image, deployment: Deployment) -> Client | None:
    """The runtime client that an image brings and starts itself, which no base image of AWS's has."""
    found = plan(image, deployment)
    return found.client if not found.base else None
