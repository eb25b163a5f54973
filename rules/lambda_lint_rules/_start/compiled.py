"""Handlers of Java and .NET, which are compiled: by the sources in the repository, and by where the build puts jars.

Sources tell only what is certainly not among them, so they are looked for in all of the repository, and what may be
generated, inherited or come with a package is left alone.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lambda_lint import (
    Deployment,
    Dockerfile,
    Position,
    Region,
    RuntimeConfig,
    Severity,
    SourceLocation,
    Value,
    building,
    printable,
    regex,
)
from lambda_lint.building import Context, Copied, FileTree, Folder, Ignore, Ran
from lambda_lint_rules._facts.base_images import TASK_ROOT, AwsBase, base_config
from lambda_lint_rules._start.effects import ran
from lambda_lint_rules._start.expansion import within
from lambda_lint_rules._start.model import Trouble
from lambda_lint_rules._start.tree import Tree

_RULE = "handler-not-found"
_START = Region(Position(1), Position(1))
# They may put more on the class path, or start something else.
_CHANGES_JAVA = frozenset({"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH", "AWS_LAMBDA_EXEC_WRAPPER"})
_NO_CLASSES = (".properties", ".yml", ".yaml", ".json", ".xml", ".pem", ".crt", ".sh", ".txt", ".so", ".html", ".cer")
_JAVA_NAME = regex(r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*")
_GENERATED = regex(r"^(?:Dagger|Auto|Immutable|Generated)|_|(?:Generated|Impl)$")
_PROJECTS = (".csproj", ".fsproj", ".vbproj")
_OF_THE_JVM = (".java", ".kt", ".scala", ".groovy", ".clj")
_LAMBDA_INTERFACES = regex(r"\bRequest(?:Stream)?Handler\b")
_MOST_SOURCES = 2000
_MOST_TEXT = 256 << 10


def troubles(
    dockerfile: Dockerfile, deployment: Deployment, config: RuntimeConfig, base: AwsBase
) -> tuple[Trouble, ...]:
    """What keeps a handler from being found on one of AWS's base images for these languages."""
    command = config.command.value
    if command is not None and (command.shell or len(command.args) != 1):
        return ()
    text = command.args[0] if command is not None else ""
    nowhere = tuple(_nowhere(dockerfile, deployment, config, base)) if text else ()
    if nowhere:
        return nowhere
    if base.language == "java":
        return (*_misplaced(dockerfile, deployment, config, base), *_java(dockerfile, config, base, text))
    return tuple(_dotnet(dockerfile, config, base, text)) if base.language == "dotnet" else ()


def _nowhere(dockerfile: Dockerfile, deployment: Deployment, config: RuntimeConfig, base: AwsBase) -> Iterator[Trouble]:
    """Code that is copied, and nothing of it to where AWS's runtimes look, whatever the working directory is."""
    task_root = config.env.get("LAMBDA_TASK_ROOT")
    if not _CHANGES_JAVA.isdisjoint(config.env) or task_root is None or task_root.value != TASK_ROOT:
        return
    copied = False
    for step in building.steps(dockerfile, building.stages(dockerfile, deployment)[-1], base_config, deployment):
        if isinstance(step, Ran):
            if _touches(step, (TASK_ROOT,)):
                return
        elif step.path is None or _near(step.path, (TASK_ROOT,)):
            return
        else:
            copied = True
    if copied:
        lib = "lib/" if base.language == "java" else ""
        message = f"{base} looks for the handler in {TASK_ROOT}, and nothing is put there"
        fix = f"copy the function to ${{LAMBDA_TASK_ROOT}}/{lib}"
        yield Trouble(_RULE, message, config.command.location, fix)


def _misplaced(
    dockerfile: Dockerfile, deployment: Deployment, config: RuntimeConfig, base: AwsBase
) -> Iterator[Trouble]:
    """Jars beside the classes: AWS's runtime loads those in `lib`."""
    workdir = config.workdir.value
    if workdir is None or not _CHANGES_JAVA.isdisjoint(config.env):
        return
    roots = (TASK_ROOT, workdir)
    wrong: list[Copied] = []
    alone = True  # nothing else can bring the class
    for step in building.steps(dockerfile, building.stages(dockerfile, deployment)[-1], base_config, deployment):
        if isinstance(step, Ran):
            if _touches(step, roots):
                return
            continue
        jars = [source for source in step.sources if source is not None and source.endswith(".jar")]
        if step.destination is None or step.odd or None in step.sources:
            return
        folder = _folder(step, roots)
        if jars and len(jars) == len(step.sources):
            if folder not in roots:
                alone = alone and not _near(folder, roots)
            elif not any("agent" in jar.lower() for jar in jars):
                wrong.append(step)
        elif not all((source or "").endswith(_NO_CLASSES) for source in step.sources):
            alone = alone and not _near(folder, roots)
    for step in wrong:
        place = printable((step.destination or "").rstrip("/") or "/")
        message = f"{base} opens jars in {TASK_ROOT}/lib only, and this one is copied to {place}"
        location = SourceLocation(dockerfile.path, step.instruction.region)
        fix = "copy it to ${LAMBDA_TASK_ROOT}/lib/"
        yield Trouble(_RULE, message, location, fix, None if alone else Severity.WARNING)


