"""What a script can ask of an image's files."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from itertools import islice

from lambda_lint import Kind
from lambda_lint_rules._facts.mounts import MADE_BY_ENGINES, TMP
from lambda_lint_rules._start.executables import candidates, find
from lambda_lint_rules._start.files import Files, mount, mounted
from lambda_lint_rules._start.model import UNKNOWN

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
        if file is None and path in MADE_BY_ENGINES:
            return None
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

    def writable(self, path: str) -> bool | None:
        """False for what certainly lies on the root file system, which is read-only.

        A function may have file systems of its own below /mnt.
        """
        links = [file for file in self._files.filesystem.chain(path) if file.kind is Kind.SYMLINK]
        places = [path, *(posixpath.join(posixpath.dirname(link.path), link.link) for link in links)]
        normal = [posixpath.normpath(place) for place in places]
        return None if any(mounted(place) or place.startswith("/mnt/") for place in normal) else False

    def names(self, folder: str) -> tuple[str, ...] | None:
        """The names in a folder, sorted."""
        return None if mounted(folder) else self._files.names(folder)

    def which(self, name: str, cwd: str, env: Mapping[str, str]) -> str | None:
        """The path of a command, "" when there is none that can be executed, None when it may be made at run time."""
        found = find(self._files, name, cwd, env)
        usable = found is not None and found.file.kind is Kind.FILE and self._files.allowed(found.path, "execute")
        if found is not None and usable:
            return found.path
        places = list(islice(candidates(name, cwd, env), 64))
        return None if any(UNKNOWN in path or mounted(path) for path in places) else ""

    def hidden(self, path: str) -> bool:
        """Whether a file of the image is covered by the empty folder that Lambda mounts."""
        return mount(path) == TMP and self._files.is_file(path)

    def text(self, path: str) -> str | None:
        """The text of a script to source."""
        return None if mounted(path) else self._files.text(path)

    def real(self, path: str) -> str:
        """Where a path ends when all links are followed, "" when that is not known."""
        file = None if mounted(path) else self._files.get(path)
        return "" if file is None or mounted(file.path) else file.path

    def machine(self) -> str:
        """What `uname -m` prints."""
        return _MACHINES.get(self._architecture, "")


def outside(files: Files, path: str) -> bool:
    """Whether a path leads to what Lambda or the function mounts, be it by a link."""
    return ImageWorld(files, "").writable(path) is None
