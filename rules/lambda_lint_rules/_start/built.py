"""From the instructions of a Dockerfile and its build context to the files of its last stage."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

from lambda_lint import Deployment, Dockerfile, Heredoc, Stage, building, regex, replace
from lambda_lint.building import Context, Copied, FolderEntry, Ran
from lambda_lint_rules._facts.base_images import TASK_ROOT, base_config, recognise
from lambda_lint_rules._facts.registries import is_official
from lambda_lint_rules._start.effects import package_json, ran
from lambda_lint_rules._start.expansion import within
from lambda_lint_rules._start.model import Handler
from lambda_lint_rules._start.tree import Made, Tree

_ARCHIVE = regex(r"\.(?:tar|t?gz|tgz|bz2|tbz2?|xz|txz|zst)(?:\.\w+)?$", re.IGNORECASE)
_PATTERN = regex(r"[*?\[]")
_TEXTS = (".py", ".js", ".mjs", ".cjs", ".rb", ".txt", ".in", ".json", ".toml")
_MOST_STAGES = 40


@lru_cache(maxsize=4)
def builds(dockerfile: Dockerfile, deployment: Deployment) -> tuple[Build, ...]:
    """A build for each folder that may be the context, nearest first.

    Remembered for the last few Dockerfiles: several rules ask for it.
    """
    found = building.contexts(dockerfile, base_config, deployment)
    return tuple(Build(dockerfile, deployment, context) for context in found)


class Build:
    """One way to build a Dockerfile. `context` is None where it needs none, or none is known."""

    def __init__(self, dockerfile: Dockerfile, deployment: Deployment, context: Context | None) -> None:
        self._dockerfile = dockerfile
        self._deployment = deployment
        self.context = context
        self._stages = building.stages(dockerfile, deployment)
        self._trees: dict[int, Tree] = {}

    @property
    def tree(self) -> Tree:
        """The files of the last stage at its end, worked out when they are first asked for."""
        return self.tree_of(self._stages[-1])

    def tree_of(self, stage: Stage) -> Tree:
        """The files of a stage at its end."""
        if stage.index not in self._trees:
            self._trees[stage.index] = self._made(stage)
        return self._trees[stage.index]

    def _made(self, stage: Stage) -> Tree:
        base = stage.lineage[0].base
        aws = recognise(base) is not None
        complete = aws or base == "scratch" or is_official(base)
        tree = Tree(complete=complete, empty=(TASK_ROOT, "/opt") if aws else (TASK_ROOT,) if complete else ())
        if aws:
            tree.enter(TASK_ROOT)
        for step in building.steps(self._dockerfile, stage, base_config, self._deployment):
            if step.workdir:
                tree.enter(step.workdir)
            if isinstance(step, Ran):
                ran(tree, step)
            elif step.destination is None or step.odd:
                tree.blur(step.path)
            elif step.origin:
                self._from_elsewhere(tree, step, stage)
            else:
                _from_context(tree, step, self.context)
        return tree

    def _from_elsewhere(self, tree: Tree, step: Copied, stage: Stage) -> None:
        found = building.stage_named(step.origin, self._stages[: stage.index])
        if found is None or stage.index > _MOST_STAGES:
            tree.blur(_plain(step))
            if any("node_modules" in (source or "") for source in step.sources):
                tree.modules, tree.modules_named = True, None
            return
        other = self.tree_of(found)
        tree.modules, tree.gems = tree.modules or other.modules, tree.gems or other.gems
        tree.distributions = _both(tree.distributions, other.distributions)
        tree.modules_named = _both(tree.modules_named, other.modules_named)
        for source in step.sources:
            _copy_over(tree, step, other, source)


def handler_file(tree: Tree, handler: Handler | None) -> tuple[str, Made] | None:
    """The text of a Python handler's own file, as far as its name tells which that is, and how it is copied."""
    module = handler.text.rpartition(".")[0].replace(".", "/") if handler is not None else ""
    for root in (*handler.roots, TASK_ROOT) if handler is not None and module else ():
        path = posixpath.join(root, f"{module}.py")
        text = tree.text(path)
        if text is not None:
            return text, tree.made[path]
    return None


def declared(
    dockerfile: Dockerfile, deployment: Deployment, stage: Stage, folder: str | None, package: str
) -> str | None:
    """The versions of a package that package.json asks for in a folder of a stage, None for none or where not known.

    A folder further away than the nearest that has that file there, too, may be the build context as well.
    """
    if folder is None or not building.knows_context(dockerfile, base_config, deployment):
        return None
    path = posixpath.join(folder, "package.json")
    found = (package_json(build.tree_of(stage).text(path)) for build in builds(dockerfile, deployment))
    first = next(found)
    listed = first.get("dependencies") if first is not None else None
    versions = listed.get(package) if isinstance(listed, dict) else None
    if not isinstance(versions, str) or any(other is not None for other in found):
        return None
    return versions


