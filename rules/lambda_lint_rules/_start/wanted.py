"""Which bytes of which files the start plan may want, so that they are kept during the one pass over each layer."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from functools import lru_cache

from lambda_lint import RuntimeConfig, regex
from lambda_lint_rules._facts.caches import CACHE_SETTINGS
from lambda_lint_rules._facts.secrets import SECRET_ENDINGS, SECRET_FILE
from lambda_lint_rules._start.files import HEAD_SIZE, SCRIPT_SIZE

_WHOLE_PROGRAM = 48 << 20
_SOURCE = 256 << 10

# All of these are held against the last part of a path, with its slash: most files are of no interest, and an image may
# have a million.
_METADATA = regex(
    r"/(?:pyvenv\.cfg|bootstrap.*|.*\.pth|.*\.deps\.json|.*\.runtimeconfig\.json|(?:os-|runtime-)?release"
    r"|(?:site|user)customize\.py|node_version\.h|RECORD|WHEEL)"
)
# What nearly every dynamic program is linked with, and the clients' native parts.
_LIBRARIES = regex(
    r"/(?:(?:libc|libm|libmvec|libstdc\+\+|libgcc_s|libpthread|libdl|librt|libutil|libz|libatomic|libpython3[.\d]*"
    r"|ld-[\w.-]+|ld|libc\.musl[\w-]*)(?:-[\d.]+)?\.so(?:\.[\w.]*)?"
    r"|runtime_client\.[\w.-]+\.so|(?:rapid|runtime)-client\.node|libjli\.so)"
)
# Programs that start a script or a handler under a name that need not be in the config.
_INTERPRETERS = regex(r"/(?:dash|bash|busybox|python3?[.\d]*|perl[.\d]*|ruby[.\d]*|php[-\w.]*)")
_BINARY = 8 << 20
# What programs in general are linked with: the small ones among the system's own, of which there are many.
_SMALL_LIBRARIES = regex(r"/(?:usr/)?lib(?:64)?/(?:\w+-linux-\w+/)?lib[^/]*\.so(?:\.[\w.]*)?")
_SMALL_LIBRARY = 512 << 10
_EXTENSIONS = "/opt/extensions/"
_LOADER_SETTINGS = ("/etc/ld.so.c", "/etc/ld-musl")
_CLIENTS = regex(r".*(?:/node_modules/aws-lambda-ric/package\.json|/awslambdaric/[^/]*\.py)")
_SOURCES = (".py", ".js", ".mjs", ".cjs", ".rb", ".sh", ".pl", ".pm", ".lua", ".R", ".php", ".ts", "package.json")
# What installed packages of Python import is followed as far as it fits. Half of their text is deeper or larger.
_PACKAGE = regex(
    r".*/(?:site|dist)-packages/(?!(?:pip|setuptools|wheel|pkg_resources)/)(?:(?!tests?/)[^/]+/){0,3}[^/]+"
)
_PACKAGE_SOURCE = 64 << 10
# Deeper ones tell the kind of the files beside them, and no more.
_NODE_PACKAGE = regex(r".*/node_modules/(?:@[^/]+/)?[^/@][^/]*(?P<inner>/.*)?/package\.json")
_NODE_PACKAGE_SIZE, _INNER_PACKAGE_SIZE = 16 << 10, 512
# What packages of Node.js load is followed as far as it fits, but for what is there for tests and for browsers.
_NODE_SOURCE = regex(
    r".*/node_modules/(?:@[^/]+/)?[^/@.][^/]*/"
    r"(?:(?!(?:tests?|__tests__|docs|examples?|browser|umd|dist-(?:es|web|types|src))/)[^/]+/){0,6}[^/]+(?<!\.min)\.[cm]?js"
)
# The SDK's clients are one such file.
_NODE_INDEX, _NODE_INDEX_SIZE = regex(r"/index\.[cm]?js"), 320 << 10
# Tells what a native module is built for.
_ELF_HEADER = 64
_INSTALLED = regex(
    r"/(?:site-packages/|dist-packages/|node_modules/|lib/python|lib64/python|lib/ruby/|(?:lib|share)/(?:[\w-]+/)?(?:perl|lua))"
)


# Files of npm, uv and Corepack that move what they write.
_SETTINGS_FILES = frozenset(name for told in CACHE_SETTINGS.value.values() for name in (*told.files, "npmrc"))
_SETTINGS = 64 << 10
# What a name ends with, or is, that any of the above takes for more than a program. This decides for most files.
_ENDINGS = frozenset(
    {ending.rpartition(".")[2] for ending in (*_SOURCES, *SECRET_ENDINGS)}
    | {"cfg", "pth", "json", "release", "os-release", "runtime-release", "node", "h", "RECORD", "WHEEL"}
    | {name.rpartition(".")[2] for name in _SETTINGS_FILES}
)


def wanted(config: RuntimeConfig) -> Callable[[str, int, int], int]:
    """For an absolute path, its mode and its size: how many leading bytes to keep."""
    return _wanted(
        frozenset(
            posixpath.basename(word)
            for setting in (config.entrypoint, config.command)
            if setting.value is not None
            for word in setting.value.args
            if word
        )
    )


@lru_cache(1 << 7)  # so that those who are asked again know the question
def _wanted(words: frozenset[str]) -> Callable[[str, int, int], int]:
    # Of most files none of what is below has to be asked: these questions are the cheapest that tell.
    endings = _ENDINGS | {word.rpartition(".")[2] for word in words}

    def wish(path: str, mode: int, size: int) -> int:
        ending = path.rpartition(".")[2]
        if "/" in ending:
            ending = path.rpartition("/")[2]
        if (
            ending not in endings
            and not mode & 0o111
            and ".so" not in path
            and "/bootstrap" not in path
            and "/ld-musl" not in path
            and _EXTENSIONS not in path
        ):
            return 0
        start = path.rfind("/")
        name = path[start + 1 :]
        if name in words or name == "bootstrap" or path.startswith(_EXTENSIONS):
            return _WHOLE_PROGRAM if size <= _WHOLE_PROGRAM else HEAD_SIZE
        return _wish(path, start, name, mode, size)

    return wish


def _wish(path: str, start: int, name: str, mode: int, size: int) -> int:
    if _METADATA.fullmatch(path, start):
        return _source(size)
    if size <= _BINARY and (_LIBRARIES.fullmatch(path, start) or path.startswith(_LOADER_SETTINGS)):
        return size
    if size <= _SMALL_LIBRARY and ".so" in name and _SMALL_LIBRARIES.fullmatch(path):
        return size
    if mode & 0o111 and size <= _BINARY and path[:start].endswith("/bin") and _INTERPRETERS.fullmatch(path, start):
        return size
    if SECRET_FILE.value.search(path, max(0, path.rfind("/", 0, start))):
        return 0 if _INSTALLED.search(path) else _source(size)
    if name in _SETTINGS_FILES:
        return size if size <= _SETTINGS and not _INSTALLED.search(path) else 0
    if name.endswith(_SOURCES):
        if _CLIENTS.fullmatch(path) or not _INSTALLED.search(path):
            return _source(size)
        if name == "package.json":
            return _of_node_package(path, size)
        return _of_package(path, name, size)
    if mode & 0o111 and not _INSTALLED.search(path):
        return SCRIPT_SIZE if size <= SCRIPT_SIZE else HEAD_SIZE
    return _ELF_HEADER if name.endswith(".so") else 0


def _of_package(path: str, name: str, size: int) -> int:
    most = _NODE_INDEX_SIZE if _NODE_INDEX.fullmatch(f"/{name}") else _PACKAGE_SOURCE
    pattern = _PACKAGE if name.endswith(".py") else _NODE_SOURCE
    return size if size <= most and pattern.fullmatch(path) else 0


def _of_node_package(path: str, size: int) -> int:
    match = _NODE_PACKAGE.fullmatch(path) if size <= _NODE_PACKAGE_SIZE else None
    return 0 if match is None or (match["inner"] and size > _INNER_PACKAGE_SIZE) else size


def _source(size: int) -> int:
    return _SOURCE if size <= _SOURCE else 0
