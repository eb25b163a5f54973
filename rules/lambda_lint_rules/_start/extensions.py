"""What Lambda starts from /opt/extensions, before and beside the image's own program."""

from __future__ import annotations

from lambda_lint import Kind
from lambda_lint_rules._start import elf, markers
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.model import Client, Evidence

FOLDER = "/opt/extensions"
ADAPTER = "lambda-adapter"


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
        if name == ADAPTER:
            return Client("Lambda Web Adapter", "rust", path, evidence=Evidence.PROBABLE)
    return None
