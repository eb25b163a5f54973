"""Stages: what each is built from, after substitution of the arguments before the first FROM."""

from __future__ import annotations

import pytest

from lambda_lint.dockerfile import Arg, Copy, Env, From, Instruction, Invalid, Run, parse
from lambda_lint.dockerfile.stages import stages_for


def bases(text: str, architecture: str | None = None) -> list[str]:
    dockerfile = parse(text.encode(), "Dockerfile")
    return [stage.base for stage in stages_for(dockerfile, architecture)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM a", ["a"], id="plain"),
        pytest.param("ARG A=1\nARG B=x:${A}\nFROM ${B}", ["x:1"], id="row-19-argument-of-an-argument"),
        pytest.param("FROM ${B:-python:3}", ["python:3"], id="row-20-default"),
        pytest.param("ARG A=1\nFROM img${A:+-slim}", ["img-slim"], id="row-21-alternative"),
        pytest.param("ARG A\nFROM ${A:-x}", ["x"], id="default-of-a-declared-argument"),
        pytest.param("ARG A\nFROM $A", [""], id="argument-without-default"),
        pytest.param("ARG A\nFROM python:$A", [""], id="part-of-the-name-unknown"),
        pytest.param("FROM python$A:3", ["python:3"], id="nobody-can-set-it"),
        pytest.param("ARG A=1\nARG A\nFROM x:$A", ["x:1"], id="declared-again-keeps-its-value"),
        pytest.param("ARG A=1\nARG A=2\nFROM x:$A", ["x:2"], id="declared-again-with-a-value"),
        pytest.param("ARG A=1 B=$A\nFROM x:$B", ["x:1"], id="two-in-one-instruction"),
        pytest.param("ARG A='x y'\nFROM a:$A", ["a:x y"], id="quotes"),
        pytest.param("FROM a\nARG B=b\nFROM $B$C", ["a", ""], id="argument-of-a-stage-is-not-global"),
        pytest.param("FROM base-$TARGETARCH", [""], id="automatic-argument"),
        pytest.param("ARG TARGETARCH=x\nFROM base-$TARGETARCH", ["base-x"], id="automatic-argument-with-default"),
        pytest.param("# escape=`\nARG A=C:\\x\nFROM a:$A", ["a:C:\\x"], id="backtick"),
        pytest.param("FROM a AS b\nFROM b", ["a", "b"], id="stage"),
    ],
)
def test_the_base_of_a_stage_is_expanded(text: str, expected: list[str]) -> None:
    assert bases(text) == expected


def test_automatic_arguments_are_known_once_the_architecture_is() -> None:
    text = "FROM a-$TARGETARCH\nFROM b-$TARGETOS\nFROM ${TARGETPLATFORM}\nFROM c$TARGETVARIANT\nFROM d-$BUILDARCH"

    assert bases(text, "arm64") == ["a-arm64", "b-linux", "linux/arm64", "c", ""]


def parents(text: str, architecture: str | None = None) -> list[int | None]:
    stages = stages_for(parse(text.encode(), "Dockerfile"), architecture)
    return [stage.parent.index if stage.parent else None for stage in stages]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM x AS a\nFROM a AS b\nFROM b", [None, 0, 1], id="chain"),
        pytest.param("FROM x AS Build\nFROM build", [None, 0], id="case-does-not-matter"),
        pytest.param("FROM a AS a\nFROM a", [None, 0], id="a-stage-may-hide-an-image"),
        pytest.param("FROM b\nFROM x AS b", [None, None], id="only-earlier-stages"),
        pytest.param("FROM x AS a\nFROM y AS a\nFROM a", [None, None, 1], id="the-last-of-a-name"),
        pytest.param("FROM x\nFROM 0", [None, None], id="no-number"),
        pytest.param("ARG S=a\nFROM x AS a\nFROM $S", [None, 0], id="by-an-argument"),
    ],
)
def test_a_stage_knows_the_stage_it_is_built_from(text: str, expected: list[int | None]) -> None:
    assert parents(text) == expected


def test_the_architecture_chooses_the_stage() -> None:
    text = "FROM x AS base-amd64\nFROM y AS base-arm64\nFROM base-${TARGETARCH}"

    assert parents(text) == [None, None, None]
    assert parents(text, "arm64") == [None, None, 1]


def test_a_stage_has_its_lower_case_name_its_platform_and_the_instructions_behind_its_from() -> None:
    text = "ARG P=linux/amd64\nFROM --platform=$P a AS One\nUSER u\nFROM --platform=$BUILDPLATFORM b\n"
    one, two, three = parse(f"{text}FROM c\nUSER v\nCMD x".encode(), "Dockerfile").stages

    assert [(stage.index, stage.name, stage.platform) for stage in (one, two, three)] == [
        (0, "one", "linux/amd64"),
        (1, None, ""),
        (2, None, None),
    ]
    assert [[member.keyword for member in stage.instructions] for stage in (one, two, three)] == [
        ["USER"],
        [],
        ["USER", "CMD"],
    ]


def test_lineage_begins_with_the_outermost_stage() -> None:
    final = parse(b"FROM x AS a\nFROM a AS b\nFROM b", "Dockerfile").final

    assert final is not None
    assert [stage.index for stage in final.lineage] == [0, 1, 2]


def test_a_long_chain_of_stages_is_followed_to_its_end() -> None:
    chain = "FROM x AS s0\n" + "".join(f"FROM s{index} AS s{index + 1}\n" for index in range(5000))
    final = parse(chain.encode(), "Dockerfile").final

    assert final is not None
    assert len(final.lineage) == 5001


def test_global_arguments_are_told_with_their_values() -> None:
    text = b"ARG A=1 B\nARG C=$B\nARG D=$A TARGETARCH\nFROM a\nARG E=2"

    assert parse(text, "Dockerfile").args == {"A": "1", "B": None, "C": None, "D": "1", "TARGETARCH": None}


def test_the_instructions_of_a_type_are_given_in_order_by_the_file_and_by_each_stage() -> None:
    dockerfile = parse(b"ARG A\nFROM a AS b\nRUN 1\nCOPY a b\nRUN 2\nFROM b\nRUN 3\nADD c d\nRUM 4\n", "Dockerfile")
    first, second = dockerfile.stages

    assert [run.value for run in dockerfile.every(Run)] == ["1", "2", "3"]
    assert [run.value for run in first.every(Run)] == ["1", "2"]
    assert [copy.keyword for copy in second.every(Copy)] == ["ADD"]
    assert [invalid.keyword for invalid in second.every(Invalid)] == ["RUM"]
    assert (len(dockerfile.every(Arg)), len(first.every(Arg)), dockerfile.every(Env)) == (1, 0, ())
    assert dockerfile.every(From) == (first.start, second.start)
    assert dockerfile.every(Instruction) == ()  # exactly of the type
    assert stages_for(dockerfile, "arm64")[0].every(Run) == first.every(Run)
