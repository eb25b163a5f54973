"""JavaScript as its grammar has it: what loading a file does for certain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from lambda_lint import Value, regex
from lambda_lint.annotations import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query


class Code:
    """A file's syntax tree, without any error in it."""

    def __init__(self, root: Node) -> None:
        self.root = root

    @cached_property
    def declared(self) -> dict[str, list[Node]]:
        """The places that declare a variable, a function, a parameter or an import, by its name, in any scope."""
        found: dict[str, list[Node]] = {}
        for node in captured(self, _DECLARATIONS):
            found.setdefault(text_of(node), []).append(node)
        return found

    def value_of(self, name: str) -> Node | None:
        """What a name that is declared just once, as a constant of the whole file, stands for; None when it is not."""
        match self.declared.get(name, ()):
            case [place] if (declarator := place.parent) is not None and declarator.type == "variable_declarator":
                declaration = declarator.parent
                if declaration is not None and declaration.parent == self.root and text_of(declaration)[:5] == "const":
                    return declarator.child_by_field_name("value")
        return None


@lru_cache(maxsize=16)
def read(text: str) -> Code | None:
    """Take a file apart. None when it is no JavaScript, as far as the grammar goes."""
    root = _parser().parse(text.encode(errors="replace")).root_node
    return None if root.has_error else Code(root)


@lru_cache(maxsize=1)
def _parser() -> Parser:
    # Imported here: most runs see no JavaScript.
    import tree_sitter
    import tree_sitter_javascript

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))


@lru_cache(maxsize=8)
def _query(pattern: str) -> Query:
    import tree_sitter

    language = _parser().language
    assert language is not None  # noqa: S101 (the parser has just been made with it)
    return tree_sitter.Query(language, pattern)


def captured(code: Code, pattern: str) -> list[Node]:
    """The nodes that a pattern of tree-sitter's query language captures as `it`, in their order."""
    import tree_sitter

    return tree_sitter.QueryCursor(_query(pattern)).captures(code.root).get("it", [])


_DECLARATIONS = """
[
  (variable_declarator name: (identifier) @it)
  (function_declaration name: (identifier) @it)
  (generator_function_declaration name: (identifier) @it)
  (class_declaration name: (identifier) @it)
  (formal_parameters (identifier) @it)
  (arrow_function parameter: (identifier) @it)
  (catch_clause parameter: (identifier) @it)
  (import_clause (identifier) @it)
  (import_specifier !alias name: (identifier) @it)
  (import_specifier alias: (identifier) @it)
  (namespace_import (identifier) @it)
  (shorthand_property_identifier_pattern) @it
  (pair_pattern value: (identifier) @it)
  (array_pattern (identifier) @it)
  (rest_pattern (identifier) @it)
  (assignment_pattern left: (identifier) @it)
]
"""


def text_of(node: Node) -> str:
    """A node's own text."""
    return (node.text or b"").decode()


def _text(node: Node | None) -> str:
    return "" if node is None else text_of(node)


def string_of(node: Node | None) -> str | None:
    """What a string literal says, None for one with escapes and for all else."""
    if node is None or node.type != "string" or any(child.type == "escape_sequence" for child in node.children):
        return None
    return text_of(node)[1:-1]


def arguments_of(call: Node) -> list[Node]:
    """The arguments of a call, without comments; none for a tagged template."""
    written = call.child_by_field_name("arguments")
    if written is None or written.type != "arguments":
        return []
    return [child for child in written.named_children if child.type != "comment"]


def called(call: Node) -> str:
    """The name of what is called, for a member `a.b` that of the member; "" when it has none."""
    function = call.child_by_field_name("constructor" if call.type == "new_expression" else "function")
    if function is not None and function.type == "member_expression":
        function = function.child_by_field_name("property")
    return text_of(function) if function is not None and function.type in ("identifier", "property_identifier") else ""


_DECLARED_FUNCTIONS = ("function_declaration", "generator_function_declaration")
FUNCTIONS = frozenset(
    (*_DECLARED_FUNCTIONS, "function_expression", "generator_function", "arrow_function", "method_definition")
)
_STRAIGHT = frozenset(
    ("expression_statement", "lexical_declaration", "variable_declaration", "using_declaration", "export_statement")
)
_CLASSES = ("class", "class_declaration")
# Patterns have defaults, which are executed only when something is missing.
_PATTERNS = ("object_pattern", "array_pattern")
_SKIPPED = FUNCTIONS.union(_CLASSES, _PATTERNS, ("jsx_element", "jsx_self_closing_element", "comment"))
_SHORT_CIRCUITS = ("&&", "||", "??", "&&=", "||=", "??=")
_CHAINS = {"call_expression": "function", "member_expression": "object", "subscript_expression": "object"}


