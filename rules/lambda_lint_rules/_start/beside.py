"""What the files beside a Dockerfile tell: the program to start and the handler, as the build copies them.

Nobody knows for certain which folder the build context is, so what is wrong has to be wrong with every one that may be.
What is missing has to be somewhere else, or something of its kind in its place: otherwise another folder is meant, or
a step before the build makes it.
"""

from __future__ import annotations

import enum
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from lambda_lint import (
    Deployment,
    Dockerfile,
    ImageLocation,
    Kind,
    Location,
    Position,
    Region,
    RuntimeConfig,
    Severity,
    SourceLocation,
    Value,
    printable,
    regex,
    replace,
)
from lambda_lint.building import Context
from lambda_lint_rules._clients import program_file, sees_the_image_only
from lambda_lint_rules._facts.base_images import BOOTSTRAP, TASK_ROOT, AwsBase
from lambda_lint_rules._facts.python_library import MODULES
from lambda_lint_rules._facts.registries import split
from lambda_lint_rules._handlers import mistake
from lambda_lint_rules._start import (
    checks,
    imports,
    node_modules,
    node_resolution,
    python_effects,
    python_program,
    templates,
)
from lambda_lint_rules._start.built import Build, builds
from lambda_lint_rules._start.clients import node
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.effects import package_json
from lambda_lint_rules._start.executables import Executable
from lambda_lint_rules._start.expansion import within
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.handler import Outcome, search
from lambda_lint_rules._start.model import Absent, Client, Handler, Process, Trouble
from lambda_lint_rules._start.python_effects import Access
from lambda_lint_rules._start.scripts import unfit
from lambda_lint_rules._start.tree import Made, Tree

_STYLES = {"awslambdaric": "python", "aws-lambda-ric": "node3", "aws_lambda_ric": "ruby"}
_IN_SCRIPTS = (
    (regex(r"-m\s+awslambdaric\b"), "awslambdaric"),
    (regex(r"\baws-lambda-ric\b"), "aws-lambda-ric"),
    (regex(r"\baws_lambda_ric\b"), "aws_lambda_ric"),
)
# Variables that make other languages look into more folders.
_SEARCHED = ("NODE_PATH", "RUBYLIB")
_BASE_STYLES = frozenset({"python", "nodejs", "ruby"})
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "python": (".py", "/__init__.py"),
    "node": (".js", ".mjs", ".cjs", "/index.js"),
    "ruby": (".rb",),
}
# What wrappers are copied to, from the images that layers are published in.
_LAYERS: Mapping[str, tuple[str, ...]] = {
    "base-python": ("/opt/python",),
    "base-nodejs": ("/opt/nodejs/node_modules",),
    "base-ruby": ("/opt/ruby/lib",),
}
_OTHER_SOURCES = (".ts", ".mts", ".cts", ".tsx", ".jsx", ".coffee", ".res")
_NOT_THERE = "which is not in the image"
_START = Region(Position(1), Position(1))


class State(enum.Enum):
    """What a look at one way to build comes to."""

    FINE = "fine"  # it is there, and nothing is wrong with it
    WRONG = "wrong"  # it is there, and something is wrong
    MISSING = "missing"  # it is certainly not there, though it is meant to be
    UNKNOWN = "unknown"


class Look(Value):
    """A look at one way to build, with what is wrong there."""

    state: State
    troubles: tuple[Trouble, ...] = ()


_UNKNOWN = Look(State.UNKNOWN)


