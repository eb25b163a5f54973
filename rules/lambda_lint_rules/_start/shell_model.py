"""What a script that is run on paper asks, how it fails, and how it leaves a command."""

from __future__ import annotations

from collections.abc import Mapping

from lambda_lint import Value
from lambda_lint.annotations import Protocol

MAX_CALLS = 12


class World(Protocol):
    """What a script can ask of the files around it. None where nobody can know."""

    def exists(self, path: str, test: str) -> bool | None:
        """Whether test's `-e`, `-f`, `-d`, `-x`, `-r`, `-s`, `-L` or `-w` holds."""

    def which(self, name: str, cwd: str, env: Mapping[str, str]) -> str | None:
        """The path of a command, "" when there is none."""

    def hidden(self, path: str) -> bool:
        """Whether a file of the image is covered by the empty folder that Lambda mounts."""

    def text(self, path: str) -> str | None:
        """The text of a script to source."""

    def writable(self, path: str) -> bool | None:
        """False for what certainly lies on the read-only root."""

    def names(self, folder: str) -> tuple[str, ...] | None:
        """The names in a folder, sorted."""

    def real(self, path: str) -> str:
        """Where a path ends when all links are followed, "" when that is not known."""

    def machine(self) -> str:
        """What `uname -m` prints, "" when unknown."""


class Failure(Value):
    """Why a script ends before its time: the rule that reports it, and what to do, in words."""

    rule: str
    message: str
    fix: str
    line: int


class Flow(Exception):  # noqa: N818  not an error: the shell's ways of leaving a command
    """The commands that follow are not executed."""


class Exit(Flow):
    """The shell ends."""

    def __init__(self, status: int | None, failure: Failure | None = None) -> None:
        self.status = status
        self.failure = failure


class Exec(Flow):
    """Another program has taken the shell's place."""


class Return(Flow):
    """Back to where the function or the sourced file was called."""


class Break(Flow):
    """Out of so many loops, or to the next turn of the outermost of them."""

    def __init__(self, levels: int, *, resume: bool) -> None:
        self.levels = levels
        self.resume = resume


class Endless(Flow):
    """A loop that nothing ends."""


USE_BASH = "start the script with #!/bin/bash on a base that has bash, or write it for any shell"
COPY_FILE = "copy the file into the final stage"
COPY = "copy the script into the final stage, or mend its name"
ELSEWHERE = "copy it to another folder"
READABLE = "give everybody the right to read it: COPY --chmod=644"
