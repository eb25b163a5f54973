"""The user of Lambda may not read a file that the function needs.

Lambda runs every function as a user of its own (uid 993, gid 990) without the rights of root, whatever USER says. That
user has to be able to read each file that the start needs, and to enter every directory on the way to it. Files that
only their owner may read are the usual trouble: a strict umask on the build machine, `COPY --chmod=600`, an npm package
that was published with mode 0600, or anything under `/root`, which is closed to others (mode 0700), like a start script
at `/root/entry.sh`. A program that others may read and not execute, after `RUN chmod 744 /main`, does not start either.

```text
[Errno 13] Permission denied: '/var/task/app.py'
EACCES: permission denied, open '/var/task/users.js'
fork/exec /root/.pyenv/shims/python: permission denied (Runtime.InvalidEntrypoint)
```

Lambda may also answer with a misleading `We currently do not have sufficient capacity in the region you requested`.

What a `RUN` makes after `umask 077` is closed like that, too. A build copies the mode that a file has on disk: in a
Dockerfile it is a warning when the program to start or the handler is closed to others there, for another machine's
umask may be milder.

It is an error on the way from ENTRYPOINT to the handler, and a warning for other files of the function: nobody can tell
from outside whether those are ever opened.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY --chmod=600 app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY --chmod=644 app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

`RUN chmod -R a+rX /var/task` opens files for reading and directories for entering, and leaves programs executable.
Install tools outside of home directories: `UV_PYTHON_INSTALL_DIR=/opt/python`, `PYENV_ROOT=/opt/pyenv`,
`NVM_DIR=/opt/nvm`, and `pip install` without `--user`.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [Lambda: troubleshoot container image issues](https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-images.html)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence

from lambda_lint import (
    Denial,
    Deployment,
    Dockerfile,
    File,
    Image,
    ImageLocation,
    Kind,
    Owner,
    Problem,
    Region,
    Rule,
    Severity,
    ShellForm,
    SourceLocation,
    Value,
    building,
    printable,
    regex,
    replace,
    runtime,
)
from lambda_lint_rules._build import commands, place, substituted
from lambda_lint_rules._clients import executed, program
from lambda_lint_rules._facts.base_images import TASK_ROOT, base_config
from lambda_lint_rules._facts.user import DEFAULT_USER
from lambda_lint_rules._root_home import ROOT_HOME, for_lambda_alone, keeps_root_home_closed
from lambda_lint_rules._start import Need, StartPlan, plan, reported
from lambda_lint_rules._start.expansion import within

NAME = "unreadable-file"

USER = DEFAULT_USER.value.credentials
WHO = f"the user of Lambda (uid {USER.uid}, gid {USER.gid})"

_ACTS = {"read": "cannot read", "list": "cannot list", "enter": "cannot enter", "execute": "may not execute"}
# Folders too wide to be the function's own.
_SHARED = frozenset(["/", "/usr", "/usr/local", "/home", "/root", "/opt", "/var", "/tmp", "/etc", "/srv"])  # noqa: S108
_MAX_GROUPS = 5
_EXAMPLES = 3

_INTERPRETER = regex(r"(?:python|node|ruby|php|perl|java|deno|bun|(?:ba|da|a|z)?sh)[\d.]*")

_HOME_TOOLS = (
    ("/root/.local/share/uv", "uv", "set ENV UV_PYTHON_INSTALL_DIR=/opt/python before uv installs Python"),
    ("/root/.pyenv", "pyenv", "set ENV PYENV_ROOT=/opt/pyenv before pyenv is installed"),
    ("/root/.nvm", "nvm", "set ENV NVM_DIR=/opt/nvm before nvm is installed"),
    ("/root/.local/lib/python", "pip --user", "run pip install without --user"),
    ("/root/.local", "an installer for one user", "install it outside of /root, for example under /opt"),
    ("/root/.cargo", "cargo", "set ENV CARGO_HOME=/opt/cargo, or copy the program out of /root"),
    ("/root/.bun", "bun", "set ENV BUN_INSTALL=/opt/bun before bun is installed"),
    ("/root", "", "move it out of /root, for example to /opt or the function's folder"),
)


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    found = plan(image, deployment)
    ignored = _ignored(image.config.user)
    accused: set[str] = set()
    for need in found.needs:
        denial = image.filesystem.denial(need.path, USER, need.access)
        if denial is None or denial.file.path in accused or _not_executable(denial):
            continue
        accused.add(denial.file.path)
        yield _on_the_way(image, need, denial, ignored)
    folders = [folder for folder in dict.fromkeys((TASK_ROOT, found.workdir)) if folder not in _SHARED]
    yield from _others(image, folders, accused, ignored)


def _ignored(user: str) -> str:
    name = user.partition(":")[0]
    return f"; Lambda ignores USER {printable(user)}" if name not in {"", "root", "0"} else ""


def _not_executable(denial: Denial) -> bool:
    """A program without any execute bit is a smell of its own."""
    return denial.need == "execute" and denial.file.kind is Kind.FILE and not denial.file.mode & 0o111


def _on_the_way(image: Image, need: Need, denial: Denial, ignored: str) -> Problem:
    blocked = denial.file
    what = "" if blocked.path == need.path else f", on the way to {printable(need.path)}"
    message = (
        f"{WHO} {_ACTS[denial.need]} {printable(blocked.path)} (mode {blocked.mode:04o}){what}, {need.why}{ignored}"
    )
    tool, fix = _home(image, need.path)
    if tool:
        message += f"; it was put under /root by {tool}"
    return Problem(message, _place(blocked), fix or _fix(blocked))


def _home(image: Image, path: str) -> tuple[str, str]:
    """The tool that is known to install into root's home, and what to do about it."""
    for file in image.filesystem.chain(path):
        targets = (file.path, file.link)
        for folder, tool, fix in _HOME_TOOLS:
            if any(target.startswith(f"{folder}/") for target in targets):
                return tool, fix
    return "", ""


