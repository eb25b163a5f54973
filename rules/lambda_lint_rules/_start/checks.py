"""What a finished route shows besides its end: the handler, and files that Lambda hides."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from lambda_lint import ImageLocation, Kind, Location, RuntimeConfig, Severity, printable, replace
from lambda_lint_rules._clients import started_by
from lambda_lint_rules._facts.base_images import TASK_ROOT
from lambda_lint_rules._facts.caches import CACHES, DOWNLOADS, WRITERS
from lambda_lint_rules._start import (
    imports,
    javascript,
    javascript_exports,
    members,
    node_files,
    node_modes,
    node_modules,
    node_resolution,
    python_effects,
    python_path,
    python_program,
    required,
)
from lambda_lint_rules._start.clients import node
from lambda_lint_rules._start.files import Files, join, mount
from lambda_lint_rules._start.handler import Outcome, Search, search
from lambda_lint_rules._start.model import UNKNOWN, Client, Handler, Need, Trouble
from lambda_lint_rules._start.node_modules import Loaded
from lambda_lint_rules._start.python_effects import Access
from lambda_lint_rules._start.python_source import line_of, syntax_error

TMP = "/tmp"  # noqa: S108  a path in the image
_THERE = defaultdict(lambda: "a folder of its own", {TMP: "an empty folder"})
_MAX_SOURCE = 2 << 20
_PYTHON = frozenset({"python", "base-python"})
_REQUIRING = frozenset({"ruby", "base-ruby", "bref"})
_NODE = frozenset({"node3", "node4", "base-nodejs"})


def hidden(needs: tuple[Need, ...], config: RuntimeConfig, files: Files) -> Iterator[Trouble]:
    """Files that the start needs where Lambda mounts something of its own, and variables that name such files."""
    seen: set[str] = set()
    for need in needs:
        file = files.get(need.path)
        for path in (need.path, file.path if file is not None else ""):
            covered = mount(path)
            if covered and file is not None and file.kind is Kind.FILE and path not in seen:
                seen.update((path, file.path))
                message = f"{printable(path)} ({need.why}) lies under {covered}, where Lambda mounts {_THERE[covered]}"
                place = ImageLocation(layer=file.layer, path=file.path)
                severity = None if covered == TMP else Severity.WARNING
                yield Trouble("hidden-by-mount", message, place, "copy it to another folder", severity)
    for name, setting in config.env.items():
        for path in (setting.value or "").split(":"):
            made = mount(path) not in ("", path) and (files.is_file(path) or files.is_directory(path))
            if made and path not in seen and not _made_again(name, path, files):
                seen.add(path)
                message = f"{printable(name)} names {printable(path)}, which is in the image and not on Lambda"
                fix = "copy it to another folder, or make it when the function starts"
                yield Trouble("hidden-by-mount", message, setting.location, fix, Severity.WARNING)


def _made_again(name: str, path: str, files: Files) -> bool:
    """Whether a variable names a folder that a library makes for itself, and fills again where it has to."""
    if name in CACHES.value:
        return True
    if name in {download.variables[0] for download in DOWNLOADS.value}:
        return not any(file.kind is Kind.FILE for file in files.filesystem.walk(path))
    return any(name in writer.variables for writer in WRITERS.value)


def handler(client: Client, wanted: Handler, config: RuntimeConfig, files: Files) -> tuple[Search, tuple[Trouble, ...]]:
    """Look for the handler as the client will, and for what its file needs."""
    location = config.command.location if config.command.value is not None else config.entrypoint.location
    found = search(files, wanted)
    if not wanted.text:
        return found, tuple(_no_handler(client, wanted, config))
    match found.outcome:
        case Outcome.MALFORMED:
            if _shell_in_place_of_handler(config):
                return found, ()
            message = f"{printable(wanted.text)} is no handler's name for {_called(client)} ({printable(found.error)})"
            return found, (Trouble("malformed-handler", message, location, f"write it as {found.tried}"),)
        case Outcome.REFUSED:
            message = f"{_called(client)} cannot load {printable(wanted.text)}: {printable(found.error)}"
            fix = found.tried
            return found, (Trouble("handler-not-found", message, location, fix),)
        case Outcome.MISSING:
            return found, (_missing(client, wanted, found, location, config, files),)
        case Outcome.FOUND:
            return found, tuple(_source(client, wanted, found, config, files))
    return found, ()


def _shell_in_place_of_handler(config: RuntimeConfig) -> bool:
    """Whether the handler is the shell of a CMD in shell form, which is another rule's."""
    command, named = config.command.value, started_by(config)
    return command is not None and command.shell and named is not None and named.reads_arguments and not named.rest


