"""The exceptions of lambda-lint, all of them.

    LambdaLintError
    ├── UsageError       the caller asked for something impossible; exit status 2
    │   └── SettingsError    a configuration file says something wrong; exit status 2
    └── SourceError      a target could not be found or read; exit status 3

Foreign exceptions are mapped to these at the rim (sources, settings, packs), with `raise ... from`.
Every message is one line that names the thing, the cause, and where it helps, what to do. What comes from a target
(a name in a tar, a value in a manifest) goes through `printable` on its way into a message.
"""

from collections.abc import Iterable


class LambdaLintError(Exception):
    """Base of every exception that lambda-lint raises on purpose."""


class UsageError(LambdaLintError):
    """The command line, a rule name or a pack is wrong."""


class SettingsError(UsageError):
    """A configuration file cannot be read or holds an unknown key or a wrong type."""


class SourceError(LambdaLintError):
    """A target cannot be found, opened, or understood."""


def printable(text: str, limit: int = 200) -> str:
    """`text` on one line, safe for a terminal, cut to `limit` characters.

    Control characters, line separators, direction marks and lone surrogates become escapes (`\\x1b`, `\\u202e`).
    """
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    if shown.isprintable():  # nearly always; what is unsafe is not printable for Python either
        return shown
    import unicodedata

    return "".join(
        _escaped(character) if unicodedata.category(character) in _UNSAFE else character for character in shown
    )


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a message about a word that is not known: the nearest one that is, or nothing."""
    import difflib  # only here, where something is wrong already

    near = difflib.get_close_matches(word.lower().replace("_", "-"), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
