"""From bytes to a Dockerfile: what BuildKit would build, and what it would refuse."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from lambda_lint.annotations import Final
from lambda_lint.dockerfile.instructions import Content, Refusal, content, is_keyword, nearest
from lambda_lint.dockerfile.model import (
    Arg,
    Copy,
    Dockerfile,
    From,
    Instruction,
    Invalid,
    Kinds,
    Stage,
    SyntaxProblem,
    kinds_of,
)
from lambda_lint.dockerfile.reading import Reading, read
from lambda_lint.dockerfile.stages import body_error, expanded, global_arguments, stages_of
from lambda_lint.dockerfile.substitution import UNKNOWN, UNSET, VariableValue
from lambda_lint.dockerfile.words import words
from lambda_lint.errors import printable
from lambda_lint.lazy import regex
from lambda_lint.location import Position, Region

MAX_PROBLEMS: Final = 20
# Jinja, Go templates, Helm, ERB and the like, GitHub expressions.
_MARKER: Final = regex(r"\{\{|\{%|\{#|<%|%>")
_PLACEHOLDER: Final = regex(r"@@?[\w.-]+@@?|%%?[\w.-]+%%?|__\w+__|<[\w. -]+>|\$\{?\w+\}?|#\{\w+\}")
_PLACEHOLDER_IMAGE: Final = regex(r"@@?\w+@@?|%%?\w+%%?|<[\w. -]+>")
# In capitals stands what a script replaces before the build.
_CAPITALS: Final = regex(r"[A-Z]+(?:_[A-Z0-9]+)+|(?<![A-Za-z])[A-Z]{2,}(?![a-z])")
# https://git-scm.com/docs/git-merge#_how_conflicts_are_presented
_CONFLICT: Final = regex(r"<{7}|>{7}|={7}|\|{7}")
# One of these is in each marker, and in each placeholder for an image.
_ODD: Final = frozenset("{<%@")
# BuildKit's own frontend, from Docker Hub or a mirror; any other may know other instructions.
_OWN_FRONTEND: Final = regex(r"(?:\S+/)?docker/dockerfile(?:-upstream|-experimental)?(?:[:@]\S*)?(?:\s.*)?")


def parse(data: bytes, path: str) -> Dockerfile:
    """Read a Dockerfile as BuildKit does.

    Never raises, whatever the bytes: what BuildKit refuses is in `problems`, at most 20 of them. One problem alone
    tells that a file is an unrendered template, or no Dockerfile at all. A file for a frontend of somebody else
    (`# syntax=`) may hold instructions that only that frontend knows, so of such a file no more is asked than a FROM.
    """
    reading = read(data)
    contents = [content(line.text, reading.escape) for line in reading.lines]
    instructions = [said.on(line) for said, line in zip(contents, reading.lines, strict=True)]
    kinds = kinds_of(instructions)
    problems = [*reading.problems, *_refused(contents, instructions)]
    arguments = global_arguments(instructions, reading.escape)
    stages = stages_of(instructions, reading.escape, arguments)
    problems += _further(contents, instructions, kinds, reading.escape, arguments)
    problems += _images(stages)
    problems += _missing(instructions, stages, bool(problems))
    return Dockerfile(
        path=path,
        source=reading.source,
        escape=reading.escape,
        instructions=tuple(instructions),
        kinds=kinds,
        comments=reading.comments,
        stages=stages,
        args=_declared(instructions, arguments),
        problems=_foreign(problems, instructions, stages) or _chosen(reading, problems, stages),
    )


def _refused(contents: list[Content], instructions: list[Instruction]) -> Iterator[SyntaxProblem]:
    """What BuildKit refuses of each instruction by itself, and one problem for all that a merge has left."""
    conflict: SyntaxProblem | None = None
    told = 0
    for number, said in enumerate(contents):
        if (refusal := said.refusal) is None:
            continue
        instruction = instructions[number]
        # The first ones alone are shown, and to look for near words takes long.
        hint = _hint(number, instructions) if refusal.unknown and told < MAX_PROBLEMS else ""
        problem = SyntaxProblem(refusal.message + hint, _place(refusal, instruction))
        if not _CONFLICT.fullmatch(instruction.keyword):
            told += 1
            yield _template(instruction, problem) or problem
        elif not conflict:
            conflict = SyntaxProblem("this is a merge conflict that nobody has resolved", problem.region)
    if conflict:
        yield conflict


def _hint(number: int, instructions: list[Instruction]) -> str:
    """What may be meant by the unknown instruction of that number."""
    instruction = instructions[number]
    if near := nearest(instruction.keyword):
        return f"; did you mean {near}?"
    follows = number > 0 and instructions[number - 1].within.last == instruction.within.first - 1
    return "; does the line above lack a continuation?" if follows else ""


def _place(refusal: Refusal, instruction: Instruction) -> Region:
    at = refusal.at
    return instruction.within.region(at.start, at.end) if at else instruction.region


def _foreign(
    problems: list[SyntaxProblem], instructions: list[Instruction], stages: tuple[Stage, ...]
) -> tuple[SyntaxProblem, ...]:
    """The one thing to say of a file of another kind: no FROM, not even a mistyped one, and mostly other words."""
    if stages or any(problem.template for problem in problems):
        return ()
    unknown = [
        each for each in instructions if isinstance(each, Invalid) and each.keyword and not is_keyword(each.keyword)
    ]
    if 2 * len(unknown) <= len(instructions) or any(nearest(each.keyword) == "FROM" for each in unknown[:MAX_PROBLEMS]):
        return ()
    word = printable(words(unknown[0].within.text)[0].text, 40)  # not split(): more is blank for Python
    message = f"this is not a Dockerfile: nothing in it says FROM an image, and `{word}` is no instruction"
    return (SyntaxProblem(message, unknown[0].region),)


def _declared(instructions: list[Instruction], arguments: Mapping[str, VariableValue]) -> dict[str, str | None]:
    names = [
        pair.name
        for instruction in _before_stages(instructions)
        if isinstance(instruction, Arg)
        for pair in instruction.pairs
    ]
    return {name: value if isinstance(value := arguments[name], str) else None for name in names}


def _before_stages(instructions: list[Instruction]) -> Iterator[Instruction]:
    for instruction in instructions:
        if isinstance(instruction, From):
            return
        yield instruction


def _template(instruction: Instruction, problem: SyntaxProblem) -> SyntaxProblem | None:
    """The problem said again, when the text that BuildKit refuses shows that nobody has rendered it yet."""
    marker = _MARKER.search(instruction.within.text) or _PLACEHOLDER.fullmatch(instruction.keyword)
    return _unrendered(marker[0], problem.region) if marker else None


def _unrendered(marker: str, region: Region) -> SyntaxProblem:
    return SyntaxProblem(
        f"this is a template that has not been rendered: `{printable(marker, 40)}`", region, template=True
    )


def _further(
    contents: list[Content], instructions: list[Instruction], kinds: Kinds, escape: str, names: Container[str]
) -> Iterator[SyntaxProblem]:
    """What BuildKit refuses once it has read every instruction. `names` are those of the global arguments."""
    told: set[Instruction] = set()
    for said, instruction in zip(contents, instructions, strict=True):
        if error := said.unexpandable:
            told.add(instruction)
            problem = SyntaxProblem(error.message, _place(error, instruction))
            yield _template(instruction, problem) or problem
    for start in kinds.get(From, ()):
        if start not in told:
            yield from _from(start, escape, names)
    for copy in kinds.get(Copy, ()):
        if (copy.heredocs or copy.flags) and copy not in told:
            yield from _copy(copy)


def _copy(instruction: Copy) -> Iterator[SyntaxProblem]:
    if error := body_error(instruction):
        problem = SyntaxProblem(*error)
        yield _template(instruction, problem) or problem
    elif instruction.stage and "$" in instruction.stage.value:
        message = "--from takes no variable; give the image a stage of its own (FROM ... AS name) and copy from that"
        yield SyntaxProblem(message, instruction.stage.region)


def _from(instruction: From, escape: str, names: Container[str]) -> Iterator[SyntaxProblem]:
    image = instruction.image
    odd = not _ODD.isdisjoint(image.text)
    marker = (_MARKER.search(image.text) or _PLACEHOLDER_IMAGE.fullmatch(image.text)) if odd else None
    if marker:
        yield _unrendered(marker[0], image.region)
    elif expanded(image.text, lambda name: UNKNOWN if name in names else UNSET, escape) == "":
        message = f"`{printable(image.text, 40)}` is empty: no ARG before the first FROM declares it"
        yield SyntaxProblem(message, image.region)


def _images(stages: tuple[Stage, ...]) -> Iterator[SyntaxProblem]:
    """Bases that are no name of an image. What a build argument may still change is left alone."""
    for stage in stages:
        image = stage.start.image
        if stage.parent is not None or not stage.base or "$" in image.text or _usual(stage.base):
            continue
        if _MARKER.search(image.text) or _takes(stage.base):
            continue
        if placeholder := _CAPITALS.search(stage.base):
            yield _unrendered(placeholder[0], image.region)
        else:
            why = ": capital letters are for hosts and tags" if _takes(stage.base.lower()) else ""
            yield SyntaxProblem(f"`{printable(stage.base, 80)}` is no name of an image{why}", image.region)


def _usual(text: str) -> bool:
    """Whether this is an image's name for sure, as most are: words with a dot, a dash or a slash between, and a tag."""
    name, colon, tag = text.partition(":")
    words = name.replace(".", "/").replace("-", "/").split("/")
    return (
        text.isascii()
        and all(words)
        and "".join(words).isalnum()
        and name == name.lower()
        and (not colon or (tag[:1].isalnum() and tag.replace(".", "").replace("-", "").isalnum() and len(tag) <= 100))
    )


