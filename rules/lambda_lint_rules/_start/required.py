"""Files that scripts of PHP and Ruby load for certain, by statements at the very start of a line."""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Iterator

from lambda_lint import ImageLocation, Kind, Location, Value, printable, regex
from lambda_lint_rules._start.files import Files, join, mounted
from lambda_lint_rules._start.model import Trouble

_MAX_FILES = 100
_MAX_SOURCE = 1 << 20

_PHP_COMMENT = regex(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_PHP = regex(
    r"^(?:return\s+|\$\w+\s*=\s*)?require(?:_once)?\s*\(?\s*(?:__DIR__|dirname\(__FILE__\))\s*\.\s*([\"'])(/[\w./-]+)\1\s*\)?\s*;",
    re.MULTILINE,
)
_PHP_UNUSUAL = regex(r"stream_wrapper_register|\bphar:", re.IGNORECASE)
_PHP_PLAIN = regex(
    r"^(?:return\s+|\$\w+\s*=\s*)?require(?:_once)?\s*\(?\s*([\"'])((?:\./|/)?[\w][\w./-]*\.(?:php|inc))\1\s*\)?\s*;",
    re.MULTILINE,
)
_RUBY_COMMENT = regex(r"^=begin\b.*?(?:^=end\b|\Z)|^__END__$.*", re.DOTALL | re.MULTILINE)
_RUBY_RELATIVE = regex(r"^require_relative[ (]\s*([\"'])([\w./-]+)\1\)?\s*(?:#.*)?$", re.MULTILINE)
_RUBY = regex(r"^require[ (]\s*([\"'])([a-z][\w./-]*)\1\)?\s*(?:#.*)?$", re.MULTILINE)
_RUBY_UNUSUAL = regex(r"\brescue\b|\$LOAD_PATH|\$:|\bautoload\b|<<[~-]?[\"'A-Z]|^begin\b", re.MULTILINE)
# Parts of Ruby itself that need no file of their own, in one build or another.
_BUILT_IN_NAMES = """
continuation coverage date date_core digest enumerator etc fcntl fiber io/console io/nonblock io/wait json monitor nkf
objspace openssl pathname psych pty racc rational complex readline ripper ruby2_keywords rubygems set socket stringio
strscan syslog thread win32ole yaml zlib rbconfig bundler bundler/setup
"""
_BUILT_IN = frozenset(_BUILT_IN_NAMES.split())


class _Load(Value):
    """What is loaded: a path without its ending, or a name that is looked for."""

    path: str = ""
    name: str = ""


def missing(files: Files, path: str, otherwise: Location) -> Iterator[Trouble]:
    """What a script, and the image's own files that it loads, load in vain."""
    queue, seen = deque([path]), {path}
    while queue and len(seen) < _MAX_FILES:
        current = queue.popleft()
        text = files.text(current, _MAX_SOURCE) or ""
        for load in (
            _php(current, text) if current.endswith(".php") or text.startswith("<?php") else _ruby(current, text)
        ):
            found = (
                next((each for each in (load.path, f"{load.path}.rb") if files.is_file(each)), "") if load.path else ""
            )
            if found and found not in seen:
                seen.add(found)
                queue.append(found)
            elif not found and _nowhere(files, load):
                file = files.get(current)
                place = otherwise if file is None else ImageLocation(layer=file.layer, path=file.path)
                shown = printable(load.path or load.name)
                message = f"{printable(current)} loads {shown}, which is not in the image"
                yield Trouble("missing-module", message, place, f"install or copy {shown} in the final stage")


def _php(path: str, text: str) -> Iterator[_Load]:
    code = _PHP_COMMENT.sub("", text)
    for match in _PHP.finditer(code):
        yield _Load(posixpath.dirname(path) + match[2])
    # Others are looked for in several folders, so they are anywhere or nowhere.
    for match in _PHP_PLAIN.finditer(code) if not _PHP_UNUSUAL.search(code) else ():
        yield _Load(match[2]) if match[2].startswith("/") else _Load(name=match[2].removeprefix("./"))


def _ruby(path: str, text: str) -> Iterator[_Load]:
    text = _RUBY_COMMENT.sub("", text)
    if _RUBY_UNUSUAL.search(text):
        return
    for match in _RUBY_RELATIVE.finditer(text):
        yield _Load(join(posixpath.dirname(path), match[2]))
    for match in _RUBY.finditer(text):
        if match[2].removesuffix(".rb") not in _BUILT_IN:
            yield _Load(name=match[2])


def _nowhere(files: Files, load: _Load) -> bool:
    """Whether a path leads nowhere, or no file of the whole image may be what a name means."""
    if load.path:
        endings = ("", ".rb", ".so")
        return not mounted(load.path) and all(files.get(load.path + ending) is None for ending in endings)
    stem = load.name.removesuffix(".rb").removesuffix(".so")
    written = stem.endswith((".php", ".inc"))
    tails = tuple(f"/{stem}{ending}" for ending in (("",) if written else (".rb", ".so", ".bundle", ".jar")))
    found = files.filesystem.walk(endings=tails, picked=lambda kind, _owner: kind is not Kind.DIRECTORY)
    return next(found, None) is None
