"""What scripts of PHP, Ruby, Perl, Lua, R, Deno and Bun load, by statements at the very start of a line."""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from lambda_lint import ImageLocation, Kind, Location, Value, printable, regex
from lambda_lint_rules._start import node_files
from lambda_lint_rules._start.files import Files, join, mounted
from lambda_lint_rules._start.model import Need, Trouble

_MAX_FILES = 100
_MAX_SOURCE = 1 << 20

_PHP_COMMENT = regex(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_PHP = regex(
    r"^(?:return\s+|\$\w+\s*=\s*)?require(?:_once)?\s*\(?\s*(?:__DIR__|dirname\(__FILE__\))\s*\.\s*([\"'])(/[\w./-]+)\1\s*\)?\s*;",
    re.MULTILINE,
)
_PHP_UNUSUAL = regex(r"stream_wrapper_register|\bphar:", re.IGNORECASE)
_PHP_PLAIN = regex(
    r"^(?:return\s+|\$\w+\s*=\s*)?require(?:_once)?\s*\(?\s*([\"'])((?:\./|/)?[\w][\w./-]*\.(?:php|inc))\1\s*\)?\s*;",
    re.MULTILINE,
)
_RUBY_COMMENT = regex(r"^=begin\b.*?(?:^=end\b|\Z)|^__END__$.*", re.DOTALL | re.MULTILINE)
_RUBY_RELATIVE = regex(r"^require_relative[ (]\s*([\"'])([\w./-]+)\1\)?\s*(?:#.*)?$", re.MULTILINE)
_RUBY = regex(r"^require[ (]\s*([\"'])([a-z][\w./-]*)\1\)?\s*(?:#.*)?$", re.MULTILINE)
_RUBY_UNUSUAL = regex(r"\brescue\b|\$LOAD_PATH|\$:|\bautoload\b|<<[~-]?[\"'A-Z]|^begin\b", re.MULTILINE)
# Parts of Ruby itself that need no file of their own, in one build or another.
_BUILT_IN_NAMES = """
continuation coverage date date_core digest enumerator etc fcntl fiber io/console io/nonblock io/wait json monitor nkf
objspace openssl pathname psych pty racc rational complex readline ripper ruby2_keywords rubygems set socket stringio
strscan syslog thread win32ole yaml zlib rbconfig bundler bundler/setup
"""
_BUILT_IN = frozenset(_BUILT_IN_NAMES.split())
# `use` is carried out while the file is compiled, wherever it stands; only text that looks like it is not.
_PERL_TEXT = regex(r"^=[a-z].*?(?:^=cut\b[^\n]*|\Z)|^__(?:END|DATA)__$.*", re.DOTALL | re.MULTILINE)
_PERL = regex(r"^use[ \t]+([A-Za-z]\w*(?:::\w+)*)(?=[\s;])", re.MULTILINE)
# Text in the middle of code, and modules that come from elsewhere than a file of their own.
_PERL_UNUSUAL = regex(r"<<~?[\"'A-Z]|\bINC\b|\beval\s*[^\s{;]|\bq[qw]?\s*[{(\[][^})\]]*\n[^})\]]*^use\b", re.MULTILINE)
# Perl has a module of its own in CPAN/LWP/UserAgent.pm, which is not LWP::UserAgent.
_PERL_INNER = regex(r"/perl5?(?:-base)?/(?:[^A-Z/][^/]*/)*[A-Z]")
_PERL_VERSION = regex(r"v\d+")
_LUA_TEXT = regex(r"(?:--)?\[(=*)\[.*?(?:\]\1\]|\Z)", re.DOTALL)
_LUA = regex(r"^(?:local\s+\w+\s*=\s*)?require\s*\(?\s*([\"'])(\w[\w.-]*)\1\s*\)?", re.MULTILINE)
_LUA_UNUSUAL = regex(r"\bpackage\s*(?:\.\s*(?:preload|loaded|searchers|loaders)|\[)|\brequire\s*=|\\\n")
_LUA_BUILT_IN_NAMES = """
_G coroutine debug io math os package string table utf8 bit bit32 ffi jit table.new table.clear
"""
_LUA_BUILT_IN = frozenset(_LUA_BUILT_IN_NAMES.split())
_R = regex(r"^(?:suppressPackageStartupMessages\(\s*)?library\(\s*([\"']?)([A-Za-z][\w.]*)\1\s*\)", re.MULTILINE)
_R_UNUSUAL = regex(
    r"[\"']\s*\n[^\"'\n]*^library|install\.packages|\blibrary\s*(?:<-|=)|pak::|renv::|\btry", re.MULTILINE
)


_JAVASCRIPT = regex(
    r"^(?:import|export)\s+(?!type\b)(?:[\w$*{}\s,]+?\sfrom\s*)?([\"'])(\.{1,2}/[\w./@-]+)\1", re.MULTILINE
)


class _Load(Value):
    """What is loaded: a path without its ending, or the ends of a path that are looked for, and their name."""

    path: str = ""
    name: str = ""
    tails: tuple[str, ...] = ()


def missing(files: Files, path: str, otherwise: Location, language: str) -> Iterator[Trouble]:
    """What a script, and the image's own files that it loads, load in vain."""
    for current, load, found in _loads(files, path, language):
        if not found and _nowhere(files, load):
            file = files.get(current)
            place = otherwise if file is None else ImageLocation(layer=file.layer, path=file.path)
            shown = printable(load.path or load.name)
            message = f"{printable(current)} loads {shown}, which is not in the image"
            yield Trouble("missing-module", message, place, f"install or copy {shown} in the final stage")


def closed(files: Files, path: str, language: str) -> Iterator[Need]:
    """The image's own files that a script loads and that cannot be read, where no others may be meant."""
    for _, load, found in _loads(files, path, language):
        if not found or files.allowed(found, "read"):
            continue
        if load.path or len(list(islice(_with_tails(files, load), 2))) == 1:
            yield Need(found, "read", "which the script loads")


def _loads(files: Files, path: str, language: str) -> Iterator[tuple[str, _Load, str]]:
    """Each file, what it loads, and the file that is meant, "" where that is none of the image's own."""
    queue, seen = deque([path]), {path}
    while queue and len(seen) < _MAX_FILES:
        current = _real(files, queue.popleft())
        for load in _READERS[language](current, files.text(current, _MAX_SOURCE) or ""):
            found = _first_party(files, path, load)
            if found not in seen:
                yield current, load, found
            if found and found not in seen:
                seen.add(found)
                queue.append(found)


def _real(files: Files, path: str) -> str:
    """Where a file is that links may lead to: Ruby and PHP take what is beside it from there."""
    found = files.get(path)
    return path if found is None else found.path


def misplaced(files: Files, path: str, otherwise: Location, language: str, searched: str = "") -> Iterator[Trouble]:
    """The first thing that a script loads by name, where it lies in a folder that the language does not search.

    It may search the folder `searched` as well. Nothing is said once code ran that could add a folder, and of scripts
    whose first line has options.
    """
    text = files.text(path, _MAX_SOURCE) or ""
    if (text.startswith("#!") and " -" in text.partition("\n")[0]) or not any(_READERS[language](path, text)):
        return
    first = next((line for line in text.splitlines() if not _ADDS_NO_FOLDER.fullmatch(line)), "")
    for load in _READERS[language](path, first):
        found = [each for each in _with_tails(files, load) if each.endswith(load.tails)]
        there = {f"{searched.rstrip('/')}{tail}" for tail in load.tails} if searched else set()
        if load.name and found and not any(each in there or _SEARCHED.search(each) for each in found):
            folder = found[0][: -len(next(tail for tail in load.tails if found[0].endswith(tail)))] or "/"
            message = (
                f"{printable(path)} loads {printable(load.name)}, which is in {printable(folder)}, "
                f"where {language.capitalize()} does not look"
            )
            file = files.get(path)
            place = otherwise if file is None else ImageLocation(layer=file.layer, path=file.path)
            yield Trouble("missing-module", message, place, f"start the script with -I {printable(folder)}")
        return


# Folders of languages and of their packages; and lines before which and after which the same folders are searched.
_SEARCHED = regex(r"ruby|gem|bundle|perl|/5\.\d+")
_PERL_PLAIN = (
    r"strict|warnings|utf8|feature|constant|v?\d[\w.]*|JSON(?:::\w+)?|HTTP::Tiny|LWP::UserAgent|Data::Dumper|POSIX|Carp"
    r"|Encode|(?:Time|File|List|Scalar|IO|Getopt|MIME|Digest)::\w+"
)
_ADDS_NO_FOLDER = regex(
    rf"\s*(?:#.*)?|(?:use|no)\s+(?:{_PERL_PLAIN})\b[^;]*;\s*(?:#.*)?"
    r"|require[ (]\s*[\"'](?:json|net/https?|uri|logger|time|date|set|yaml|erb|openssl|rubygems)[\"']\)?\s*(?:#.*)?"
    r"|\$std(?:out|err)\.sync\s*=\s*true"
)


def _with_tails(files: Files, load: _Load) -> Iterator[str]:
    found = files.filesystem.walk(endings=load.tails, picked=lambda kind, _owner: kind is not Kind.DIRECTORY)
    return (file.path for file in found)


def texts(files: Files, path: str, language: str, folders: Iterable[str] = ()) -> Iterator[str]:
    """The texts of a script and of the files that it loads by their paths, or out of its project or these folders."""
    folders = tuple(folders)
    queue, seen = deque([path]), {path}
    while queue and len(seen) < _MAX_FILES:
        current = _real(files, queue.popleft())
        text = files.text(current, _MAX_SOURCE) or ""
        yield text
        for load in _READERS[language](current, text):
            found = _first_party(files, path, load) or _in_folders(files, folders, load)
            if found and found not in seen:
                seen.add(found)
                queue.append(found)


def nearby(files: Files, path: str, language: str, folders: Iterable[str] = ()) -> Iterator[str]:
    """The texts of a script's project and of these folders, as far as a bound: what it may load in ways of its own."""
    folder = posixpath.dirname(path)
    above = (posixpath.dirname(folder),) if posixpath.basename(folder) in _INNER else ()
    project = next((each for each in (*above, folder) if each not in _SHARED), None)
    roots = [*(() if project is None else (project,)), *_packages(files, path, language), *folders]
    count = 0
    for root in dict.fromkeys(roots):
        for file in files.filesystem.walk(root, endings=_SUFFIXES[language]):
            if file.kind is Kind.FILE and not file.path.removeprefix(root).count("/node_modules/"):
                count += 1
                if count > _MAX_NEARBY:
                    return
                yield files.text(file.path) or ""


# Folders of a project in which programs, or all sources, are kept; and folders that are nobody's project.
_INNER = frozenset({"bin", "src", "lib", "app", "public", "script", "scripts"})
_SHARED = frozenset(
    {"", "/", "/usr", "/usr/local", "/opt", "/var", "/home", "/etc", "/bin", "/usr/bin", "/usr/local/bin"}
)
_MAX_NEARBY = 200
_SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "php": (".php", ".inc"),
    "ruby": (".rb",),
    "perl": (".pm", ".pl"),
    "lua": (".lua",),
    "shell": (".sh", ".bash"),
    "r": (".R", ".r"),
    "javascript": (".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx"),
}
_PACKAGE = regex(r"(?:\bfrom|\bimport|\brequire\s*\()\s*[\"']((?:@[\w.-]+/)?[\w-][\w.-]*)")


