"""Shells: `sh -c`, scripts, and runtimes that are themselves written as a shell script."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from lambda_lint import Value, printable, regex, replace
from lambda_lint_rules._facts.base_images import ENTRYPOINT
from lambda_lint_rules._start import markers, required, shell, shell_model, shell_syntax
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import join
from lambda_lint_rules._start.model import (
    UNKNOWN,
    Client,
    End,
    Evidence,
    Handler,
    Need,
    Role,
    Step,
    Trouble,
    Verdict,
)
from lambda_lint_rules._start.shell_dialect import Dialect, dialect
from lambda_lint_rules._start.world import ImageWorld

NAMES = frozenset(["sh", "bash", "dash", "ash", "ksh", "zsh", "busybox"])

_VALUED = frozenset(["-o", "+o", "-O", "+O", "--rcfile", "--init-file"])
_LARGEST_SHELL = 1 << 20
_FETCH = regex(r"\b(curl|wget|nc|fetch)\b")
# Words of scripts that ask for programs first, name them by a path, or change where they are looked for.
_LOOKS_ROUND = regex(
    r"\b(?:command|which|type|hash|function)\b|\bPATH=|/(?:curl|wget)\b|/dev/tcp|\b(?:curl|wget)\s*\(\)"
)


def classify(call: Call) -> Step:
    """Read the options of a shell's command and follow what it runs."""
    args = call.args
    called = call.executable.path
    if posixpath.basename(call.executable.file.path) == "busybox" and call.executable.path.endswith("busybox"):
        if not args or posixpath.basename(args[0]) not in NAMES:
            return call.absent(" ".join((call.executable.path, *args[:1])))
        called, args = args[0], args[1:]
    hop = call.hop(Role.INTERPRETER, call.executable.path, call.executable.path)
    letters, text, rest = _options(args)
    shell_ = _Shell(called, call.executable.file.path, letters)
    if text is not None:
        step = _run(call, text, rest[0] if rest else call.process.argv[0], rest[1:], call.executable.path, shell_)
    elif not rest:
        step = call.absent(f"the shell {call.executable.path}")
    else:
        step = _script(call, rest, shell_)
    return replace(step, hops=(hop, *step.hops))


class _Shell(Value):
    """The program that reads a script: as it is called, where its links end, and the letters of its options."""

    called: str = ""
    real: str = ""
    letters: str = ""

    def dialect(self, call: Call, text: str) -> Dialect:
        """Which language it takes. Whether it knows `pipefail` is read from the program, where that matters."""
        found = dialect(self.called, self.real)
        if "pipefail" not in text or not found.plain:
            return found
        program = call.files.whole(self.real, _LARGEST_SHELL)
        return replace(found, pipefail=not program or b"pipefail" in program)


def _options(args: tuple[str, ...]) -> tuple[str, str | None, tuple[str, ...]]:
    """The letters of the options, the text of `-c`, if given, and the words behind them."""
    at = 0
    letters = ""
    while at < len(args) and args[at][:1] in {"-", "+"} and len(args[at]) > 1:
        word = args[at]
        if word == "--":
            at += 1
            break
        letters += word[1:] if word[0] == "-" and not word.startswith("--") else ""
        at += 2 if word in _VALUED or (word[0] == "-" and word[-1] == "o") else 1
    rest = args[at:]
    return (letters, rest[0], rest[1:]) if "c" in letters and rest else (letters, None, rest)


def _script(call: Call, rest: tuple[str, ...], by: _Shell) -> Step:
    if UNKNOWN in rest[0]:
        return call.unknown("a script that is named at run time")
    path = join(call.process.cwd, rest[0])
    if call.files.get(path) is None:
        return call.no_script(rest[0])
    return _read(call, path, rest[1:], by)


def script(call: Call, path: str, args: tuple[str, ...], interpreter: str = "", argument: str = "") -> Step:
    """Follow a shell script that is in the image, as the interpreter and the argument of its first line run it."""
    found = call.files.get(join(call.process.cwd, interpreter)) if interpreter else None
    real = found.path if found is not None else ""
    letters = argument[1:] if argument.startswith("-") else ""
    if argument.startswith("-") and " " in argument and dialect(interpreter, real).name:
        return call.stuck(_two_options(call, path, interpreter, argument))
    return _read(call, path, args, _Shell(interpreter, real, letters))


def _read(call: Call, path: str, args: tuple[str, ...], by: _Shell) -> Step:
    hop = call.hop(Role.SCRIPT, path, path)
    needs = (Need(path, "read", "the start script"),)
    text = call.files.text(path)
    if text is None:
        step = call.unknown("a script that is too long, or no text", path)
    elif text.count("\r\n") * 2 > text.count("\n"):
        step = call.stuck(_windows(call, path))
    else:
        place = replace(call, process=replace(call.process, origin=call.place(path)))
        step = _run(place, text, path, args, path, by)
    return replace(step, hops=(hop, *step.hops), needs=(*needs, *step.needs))


def _two_options(call: Call, path: str, interpreter: str, argument: str) -> Trouble:
    return Trouble(
        "bad-script",
        f"the first line of {printable(path)} gives {printable(interpreter)} one option with a blank in it, "
        f"{printable(repr(argument))}, which it does not know",
        call.place(path),
        "write the options in one word, as in #!/bin/bash -eu, or set them in the script",
    )


def _windows(call: Call, path: str) -> Trouble:
    return Trouble(
        "bad-script",
        f"{printable(path)} has Windows line endings, so the shell takes a carriage return for part of its commands",
        call.place(path),
        "save it with LF line endings: *.sh text eol=lf in .gitattributes",
    )


