"""Which shell runs a script: they differ in what they understand, and in what they take for the end."""

from __future__ import annotations

import posixpath

from lambda_lint import Value

_KNOWN = {"dash": "dash", "bash": "bash", "busybox": "ash", "ash": "ash"}


class Dialect(Value):
    """A shell. `name` is `dash`, `bash`, `ash` (busybox), or "" for one that is not known.

    `strict` tells that bash goes by another name, and so by POSIX. `pipefail` tells whether the option is there.
    """

    name: str = ""
    strict: bool = False
    pipefail: bool = True

    @property
    def plain(self) -> bool:
        """Whether it certainly has next to nothing of bash's own."""
        return self.name == "dash"

    @property
    def small(self) -> bool:
        """Whether it certainly has no arrays, and what comes with them."""
        return self.name in {"dash", "ash"}

    @property
    def posix(self) -> bool:
        """Whether a special builtin that fails ends the script."""
        return self.small or (self.name == "bash" and self.strict)


def dialect(called: str, real: str, *, pipefail: bool = True) -> Dialect:
    """The shell at a path, `real` where links are followed."""
    name = _KNOWN.get(posixpath.basename(real), "")
    return Dialect(name, name == "bash" and posixpath.basename(called) == "sh", pipefail)