def _touches(step: Ran, roots: Iterable[str]) -> bool:
    tree = Tree(complete=False)
    ran(tree, step)
    return any(_near(path, roots) for path in tree.unknown)


def _near(path: str, roots: Iterable[str]) -> bool:
    """Whether classes may lie at a path, or below or above it."""
    return any(within(path, root) or within(root, path) for root in (*roots, "/opt"))


def _folder(step: Copied, roots: tuple[str, ...]) -> str:
    """The folder that a copy puts files into."""
    to = step.destination or "/"
    plain = to.rstrip("/") or "/"
    into = to.endswith("/") or plain in roots or len(step.sources) > 1 or not plain.endswith(".jar")
    return plain if into else posixpath.dirname(plain)


class _Sources(Value, eq=False):
    """The files of a repository, and what those of them that hold code say."""

    context: Context
    paths: tuple[str, ...]

    def ending(self, *endings: str) -> list[str]:
        """The paths of one kind."""
        return [path for path in self.paths if path.endswith(endings)]

    def text(self, path: str) -> str:
        """The text of a file, its beginning where it is very long."""
        return self.context.read(path, _MOST_TEXT).decode("utf-8", "replace")

    def holding(self, paths: Iterable[str], pattern: re.Pattern[str]) -> list[str]:
        """Those whose text has a match."""
        return [path for path in paths if pattern.search(self.text(path))]

    def place(self, path: str) -> tuple[tuple[str, SourceLocation], ...]:
        """A file as a further place of a finding."""
        return (("the file", SourceLocation(printable(self.context.shown(path)), _START)),)


def _sources(dockerfile: Dockerfile, endings: tuple[str, ...]) -> _Sources | None:
    """All files of the repository; None when not all are known, or none of them is of that kind.

    Where there is no repository, the folders above may be anything, and only sources below the Dockerfile tell that
    its project is here.
    """
    own, *above = dockerfile.folders() or (None,)
    last = above[-1] if above else own
    if own is None or last is None:
        return None
    first = last if last.tree.entry(".git") is not None else own
    if not any(path.endswith(endings) for path in _paths(first.tree) or ()):
        return None
    paths = _paths(last.tree)
    return _Sources(Context(last, Ignore(), frozenset()), paths) if paths is not None else None


@lru_cache(maxsize=1)  # a repository may hold hundreds of functions
def _paths(tree: FileTree) -> tuple[str, ...] | None:
    paths = []
    for path, kind in Context(Folder(tree, "", ""), Ignore(), frozenset()).kinds():
        if kind is None and posixpath.basename(path) not in building.HEAVY:
            return None
        if kind == "file":
            paths.append(path)
    return tuple(paths)


def _declaring(sources: _Sources, paths: Iterable[str], name: str) -> list[str]:
    """The sources with a type of this name, or named after it."""
    pattern = re.compile(rf"\b(?:class|record|struct|interface|object|enum)\s+{re.escape(name)}\b")
    return [path for path in paths if _stem(path) == name or pattern.search(sources.text(path))]


def _stem(path: str) -> str:
    return posixpath.basename(path).partition(".")[0]


def _java(dockerfile: Dockerfile, config: RuntimeConfig, base: AwsBase, text: str) -> Iterator[Trouble]:
    name, _, method = text.partition("::")
    package, _, simple = name.rpartition(".")
    if not package or not _JAVA_NAME.fullmatch(name) or _GENERATED.search(simple):
        return
    sources = _sources(dockerfile, _OF_THE_JVM)
    every = sources.ending(*_OF_THE_JVM) if sources is not None else []
    if sources is None or len(every) > _MOST_SOURCES:
        return
    folder = f"/{package.replace('.', '/')}"
    located = [path for path in every if f"/{posixpath.dirname(path)}".endswith(folder) and "/test/" not in path]
    # Most are where their names say, and the others need not be read then.
    same = [path for path in located if _stem(path) == simple]
    declaring = same or _declaring(sources, every, simple)
    pattern = re.compile(rf"\bpackage\s+{re.escape(package)}(?![\w.])")
    same = same or sources.holding(declaring, pattern)
    location = config.command.location
    if same:
        if (
            method
            and same[0].endswith(".java")
            and len(same) == 1
            and _lacks_method(sources.text(same[0]), simple, method)
        ):
            message = f"{base} is to call {printable(method)} of the class {name}, which has no such method"
            yield Trouble(_RULE, message, location, "name a method that the class has", None, sources.place(same[0]))
        return
    if declaring:
        message = f"{base} is to call the class {name}, and {simple} is in another package here"
        severity = None if located else Severity.WARNING
        fix = "write the package that the class declares"
        yield Trouble(_RULE, message, location, fix, severity, sources.place(declaring[0]))
    elif located and all(path.endswith(".java") for path in every):
        message = f"{base} is to call the class {name}, and the package {package} has no {simple}"
        yield Trouble(_RULE, message, location, "name a class that it has", None, sources.place(located[0]))


