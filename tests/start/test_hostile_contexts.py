"""Rules never raise, whatever a Dockerfile copies and whatever lies beside it."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.linting import packs

from lambda_lint import Deployment, replace
from lambda_lint.dockerfile import parse
from lambda_lint.engine import check_dockerfile, facts
from lambda_lint.sources.contexts import Disk, folders_around

BASES = [
    "public.ecr.aws/lambda/python:3.13",
    "public.ecr.aws/lambda/nodejs:22",
    "public.ecr.aws/lambda/ruby:3.4",
    "public.ecr.aws/lambda/provided:al2023",
    "python:3.13-slim",
    "node:22",
    "scratch",
    "unknown/image",
    "s",
]
SOURCES = [
    *(
        ".",
        "*",
        "./*",
        "app.py",
        "a/",
        "loop",
        "up",
        "pipe",
        "entry.sh",
        "large",
        "a\nb",
        "x*",
        "[",
        "[a-",
        "..",
        "/",
        "/a",
    ),
    *(
        "package.json",
        "requirements.txt",
        "$X",
        "https://example.com/x",
        "\udc80",
        "a\0b",
        "a/../a",
        "*/*",
        "<<E",
        "{a,b}",
    ),
]
DESTINATIONS = [
    ".",
    "./",
    "/",
    "/var/task",
    "/var/task/",
    "/entry.sh",
    "$X",
    "/var/runtime/bootstrap",
    "a",
    "//",
    "/a/../b",
]
COMMANDS = [
    *(
        "pip install -r requirements.txt",
        "pip install -r requirements.txt -t .",
        "pip install -r",
        "pip",
        "uv pip",
        "npm ci",
    ),
    *(
        "npm",
        "yarn",
        "npm install --prefix",
        "chmod",
        "chmod +x entry.sh",
        "cd",
        "cd a && rm -rf *",
        "curl -fsSLo",
        "tar xf",
    ),
    *(
        "find",
        "find . -name",
        "sed -i s/a/b/",
        "> app.py",
        "cat <<E > x",
        "python -m",
        "uv",
        "poetry export -o",
        "bundle",
        "mkdir",
    ),
    *("rm -rf /", "cp", "echo $(", "ln -s", "wget -P", "perl -i", "npm install 'a@1' @b/c@2", "pip install '>=1'"),
]
WORDS = [
    "app.handler",
    "entry.sh",
    "./entry.sh",
    "/entry.sh",
    "",
    "a/b.c",
    "..handler",
    "x",
    "python",
    "-m",
    "awslambdaric",
]
TEXTS = ["def handler(): pass", "#!", "", "import x", "\ufeff"]
ONE_OF = st.sampled_from
LINES = st.one_of(
    st.builds("FROM {}{}".format, ONE_OF(BASES), ONE_OF(["", " AS s"])),
    st.builds(
        "{} {}{} {}".format,
        ONE_OF(["COPY", "ADD"]),
        ONE_OF(["", "", "--from=s ", "--from=0 ", "--from=9 ", "--chmod=000 ", "--chmod=u=rwX ", "--parents "]),
        st.lists(ONE_OF(SOURCES), min_size=1, max_size=3).map(" ".join),
        ONE_OF(DESTINATIONS),
    ),
    st.builds("COPY <<E {}\n{}\nE".format, ONE_OF(DESTINATIONS), ONE_OF(TEXTS)),
    st.builds("RUN {}".format, ONE_OF(COMMANDS)),
    st.builds("WORKDIR {}".format, ONE_OF(DESTINATIONS)),
    st.builds("ENV {}".format, ONE_OF(["X=a", "PYTHONPATH=/a:b:", "PIP_INDEX_URL=x"])),
    st.builds("ARG {}".format, ONE_OF(["X", "X=app.py"])),
    st.builds("ONBUILD {}".format, ONE_OF(["COPY . .", "RUN npm ci"])),
    st.builds("CMD {}".format, st.lists(ONE_OF(WORDS), max_size=3).map(json.dumps)),
    st.builds("ENTRYPOINT {}".format, st.lists(ONE_OF(WORDS), max_size=3).map(json.dumps)),
)  # fmt: skip
CONTENT = {
    "app.py": b"import x\nfrom . import y\nfrom a import z\ndef handler(event): pass\n\0",
    "entry.sh": b"#!\r\n",
    "package.json": b'{"scripts": [], "dependencies": 3}',
    "requirements.txt": b"-r requirements.txt\n-r ../../../etc/passwd\n\xff\n-e\n[\n",
    "a/app.py": b"\xff\xfe",
    "a/a\nb": b"x",
    "x\x1b[31m.py": b"",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    (root / "a").mkdir()
    for name, content in CONTENT.items():
        (root / name).write_bytes(content)
    (root / "loop").symlink_to("loop")
    (root / "up").symlink_to("/")
    os.mkfifo(root / "pipe")
    os.truncate(os.open(root / "large", os.O_CREAT | os.O_RDWR), 1 << 40)
    (root / ".dockerignore").write_bytes(b"a/app.py\n\xff\n")
    return root


@settings(max_examples=300, deadline=None)
@given(lines=st.lists(LINES, max_size=9).map("\n".join))
def test_any_dockerfile_in_a_hostile_folder(lines: str, folder: Path) -> None:
    path = str(folder / "Dockerfile")
    text = f"FROM public.ecr.aws/lambda/python:3.13\n{lines}".encode("utf-8", "surrogateescape")
    dockerfile = replace(parse(text, path), folders=partial(folders_around(path), Disk()))
    outcome = check_dockerfile(dockerfile, packs(), Deployment())
    assert outcome.failures == ()
    assert facts(dockerfile, packs(), Deployment())[1] == ()
    assert all(finding.problem.message.isprintable() for finding in outcome.findings)
