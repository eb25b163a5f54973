"""What a JavaScript file exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from lambda_lint.annotations import TYPE_CHECKING
from lambda_lint_rules._start.javascript import (
    FUNCTIONS,
    Code,
    arguments_of,
    called,
    captured,
    module_word,
    string_of,
    text_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node


def exported(code: Code) -> frozenset[str] | None:
    """All names that an ECMAScript module exports; None when they cannot be told from it alone."""
    names: set[str] = set()
    for statement in code.root.named_children:
        if statement.type == "export_statement":
            if any(child.type == "*" for child in statement.children):
                return None
            names.update(_of_statement(statement))
    return frozenset(names)


def default_lacks(code: Code, name: str) -> bool:
    """Whether what an ECMAScript module exports by default certainly has no such name, or is not there."""
    names = exported(code)
    if names is None or "default" not in names:
        return names is not None
    for statement in code.root.named_children:
        if statement.type == "export_statement" and any(child.type == "default" for child in statement.children):
            value, made = (statement.child_by_field_name(field) for field in ("value", "declaration"))
            if value is not None:
                return _value_lacks(code, value, name)
            variable = None if made is None or made.type.startswith("class") else made.child_by_field_name("name")
            return variable is not None and _variable_lacks(code, text_of(variable), name)
    return False


def _of_statement(statement: Node) -> Iterator[str]:
    """The names that an export gives a module."""
    declaration = statement.child_by_field_name("declaration")
    if any(child.type == "default" for child in statement.children):
        yield "default"
    elif declaration is not None:
        yield from _declared(declaration)
    for clause in statement.named_children:
        if clause.type == "namespace_export":
            yield from (string_of(name) or text_of(name) for name in clause.named_children)
        for specifier in clause.named_children if clause.type == "export_clause" else ():
            name = specifier.child_by_field_name("alias") or specifier.child_by_field_name("name")
            if name is not None:
                yield string_of(name) or text_of(name)


def _declared(declaration: Node) -> Iterator[str]:
    name = declaration.child_by_field_name("name")
    if name is not None:
        yield text_of(name)
        return
    waiting = [declarator.child_by_field_name("name") for declarator in declaration.named_children]
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            yield text_of(node)
        elif node.type in ("pair_pattern", "assignment_pattern", "object_assignment_pattern"):
            waiting.append(node.child_by_field_name("value" if node.type == "pair_pattern" else "left"))
        else:
            waiting += node.named_children


_MENTIONS = '([(identifier) (this)] @it (#any-of? @it "module" "exports" "eval" "arguments" "this"))'
_WHOLE = ("module.exports", "exports")
# To find what a node stands in takes time that grows with the depth of the tree.
_MAX_MENTIONS = 1000
_MAX_DEPTH = 200
# What `module` has beside its exports.
_ABOUT_ITSELF = ("id", "parent", "children", "filename", "paths", "path", "loaded")


def lacks_export(code: Code, name: str) -> bool:
    """Whether a CommonJS file certainly exports nothing of that name."""
    if module_word(code) or "module" in code.declared or "exports" in code.declared:
        return False
    references: list[Node] = []
    mentions = captured(code, _MENTIONS)
    if len(mentions) > _MAX_MENTIONS:
        return False
    for mention in mentions:
        if text_of(mention) == "exports":
            references.append(mention)
        elif text_of(mention) == "module" and _property(mention.parent) == "exports" and mention.parent is not None:
            references.append(mention.parent)
        elif not _is_harmless(mention):
            return False
    last = max((each.start_byte for each in references if _is_replaced(code, each)), default=-1)
    # The object that `exports` stands for counts no more when it has been replaced, unless it was so by itself.
    lost = last >= 0 and not any(each.type == "identifier" and _is_assigned(each) for each in references)
    return all(
        (lost and each.type == "identifier")
        or (each.type != "identifier" and each.start_byte < last and _INSIDE.isdisjoint(_around(each)))
        or _gives_no(code, each, name)
        for each in references
    )


def _is_harmless(mention: Node) -> bool:
    """Whether `module`, `this`, `eval` or `arguments` are used for something else than to export."""
    parent = mention.parent
    match text_of(mention):
        case "module":
            compared = parent is not None and parent.type == "binary_expression" and "require.main" in text_of(parent)
            return compared or _property(parent) in _ABOUT_ITSELF or _is_typeof(parent)
        case "this":
            # (this && this.__importDefault) || ... is what tsc writes before its helpers.
            helper = _property(parent).startswith("__") or (
                parent is not None
                and parent.type == "binary_expression"
                and text_of(parent).startswith("this && this.__")
            )
            return helper or not _OWN_THIS.isdisjoint(_around(mention))
        case "arguments":
            return not _OWN_ARGUMENTS.isdisjoint(_around(mention))
    return False


_OWN_ARGUMENTS = FUNCTIONS - {"arrow_function"}
_OWN_THIS = _OWN_ARGUMENTS | {"class_body"}
_INSIDE = FUNCTIONS | {""}


def _property(node: Node | None) -> str:
    """The name behind the dot, "" when there is none."""
    if node is None or node.type != "member_expression":
        return ""
    name = node.child_by_field_name("property")
    return "" if name is None else text_of(name)


def _is_typeof(node: Node | None) -> bool:
    return node is not None and node.type == "unary_expression" and text_of(node).startswith("typeof")


def _around(node: Node) -> Iterator[str]:
    """The types of what a node stands in, from inside out; "" at last where that goes on too deep to be looked at."""
    above = node.parent
    for _ in range(_MAX_DEPTH):
        if above is None:
            return
        yield above.type
        above = above.parent
    yield ""


def _is_assigned(node: Node) -> bool:
    above = node.parent
    return above is not None and above.type == "assignment_expression" and above.child_by_field_name("left") == node


def _is_replaced(code: Code, reference: Node) -> bool:
    """Whether `module.exports = ...` is a statement of its own, outside of everything."""
    if reference.type == "identifier" or not _is_assigned(reference) or reference.parent is None:
        return False
    statement = _statement(reference.parent)
    return statement is not None and statement.parent == code.root


def _gives_no(code: Code, reference: Node, name: str) -> bool:
    """Whether one use of the exports certainly does not give them that name."""
    parent = reference.parent
    if parent is None:
        return False
    if _property(parent) and parent.child_by_field_name("object") == reference:
        is_called = parent.parent is not None and parent.parent.child_by_field_name("function") == parent
        return _property(parent) != name and not is_called
    if _is_assigned(reference):
        value = parent.child_by_field_name("right")
        if reference.type == "identifier":
            return parent.parent is not None and parent.parent.type == "expression_statement"
        # What is never done is nevertheless what a module may import.
        done = _is_never_done(parent) or _statement(parent) is not None
        return value is not None and done and _value_lacks(code, value, name)
    if parent.type == "arguments" and parent.parent is not None and called(parent.parent) == "defineProperty":
        match arguments_of(parent.parent):
            case [first, key, _] if first == reference:
                return string_of(key) not in (None, name)
    return _is_typeof(parent)


def _statement(assignment: Node) -> Node | None:
    """The statement that gives the exports a value and gives it nobody else, who might add to it by another name."""
    above = assignment.parent
    while above is not None and (
        above.type == "sequence_expression" or (above.type == "assignment_expression" and _left(above) in _WHOLE)
    ):
        above = above.parent
    return above if above is not None and above.type == "expression_statement" else None


def _left(assignment: Node) -> str:
    left = assignment.child_by_field_name("left")
    return "" if left is None else text_of(left)


def _is_never_done(assignment: Node) -> bool:
    """Whether it stands behind `0 &&`, where bundlers write for Node.js to read what a file exports."""
    above = assignment.parent
    while above is not None and above.type == "parenthesized_expression":
        above = above.parent
    left = above.child_by_field_name("left") if above is not None and above.type == "binary_expression" else None
    return above is not None and left is not None and text_of(left) == "0" and "&&" in map(text_of, above.children)


_FUNCTION_VALUES = ("arrow_function", "function_expression", "generator_function")
_NAMELESS = frozenset((*_FUNCTION_VALUES, "string", "template_string", "number", "true", "false", "null", "array"))


def _value_lacks(code: Code, value: Node, name: str) -> bool:
    """Whether the value that a file's exports are replaced with certainly has no such name."""
    while value.type in ("parenthesized_expression", "assignment_expression"):
        inner = value.child_by_field_name("right") or next(iter(value.named_children), None)
        if inner is None:
            return False
        value = inner
    if value.type == "object":
        return _literal_lacks(value, name)
    if value.type == "identifier":
        return _variable_lacks(code, text_of(value), name)
    if value.type == "call_expression" and called(value) == "__toCommonJS":
        return _bundle_lacks(code, arguments_of(value), name)
    return value.type in _NAMELESS


