"""`wrong-package-manager`: yum, dnf, apt-get and apk on AWS's base images."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "wrong-package-manager"
NEW = "FROM public.ecr.aws/lambda/python:3.13\n"
OLD = "FROM public.ecr.aws/lambda/python:3.11\n"

SILENT = {
    "dnf on Amazon Linux 2023": f"{NEW}RUN dnf install -y gcc\n",
    "microdnf on Amazon Linux 2023": f"{NEW}RUN microdnf install -y gcc\n",
    "yum on Amazon Linux 2": f"{OLD}RUN yum install -y gcc && yum clean all\n",
    "amazon-linux-extras on Amazon Linux 2": f"{OLD}RUN amazon-linux-extras install epel -y\n",
    "yum on Amazon Linux 1": "FROM public.ecr.aws/lambda/python:3.7\nRUN yum install -y gcc\n",
    "yum without a known system": "FROM public.ecr.aws/lambda/python\nRUN yum install -y gcc\n",
    "apt-get on Debian": "FROM python:3.13\nRUN apt-get update\n",
    "yum installed first": f"{NEW}RUN dnf install -y yum\nRUN yum install -y gcc\n",
    "yum as a link": f"{NEW}RUN ln -s /usr/bin/dnf /usr/bin/yum && yum install -y gcc\n",
    "dnf installed first": f"{OLD}RUN yum install -y dnf && dnf install -y gcc\n",
    "yum copied in": f"{NEW}COPY --from=tools /tools/yum /usr/local/bin/yum\nRUN yum install -y gcc\n",
    "programs copied in": f"{NEW}COPY --from=tools /usr /usr\nRUN yum install -y gcc\n",
    "only where it is": f"{NEW}RUN if command -v yum; then yum install -y gcc; else dnf install -y gcc; fi\n",
    "the other one first": f"{NEW}RUN dnf install -y gcc || yum install -y gcc\n",
    "a word of another command": f"{NEW}RUN echo yum install -y gcc; rm -rf /var/cache/yum\n",
    "in a comment": f"{NEW}RUN dnf install -y gcc && \\\n    # yum is gone\n    dnf clean all\n",
    "in a Python here-document": f"{NEW}RUN python3 <<EOF\nyum install\nEOF\n",
    "not understood": f"{NEW}RUN yum install -y gcc ${{(\n",
    "very long": f"{NEW}RUN {'true; ' * 6000} yum install -y gcc\n",
    "in a stage that the last one does not need": f"{NEW.strip()} AS tools\nRUN yum install -y gcc\n{NEW}",
    "what is printed about Playwright": f"{NEW}RUN echo run playwright install-deps at home\n",
    "Playwright, and something else where it fails": (
        f"{OLD}RUN playwright install-deps chromium || yum install -y nss\n"
    ),
    "Playwright on Debian": "FROM python:3.13\nRUN playwright install --with-deps chromium\n",
    "Playwright without libraries": f"{NEW}RUN playwright install chromium\n",
    "what Playwright would do": f"{NEW}RUN playwright install-deps --dry-run\n",
    "Playwright where apt-get was brought": f"{NEW}RUN dnf install -y apt-get && playwright install-deps\n",
    "Playwright in a branch": f"{NEW}RUN if [ -e /etc/debian_version ]; then playwright install-deps; fi\n",
    "a package of that name": f"{NEW}RUN pip install playwright\n",
    "held back": f"{NEW}ONBUILD RUN yum install -y gcc\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "yum on Amazon Linux 2023": (f"{NEW}RUN yum install -y gcc\n", [Found("error", "2: yum")]),
    "twice in one stage, told once": (
        f"{NEW}RUN yum install -y gcc && yum clean all\nRUN yum update -y\n",
        [Found("error", "2: yum")],
    ),
    "exec form": (f'{NEW}RUN ["yum", "install", "-y", "gcc"]\n', [Found("error", '2: "yum"')]),
    "exec form of a shell": (
        f'{NEW}RUN ["/bin/bash", "-c", "yum install -y gcc"]\n',
        [Found("error", '2: RUN ["/bin/bash", "-c", "yum install -y gcc"]')],
    ),
    "with sudo and a path": (f"{NEW}RUN sudo -E /usr/bin/yum install -y gcc\n", [Found("error", "2: /usr/bin/yum")]),
    "in a here-document": (
        f"{NEW}RUN <<EOF\nset -e\nyum install -y gcc\necho done\nEOF\n",
        [Found("error", "4: yum")],
    ),
    "in a here-document with tabs, below a comment that names it": (
        f"{NEW}RUN <<-EOF\n\t# yum is old\n\tset -e; yum install -y gcc\n\tEOF\n",
        [Found("error", "4: yum")],
    ),
    "the build goes on": (f"{NEW}RUN yum install -y gcc; echo done\n", [Found("warning", "2: yum")]),
    "the build goes on by its own wish": (f"{NEW}RUN yum install -y gcc || true\n", [Found("warning", "2: yum")]),
    "over several lines": (
        f"{NEW}RUN set -e; \\\n    yum install -y \\\n    gcc; \\\n    echo done\n",
        [Found("error", "3: yum")],
    ),
    "amazon-linux-extras on Amazon Linux 2023": (
        f"{NEW}RUN amazon-linux-extras install epel -y\n",
        [Found("error", "2: amazon-linux-extras")],
    ),
    "dnf on Amazon Linux 2": (f"{OLD}RUN dnf install -y gcc\n", [Found("error", "2: dnf")]),
    "dnf on OS-only Amazon Linux 2": (
        "FROM public.ecr.aws/lambda/provided:al2\nRUN dnf install -y gcc\n",
        [Found("error", "2: dnf")],
    ),
    "apt-get": (f"{NEW}RUN apt-get update && apt-get install -y gcc\n", [Found("error", "2: apt-get")]),
    "apt-get without a known system": (
        "FROM amazon/aws-lambda-python\nRUN apt-get update\n",
        [Found("error", "2: apt-get")],
    ),
    "apk": (f"{OLD}RUN apk add gcc\n", [Found("error", "2: apk")]),
    "Playwright's dependencies": (
        f"{OLD}RUN pip install playwright && playwright install-deps chromium\n",
        [Found("warning", "2: playwright")],
    ),
    "Playwright with dependencies": (
        f"{NEW}RUN python -m playwright install chromium --with-deps\nRUN playwright install --with-deps\n",
        [Found("warning", "2: playwright")],
    ),
    "Playwright of a version": (
        f"{NEW}RUN npx --yes playwright@1.50 install --with-deps\n",
        [Found("warning", "2: RUN npx --yes playwright@1.50 install --with-deps")],
    ),
    "in a build stage": (
        f"{NEW.strip()} AS build\nRUN yum install -y gcc\n{NEW}COPY --from=build /app /app\n",
        [Found("error", "2: yum")],
    ),
    "in a stage on a stage": (
        f"{NEW.strip()} AS base\nRUN dnf install -y gcc\nFROM base\nRUN yum install -y git\n",
        [Found("error", "4: yum")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE), text) == expected


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        (
            f"{NEW}RUN yum update\n",
            "there is no yum in AWS python 3.13, which is made from Amazon Linux 2023",
            "write dnf in place of yum",
        ),
        (
            f"{OLD}RUN apk add gcc\n",
            "there is no apk, which belongs to Alpine, in AWS python 3.11, which is made from Amazon Linux 2",
            "write yum in place of apk, with Amazon Linux's names of the packages",
        ),
        (
            f"{NEW}RUN amazon-linux-extras install epel\n",
            "there is no amazon-linux-extras in AWS python 3.13, which is made from Amazon Linux 2023",
            "install the package with dnf",
        ),
        (
            "FROM public.ecr.aws/lambda/python\nRUN apt-get update\n",
            "there is no apt-get, which belongs to Debian and Ubuntu, in AWS python, which is made from Amazon Linux",
            "write yum, or dnf on Amazon Linux 2023, in place of apt-get, with Amazon Linux's names of the packages",
        ),
    ],
)
def test_the_message_names_the_right_one(text: str, message: str, fix: str) -> None:
    (finding,) = lint(text, RULE)
    assert (finding.problem.message, finding.problem.fix) == (message, fix)


def test_the_message_about_playwright() -> None:
    (finding,) = lint(f"{OLD}RUN playwright install-deps\n", RULE)
    assert finding.problem.message == (
        "Playwright installs libraries with apt-get, which belongs to Debian and Ubuntu, "
        "and AWS python 3.11 is made from Amazon Linux 2"
    )
    assert finding.problem.fix == (
        "install them with yum, or build on an image of Playwright, with a runtime interface client"
    )
