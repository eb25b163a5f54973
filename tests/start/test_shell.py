"""Shell scripts on paper: the same processes as a real shell starts, and no more certainty than there is."""

from __future__ import annotations

import posixpath
import shutil
import subprocess
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_lint import ImageLocation
from lambda_lint_rules._start.model import UNKNOWN, Process
from lambda_lint_rules._start.shell import Outcome, evaluate
from lambda_lint_rules._start.shell_syntax import UnparsableError, parse

FOLDERS = frozenset({"/", "/app", "/app/bin"})
FILES = frozenset({"/app/run", "/app/env.sh"})


class World:
    """A few files, and programs that are called `python` and `node`."""

    def exists(self, path: str, test: str) -> bool | None:
        if path.startswith("/tmp"):
            return None
        if test == "-d":
            return path in FOLDERS
        return path in FILES or (test == "-e" and path in FOLDERS)

    def which(self, name: str, cwd: str, env: Mapping[str, str]) -> str | None:
        return f"/usr/bin/{name}" if name in {"python", "node"} else ""

    def text(self, path: str) -> str | None:
        return "MODE=prod\nexport EXTRA=1\n" if posixpath.normpath(path) == "/app/env.sh" else None

    def machine(self) -> str:
        return "x86_64"


def followed(text: str, *args: str, env: Mapping[str, str] | None = None) -> Outcome:
    process = Process(("/app/start.sh", *args), "/app", env or {}, ImageLocation(path="/app/start.sh"))
    return evaluate(parse(text), process, "/app/start.sh", args, World())


def started(text: str, *args: str, env: Mapping[str, str] | None = None) -> list[str]:
    """The command that a script becomes, when that is certain."""
    outcome = followed(text, *args, env=env)
    assert outcome.certain
    assert outcome.main is not None
    return list(outcome.runs[outcome.main].argv)


COMMANDS = {
    "arguments": ('exec run "$@"', ["run", "a b", "c"]),
    "arguments that are split": ("exec run $*", ["run", "a", "b", "c"]),
    "first argument": ('exec run "$1"', ["run", "a b"]),
    "a default": ("exec run ${NOTHING:-x}", ["run", "x"]),
    "a default that is not needed": ("A=1; exec run ${A:-x}", ["run", "1"]),
    "another value when set": ('A=1; exec run ${A:+"y z"}', ["run", "y z"]),
    "a prefix taken off": ("A=--flag; exec run ${A#--}", ["run", "flag"]),
    "an ending taken off": ("A=app.handler; exec run ${A%.*} ${A##*.}", ["run", "app", "handler"]),
    "how many": ("exec run $#", ["run", "2"]),
    "shift": ('shift; exec run "$@"', ["run", "c"]),
    "set": ('set -- x "$@"; exec run "$@"', ["run", "x", "a b", "c"]),
    "options are not arguments": ('set -eu; exec run "$@"', ["run", "a b", "c"]),
    "a condition": ('if [ "$1" = "a b" ]; then exec yes; else exec no; fi', ["yes"]),
    "a numeric one": ("if [ $# -gt 5 ]; then exec yes; else exec no; fi", ["no"]),
    "bash's condition": ('if [[ -n "$1" ]]; then exec yes; fi', ["yes"]),
    "a pattern in bash's condition": ('if [[ "$2" == c* ]]; then exec yes; fi', ["yes"]),
    "case": ('case "$2" in b) exec b ;; c|d) exec c ;; *) exec other ;; esac', ["c"]),
    "and, or": ("[ -z '' ] && exec yes || exec no", ["yes"]),
    "a file test": ("[ -f run ] && exec yes; exec no", ["yes"]),
    "a function": ('start() { exec run "$1"; }; start x', ["run", "x"]),
    "arguments are back after a function": ('f() { :; }; f x; exec run "$1"', ["run", "a b"]),
    "a sourced file": (". ./env.sh; exec run $MODE", ["run", "prod"]),
    "a subshell keeps its variables": ("A=1; (A=2); exec run $A", ["run", "1"]),
    "command substitution": ('exec run "$(dirname /a/b)" $(basename /a/b)', ["run", "/a", "b"]),
    "the script's own folder": ('cd "$(dirname "$0")/bin" && exec run "$(pwd)"', ["run", "/app/bin"]),
    "command -v": ("if command -v node >/dev/null 2>&1; then exec node; else exec sh; fi", ["node"]),
    "a here-document is no command": ("cat <<X >/tmp/f\nexec no\nX\nexec run", ["run"]),
    "small commands before it": ("mkdir -p /tmp/a; echo hi; sleep 1; exec run", ["run"]),
    "without exec": ("echo hi\nrun x\n", ["run", "x"]),
    "a loop over words": ('for a in 1 2; do B="$B$a"; done; exec run $B', ["run", "12"]),
    "a loop with an end": ('while [ $# -gt 1 ]; do shift; done; exec run "$@"', ["run", "c"]),
    "continued lines and comments": ("# exec no\nexec run \\\n  x # y\n", ["run", "x"]),
    "backquotes": ("exec run `echo x`", ["run", "x"]),
    "eval": ('eval "exec run x"', ["run", "x"]),
    "the architecture": ("exec run-$(uname -m)", ["run-x86_64"]),
    "an exit that is only possible": ("strange || exit 1\nexec run", ["run"]),
}


