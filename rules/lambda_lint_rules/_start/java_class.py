"""Compiled Java classes, as far as their names and first steps go.

Chapters 4 and 6 of the Java Virtual Machine Specification.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from lambda_lint import Value

_UTF8, _CLASS, _NAME_AND_TYPE = 1, 7, 12
_MEMBERS = frozenset({9, 10, 11})
# The size of what follows the tag of each other kind of constant. Long and Double take two places of the table.
_SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}
_WIDE = frozenset({5, 6})
# Operations that make the virtual machine look for a class: getstatic, putstatic, invokespecial, invokestatic, new.
_NEW, _CALLS = 0xBB, frozenset({0xB7, 0xB8})
_REFERRING = frozenset({0xB2, 0xB3, 0xB7, 0xB8, _NEW})


def _lengths() -> bytes:
    """The bytes of each operation; 0 for those that branch, return, throw, or are not known."""
    lengths = bytearray(256)
    lengths[0x00:0xCA] = bytes([1]) * 0xCA
    for first, last, size in (
        (0x10, 0x10, 2), (0x11, 0x11, 3), (0x12, 0x12, 2), (0x13, 0x14, 3), (0x15, 0x19, 2), (0x36, 0x3A, 2),
        (0x84, 0x84, 3), (0x99, 0xB1, 0), (0xB2, 0xB8, 3), (0xB9, 0xBA, 5), (0xBB, 0xBB, 3), (0xBC, 0xBC, 2),
        (0xBD, 0xBD, 3), (0xBF, 0xBF, 0), (0xC0, 0xC1, 3), (0xC4, 0xC4, 0), (0xC5, 0xC5, 4), (0xC6, 0xC9, 0),
    ):  # fmt: skip
        lengths[first : last + 1] = bytes([size]) * (last + 1 - first)
    return bytes(lengths)


_LENGTHS = _lengths()


_PUBLIC, _STATIC, _INTERFACE, _ABSTRACT = 0x1, 0x8, 0x200, 0x400
# Java 1 wrote 45, and each version since then one more.
_BEFORE_JAVA_1 = 44


class Reference(Value):
    """A class that code makes, asks or calls for certain, and the method of it that is called, "" for none."""

    owner: str
    method: str = ""
    descriptor: str = ""


class JavaMethod(Value):
    """One method. The descriptor holds the types of its parameters in parentheses, and its result's.

    `steps` are what it refers to before it first branches, returns, or comes to where an exception may be caught.
    """

    name: str
    descriptor: str
    public: bool
    static: bool
    steps: tuple[Reference, ...] = ()


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
    pool = _constants(data)
    texts, classes, at = pool.texts, pool.classes, pool.end
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
            JavaMethod(
                texts[name],
                texts[descriptor],
                bool(access & _PUBLIC),
                bool(access & _STATIC),
                tuple(_steps(data, attributes, pool)),
            )
            for access, name, descriptor, attributes in methods
        ),
        frozenset(names.values()),
    )


class _Pool(Value):
    """The constants of a class by their place, and where their table ends. Members are a class and a name with type."""

    texts: dict[int, str]
    classes: dict[int, int]
    members: dict[int, tuple[int, int]]
    types: dict[int, tuple[int, int]]
    end: int

    def owner(self, index: int) -> str:
        """The class that a constant names; "" for an array."""
        name = self.texts[self.classes[index]]
        return "" if name.startswith("[") else name

    def member(self, index: int) -> Reference:
        """The member that a constant names."""
        owner, both = self.members[index]
        name, descriptor = self.types[both]
        return Reference(self.owner(owner), self.texts[name], self.texts[descriptor])


def _constants(data: bytes) -> _Pool:
    texts: dict[int, str] = {}
    classes: dict[int, int] = {}
    members: dict[int, tuple[int, int]] = {}
    types: dict[int, tuple[int, int]] = {}
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
            elif tag in _MEMBERS:
                members[index] = struct.unpack_from(">HH", data, at + 1)
            elif tag == _NAME_AND_TYPE:
                types[index] = struct.unpack_from(">HH", data, at + 1)
            at += 1 + _SIZES[tag]
        index += 2 if tag in _WIDE else 1
    return _Pool(texts, classes, members, types, at)


def _members(data: bytes, at: int) -> tuple[list[tuple[int, int, int, int]], int]:
    """Flags, the places of name and descriptor, and where the attributes begin; and where the table ends."""
    (count,) = struct.unpack_from(">H", data, at)
    at += 2
    members: list[tuple[int, int, int, int]] = []
    for _ in range(count):
        flags, name, descriptor, attributes = struct.unpack_from(">HHHH", data, at)
        members.append((flags, name, descriptor, at + 6))
        at += 8
        for _ in range(attributes):
            (size,) = struct.unpack_from(">I", data, at + 2)
            at += 6 + size
    return members, at


def _steps(data: bytes, at: int, pool: _Pool) -> Iterator[Reference]:
    """What a method's code refers to in a straight line from its start."""
    (attributes,) = struct.unpack_from(">H", data, at)
    at += 2
    for _ in range(attributes):
        name, size = struct.unpack_from(">HI", data, at)
        if pool.texts.get(name) == "Code":
            (length,) = struct.unpack_from(">I", data, at + 10)
            code, after = at + 14, at + 14 + length
            (handlers,) = struct.unpack_from(">H", data, after)
            caught = [struct.unpack_from(">H", data, after + 2 + 8 * each)[0] for each in range(handlers)]
            yield from _straight(data[code : code + min([length, *caught])], pool)
        at += 6 + size


def _straight(code: bytes, pool: _Pool) -> Iterator[Reference]:
    at = 0
    while at < len(code):
        operation = code[at]
        size = _LENGTHS[operation]
        if not size or at + size > len(code):
            return
        if operation in _REFERRING:
            (index,) = struct.unpack_from(">H", code, at + 1)
            found = Reference(pool.owner(index)) if operation == _NEW else pool.member(index)
            # A field or a method of an object was reached through a class that is there already.
            yield found if operation in _CALLS else Reference(found.owner)
        at += size
