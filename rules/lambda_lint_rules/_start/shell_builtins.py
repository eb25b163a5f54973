"""The commands that are part of the shell itself."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

from lambda_lint import printable
from lambda_lint.annotations import TYPE_CHECKING
from lambda_lint_rules._start.model import UNKNOWN
from lambda_lint_rules._start.shell_model import MAX_CALLS, USE_BASH, Break, Exit, Return
from lambda_lint_rules._start.shell_names import BASH_OPTIONS, GLOBBING, QUIET_BUILTINS
from lambda_lint_rules._start.shell_syntax import UnparsableError
from lambda_lint_rules._start.shell_values import ARITHMETIC_NAME

if TYPE_CHECKING:
    from lambda_lint_rules._start.shell_state import Shell


def _cd(shell: Shell, args: list[str]) -> bool | None:
    folders = [arg for arg in args if arg not in {"--", "-P", "-L"}]
    folder = folders[0] if folders else shell.variables.get("HOME", UNKNOWN)
    if UNKNOWN in folder or folder == "-":
        shell.cwd = UNKNOWN
        return None
    path = posixpath.normpath(posixpath.join(shell.cwd, folder)) if UNKNOWN not in shell.cwd else UNKNOWN
    if folder.startswith("/"):
        path = posixpath.normpath(folder)
    there = None if UNKNOWN in path else shell.world.exists(path, "-d")
    if there is False:
        message = f"it enters {printable(path)}, which is not in the image"
        return shell.fails("bad-script", message, "make the folder while building the image, or mend its name")
    shell.cwd = path
    return there


def _export(shell: Shell, args: list[str]) -> bool | None:
    shell.exported.update(_assigned(shell, args))
    return True


def _declare(shell: Shell, args: list[str]) -> bool | None:
    letters = "".join(arg[1:] for arg in args if arg.startswith("-"))
    words = [arg for arg in args if not arg.startswith(("-", "+"))]
    if "n" in letters:
        raise UnparsableError("a name for another variable")
    if not {"f", "F", "p"}.isdisjoint(letters):
        shell.say(UNKNOWN)
        return True
    if "g" not in letters:
        for word in words:
            shell.localize(word.partition("=")[0])
    names = _assigned(shell, words, reckoned=not {"i", "l", "u"}.isdisjoint(letters))
    if "x" in letters:
        shell.exported.update(names)
    return True


def _assigned(shell: Shell, words: list[str], *, reckoned: bool = False) -> list[str]:
    """Take each `name` or `name=value`, and return the names. A `reckoned` value is not what is written."""
    names = []
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            shell.assign(name, UNKNOWN if reckoned else value)
        elif UNKNOWN in name:
            shell.anything = True
        names.append(name)
    return names


def _readonly(shell: Shell, args: list[str]) -> bool | None:
    return _declare(shell, ["-g", *args])


def _unset(shell: Shell, args: list[str]) -> bool | None:
    for name in args:
        array, bracket, _ = name.partition("[")
        if any(array in frame for frame in shell.outside[:-1]):
            raise UnparsableError("another function's variable is unset")
        shell.forget(array)
        if bracket:
            shell.assign(array, UNKNOWN)
    return True


def _set(shell: Shell, args: list[str]) -> bool | None:
    while args and args[0][:1] in {"-", "+"} and args[0] not in {"--", "-"}:
        word, args = args[0], args[1:]
        on = word[0] == "-"
        names = {"a": "allexport", "e": "errexit", "u": "nounset", "f": "noglob"}
        switched = [names.get(letter, "") for letter in word[1:]]
        if "o" in word[1:] and args:
            name, args = args[0], args[1:]
            if (name == "pipefail" and not shell.dialect.pipefail) or (name in BASH_OPTIONS and shell.dialect.plain):
                return shell.dies("bad-script", shell.bashism(f"set -o {name}"), USE_BASH)
            switched.append(name)
        if "errexit" in switched:
            shell.errexit = on
        if "nounset" in switched:
            shell.nounset = on
        if "allexport" in switched:
            shell.allexport = on
        shell.noglob = shell.noglob or "noglob" in switched
        if not args:
            return True
    if args:
        shell.args = tuple(args[1:] if args[0] in {"--", "-"} else args)
    return True


def _shift(shell: Shell, args: list[str]) -> bool | None:
    if UNKNOWN in shell.args or UNKNOWN in "".join(args):
        shell.args = (UNKNOWN,)
        return None
    count = int(args[0]) if args and args[0].isdigit() else 1
    if count > len(shell.args):
        shell.certain = False  # dash ends here, bash goes on
        return None
    shell.args = shell.args[count:]
    return True


def _exit(shell: Shell, args: list[str]) -> bool | None:
    status = int(args[0][:9]) % 256 if args and args[0].isdecimal() and args[0].isascii() else None
    raise Exit(status, shell.blamed if status and shell.foremost else None)


def _trap(shell: Shell, args: list[str]) -> bool | None:
    if shell.dialect.plain and args[-1:] in (["ERR"], ["DEBUG"], ["RETURN"]):
        return shell.fails("bad-script", shell.bashism(f"trap ... {args[-1]}"), USE_BASH)
    return True


def _return(shell: Shell, _args: list[str]) -> bool | None:
    """Bash has an error and goes on where there is nothing to return from."""
    if shell.dialect.name == "bash" and not shell.dialect.strict and not shell.calls:
        return False
    raise Return


def _break(shell: Shell, args: list[str]) -> bool | None:
    return _leave(shell, args, resume=False)


def _continue(shell: Shell, args: list[str]) -> bool | None:
    return _leave(shell, args, resume=True)


def _leave(shell: Shell, args: list[str], *, resume: bool) -> bool | None:
    """Out of as many loops as there are at most; outside of all of them, and in a function of its own, nothing."""
    if not shell.loops:
        return True
    levels = int(args[0][:4]) if args and args[0].isascii() and args[0].isdecimal() else 1
    raise Break(max(1, min(levels, shell.loops)), resume=resume)


def _bracket(shell: Shell, args: list[str]) -> bool | None:
    return shell.test(args[:-1] if args[-1:] == ["]"] else args)


def _echo(shell: Shell, args: list[str]) -> bool | None:
    flags = args[:1] == ["-n"]
    shell.say(" ".join(args[1:] if flags else args) + ("" if flags else "\n"))
    return True


def _printf(shell: Shell, args: list[str]) -> bool | None:
    match args:
        case ["-v", name, *_]:
            shell.assign(name, UNKNOWN)
        case ["%s" | "%s\\n", value]:
            shell.say(value)
        case [value] if "%" not in value and "\\" not in value:
            shell.say(value)
        case _:
            shell.say(UNKNOWN)
    return True


def _command(shell: Shell, args: list[str]) -> bool | None:
    names = [arg for arg in args if not arg.startswith("-")]
    if not names:
        return False
    name = names[0]
    if UNKNOWN in name:
        shell.say(UNKNOWN)
        return None
    if name in shell.functions or name in BUILTINS or name in QUIET_BUILTINS or name == "exec":
        found: str | None = name
    else:
        found = shell.world.which(name, shell.cwd, shell.variables) if name else ""
    shell.say(UNKNOWN if found is None else f"{found}\n" if found else "")
    return None if found is None else bool(found)


def _pwd(shell: Shell, _args: list[str]) -> bool | None:
    shell.say(shell.cwd + "\n")
    return True


def _path_part(part: Callable[[str], str]) -> Callable[[Shell, list[str]], bool | None]:
    def builtin(shell: Shell, args: list[str]) -> bool | None:
        paths = [arg for arg in args if arg != "--"]
        shell.say((part(paths[0]) if len(paths) == 1 and UNKNOWN not in paths[0] else UNKNOWN) + "\n")
        return True

    return builtin


def _uname(shell: Shell, args: list[str]) -> bool | None:
    known = {"-m": shell.world.machine(), "-s": "Linux", "": "Linux"}.get(" ".join(args), "")
    shell.say(f"{known or UNKNOWN}\n")
    return True


def _id(shell: Shell, args: list[str]) -> bool | None:
    shell.say({"-u": "993\n", "-g": "990\n"}.get(" ".join(args), UNKNOWN))
    return True


def _read(shell: Shell, args: list[str]) -> bool | None:
    for name in args:
        if not name.startswith("-"):
            shell.forget(name)
            shell.assign(name, UNKNOWN)
    return None


def _getopts(shell: Shell, args: list[str]) -> bool | None:
    for name in (*args[1:2], "OPTARG"):
        shell.assign(name, UNKNOWN)
    return None


def _mapfile(shell: Shell, args: list[str]) -> bool | None:
    name = args[-1] if args and not args[-1].startswith("-") else "MAPFILE"
    shell.forget(name)
    shell.assign(name, UNKNOWN)
    return None


def _let(shell: Shell, args: list[str]) -> bool | None:
    for arg in args:
        for name in ARITHMETIC_NAME.findall(arg):
            shell.assign(name, UNKNOWN)
    return None


def _shopt(shell: Shell, args: list[str]) -> bool | None:
    shell.noglob = shell.noglob or ("-s" in args and not GLOBBING.isdisjoint(args))
    return True


def _pushd(shell: Shell, args: list[str]) -> bool | None:
    if len(args) == 1 and not args[0].startswith(("+", "-")):
        return _cd(shell, args)
    return _popd(shell, args)


def _popd(shell: Shell, _args: list[str]) -> bool | None:
    shell.cwd = UNKNOWN
    return None


def _run(shell: Shell, args: list[str]) -> bool | None:
    words = [arg for index, arg in enumerate(args) if index or arg not in {"-p", "--"}]
    return shell.command(words, shell.line) if words else True


def _eval(shell: Shell, args: list[str]) -> bool | None:
    text = " ".join(args)
    if UNKNOWN in text:
        raise UnparsableError("eval of something unknown")
    shell.calls += 1
    if shell.calls > MAX_CALLS:
        raise UnparsableError("eval nested too deeply")
    try:
        return shell.sequence(shell.parsed(text))
    finally:
        shell.calls -= 1


def _false(_shell: Shell, _args: list[str]) -> bool | None:
    return False


BUILTINS: Mapping[str, Callable[[Shell, list[str]], bool | None]] = {
    ".": lambda shell, args: shell.source(args),
    "source": lambda shell, args: shell.source(args),
    "[": _bracket,
    "test": _bracket,
    "trap": _trap,
    "builtin": _run,
    "getopts": _getopts,
    "let": _let,
    "mapfile": _mapfile,
    "popd": _popd,
    "pushd": _pushd,
    "readarray": _mapfile,
    "shopt": _shopt,
    "time": _run,
    "basename": _path_part(lambda path: posixpath.basename(path.rstrip("/"))),
    "break": _break,
    "cd": _cd,
    "command": _command,
    "continue": _continue,
    "declare": _declare,
    "dirname": _path_part(lambda path: posixpath.dirname(path.rstrip("/")) or "."),
    "echo": _echo,
    "eval": _eval,
    "exit": _exit,
    "export": _export,
    "false": _false,
    "id": _id,
    "local": _declare,
    "printf": _printf,
    "pwd": _pwd,
    "read": _read,
    "readonly": _readonly,
    "return": _return,
    "set": _set,
    "shift": _shift,
    "type": _command,
    "typeset": _declare,
    "uname": _uname,
    "unset": _unset,
    "which": _command,
}
