"""The build context of a Dockerfile: which folder it is, and what `.dockerignore` leaves of it.

Nobody writes down which folder it is. Candidates are the Dockerfile's own folder and those above it; one is possible
only when it has every file that the Dockerfile copies, and none below it has some of them under the same names.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from functools import lru_cache

from lambda_lint.building.ignoring import LONGEST, Ignore, is_pattern, matches, parse_ignore
from lambda_lint.building.steps import Copied, stage_named, stages, steps
from lambda_lint.deployment import Deployment
from lambda_lint.dockerfile import Copy, Dockerfile, Flag, Stage
from lambda_lint.folder import EntryKind, Folder, FolderEntry
from lambda_lint.lazy import regex
from lambda_lint.runtime import BaseConfig
from lambda_lint.values import Value

_FROM = regex(r"(?:^|,)from=([^,]+)")
_MOST_FILES = 20_000
HEAVY = frozenset({".git", ".hg", "node_modules", "site-packages", "__pycache__", ".venv", "venv", ".tox", ".cache"})
"""Folders with very many files that nobody has written by hand. They are not looked into."""


class Context(Value, eq=False):
    """A folder that may be the build context, or one in it (`root`). Paths are relative to it.

    `wanted` are the paths that the Dockerfile copies by their names.
    """

    folder: Folder
    ignore: Ignore
    wanted: frozenset[str]
    root: str = ""

    def entry(self, path: str) -> FolderEntry | None:
        """What the build sees at a path. A directory that is left out counts where files below it may be taken in."""
        found = self.folder.tree.entry(self._inside(path))
        return found if found is not None and self._shows(path, found.kind) else None

    def names(self, path: str) -> tuple[str, ...] | None:
        """The names that the build sees in a directory; None when they cannot be listed."""
        found = self.folder.tree.names(self._inside(path))
        if found is None:
            return None
        prefix = f"{path}/" if path else ""
        return tuple(name for name in found if self.entry(prefix + name) is not None)

    def read(self, path: str, size: int, offset: int = 0) -> bytes:
        """Bytes of a file, see `Folder.read`."""
        return self.folder.tree.read(posixpath.join(self.root, path), size, offset)

    def shown(self, path: str) -> str:
        """A path as the user would call it."""
        return posixpath.normpath(posixpath.join(self.folder.name, self.root, path))

    def sources(self, source: str) -> tuple[str, ...] | None:
        """The paths that a source of COPY stands for: itself, or what a pattern matches. None when not known."""
        found = [""]
        for part in source.split("/") if source else ():
            if not is_pattern(part):
                found = [posixpath.join(path, part) for path in found]
                continue
            listed = [(path, self.names(path)) for path in found if self._is_directory(path)]
            if any(names is None for _, names in listed):
                return None
            found = [
                posixpath.join(path, name) for path, names in listed for name in names or () if matches(part, name)
            ]
        return tuple(path for path in found if self.entry(path) is not None)

    def inner(self, path: str) -> Context | None:
        """The context that a folder in this one would be; None when the Dockerfile copies what it does not have."""
        return _possible(self.folder, posixpath.join(self.root, path), self.wanted)

    def everything(self, path: str = "", *, hidden: bool = False) -> Iterator[tuple[str, FolderEntry | None]]:
        """All below a directory, itself left out; None for a directory that is not looked into, and with it the end.

        `hidden` takes along what is left out of the build.
        """
        for inner, kind in self.kinds(path, hidden=hidden):
            found = self.folder.tree.entry(self._inside(inner)) if kind is not None else None
            if kind is None or found is not None:
                yield inner, found

    def kinds(self, path: str = "", *, hidden: bool = False) -> Iterator[tuple[str, EntryKind | None]]:
        """The same with only the kind of each, for which they are not looked up one by one."""
        look = self.folder.tree.kind
        waiting, left = [path], _MOST_FILES
        while waiting:
            folder = waiting.pop()
            heavy = folder != path and posixpath.basename(folder) in HEAVY
            names = None if heavy else self.folder.tree.names(self._inside(folder))
            prefix = posixpath.join(folder, "")
            inner = [(prefix + name, look(self._inside(prefix + name))) for name in names or ()]
            seen = [(each, kind) for each, kind in inner if kind is not None and (hidden or self._shows(each, kind))]
            if names is None or left < len(seen):
                yield folder, None
                continue
            left -= len(seen)
            waiting += [each for each, kind in seen if kind == "directory"]
            yield from seen

    def _shows(self, path: str, kind: EntryKind) -> bool:
        """Whether what lies at a path is not left out of the build."""
        return not path or not self.ignore.hides(path) or (kind == "directory" and self.ignore.excepts)

    def _inside(self, path: str) -> str:
        return f"{self.root}/{path}" if self.root and path else self.root or path

    def _is_directory(self, path: str) -> bool:
        found = self.entry(path)
        return found is not None and found.kind == "directory"


@lru_cache(maxsize=4)
def contexts(
    dockerfile: Dockerfile, base_config: Callable[[str], BaseConfig | None], deployment: Deployment
) -> tuple[Context | None, ...]:
    """The folders that may be the build context, nearest first.

    Only None when it is needed for nothing, or when nobody can tell which one it is: nothing is known of it then.
    Remembered for the last few Dockerfiles.
    """
    local = _local(dockerfile, base_config, deployment)
    wanted = frozenset(source for source in local if source is not None and not is_pattern(source))
    folders = dockerfile.folders() if local and None not in local else ()
    found: list[Context] = []
    in_part: list[Folder] = []
    for folder in folders:
        context = _possible(folder, "", wanted)
        if context is not None:
            found.append(context)
        elif not found and any(source and folder.tree.entry(source) is not None for source in wanted):
            in_part.append(folder)
    if not found or any(not _names(found[0].folder, folder, wanted) for folder in in_part):
        return (None,)
    return tuple(found)


def _names(above: Folder, folder: Folder, wanted: frozenset[str]) -> bool:
    """Whether the Dockerfile copies what is in a folder by that folder's name, as seen from one above it.

    If not, a folder that has some of what is copied may be the context, and a step before the build bring the rest.
    """
    inside = above.dockerfile.removesuffix(folder.dockerfile)
    return any(f"{source}/".startswith(inside) for source in wanted)


def knows_context(
    dockerfile: Dockerfile, base_config: Callable[[str], BaseConfig | None], deployment: Deployment
) -> bool:
    """Whether a folder is there that may be the build context, so that the files that are copied can be looked at."""
    return contexts(dockerfile, base_config, deployment) != (None,)


def shows_files(
    dockerfile: Dockerfile, base_config: Callable[[str], BaseConfig | None], deployment: Deployment
) -> bool:
    """Whether the text of files that are copied can be known: from the build context, or from a here-document."""
    inline = any(each.heredocs for each in dockerfile.every(Copy))
    return inline or knows_context(dockerfile, base_config, deployment)


def left_out(
    dockerfile: Dockerfile, base_config: Callable[[str], BaseConfig | None], deployment: Deployment
) -> tuple[Context, tuple[str, ...]] | None:
    """The folder that would be the build context, and what the Dockerfile copies that `.dockerignore` leaves out.

    None when a folder may be the context as it is, or when no folder has the rest of what is copied.
    """
    if knows_context(dockerfile, base_config, deployment):
        return None
    local = _local(dockerfile, base_config, deployment)
    wanted = {source for source in local if source is not None and not is_pattern(source)}
    for folder in dockerfile.folders() if wanted and None not in local else ():
        ignore = _ignore(folder, "")
        if ignore is None:
            return None
        if not ignore.patterns:
            continue
        context = Context(folder, ignore, frozenset(wanted))
        hidden = {source for source in wanted if source and _hides(context, source)}
        rest = wanted - hidden
        there = any(folder.tree.entry(source) is not None for source in (*hidden, *(rest - {""})))
        if hidden and there and all(context.entry(source) is not None for source in rest):
            return context, tuple(sorted(hidden))
    return None


def _hides(context: Context, source: str) -> bool:
    """Whether the build certainly does not see a path. One that is not there may be a folder with exceptions below."""
    there = context.folder.tree.entry(source) is not None
    return context.ignore.hides(source) and context.entry(source) is None and (there or not context.ignore.excepts)


def _possible(folder: Folder, root: str, wanted: frozenset[str]) -> Context | None:
    """The context, unless something that the Dockerfile copies by its name is not there."""
    if any(folder.tree.entry(posixpath.join(root, source)) is None for source in wanted):
        return None  # whatever is left out
    ignore = _ignore(folder, root)
    if ignore is None:
        return None
    context = Context(folder, ignore, wanted, root)
    return context if all(context.entry(source) is not None for source in wanted) else None


def _ignore(folder: Folder, root: str) -> Ignore | None:
    """None where it cannot be known what is left out: a file too large, or one that other builders read."""
    if folder.tree.entry(posixpath.join(root, ".containerignore")) is not None:
        return None
    for path in (f"{folder.dockerfile}.dockerignore", posixpath.join(root, ".dockerignore")):
        found = folder.tree.entry(path)
        if found is not None:
            readable = found.kind == "file" and found.size <= LONGEST
            return parse_ignore(folder.tree.read(path, LONGEST).decode("utf-8", "replace")) if readable else None
    return Ignore()


@lru_cache(maxsize=4)
def _local(
    dockerfile: Dockerfile, base_config: Callable[[str], BaseConfig | None], deployment: Deployment
) -> frozenset[str | None]:
    """Every source in the build context that the build of the last stage takes; None stands for an unknown one."""
    return frozenset(
        source
        for stage in _leading(stages(dockerfile, deployment))
        for step in steps(dockerfile, stage, base_config, deployment)
        if isinstance(step, Copied)
        for source in step.local
    )


@lru_cache(maxsize=4)
def needed(dockerfile: Dockerfile) -> tuple[Stage, ...]:
    """The stages that a build of the last one needs, in order. All of them where a base is not known.

    Remembered for the last few Dockerfiles: several rules ask for it.
    """
    found = _leading(dockerfile.stages)
    if not all(stage.lineage[0].base for stage in found):
        return dockerfile.stages
    numbers = {member.index for stage in found for member in stage.lineage}
    return tuple(stage for stage in dockerfile.stages if stage.index in numbers)


@lru_cache(maxsize=4)
def _leading(every: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """The final stage and those whose files it takes, by way of others too."""
    found: list[Stage] = []
    waiting = list(every[-1:])
    seen: set[int] = set()
    while waiting:
        stage = waiting.pop()
        if stage.index in seen:
            continue
        seen.update(member.index for member in stage.lineage)  # its steps are theirs and more
        found.append(stage)
        earlier = every[: stage.index]
        flags = (flag for member in stage.lineage for each in member.instructions for flag in each.flags)
        names = [name for flag in flags for name in _taken_from(flag)]
        waiting += [taken for name in names if (taken := stage_named(name, earlier)) is not None]
    return tuple(found)


def _taken_from(flag: Flag) -> list[str]:
    """The stages or images that a flag takes files from: `--from=build`, `--mount=type=bind,from=build`."""
    if flag.name == "from":
        return [flag.value]
    return _FROM.findall(flag.value) if "from=" in flag.value else []
