"""`left-out-source`: COPY of what `.dockerignore` leaves out of the build."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.contexts import Files, findings, write

NODE = "FROM public.ecr.aws/lambda/nodejs:24\n"
HANDLER = "exports.handler = async (event) => event\n"
CALLED = 'CMD ["index.handler"]'

CASES: dict[str, tuple[str, Files, list[str]]] = {
    "a file": (
        "Dockerfile",
        {"Dockerfile": NODE + "COPY index.js ./\n" + CALLED, "index.js": HANDLER, ".dockerignore": "*.js\n"},
        ["warning left-out-source 2: .dockerignore leaves index.js out, so COPY finds nothing"],
    ),
    "the folder of the Dockerfile": (
        "fn/Dockerfile",
        {
            "fn/Dockerfile": NODE + "COPY package.json ./\nCOPY fn/index.js ./\n" + CALLED,
            "package.json": "{}",
            "fn/index.js": HANDLER,
            ".dockerignore": "node_modules\nfn\n",
        },
        ["warning left-out-source 3: .dockerignore leaves fn/index.js out, so COPY finds nothing"],
    ),
    "what is not compiled yet": (
        "Dockerfile",
        {
            "Dockerfile": NODE + "COPY package.json ./\nCOPY dist/ ./\n" + CALLED,
            "package.json": "{}",
            ".dockerignore": "dist\n",
        },
        ["warning left-out-source 3: .dockerignore leaves dist out, so COPY finds nothing"],
    ),
    "in a build stage": (
        "Dockerfile",
        {
            "Dockerfile": "FROM node:24 AS build\nCOPY package.json tsconfig.json ./\nRUN npm run build\n"
            + NODE
            + "COPY --from=build /dist ./\n"
            + CALLED,
            "package.json": "{}",
            "tsconfig.json": "{}",
            ".dockerignore": "tsconfig*.json\n",
        },
        ["warning left-out-source 2: .dockerignore leaves tsconfig.json out, so COPY finds nothing"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_firing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, files, expected = CASES[name]
    write(tmp_path, {".git/HEAD": "", **files})
    assert [line.replace("fn/../", "") for line in findings(tmp_path, monkeypatch, target)] == expected


SILENT: dict[str, tuple[str, Files]] = {
    "taken back in": (
        "Dockerfile",
        {
            "Dockerfile": NODE + "COPY index.js ./\n" + CALLED,
            "index.js": HANDLER,
            ".dockerignore": "*\n!index.js\n",
        },
    ),
    "files below an ignored folder": (
        "Dockerfile",
        {
            "Dockerfile": NODE + "COPY src/ ./\n" + CALLED,
            "src/index.js": HANDLER,
            ".dockerignore": "src\n!src/index.js\n",
        },
    ),
    "a folder that is not built yet, with exceptions below": (
        "src/main/docker/Dockerfile",
        {
            "src/main/docker/Dockerfile": "FROM public.ecr.aws/lambda/java:21\nCOPY target/lib/ lib/\nCOPY pom.xml .\n"
            'CMD ["io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest"]',
            "pom.xml": "<project/>",
            ".dockerignore": "*\n!pom.xml\n!target/*-runner.jar\n!target/lib/*\n",
        },
    ),
    "another folder is the context": (
        "fn/Dockerfile",
        {"fn/Dockerfile": NODE + "COPY index.js ./\n" + CALLED, "fn/index.js": HANDLER, ".dockerignore": "fn\n*.js\n"},
    ),
    "an ignore file of the Dockerfile's own": (
        "Dockerfile",
        {
            "Dockerfile": NODE + "COPY index.js ./\n" + CALLED,
            "index.js": HANDLER,
            ".dockerignore": "*.js\n",
            "Dockerfile.dockerignore": "node_modules\n",
        },
    ),
    "nothing of it is here": (
        "Dockerfile",
        {"Dockerfile": NODE + "COPY dist/ ./\n" + CALLED, ".dockerignore": "dist\n"},
    ),
    "something else is missing, too": (
        "Dockerfile",
        {
            "Dockerfile": NODE + "COPY index.js lib.js ./\n" + CALLED,
            "index.js": HANDLER,
            ".dockerignore": "index.js\n",
        },
    ),
    "a pattern": (
        "Dockerfile",
        {
            "Dockerfile": NODE + "COPY index.js extra.jso[n] ./\n" + CALLED,
            "index.js": HANDLER,
            "extra.json": "{}",
            ".dockerignore": "*.json\n",
        },
    ),
    "only a stage that nothing takes from": (
        "Dockerfile",
        {
            "Dockerfile": "FROM node:24 AS test\nCOPY test.js ./\n" + NODE + "COPY index.js ./\n" + CALLED,
            "index.js": HANDLER,
            "test.js": "x\n",
            ".dockerignore": "test.js\n",
        },
    ),
}


@pytest.mark.parametrize("name", SILENT)
def test_silent(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, files = SILENT[name]
    write(tmp_path, {".git/HEAD": "", **files})
    assert findings(tmp_path, monkeypatch, target) == []
