"""Files and templates of a project that move what its programs write, and switch off what would be compiled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import programs
from support.contexts import Files, findings, write
from support.starting import found, node, python

HOME = "home-not-writable"
BUILD = "client-cannot-build"
UV = (
    "FROM ghcr.io/astral-sh/uv:python3.13-bookworm-slim\nWORKDIR /app\nCOPY . .\nRUN uv sync\n"
    'ENTRYPOINT ["uv", "run", "--no-sync", "python", "-m", "awslambdaric"]\nCMD ["app.handler"]\n'
)
NPX = 'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nENTRYPOINT ["npx", "aws-lambda-ric"]\nCMD ["app.handler"]\n'
PNPM = (
    "FROM node:22\nCOPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions/\n"
    'WORKDIR /app\nCOPY . .\nRUN corepack enable && pnpm install\nCMD ["pnpm", "start"]\n'
)
COMPILED = NPX.replace("FROM node:22", "FROM node:22-alpine").replace('"npx"', '"node_modules/.bin/x"')
SAM = "Resources:\n  F:\n    Properties:\n      Environment:\n        Variables:\n          {}: /tmp/x\n"
SELF_EXTRACTING = (
    "FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build\nCOPY . .\n"
    "RUN dotnet publish -o /app -p:PublishSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true\n"
    "FROM public.ecr.aws/lambda/provided:al2023\nCOPY --from=build /app/bootstrap ${LAMBDA_RUNTIME_DIR}\n"
)
OWN_UV = '[project]\nname = "a"\n[tool.uv]\ncache-dir = "/tmp/x"\n'
RUFF = '[tool.ruff]\ncache-dir = "/tmp/x"\n[tool.uv]\n'
OF_SLS = "environment:\n  NPM_CONFIG_CACHE: /tmp\n"
UNSCRIPTED = {".npmrc": "ignore-scripts=true\n"}
PACKAGE = '{"scripts": {"start": "node server.js"}, "dependencies": {"aws-lambda-ric": "^3.1.0"}}'

BASES = {"uv": UV, "npx": NPX, "pnpm": PNPM, "a client": COMPILED, "self-extracting": SELF_EXTRACTING}


@pytest.mark.parametrize(
    ("base", "files", "told"),
    [
        pytest.param("uv", {}, True, id="uv"),
        pytest.param("uv", {"uv.toml": 'cache-dir = "/tmp/uv"\n'}, False, id="uv.toml"),
        pytest.param("uv", {"uv.toml": "no-cache = true\n"}, False, id="uv.toml without a cache"),
        pytest.param("uv", {"uv.toml": "no-cache = false\n"}, True, id="uv.toml with a cache"),
        pytest.param("uv", {"uv.toml": "# no-cache = true\n"}, True, id="uv.toml with a comment"),
        pytest.param("uv", {"pyproject.toml": OWN_UV}, False, id="pyproject"),
        pytest.param("uv", {"pyproject.toml": RUFF}, True, id="ruff's cache"),
        pytest.param("uv", {"uv.toml": "no-cache = true\n", ".dockerignore": "*.toml\n"}, True, id="left out"),
        pytest.param("uv", {"template.yaml": SAM.format("UV_CACHE_DIR")}, False, id="uv in SAM"),
        pytest.param("uv", {"template.yaml": SAM.format("HOME")}, False, id="HOME in SAM"),
        pytest.param("uv", {"infra/my_stack.py": 'environment={"UV_CACHE_DIR": "/tmp/uv"}'}, False, id="uv in CDK"),
        pytest.param("uv", {"infra/__main__.py": 'variables={"UV_CACHE_DIR": "/tmp/uv"}'}, False, id="uv in Pulumi"),
        pytest.param("uv", {"serverless.js": "environment: {UV_NO_CACHE: '1'}"}, False, id="uv in serverless"),
        pytest.param("uv", {"template.yaml": SAM.format("TABLE")}, True, id="another variable"),
        pytest.param("npx", {}, True, id="npx"),
        pytest.param("npx", {".npmrc": "cache=/tmp/.npm\n"}, False, id=".npmrc"),
        pytest.param("npx", {".npmrc": "fund=false\n"}, True, id=".npmrc about something else"),
        pytest.param("npx", {"serverless.yml": OF_SLS}, False, id="npx in serverless"),
        pytest.param("pnpm", {}, True, id="corepack"),
        pytest.param("pnpm", {"cdk.ts": "environment: { COREPACK_HOME: '/tmp' }"}, False, id="corepack in CDK"),
        pytest.param("pnpm", {".corepack.env": "COREPACK_HOME=/tmp/corepack\n"}, False, id="corepack's own file"),
        pytest.param("self-extracting", {}, True, id="self-extracting"),
        pytest.param(
            "self-extracting", {"main.tf": 'DOTNET_BUNDLE_EXTRACT_BASE_DIR = "/tmp"'}, False, id="self-extracting in TF"
        ),
        pytest.param("a client", {}, True, id="a client"),
        pytest.param("a client", UNSCRIPTED, False, id="a client that is not compiled"),
        pytest.param("a client", {".npmrc": "ignore-scripts = false\n"}, True, id="a client that is"),
        pytest.param("a client", {**UNSCRIPTED, ".dockerignore": ".npmrc"}, True, id="left out, too"),
    ],
)
def test_beside_a_dockerfile(
    base: str, files: Files, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"package.json": PACKAGE, "app.py": "def handler(event, context): ...\n", **files})
    write(tmp_path, {"Dockerfile": BASES[base], ".git/HEAD": ""})
    rule = BUILD if base == "a client" else HOME
    assert any(f"warning {rule} " in each for each in findings(tmp_path, monkeypatch)) == told


@pytest.mark.parametrize(
    ("base", "line", "told"),
    [
        pytest.param("npx", "RUN npm config set cache /tmp/.npm --global", False, id="npm config set, for all"),
        pytest.param("npx", "RUN npm config set --location=project cache /tmp/.npm", False, id="for the project"),
        pytest.param("npx", "RUN npm config set cache /tmp/.npm", True, id="for root"),
        pytest.param("npx", "RUN echo cache=/tmp/.npm >> .npmrc", False, id="a file that is written"),
        pytest.param("npx", "COPY <<EOF .npmrc\ncache=/tmp/.npm\nEOF", False, id="a here-document"),
        pytest.param("npx", "ENV NPM_CONFIG_USERCONFIG=/app/npmrc", False, id="another file"),
        pytest.param("uv", "RUN echo 'cache-dir = \"/tmp\"' > uv.toml", False, id="a uv.toml that is written"),
        pytest.param("uv", "ENV UV_CONFIG_FILE=/etc/uv.toml", False, id="another file of uv"),
        pytest.param("a client", "ENV npm_config_ignore_scripts=true", False, id="a variable"),
        pytest.param("a client", "RUN npm config set ignore-scripts true", False, id="npm config set ignore-scripts"),
    ],
)
def test_in_a_dockerfile(base: str, line: str, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"package.json": PACKAGE, "app.py": "def handler(event, context): ...\n", ".git/HEAD": ""})
    write(tmp_path, {"Dockerfile": BASES[base].replace("COPY . .\n", f"COPY . .\n{line}\n")})
    rule = BUILD if base == "a client" else HOME
    assert any(f"warning {rule} " in each for each in findings(tmp_path, monkeypatch)) == told


UV_RUN = ["uv", "run", "--no-sync", "python", "-m", "awslambdaric"]


@pytest.mark.parametrize(
    ("description", "told"),
    [
        pytest.param(python(entrypoint=UV_RUN), True, id="uv"),
        pytest.param(python({"/function/uv.toml": 'cache-dir = "/tmp/x"\n'}, entrypoint=UV_RUN), False, id="uv.toml"),
        pytest.param(python({"/other/uv.toml": 'cache-dir = "/tmp/x"\n'}, entrypoint=UV_RUN), True, id="elsewhere"),
        pytest.param(python({"/etc/uv/uv.toml": "no-cache = true\n"}, entrypoint=UV_RUN), False, id="of the system"),
        pytest.param(
            python({"/function/pyproject.toml": '[tool.uv]\n# x\ncache-dir = "/tmp"\n'}, entrypoint=UV_RUN),
            False,
            id="pyproject.toml",
        ),
        pytest.param(node(), True, id="npx"),
        pytest.param(node({"/function/.npmrc": "cache=/tmp/.npm\n"}), False, id=".npmrc"),
        pytest.param(node({"/usr/local/etc/npmrc": "cache=/tmp/.npm\n"}), False, id="npmrc for all"),
        pytest.param(
            python(
                {
                    "/entry.sh": programs.script("#!/bin/sh\nexec uv run python -m app\n"),
                    "/bin/sh": programs.program(),
                    "/function/uv.toml": "no-cache = true\n",
                },
                entrypoint=["/entry.sh"],
            ),
            False,
            id="a script",
        ),
    ],
)
def test_in_an_image(description: dict[str, Any], told: bool) -> None:
    assert bool(found(HOME, description)) == told