def _literal_lacks(literal: Node, name: str) -> bool:
    """Whether an object written out has no such name, nor anything that is not written there."""
    keys: list[str | None] = []
    for child in literal.named_children:
        key = child.child_by_field_name("key") or child.child_by_field_name("name") or child
        if key.type in ("property_identifier", "shorthand_property_identifier", "number"):
            keys.append(text_of(key))
        elif child.type != "comment":
            keys.append(string_of(key))
    return None not in keys and not {name, "__proto__"}.intersection(keys)


def _variable_lacks(code: Code, variable: str, name: str) -> bool:
    """Whether a variable is a function or an object without such a name, to which nobody can have given it."""
    if len(code.declared.get(variable, ())) != 1:
        return False
    place = code.declared[variable][0].parent
    value = None if place is None else place.child_by_field_name("value")
    made = place is not None and place.type in ("function_declaration", "generator_function_declaration")
    if not made and (value is None or not _value_is_plain(value, name)):
        return False
    return all(_leaves_alone(use, name) for use in captured(code, _USES) if text_of(use) == variable)


_USES = "[(identifier) (shorthand_property_identifier)] @it"


def _value_is_plain(value: Node, name: str) -> bool:
    return _literal_lacks(value, name) if value.type == "object" else value.type in _NAMELESS


