"""Shells: `sh -c`, scripts, and runtimes that are themselves written as a shell script."""

from __future__ import annotations

import posixpath

from lambda_lint import printable, regex, replace
from lambda_lint_rules._facts.base_images import ENTRYPOINT
from lambda_lint_rules._start import markers, shell, shell_syntax
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
from lambda_lint_rules._start.world import ImageWorld

NAMES = frozenset(["sh", "bash", "dash", "ash", "ksh", "zsh", "busybox"])

_VALUED = frozenset(["-o", "+o", "-O", "+O", "--rcfile", "--init-file"])
_FETCH = regex(r"\b(curl|wget|nc|fetch)\b")


def classify(call: Call) -> Step:
    """Read the options of a shell's command and follow what it runs."""
    args = call.args
    if posixpath.basename(call.executable.file.path) == "busybox" and call.executable.path.endswith("busybox"):
        if not args or posixpath.basename(args[0]) not in NAMES:
            return call.absent(" ".join((call.executable.path, *args[:1])))
        args = args[1:]
    hop = call.hop(Role.INTERPRETER, call.executable.path, call.executable.path)
    text, rest = _options(args)
    if text is not None:
        step = run(call, text, rest[0] if rest else call.process.argv[0], rest[1:], call.executable.path)
    elif not rest:
        step = call.absent(f"the shell {call.executable.path}")
    else:
        step = _script(call, rest)
    return replace(step, hops=(hop, *step.hops))


def _options(args: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The text of `-c`, if given, and the words behind the options."""
    at = 0
    command = False
    while at < len(args) and args[at][:1] in {"-", "+"} and len(args[at]) > 1:
        word = args[at]
        if word == "--":
            at += 1
            break
        command = command or (not word.startswith("--") and "c" in word[1:])
        at += 2 if word in _VALUED else 1
    rest = args[at:]
    return (rest[0], rest[1:]) if command and rest else (None, rest)


def _script(call: Call, rest: tuple[str, ...]) -> Step:
    if UNKNOWN in rest[0]:
        return call.unknown("a script that is named at run time")
    path = join(call.process.cwd, rest[0])
    if call.files.get(path) is None:
        return call.no_script(rest[0])
    return script(call, path, rest[1:])


def script(call: Call, path: str, args: tuple[str, ...]) -> Step:
    """Follow a shell script that is in the image."""
    hop = call.hop(Role.SCRIPT, path, path)
    needs = (Need(path, "read", "the start script"),)
    text = call.files.text(path)
    if text is None:
        step = call.unknown("a script that is too long, or no text", path)
    elif text.count("\r\n") * 2 > text.count("\n"):
        step = call.stuck(_windows(call, path))
    else:
        place = replace(call, process=replace(call.process, origin=call.place(path)))
        step = run(place, text, path, args, path)
    return replace(step, hops=(hop, *step.hops), needs=(*needs, *step.needs))


def _windows(call: Call, path: str) -> Trouble:
    return Trouble(
        "bad-script",
        f"{printable(path)} has Windows line endings, so the shell takes a carriage return for part of its commands",
        call.place(path),
        "save it with LF line endings: *.sh text eol=lf in .gitattributes",
    )


def run(call: Call, text: str, name: str, args: tuple[str, ...], program: str) -> Step:
    """Follow the text of a script whose own name is `name`."""
    if UNKNOWN in text:
        return call.unknown("a command that is put together at run time", program)
    if markers.in_parts((text,)) and _FETCH.search(text):
        return _custom_runtime(call, text, program)
    world = ImageWorld(call.files, call.architecture)
    try:
        outcome = shell.evaluate(shell_syntax.parse(text), call.process, name, args, world)
    except shell_syntax.UnparsableError:
        return _guess(call, text, program)
    if not outcome.runs or (outcome.main is None and not outcome.waits):
        return _ends_alone(call, outcome, program)
    if not outcome.certain:
        runs = tuple(replace(process, certain=False) for process in outcome.runs)
        return Step(following=runs, main=-1 if outcome.main is None else outcome.main)
    return Step(following=outcome.runs, main=-1 if outcome.main is None else outcome.main)


def _ends_alone(call: Call, outcome: shell.Outcome, program: str) -> Step:
    if not outcome.certain or outcome.endless:
        return call.unknown("what the script does was not fully understood", program)
    if program == ENTRYPOINT:
        # It takes one argument and says so itself; another rule reports it.
        return Step(end=End(Verdict.STUCK, program))
    return call.absent(f"{program}, which ends by itself{' and leaves the rest behind' if outcome.runs else ''}")


def _custom_runtime(call: Call, text: str, program: str) -> Step:
    handler = Handler(call.process.env.get("_HANDLER", ""), "custom", ())
    tools = {match[1] for match in _FETCH.finditer(text)}
    world = ImageWorld(call.files, call.architecture)
    missing = sorted(
        tool for tool in tools & {"curl", "wget"} if not world.which(tool, call.process.cwd, call.process.env)
    )
    client = Client("custom runtime", "shell", program if program.startswith("/") else "")
    if missing and len(missing) == len(tools):
        trouble = Trouble(
            "client-cannot-load",
            f"{printable(program)} asks for work with {missing[0]}, which is not in the image",
            call.location,
            f"install {missing[0]} in the final stage",
        )
        return Step(end=End(Verdict.BROKEN, program, client, handler), troubles=(trouble,))
    if not markers.speaks(text):
        return Step(end=End(Verdict.LIKELY, program, replace(client, evidence=Evidence.POSSIBLE), handler))
    return Step(end=End(Verdict.STARTED, program, client, handler))


def _guess(call: Call, text: str, program: str) -> Step:
    """Not understood: a script that names a runtime client may start it, and any other may do anything."""
    for name, language in (("awslambdaric", "python"), ("aws-lambda-ric", "node"), ("aws_lambda_ric", "ruby")):
        if name in text:
            client = Client(name, language, evidence=Evidence.PROBABLE)
            return Step(end=End(Verdict.LIKELY, program, client))
    return call.unknown("what the script does was not fully understood", program)