def _no_handler(client: Client, wanted: Handler, config: RuntimeConfig) -> Iterator[Trouble]:
    """CMD that gets lost on the way: a script that does not pass its arguments on."""
    entrypoint, command = config.entrypoint.value, config.command.value
    if wanted.style not in {"python", "node3", "ruby"} or command is None or entrypoint is None:
        return
    # A shell-form entrypoint is another rule's, which does not know the versions that take no arguments.
    if entrypoint.shell and (wanted.style == "python" or not wanted.known):
        return
    yield Trouble(
        "handler-not-found",
        f"{client.name} is started without a handler: CMD does not reach it",
        config.entrypoint.location,
        'pass the arguments on where it is started: exec ... "$@"',
    )


def _missing(
    client: Client, wanted: Handler, found: Search, location: Location, config: RuntimeConfig, files: Files
) -> Trouble:
    first, *more = map(printable, wanted.roots)
    where = f"{first} and {more[0] if len(more) == 1 else f'{len(more)} more folders'}" if more else first
    message = f"{_called(client)} looks for {printable(found.tried)} in {where}, and it is not there"
    elsewhere, fix = _elsewhere(wanted, found, config, files)
    if elsewhere:
        message += f" but at {printable(elsewhere)}"
    return Trouble("handler-not-found", message, location, fix)


def _elsewhere(wanted: Handler, found: Search, config: RuntimeConfig, files: Files) -> tuple[str, str]:
    """Where the handler's file is, "" where it is nowhere, and what to do about it."""
    root = wanted.roots[0]
    fix = f"copy it to {printable(root)}"
    places = (config.workdir.value or "/", TASK_ROOT, "/")
    below = [join(place, name) for place in places[:2] for name in _BELOW]
    for folder in (*places, *below):
        path = search(files, replace(wanted, roots=(folder,))).path
        if not files.is_file(path):
            continue
        if wanted.style == "node4" and folder in places:
            fix += ", which is where version 4 looks whatever WORKDIR is, or install aws-lambda-ric 3"
        elif wanted.style in _NODE and folder.startswith(f"{root}/"):
            fix += f", or write the handler as {printable(folder[len(root) + 1 :])}/{printable(wanted.text)}"
        elif wanted.style in _PYTHON and folder in below:
            fix += f", or set ENV PYTHONPATH={printable(folder)}"
        return path, fix
    stem = join(root, found.tried.partition(".")[0])
    source = next((stem + end for end in (".ts", ".mts", ".cts") if files.is_file(stem + end)), "")
    if wanted.style in _NODE and source:
        fix = f"compile {printable(source)} to JavaScript in the build, and copy what comes of it to {printable(root)}"
    return "", fix


# Where sources, and what a build makes of them, lie in a project.
_BELOW = ("src", "dist", "build", "lib")


def loaded(wanted: Handler, found: Search, files: Files, before: Iterable[str | None] = ()) -> Iterator[Need]:
    """What is read for certain when the handler's file is loaded: the file, and what it imports of the image's own.

    `before` are the texts of what runs before that, None for one that cannot be read.
    """
    if not found.path:
        return
    yield Need(found.path, "read", "the handler")
    if wanted.style == "base-java" and found.path.endswith(".jar"):
        yield Need(posixpath.dirname(found.path), "list", "where the client looks for jars")
    if wanted.style in _REQUIRING and wanted.known:
        yield from required.closed(files, found.path, _language(wanted))
    if wanted.style in _NODE:
        yield from _loaded_by_node(_loaded(wanted, found, files), files)
    if wanted.style not in _PYTHON or not found.path.endswith(".py"):
        return
    yield Need(posixpath.dirname(found.path), "list", "where Python looks for the handler")
    loaded_ = imports.loaded(files, found.path, wanted)
    for path in loaded_[1:]:
        yield from _imported_by_python(path, wanted, files)
    for path, cwd in _where(wanted, loaded_, files):
        for access in python_effects.accesses(files, path, cwd, wanted.version):
            if access.use != "read" or not files.is_file(access.path):
                continue
            hidden = mount(access.path) == TMP and not _puts_files(wanted, found.path, files, before)
            if hidden or not python_effects.elsewhere(access.path):
                yield Need(access.path, "read", "which the handler opens")


