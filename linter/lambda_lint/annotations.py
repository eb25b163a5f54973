"""What annotations are written with: names of `typing`, which a run does without.

Nothing here evaluates an annotation, but importing `typing` took a third as long as Python itself takes to start. Type
checkers find the real thing here; at run time there is just enough for what classes and calls make of the names.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take any name like this for true

if TYPE_CHECKING:
    from typing import (
        Any,
        AnyStr,
        BinaryIO,
        ClassVar,
        Final,
        Generic,
        Literal,
        NoReturn,
        Protocol,
        TextIO,
        TypedDict,
        TypeVar,
        cast,
    )

    from typing_extensions import Self, dataclass_transform
else:

    class _Unread:
        """Stands for a name that nobody reads at run time. As a base it adds nothing, and neither do its parameters."""

        __slots__ = ()

        def __class_getitem__(cls, _parameters):
            return cls

    Any = AnyStr = BinaryIO = ClassVar = Final = Generic = Literal = NoReturn = Protocol = _Unread
    Self = TextIO = TypedDict = _Unread

    def TypeVar(name, *_constraints, **_said):  # noqa: N802  # it stands for a class
        return name

    def cast(_type, value):
        return value

    def dataclass_transform(**_said):
        return lambda cls: cls


__all__ = [
    "TYPE_CHECKING",
    "Any",
    "AnyStr",
    "BinaryIO",
    "ClassVar",
    "Final",
    "Generic",
    "Literal",
    "NoReturn",
    "Protocol",
    "Self",
    "TextIO",
    "TypeVar",
    "TypedDict",
    "cast",
    "dataclass_transform",
]
