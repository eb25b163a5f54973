"""Shell scripts on paper: the same processes as a real shell starts, and no more certainty than there is."""

from __future__ import annotations

import os
import posixpath
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_lint import ImageLocation
from lambda_lint_rules._start.model import UNKNOWN, Process
from lambda_lint_rules._start.shell import Outcome, evaluate
from lambda_lint_rules._start.shell_dialect import Dialect
from lambda_lint_rules._start.shell_syntax import UnparsableError, parse_script

_REFUSED = "a syntax error, {} is bash's own"
_WRITES = "it writes to {}, and the root file system of Lambda is read-only"
FOLDERS = frozenset({"/", "/app", "/app/bin"})
FILES = frozenset({"/app/run", "/app/env.sh", "/app/crlf.env"})


PROGRAMS = frozenset(
    ["cat", "cut", "grep", "mkdir", "node", "python", "readlink", "realpath", "sed", "strange", "xargs"]
)


class World:
    """A few files, and programs that are called `python`, `node` and `strange`."""

    def exists(self, path: str, test: str) -> bool | None:
        if path.startswith("/tmp"):
            return None
        if test == "-d":
            return path in FOLDERS
        path = posixpath.normpath(path)
        return path in FILES or (test == "-e" and path in FOLDERS)

    def which(self, name: str, cwd: str, env: Mapping[str, str]) -> str | None:
        return f"/usr/bin/{name}" if name in PROGRAMS else ""

    def text(self, path: str) -> str | None:
        files = {"/app/env.sh": "MODE=prod\nexport EXTRA=1\n", "/app/crlf.env": "A=1\r\n"}
        return files.get(posixpath.normpath(path))

    def writable(self, path: str) -> bool | None:
        return None if path.startswith(("/tmp", "/dev")) else False

    def names(self, folder: str) -> tuple[str, ...] | None:
        return {"/app": ("bin", "env.sh", "run")}.get(folder.rstrip("/"), ())

    def real(self, path: str) -> str:
        path = posixpath.normpath(path)
        return path if path in FILES | FOLDERS else ""

    def machine(self) -> str:
        return "x86_64"


def followed(
    text: str,
    *args: str,
    env: Mapping[str, str] | None = None,
    dialect: Dialect = Dialect(),  # noqa: B008  a constant
    options: str = "",
) -> Outcome:
    process = Process(("/app/start.sh", *args), "/app", env or {}, ImageLocation(path="/app/start.sh"))
    return evaluate(parse_script(text, dialect), process, "/app/start.sh", args, World(), dialect, options)


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
    "an ending taken off inside quotes": (
        'A=app.handler; exec run "./${A%%.*}" "${A#*.}" "${A%"."*}"',
        ["run", "./app", "handler", "app"],
    ),
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
    "the script's own folder, links followed": (
        'cd "$(dirname "$(readlink -f ./bin/../run)")/bin"; exec run "$(realpath .)"',
        ["run", "/app/bin"],
    ),
    "the folder of a program's shim": (
        'D=$(dirname "$(echo "/a\\b/$1" | sed -e \'s,\\\\,/,g\')"); exec run "$D"',
        ["run", "/a/b"],
    ),
    "a field of a line": (
        'exec run "$(echo a.b.c | cut -d. -f2)" "$(echo abc | cut -d . -f 2)" "$(echo a:b | cut -d: -f3)"',
        ["run", "b", "abc", ""],
    ),
    "a file's text": ('exec run "$(cat ./env.sh | sed s/MODE=//)"', ["run", "prod\nexport EXTRA=1"]),
    "variables of a file": (
        "export $(grep -v '^#' env.sh | sed 's/export //' | xargs); exec run $MODE$EXTRA",
        ["run", "prod1"],
    ),
    "what is printed elsewhere": (
        "A=$(echo 1 >&2; { echo 2; echo 3; } >/tmp/x; echo 4; echo 5 2>/dev/null); exec run $A",
        ["run", "4", "5"],
    ),
    "the architecture": ("exec run-$(uname -m)", ["run-x86_64"]),
    "an exit that is only possible": ("strange || exit 1\nexec run", ["run"]),
    "a pattern": ("exec run *.sh b?n [r]un x*", ["run", "env.sh", "bin", "run", "x*"]),
    "a pattern in quotes": ("exec run '*.sh' \"r\"*", ["run", "*.sh", "run"]),
    "command before a program": ("command python x", ["python", "x"]),
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


