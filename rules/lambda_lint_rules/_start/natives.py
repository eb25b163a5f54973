"""What native modules of Python need of other libraries, and do not find.

To read how a library is linked, a layer would have to be decompressed again. That is done only where something speaks
for a library that is not there: the record of the distribution, which was kept as the layer was read, tells of
libraries of its own that are gone, or its tag that it was built somewhere else.
"""

from __future__ import annotations

import posixpath
import re

from lambda_lint import Value, regex
from lambda_lint_rules._facts.native_modules import LIBRARIES, LOADED_BY_INIT
from lambda_lint_rules._start import elf, libraries
from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.model import Handler
from lambda_lint_rules._start.python_path import extension, find_in

_MAX_RECORD = 256 << 10
_LISTED = regex(r"^([^,\n]+\.so(?:\.[\w.-]+)?),", re.MULTILINE)
_TAG = regex(r"^Tag: \S+?-((?:many|musl)?linux)(?:_2_(\d+)|(1|2010|2014))?_\w+$", re.MULTILINE)
# The glibc, 2.x, that the older tags stand for (PEP 513, 571 and 599).
_OLDER = {"1": 5, "2010": 12, "2014": 17}
# Of Amazon Linux 1 and CentOS 7, which no image of a Python of today is older than: to read the C library takes long.
_OLDEST = 17
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


class _Distribution(Value):
    """What the record of one that has native modules tells. `glibc` is the oldest 2.x for it, 0 where there is none."""

    name: str
    libraries: tuple[str, ...]
    local: bool
    musl: bool
    glibc: int


class Natives:
    """The native modules of one Python."""

    def __init__(self, files: Files, handler: Handler) -> None:
        self._files = files
        self._roots = handler.roots
        environment = {"LD_LIBRARY_PATH": handler.library_path}
        architecture = _ARCHITECTURES.get(handler.machine, "")
        self._linking = libraries.linking(files, handler.loader, environment, handler.cwd, architecture)
        self._glibc: frozenset[str] | None = None
        self._records: dict[str, dict[str, _Distribution]] = {}

    def lacking(self, folders: tuple[str, ...], module: str) -> str:
        """In words, what a module that is in one of these folders needs in vain; "" for nothing, or none known."""
        path = self._native(folders, module) if self._linking.loader else ""
        if not path or not self._suspicious(path):
            return ""
        if self._linking.musl and libraries.for_glibc(self._files, path):
            return "glibc, and the image has musl"
        lacking = libraries.missing(self._files, path, self._linking)
        if lacking is None or lacking.refused:
            return ""
        if lacking.version:
            # Of other libraries, a newer one may have been loaded before.
            old = lacking.version.startswith("GLIBC_")
            return f"{lacking.version}, which the image's {lacking.library} is too old for" if old else ""
        # What is anywhere may have been loaded before, by its path.
        return (
            ""
            if libraries.perhaps(self._files, lacking.library)
            else f"the library {lacking.library}, which is not in the image"
        )

    def _native(self, folders: tuple[str, ...], module: str) -> str:
        """The file that is loaded with a module, "" when that is none, or nobody can tell which."""
        for folder in folders:
            found = find_in(self._files, folder, module)
            if found is not None and module in LOADED_BY_INIT:
                folder = posixpath.dirname(found)
                found = extension(self._files, folder, module)
            if found is not None:
                names = [each for each in self._files.names(folder) if each.startswith(f"{module}.")]
                return found if sum(each.endswith(".so") for each in names) == 1 and found.endswith(".so") else ""
        return ""

    def _suspicious(self, path: str) -> bool:
        root = next((root for root in self._roots if path.startswith(f"{root}/")), "")
        found = self._recorded(root).get(path[len(root) + 1 :]) if root else None
        if found is None:
            return False
        if found.local or found.musl != self._linking.musl or self._too_new(found.glibc):
            return True
        if any(not self._files.is_file(join(root, each)) for each in found.libraries):
            return True
        return any(not libraries.elsewhere(self._files, each) for each in LIBRARIES.get(found.name, ()))

    def _too_new(self, glibc: int) -> bool:
        if glibc <= _OLDEST:
            return False
        if self._glibc is None:
            libc = libraries.found(self._files, "libc.so.6", self._linking)
            self._glibc = libraries.gives(self._files, libc) if libc else frozenset()
        return bool(self._glibc) and f"GLIBC_2.{glibc}" not in self._glibc

    def _recorded(self, root: str) -> dict[str, _Distribution]:
        """By their paths below a folder, the native modules that were installed into it."""
        if root not in self._records:
            self._records[root] = {
                path: each
                for name in self._files.names(root)
                if name.endswith(".dist-info")
                for path, each in self._record(root, name)
            }
        return self._records[root]

    def _record(self, root: str, name: str) -> list[tuple[str, _Distribution]]:
        record = self._files.kept_text(f"{root}/{name}/RECORD", _MAX_RECORD) or ""
        listed = _LISTED.findall(record) if ".so" in record else []
        if not listed:
            return []
        wheel = self._files.kept_text(f"{root}/{name}/WHEEL") or ""
        tags = [(kind, int(x or 0) or _OLDER.get(old, 0)) for kind, x, old in _TAG.findall(wheel)]
        found = _Distribution(
            name.partition("-")[0].lower(),
            tuple(each for each in listed if ".libs/" in each),
            bool(tags) and all(kind == "linux" for kind, _ in tags),
            bool(tags) and all(kind == "musllinux" for kind, _ in tags),
            min((glibc for kind, glibc in tags if kind == "manylinux"), default=0),
        )
        return [(each, found) for each in listed if ".libs/" not in each] if tags else []


def loader_of(files: Files, path: str) -> str:
    """The dynamic loader of the interpreter at `path`, "" where it has none, or none that is there."""
    header = elf.header(files, path)
    return header.loader if header is not None and files.is_file(header.loader) else ""