def _takes(text: str) -> bool:
    from lambda_lint.reference import parse_reference  # for few Dockerfiles only

    host, _, path = text.partition("/")
    # No host has an underscore: what looks like one is a folder then, which may.
    folder = "_" in host and host.islower() and ":" not in host
    return parse_reference(text) is not None or (folder and parse_reference(path) is not None)


def _missing(instructions: list[Instruction], stages: tuple[Stage, ...], told: bool) -> Iterator[SyntaxProblem]:
    start = Region(Position(1), Position(1))
    if not instructions and not told:
        yield SyntaxProblem("this file holds no instruction", start)
    elif not stages and not told:
        yield SyntaxProblem("this file has no FROM, so there is nothing to build", instructions[0].region)
    elif stages:
        for instruction in _before_stages(instructions):
            if not isinstance(instruction, Arg | Invalid):
                message = f"{instruction.keyword} stands before the first FROM, where only ARG may"
                yield SyntaxProblem(message, instruction.region)


def _chosen(reading: Reading, problems: list[SyntaxProblem], stages: tuple[Stage, ...]) -> tuple[SyntaxProblem, ...]:
    if stages and reading.frontend and not _OWN_FRONTEND.fullmatch(reading.frontend):
        return ()
    ordered = sorted(problems, key=lambda problem: problem.region)
    template = next((problem for problem in ordered if problem.template), None)
    return (template,) if template else tuple(ordered[:MAX_PROBLEMS])