def test_how_many_arguments_are_options_is_not_known() -> None:
    outcome = followed('while getopts a: name; do :; done; shift $((OPTIND - 1)); exec run "$@"')
    assert outcome.runs[0].argv == ("run", UNKNOWN)


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


def test_a_loop_that_something_may_end_goes_on() -> None:
    outcome = followed("while true; do if strange; then break; fi; sleep 1; done; exec run")
    assert (outcome.endless, outcome.certain, outcome.runs[-1].argv) == (False, False, ("run",))


def test_more_words_than_are_followed_leave_nothing_certain() -> None:
    assert not followed(f"for A in {'x ' * 70}; do :; done; exec run").certain


def test_what_stands_before_a_command_is_gone_after_it() -> None:
    assert started("A=1 true; exec run ${A-unset}") == ["run", "unset"]


@pytest.mark.parametrize(
    "text",
    ["a=(1 2)", "((x++))", "${", "$(", ")", "x <<", "[[ a && b ]]", "select x in a; do :; done", "x $(echo '"],
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


_LONG = "A=a; for i in 1 2 3 4 5 6 7 8 9 a b c d e f g; do A=$A$A; done; "
_LOOP = "for i in {}; do {}; done"


@pytest.mark.parametrize(
    "work",
    [
        pytest.param('B="{}"'.format("$A" * 20_000), id="a long value"),
        pytest.param('run "{}"'.format("$A" * 20_000), id="a long argument"),
        pytest.param("run {}".format("$A " * 20_000), id="many arguments"),
        pytest.param("run {}".format("$* " * 20_000), id="all arguments, many times"),
        pytest.param("case $A in {}) ;; esac".format("$A" * 20_000), id="a long pattern"),
        pytest.param(_LOOP.format("1 " * 60, _LOOP.format("2 " * 60, "B=${A%%a*b*c*d}")), id="an ending, many times"),
        pytest.param(
            _LOOP.format("1 " * 60, _LOOP.format("2 " * 60, 'eval "B=$A"')), id="a long text, read many times"
        ),
    ],
)
def test_what_takes_too_long_to_follow_is_refused(work: str) -> None:
    with pytest.raises(UnparsableError):
        followed(f"{_LONG}{work}", "x" * 1000)


def test_a_long_output_is_not_kept() -> None:
    text = f'{_LONG}B=$(for i in {"1 " * 60}; do echo $A; done); exec run "$B"'
    assert followed(text).runs[0].argv == ("run", UNKNOWN)


WORDS = st.sampled_from(["x", '"a b"', "$A", '"$A"', "$1", '"$@"', "$*", "${B:-d}", "${A#a}", '"${A%c}"', "'$A'", "$#"])
TESTS = st.sampled_from(
    ['[ -z "$A" ]', '[ "$A" = "abc" ]', '[ -n "$1" ]', "[ $# -eq 2 ]", "true", "false", '! [ "$B" ]']
)
SIMPLE = st.one_of(
    st.builds("A={}".format, st.sampled_from(["abc", '"a c"', "", "$1", '"$A$1"'])),
    st.builds("B={}".format, st.sampled_from(["", "q", "$A"])),
    st.builds("set -- {}".format, WORDS),
    st.just("[ $# -eq 0 ] || shift"),
    st.builds("A={} {}".format, st.sampled_from(["1", '"$1"']), st.sampled_from([":", "true", "eval B=$A", "g"])),
    st.builds("{} {}".format, st.sampled_from(["break", "continue"]), st.sampled_from(["", "1", "2", "9"])),
)
STATEMENTS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds("if {}; then {}; else {}; fi".format, TESTS, inner, inner),
        st.builds("{} && {{ {}; }}".format, TESTS, inner),
        st.builds("{} || {{ {}; }}".format, TESTS, inner),
        st.builds('case "$A" in a*) {} ;; *) {} ;; esac'.format, inner, inner),
        st.builds("f() {{ {}; }}; f 1 2 3".format, inner),
        st.builds("for X in 1 2; do {}; A=$A$X; done".format, inner),
        st.builds("for Y in 1 2; do for X in 1 2; do {}; B=$B$X; done; A=$A$Y; done".format, inner),
    ),
    max_leaves=5,
)


