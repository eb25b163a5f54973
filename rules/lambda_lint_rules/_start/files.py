"""An image's files as the tracing reads them: remembered, and with a bound on the bytes of a whole plan."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterable, Iterator

from lambda_lint import Credentials, File, Filesystem, ImageLocation, Kind, Location, replace
from lambda_lint.annotations import BinaryIO
from lambda_lint_rules._facts.mounts import FILES, FOLDERS
from lambda_lint_rules._facts.user import DEFAULT_USER

USER: Credentials = DEFAULT_USER.value.credentials
BUDGET = 90 << 20
SCRIPT_SIZE = 64 << 10
HEAD_SIZE = 4096
_PIECE_SIZE = 4 << 20
# Going back in a layer means to decompress it again, so what is not large is read in one go.
_STREAMED = 16 << 20
_BLOCK_SIZE = 64 << 10


class Files:
    """Reads of one image. A read over the budget gives nothing, so callers see "cannot tell", never an error."""

    def __init__(self, filesystem: Filesystem, budget: int = BUDGET) -> None:
        self.filesystem = filesystem
        self.bytes_read = 0
        self._budget = budget
        self._known: dict[tuple[str, int, int], bytes] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._found: dict[str, File | None] = {}

    def get(self, path: str) -> File | None:
        """What is at `path`, symlinks followed."""
        if path not in self._found:
            self._found[path] = self.filesystem.get(path)
        return self._found[path]

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there."""
        found = self.get(path)
        return found is not None and found.kind is Kind.FILE

    def is_directory(self, path: str) -> bool:
        """Whether a directory is there."""
        found = self.get(path)
        return found is not None and found.kind is Kind.DIRECTORY

    def allowed(self, path: str, access: str) -> bool:
        """Whether Lambda's user may `read`, `list` or `execute` it."""
        return self.filesystem.denial(path, USER, access) is None

    def names(self, path: str) -> tuple[str, ...]:
        """The names in a directory, sorted; symlinked directories are followed."""
        if path not in self._names:
            directory = self.get(path)
            found = self.filesystem.children(directory.path if directory else path)
            self._names[path] = tuple(posixpath.basename(child.path) for child in found)
        return self._names[path]

    def somewhere(self, folders: Iterable[str], name: str) -> bool:
        """Whether anything below these folders bears the name, with or without an ending."""
        found = (file.path.rpartition("/")[2] for folder in folders for file in self.filesystem.walk(folder))
        return any(each == name or each.startswith(f"{name}.") for each in found)

    def bytes_of(self, path: str, size: int, offset: int = 0) -> bytes:
        """Up to `size` bytes from `offset`; b"" when there is no regular file, or no budget left."""
        file = self.get(path)
        if file is None or file.kind is not Kind.FILE or offset >= file.size:
            return b""
        size = min(size, file.size - offset)
        whole = self._known.get((file.path, file.size, 0))
        if whole is not None:
            return whole[offset : offset + size]
        key = (file.path, size, offset)
        if key not in self._known:
            if self.bytes_read + size > self._budget:
                return b""
            self.bytes_read += size
            self._known[key] = self.filesystem.read(file.path, size, offset)
        return self._known[key]

    def pieces(self, path: str) -> Iterator[bytes]:
        """The whole file in order, not remembered; it ends early when the budget does."""
        file = self.get(path)
        if file is None or file.kind is not Kind.FILE:
            return
        if (file.path, file.size, 0) in self._known:
            yield self._known[file.path, file.size, 0]
            return
        for offset in range(0, file.size, _PIECE_SIZE):
            size = min(_PIECE_SIZE, file.size - offset)
            if self.bytes_read + size > self._budget:
                return
            self.bytes_read += size
            yield self.filesystem.read(file.path, size, offset)

    def whole(self, path: str, limit: int) -> bytes:
        """All of a file, read in one go; b"" when there is none, or it is longer than `limit`."""
        file = self.get(path)
        return self.bytes_of(path, limit) if file is not None and file.size <= limit else b""

    def stream(self, path: str, at_once: int = _STREAMED) -> BinaryIO:
        """A file to seek in: in memory when it is not longer than `at_once`, else read block by block."""
        data = self.whole(path, at_once)
        return io.BytesIO(data) if data else io.BufferedReader(_Blocks(self, path), _BLOCK_SIZE)

    def head(self, path: str) -> bytes:
        """The first block."""
        return self.bytes_of(path, HEAD_SIZE)

    def text(self, path: str, limit: int = SCRIPT_SIZE) -> str | None:
        """The whole file as text, None when there is none, it is longer than `limit`, or it is not text."""
        file = self.get(path)
        if file is None or file.kind is not Kind.FILE or file.size > limit:
            return None
        return _decoded(self.bytes_of(file.path, limit), file.size)

    def kept(self, path: str, size: int) -> bytes | None:
        """Up to `size` bytes from the start of a file; None where a layer would have to be read again for them."""
        file = self.get(path)
        if file is None or file.kind is not Kind.FILE or self.bytes_read + min(size, file.size) > self._budget:
            return None
        key = (file.path, min(size, file.size), 0)
        if key not in self._known:
            data = self.filesystem.at_hand(file.path, size)
            if data is None:
                return None
            self.bytes_read += len(data)
            self._known[key] = data
        return self._known[key]

    def kept_text(self, path: str, limit: int = SCRIPT_SIZE) -> str | None:
        """As `text`, where no layer has to be read again for it."""
        file = self.get(path)
        if file is None or file.kind is not Kind.FILE or file.size > limit:
            return None
        data = self.kept(path, limit)
        return None if data is None else _decoded(data, file.size)


def _decoded(data: bytes, size: int) -> str | None:
    return None if len(data) < size or b"\0" in data else data.decode("utf-8", "replace")


class _Blocks(io.RawIOBase):
    """A file of the image as a stream that reads only the blocks that are asked for, each one once."""

    def __init__(self, files: Files, path: str) -> None:
        super().__init__()
        file = files.get(path)
        self._files, self._path = files, path
        self._size = file.size if file is not None else 0
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        before = self._at % _BLOCK_SIZE
        data = self._files.bytes_of(self._path, _BLOCK_SIZE, self._at - before)[before : before + len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def join(cwd: str, path: str) -> str:
    """`path` seen from `cwd`. Not normalised: `..` behind a symlinked directory is the file system's to follow."""
    return path if path.startswith("/") else posixpath.join(cwd, path)


def at_line(place: Location, line: int) -> Location:
    """A line of a file of the image as the place, where it has none yet: in a script within a script, the outer one."""
    if line and isinstance(place, ImageLocation) and place.path and place.line is None:
        return replace(place, line=line)
    return place


def mount(path: str) -> str:
    """The folder at or above this path where Lambda mounts something of its own, "" when there is none."""
    return next((root for root in FOLDERS.value if path == root or path.startswith(root + "/")), "")


def mounted(path: str) -> bool:
    """Whether Lambda mounts something of its own at or above this path."""
    return bool(mount(path)) or path in FILES.value
