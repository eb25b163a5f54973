"""Which file a name means in a Node.js file, by the rules of `require` and of `import`."""

from __future__ import annotations

import posixpath

from lambda_lint import Kind, Value, printable, regex
from lambda_lint_rules._start import node_files, node_version
from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.model import UNKNOWN
from lambda_lint_rules._start.node_files import Found
from lambda_lint_rules._start.world import outside

_BUILTIN_NAMES = """
assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns
dns/promises domain events fs fs/promises http http2 https inspector inspector/promises module net os path path/posix
path/win32 perf_hooks process punycode querystring readline readline/promises repl stream stream/consumers
stream/promises stream/web string_decoder sys timers timers/promises tls trace_events tty url util util/types v8 vm
wasi worker_threads zlib _http_agent _http_client _http_common _http_incoming _http_outgoing _http_server _stream_duplex
_stream_passthrough _stream_readable _stream_transform _stream_wrap _stream_writable _tls_common _tls_wrap
"""
_BUILTINS = frozenset(_BUILTIN_NAMES.split())
_SCHEMES = ("node:", "#", "data:", "http:", "https:", "file:", "bun:")
# What the AWS base images bring in one version or another.
_IN_BASE = regex(r"aws-sdk|@aws-sdk/.*|@smithy/.*|@aws/.*|aws-lambda-ric")
_BASE_FOLDERS = ("/var", "/opt")
# Folders that NODE_PATH names in the AWS base images, or usually does elsewhere.
_SHARED = ("/opt/nodejs", "/opt/nodejs/node22", "/opt/nodejs/node24", "/var/runtime", "/usr/local/lib", "/usr/lib")
# Where `require` looks at last, by itself, and where Debian's Node.js does so.
# Node.js documentation, "Loading from the global folders", and Debian's package nodejs, 2026-11-27.
_GLOBAL_FOLDERS = """
/usr/local/lib/node /usr/lib/node /etc/nodejs /usr/share/nodejs /usr/lib/nodejs
/usr/lib/x86_64-linux-gnu/nodejs /usr/lib/aarch64-linux-gnu/nodejs
"""
_GLOBAL = tuple(_GLOBAL_FOLDERS.split())

# What lies beside code and is none.
_BESIDE = (".map", ".d.ts", ".d.cts", ".d.mts", ".flow", ".md")


class Setting(Value):
    """How Node.js looks for modules. `base` tells that it is an AWS base image's.

    `plain` tells that no option or loader changes how files are found. `search` is NODE_PATH, which counts for
    `require` alone. `folders` are those that may be the working directory, none where that is not known.
    `version` is that of Node.js, "" where that is not known.
    """

    base: bool = False
    plain: bool = True
    search: str = ""
    folders: tuple[str, ...] = ()
    version: str = ""


def is_path(name: str) -> bool:
    """Whether a name leads from the file that uses it, or from the root; any other begins with a package's name."""
    return name in (".", "..") or name.startswith(("./", "../", "/"))


def find(files: Files, path: str, name: str, setting: Setting, *, module: bool) -> Found:
    """The file that the file at `path` loads by a name, with `import` (`module`) or with `require`."""
    if is_path(name):
        return _beside(files, path, name, module=module)
    if name.startswith("#"):
        return _mapped(files, path, name, setting, module=module)
    if setting.plain and node_version.lacks_builtin(setting.version, name):
        wrong = f"imports {printable(name)}, which Node.js {setting.version} does not have (ERR_UNKNOWN_BUILTIN_MODULE)"
        return Found(wrong=wrong, fix="run the function on a later Node.js, or do without it")
    if name.startswith(_SCHEMES) or name in _BUILTINS:
        return Found()
    shown = printable(name)
    if not there(files, path, name, setting, module=module):
        wrong, fix = (
            f"imports {shown}, which is not in the image",
            f"put {shown} into the final stage, installed or copied",
        )
        return Found(wrong=wrong, fix=fix, lost=name)
    found = Found()
    if module and any(letter in name for letter in "?#%"):
        return found
    for folder in _folders(files, path, name):
        here = node_files.in_package(files, folder, _inside(name), setting.version, module=module)
        if not here.wrong:
            return here
        found = found if found.wrong else Found(wrong=f"imports {shown}, {here.wrong}", fix=here.fix)
        if module or here.ends:
            break
    package = package_name(name)
    perhaps = found.wrong and (_is_own(files, path, package) or (not module and elsewhere(files, package, setting)))
    return Found() if perhaps else found


def _beside(files: Files, path: str, name: str, *, module: bool) -> Found:
    target = join(posixpath.dirname(path), name)
    found = node_files.resolve(files, target)
    if (found is None and outside(files, target)) or (module and any(letter in name for letter in "?#%")):
        return Found(found or "")
    there = files.is_file(target) if module else found is not None or _perhaps(files, target)
    if there:
        return Found(target if module else found or "")
    wrong = f"loads {printable(name)}, and no file of the image has that name"
    fix = "copy the file into the final stage, and write its whole name: import takes it without guessing"
    return Found(found or "", wrong, fix, lost=name)


