"""Whether a .NET assembly can hold the handler, by the names in its metadata.

Names of namespaces, types and methods end with a zero byte in the `#Strings` heap (ECMA-335, II.24.2.3), where one may
be the end of another. A name that is nowhere in the file names nothing in it; one that is there proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lambda_lint import printable
from lambda_lint_rules._start.files import Files, join

_MAX_ASSEMBLY = 32 << 20
_MAX_NEIGHBOURS = 200


def unknown_name(files: Files, path: str, type_name: str, method: str) -> str:
    """In words, the type or the method that the assembly at `path` certainly does not know; "" when there is none.

    A method may come from a class in another assembly beside it.
    """
    data = files.whole(path, _MAX_ASSEMBLY)
    if not data.startswith(b"MZ"):
        return ""
    namespace, _, simple = type_name.rpartition(".")
    names = [*([namespace] if namespace else []), *simple.split("+")]
    if not all(_holds(data, name) for name in names):
        return f"has no type {printable(type_name)}"
    folder = path.rpartition("/")[0]
    if _holds(data, method) or _somewhere(files, (join(folder, name) for name in files.names(folder)), method):
        return ""
    return f"has no method {printable(method)}, nor has an assembly beside it"


def _somewhere(files: Files, paths: Iterable[str], name: str) -> bool:
    """Whether any of these assemblies holds the name, or one cannot be read."""
    assemblies = [path for path in paths if path.endswith(".dll")]
    if len(assemblies) > _MAX_NEIGHBOURS:
        return True
    return any(not (data := files.whole(path, _MAX_ASSEMBLY)) or _holds(data, name) for path in assemblies)


def _holds(data: bytes, name: str) -> bool:
    # Generic types carry the number of their parameters, and Lambda's handlers cannot.
    return re.search(re.escape(name.encode()) + rb"(?:`\d+)?\0", data) is not None
