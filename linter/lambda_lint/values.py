"""Immutable values with fields, like frozen and slotted dataclasses, and made some fifteen times faster.

`dataclasses` compiles half a dozen functions for each class, which was half of the time that a run over one Dockerfile
took. Here one constructor is compiled for each number of fields, and each class has a copy of it with the names of its
own. The other functions are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from types import FunctionType

from lambda_lint.annotations import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeVar, dataclass_transform

V = TypeVar("V", bound="Value")
Key = Callable[[Any], tuple[object, ...]]


def _constructor(cls: type, fields: tuple[str, ...], defaults: Mapping[str, object]) -> Callable[..., None]:
    optional = [field for field in fields if field in defaults]
    if optional != list(fields[len(fields) - len(optional) :]):
        raise TypeError(f"{cls.__name__}: a field without a default follows one with a default")
    template = _template(len(fields))
    code = template.__code__.replace(co_varnames=("self", *fields))
    # Each slot has a way in of its own, which is quicker than to look it up by its name for every value.
    ways = {f"put_{number}": getattr(cls, field).__set__ for number, field in enumerate(fields)}
    made: Callable[..., None] = FunctionType(code, ways, "__init__", tuple(defaults[field] for field in optional))
    return made


@cache
def _template(count: int) -> FunctionType:
    fields = [f"field_{number}" for number in range(count)]
    body = "; ".join(f"put_{number}(self, {field})" for number, field in enumerate(fields)) or "pass"
    scope: dict[str, Any] = {}
    exec(f"def __init__({', '.join(('self', *fields))}): {body}", scope)  # noqa: S102  # no name from outside
    template: FunctionType = scope["__init__"]
    return template


def _key(fields: tuple[str, ...]) -> Key:
    return attrgetter(*fields) if len(fields) > 1 else lambda value: tuple(getattr(value, name) for name in fields)


def _equality(key: Key) -> dict[str, Callable[..., Any]]:
    def equal(one: Value, other: object) -> bool:
        return key(one) == key(other) if other.__class__ is one.__class__ else NotImplemented

    return {"__eq__": equal, "__hash__": lambda one: hash(key(one))}


def _ordering(key: Key) -> dict[str, Callable[..., Any]]:
    def ordered(name: str) -> Callable[[Value, object], bool]:
        compare = getattr(tuple, name)
        return lambda one, other: compare(key(one), key(other)) if other.__class__ is one.__class__ else NotImplemented

    return {name: ordered(name) for name in ("__lt__", "__le__", "__gt__", "__ge__")}


@dataclass_transform(frozen_default=True)
class _ValueType(type):
    """Makes the annotations of a class its fields: slots, and the parameters of its constructor in the same order."""

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        eq: bool | None = None,
        order: bool = False,
    ) -> _ValueType:
        inherited = tuple(dict.fromkeys(field for base in bases for field in getattr(base, "__match_args__", ())))
        own = tuple(namespace.get("__annotations__", ()))
        fields = tuple(dict.fromkeys((*inherited, *own)))
        defaults = {field: value for base in bases for field, value in getattr(base, "_defaults", {}).items()}
        defaults |= {field: namespace.pop(field) for field in own if field in namespace}
        namespace |= {
            "__slots__": fields[len(inherited) :],
            "__match_args__": fields,
            "_defaults": defaults,
            "_by_fields": all(getattr(base, "_by_fields", True) for base in bases) if eq is None else eq,
        }
        key = _key(fields)
        namespace |= (
            _equality(key) if namespace["_by_fields"] else {"__eq__": object.__eq__, "__hash__": object.__hash__}
        )
        made = super().__new__(cls, name, bases, namespace | (_ordering(key) if order else {}))
        type.__setattr__(made, "__init__", _constructor(made, fields, defaults))
        return made

    def __init__(cls, *args: object, **_: bool) -> None:
        super().__init__(*args)


class Value(metaclass=_ValueType):
    """The base of values. Two are equal when they are of one class and equal in every field.

    One of a `class C(Value, eq=False)`, or of a class made from that, is equal to itself alone.
    Those of a `class C(Value, order=True)` are ordered by their fields in turn.
    A default is shared by all values, so it must be immutable too.
    """

    if TYPE_CHECKING:
        __match_args__: ClassVar[tuple[str, ...]]

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__qualname__}({fields})"

    def __setattr__(self, name: str, _value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__qualname__}.{name} cannot be set: values do not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__qualname__}.{name} cannot be deleted: values do not change")

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        return type(self), tuple(getattr(self, name) for name in self.__match_args__)

    def __replace__(self, **changes: object) -> Self:  # what copy.replace calls, from Python 3.13 on
        return type(self)(**{name: getattr(self, name) for name in self.__match_args__} | changes)


def replace(value: V, /, **changes: object) -> V:
    """The same value but for some fields. Raises TypeError for a field that it does not have."""
    return value.__replace__(**changes)
