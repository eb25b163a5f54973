"""Whether a JSON document is as its schema says, for documents that nearly always are.

jsonschema takes longer to import than a small image to read. It is asked to explain what does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lambda_lint.annotations import Any, Literal

Schema = Mapping[str, Any]


def fits(document: Any, schema: Schema) -> bool:
    """Whether a schema allows a JSON document. Raises KeyError for a schema with keywords that are not known here."""
    return all(
        _KEYWORDS[keyword](document, wanted, schema)
        for keyword, wanted in schema.items()
        if keyword not in _SAYS_NOTHING
    )


def _typed(document: Any, wanted: str | list[str], _schema: Schema) -> bool:
    return any(_TYPES[name](document) for name in ([wanted] if isinstance(wanted, str) else wanted))


def _number(document: Any) -> bool:
    return isinstance(document, int | float) and not isinstance(document, bool)


def _others(document: Any, wanted: Schema | Literal[False], schema: Schema) -> bool:
    known = schema.get("properties", {})
    return not isinstance(document, dict) or all(
        wanted is not False and fits(value, wanted) for name, value in document.items() if name not in known
    )


# JSON Schema, draft 2020-12. A keyword has nothing to say of what is not of its type.
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda document: document is None,
    "boolean": lambda document: isinstance(document, bool),
    "string": lambda document: isinstance(document, str),
    "integer": lambda document: _number(document) and document == document // 1,
    "array": lambda document: isinstance(document, list),
    "object": lambda document: isinstance(document, dict),
}
_SAYS_NOTHING = frozenset({"$schema", "$id", "title", "description", "default", "format"})
_KEYWORDS: Mapping[str, Callable[[Any, Any, Schema], bool]] = {
    "type": _typed,
    "const": lambda document, wanted, _: _number(document) and document == wanted,
    "enum": lambda document, wanted, _: isinstance(document, str) and document in wanted,
    "minItems": lambda document, wanted, _: not isinstance(document, list) or len(document) >= wanted,
    "minimum": lambda document, wanted, _: not _number(document) or document >= wanted,
    "pattern": lambda document, wanted, _: not isinstance(document, str) or re.search(wanted, document) is not None,
    "required": lambda document, wanted, _: not isinstance(document, dict) or all(name in document for name in wanted),
    "items": lambda document, wanted, _: not isinstance(document, list) or all(fits(item, wanted) for item in document),
    "properties": lambda document, wanted, _: (
        not isinstance(document, dict)
        or all(fits(document[name], schema) for name, schema in wanted.items() if name in document)
    ),
    "additionalProperties": _others,
    "anyOf": lambda document, wanted, _: any(fits(document, schema) for schema in wanted),
}
