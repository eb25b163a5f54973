"""dockerfile-parse reads plain Dockerfiles as BuildKit does. On those it must find what is found here."""

import io

from dockerfile_parse import DockerfileParser
from hypothesis import given
from hypothesis import strategies as st

from lambda_lint.dockerfile import parse

WORDS = st.sampled_from(("a", "b=1", '"c d"', "'e'", "$F", "${G:-h}", "&&", "|", "é", '["j",', '"k"]', "x#y", ":"))
KEYWORDS = st.sampled_from(("RUN", "run", "ENV", "LABEL", "CMD", "EXPOSE", "WORKDIR", "USER", "HEALTHCHECK"))
COMMENTS = st.sampled_from(("# c", "  #  spaced  ", "#", "## two", "# RUN x", "# ends \\ within"))
BLANKS = st.sampled_from((" ", "  ", "\t"))


@st.composite
def instructions(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(("", "  "))) + draw(KEYWORDS) + draw(BLANKS) + draw(WORDS)
    for word in draw(st.lists(WORDS, max_size=4)):
        text += draw(st.sampled_from((" ", "\t", " \\\n  ", " \\  \n"))) + word
    return text


LINES = st.lists(st.one_of(instructions(), COMMENTS, st.just("")), max_size=8)


def library(text: str) -> list[tuple[int, str, str]]:
    """Line, keyword and value of everything, blanks made equal."""
    found = DockerfileParser(fileobj=io.BytesIO(text.encode())).structure
    return [(e["startline"] + 1, e["instruction"], " ".join(e["value"].split())) for e in found]


def ours(text: str) -> list[tuple[int, str, str]]:
    dockerfile = parse(text.encode(), "Dockerfile")
    said = [(c.region.start.line, "COMMENT", c.text) for c in dockerfile.comments]
    said += [(i.region.start.line, i.keyword, i.value) for i in dockerfile.instructions]
    return sorted((line, keyword, " ".join(value.split())) for line, keyword, value in said)


@given(LINES)
def test_the_library_finds_the_same_instructions_and_comments_on_the_same_lines(lines: list[str]):
    text = "\n".join(("FROM base", *lines)) + "\n"
    assert ours(text) == library(text)