class Start(Value, eq=False):
    """What Lambda starts, as far as the Dockerfile at `path` tells it. `base` is AWS's, None for another."""

    path: str
    config: RuntimeConfig
    argv: tuple[str, ...]
    base: AwsBase | None
    client: Client | None

    @property
    def program(self) -> str:
        """The path of the file that is executed, "" when it is not known."""
        return program_file(self.config)

    @property
    def direct(self) -> bool:
        """Whether Lambda executes the program itself, and no script of the base image does."""
        return self.program != BOOTSTRAP and self.config.entrypoint.known

    def through(self, script: str | None) -> Start:
        """The same, when the program is a script of this text that passes its arguments on to a client."""
        if self.client is not None or script is None or not re.search(r"\$@|\$\*|\$1", script):
            return self
        names = {name for pattern, name in _IN_SCRIPTS if pattern.search(script)}
        if len(names) != 1 or re.search(r"\bcd\s|\bexport\s+PYTHONPATH|\bpip3?\s+install|\bactivate\b", script):
            return self
        return replace(self, client=Client(names.pop(), ""))

    @property
    def handler(self) -> Handler | None:
        """The handler and where it is looked for; None when it is not known, or its client's rules are not."""
        client, command = self.client, self.config.command.value
        workdir = self.config.workdir.value
        if client is None or workdir is None or command is None or command.shell or len(command.args) != 1:
            return None
        if any(name in self.config.env for name in _SEARCHED) or self._variable("PYTHONPATH") is None:
            return None
        more = tuple(_join(workdir, path) for path in (self._variable("PYTHONPATH") or "").split(":") if path)
        if self.base is not None and not self.base.os_only and client.name not in _STYLES:
            if self.base.language not in _BASE_STYLES:
                return None
            style = f"base-{self.base.language}"
            roots: tuple[str, ...] = (TASK_ROOT, workdir)
            version = ".".join(map(str, self.base.numbers[:2]))
        elif client.name in _STYLES:
            style = _STYLES[client.name]
            roots = (workdir, TASK_ROOT) if style == "node3" else (workdir,)
            version = _version(self.config) if style == "python" else ""
        else:
            return None
        roots = (*roots, *more) if style.endswith("python") else roots
        plain = _without_options(self.config)
        cwd = "" if style.startswith("base-") and workdir != TASK_ROOT else workdir
        return Handler(command.args[0], style, tuple(dict.fromkeys(roots)), version=version, plain=plain, cwd=cwd)

    def _variable(self, name: str) -> str | None:
        """The value of a variable, "" when nothing sets it, None when it is not known."""
        setting = self.config.env.get(name)
        return setting.value if setting is not None else ""


def _without_options(config: RuntimeConfig) -> bool:
    """Whether neither the command nor NODE_OPTIONS gives Node.js options."""
    settings = (config.entrypoint, config.command)
    words = " ".join(word for setting in settings if setting.value is not None for word in setting.value.args)
    return "NODE_OPTIONS" not in config.env and not re.search(r"(?:^|\s)(?:-r\b|--\w)", words)


def _version(config: RuntimeConfig) -> str:
    """The version of Python in an official image, by its tag."""
    parts = split((config.base.value if config.base is not None else None) or "")
    match = re.match(r"3\.\d+", parts.tag)
    return match[0] if match is not None and posixpath.basename(parts.path) == "python" else ""


def troubles(dockerfile: Dockerfile, deployment: Deployment, start: Start) -> tuple[Trouble, ...]:
    """What keeps the function from starting, for certain, in the files that the build copies."""
    program = start.program
    if not program and start.handler is None:
        return ()
    every = builds(dockerfile, deployment)
    if program:
        found = _agreed(_program(build, program, start) for build in every)
        if found:
            return found
    return (
        *_agreed(_client(build, _through(build, program, start)) for build in every),
        *_softened(_agreed(_handler(build, _through(build, program, start)) for build in every), dockerfile),
    )


def _softened(found: tuple[Trouble, ...], dockerfile: Dockerfile) -> tuple[Trouble, ...]:
    """Where the function's own settings are near and set a command, CMD may be for no function at all."""
    if not any(trouble.rule == "handler-not-found" for trouble in found) or not templates.sets_command(dockerfile):
        return found
    return tuple(
        replace(trouble, severity=Severity.WARNING) if trouble.rule == "handler-not-found" else trouble
        for trouble in found
    )


def _through(build: Build, program: str, start: Start) -> Start:
    """The start by way of the script that is the program."""
    return start.through(build.tree.text(program)) if program and start.client is None else start


def _agreed(looks: Iterator[Look]) -> tuple[Trouble, ...]:
    """What is wrong, in the words of the nearest folder that has the file; nothing where another may be meant.

    The folders further away are looked into only when something is wrong with the nearest.
    """
    first = next(looks, _UNKNOWN)
    if first.state in {State.FINE, State.UNKNOWN}:
        return ()
    there = [look for look in (first, *looks) if look.state in {State.FINE, State.WRONG}]
    if any(look.state is State.FINE for look in there):
        return ()
    return (*there, first)[0].troubles


