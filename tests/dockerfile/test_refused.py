"""What BuildKit refuses is one clear problem at the right place, and what it takes is none."""

from __future__ import annotations

import pytest

from lambda_lint.dockerfile import Invalid, parse, parsing
from lambda_lint.dockerfile.instructions import nearest


def problems(text: str | bytes) -> list[tuple[str, str, bool]]:
    """Message, place as `line:column-line:column`, and whether the file is called a template."""
    data = text.encode() if isinstance(text, str) else text
    return [
        (
            problem.message,
            f"{problem.region.start.line}:{problem.region.start.column}"
            f"-{problem.region.end.line}:{problem.region.end.column}",
            problem.template,
        )
        for problem in parse(data, "Dockerfile").problems
    ]


CASES = {
    "empty-file": (b"", "this file holds no instruction", "1:1-1:1"),
    "only-comments": (b"# a\n\n", "this file holds no instruction", "1:1-1:1"),
    "no-from": (b"RUN x\n", "this file has no FROM, so there is nothing to build", "1:1-1:6"),
    "only-arg": (b"ARG A\n", "this file has no FROM, so there is nothing to build", "1:1-1:6"),
    "before-from": (b"RUN x\nFROM a", "RUN stands before the first FROM, where only ARG may", "1:1-1:6"),
    "a file of another kind": (
        b"root:x:0:0::/root:/bin/sh\nbin:x:2:2::/bin:/bin/false\n",
        "this is not a Dockerfile: nothing in it says FROM an image, and `root:x:0:0::/root:/bin/sh` is no instruction",
        "1:1-1:26",
    ),
    "a program of another language": (
        b"import os\nfrom a import b\nprint(b)\n",
        "this is not a Dockerfile: nothing in it says FROM an image, and `import` is no instruction",
        "1:1-1:10",
    ),
    "a control character that Python takes for a blank": (
        b"\x1f",
        "this is not a Dockerfile: nothing in it says FROM an image, and `\\x1f` is no instruction",
        "1:1-1:2",
    ),
    "unknown": (b"FROM a\nCOPI x y", "unknown instruction `COPI`; did you mean COPY?", "2:1-2:5"),
    "unknown-nothing-near": (b"FROM a\n\nfoo bar", "unknown instruction `foo`", "3:1-3:4"),
    "lost-continuation": (
        b"FROM a\nRUN a\n  && b", "unknown instruction `&&`; does the line above lack a continuation?", "3:3-3:5"
    ),
    "control-character-in-keyword": (b"FROM a\n\n\x1b[31m x", "unknown instruction `\\x1b[31m`", "3:1-3:6"),
    "escape-and-nothing": (b"FROM a\n\n\\\n# c\n", "a continuation, and no instruction in it", "3:1-4:4"),
    "escape-directive": (
        b"# escape=x\nFROM a", "the escape character must be `\\` or a backtick, not 'x'", "1:1-1:11"
    ),
    "directive-twice": (
        b"# escape=`\n# Escape=`\nFROM a", "a second `# escape=` line; only one is allowed", "2:1-2:11"
    ),
    "from-nothing": (b"FROM\n", "FROM takes an image, or an image, AS and a name", "1:1-1:5"),
    "from-two-words": (b"FROM a b\n", "FROM takes an image, or an image, AS and a name", "1:1-1:9"),
    "from-capitals": (
        b"FROM alpine\nFROM public.ecr.aws/Lambda/Python:3.9 AS x\n",
        "`public.ecr.aws/Lambda/Python:3.9` is no name of an image: capital letters are for hosts and tags",
        "2:6-2:38",
    ),
    "from-address": (b"FROM https://ghcr.io/a\n", "`https://ghcr.io/a` is no name of an image", "1:6-1:23"),
    "from-two-tags": (b"FROM a:1:2\n", "`a:1:2` is no name of an image", "1:6-1:11"),
    "from-comment": (b"FROM a # b\n", "FROM takes an image, or an image, AS and a name", "1:1-1:11"),
    "stage-name": (
        b"FROM a AS 1x\n",
        "a stage's name begins with a letter and holds letters, digits, `_`, `-` and `.`",
        "1:11-1:13",
    ),
    "blank-base": (b"FROM $X\n", "`$X` is empty: no ARG before the first FROM declares it", "1:6-1:8"),
    "copy-one": (b"FROM a\nCOPY x\n", "COPY takes at least one source and a destination", "2:1-2:7"),
    "add-nothing": (b"FROM a\nADD\n", "ADD takes at least one source and a destination", "2:1-2:4"),
    "copy-to-heredoc": (
        b"FROM a\nCOPY x <<E\nE\n", "COPY needs a destination, and a here-document is none", "2:8-2:11"
    ),
    "copy-from-variable": (
        b"FROM a\nCOPY --from=$X a b\n",
        "--from takes no variable; give the image a stage of its own (FROM ... AS name) and copy from that",
        "2:6-2:15",
    ),
    "mount-from-variable": (
        b"FROM a\nRUN --mount=type=bind,from=$X,target=/x y\n",
        "--mount takes no variable for `from`; give the image a stage of its own",
        "2:1-2:42",
    ),
    "unknown-flag": (b"FROM a\nCOPY --chwon=x a b\n", "COPY has no flag --chwon; did you mean --chown?", "2:6-2:15"),
    "flag-where-none-is": (b"FROM a\nCMD --x y\n", "CMD has no flag --x", "2:5-2:8"),
    "flag-twice": (b"FROM a\nCOPY --from=a --from=b x y\n", "--from is given twice", "2:15-2:23"),
    "flag-without-value": (b"FROM a\nCOPY --from a b\n", "--from needs a value: --from=...", "2:6-2:12"),
    "flag-no-boolean": (b"FROM a\nCOPY --link=1 a b\n", "--link is either true or false", "2:6-2:14"),
    "flag-on-onbuild": (b"FROM a\nONBUILD --x RUN y\n", "ONBUILD has no flag --x", "2:9-2:12"),
    "empty-mount": (b"FROM a\nRUN --mount= y\n", "--mount needs a value: --mount=...", "2:1-2:15"),
    "network": (b"FROM a\nRUN --network=x y\n", "--network is default, none or host", "2:1-2:18"),
    "security": (b"FROM a\nRUN --security=x y\n", "--security is sandbox or insecure", "2:1-2:19"),
    "heredoc-open": (b"FROM a\nRUN <<E\nx\n", "the here-document 'E' is never closed", "2:1-2:8"),
    "heredoc-from-a-shift": (b"FROM a\nRUN $((1 << 3))\n", "the here-document '3))' is never closed", "2:1-2:16"),
    "json-not-strings": (b'FROM a\nCMD ["a", 1]\n', "a JSON array here must hold strings only", "2:5-2:13"),
    "json-nested": (b'FROM a\nCOPY [["a"], "b"]\n', "a JSON array here must hold strings only", "2:6-2:18"),
    "json-with-angles": (b'FROM a\nRUN ["<<E", 1]\n', "a JSON array here must hold strings only", "2:5-2:15"),
    "json-behind-onbuild": (b"FROM a\nONBUILD CMD [null]\n", "a JSON array here must hold strings only", "2:13-2:19"),
    "shell-form-shell": (
        b"FROM a\nSHELL /bin/sh -c\n", 'SHELL takes a JSON array: SHELL ["/bin/bash", "-c"]', "2:1-2:17"
    ),
    "empty-shell": (b"FROM a\nSHELL []\n", 'SHELL takes a JSON array: SHELL ["/bin/bash", "-c"]', "2:1-2:9"),
    "env-nothing": (b"FROM a\nENV\n", "ENV needs a name", "2:1-2:4"),
    "env-no-value": (b"FROM a\nENV A\n", "ENV A has no value; write ENV NAME=VALUE", "2:5-2:6"),
    "env-later-word": (
        b"FROM a\nENV A=b c\n", "ENV takes NAME=VALUE pairs, and `c` has no `=`; are quotes missing?", "2:9-2:10"
    ),
    "env-no-name": (b"FROM a\nENV =b\n", "ENV has a `=` without a name before it", "2:5-2:7"),
    "label-no-name": (b"FROM a\nLABEL a=b =c\n", "LABEL has a `=` without a name before it", "2:11-2:13"),
    "arg-nothing": (b"ARG\nFROM a\n", "ARG needs a name", "1:1-1:4"),
    "arg-no-name": (b"ARG =x\nFROM a\n", "ARG has a `=` without a name before it", "1:5-1:7"),
    "user-nothing": (b"FROM a\nUSER\n", "USER needs an argument", "2:1-2:5"),
    "workdir-nothing": (b"FROM a\nWORKDIR \n", "WORKDIR needs an argument", "2:1-2:8"),
    "expose-nothing": (b"FROM a\nEXPOSE\n", "EXPOSE needs an argument", "2:1-2:7"),
    "volume-empty": (b'FROM a\nVOLUME [""]\n', "VOLUME has an empty path", "2:1-2:12"),
    "healthcheck-nothing": (b"FROM a\nHEALTHCHECK\n", "HEALTHCHECK takes CMD and a command, or NONE", "2:1-2:12"),
    "healthcheck-kind": (b"FROM a\nHEALTHCHECK x y\n", "HEALTHCHECK takes CMD and a command, or NONE", "2:13-2:14"),
    "healthcheck-none-more": (b"FROM a\nHEALTHCHECK NONE x\n", "HEALTHCHECK NONE takes nothing more", "2:1-2:19"),
    "healthcheck-no-command": (b"FROM a\nHEALTHCHECK CMD\n", "HEALTHCHECK CMD lacks its command", "2:1-2:16"),
    "healthcheck-duration": (
        b"FROM a\nHEALTHCHECK --interval=5 CMD x\n", "--interval=5 is no duration such as 30s", "2:1-2:31"
    ),
    "healthcheck-too-short": (
        b"FROM a\nHEALTHCHECK --timeout=1us CMD x\n", "--timeout=1us is no duration such as 30s", "2:1-2:32"
    ),
    "healthcheck-retries": (b"FROM a\nHEALTHCHECK --retries=-1 CMD x\n", "--retries=-1 is no count", "2:1-2:31"),
    "onbuild-nothing": (b"FROM a\nONBUILD\n", "ONBUILD needs an instruction to hold back", "2:1-2:8"),
    "onbuild-onbuild": (b"FROM a\nONBUILD ONBUILD RUN x\n", "ONBUILD cannot hold back ONBUILD", "2:9-2:16"),
    "onbuild-thrice": (b"FROM a\nONBUILD ONBUILD ONBUILD x\n", "ONBUILD cannot hold back ONBUILD", "2:9-2:16"),
    "onbuild-from": (b"FROM a\nONBUILD FROM b\n", "ONBUILD cannot hold back FROM", "2:9-2:13"),
    "onbuild-maintainer": (b"FROM a\nonbuild maintainer b\n", "ONBUILD cannot hold back MAINTAINER", "2:9-2:19"),
    "onbuild-unreadable": (b"FROM a\nONBUILD ENV x\n", "ENV x has no value; write ENV NAME=VALUE", "2:13-2:14"),
    "substitution-in-from": (b"FROM ${a\n", "a `${` is never closed", "1:6-1:9"),
    "open-substitution": (b"FROM a\nENV A=${x\n", "a `${` is never closed", "2:5-2:10"),
    "bad-substitution": (
        b"FROM a\nWORKDIR ${}\n", "`${}` is no substitution; write `\\$` for a dollar sign", "2:9-2:12"
    ),
    "unknown-operator": (b"FROM a\nENV A=${x[@]}\n", "`[` is no operator of `${name...}`", "2:5-2:14"),
    "open-quote": (b"FROM a\nENV A it's\n", "a single quote is never closed", "2:7-2:11"),
    "open-double-quote": (b'FROM a\nLABEL A="b\n', "a double quote is never closed", "2:7-2:11"),
    "substitution-in-copied-heredoc": (
        b"FROM a\nCOPY <<E /x\n${a[0]}\nE\n",
        "`[` is no operator of `${name...}` (quote the name of the here-document to keep its text as it is)",
        "3:1-4:2",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message", "place"), CASES.values(), ids=CASES)
def test_what_buildkit_refuses_is_one_problem(text: bytes, message: str, place: str) -> None:
    assert problems(text) == [(message, place, False)]


TEMPLATES = {
    "jinja-block": ("{% if x %}\nFROM a\n{% endif %}\n", "{%", "1:1-1:3"),
    "jinja-comment": ("FROM a\n{# c #}\n", "{#", "2:1-2:3"),
    "expression-as-base": ("FROM {{ base }}\nCMD x\n", "{{", "1:1-1:16"),
    "expression-as-base-in-one-word": ("FROM {{base}}:1 AS b\n", "{{", "1:6-1:16"),
    "expression-as-instruction": ("FROM a\n{{ extra }}\n", "{{", "2:1-2:3"),
    "embedded-ruby": ("FROM a\n<%= packages %>\n", "<%", "2:1-2:4"),
    "workflow-expression": ("FROM a\nENV A=${{ secrets.A }}\n", "{{", "2:11-2:20"),
    "at-placeholder": ("FROM a\n@EXTRA@\n", "@EXTRA@", "2:1-2:8"),
    "percent-placeholder": ("FROM a\n%%EXTRA%%\n", "%%EXTRA%%", "2:1-2:10"),
    "underscore-placeholder": ("__HEADER__\nFROM a\n", "__HEADER__", "1:1-1:11"),
    "shell-placeholder": ("FROM a\n${EXTRA}\n", "${EXTRA}", "2:1-2:9"),
    "placeholder-as-base": ("FROM @BASE@\n", "@BASE@", "1:6-1:12"),
    "capitals-as-base": ("FROM BASE_IMAGE\n", "BASE_IMAGE", "1:6-1:16"),
    "capitals-in-a-base": ("FROM ACCOUNT_ID.dkr.ecr.eu-west-1.amazonaws.com/a:1\n", "ACCOUNT_ID", "1:6-1:52"),
    "angle-placeholder-as-base": ("FROM <your-image>\n", "<your-image>", "1:6-1:18"),
    "other-problems-are-not-told": ("FROM a\nFOO\nCOPY x\n{{ y }}\n", "{{", "4:1-4:3"),
}


def test_a_merge_conflict_is_told_once_beside_other_problems() -> None:
    text = "FROM a\n<<<<<<< HEAD\nRUN x\n||||||| 12ab\nRUN y\n=======\nRUN z\n>>>>>>> feature\nCOPI a b\n"
    assert problems(text) == [
        ("this is a merge conflict that nobody has resolved", "2:1-2:8", False),
        ("unknown instruction `COPI`; did you mean COPY?", "9:1-9:5", False),
    ]
    assert problems(text.replace("<<<<<<<", "<<<<<<").replace("COPI", "COPY"))[0][0].startswith("unknown instruction")


@pytest.mark.parametrize(("text", "marker", "place"), TEMPLATES.values(), ids=TEMPLATES)
def test_a_template_that_nobody_has_rendered_is_called_that_and_nothing_else(
    text: str, marker: str, place: str
) -> None:
    assert problems(text) == [(f"this is a template that has not been rendered: `{marker}`", place, True)]


ACCEPTED = {
    "braces-in-run": "FROM a\nRUN docker inspect --format '{{.Id}}' x\n",
    "arg-with-any-flag": "ARG --x A\nFROM a\n",
    "stopsignal-with-any-flag": "FROM a\nSTOPSIGNAL --x 9\n",
    "healthcheck-none-with-any-flag": "FROM a\nHEALTHCHECK --x NONE\n",
    "healthcheck-flags": "FROM a\nHEALTHCHECK --interval=1m30s --timeout=0 --start-period=.5s --retries=3 CMD x\n",
    "repeatable-flags": "FROM a\nCOPY --exclude=a --exclude=b x y\nRUN --mount=type=a --mount=type=b x\n",
    "newest-flags": "FROM a\nADD --unpack=false --keep-git-dir --checksum=x y z\nCOPY --parents --link=TRUE x y\n",
    "base-that-a-build-argument-gives": "ARG B\nFROM $B\n",
    "base-with-an-empty-default": "ARG B=\nFROM ${B}\n",
    "platform-argument-as-base": "FROM base-${TARGETARCH}\n",
    "base-in-quotes": 'FROM "python:3.13" AS a\n',
    "base-of-all-parts": f"FROM Registry.example:5000/a/b__c-d.e:V1_2@sha256:{'0' * 64}\n",
    "a-host-with-an-underscore": "FROM my_registry.example.com/team_a/image:1\n",
    "base-of-a-stage-in-capitals": "FROM a AS build\nFROM Build\n",
    "base-that-a-build-argument-may-change": "ARG B=My/Base\nFROM $B\n",
    "stage-name-used-twice": "FROM a AS b\nFROM c AS B\n",
    "variable-that-must-be-set": 'FROM a\nARG A\nENV B="${A:?is missing}"\n',
    "patterns": "FROM a\nARG A=x\nENV B=${A#x*} C=${A%%y} D=${A//x/y}\n",
    "heredoc-of-run-is-not-expanded": "FROM a\nRUN <<E\necho ${a[@]} it's\nE\n",
    "quoted-heredoc-is-not-expanded": "FROM a\nCOPY <<'E' /x\n${a[@]}\nE\n",
    "quotes-in-a-copied-heredoc": "FROM a\nCOPY <<E /x\nit's \"\nE\n",
    "cmd-without-arguments": "FROM a\nCMD\n",
    "broken-trigger": "FROM a\nONBUILD COPY x\n",
    "line-of-the-greatest-length": "FROM a\nRUN " + "x" * (64 * 1024 - 5) + "\n",
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_what_buildkit_takes_is_no_problem(text: str) -> None:
    assert problems(text) == []


def test_a_line_longer_than_buildkit_reads_is_refused() -> None:
    assert [message for message, *_ in problems("FROM a\nRUN " + "x" * 65532)] == [
        "a line must not be longer than 65,535 bytes"
    ]


def test_a_file_beyond_all_reason_is_not_read() -> None:
    assert problems(b"FROM a\n" * 200_000) == [
        ("this file has 1,400,000 bytes; a Dockerfile of more than 1,048,576 is not read", "1:1-1:1", False)
    ]


def test_no_more_than_twenty_problems_are_told() -> None:
    assert len(problems("FROM a\n" + "FOO\n" * 100)) == 20


def test_a_file_for_the_frontend_of_somebody_else_may_hold_instructions_of_its_own() -> None:
    assert problems("# syntax=example/frontend:1\nFROM a\nINCLUDE x\n") == []
    assert len(problems("# syntax=docker.io/docker/dockerfile:1.7-labs\nFROM a\nINCLUDE x\n")) == 1
    assert len(problems("# syntax=mirror.example/docker/dockerfile:1\nFROM a\nINCLUDE x\n")) == 1
    assert len(problems("# syntax=example/frontend:1\nINCLUDE x\n")) == 1


def test_a_refused_instruction_stays_in_its_place() -> None:
    instructions = parse(b"FROM a\nCOPY x\nUSER u\n", "Dockerfile").instructions

    assert [instruction.keyword for instruction in instructions] == ["FROM", "COPY", "USER"]
    assert isinstance(instructions[1], Invalid)


def test_near_words_are_looked_for_only_where_a_problem_may_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def asking(word: str) -> str:
        asked.append(word)
        return nearest(word)

    monkeypatch.setattr(parsing, "nearest", asking)
    dockerfile = parse(b"FROM a\n" + b"".join(b"CPOY%d b\n" % number for number in range(500)), "Dockerfile")

    assert len(dockerfile.problems) == len(asked) == 20
    assert all("did you mean COPY?" in problem.message for problem in dockerfile.problems)
