"""What keeps a function from starting, seen in the files beside its Dockerfile before anything is built."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.contexts import Files, findings, write

from lambda_lint.building import Copied
from lambda_lint.session import Options, run
from lambda_lint.sources.contexts import DiskTree
from lambda_lint_rules._start.tree import Made, Tree

PYTHON = "FROM public.ecr.aws/lambda/python:3.13\n"
NODE = "FROM public.ecr.aws/lambda/nodejs:22\n"
HANDLER = "def handler(event, context):\n    return {}\n"
JS_HANDLER = "exports.handler = async (event) => event\n"
SLIM = "FROM python:3.10-slim\nWORKDIR /function\nRUN pip install awslambdaric\n"
SCRIPT = SLIM + 'COPY app.py .\nCOPY entry.sh /entry.sh\nENTRYPOINT ["/entry.sh"]\nCMD ["app.handler"]'
CLIENT = '#!/bin/sh\nexec python -m awslambdaric "$@"\n'
DIRECT = SLIM + 'COPY app.py .\nENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler"]'
BASE = "AWS base image looks for"
GO = (
    "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o main .\n"
    "FROM public.ecr.aws/lambda/provided:al2023\n"
)

RIC = (
    "FROM node:22\nRUN apt-get update && apt-get install -y cmake\nWORKDIR /function\nCOPY . .\nRUN npm ci\n"
    'ENTRYPOINT ["/usr/local/bin/node", "node_modules/.bin/aws-lambda-ric"]\nCMD ["index.handler"]'
)
RIC_4 = '{"dependencies": {"aws-lambda-ric": "^4.0.2"}}'

CASES: dict[str, tuple[Files, list[str]]] = {
    "an-image-for-others-to-build-on": (
        {
            "Dockerfile": PYTHON + 'COPY log.json ./\nONBUILD COPY app.py ./\nCMD ["app.handler"]',
            "app.py": HANDLER,
            "log.json": "{}",
        },
        [],
    ),
    "and-one-that-builds-on-it": (
        {
            "Dockerfile": PYTHON.strip() + ' AS a\nONBUILD COPY log.json ./\nFROM a\nCMD ["app.handler"]',
            "app.py": HANDLER,
            "log.json": "{}",
        },
        [f"error handler-not-found 4: {BASE} app.py in /var/task, and it is not there: nothing copies app.py app.py"],
    ),
    "node-client-4-by-package-json": (
        {"Dockerfile": RIC, "index.js": JS_HANDLER, "package.json": RIC_4},
        [
            "warning handler-not-found 7: aws-lambda-ric 4 looks for the handler in /var/task whatever WORKDIR is, "
            "and WORKDIR is /function"
        ],
    ),
    "node-client-4-through-a-stage": (
        {
            "Dockerfile": RIC.replace("node:22\n", "node:22 AS build\n").replace(
                "ENTRYPOINT", "FROM node:22\nWORKDIR /function\nCOPY --from=build /function ./\nENTRYPOINT"
            ),
            "index.js": JS_HANDLER,
            "package.json": RIC_4,
        },
        [
            "warning handler-not-found 10: aws-lambda-ric 4 looks for the handler in /var/task whatever WORKDIR is, "
            "and WORKDIR is /function"
        ],
    ),
    "node-client-3-by-package-json": (
        {"Dockerfile": RIC, "index.js": JS_HANDLER, "package.json": RIC_4.replace("^4.0.2", "^3.4.0")},
        [],
    ),
    "node-client-of-two-versions": (
        {"Dockerfile": RIC, "index.js": JS_HANDLER, "package.json": RIC_4.replace("^4.0.2", "4 || 3")},
        [],
    ),
    "node-client-4-in-the-task-root": (
        {"Dockerfile": RIC.replace("/function", "/var/task"), "index.js": JS_HANDLER, "package.json": RIC_4},
        [],
    ),
    "node-client-4-with-a-root-of-its-own": (
        {
            "Dockerfile": RIC.replace("COPY", "ENV LAMBDA_TASK_ROOT=/function\nCOPY"),
            "index.js": JS_HANDLER,
            "package.json": RIC_4,
        },
        [],
    ),
    "windows-line-endings": (
        {"Dockerfile": SCRIPT, "app.py": HANDLER, "entry.sh": (0o755, CLIENT.replace("\n", "\r\n"))},
        ["error bad-script 5: /entry.sh has Windows line endings, so its interpreter is not found entry.sh"],
    ),
    "no-first-line": (
        {"Dockerfile": SCRIPT, "app.py": HANDLER, "entry.sh": (0o755, 'exec python -m awslambdaric "$@"\n')},
        ["error bad-script 5: /entry.sh has no #! line, so Lambda cannot execute it (exec format error) entry.sh"],
    ),
    "byte-order-mark": (
        {"Dockerfile": SCRIPT, "app.py": HANDLER, "entry.sh": (0o755, "\ufeff" + CLIENT)},
        [
            "error bad-script 5: /entry.sh starts with a byte order mark, so Lambda cannot execute it "
            "(exec format error) entry.sh"
        ],
    ),
    "empty": (
        {"Dockerfile": SCRIPT, "app.py": HANDLER, "entry.sh": (0o755, "")},
        ["error bad-script 5: /entry.sh is empty, so Lambda cannot execute it (exec format error) entry.sh"],
    ),
    "not-executable": (
        {"Dockerfile": SCRIPT, "app.py": HANDLER, "entry.sh": CLIENT},
        ["warning not-executable 5: /entry.sh is started as a program but is not executable (mode 644) entry.sh"],
    ),
    "not-executable-where-modes-count": (
        {"Dockerfile": SCRIPT, "app.py": HANDLER, "entry.sh": CLIENT, "bin/deploy": (0o755, "#!/bin/sh\n")},
        ["error not-executable 5: /entry.sh is started as a program but is not executable (mode 644) entry.sh"],
    ),
    "not-executable-by-flag": (
        {
            "Dockerfile": SCRIPT.replace("COPY entry", "COPY --chmod=644 entry"),
            "app.py": HANDLER,
            "entry.sh": (0o755, CLIENT),
        },
        ["error not-executable 5: /entry.sh is started as a program but is not executable (mode 644) entry.sh"],
    ),
    "not-executable-in-a-folder": (
        {
            "Dockerfile": SLIM + 'COPY . .\nENTRYPOINT ["./bin/run"]\nCMD ["app.handler"]',
            "app.py": HANDLER,
            "bin/run": CLIENT,
        },
        [
            "warning not-executable 4: /function/bin/run is started as a program but is not executable (mode 644) "
            "bin/run"
        ],
    ),
    "not-executable-from-a-stage": (
        {
            "Dockerfile": "FROM alpine:3.22 AS files\nCOPY entry.sh /files/\n"
            + SLIM
            + "COPY app.py .\nCOPY --from=files /files/entry.sh /entry.sh\n"
            + 'ENTRYPOINT ["/entry.sh"]\nCMD ["app.handler"]',
            "app.py": HANDLER,
            "entry.sh": CLIENT,
        },
        ["warning not-executable 7: /entry.sh is started as a program but is not executable (mode 644) entry.sh"],
    ),
    "start-script-of-a-web-server": (
        {
            "Dockerfile": "FROM node:22-slim\n"
            "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions/\n"
            'WORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["./run.sh"]',
            "run.sh": "#!/bin/bash\nexec node index.js\n",
            "package.json": "{}",
        },
        ["warning not-executable 4: /app/run.sh is started as a program but is not executable (mode 644) run.sh"],
    ),
    "bootstrap-not-executable": (
        {
            "Dockerfile": "FROM public.ecr.aws/lambda/provided:al2023\nCOPY bootstrap /var/runtime/\nCMD ["
            '"function.handler"]',
            "bootstrap": "#!/bin/sh\n",
        },
        [
            "warning not-executable 2: /var/runtime/bootstrap is started as a program but is not executable (mode 644) "
            "bootstrap"
        ],
    ),
    "script-in-another-folder": (
        {
            "Dockerfile": SLIM + 'COPY app.py entry.sh ./\nENTRYPOINT ["/entry.sh"]\nCMD ["app.handler"]',
            "app.py": HANDLER,
            "entry.sh": (0o755, CLIENT),
        },
        [
            "error entrypoint-not-found 5: the program to start, /entry.sh, is not in the image: "
            "entry.sh is copied to /function/entry.sh entry.sh"
        ],
    ),
    "script-left-out": (
        {
            "Dockerfile": SLIM + 'COPY . .\nENTRYPOINT ["/function/entry.sh"]\nCMD ["app.handler"]',
            "app.py": HANDLER,
            "entry.sh": (0o755, CLIENT),
            ".dockerignore": "*.sh\n",
        },
        [
            "error entrypoint-not-found 5: the program to start, /function/entry.sh, is not in the image: "
            ".dockerignore leaves entry.sh out entry.sh"
        ],
    ),
    "program-of-a-build-stage-in-another-folder": (
        {
            "Dockerfile": GO + 'COPY --from=build /src/main /main\nENTRYPOINT ["./main"]',
            "main.go": "package main\n",
        },
        [
            "error entrypoint-not-found 7: the program to start, /var/task/main, is not in the image: "
            "it is copied to /main"
        ],
    ),
    "handler-of-another-name": (
        {
            "Dockerfile": PYTHON
            + "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY main.py ${LAMBDA_TASK_ROOT}\n"
            + 'CMD ["app.handler"]',
            "main.py": HANDLER,
            "requirements.txt": "requests\n",
        },
        [f"error handler-not-found 5: {BASE} app.py in /var/task, and it is not there"],
    ),
    "function-of-another-name": (
        {"Dockerfile": PYTHON + 'COPY app.py .\nCMD ["app.lambda_handler"]', "app.py": HANDLER},
        [
            "error handler-not-found 3: /var/task/app.py defines no lambda_handler, which the AWS base image is to "
            "call app.py"
        ],
    ),
    "handler-left-out": (
        {"Dockerfile": PYTHON + 'COPY . .\nCMD ["app.handler"]', "app.py": HANDLER, ".dockerignore": "*.py\n"},
        [
            f"error handler-not-found 3: {BASE} app.py in /var/task, and it is not there: "
            ".dockerignore leaves app.py out app.py"
        ],
    ),
    "handler-in-another-folder": (
        {"Dockerfile": PYTHON + 'COPY app.py /app/\nCMD ["app.handler"]', "app.py": HANDLER},
        [
            f"error handler-not-found 3: {BASE} app.py in /var/task, and it is not there: "
            "app.py is copied to /app/app.py app.py"
        ],
    ),
    "handler-below-the-folder": (
        {
            "Dockerfile": PYTHON
            + "COPY requirements.txt .\nRUN pip install -r requirements.txt -t ${LAMBDA_TASK_ROOT}\n"
            + 'COPY src/ ${LAMBDA_TASK_ROOT}/src/\nCMD ["app.handler"]',
            "src/app.py": HANDLER,
            "requirements.txt": "requests\n",
        },
        [
            f"error handler-not-found 5: {BASE} app.py in /var/task, and it is not there: "
            "src/app.py is copied to /var/task/src/app.py src/app.py"
        ],
    ),
    "handler-above-the-folder": (
        {"Dockerfile": PYTHON + 'COPY src/ .\nCMD ["src.app.handler"]', "src/app.py": HANDLER, "src/__init__.py": ""},
        [
            f"error handler-not-found 3: {BASE} src/app.py in /var/task, and it is not there: "
            "src/app.py is copied to /var/task/app.py src/app.py"
        ],
    ),
    "task-root-of-another-base": (
        {
            "Dockerfile": "FROM python:3.10-slim\nRUN pip install awslambdaric\nWORKDIR /var/task\nCOPY src/ ./src\n"
            'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["handler.main"]',
            "src/handler.py": HANDLER,
        },
        [
            "error handler-not-found 6: awslambdaric looks for handler.py in /var/task, and it is not there: "
            "src/handler.py is copied to /var/task/src/handler.py src/handler.py"
        ],
    ),
    "handler-behind-a-script": (
        {"Dockerfile": SCRIPT, "app.py": "def main(event, context): pass\n", "entry.sh": (0o755, CLIENT)},
        ["error handler-not-found 7: /function/app.py defines no handler, which awslambdaric is to call app.py"],
    ),
    "syntax": (
        {"Dockerfile": DIRECT, "app.py": "def handler(event, context)\n    return\n"},
        ["error handler-does-not-compile 4: /function/app.py does not compile: expected ':', line 1 app.py"],
    ),
    "arguments": (
        {"Dockerfile": DIRECT, "app.py": "def handler(event):\n    return\n"},
        [
            "error uncallable-handler 4: handler in /function/app.py takes one argument, and is called with two, "
            "the event and the context app.py"
        ],
    ),
    "async": (
        {"Dockerfile": DIRECT.replace("app.py", "."), "app.py": "async def handler(event, context):\n    return\n"},
        [
            "error uncallable-handler 4: handler in /function/app.py is an async function: nothing awaits what it "
            "returns app.py"
        ],
    ),
    "module-left-behind": (
        {
            "Dockerfile": PYTHON
            + 'COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY app.py .\nCMD ["app.handler"]',
            "app.py": "import requests\nfrom utils import f\n" + HANDLER,
            "utils.py": "def f(): pass\n",
            "requirements.txt": "requests\n",
        },
        ["error missing-module 4: /var/task/app.py imports utils, which is not in the image app.py"],
    ),
    "package-left-behind": (
        {
            "Dockerfile": PYTHON + 'COPY app.py .\nCMD ["app.handler"]',
            "app.py": "from lib.db import f\n" + HANDLER,
            "lib/__init__.py": "",
            "lib/db.py": "def f(): pass\n",
        },
        ["error missing-module 2: /var/task/app.py imports lib, which is not in the image app.py"],
    ),
    "nothing-installed-in-a-folder": (
        {
            "Dockerfile": PYTHON + 'COPY . .\nCMD ["app.handler"]',
            "app.py": "import pandas\n" + HANDLER,
            "requirements.txt": "pandas\n",
        },
        ["warning missing-module 2: /var/task/app.py imports pandas, which is not in the image app.py"],
    ),
    "command-in-a-template": (
        {
            "Dockerfile": PYTHON + 'COPY main.py .\nCMD ["app.handler"]',
            "main.py": HANDLER,
            "template.yaml": "Resources:\n  F:\n    Properties:\n      ImageConfig:\n        Command: [main.handler]\n",
        },
        [f"warning handler-not-found 3: {BASE} app.py in /var/task, and it is not there"],
    ),
    "nothing-installed": (
        {
            "Dockerfile": PYTHON + 'COPY app.py .\nCMD ["app.handler"]',
            "app.py": "import pandas\n" + HANDLER,
            "requirements.txt": "pandas\n",
        },
        ["error missing-module 2: /var/task/app.py imports pandas, which is not in the image app.py"],
    ),
    "nothing-in-a-folder-of-its-own": (
        {
            "Dockerfile": PYTHON + 'COPY app.py .\nCMD ["app.handler"]',
            "app.py": "import sys\nsys.path.insert(0, 'vendor')\nimport pandas\n" + HANDLER,
        },
        ["error missing-module 2: /var/task/app.py imports pandas, which is not in the image app.py"],
    ),
    "node-file-of-another-name": (
        {
            "Dockerfile": NODE + 'COPY package.json index.js ./\nRUN npm install\nCMD ["app.handler"]',
            "package.json": '{"dependencies": {"uuid": "11"}, "scripts": {"test": "jest"}}',
            "index.js": JS_HANDLER,
        },
        [f"error handler-not-found 4: {BASE} app.js in /var/task, and it is not there"],
    ),
    "node-function-of-another-name": (
        {"Dockerfile": NODE + 'COPY index.js ./\nCMD ["index.main"]', "index.js": JS_HANDLER},
        ["error handler-not-found 3: /var/task/index.js defines no main, which the AWS base image is to call index.js"],
    ),
    "node-kinds-mixed": (
        {
            "Dockerfile": NODE + 'COPY package.json index.js ./\nRUN npm ci --omit=dev\nCMD ["index.handler"]',
            "package.json": '{"type": "module"}',
            "index.js": JS_HANDLER,
        },
        [
            "error handler-does-not-compile 2: /var/task/index.js cannot be loaded: it is an ECMAScript module by the "
            "type in /var/task/package.json, where exports is not defined index.js"
        ],
    ),
    "node-nothing-installed": (
        {
            "Dockerfile": NODE + 'COPY package.json index.js ./\nCMD ["index.handler"]',
            "package.json": '{"dependencies": {"axios": "1"}}',
            "index.js": 'const axios = require("axios")\n' + JS_HANDLER,
        },
        ["error missing-module 2: /var/task/index.js imports axios, which is not in the image index.js"],
    ),
    "node-module-left-behind": (
        {
            "Dockerfile": NODE + 'COPY index.js ./\nCMD ["index.handler"]',
            "index.js": 'const db = require("./db")\n' + JS_HANDLER,
            "db.js": "module.exports = {}\n",
        },
        ["error missing-module 2: /var/task/index.js loads ./db, and no file of the image has that name index.js"],
    ),
    "ruby-file-of-another-name": (
        {
            "Dockerfile": 'FROM public.ecr.aws/lambda/ruby:3.4\nCOPY app.rb ./\nCMD ["function.handler"]',
            "app.rb": "def handler(event:, context:)\nend\n",
        },
        [f"error handler-not-found 3: {BASE} function.rb in /var/task, and it is not there"],
    ),
    "closed-to-others": (
        {"Dockerfile": PYTHON + 'COPY app.py .\nCMD ["app.handler"]', "app.py": (0o600, HANDLER)},
        [
            "warning unreadable-file 2: the user of Lambda cannot read /var/task/app.py, which is copied with its "
            "mode 0600 app.py"
        ],
    ),
    "client-not-required": (
        {
            "Dockerfile": DIRECT.replace("RUN", "COPY requirements.txt .\nRUN").replace(
                "awslambdaric\nCOPY", "-r requirements.txt\nCOPY"
            ),
            "app.py": HANDLER,
            "requirements.txt": "requests\n",
        },
        ["error missing-runtime-client 6: the image starts awslambdaric, and nothing installs it"],
    ),
    "node-client-not-required": (
        {
            "Dockerfile": "FROM node:22-slim\nENV NPM_CONFIG_CACHE=/tmp/.npm\nWORKDIR /function\n"
            "COPY package.json app.js ./\nRUN npm install\n"
            'ENTRYPOINT ["/usr/local/bin/npx", "aws-lambda-ric"]\nCMD ["app.handler"]',
            "app.js": JS_HANDLER,
            "package.json": '{"dependencies": {"axios": "1"}}',
        },
        ["error missing-runtime-client 6: the image starts aws-lambda-ric, and nothing installs it"],
    ),
    "a-script-that-makes-a-folder": (
        {
            "Dockerfile": SCRIPT,
            "app.py": HANDLER,
            "entry.sh": (0o755, '#!/bin/sh\nset -e\nmkdir -p /function/logs\nexec python -m awslambdaric "$@"\n'),
        },
        [
            "error write-outside-tmp 5: /entry.sh ends at line 3: it writes to /function/logs, "
            "and the root file system of Lambda is read-only entry.sh"
        ],
    ),
    "a-script-that-does-not-parse": (
        {
            "Dockerfile": SCRIPT,
            "app.py": HANDLER,
            "entry.sh": (0o755, '#!/bin/bash\nif [ -n "$X" ]; then\n  echo x\nexec python -m awslambdaric "$@"\n'),
        },
        ["error bad-script 5: /entry.sh ends at line 5: a syntax error, it ends where fi is missing entry.sh"],
    ),
    "a-file-that-nothing-copies": (
        {
            "Dockerfile": PYTHON + 'COPY app.py .\nCMD ["app.handler"]',
            "app.py": "import json\nSETTINGS = json.load(open('settings.json'))\n" + HANDLER,
            "settings.json": "{}",
        },
        [
            "error missing-file 2: /var/task/app.py (line 2) opens /var/task/settings.json, "
            "which is not in the image app.py"
        ],
    ),
    "a-file-that-is-ignored": (
        {
            "Dockerfile": PYTHON + 'COPY . .\nCMD ["app.handler"]',
            "app.py": "from pathlib import Path\nT = (Path(__file__).parent / 'data/t.txt').read_text()\n" + HANDLER,
            "data/t.txt": "x",
            ".dockerignore": "data\n",
        },
        [
            "error missing-file 2: /var/task/app.py (line 2) opens /var/task/data/t.txt, "
            "which is not in the image app.py"
        ],
    ),
    "a-folder-on-the-read-only-root": (
        {
            "Dockerfile": "FROM python:3.12-slim\nWORKDIR /function\nRUN pip install awslambdaric\nCOPY app.py .\n"
            'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler"]',
            "app.py": "import os\nos.makedirs('cache', exist_ok=True)\n" + HANDLER,
        },
        [
            "error write-outside-tmp 4: /function/app.py (line 2) writes to /function/cache, "
            "and the root file system of Lambda is read-only app.py"
        ],
    ),
    "a-log-on-the-read-only-root": (
        {
            "Dockerfile": PYTHON + 'COPY app.py util.py ./\nCMD ["app.handler"]',
            "app.py": "import util\n" + HANDLER,
            "util.py": "import logging\nH = logging.FileHandler('/var/log/app.log')\n",
        },
        [
            "error write-outside-tmp 2: /var/task/util.py (line 2) writes to /var/log/app.log, "
            "and the root file system of Lambda is read-only util.py"
        ],
    ),
    "secrets-brought-along": (
        {
            "Dockerfile": PYTHON + 'COPY . .\nCMD ["app.handler"]',
            "app.py": HANDLER,
            ".env": "DB_PASSWORD=Kx9wq2LmT4\n",
        },
        ["warning secret-file 2: .env holds a value for DB_PASSWORD, and goes into the image"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_build_context_shows(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, expected = CASES[name]
    write(tmp_path, files)
    assert findings(tmp_path, monkeypatch) == expected


def in_another_folder(files: Files) -> Files:
    return {f"fn/{path}": content for path, content in files.items()}


@pytest.mark.parametrize("name", CASES)
def test_folders_above_do_not_hide_it(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, expected = CASES[name]
    write(tmp_path, {".git/HEAD": "", "README.md": "", **in_another_folder(files)})
    found = findings(tmp_path, monkeypatch, "fn/Dockerfile")
    assert [line.replace("fn/", "") for line in found] == expected


MENDED = [
    ("windows-line-endings", "RUN dos2unix /entry.sh"),
    ("windows-line-endings", "RUN sed -i 's/\\r//' /entry.sh"),
    ("windows-line-endings", "RUN tr -d '\\r' < /entry.sh > /tmp/e && mv /tmp/e /entry.sh"),
    ("windows-line-endings", "RUN ./mend.sh"),
    ("windows-line-endings", "RUN echo '#!/bin/sh' > /entry.sh"),
    ("windows-line-endings", "RUN find / -name '*.sh' -exec dos2unix {} +"),
    ("not-executable", "RUN chmod +x /entry.sh"),
    ("not-executable", "RUN chmod -R 755 /"),
    ("not-executable", "RUN chmod a+x /*.sh"),
    ("not-executable", 'RUN ["chmod", "+x", "/entry.sh"]'),
    ("not-executable", "RUN <<EOF\nchmod +x /entry.sh\nEOF"),
    ("not-executable", "RUN cd / && chmod +x entry.sh"),
    ("not-executable", "RUN X=/entry.sh; chmod +x $X"),
    ("not-executable", "RUN for f in /*.sh; do chmod +x $f; done"),
    ("handler-in-another-folder", "RUN cp /app/app.py ."),
    ("handler-in-another-folder", "RUN ln -s /app/app.py /var/task/app.py"),
    ("handler-in-another-folder", "RUN mv /app/* ./"),
    ("handler-in-another-folder", "RUN curl -o app.py https://example.com/app.py"),
    ("handler-in-another-folder", "RUN pip install ."),
    ("handler-in-another-folder", "RUN pip install -r https://example.com/requirements.txt"),
    ("handler-in-another-folder", "RUN pip install app"),
    ("handler-in-another-folder", "RUN unknown-tool"),
    ("handler-in-another-folder", "ENV PYTHONPATH=/app"),
    ("handler-in-another-folder", "COPY --from=other /code ./"),
    ("handler-in-another-folder", "WORKDIR /app"),
    ("syntax", "RUN 2to3 -w app.py"),
    ("module-left-behind", "COPY utils.py ./"),
    ("module-left-behind", "RUN pip install my-utils"),
    ("nothing-installed", "RUN pip install pandas"),
    ("nothing-in-a-folder-of-its-own", "RUN pip install --target vendor pandas"),
    ("nothing-in-a-folder-of-its-own", "COPY . vendor"),
    ("nothing-in-a-folder-of-its-own", "COPY --from=deps /packages vendor"),
    ("nothing-installed", "COPY --from=deps /packages /var/lang/lib/python3.13/site-packages"),
    ("node-nothing-installed", "RUN npm ci"),
    ("node-nothing-installed", "COPY --from=deps /app/node_modules ./node_modules"),
    ("client-not-required", "RUN pip install --no-cache-dir 'awslambdaric>=3'"),
    ("client-not-required", "RUN pip --cache-dir /tmp/pip install awslambdaric"),
    ("client-not-required", "RUN cat requirements.txt | xargs -n 1 pip install"),
    ("client-not-required", "RUN for each in x y; do pip install $each; done"),
    ("client-not-required", "RUN apt-get update && ./install.sh"),
    ("client-not-required", "COPY --from=deps /usr/local /usr/local"),
    ("node-client-not-required", "RUN npm install -g aws-lambda-ric"),
]


def with_instruction(name: str, instruction: str) -> Files:
    """A case with one more instruction, before the one that says what is started."""
    files, _ = CASES[name]
    text = files["Dockerfile"]
    assert isinstance(text, str)
    before, start, after = text.rpartition("ENTRYPOINT" if "ENTRYPOINT" in text else "CMD")
    return {**files, "Dockerfile": f"{before}{instruction}\n{start}{after}"}


def rules(lines: list[str]) -> set[str]:
    return {line.split()[1] for line in lines}


@pytest.mark.parametrize(("name", "instruction"), MENDED)
def test_what_a_later_instruction_may_mend_is_left_alone(
    name: str, instruction: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, with_instruction(name, instruction))
    assert not rules(CASES[name][1]) & rules(findings(tmp_path, monkeypatch))


UNTOUCHED = [
    ("windows-line-endings", "RUN chmod +x /entry.sh"),
    ("windows-line-endings", "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*"),
    ("windows-line-endings", "RUN pip install requests 2>/dev/null"),
    ("not-executable", "RUN chmod +x app.py"),
    ("not-executable", "RUN chown -R 1000 /function"),
    ("handler-in-another-folder", "RUN yum install -y gcc && yum clean all"),
    ("handler-in-another-folder", "RUN mkdir -p /var/task/data"),
    ("handler-in-another-folder", "RUN pip install --no-cache-dir requests"),
    ("handler-in-another-folder", "RUN find /var/task -name '*.pyc' -delete"),
    ("handler-in-another-folder", "COPY other.txt ./"),
]


@pytest.mark.parametrize(("name", "instruction"), UNTOUCHED)
def test_what_mends_nothing_changes_nothing(
    name: str, instruction: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {**with_instruction(name, instruction), "other.txt": ""})
    assert rules(CASES[name][1]) <= rules(findings(tmp_path, monkeypatch))


@pytest.mark.parametrize(
    ("copied", "context"), [("COPY app.py .", "fn"), ("COPY fn/app.py .", "."), ("COPY other.py .", None)]
)
def test_the_folder_that_is_taken_for_the_context_is_a_fact(
    copied: str, context: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {".git/HEAD": "", "fn/Dockerfile": f'{PYTHON}{copied}\nCMD ["app.handler"]', "fn/app.py": HANDLER})
    monkeypatch.chdir(tmp_path)
    (target,) = run(["fn/Dockerfile"], Options(folder=tmp_path)).targets
    assert target.facts["context"] == context


@pytest.mark.parametrize(
    ("dockerfile", "files"),
    [
        pytest.param(
            f'{PYTHON}COPY . .\nRUN pip install -r requirements.txt\nCMD ["app.handler"]',
            {"app.py": HANDLER, "requirements.txt": "matplotlib\n"},
            id="python",
        ),
        pytest.param(
            f'{NODE}COPY . .\nRUN npm ci\nCMD ["app.handler"]',
            {"app.js": JS_HANDLER, "package.json": "{}"},
            id="node",
        ),
    ],
)
def test_only_the_nearest_folder_is_looked_into_as_long_as_nothing_is_wrong_with_it(
    dockerfile: str, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {f"near/{name}": text for name, text in {"Dockerfile": dockerfile, **files}.items()}
    write(tmp_path, {".git/HEAD": "", "far/app.py": HANDLER, **here})
    listed: list[str] = []
    names = DiskTree.names
    monkeypatch.setattr(DiskTree, "names", lambda tree, path: listed.append(path) or names(tree, path))
    assert findings(tmp_path, monkeypatch, "near/Dockerfile") == []
    assert "far" not in listed


def test_what_is_not_known_of_a_file_leaves_its_neighbours_known() -> None:
    made = Made("file", 0o644, 0, "", Copied.__new__(Copied), lambda _size, _offset: b"")
    tree = Tree(complete=True)
    for path in ("/app/a/b/one", "/app/a/two", "/app/ab"):
        tree.put(path, made)
    tree.blur("/app/a/two")
    assert set(tree.made) == {"/app/a/b/one", "/app/ab"}
    tree.blur("/app/a")
    assert set(tree.made) == {"/app/ab"}