def _leaves_alone(use: Node, name: str) -> bool:
    """Whether a variable is declared, called, exported whole or asked for a member there, and gets no such name."""
    parent = use.parent
    if parent is None or use.type != "identifier":
        return False
    if parent.child_by_field_name("name") == use or parent.child_by_field_name("function") == use:
        return True
    if _property(parent) and parent.child_by_field_name("object") == use:
        is_called = parent.parent is not None and parent.parent.child_by_field_name("function") == parent
        return _property(parent) != name and not is_called
    return parent.type == "assignment_expression" and _left(parent) in _WHOLE


def _bundle_lacks(code: Code, arguments: Sequence[Node], name: str) -> bool:
    """esbuild lists what a bundle exports: `__export(index_exports, { handler: () => handler })`."""
    if [each.type for each in arguments] != ["identifier"]:
        return False
    handed = [
        call
        for call in captured(code, "(call_expression) @it")
        if text_of(arguments[0]) in map(text_of, arguments_of(call)) and called(call) != "__toCommonJS"
    ]
    if [called(call) for call in handed] != ["__export"]:
        return False
    literal = arguments_of(handed[0])[-1]
    return literal.type == "object" and _literal_lacks(literal, name)


def parameters(code: Code, name: str) -> int | None:
    """How many arguments the function that a file exports by a name has for its `length`; None when not known.

    That is told of a function that is written where it is exported, or has a name of its own, by which it is called or
    exported and nothing else.
    """
    if module_word(code):
        made = [_function_of(code, name)] if _exports_itself(code, name) else []
    else:
        made = [_function_of(code, text_of(each)) if each.type in _NAMES else each for each in _given(code, name)]
    function = made[0] if len(made) == 1 else None
    if function is None or function.type not in FUNCTIONS:
        return None
    if function.child_by_field_name("parameter") is not None:
        return 1
    written = function.child_by_field_name("parameters")
    parts = [] if written is None else [each for each in written.named_children if each.type != "comment"]
    optional = ("assignment_pattern", "rest_pattern")
    return len(list(takewhile(lambda each: each.type not in optional, parts)))