def _lacks_method(text: str, simple: str, method: str) -> bool:
    """Whether a class neither has a method nor can inherit it."""
    header = re.search(rf"\bclass\s+{re.escape(simple)}\b([^{{]*)\{{", text)
    if header is None or "extends" in re.sub(r"<.*>", "", header[1], flags=re.DOTALL):
        return False
    interfaces = re.sub(r"<.*>", "", header[1].partition("implements")[2], flags=re.DOTALL)
    others = _LAMBDA_INTERFACES.sub("", interfaces).replace(",", "").strip()
    return not others and re.search(rf"\b{re.escape(method)}\b", text) is None


_ASSEMBLY_NAME = regex(r"<AssemblyName>\s*([^<]*?)\s*</AssemblyName>")


def _dotnet(dockerfile: Dockerfile, config: RuntimeConfig, base: AwsBase, text: str) -> Iterator[Trouble]:
    parts = text.split("::")
    if len(parts) != 3 or not all(re.fullmatch(r"[\w.+]+", part) for part in parts):
        return
    sources = _sources(dockerfile, _PROJECTS)
    if sources is None:
        return
    projects = sources.ending(*_PROJECTS)
    assembly, type_name, method = parts
    named = {path: _ASSEMBLY_NAME.findall(sources.text(path)) for path in projects}
    names = {
        name for path, found in named.items() for name in found or [posixpath.splitext(posixpath.basename(path))[0]]
    }
    shared = sources.holding(sources.ending(".props", ".targets"), _ASSEMBLY_NAME)
    location = config.command.location
    # A build may name its output on the command line, or rename it.
    named_by_build = re.compile(rf"AssemblyName|(?<![\w.]){re.escape(assembly)}\.dll\b")
    runs = (each for stage in dockerfile.stages for each in stage.instructions if each.keyword == "RUN")
    if any("$" in name for name in names) or shared or any(named_by_build.search(run.value) for run in runs):
        return
    if assembly not in names:
        message = f"{base} is to load {assembly}.dll, and no project here makes an assembly of that name"
        found = ", ".join(sorted(names)[:5])
        yield Trouble(
            _RULE, message, location, f"name the assembly of the project: {found}", None, sources.place(projects[0])
        )
        return
    code = sources.ending(".cs")
    if (
        not code
        or len(code) > _MOST_SOURCES
        or len(projects) > len([path for path in projects if path.endswith(".csproj")])
    ):
        return
    namespace, _, rest = type_name.rpartition(".")
    simple = rest.rpartition("+")[2]
    if _GENERATED.search(simple):
        return
    likely = [path for path in code if _stem(path) == simple and _in_namespace(sources.text(path), namespace)]
    declaring = likely or _declaring(sources, code, simple)
    if not declaring:
        message = f"{base} is to call the class {type_name}, and no source here has a class {simple}"
        yield Trouble(_RULE, message, location, "write the names as the code has them, with the namespace")
    elif not any(_in_namespace(sources.text(path), namespace) for path in declaring):
        message = f"{base} is to call the class {type_name}, and {simple} is in another namespace here"
        yield Trouble(
            _RULE, message, location, "write the namespace that the class is in", None, sources.place(declaring[0])
        )
    elif not _may_inherit(sources, declaring, simple) and not sources.holding(
        code, re.compile(rf"\b{re.escape(method)}\b")
    ):
        message = f"{base} is to call {method} of the class {type_name}, which has no such method"
        yield Trouble(_RULE, message, location, "name a method that the class has", None, sources.place(declaring[0]))


def _in_namespace(text: str, namespace: str) -> bool:
    """Whether a source may declare types in a namespace: it names that one, or has several, or none at all."""
    found = re.findall(r"^\s*namespace\s+([\w.]+)", text, re.MULTILINE)
    return namespace in found or len(found) != 1


def _may_inherit(sources: _Sources, paths: Iterable[str], simple: str) -> bool:
    """Whether a class has a base, which may bring methods along, or is not written as one."""
    headers = re.compile(rf"\bclass\s+{re.escape(simple)}\b([^{{;]*)")
    found = [header for path in paths for header in headers.findall(sources.text(path))]
    return not found or any(":" in header for header in found)
