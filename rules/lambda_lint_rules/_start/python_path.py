"""Which interpreter a Python start uses, and where it looks for modules."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from lambda_lint import Value, regex
from lambda_lint_rules._facts.python_library import MAGIC
from lambda_lint_rules._start.executables import Executable
from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.model import UNKNOWN, Handler, Process
from lambda_lint_rules._start.world import outside

_VERSIONED = regex(r"(?:python|pypy)(3\.\d+)t?")
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
    # A build for debugging takes what is built for the usual one as well.
    tags = frozenset(match[1].replace("d-", "-", 1) for name in own if (match := _BUILD.search(name)) is not None)
    return Build(handler.version, handler.machine, tags)


def mismatch(files: Files, folder: str, module: str, build: Build) -> str:
    """In words, what all that a folder has of a module is built for, when this Python loads none of it; else ""."""
    if not build.version:
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
    if end in {"", ".pyc"}:
        return compiled_for(files, path if end else _init_of(files, path), build.version)
    if not build.machine:
        return ""
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


def compiled_for(files: Files, path: str, version: str) -> str:
    """In words, what a compiled file is for, when this Python refuses it; "" when it may be loaded."""
    made = MAGIC.get(files.bytes_of(path, 4), version) if path.endswith(".pyc") else version
    return "" if made == version or not version else f"compiled for Python {made}, and this is Python {version}"


def _init_of(files: Files, folder: str) -> str:
    """The compiled file that makes a folder a package; "" when there is none, or the source comes first."""
    compiled = f"{folder}/__init__.pyc"
    return compiled if files.is_file(compiled) and not files.is_file(f"{folder}/__init__.py") else ""


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
    name = _name(files, posixpath.basename(real), (home, prefix))
    match = _VERSIONED.fullmatch(name)
    version = "" if match is None else match[1]
    libraries = tuple(
        f"{prefix}/{lib}/{name}{part}" for lib in ("lib", "lib64") for part in ("", "/lib-dynload")
    ) if version else ()  # fmt: skip
    prefixes = [home] if config is not None else [prefix]
    if config is not None and re.search(r"(?im)^include-system-site-packages\s*=\s*true", config):
        prefixes.append(prefix)
    usual = [] if bare else [site for each in prefixes for site in _sites(files, each, name)]
    usual += () if bare or isolated or prefix not in prefixes else user_sites(files, process, name)
    sites = tuple(site for site in usual if files.is_directory(site))
    extra, plain = added(files, sites)
    complete = plain and name.startswith("python") and "PYTHONHOME" not in process.env
    first = "" if bare else _first_code(files, (*libraries, *sites))
    complete = complete and not _CHANGES_PATH.search(first)
    hooks = {name for site in sites for name in files.names(site) if name.endswith(".pth")}
    customized = bool(hooks - _HARMLESS or _LOADS.search(first))
    first_folders, known = ((), True) if isolated else listed(files, process)
    roots = (*first_folders, *sites, *extra)
    return Interpreter(version, roots, libraries, complete and known, customized, bool(hooks))


def listed(files: Files, process: Process) -> tuple[tuple[str, ...], bool]:
    """The folders that PYTHONPATH names, and whether all that is in them is known."""
    text = process.env.get("PYTHONPATH", "")
    if UNKNOWN in text:
        return (), False
    folders = tuple(join(process.cwd, entry) if entry else process.cwd for entry in text.split(":") if text)
    return folders, not any(unseen(files, folder) for folder in folders)


def added(files: Files, sites: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """The folders that the `.pth` files of sites add, and whether they only do that."""
    found = [_path_files(files, site) for site in sites]
    folders = tuple(folder for paths, _ in found for folder in paths)
    plain = all(plain for _, plain in found)
    return folders, plain and not any(unseen(files, folder) for folder in folders)


def unseen(files: Files, folder: str) -> bool:
    """Whether modules may lie there that are not in the image's files: in an archive, or what Lambda mounts."""
    above = [folder]
    while above[-1].strip("/"):
        above.append(posixpath.dirname(above[-1]))
    return outside(files, folder) or any(map(files.is_file, above))


def user_sites(files: Files, process: Process, name: str) -> tuple[str, ...]:
    """What `pip install --user` installs into, where Lambda's user may look."""
    base = process.env.get("PYTHONUSERBASE") or posixpath.join(process.env.get("HOME") or "/", ".local")
    site = f"{base}/lib/{name}/site-packages"
    return (site,) if files.is_directory(site) and files.allowed(site, "list") else ()


def extends_path(files: Files, folders: tuple[str, ...]) -> bool:
    """Whether the code that Python runs first may add folders to its search path."""
    return _CHANGES_PATH.search(_first_code(files, folders)) is not None


def _first_code(files: Files, folders: tuple[str, ...]) -> str:
    """The code that Python runs first. It may do anything when it cannot be read."""
    texts: list[str | None] = []
    for name in ("sitecustomize.py", "usercustomize.py"):
        path = next((path for folder in folders if files.is_file(path := join(folder, name))), None)
        texts.append("" if path is None else files.text(path))
    return "import sys; sys.path" if None in texts else "\n".join(filter(None, texts))


def _name(files: Files, program: str, prefixes: tuple[str, ...]) -> str:
    """`python3.13` or the like, as the program and the folder of its library are called; "" when nothing tells."""
    if _VERSIONED.fullmatch(program):
        return program
    for prefix in prefixes:
        found = [entry for entry in files.names(f"{prefix}/lib") if _VERSIONED.fullmatch(entry)]
        if len(found) == 1:
            return found[0]
    return ""


def _sites(files: Files, prefix: str, name: str) -> tuple[str, ...]:
    if not name:
        return ()
    usual = tuple(f"{prefix}/{lib}/{name}/site-packages" for lib in ("lib", "lib64"))
    if prefix != "/usr":
        return usual
    of_debian = (f"/usr/local/lib/{name}/dist-packages", "/usr/lib/python3/dist-packages")
    if any(map(files.is_directory, of_debian)):  # Debian's own Python looks nowhere else
        return (*of_debian, f"/usr/lib/{name}/dist-packages")
    return (*usual, f"/usr/local/lib/{name}/site-packages", f"/usr/local/lib64/{name}/site-packages")


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
        folders.extend(join(site, line) for line in lines)
    return folders, plain


# They patch distutils, run coverage, or start a debugger; none adds a folder.
_HARMLESS = frozenset({"distutils-precedence.pth", "a1_coverage.pth", "_virtualenv.pth"})
