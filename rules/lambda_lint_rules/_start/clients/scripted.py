"""Languages whose runtimes for Lambda are read from the started script: PHP, Perl, R, Deno, Bun."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from lambda_lint import Value, replace
from lambda_lint_rules._facts.base_images import TASK_ROOT
from lambda_lint_rules._start import markers
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import join
from lambda_lint_rules._start.model import UNKNOWN, Client, End, Evidence, Handler, Need, Role, Step, Verdict


class _Language(Value):
    """How one is recognised: the client's name, words in code that start it, and options with a value."""

    client: str
    words: re.Pattern[str]
    valued: frozenset[str]
    code: frozenset[str]
    style: str = ""


def _language(client: str, words: str, valued: str = "", code: str = "", style: str = "") -> _Language:
    return _Language(client, re.compile(words), frozenset(valued.split()), frozenset(code.split()), style)


_LANGUAGES: Mapping[str, _Language] = {
    "php": _language("bref", r"\bBref\\|bref/bref|/opt/bref/", "-d -c -z", "-r", "bref"),
    "perl": _language("AWS::Lambda", r"AWS::Lambda", "-I", "-e -E"),
    "Rscript": _language("lambdr", r"\blambdr\b", "", "-e"),
    "deno": _language("custom runtime", r"deno-lambda", "--config -c --import-map --lock", "eval"),
    "bun": _language("custom runtime", r"bun-lambda", "-c --config --cwd -r --preload", "-e --eval"),
}


def classify(call: Call) -> Step:
    """Read a script, or code on the command line, for words that only a runtime has."""
    name = re.match(r"[A-Za-z]+", posixpath.basename(call.executable.path))
    language = _LANGUAGES.get(name[0] if name else "") or _LANGUAGES.get(posixpath.basename(call.executable.file.path))
    hop = call.hop(Role.INTERPRETER, call.executable.path, call.executable.path)
    if language is None:
        return Step((hop,), end=End(Verdict.UNKNOWN, call.executable.path, why="an interpreter that is not known here"))
    modules, code, rest = _words(call.args, language)
    if code or language.words.search(modules):
        step = _inline(call, language, f"{modules} {code}")
    elif not rest:
        step = call.absent(f"{call.executable.path} with nothing to run")
    else:
        step = _script(call, language, rest[0])
    return replace(step, hops=(hop, *step.hops))


def _words(args: tuple[str, ...], language: _Language) -> tuple[str, str, tuple[str, ...]]:
    """The words of options that load modules, code on the command line, and the script with its arguments."""
    at, modules, code = 0, "", ""
    while at < len(args):
        word = args[at]
        if word in language.code and at + 1 < len(args):
            code += f" {args[at + 1]}"
            at += 2
        elif word in language.valued:
            at += 2
        elif word.startswith("-"):
            modules += f" {word}"
            at += 1
        elif word == "run":
            at += 1
        else:
            break
    return modules, code, args[at:]


def _inline(call: Call, language: _Language, code: str) -> Step:
    if language.words.search(code) or markers.speaks(code):
        client = Client(language.client, "", evidence=Evidence.PROBABLE)
        handler = Handler(call.process.env.get("_HANDLER", ""), language.style or "custom", (TASK_ROOT,), known=False)
        return Step(end=End(Verdict.LIKELY, call.executable.path, client, handler))
    return call.unknown("code on the command line")


def _script(call: Call, language: _Language, script: str) -> Step:
    path = join(call.process.cwd, script)
    text = None if UNKNOWN in script else call.files.text(path, 1 << 20)
    if text is None:
        return call.unknown("a script that could not be read", path.replace(UNKNOWN, ""))
    hop = call.hop(Role.SCRIPT, path, path)
    needs = (Need(path, "read", "the start script"),)
    if not language.words.search(text) and not markers.speaks(text):
        return Step(
            (hop,), end=End(Verdict.UNKNOWN, path, why="not all of the code that it loads was read"), needs=needs
        )
    name = language.client if language.words.search(text) else "custom runtime"
    evidence = Evidence.CERTAIN if markers.speaks(text) else Evidence.PROBABLE
    client = Client(name, "", path, evidence=evidence)
    handler = Handler(call.process.env.get("_HANDLER", ""), language.style or "custom", (TASK_ROOT,), known=False)
    verdict = Verdict.STARTED if evidence is Evidence.CERTAIN else Verdict.LIKELY
    return Step((hop,), end=End(verdict, path, client, handler), needs=needs)
