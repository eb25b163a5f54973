"""Languages whose runtimes for Lambda are read from the started script: PHP, Perl, Lua, R, Deno, Bun."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from lambda_lint import Kind, Value, printable, regex, replace
from lambda_lint.annotations import TYPE_CHECKING, Any
from lambda_lint_rules._facts.base_images import TASK_ROOT
from lambda_lint_rules._facts.mounts import TMP
from lambda_lint_rules._start import markers, node_files, node_resolution, required
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import join, mounted
from lambda_lint_rules._start.model import UNKNOWN, Client, End, Evidence, Handler, Need, Role, Step, Trouble, Verdict

if TYPE_CHECKING:
    from lambda_lint_rules._start.javascript import Load


class _Language(Value):
    """How one is recognised: the client's name, words in code that start it, and options with a value.

    `leads_on` are words by which a script loads other code or starts other programs. `server` is the option that makes
    the interpreter serve files itself, "" when there is none. `source` matches words that can only be a file's name.
    `reads` is what `required` calls the language, "" when what it loads is not followed. `preset` are the variables by
    which other code is loaded first, and `search` the one that names folders to look in.
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
    ),
    "bun": _language(
        "custom runtime",
        r"bun-lambda",
        _JAVASCRIPT,
        "-c --config --cwd -r --preload",
        "-e --eval",
        source=_FILE,
        reads="javascript",
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
        lacking = _no_folder(call)
        if lacking is not None:
            return Step((hop,), end=End(Verdict.STUCK, call.executable.path), troubles=(lacking,))
        return Step((hop,), end=End(Verdict.ABSENT, f"the web server of {call.executable.path}"))
    if code or language.words.search(modules):
        step = _inline(call, language, f"{modules} {code}")
    elif not rest:
        step = call.absent(f"{call.executable.path} with nothing to run")
    else:
        step = _script(call, language, rest[0])
    return replace(step, hops=(hop, *step.hops))


def _no_folder(call: Call) -> Trouble | None:
    """PHP's web server ends when the folder that it is to serve is not there."""
    # What stands behind the router's file is the router's own.
    _, _, rest = _words(call.args, replace(_LANGUAGES["php"], valued=_LANGUAGES["php"].valued | {"-S"}))
    for word, after in pairwise(call.args[: len(call.args) - len(rest)]):
        folder = join(call.process.cwd, after)
        if word == "-t" and UNKNOWN not in folder and not mounted(folder) and not call.files.is_directory(folder):
            message = (
                f"{printable(call.executable.path)} is to serve {printable(after)}, which is no folder of the image"
            )
            fix = "copy it into the final stage, and name it by its absolute path"
            return Trouble("entrypoint-not-found", message, call.location, fix)
    return None


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
    if any(word.startswith("--cwd") for word in call.args):
        return call.unknown("a script in a folder of its own")
    if UNKNOWN not in script and call.files.get(path) is None and language.source.fullmatch(script):
        return call.no_script(script)
    if text is None:
        return call.unknown("a script that could not be read", path.replace(UNKNOWN, ""))
    hop = call.hop(Role.SCRIPT, path, path)
    needs = (Need(path, "read", "the start script"), *_closed(call, language, path))
    lost = _lost(call, language, path) or _unable(call, language, path)
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


def _lost_beside(call: Call, language: _Language, path: str) -> Iterator[Trouble]:
    """Files that a script of Deno's or Bun's imports by their path, and that are not in the image.

    TypeScript is judged where it is JavaScript as well, and by imports that are used: those of types are left out.
    """
    from lambda_lint_rules._start import javascript  # only here: the parser takes long to load

    text = call.files.text(path, 1 << 20) or ""
    mapped = any("map" in word for word in call.args) or any(
        call.files.get(f"{folder}/{name}") is not None
        for folder in node_files.upwards(path)
        for name in ("deno.json", "deno.jsonc", "tsconfig.json", "jsconfig.json", "import_map.json", "bunfig.toml")
    )
    mapped = mapped or bool(_PRELOADS.search(" ".join(call.args)))
    code = javascript.read(text) if not mapped and _NAMES.search(text) else None
    real = call.files.get(path)
    folders = {posixpath.dirname(path), posixpath.dirname(real.path if real is not None else path)}
    typed = path.endswith(("ts", "tsx"))
    for load in javascript.loads(code) if code is not None else ():
        target = posixpath.normpath(join(posixpath.dirname(path), load.name))
        places = (posixpath.normpath(join(folder, load.name)) for folder in folders)
        stems = [part for place in places for part in (place, posixpath.splitext(place)[0])]
        used = _is_used(text, load) if typed else True
        if any("plugin(" in each for each in _loaded(call, language, path)):
            return
        if used and _BESIDE_NAME.fullmatch(load.name) and not any(map(mounted, stems)) and not _is_there(call, stems):
            message = f"{printable(path)} loads {printable(target)}, which is not in the image"
            fix = f"copy {printable(target)} in the final stage"
            yield Trouble("missing-module", message, call.place(path), fix)
        elif used and not node_resolution.is_path(load.name):
            yield from _lost_package(call, path, load.name)


def _lost_package(call: Call, path: str, name: str) -> Iterator[Trouble]:
    """A package that Bun does not find. Where no node_modules is, it installs it, if it can write."""
    package = node_resolution.package_name(name)
    setting = node_resolution.Setting(search=call.process.env.get("NODE_PATH", ""))
    if (
        not posixpath.basename(call.executable.path).startswith("bun")
        or package in _IN_BUN
        or any(word.startswith(("--install", "-i")) for word in call.args)
        or node_resolution.there(call.files, path, name, setting)
    ):
        return
    installed = any(call.files.is_directory(f"{folder}/node_modules") for folder in node_files.upwards(path))
    if installed or not any(call.process.env.get(variable, "").startswith(TMP) for variable in _BUN_CACHE):
        message = f"{printable(path)} imports {printable(name)}, which is not in the image"
        fix = "run bun install in the final stage, or copy node_modules into it"
        yield Trouble("missing-module", message, call.place(path), fix)


# What Bun has in place of packages, and where it keeps those that it installs.
_IN_BUN = frozenset(
    {"abort-controller", "bun", "detect-libc", "isomorphic-fetch", "next", "node-fetch", "undici", "utf-8-validate"}
    | {"@vercel/fetch", "ws"}
)
_BUN_CACHE = ("BUN_INSTALL_CACHE_DIR", "BUN_INSTALL", "XDG_CACHE_HOME", "HOME")
# An import, by its path or by a package's name.
_NAMES = regex(r"[\"'](?:\.\.?/|@?[a-z])")
_BESIDE_NAME = regex(r"\.\.?/[\w./@-]+")
_ENDINGS = (
    "",
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    ".json",
    ".d.ts",
    ".node",
    ".wasm",
    ".css",
)


def _is_used(text: str, load: Load) -> bool:
    """Whether TypeScript's import is of more than types: what nothing is done with may be one, and is left out."""
    plain = _REMARK.sub("", text)
    clause = re.search(rf"^import\s+([^\"';]+?)\s+from\s*[\"']{re.escape(load.name)}[\"']", plain, re.MULTILINE)
    if clause is None:
        return True
    names = [name for name in re.findall(r"[\w$]+", clause[1]) if name not in {"as", "type"}]
    rest = plain.replace(clause[0], "")
    return any(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", rest) for name in names)


_REMARK = regex(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)  # not the rest of a line with an address, http://...


def _is_there(call: Call, paths: Iterable[str]) -> bool:
    return any(call.files.get(f"{path}{ending}") is not None for path in paths for ending in _ENDINGS)


def _unable(call: Call, language: _Language, path: str) -> tuple[Trouble, ...]:
    """Why a script that asks for work by one function of its language alone cannot call that."""
    name = posixpath.basename(call.executable.path)
    asking = next((text for text in _loaded(call, language, path) if markers.speaks(text)), "")
    if name == "deno" and "fetch(" in asking and not any(_NETWORK.match(word) for word in call.args):
        message = f"{printable(call.executable.path)} may not use the network, and asks for work"
        return (Trouble("client-cannot-load", message, call.location, "start it with --allow-net, or with -A"),)
    given = any(_VARIABLES.match(word) for word in call.args)
    if name == "deno" and _ASKS_VARIABLE.search(asking) and "catch" not in asking and not given:
        message = f"{printable(call.executable.path)} may not read variables, and asks one for the address of its work"
        return (Trouble("client-cannot-load", message, call.location, "start it with --allow-env, or with -A"),)
    if name.startswith("php") and "curl_init" in asking and not _OTHER_PHP.search(asking) and not _has_curl(call):
        message = f"{printable(call.executable.path)} has no extension curl, by which the script asks for work"
        fix = "install it in the final stage: apt-get install php-curl, or docker-php-ext-install curl"
        return (Trouble("client-cannot-load", message, call.location, fix),)
    return ()


# Words that give Deno the network, or variables, alone or among other letters.
_NETWORK = regex(r"--allow-(?:all|net)\b|--permission|-[A-Za-z]*[ANP]|--?ext")
_VARIABLES = regex(r"--allow-(?:all|env)\b|--permission|-[A-Za-z]*[AEP]|--?ext")
_ASKS_VARIABLE = regex(r"\bDeno\.env\.get\([\"'`]AWS_LAMBDA_RUNTIME_API\b")
# Other ways of PHP to ask, or to look before.
_OTHER_PHP = regex(
    r"file_get_contents|fopen|fsockopen|stream_socket|socket_create|function_exists|extension_loaded|\bdl\(|Guzzle|autoload"
)


def _has_curl(call: Call) -> bool:
    """Whether PHP has its extension curl, as a file or inside of the program, or may have it."""
    files, program = call.files, call.executable.file
    found = files.filesystem.walk(
        endings=("/curl.so", "/libphp.so"), picked=lambda kind, _owner: kind is not Kind.DIRECTORY
    )
    if next(found, None) is not None:
        return True
    pieces = list(files.pieces(program.path))
    # Every PHP knows the names of the functions.
    known = any(b"CURLOPT_" in piece or b"UPX!" in piece for piece in pieces)
    return sum(map(len, pieces)) < program.size or known


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


def _closed(call: Call, language: _Language, path: str) -> Iterator[Need]:
    # What is named in TypeScript may be a type, and is left out then.
    if language.reads and language.reads != "javascript" and not language.preset & set(call.process.env):
        yield from required.closed(call.files, path, language.reads)


def _lost(call: Call, language: _Language, path: str) -> tuple[Trouble, ...]:
    if language.reads == "javascript":
        return tuple(_lost_beside(call, language, path))
    if not language.reads or language.preset & set(call.process.env):
        return ()
    lost = tuple(required.missing(call.files, path, call.location, language.reads))
    changed = any(name.startswith("PERL") for name in call.process.env) or call.args[0].startswith("-")
    if lost or language.reads != "perl" or changed:
        return lost
    # Perl before 5.26 looks in the working directory.
    return tuple(required.misplaced(call.files, path, call.location, language.reads, call.process.cwd))
