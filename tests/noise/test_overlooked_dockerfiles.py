"""No error and no warning on correct Dockerfiles that open root's home, or install and share in ways of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.contexts import findings, write
from support.linting import lint

OWN = "FROM public.ecr.aws/lambda/provided:al2023\n"
MAIN = 'COPY main /root/main\nENTRYPOINT ["/root/main"]\n'


@pytest.mark.parametrize(
    "steps",
    [
        "WORKDIR /root\nRUN chmod -R a+rx ./\n",
        "RUN rm -rf /root && mkdir /root\n",
        "RUN mkdir /app && mv /root /old && ln -s /app /root\n",
        "COPY app.tar /\nRUN tar -xpf /app.tar -C /root\n",
        "ADD app.tar.gz /root/\n",
        "ADD rootfs.tar.gz /\n",
        "COPY prepare /usr/local/bin/\nRUN prepare\n",
        "COPY Makefile /src/\nRUN make -C /src install\n",
    ],
)
def test_a_home_of_root_that_may_be_open(steps: str) -> None:
    for rule in ("bad-workdir", "unreadable-file"):
        assert lint(OWN + steps + MAIN, rule) == ()


def test_a_wrapper_that_the_own_start_script_may_read() -> None:
    text = (
        'FROM python:3.12\nENV AWS_LAMBDA_EXEC_WRAPPER=/opt/otel\nENTRYPOINT ["/run", "python", "-m", "awslambdaric"]\n'
    )
    assert lint(text, "missing-exec-wrapper") == ()


def test_a_folder_of_extensions_that_workdir_makes() -> None:
    adapter = "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions\n"
    text = f'FROM node:22-slim\nWORKDIR /opt/extensions\n{adapter}WORKDIR /app\nCMD ["node", "server.js"]\n'
    assert lint(text, "missing-runtime-client") == ()


def test_a_cache_of_uv_that_an_option_names() -> None:
    text = 'FROM python:3.12\nENTRYPOINT ["uv", "run", "--cache-dir=/tmp/uv", "python", "-m", "awslambdaric"]\n'
    assert lint(text, "home-not-writable") == ()


@pytest.mark.parametrize(
    "code",
    [
        "import multiprocessing.dummy as mp\npool = mp.Pool(4)\n",
        "import multiprocessing\ncount = multiprocessing.Value('i', 0, lock=False)\n",
        "import os, concurrent.futures as f\nx = f.ThreadPoolExecutor() if os.name else f.ProcessPoolExecutor()\n",
        '"""Why:\n\nmultiprocessing.Pool(4) does not work on Lambda.\n"""\nimport concurrent.futures\n',
    ],
)
def test_code_that_needs_no_shared_memory(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dockerfile = 'FROM public.ecr.aws/lambda/python:3.13\nCOPY app.py ./\nCMD ["app.handler"]\n'
    write(tmp_path, {"Dockerfile": dockerfile, "app.py": f"{code}def handler(event, context):\n    return event\n"})
    assert findings(tmp_path, monkeypatch) == []


@pytest.mark.parametrize("versions", ["npm:@acme/ric@1", "file:./vendor/ric", "github:acme/ric"])
def test_a_client_that_is_another_package(versions: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = "WORKDIR /function\nCOPY . .\nRUN npm ci\nENV NPM_CONFIG_CACHE=/tmp/.npm\n"
    start = 'ENTRYPOINT ["npx", "aws-lambda-ric"]\nCMD ["index.handler"]\n'
    package = f'{{"dependencies": {{"aws-lambda-ric": "{versions}"}}}}'
    index = "exports.handler = async () => 1;\n"
    write(tmp_path, {"Dockerfile": f"FROM node:22-slim\n{steps}{start}", "package.json": package, "index.js": index})
    assert findings(tmp_path, monkeypatch) == []