@pytest.mark.skipif(shutil.which("dash") is None, reason="needs dash")
@settings(max_examples=120, deadline=None)
@given(st.lists(STATEMENTS, max_size=5), st.lists(WORDS, min_size=1, max_size=4))
def test_a_real_shell_starts_the_same_command(statements: list[str], words: list[str]) -> None:
    script = "\n".join(["g() { :; }", *statements, f"exec printf '<%s>' {' '.join(words)}"])
    real = subprocess.run(["dash", "-c", script, "zero", "one", "t w o"], capture_output=True, text=True, check=False)
    outcome = followed(script, "one", "t w o", env={}, dialect=Dialect("dash"))
    assert outcome.certain
    assert outcome.main is not None
    argv = list(outcome.runs[outcome.main].argv)
    assert argv[:2] == ["printf", "<%s>"]
    assert real.stdout == ("".join(f"<{word}>" for word in argv[2:]) or "<>")


DASH, OLD_DASH, BASH, SH_IS_BASH, ASH = (
    Dialect("dash"),
    Dialect("dash", pipefail=False),
    Dialect("bash"),
    Dialect("bash", strict=True),
    Dialect("ash"),
)

IN_BASH = {
    "a function keeps its variables to itself": (
        "A=1; f() { local A=2 B; B=3; }; f",
        '"$A" "${B-none}"',
        ["1", "none"],
    ),
    "a variable of a function's own is unset first": ("A=1; f() { local A; C=${A-none}; }; f", '"$C"', ["none"]),
    "declare in a function": ("f() { declare A=1; declare -g B=2; readonly C=3; }; f", "$A $B $C", ["2", "3"]),
    "a piece of the arguments": ("", '"${@:2}" x "${@:2:1}" "${@:1:1}"', ["t w o", "x", "t w o", "one"]),
    "a piece of no arguments": ("set --", 'x "${@:2}"', ["x"]),
    "arguments or a default": ("A=1", '"${@:-d}"', ["one", "t w o"]),
    "no arguments and a default": ("set --", '"${@:-d}"', ["d"]),
    "empty arguments and a default": ("set -- '' ''", '"${@:-d}"', ["", ""]),
    "a declared value is not split": (
        'declare A="$@" B=$2; export C=$2',
        '"$A" "$B" "$C"',
        ["one t w o", "t w o", "t w o"],
    ),
    "escapes": ("", "$'a\\tb' \"$'x'\"", ["a\tb", "$'x'"]),
    "a carriage return is part of a word": (". ./crlf.env", '"$A" x\r', ["1\r", "x\r"]),
    "an array": (
        "A=(x 'y z'\n  \"$2\" # last\n)",
        '"${A[@]}" ${#A[@]} "${A[1]}" "$A"',
        ["x", "y z", "t w o", "3", "y z", "x"],
    ),
    "a declared array": (
        "readonly A=(x 'y z'); declare -a B=(\"$@\")",
        '"${A[@]}" "${B[@]}"',
        ["x", "y z", "one", "t w o"],
    ),
    "an array that grows": ("A=(x); A+=(y); A+=z; [ $# -gt 9 ] && A+=(no)", '"${A[@]}"', ["xz", "y"]),
    "an array in one word": ("A=(x y)", '"${A[*]}"', ["x y"]),
    "an array that is empty": ("A=()", 'x "${A[@]}" ${A[@]+"${A[@]}"} "${A-none}"', ["x", "none"]),
    "an array if it is there": ("A=(x 'y z')", '${A[@]+"${A[@]}"}', ["x", "y z"]),
    "a piece of an array": ("A=(x y z)", '"${A[@]:1}" "${A[@]:0:1}"', ["y", "z", "x"]),
    "a loop over an array": ('A=(x y); for E in "${A[@]}"; do B+=$E; done', "$B", ["xy"]),
    "an array of a function's own": ("A=(x); f() { local A=(y z); }; f", '"${A[@]}"', ["x"]),
    "an array that is unset": ("A=(x y); unset A", 'x "${A[@]}"', ["x"]),
    "pushd": ("pushd / >&2", '"$PWD"', ["/"]),
    "builtin": ("builtin set -- a", '"$@"', ["a"]),
}


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(("text", "words", "argv"), IN_BASH.values(), ids=IN_BASH)
def test_bash_starts_the_same_command(text: str, words: str, argv: list[str], tmp_path: Path) -> None:
    (tmp_path / "crlf.env").write_bytes(b"A=1\r\n")
    script = f"{text}\nexec printf '<%s>' {words}"
    outcome = followed(script, "one", "t w o", dialect=BASH)
    assert (outcome.certain, outcome.runs[0].argv) == (True, ("printf", "<%s>", *argv))
    real = subprocess.run(["bash", "-c", script, "zero", "one", "t w o"], capture_output=True, cwd=tmp_path, check=True)
    assert real.stdout.decode() == "".join(f"<{word}>" for word in argv)


