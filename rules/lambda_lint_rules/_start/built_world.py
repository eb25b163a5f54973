"""What a start script can ask of the files that a build makes, where only some of them are known."""

from __future__ import annotations

from collections.abc import Mapping

from lambda_lint import RuntimeConfig, regex, replace
from lambda_lint_rules._facts.base_images import recognise
from lambda_lint_rules._facts.registries import split
from lambda_lint_rules._start import shell, shell_model, shell_syntax
from lambda_lint_rules._start.expansion import within
from lambda_lint_rules._start.files import mounted
from lambda_lint_rules._start.model import UNKNOWN
from lambda_lint_rules._start.python_effects import elsewhere
from lambda_lint_rules._start.scripts import first_line
from lambda_lint_rules._start.shell_dialect import Dialect
from lambda_lint_rules._start.tree import Tree

_NAME = regex(r"\$\{?[!#]?(\w+)")
_SHELLS = frozenset({"/bin/sh", "/bin/bash", "/usr/bin/bash", "/bin/ash"})


def failure(tree: Tree, path: str, text: str, config: RuntimeConfig) -> shell_model.Failure | None:
    """What certainly ends the start script at `path` before it starts anything.

    Only on a base image that everybody knows: another may set variables that nobody sees here.
    """
    from lambda_lint_rules._start.image import start  # only here: it loads all that follows programs in images

    interpreter, option = first_line(text.encode()[:256]) if text.startswith("#!") else ("", "")
    if interpreter not in _SHELLS or UNKNOWN in text or not tree.complete:
        return None
    process = start(config)
    language = _dialect(interpreter, (config.base.value if config.base is not None else None) or "")
    named = {match[1]: UNKNOWN for match in _NAME.finditer(text) if not match[1].isdecimal()}
    process = replace(process, env={**named, **process.env})
    letters = option[1:] if option.startswith("-") else ""
    try:
        script = shell_syntax.parse_script(text, language)
        outcome = shell.evaluate(script, process, path, process.argv[1:], BuiltWorld(tree), language, letters)
    except shell_syntax.UnparsableError:
        return None
    return outcome.failure if outcome.certain else None


def _dialect(interpreter: str, base: str) -> Dialect:
    """The shell behind a name on a well-known base image."""
    if interpreter.endswith("bash"):
        return Dialect("bash")
    if interpreter.endswith("ash") or "alpine" in split(base).tag or split(base).name.endswith("alpine"):
        return Dialect("ash")
    if recognise(base) is not None:
        return Dialect("bash", strict=True)
    # Debian's in most others; which options it knows depends on its version.
    return Dialect()


class BuiltWorld:
    """Answers from the files that are known to be there, or known not to be."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def exists(self, path: str, test: str) -> bool | None:
        """See `shell_model.World`."""
        tree = self._tree
        if mounted(path):
            return None
        if test == "-w" and self.writable(path) is False:
            return False
        if tree.lacks(path):
            return False
        made = tree.made.get(path)
        kind = made.kind if made is not None else "directory" if path in tree.directories else ""
        answers = {"-e": True, "-f": kind == "file", "-d": kind == "directory"}
        return answers.get(test) if kind in {"file", "directory"} else None

    def which(self, _name: str, _cwd: str, _env: Mapping[str, str]) -> str | None:
        """Nobody knows which programs the base image has."""
        return None

    def hidden(self, _path: str) -> bool:
        """What a build leaves below /tmp, and takes away again, is not known before it."""
        return False

    def text(self, path: str) -> str | None:
        """See `shell_model.World`."""
        return self._tree.text(path)

    def writable(self, path: str) -> bool | None:
        """See `shell_model.World`."""
        known = self._tree.complete and not any(within(path, each) for each in self._tree.unknown)
        return False if known and not elsewhere(path) else None

    def names(self, _folder: str) -> tuple[str, ...] | None:
        """What else the base image has in a folder is not known."""
        return None

    def real(self, path: str) -> str:
        """See `shell_model.World`."""
        made = self._tree.made.get(path)
        return path if made is not None and made.kind == "file" else ""

    def machine(self) -> str:
        """Not known before the build."""
        return ""