def _from_context(tree: Tree, step: Copied, context: Context | None) -> None:
    for heredoc in step.instruction.heredocs:
        _inline(tree, step, heredoc)
    found: list[str] = []
    for source in step.sources:
        paths = context.sources(source) if context is not None and source is not None and "://" not in source else None
        if paths is None:
            tree.blur(_plain(step))
            return
        found.extend(paths)
    if step.sources and not found:
        tree.blur(_plain(step))  # patterns alone that match nothing: the files come from somewhere else
    for path in found:
        _copy(tree, step, context, path, many=len(found) > 1)


def _plain(step: Copied) -> str:
    return step.path or "/"


def _inline(tree: Tree, step: Copied, heredoc: Heredoc) -> None:
    many = len(step.instruction.heredocs) + len(step.sources) > 1
    # Nobody names a text after its terminator on purpose, so a destination that is not known is its name.
    target = _target(tree, step, heredoc.name, many=many) or _plain(step)
    if heredoc.expand and re.search(r"[$\\]", heredoc.body):
        tree.blur(target)
        return
    data = heredoc.body.encode()
    mode = 0o644 if step.mode is None else step.mode
    tree.put(target, Made("file", mode, len(data), "", step, lambda size, at: data[at : at + size], heredoc=heredoc))


def _copy(tree: Tree, step: Copied, context: Context | None, path: str, *, many: bool) -> None:
    entry = context.entry(path) if context is not None else None
    if context is None or entry is None or entry.kind == "symlink":  # the file that it leads to is copied
        tree.blur(_plain(step))
    elif entry.kind == "directory":
        target = _plain(step)
        tree.enter(target)
        tree.folders.add(target)
        for inner, found in context.everything(path):
            place = _moved(inner, path, target)
            if found is None or _placeholder(inner, found):
                tree.blur(place)
            else:
                tree.put(place, _made(context, step, inner, found))
    elif step.instruction.keyword == "ADD" and _ARCHIVE.search(path):
        tree.blur(_plain(step))
    else:
        to = _target(tree, step, posixpath.basename(path), many=many)
        if to is None or _placeholder(path, entry):
            tree.blur(to or _plain(step))
        else:
            tree.put(to, _made(context, step, path, entry))


def _placeholder(path: str, entry: FolderEntry) -> bool:
    """Whether a source or a list is empty, which none is for long: its text comes later, or was left out of this copy.

    A package of Python's is made by an empty file, and other names say nothing.
    """
    name = posixpath.basename(path)
    return entry.kind == "file" and not entry.size and name != "__init__.py" and name.endswith(_TEXTS)


def _made(context: Context, step: Copied, path: str, entry: FolderEntry) -> Made:
    mode = entry.mode if step.mode is None else step.mode
    return Made(
        entry.kind,
        mode,
        entry.size if entry.kind == "file" else 0,
        entry.link,
        step,
        lambda size, at: context.read(path, size, at),
        context,
        path,
    )


def _target(tree: Tree, step: Copied, name: str, *, many: bool) -> str | None:
    """Where a file goes: into the destination, or to it; None where nobody knows whether that is a directory."""
    to = _plain(step)
    if many or (step.destination or "").endswith("/") or to in tree.directories:
        return posixpath.join(to, name)
    base = posixpath.basename(to)
    is_file = to in tree.made or tree.lacks(to) or base == name or bool(posixpath.splitext(base)[1])
    return to if is_file else None


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return None if one is None or other is None else one | other


def _copy_over(tree: Tree, step: Copied, other: Tree, source: str | None) -> None:
    to = _plain(step)
    made = other.made.get(source) if source else None
    if source is None or _PATTERN.search(source):
        tree.blur(to)
    elif made is not None and made.kind == "file":
        target = _target(tree, step, posixpath.basename(source), many=len(step.sources) > 1)
        if target is None:
            tree.blur(to)
        else:
            tree.put(target, _again(made, step))
    elif (
        source in other.directories and not any(within(source, path) for path in other.unknown) and not _system(source)
    ):
        tree.enter(to)
        for path, inner in other.below(source):
            tree.put(_moved(path, source, to), _again(inner, step))
        for path in other.unknown:
            if within(path, source):
                tree.blur(_moved(path, source, to))
        tree.folders |= {_moved(path, source, to) for path in other.folders if within(path, source)}
        if other.grows(source):
            tree.folders.add(to)
    else:
        tree.blur(to)


def _again(made: Made, step: Copied) -> Made:
    return replace(made, step=step, mode=made.mode if step.mode is None else step.mode)


def _moved(path: str, source: str, to: str) -> str:
    """Where a path comes to lie when the folder that it is in, or that it is, is copied."""
    inside = path[len(source) :].lstrip("/")
    return posixpath.join(to, inside) if inside else to


def _system(folder: str) -> bool:
    """Whether a directory holds what the base image has put there."""
    return not Tree(complete=True, empty=(TASK_ROOT,)).lacks(posixpath.join(folder, "x"))