def _mapped(files: Files, path: str, name: str, setting: Setting, *, module: bool) -> Found:
    """What the `imports` of a package.json say of a name that begins with #, where they lead to a file beside it."""
    package = node_files.settings_of(files, path)
    folder = posixpath.dirname(package)
    target = node_files.imported(files, folder, name, setting.version, module=module) if package else None
    if target is None or not target.startswith("./"):
        return Found()
    found = f"{folder}/{target[2:]}"
    if files.is_file(found) or outside(files, found):
        return Found(found)
    wrong = (
        f"imports {printable(name)}, which {printable(package)} makes {printable(target)}, and that is not in the image"
    )
    return Found(wrong=wrong, fix="copy the file into the final stage, or mend the imports in package.json")


def _perhaps(files: Files, path: str) -> bool:
    """Whether something that Node.js does not find by itself may be loaded: loaders add extensions of their own."""
    folder, stem = posixpath.split(path)
    if any(each.startswith(f"{stem}.") and not each.endswith(_BESIDE) for each in files.names(folder)):
        return True
    inside = files.names(path) if files.is_directory(path) else ()
    return files.is_file(path) or any(
        each == "package.json" or (each.startswith("index.") and not each.endswith(_BESIDE)) for each in inside
    )


def _is_own(files: Files, path: str, package: str) -> bool:
    """Whether a file is part of the package of that name itself, which comes before others of the name."""
    settings = node_files.settings_of(files, path)
    return bool(settings) and node_files.package(files, posixpath.dirname(settings)).get("name") == package


def _folders(files: Files, path: str, name: str) -> list[str]:
    """The folders of the package that a name begins with, the nearest first."""
    package = package_name(name)
    found = (files.get(f"{folder}/node_modules/{package}") for folder in node_files.upwards(path))
    return [file.path for file in found if file is not None and file.kind is Kind.DIRECTORY]


def only_folder(files: Files, path: str, name: str, setting: Setting) -> str:
    """The folder of the package that a file loads, "" where it is none, or another one may be meant."""
    package = package_name(name)
    if is_path(name) or name.startswith(_SCHEMES) or name in _BUILTINS or (setting.base and of_base(package)):
        return ""
    folders = _folders(files, path, name)
    return folders[0] if len(folders) == 1 and not elsewhere(files, package, setting) else ""


def real(files: Files, path: str) -> str:
    """The path of a file itself, where `path` leads through links."""
    file = files.get(path)
    return path if file is None else file.path


def elsewhere(files: Files, package: str, setting: Setting) -> bool:
    """Whether a package may be found in a folder that is not above the file that loads it."""
    return (
        _searched(files, package, setting)
        or any(files.get(f"{each}/node_modules/{package}") is not None for each in _SHARED)
        or any(_has(files, each, package) for each in _GLOBAL)
    )


def package_name(name: str) -> str:
    """The package that a module's name begins with."""
    return "/".join(name.split("/")[: 2 if name.startswith("@") else 1])


def _inside(name: str) -> str:
    return name.removeprefix(package_name(name)).removeprefix("/")


def of_base(package: str) -> bool:
    """Whether a package is one that AWS base images bring. Which of them, and where, differs."""
    return _IN_BASE.fullmatch(package) is not None


def there(files: Files, path: str, name: str, setting: Setting, *, module: bool = False) -> bool:
    """Whether a module that is no path may be found by a file at `path`.

    A `module`'s own imports are looked for in the folders above it alone, except on the AWS base images, which have a
    loader for NODE_PATH.
    """
    if name.startswith(_SCHEMES) or name in _BUILTINS:
        return True
    package = package_name(name)
    shared = () if module and not setting.base else _SHARED
    return (
        any(
            files.get(f"{folder}/node_modules/{package}") is not None
            or any(files.is_file(f"{folder}/node_modules/{package}{ending}") for ending in node_files.ENDINGS)
            or folder.endswith(f"/node_modules/{package}")
            or node_files.package(files, folder).get("name") == package
            for folder in (*node_files.upwards(path), *shared)
        )
        or (not (module and not setting.base) and elsewhere(files, package, setting))
        or any(outside(files, f"{folder}/node_modules/{package}") for folder in node_files.upwards(path))
        or (setting.base and of_base(package) and files.somewhere(_BASE_FOLDERS, package.rpartition("/")[2]))
    )


def _searched(files: Files, package: str, setting: Setting) -> bool:
    """Whether NODE_PATH names a folder that has a package, or may have it."""
    if UNKNOWN in setting.search:
        return True
    listed = [folder for folder in setting.search.split(":") if folder]
    places = [join(start, folder) for folder in listed for start in setting.folders or ("",)]
    return any(not place.startswith("/") or outside(files, place) or _has(files, place, package) for place in places)


def _has(files: Files, folder: str, package: str) -> bool:
    return any(files.get(f"{folder}/{package}{ending}") is not None for ending in ("", *node_files.ENDINGS))
