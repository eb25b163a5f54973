"""What a script can ask of an image's files."""

from __future__ import annotations

from collections.abc import Mapping

from lambda_lint import Kind
from lambda_lint_rules._start.executables import find
from lambda_lint_rules._start.files import Files, mounted

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


class ImageWorld:
    """Answers from the merged tree. What Lambda mounts over it is unknown."""

    def __init__(self, files: Files, architecture: str) -> None:
        self._files = files
        self._architecture = architecture

    def exists(self, path: str, test: str) -> bool | None:
        """Whether test's `-e`, `-f`, `-d`, `-x`, `-r`, `-s`, `-L` or `-w` holds for Lambda's user."""
        if mounted(path):
            return None
        file = self._files.get(path)
        if test in {"-L", "-h"}:
            link = self._files.filesystem.get(path, follow=False)
            return link is not None and link.kind is Kind.SYMLINK
        if file is None or test == "-w":  # the root file system is read-only
            return False
        match test:
            case "-f":
                return file.kind is Kind.FILE
            case "-d":
                return file.kind is Kind.DIRECTORY
            case "-s":
                return file.size > 0
            case "-x":
                return self._files.allowed(path, "enter" if file.kind is Kind.DIRECTORY else "execute")
            case "-r":
                return self._files.allowed(path, "read")
        return True

    def which(self, name: str, cwd: str, env: Mapping[str, str]) -> str | None:
        """The path of a command, "" when there is none that can be executed."""
        found = find(self._files, name, cwd, env)
        usable = found is not None and found.file.kind is Kind.FILE and self._files.allowed(found.path, "execute")
        return found.path if found is not None and usable else ""

    def text(self, path: str) -> str | None:
        """The text of a script to source."""
        return self._files.text(path)

    def machine(self) -> str:
        """What `uname -m` prints."""
        return _MACHINES.get(self._architecture, "")
