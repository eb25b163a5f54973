"""Whether a Java class can be the handler: what the client's own loader asks of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from lambda_lint import Value, printable
from lambda_lint_rules._start.clients import java
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.java_class import JavaClass, Reference

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
    return _lacking(files, tuple(roots), found, name.replace(".", "/"), method or "handleRequest")


def _lacking(files: Files, roots: tuple[str, ...], found: JavaClass, name: str, method: str) -> Refusal | None:
    """A class that the handler certainly needs, to be made or called, and that is on no part of the class path.

    Followed are first steps only: those of a method end where it branches, or where an exception may be caught.
    """
    shown = name.replace("/", ".")
    own = [each for each in found.methods if each.name == method]
    # The client takes one of several: which, is not worked out here.
    first = [Reference(name, "<init>", "()V"), *(Reference(name, each.name, each.descriptor) for each in own[:1])]
    queue = deque(first if len(own) == 1 else first[:1])
    classes: dict[str, JavaClass | None] = {name: found}
    done: set[Reference] = set()
    while queue and len(done) < _MAX_STEPS and len(classes) < _MAX_CLASSES:
        step = queue.popleft()
        owner = step.owner
        if step in done or not owner or owner.startswith(_NOT_OURS):
            continue
        done.add(step)
        if owner not in classes:
            place = next((root for root in roots if java.place_of(files, root, f"{owner}.class")), None)
            if place is None:
                lost = printable(owner.replace("/", "."))
                message = f"{shown} needs the class {lost}, which is on no part of the class path"
                return Refusal(f"{message} (NoClassDefFoundError)", "add the dependency that holds it to the image")
            classes[owner] = java.class_at(files, place, f"{owner}.class")
        known = classes[owner]
        for each in known.methods if known is not None else ():
            if each.name == "<clinit>" or (each.name, each.descriptor) == (step.method, step.descriptor):
                queue.extend(each.steps)
    return None


# Java's own classes, in whichever of its modules, and what the client's own class loader has.
_NOT_OURS = (
    "java/", "javax/", "jdk/", "sun/", "com/sun/", "netscape/", "org/ietf/", "org/w3c/", "org/xml/", "org/jcp/",
    "com/amazonaws/", "org/crac/",
)  # fmt: skip
_MAX_STEPS = 400
_MAX_CLASSES = 60


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
