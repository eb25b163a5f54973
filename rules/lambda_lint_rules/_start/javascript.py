"""JavaScript taken apart without a grammar: what is code and what is text, and what loading a file does for certain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambda_lint import Value, regex

_TOKEN = regex(r"""//[^\n]*|/\*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[`{}/"']""", re.DOTALL)
_PATTERN = regex(r"/(?:[^/\\\[\n*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])*/[a-z]*")
_IN_TEMPLATE = regex(r"\\.|`|\$\{", re.DOTALL)
# What a division cannot follow.
_EXPECTS_VALUE = regex(
    r"(?:^|[(,=:\[!&|?{};+\-*%<>~^]|=>|(?<![\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield"
    r"|instanceof|default))\s*$"
)
_NOT_END_OF_LINE = regex(r"[^\n]")
_BACK = 40
# Longer ones are made by machines, and say little about where statements start.
_MAX_LINE = 2000


class Code(Value):
    """A file's text, and the same text with blanks for all that is none of it, so that places in one are in all.

    `bare` has blanks for comments and for what strings, templates and patterns hold. `top` has them also for what
    stands in braces: what is left is executed when the file is loaded, save for the bodies of short functions.
    """

    text: str
    bare: str
    top: str


def read(text: str) -> Code | None:
    """Take a file apart. None when that comes out wrong, as it does for what is no JavaScript."""
    try:
        if max(map(len, text.splitlines()), default=0) > _MAX_LINE:
            return None
        outside, blocks = _spans(text)
    except _StrayError:
        return None
    bare = _blanked(text, outside)
    return Code(text, bare, _blanked(bare, blocks))


class _StrayError(Exception):
    """A quote or a brace without its other half."""