def _place(file: File) -> ImageLocation:
    return ImageLocation(layer=file.layer, path=file.path)


def _quoted(path: str) -> str:
    import shlex  # only here, where something is found

    return shlex.quote(printable(path))


def _fix(file: File) -> str:
    path = _quoted(file.path)
    return f"RUN chmod a+rx {path}" if file.kind is Kind.DIRECTORY or file.mode & 0o100 else f"RUN chmod a+r {path}"


def _others(image: Image, folders: Iterable[str], accused: set[str], ignored: str) -> Iterator[Problem]:
    """The function's other files: one problem for each folder that holds some, or one for all when they are many."""
    for folder in folders:
        groups: dict[str, list[File]] = {}
        for file in _closed(image, folder):
            if file.path not in accused:
                groups.setdefault(posixpath.dirname(file.path), []).append(file)
        if len(groups) > _MAX_GROUPS:
            groups = {folder: [file for files in groups.values() for file in files]}
        for parent, files in sorted(groups.items()):
            accused.update(file.path for file in files)
            yield _group(parent, files, folder, ignored)


def _closed(image: Image, folder: str) -> Iterator[File]:
    """Files that may not be read and directories that may not be entered; what lies in such a directory is skipped."""
    start = image.filesystem.get(folder)
    if start is None or start.kind is not Kind.DIRECTORY:
        return
    denial = image.filesystem.denial(start.path, USER, "enter")
    if denial is not None:
        yield denial.file
        return
    skipped = ""
    for file in image.filesystem.walk(start.path, picked=_suspect):
        if skipped and file.path.startswith(skipped):
            continue
        if file.kind is Kind.FILE and not file.allows(USER, "read"):
            yield file
        elif file.kind is Kind.DIRECTORY and not file.allows(USER, "enter"):
            yield file
            skipped = f"{file.path}/"
        elif file.kind is Kind.SYMLINK:  # what it leads to may lie anywhere
            denial = image.filesystem.denial(file.path, USER, "read")
            if denial is not None:
                yield denial.file


def _suspect(kind: Kind, owner: Owner) -> bool:
    """Whether it may be closed, of which there are few: a link tells nothing of what it leads to."""
    return kind is Kind.SYMLINK or not owner.allows(USER, "enter" if kind is Kind.DIRECTORY else "read")


def _group(parent: str, files: list[File], folder: str, ignored: str) -> Problem:
    names = ", ".join(printable(posixpath.relpath(file.path, parent)) for file in files[:_EXAMPLES])
    if len(files) == 1:
        subject = printable(files[0].path)
    else:
        more = f" and {len(files) - _EXAMPLES:,} more" if len(files) > _EXAMPLES else ""
        subject = f"{len(files):,} files in {printable(parent)} ({names}{more})"
    return Problem(
        f"{WHO} cannot read {subject}{ignored}",
        _place(files[0]),
        f"RUN chmod -R a+rX {_quoted(folder)}",
        Severity.WARNING,
    )


_OPTION = regex(r"-[RvcfHLP]+|--[a-z-]+")
_NUMBER = regex(r"[0-7]{3,4}")
_CLOSING = ("chmod", "umask")


