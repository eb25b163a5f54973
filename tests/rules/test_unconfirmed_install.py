"""`unconfirmed-install`: yum and dnf that ask during a build."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "unconfirmed-install"
NEW = "FROM public.ecr.aws/lambda/python:3.13\n"
OLD = "FROM public.ecr.aws/lambda/python:3.11\n"

FIRING = {
    "yum": (f"{OLD}RUN yum install gcc\n", [Found("warning", "2: yum")]),
    "dnf": (f"{NEW}RUN dnf install gcc && dnf clean all\n", [Found("warning", "2: dnf")]),
    "microdnf": (f"{NEW}RUN microdnf install gcc\n", [Found("warning", "2: microdnf")]),
    "an update": (f"{OLD}RUN yum update\n", [Found("warning", "2: yum")]),
    "with other options": (f"{OLD}RUN yum -q --nogpgcheck install gcc\n", [Found("warning", "2: yum")]),
    "by sudo": (f"{OLD}RUN yum install sudo -y\nRUN sudo yum install gcc\n", [Found("warning", "3: yum")]),
    "another package than before": (
        f"{OLD}RUN yum install -y gcc\nRUN yum install gcc git\n",
        [Found("warning", "3: yum")],
    ),
    "in exec form": (f'{OLD}RUN ["yum", "install", "gcc"]\n', [Found("warning", '2: "yum"')]),
    "in a here-document": (f"{NEW}RUN <<EOF\nset -e\ndnf install gcc\nEOF\n", [Found("warning", "4: dnf")]),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE), text) == expected


SILENT = {
    "told to": f"{OLD}RUN yum install -y gcc && yum -y update && yum install gcc-c++ -y -q\n",
    "in other words": f"{NEW}RUN dnf install --assumeyes gcc && dnf -qy install git && dnf install -yq tar\n",
    "nothing to ask": f"{NEW}RUN dnf clean all && dnf makecache && dnf search gcc\n",
    "there already": f"{OLD}RUN yum install -y gcc git\nRUN yum install gcc\n",
    "an update of packages that may be the newest": f"{OLD}RUN yum update openssl && yum upgrade curl\n",
    "there in the stage below": f"{OLD.strip()} AS base\nRUN yum update -y\nFROM base\nRUN yum update\n",
    "answered by a pipe": f"{OLD}RUN yes | yum install gcc\n",
    "answered by a pipe to sudo": f"{OLD}RUN echo y | sudo -E yum install gcc\n",
    "answered by a file": f"{OLD}RUN yum install gcc < /answers\n",
    "answered by a pipe to several": f"{OLD}RUN yes | {{ yum install gcc; }}\n",
    "settings in a tree of files": f"{NEW}COPY rootfs/ /\nRUN dnf install gcc\n",
    "settings in a folder": f"{OLD}COPY etc/ /etc/\nRUN yum install gcc\n",
    "a function of that name": f'{NEW}RUN dnf() {{ microdnf -y "$@"; }}; dnf install gcc\n',
    "a setting": f'{OLD}RUN echo "assumeyes=1" >> /etc/yum.conf\nRUN yum install gcc\n',
    "a file of settings": f"{OLD}COPY yum.conf /etc/\nRUN yum install gcc\n",
    "what a variable may say": f"{OLD}ARG OPTIONS=-y\nRUN yum $OPTIONS install gcc\nRUN yum install gcc $OPTIONS\n",
    "perhaps": f'{OLD}RUN if [ -n "$X" ]; then yum install gcc; fi\n',
    "a dry run": f"{OLD}RUN yum install --downloadonly gcc; yum install --help\n",
    "an update where nothing is newer": f"{NEW}RUN dnf update\nRUN microdnf upgrade\n",
    "an update of an unknown system": "FROM public.ecr.aws/lambda/python\nRUN yum update\n",
    "another program": f"{OLD}RUN pip install gcc\n",
    "another base": "FROM python:3.13\nRUN yum install gcc\n",
    "in a stage that nobody needs": f"{OLD.strip()} AS tools\nRUN yum install gcc\n{OLD}",
    "no command": f"{OLD}RUN yum\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


def test_what_is_told() -> None:
    (finding,) = lint(f"{OLD}RUN yum install gcc\n", RULE)
    assert finding.problem.message == "yum asks whether to go on, and in a build nobody answers"
    assert finding.problem.fix == "write yum install -y"