def _spans(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The places of what is no code, and of what stands in the outermost braces."""
    outside = [(0, len(text.partition("\n")[0]) if text.startswith("#!") else 0)]
    blocks: list[tuple[int, int]] = []
    opened: list[tuple[bool, int]] = []  # whether in a template, and the place behind the brace
    at = outside[0][1]
    before = ""  # the code that leads up to the current place
    while (match := _TOKEN.search(text, at)) is not None:
        found, start = match[0], match.start()
        between = text[max(at, start - _BACK) : start]
        before = between if between.strip() else before
        at = match.end()
        if found == "{":
            opened.append((False, at))
            before = found
        elif found == "}":
            if not opened:
                raise _StrayError
            in_template, since = opened.pop()
            if not in_template and not opened:
                blocks.append((since, start))
            before = found
            if not in_template:
                continue
        if found == "`" or (found == "}" and in_template):
            at, more = _template(text, at)
            outside.append((start + 1, at - (2 if more else 1)))
            opened += [(True, at)] if more else []
            before = "(" if more else _OPERAND
        elif found not in "{}":
            at, inside = _other(text, match, before)
            outside.append(inside)
            before = before if found.startswith(("//", "/*")) else "/ =" if at == start + 1 else _OPERAND
    if opened:
        raise _StrayError
    return outside, blocks


_OPERAND = "0"


def _other(text: str, match: re.Match[str], before: str) -> tuple[int, tuple[int, int]]:
    """The end of a comment, a string, a pattern or the sign of a division, and the part of it that is no code."""
    found, start, end = match[0], match.start(), match.end()
    if found == "/*":
        end = text.find("*/", end) + 2
        if end < 2:
            raise _StrayError
        return end, (start, end)
    if found.startswith("//"):
        return end, (start, end)
    if found == "/":
        pattern = _PATTERN.match(text, start) if _EXPECTS_VALUE.search(before) else None
        return (end, (end, end)) if pattern is None else (pattern.end(), (start + 1, pattern.end() - 1))
    if len(found) == 1:
        raise _StrayError
    return end, (start + 1, end - 1)


def _template(text: str, at: int) -> tuple[int, bool]:
    """The end of a template from `at`, or that of the `${` in it, and whether it is one."""
    while (match := _IN_TEMPLATE.search(text, at)) is not None:
        at = match.end()
        if match[0] in ("`", "${"):
            return at, match[0] == "${"
    raise _StrayError


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        if end > max(start, at):
            pieces += (text[at:start], _NOT_END_OF_LINE.sub(" ", text[start:end]))
            at = end
    return "".join((*pieces, text[at:]))


class Load(Value):
    """A module that a file loads as soon as it is loaded itself.

    `module` tells that it is done by `import`; `names` are those that must be exported then. `attributes` tells that
    the import says what kind of file it is.
    """

    name: str
    module: bool
    names: tuple[str, ...] = ()
    attributes: bool = False


_STRING = r"""(?P<quote>["'])(?P<name>[ ]{1,200})(?P=quote)"""
_VARIABLE = r"(?:const|let|var)\s+(?:[\w$]+|\{\s*\}|\[[\w$\s,]*\])\s*=\s*"
_REQUIRE = regex(
    rf"^(?:{_VARIABLE}|[\w$.]+\s*=\s*)?(?:[\w$.]+\(\s*)*(?<![\w$.])require\(\s*{_STRING}\s*\)", re.MULTILINE
)
_CLAUSE = r"(?P<clause>(?:[\w$]+\s*(?:,\s*)?)?(?:\*(?:\s*as\s+[\w$]+)?|\{\s*\})?)"
_IMPORT = regex(
    rf"^(?P<word>import|export)\b\s*(?:{_CLAUSE}\s*\bfrom\s*)?{_STRING}(?P<after>\s*(?:with|assert)\b)?", re.MULTILINE
)
_AWAIT = regex(rf"^(?:{_VARIABLE})?await\s+import\(\s*{_STRING}\s*\)[ \t]*;?[ \t]*$", re.MULTILINE)


def loads(code: Code) -> Iterator[Load]:
    """What a file loads by statements at the very start of a line, and outside of every block."""
    for match in _REQUIRE.finditer(code.top):
        yield Load(_written(code, match), module=False)
    for match in _IMPORT.finditer(code.top):
        clause = code.bare[match.start("clause") : match.end("clause")] if match["clause"] else ""
        if clause or match["word"] == "import":
            names = tuple(_imported(clause, plain=match["word"] == "import"))
            yield Load(_written(code, match), module=True, names=names, attributes=bool(match["after"]))
    for match in _AWAIT.finditer(code.top):
        yield Load(_written(code, match), module=True, attributes=True)


def _written(code: Code, match: re.Match[str]) -> str:
    return code.text[match.start("name") : match.end("name")]


def _imported(clause: str, *, plain: bool) -> Iterator[str]:
    """The names that an import or an export needs of the other module."""
    head, _, inside = clause.partition("{")
    default = re.match(r"[\w$]+", head.strip())
    if plain and default is not None:
        yield "default"
    for part in inside.partition("}")[0].split(","):
        words = part.split()
        if words and re.fullmatch(r"[\w$]+", words[0]):
            yield words[0]


_EXPORT = regex(
    r"(?<![\w$.])export(?:\s+(?P<default>default)\b|\s*(?P<star>\*)(?:\s*as\s+(?P<as>[\w$]+))?|\s*(?P<brace>\{)"
    r"|\s+(?:async\s+)?(?:function\s*\*?|class)\s*(?P<function>[\w$]+)|\s+(?P<variables>const|let|var)\b)"
)
_END_OF_VARIABLES = regex(r";|\n(?:export|import|const|let|var|function|class|async|await|if|for)\b")


def exported(code: Code) -> frozenset[str] | None:
    """All names that an ECMAScript module may export, and perhaps some more; None when they cannot be told."""
    names: set[str] = set()
    for match in _EXPORT.finditer(code.top):
        if match["star"] and not match["as"]:
            return None
        names.update(filter(None, (match["default"], match["as"], match["function"])))
        if match["brace"]:
            inside = code.bare[match.end() : code.bare.index("}", match.end())]
            if "'" in inside or '"' in inside:
                return None
            names.update(words[-1] for part in inside.split(",") if (words := part.split()))
        elif match["variables"]:
            end = _END_OF_VARIABLES.search(code.top, match.end())
            stop = end.start() if end is not None else len(code.top)
            names.update(re.findall(r"[\w$]+", code.bare[match.end() : stop]))
    return frozenset(names)


def is_module(code: Code) -> bool:
    """Whether a file can only be an ECMAScript module."""
    return (
        re.search(
            r"(?:^|[;}])[ \t]*(?:import(?:\s+[\w$]|\s*[{*\"'])|export(?:\s+[\w$]|\s*[{*]))", code.top, re.MULTILINE
        )
        is not None
    )


# What tsc writes before each of its helpers.
_TSC_THIS = regex(r"\(this && this\.__\w+\)")
_HIDES_EXPORTS = regex(r"(?<![\w$.])(?:eval|globalThis|arguments)(?![\w$])")
_MODULE = regex(r"(?<![\w$.])module(?![\w$])(?!\.(?:exports|id|parent|children|filename|paths)\b)")
_EXPORTS = regex(r"(?<![\w$.])(?P<module>module\s*\.\s*)?exports(?![\w$])")
_REPLACED = regex(r"^module\.exports\s*=(?!=)\s*", re.MULTILINE)


def lacks_export(code: Code, name: str) -> bool:
    """Whether a CommonJS file certainly exports nothing of that name."""
    if re.search(r"(?<![\w$.])export(?![\w$])", code.top):
        return False
    top = _TSC_THIS.sub("", code.top)
    if re.search(r"(?<![\w$.])this(?![\w$])", top) or _HIDES_EXPORTS.search(code.bare):
        return False
    # Comparing with the main module is no use of its exports.
    if _MODULE.search(re.sub(r"require\.main\s*===\s*module|module\s*===\s*require\.main", "", code.bare)):
        return False
    last = max((match.start() for match in _REPLACED.finditer(code.top)), default=-1)
    return all(
        _leads_elsewhere(code, match, name)
        for match in _EXPORTS.finditer(code.bare)
        if not (match.start() < last and code.top[match.start()] != " ")
    )


def _leads_elsewhere(code: Code, match: re.Match[str], name: str) -> bool:
    """Whether one mention of the exports gives them no such name."""
    after = code.bare[match.end() : match.end() + 200]
    member = re.match(r"\s*\.\s*([\w$]+)", after)
    if member is not None:
        return member[1] != name
    before = code.bare[max(0, match.start() - 40) : match.start()]
    if re.search(r"\bdefineProperty\(\s*$", before):
        defined = re.match(r"""\s*,\s*["']([\w$]+)["']""", code.text[match.end() :])
        return defined is not None and defined[1] != name
    if re.match(r"\s*=(?!=)", after) is None or code.top[match.start()] == " ":
        return False
    if not match["module"]:
        # A variable of the file's own, which nobody asks for it.
        return re.search(r"(?:^|\n)$", before) is not None and "exports" not in after.partition("\n")[0]
    if re.search(r"\b0 && \(\s*$", before):
        return True  # only there to be read, by Node.js itself
    value = match.end() + after.index("=") + 1
    return re.search(r"(?:^|[\n;])\s*$", before) is not None and _value_lacks(code, value, name)


def _value_lacks(code: Code, at: int, name: str) -> bool:
    """Whether the value that a file's exports are replaced with certainly has no such name."""
    rest = code.top[at : at + 400].lstrip()
    at += len(code.top[at : at + 400]) - len(rest)
    if rest.startswith("{"):
        return _literal_lacks(code, at, name)
    if _FUNCTION.match(rest):
        return True
    bundled = re.match(r"__toCommonJS\(([\w$]+)\)", rest)
    if bundled is not None:
        return _bundle_lacks(code, bundled[1], name)
    word = re.match(r"([\w$]+)[ \t]*(?:;|\n|\Z)", rest)
    return word is not None and _variable_lacks(code, re.escape(word[1]), name)


_FUNCTION = regex(r"(?:async\b\s*)?(?:function\b|\([^()]*\)\s*=>|[\w$]+\s*=>)")


def _bundle_lacks(code: Code, variable: str, name: str) -> bool:
    """esbuild lists what a bundle exports."""
    if re.search(rf"__reExport\(\s*{re.escape(variable)}\b", code.bare):
        return False
    lists = list(re.finditer(rf"^__export\({re.escape(variable)}, \{{", code.top, re.MULTILINE))
    if len(lists) != 1:
        return False
    inside = code.bare[lists[0].end() : code.top.index("}", lists[0].end())]
    return name not in re.findall(r"([\w$]+)\s*:", inside)


def _literal_lacks(code: Code, at: int, name: str) -> bool:
    """Whether an object written out at a place has no such name, nor anything that is not written there."""
    end = code.top.index("}", at)
    plain = not re.search(r"\.\.\.|\[", code.bare[at:end])
    return plain and name not in re.findall(r"[\w$]+", code.text[at:end])


def _variable_lacks(code: Code, variable: str, name: str) -> bool:
    """Whether a variable is a function or an object without such a name, to which nothing is added."""
    if re.search(
        rf"(?<![\w$.]){variable}\s*(?:\.|\[|=(?!=|>))",
        re.sub(rf"^(?:const|let|var)\s+{variable}\s*=", "", code.bare, flags=re.MULTILINE),
    ):
        return False
    if re.search(rf"(?:assign|defineProperty|defineProperties)\(\s*{variable}\b", code.bare):
        return False
    made = re.search(rf"^(?:const|let|var)\s+{variable}\s*=\s*", code.top, re.MULTILINE)
    if made is not None and code.top.startswith("{", made.end()):
        return _literal_lacks(code, made.end(), name)
    if made is not None:
        return _FUNCTION.match(code.top, made.end()) is not None
    return re.search(rf"^(?:async\s+)?function\s*\*?\s*{variable}\b", code.top, re.MULTILINE) is not None


_READ = regex(rf"^{_VARIABLE}(?:[\w$.]+\(\s*)*?(?:[\w$]+\.)?readFileSync\(\s*", re.MULTILINE)
_TEXT = r"""(?:"[^"\\\n]*"|'[^'\\\n]*')"""
_FOLDER = r"(?:__dirname|import\.meta\.dirname)"
_PATH = regex(
    rf"(?:[\w$]+\.)?(?:join|resolve)\(\s*{_FOLDER}\s*(?P<parts>(?:,\s*{_TEXT}\s*)+),?\s*\)"
    rf"|{_FOLDER}\s*\+\s*(?P<sum>{_TEXT})\s*[,)]"
    rf"|new URL\(\s*(?P<url>{_TEXT})\s*,\s*import\.meta\.url\s*\)"
    rf"|(?P<whole>{_TEXT})\s*[,)]"
)
_OWN_FOLDER = regex(r"\b__dirname\s*=(?!=)")
_HERE = regex(
    r"\b__dirname\s*=\s*[\w$.]*dirname\(\s*(?:[\w$.]*fileURLToPath\(\s*import\.meta\.url\s*\)|__filename)\s*\)"
)


class Read(Value):
    """A file that is read. `beside` tells that its path starts at the folder of the file that reads it."""

    path: str
    beside: bool


def files_read(code: Code) -> Iterator[Read]:
    """What is read for certain when a file is loaded."""
    moved = "chdir" in code.bare
    strange = _OWN_FOLDER.search(code.bare) is not None and _HERE.search(code.bare) is None
    for match in _READ.finditer(code.top):
        found = _PATH.match(code.text, match.end())
        if found is None:
            continue
        words = [
            word[1:-1] for word in re.findall(_TEXT, found["parts"] or found["sum"] or found["url"] or found["whole"])
        ]
        if found["whole"]:
            if words[0] and (words[0].startswith("/") or not moved):
                yield Read(words[0], beside=False)
        elif found["url"]:
            if not re.search(r"^/|[?#%:]", words[0]):
                yield Read(words[0], beside=True)
        elif not strange and not any(word.startswith("/") for word in words[1:]):
            yield Read("/".join(word.lstrip("/") for word in words), beside=True)


_JSX = regex(r"(?:=>|(?<![=!<>])=|\(|\breturn)\s*<[A-Za-z][\w.]*(?:\s[^<>]*)?/?>")


def holds_markup(code: Code) -> bool:
    """Whether JSX is left in a file: no operator of JavaScript starts where a value is expected."""
    return _JSX.search(code.bare) is not None
