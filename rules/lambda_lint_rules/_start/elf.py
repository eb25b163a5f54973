"""Executables: what the kernel and the dynamic loader will say to them."""

from __future__ import annotations

import struct

from lambda_lint import Severity, Value, printable
from lambda_lint_rules._start import libraries
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.libraries import Linking, Missing
from lambda_lint_rules._start.model import Trouble

MAGIC = b"\x7fELF"

# e_machine, from the ELF specification's processor supplements.
_MACHINES = {3: "386", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64", 21: "ppc64le", 22: "s390x"}
_LAMBDA = frozenset({"amd64", "arm64"})
# Programs of these run on a processor of the other kind, if its kernel is made so.
_COMPATIBLE = frozenset({("386", "amd64"), ("arm", "arm64")})


class Header(Value):
    """The first block of an executable: bits per word, and the machine in Docker's words ("" when unknown)."""

    bits: int
    machine: str
    loader: str


def header(files: Files, path: str) -> Header | None:
    """Read a file's header. None when it is cut short or says something impossible."""
    head = files.head(path)
    if len(head) < 64 or not head.startswith(MAGIC) or head[5] != 1:
        return None
    bits = {1: 32, 2: 64}.get(head[4], 0)
    layout = _LAYOUTS.get(bits)
    machine = _MACHINES.get(int.from_bytes(head[18:20], "little"), "")
    return Header(bits, machine, _loader(files, path, *layout) if layout is not None else "")


# The header's own part and a program header's, as the ELF specification lays them out: where the table starts, the size
# and the number of its entries; then an entry's type, offset and size in the file.
_LAYOUTS = {
    32: (struct.Struct("<28xI10xHH"), struct.Struct("<II8xI")),
    64: (struct.Struct("<32xQ14xHH"), struct.Struct("<I4xQ16xQ")),
}


def _loader(files: Files, path: str, header: struct.Struct, entry: struct.Struct) -> str:
    """The path of the dynamic loader (PT_INTERP), "" for a static program."""
    start, size, count = header.unpack_from(files.head(path))
    count = min(count, 64)
    # Tools that change a program put the table at its end.
    table = _part(files, path, start, size * count)
    for index in range(count):
        at = index * size
        if size < entry.size or at + entry.size > len(table):
            break
        kind, offset, length = entry.unpack_from(table, at)
        if kind == 3:
            return _part(files, path, offset, min(length, 4096)).rstrip(b"\0").decode("utf-8", "replace")
    return ""


def _part(files: Files, path: str, offset: int, size: int) -> bytes:
    head = files.head(path)
    return head[offset : offset + size] if offset + size <= len(head) else files.bytes_of(path, size, offset)


def refused(call: Call) -> Trouble | None:
    """What is wrong with an executable for this image; None when nothing is, or when that cannot be told."""
    found = header(call.files, call.executable.path)
    path = printable(call.executable.path)
    place = call.place(call.executable.path)
    if found is None:
        return None
    if _foreign(found, call.architecture):
        message = f"{path} is built for {found.machine}, and the image says {call.architecture} (exec format error)"
        fix = f"build it for {call.architecture}, or the image for the other architecture"
        return Trouble("wrong-architecture-binary", message, place, fix)
    loader = call.process.loader or found.loader
    if found.loader and not call.files.is_file(loader):
        message = f"{path} needs the dynamic loader {printable(found.loader)}, which is not in the image"
        fix = "build it in the final stage's own distribution (glibc or musl), or link it statically"
        return Trouble("missing-library", message, place, fix)
    if found.loader and not call.process.loader and not call.files.allowed(loader, "execute"):
        shown = printable(loader)
        message = f"{path} needs the dynamic loader {shown}, which the user of Lambda may not execute"
        return Trouble("not-executable", message, call.place(loader), f"RUN chmod 755 {shown}, and its folders")
    return _unlinked(call, path, loader) if found.loader and found.bits == 64 else None


def _foreign(found: Header, architecture: str) -> bool:
    """Whether a file is for a processor that Lambda has not got for this image."""
    return (
        bool(found.machine)
        and architecture in _LAMBDA
        and found.machine != architecture
        and (found.machine, architecture) not in _COMPATIBLE
    )


def doubtful(call: Call) -> Trouble | None:
    """A 32-bit program of the image's own family: an ordinary kernel runs it, Lambda's may not."""
    found = header(call.files, call.executable.path)
    if found is None or (found.machine, call.architecture) not in _COMPATIBLE:
        return None
    path = printable(call.executable.path)
    message = f"{path} is a 32-bit program ({found.machine}), and Lambda says nothing of running those"
    fix = f"build it for {call.architecture}"
    return Trouble("wrong-architecture-binary", message, call.place(call.executable.path), fix, Severity.WARNING)


def _linking(call: Call, loader: str) -> Linking:
    process = call.process
    return libraries.linking(call.files, loader, process.env, process.cwd, call.architecture, first=process.direct)


def _unlinked(call: Call, path: str, loader: str) -> Trouble | None:
    lacking = libraries.missing(call.files, call.executable.file.path, _linking(call, loader))
    if lacking is None:
        return None
    by = printable(lacking.by)
    needing = path if by == printable(call.executable.file.path) else f"{path} needs {by}, and that"
    words, fix = _lack(call, lacking)
    return Trouble("missing-library", f"{needing} needs {words}", call.place(lacking.by), fix)


def _lack(call: Call, lacking: Missing) -> tuple[str, str]:
    """In words, what is needed and why it is not to be had, and what to do about it."""
    library = printable(lacking.library)
    if lacking.version:
        words = f"{printable(lacking.version)}, which the image's {library} is too old for"
        return words, "build it in the final stage's distribution, or an older one"
    if lacking.refused:
        return (
            f"the library {library}, and {printable(lacking.refused)}",
            f"copy the real {library} to where the loader looks, with mode 644",
        )
    elsewhere = libraries.elsewhere(call.files, lacking.library)
    if elsewhere:
        words = f"the library {library}, and the loader does not look where it is: {printable(elsewhere)}"
        return words, "RUN ldconfig after it was copied, or name its folder in LD_LIBRARY_PATH"
    words = f"the library {library}, which is not in the image"
    return words, f"install the package that brings {library} in the final stage"


def unloadable(call: Call, native: str) -> str:
    """In words, why the call's interpreter cannot load a native module; "" when it can, or nobody can tell."""
    interpreter = header(call.files, call.executable.path)
    if interpreter is None or not interpreter.loader:
        return ""
    found = header(call.files, native)
    if found is not None and found.machine and call.architecture in _LAMBDA and found.machine != call.architecture:
        return f"it is built for {found.machine}, and the image says {call.architecture}"
    if "ld-musl" in interpreter.loader and libraries.for_glibc(call.files, native):
        return f"it is built for glibc, and {printable(call.executable.path)} for musl"
    lacking = libraries.missing(call.files, native, _linking(call, interpreter.loader))
    if lacking is None:
        return ""
    return f"it needs {_lack(call, lacking)[0]}"