def _program(build: Build, path: str, start: Start) -> Look:
    tree, files = build.tree, build.tree.files()
    file = files.get(path)
    made = tree.made.get(file.path) if file is not None else None
    if file is None:
        return _lost_program(tree, build.context, path, start)
    if made is None or (made.kind == "file" and made.size and not files.head(path)):
        return _UNKNOWN
    process = Process(start.argv, "/", {}, _named(start.config), direct=start.direct)
    trouble = unfit(Call(process, Executable(path, file), files, ""))
    if trouble is not None and trouble.rule == "not-executable" and not _modes_count(made):
        trouble = replace(trouble, severity=Severity.WARNING)
    if trouble is None:
        trouble = _unreadable(file.path, made) if files.head(path).startswith(b"#!") else None
    if trouble is None:
        trouble = _ended(tree, file.path, start.config)
    if trouble is None:
        return Look(State.FINE)
    return Look(State.WRONG, (_at_copy(trouble, tree, start),))


def _ended(tree: Tree, path: str, config: RuntimeConfig) -> Trouble | None:
    """A start script that certainly ends before it starts anything."""
    text = tree.text(path)
    if text is None or not text.startswith("#!"):
        return None
    from lambda_lint_rules._start import built_world  # only here: few Dockerfiles start a script

    failure = built_world.failure(tree, path, text, config)
    if failure is None:
        return None
    message = f"{printable(path)} ends at line {failure.line}: {failure.message}"
    return Trouble(failure.rule, message, ImageLocation(path=path), failure.fix, line=failure.line)


def _modes_count(made: Made) -> bool:
    """Whether a file's mode is what the build will find: no checkout on Windows and no unpacked zip keeps any."""
    if made.context is None or made.step.mode is not None:
        return True
    every = made.context.everything(hidden=True)
    return any(entry is not None and entry.kind == "file" and entry.mode & 0o111 for _, entry in every)


def _named(config: RuntimeConfig) -> Location:
    return config.entrypoint.location if config.entrypoint.value is not None else config.command.location


def _at_copy(trouble: Trouble, tree: Tree, start: Start) -> Trouble:
    """A trouble with a file, where that is copied."""
    place = trouble.location
    made = tree.made.get(place.path) if isinstance(place, ImageLocation) else None
    if made is None:
        return replace(trouble, location=_named(start.config)) if isinstance(place, ImageLocation) else trouble
    inside = made.heredoc if trouble.line else None
    region = inside.line(trouble.line) if inside is not None else made.step.instruction.region
    return replace(trouble, location=SourceLocation(start.path, region), related=_beside(made, trouble.line))


def _beside(made: Made, line: int = 0) -> tuple[tuple[str, Location], ...]:
    """The file beside the Dockerfile, at that line where one is known."""
    at = Position(max(line, 1))
    return (("the file", SourceLocation(printable(made.shown), Region(at, at))),) if made.shown else ()


def _unreadable(path: str, made: Made) -> Trouble | None:
    """A file that only its owner may read on the disk: the build copies its mode."""
    if made.mode is None or made.mode & 0o004 or made.step.mode is not None:
        return None
    message = f"the user of Lambda cannot read {printable(path)}, which is copied with its mode {made.mode:04o}"
    fix = f"chmod a+r {printable(made.shown)}, or COPY --chmod=755"
    return Trouble("unreadable-file", message, ImageLocation(path=path), fix, Severity.WARNING)


def _lost_program(tree: Tree, context: Context | None, path: str, start: Start) -> Look:
    """A program that is not where it is started, though the image or the build context has a file of its name."""
    if not tree.lacks(path):
        return _UNKNOWN
    name = posixpath.basename(path)
    places = _found(context, (name,)) if context is not None else []
    shown = printable(path)
    if context is not None and places:
        if _elsewhere(context, name, places):
            return _UNKNOWN
        why, related = _fate(tree, context, places[0])
    else:
        copied = next((each for each in sorted(tree.unknown) if posixpath.basename(each) == name), None)
        if copied is None:
            return _UNKNOWN
        why, related = f"it is copied to {printable(copied)}", ()
    message = f"the program to start, {shown}, is not in the image: {why}"
    fix = f"copy it to {shown}, and name it by this path"
    return Look(State.MISSING, (Trouble("entrypoint-not-found", message, _named(start.config), fix, None, related),))


