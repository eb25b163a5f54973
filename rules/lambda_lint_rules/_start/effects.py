"""What a RUN does to files that were copied before it, and which packages it installs.

A command that is not understood may have done anything.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping

from lambda_lint import ExecForm, ShellForm, Value, building, regex, replace
from lambda_lint_rules._build import commands, substituted
from lambda_lint_rules._start.tree import Tree

_PYTHON = regex(r"(?:python|pypy)[\d.]*")
_PIP = regex(r"pip[\d.]*")
_TO_NOWHERE = regex(r"[0-9&]?>{1,2}\s*(?:/dev/(?:null|stdout|stderr)|&[0-9])")
_REDIRECTION = regex(r"[0-9&]?>{1,2}\|?\s*([^\s;&|)<>\"']+|\"[^\"]*\"|'[^']*')")
_INDEX = regex(r"^\s*(?:-i|-f|--index-url|--extra-index-url|--find-links)\b", re.MULTILINE)
_DISTRIBUTION = regex(r"([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:[<>=!~;(#].*)?")
_HOOKS = frozenset({"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"})

_HARMLESS_NAMES = """
: [ addgroup adduser amazon-linux-extras apk apt apt-cache apt-get apt-key cat command date dnf
docker-php-ext-configure docker-php-ext-enable docker-php-ext-install dpkg echo env exit export false getent grep
groupadd groupmod head id ldconfig locale-gen ls microdnf printf pwd rpm set sleep test true tty type umask uname
unset update-alternatives update-ca-certificates useradd usermod which whoami yum yum-config-manager
"""
_HARMLESS = frozenset(_HARMLESS_NAMES.split())
# What people delete from what they have installed.
_RUBBISH = frozenset(
    {"*.pyc", "*.pyo", "__pycache__", "tests", "test", "*.dist-info", "*.egg-info", "*.so", "*.a", "*.c"}
)
_CHANGES_WHAT_IT_IS_GIVEN = frozenset({"chgrp", "chmod", "chown", "dos2unix", "rm", "rmdir", "sed", "strip", "touch"})
_VALUE_IN_OPTION = regex(r"(?:--[\w-]+=|-[Cdt])(.*/.*)")
_CLUSTER_WITH_FOLDER = regex(r"-?[a-z]+C[a-zA-Z]*")
_ASKING = frozenset({"-V", "-v", "--version", "--help", "-h"})


class _Call(Value):
    """A command that is about to run. `words` are None where they hold what is not known."""

    words: tuple[str | None, ...]
    cwd: str | None
    variables: Mapping[str, str]

    @property
    def known(self) -> tuple[str, ...]:
        """The arguments that are known."""
        return tuple(word for word in self.words[1:] if word is not None)

    @property
    def plain(self) -> tuple[str, ...]:
        """The arguments that are no options."""
        return tuple(word for word in self.known if not word.startswith("-"))

    @property
    def certain(self) -> bool:
        """Whether every argument is known."""
        return None not in self.words

    def path(self, word: str) -> str | None:
        """A path as the command sees it; of a pattern the folder that it is in. None when it cannot be known."""
        while any(character in word for character in "*?[{"):
            word = posixpath.dirname(word)
        if not word.startswith("/") and self.cwd is None:
            return None
        return posixpath.normpath(posixpath.join(self.cwd or "/", word))

    def option(self, *names: str) -> str | None:
        """The value of an option, in any of its spellings."""
        for index, word in enumerate(self.known):
            if word in names and index + 1 < len(self.known):
                return self.known[index + 1]
            for name in names:
                if name.startswith("--") and word.startswith(f"{name}="):
                    return word.partition("=")[2]
        return None


def ran(tree: Tree, step: building.Ran) -> None:
    """Take in a RUN."""
    command = step.instruction.command
    run, text = step.instruction, " ".join(command.args) if isinstance(command, ExecForm) else command.text
    if isinstance(command, ShellForm) and "$" in text:
        text = substituted(text, step.variables)
        run = replace(run, command=ShellForm(text))
    understood = commands(run)
    if not understood:
        tree.blur(None)
        tree.distributions, tree.modules, tree.modules_named, tree.gems = None, True, None, True
        return
    cwd = step.workdir
    for each in understood:
        call = _Call(each.words, cwd, step.variables)
        if each.words[:1] == ("cd",):
            known = call.certain and call.plain and "(" not in text  # behind a subshell its folder is none
            cwd = call.path(call.plain[0]) if known else None
        elif each.words:
            _effect(tree, call, each.words[0])
    for heredoc in run.heredocs:
        text += f"\n{heredoc.body}"
    for target in _REDIRECTION.findall(_TO_NOWHERE.sub("", text)) if ">" in text else ():
        word = target.strip("\"'")
        known = "$" not in word and "`" not in word and (word.startswith("/") or cwd == step.workdir)
        tree.blur(_Call((), cwd, {}).path(word) if known else None)


def _effect(tree: Tree, call: _Call, program: str | None) -> None:
    name = posixpath.basename(program or "")
    if name in _HARMLESS:
        return
    if name in _EFFECTS:
        _EFFECTS[name](tree, call)
    elif _PYTHON.fullmatch(name):
        _python(tree, call)
    elif _PIP.fullmatch(name):
        _pip(tree, call)
    elif not (call.known and _ASKING.issuperset(call.known)):
        tree.blur(None)
        tree.distributions = None


def _python(tree: Tree, call: _Call) -> None:
    words = call.words
    if words[1:3] == ("-m", "pip"):
        _pip(tree, replace(call, words=words[2:]))
    elif words[1:3] == ("-m", "compileall") or (call.known and _ASKING.issuperset(call.known)):
        return
    elif words[1:3] in {("-m", "venv"), ("-m", "virtualenv")} and call.certain and call.plain[-1:] != ("venv",):
        tree.blur(call.path(call.plain[-1]))
    else:
        tree.blur(None)
        tree.distributions = None


def _pip(tree: Tree, call: _Call) -> None:
    if call.certain and not {"install", "download", "wheel"}.intersection(call.plain):
        return
    if call.certain and "install" not in call.plain:
        tree.open(call.path("."))
        return
    names = _distributions(tree, call)
    if names is None:
        target = call.option("-t", "--target", "--prefix", "--root")
        # A build leaves files where its sources are, and a package of the user's own may bring any module.
        for folder in (".", *((target,) if target is not None else ())):
            tree.open(call.path(folder))
        if not call.certain:
            tree.open(None)
    tree.distributions = None if names is None or tree.distributions is None else tree.distributions | names


def _distributions(tree: Tree, call: _Call) -> frozenset[str] | None:
    """The names of what a `pip install` installs, None when not all of them are known or come from PyPI."""
    index = any(re.fullmatch(r"PIP_(?:EXTRA_)?INDEX_URL|PIP_FIND_LINKS", name) for name in call.variables)
    private = index or any(_INDEX.match(word) for word in call.known)
    if private or not call.certain or any(path.endswith("/pip.conf") for path in tree.made):
        return None
    found: set[str] = set()
    words = iter(call.known[1:])
    for word in words:
        if word in {"-r", "--requirement"} or word.startswith(("-r", "--requirement=")):
            name = next(words, "") if word in {"-r", "--requirement"} else re.sub(r"^(?:-r|--requirement=)", "", word)
            names = _listed(tree, call.path(name), depth=0)
        elif word in _WITH_VALUE:
            next(words, None)
            continue
        elif word.startswith("-") and word not in {"-e", "--editable"}:
            continue
        else:
            names = _distribution(word)
        if names is None:
            return None
        found |= names
    return frozenset(found)


_WITH_VALUE = frozenset(
    {
        *("-t", "--target", "-c", "--constraint", "--platform", "--python-version", "--implementation", "--abi"),
        *("--only-binary", "--no-binary", "--prefix", "--root", "--timeout", "--retries", "--trusted-host", "--python"),
        *("--upgrade-strategy", "--cache-dir", "--progress-bar", "--root-user-action", "--use-feature", "--src"),
    }
)


def _distribution(text: str) -> frozenset[str] | None:
    match = _DISTRIBUTION.fullmatch(text.strip())
    if match is None or text.endswith((".whl", ".gz", ".zip")):
        return None
    return frozenset({re.sub(r"[-_.]+", "-", match[1]).lower()})


def _listed(tree: Tree, path: str | None, depth: int) -> frozenset[str] | None:
    """The names in a requirements file."""
    text = tree.text(path) if path is not None and depth < 4 else None
    if text is None or path is None or _INDEX.search(text) or "\0" in text:
        return None
    found: set[str] = set()
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
        line = re.sub(r"(?:^|\s)#.*|\s--hash.*", "", line).strip()
        if not line or line.startswith(("-c", "--constraint", "--only-binary", "--no-binary", "--prefer-binary")):
            continue
        other = re.fullmatch(r"(?:-r|--requirement)[\s=]*(\S+)", line)
        if other is not None:
            names = _listed(tree, posixpath.normpath(posixpath.join(posixpath.dirname(path), other[1])), depth + 1)
        else:
            names = None if line.startswith("-") else _distribution(line)
        if names is None:
            return None
        found |= names
    return frozenset(found)


def _uv(tree: Tree, call: _Call) -> None:
    first = call.plain[:1]
    if first == ("pip",):
        at = call.words.index("pip")
        _pip(tree, replace(call, words=call.words[at:]))
    elif first and first[0] in {"sync", "export", "lock", "venv", "python", "tool", "cache", "add"}:
        _project(tree, call)
    else:
        _anything(tree, call)


def _project(tree: Tree, call: _Call) -> None:
    """poetry, pipenv and uv install into an environment, and the project itself with the rest."""
    if call.plain[:1] == ("run",):
        _anything(tree, call)
        return
    tree.distributions = None
    tree.open(call.path(".venv"))
    written = call.option("-o", "--output", "--output-file")
    if written is not None:
        tree.blur(call.path(written))


def _npm(tree: Tree, call: _Call) -> None:
    words = call.known
    tree.modules_named = _with(tree.modules_named, _modules(call))
    if "-g" in words or "--global" in words or call.plain[:1] == ("config",):
        return
    prefix = call.option("--prefix", "-C", "--cwd")
    folder = call.path("." if prefix is None else prefix)
    first = next((word for word in call.plain if word != prefix), "")
    yarn = posixpath.basename(call.words[0] or "").startswith("yarn")
    if first in {"prune", "cache", "audit", "set", "version", "dedupe"} or (call.known and _ASKING.issuperset(words)):
        return
    tree.modules = True
    tree.modules_named = _with(tree.modules_named, _dependencies(tree, folder))
    if first not in {"install", "ci", "i", "add", "update", "clean-install", "fetch"} and not (yarn and not first):
        _anything(tree, call)
        return
    hooked = "--ignore-scripts" not in words and (folder is None or _has_hooks(tree, folder))
    if hooked or folder is None:
        tree.blur(folder)
    else:
        for name in ("node_modules", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"):
            tree.open(posixpath.join(folder, name))


def _with(known: frozenset[str] | None, more: frozenset[str] | None) -> frozenset[str] | None:
    return None if known is None or more is None else known | more


def _modules(call: _Call) -> frozenset[str] | None:
    """The packages that a command names, among its other words."""
    return frozenset(re.sub(r"(?<=.)@.*", "", word) for word in call.plain) if call.certain else None


def _dependencies(tree: Tree, folder: str | None) -> frozenset[str] | None:
    """The packages that the package.json of a folder names; None when it is not known, or there are others."""
    path = posixpath.join(folder or "/", "package.json")
    package = package_json(tree.text(path))
    if package is None or folder is None:
        return frozenset() if folder is not None and tree.lacks(path) and not tree.grows(path) else None
    listed = [package.get(kind, {}) for kind in _DEPENDENCIES]
    if "workspaces" in package or not all(isinstance(each, dict) for each in listed):
        return None
    return frozenset(name for each in listed if isinstance(each, dict) for name in each)


_DEPENDENCIES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")


def _has_hooks(tree: Tree, folder: str) -> bool:
    """Whether a package of the user's own may run anything while its packages are installed."""
    path = posixpath.join(folder, "package.json")
    if tree.lacks(path):
        return False
    package = package_json(tree.text(path))
    scripts = package.get("scripts", {}) if package is not None else None
    return package is None or not isinstance(scripts, dict) or not _HOOKS.isdisjoint(scripts)


def package_json(text: str | None) -> dict[str, object] | None:
    """A package.json's content, None when it is not known or no object."""
    if not text:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _gems(tree: Tree, call: _Call) -> None:
    tree.gems = True
    if call.plain[:1] == ("exec",):
        _anything(tree, call)
        return
    for name in ("vendor", ".bundle", "Gemfile.lock"):
        tree.open(call.path(name))


def _anything(tree: Tree, _call: _Call) -> None:
    tree.blur(None)
    tree.distributions = None


def _makes_folders(tree: Tree, call: _Call) -> None:
    for word in call.plain:
        path = call.path(word)
        if path is not None:
            tree.enter(path)


def _touches(tree: Tree, call: _Call) -> None:
    """It may change whatever it names."""
    if not call.certain:
        tree.blur(None)
    for word in (*call.plain, *_in_options(call)):
        tree.blur(call.path(word))


def _in_options(call: _Call) -> Iterator[str]:
    """The paths that are written into an option: `--target-directory=/x`, `-t/x`."""
    for word in call.known:
        match = _VALUE_IN_OPTION.fullmatch(word)
        if match is not None:
            yield match[1]


def _edits(tree: Tree, call: _Call) -> None:
    """sed and its like change files only where an option says so."""
    if not call.certain or any(re.match(r"-[a-zA-Z]*i|--in-place", word) for word in call.known):
        _touches(tree, call)


def _changes_mode(tree: Tree, call: _Call) -> None:
    """chmod and chown: the content stays what it is."""
    paths = [call.path(word) for word in call.plain[1:]] if call.certain else [None]
    for path in paths:
        for known, made in tree.below(path or "/"):
            tree.made[known] = replace(made, mode=None)


def _downloads(tree: Tree, call: _Call) -> None:
    """curl and wget write to the file that an option names, or to one in the working directory."""
    written = call.option("-o", "--output", "-O", "--output-document", "-P", "--directory-prefix")
    clustered = next((call.known[at + 1] for at, word in _clusters(call) if at + 1 < len(call.known)), None)
    if not call.certain and written is None and clustered is None:
        tree.open(call.path("."))
        return
    for target in (written, clustered):
        if target is not None and target != "-" and "://" not in target:
            tree.blur(call.path(target))
    for word in call.plain:
        if "://" in word:
            path = call.path(posixpath.basename(word.partition("?")[0]) or ".")
            tree.blur(path)


def _clusters(call: _Call) -> Iterator[tuple[int, str]]:
    """Short options that end in the one for the output: `-fsSLo`."""
    return ((at, word) for at, word in enumerate(call.known) if re.fullmatch(r"-[a-zA-Z]+o", word))


def _unpacks(tree: Tree, call: _Call) -> None:
    folder = call.option("-C", "--directory", "-d")
    # `tar xzC FOLDER`: which of the words that follow is meant, its other letters say.
    known = call.certain and not any(_CLUSTER_WITH_FOLDER.fullmatch(word) for word in call.known)
    for place in (folder or ".", *_in_options(call)):
        tree.blur(call.path(place) if known else None)


def _finds(tree: Tree, call: _Call) -> None:
    words = call.known
    if not any(word in {"-delete", "-exec", "-execdir", "-ok"} for word in words) and call.certain:
        return
    names = [words[at + 1] for at, word in enumerate(words[:-1]) if word in {"-name", "-iname"}]
    executed = {words[at + 1] for at, word in enumerate(words[:-1]) if word in {"-exec", "-execdir", "-ok"}}
    if not _CHANGES_WHAT_IT_IS_GIVEN.issuperset(executed):
        tree.blur(None)
    elif "chmod" in words or "chown" in words:
        for known, made in tree.below("/"):
            tree.made[known] = replace(made, mode=None)
    elif not names or not _RUBBISH.issuperset(names):
        tree.blur(call.path(words[0]) if words and call.certain else None)


_EFFECTS: Mapping[str, Callable[[Tree, _Call], None]] = {
    **dict.fromkeys(("npm", "pnpm", "yarn", "bun"), _npm),
    **dict.fromkeys(("poetry", "pipenv"), _project),
    "uv": _uv,
    **dict.fromkeys(("bundle", "bundler", "gem"), _gems),
    "mkdir": _makes_folders,
    **dict.fromkeys(("rm", "cp", "mv", "ln", "touch", "tee", "install", "dos2unix", "rmdir", "unlink"), _touches),
    **dict.fromkeys(("sed", "perl"), _edits),
    **dict.fromkeys(("chmod", "chown", "chgrp"), _changes_mode),
    **dict.fromkeys(("curl", "wget"), _downloads),
    **dict.fromkeys(("tar", "unzip"), _unpacks),
    "find": _finds,
}
