"""The report that people read."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from support.reports import (
    Failure,
    ImageLocation,
    Severity,
    SubjectKind,
    Suppressed,
    TargetReport,
    dockerfile,
    finding,
    image,
    line,
    report,
)

from lambda_lint.location import Position, Region, SourceLocation
from lambda_lint.reporters import REPORTERS, Style
from lambda_lint.values import replace

GIB = 1 << 30


def heading(target: str, status: str, width: int = 60, fill: str = "─") -> str:
    return f"{target} {fill * (width - len(target) - len(status) - 2)} {status}"


def render(*targets: TargetReport, **style: object) -> str:
    return REPORTERS["text"](report(*targets), Style(**{"width": 60, **style}))


def test_a_finding_in_a_dockerfile_shows_its_line_its_fix_and_its_rule():
    assert render(dockerfile(finding("CMD is bad", line(2, 5, 16), fix="write CMD []"))) == (
        heading("app/Dockerfile", "1 error") + "\n"
        "\n"
        "  ✖ error  CMD is bad\n"
        "     ╭─ app/Dockerfile:2:5\n"
        "   2 │ CMD app.handler\n"
        "     │     ^^^^^^^^^^^\n"
        "     ├─ fix  write CMD []\n"
        "     ╰─ bad-thing\n"
        "\n"
        "✖ 1 error in 1 target\n"
    )


def test_a_finding_over_several_lines_shows_them_all():
    several = SourceLocation("app/Dockerfile", Region(Position(3), Position(4, 6)))
    shown = render(dockerfile(finding("RUN is bad", several, severity=Severity.WARNING)))
    assert shown.splitlines()[2:7] == [
        "  ▲ warning  RUN is bad",
        "     ╭─ app/Dockerfile:3:1",
        "   3 │ RUN a \\",
        "   4 │     b",
        "     ╰─ bad-thing",
    ]


def test_of_many_lines_the_first_and_the_last_are_shown():
    source = "".join(f"line {number}\n" for number in range(1, 121))
    many = SourceLocation("Dockerfile", Region(Position(98), Position(110)))
    shown = render(dockerfile(finding(location=many), source=source))
    assert shown.splitlines()[4:10] == [
        "   98 │ line 98",
        "   99 │ line 99",
        "  100 │ line 100",
        "  101 │ line 101",
        "      │ …",
        "  109 │ line 109",
    ]


@pytest.mark.parametrize(
    ("source", "column", "expected"),
    [
        pytest.param("\tCMD a", 2, ["   1 │     CMD a", "     │     ^^^"], id="tab"),
        pytest.param("漢字 CMD", 4, ["   1 │ 漢字 CMD", "     │      ^^^"], id="wide characters"),
        pytest.param("a\x1b CMD", 4, [r"   1 │ a\x1b CMD", "     │       ^^^"], id="control character"),
        pytest.param("\ufeffCMD", 1, ["   1 │ CMD", "     │ ^^^"], id="byte order mark"),
        pytest.param("CMD\r", 1, ["   1 │ CMD", "     │ ^^^"], id="carriage return"),
        pytest.param("a\x0cb CMD\n", 5, [r"   1 │ a\x0cb CMD", "     │        ^^^"], id="form feed ends no line"),
    ],
)
def test_the_mark_stands_under_what_it_means(source: str, column: int, expected: list[str]):
    found = finding(location=line(1, column, column + 3))
    assert render(dockerfile(found, source=source)).splitlines()[4:6] == expected


def test_a_line_that_is_too_long_is_cut_around_the_place():
    source = "a" * 100 + "HERE" + "b" * 100
    shown = render(dockerfile(finding(location=line(1, 101, 105)), source=source), width=40).splitlines()
    assert shown[4:6] == [
        "   1 │ …aaaaaaaHEREbbbbbbbbbbbbbbbbbbbb…",
        "     │         ^^^^",
    ]


def test_a_place_beyond_the_end_of_the_file_is_named_without_a_line():
    assert render(dockerfile(finding(location=line(99)))).splitlines()[3:5] == [
        "     ╭─ app/Dockerfile:99:1",
        "     ╰─ bad-thing",
    ]


def test_an_image_has_a_passport_even_when_it_is_clean():
    assert render(image()) == (
        heading("app:1", "✔ clean") + "\n"
        "  base      Some base 3\n"
        "  platform  linux/arm64\n"
        "  size      ███████░░░░░░░░░░░░░░░░░ 3 GiB of 10 GiB (30%)\n"
        "  client    client 3.1\n"
        "  handler   app.handler\n"
        "\n"
        "✔ 1 target clean\n"
    )


@pytest.mark.parametrize(
    ("used", "limit", "expected"),
    [
        pytest.param(0, 10 * GIB, "█░░░░░░░░░░░░░░░░░░░░░░░ 0 B of 10 GiB (0%)", id="nothing"),
        pytest.param(5 * GIB, 10 * GIB, "████████████░░░░░░░░░░░░ 5 GiB of 10 GiB (50%)", id="half"),
        pytest.param(11 * GIB, 10 * GIB, "████████████████████████ 11 GiB of 10 GiB (110%)", id="too much"),
        pytest.param(5 * GIB, None, "5 GiB", id="no limit"),
    ],
)
def test_the_size_has_a_bar(used: int, limit: int | None, expected: str):
    assert f"  size      {expected}\n" in render(image(uncompressed_size=used, size_limit=limit))


def test_what_is_not_known_of_an_image_is_left_out():
    unknown = dict.fromkeys(("base", "os", "architecture", "uncompressed_size", "runtime_client", "handler"))
    assert render(image(**unknown)).splitlines()[:2] == [
        heading("app:1", "✔ clean"),
        "",
    ]


def test_a_runtime_client_that_is_not_certain_says_so():
    assert "  client    ric (probable)\n" in render(image(runtime_client={"name": "ric", "evidence": "probable"}))


@pytest.mark.parametrize(
    ("location", "evidence", "expected"),
    [
        pytest.param(
            ImageLocation(key="config.Cmd"),
            '["a"]',
            ["     ╭─ config: Cmd", '     │  ["a"]'],
            id="setting with its value",
        ),
        pytest.param(ImageLocation(key="reference"), "", ["     ╭─ reference"], id="document"),
        pytest.param(
            ImageLocation(path="/a", layer=2), "-rw------- 0:0", ["     ╭─ /a", "     │  -rw------- 0:0"], id="path"
        ),
        pytest.param(
            ImageLocation(path="/a", layer=2, line=4), "-rw", ["     ╭─ /a:4", "     │  -rw"], id="line of a file"
        ),
        pytest.param(
            ImageLocation(layer=2), "layer 3 of 7, made by RUN x", ["     ╭─ layer 3 of 7, made by RUN x"], id="layer"
        ),
        pytest.param(ImageLocation(layer=2), "", ["     ╭─ layer 3"], id="layer of which nothing is known"),
    ],
)
def test_a_place_in_an_image_is_said_in_words(location: ImageLocation, evidence: str, expected: list[str]):
    shown = render(image(finding(location=location, evidence=evidence))).splitlines()
    assert shown[8:-2] == [*expected, "     ╰─ bad-thing"]


def test_a_place_in_another_file_is_shown_by_what_is_to_be_seen_there():
    at = SourceLocation("lambda-lint.toml", Region(Position(2, 1), Position(2, 17)))
    text = render(dockerfile(finding("this ignore expired", at, evidence="bad-thing at /a")))
    assert [line.strip() for line in text.splitlines()[3:6]] == [
        "╭─ lambda-lint.toml:2:1",
        "│  bad-thing at /a",
        "╰─ bad-thing",
    ]


def test_related_places_are_named_with_the_reason():
    related = (("set here", line(1)), ("and here", ImageLocation(path="/a")))
    assert render(dockerfile(finding(related=related))).splitlines()[6:9] == [
        "     ├─ see  app/Dockerfile:1:1, set here",
        "     ├─ see  /a, and here",
        "     ╰─ bad-thing",
    ]


def test_clean_and_skipped_dockerfiles_take_a_line_each():
    skipped = TargetReport("ci/Dockerfile", SubjectKind.DOCKERFILE, skipped="no sign of a function")
    assert render(dockerfile(), skipped) == (
        "✔ app/Dockerfile\n- ci/Dockerfile: skipped, no sign of a function\n\n✔ 1 target clean, 1 skipped\n"
    )


def test_a_target_that_could_not_be_read_is_marked():
    failed = TargetReport(
        "gone", None, failures=(Failure("gone: no such file"), Failure("crashed with X", "bad-thing"))
    )
    assert render(failed, dockerfile(finding())).splitlines()[:7] == [
        heading("gone", "not finished"),
        "",
        "  ✖ failed  gone: no such file",
        "",
        "  ✖ failed  rule bad-thing crashed with X",
        "",
        heading("app/Dockerfile", "1 error"),
    ]


def test_findings_of_a_target_that_was_not_finished_are_counted_too():
    shown = render(image(finding(), failures=(Failure("layer 2 is damaged"),))).splitlines()
    assert shown[0] == heading("app:1", "1 error, not finished")
    assert shown[-1] == "✖ 1 error in 1 target, 1 target not finished"


def test_quiet_leaves_only_what_is_wrong():
    skipped = TargetReport("ci/Dockerfile", SubjectKind.DOCKERFILE, skipped="no sign of a function")
    assert render(image(), dockerfile(), skipped, verbosity=-1) == ""
    assert render(image(finding(location=ImageLocation(key="manifest"))), verbosity=-1) == (
        heading("app:1", "1 error") + "\n\n  ✖ error  it is bad\n     ╭─ manifest\n     ╰─ bad-thing\n"
    )


def test_verbose_tells_all_that_is_known():
    start = [{"text": "/entry", "evidence": "certain", "role": "script", "path": "/entry"}, {"text": "x", "path": "/y"}]
    target = image(start=start, extra=7)
    verbose = TargetReport(target.target, target.kind, target.facts, settings="lambda-lint.toml")
    assert render(verbose, verbosity=1, width=90) == (
        heading("app:1", "✔ clean", 90) + "\n"
        "  base        Some base 3\n"
        "  platform    linux/arm64\n"
        "  size        ███████░░░░░░░░░░░░░░░░░ 3 GiB of 10 GiB (30%)\n"
        "  client      client 3.1\n"
        "  handler     app.handler\n"
        "  settings    lambda-lint.toml\n"
        "  reference   app:1\n"
        f"  digest      sha256:{'1' * 64}\n"
        '  entrypoint  ["/entry"]\n'
        '  command     ["app.handler"]\n'
        "  workdir     /srv\n"
        "  layer 1         3 GiB  COPY . /srv\n"
        "  start       /entry  certain script\n"
        "              x  /y\n"
        "  extra       7\n"
        "\n"
        "✔ 1 target clean\n"
    )


def test_verbose_names_the_page_of_a_rule():
    url = "https://github.com/lambda-lint/lambda-lint/blob/main/rules/docs/bad-thing.md"
    assert f"     ╰─ bad-thing  {url}\n" in render(dockerfile(finding()), verbosity=1, width=120)


def test_without_unicode_plain_characters_are_used():
    shown = render(image(finding(fix="do it")), dockerfile(), unicode=False)
    assert shown.isascii()
    assert shown.splitlines()[:4] == [
        heading("app:1", "1 error", fill="-"),
        "  base      Some base 3",
        "  platform  linux/arm64",
        "  size      #######................. 3 GiB of 10 GiB (30%)",
    ]


def test_what_somebody_will_copy_stays_whole() -> None:
    name = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:{'0' * 64}"
    shown = render(dockerfile(finding(fix=f"deploy {name} instead")), width=60).splitlines()
    assert [line.lstrip(" │├─") for line in shown if name in line or "instead" in line] == [name, "instead"]


def test_long_texts_are_wrapped_under_themselves():
    shown = render(dockerfile(finding("many words " * 12, fix="long " * 20)), width=50).splitlines()
    assert shown[2:5] == [
        "  ✖ error  many words many words many words many",
        "    words many words many words many words",
        "    many words many words many words many",
    ]
    fix = [text.replace(" long", "") for text in shown if "long" in text]
    assert fix == ["     ├─ fix ", "     │ ", "     │ "]


def test_color_marks_and_links_but_changes_no_word():
    colored = render(image(finding(fix="write `x`")), dockerfile(finding()), color=True)
    assert "\x1b[1;31m✖ error\x1b[0m" in colored
    assert "https://github.com/lambda-lint/lambda-lint/blob/main/rules/docs/bad-thing.md\x1b\\" in colored
    plain = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", colored)
    assert plain == render(image(finding(fix="write `x`")), dockerfile(finding()))


HOSTILE = st.text(st.sampled_from("a[/]:\\`\x1b\x07\r\n\t\u202e\u2028\ud800漢é "), max_size=80)


@given(HOSTILE, st.integers(0, 90), st.sampled_from([-1, 0, 1]), st.booleans())
def test_nothing_from_a_target_reaches_the_terminal_as_a_command(text: str, width: int, verbosity: int, unicode: bool):
    place = finding(text, ImageLocation(path=f"/{text}", layer=1), fix=text, evidence=text, related=((text, line(1)),))
    targets = (
        image(place, target=f"a{text}", failures=(Failure(text),), base=text, handler=text, created_by=text),
        dockerfile(finding(location=line(1, 2, 4, path=f"x{text}")), source=text),
        TargetReport(f"b{text}", SubjectKind.DOCKERFILE, skipped=text),
    )
    shown = render(*targets, width=width, verbosity=verbosity, unicode=unicode)
    assert {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"} <= {"Cc"}
    assert {character for character in shown if unicodedata.category(character) == "Cc"} == {"\n"}
    assert unicode or shown.isascii()


@given(st.text(max_size=120), st.integers(1, 120), st.integers(0, 120), st.integers(0, 100))
def test_source_lines_never_overflow_and_marks_stay_inside(text: str, column: int, length: int, width: int):
    source = text.replace("\n", " ")
    place = line(1, min(column, len(source) + 1), min(column, len(source) + 1) + length)
    shown = render(dockerfile(finding(location=place), source=source), width=width)
    assert max(cell_len(shown_line) for shown_line in shown.split("\n")) <= max(width, 36)


def test_what_was_suppressed_is_shown_to_who_asks_for_all():
    gone = (
        Suppressed(finding("CMD is bad", line(2, 5, 16)), "as planned", line(1)),
        Suppressed(finding(name="other-thing"), "", line(1)),
    )
    target = replace(dockerfile(), suppressed=gone)
    assert render(target) == "✔ app/Dockerfile\n\n✔ 1 target clean\n"
    assert render(target, verbosity=1).splitlines()[1:3] == [
        "  suppressed  bad-thing at app/Dockerfile:2:5  as planned",
        "              other-thing at app/Dockerfile:2:1",
    ]