UNKNOWN_IN_BASH = {
    "the folder of an unknown path": 'exec run "$(dirname "$(realpath /gone)")"',
    "an input that is unknown": "exec run $(sed s/a/b/)",
    "a pattern of sed's": "exec run $(echo abc | sed s/a.c/x/)",
    "printf into a variable": "printf -v A '%s' x; exec run $A",
    "mapfile": "mapfile -t A < run; exec run ${A}",
    "getopts": "while getopts a: O; do A=$OPTARG; done; exec run $OPTARG",
    "let": "A=1; let A+=2; exec run $A",
    "a number": "declare -i A=1+1; exec run $A",
    "braces": "exec run {a,b}",
    "braces around a variable": "exec run {a,$HOME}",
    "what bash sets itself": "exec run $HOSTNAME",
    "an array with one element set": "A=(x y); A[1]=z; exec run ${A[@]}",
    "an array with one element less": "A=(x y); unset 'A[1]'; exec run ${A[@]}",
    "a piece of a variable as if it were an array": "A=xyz; exec run ${A[@]:1}",
    "an array that is read": "A=(x y); read -ra A <<< 'a b'; exec run ${A[@]}",
    "an array behind one of two ways": "A=(x); [ -f /tmp/x ] && A+=(y); exec run ${A[@]}",
}


@pytest.mark.parametrize("text", UNKNOWN_IN_BASH.values(), ids=UNKNOWN_IN_BASH)
def test_what_is_not_worked_out_is_unknown(text: str) -> None:
    outcome = followed(text, "x", dialect=BASH)
    assert (outcome.certain, outcome.runs[-1].argv, outcome.failure) == (True, ("run", UNKNOWN), None)


@pytest.mark.parametrize(
    "text",
    [
        "export $(grep -v '^ *#' env.sh | xargs)",
        'while read -r line; do export "$line"; done < env.sh',
        'declare "$(strange)"',
    ],
)
def test_variables_with_unknown_names_leave_nothing_certain(text: str) -> None:
    outcome = followed(f"set -u\n{text}\nexec run $MODE", env={"PATH": "/app"}, dialect=Dialect())
    assert (outcome.certain, outcome.runs[-1].certain, outcome.runs[-1].argv) == (False, False, ("run", UNKNOWN))
    assert outcome.needed == {}


def test_everything_assigned_under_allexport_reaches_programs() -> None:
    outcome = followed("set -a\n. /app/env.sh\nset +a\nB=1\nexec run")
    assert outcome.runs[0].env == {"MODE": "prod", "EXTRA": "1"}


@pytest.mark.parametrize(
    "text",
    ["x (y)", "x A=(y)", "f() { unset A; }; g() { local A; f; }; g", "declare -A A=([x]=y)", "A=([0]=x)", "coproc cat"],
)
def test_what_is_too_much_of_bash_is_refused(text: str) -> None:
    with pytest.raises(UnparsableError):
        followed(f"{text}\nexec run", dialect=BASH)