def _run(call: Call, text: str, name: str, args: tuple[str, ...], program: str, by: _Shell) -> Step:
    """Follow the text of a script whose own name is `name`."""
    if UNKNOWN in text:
        return call.unknown("a command that is put together at run time", program)
    own = _asks(text)
    language = by.dialect(call, text)
    world = ImageWorld(call.files, call.architecture)
    lacking = _lacking(call, text) if markers.registers(text) and not _LOOKS_ROUND.search(text) else ""
    if lacking:
        return call.stuck(_no_tool(call, program, "registers as an extension", lacking))
    try:
        tree = shell_syntax.parse_script(text, language)
        outcome = shell.evaluate(tree, call.process, name, args, world, language, by.letters)
    except shell_syntax.UnparsableError:
        return _custom_runtime(call, text, program) if own else _guess(call, text, program)
    step = _custom_runtime(call, text, program) if own else None
    if outcome.certain and outcome.failure is not None and not (step and step.troubles):
        return call.stuck(_failed(call, program, outcome.failure))
    step = step or _started(call, outcome, program)
    return replace(step, troubles=(*_unset(call, program, outcome.needed), *step.troubles))


def _failed(call: Call, program: str, failure: shell_model.Failure) -> Trouble:
    message = f"{printable(program)} ends at line {failure.line}: {failure.message}"
    return Trouble(failure.rule, message, call.location, failure.fix, line=failure.line)


def _unset(call: Call, program: str, names: Mapping[str, int]) -> tuple[Trouble, ...]:
    """What the script cannot do without, and the image does not set."""
    return tuple(
        Trouble(
            "unset-variable",
            f"{printable(program)} ends at line {line} unless the function sets {printable(name)}",
            call.location,
            f"set {printable(name)} on the function, or give it a default: ${{{printable(name)}:-...}}",
            line=line,
        )
        for name, line in names.items()
    )


def _started(call: Call, outcome: shell.Outcome, program: str) -> Step:
    if not outcome.runs or (outcome.main is None and not outcome.waits):
        return _ends_alone(call, outcome, program)
    main = -1 if outcome.main is None else outcome.main
    if not outcome.certain:
        return Step(following=tuple(replace(process, certain=False) for process in outcome.runs), main=main)
    return Step(following=outcome.runs, main=main)


def _ends_alone(call: Call, outcome: shell.Outcome, program: str) -> Step:
    if not outcome.certain or outcome.endless:
        return _perhaps(call, program)
    lost = not call.process.direct and program == ENTRYPOINT and len(call.process.argv) == 1
    if lost and call.process.env.get("_HANDLER"):
        message = f"{program} is started without a handler: CMD does not reach it"
        fix = 'pass the arguments on where it is started: exec ... "$@"'
        return call.stuck(Trouble("handler-not-found", message, call.location, fix))
    if program == ENTRYPOINT:
        # It takes one argument and says so itself; another rule reports it.
        return Step(end=End(Verdict.STUCK, program))
    if outcome.status and outcome.unset:
        return Step(end=End(Verdict.STUCK, program), troubles=_unset(call, program, outcome.unset))
    if outcome.runs:
        return call.absent(f"{program}, which ends by itself and leaves the rest behind")
    return Step(end=End(Verdict.ABSENT, f"{program}, which ends by itself", script=program))


def _custom_runtime(call: Call, text: str, program: str) -> Step:
    handler = Handler(call.process.env.get("_HANDLER", ""), "custom", ())
    client = Client("custom runtime", "shell", program if program.startswith("/") else "")
    lacking = _lacking(call, text)
    if lacking:
        trouble = _no_tool(call, program, "asks for work", lacking)
        return Step(end=End(Verdict.BROKEN, program, client, handler), troubles=(trouble,))
    if not markers.speaks(text):
        return Step(end=End(Verdict.LIKELY, program, replace(client, evidence=Evidence.POSSIBLE), handler))
    return Step(end=End(Verdict.STARTED, program, client, handler))


def _lacking(call: Call, text: str) -> str:
    """The first of the programs by which a script can ask, where none of them is in the image; else ""."""
    tools = sorted({match[1] for match in _FETCH.finditer(text)})
    world = ImageWorld(call.files, call.architecture)
    there = [tool for tool in tools if world.which(tool, call.process.cwd, call.process.env) != ""]
    return tools[0] if tools and not there and {"curl", "wget"}.issuperset(tools) else ""


def _no_tool(call: Call, program: str, act: str, tool: str) -> Trouble:
    message = f"{printable(program)} {act} with {tool}, which is not in the image"
    return Trouble("client-cannot-load", message, call.location, f"install {tool} in the final stage")


def _guess(call: Call, text: str, program: str) -> Step:
    """Not understood: a script that names a runtime client may start it, and any other may do anything."""
    for name, language in (("awslambdaric", "python"), ("aws-lambda-ric", "node"), ("aws_lambda_ric", "ruby")):
        if name in text:
            client = Client(name, language, evidence=Evidence.PROBABLE)
            return Step(end=End(Verdict.LIKELY, program, client))
    return _perhaps(call, program)


def _perhaps(call: Call, program: str) -> Step:
    """Not understood: another script of the same project may hold the loop."""
    near = required.nearby(call.files, program, "shell") if program.startswith("/") else ()
    if any(_asks(text) for text in near):
        return Step(end=End(Verdict.LIKELY, program, Client("custom runtime", "shell", evidence=Evidence.POSSIBLE)))
    return call.unknown("what the script does was not fully understood", program)


def _asks(text: str) -> bool:
    return markers.in_parts((text,)) and _FETCH.search(text) is not None
