"""Which interpreter a Python start uses, and where it looks for modules."""

from __future__ import annotations

import posixpath
import re

from lambda_lint import Value, regex
from lambda_lint_rules._start.executables import Executable
from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.model import UNKNOWN, Handler, Process

_VERSIONED = regex(r"(?:python|pypy)(3\.\d+)t?")
_LIBRARY = regex(r"python(3\.\d+)t?")
_TAG = regex(r"[^.]+\.cpython-(\d)(\d+)t?-([a-z0-9_]+)-linux-(?:gnu|musl)\.so")
_BUILD = regex(r"\.(cpython-(\d)(\d+)[a-z]*-([\w-]+))\.so")
# By what the processor's number is in an ELF file; and how files of macOS begin.
_PROCESSORS = {62: "x86_64", 183: "aarch64", 3: "i386", 40: "arm"}
_MACOS = (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
# Docker's words for a machine, and those in the names of native modules.
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_CHANGES_PATH = regex(r"\bsys\s*\.\s*(?:path|meta_path)\b|from\s+sys\s+import|addsitedir\((?!.*site-packages)")
_LOADS = regex(r"(?m)^[ \t]*(?:import|from)[ \t]+(?!(?:site|sys|os)\b)")
_PATH_LINE = regex(r"^(?!import[ \t])\S.*$", re.MULTILINE)


class Interpreter(Value):
    """One Python. `version` is `3.12`, "" when the image does not tell.

    `roots` are the folders of its module search path, in order. `complete` is False when there are more that cannot be
    known: import hooks, path files with code, zip archives. `customized` tells that code of the installation's own may
    have loaded any modules before the first, `hooked` that a known one may have loaded a few of Python's own.
    """

    version: str
    roots: tuple[str, ...]
    libraries: tuple[str, ...]
    complete: bool
    customized: bool = False
    hooked: bool = False

    def find(self, files: Files, module: str) -> str | None:
        """The file or package folder of a top-level module; None when it is in none of the roots."""
        for root in (*self.roots, *self.libraries):
            found = find_in(files, root, module)
            if found is not None:
                return found
        return None


def find_in(files: Files, root: str, module: str) -> str | None:
    """The file, or for a package its `__init__.py`, of a module name (a part of a dotted one) in one folder."""
    base = join(root, module)
    for candidate in (f"{base}/__init__.py", f"{base}/__init__.pyc"):
        if files.is_file(candidate):
            return candidate
    native = extension(files, root, module)
    if native is not None:
        return native
    for candidate in (f"{base}.py", f"{base}.pyc"):
        if files.is_file(candidate):
            return candidate
    return None


def tag_of(name: str) -> tuple[str, str] | None:
    """The Python version and the machine that a native module's name gives; None when it gives none."""
    match = _TAG.fullmatch(name)
    return None if match is None else (f"{match[1]}.{match[2]}", match[3])


class Build(Value):
    """What native modules have to be built for. `tags` are those of this Python's own, none when they are not known."""

    version: str
    machine: str
    tags: frozenset[str] = frozenset()


def build_of(files: Files, handler: Handler) -> Build:
    """What the Python that loads a handler takes."""
    own = files.names(join(handler.library, "lib-dynload")) if handler.library else ()
    tags = frozenset(match[1] for name in own if (match := _BUILD.search(name)) is not None)
    return Build(handler.version, handler.machine, tags)


def mismatch(files: Files, folder: str, module: str, build: Build) -> str:
    """In words, what all that a folder has of a module is built for, when this Python loads none of it; else ""."""
    if not build.version or not build.machine:
        return ""
    ends = [name[len(module) :] for name in files.names(folder) if name == module or name.startswith(f"{module}.")]
    loadable = [end for end in ends if end in {"", ".py", ".pyc"} or end.endswith(".so")]
    # A folder of nothing but type stubs often bears the name of the native module that they describe.
    loadable = [end for end in loadable if end or not _only_stubs(files, join(folder, module))]
    wrong = [_built_for(files, join(folder, module + end), end, build) for end in loadable]
    return wrong[0] if wrong and all(wrong) else ""


def _only_stubs(files: Files, folder: str) -> bool:
    names = files.names(folder)
    return bool(names) and all(name.endswith((".pyi", "py.typed")) for name in names)


def _built_for(files: Files, path: str, end: str, build: Build) -> str:
    """In words, what else one file is built for; "" when it may be loaded."""
    match = _BUILD.fullmatch(end)
    if match is not None:
        version, platform = f"{match[2]}.{match[3]}", match[4]
        machine, linux, _ = platform.partition("-linux-")
        if platform == "darwin":
            return "for macOS"
        if version != build.version:
            return f"for Python {version}, and this is Python {build.version}"
        if linux and machine != build.machine:
            return f"for {machine}, and the image is {build.machine}"
        if build.tags and match[1] not in build.tags:
            return f"for {match[1]}, and this Python takes {min(build.tags)}"
        return ""
    head = files.kept(path, 20) if end in {".so", ".abi3.so"} else None
    if head is None or len(head) < 20:
        return ""
    if head.startswith(_MACOS):
        return "for macOS"
    machine = _PROCESSORS.get(int.from_bytes(head[18:20], "little"), "") if head.startswith(b"\x7fELF") else ""
    return f"for {machine}, and the image is {build.machine}" if machine and machine != build.machine else ""


def extension(files: Files, root: str, module: str) -> str | None:
    """A native module of that name, whatever its tag."""
    prefix = f"{module}."
    names = [name for name in files.names(root) if name.startswith(prefix) and name.endswith(".so")]
    return join(root, names[0]) if names else None


def interpreter(
    files: Files, executable: Executable, process: Process, *, isolated: bool = False, bare: bool = False
) -> Interpreter:
    """The interpreter behind an executable as the process's environment sets it up.

    The folder of the script, or the working directory for `-m`, comes before `roots`; callers put it there. `isolated`
    leaves PYTHONPATH out, `bare` the installed packages.
    """
    real = executable.file.path
    home = posixpath.dirname(posixpath.dirname(executable.path))
    config = files.text(join(home, "pyvenv.cfg"))
    prefix = posixpath.dirname(posixpath.dirname(real))
    version = _version(files, posixpath.basename(real), (home, prefix))
    libraries = tuple(
        f"{prefix}/{lib}/python{version}{part}" for lib in ("lib", "lib64") for part in ("", "/lib-dynload")
    ) if version else ()  # fmt: skip
    prefixes = [home] if config is not None else [prefix]
    if config is not None and re.search(r"(?im)^include-system-site-packages\s*=\s*true", config):
        prefixes.append(prefix)
    usual = () if bare else (site for each in prefixes for site in _sites(files, each, version))
    sites = [site for site in usual if files.is_directory(site)]
    complete = bool(version) and "PYTHONHOME" not in process.env
    extra: list[str] = []
    for site in sites:
        paths, plain = _path_files(files, site)
        extra.extend(paths)
        complete = complete and plain
    first = "" if bare else _first_code(files, (*libraries, *sites))
    complete = complete and not _CHANGES_PATH.search(first)
    hooks = {name for site in sites for name in files.names(site) if name.endswith(".pth")}
    customized = bool(hooks - _HARMLESS or _LOADS.search(first))
    python_path = "" if isolated else process.env.get("PYTHONPATH", "")
    if UNKNOWN in python_path:
        complete = False
        python_path = ""
    listed = [join(process.cwd, entry) if entry else process.cwd for entry in python_path.split(":") if python_path]
    if any(files.is_file(entry) for entry in listed):  # a zip archive
        complete = False
    return Interpreter(version, (*listed, *sites, *extra), libraries, complete, customized, bool(hooks))


def _first_code(files: Files, folders: tuple[str, ...]) -> str:
    """The code that Python runs first. It may do anything when it cannot be read."""
    texts: list[str | None] = []
    for name in ("sitecustomize.py", "usercustomize.py"):
        path = next((path for folder in folders if files.is_file(path := join(folder, name))), None)
        texts.append("" if path is None else files.text(path))
    return "import sys; sys.path" if None in texts else "\n".join(filter(None, texts))


def _version(files: Files, name: str, prefixes: tuple[str, ...]) -> str:
    match = _VERSIONED.fullmatch(name)
    if match is not None:
        return match[1]
    for prefix in prefixes:
        found = {match[1] for entry in files.names(f"{prefix}/lib") if (match := _LIBRARY.fullmatch(entry)) is not None}
        if len(found) == 1:
            return found.pop()
    return ""


def _sites(files: Files, prefix: str, version: str) -> tuple[str, ...]:
    if not version:
        return ()
    usual = tuple(f"{prefix}/{lib}/python{version}/site-packages" for lib in ("lib", "lib64"))
    local = f"/usr/local/lib/python{version}"
    if prefix != "/usr":
        return usual
    if files.is_directory("/usr/lib/python3/dist-packages"):  # Debian's own Python looks nowhere else
        return (f"{local}/dist-packages", "/usr/lib/python3/dist-packages")
    return (*usual, f"{local}/site-packages", f"/usr/local/lib64/python{version}/site-packages")


def _path_files(files: Files, site: str) -> tuple[list[str], bool]:
    """The folders that a site's `.pth` files add, and whether they only do that."""
    folders: list[str] = []
    plain = True
    for name in files.names(site):
        if not name.endswith(".pth") or name in _HARMLESS:
            continue
        text = files.text(join(site, name))
        if text is None:
            plain = False
            continue
        plain = plain and not re.search(r"(?m)^import[ \t]", text)
        lines = [line.strip() for line in _PATH_LINE.findall(text) if not line.startswith("#")]
        folders.extend(join(site, line) for line in lines[:50])
    return folders, plain


# They patch distutils, run coverage, or start a debugger; none adds a folder.
_HARMLESS = frozenset({"distutils-precedence.pth", "a1_coverage.pth", "_virtualenv.pth"})