ENDS: dict[str, tuple[Dialect, str, tuple[str, str, int]]] = {
    "a declared array": (DASH, "A=1\nreadonly B=(1 2)\nexec node", ("bad-script", _REFUSED.format("an array"), 2)),
    "a command that ends in a carriage return": (
        BASH,
        "set -e\nmkdir /tmp/x\n\r\nexec node",
        ("bad-script", "it runs \\x0d, which is not in the image", 3),
    ),
    "pipefail": (
        OLD_DASH,
        "set -euo pipefail\nexec node",
        ("bad-script", "dash does not know set -o pipefail", 1),
    ),
    "an array": (DASH, "A=1\nB=(1 2)\nexec node", ("bad-script", _REFUSED.format("an array"), 2)),
    "an array in busybox": (ASH, "B=(1 2)\nexec node", ("bad-script", _REFUSED.format("an array"), 1)),
    "a process's output as a file": (DASH, "strange <(x)", ("bad-script", _REFUSED.format("<("), 1)),
    "a string as input": (DASH, "strange <<< x", ("bad-script", _REFUSED.format("<<<"), 1)),
    "function with brackets": (DASH, "function f() { :; }", ("bad-script", _REFUSED.format("function NAME()"), 1)),
    "an arithmetic loop": (DASH, "for ((;;)); do :; done", ("bad-script", _REFUSED.format("for (("), 1)),
    "an expansion of bash's": (DASH, 'A=x; echo "${A^^}"', ("bad-script", "dash does not know this use of ${A}", 1)),
    "source": (DASH, "set -e\nsource ./env.sh\nexec node", ("bad-script", "dash does not know source", 2)),
    "double brackets": (DASH, "set -e\n[[ -n x ]]\nexec node", ("bad-script", "dash does not know [[", 2)),
    "a trap for errors": (
        DASH,
        "set -e; trap 'x' ERR; exec node",
        ("bad-script", "dash does not know trap ... ERR", 1),
    ),
    "a missing script": (
        DASH,
        ". /gone.sh || true\nexec node",
        ("bad-script", "it reads the script /gone.sh, which is not in the image", 1),
    ),
    "the same in bash called sh": (
        SH_IS_BASH,
        ". /gone.sh\nexec node",
        ("bad-script", "it reads the script /gone.sh, which is not in the image", 1),
    ),
    "the same in bash with errexit": (
        BASH,
        "set -e; . /gone.sh\nexec node",
        ("bad-script", "it reads the script /gone.sh, which is not in the image", 1),
    ),
    "an if without an end": (
        BASH,
        "if [ x ]; then\nexec node",
        ("bad-script", "a syntax error, it ends where fi is missing", 2),
    ),
    "a quote without an end": (
        BASH,
        'A="x\nexec node',
        ("bad-script", "a syntax error, a quote is never closed", 1),
    ),
    "an end without an if": (
        BASH,
        "A=1\nfi\nexec node",
        ("bad-script", "a syntax error, fi stands where a command should", 2),
    ),
    "a missing program": (
        BASH,
        "set -e\nmissing x\nexec node",
        ("bad-script", "it runs missing, which is not in the image", 2),
    ),
    "a missing program's output": (
        BASH,
        "set -e\n\nA=$(missing x)\nexec node",
        ("bad-script", "it runs missing, which is not in the image", 3),
    ),
    "a case without an end": (
        BASH,
        "case x in\nx) exec node ;;\n",
        ("bad-script", "a syntax error, it ends where esac is missing", 3),
    ),
    "a missing folder": (
        BASH,
        "set -e; cd /gone; exec node",
        ("bad-script", "it enters /gone, which is not in the image", 1),
    ),
    "a missing folder, and so an exit": (
        BASH,
        "cd /gone || exit 1; exec node",
        ("bad-script", "it enters /gone, which is not in the image", 1),
    ),
    "a missing file": (
        BASH,
        "set -e\nwhile read x; do :; done < gone\nexec node",
        ("bad-script", "it reads /app/gone, which is not in the image", 2),
    ),
    "a redirection to the root": (
        BASH,
        "set -e\necho x > here\nexec node",
        ("write-outside-tmp", _WRITES.format("/app/here"), 2),
    ),
    "the same on a special builtin": (DASH, ": > /here\nexec node", ("write-outside-tmp", _WRITES.format("/here"), 1)),
    "nothing else after a write in vain": (
        BASH,
        "echo x > /a && exec node",
        ("write-outside-tmp", _WRITES.format("/a"), 1),
    ),
}


@pytest.mark.parametrize(("dialect", "text", "failure"), ENDS.values(), ids=ENDS)
def test_a_script_ends_before_its_time(dialect: Dialect, text: str, failure: tuple[str, str, int]) -> None:
    outcome = followed(text, dialect=dialect)
    assert outcome.certain
    assert outcome.runs == ()
    assert outcome.failure is not None
    assert (outcome.failure.rule, outcome.failure.message, outcome.failure.line) == failure


