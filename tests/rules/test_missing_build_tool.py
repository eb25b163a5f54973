"""`missing-build-tool`: tools that AWS's images on Amazon Linux 2023 lack."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "missing-build-tool"
NEW = "FROM public.ecr.aws/lambda/nodejs:22\n"
JAVA = "FROM public.ecr.aws/lambda/java:21\n"

SILENT = {
    "Amazon Linux 2": "FROM public.ecr.aws/lambda/python:3.11\nRUN tar -xf a.tar && find . -name x\n",
    "another base": "FROM node:22\nRUN tar -xf a.tar\n",
    "installed before it in the same RUN": f"{NEW}RUN dnf install -y tar gzip && tar -xzf a.tgz\n",
    "installed in an earlier RUN": f"{NEW}RUN microdnf install findutils\nRUN find . -name x\n",
    "installed in exec form": f'{NEW}RUN ["dnf", "install", "-y", "unzip"]\nRUN unzip a.zip\n',
    "installed in the stage below": f"{NEW.strip()} AS base\nRUN dnf -y install tar\nFROM base\nRUN tar -xf a.tar\n",
    "a package that may bring it": f"{NEW}RUN dnf install -y git\nRUN tar -xf a.tar\n",
    "packages in a variable": f"{NEW}ARG PACKAGES\nRUN dnf install -y $PACKAGES && tar -xf a.tar\n",
    "copied in": f"{NEW}COPY --from=tools /usr/bin/tar /usr/bin/tar\nRUN tar -xf a.tar\n",
    "only where it is": f"{NEW}RUN if command -v tar; then tar -xf a.tar; fi\n",
    "a RUN that is not understood": f"{NEW}RUN case x in esac)\nRUN tar -xf a.tar\n",
    "Maven in its own image": "FROM maven:3.9 AS build\nRUN mvn package\nFROM public.ecr.aws/lambda/java:21\n",
    "Maven as a package": f"{JAVA}RUN dnf install -y maven\nRUN mvn package\n",
    "Maven downloaded": f"{JAVA}RUN curl -sL https://x.example/m | bash\nRUN mvn package\n",
    "Maven in a PATH of its own": f"{JAVA}ADD maven /m\nENV PATH=/m/bin:$PATH\nRUN mvn package\n",
    "Maven by its wrapper": f"{JAVA}COPY . .\nRUN ./mvnw package\n",
    "Maven copied in": f"{JAVA}COPY --from=maven:3.9 /usr/ /usr/\nRUN mvn package\n",
    "a .NET program": "FROM public.ecr.aws/lambda/dotnet:8\nCOPY . .\nRUN dotnet Tool.dll publish\n",
    "npm's own tar": f"{NEW}RUN npm install tar\nRUN npx tar\n",
    "dnf's own find": f"{NEW}RUN npm run find\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "at the end of a pipe": (f"{NEW}RUN curl -s https://x.example | tar -x\n", [Found("warning", "2: tar")]),
    "once for a stage": (f"{NEW}RUN tar -xf a.tar\nRUN tar -xf b.tar\n", [Found("warning", "2: tar")]),
    "two of them": (
        f"{NEW}RUN unzip a.zip && find . -name x -delete\n",
        [Found("warning", "2: unzip"), Found("warning", "2: find")],
    ),
    "another tool installed": (
        f"{NEW}RUN dnf install -y tar && unzip a.zip\n",
        [Found("warning", "2: unzip")],
    ),
    "installed after it": (f"{NEW}RUN useradd app && dnf install -y shadow-utils\n", [Found("warning", "2: useradd")]),
    "installed in another stage": (
        f"{NEW.strip()} AS build\nRUN dnf install -y tar\n{NEW}RUN tar -xf a.tar\n",
        [Found("warning", "4: tar")],
    ),
    "in a here-document, by its path, behind a comment and words that only begin or end like it": (
        f"{NEW}RUN <<EOF\n# tar, as tar is\necho start tar.gz .tar tar/x # tar\necho a; /usr/bin/tar -xf a.tar\nEOF\n",
        [Found("warning", "5: /usr/bin/tar")],
    ),
    "Maven on AWS's Java": (
        "FROM public.ecr.aws/lambda/java:17 AS build\nCOPY pom.xml .\nRUN mvn dependency:go-offline\nRUN mvn package\n",
        [Found("warning", "3: mvn")],
    ),
    "Go on an OS-only image": (
        "FROM public.ecr.aws/lambda/provided:al2\nRUN yum update -y\nRUN mkdir -p /src && cd /src && go build .\n",
        [Found("warning", "3: go")],
    ),
    "publishing on AWS's .NET": (
        "FROM public.ecr.aws/lambda/dotnet:8\nCOPY . .\nRUN dotnet publish -c Release\n",
        [Found("warning", "3: dotnet")],
    ),
    "exec form": (f'{NEW}RUN ["find", "/var/task"]\n', [Found("warning", '2: "find"')]),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE), text) == expected


def test_the_fix_names_the_package() -> None:
    (finding,) = lint(f"{NEW}RUN find .\n", RULE)
    assert finding.problem.message == (
        "there is no find in AWS nodejs 22, which is made from the minimal Amazon Linux 2023"
    )
    assert finding.problem.fix == "write RUN dnf install -y findutils before it"


def test_the_fix_names_the_image_to_build_in() -> None:
    (finding,) = lint("FROM public.ecr.aws/lambda/java:21\nRUN mvn package\n", RULE)
    assert finding.problem.message == "there is no mvn in AWS java 21"
    assert finding.problem.fix == "build in a stage of its own, FROM maven, and COPY --from it"
