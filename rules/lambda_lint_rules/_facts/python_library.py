"""Names that modules of Python's own library have lost or have not always had, and how its compiled files begin.

Measured on 2026-11-27 with CPython 3.6.15, 3.7.16, 3.8.18, 3.9.18, 3.10.13, 3.11.7, 3.12.1 and 3.13.0: of a lost name,
the import works with each version before, and with none from then on; of a new one, the other way round.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

# annotationlib and compression are new in 3.14: https://docs.python.org/3.14/whatsnew/3.14.html (2026-11-27).
_PARTED = """
aifc annotationlib asynchat asyncore binhex cgi cgitb chunk compression crypt dataclasses distutils ensurepip graphlib
idlelib imghdr imp lib2to3 mailcap msilib nntplib pipes smtpd sndhdr sunau telnetlib tkinter tomllib turtle turtledemo
uu venv xdrlib zoneinfo
"""
PARTED = frozenset(_PARTED.split())
"""Modules of the library that earlier versions did not have, that later ones have lost, or that distributions put into
packages of their own."""

MODULES = sys.stdlib_module_names | PARTED
"""The top-level modules of the library in any version: what is one must not hang on the Python that runs this."""

_ABSTRACT = """
AsyncGenerator AsyncIterable AsyncIterator Awaitable ByteString Callable Collection Container Coroutine Generator
Hashable ItemsView Iterable Iterator KeysView Mapping MappingView MutableMapping MutableSequence MutableSet Reversible
Sequence Set Sized ValuesView
"""
_LOST = (
    ("asyncio", (3, 11), "coroutine"),
    ("base64", (3, 9), "decodestring encodestring"),
    ("cgi", (3, 8), "escape parse_qs parse_qsl"),
    ("collections", (3, 10), _ABSTRACT),
    ("configparser", (3, 12), "SafeConfigParser"),
    ("configparser", (3, 13), "LegacyInterpolation"),
    ("fractions", (3, 9), "gcd"),
    ("gettext", (3, 11), "bind_textdomain_codeset ldgettext ldngettext lgettext lngettext"),
    ("importlib", (3, 12), "find_loader"),
    ("importlib.abc", (3, 12), "Finder"),
    ("importlib.util", (3, 12), "module_for_loader set_loader set_package"),
    ("inspect", (3, 11), "ArgSpec formatargspec getargspec"),
    ("locale", (3, 12), "format"),
    ("locale", (3, 13), "resetlocale"),
    ("os", (3, 7), "errno"),
    ("pkgutil", (3, 12), "ImpImporter ImpLoader"),
    ("platform", (3, 8), "dist linux_distribution popen"),
    ("plistlib", (3, 9), "Data readPlist readPlistFromBytes writePlist writePlistToBytes"),
    ("ssl", (3, 12), "RAND_pseudo_bytes match_hostname wrap_socket"),
    ("sys", (3, 9), "getcheckinterval setcheckinterval"),
    ("time", (3, 8), "clock"),
    ("unittest", (3, 13), "findTestCases getTestCaseNames makeSuite"),
)
_NEW = (
    ("ast", (3, 9), "unparse"),
    ("asyncio", (3, 7), "create_task current_task get_running_loop run"),
    ("asyncio", (3, 9), "to_thread"),
    ("asyncio", (3, 11), "Barrier Runner TaskGroup timeout timeout_at"),
    ("asyncio", (3, 13), "QueueShutDown"),
    ("collections.abc", (3, 12), "Buffer"),
    ("contextlib", (3, 7), "AbstractAsyncContextManager AsyncExitStack asynccontextmanager nullcontext"),
    ("contextlib", (3, 10), "aclosing"),
    ("contextlib", (3, 11), "chdir"),
    ("copy", (3, 13), "replace"),
    ("dataclasses", (3, 10), "KW_ONLY"),
    ("datetime", (3, 11), "UTC"),
    ("enum", (3, 11), "EnumType ReprEnum StrEnum global_enum member nonmember verify"),
    ("functools", (3, 8), "cached_property singledispatchmethod"),
    ("functools", (3, 9), "cache"),
    ("hashlib", (3, 11), "file_digest"),
    ("http", (3, 11), "HTTPMethod"),
    ("http.server", (3, 7), "ThreadingHTTPServer"),
    ("importlib.metadata", (3, 10), "packages_distributions"),
    ("importlib.resources", (3, 9), "as_file files"),
    ("inspect", (3, 10), "get_annotations"),
    ("itertools", (3, 10), "pairwise"),
    ("itertools", (3, 12), "batched"),
    ("logging", (3, 11), "getLevelNamesMapping"),
    ("logging", (3, 12), "getHandlerByName getHandlerNames"),
    ("math", (3, 8), "comb dist isqrt perm prod"),
    ("math", (3, 9), "lcm nextafter ulp"),
    ("math", (3, 11), "cbrt exp2"),
    ("math", (3, 12), "sumprod"),
    ("math", (3, 13), "fma"),
    ("operator", (3, 11), "call"),
    ("random", (3, 9), "randbytes"),
    ("shlex", (3, 8), "join"),
    ("statistics", (3, 8), "NormalDist fmean geometric_mean multimode quantiles"),
    ("statistics", (3, 10), "correlation covariance linear_regression"),
    ("sys", (3, 10), "stdlib_module_names"),
    ("sys", (3, 11), "exception"),
    ("time", (3, 7), "monotonic_ns perf_counter_ns process_time_ns time_ns"),
    ("types", (3, 9), "GenericAlias"),
    ("types", (3, 10), "EllipsisType NoneType NotImplementedType UnionType"),
    ("typing", (3, 8), "Final Literal Protocol SupportsIndex TypedDict final get_args get_origin runtime_checkable"),
    ("typing", (3, 9), "Annotated"),
    ("typing", (3, 10), "Concatenate ParamSpec ParamSpecArgs ParamSpecKwargs TypeAlias TypeGuard is_typeddict"),
    ("typing", (3, 11), "LiteralString Never NotRequired Required Self TypeVarTuple Unpack"),
    ("typing", (3, 11), "assert_never assert_type dataclass_transform"),
    ("typing", (3, 12), "TypeAliasType override"),
    ("typing", (3, 13), "NoDefault ReadOnly TypeIs get_protocol_members is_protocol"),
    ("unittest", (3, 8), "IsolatedAsyncioTestCase"),
    ("unittest.mock", (3, 8), "AsyncMock"),
    ("warnings", (3, 13), "deprecated"),
)


def _by_name(table: tuple[tuple[str, tuple[int, int], str], ...]) -> Mapping[tuple[str, str], tuple[int, int]]:
    return {(module, name): version for module, version, names in table for name in names.split()}


LOST_NAMES = _by_name(_LOST)
NEW_NAMES = _by_name(_NEW)

# What compiled files begin with, by the version that takes them. Each takes its own only.
MAGIC: Mapping[bytes, str] = {
    number.to_bytes(2, "little") + b"\r\n": version
    for number, version in (
        (3379, "3.6"),
        (3394, "3.7"),
        (3413, "3.8"),
        (3425, "3.9"),
        (3439, "3.10"),
        (3495, "3.11"),
        (3531, "3.12"),
        (3571, "3.13"),
    )
}
