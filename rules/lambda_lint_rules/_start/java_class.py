"""Compiled Java classes, as far as their names go: chapter 4 of the Java Virtual Machine Specification."""

from __future__ import annotations

import struct

from lambda_lint import Value

_UTF8, _CLASS = 1, 7
# The size of what follows the tag of each other kind of constant. Long and Double take two places of the table.
_SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}
_WIDE = frozenset({5, 6})


_PUBLIC, _STATIC, _INTERFACE, _ABSTRACT = 0x1, 0x8, 0x200, 0x400
# Java 1 wrote 45, and each version since then one more.
_BEFORE_JAVA_1 = 44


class JavaMethod(Value):
    """One method. The descriptor holds the types of its parameters in parentheses, and its result's."""

    name: str
    descriptor: str
    public: bool
    static: bool


class JavaClass(Value):
    """One class. Names of classes have slashes: `java/lang/Object`. `uses` are all classes that it names.

    `version` is the Java that it was compiled for. `abstract` holds for interfaces, too.
    """

    version: int
    abstract: bool
    parent: str
    interfaces: tuple[str, ...]
    methods: tuple[JavaMethod, ...]
    uses: frozenset[str]

    @property
    def makes_itself(self) -> bool:
        """Whether there is a public constructor without parameters."""
        return any(each.name == "<init>" and each.public and each.descriptor == "()V" for each in self.methods)


def read(data: bytes) -> JavaClass | None:
    """Read a class file; None when it is damaged, or none at all."""
    try:
        return _read(data)
    except (struct.error, KeyError, IndexError, UnicodeDecodeError):
        return None


def _read(data: bytes) -> JavaClass | None:
    if not data.startswith(b"\xca\xfe\xba\xbe"):
        return None
    texts, classes, at = _constants(data)
    (version,) = struct.unpack_from(">H", data, 6)
    flags, _, parent, count = struct.unpack_from(">HHHH", data, at)
    interfaces = struct.unpack_from(f">{count}H", data, at + 8)
    at = _members(data, at + 8 + 2 * count)[1]
    methods, _ = _members(data, at)
    names = {index: texts[name] for index, name in classes.items()}
    return JavaClass(
        version - _BEFORE_JAVA_1,
        bool(flags & (_INTERFACE | _ABSTRACT)),
        names.get(parent, ""),
        tuple(names[index] for index in interfaces),
        tuple(
            JavaMethod(texts[name], texts[descriptor], bool(access & _PUBLIC), bool(access & _STATIC))
            for access, name, descriptor in methods
        ),
        frozenset(names.values()),
    )


def _constants(data: bytes) -> tuple[dict[int, str], dict[int, int], int]:
    """The texts by their place, the place of each class's name by its own, and where the table ends."""
    texts: dict[int, str] = {}
    classes: dict[int, int] = {}
    (count,) = struct.unpack_from(">H", data, 8)
    index, at = 1, 10
    while index < count:
        tag = data[at]
        if tag == _UTF8:
            (size,) = struct.unpack_from(">H", data, at + 1)
            texts[index] = data[at + 3 : at + 3 + size].decode("utf-8", "replace")
            at += 3 + size
        else:
            if tag == _CLASS:
                (classes[index],) = struct.unpack_from(">H", data, at + 1)
            at += 1 + _SIZES[tag]
        index += 2 if tag in _WIDE else 1
    return texts, classes, at


def _members(data: bytes, at: int) -> tuple[list[tuple[int, int, int]], int]:
    """Flags, and the places of name and descriptor, in a table of fields or methods; and where it ends."""
    (count,) = struct.unpack_from(">H", data, at)
    at += 2
    members: list[tuple[int, int, int]] = []
    for _ in range(count):
        flags, name, descriptor, attributes = struct.unpack_from(">HHHH", data, at)
        members.append((flags, name, descriptor))
        at += 8
        for _ in range(attributes):
            (size,) = struct.unpack_from(">I", data, at + 2)
            at += 6 + size
    return members, at