def _packages(files: Files, path: str, language: str) -> Iterator[str]:
    """The folders of the packages that a script of JavaScript names."""
    names = _PACKAGE.findall(files.text(path, _MAX_SOURCE) or "") if language == "javascript" else ()
    for folder in node_files.upwards(path) if names else ():
        yield from (each for name in names if files.is_directory(each := f"{folder}/node_modules/{name}"))


def _in_folders(files: Files, folders: tuple[str, ...], load: _Load) -> str:
    paths = (f"{folder}{tail}" for folder in folders for tail in load.tails)
    return next((path for path in paths if files.is_file(path)), "")


def _first_party(files: Files, script: str, load: _Load) -> str:
    """The file that is loaded, if it is named by its path or lies where a project keeps its own."""
    folder = posixpath.dirname(script)
    paths = (
        tuple(load.path + ending for ending in _ENDINGS)
        if load.path
        else tuple(f"{folder}{inner}{tail}" for tail in load.tails for inner in ("", "/lib", "/../lib"))
    )
    return next((posixpath.normpath(path) for path in paths if files.is_file(path)), "")


_ENDINGS = ("", ".rb", ".ts", ".tsx", ".js", ".mjs", "/index.ts", "/index.js")


def _php(path: str, text: str) -> Iterator[_Load]:
    code = _PHP_COMMENT.sub("", text)
    for match in _PHP.finditer(code):
        yield _Load(posixpath.dirname(path) + match[2])
    # Others are looked for in several folders, so they are anywhere or nowhere.
    for match in _PHP_PLAIN.finditer(code) if not _PHP_UNUSUAL.search(code) else ():
        name = match[2].removeprefix("./")
        yield _Load(match[2]) if match[2].startswith("/") else _Load(name=name, tails=(f"/{name}",))


