"""`datetime.date`, without the rest of `datetime`.

Before 3.12 Python runs a twin in Python of that whole module, and then takes the one in C. The class is the same one.
"""

from __future__ import annotations

from lambda_lint.annotations import TYPE_CHECKING

__all__ = ["date"]

if TYPE_CHECKING:
    from datetime import date
else:
    try:
        from _datetime import date
    except ImportError:  # not CPython
        from datetime import date
