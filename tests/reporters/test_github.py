"""Annotations on a pull request."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.reports import Failure, ImageLocation, Severity, TargetReport, dockerfile, finding, image, line, report

from lambda_lint.location import Position, Region, SourceLocation
from lambda_lint.reporters import REPORTERS, Style


def render(*targets: TargetReport, root: str = "/repo") -> str:
    return REPORTERS["github"](report(*targets), Style(root=root))


@pytest.mark.parametrize(
    ("severity", "command"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "notice")],
    ids=str,
)
def test_a_finding_stands_beside_its_line(severity: Severity, command: str):
    assert render(dockerfile(finding("CMD is bad", line(2, 5, 16), severity=severity, fix="write CMD []"))) == (
        f"::{command} title=bad-thing,file=app/Dockerfile,line=2,col=5,endColumn=16::CMD is bad; write CMD []\n"
    )


@pytest.mark.parametrize(
    ("end", "last"),
    [
        pytest.param(Position(4, 6), 4, id="inside of a line"),
        pytest.param(Position(5), 4, id="at the start of the next"),
    ],
)
def test_over_several_lines_there_are_no_columns(end: Position, last: int):
    location = SourceLocation("app/Dockerfile", Region(Position(3), end))
    assert render(dockerfile(finding(location=location))) == (
        f"::error title=bad-thing,file=app/Dockerfile,line=3,endLine={last}::it is bad\n"
    )


def test_an_image_and_the_place_in_it_are_named_in_the_text():
    assert render(image(finding(location=ImageLocation(key="config.Cmd")))) == (
        "::error title=bad-thing::app%3A1, config: Cmd: it is bad\n".replace("%3A", ":")
    )


def test_what_is_said_of_the_settings_is_at_their_line():
    region = Region(Position(3, 1), Position(3, 17))
    expired = finding("this ignore expired", SourceLocation("/repo/app/lambda-lint.toml", region))
    for target in (dockerfile(expired), image(expired)):
        assert render(target) == (
            "::error title=bad-thing,file=app/lambda-lint.toml,line=3,col=1,endColumn=17::this ignore expired\n"
        )


def test_what_could_not_be_read_is_an_error():
    assert render(TargetReport("gone", None, failures=(Failure("gone: no such file"),))) == (
        "::error title=lambda-lint could not finish gone::gone: no such file\n"
    )


@pytest.mark.parametrize(
    ("path", "file"),
    [
        pytest.param("/repo/app/Dockerfile", "app/Dockerfile", id="absolute inside"),
        pytest.param("./app/../Dockerfile", "Dockerfile", id="with dots"),
        pytest.param("../other/Dockerfile", "/other/Dockerfile", id="outside"),
        pytest.param("/repository/Dockerfile", "/repository/Dockerfile", id="outside with the same start"),
        pytest.param("..app/Dockerfile", "..app/Dockerfile", id="name that starts with dots"),
    ],
)
def test_files_are_named_from_the_workspace(path: str, file: str):
    assert f"file={file}," in render(dockerfile(finding(location=line(1, path=path))))


def test_percent_signs_and_separators_are_escaped():
    assert render(dockerfile(finding("100%::x", line(1, path="a,b:c%/Dockerfile")))) == (
        "::error title=bad-thing,file=a%2Cb%3Ac%25/Dockerfile,line=1,col=1,endColumn=2::100%25::x\n"
    )


def test_a_clean_run_says_nothing():
    assert render(dockerfile(), image()) == ""


@given(st.text(st.sampled_from("a:,%\r\n\x1b\u2028:: ")))
def test_no_text_can_make_a_command_of_its_own(text: str):
    targets = (
        dockerfile(finding(text, line(1, path=f"x{text}"), fix=text)),
        image(finding(text, ImageLocation(path=f"/{text}")), target=f"i{text}", failures=(Failure(text),)),
    )
    lines = render(*targets).split("\n")
    assert lines.pop() == ""
    shape = re.compile(r"::error (title=[^,:\x00-\x1f]*)(,(file|line|col|endColumn)=[^,:\x00-\x1f]*)*::[^\x00-\x1f]*")
    assert [shape.fullmatch(text) is not None for text in lines] == [True, True, True]
