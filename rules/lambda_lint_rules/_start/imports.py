"""What a Python file imports, read from its syntax tree."""

from __future__ import annotations

import ast
import posixpath
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache

from lambda_lint import Value, printable, regex, replace
from lambda_lint_rules._facts.python_library import MODULES, PARTED
from lambda_lint_rules._start import distributions, python_library, python_types, python_undefined, time_zones
from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.members import bindings, defines, exported, handed_out
from lambda_lint_rules._start.model import UNKNOWN, Absent, Handler
from lambda_lint_rules._start.natives import Natives
from lambda_lint_rules._start.python_flow import certain
from lambda_lint_rules._start.python_names import Names
from lambda_lint_rules._start.python_path import Build, build_of, extension, find_in, mismatch
from lambda_lint_rules._start.python_search import Added, additions
from lambda_lint_rules._start.python_source import numbers, outline_of, syntax_error, tree_of
from lambda_lint_rules._start.world import outside

_MAX_FILES = 300
_MAX_ADDED = 32
_MAX_ABSENT = 200
_MAX_SOURCE = 1 << 20
# What is followed of installed packages, together.
_MAX_INSTALLED = 2 << 20


class Closure(Value):
    """Sources reached from one file. `complete` is False when some could not be read or are not followed."""

    texts: tuple[tuple[str, str], ...]
    complete: bool


def loaded(files: Files, path: str, handler: Handler) -> tuple[str, ...]:
    """The image's own files that are imported for certain when `path` is, that one first."""
    return tuple(each for each in _followed(files, path, handler, _certainly)[0] if not installed(each))


def _certainly(_absent: Absent) -> bool:
    return True


def missing(
    files: Files, path: str, handler: Handler, sure: Callable[[Absent], bool] = _certainly
) -> tuple[Absent, ...]:
    """What is imported for certain when `path` is, and is nowhere to be found.

    Files are followed in the order in which Python executes them, those of installed packages where their text is at
    hand. One that changes how modules are found ends the search: nothing is certain behind it. `sure` tells whether
    what is not in the files is certainly not there.
    """
    return _followed(files, path, handler, sure)[1]


def unread(files: Files, path: str, handler: Handler) -> tuple[str, ...]:
    """The function's own files that are imported for certain when `path` is, and that its Python cannot compile."""
    return tuple(each for each in _followed(files, path, handler, _certainly)[2] if each != path)


@lru_cache(maxsize=4)
def _followed(
    files: Files, path: str, handler: Handler, sure: Callable[[Absent], bool]
) -> tuple[tuple[str, ...], tuple[Absent, ...], tuple[str, ...]]:
    """The files that are executed, what they import in vain, and those of them that are not read.

    Remembered: several questions are asked of each.
    """
    search = _Search(files, path, handler, sure)
    search.run()
    return tuple(search.seen), search.absences(), tuple(search.unread)


_NATIVE = "whose native part"
_BUILTINS = "builtins."
# Before a name in the body of a class, which the class's metaclass may give to it.
_IN_CLASS = f"{_BUILTINS}__prepare__."
# Annotations are evaluated when somebody asks for them from this version on (PEP 649).
_LAZY = (3, 14)
# The verbs for what is no module: metadata of distributions, and time zones.
_VERSION, _ZONE = ASKS = ("asks for the version of", "asks for the time zone")


