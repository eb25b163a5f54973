"""Python: `awslambdaric`, and programs that are not it."""

from __future__ import annotations

import posixpath
import re

from lambda_lint import printable, regex, replace
from lambda_lint_rules._facts.servers import PYTHON_SERVERS
from lambda_lint_rules._start import elf, imports, markers, natives, presence, python_program
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import join
from lambda_lint_rules._start.model import (
    UNKNOWN,
    Client,
    End,
    Evidence,
    Handler,
    Need,
    Role,
    Step,
    Trouble,
    Verdict,
)
from lambda_lint_rules._start.python_path import MACHINES, Interpreter, extension, find_in, interpreter, tag_of
from lambda_lint_rules._start.python_shadow import shadow

NAME = "awslambdaric"
NATIVE = "runtime_client"

# Modules of the client's that are loaded at its start.
_OWN_MODULES = (
    "bootstrap", "lambda_runtime_client", "lambda_runtime_marshaller", "lambda_runtime_log_utils", "lambda_context",
)  # fmt: skip
_VALUED = "WX"
_VERSION = regex(r"""__version__\s*=\s*["']([^"']{1,40})["']""")


def classify(call: Call) -> Step:
    """Read the options of a `python` command and follow what it runs."""
    options, rest = _options(call.args)
    if "?" in options:
        return call.unknown("an option of Python that is not known here")
    isolated = "I" in options
    closed = isolated or "E" in options
    python = interpreter(call.files, call.executable, call.process, isolated=closed, bare="S" in options)
    if not closed and (trouble := _no_home(call, python)) is not None:
        return call.stuck(trouble)
    hop = call.hop(Role.INTERPRETER, call.executable.path, call.executable.path)
    safe = isolated or "P" in options or bool(call.process.env.get("PYTHONSAFEPATH"))
    if not rest:
        step = call.absent(f"{call.executable.path} with nothing to run")
    elif rest[0] == "-c":
        step = _code(call, rest[1] if len(rest) > 1 else "")
    elif rest[0] == "-m":
        roots = python.roots if safe else (call.process.cwd, *python.roots)
        step = _module(call, replace(python, roots=roots), rest[1:])
    else:
        step = _script(call, python, rest)
    return replace(step, hops=(hop, *step.hops))


