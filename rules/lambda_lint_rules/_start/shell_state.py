"""A shell that runs a script on paper: its variables, what it has started, and each kind of command."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lambda_lint import printable, regex, replace
from lambda_lint_rules._facts.user import DEFAULT_USER
from lambda_lint_rules._start import shell_effects, shell_output
from lambda_lint_rules._start import shell_syntax as syntax
from lambda_lint_rules._start.files import at_line
from lambda_lint_rules._start.model import UNKNOWN, Process
from lambda_lint_rules._start.shell_builtins import BUILTINS
from lambda_lint_rules._start.shell_dialect import Dialect
from lambda_lint_rules._start.shell_model import (
    COPY,
    COPY_FILE,
    ELSEWHERE,
    MAX_CALLS,
    READABLE,
    USE_BASH,
    Break,
    Endless,
    Exec,
    Exit,
    Failure,
    Flow,
    Return,
    World,
)
from lambda_lint_rules._start.shell_names import (
    BASH_BUILTINS,
    BASH_VARIABLES,
    NO_APPLETS,
    NOT_IN_DASH,
    OTHER_BUILTINS,
    POSIX_VARIABLES,
    QUIET_BUILTINS,
    SHORT,
    SPECIAL,
    WAITING,
)
from lambda_lint_rules._start.shell_syntax import UnparsableError
from lambda_lint_rules._start.shell_values import (
    BRACES,
    MAX_PATTERN,
    MAX_TRIMMED,
    MAX_VALUE,
    NUMERIC,
    Fields,
    bounded,
    escaped,
    filled,
    has_pattern,
    joined,
    matches,
    not_,
    or_,
    sliced,
    substring,
    trimmed,
    unglobbed,
)

_MAX_STEPS = 4000
_MAX_ITERATIONS = 64
_MAX_RUNS = 16
_MAX_NAMES = 4000
# Characters that may be looked at in one step.
_CHARACTERS = 256


class Shell:
    """The state of one shell. A status is True, False, or None when it is not known."""

    def __init__(
        self,
        env: dict[str, str],
        cwd: str,
        script: str,
        args: tuple[str, ...],
        world: World,
        process: Process,
        dialect: Dialect,
    ) -> None:
        self.variables = env
        self.exported = set(env)
        # The words of each array; its name alone stands for the first of them.
        self.arrays: dict[str, tuple[str, ...]] = {}
        self.cwd = cwd
        self.script = script
        self.args = args
        self.world = world
        self.process = process
        self.certain = process.certain
        self.functions: dict[str, syntax.Node] = {}
        self.runs: list[Process] = []
        self.background: set[int] = set()
        self.replaced_by: int | None = None
        self.output: list[str] | None = None
        # What the command at hand reads, where a command substitution holds the whole pipeline.
        self.input = UNKNOWN
        self.calls = 0
        # In how many loops of this function we are.
        self.loops = 0
        self.steps = [0]
        # Whether anything may have made files by now where Lambda lets it.
        self.made = [not process.direct]
        self.waits: list[str] = []
        self.dialect = dialect
        self.errexit: bool | None = False
        self.nounset: bool | None = False
        # Whether patterns stand for something else than the names of files that are there.
        self.noglob = False
        self.allexport = False
        # Whether variables were set whose names nobody knows.
        self.anything = False
        # For each function that is being called, what its own variables were outside of it.
        self.outside: list[dict[str, tuple[str | None, tuple[str, ...] | None]]] = []
        # In how many conditions we are: no command that fails there ends the script.
        self.tested = 0
        self.inner = False
        self.failure: Failure | None = None
        # The status of the command substitution that was executed last.
        self.substituted: bool | None = None
        # What failed in the condition that was decided last.
        self.blamed: Failure | None = None
        self.unset: dict[str, int] = {}
        self.needed: dict[str, int] = {}
        self.line = 1

    def fork(self) -> Shell:
        """A subshell, or a way not known to be taken: shares what it starts, keeps its variables to itself."""
        child = Shell(dict(self.variables), self.cwd, self.script, self.args, self.world, self.process, self.dialect)
        child.certain = self.certain
        child.exported = set(self.exported)
        child.arrays = dict(self.arrays)
        child.functions = dict(self.functions)
        child.runs, child.background, child.steps = self.runs, self.background, self.steps
        child.made = self.made
        child.calls, child.output, child.waits = self.calls, self.output, self.waits
        child.loops = self.loops
        child.input = self.input
        child.errexit, child.nounset, child.tested = self.errexit, self.nounset, self.tested
        child.noglob, child.allexport, child.anything = self.noglob, self.allexport, self.anything
        child.outside = [dict(frame) for frame in self.outside]
        child.inner, child.unset, child.needed, child.line = self.inner, self.unset, self.needed, self.line
        return child

    @property
    def sure(self) -> bool:
        """Whether this is what happens, with no variable that is not known of."""
        return self.certain and not self.anything

    # Structure

    def sequence(self, node: syntax.Sequence) -> bool | None:
        status: bool | None = True
        for item, background in node.items:
            if background:
                before, waits = len(self.runs), len(self.waits)
                self.aside(item)
                self.background.update(range(before, len(self.runs)))
                del self.waits[waits:]  # what waits in the background keeps nobody here
                status = True
            else:
                status = self.execute(item)
        return status

    def aside(self, node: syntax.Node) -> bool | None:
        """Execute in a subshell, whose end is not ours."""
        child = self.fork()
        child.inner = True
        try:
            status = child.execute(node)
            self.failure = child.failure
        except Exit as exit_:
            status = None if exit_.status is None else exit_.status == 0
            self.failure = exit_.failure
        except Flow:
            status = None
        self.certain = self.certain and child.certain
        return status

    def spend(self, characters: int = 0) -> None:
        """Take one more step, or more of them for long texts."""
        self.steps[0] += 1 + characters // _CHARACTERS
        if self.steps[0] > _MAX_STEPS:
            raise UnparsableError("too long to follow")

    def parsed(self, text: str) -> syntax.Sequence:
        self.spend(len(text))
        return syntax.parse(text, self.dialect)

    def execute(self, node: syntax.Node) -> bool | None:
        self.spend()
        match node:
            case syntax.Simple():
                self.line = node.line
                return self.checked(self.simple(node))
            case syntax.Sequence():
                return self.sequence(node)
            case syntax.AndOr():
                return self.and_or(node)
            case syntax.Pipeline():
                return self.checked(self.pipeline(node)) if not node.negated else self.pipeline(node)
            case syntax.Group():
                return self.checked(self.aside(node.body)) if node.subshell else self.sequence(node.body)
            case syntax.Function():
                self.functions[node.name] = node.body
                return True
            case syntax.Test():
                self.failure = None
                return self.checked(self.test([self.text(word) for word in node.words], self.patterns(node.words)))
            case syntax.Redirected():
                self.line = node.line
                with self.printing(node.redirects):
                    return self.execute(node.body) if self.opened(node.redirects) else self.checked(False)
            case syntax.Broken():
                raise self.broken(node)
            case _:
                return self.compound(node)

    # Failing

    @property
    def foremost(self) -> bool:
        """Whether nothing was started that this script may be waiting for still."""
        return len(self.background) == len(self.runs)

    def checked(self, status: bool | None) -> bool | None:
        """What a command's status means for the script: with errexit, a failed one ends it."""
        if status is False and self.errexit and not self.tested and (self.foremost or self.inner):
            raise Exit(1, self.failure)
        return status

    def fails(self, rule: str, message: str, fix: str) -> bool:
        """Remember why the command at hand certainly fails."""
        self.failure = Failure(rule, message, fix, self.line)
        return False

    def dies(self, rule: str, message: str, fix: str) -> bool | None:
        """The shell itself ends here, unless it is not known to get here."""
        self.fails(rule, message, fix)
        if not self.foremost and not self.inner:
            return None
        raise Exit(2, self.failure)

    def broken(self, node: syntax.Broken) -> Exception:
        """What a syntax error does to the shell that reads it."""
        self.line = node.line
        message = f"a syntax error, {node.message}"
        fix = "mend it" if "bash" not in node.message else USE_BASH
        if not self.foremost:
            return UnparsableError(message)
        self.fails("bad-script", message, fix)
        return Exit(2, self.failure)

    def bashism(self, what: str) -> str:
        return f"{'dash' if self.dialect.plain else 'the shell of busybox'} does not know {what}"

    def opened(self, redirects: tuple[syntax.Redirect, ...]) -> bool:
        """Whether the files of redirections can be opened; False when one certainly cannot."""
        for redirect in redirects:
            target = self.text(redirect.target) if redirect.operator != ">&" else ""
            path = self.place(unglobbed(target))
            network = path.startswith(("/dev/tcp/", "/dev/udp/"))
            self.made[0] |= redirect.operator not in {"<", ">&"} and not path.startswith("/dev/")
            if UNKNOWN in path or not target or (network and not self.dialect.small):
                continue
            if network:
                return self.fails("bad-script", self.bashism(printable(path)), USE_BASH)
            unreadable = self.unreadable(path, COPY_FILE) if redirect.operator == "<" else None
            if unreadable is not None:
                rule, why, fix = unreadable
                return self.fails(rule, f"it reads {printable(path)}, which {why}", fix)
            if redirect.operator != "<" and self.world.writable(path) is False and self.closed(path) is False:
                return False
        return True

    def closed(self, path: str) -> bool | None:
        """What it means that nobody can write to a path. The function may still say where the user's home is."""
        if posixpath.join(self.place(path), "").startswith(f"{DEFAULT_USER.value.home}/"):
            if self.errexit and not self.tested:
                self.needs("HOME")
            return None
        message = f"it writes to {printable(self.place(path))}, and the root file system of Lambda is read-only"
        return self.fails("write-outside-tmp", message, "write below /tmp, or make it while building the image")

    def unreadable(self, path: str, copy: str) -> tuple[str, str, str] | None:
        """Why a file certainly cannot be read: the rule that reports it, the reason, and what to do (`copy` it)."""
        if not self.made[0] and self.world.hidden(path):
            return "hidden-by-mount", "lies where Lambda mounts an empty folder", ELSEWHERE
        if self.world.exists(path, "-e") is False:
            return "bad-script", "is not in the image", copy
        if self.world.exists(path, "-r") is False:
            return "bad-script", "the default user may not read", READABLE
        return None

    def place(self, path: str) -> str:
        """A path made absolute. Holds `UNKNOWN` where the folder is not known."""
        return path if path.startswith("/") else posixpath.join(self.cwd, path)

    def compound(self, node: syntax.If | syntax.Case | syntax.For | syntax.While) -> bool | None:
        match node:
            case syntax.If():
                return self.if_(node)
            case syntax.Case():
                return self.case(node)
            case syntax.For():
                return self.for_(node)
            case syntax.While():
                return self.while_(node)

    def and_or(self, node: syntax.AndOr) -> bool | None:
        status = self.condition(node.first)
        for index, (operator, right) in enumerate(node.rest, 1):
            wanted = operator == "&&"
            follow = self.execute if index == len(node.rest) else self.condition
            if status is None and wanted and not _asks(node.first):
                status = True
            if status is None:
                status = self.maybe(right)
            elif status is wanted:
                self.blamed = self.failure
                status = follow(right)
        return status

    @contextmanager
    def printing(self, redirects: tuple[syntax.Redirect, ...]) -> Iterator[None]:
        """While a command runs whose output goes elsewhere."""
        output = self.output
        if output is not None and any(redirect.prints for redirect in redirects):
            self.output = []
        try:
            yield
        finally:
            self.output = output

    def condition(self, node: syntax.Node) -> bool | None:
        """Execute what may fail without ending the script."""
        self.tested += 1
        try:
            return self.execute(node)
        finally:
            self.tested -= 1

    def pipeline(self, node: syntax.Pipeline) -> bool | None:
        if len(node.commands) == 1:
            status = self.condition(node.commands[0])
        else:
            output, given = self.output, self.input
            for command in node.commands:
                self.output = None if output is None else []
                status = self.aside(command)
                self.input = UNKNOWN if self.output is None else "".join(self.output)
            said, self.output, self.input = self.input, output, given
            self.say(said)
            if status is not None and self.failure is None and _reads_input(node.commands[-1]):
                status = None
        return status if not node.negated or status is None else not status

    def if_(self, node: syntax.If) -> bool | None:
        for index, (condition, body) in enumerate(node.branches):
            status = self.condition(condition)
            self.blamed = self.failure
            if status:
                return self.sequence(body)
            if status is None:
                rest = node.branches[index + 1 :]
                other = syntax.If(rest, node.otherwise) if rest else node.otherwise
                return self.either(body, other)
        return self.sequence(node.otherwise)

    def case(self, node: syntax.Case) -> bool | None:
        value = self.text(node.word)
        for index, (patterns, body) in enumerate(node.items):
            outcomes = [matches(value, self.pattern(pattern)) for pattern in patterns]
            if True in outcomes:
                return self.sequence(body)
            if None in outcomes:
                return self.either(body, syntax.Case(node.word, node.items[index + 1 :]))
        return True

    def for_(self, node: syntax.For) -> bool | None:
        values = list(self.args) if node.words is None else self.fields(node.words)
        status: bool | None = True
        for value in values[:_MAX_ITERATIONS]:
            self.assign(node.name, value)
            status, again = self.turn(node.body, certain=UNKNOWN not in value)
            if not again:
                return status
        self.certain = self.certain and len(values) <= _MAX_ITERATIONS
        return status

    def turn(self, body: syntax.Sequence, *, certain: bool = True) -> tuple[bool | None, bool]:
        """Execute the body of a loop once. Its status, and whether the loop goes on."""
        self.loops += 1
        try:
            return self.sequence(body) if certain else self.maybe(body), True
        except Break as flow:
            if flow.levels > 1:
                raise Break(flow.levels - 1, resume=flow.resume) from None
            return True, flow.resume
        finally:
            self.loops -= 1

    def while_(self, node: syntax.While) -> bool | None:
        always = not node.until and _always_true(node.condition)
        for _ in range(_MAX_ITERATIONS):
            certain = self.certain
            status = self.condition(node.condition)
            if status is None:
                return self.turn(node.body, certain=False)[0]
            if status is node.until or not self.turn(node.body)[1]:
                return True
            if always and self.certain is certain:
                raise Endless
            if always:
                return None  # something may have ended it
        self.certain = False
        return None

    # Ways that may or may not be taken

    def maybe(self, node: syntax.Node) -> bool | None:
        return self.either(node, syntax.Sequence(()))

    def either(self, one: syntax.Node, other: syntax.Node) -> bool | None:
        """Follow both ways and go on with what is common to them."""
        before = len(self.runs)
        going_on: list[Shell] = []
        flows: list[BaseException] = []
        for node in (one, other):
            child = self.fork()
            child.certain = False
            try:
                child.execute(node)
                going_on.append(child)
            except Flow as flow:
                flows.append(flow)
                self.replaced_by = child.replaced_by if child.replaced_by is not None else self.replaced_by
        if not going_on:
            self.certain = False
            raise flows[0] if isinstance(flows[0], Exec) else flows[-1]
        if len(self.runs) > before or any(not isinstance(flow, Exit) for flow in flows):
            self.certain = False
        self.merge(going_on)
        return None

    def merge(self, states: list[Shell]) -> None:
        first, last = states[0], states[-1]
        names = first.variables.keys() | last.variables.keys()
        self.variables = {
            name: first.variables.get(name, "") if _same(first, last, name) else UNKNOWN for name in names
        }
        self.exported = first.exported | last.exported
        self.arrays = {
            name: words if first.arrays.get(name) == last.arrays.get(name) else (UNKNOWN,)
            for name, words in {**first.arrays, **last.arrays}.items()
        }
        self.noglob = first.noglob or last.noglob
        self.allexport = first.allexport or last.allexport
        self.anything = first.anything or last.anything
        self.outside = [{**one, **other} for one, other in zip(first.outside, last.outside, strict=True)]
        self.functions = {**first.functions, **last.functions}
        self.cwd = first.cwd if first.cwd == last.cwd else UNKNOWN
        self.args = first.args if first.args == last.args else (UNKNOWN,)
        self.errexit = first.errexit if first.errexit == last.errexit else None
        self.nounset = first.nounset if first.nounset == last.nounset else None

    # Commands

    def simple(self, node: syntax.Simple) -> bool | None:
        self.failure, self.substituted = None, None
        words = self.declared(node.words) or self.fields(node.words)
        values = [(name, self.text(value)) for name, value in node.assignments]
        arrays = [(name, array.added, self.fields(array.words)) for name, array in node.arrays]
        if not self.opened(node.redirects):
            if words and words[0] in SPECIAL and self.dialect.posix and self.failure is not None:
                return self.dies(self.failure.rule, self.failure.message, self.failure.fix)
            return False
        if not words:
            for name, value in values:
                self.assign(name, value)
            self.fill(arrays)
            return self.substituted if any(_substitutes(value) for _, value in node.assignments) else True
        kept = [(name, self.variables.get(name), self.arrays.get(name)) for name, _ in values]
        exported = set(self.exported)
        for name, value in values:
            self.assign(name, value)
            self.exported.add(name)
        try:
            with self.printing(node.redirects):
                status = self.command([*words, *(name for name, _, _ in arrays)], node.line)
            self.fill(arrays)
            return status
        finally:
            # What stands before a special builtin stays, where the shell keeps to POSIX.
            if not (self.dialect.posix and words[0] in SPECIAL and words[0] not in self.functions):
                self.restore(kept)
            if values:
                self.exported = exported

    def command(self, words: list[str], line: int) -> bool | None:
        name, args = words[0], words[1:]
        if name in self.functions:
            return self.call(name, args)
        if name == "command" and args and not args[0].startswith("-"):
            return self.commanded(args, line)
        absent = name in (NOT_IN_DASH if self.dialect.plain else BASH_BUILTINS if self.dialect.small else ())
        builtin = None if absent else BUILTINS.get(name)
        if builtin is not None:
            return builtin(self, args)
        if name == "exec":
            return self.exec(args, line)
        if posixpath.basename(name) in WAITING:
            self.waits.append(name)
        if name in QUIET_BUILTINS and not absent:
            return True
        self.made[0] = True
        self.spend(len(self.input))
        self.say(shell_output.printed(posixpath.basename(name), args, self.input, self.place, self.world))
        if name in OTHER_BUILTINS and not absent:
            return None
        small = posixpath.basename(name) in SHORT
        matters = small or absent or self.errexit or self.tested or self.output is not None
        if matters and self.lacks(name):
            return self.fails("bad-script", *self.lacking(name, absent=absent))
        lost = self.lost_script(name, args) if matters else None
        if lost is not None:
            return self.fails(*lost)
        if small:
            path = shell_effects.denied(posixpath.basename(name), args, self.place, self.world)
            return self.closed(path) if path else None
        self.start(words, line)
        return None

    def commanded(self, words: list[str], line: int) -> bool | None:
        """`command WORDS`: a special builtin is like any other then, whose failing ends nothing."""
        try:
            return self.command(words, line)
        except Exit as exit_:
            if exit_.failure is None or words[0] == "exit":
                raise
            return False

    def lacks(self, name: str) -> bool:
        """Whether a program is certainly not there."""
        if self.dialect.name == "ash" and "/" not in name and name in SHORT and name not in NO_APPLETS:
            return False
        known = name and UNKNOWN not in name + self.cwd
        return bool(known) and self.world.which(name, self.cwd, self.variables) == ""

    def lost_script(self, name: str, args: list[str]) -> tuple[str, str, str] | None:
        """Why an interpreter certainly cannot read the script that it is to execute: the rule, a message, and a fix."""
        named = shell_effects.script(posixpath.basename(name), args)
        path = self.place(named)
        if not named or UNKNOWN in path or self.world.writable(path) is not False:
            return None
        program = self.world.which(name, self.cwd, self.variables)
        if program and self.world.text(program) is not None:  # a script of that name, which may do anything
            return None
        rule, why, fix = self.unreadable(path, COPY) or ("", "", "")
        return (rule, f"it has {printable(name)} run {printable(path)}, which {why}", fix) if rule else None

    def lacking(self, name: str, *, absent: bool) -> tuple[str, str]:
        if absent:
            return self.bashism(name), USE_BASH
        if "/" in name and self.world.exists(self.place(name), "-e"):
            return f"it runs {printable(name)}, which nobody may execute", f"RUN chmod 755 {printable(name)}"
        return f"it runs {printable(name)}, which is not in the image", "install it in the final stage"

    def start(self, words: list[str], line: int) -> int:
        if len(self.runs) >= _MAX_RUNS:
            raise UnparsableError("too many commands to follow")
        env = {name: self.variables[name] for name in self.exported if name in self.variables}
        place = at_line(self.process.origin, line)
        self.runs.append(Process(tuple(words), self.cwd, env, place, certain=self.sure, line=line))
        return len(self.runs) - 1

    def call(self, name: str, args: list[str]) -> bool | None:
        if self.calls >= MAX_CALLS:
            raise UnparsableError("functions nested too deeply")
        kept, loops = self.args, self.loops
        self.args, self.loops = tuple(args), 0
        self.calls += 1
        self.outside.append({})
        try:
            return self.execute(self.functions[name])
        except Return:
            return None
        finally:
            self.calls -= 1
            self.args, self.loops = kept, loops
            self.restore((variable, *before) for variable, before in self.outside.pop().items())

    def exec(self, args: list[str], line: int) -> bool | None:
        while args and args[0] in {"-a", "-c", "-l", "--"} and not (self.dialect.plain and args[0] != "--"):
            args = args[2:] if args[0] == "-a" else args[1:]
        if not args:
            return True
        self.replaced_by = self.start(args, line)
        raise Exec

    def source(self, args: list[str]) -> bool | None:
        path = self.place(args[0]) if args else UNKNOWN
        unreadable = self.unreadable(path, COPY) if UNKNOWN not in path and "/" in args[0] else None
        if unreadable is not None:
            rule, why, fix = unreadable
            message = f"it reads the script {printable(path)}, which {why}"
            if self.dialect.posix:
                return self.dies(rule, message, fix)
            if self.dialect.name == "bash":
                return self.fails(rule, message, fix)
        text = self.world.text(path) if UNKNOWN not in path else None
        if text is None:
            self.certain = False
            return None
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise UnparsableError("sourced too deeply")
        try:
            return self.sequence(self.parsed(text))
        except Return:
            return None
        finally:
            self.calls -= 1

    def say(self, text: str) -> None:
        if self.output is not None:
            self.output.append(text)
            if sum(map(len, self.output)) > MAX_VALUE:
                self.output[:] = [UNKNOWN]

    # Values

    def assign(self, name: str, value: str) -> None:
        self.anything = self.anything or UNKNOWN in name
        self.variables[name] = value[:MAX_VALUE]
        if name in self.arrays:
            self.arrays[name] = (value[:MAX_VALUE], *self.arrays[name][1:])
        if self.allexport:
            self.exported.add(name)

    def fill(self, arrays: list[tuple[str, bool, list[str]]]) -> None:
        for name, added, words in arrays:
            all_words = (*self.array(name), *words) if added else tuple(words)
            if sum(map(len, all_words)) + len(all_words) > MAX_VALUE:
                raise UnparsableError("too much to follow")
            self.forget(name)
            self.arrays[name] = all_words
            if all_words:
                self.variables[name] = all_words[0]

    def array(self, name: str) -> tuple[str, ...]:
        value = self.lookup(name)
        return self.arrays.get(name, () if value is None else (value,))

    def forget(self, name: str) -> None:
        self.variables.pop(name, None)
        self.arrays.pop(name, None)

    def restore(self, before: Iterable[tuple[str, str | None, tuple[str, ...] | None]]) -> None:
        """Give variables and arrays what they held before; None for what was not set."""
        for name, value, array in before:
            self.forget(name)
            if value is not None:
                self.variables[name] = value
            if array is not None:
                self.arrays[name] = array

    def localize(self, name: str) -> None:
        """A variable of the function's own, from here to its end."""
        if not self.outside:
            return
        self.outside[-1].setdefault(name, (self.variables.get(name), self.arrays.get(name)))
        if self.dialect.name == "bash":
            self.forget(name)
        elif not self.dialect.small and name in self.variables:
            self.variables[name] = UNKNOWN  # shells differ in whether the value is handed down

    def fields(self, words: tuple[syntax.Word, ...]) -> list[str]:
        return bounded(self.expand(word) for word in words)

    def declared(self, words: tuple[syntax.Word, ...]) -> list[str]:
        """The words of a command of bash's that declares variables: no value is split. Empty for other commands."""
        if self.dialect.name != "bash" or not words or words[0].bare not in syntax.DECLARE:
            return []
        return bounded([self.text(word)] if _assigns(word) else self.expand(word) for word in words)

    def expand(self, word: syntax.Word) -> list[str]:
        """The fields that a word becomes."""
        if not self.dialect.plain and BRACES.search(_outside_quotes(word)):
            return [UNKNOWN]
        if any(isinstance(part, syntax.Literal) and not part.quoted and has_pattern(part.text) for part in word.parts):
            names = self.matching(self.pattern(word))
            if names is not None:
                return names or [self.text(word)]
        fields = Fields()
        for part in self.spliced(word.parts):
            args = self.listed(part)
            if args is not None:
                if part.quoted and isinstance(part, syntax.Parameter) and "*" in part.name:
                    fields.join(" ".join(args))
                    continue
                fields.optional = fields.optional or not args
                for index, arg in enumerate(args):
                    if index:
                        fields.end()
                    fields.join(arg) if part.quoted else self.split(fields, arg)
            elif isinstance(part, syntax.Literal):
                fields.join(part.text if part.quoted else unglobbed(part.text))
            elif part.quoted:
                fields.join(self.value(part))
            else:
                self.split(fields, self.value(part))
        return fields.done()

    def matching(self, pattern: str) -> list[str] | None:
        """The paths of an unquoted pattern, sorted; None when only running tells."""
        if UNKNOWN in pattern + self.cwd or "~" in pattern or self.noglob:
            return None
        found = ["/" if pattern.startswith("/") else ""]
        for part in filter(None, pattern.split("/")):
            if not has_pattern(part):
                found = [posixpath.join(folder, part) for folder in found]
                continue
            wider: list[str] = []
            for folder in found:
                names = self.world.names(self.place(folder))
                if names is None or len(wider) + len(names) > _MAX_NAMES:
                    return None
                shown = (name for name in names if part.startswith(".") or not name.startswith("."))
                wider.extend(posixpath.join(folder, name) for name in shown if matches(name, part))
            found = wider
        there = [self.world.exists(self.place(path), "-e") for path in found]
        return None if None in there else [path for path, exists in zip(found, there, strict=True) if exists]

    def spliced(self, parts: tuple[syntax.Part, ...]) -> Iterator[syntax.Part]:
        """The parts, with the word of a default in place of the expansion that falls back to it."""
        for part in parts:
            word = self.fallback(part) if isinstance(part, syntax.Parameter) and not part.quoted else None
            yield from (part,) if word is None else self.spliced(word.parts)

    def fallback(self, part: syntax.Parameter) -> syntax.Word | None:
        """The word that `${name:-word}` or `${name:+word}` stands for; None when it stands for the value."""
        value = self.lookup(part.name)
        if part.operator.lstrip(":") not in {"-", "+"} or UNKNOWN in (value or ""):
            return None
        missing = value is None or (part.operator.startswith(":") and not value)
        return part.argument if missing == part.operator.endswith("-") else None

    def split(self, fields: Fields, value: str) -> None:
        """Add an unquoted value: blanks in it part fields."""
        if UNKNOWN in value or "IFS" in self.variables:
            fields.join(UNKNOWN if value else "")
            return
        for index, piece in enumerate(re.split(r"[ \t\n]+", value)):
            if index:
                fields.end()
            if piece:
                fields.join(piece)

    def text(self, word: syntax.Word) -> str:
        """The word's value where no splitting happens."""
        listed = [(part, self.listed(part)) for part in word.parts]
        return joined(self.value(part) if args is None else " ".join(args) for part, args in listed)

    def listed(self, part: syntax.Part) -> tuple[str, ...] | None:
        """What `$@`, an array, or a piece of one stands for; None for everything that is one value."""
        if not isinstance(part, syntax.Parameter) or part.operator in {"length", "bad"}:
            return None
        name, bracket, _ = part.name.partition("[")
        if part.name not in {"@", "*", f"{name}[@]", f"{name}[*]"}:
            return None
        words = self.array(name) if bracket else self.args
        match part.operator:
            case "":
                return words
            case ":" if bracket and words and name not in self.arrays:
                return (UNKNOWN,)  # of a plain variable it is a piece of text
            case ":":
                return sliced(words if bracket else (self.script, *words), self.text(part.argument))
            case "-" | ":-":
                return words if " ".join(words) else None
            case "+" | ":+" | "=" | ":=" | "?" | ":?":
                return None
        return (UNKNOWN,)

    def value(self, part: syntax.Part) -> str:
        match part:
            case syntax.Literal():
                return part.text
            case syntax.Substitution():
                return self.substitute(part.text)
            case syntax.Parameter():
                return self.parameter(part)
            case _:
                return UNKNOWN

    def substitute(self, text: str) -> str:
        child = self.fork()
        child.inner, child.errexit = True, False
        child.output = []
        self.substituted = None
        child.runs = []
        child.background = set()
        child.calls += 1
        if child.calls > MAX_CALLS:
            return UNKNOWN
        try:
            if child.sequence(child.parsed(text)) is False and child.failure is not None:
                self.substituted, self.failure = False, replace(child.failure, line=self.line)
        except Exit as exit_:
            if exit_.failure is not None:
                self.substituted, self.failure = False, replace(exit_.failure, line=self.line)
        except (Flow, UnparsableError):
            return UNKNOWN
        said = "".join(child.output)
        return UNKNOWN if UNKNOWN in said or not child.certain else said.rstrip("\n")

    def lookup(self, name: str) -> str | None:
        if name.isdigit():
            position = int(name[:6])
            if position == 0:
                return self.script
            if UNKNOWN in self.args:
                return UNKNOWN
            return self.args[position - 1] if position <= len(self.args) else None
        if name == "#":
            return UNKNOWN if UNKNOWN in self.args else str(len(self.args))
        if name in "@*":
            return " ".join(self.args)
        if name in "?$!-":
            return UNKNOWN
        if name.endswith("]"):
            return self.element(name)
        value = {"PWD": self.cwd, "BASH_SOURCE": self.script}.get(name, self.variables.get(name))
        own = POSIX_VARIABLES if self.dialect.plain else BASH_VARIABLES
        return UNKNOWN if value is None and (self.anything or name in own) else value

    def element(self, name: str) -> str | None:
        """`NAME[index]`, or all words of the array."""
        name, _, index = name[:-1].partition("[")
        words = self.array(name)
        if UNKNOWN in words:
            return UNKNOWN
        if index in {"@", "*"}:
            return " ".join(words) if words else None
        return words[int(index)] if int(index) < len(words) else None

    def parameter(self, part: syntax.Parameter) -> str:
        value = self.lookup(part.name)
        operator = part.operator
        if operator == "length" and part.name.endswith(("[@]", "[*]")):
            return UNKNOWN if value == UNKNOWN else str(len(self.array(part.name[:-3])))
        if operator == "bad":
            self.dies("bad-script", self.bashism(f"this use of ${{{printable(part.name)}}}"), USE_BASH)
            return UNKNOWN
        if value is None:
            self.unset.setdefault(part.name, self.line)
            if self.nounset and operator.lstrip(":") not in {"-", "=", "+", "?"}:
                return self.needs(part.name)
        if operator in {"", "length"}:
            known = value or ""
            return known if not operator else UNKNOWN if UNKNOWN in known else str(len(known))
        if operator.lstrip(":") in {"-", "=", "+", "?"}:
            return self.default(part, value)
        if UNKNOWN in (value or ""):
            return UNKNOWN
        if operator in {"#", "##", "%", "%%"}:
            pattern = self.pattern(part.argument)
            self.spend(4 * len(value or ""))  # every end of it is tried
            if UNKNOWN in pattern or len(pattern) > MAX_PATTERN or len(value or "") > MAX_TRIMMED:
                return UNKNOWN
            return trimmed(value or "", operator, pattern)
        return substring(value or "", self.text(part.argument)) if operator == ":" else UNKNOWN

    def default(self, part: syntax.Parameter, value: str | None) -> str:
        missing = value is None or (part.operator.startswith(":") and not value)
        if value == UNKNOWN:
            return UNKNOWN
        if part.operator.endswith("+"):
            return "" if missing else self.text(part.argument)
        if not missing:
            return value or ""
        if part.operator.endswith("?"):
            return self.needs(part.name)
        text = self.text(part.argument)
        if part.operator.endswith("="):
            self.assign(part.name, text)
        return text

    def needs(self, name: str) -> str:
        """Without this variable the shell ends. What the image lacks, the function may still set."""
        if self.certain and self.foremost and not self.inner:
            self.needed.setdefault(name, self.line)
        return UNKNOWN

    def pattern(self, word: syntax.Word) -> str:
        """A word as a pattern: quoted characters lose their meaning."""
        return joined(self.value(part) if not part.quoted else escaped(self.value(part)) for part in word.parts)

    def patterns(self, words: tuple[syntax.Word, ...]) -> list[str]:
        return [self.pattern(word) for word in words]

    # Tests

    def test(self, args: list[str], patterns: list[str] | None = None) -> bool | None:
        for joint in ("-o", "-a"):
            if joint in args[1:-1] and len(args) > 3:
                at = args.index(joint, 1)
                left = self.test(args[:at], patterns and patterns[:at])
                right = self.test(args[at + 1 :], patterns and patterns[at + 1 :])
                return or_(left, right) if joint == "-o" else not_(or_(not_(left), not_(right)))
        if len(args) > 1 and args[0] == "!":
            return not_(self.test(args[1:], patterns and patterns[1:]))
        match args:
            case []:
                return False
            case [value]:
                return filled(value)
            case ["-n", value]:
                return filled(value)
            case ["-z", value]:
                return not_(filled(value))
            case [operator, path]:
                return self.test_file(operator, path)
            case [first, operator, second]:
                return self.compare(first, operator, second, patterns[2] if patterns else None)
        return None

    def test_file(self, operator: str, path: str) -> bool | None:
        if operator == "-v":
            value = self.lookup(path)
            return None if value == UNKNOWN else value is not None
        if (
            UNKNOWN in path
            or UNKNOWN in self.cwd
            or operator not in {"-e", "-f", "-d", "-x", "-r", "-s", "-L", "-h", "-w"}
        ):
            return None
        return self.world.exists(posixpath.join(self.cwd, path), operator) if path else False

    def compare(self, left: str, operator: str, right: str, pattern: str | None) -> bool | None:
        if operator == "==" and pattern is None and self.dialect.plain:
            return self.fails("bad-script", self.bashism("== between [ and ]"), "write = for ==")
        if operator in {"=", "==", "!="}:
            same = matches(left, escaped(right) if pattern is None else pattern)
            return same if operator != "!=" else not_(same)
        numeric = NUMERIC.get(operator)
        if numeric is None or UNKNOWN in left + right:
            return None
        try:
            return numeric(int(left), int(right))
        except ValueError:
            return False


