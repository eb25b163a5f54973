"""What newer parts of Lambda ask of an image, for the rules that are about them."""

from __future__ import annotations

from lambda_lint import Location, RuntimeConfig


def relative_program(config: RuntimeConfig) -> tuple[str, Location] | None:
    """The program that is started, and where it is named, when that is no absolute path."""
    if not config.entrypoint.known:
        return None
    setting = config.entrypoint if config.entrypoint.value is not None else config.command
    program = setting.value.args[0] if setting.value is not None and setting.value.args else "/"
    return None if program.startswith("/") else (program, setting.location)
