"""The commands of a shell script, in their order."""

from __future__ import annotations

from lambda_lint_rules._build import Ran
from lambda_lint_rules._start.shell_syntax import (
    AndOr,
    Case,
    For,
    Function,
    Group,
    If,
    Literal,
    Node,
    Pipeline,
    Redirected,
    Sequence,
    Simple,
    UnparsableError,
    While,
    Word,
    parse,
)


def commands_of(text: str, *, strict: bool) -> list[Ran]:
    """What a script may run; nothing of one that is not understood. `strict`: it ends with the first that fails."""
    try:
        tree = parse(text)
    except UnparsableError:
        return []
    found: list[Ran] = []
    _sequence(tree, found, certain=True, fatal=True, strict=strict)
    return found


def _walk(node: Node, found: list[Ran], *, certain: bool, fatal: bool, strict: bool) -> None:
    """Add the commands of a node to those found."""
    match node:
        case Simple():
            found.append(Ran(tuple(map(_text, node.words)), certain, fatal, node.line))
        case Pipeline():
            for index, command in enumerate(node.commands, 1):
                last = index == len(node.commands) and not node.negated
                _walk(command, found, certain=certain, fatal=fatal and last, strict=False)
        case AndOr():
            _chain(node, found, certain=certain, fatal=fatal, strict=strict)
        case Sequence():
            _sequence(node, found, certain=certain, fatal=fatal, strict=strict)
        case Group() | Redirected():
            _walk(node.body, found, certain=certain, fatal=fatal, strict=strict)
        case If():
            for condition, body in node.branches:
                _sequence(condition, found, certain=False, fatal=False, strict=False)
                _sequence(body, found, certain=False, fatal=False, strict=False)
            _sequence(node.otherwise, found, certain=False, fatal=False, strict=False)
        case Case():
            for _, body in node.items:
                _sequence(body, found, certain=False, fatal=False, strict=False)
        case For() | While() | Function():
            _walk(node.body, found, certain=False, fatal=False, strict=False)


def _sequence(node: Sequence, found: list[Ran], *, certain: bool, fatal: bool, strict: bool) -> None:
    for index, (item, background) in enumerate(node.items, 1):
        counts = fatal and not background and (strict or index == len(node.items))
        before = len(found)
        _walk(item, found, certain=certain, fatal=counts, strict=strict)
        strict = strict or any(map(_makes_strict, found[before:]))


def _makes_strict(ran: Ran) -> bool:
    return ran.program == "set" and any("e" in (word or "") for word in ran.arguments)


def _chain(node: AndOr, found: list[Ran], *, certain: bool, fatal: bool, strict: bool) -> None:
    """`a && b || c`: what stands before `||` may fail, and what stands behind it may not run."""
    rescued = any(operator == "||" for operator, _ in node.rest)
    fatal = fatal and not rescued
    strict = strict and not rescued
    _walk(node.first, found, certain=certain, fatal=fatal, strict=strict)
    for _, part in node.rest:
        _walk(part, found, certain=certain and fatal, fatal=fatal, strict=strict)


def _text(word: Word) -> str | None:
    parts = word.parts
    if len(parts) == 1 and isinstance(parts[0], Literal):  # as most
        return parts[0].text
    texts = [part.text for part in parts if isinstance(part, Literal)]
    return "".join(texts) if len(texts) == len(parts) else None