_NAMES = ("identifier", "shorthand_property_identifier")


def _exports_itself(code: Code, name: str) -> bool:
    """Whether a module exports what bears a name in it by the same name."""
    for statement in code.root.named_children:
        declaration = statement.child_by_field_name("declaration") if statement.type == "export_statement" else None
        if declaration is not None and name in _declared(declaration):
            return not any(child.type == "default" for child in statement.children)
        for clause in statement.named_children if statement.type == "export_statement" else ():
            for each in clause.named_children if clause.type == "export_clause" else ():
                if text_of(each) == name and statement.child_by_field_name("source") is None:
                    return True
    return False


def _given(code: Code, name: str) -> list[Node]:
    """What CommonJS exports by a name, one thing where that is certain."""
    mentions = captured(code, _MENTIONS)
    if len(mentions) > _MAX_MENTIONS or "module" in code.declared or "exports" in code.declared:
        return []
    found: list[Node] = []
    for mention in mentions:
        whole = mention.parent if text_of(mention) == "module" else mention
        if whole is not None and text_of(whole) in _WHOLE:
            given = _given_there(code, whole, name)
            if given is None:
                return []
            found += given
        elif not _is_harmless(mention):
            return []
    return found


def _given_there(code: Code, whole: Node, name: str) -> list[Node] | None:
    """What one use of the exports gives them by a name; None where nobody can tell."""
    parent = whole.parent
    if parent is None or _gives_no(code, whole, name):
        return []
    if _is_assigned(parent) and _property(parent) == name and parent.parent is not None:
        value, statement = parent.parent.child_by_field_name("right"), parent.parent.parent
        if value is not None and value.type in ("unary_expression", "assignment_expression"):
            return []  # void 0, with which tsc begins
        certain = value is not None and statement is not None and statement.parent == code.root
        return [value] if certain and value is not None else None
    if _is_replaced(code, whole) and (literal := parent.child_by_field_name("right")) is not None:
        pairs = literal.named_children if literal.type == "object" else []
        keys = [each.child_by_field_name("key") or each for each in pairs]
        if all(each.type in ("property_identifier", "shorthand_property_identifier", "comment") for each in keys):
            values = (each.child_by_field_name("value") or each for each in pairs)
            return [value for key, value in zip(keys, values, strict=True) if text_of(key) == name] or None
    return None


def _function_of(code: Code, variable: str) -> Node | None:
    """The function that a variable stands for, where nothing but its declaration, calls and exports name it."""
    if len(code.declared.get(variable, ())) != 1:
        return None
    declared = code.declared[variable][0]
    for use in captured(code, _USES):
        parent = use.parent
        if text_of(use) != variable or use == declared or parent is None:
            continue
        literal = parent.parent if parent.type == "pair" and parent.child_by_field_name("value") == use else parent
        whole = literal if literal is not None and literal.type == "object" else use
        assigned = whole.parent is not None and whole.parent.type == "assignment_expression" and not _is_assigned(whole)
        if not assigned and parent.type != "export_specifier" and parent.child_by_field_name("function") != use:
            return None
    place = declared.parent
    return place if place is None or place.type in FUNCTIONS else place.child_by_field_name("value")