def _ruby(path: str, text: str) -> Iterator[_Load]:
    text = _RUBY_COMMENT.sub("", text)
    if _RUBY_UNUSUAL.search(text):
        return
    for match in _RUBY_RELATIVE.finditer(text):
        yield _Load(join(posixpath.dirname(path), match[2]))
    for match in _RUBY.finditer(text):
        if match[2].removesuffix(".rb") not in _BUILT_IN:
            stem = match[2].removesuffix(".rb").removesuffix(".so")
            yield _Load(name=match[2], tails=tuple(f"/{stem}{ending}" for ending in (".rb", ".so", ".bundle", ".jar")))


def _perl(_path: str, text: str) -> Iterator[_Load]:
    text = _PERL_TEXT.sub("", text)
    for match in _PERL.finditer(text) if not _PERL_UNUSUAL.search(text) else ():
        if not _PERL_VERSION.fullmatch(match[1]):
            yield _Load(name=match[1], tails=(f"/{match[1].replace('::', '/')}.pm",))


def _lua(_path: str, text: str) -> Iterator[_Load]:
    text = _LUA_TEXT.sub("", text)
    for match in _LUA.finditer(text) if not _LUA_UNUSUAL.search(text) else ():
        name = match[2]
        if name not in _LUA_BUILT_IN and not name.startswith("jit."):
            stem = name.replace(".", "/")
            # One library may hold a whole family of modules, and is then called after its first name.
            families = (stem, stem.partition("/")[0], stem.rpartition("-")[2])
            yield _Load(
                name=name, tails=(f"/{stem}.lua", f"/{stem}/init.lua", *(f"/{family}.so" for family in families))
            )


def _r(_path: str, text: str) -> Iterator[_Load]:
    for match in _R.finditer(text) if not _R_UNUSUAL.search(text) else ():
        yield _Load(name=match[2], tails=(f"/{match[2]}/DESCRIPTION",))


def _javascript(path: str, text: str) -> Iterator[_Load]:
    for match in _JAVASCRIPT.finditer(text):
        yield _Load(join(posixpath.dirname(path), match[2]))


_READERS: Mapping[str, Callable[[str, str], Iterator[_Load]]] = {
    "php": _php,
    "ruby": _ruby,
    "perl": _perl,
    "lua": _lua,
    "r": _r,
    "javascript": _javascript,
}


def _nowhere(files: Files, load: _Load) -> bool:
    """Whether a path leads nowhere, or no file of the whole image may be what a name means."""
    if load.path:
        endings = ("", ".rb", ".so")
        return not mounted(load.path) and all(files.get(load.path + ending) is None for ending in endings)
    return not any(
        path.endswith(tail) and not _PERL_INNER.search(path.removesuffix(tail))
        for path in _with_tails(files, load)
        for tail in load.tails
    )
