"""Whether a Java class can be the handler: what the client's own loader asks of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from lambda_lint import Value, printable
from lambda_lint_rules._start.clients import java
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.java_class import JavaClass

_LAMBDA = "com/amazonaws/services/lambda/runtime/"
_INTERFACES = frozenset({f"{_LAMBDA}RequestHandler", f"{_LAMBDA}RequestStreamHandler"})
_MAX_FAMILY = 32


class Refusal(Value):
    """Why the client refuses a class, and what to do about it."""

    error: str
    fix: str


class _Family(Value):
    """A class with all that it extends and implements. `whole` is False when some of them could not be read."""

    classes: tuple[JavaClass, ...]
    names: frozenset[str]
    whole: bool


def refusal(
    files: Files, roots: Iterable[str], found: JavaClass, name: str, method: str, java_version: str
) -> Refusal | None:
    """Why the client cannot use a class as the handler; None when it can, or when that cannot be told."""
    runs = java_version.isdecimal() and int(java_version)
    if runs and found.version > runs:
        error = (
            f"{name} is compiled for Java {found.version}, and the image has Java {runs} (UnsupportedClassVersionError)"
        )
        return Refusal(error, f"compile it with --release {runs}, or bring a newer Java")
    family = _family(files, tuple(roots), found)
    if method:
        same = [each for parent in family.classes for each in parent.methods if each.name == method]
        if family.whole and not any(each.public for each in same):
            kind = "public method" if same else "method"
            return Refusal(f"{name} has no {kind} {printable(method)}", "name a public method that the class has")
        if any(each.static for each in same):
            return None
    elif family.whole and not family.names & _INTERFACES:
        error = f"{name} implements neither RequestHandler nor RequestStreamHandler, and no method is named"
        return Refusal(error, "name the method behind the class: package.Class::method")
    if found.abstract:
        return Refusal(f"{name} is abstract, so no instance of it can be made", "name a class that is complete")
    if not found.makes_itself:
        return Refusal(f"{name} has no public constructor without parameters", "give it one")
    return None


def _family(files: Files, roots: tuple[str, ...], found: JavaClass) -> _Family:
    classes, names, whole = [found], {found.parent, *found.interfaces}, True
    queue = deque(sorted(names))
    while queue and len(names) <= _MAX_FAMILY:
        name = queue.popleft()
        if name in {"", "java/lang/Object"} or name.startswith(_LAMBDA):
            continue  # what these bring, no handler is named after
        place = next((root for root in roots if java.place_of(files, root, f"{name}.class")), None)
        parent = None if place is None else java.class_at(files, place, f"{name}.class")
        if parent is None:
            whole = False
            continue
        classes.append(parent)
        more = {parent.parent, *parent.interfaces} - names
        names |= more
        queue.extend(sorted(more))
    return _Family(tuple(classes), frozenset(names), whole and len(names) <= _MAX_FAMILY)
