"""Node.js: `aws-lambda-ric` of both generations, and programs that are not it."""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Iterable, Iterator

from lambda_lint import ImageLocation, Kind, Location, printable, regex, replace
from lambda_lint_rules._facts.base_images import TASK_ROOT
from lambda_lint_rules._start import elf, markers, node_files, node_modules, node_options, node_resolution, node_version
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import Files, join, mounted
from lambda_lint_rules._start.imports import Closure
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
from lambda_lint_rules._start.node_modules import Failure
from lambda_lint_rules._start.node_options import Options

NAME = "aws-lambda-ric"
# Where each generation keeps its native part, measured on the published packages.
NATIVE = ("build/Release/runtime-client.node", "dist/rapid-client.node", "rapid-client.node")

_IMPORT = regex(r"""(?:\brequire\s*\(|\bfrom|\bimport\s*\(|\bimport)\s*["']([^"'\n]{1,400})["']""")
_MAX_FILES = 300
_MAX_SOURCE = 4 << 20


def classify(call: Call) -> Step:
    """Read the options of a `node` command and follow what it runs."""
    hop = call.hop(Role.INTERPRETER, call.executable.path, call.executable.path)
    options = node_options.parse(call.args)
    rest = options.rest
    version = node_version.version_of(call.files, call.executable.path, call.process.env)
    trouble = refused_option(call, version) or _no_settings(call, options) or unloadable(call, options.preloads)
    if trouble is not None:
        step = call.stuck(trouble)
    elif options.code:
        code = rest[1] if len(rest) > 1 else ""
        known = not (NAME in code or "require" in code or "import" in code or UNKNOWN in code)
        step = call.absent("node -e") if known else call.unknown("code on the command line")
    elif not rest:
        step = call.absent(f"{call.executable.path} with nothing to run")
    else:
        step = _script(call, rest, plain=options.plain and of_environment(call).plain)
    return replace(step, hops=(hop, *step.hops))


def of_environment(call: Call) -> Options:
    """What NODE_OPTIONS says."""
    return node_options.of_environment(call.process.env.get("NODE_OPTIONS", ""))


def refused_option(call: Call, version: str) -> Trouble | None:
    """An option in NODE_OPTIONS at which Node.js ends."""
    option = node_options.refused(of_environment(call), version)
    if not option:
        return None
    message = f"Node.js does not allow {printable(option)} in NODE_OPTIONS, and ends at once"
    fix = f"take {printable(option)} away, or write it into the command that starts Node.js"
    return Trouble("client-cannot-load", message, call.location, fix)


def unloadable(call: Call, preloads: tuple[tuple[str, bool], ...], *, base: bool = False) -> Trouble | None:
    """A module that is to be loaded before the script, by an option or by NODE_OPTIONS, and that is not there."""
    cwd, search = call.process.cwd, call.process.env.get("NODE_PATH", "")
    for name, module in (*of_environment(call).preloads, *preloads):
        if UNKNOWN in name or UNKNOWN in cwd:
            continue
        path = join(cwd, name)
        if name.startswith((".", "/")):
            found = node_files.resolve(call.files, path)
            there = call.files.is_file(path) if module else found is not None or call.files.get(path) is not None
            there = there or mounted(path) or any(letter in name for letter in "?#%")
        else:
            setting = node_resolution.Setting(base, search="" if module else search)
            there = node_resolution.there(call.files, f"{cwd}/node", name, setting)
        if not there:
            message = f"{printable(call.executable.path)} is to load {printable(name)} first, which is not in the image"
            fix = "copy or install it in the final stage, or take the option away (NODE_OPTIONS, --require, --import)"
            return Trouble("missing-module", message, call.location, fix)
    return None


def _no_settings(call: Call, options: Options) -> Trouble | None:
    """Node.js ends when a file that it is to read variables from is not there."""
    for name in options.settings:
        path = join(call.process.cwd, name)
        if UNKNOWN not in path and not mounted(path) and call.files.get(path) is None:
            message = f"{printable(call.executable.path)} is to read {printable(name)}, which is not in the image"
            fix = "set the variables on the function, or write --env-file-if-exists"
            return Trouble("entrypoint-not-found", message, call.location, fix)
    return None


def _script(call: Call, rest: tuple[str, ...], *, plain: bool) -> Step:
    if UNKNOWN in rest[0]:
        return call.unknown("a script that is named at run time")
    path = node_files.resolve(call.files, join(call.process.cwd, rest[0]))
    if path is None:
        return call.no_script(rest[0])
    file = call.files.get(path)
    real = file.path if file is not None else path
    folder = client_folder(real)
    if folder is not None:
        return _client(call, folder, real, rest[1:], plain=plain)
    hop = call.hop(Role.SCRIPT, path, path)
    needs: tuple[Need, ...] = (Need(path, "read", "the start script"),)
    if "/node_modules/" in real:
        return replace(_follow_requires(call, real), hops=(hop,), needs=needs)
    setting = node_resolution.Setting(
        plain=plain,
        search=call.process.env.get("NODE_PATH", ""),
        folders=(call.process.cwd,),
        version=node_version.version_of(call.files, call.executable.path, call.process.env),
    )
    loaded = node_modules.loaded(call.files, real, setting)
    needs = (*needs, *(Need(each, "read", "which the start script loads") for each in loaded.paths[1:]))
    if loaded.failures:
        end = End(Verdict.STUCK, path)
        return Step((hop,), end=end, troubles=tuple(troubles(call.files, loaded.failures, call.location)), needs=needs)
    step = _follow_requires(call, real)
    return replace(step, hops=(hop, *step.hops), needs=needs)


