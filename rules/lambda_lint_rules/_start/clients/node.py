"""Node.js: `aws-lambda-ric` of both generations, and programs that are not it."""

from __future__ import annotations

import json
import posixpath
from collections import deque

from lambda_lint import Kind, printable, regex, replace
from lambda_lint_rules._facts.base_images import TASK_ROOT
from lambda_lint_rules._start import elf, markers
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import Files, join
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

NAME = "aws-lambda-ric"
# Where each generation keeps its native part, measured on the published packages.
NATIVE = ("build/Release/runtime-client.node", "dist/rapid-client.node", "rapid-client.node")

_VALUED_NAMES = """
-r --require --import --loader --experimental-loader -C --conditions --env-file --title --icu-data-dir
--openssl-config --input-type --max-http-header-size --stack-trace-limit --unhandled-rejections
"""
_VALUED = frozenset(_VALUED_NAMES.split())
_IMPORT = regex(r"""(?:\brequire\s*\(|\bfrom|\bimport\s*\(|\bimport)\s*["']([^"'\n]{1,400})["']""")
_MAX_FILES = 300
_MAX_SOURCE = 4 << 20


def classify(call: Call) -> Step:
    """Read the options of a `node` command and follow what it runs."""
    hop = call.hop(Role.INTERPRETER, call.executable.path, call.executable.path)
    rest = _script_and_arguments(call.args)
    if rest and rest[0] in {"-e", "--eval", "-p", "--print"}:
        code = rest[1] if len(rest) > 1 else ""
        known = not (NAME in code or "require" in code or "import" in code or UNKNOWN in code)
        step = call.absent("node -e") if known else call.unknown("code on the command line")
    elif not rest:
        step = call.absent(f"{call.executable.path} with nothing to run")
    else:
        step = _script(call, rest)
    return replace(step, hops=(hop, *step.hops))


def _script_and_arguments(args: tuple[str, ...]) -> tuple[str, ...]:
    at = 0
    while at < len(args) and args[at].startswith("-") and args[at] != "-":
        if args[at] in {"-e", "--eval", "-p", "--print"}:
            return args[at:]
        at += 2 if args[at] in _VALUED else 1
    return args[at:]


def resolve(files: Files, path: str) -> str | None:
    """The file that Node loads for a path: as it is, with an extension, or a folder's main file."""
    for candidate in (path, f"{path}.js", f"{path}.json", f"{path}.node"):
        if files.is_file(candidate):
            return candidate
    main = package(files, path).get("main")
    names = ([main, f"{main}.js", f"{main}/index.js"] if isinstance(main, str) else []) + ["index.js"]
    return next((f"{path}/{name}" for name in names if files.is_file(f"{path}/{name}")), None)


def package(files: Files, folder: str) -> dict[str, object]:
    """A folder's package.json, {} when there is none that can be read."""
    text = files.text(f"{folder}/package.json", 1 << 20)
    try:
        document = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _script(call: Call, rest: tuple[str, ...]) -> Step:
    if UNKNOWN in rest[0]:
        return call.unknown("a script that is named at run time")
    path = resolve(call.files, join(call.process.cwd, rest[0]))
    if path is None:
        return call.no_script(rest[0])
    file = call.files.get(path)
    real = file.path if file is not None else path
    folder = client_folder(real)
    if folder is not None:
        return _client(call, folder, real, rest[1:])
    step = _follow_requires(call, real)
    needs = (Need(path, "read", "the start script"),)
    return replace(step, hops=(call.hop(Role.SCRIPT, path, path), *step.hops), needs=needs)


def client_folder(path: str) -> str | None:
    """The folder of the aws-lambda-ric package that a file belongs to."""
    head, found, tail = path.rpartition(f"/node_modules/{NAME}/")
    return f"{head}/node_modules/{NAME}" if found and "node_modules" not in tail else None


def version_of(files: Files, folder: str) -> str:
    """The package's version, "" when unknown."""
    version = package(files, folder).get("version")
    return printable(version, 40) if isinstance(version, str) else ""


def _client(call: Call, folder: str, script: str, args: tuple[str, ...]) -> Step:
    version = version_of(call.files, folder)
    major = version.partition(".")[0]
    client = Client(NAME, "node", folder, version)
    hop = call.hop(Role.CLIENT, str(client), script)
    search = call.process.env.get("NODE_PATH", "")
    if major.isdigit() and int(major) >= 4:
        handler = Handler(call.process.env.get("_HANDLER", ""), "node4", (TASK_ROOT,), search=search)
    else:
        handler = Handler(args[0] if args else "", "node3", (call.process.cwd,), bool(major), search=search)
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
            found = resolve(files, target.path if target is not None else join(posixpath.dirname(current), name))
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