class _Closed(Value):
    """A path that an instruction closes. `executable` and `readable` tell what others may still do with it.

    `maker` is the command that makes files there which are closed, "" where the path itself is.
    """

    path: str
    how: str
    region: Region
    executable: bool
    maker: str = ""
    readable: bool = False


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None:
        return
    found = plan(dockerfile, deployment)
    yield from reported(found, NAME)
    if any(within(word, ROOT_HOME) for word in found.argv) and not within(found.workdir, ROOT_HOME):
        yield from _in_root_home(dockerfile, deployment, found)
    folders = [folder for folder in (TASK_ROOT, found.workdir) if folder not in _SHARED]
    for item in _closed_by(dockerfile, deployment):
        if item.readable:
            if found.argv[:1] == (item.path,):
                yield Problem(
                    f"{WHO} may not execute {printable(item.path)} after {printable(item.how)}",
                    SourceLocation(dockerfile.path, item.region),
                    "give it mode 755",
                )
            continue
        needed = not item.maker and _is_needed(item, found)
        if needed or any(within(item.path, folder) for folder in folders):
            what = f"what {item.maker} puts into {printable(item.path)}" if item.maker else printable(item.path)
            yield Problem(
                f"{WHO} cannot read {what} after {printable(item.how)}",
                SourceLocation(dockerfile.path, item.region),
                "give files mode 644, and directories and programs 755",
                Severity.ERROR if needed else Severity.WARNING,
            )


def _in_root_home(dockerfile: Dockerfile, deployment: Deployment, found: StartPlan) -> Iterator[Problem]:
    """What is started from root's home. bad-workdir tells of a working directory there."""
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    started, word = executed(config), program(config)
    if _INTERPRETER.fullmatch(posixpath.basename(word)):
        word = next((each for each in found.argv[1:] if not each.startswith("-")), "")
    if started is None or not within(word, ROOT_HOME) or not keeps_root_home_closed(dockerfile, config, deployment):
        return
    message = f"{WHO} cannot enter {ROOT_HOME}, and {printable(word)} is started from there"
    fix = f"put it into another folder, for example /app{word[len(ROOT_HOME) :]}"
    yield Problem(message, found.origin, fix, None if for_lambda_alone(config, found) else Severity.WARNING)


def _is_needed(item: _Closed, found: StartPlan) -> bool:
    """Whether the function cannot start without this path: it is, or holds, the program to start or the handler."""
    if not item.executable and any(word.startswith("/") and within(word, item.path) for word in found.argv):
        return True
    if found.handler is None:
        return False
    module = found.handler.text.rpartition(".")[0].replace(".", "/")
    files = [posixpath.normpath(posixpath.join(root, module)) for root in (*found.handler.roots, TASK_ROOT)]
    return bool(module) and any(within(file, item.path) or item.path.startswith(f"{file}.") for file in files)


def _closed_by(dockerfile: Dockerfile, deployment: Deployment) -> list[_Closed]:
    """What is unreadable at the end of the last stage and those it is built from."""
    closed: list[_Closed] = []
    if not any(name in dockerfile.source for name in _CLOSING):
        return closed
    last = building.stages(dockerfile, deployment)[-1]
    for step in building.steps(dockerfile, last, base_config, deployment):
        closed = _copied(closed, step) if isinstance(step, building.Copied) else _ran(closed, step)
    return closed


def _copied(closed: list[_Closed], step: building.Copied) -> list[_Closed]:
    """What is unreadable once a COPY is done."""
    copy, flag = step.instruction, step.instruction.flag("chmod")
    if step.destination is None or (flag is None and not closed):
        return closed
    path = _target(step.destination, step.sources, step.workdir)
    kept = [item for item in closed if item.path != path]
    mode = flag.value if flag is not None and step.mode is None else f"{step.mode or 0:03o}"
    if flag is not None and copy.flag("chown") is None and _unreadable(mode):
        return [*kept, _Closed(path, f"{copy.keyword} --chmod={flag.value}", flag.region, _executable(mode))]
    return kept


def _target(to: str, sources: Sequence[str | None], workdir: str | None) -> str:
    """Where the one file of a copy goes, or the folder for several."""
    name = posixpath.basename(sources[0] or "") if len(sources) == 1 else ""
    # `COPY app.py ${LAMBDA_TASK_ROOT}` puts a file into a folder that is there; a folder's content goes to the same.
    into = to.endswith("/") or (to in {TASK_ROOT, workdir} and re.fullmatch(r".+\.\w+", name) is not None)
    return posixpath.join(to, name) if name not in {"", ".", ".."} and into else to.rstrip("/") or "/"


