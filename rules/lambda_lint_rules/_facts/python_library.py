"""Names that modules of Python's own library have lost, with the version that no longer has them.

Measured on 2026-11-27 with CPython 3.6.15, 3.7.16, 3.8.18, 3.9.18, 3.10.13, 3.11.7, 3.12.1 and 3.13.0: the import works
with each version before, and with none from then on.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    ("fractions", (3, 9), "gcd"),
    ("importlib", (3, 12), "find_loader"),
    ("importlib.util", (3, 12), "module_for_loader set_loader set_package"),
    ("inspect", (3, 11), "ArgSpec formatargspec getargspec"),
    ("locale", (3, 12), "format"),
    ("locale", (3, 13), "resetlocale"),
    ("os", (3, 7), "errno"),
    ("pkgutil", (3, 12), "ImpImporter ImpLoader"),
    ("platform", (3, 8), "dist linux_distribution popen"),
    ("plistlib", (3, 9), "Data readPlist readPlistFromBytes writePlist writePlistToBytes"),
    ("ssl", (3, 12), "RAND_pseudo_bytes match_hostname wrap_socket"),
    ("time", (3, 8), "clock"),
    ("unittest", (3, 13), "findTestCases makeSuite"),
)
LOST_NAMES: Mapping[tuple[str, str], tuple[int, int]] = {
    (module, name): version for module, version, names in _LOST for name in names.split()
}