def _imported_by_python(path: str, wanted: Handler, files: Files) -> Iterator[Need]:
    """A file that is imported, and its folder: Python looks in the next one where it cannot list the first."""
    folder = posixpath.dirname(path)
    folder = posixpath.dirname(folder) if posixpath.basename(path) == "__init__.py" else folder
    root = max((each for each in wanted.roots if path.startswith(f"{each.rstrip('/')}/")), key=len, default="")
    others = [join(each, path[len(root) :].lstrip("/")) for each in wanted.roots if root and each != root]
    if not files.allowed(folder, "list") and any(map(files.is_file, others)):
        return
    yield Need(path, "read", "which the handler imports")
    yield Need(folder, "list", f"where Python looks for {posixpath.basename(path)}, which the handler imports")


def _loaded_by_node(found: Loaded, files: Files) -> Iterator[Need]:
    for path in found.paths[1:]:
        yield Need(path, "read", "which the handler loads")
    for path in found.packages:
        if files.is_file(path):
            yield Need(path, "read", "of a package that the handler loads")
        else:
            yield Need(path, "enter", "a package that the handler loads")


def _language(wanted: Handler) -> str:
    return "php" if wanted.style == "bref" else "ruby"


def _puts_files(wanted: Handler, handler: str, files: Files, before: Iterable[str | None]) -> bool:
    """Whether anything of the image's own that runs before or as the handler is loaded may make files."""
    closure = imports.python_closure(files, handler, wanted.roots)
    texts = (*before, *(text for _, text in closure.texts))
    return not closure.complete or any(text is None or python_effects.puts_files(text) for text in texts)


def _source(client: Client, wanted: Handler, found: Search, config: RuntimeConfig, files: Files) -> Iterator[Trouble]:
    location = config.command.location if config.command.value is not None else config.entrypoint.location
    wrong = tuple(faults(client, wanted, found, location, files))
    yield from wrong
    if not any(trouble.rule == "handler-does-not-compile" for trouble in wrong):
        yield from _uncompiled(wanted, found, files, location)
        yield from _missing_modules(wanted, found, files, location)
        if wanted.style in _PYTHON and found.path.endswith(".py"):
            env = {name: UNKNOWN if setting.value is None else setting.value for name, setting in config.env.items()}
            yield from opened(wanted, found.path, files, location, env=env)


