"""Native parts of Node.js packages, which are made for one system: another one's, and none at all, cannot be loaded."""

from __future__ import annotations

import posixpath
import re

from lambda_lint import printable, regex
from lambda_lint_rules._facts.native_modules import NODE_PACKAGES
from lambda_lint_rules._start import node_files
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.node_resolution import package_name

_ENDINGS = (".node", ".node.js", ".wasm")
_OTHER_SYSTEM = regex(r"[/@+._-](?:darwin|win32|freebsd|android)[/@+._-]")
_VERSION = regex(r"(\d+)\.(\d+)\.")


def wrong_system(files: Files, folder: str) -> str:
    """In words, what keeps the package in a folder from being loaded on Linux; "" for nothing, or none known."""
    name = package_name(folder.rpartition("/node_modules/")[2])
    described = node_files.package(files, folder) if name in NODE_PACKAGES else {}
    version = _VERSION.match(str(described.get("version", "")))
    known = version is not None and (int(version[1]), int(version[2])) < NODE_PACKAGES[name]
    # Who needs a package only by its name puts an empty one in its place, which needs no others.
    if not known or described.get("name") != name or not described.get("dependencies"):
        return ""
    # Some keep it in a package of its own, and package managers have folders of theirs for that.
    called = re.compile(rf"(?:^|\W|_){re.escape(name)}(?:$|\W|_)")
    parts = [
        each.path for each in files.filesystem.walk(endings=_ENDINGS) if called.search(posixpath.basename(each.path))
    ]
    # The folders of the function itself have whatever names.
    others = [path for path in parts if _OTHER_SYSTEM.search(f"/{path.rpartition('/node_modules/')[2]}")]
    if len(others) < len(parts):
        return ""
    there = f", only {printable(posixpath.basename(others[0]))}, for another system" if others else ""
    return f"{name} cannot be loaded: its native part for Linux is not in the image{there}"