GOES_ON: dict[str, tuple[Dialect, str]] = {
    "pipefail": (DASH, "set -euo pipefail"),
    "without errexit": (BASH, "missing; cd /gone; echo x > /here; . /gone.sh; A=1"),
    "in a condition": (BASH, "set -e; if missing; then exec no; fi; missing || true; ! missing; missing && exec no"),
    "in a subshell that may fail": (BASH, "set -e; (missing) || true"),
    "in a function that may fail": (BASH, "set -e; f() { missing; return 0; }; f || exec no"),
    "only the last of a pipeline counts": (BASH, "set -e; missing | true"),
    "errexit is off again": (BASH, "set -e; set +e; missing"),
    "the output of a missing program as an argument": (BASH, "set -e; export A=$(missing)"),
    "in the background": (BASH, "set -e; missing &"),
    "under a condition nobody knows": (BASH, "set -e; if [ -f /tmp/x ]; then missing; fi"),
    "double brackets without errexit": (DASH, "if [[ -n x ]]; then exec no; fi"),
    "double brackets": (ASH, "set -e; [[ -n x ]]"),
    "an error in a line that is not reached": (BASH, "exec node\nfi"),
    "a missing script in bash": (BASH, ". /gone.sh"),
    "a missing script behind command": (DASH, "command . /gone.sh"),
    "an expansion of bash's in a subshell": (DASH, 'A=$(echo "${A^^}")'),
    "writes to /tmp": (BASH, "set -e; mkdir -p /tmp/x; echo x > /tmp/x/y 2>/dev/null"),
    "a name that anybody may set": (BASH, 'set -u; echo "${STAGE:-dev}"'),
    "what bash sets itself": (BASH, "set -u; echo $UID $HOSTNAME $SECONDS $RANDOM $BASH_VERSION $EUID $OSTYPE"),
    "what every shell sets itself": (DASH, "set -u; echo $PPID $IFS"),
    "builtins of bash": (BASH, "set -e; mapfile -t A < env.sh; readarray B < env.sh; let C=1; pushd . >/dev/null"),
    "more builtins of bash": (BASH, "set -e; builtin cd .; compgen -b >/dev/null; enable -n x || true; time true"),
    "getopts": (DASH, "set -e; while getopts ab: name; do :; done"),
    "quotes within backquotes": (BASH, "A=`echo \\`echo x\\``"),
    "nothing to return from": (BASH, "set -e; return 0 2>/dev/null || :"),
    "an array with names": (BASH, "set -e; declare -A A; A[x]=y; A[z]+=y"),
    "patterns that stand for nothing": (
        BASH,
        'set -e; shopt -s nullglob; for f in /gone/*.sh; do . "$f"; done',
    ),
}


@pytest.mark.parametrize(("dialect", "text"), GOES_ON.values(), ids=GOES_ON)
def test_a_script_goes_on(dialect: Dialect, text: str) -> None:
    outcome = followed(f"{text}\nexec node", dialect=dialect)
    assert outcome.main is not None
    assert (outcome.runs[outcome.main].argv, outcome.failure, outcome.needed) == (("node",), None, {})


@pytest.mark.parametrize(
    "text", ["exec node ${STAGE:?}", "set -u; exec node $STAGE", "set -u\nexec node $STAGE", "exec node $STAGE"]
)
@pytest.mark.parametrize("options", ["", "u", "eu"])
def test_a_variable_that_the_function_must_set_is_named(text: str, options: str) -> None:
    outcome = followed(text, options=options)
    strict = ":?" in text or "-u" in text or "u" in options
    assert outcome.needed == ({"STAGE": text.count("\n") + 1} if strict else {})
    assert outcome.runs[-1].argv == (("node", UNKNOWN) if strict else ("node",))


def test_a_script_that_started_something_else_first_is_not_said_to_fail() -> None:
    outcome = followed("set -e\nstrange\nmissing\nexec node")
    assert (outcome.failure, [run.argv[0] for run in outcome.runs]) == (None, ["strange", "node"])


BOTH = [
    *((dialect, text, False) for dialect, text, _ in ENDS.values()),
    *((dialect, f"{text}\nexec node", True) for dialect, text in GOES_ON.values()),
]


@pytest.mark.skipif(shutil.which("dash") is None or shutil.which("bash") is None, reason="needs dash and bash")
@pytest.mark.parametrize(
    ("dialect", "text", "reached"),
    # Where nothing needs busybox, a read-only root, or a dash of a certain age.
    [
        (dialect, text, reached)
        for dialect, text, reached in BOTH
        if dialect.name != "ash" and "> " not in text and "pipefail" not in text and "/tmp" not in text
    ],
)
def test_real_shells_agree(dialect: Dialect, text: str, reached: bool, tmp_path: Path) -> None:
    (tmp_path / "env.sh").write_text("A=1\n")
    (tmp_path / "node").write_text("#!/bin/sh\necho REACHED\n")
    (tmp_path / "node").chmod(0o755)
    shell = ["bash", "--posix"] if dialect.strict else [dialect.name]
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([*shell, "-c", text], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert ("REACHED" in done.stdout) is reached