def executed(code: Code) -> Iterator[Node]:
    """The expressions that are evaluated for certain when a file is loaded, outer ones first.

    Nothing that depends on a condition or an error, nothing in a function or a class, and nothing behind the first
    statement that may end the file or never end itself.
    """
    for statement in code.root.named_children:
        if statement.type in _STRAIGHT:
            yield from _evaluated(statement)
        elif statement.type == "if_statement" and (condition := statement.child_by_field_name("condition")):
            yield from _evaluated(condition)
        if statement.type not in FUNCTIONS and any(map(_may_end, _within(statement))):
            return


def _evaluated(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += [child for child in reversed(_parts(current)) if child.type not in _SKIPPED]


def _parts(node: Node) -> list[Node]:
    """The parts of an expression that are evaluated whenever it is."""
    operator = node.child_by_field_name("operator")
    word = "" if operator is None else operator.type
    if word == "typeof":
        return []
    if word in _SHORT_CIRCUITS:
        only = node.child_by_field_name("left")
    elif node.type == "ternary_expression":
        only = node.child_by_field_name("condition")
    elif node.type in _CHAINS and _is_optional(node):
        only = node.child_by_field_name(_CHAINS[node.type])
    else:
        return node.named_children
    return [] if only is None else [only]


def _is_optional(node: Node | None) -> bool:
    """Whether a chain of calls and members ends early when something is not there."""
    while node is not None and node.type in _CHAINS:
        if any(child.type == "optional_chain" for child in node.children):
            return True
        node = node.child_by_field_name(_CHAINS[node.type])
    return False


def _within(node: Node) -> Iterator[Node]:
    """A node and all in it, but for what is in functions."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += [child for child in current.named_children if child.type not in FUNCTIONS]


def _may_end(node: Node) -> bool:
    return node.type in ("return_statement", "while_statement", "do_statement") or (
        node.type == "call_expression" and called(node) in ("exit", "abort", "reallyExit", "execve")
    )


class Load(Value):
    """A module that a file loads as soon as it is loaded itself.

    `module` tells that it is done by `import`; `names` are those that must be exported then. `attributes` tells that
    the import says what kind of file it is. `line` is where that is written.
    """

    name: str
    module: bool
    names: tuple[str, ...] = ()
    attributes: bool = False
    line: int = 1


def loads(code: Code) -> Iterator[Load]:
    """What a file loads for certain. What `import` and `export` statements name comes first, as Node.js loads it."""
    for statement in code.root.named_children:
        name = string_of(statement.child_by_field_name("source"))
        if name is not None:
            attributes = any(child.type == "import_attribute" for child in statement.children)
            names = tuple(_imported(statement))
            yield Load(name, module=True, names=names, attributes=attributes, line=_line(statement))
    requires = _is_require(code)
    for node in executed(code):
        if node.type == "assignment_expression" and _text(node.child_by_field_name("left")) == "require":
            requires = False
        function = node.child_by_field_name("function") if node.type == "call_expression" else None
        name = string_of(next(iter(arguments_of(node)), None)) if function is not None else None
        if function is None or name is None:
            continue
        if function.type == "identifier" and text_of(function) == "require" and requires:
            yield Load(name, module=False, line=_line(node))
        if function.type == "import" and node.parent is not None and node.parent.type == "await_expression":
            yield Load(name, module=True, attributes=True, line=_line(node))


def _line(node: Node) -> int:
    return node.start_point[0] + 1


def _is_require(code: Code) -> bool:
    """Whether `require` is what Node.js calls so."""
    if "require" not in code.declared:
        return True
    made = code.value_of("require")
    if made is None or called(made) != "createRequire":
        return False
    return [text_of(each) for each in arguments_of(made)] in (["import.meta.url"], ["__filename"])


def _imported(statement: Node) -> Iterator[str]:
    """The names that an import or an export needs of the other module."""
    for clause in statement.named_children:
        for child in clause.named_children if clause.type in ("import_clause", "export_clause") else ():
            if child.type == "identifier":
                yield "default"
            for specifier in (child, *child.named_children):
                name = specifier.child_by_field_name("name") if specifier.type.endswith("_specifier") else None
                if name is not None:
                    yield string_of(name) or text_of(name)


def module_word(code: Code) -> str:
    """The word of the first statement that only an ECMAScript module can have, "" when there is none."""
    words = (node.type.partition("_")[0] for node in code.root.named_children if node.type in _OF_MODULES)
    return next(words, "")


_OF_MODULES = ("import_statement", "export_statement")
_OF_COMMONJS = ("module", "exports", "require", "__dirname", "__filename")


def commonjs_word(code: Code) -> str:
    """A name that only CommonJS has, and that a file uses for certain without declaring it; "" when there is none."""
    for node in executed(code):
        if node.type == "identifier" and (word := text_of(node)) in _OF_COMMONJS:
            made = word in code.declared or "globalThis" in text_of(code.root)
            return "" if made else "module.exports" if word == "module" else word
    return ""


def awaits(code: Code) -> bool:
    """Whether a file waits for something while it is loaded, which only an ECMAScript module can."""
    return b"await" in (code.root.text or b"") and any(
        node.type == "await_expression"
        or (node.type == "for_in_statement" and any(child.type == "await" for child in node.children))
        for node in _within(code.root)
    )


# What `with` was at first.
_ASSERTION = regex(r"""(\bfrom\s*(?:"[^"\n]{1,400}"|'[^'\n]{1,400}')\s*)\bassert(?=\s*\{)""")


def without_assertions(text: str) -> Code | None:
    """What a file would be with `with` in place of `assert` behind its imports; None when that is not what is amiss."""
    mended = _ASSERTION.sub(r"\1with", text)
    return read(mended) if mended != text and read(text) is None else None


def holds_markup(code: Code) -> bool:
    """Whether JSX is left in a file."""
    return bool(captured(code, "[(jsx_element) (jsx_self_closing_element)] @it"))


class Read(Value):
    """A file that is read. `beside` tells that its path starts at the folder of the file that reads it."""

    path: str
    beside: bool


def files_read(code: Code) -> Iterator[Read]:
    """What is read for certain when a file is loaded."""
    for node in executed(code):
        if node.type != "call_expression":
            continue
        match called(node), arguments_of(node):
            case "chdir", _:
                return
            case "readFileSync", _ if not _is_of_fs(code, node):
                continue
            case "readFileSync", [path] if (found := _path(code, path)) is not None:
                yield found
            case "readFileSync", [path, how] if "flag" not in text_of(how):
                if (found := _path(code, path)) is not None:
                    yield found


class Made(Value):
    """A file or a folder that is made. `unless` is what must not be there for that, None where nothing is asked for."""

    place: Read
    folder: bool
    unless: Read | None = None


def files_made(code: Code) -> Iterator[Made]:
    """What is made for certain when a file is loaded, by itself or as long as something is not there."""
    for statement in code.root.named_children:
        if statement.type in _STRAIGHT:
            yield from _made(code, statement, None)
        elif statement.type == "if_statement" and (absent := _asked(code, statement)) is not None:
            then = statement.child_by_field_name("consequence")
            inner = [] if then is None else then.named_children if then.type == "statement_block" else [then]
            for each in inner:
                if each.type in _STRAIGHT:
                    yield from _made(code, each, absent)
        if statement.type not in FUNCTIONS and any(_may_end(each) or _moves(each) for each in _within(statement)):
            return


def _moves(node: Node) -> bool:
    return node.type == "call_expression" and called(node) == "chdir"


def _asked(code: Code, statement: Node) -> Read | None:
    """What `if (!existsSync(...))` asks for."""
    match statement.child_by_field_name("condition"):
        case condition if condition is not None and len(condition.named_children) == 1:
            negation = condition.named_children[0]
            asked = negation.child_by_field_name("argument")
            if negation.type == "unary_expression" and text_of(negation)[:1] == "!" and asked is not None:
                whole = asked.type == "call_expression" and called(asked) == "existsSync"
                arguments = arguments_of(asked) if whole else []
                return _path(code, arguments[0]) if len(arguments) == 1 else None
    return None


def _made(code: Code, statement: Node, unless: Read | None) -> Iterator[Made]:
    for node in _evaluated(statement):
        name = called(node) if node.type == "call_expression" else ""
        arguments = arguments_of(node) if name in ("mkdirSync", "writeFileSync", "appendFileSync") else []
        if arguments and _is_of_fs(code, node) and (place := _path(code, arguments[0])) is not None:
            yield Made(place, name == "mkdirSync", unless)


_FS = regex(r"""[\"'](?:node:)?(?:fs|fs-extra|graceful-fs)[\"']""")


def _is_of_fs(code: Code, call: Node) -> bool:
    """Whether what is called is a function of Node.js's own fs, and nobody gives it another."""
    start = call.child_by_field_name("function")
    if re.search(rf"\b{called(call)}\s*=(?!=)", text_of(code.root)):
        return False
    while start is not None and start.type in _CHAINS:
        start = start.child_by_field_name(_CHAINS[start.type])
    if start is None or start.type != "identifier":
        return False
    if text_of(start) == "require":
        return _FS.search(text_of(call)) is not None and "require" not in code.declared
    declared = code.declared.get(text_of(start), [])
    if not declared:
        return True
    above: Node | None = declared[0] if len(declared) == 1 else None
    while above is not None and above.type not in _BINDING:
        above = above.parent
    return above is not None and _FS.search(text_of(above)) is not None


_BINDING = ("variable_declarator", "import_statement", *FUNCTIONS)


def _path(code: Code, node: Node) -> Read | None:
    """The file that an expression names, None where that cannot be told."""
    if node.type == "identifier" and (value := code.value_of(text_of(node))) is not None:
        node = value
    match node.type:
        case "string":
            whole = string_of(node)
            return Read(whole, beside=False) if whole else None
        case "call_expression" if called(node) in ("join", "resolve"):
            return _joined(code, called(node), arguments_of(node))
        case "new_expression" if called(node) == "URL":
            match arguments_of(node):
                case [path, base] if text_of(base) == "import.meta.url":
                    named = string_of(path) or "/"
                    return None if named.startswith("/") or set("?#%:") & set(named) else Read(named, beside=True)
        case "binary_expression":
            left, right = node.child_by_field_name("left"), string_of(node.child_by_field_name("right"))
            return _below(code, left, right) if left is not None and right is not None else None
        case "template_string":
            match node.named_children:
                case [start, rest] if start.type == "template_substitution" and rest.type == "string_fragment":
                    return _below(code, start.named_children[0], text_of(rest))
    return None


def _joined(code: Code, function: str, parts: list[Node]) -> Read | None:
    """What `path.join` and `path.resolve` make of a folder and literal strings."""
    names = [string_of(part) for part in parts[1:]]
    if not names or any(name is None or (function == "resolve" and name.startswith("/")) for name in names):
        return None
    return _below(code, parts[0], "/" + "/".join(name.lstrip("/") for name in names if name))


def _below(code: Code, start: Node, rest: str) -> Read | None:
    """What a path becomes behind the file's own folder or the working directory, None behind anything else."""
    if not rest.strip("/") or not rest.startswith("/"):
        return None
    if text_of(start) == "process.cwd()":
        return Read(rest.lstrip("/"), beside=False)
    return Read(rest.lstrip("/"), beside=True) if _is_own_folder(code, start) else None


def _is_own_folder(code: Code, node: Node) -> bool:
    written = text_of(node)
    if written == "import.meta.dirname":
        return True
    if node.type == "identifier" and written in code.declared:
        value = code.value_of(written)
        return value is not None and value != node and value.type != "identifier" and _is_own_folder(code, value)
    if node.type == "call_expression" and called(node) == "dirname":
        return [_is_own_file(code, each) for each in arguments_of(node)] == [True]
    return written == "__dirname"


def _is_own_file(code: Code, node: Node) -> bool:
    written = text_of(node)
    if node.type == "identifier" and written in code.declared:
        value = code.value_of(written)
        return value is not None and value.type != "identifier" and _is_own_file(code, value)
    if node.type == "call_expression" and called(node) == "fileURLToPath":
        return [text_of(each) for each in arguments_of(node)] == ["import.meta.url"]
    return written in ("__filename", "import.meta.filename")