def faults(client: Client, wanted: Handler, found: Search, location: Location, files: Files) -> Iterator[Trouble]:
    """What is wrong with the handler's file, whatever else there is."""
    source = files.whole(found.path, _MAX_SOURCE) if found.path.endswith(".py") else b""
    error = syntax_error(source, wanted.version)
    if error:
        message = f"{printable(found.path)} does not compile: {printable(error)}"
        place = _place(found.path, files, location)
        yield Trouble("handler-does-not-compile", message, place, "mend its syntax", line=line_of(error))
        return
    other = python_path.compiled_for(files, found.path, wanted.version) if wanted.style in _PYTHON else ""
    if other:
        message = f"{printable(found.path)} is {other}"
        fix = "copy the source, or compile it with the image's Python"
        yield Trouble("handler-does-not-compile", message, _place(found.path, files, location), fix)
    text = files.text(found.path, _MAX_SOURCE)
    if text is None:
        return
    failures = _loaded(wanted, found, files).failures if wanted.style in _NODE else ()
    if any(failure.path == found.path and failure.rule == "handler-does-not-compile" for failure in failures):
        yield from node.troubles(files, failures, location)
        return
    shown = f"{printable(found.path)}"
    awaiting = _awaiting(wanted, found, files)
    if awaiting:
        where = "" if awaiting == found.path else f" by way of {printable(awaiting)}"
        message = (
            f"{shown} cannot be loaded: it awaits something outside of a function{where}, and {client.name} 3 loads it "
            "with require (ERR_REQUIRE_ASYNC_MODULE)"
        )
        fix = 'give the file the extension .mjs, or write "type": "module" into the package.json beside it'
        yield Trouble("handler-does-not-compile", message, _place(found.path, files, location), fix)
    elif found.member and _undefined(wanted, found, text, files):
        name = printable(found.member if found.member == found.member.strip() else repr(found.member))
        message = f"{shown} defines no {name}, which {_called(client)} is to call"
        meant = _meant(wanted, found, text)
        fix = f"write it as {printable(meant)}" if meant else f"name a function of {shown} as the handler"
        yield Trouble("handler-not-found", message, location, fix)
    elif wanted.style in _PYTHON and (reason := members.uncallable(text, found.member, wanted.version)):
        message = f"{printable(found.member)} in {shown} {printable(reason)}"
        fix = f"write it as def {printable(found.member)}(event, context):"
        yield Trouble("uncallable-handler", message, _place(found.path, files, location), fix)
    elif _takes_callback(wanted, found, text):
        message = (
            f"{printable(found.member)} in {shown} takes a callback, which {_called(client)} of this version refuses"
            " (Runtime.CallbackHandlerDeprecated)"
        )
        fix = "write it as an async function of the event and the context, which returns its answer"
        yield Trouble("uncallable-handler", message, _place(found.path, files, location), fix)


def _awaiting(wanted: Handler, found: Search, files: Files) -> str:
    """The module that awaits something as a handler's file is loaded that version 3 of the npm package requires.

    Node.js up to 22.6 takes such a file for CommonJS, which ends it as well: read and measured with 3.3.0.
    """
    told = wanted.style != "node3" or not wanted.plain or not found.path.endswith(".js")
    return "" if told or node_files.kind(files, found.path) else node_modules.waiting(files, found.path)


def _takes_callback(wanted: Handler, found: Search, text: str) -> bool:
    """Whether a function has a third parameter, and the client calls none that has.

    That is version 4 of the npm package, read and measured with 4.0.2, and AWS's images from Node.js 24 on: AWS Lambda
    Developer Guide, "Define Lambda function handler in Node.js", 2026-11-27.
    """
    major = wanted.version.partition(".")[0]
    refuses = wanted.style == "node4" or (wanted.style == "base-nodejs" and major.isdecimal() and int(major) >= 24)
    if not refuses or not found.path.endswith(node_files.SOURCES):
        return False
    code = javascript.read(text)
    return code is not None and (javascript_exports.parameters(code, found.member) or 0) > 2


def _meant(wanted: Handler, found: Search, text: str) -> str:
    """The handler that was meant, by the only function that it can be or by its letters; "" where nothing tells."""
    names: frozenset[str] | None = None
    if wanted.style in _PYTHON and found.path.endswith(".py"):
        names = members.handlers(text, wanted.version)
    elif wanted.style in _NODE and (code := javascript.read(text)) is not None:
        names = javascript_exports.exported(code)
    member = found.member.strip().casefold()
    alike = [name for name in names or () if name.casefold() == member] or list(names or ())
    return wanted.text.removesuffix(found.member) + alike[0] if len(alike) == 1 else ""


def _called(client: Client) -> str:
    return f"the {client.name}" if client.name.endswith(" image") else client.name


def _uncompiled(wanted: Handler, found: Search, files: Files, location: Location) -> Iterator[Trouble]:
    """The function's own modules that the handler imports, and that Python refuses."""
    if wanted.style not in _PYTHON or not found.path.endswith(".py"):
        return
    for path in imports.unread(files, found.path, wanted):
        source = files.whole(path, _MAX_SOURCE)
        if source and (error := syntax_error(source, wanted.version)):
            message = f"{printable(path)}, which the handler imports, does not compile: {printable(error)}"
            place = _place(path, files, location)
            yield Trouble("handler-does-not-compile", message, place, "mend its syntax", line=line_of(error))