class _Search:
    """Python's way through the files that one file imports. `seen` are those that it came to, the first one first."""

    def __init__(self, files: Files, path: str, handler: Handler, sure: Callable[[Absent], bool]) -> None:
        self.seen = {path: None}
        self.absent: dict[str, Absent] = {}
        # What the statement that a file is at wants in vain. It is not sure before all is executed that it imports.
        self._wanted: dict[str, list[str]] = {}
        self.unread: list[str] = []
        # The function's own files whose statements are being executed, each with the line that it is at.
        self._lines: dict[str, int] = {}
        self._trees: dict[str, ast.Module] = {}
        self._files = files
        self._path = path
        self._handler = handler
        self._sure = sure
        self._build = build_of(files, handler)
        self._natives = Natives(files, handler)
        self._follows = handler.known and bool(handler.version)
        self._own, self._installed = 0, 0
        self._changing: dict[str, bool] = {}
        # The statements that add a folder to those where modules are looked for, and do nothing else.
        self._added: dict[ast.stmt, Added] = {}
        self._brought: dict[str, frozenset[str]] = {}

    def run(self) -> None:
        """Follow every file until there is none left, or one after which nothing is certain."""
        # The innermost comes last: Python returns to a file when all that its statement imports is done.
        running: list[str | tuple[_Importer, Iterator[ast.stmt]]] = [self._path, *self._parents()]
        while running:
            current = running[-1]
            if isinstance(current, str):
                running.pop()
                opened = self._opened(current)
                if opened is None:
                    self._forget(each[0] for each in running if isinstance(each, tuple))
                    return
                running.extend(opened)
                continue
            importer, statements = current
            node = next(statements, None)
            if node is None:
                running.pop()
                if importer.ends:
                    self._forget(each[0] for each in running if isinstance(each, tuple))
                    return
                if not any(isinstance(each, tuple) and each[0] is importer for each in running):
                    self._lines.pop(importer.path, None)
                continue
            if importer.path in self._trees:
                self._lines[importer.path] = getattr(node, "lineno", self._lines.get(importer.path, 0))
            if isinstance(node, ast.Import) and len(node.names) > 1:
                running.append((importer, iter([ast.copy_location(ast.Import([each]), node) for each in node.names])))
                continue
            if node in self._added:
                self._handler = replace(self._handler, roots=self._added[node].to(self._handler.roots))
                for each in running:
                    if isinstance(each, tuple):
                        each[0].handler = self._handler
                continue
            absent = (*importer.absent(node), *self._circular(importer, node))
            line = getattr(node, "lineno", 0)
            lost = {self._cause(each): replace(each, line=each.line or line) for each in absent}
            self._wanted[importer.path] = [cause for cause in lost if cause not in self.absent]
            self.absent = lost | self.absent
            running.extend(reversed(self._fresh(importer.files(node))))

    def _forget(self, importers: Iterable[_Importer]) -> None:
        """Take back what is not sure yet."""
        for each in importers:
            for cause in self._wanted.get(each.path, ()):
                self.absent.pop(cause, None)

    def absences(self) -> tuple[Absent, ...]:
        """What is absent, less what one of the files may have brought back."""
        found = tuple(self.absent.values())[-_MAX_ABSENT:]
        if not any(each.restorable for each in found):
            return found
        own = [text for _, text in python_closure(self._files, self._path, self._handler.roots).texts]
        if any(map(python_library.gives_any, own)):
            return tuple(each for each in found if not each.restorable)
        texts = (*own, *self._texts())
        given = [_BUILTINS] if any(map(python_undefined.GIVES_ALL.search, texts)) else []
        given += [_IN_CLASS] if any("__prepare__" in text for text in texts) else []
        return tuple(
            each
            for each in found
            if not each.restorable.startswith(tuple(given))
            and not (each.restorable and any(python_library.gives_back(text, each.restorable) for text in texts))
            and not (each.verb == _ZONE and any(map(time_zones.moved, texts)))
        )

    def _texts(self) -> Iterator[str]:
        """Of all files that may be executed: what is, what the function's own import, certainly or not, and site's."""
        beside = {
            found
            for path, tree in self._trees.items()
            for module, level in _imported(tree)
            for found in _sources(self._files, path, module, level, self._handler.roots)
        }
        started = (
            join(root, name)
            for root in self._handler.roots
            for name in self._files.names(root)
            if name.endswith(".pth") or name in {"sitecustomize.py", "usercustomize.py"}
        )
        yield from (_text(self._files, path) or "" for path in dict.fromkeys((*self.seen, *beside, *started)))

    def _circular(self, importer: _Importer, node: ast.stmt) -> Iterator[Absent]:
        """Names that a statement wants of a file which waits for this one, and binds them further down only.

        Nothing is said where an import that may or may not be executed may have changed who comes first.
        """
        if not isinstance(node, ast.ImportFrom) or importer.path not in self._trees:
            return
        source = importer.source(node)
        line, tree = self._lines.get(source), self._trees.get(source)
        if line is None or tree is None or source == importer.path or source.endswith("/__init__.py"):
            return
        text = _text(self._files, source) or ""
        if defines(source, text, "", self._handler.version) is None or "global" in text:
            return
        stems = {posixpath.basename(path).removesuffix(".py") for path in (source, importer.path)}
        if any(stems & _perhaps_imported(each) for each in self._trees.values()):
            return
        for alias in node.names:
            bound = bindings(tree.body, alias.name, self._handler.version)
            if bound and all(each.lineno > line for each in bound):
                module = "." * node.level + (node.module or "")
                wrong = f"which {printable(source)} defines only after it has imported {printable(importer.path)}"
                fix = "import it in the function that needs it, or move it to a module of its own"
                yield Absent(
                    f"{alias.name} from {module}", importer.path, wrong, fix, restorable=f"{module}.{alias.name}"
                )

    def _cause(self, absent: Absent) -> str:
        """What one report is enough for: a name, or a package that was installed wrongly."""
        if not installed(absent.importer) and not absent.wrong.startswith(_NATIVE):
            return absent.name
        root = next((root for root in self._handler.roots if absent.importer.startswith(f"{root}/")), "")
        return f"{root}/{absent.importer[len(root) + 1 :].partition('/')[0]}"

    def _bought(self, path: str) -> bool:
        """Whether a file is of an installed package: by its folder, or as what lies beside that package tells."""
        if installed(path):
            return True
        root = next((root for root in self._handler.roots if path.startswith(f"{root}/")), "")
        name = path[len(root) + 1 :].partition("/")[0]
        return bool(root) and distributions.normalised(name) in self._distributions(root)

    def _distributions(self, root: str) -> frozenset[str]:
        """What was installed into a folder."""
        if root not in self._brought:
            self._brought[root] = distributions.brought(self._files, root)
        return self._brought[root]

    def _parents(self) -> list[str]:
        """The files of the packages that the handler's module lies in, the outermost last."""
        folders = [posixpath.dirname(self._path)]
        for _ in range(_depth(self._handler, self._path) - 1):
            folders.append(posixpath.dirname(folders[-1]))
        inits = [f"{folder}/__init__.py" for folder in folders[: _depth(self._handler, self._path)]]
        return self._fresh([init for init in inits if self._files.is_file(init)])

    def _fresh(self, paths: list[str]) -> list[str]:
        fresh = [path for path in dict.fromkeys(paths) if path not in self.seen]
        if not self._follows:
            fresh = [path for path in fresh if not installed(path)]
        self.seen.update(dict.fromkeys(fresh))
        return fresh

    def _opened(self, path: str) -> list[tuple[_Importer, Iterator[ast.stmt]]] | None:
        """The statements of a file, none when it is not followed; None when it may change how modules are found."""
        bought = self._bought(path)
        if not path.endswith(".py"):
            return []
        text = (self._files.kept_text if bought else self._files.text)(path, _MAX_SOURCE)
        self._own += not bought
        self._installed += len(text or "") if bought else 0
        if not bought and syntax_error(self._files.whole(path, _MAX_SOURCE), self._handler.version):
            self.unread.append(path)
            return None if text is None or _CHANGES_SEARCH.search(text) else []
        if text is None or self._own > _MAX_FILES or self._installed > _MAX_INSTALLED:
            return [] if bought else None
        tree = outline_of(text) if bought else tree_of(text)
        if tree is None:
            return None if _CHANGES_SEARCH.search(text) and not bought else []
        if bought and _adds_folders(text, tree):
            return None
        sure = tree.body if bought else self._first(path, text, tree)
        if not bought:
            self._trees[path] = tree
        depth = _depth(self._handler, path) if path == self._path else None
        ends = len(sure) < len(tree.body)
        importer = _Importer(
            self._files,
            path,
            text,
            tree,
            self._handler,
            depth,
            self._sure,
            self._build,
            self._natives,
            ends,
            not bought,
        )
        return [(importer, certain(sure, self._handler.version, importer.fails))]

    def _first(self, path: str, text: str, tree: ast.Module) -> list[ast.stmt]:
        """The statements of an own file up to the first that may change how modules are found.

        That is one that does so, in whatever function, or that may import a file that does.
        """
        lines = text.splitlines() if _CHANGES_SEARCH.search(text) else None
        added = additions(self._files, path, text, tree, self._cwd()) if lines else {}
        found: list[ast.stmt] = []
        for node in tree.body:
            if node in added and len(self._added) < _MAX_ADDED:
                # One that asks first whether the folder is there adds it all the same, if it is not.
                found.append(node.body[0] if isinstance(node, ast.If) else node)
                self._added[found[-1]] = added[node]
            elif self._changes_search(path, lines, node):
                break
            else:
                found.append(node)
        return found

    def _cwd(self) -> str:
        """The working directory, "" where the function's own code may change it, or nobody knows it."""
        texts = python_closure(self._files, self._path, self._handler.roots).texts
        known = UNKNOWN not in self._handler.cwd and not any("chdir" in text for _, text in texts)
        return self._handler.cwd if known else ""

    def _changes_search(self, path: str, lines: list[str] | None, node: ast.stmt) -> bool:
        if lines and _CHANGES_SEARCH.search("\n".join(lines[_start(node) - 1 : node.end_lineno])):
            return True
        if isinstance(node, ast.Import | ast.ImportFrom):  # which is followed
            return False
        roots = tuple(root for root in self._handler.roots if not installed(root))
        sources = (_sources(self._files, path, module, level, roots) for module, level in _imported(node))
        return any(self._leads_to_change(each) for found in sources for each in found if not self._bought(each))

    def _leads_to_change(self, path: str) -> bool:
        """Whether one of the function's own files changes how modules are found, or may import one that does."""
        if path not in self._changing:
            texts = python_closure(self._files, path, self._handler.roots).texts
            self._changing[path] = any(_CHANGES_SEARCH.search(text) for _, text in texts)
        return self._changing[path]