def _options(args: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The letters of the options, and what follows them: `-c CODE`, `-m MODULE ...`, or a script and its arguments."""
    letters = ""
    at = 0
    while at < len(args) and args[at].startswith("-") and args[at] != "-":
        word = args[at]
        if word == "--check-hash-based-pycs":
            at += 2
            continue
        if word.startswith("--") or UNKNOWN in word:
            return "?", ()
        for index, letter in enumerate(word[1:], 1):
            if letter in "cm":
                attached = (word[index + 1 :],) if word[index + 1 :] else ()
                return letters, (f"-{letter}", *attached, *args[at + 1 :])
            if letter in _VALUED:
                at += 0 if word[index + 1 :] else 1
                break
            letters += letter
        at += 1
    return letters, args[at:]


def _code(call: Call, code: str) -> Step:
    if NAME in code:
        return Step(end=End(Verdict.LIKELY, "python -c", Client(NAME, "python", evidence=Evidence.PROBABLE)))
    if UNKNOWN in code or markers.speaks(code) or "import" in code:
        return call.unknown("code on the command line")
    return call.absent(f"{call.executable.path} -c")


def _module(call: Call, python: Interpreter, args: tuple[str, ...]) -> Step:
    module = args[0] if args else ""
    if UNKNOWN in module or not module:
        return call.unknown("a Python module that is named at run time")
    if module.partition(".")[0] == NAME:
        return _client(call, python, args[1:])
    if module.partition(".")[0] in PYTHON_SERVERS:
        return _server(call, python, module, args[1:])
    top = python.find(call.files, module.partition(".")[0])
    if top is None:
        return _no_module(call, python, module)
    folder = posixpath.dirname(top)
    inner = [f"{folder}/__main__.py", top, f"{posixpath.dirname(folder)}/{module.replace('.', '/')}.py"]
    path = next((path for path in inner if call.files.is_file(path) and path.endswith(".py")), None)
    if path is None:
        return call.unknown(f"python -m {printable(module)}")
    name = f"{module}.__main__" if path == inner[0] else module
    trouble = python_program.script(call, python, path, name, call.process.cwd)
    return _follow_imports(call, python, path) if trouble is None else call.stuck(trouble)


def _server(call: Call, python: Interpreter, name: str, args: tuple[str, ...]) -> Step:
    trouble = (
        python_program.unset(call, name, args)
        or python_program.unwritable(call, name, args)
        or python_program.application(call, python, name, args)
    )
    return call.absent(f"the web server {name}") if trouble is None else call.stuck(trouble)


def _no_home(call: Call, python: Interpreter) -> Trouble | None:
    """PYTHONHOME takes the place of the folders where Python looks for its own library."""
    homes = [home for home in call.process.env.get("PYTHONHOME", "").split(":") if home]
    if not homes or not python.version or UNKNOWN in "".join(homes):
        return None
    number = python.version.replace(".", "")
    for home in homes:
        library = (f"lib/python{python.version}", f"lib64/python{python.version}", f"lib/python{number}.zip")
        if any(call.files.get(join(home, path)) is not None for path in library):
            return None
    shown = printable(":".join(homes))
    message = f"PYTHONHOME is {shown}, and no library of Python {python.version} is there, so Python ends at once"
    return Trouble("client-cannot-load", message, call.location, "unset PYTHONHOME: Python finds its library itself")


def _no_module(call: Call, python: Interpreter, module: str) -> Step:
    own = any(call.files.is_file(join(library, "runpy.py")) for library in python.libraries)
    if not python.complete or not own:
        return call.unknown(f"python -m {printable(module)}, a module that was not found")
    shown = printable(call.executable.path)
    message = f"{shown} -m {printable(repr(module))} names a module that this Python {python.version} cannot find"
    meant = module.strip().replace("-", "").replace("_", "") in {NAME, "lambdaric"}
    fix = f'write "-m", "{NAME}"' if meant else "install it with the same interpreter, or name a module that is there"
    return call.stuck(Trouble("entrypoint-not-found", message, call.location, fix))


def _client(call: Call, python: Interpreter, args: tuple[str, ...]) -> Step:
    found = next(
        (path for root in python.roots if (path := find_in(call.files, root, NAME)) is not None),
        None,
    )
    if found is None:
        return _not_found(call, python)
    folder = posixpath.dirname(found)
    compiled = f"{folder}/__main__.pyc"
    main = compiled if call.files.is_file(compiled) else f"{folder}/__main__.py"
    client = Client(NAME, "python", main, _version(call, folder))
    hop = call.hop(Role.CLIENT, f"-m {client}", client.path)
    machine = MACHINES.get(call.architecture, "")
    library = python.libraries[0] if python.libraries else ""
    handler = Handler(
        args[0] if args else "",
        "python",
        python.roots,
        python.complete,
        python.version,
        machine,
        library,
        cwd=call.process.cwd,
        loader=natives.loader_of(call.files, call.executable.path),
        library_path=call.process.env.get("LD_LIBRARY_PATH", ""),
    )
    needs = (Need(client.path, "read", "the runtime client"), Need(found, "read", "the runtime client"))
    trouble = (
        _no_main(call, client)
        or _hidden(call, python, folder)
        or _unloadable(call, python, posixpath.dirname(folder), client)
        or _no_dependency(call, python, folder)
    )
    if trouble is not None:
        return Step((hop,), end=End(Verdict.BROKEN, str(client), client, handler), troubles=(trouble,), needs=needs)
    return Step((hop,), end=End(Verdict.STARTED, str(client), client, handler), needs=needs)


# Options that keep Python from folders where it looks otherwise.
_CLOSING = frozenset("EISs")


def _not_found(call: Call, python: Interpreter) -> Step:
    if not python.complete:
        return call.unknown("the module search path of this Python is not fully known", "python -m awslambdaric")
    shown = printable(call.executable.path)
    message = f"{shown} -m {NAME} starts a runtime client that this Python {python.version} cannot find"
    fix = f"install it with the same interpreter: RUN {shown} -m pip install {NAME}"
    there = [client.path for client in presence.search(call.files.filesystem) if client.name == NAME]
    if there:
        site = posixpath.dirname(posixpath.dirname(there[0]))
        message += f", and which is in {printable(site)}"
        options = sorted(set(_options(call.args)[0]) & _CLOSING)
        if options and f"/python{python.version}/" in f"{site}/":
            fix = f"leave out the option -{options[0]}, which keeps Python from looking there"
    trouble = Trouble("missing-runtime-client", message, call.location, fix)
    return Step(end=End(Verdict.STUCK, f"{shown} -m {NAME}"), troubles=(trouble,))


def _version(call: Call, folder: str) -> str:
    text = call.files.text(f"{folder}/__init__.py") or ""
    match = _VERSION.search(text)
    return printable(match[1]) if match else ""


def _no_main(call: Call, client: Client) -> Trouble | None:
    if call.files.is_file(client.path):
        return None
    return Trouble(
        "client-cannot-load",
        f"the package {NAME} has no __main__.py, so python -m {NAME} ends at once",
        call.place(posixpath.dirname(client.path)),
        f"install {NAME} from PyPI in full",
    )


def _hidden(call: Call, python: Interpreter, folder: str) -> Trouble | None:
    """A file in the working directory that is taken for a module of Python's own."""
    cwd = call.process.cwd
    if python.roots[:1] != (cwd,) or not python.complete or not python.version or python.customized:
        return None
    client = tuple(f"{folder}/{module}.py" for module in _OWN_MODULES)
    found = shadow(call.files, cwd, client, python.version, hooked=python.hooked)
    if found is None:
        return None
    message = (
        f"{printable(found.path)} is loaded in place of Python's own module {found.module}, "
        f"and lacks {printable(found.name)}, which {NAME} needs at its start"
    )
    return Trouble("client-cannot-load", message, call.place(found.path), "give the file another name")


def _no_dependency(call: Call, python: Interpreter, folder: str) -> Trouble | None:
    """Packages that the client imports at its start; `pip install --no-deps` leaves them out."""
    if not python.complete:
        return None
    for module in _OWN_MODULES[:3]:
        path = f"{folder}/{module}.py"
        for name in imports.needed(call.files, path, python.version):
            if name not in {NAME, NATIVE} and python.find(call.files, name) is None:
                message = f"{NAME} needs the package {printable(name)}, which is not in the image"
                fix = f"install {NAME} with its dependencies: no --no-deps, and the whole folder when it is copied"
                return Trouble("client-cannot-load", message, call.place(path), fix)
    return None


def _unloadable(call: Call, python: Interpreter, site: str, client: Client) -> Trouble | None:
    """The native part must be there for this version and machine; without it the client dies at the start."""
    roots = (site, *python.roots)
    if any(call.files.is_file(f"{root}/{NATIVE}{suffix}") for root in roots for suffix in (".so", ".abi3.so")):
        return None
    native = [path for root in roots if (path := extension(call.files, root, NATIVE)) is not None]
    place = call.place(client.path)
    if not native:
        message = f"the native part of {NAME} ({NATIVE}.*.so) is missing, so it cannot ask for work"
        return Trouble("client-cannot-load", message, place, f"install {NAME} from PyPI inside the image")
    names = {
        name
        for root in dict.fromkeys(roots)
        for name in call.files.names(root)
        if name.startswith(f"{NATIVE}.cpython-") and name.endswith(".so")
    }
    wrong = [reason for name in sorted(names) if (reason := _mismatch(call, python, name))]
    if not names or not python.version:
        return None
    if len(wrong) < len(names):
        reason = elf.unloadable(call, native[0]) if len(names) == 1 else ""
        message = f"the native part of {NAME} cannot be loaded: {reason}"
        fix = f"run pip install {NAME} in the final stage"
        return Trouble("client-cannot-load", message, call.place(native[0]), fix) if reason else None
    return Trouble(
        "client-cannot-load",
        f"the native part of {NAME} cannot be loaded: it is {wrong[0]}",
        call.place(native[0]),
        f"run pip install {NAME} in the final stage, with the interpreter and on the platform that will run it",
    )


def _mismatch(call: Call, python: Interpreter, name: str) -> str:
    """In words, why this interpreter will not take a native module of that name; "" when it will."""
    tag = tag_of(name)
    if tag is None:
        return ""
    version, machine = tag
    if python.version and version != python.version:
        return f"for Python {version}, and {call.executable.path} is Python {python.version}"
    expected = MACHINES.get(call.architecture, machine)
    return "" if machine == expected else f"for {machine}, and the image is {expected}"


def _script(call: Call, python: Interpreter, rest: tuple[str, ...]) -> Step:
    name = posixpath.basename(rest[0])
    if UNKNOWN in rest[0] or rest[0] == "-":
        return call.unknown("a script that is named at run time")
    path = join(call.process.cwd, rest[0])
    file = call.files.get(path)
    if file is None:
        return call.no_script(rest[0])
    if name in PYTHON_SERVERS:
        step = _server(call, replace(python, roots=(posixpath.dirname(path), *python.roots)), name, rest[1:])
        return replace(step, hops=(call.hop(Role.PROGRAM, path, path),))
    if files_main := next((p for p in (f"{path}/__main__.py",) if call.files.is_file(p)), None):
        path = files_main
    # Python looks beside the file that a link leads to.
    folder = posixpath.dirname(real.path if (real := call.files.get(path)) is not None else path)
    trouble = python_program.script(call, python, path, posixpath.basename(path).removesuffix(".py"), folder)
    followed = replace(python, roots=(folder, *python.roots))
    step = _follow_imports(call, followed, path) if trouble is None else call.stuck(trouble)
    needs = (Need(path, "read", "the start script"),)
    return replace(step, hops=(call.hop(Role.SCRIPT, path, path), *step.hops), needs=needs)


def _follow_imports(call: Call, python: Interpreter, path: str) -> Step:
    """Search the script and the image's own modules that it imports for a client."""
    closure = imports.python_closure(call.files, path, python.roots)
    for file, text in closure.texts:
        if re.search(rf"\b{NAME}\b", text):
            client = Client(NAME, "python", file, evidence=Evidence.PROBABLE)
            return Step(end=End(Verdict.LIKELY, path, client))
        if markers.speaks(text):
            client = Client("custom runtime", "python", file, evidence=Evidence.PROBABLE)
            return Step(end=End(Verdict.LIKELY, path, client))
    if not closure.complete:
        return call.unknown("not all of the code that it imports could be read", path)
    return call.own_code(path, (text for _, text in closure.texts))