def _found(context: Context, names: Iterable[str]) -> list[str]:
    """The paths in the context that end like one of these names, whatever `.dockerignore` says; the highest first."""
    wanted = tuple(names)
    found = [
        path
        for path, kind in context.kinds(hidden=True)
        if kind == "file" and any(path == name or path.endswith(f"/{name}") for name in wanted)
    ]
    return sorted(found, key=lambda path: (path.count("/"), path))


def _elsewhere(context: Context, name: str, places: Iterable[str]) -> bool:
    """Whether a folder further down has the file in its place and may be the build context itself."""
    folders = {path[: -len(name)].rstrip("/") for path in places if path != name and path.endswith(f"/{name}")}
    return any(context.inner(folder) is not None for folder in folders)


def _fate(tree: Tree, context: Context, path: str) -> tuple[str, tuple[tuple[str, Location], ...]]:
    """What becomes of a file of the context, in words."""
    shown = printable(context.shown(path))
    related = (("the file", SourceLocation(shown, _START)),)
    copied = next((place for place, made in tree.made.items() if made.path == path), None)
    if copied is not None:
        return f"{shown} is copied to {printable(copied)}", related
    if context.entry(path) is None:
        return f".dockerignore leaves {shown} out", related
    return f"nothing copies {shown}", related


def _client(build: Build, start: Start) -> Look:
    """The runtime client, on a base image that brings none."""
    tree, wanted = build.tree, start.handler
    if wanted is None or start.client is None or start.base is not None or not tree.complete:
        return _UNKNOWN
    if not sees_the_image_only(start.argv):
        return _UNKNOWN
    installed = _installed(tree, wanted, start.client.name)
    if installed is not False:
        return Look(State.FINE) if installed else _UNKNOWN
    name = start.client.name
    message = f"the image starts {name}, and nothing installs it"
    fix = {
        "python": "add awslambdaric to the requirements that are installed",
        "node": "add aws-lambda-ric to the dependencies in package.json",
    }[_language(wanted.style)]
    return Look(State.MISSING, (Trouble("missing-runtime-client", message, _named(start.config), fix),))


def _installed(tree: Tree, wanted: Handler, name: str) -> bool | None:
    """Whether a package is installed, None when that cannot be known."""
    # What is copied from other images, or what nobody understands, may bring anything.
    if any(posixpath.basename(path) not in _LEFT_BY_TOOLS for path in tree.unknown):
        return None
    if any(f"/{name}/" in path or path.endswith((".whl", "/.npmrc", "/pip.conf")) for path in tree.made):
        return None
    # Nothing is installed: it may have been put beside the code before.
    beside = any(map(tree.grows, wanted.roots))
    if wanted.style == "python":
        names = tree.distributions
        if not names and beside:
            return None
        if names is None or any("lambda" in each and each != name for each in names):
            return None
        return name in names
    if wanted.style != "node3":
        return None
    if not tree.modules:
        return None if beside else False
    listed = tree.modules_named
    # What is private may need the client itself.
    if listed is None or any(each.startswith("@") and not each.startswith(_PUBLIC_SCOPES) for each in listed):
        return None
    return name in listed


