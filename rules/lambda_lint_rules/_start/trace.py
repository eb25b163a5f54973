"""Following a process, executable by executable, to what becomes of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from importlib import import_module
from itertools import islice

from lambda_lint import ImageLocation, Kind, Value, printable, regex, replace
from lambda_lint_rules._facts.base_images import BOOTSTRAP
from lambda_lint_rules._facts.servers import PYTHON_SERVERS, SERVERS
from lambda_lint_rules._start import elf, launchers, presence
from lambda_lint_rules._start.clients import base_image, binary, node, python, shells
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.executables import candidates, find
from lambda_lint_rules._start.files import Files, join, mounted
from lambda_lint_rules._start.model import (
    UNKNOWN,
    End,
    Evidence,
    Hop,
    Need,
    Process,
    Role,
    Step,
    Trouble,
    Verdict,
)
from lambda_lint_rules._start.scripts import first_line, unfit

MAX_HOPS = 12
API = "AWS_LAMBDA_RUNTIME_API"


def _of(family: str) -> Callable[[Call], Step]:
    """How the clients of a family of languages are told, which is loaded for the images that have one."""

    def classify(call: Call) -> Step:
        step: Step = import_module(f"lambda_lint_rules._start.clients.{family}").classify(call)
        return step

    return classify


_FAMILIES: tuple[tuple[re.Pattern[str], Callable[[Call], Step]], ...] = (
    (regex(r"python(?:3(?:\.\d+)?)?t?|pypy3?(?:\.\d+)?"), python.classify),
    (regex(r"node(?:js)?(?:-?\d+)?"), node.classify),
    (regex(r"j?ruby(?:\d(?:\.\d+)*)?"), _of("ruby")),
    (regex(r"java"), _of("java")),
    (regex(r"dotnet"), _of("dotnet")),
    (regex(r"php(?:\d(?:\.\d+)?)?|perl(?:5[\d.]*)?|lua(?:jit|5[\d.]*)?|Rscript|deno|bun"), _of("scripted")),
    (regex("|".join(sorted(shells.NAMES))), shells.classify),
)


class Route(Value):
    """Everything on the way that one process takes."""

    end: End
    hops: tuple[Hop, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    needs: tuple[Need, ...] = ()


def follow(process: Process, files: Files, architecture: str, depth: int = 0) -> Route:
    """The route of a process. Never raises for what an image holds; gives up after `MAX_HOPS`."""
    if depth >= MAX_HOPS:
        return Route(End(Verdict.UNKNOWN, why=f"more than {MAX_HOPS} programs start one another"))
    step = _step(replace(process, line=None), files, architecture)
    if step.end is not None:
        step = _with_api(process, step, step.end)
        return _route(process, step, Route(step.end or End(Verdict.UNKNOWN)))
    routes = [(each, follow(each, files, architecture, depth + 1)) for each in step.following[:MAX_HOPS]]
    chosen, rest = _choose(routes, step.main)
    if chosen is not None and chosen.line and step.hops:
        step = replace(step, hops=(*step.hops[:-1], replace(step.hops[-1], line=chosen.line)))
    return _route(process, step, rest)


def _with_api(process: Process, step: Step, end: End) -> Step:
    """A client that is started in an emptied environment does not learn where to ask."""
    if end.client is None or end.verdict not in {Verdict.STARTED, Verdict.LIKELY} or API in process.env:
        return step
    trouble = Trouble(
        "client-cannot-load",
        f"{end.client.name} is started without {API}, so it does not know where to ask for work",
        process.origin,
        "leave the environment as it is: no env -i, no sudo",
    )
    return replace(step, end=replace(end, verdict=Verdict.BROKEN), troubles=(*step.troubles, trouble))


def _choose(routes: list[tuple[Process, Route]], main: int) -> tuple[Process | None, Route]:
    """The route that counts: the first that reaches a client, else the one that the program becomes.

    Where that one asks for no work, another that nobody can tell about may do it.
    """
    for process, route in routes:
        if route.end.client is not None:
            return process, route
    if main < 0:
        return None, Route(End(Verdict.UNKNOWN, why="everything is started in the background"))
    becomes = routes[min(main, len(routes) - 1)]
    unknown = (each for each in routes if each[1].end.verdict is Verdict.UNKNOWN)
    return next(unknown, becomes) if becomes[1].end.verdict is Verdict.ABSENT else becomes


def _route(process: Process, step: Step, rest: Route) -> Route:
    end = rest.end
    troubles, needs = (*step.troubles, *rest.troubles), (*step.needs, *rest.needs)
    if not process.certain:
        # What may never be reached proves nothing, and what may be reached excuses.
        troubles, needs = (), ()
        weaker = {
            Verdict.STARTED: Verdict.LIKELY,
            Verdict.ABSENT: Verdict.UNKNOWN,
            Verdict.STUCK: Verdict.UNKNOWN,
            Verdict.BROKEN: Verdict.UNKNOWN,
        }
        why = end.why or "it depends on something that is known at run time only"
        end = replace(end, verdict=weaker.get(end.verdict, end.verdict), why=why)
    elif any(trouble.rule in _FATAL for trouble in step.troubles) and end.verdict is not Verdict.STUCK:
        end = replace(end, verdict=Verdict.STUCK)
    return Route(end, (*step.hops, *rest.hops), troubles, needs)


_FATAL = frozenset({"emulator-started"})


def _step(process: Process, files: Files, architecture: str) -> Step:
    name = process.argv[0] if process.argv else ""
    if UNKNOWN in name or UNKNOWN in process.cwd:
        return Step(end=End(Verdict.UNKNOWN, why="the command is put together at run time"))
    executable = find(files, name, process.cwd, process.env) if name else None
    if (
        executable is None
        and not process.direct
        and any(mounted(path) for path in islice(candidates(name, process.cwd, process.env), 64))
    ):
        return Step(end=End(Verdict.UNKNOWN, printable(name), why="a program that is made at run time"))
    if executable is None:
        return _not_found(process, name)
    call = Call(process, executable, files, architecture)
    access = "read" if process.loader else "execute"
    needs = (Need(executable.path, access, "the program that is started"),)
    trouble = refused(call)
    if trouble is not None:
        hop = call.hop(Role.PROGRAM, executable.path, executable.path)
        return Step((hop,), end=End(Verdict.STUCK, executable.path), troubles=(trouble,), needs=needs)
    doubt = elf.doubtful(call)
    step = _identify(replace(call, process=replace(process, loader="")))
    troubles = step.troubles if doubt is None else (doubt, *step.troubles)
    return replace(step, needs=(*needs, *step.needs), troubles=troubles)


def _identify(call: Call) -> Step:
    found = presence.base_client(call.files) if call.executable.file.path == BOOTSTRAP else None
    if found is not None:
        return base_image.started(call, found)
    step = launchers.peel(call)
    if step is not None:
        return step
    name = posixpath.basename(call.executable.path)
    head = call.files.head(call.executable.path)
    if name in PYTHON_SERVERS and posixpath.basename(first_line(head)[0]).startswith("python"):
        return _shebang(call, head)
    if name in SERVERS:
        kind = "the program" if call.executable.file.path.startswith(("/bin/", "/usr/bin/")) else "the server"
        return Step(
            (call.hop(Role.PROGRAM, call.executable.path, call.executable.path),),
            end=End(Verdict.ABSENT, f"{kind} {name}"),
        )
    if head.startswith(b"#!"):
        return _shebang(call, head)
    for pattern, classify in _FAMILIES:
        if pattern.fullmatch(name) or pattern.fullmatch(posixpath.basename(call.executable.file.path)):
            return classify(call)
    if head.startswith(elf.MAGIC):
        return binary.classify(call)
    return shells.script(call, call.executable.path, call.args)


def _not_found(process: Process, name: str) -> Step:
    shown = printable(name)
    if name == BOOTSTRAP:
        trouble = Trouble(
            "missing-runtime-client",
            f"{shown} is not in the image: an OS-only base image has no runtime of its own",
            process.origin,
            f"copy the function's program to {shown} (mode 755), or set ENTRYPOINT to it",
        )
    elif not name:
        trouble = Trouble("entrypoint-not-found", "the name of the program to start is empty", process.origin)
    else:
        where = "is not in the image" if "/" in name else "is in none of the folders of PATH"
        trouble = Trouble(
            "entrypoint-not-found",
            f"the program to start, {shown}, {where}",
            process.origin,
            _not_found_fix(process, name),
        )
    hop = Hop(Role.PROGRAM, shown, Evidence.NONE)
    return Step((hop,), end=End(Verdict.STUCK, shown), troubles=(trouble,))


def _not_found_fix(process: Process, name: str) -> str:
    place = process.origin
    if " " in name and isinstance(place, ImageLocation) and place.path:
        if place.line is None:
            return f"write #!/usr/bin/env -S {printable(name)} in the first line"
        return 'take the quotes away that make one word of several, or write "$@" for "$*"'
    if " " in name:
        words = ", ".join(f'"{printable(word)}"' for word in name.split())
        return f"write each word on its own, as in [{words}]"
    if re.fullmatch(r"[\w/-]+\.[A-Za-z_]\w*", name):
        return "a handler belongs into CMD; ENTRYPOINT must start a runtime client, such as python -m awslambdaric"
    return "copy it into the final stage, or name it by its absolute path"


def refused(call: Call) -> Trouble | None:
    """What the kernel refuses to execute."""
    trouble = unfit(call)
    if trouble is not None:
        return trouble
    head = call.files.head(call.executable.path)
    if head.startswith(elf.MAGIC):
        return elf.refused(call)
    return _absent_interpreter(call, head) if head.startswith(b"#!") else None


def _absent_interpreter(call: Call, head: bytes) -> Trouble | None:
    interpreter, _ = first_line(head)
    found = call.files.get(join(call.process.cwd, interpreter)) if interpreter else None
    if found is not None and found.kind is Kind.FILE:
        return None
    shown = printable(call.executable.path)
    message = f"{shown} names an interpreter that is not in the image: {printable(interpreter) or 'none'}"
    place = call.place(call.executable.path)
    return Trouble("bad-script", message, place, "install the interpreter, or name one that is there")


def _shebang(call: Call, head: bytes) -> Step:
    interpreter, argument = first_line(head)
    path = call.executable.path
    words = (interpreter, *((argument,) if argument else ()), path, *call.args)
    if posixpath.basename(interpreter) in shells.NAMES:
        return shells.script(call, path, call.args, interpreter, argument)
    process = replace(call.process, argv=words, direct=False, origin=call.place(path), line=None)
    hop = call.hop(Role.SCRIPT, path, path)
    return Step((hop,), following=(process,), needs=(Need(path, "read", "the start script"),))