def _start(node: ast.stmt) -> int:
    """The first line of a statement, with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _adds_folders(text: str, tree: ast.Module) -> bool:
    """Whether an installed package adds folders to the search path as soon as it is imported.

    It has names of its own that no file bears, and hands out no others'.
    """
    defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return any(word in text for word in _ADDS_FOLDERS) and any(
        word in ast.unparse(node) for node in tree.body if not isinstance(node, defined) for word in _ADDS_FOLDERS
    )


def _perhaps_imported(tree: ast.Module) -> frozenset[str]:
    """The words of all names in imports that are not executed for certain, and in texts that may name a module."""
    nodes = [
        node
        for statement in tree.body
        if not isinstance(statement, ast.Import | ast.ImportFrom)
        for node in ast.walk(statement)
    ]
    named = (alias.name for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names)
    origins = (node.module or "" for node in nodes if isinstance(node, ast.ImportFrom))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return frozenset(word for name in (*named, *origins, *texts) for word in _WORD.findall(name))


def _postpones(node: ast.stmt) -> bool:
    """Whether a statement tells Python to evaluate no annotations."""
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and "annotations" in {alias.name for alias in node.names}
    )


def _depth(handler: Handler, path: str) -> int:
    """How many packages the handler's module lies in: so many dots a relative import may have."""
    return handler.text.replace("/", ".").count(".") - (0 if path.endswith("/__init__.py") else 1)


