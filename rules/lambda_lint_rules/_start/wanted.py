"""Which bytes of which files the start plan may want, so that they are kept during the one pass over each layer."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from lambda_lint import RuntimeConfig, regex
from lambda_lint_rules._facts.secrets import SECRET_FILE
from lambda_lint_rules._start.files import HEAD_SIZE, SCRIPT_SIZE

_WHOLE_PROGRAM = 48 << 20
_SOURCE = 256 << 10

_METADATA = regex(
    r"/(?:pyvenv\.cfg|bootstrap[^/]*|[^/]*\.pth|[^/]*\.deps\.json|[^/]*\.runtimeconfig\.json|release|os-release|runtime-release)"
    r"|/node_modules/aws-lambda-ric/package\.json|/awslambdaric/[^/]*\.py"
)
# What nearly every dynamic program is linked with, the loader's own settings, and the clients' native parts.
_LIBRARIES = regex(
    r"/(?:libc|libm|libmvec|libstdc\+\+|libgcc_s|libpthread|libdl|librt|libutil|libz|libatomic|libpython3[.\d]*"
    r"|ld-[\w.-]+|ld|libc\.musl[\w-]*)(?:-[\d.]+)?\.so(?:\.[\w.]*)?$|^/etc/ld\.so\.c|^/etc/ld-musl"
    r"|/runtime_client\.[\w.-]+\.so$|/(?:rapid|runtime)-client\.node$|/libjli\.so$"
)
# What programs in general are linked with; the small ones among them, of which there are many.
_SMALL_LIBRARIES = regex(r"^/(?:usr/)?lib(?:64)?/(?:\w+-linux-\w+/)?lib[^/]*\.so(?:\.[\w.]*)?$")
_SMALL_LIBRARY = 512 << 10
# Programs that start a script or a handler under a name that need not be in the config.
_INTERPRETERS = regex(r"/bin/(?:dash|bash|busybox|python3?[.\d]*|perl[.\d]*|ruby[.\d]*|php[-\w.]*)$")
_BINARY = 8 << 20
_SOURCES = (".py", ".js", ".mjs", ".cjs", ".rb", ".sh", ".pl", ".R", ".php", ".ts", "package.json")
_INSTALLED = ("/site-packages/", "/dist-packages/", "/node_modules/", "/lib/python", "/lib64/python", "/lib/ruby/")


def wanted(config: RuntimeConfig) -> Callable[[str, int, int], int]:
    """For an absolute path, its mode and its size: how many leading bytes to keep."""
    words = {
        posixpath.basename(word)
        for setting in (config.entrypoint, config.command)
        if setting.value is not None
        for word in setting.value.args
        if word
    }
    return lambda path, mode, size: _wish(path, mode, size, words)


def _wish(path: str, mode: int, size: int, words: set[str]) -> int:
    name = posixpath.basename(path)
    if path.startswith("/opt/extensions/") or name in words or name == "bootstrap":
        return _WHOLE_PROGRAM if size <= _WHOLE_PROGRAM else HEAD_SIZE
    if _METADATA.search(path):
        return _SOURCE if size <= _SOURCE else 0
    if size <= _BINARY and (_LIBRARIES.search(path) or _INTERPRETERS.search(path)):
        return size
    if size <= _SMALL_LIBRARY and _SMALL_LIBRARIES.search(path):
        return size
    installed = any(part in path for part in _INSTALLED)
    if not installed and SECRET_FILE.value.search(path):
        return _SOURCE if size <= _SOURCE else 0
    if name.endswith(_SOURCES) and not installed:
        return _SOURCE if size <= _SOURCE else 0
    if mode & 0o111 and not installed:
        return SCRIPT_SIZE if size <= SCRIPT_SIZE else HEAD_SIZE
    return 0
