"""Languages whose runtimes for Lambda are read from the started script: PHP, Perl, Lua, R, Deno, Bun."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lambda_lint import Value, regex, replace
from lambda_lint_rules._facts.base_images import TASK_ROOT
from lambda_lint_rules._start import markers, required
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import join
from lambda_lint_rules._start.model import UNKNOWN, Client, End, Evidence, Handler, Need, Role, Step, Trouble, Verdict


class _Language(Value):
    """How one is recognised: the client's name, words in code that start it, and options with a value.

    `leads_on` are words by which a script loads other code or starts other programs. `server` is the option that makes
    the interpreter serve files itself, "" when there is none. `source` matches words that can only be a file's name.
    `reads` is what `required` calls the language, "" when what it loads is not followed. `preset` are the variables by
    which other code is loaded first, and `search` the one that names folders to look in. `traced` tells that what is
    nowhere is reported.
    """

    client: str
    words: re.Pattern[str]
    leads_on: re.Pattern[str]
    valued: frozenset[str]
    code: frozenset[str]
    style: str = ""
    server: str = ""
    source: re.Pattern[str] = regex(r".*", re.DOTALL)
    reads: str = ""
    traced: bool = True
    search: str = ""
    preset: frozenset[str] = frozenset()


def _language(client: str, words: str, leads_on: str, valued: str = "", code: str = "", **more: Any) -> _Language:
    options = frozenset(valued.split()), frozenset(code.split())
    return _Language(client, re.compile(words), re.compile(leads_on), *options, **more)


# Names of tasks and packages, and addresses, are run as well.
_FILE = regex(r"(?!\w+:)[^:]*\.(?:[mc]?[jt]s|[jt]sx)")
_PRELOADS = regex(r"(?:^|\s)-[Mmr]|preload|prepend|--import|--require")


_JAVASCRIPT = (
    r"\b(?:import|require|export\s*[*{]|eval|Function|Worker|Command|spawn|exec|dlopen|plugin)\b|\$`|AWS_LAMBDA"
)


_LUA = _language(
    "custom runtime",
    r"(?!)",
    r"\b(?:require|dofile|loadfile|load|loadstring|popen|execute|cdef)\b|AWS_LAMBDA",
    "-l",
    "-e",
    reads="lua",
    preset=frozenset({"LUA_INIT", "LUA_INIT_5_2", "LUA_INIT_5_3", "LUA_INIT_5_4"}),
)
_LANGUAGES: Mapping[str, _Language] = {
    "php": _language(
        "bref",
        r"\bBref\\|bref/bref|/opt/bref/",
        r"(?i)\b(?:require|include|use|eval|exec|system|passthru|popen|proc_open|pcntl|autoload|dl)|`|AWS_LAMBDA",
        "-d -c -z -t",
        "-r",
        style="bref",
        server="-S",
        reads="php",
    ),
    "perl": _language(
        "AWS::Lambda",
        r"AWS::Lambda",
        r"\b(?:use\s+(?!strict|warnings|utf8|v?\d)|require|do|eval|exec|system|open|qx)\b|`|AWS_LAMBDA",
        "-I",
        "-e -E",
        reads="perl",
        search="PERL5LIB",
        preset=frozenset({"PERL5OPT", "PERL5DB"}),
    ),
    "lua": _LUA,
    "luajit": _LUA,
    "Rscript": _language(
        "lambdr",
        r"\blambdr\b",
        r"\b(?:library|require|source|load|loadNamespace|eval|system2?|dyn\.load|attach)\b|::|AWS_LAMBDA",
        "",
        "-e",
        reads="r",
        preset=frozenset({"R_PROFILE_USER", "R_PROFILE", "R_DEFAULT_PACKAGES"}),
    ),
    "deno": _language(
        "custom runtime",
        r"deno-lambda",
        _JAVASCRIPT,
        "--config -c --import-map --lock",
        "eval",
        source=_FILE,
        reads="javascript",
        traced=False,
    ),
    "bun": _language(
        "custom runtime",
        r"bun-lambda",
        _JAVASCRIPT,
        "-c --config --cwd -r --preload",
        "-e --eval",
        source=_FILE,
        reads="javascript",
        traced=False,
    ),
}


def classify(call: Call) -> Step:
    """Read a script, or code on the command line, for words that only a runtime has."""
    name = re.match(r"[A-Za-z]+", posixpath.basename(call.executable.path))
    language = _LANGUAGES.get(name[0] if name else "") or _LANGUAGES.get(posixpath.basename(call.executable.file.path))
    hop = call.hop(Role.INTERPRETER, call.executable.path, call.executable.path)
    if language is None:
        return Step((hop,), end=End(Verdict.UNKNOWN, call.executable.path, why="an interpreter that is not known here"))
    modules, code, rest = _words(call.args, language)
    if language.server and language.server in call.args:
        return Step((hop,), end=End(Verdict.ABSENT, f"the web server of {call.executable.path}"))
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
    if UNKNOWN not in script and call.files.get(path) is None and language.source.fullmatch(script):
        return call.no_script(script)
    if text is None:
        return call.unknown("a script that could not be read", path.replace(UNKNOWN, ""))
    hop = call.hop(Role.SCRIPT, path, path)
    needs = (Need(path, "read", "the start script"),)
    lost = _lost(call, language, path)
    if lost:
        return Step((hop,), end=End(Verdict.STUCK, path), troubles=lost, needs=needs)
    if not language.words.search(text) and not markers.speaks(text):
        if any(markers.speaks(each) for each in _loaded(call, language, path)):
            client = Client("custom runtime", "", path, evidence=Evidence.PROBABLE)
            return Step((hop,), end=End(Verdict.LIKELY, path, client), needs=needs)
        if not language.leads_on.search(text) and not _PRELOADS.search(" ".join(call.args)):
            return Step((hop,), end=End(Verdict.ABSENT, path), needs=needs)
        if language.reads and any(
            markers.speaks(each) for each in required.nearby(call.files, path, language.reads, _folders(call, language))
        ):
            client = Client("custom runtime", "", path, evidence=Evidence.POSSIBLE)
            return Step((hop,), end=End(Verdict.LIKELY, path, client), needs=needs)
        return Step(
            (hop,), end=End(Verdict.UNKNOWN, path, why="not all of the code that it loads was read"), needs=needs
        )
    name = language.client if language.words.search(text) else "custom runtime"
    evidence = Evidence.CERTAIN if markers.speaks(text) else Evidence.PROBABLE
    client = Client(name, "", path, evidence=evidence)
    handler = Handler(call.process.env.get("_HANDLER", ""), language.style or "custom", (TASK_ROOT,), known=False)
    verdict = Verdict.STARTED if evidence is Evidence.CERTAIN else Verdict.LIKELY
    return Step((hop,), end=End(verdict, path, client, handler), needs=needs)


def _loaded(call: Call, language: _Language, path: str) -> Iterator[str]:
    """The texts of what a script loads, and its own."""
    if not language.reads:
        return iter(())
    return required.texts(call.files, path, language.reads, _folders(call, language))


def _folders(call: Call, language: _Language) -> Iterator[str]:
    """Folders to look in that the command or a variable names."""
    named = [word[2:] for word in call.args if word.startswith("-I") and len(word) > 2]
    named += call.process.env.get(language.search, "").split(":") if language.search else []
    return (join(call.process.cwd, folder) for folder in named if folder and UNKNOWN not in folder)


def _lost(call: Call, language: _Language, path: str) -> tuple[Trouble, ...]:
    if not language.reads or not language.traced or language.preset & set(call.process.env):
        return ()
    return tuple(required.missing(call.files, path, call.location, language.reads))