class _Importer:
    """The imports of one file. `depth` is the number of packages that it is in, where that is known.

    `ends` tells that nothing is certain any more behind the statements that are looked at, `whole` that the tree has
    the bodies of functions.
    """

    def __init__(
        self,
        files: Files,
        path: str,
        text: str,
        tree: ast.Module,
        handler: Handler,
        depth: int | None,
        sure: Callable[[Absent], bool],
        build: Build,
        natives: Natives,
        ends: bool,
        whole: bool,
    ) -> None:
        self.path = path
        self.ends = ends
        self._files = files
        self._path = path
        self._tree = tree
        self.handler = handler
        self._depth = depth
        self._sure = sure
        self._build = build
        self._natives = natives
        # All names that the module has are written in it.
        self._closed = whole and not python_undefined.gives_own(text)
        about = (
            self._closed
            or python_library.mentions(text, handler.version)
            or python_types.mentions(text, handler.version)
            or distributions.mentions(text)
            or time_zones.mentions(text)
        )
        self._names = Names(tree, self._given) if about else None
        self._moved = "__package__" in text
        self._letters: dict[str, str] | None = None
        self._annotated = not any(map(_postpones, tree.body)) and numbers(handler.version) < _LAZY

    def source(self, node: ast.ImportFrom) -> str:
        """The file that a statement takes names from, "" when there is none."""
        own = _sources(self._files, self._path, node.module or "", node.level, self.handler.roots)
        stem = "/" + (node.module or "").replace(".", "/")
        return own[-1] if node.module and own and own[-1].removesuffix(".py").endswith(stem) else ""

    def _given(self, node: ast.ImportFrom) -> Iterable[str] | None:
        """The names that an import of `*` brings, None when it may bring others."""
        source = self.source(node)
        text = _text(self._files, source) if source.endswith(".py") else None
        return None if text is None else handed_out(text, self.handler.version)

    def fails(self, node: ast.stmt) -> bool:
        return any(not each.restorable.startswith(_BUILTINS) for each in self.absent(node))

    def absent(self, node: ast.stmt) -> Iterator[Absent]:
        """What a statement imports in vain."""
        return filter(self._sure, self._lost(node))

    def _lost(self, node: ast.stmt) -> Iterator[Absent]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from self._absolute(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield from self._relative(node)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module != "__future__":
            lost = list(self._absolute(node.module))
            yield from lost or self._taken_away(node) or self._bound(node)
        yield from self._used(node)

    def files(self, node: ast.stmt) -> list[str]:
        """The files that a statement imports, in the order in which they are executed."""
        files, roots = self._files, self.handler.roots
        found = [each for module, level in _written(node) for each in _sources(files, self._path, module, level, roots)]
        if isinstance(node, ast.ImportFrom) and node.module and (folders := self._portions(node)):
            # Without a file of its own, so every name is that of a module in one of its folders.
            for alias in node.names:
                found += next((there for each in folders if (there := _inside(files, each, [alias.name]))), [])
        elif isinstance(node, ast.ImportFrom) and node.module and found and found[-1].endswith("/__init__.py"):
            # A name that the package does not define is that of a module in it.
            text, folder = _text(files, found[-1]), posixpath.dirname(found[-1])
            for alias in node.names if text is not None and folder.endswith(node.module.replace(".", "/")) else ():
                inside = _inside(files, folder, [alias.name])
                if inside and defines(found[-1], text or "", alias.name, self.handler.version) is False:
                    found += inside
        return found

    def _taken_away(self, node: ast.ImportFrom) -> list[Absent]:
        """Names that a module of Python itself does not have in this version."""
        found = python_library.imported(node, self.handler.version)
        return [
            Absent(
                f"{each.name} from {each.module}",
                self._path,
                each.wrong,
                each.fix,
                restorable=f"{each.module}.{each.name}",
            )
            for each in found
            if not self._shadowed(each.module)
        ]

    def _shadowed(self, module: str) -> bool:
        """Whether a module bears the name of one of Python's own."""
        top = module.partition(".")[0]
        return any(_there(self._files, root, top) for root in self.handler.roots)

    def _used(self, node: ast.stmt) -> Iterator[Absent]:
        """What a statement asks for beside its imports."""
        if self._names is None:
            return
        self._names.learn(node)
        if self._names.open_ended:
            return
        for each in python_library.used(node, self._names, self.handler.version, annotations=self._annotated):
            if not self._shadowed(each.module):
                name = f"{each.module}.{each.name}"
                yield Absent(name, self._path, each.wrong, each.fix, "uses", restorable=name)
        unknown = python_undefined.undefined(node, self._names, annotations=self._annotated) if self._closed else ()
        for used, below in unknown:
            if self._is_part(used.id):
                continue
            what = "which is defined only further down" if below else "which nothing defines"
            wrong, fix = f"{what} (line {used.lineno})", "import or define it above"
            whose = _IN_CLASS if node in self._in_classes else _BUILTINS
            yield Absent(used.id, self._path, wrong, fix, "uses the name", f"{whose}{used.id}", used.lineno)
        for type_ in python_types.newer(node, self._names, self.handler.version, annotations=self._annotated):
            wrong = f"which Python {self.handler.version} does not have yet, but {type_.since} has"
            fix = f"import what typing has for it, or run the function on Python {type_.since} or later"
            yield Absent(printable(type_.written, 80), self._path, wrong, fix, "uses the type")
        root, own = posixpath.split(posixpath.dirname(self._path))
        outermost = self._path.endswith("/__init__.py") and root in self.handler.roots
        for name, function in distributions.asked(node, self._names, own if outermost else ""):
            roots = (*self.handler.roots, self.handler.library)
            if not any(distributions.normalised(name) in distributions.recorded(self._files, root) for root in roots):
                fix = f"install {name} in the final stage, and leave its .dist-info folder there"
                yield Absent(name, self._path, "whose metadata is not in the image", fix, _VERSION, function)
        for key in () if self._shadowed("zoneinfo") else time_zones.asked(node, self._names):
            if time_zones.lost(self._files, key):
                fix = "install tzdata in the final stage, from PyPI or as the system's package"
                yield Absent(key, self._path, "for which the image has no data", fix, _ZONE, "zoneinfo.ZoneInfo")

    @cached_property
    def _in_classes(self) -> frozenset[ast.AST]:
        """What stands in the bodies of classes that have a metaclass, or may have that of a base."""
        classes = [each for each in ast.walk(self._tree) if isinstance(each, ast.ClassDef)]
        bodies = (each.body for each in classes if each.bases or each.keywords)
        return frozenset(inner for body in bodies for statement in body for inner in ast.walk(statement))

    def _is_part(self, name: str) -> bool:
        """Whether a name is that of a module of the package, which is given to it when any code imports the module."""
        folder, file = posixpath.split(self._path)
        return file == "__init__.py" and _there(self._files, folder, name)

    def _absolute(self, module: str) -> Iterator[Absent]:
        files, handler = self._files, self.handler
        top = module.partition(".")[0]
        if top in MODULES:
            if _parted(files, module, handler):
                yield self._missing(module, f"take another module, or the package that brings {top} back")
        elif not any(_there(files, root, top) for root in (*handler.roots, *filter(None, (handler.library,)))):
            if handler.style != "base-python" or not of_base(top) or not files.somewhere(_BASE_FOLDERS, top):
                yield self._missing(top, self._elsewhere(top))
        elif wrong := self._mismatch(handler.roots, top):
            yield self._foreign(top, wrong)
        elif (own := _sources(files, self._path, top, 0, handler.roots)) and own[-1].endswith("/__init__.py"):
            lost = _beyond(files, posixpath.dirname(own[-1]), module)
            if lost:
                yield self._missing(lost)
            elif wrong := self._mismatch((posixpath.dirname(posixpath.dirname(own[-1])),), module):
                yield self._foreign(module, wrong)
        elif lost := self._namespace(module)[1]:
            yield self._missing(lost)

    def _elsewhere(self, top: str) -> str:
        """What to do about a module that the function has, but where Python does not see it; "" where it has none."""
        if installed(self._path):
            return ""
        folder = posixpath.dirname(self._path)
        own = [root for root in self.handler.roots if not installed(root)]
        if self._letters is None:
            paths = (join(root, name) for root in own for name in self._files.names(root))
            self._letters = {posixpath.basename(path).removesuffix(".py").casefold(): path for path in paths}
        path = self._letters.get(top.casefold(), "")
        stem = posixpath.basename(path).removesuffix(".py")
        if path and _there(self._files, posixpath.dirname(path), stem):
            return f"write {printable(stem)}, as {printable(path)} is called"
        if _there(self._files, folder, top):
            return f"write from . import {printable(top)}: Python does not search {printable(folder)}"
        above = next((root for root in own if folder.startswith(f"{root}/")), "")
        while above and folder != above:
            folder = posixpath.dirname(folder)
            if _there(self._files, folder, top):
                return f"set ENV PYTHONPATH={printable(folder)}, where it is, or copy it to {printable(above)}"
        return ""

    def _mismatch(self, roots: tuple[str, ...], module: str) -> str:
        """In words, what is wrong with the native module that the folders have, when it cannot be loaded."""
        *packages, name = module.split(".")
        folders = [join(root, "/".join(packages)) if packages else root for root in roots]
        if packages and any(_PUTS_MODULES.search(_text(self._files, f"{each}/__init__.py") or "") for each in folders):
            return ""
        wrong = [
            mismatch(self._files, folder, name, self._build) for folder in folders if _there(self._files, folder, name)
        ]
        if wrong and all(wrong):
            return f"is {wrong[0]}"
        lacking = self._natives.lacking(tuple(folders), name)
        return f"needs {printable(lacking)}" if lacking else ""

    def _missing(self, name: str, fix: str = "") -> Absent:
        fix = fix or f"put {printable(name.lstrip('.').partition('.')[0])} into the final stage, installed or copied"
        return Absent(name, self._path, "which is not in the image", fix, searched=self.handler.roots)

    def _foreign(self, name: str, wrong: str) -> Absent:
        fix = "install the package in the final stage, with the interpreter and on the platform that will run it"
        if wrong.endswith("which is not in the image"):
            fix = "install what brings the library in the final stage, and all that the package itself brings"
        if wrong.startswith("is compiled"):
            return Absent(name, self._path, f"which {wrong}", "copy the source, or compile it with the image's Python")
        return Absent(name, self._path, f"{_NATIVE} {wrong}", fix)

    def _relative(self, node: ast.ImportFrom) -> Iterator[Absent]:
        if self._moved:
            return
        written = "." * node.level + (node.module or node.names[0].name)
        if self._depth is not None and node.level > self._depth:
            wrong = f"but lies in only {self._depth} package" if self._depth else "but is itself no part of a package"
            fix = f"import {printable(written.lstrip('.'))} by its own name, or start a folder further up"
            yield Absent(written, self._path, wrong, fix)
            return
        base = _ancestor(self._path, node.level)
        if node.module and not _tricky(self._files, base) and not _through_module(self._files, base, node.module):
            stem = join(base, node.module.replace(".", "/"))
            if not _there(self._files, posixpath.dirname(stem), posixpath.basename(stem)):
                yield self._missing(written)
                return
        if node.module and (wrong := self._mismatch((base,), node.module)):
            yield self._foreign(written, wrong)
            return
        yield from self._bound(node)

    def _bound(self, node: ast.ImportFrom) -> Iterator[Absent]:
        """Names imported from a file that neither defines them nor has such modules beside it."""
        if folders := self._portions(node):
            for alias in node.names:
                if alias.name != "*" and not any(_there(self._files, each, alias.name) for each in folders):
                    yield self._missing("." * node.level + f"{node.module}.{alias.name}")
            return
        own = _sources(self._files, self._path, node.module or "", node.level, self.handler.roots)
        source = own[-1] if own else ""
        folder = posixpath.dirname(source) if source.endswith("/__init__.py") else ""
        stem = "/" + (node.module or "").replace(".", "/")
        if not source.removesuffix("/__init__.py").removesuffix(".py").endswith(stem.rstrip("/")):
            return
        text = _text(self._files, source)
        if text is None or (folder and _tricky(self._files, folder)):
            return
        module = "." * node.level + (node.module or "")
        for name in (each for alias in node.names for each in (exported(text) if alias.name == "*" else (alias.name,))):
            if self._defined(node, source, text, name):
                continue
            inside = f"{module.rstrip('.')}.{name}" if node.module else f"{module}{name}"
            if folder and _there(self._files, folder, name):
                if wrong := self._mismatch((posixpath.dirname(folder),), f"{posixpath.basename(folder)}.{name}"):
                    yield self._foreign(inside, wrong)
            elif folder:
                yield replace(self._missing(inside), restorable=inside)
            else:
                wrong = f"which {printable(source)} does not define"
                fix = "import a name that it defines"
                yield Absent(f"{name} from {module}", self._path, wrong, fix, restorable=f"{module}.{name}")

    def _portions(self, node: ast.ImportFrom) -> tuple[str, ...]:
        """The folders of the namespace package that a statement imports from; none when it is of another kind."""
        return self._namespace(node.module or "", node.level)[0]

    def _namespace(self, module: str, level: int = 0) -> tuple[tuple[str, ...], str]:
        """The folders of a namespace package, and the beginning of its name that none of a namespace's folders has."""
        parts = module.split(".")
        if not module or (not level and parts[0] in MODULES):
            return (), ""
        above = (_ancestor(self._path, level),) if level else (*self.handler.roots, self.handler.library)
        folders = tuple(filter(None, above))
        for count, part in enumerate(parts):
            if any(find_in(self._files, folder, part) is not None for folder in folders):
                return (), ""
            folders = tuple(each for folder in folders if self._files.is_directory(each := join(folder, part)))
            if not folders:
                return (), ".".join(parts[: count + 1]) if count else ""
        return folders, ""

    def _defined(self, node: ast.ImportFrom, source: str, text: str, name: str) -> bool:
        """Whether a source may define a name. A package that imports it from itself does not define it by that."""
        if source == self._path and all(each is node for each in bindings(self._tree.body, name, self.handler.version)):
            return False
        # Whoever writes a type alone has something else give the name its value.
        typed = re.search(rf"^{re.escape(name)}\s*:", text, re.MULTILINE) is not None
        return typed or defines(source, text, name, self.handler.version) is not False


def _written(node: ast.stmt) -> Iterator[tuple[str, int]]:
    """The modules that a statement names, each with its number of leading dots."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, 0) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or "", node.level
        if node.level and not node.module:
            yield from ((alias.name, node.level) for alias in node.names)


def _ancestor(path: str, level: int) -> str:
    for _ in range(level):
        path = posixpath.dirname(path)
    return path


def _through_module(files: Files, folder: str, module: str) -> bool:
    """Whether a dotted name goes on behind a module that is no package, as six does that makes modules of its own."""
    *packages, _ = module.split(".")
    stems = (join(folder, "/".join(packages[:count])) for count in range(1, len(packages) + 1))
    return any(files.is_file(f"{stem}.py") and not files.is_directory(stem) for stem in stems)


def _tricky(files: Files, folder: str) -> bool:
    """Whether a package may have modules that are not in its folder."""
    text = _text(files, join(folder, "__init__.py"))
    return text is None or any(word in text for word in ("__path__", "__getattr__", "importlib", "sys.modules"))


def _beyond(files: Files, folder: str, module: str) -> str:
    """The beginning of a dotted name that a package of the image's own does not have; "" when it has all."""
    names = module.split(".")
    for count in range(1, len(names)):
        if _tricky(files, folder):
            return ""
        if not _there(files, folder, names[count]):
            return ".".join(names[: count + 1])
        folder = join(folder, names[count])
    return ""


def _parted(files: Files, module: str, handler: Handler) -> bool:
    """Whether a module is written in Python, belongs to its library, and is not there in this one."""
    library, top = handler.library, module.partition(".")[0]
    if top not in PARTED or not files.is_file(join(library, "os.py")):
        return False
    if any(_there(files, root, name) for root in handler.roots for name in (top, "_distutils_hack")):
        return False
    stem = join(library, module.replace(".", "/"))
    return not _there(files, posixpath.dirname(stem), posixpath.basename(stem))


# Puts something in the place of a module.
_PUTS_MODULES = regex(r"\bsys\.modules(?:\[[^\]\n]*\]\s*=(?!=)|\.(?:setdefault|update)\b)|\bmeta_path\b")
_ADDS_FOLDERS = ("sys.path", "addsitedir")
# Code that changes how modules are found, or executes more code that no file's name tells.
_CHANGES_SEARCH = regex(
    r"\bsys\s*\.\s*(?:path|path_hooks|meta_path|modules)\b|\bimport\b[^\n]*\bsys\s+as\b"
    r"|\bfrom\s+sys\s+import\s*(?:[^\n]*\b(?:path|path_hooks|meta_path|modules)\b|[(*\\])"
    r"|\b(?:addsitedir|zipimport|runpy|exec_module|load_source|load_module)\b|\b__import__\s*=(?!=)"
    r"|(?:(?<![.\w])|\bbuiltins\.)exec\("
    r"|\b(?:import_module|__import__)\((?!\s*([\"'])[\w.]*\1\s*[,)])"
)
_WORD = regex(r"\w+")
# What the AWS base images bring in one version or another.
_IN_BASE_NAMES = """
boto3 botocore s3transfer jmespath dateutil six urllib3 simplejson awslambdaric snapshot_restore_py runtime_client
bootstrap lambda_runtime_client pip setuptools pkg_resources typing_extensions
"""
_IN_BASE = frozenset(_IN_BASE_NAMES.split())
_BASE_FOLDERS = ("/var", "/opt")


def of_base(module: str) -> bool:
    """Whether a top-level module is one that AWS base images bring. Which of them, and where, differs."""
    return module in _IN_BASE


def _there(files: Files, root: str, module: str) -> bool:
    if find_in(files, root, module) is not None or files.is_directory(join(root, module)):
        return True
    names = {module, f"{module}.py"}.intersection(files.names(root))
    return any(outside(files, join(root, name)) for name in names)


def _text(files: Files, path: str) -> str | None:
    """A source's text. Of an installed package's it has to be at hand: there are too many to read them again."""
    return files.kept_text(path, _MAX_SOURCE) if installed(path) else files.text(path, _MAX_SOURCE)


def needed(files: Files, path: str, version: str) -> tuple[str, ...]:
    """The top-level modules that one file imports for certain, those of Python itself left out."""
    text = files.text(path, _MAX_SOURCE)
    tree = tree_of(text) if text is not None else None
    if tree is None:
        return ()
    statements = certain(tree.body, version, lambda _: False)
    written = (module for node in statements for module, level in _written(node) if not level)
    names = dict.fromkeys(module.partition(".")[0] for module in written)
    return tuple(name for name in names if name not in MODULES)


def python_closure(files: Files, path: str, roots: tuple[str, ...]) -> Closure:
    """The file and, as far as they are the image's own code, the modules that it imports anywhere in its text.

    Installed packages are not followed: they are known by their names.
    """
    queue = deque([path])
    seen = {path}
    own = tuple(root for root in roots if not installed(root))
    texts: list[tuple[str, str]] = []
    complete = True
    while queue and len(texts) < _MAX_FILES:
        current = queue.popleft()
        text = files.text(current, _MAX_SOURCE)
        if text is None:
            complete = False
            continue
        texts.append((current, text))
        tree = tree_of(text)
        if tree is None:
            complete = False
            continue
        for module, level in _imported(tree):
            for found in _sources(files, current, module, level, own):
                if found not in seen:
                    seen.add(found)
                    queue.append(found)
    return Closure(tuple(texts), complete and not queue)


def _imported(tree: ast.AST) -> list[tuple[str, int]]:
    """The modules that some code may import, each with its number of leading dots."""
    found: list[tuple[str, int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.extend((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found.append((module, node.level))
            found.extend((f"{module}.{alias.name}".lstrip("."), node.level) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            names = (each.value for each in node.args if isinstance(each, ast.Constant))
            found.extend(
                (name.lstrip("."), len(name) - len(name.lstrip("."))) for name in names if isinstance(name, str)
            )
    return found


def _sources(files: Files, current: str, module: str, level: int, roots: tuple[str, ...]) -> list[str]:
    """The source files that are executed when a module is imported: its packages', and its own."""
    if level:
        base = _ancestor(current, level)
        if not module:
            return [path for path in (f"{base}/__init__.py",) if files.is_file(path)]
        roots = (base,)
    elif module.partition(".")[0] in MODULES:
        return []
    parts = [part for part in module.split(".") if part]
    return next((found for root in roots if (found := _inside(files, root, parts))), [])


def _inside(files: Files, folder: str, parts: list[str]) -> list[str]:
    """The source files of a dotted name in one folder, as far as they are there."""
    found: list[str] = []
    for part in parts:
        stem = join(folder, part)
        if files.is_file(f"{stem}/__init__.py"):
            found.append(f"{stem}/__init__.py")
        elif extension(files, folder, part) is None and files.is_file(f"{stem}.py"):
            return [*found, f"{stem}.py"]
        folder = stem
    return found


def installed(path: str) -> bool:
    """Whether a path lies among installed packages or in an interpreter's own library."""
    return any(part in path for part in ("/site-packages", "/dist-packages", "/lib/python3", "/lib64/python3"))
