"""What Lambda starts from /opt/extensions, before and beside the image's own program."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import ImageLocation, Kind, printable
from lambda_lint_rules._facts.adapter import PROGRAM
from lambda_lint_rules._facts.extensions import FOLDER, MOST, SWITCHED_OFF
from lambda_lint_rules._start import elf, markers, trace
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.executables import Executable
from lambda_lint_rules._start.files import USER, Files
from lambda_lint_rules._start.model import Client, Evidence, Process, Trouble


def adapter(files: Files) -> Client | None:
    """The Lambda Web Adapter where Lambda starts it; None when it is not there, or is there but cannot be executed."""
    for name in files.names(FOLDER):
        path = f"{FOLDER}/{name}"
        file = files.get(path)
        if file is None or file.kind is not Kind.FILE or not files.allowed(path, "execute"):
            continue
        if not files.head(path).startswith(elf.MAGIC):
            continue
        scan = markers.scan(files, path)
        if scan.has(markers.ADAPTER) and scan.speaks:
            return Client("Lambda Web Adapter", "rust", path)
        if name == PROGRAM:
            return Client("Lambda Web Adapter", "rust", path, evidence=Evidence.PROBABLE)
    return None


def troubles(files: Files, architecture: str) -> Iterator[Trouble]:
    """What keeps Lambda from starting one of the extensions, and with it the function."""
    if files.get(SWITCHED_OFF) is not None:
        return
    entries = [child for child in files.filesystem.children(FOLDER) if child.kind is not Kind.DIRECTORY]
    for entry in entries[: 2 * MOST]:
        message = _broken(files, entry.path, architecture)
        if message:
            place = ImageLocation(layer=entry.layer, path=entry.path)
            fix = "move it elsewhere if it is no extension; otherwise copy a program for this image with mode 755"
            yield Trouble("broken-extension", message, place, fix)
    if len(entries) > MOST:
        message = f"there are {len(entries)} extensions in {FOLDER}, and Lambda starts {MOST} at most"
        yield Trouble("broken-extension", message, ImageLocation(path=FOLDER), "remove those that are not needed")


def _broken(files: Files, path: str, architecture: str) -> str:
    file = files.get(path)
    shown = printable(path)
    if file is None:
        return f"{shown} leads nowhere, and Lambda starts it as an extension"
    if file.kind is Kind.DIRECTORY:
        return ""
    process = Process((path,), "/", {}, ImageLocation(path=path), direct=True)
    trouble = trace.refused(Call(process, Executable(path, file), files, architecture))
    if trouble is not None:
        return f"Lambda starts what is in {FOLDER}: {trouble.message}"
    denial = files.filesystem.denial(path, USER, "execute")
    # In a folder that is closed to its user, nobody says whether Lambda finds any extension.
    own = denial is not None and denial.file.path == file.path
    return f"the user of Lambda may not execute the extension {shown}" if own else ""