def opened(
    wanted: Handler,
    handler: str,
    files: Files,
    location: Location,
    lost: Callable[[Files, str], bool] = python_effects.lost,
    refused: Callable[[Files, Access], bool] = python_effects.refused,
    env: Mapping[str, str] | None = None,
) -> Iterator[Trouble]:
    """Files that are opened when the handler's file is loaded, where they are not or cannot be.

    `lost` and `refused` tell that of a file to read, and of one or a folder to make. With an environment, also what is
    written as long as the function sets no other variables.
    """
    for path, cwd in _where(wanted, imports.loaded(files, handler, wanted), files):
        certain = list(python_effects.accesses(files, path, cwd, wanted.version, lost))
        perhaps = () if env is None else python_effects.accesses(files, path, cwd, wanted.version, lost, env)
        for access in perhaps:
            if access.use != "read" and access not in certain and refused(files, access):
                message = (
                    f"{printable(path)} (line {access.line}) writes to {printable(access.path)} unless a variable says "
                    "otherwise, and the root file system of Lambda is read-only"
                )
                fix = "let it write below /tmp when no variable is set"
                place = _place(path, files, location)
                yield Trouble("write-outside-tmp", message, place, fix, Severity.WARNING, line=access.line)
        for access in certain:
            where = f"{printable(path)} (line {access.line})"
            if access.use == "read" and lost(files, access.path):
                message = f"{where} opens {printable(access.path)}, which is not in the image"
                fix = "copy the file into the final stage, or mend its name"
                yield Trouble("missing-file", message, _place(path, files, location), fix, line=access.line)
            elif access.use != "read" and refused(files, access):
                message = f"{where} writes to {printable(access.path)}, and the root file system of Lambda is read-only"
                fix = "write below /tmp, or make it while building the image"
                yield Trouble("write-outside-tmp", message, _place(path, files, location), fix, line=access.line)


def _where(wanted: Handler, paths: tuple[str, ...], files: Files) -> Iterator[tuple[str, str]]:
    """Files that are executed, each with the working directory, "" where one of them may change it."""
    moves = any("chdir" in (files.text(path, _MAX_SOURCE) or "") for path in paths)
    yield from ((path, "" if moves else wanted.cwd) for path in paths)


def _undefined(wanted: Handler, found: Search, text: str, files: Files) -> bool:
    """Whether the handler's file certainly lacks the handler."""
    if wanted.style in _NODE:
        code = javascript.read(text) if found.path.endswith(node_files.SOURCES) else None
        name = found.member.partition(".")[0]
        if code is None or not node_modes.lacks(files, found.path, code, name):
            return False
        # Version 4, and so the later base images, look into what the module exports by default as well.
        return wanted.style == "node3" or node_modes.default_lacks(files, found.path, code, name)
    return members.defines(found.path, text, found.member, wanted.version) is False


def _loaded(wanted: Handler, found: Search, files: Files) -> Loaded:
    """What Node.js loads with the handler's file."""
    # Version 4 takes its files from elsewhere than the working directory.
    folders = () if wanted.style == "node4" else wanted.roots
    setting = node_resolution.Setting(
        wanted.style == "base-nodejs", wanted.plain, wanted.search, folders, wanted.version
    )
    return node_modules.loaded(files, found.path, setting)


def _missing_modules(wanted: Handler, found: Search, files: Files, location: Location) -> Iterator[Trouble]:
    if wanted.style in _PYTHON and wanted.known and wanted.version:
        for absent in imports.missing(files, found.path, wanted):
            yield python_program.lost(absent, _place(absent.importer, files, location))
    if wanted.style in _REQUIRING and wanted.known:
        yield from required.missing(files, found.path, location, _language(wanted))
    if wanted.style in _NODE:
        yield from node.troubles(files, _loaded(wanted, found, files).failures, location)


def _place(path: str, files: Files, otherwise: Location) -> Location:
    file = files.get(path)
    return otherwise if file is None else ImageLocation(layer=file.layer, path=file.path)
