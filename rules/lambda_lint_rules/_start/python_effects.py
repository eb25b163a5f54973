"""Files that a Python module opens or makes for certain when it is imported, by paths that are written out."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from pathlib import PurePosixPath

from lambda_lint import Value, regex
from lambda_lint.annotations import cast
from lambda_lint_rules._facts.base_images import TASK_ROOT
from lambda_lint_rules._facts.mounts import MADE_BY_ENGINES
from lambda_lint_rules._facts.user import DEFAULT_USER
from lambda_lint_rules._start.files import Files, join, mounted
from lambda_lint_rules._start.model import UNKNOWN
from lambda_lint_rules._start.python_flow import certain, evaluated
from lambda_lint_rules._start.python_names import Names
from lambda_lint_rules._start.python_source import tree_of
from lambda_lint_rules._start.world import ImageWorld

_MAX_DEPTH = 12
_MAX_CALLS = 3
# By their full name, functions that read the file named by their first argument.
_READERS = frozenset(
    [
        "joblib.load",
        "logging.config.fileConfig",
        "numpy.load",
        "os.chdir",
        "os.listdir",
        "os.stat",
        "os.path.getsize",
        "pandas.read_csv",
        "torch.load",
    ]
)
# Those that open a file as `open` does: a name first, and then a mode.
_OPENERS = frozenset(["open", "io.open", "bz2.open", "codecs.open", "gzip.open", "lzma.open", "zipfile.ZipFile"])
# Those that make a file, with the number of the argument that names it.
_WRITERS: Mapping[str, int] = {
    "logging.FileHandler": 0,
    "logging.handlers.RotatingFileHandler": 0,
    "logging.handlers.TimedRotatingFileHandler": 0,
    "shutil.copy": 1,
    "shutil.copy2": 1,
    "shutil.copyfile": 1,
}
# What is no file to sqlite3.
_IN_MEMORY = frozenset(["", ":memory:"])
_MAKERS = frozenset(["os.mkdir", "os.makedirs"])
_GETTERS = frozenset(["os.getenv", "os.environ.get"])
# Variables that Lambda sets, or may.
_OF_LAMBDA = regex(r"(?:AWS|LAMBDA|_).*|HOME|PATH|PWD|TMPDIR|TEMP|TMP|LANG|TZ|USER|PYTHONPATH|LD_LIBRARY_PATH")
# Code that may give what every module and every class has another value.
_OPEN_ENDED = regex(r"\b(?:__file__|__init__)\s*=(?!=)|[\"']__init__[\"']")
_QUESTIONS = frozenset(["os.path.exists", "os.path.isdir", "os.path.isfile"])
_OF_PATH = frozenset(["open", "read_text", "read_bytes", "write_text", "write_bytes", "touch", "mkdir"])
# Words of code that makes files, in Python or in a shell.
_PUTS_FILES = regex(
    r"(?i)download|retriev|write|copy|cop2|extract|unpack|unzip|decompress|mkd|mktemp|temp(?:file|dir)|makedirs"
    r"|\bsave|\bdump\b|rename|\bmove|\bmv\b|\bcp\b|\btar\b|link\b|subprocess|os\.system|popen|spawn|exec\(|curl"
    r"|wget|\baws\b|fetch|sync|touch|\bto_\w+\(|\bos\.open\(|FileHandler|basicConfig"
    r"|>[ \t]*[\"'{$/\w]*tmp|[\"'](?:[rbt]*[wxa][rbt+]*|[rbt]+\+[bt]*)[\"']"
)
_SPLITTERS: Mapping[str, Callable[[str], tuple[str, str]]] = {
    "os.path.split": posixpath.split,
    "os.path.splitext": posixpath.splitext,
}
_RENAMERS: Mapping[str, Callable[[PurePosixPath, str], PurePosixPath]] = {
    "with_name": PurePosixPath.with_name,
    "with_suffix": PurePosixPath.with_suffix,
}
_SAME = frozenset(["os.path.abspath", "os.path.realpath", "os.path.normpath", "os.fspath", "str"])


class Access(Value):
    """One file that is read, or one file or folder that is made.

    `use` is `read`, `write`, or `file` or `folder` for one that is only made where there is none.
    """

    path: str
    use: str
    line: int


def lost(files: Files, path: str) -> bool:
    """Whether a file that is to be read is nowhere in the image."""
    return not elsewhere(path) and ImageWorld(files, "").writable(path) is False and files.get(path) is None


def accesses(
    files: Files,
    path: str,
    cwd: str,
    version: str,
    lost: Callable[[Files, str], bool] = lost,
    env: Mapping[str, str] | None = None,
) -> Iterator[Access]:
    """What the module at `path` opens for certain, in order. `cwd` is the working directory, "" when not known.

    `lost` tells that a path is certainly nowhere. With an environment, what it opens as long as no other variable is
    set than those.
    """
    text = files.text(path, 1 << 20)
    tree = tree_of(text) if text is not None else None
    if text is None or tree is None:
        return
    module = Module(tree, path, "" if "chdir" in text or UNKNOWN in cwd else cwd, files, lost, env)
    if not plain(module, text):
        return
    yield from _executed(tree.body, module, version, 0)


def plain(module: Module, text: str) -> bool:
    """Whether the names of a module stand for what its text says."""
    return not module.names.open_ended and _OPEN_ENDED.search(text) is None


def _executed(body: Sequence[ast.stmt], module: Module, version: str, depth: int) -> Iterator[Access]:
    for node in certain(body, version, lambda _: False, module.holds):
        module.learn(node)
        for call in evaluated(node):
            if not isinstance(call, ast.Call):
                continue
            found = module.access(call)
            if found is not None:
                yield found
            function = module.function(call) if depth < _MAX_CALLS else None
            if function is not None:
                yield from _executed(function.body, module.inside(function, call), version, depth + 1)
        for inner in module.rounds(node):
            yield from _executed(cast("ast.For", node).body, inner, version, depth)
        if isinstance(node, ast.Return):
            return


def _straight(function: ast.FunctionDef) -> bool:
    """Whether nothing in a function leaves it before its end, or keeps it from being executed when it is called."""
    waiting: list[ast.stmt] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.With):
            waiting.extend(node.body)
        elif not isinstance(node, ast.Return) and any(isinstance(each, ast.Return) for each in ast.walk(node)):
            return False
    return not any(isinstance(each, ast.Yield | ast.YieldFrom | ast.Global) for each in ast.walk(function))


class Module:
    """What is known of a module's names so far."""

    def __init__(
        self,
        tree: ast.Module,
        path: str,
        cwd: str,
        files: Files,
        lost: Callable[[Files, str], bool],
        env: Mapping[str, str] | None,
    ) -> None:
        self._files = files
        self._lost = lost
        self._env = env
        self._path = path
        self._cwd = cwd
        self.names = Names(tree)
        self._values: dict[str, str | PurePosixPath] = {}
        self._functions: dict[str, ast.FunctionDef] = {}

    def learn(self, node: ast.stmt) -> None:
        """Remember what an import or an assignment binds, where nothing else binds the same name."""
        self.names.learn(node)
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                known = self.value(value) if self.names.once(name) else None
                if known is not None:
                    self._values[name] = known
            case ast.FunctionDef(name=name, decorator_list=[]) if self.names.once(name) and _straight(node):
                self._functions[name] = node
            case ast.ClassDef(name=name, bases=[], keywords=[], decorator_list=[]) if self.names.once(name):
                made = [each for each in node.body if getattr(each, "name", "") in {"__new__", "__init__"}]
                match made:
                    case [ast.FunctionDef(name="__init__", decorator_list=[]) as init] if _straight(init):
                        self._functions[name] = init

    def rounds(self, node: ast.stmt) -> Iterator[Module]:
        """The names as each round of a loop over texts that are written out knows them."""
        match node:
            case ast.For(target=ast.Name(id=name), iter=ast.List(elts=texts) | ast.Tuple(elts=texts)) if (
                self.names.once(name) and not any(isinstance(each, ast.Break | ast.Continue) for each in ast.walk(node))
            ):
                for text in texts:
                    inner = copy(self)
                    inner._values = dict(self._values)
                    match text:
                        case ast.Constant(value=str(value)):
                            inner._values[name] = value
                    yield inner

    def function(self, call: ast.Call) -> ast.FunctionDef | None:
        """The module's own function that is called, where its body is sure to be executed from top to bottom."""
        return self._functions.get(call.func.id) if isinstance(call.func, ast.Name) else None

    def inside(self, function: ast.FunctionDef, call: ast.Call) -> Module:
        """The names as the body of a called function knows them."""
        inner = copy(self)
        inner._functions, inner.names = dict(self._functions), self.names.inner()
        parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        if function.name == "__init__":  # it is called by its class's name, without the object
            parameters = parameters[1:]
        given = dict(zip(parameters, call.args, strict=False))
        given |= {each.arg: each.value for each in call.keywords if each.arg in parameters}
        defaults = function.args.defaults
        given = dict(zip(parameters[len(parameters) - len(defaults) :], defaults, strict=True)) | given
        plain = not any(isinstance(each, ast.Starred) for each in call.args) and all(each.arg for each in call.keywords)
        values = {name: self.value(value) for name, value in given.items()} if plain else {}
        local = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
        kept = {name: value for name, value in self._values.items() if name not in local}
        changed = {
            each.id for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        }
        inner._values = kept | {
            name: value for name, value in values.items() if value is not None and name not in changed
        }
        return inner

    def holds(self, condition: ast.expr) -> bool | None:
        """Whether a path is there, where a condition asks for that; None for any other, or where nobody can tell."""
        match condition:
            case ast.Call(func=ast.Attribute(value=value, attr="exists" | "is_dir" | "is_file"), args=[]):
                path = self.value(value)
                path = path if isinstance(path, PurePosixPath) else None
            case ast.Call(args=[asked]) if self.names.full(condition.func) in _QUESTIONS:
                path = self.value(asked)
            case _:
                return None
        text = "" if path is None else str(path)
        if not text or UNKNOWN in text or not (text.startswith("/") or self._cwd):
            return None
        place = join(self._cwd, text)
        # What is in the image is not all that there may be, so only what is nowhere is known.
        return False if self._lost(self._files, place) else None

    def access(self, call: ast.Call) -> Access | None:
        """The file that a call opens or makes; None when it does neither, or is not known to."""
        name = self.names.full(call.func)
        if name in _OPENERS and not any(each.arg in {None, "opener"} for each in call.keywords):
            return self._opened(call, _argument(call, 0, *_FILE), _argument(call, 1, "mode"))
        if name in _READERS:
            return self._reached(call, _argument(call, 0), "read")
        # What further arguments say may be to open the file later.
        if name in _WRITERS and len(call.args) <= 2 and not any(each.arg in {None, "delay"} for each in call.keywords):
            return self._reached(call, _argument(call, _WRITERS[name]), "write")
        if name == "sqlite3.connect" and not any(keyword.arg == "uri" for keyword in call.keywords):
            database = _argument(call, 0, "database")
            known = None if database is None else self.value(database)
            return None if known in _IN_MEMORY else self._reached(call, database, "file")
        if name in _MAKERS:
            return self._reached(call, _argument(call, 0, "name"), "folder")
        match call.func:
            case ast.Attribute(value=value, attr=method) if method in _OF_PATH:
                if not isinstance(self.value(value), PurePosixPath):
                    return None
                if method == "open":
                    return self._opened(call, value, _argument(call, 0, "mode"))
                use = "read" if method.startswith("read") else "folder" if method == "mkdir" else "write"
                return self._reached(call, value, use)
        return None

    def _opened(self, call: ast.Call, path: ast.expr | None, mode: ast.expr | None) -> Access | None:
        match mode:
            case None:
                return self._reached(call, path, "read")
            case ast.Constant(value=str(letters)):
                return self._reached(call, path, "write" if set("wax+") & set(letters) else "read")
        return None

    def _reached(self, call: ast.Call, path: ast.expr | None, use: str) -> Access | None:
        value = None if path is None else self.value(path)
        text = "" if value is None else str(value)
        if not text or UNKNOWN in text or "://" in text or not (text.startswith("/") or self._cwd):
            return None
        return Access(join(self._cwd, text), use, call.lineno)

    def value(self, node: ast.expr, depth: int = 0) -> str | PurePosixPath | None:
        """The text or the path that an expression stands for; None when only running tells."""
        if depth > _MAX_DEPTH:
            return None
        deeper = depth + 1
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id="__file__"):
                return self._path
            case ast.Name(id=name):
                return self._values.get(name)
            case ast.Attribute(value=value, attr="parent"):
                owner = self.value(value, deeper)
                return owner.parent if isinstance(owner, PurePosixPath) else None
            case ast.Subscript(value=value, slice=ast.Constant(value=int(index))):
                return self._item(value, index, deeper)
            case ast.BinOp(left=left, op=ast.Div() | ast.Add() as sign, right=right):
                return _joined(self.value(left, deeper), sign, self.value(right, deeper))
            case ast.JoinedStr(values=parts):
                return self._text(parts, deeper)
            case ast.Subscript(value=value, slice=ast.Constant(value=str(name))) if (
                self.names.full(value) == "os.environ"
            ):
                return self._variable(name, None)
            case ast.BoolOp(op=ast.Or(), values=[ast.Call(args=[ast.Constant(value=str(name))]) as asked, default]):
                told = self._variable(name, "") if self.names.full(asked.func) in _GETTERS else None
                return None if told is None else told or self.value(default, deeper)
            case ast.Call(keywords=[]):
                return self._called(node, deeper)
        return None

    def _item(self, node: ast.expr, index: int, depth: int) -> str | PurePosixPath | None:
        """One of a path's parents, or of the two parts that it is split into."""
        match node:
            case ast.Attribute(value=value, attr="parents"):
                owner = self.value(value, depth)
                known = isinstance(owner, PurePosixPath) and 0 <= index < len(owner.parents)
                return owner.parents[index] if isinstance(owner, PurePosixPath) and known else None
            case ast.Call(func=func, args=[part], keywords=[]) if (name := self.names.full(func)) in _SPLITTERS:
                whole = self.value(part, depth)
                return None if whole is None or index > 1 else _SPLITTERS[name](str(whole))[index]
        return None

    def _text(self, parts: Sequence[ast.expr], depth: int) -> str | None:
        texts = [
            self.value(part.value if isinstance(part, ast.FormattedValue) else part, depth)
            for part in parts
            if not isinstance(part, ast.FormattedValue) or (part.format_spec is None and part.conversion < 0)
        ]
        return None if None in texts or len(texts) < len(parts) else "".join(map(str, texts))

    def _variable(self, name: str, default: str | None) -> str | None:
        """What a variable holds as long as nobody sets it on the function; None for most of Lambda's own."""
        if name == "LAMBDA_TASK_ROOT":
            return TASK_ROOT
        if self._env is None or _OF_LAMBDA.fullmatch(name):
            return None
        value = self._env.get(name, default)
        return None if value is None or UNKNOWN in value else value

    def _home(self) -> str | None:
        """Where `~` is as long as nobody sets HOME on the function."""
        home = None if self._env is None else self._env.get("HOME", DEFAULT_USER.value.home)
        return home if home and UNKNOWN not in home else None

    def _expanded(self, path: str) -> str | None:
        first, slash, rest = path.partition("/")
        if first != "~":
            return None if first.startswith("~") else path
        home = self._home()
        return None if home is None else f"{home}{slash}{rest}"

    def _called(self, call: ast.Call, depth: int) -> str | PurePosixPath | None:
        values = [self.value(arg, depth) for arg in call.args]
        texts = [str(value) for value in values if value is not None]
        if len(texts) < len(values):
            return None
        name = self.names.full(call.func)
        if name in _GETTERS and texts:
            return self._variable(texts[0], texts[1] if len(texts) == 2 else None)
        if name in _SAME and len(texts) == 1:
            return self._same(name, texts[0])
        if name == "pathlib.Path.home" and not texts:
            home = self._home()
            return None if home is None else PurePosixPath(home)
        if name == "os.path.expanduser" and len(texts) == 1:
            return self._expanded(texts[0])
        if name in {"os.path.dirname", "os.path.basename"} and len(texts) == 1:
            return (posixpath.dirname if name == "os.path.dirname" else posixpath.basename)(texts[0])
        if name == "os.path.join" and texts:
            return posixpath.join(*texts)
        if name == "pathlib.Path" and texts:
            return PurePosixPath(*texts)
        if name in {"os.getcwd", "pathlib.Path.cwd"} and not texts and self._cwd:
            return self._cwd if name == "os.getcwd" else PurePosixPath(self._cwd)
        return self._of_path(call.func, texts, depth)

    def _same(self, function: str, path: str) -> str | None:
        if function in {"str", "os.fspath"}:
            return path
        if not path.startswith("/") and not self._cwd:
            return None
        whole = join(self._cwd, path)
        return self._real(whole) if function == "os.path.realpath" else posixpath.normpath(whole)

    def _real(self, path: str) -> str | None:
        """Where a path leads when all links are followed; None where that is not in the files."""
        file = self._files.get(path)
        return file.path if file is not None else path if ".." not in path.split("/") else None

    def _of_path(self, method: ast.expr, texts: Sequence[str], depth: int) -> PurePosixPath | None:
        owner = self.value(method.value, depth) if isinstance(method, ast.Attribute) else None
        if not isinstance(method, ast.Attribute) or not isinstance(owner, PurePosixPath):
            return None
        if method.attr == "expanduser":
            expanded = self._expanded(str(owner))
            return None if expanded is None else PurePosixPath(expanded)
        if method.attr == "resolve" and owner.is_absolute() and not texts:
            real = self._real(str(owner))
            return None if real is None else PurePosixPath(real)
        if method.attr in _RENAMERS and len(texts) == 1:
            try:
                return _RENAMERS[method.attr](owner, texts[0])
            except ValueError:
                return None
        whole = owner.is_absolute() or method.attr == "joinpath"
        return owner.joinpath(*texts) if method.attr in {"resolve", "absolute", "joinpath"} and whole else None