def _outside_quotes(word: syntax.Word) -> str:
    """The word's own text, without what is quoted or put in."""
    return "".join(part.text if isinstance(part, syntax.Literal) and not part.quoted else "_" for part in word.parts)


def _same(first: Shell, last: Shell, name: str) -> bool:
    return first.variables.get(name) == last.variables.get(name)


def _substitutes(word: syntax.Word) -> bool:
    return any(isinstance(part, syntax.Substitution) for part in word.parts)


def _always_true(condition: syntax.Sequence) -> bool:
    match condition.items:
        case ((syntax.Simple(assignments=(), words=(word, *_)), False),):
            return word.bare in {"true", ":"}
    return False


def _asks(node: syntax.Node) -> bool:
    """Whether a command is there for its status: a test, as against work that is expected to succeed."""
    return next(_names(node), "") in {"[", "test", "[[", "command", "which", "type", "grep", "!"}


def _reads_input(node: syntax.Node) -> bool:
    return next(_names(node), "") not in {"true", ":"}


def _names(node: syntax.Node) -> Iterator[str]:
    match node:
        case syntax.Simple(words=(word, *_)):
            yield word.bare or ""
        case syntax.Test():
            yield "[["
        case syntax.Pipeline(negated=True):
            yield "!"
        case syntax.Pipeline(commands=commands):
            yield from _names(commands[-1])
        case syntax.Group(body=syntax.Sequence(items=((first, _), *_))):
            yield from _names(first)


_ASSIGNS = regex(r"[A-Za-z_]\w*=")


def _assigns(word: syntax.Word) -> bool:
    """Whether a word is `name=value`."""
    head = word.parts[0] if word.parts else None
    return isinstance(head, syntax.Literal) and not head.quoted and _ASSIGNS.match(head.text) is not None