def troubles(files: Files, failures: Iterable[Failure], otherwise: Location) -> Iterator[Trouble]:
    """What fails when files are loaded, each at its file."""
    for failure in failures:
        file = files.get(failure.path)
        place = otherwise if file is None else ImageLocation(layer=file.layer, path=file.path)
        message = f"{printable(failure.path)} {failure.wrong}"
        yield Trouble(failure.rule, message, place, failure.fix, line=failure.line)


def client_folder(path: str) -> str | None:
    """The folder of the aws-lambda-ric package that a file belongs to."""
    head, found, tail = path.rpartition(f"/node_modules/{NAME}/")
    return f"{head}/node_modules/{NAME}" if found and "node_modules" not in tail else None


def version_of(files: Files, folder: str) -> str:
    """The package's version, "" when unknown."""
    version = node_files.package(files, folder).get("version")
    return printable(version, 40) if isinstance(version, str) else ""


def _client(call: Call, folder: str, script: str, args: tuple[str, ...], *, plain: bool) -> Step:
    version = version_of(call.files, folder)
    major = version.partition(".")[0]
    client = Client(NAME, "node", folder, version)
    hop = call.hop(Role.CLIENT, str(client), script)
    search = call.process.env.get("NODE_PATH", "")
    node = node_version.version_of(call.files, call.executable.path, call.process.env)
    newer = major.isdigit() and int(major) >= 4
    handler = Handler(
        call.process.env.get("_HANDLER", "") if newer else args[0] if args else "",
        "node4" if newer else "node3",
        (TASK_ROOT,) if newer else (call.process.cwd,),
        newer or bool(major),
        node,
        search=search,
        plain=plain,
    )
    needs = (Need(script, "read", "the runtime client"),)
    native = next((path for name in NATIVE if call.files.is_file(path := f"{folder}/{name}")), "")
    reason = elf.unloadable(call, native) if native else ""
    if native and not reason:
        return Step((hop,), end=End(Verdict.STARTED, str(client), client, handler), needs=needs)
    trouble = Trouble(
        "client-cannot-load",
        f"the native part of {client} cannot be loaded: {reason}"
        if reason
        else f"the native part of {client} is missing (rapid-client.node or runtime-client.node), so it ends at once",
        call.place(script),
        f"run npm install {NAME} inside the image, without --ignore-scripts and with a C++ compiler and cmake",
    )
    return Step((hop,), end=End(Verdict.BROKEN, str(client), client, handler), troubles=(trouble,), needs=needs)


def _follow_requires(call: Call, path: str) -> Step:
    closure = requires(call.files, path)
    for file, text in closure.texts:
        if NAME in text or markers.speaks(text):
            client = Client(NAME if NAME in text else "bundled client", "node", file, evidence=Evidence.PROBABLE)
            return Step(end=End(Verdict.LIKELY, path, client))
    if not closure.complete:
        return call.unknown("not all of the code that it loads could be read", path)
    return call.own_code(path, (text for _, text in closure.texts))


def requires(files: Files, path: str) -> Closure:
    """The file and, as far as they are the image's own code, the modules that it loads by a relative path."""
    queue = deque([path])
    seen = {path}
    texts: list[tuple[str, str]] = []
    complete = True
    while queue and len(texts) < _MAX_FILES:
        current = queue.popleft()
        if current.endswith((".json", ".node", ".wasm")):
            continue
        text = files.text(current, _MAX_SOURCE)
        if text is None:
            complete = False
            continue
        texts.append((current, text))
        for match in _IMPORT.finditer(text):
            name = match[1]
            if not name.startswith((".", "/")):
                continue
            target = files.get(join(posixpath.dirname(current), name))
            found = node_files.resolve(
                files, target.path if target is not None else join(posixpath.dirname(current), name)
            )
            if found is not None and found not in seen:
                seen.add(found)
                queue.append(found)
    return Closure(tuple(texts), complete and not queue)


def bin_of(files: Files, cwd: str, name: str, env_path: tuple[str, ...]) -> str | None:
    """The executable that `npx NAME` runs: from node_modules/.bin upwards, then from the folders of PATH."""
    folder = cwd
    for _ in range(64):
        candidate = f"{folder.rstrip('/')}/node_modules/.bin/{name}"
        if (found := files.get(candidate)) is not None and found.kind is Kind.FILE:
            return candidate
        if folder in {"/", ""}:
            break
        folder = posixpath.dirname(folder)
    return next((path for entry in env_path if files.is_file(path := f"{entry}/{name}")), None)
