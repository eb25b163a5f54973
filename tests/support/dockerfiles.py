"""Dockerfiles for property tests, and instructions in a form that can be compared with BuildKit's own."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from lambda_lint.dockerfile import Instruction, Onbuild

_NAMES = st.sampled_from(("a", "b", "A_1", "PATH", "x.y", "é"))
_TEXTS = st.sampled_from(
    ("a", "b c", "x=1", "'q r'", '"s t"', "$A", "${A:-b}", "é", "\\\\", "a\\ b", "`", "<", "#", "-", "--x")
)
_BLANKS = st.sampled_from((" ", " ", "  ", "\t", " \t "))
_ENDS = st.sampled_from(("\n", "\n", "\n", "\r\n"))
_COMMENTS = st.sampled_from(("# c", "  # indented", "#", "# ends in \\", "## two"))
_STAGES = st.sampled_from(
    ("FROM a", "FROM a AS b", "from b as c", "FROM --platform=$BUILDPLATFORM a", 'FROM --platform="x" a')
)
_FLAGS = {
    "RUN": st.sampled_from(
        ("--mount=type=cache,target=/x", '--mount=type="tmpfs"', "--network=none", "--security='sandbox'")
    ),
    "COPY": st.sampled_from(("--from=b", "--chown=a:b", "--link", "--chmod=755", '--chown="a":b')),
}
_KEYWORDS = st.sampled_from(
    (
        *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK"),
        *("LABEL", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
    )
)
_HEREDOC_NAMES = st.sampled_from(("EOF", "E", "'EOF'", '"E F"', "-EOF", "-'E'"))
_BODIES = st.lists(
    st.sampled_from(("echo hi", "USER x", "FROM z", "# c", "", "\tx", "EOFX", " EOF", "RUN <<E", 'CMD ["x"]', "x \\")),
    max_size=3,
)


@st.composite
def _continued(draw: st.DrawFn, parts: list[str], escape: str, end: str) -> str:
    """The parts with blanks between them; some of the blanks go over lines, with comments and blank lines there."""
    text = parts[0]
    for part in parts[1:]:
        if draw(st.integers(0, 3)):
            text += draw(_BLANKS) + part
            continue
        between = draw(st.lists(st.one_of(_COMMENTS, st.sampled_from(("", "  "))), max_size=2))
        lines = "".join(line + end for line in between)
        text += draw(_BLANKS) + escape + draw(st.sampled_from(("", " ", "\t "))) + end + lines + draw(_BLANKS) + part
    return text


@st.composite
def _heredocs(draw: st.DrawFn, end: str) -> tuple[list[str], str]:
    """What opens some here-documents, and their bodies."""
    openings: list[str] = []
    bodies = ""
    for name in draw(st.lists(_HEREDOC_NAMES, min_size=1, max_size=2)):
        openings.append(draw(st.sampled_from(("", "3"))) + "<<" + name)
        plain = name.removeprefix("-").strip("'\"")
        tabs = "\t" * draw(st.integers(0, 2)) if name.startswith("-") else ""
        # A line that is the name closes the document early, and what follows is read as instructions: that is wanted.
        bodies += "".join(line + end for line in draw(_BODIES)) + tabs + plain + end
    return openings, bodies


@st.composite
def _arguments(draw: st.DrawFn, keyword: str) -> list[str]:
    if keyword in ("ENV", "LABEL"):
        if draw(st.booleans()):
            return [f"{name}={draw(_TEXTS)}" for name in draw(st.lists(_NAMES, min_size=1, max_size=3))]
        return [draw(_NAMES), draw(_TEXTS)]
    if keyword == "ARG":
        return [
            draw(st.sampled_from((name, f"{name}=1", f'{name}="x y"')))
            for name in draw(st.lists(_NAMES, min_size=1, max_size=2))
        ]
    if keyword in ("CMD", "ENTRYPOINT", "RUN", "COPY", "ADD", "VOLUME", "SHELL") and draw(st.booleans()):
        strings = draw(
            st.lists(
                st.text('ab"\\ /é😀\n', max_size=4), min_size=0 if keyword in ("CMD", "ENTRYPOINT") else 2, max_size=3
            )
        )
        return [json.dumps(strings, ensure_ascii=draw(st.booleans())) + draw(st.sampled_from(("", "", "", "]")))]
    if keyword == "HEALTHCHECK":
        return draw(st.sampled_from((["NONE"], ["CMD", "x y"], ["CMD", '["x", "y"]'], ["cmd", "[x]"])))
    return draw(st.lists(_TEXTS, min_size=2, max_size=4))


@st.composite
def _instruction(draw: st.DrawFn, escape: str, end: str) -> str:
    keyword = draw(_KEYWORDS)
    parts = [draw(st.sampled_from((keyword, keyword.lower(), keyword.title())))]
    if draw(st.integers(0, 5)) == 0:
        parts.insert(0, "ONBUILD")
    if keyword in _FLAGS:
        parts += draw(st.lists(_FLAGS[keyword], max_size=2, unique_by=lambda flag: flag.partition("=")[0]))
        parts += draw(st.sampled_from(([], [], [], ["--"])))
    parts += draw(_arguments(keyword))
    bodies = ""
    if keyword in ("RUN", "COPY", "ADD") and draw(st.booleans()):
        openings, bodies = draw(_heredocs(end))
        parts[-1:-1] = openings
    indent = draw(st.sampled_from(("", "", "  ", "\t")))
    return indent + draw(_continued(parts, escape, end)) + end + bodies


@st.composite
def dockerfiles(draw: st.DrawFn) -> bytes:
    """Dockerfiles that BuildKit mostly takes: every instruction, flags, here-documents, continuations, JSON, quotes.

    One kind of line end in each, LF or CRLF; some with a byte order mark, directives, or no newline at the end.
    """
    end = draw(_ENDS)
    escape = draw(st.sampled_from(("\\", "\\", "\\", "`")))
    text = draw(st.sampled_from(("", "", "", "\ufeff")))
    text += draw(st.sampled_from(("", "# syntax=docker/dockerfile:1" + end)))
    if escape == "`" or draw(st.booleans()):
        text += draw(st.sampled_from((f"# escape={escape}", f"#  Escape = {escape} "))) + end
    text += draw(st.sampled_from(("", "ARG V=1" + end)))
    for _ in range(draw(st.integers(1, 2))):
        text += draw(_STAGES) + end
        for _ in range(draw(st.integers(0, 4))):
            text += (
                draw(st.one_of(_COMMENTS, st.just(""), st.just(" \t"))) + end if draw(st.integers(0, 4)) == 0 else ""
            )
            text += draw(_instruction(escape, end))
    if draw(st.integers(0, 3)) == 0:
        text = text.removesuffix(end) + draw(st.sampled_from(("", " ", f" {escape}")))
    return text.encode()


def described(instruction: Instruction) -> dict[str, Any]:
    """An instruction in the terms of BuildKit's parser, and in JSON's types: lines, keyword, flags, JSON, arguments."""
    shown: dict[str, Any] = {
        "lines": [instruction.region.start.line, instruction.region.end.line],
        "keyword": instruction.keyword,
        "flags": [flag.text for flag in instruction.flags],
        "json": instruction.json,
        "arguments": list(instruction.arguments),
    }
    if isinstance(instruction, Onbuild):
        shown["trigger"] = {
            "keyword": instruction.trigger.keyword,
            "flags": [flag.text for flag in instruction.trigger.flags],
        }
    if instruction.heredocs:
        shown["heredocs"] = [
            {
                "name": heredoc.name,
                "body": heredoc.body,
                "expand": heredoc.expand,
                "strip_tabs": heredoc.strip_tabs,
                "file_descriptor": heredoc.file_descriptor,
            }
            for heredoc in instruction.heredocs
        ]
    return shown
