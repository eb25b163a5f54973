"""What annotations are written with: names of `typing`, which a run does without.

Nothing here evaluates an annotation, but importing `typing` took a third as long as Python itself takes to start. Type
checkers find the real thing here; at run time there is just enough for what classes and calls make of the names.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take any name like this for true

if TYPE_CHECKING:
    from typing import (
        Any as Any,
    )
    from typing import (
        AnyStr as AnyStr,
    )
    from typing import (
        BinaryIO as BinaryIO,
    )
    from typing import (
        ClassVar as ClassVar,
    )
    from typing import (
        Final as Final,
    )
    from typing import (
        Generic as Generic,
    )
    from typing import (
        Literal as Literal,
    )
    from typing import (
        NoReturn as NoReturn,
    )
    from typing import (
        Protocol as Protocol,
    )
    from typing import (
        TextIO as TextIO,
    )
    from typing import (
        TypedDict as TypedDict,
    )
    from typing import (
        TypeVar as TypeVar,
    )
    from typing import (
        cast as cast,
    )

    from typing_extensions import Self as Self
    from typing_extensions import dataclass_transform as dataclass_transform
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
