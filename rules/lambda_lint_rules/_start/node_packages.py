"""Which files of installed packages of Node.js are worth being read exactly.

An image's packages may bring thousands of files. To take one apart costs far more than to look for names in its text,
and in nearly all of them every name that `require` or `import` may be given leads somewhere.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from lambda_lint import Value, regex
from lambda_lint_rules._start import node_files, node_resolution, node_version
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.node_resolution import Setting

_MAX_FILES = 2000
_MAX_SOURCES = 8 << 20
MAX_SOURCE = 320 << 10

_LOADS = regex(r"""(?:\b(require)\s*\(\s*|\bfrom\s*|\bimport\s*\(?\s*)["']([^"'\n\\]{1,200})["']""")
_READS = regex(r"\breadFileSync\s*\(")
_HOOKS = regex(
    r"\b_(?:resolveFilename|nodeModulePaths|findPath|load|initPaths)\s*=[^=]|\b(?:_|require\.)extensions\s*\[[^\]\n]{1,40}\]\s*=[^=]"
    r"|\bregisterHooks\s*\(|\bmodule\s*\.\s*register\s*\(|\b_initPaths\s*\(|\bprototype\.require\s*=[^=]"
    r"|\bmodule\.paths\s*(?:=[^=]|\.(?:push|unshift|splice)\b)"
)


class Suspects(Value):
    """Files that may load something in vain, or load one that may. `hooked` tells that nothing is certain."""

    paths: frozenset[str] = frozenset()
    hooked: bool = False


def suspects(files: Files, seeds: Iterable[str], setting: Setting) -> Suspects:
    """Follow every name in the packages' files, in whatever function or comment it stands."""
    queue = deque(dict.fromkeys(seeds))
    importers: dict[str, list[str]] = {path: [] for path in queue}
    suspicious: list[str] = []
    room = _MAX_SOURCES
    while queue and len(importers) < _MAX_FILES and room > 0:
        path = queue.popleft()
        text = files.kept_text(path, MAX_SOURCE) if path.endswith(node_files.SOURCES) else None
        if text is None:
            continue
        room -= len(text)
        if changes_search(text):
            return Suspects(hooked=True)
        targets = list(_targets(files, path, text, setting))
        if None in targets or _READS.search(text):
            suspicious.append(path)
        for target in targets:
            if target and node_files.is_installed(target):
                if target not in importers:
                    queue.append(target)
                importers.setdefault(target, []).append(path)
    return Suspects(_and_above(suspicious, importers))


def changes_search(text: str) -> bool:
    """Whether a file changes how any module is found from then on."""
    return _HOOKS.search(text) is not None


def _targets(files: Files, path: str, text: str, setting: Setting) -> Iterator[str | None]:
    """The files that a text may load; None for each name that may be in vain."""
    commonjs = node_files.kind(files, path) == "commonjs"
    for required, name in dict.fromkeys(_LOADS.findall(text)):
        if commonjs and not required:
            continue
        found = node_resolution.find(files, path, name, setting, module=not required)
        if found.wrong or (required and refuses(files, found.path, setting.version)):
            yield None
        if found.path:
            yield node_resolution.real(files, found.path)


def refuses(files: Files, path: str, version: str) -> bool:
    """Whether `require` of that Node.js certainly does not take a file, as it is an ECMAScript module."""
    return bool(path) and node_version.requires_modules(version) is False and node_files.kind(files, path) == "module"


def _and_above(paths: Iterable[str], importers: dict[str, list[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += importers[path]
    return frozenset(found)
