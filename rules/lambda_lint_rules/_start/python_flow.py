"""What a Python module's own statements do for certain when it is imported, read from its syntax tree."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from types import MappingProxyType

from lambda_lint.annotations import Any
from lambda_lint_rules._start.python_source import numbers

_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
# Built-in exceptions that an import of what is nowhere never raises. What it loads may raise any.
_OTHER_NAMES = """
AttributeError KeyError IndexError LookupError NameError OSError IOError FileNotFoundError PermissionError RuntimeError
TypeError ValueError KeyboardInterrupt SystemExit
"""
_OTHERS = frozenset(_OTHER_NAMES.split())
_NOTHING: Mapping[str, bool] = MappingProxyType({})
Fails = Callable[[ast.stmt], bool]


Holds = Callable[[ast.expr], "bool | None"]


def _cannot_tell(_condition: ast.expr) -> None:
    return None


def certain(
    body: Sequence[ast.stmt],
    version: str,
    fails: Fails,
    holds: Holds = _cannot_tell,
) -> Iterator[ast.stmt]:
    """The simple statements that are executed for certain, and whose errors nothing catches, in order.

    A `with` comes before the statements in it. Branches are taken where their condition is known for a module that
    Python `version` imports; `holds` knows of more conditions. What an `except` holds is executed when `fails` says so
    of a statement before it. The search ends with a statement that ends the module.
    """
    yield from _Walk(body, version, fails, holds).walk(body)


class _Walk:
    def __init__(self, module: Sequence[ast.stmt], version: str, fails: Fails, holds: Holds) -> None:
        self._module = module
        self._version = version
        self._fails = fails
        self._holds = holds
        self._ended = False
        self._known: dict[str, bool] = {}

    def walk(self, body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        for node in body:
            if self._ended:
                return
            match node:
                case ast.If():
                    yield from self.walk(taken(node, self._version, self._known, self._holds) or ())
                case ast.Try():
                    yield from self._try(node)
                case ast.ClassDef():
                    yield node
                    yield from self.walk(node.body)
                case ast.With() if all(_catches_nothing(item.context_expr) for item in node.items):
                    yield node
                    yield from self.walk(node.body)
                case _:
                    yield node
                    self._ended = ends(node)

    def _try(self, node: ast.Try) -> Iterator[ast.stmt]:
        match node:
            # A name that whoever runs the module may have put there, which nobody does who just imports it.
            case ast.Try(
                body=[ast.Expr(ast.Name(id=asked))],
                handlers=[
                    ast.ExceptHandler(
                        type=ast.Name(id="NameError"),
                        body=[ast.Assign(targets=[ast.Name(id=set_)], value=ast.Constant(value=bool(value)))],
                    )
                ],
            ) if asked == set_ and self._set_once(asked):
                self._known[asked] = value
                return
        catching = [handler for handler in node.handlers if self._may_catch(handler)]
        ending = [handler for handler in node.handlers if any(map(ends, handler.body))]
        if len(ending) == len(node.handlers):
            yield from self.walk([*node.body, *node.orelse])
        elif all(handler in ending for handler in catching):
            # What a module raises that is there may be caught, and then nothing behind it is executed.
            first = node.body[0]
            if isinstance(first, ast.Import | ast.ImportFrom) and "*" not in ast.unparse(first) and self._fails(first):
                yield first
        elif any(map(self._fails, node.body)) and len(catching) == 1:
            yield from self.walk(catching[0].body)
        yield from self.walk(node.finalbody)

    def _may_catch(self, handler: ast.ExceptHandler) -> bool:
        caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        return any(not isinstance(each, ast.Name) or each.id not in _OTHERS for each in caught)

    def _set_once(self, name: str) -> bool:
        """Whether the module has one assignment to a name, and takes no names over that it does not tell."""
        nodes = [each for statement in self._module for each in ast.walk(statement)]
        stored = [
            each for each in nodes if isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Store)
        ]
        return len(stored) == 1 and not any(isinstance(each, ast.alias) and each.name in {"*", name} for each in nodes)


def taken(
    node: ast.If, version: str, known: Mapping[str, bool] = _NOTHING, holds: Holds = _cannot_tell
) -> list[ast.stmt] | None:
    """The branch that is taken, by the truth of what is known of names; None where only running tells."""
    truth = _truth(node.test, version, known, holds)
    return None if truth is None else node.body if truth else node.orelse


def ends(node: ast.stmt) -> bool:
    """Whether a statement ends the module that executes it."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func) in {"sys.exit", "exit", "quit", "os._exit"}
    return isinstance(node, ast.Raise)