@pytest.mark.parametrize(("text", "argv"), COMMANDS.values(), ids=COMMANDS)
def test_a_script_becomes_a_command(text: str, argv: list[str]) -> None:
    assert started(text, "a b", "c") == argv


def test_variables_reach_a_program_when_they_are_exported() -> None:
    outcome = followed("A=1; export B=2; C=3 exec run", env={"D": "4"})
    assert outcome.runs[0].env == {"B": "2", "C": "3", "D": "4"}


def test_a_folder_reaches_a_program() -> None:
    assert followed("cd bin; exec run").runs[0].cwd == "/app/bin"


@pytest.mark.parametrize(
    ("text", "status"), [("exit 142", 142), ("echo hi", 0), ("exit 300", 44)], ids=["given", "end", "wrapped"]
)
def test_a_script_that_starts_nothing_ends_with_a_status(text: str, status: int) -> None:
    outcome = followed(text)
    assert (outcome.runs, outcome.main, outcome.status, outcome.certain) == ((), None, status, True)


@pytest.mark.parametrize(
    "text",
    [
        "if strange; then exec a; else exec b; fi",
        "if [ -f /tmp/x ]; then exec a; fi; exec b",
        'case "$(date)" in Mon*) exec a ;; esac; exec b',
        "strange | while read x; do exec a; done; exec b",
        ". /etc/nowhere; exec b",
    ],
)
def test_what_depends_on_the_unknown_is_not_certain(text: str) -> None:
    assert not followed(text).certain


def test_an_unknown_value_is_marked_in_the_command() -> None:
    assert followed("exec run $(strange)").runs[-1].argv == ("run", UNKNOWN)


@pytest.mark.parametrize(
    ("text", "waits"), [("run & wait", True), ("run &\nsleep 9", True), ("run &", False), ("(sleep 9; run) &", False)]
)
def test_waiting_for_the_background_is_known(text: str, waits: bool) -> None:
    outcome = followed(text)
    assert (outcome.main, outcome.waits) == (None, waits)


def test_a_loop_that_never_ends_is_known() -> None:
    assert followed("while true; do sleep 1; done").endless


@pytest.mark.parametrize(
    "text",
    ["if true", 'echo "', "a=(1 2)", "((x++))", "${", "$(", "case x in", "fi", "f() {", ")", "x <<", "[[ a && b ]]"],
)
def test_what_is_outside_the_subset_is_refused(text: str) -> None:
    with pytest.raises(UnparsableError):
        followed(text)


@given(st.text(alphabet="ab$\"'`(){}[]|&;<>\\\n #!=*@1-/.if then fi do done case in esac", max_size=80))
def test_any_text_is_followed_or_refused(text: str) -> None:
    try:
        followed(text, "x")
    except UnparsableError:
        return


@pytest.mark.parametrize("text", ["(" * 5000, "{ " * 5000, "$(" * 5000, "if " * 5000, "f() { f; }; f", "! " * 5000])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(UnparsableError):
        followed(text)


WORDS = st.sampled_from(["x", '"a b"', "$A", '"$A"', "$1", '"$@"', "$*", "${B:-d}", "${A#a}", '"${A%c}"', "'$A'", "$#"])
TESTS = st.sampled_from(
    ['[ -z "$A" ]', '[ "$A" = "abc" ]', '[ -n "$1" ]', "[ $# -eq 2 ]", "true", "false", '! [ "$B" ]']
)
SIMPLE = st.one_of(
    st.builds("A={}".format, st.sampled_from(["abc", '"a c"', "", "$1", '"$A$1"'])),
    st.builds("B={}".format, st.sampled_from(["", "q", "$A"])),
    st.builds("set -- {}".format, WORDS),
    st.just("[ $# -eq 0 ] || shift"),
)
STATEMENTS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds("if {}; then {}; else {}; fi".format, TESTS, inner, inner),
        st.builds("{} && {{ {}; }}".format, TESTS, inner),
        st.builds("{} || {{ {}; }}".format, TESTS, inner),
        st.builds('case "$A" in a*) {} ;; *) {} ;; esac'.format, inner, inner),
        st.builds("f() {{ {}; }}; f 1 2 3".format, inner),
        st.builds("for X in 1 2; do {}; done".format, inner),
    ),
    max_leaves=5,
)


@pytest.mark.skipif(shutil.which("dash") is None, reason="needs dash")
@settings(max_examples=120, deadline=None)
@given(st.lists(STATEMENTS, max_size=5), st.lists(WORDS, min_size=1, max_size=4))
def test_a_real_shell_starts_the_same_command(statements: list[str], words: list[str]) -> None:
    script = "\n".join([*statements, f"exec printf '<%s>' {' '.join(words)}"])
    real = subprocess.run(["dash", "-c", script, "zero", "one", "t w o"], capture_output=True, text=True, check=False)
    argv = started(script, "one", "t w o", env={})
    assert argv[:2] == ["printf", "<%s>"]
    assert real.stdout == ("".join(f"<{word}>" for word in argv[2:]) or "<>")
