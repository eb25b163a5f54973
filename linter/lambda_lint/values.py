"""Immutable values with fields, like frozen and slotted dataclasses, and made some fifteen times faster.

`dataclasses` compiles half a dozen functions for each class, which was half of the time that a run over one Dockerfile
took. Here nothing is compiled: classes with as many fields as others have copies of one constructor, with names of
their own. The other functions are shared.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from types import FunctionType

from lambda_lint.annotations import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeVar, dataclass_transform
from lambda_lint.constructors import BODIES

V = TypeVar("V", bound="Value")
Key = Callable[[Any], tuple[object, ...]]


def _constructor(cls: _ValueType) -> Callable[..., None]:
    fields = cls.__match_args__
    defaults = tuple([cls._defaults[field] for field in fields if field in cls._defaults])
    # Each slot has a way in of its own, which is quicker than to look it up by its name for every value.
    ways = [getattr(cls, field).__set__ for field in fields]
    if len(fields) >= len(BODIES):
        return _of_many(cls, fields, ways)
    code = BODIES[len(fields)].__code__.replace(co_varnames=("self", *fields))
    made = FunctionType(code, {f"put_{number}": way for number, way in enumerate(ways)}, "__init__", defaults)
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _of_many(cls: _ValueType, fields: tuple[str, ...], ways: list[Callable[..., None]]) -> Callable[..., None]:
    """One that is slower. What has so many fields is not made often."""

    def __init__(self: Value, *args: object, **named: object) -> None:  # noqa: N807
        given = dict(zip(fields, args, strict=False))
        values = {**cls._defaults, **given, **named}
        if len(args) > len(fields) or given.keys() & named.keys() or values.keys() != set(fields):
            raise TypeError(f"{cls.__name__} is not made of {len(args)} values and {', '.join(named) or 'no names'}")
        for field, put in zip(fields, ways, strict=True):
            put(self, values[field])

    return __init__


def _first(self: Value, *args: object, **named: object) -> None:
    """The constructor of each class until its first value is made, since of most classes a run makes none."""
    cls = type(self)
    type.__setattr__(cls, "__init__", _constructor(cls))
    cls.__init__(self, *args, **named)


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

    __match_args__: tuple[str, ...]
    _defaults: dict[str, object]
    _by_fields: bool

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        eq: bool | None = None,
        order: bool = False,
    ) -> _ValueType:
        above = [base for base in bases if isinstance(base, _ValueType)]
        by_fields = all(base._by_fields for base in above) if eq is None else eq
        fields: dict[str, None] = {}
        defaults: dict[str, object] = {}
        for base in above:
            fields |= dict.fromkeys(base.__match_args__)
            defaults |= base._defaults
        own = namespace.get("__annotations__", ())
        defaults |= {field: namespace.pop(field) for field in own if field in namespace}
        slots = tuple([field for field in own if field not in fields])
        names = tuple(fields | dict.fromkeys(own))
        if defaults and defaults.keys() != set(names[-len(defaults) :]):
            raise TypeError(f"{name}: a field without a default follows one with a default")
        namespace |= {
            "__init__": _first,
            "__slots__": slots,
            "__match_args__": names,
            "_defaults": defaults,
            "_by_fields": by_fields,
        }
        key = _key(names)
        namespace |= _equality(key) if by_fields else {"__eq__": object.__eq__, "__hash__": object.__hash__}
        return super().__new__(cls, name, bases, namespace | (_ordering(key) if order else {}))

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
