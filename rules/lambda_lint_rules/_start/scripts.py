"""What the kernel makes of a file that is executed, as far as the file itself tells."""

from __future__ import annotations

from lambda_lint import Kind, printable
from lambda_lint_rules._start import elf
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.model import Trouble

_SHEBANG_SIZE = 256
_BOM = b"\xef\xbb\xbf"


def first_line(head: bytes) -> tuple[str, str]:
    """The interpreter that a script names, and its one argument."""
    line = head[2:_SHEBANG_SIZE].partition(b"\n")[0].decode("utf-8", "replace").strip(" \t")
    interpreter, _, argument = line.replace("\t", " ").partition(" ")
    return interpreter, argument.strip(" \t")


def unfit(call: Call) -> Trouble | None:
    """What keeps a file from being executed wherever it is: no program's mode, or no program's beginning."""
    path, file = call.executable.path, call.executable.file
    shown, place = printable(path), call.place(path)
    if file.kind is not Kind.FILE:
        message = f"the program to start, {shown}, is a {file.kind.value}"
        return Trouble("entrypoint-not-found", message, place, "name the program itself")
    if not file.mode & 0o111 and not call.process.loader:
        message = f"{shown} is started as a program but is not executable (mode {file.mode:o})"
        return Trouble("not-executable", message, place, f"RUN chmod 755 {shown}, or COPY --chmod=755")
    head = call.files.head(path)
    if head.startswith(b"#!"):
        if not any(word.endswith("\r") for word in first_line(head)):
            return None
        message = f"{shown} has Windows line endings, so its interpreter is not found"
        return Trouble("bad-script", message, place, "save it with LF line endings: *.sh text eol=lf in .gitattributes")
    if head.startswith(elf.MAGIC) or not call.process.direct:
        return None
    if file.size:
        mark = "starts with a byte order mark" if head.startswith(_BOM) else "has no #! line"
        message = f"{shown} {mark}, so Lambda cannot execute it (exec format error)"
        return Trouble("bad-script", message, place, "start the file with #!/bin/sh, in the very first byte")
    message = f"{shown} is empty, so Lambda cannot execute it (exec format error)"
    return Trouble("bad-script", message, place, "copy the real program")