def _joined(
    left: str | PurePosixPath | None, sign: ast.operator, right: str | PurePosixPath | None
) -> str | PurePosixPath | None:
    match left, sign, right:
        case str(), ast.Add(), str():
            return left + right
        case PurePosixPath(), ast.Div(), (str() | PurePosixPath()):
            return left / right
        case str(), ast.Div(), PurePosixPath():
            return left / right
    return None


# What the openers call their first argument.
_FILE = ("file", "filename")


def _argument(call: ast.Call, index: int, *names: str) -> ast.expr | None:
    if any(isinstance(each, ast.Starred) for each in call.args):
        return None
    if index < len(call.args):
        return call.args[index]
    return next((keyword.value for keyword in call.keywords if keyword.arg in names), None)


def puts_files(text: str) -> bool:
    """Whether a text, that of a module or of a script, may put files somewhere."""
    return _PUTS_FILES.search(text) is not None


def elsewhere(path: str) -> bool:
    """Whether a path is none of the image's own: Lambda mounts something there, or the function may."""
    return mounted(path) or path.startswith("/mnt/") or path in MADE_BY_ENGINES


def refused(files: Files, access: Access) -> bool:
    """Whether a place that is to be written to certainly lies on the read-only root. A folder may be there already."""
    there = (access.use == "folder" and files.is_directory(access.path)) or (
        access.use == "file" and files.is_file(access.path)
    )
    return not there and ImageWorld(files, "").writable(access.path) is False
