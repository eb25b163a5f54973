"""The exceptions of lambda-lint, all of them.

    LambdaLintError
    ├── UsageError       the caller asked for something impossible; exit status 2
    │   └── SettingsError    a configuration file says something wrong; exit status 2
    └── SourceError      a target could not be found or read; exit status 3

Foreign exceptions are mapped to these at the rim (sources, settings, packs), with `raise ... from`.
Every message is one line that names the thing, the cause, and where it helps, what to do.
"""


class LambdaLintError(Exception):
    """Base of every exception that lambda-lint raises on purpose."""


class UsageError(LambdaLintError):
    """The command line, a rule name or a pack is wrong."""


class SettingsError(UsageError):
    """A configuration file cannot be read or holds an unknown key or a wrong type."""


class SourceError(LambdaLintError):
    """A target cannot be found, opened, or understood."""
