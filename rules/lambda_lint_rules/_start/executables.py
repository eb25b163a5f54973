"""Finding what a command's first word executes, as execvp does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lambda_lint import File, Kind, Value
from lambda_lint_rules._start.files import Files, join

# Docker's own, when an image sets none.
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Executable(Value):
    """`path` as it was found, links not followed (a venv is known by it); `file` is the end of the links."""

    path: str
    file: File


def candidates(name: str, cwd: str, env: Mapping[str, str]) -> Iterator[str]:
    """Every path that may be meant, in order."""
    if "/" in name:
        yield join(cwd, name)
        return
    for folder in env.get("PATH", DEFAULT_PATH).split(":"):
        yield join(join(cwd, folder) if folder else cwd, name)


def find(files: Files, name: str, cwd: str, env: Mapping[str, str]) -> Executable | None:
    """The file that `name` means: the first executable one, else the first file of any mode, else None.

    A name with a slash is that path whatever it is, a directory included.
    """
    fallback: Executable | None = None
    for path in candidates(name, cwd, env):
        file = files.get(path)
        if file is None or (file.kind is not Kind.FILE and "/" not in name):
            continue
        found = Executable(path, file)
        if file.kind is not Kind.FILE or files.allowed(path, "execute"):
            return found
        fallback = fallback or found
    return fallback
