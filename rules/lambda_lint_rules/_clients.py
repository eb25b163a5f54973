"""Runtime clients as a start command names them, for what a command alone can tell.

The start plan knows more, and needs the image's files for it.
"""

from __future__ import annotations

import posixpath
import re

from lambda_lint import Argv, RuntimeConfig, Setting, Value, regex
from lambda_lint_rules._facts.base_images import BOOTSTRAP, ENTRYPOINT, RUNTIME_DIR, recognise
from lambda_lint_rules._facts.registries import starts_what_it_is_given


class NamedClient(Value):
    """A runtime client in a command. `rest` is what follows it there: its handler, if it has one.

    `reads_arguments` is False for clients whose newer versions take the handler from `_HANDLER` instead, which Lambda
    sets to the last word of CMD.
    """

    name: str
    rest: str
    reads_arguments: bool


_CLIENTS = (
    (regex(rf"(?:^|[\s\"']){re.escape(ENTRYPOINT)}(?=$|[\s\"'])"), ENTRYPOINT, True),
    (regex(r"\s-m\s*awslambdaric(?=$|[\s\"'])"), "awslambdaric", True),
    (
        regex(r"\bcom\.amazonaws\.services\.lambda\.runtime\.api\.client\.AWSLambda(?=$|[\s\"'])"),
        "the Java client",
        True,
    ),
    # Arguments count up to version 3 of the Node.js client and version 2 of the Ruby one.
    (regex(r"\baws-lambda-ric(?:/bin/index\.m?js)?(?=$|[\s\"'])"), "aws-lambda-ric", False),
    (regex(r"\baws_lambda_ric(?=$|[\s\"'])"), "aws_lambda_ric", False),
)


def named_in(command: Argv) -> NamedClient | None:
    """The runtime client that this ENTRYPOINT starts, as far as its words tell; None for any other command."""
    text = shell_text(command) or " ".join(command.args)
    if "lambda" not in text:  # which all of them have in their names
        return None
    for pattern, name, reads_arguments in _CLIENTS:
        match = pattern.search(text)
        if match:
            return NamedClient(name, text[match.end() :].strip(" \"'"), reads_arguments)
    return None


def started_by(config: RuntimeConfig) -> NamedClient | None:
    """The runtime client that ENTRYPOINT starts by its name. Not AWS's entry script, whose name alone tells nothing."""
    client = named_in(config.entrypoint.value) if config.entrypoint.value is not None else None
    return None if client is not None and client.name == ENTRYPOINT else client


def executed(config: RuntimeConfig) -> Setting[Argv] | None:
    """The setting whose first word is executed; None where a base image may put something in front."""
    if config.entrypoint.value is not None:
        return config.entrypoint
    bare = config.entrypoint.known or (config.base is not None and starts_what_it_is_given(config.base.value or ""))
    return config.command if bare else None


def program(config: RuntimeConfig) -> str:
    """The first word that is executed, "" when it is not known or a shell's."""
    setting = executed(config)
    command = setting.value if setting is not None else None
    return command.args[0] if command is not None and command.args and not command.shell else ""


def program_file(config: RuntimeConfig) -> str:
    """The path of the function's own program, "" when it is not known: AWS's script on an OS-only base executes one."""
    base = recognise(config.base.value) if config.base is not None and config.base.value else None
    words = [word for each in (config.entrypoint, config.command) if each.value is not None for word in each.value.args]
    if words[:1] == [ENTRYPOINT]:
        return BOOTSTRAP if base is not None and base.os_only else ""
    path, workdir = program(config), config.workdir.value
    if "/" not in path or not (path.startswith("/") or workdir):
        return ""
    return posixpath.normpath(posixpath.join(workdir or "/", path))


_OF_THE_SYSTEM = regex(r"(?:/(?:usr/(?:local/)?)?bin/)?(?:python[\d.]*|node|npm|npx)")


def sees_the_image_only(argv: tuple[str, ...]) -> bool:
    """Whether an interpreter of the system starts a client, without a script or a download that may bring it."""
    return bool(argv) and _OF_THE_SYSTEM.fullmatch(argv[0]) is not None and {"-y", "--yes"}.isdisjoint(argv)


def entry_script(config: RuntimeConfig) -> NamedClient | None:
    """The entry script of an AWS base that ENTRYPOINT starts, as far as names tell."""
    client = named_in(config.entrypoint.value) if config.entrypoint.value is not None else None
    return client if client is not None and client.name == ENTRYPOINT and on_aws_base(config) else None


def on_aws_base(config: RuntimeConfig) -> bool:
    """Whether the base is one of AWS's own: by its name in a Dockerfile, by the environment it leaves in an image."""
    if config.base is not None:
        return config.base.value is not None and recognise(config.base.value) is not None
    left = config.env.get("LAMBDA_RUNTIME_DIR")
    return left is not None and left.value == RUNTIME_DIR


def shell_text(command: Argv) -> str | None:
    """What the shell is told to run by a command in shell form, None for exec form."""
    if not command.shell or not command.args:
        return None
    args = command.args
    return args[args.index("-c") + 1] if "-c" in args[1:-1] else args[-1]
