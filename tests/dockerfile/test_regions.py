"""Places in a Dockerfile: every region lies in the file and selects what it is the region of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.dockerfiles import dockerfiles

from lambda_lint.deployment import Deployment
from lambda_lint.dockerfile import Dockerfile, ExecForm, From, Instruction, Onbuild, Run, parse
from lambda_lint.location import Position, Region
from lambda_lint.runtime import of_dockerfile


def selected(dockerfile: Dockerfile, region: Region) -> str:
    lines = dockerfile.source.split("\n")[region.start.line - 1 : region.end.line]
    lines[-1] = lines[-1][: region.end.column - 1]
    lines[0] = lines[0][region.start.column - 1 :]
    return "\n".join(lines)


def regions(dockerfile: Dockerfile) -> Iterator[Region]:
    for problem in dockerfile.problems:
        yield problem.region
    for comment in dockerfile.comments:
        yield comment.region
    for instruction in dockerfile.instructions:
        yield from of_instruction(instruction)


def of_instruction(instruction: Instruction) -> Iterator[Region]:
    yield from (instruction.region, instruction.value_region)
    parts = (*instruction.flags, *instruction.words, *instruction.heredocs)
    yield from (part.region for part in parts)
    if isinstance(instruction, Onbuild):
        yield from of_instruction(instruction.trigger)


def inside(dockerfile: Dockerfile, region: Region) -> bool:
    lines = dockerfile.source.split("\n")
    return all(
        place.line <= len(lines) and place.column <= len(lines[place.line - 1]) + 1
        for place in (region.start, region.end)
    )


@given(st.one_of(st.binary(max_size=200), dockerfiles()))
def test_any_bytes_are_read_without_an_exception_and_every_region_lies_in_the_file(data: bytes) -> None:
    dockerfile = parse(data, "Dockerfile")

    assert [region for region in regions(dockerfile) if not inside(dockerfile, region)] == []
    assert dockerfile.stages or dockerfile.problems
    if dockerfile.stages:
        of_dockerfile(dockerfile, lambda _: None, Deployment(architecture="arm64"))


PIECES = (
    *(
        "FROM a\n",
        "RUN ",
        "ENV ",
        "ONBUILD ",
        "HEALTHCHECK CMD ",
        "# escape=`\n",
        "<<E",
        "E\n",
        "\\\n",
        "\n",
        "\r",
        " ",
    ),
    *('["', '"]', "--x=", "'", '"', "#", "${", "}", "`", "=", "\x85", "\xa0", "\0"),
)


@given(st.lists(st.sampled_from([*(piece.encode() for piece in PIECES), b"\xff", b"\xe2\x82"]), max_size=12))
def test_any_mixture_of_syntax_is_read_without_an_exception(pieces: list[bytes]) -> None:
    dockerfile = parse(b"".join(pieces), "Dockerfile")

    assert [region for region in regions(dockerfile) if not inside(dockerfile, region)] == []


@given(dockerfiles())
def test_the_region_of_a_word_selects_the_word(data: bytes) -> None:
    dockerfile = parse(data, "Dockerfile")

    for instruction in dockerfile.instructions:
        for word in instruction.words:
            text = selected(dockerfile, word.region)
            if word.region.start.line == word.region.end.line:
                assert text == word.text
            else:
                assert (text[0], text[-1]) == (word.text[0], word.text[-1])


@given(dockerfiles())
def test_the_region_of_an_instruction_begins_with_its_keyword(data: bytes) -> None:
    dockerfile = parse(data, "Dockerfile")

    for instruction in dockerfile.instructions:
        assert selected(dockerfile, instruction.region).upper().startswith(instruction.keyword)


TEXT = """\
FROM --platform=linux/arm64 debian:12 AS base
\tRUN --network="none" install \\
    # why
    one "two \\
 three"
COPY --chown=a <<EOF x /d/
body
EOF
CMD [ "a", "b\\n" ]
"""


def region(first: int, column: int, last: int, end: int) -> Region:
    return Region(Position(first, column), Position(last, end))


def test_words_flags_and_heredocs_know_their_lines_and_columns() -> None:
    start, run, copy, command = parse(TEXT.encode(), "Dockerfile").instructions

    assert isinstance(start, From)
    assert start.platform is not None
    assert start.alias is not None
    assert (start.platform.region, start.image.region, start.alias.region) == (
        region(1, 6, 1, 28), region(1, 29, 1, 38), region(1, 42, 1, 46)
    )  # fmt: skip
    assert run.region == region(2, 2, 5, 8)
    assert [(flag.text, flag.value, flag.region) for flag in run.flags] == [
        ("--network=none", "none", region(2, 6, 2, 22))
    ]
    assert [(word.text, word.region) for word in run.words] == [
        ("install", region(2, 23, 2, 30)),
        ("one", region(4, 5, 4, 8)),
        ('"two  three"', region(4, 9, 5, 8)),
    ]
    assert run.first_word(lambda text: "two" in text) == run.words[2]
    assert run.first_word(lambda text: text == "three") is None
    assert run.value_region == region(2, 23, 5, 8)
    assert (copy.region, copy.heredocs[0].region) == (region(6, 1, 8, 4), region(7, 1, 8, 4))
    assert [(word.text, word.region) for word in command.words] == [
        ('"a"', region(9, 7, 9, 10)),
        ('"b\\n"', region(9, 12, 9, 17)),
    ]


def test_exec_form_holds_the_decoded_strings_at_the_place_of_their_literals() -> None:
    run = parse(b'FROM a\nRUN ["a", "b\\u0041"]\n', "Dockerfile").instructions[1]

    assert isinstance(run, Run)
    assert isinstance(run.command, ExecForm)
    assert run.command.args == ("a", "bA")
    assert run.command.words[1].region == region(2, 11, 2, 20)


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        pytest.param("\ufeffFROM äö b", 0, region(1, 6, 1, 8), id="code-points-count-not-bytes"),
        pytest.param("FROM \ta", 0, region(1, 7, 1, 8), id="a-tab-is-one-column"),
        pytest.param("FROM a\\\nb", 0, region(1, 6, 2, 2), id="a-word-over-two-lines"),
        pytest.param("\\\nFROM a", 0, region(2, 6, 2, 7), id="behind-an-escape-on-its-own-line"),
        pytest.param("FROM --platform=é a", 0, region(1, 19, 1, 20), id="behind-a-flag-that-is-not-ascii"),
    ],
)
def test_a_word_stands_where_it_is_written(text: str, word: int, place: Region) -> None:
    assert parse(text.encode(), "Dockerfile").instructions[0].words[word].region == place


def test_comments_are_listed_with_their_text_also_within_instructions_but_not_from_heredocs() -> None:
    text = b"# one\nFROM a\nRUN x \\\n  #two \n y\nRUN <<E\n# no\nE\n#\n"

    assert [(comment.text, comment.region.start.line) for comment in parse(text, "Dockerfile").comments] == [
        ("one", 1), ("two", 4), ("", 9)
    ]  # fmt: skip