def _ran(closed: list[_Closed], step: building.Ran) -> list[_Closed]:
    """What is unreadable once a RUN has run. One that is not understood may have opened everything."""
    run = step.instruction
    text = run.text
    if not any(item.readable for item in closed) and not any(name in text for name in _CLOSING):
        return closed  # most are not worth taking apart
    if isinstance(run.command, ShellForm):
        filled = substituted(run.command.text, step.variables)
        run = run if filled == run.command.text else replace(run, command=ShellForm(filled))
    understood = commands(run)
    if not understood:
        return []
    folder, mask = step.workdir, 0
    for each in understood:
        words = [word or "$" for word in each.words]
        closed = [item for item in closed if not item.readable or not _may_open(words, item.path)]
        if words[:1] == ["cd"]:
            folder = _path(words[1], folder) if len(words) == 2 else None
        elif words[:1] == ["umask"] and each.certain and re.fullmatch(r"[0-7]{2,4}", words[-1]):
            mask = int(words[-1], 8)
        elif words[:1] == ["chmod"]:
            closed = _changed(closed, words[1:], folder, place(step.instruction, each), certain=each.certain)
        elif "chmod" in words:  # by way of find or xargs
            closed = []
        elif mask & 0o004 and each.certain and (made := _made_by(words, folder)) is not None:
            how = f"umask {mask:03o}"
            closed = [*closed, _Closed(made, how, place(step.instruction, each), not mask & 0o001, words[0])]
    return closed


def _may_open(words: list[str], path: str) -> bool:
    """Whether a command may let others execute a file: it changes modes or owners, or names what may be the file."""
    name = posixpath.basename(path)
    return words[:1] in (["chmod"], ["chown"], ["chgrp"], ["setfacl"]) or any(
        name in word or "$" in word or within(path, word) for word in words
    )


def _path(word: str, folder: str | None) -> str | None:
    """A path that a command is given, made absolute; None when it is not known."""
    if any(character in word for character in "$*?[`") or (not word.startswith("/") and folder is None):
        return None
    return posixpath.normpath(posixpath.join(folder or "/", word))


def _made_by(words: list[str], folder: str | None) -> str | None:
    """The folder that a command fills with files whose mode the umask decides; None for any other command."""
    if words[0] in {"npm", "yarn", "pnpm"}:
        return folder if {"ci", "install", "i", "add"}.intersection(words) and "-g" not in words else None
    if re.fullmatch(r"pip[\d.]*", words[0]) and "install" in words:
        target = next((words[at + 1] for at, word in enumerate(words[:-1]) if word in {"-t", "--target"}), "")
        return _path(target, folder) if target else None
    if words[0] == "cp" and len(words) > 2:
        return (
            _path(words[-1], folder)
            if not any(re.fullmatch(r"-\w*[ap]\w*|--preserve.*", word) for word in words)
            else None
        )
    return None


def _changed(
    closed: list[_Closed], words: list[str], folder: str | None, region: Region, *, certain: bool
) -> list[_Closed]:
    """What is unreadable after a chmod."""
    options = [word for word in words if _OPTION.fullmatch(word)]
    rest = [word for word in words if word not in options]
    recursive = any("R" in option or option == "--recursive" for option in options)
    mode, paths = (rest[0], rest[1:]) if rest else ("", [])
    for raw in paths:
        path = _path(raw, folder)
        if path is None and (mode == "$" or _opens(mode)):
            closed = []  # it may be any of them
        elif path is not None and (mode == "$" or _opens(mode)):
            closed = [item for item in closed if not _covers(path, item, recursive)]
            if certain and _only_for_some(mode):
                closed = [*closed, _Closed(path, f"chmod {mode}", region, executable=False, readable=True)]
        elif path is not None and certain and _unreadable(mode):
            closed = [*closed, _Closed(path, f"chmod {mode}", region, _executable(mode))]
    return closed


def _covers(path: str, item: _Closed, recursive: bool) -> bool:
    return (item.path == path and not item.maker) or (recursive and within(item.path, path))


def _unreadable(mode: str) -> bool:
    """Whether others may not read after this mode. Symbolic modes count when they take the right away."""
    if _NUMBER.fullmatch(mode):
        return not int(mode, 8) & 0o004
    return re.fullmatch(r"(?:go|o|og)(?:-[rwxX]*r[rwxX]*|=)", mode) is not None


def _executable(mode: str) -> bool:
    """Whether others may still execute after a mode that takes their right to read."""
    if _NUMBER.fullmatch(mode):
        return bool(int(mode, 8) & 0o001)
    return "=" not in mode and "x" not in mode


def _only_for_some(mode: str) -> bool:
    """Whether a mode lets others read and not execute what its owner or group may."""
    return (
        re.fullmatch(r"0?[0-7]{3}", mode) is not None and int(mode, 8) & 0o005 == 0o004 and bool(int(mode, 8) & 0o110)
    )


def _opens(mode: str) -> bool:
    if _NUMBER.fullmatch(mode):
        return bool(int(mode, 8) & 0o004)
    return re.search(r"(?:^|,)[ugoa]*[+=][rwxX]*r", mode) is not None and not _unreadable(mode)


RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("permissions", "start"),
)
