"""What is made when it is first used, because most runs never use it."""

from __future__ import annotations

import re

from lambda_lint.annotations import Any, AnyStr, cast


class LazyRegex:
    """Stands for a compiled regular expression, and compiles it when somebody asks for one of its attributes."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._of: tuple[Any, int] = (text, flags)

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._of), name)
        self.__dict__[name] = found  # from now on no slower than the real one
        return found


def regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Like `re.compile`, for module level: compiling all that the rules have takes as long as starting Python.

    What is wrong with the expression shows when it is first used, so a test uses each.
    """
    return cast("re.Pattern[AnyStr]", LazyRegex(text, flags))