_PUBLIC_SCOPES = ("@aws-sdk/", "@types/", "@smithy/")
_LEFT_BY_TOOLS = frozenset(
    {
        *(".git", "node_modules", "__pycache__", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"),
        *("bun.lockb", "lists", "cache", ".cache"),
    }
)


def _handler(build: Build, start: Start) -> Look:
    tree, context, wanted = build.tree, build.context, start.handler
    if wanted is None or mistake(wanted.text, _language(wanted.style)):
        return _UNKNOWN  # what is wrong with a name itself is told by its own rule
    files = tree.files()
    found = search(files, wanted)
    if found.outcome is Outcome.MISSING:
        return _lost_handler(tree, context, wanted, start)
    if found.outcome is not Outcome.FOUND:
        return _UNKNOWN
    client, config = start.client, start.config
    file = files.get(found.path)
    made = tree.made.get(file.path) if file is not None else None
    if client is None or file is None or made is None or file.kind is not Kind.FILE:
        return _UNKNOWN
    if file.path.endswith(".js") and not _packages_known(tree, files, file.path):
        return Look(State.FINE)
    wrong = list(checks.faults(client, wanted, found, config.command.location, files))
    wrong = [replace(trouble, related=_beside(made, trouble.line)) for trouble in wrong]
    if not wrong and (closed := _unreadable(file.path, made)) is not None:
        wrong.append(closed)
    if not wrong:
        wrong.extend(_missing_modules(tree, context, wanted, file.path, start, files))
    if not wrong and _language(wanted.style) == "python" and wanted.version:
        disk = _Disk(tree, file.path, made)
        wrong.extend(checks.opened(wanted, file.path, files, config.command.location, disk.lost, disk.refused))
    return Look(State.WRONG if wrong else State.FINE, tuple(_at_copy(trouble, tree, start) for trouble in wrong))


def _packages_known(tree: Tree, files: Files, path: str) -> bool:
    """Whether every package.json that may count for a file is known."""
    folder = posixpath.dirname(path)
    while True:
        candidate = posixpath.join(folder, "package.json")
        if files.is_file(candidate):
            return True
        if not tree.lacks(candidate) and folder not in {"/", "/var"}:
            return False
        if folder == "/":
            return True
        folder = posixpath.dirname(folder)


def _language(style: str) -> str:
    return style.removeprefix("base-").removesuffix("js").rstrip("34")


def _lost_handler(tree: Tree, context: Context | None, wanted: Handler, start: Start) -> Look:
    language = _language(wanted.style)
    stem = _stem(wanted.text, language)
    names = [f"{stem}{ending}" for ending in _ENDINGS[language]]
    folders = (*wanted.roots, *_LAYERS.get(wanted.style, ()))
    if not stem or not all(tree.lacks(_join(folder, name)) for folder in folders for name in (stem, *names)):
        return _UNKNOWN
    places = _found(context, names) if context is not None else []
    if _may_be_installed(tree, stem, language, there=bool(places)):
        return _UNKNOWN
    roots = " and ".join(printable(root) for root in wanted.roots)
    client = start.client.name if start.client is not None else ""
    message = f"{client} looks for {printable(names[0])} in {roots}, and it is not there"
    location = start.config.command.location
    fix = f"copy it to {printable(wanted.roots[0])}, or name the handler after the file that is there"
    if context is not None and places:
        if any(_elsewhere(context, name, places) for name in names):
            return _UNKNOWN
        why, related = _fate(tree, context, places[0])
        trouble = Trouble("handler-not-found", f"{message}: {why}", location, fix, None, related)
        return Look(State.MISSING, (trouble,))
    inline = next((path for path in tree.made if any(path.endswith(f"/{name}") for name in names)), None)
    if inline is not None:
        message = f"{message}, but at {printable(inline)}"
    elif not _of_its_kind(tree, wanted.roots, language) or (
        context is not None and _made_later(context, stem, names, language)
    ):
        return _UNKNOWN
    return Look(State.MISSING, (Trouble("handler-not-found", message, location, fix),))


def _join(root: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(root, name))


def _stem(handler: str, language: str) -> str:
    """The handler's file, without its ending and seen from the folder where it is looked for."""
    if language == "python":
        return handler.rpartition(".")[0].replace(".", "/")
    folder, _, name = handler.rpartition("/")
    return posixpath.join(folder, name.partition(".")[0])


def _may_be_installed(tree: Tree, stem: str, language: str, *, there: bool) -> bool:
    """Whether an installed package may bring the handler: one that is not known, or with a name like the handler's.

    `there` tells that the build context has a file of the handler's name, so that only a package of that very name may.
    """
    if language == "ruby":
        return tree.gems
    if language != "python":
        return False
    if there and tree.distributions is not None:
        return stem.partition("/")[0].replace("_", "-").lower() in tree.distributions
    return _resembles(tree.distributions, stem)


def _resembles(distributions: frozenset[str] | None, module: str) -> bool:
    """Whether a module may come from a package, as far as names tell."""
    if distributions is None:
        return True
    words = set(re.findall(r"[a-z0-9]{3,}", module.lower()))
    return any(not words.isdisjoint(re.findall(r"[a-z0-9]{3,}", name)) for name in distributions)


def _of_its_kind(tree: Tree, roots: Iterable[str], language: str) -> bool:
    """Whether the folder that is looked into has other code of the same language."""
    endings = tuple(ending for ending in _ENDINGS[language] if not ending.startswith("/"))
    return any(
        posixpath.dirname(path) == root and path.endswith(endings) and made.kind == "file"
        for root in roots
        for path, made in tree.made.items()
    )


def _made_later(context: Context, stem: str, names: Iterable[str], language: str) -> bool:
    """Whether a step before the build may make the handler's file: git ignores it, or other sources are compiled."""
    every = list(context.kinds(hidden=True))
    if any(kind is None and path == "" for path, kind in every):
        return True
    ignored = [
        line.strip().strip("/!*")
        for path, _ in every
        if posixpath.basename(path) == ".gitignore"
        for line in context.read(path, 1 << 16).decode("utf-8", "replace").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    parts = {part for name in names for part in name.split("/")} | {stem}
    if any(line in parts or any(part.endswith(line) for part in parts) for line in ignored if line):
        return True
    if language != "node":
        return False
    sources = any(path.endswith(_OTHER_SOURCES) and not path.endswith(".d.ts") for path, _ in every)
    return sources or any(
        _builds(context.read(path, 1 << 18)) for path, _ in every if posixpath.basename(path) == "package.json"
    )


def _builds(package: bytes) -> bool:
    found = package_json(package.decode("utf-8", "replace"))
    scripts = found.get("scripts", {}) if found is not None else None
    if not isinstance(scripts, dict):
        return True
    return any(
        re.search(r"build|compile|bundle|tsc|esbuild|webpack|rollup|babel", f"{k} {v}") for k, v in scripts.items()
    )


def _missing_modules(
    tree: Tree, context: Context | None, wanted: Handler, path: str, start: Start, files: Files
) -> Iterator[Trouble]:
    """What the handler imports for certain and the build certainly lacks."""
    if _language(wanted.style) == "python" and wanted.version:
        inquiry = _Inquiry(tree, context, wanted, path)
        for absent in imports.missing(files, path, wanted, sure=inquiry.sure):
            trouble = python_program.lost(absent, ImageLocation(path=absent.importer))
            yield replace(trouble, severity=inquiry.severity(absent))
    elif wanted.style == "base-nodejs":
        setting = node_resolution.Setting(base=True, plain=wanted.plain)
        for failure in node_modules.loaded(files, path, setting).failures:
            if failure.module and _lacks_node_module(tree, context, failure.module, failure.path):
                yield from node.troubles(files, (failure,), start.config.command.location)


def _lacks_node_module(tree: Tree, context: Context | None, module: str, importer: str) -> bool:
    if module.startswith(("./", "../")):
        stem = _join(posixpath.dirname(importer), module)
        source = posixpath.normpath(posixpath.join(posixpath.dirname(tree.made[importer].path), module))
        endings = ("", ".js", ".json", ".mjs", ".cjs")
        return (
            context is not None
            and bool(tree.made[importer].path)
            and not source.startswith("..")
            and all(tree.lacks(stem + ending) for ending in endings)
            and any(_is_file(context, source + ending) for ending in endings)
        )
    if module.startswith("/") or tree.modules or node_resolution.of_base(node_resolution.package_name(module)):
        return False
    folders = {TASK_ROOT, posixpath.dirname(importer), "/opt/nodejs", "/opt"}
    lost = all(tree.lacks(f"{folder}/node_modules") and not tree.grows(folder) for folder in folders)
    return lost and not any(
        path.endswith("/node_modules") or "/node_modules/" in path for path in (*tree.made, *tree.unknown)
    )


def _is_file(context: Context, path: str) -> bool:
    """Whether a file is in the context's folder, left out of the build or not."""
    found = context.folder.tree.entry(posixpath.join(context.root, path))
    return found is not None and found.kind == "file"


class _Disk:
    """What a handler finds where it opens files."""

    def __init__(self, tree: Tree, handler: str, made: Made) -> None:
        self._tree = tree
        self._handler = handler
        self._made = made

    def lost(self, _files: Files, path: str) -> bool:
        """Whether a file is certainly not there. A folder that is copied as a whole may bring it, unless ignored."""
        if python_effects.elsewhere(path) or not self._tree.lacks(path):
            return False
        return not self._tree.grows(path) or self._ignored(path)

    def _ignored(self, path: str) -> bool:
        """Whether the file is where it belongs in the context, and left out of the build."""
        inside = posixpath.relpath(path, posixpath.dirname(self._handler))
        source = posixpath.normpath(posixpath.join(posixpath.dirname(self._made.path), inside))
        context = self._made.context
        if context is None or not self._made.path or source.startswith(".."):
            return False
        return _is_file(context, source) and context.entry(source) is None

    def refused(self, _files: Files, access: Access) -> bool:
        """Whether a place certainly lies on the read-only root. A folder may be there already."""
        path, tree = access.path, self._tree
        if python_effects.elsewhere(path) or not tree.complete or any(within(path, each) for each in tree.unknown):
            return False
        return access.use == "write" or tree.lacks(path)


class _Inquiry:
    """Whether what a Python module imports is certainly not there."""

    def __init__(self, tree: Tree, context: Context | None, wanted: Handler, handler: str) -> None:
        self._tree = tree
        self._context = context
        self._wanted = wanted
        base = wanted.style == "base-python"
        library = ("/var/lang", "/var/runtime")
        untouched = not any(within(path, each) or within(each, path) for path in tree.unknown for each in library)
        self._bare = base and untouched and tree.distributions == frozenset()
        self._root = self._source_root(handler)

    def _source_root(self, handler: str) -> str | None:
        """The folder of the context that becomes the one where modules are looked for; None when there is none."""
        made = self._tree.made[handler]
        for root in self._wanted.roots:
            if within(handler, root) and made.path:
                inside = posixpath.relpath(handler, root)
                if made.path == inside or made.path.endswith(f"/{inside}"):
                    return made.path[: -len(inside)].rstrip("/")
        return posixpath.dirname(made.path) if made.path and self._wanted.text.count(".") == 1 else None

    def sure(self, absent: Absent) -> bool:
        """Whether this one is certainly not there."""
        if absent.verb in imports.ASKS:
            return False
        if absent.wrong != _NOT_THERE:
            return True
        if absent.name.startswith("."):
            return self._relative(absent)
        top = absent.name.partition(".")[0]
        if top in MODULES or (self._wanted.style == "base-python" and imports.of_base(top)):
            return False
        if absent.name != top:
            return self._left_behind(absent.name.replace(".", "/"), top, absent.searched)
        nowhere = self._bare and self._nowhere(top, absent.searched) and not self._in_context(top)
        return nowhere or self._left_behind(top, top, absent.searched)

    def severity(self, absent: Absent) -> Severity | None:
        """A package may have been put into a folder that is copied as a whole, though few do that."""
        beside = self._is_module(posixpath.join(self._root or "", absent.name.replace(".", "/")))
        package = absent.wrong == _NOT_THERE and not absent.name.startswith(".") and not beside
        return Severity.WARNING if package and any(map(self._tree.grows, self._wanted.roots)) else None

    def _relative(self, absent: Absent) -> bool:
        made = self._tree.made[absent.importer]
        name = absent.name.lstrip(".")
        above = absent.importer, made.path
        for _ in range(len(absent.name) - len(name)):
            above = posixpath.dirname(above[0]), posixpath.dirname(above[1])
        stem = _join(above[0], name.replace(".", "/"))
        lost = self._tree.lacks(stem) and self._tree.lacks(f"{stem}.py")
        return lost and bool(made.path) and self._is_module(posixpath.join(above[1], name.replace(".", "/")))

    def _nowhere(self, stem: str, searched: tuple[str, ...]) -> bool:
        roots = dict.fromkeys((*self._wanted.roots, *searched))
        # What code looks for in a folder of its own is put there before the build, more often than not.
        if any(self._tree.grows(each) for each in roots if each not in self._wanted.roots):
            return False
        paths = (_join(root, f"{stem}{ending}") for root in roots for ending in ("", ".py"))
        layers = (f"/opt/python/{stem}",) if self._wanted.style == "base-python" else ()
        return all(map(self._tree.lacks, (*paths, *layers)))

    def _left_behind(self, stem: str, top: str, searched: tuple[str, ...]) -> bool:
        """Whether the module is beside the handler in the context, and nothing copies it."""
        if self._root is None or not self._is_module(posixpath.join(self._root, stem)):
            return False
        return self._nowhere(stem, searched) and not _resembles(self._tree.distributions, top)

    def _is_module(self, stem: str) -> bool:
        context = self._context
        return context is not None and (_is_file(context, f"{stem}.py") or _is_file(context, f"{stem}/__init__.py"))

    def _in_context(self, top: str) -> bool:
        context = self._context
        return context is not None and bool(_found(context, (f"{top}.py", f"{top}/__init__.py")))