def evaluated(node: ast.stmt, *, annotations: bool = False) -> Iterator[ast.expr]:
    """The expressions that are evaluated for certain when a statement is executed, the outer ones first.

    With `annotations`, also those, as Python evaluates them unless it is told not to.
    """
    waiting = _heads(node, annotations)[::-1]
    while waiting:
        current = waiting.pop()
        yield current
        match current:
            case ast.Lambda():
                continue
            case ast.IfExp(test=first) | ast.BoolOp(values=[first, *_]):
                waiting.append(first)
            case ast.Compare(left=left, comparators=[second, *_]):
                waiting.extend((second, left))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                waiting.append(current.generators[0].iter)
            case ast.Call(func=func, args=args, keywords=keywords):
                waiting.extend(reversed([func, *args, *(each.value for each in keywords)]))
            case _:
                waiting.extend(reversed([each for each in ast.iter_child_nodes(current) if isinstance(each, ast.expr)]))


def _heads(node: ast.stmt, annotations: bool) -> list[ast.expr]:
    """The outermost expressions of a statement that are evaluated first, and once."""
    match node:
        case ast.Expr(value=value) | ast.Assign(value=value) | ast.AugAssign(value=value):
            return [value]
        case ast.AnnAssign(annotation=annotation, value=value):
            return [*([] if value is None else [value]), *([annotation] if annotations else [])]
        case ast.Return(value=ast.expr() as value) | ast.For(iter=value):
            return [value]
        case ast.With(items=items):
            sure = sum(1 for _ in takewhile(_catches_nothing, (item.context_expr for item in items)))
            return [item.context_expr for item in items[: sure + 1]]
        case ast.ClassDef(bases=bases, keywords=keywords, decorator_list=decorators):
            return [*decorators, *bases, *(each.value for each in keywords)]
        case ast.FunctionDef(args=args) | ast.AsyncFunctionDef(args=args):
            defaults = [*args.defaults, *(each for each in args.kw_defaults if each is not None)]
            every = [*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg]
            written = [*(each.annotation for each in every if each is not None), node.returns]
            return [*node.decorator_list, *defaults, *(each for each in written if each is not None and annotations)]
    return []


def _catches_nothing(context: ast.expr) -> bool:
    return isinstance(context, ast.Call) and ast.unparse(context.func) in {"warnings.catch_warnings", "open"}


def _truth(test: ast.expr, version: str, names: Mapping[str, bool], holds: Holds) -> bool | None:
    match test:
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.Constant(value=value):
            return bool(value)
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return False
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _truth(operand, version, names, holds)
            return None if inner is None else not inner
        case ast.BoolOp(op=op, values=values):
            decides = isinstance(op, ast.Or)
            known = [_truth(value, version, names, holds) for value in values]
            return decides if decides in known else None if None in known else not decides
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _ORDER:
            return _compared(left, _ORDER[type(op)], right, version)
    return holds(test)


def _compared(left: ast.expr, order: Callable[[Any, Any], bool], right: ast.expr, version: str) -> bool | None:
    try:
        value = ast.literal_eval(right)
    except ValueError:
        return None
    known = numbers(version)
    fixed = len(known) == 2 and isinstance(value, tuple) and len(value) <= 2
    match ast.unparse(left):
        case "__name__" if value == "__main__":
            return order(0, 1)
        case "sys.platform" if isinstance(value, str):
            return order("linux", value)
        case "os.name" if isinstance(value, str):
            return order("posix", value)
        case "sys.version_info" if fixed:  # more numbers follow, so it is above every shorter tuple that it begins with
            return _safely(order, (*known, math.inf), value)
        case "sys.version_info[:2]" if fixed:
            return _safely(order, known, value)
        case "sys.version_info[0]" | "sys.version_info.major" if known:
            return _safely(order, known[0], value)
    return None


def _safely(order: Callable[[Any, Any], bool], left: object, right: object) -> bool | None:
    try:
        return order(left, right)
    except TypeError:
        return None
