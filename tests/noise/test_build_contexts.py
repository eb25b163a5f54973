"""No error and no warning on build contexts that work, in the shapes that people keep functions in."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.contexts import Files, findings, write

PYTHON = "FROM public.ecr.aws/lambda/python:3.13\n"
NODE = "FROM public.ecr.aws/lambda/nodejs:22\n"
HANDLER = "def handler(event, context):\n    return {}\n"
JS_HANDLER = "exports.handler = async (event) => event\n"
CLIENT = '#!/bin/sh\nexec python -m awslambdaric "$@"\n'
REQUIREMENTS = "COPY requirements.txt ${LAMBDA_TASK_ROOT}\nRUN pip install -r requirements.txt\n"
GO = (
    "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o main .\n"
    "FROM public.ecr.aws/lambda/provided:al2023\n"
)
SLIM = "FROM python:3.12-slim\nWORKDIR /function\nRUN pip install awslambdaric\n"

CONTEXTS: dict[str, Files] = {
    "program-that-a-link-leads-to": {
        "Dockerfile": GO + 'COPY --from=build /src/main /main\nRUN ln -s /main /var/task/main\nENTRYPOINT ["./main"]',
        "main.go": "package main\n",
    },
    "program-in-a-folder-of-the-same-name": {
        "Dockerfile": GO + 'COPY --from=build /src/out/ ./\nCOPY main/ /etc/main/\nENTRYPOINT ["./main"]',
        "main/settings.yaml": "a: 1\n",
        "main.go": "package main\n",
    },
    "program-found-from-a-working-directory": {
        "Dockerfile": GO + 'COPY --from=build /src/main /main\nWORKDIR /\nENTRYPOINT ["./main"]',
        "main.go": "package main\n",
    },
    "uv-and-pip-for-the-project": {
        "lambda/Dockerfile": PYTHON
        + "COPY pyproject.toml uv.lock ${LAMBDA_TASK_ROOT}/\nRUN pip install uv && uv sync --frozen\n"
        + "COPY shop/ ${LAMBDA_TASK_ROOT}/shop/\nRUN pip install -e .\n"
        + 'CMD ["shop.orders.handler"]',
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["requests"]\n',
        "uv.lock": "version = 1\n",
        "shop/__init__.py": "",
        "shop/orders.py": "import requests\n" + HANDLER,
    },
    "a-step-before-the-build-brings-what-the-folder-above-has-as-well": {
        "function/Dockerfile": NODE.replace(":22", ":24")
        + 'COPY app.js package.json ./\nRUN npm install\nCMD ["app.handler"]',
        "function/package.json": '{"dependencies": {"express": "5"}}',
        "app.js": JS_HANDLER,
        "package.json": '{"dependencies": {"aws-lambda-ric": "^2.0.0"}}',
    },
    "aws-python": {
        "Dockerfile": PYTHON
        + REQUIREMENTS
        + 'COPY lambda_function.py ${LAMBDA_TASK_ROOT}\nCMD ["lambda_function.handler"]',
        "requirements.txt": "boto3==1.40.0\nrequests>=2 ; python_version > '3.8'\n# and no more\n",
        "lambda_function.py": "import requests\n" + HANDLER,
    },
    "sam-python": {
        "hello_world/Dockerfile": PYTHON
        + "COPY app.py requirements.txt ./\nRUN python3.13 -m pip install -r requirements.txt -t .\n"
        + '# the template may name another\nCMD ["app.handler"]',
        "hello_world/app.py": "import json\n" + HANDLER,
        "hello_world/requirements.txt": "requests\n",
        "template.yaml": "Resources: {}\n",
    },
    "context-above": {
        "app/Dockerfile": PYTHON
        + 'COPY app/requirements.txt .\nRUN pip install -r requirements.txt\nCOPY app/ .\nCMD ["main.handler"]',
        "app/requirements.txt": "mangum\nfastapi\n",
        "app/main.py": "from mangum import Mangum\nfrom routes import app\nhandler = Mangum(app)\n",
        "app/routes.py": "app = 1\n",
    },
    "a-pattern-that-matches-nothing-here": {
        "Dockerfile": "FROM node:22-bookworm AS build\nWORKDIR /function\nCOPY service/* ./\nRUN npm install\n"
        "FROM node:22-bookworm-slim\nENV NPM_CONFIG_CACHE=/tmp/.npm\nWORKDIR /function\n"
        "COPY --from=build /function /function\n"
        'ENTRYPOINT ["/usr/local/bin/npx", "aws-lambda-ric"]\nCMD ["app.handler"]',
    },
    "dockerfile-in-a-folder-of-its-own": {
        "docker/Dockerfile": PYTHON
        + 'COPY . ${LAMBDA_TASK_ROOT}\nRUN pip install -r requirements.txt\nCMD ["src.app.handler"]',
        "src/app.py": "from src.util import f\n" + HANDLER,
        "src/util.py": "def f(): pass\n",
        "requirements.txt": "numpy\n",
    },
    "cdk": {
        "lambda/Dockerfile": PYTHON
        + 'COPY . .\nRUN pip install -r requirements.txt -t "${LAMBDA_TASK_ROOT}"\nCMD ["index.handler"]',
        "lambda/index.py": HANDLER,
        "lambda/requirements.txt": "requests\n",
        "cdk.json": "{}",
    },
    "one-dockerfile-for-several-folders": {
        "Dockerfile": PYTHON + 'COPY . .\nRUN pip install -r requirements.txt\nCMD ["app.handler"]',
        "functions/a/app.py": HANDLER,
        "functions/a/requirements.txt": "",
        "functions/b/app.py": HANDLER,
        "functions/b/requirements.txt": "",
        "requirements.txt": "",
        "tool.py": "x = 1\n",
    },
    "client-in-a-build-stage": {
        "Dockerfile": 'ARG FUNCTION_DIR="/function"\nFROM python:3.12 AS build-image\nARG FUNCTION_DIR\n'
        "RUN mkdir -p ${FUNCTION_DIR}\nCOPY . ${FUNCTION_DIR}\n"
        "RUN pip install --target ${FUNCTION_DIR} awslambdaric\n"
        "FROM python:3.12-slim\nARG FUNCTION_DIR\nWORKDIR ${FUNCTION_DIR}\n"
        "COPY --from=build-image ${FUNCTION_DIR} ${FUNCTION_DIR}\n"
        'ENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]\nCMD ["lambda_function.handler"]',
        "lambda_function.py": HANDLER,
    },
    "client-in-a-virtual-environment": {
        "Dockerfile": "FROM python:3.12-slim AS build\nRUN python -m venv /venv\nCOPY requirements.txt .\n"
        "RUN /venv/bin/pip install -r requirements.txt\n"
        "FROM python:3.12-slim\nWORKDIR /function\nCOPY --from=build /venv /venv\nENV PATH=/venv/bin:$PATH\n"
        'COPY app.py .\nENTRYPOINT ["/venv/bin/python", "-m", "awslambdaric"]\nCMD ["app.handler"]',
        "requirements.txt": "awslambdaric\n",
        "app.py": HANDLER,
    },
    "script-made-executable": {
        "Dockerfile": SLIM
        + "COPY app.py .\nCOPY entry_script.sh /entry_script.sh\nRUN chmod +x /entry_script.sh\n"
        + 'ENTRYPOINT ["/entry_script.sh"]\nCMD ["app.handler"]',
        "app.py": HANDLER,
        "entry_script.sh": CLIENT,
    },
    "windows-line-endings-mended": {
        "Dockerfile": SLIM
        + "COPY . .\nRUN sed -i 's/\\r$//' entry.sh && chmod +x entry.sh\n"
        + 'ENTRYPOINT ["./entry.sh"]\nCMD ["app.handler"]',
        "app.py": HANDLER,
        "entry.sh": CLIENT.replace("\n", "\r\n"),
    },
    "script-that-changes-the-folder": {
        "Dockerfile": SLIM + 'COPY src src\nCOPY --chmod=755 entry.sh /\nENTRYPOINT ["/entry.sh"]\nCMD ["app.handler"]',
        "src/app.py": HANDLER,
        "entry.sh": '#!/bin/sh\ncd src\nexec python -m awslambdaric "$@"\n',
    },
    "aws-node": {
        "Dockerfile": NODE + "COPY package*.json ${LAMBDA_TASK_ROOT}/\nRUN npm ci\nCOPY index.js ${LAMBDA_TASK_ROOT}/\n"
        'CMD ["index.handler"]',
        "package.json": '{"dependencies": {"uuid": "11"}}',
        "package-lock.json": "{}",
        "index.js": 'const { v4 } = require("uuid")\n' + JS_HANDLER,
    },
    "node-modules": {
        "Dockerfile": NODE
        + 'WORKDIR ${LAMBDA_TASK_ROOT}\nCOPY . .\nRUN npm install --omit=dev\nCMD ["src/index.handler"]',
        "package.json": '{"type": "module", "scripts": {"test": "jest"}}',
        "src/index.js": 'import { a } from "./lib/a.js"\nexport const handler = async () => a\n',
        "src/lib/a.js": "export const a = 1\n",
    },
    "node-modules-brought-along": {
        "Dockerfile": NODE + 'COPY . .\nCMD ["index.handler"]',
        "package.json": "{}",
        "index.js": 'const a = require("a")\n' + JS_HANDLER,
        "node_modules/a/index.js": "module.exports = 1\n",
    },
    "node-modules-installed-before-the-build": {
        "Dockerfile": NODE + 'COPY . .\nCMD ["index.handler"]',
        "package.json": '{"dependencies": {"a": "1"}}',
        "index.js": 'const a = require("a")\n' + JS_HANDLER,
    },
    "client-installed-before-the-build": {
        "Dockerfile": "FROM node:22-slim\nWORKDIR /function\nCOPY . .\n"
        'ENTRYPOINT ["node_modules/.bin/aws-lambda-ric"]\nCMD ["index.handler"]',
        "package.json": '{"dependencies": {"aws-lambda-ric": "3"}}',
        "index.js": JS_HANDLER,
    },
    "typescript-in-a-build-stage": {
        "Dockerfile": "FROM public.ecr.aws/lambda/nodejs:22 AS builder\nWORKDIR /usr/app\n"
        "COPY package.json index.ts ./\n"
        "RUN npm install\nRUN npm run build\n" + NODE + "WORKDIR ${LAMBDA_TASK_ROOT}\n"
        'COPY --from=builder /usr/app/dist/* ./\nCMD ["index.handler"]',
        "package.json": '{"scripts": {"build": "esbuild index.ts --outdir=dist"}}',
        "index.ts": "export const handler = async () => 1\n",
    },
    "typescript-before-the-build": {
        "Dockerfile": NODE + 'COPY . .\nCMD ["dist/index.handler"]',
        "package.json": '{"scripts": {"build": "tsc"}}',
        "src/index.ts": "export const handler = async () => 1\n",
        "jest.config.js": "module.exports = {}\n",
        ".gitignore": "dist\n",
    },
    "typescript-before-the-build-by-name": {
        "Dockerfile": NODE + 'COPY dist/ ./\nCMD ["index.handler"]',
        "src/index.ts": "export const handler = async () => 1\n",
    },
    "typescript-in-place": {
        "Dockerfile": NODE + 'COPY . .\nRUN npm ci && npm run build\nCMD ["dist/app.handler"]',
        "package.json": '{"scripts": {"build": "tsc"}}',
        "src/app.ts": "export const handler = async () => 1\n",
    },
    "built-after-the-installation": {
        "Dockerfile": NODE + 'COPY . .\nRUN npm ci\nCMD ["index.handler"]',
        "package.json": '{"scripts": {"postinstall": "node make.js"}}',
        "make.js": 'require("fs").writeFileSync("index.js", "")\n',
    },
    "java": {
        "Dockerfile": "FROM public.ecr.aws/lambda/java:21\nCOPY target/classes ${LAMBDA_TASK_ROOT}\n"
        'COPY target/dependency/* ${LAMBDA_TASK_ROOT}/lib/\nCMD ["example.App::handleRequest"]',
        "pom.xml": "<project/>",
        "src/main/java/example/App.java": "package example;",
    },
    "dotnet": {
        "src/F/Dockerfile": "FROM public.ecr.aws/lambda/dotnet:10\nWORKDIR /var/task\n"
        'COPY "bin/Release/lambda-publish" .\nCMD ["F::F.Function::Handler"]',
        "src/F/F.csproj": "<Project/>",
    },
    "ruby": {
        "Dockerfile": "FROM public.ecr.aws/lambda/ruby:3.4\nCOPY Gemfile Gemfile.lock ${LAMBDA_TASK_ROOT}/\n"
        'RUN bundle config set --local path "vendor/bundle" && bundle install\n'
        'COPY lambda_function.rb ${LAMBDA_TASK_ROOT}/\nCMD ["lambda_function.LambdaFunction::Handler.process"]',
        "Gemfile": 'source "https://rubygems.org"\n',
        "Gemfile.lock": "",
        "lambda_function.rb": "module LambdaFunction\n  class Handler\n"
        "    def self.process(event:, context:)\n    end\n  end\nend\n",
    },
    "ruby-lamby": {
        "Dockerfile": "FROM public.ecr.aws/lambda/ruby:3.4\nCOPY . .\nRUN bundle install\n"
        'CMD ["config/environment.Lamby.cmd"]',
        "config/environment.rb": 'require_relative "application"\n',
        "Gemfile": "",
    },
    "go": {
        "Dockerfile": "FROM golang:1.25 AS build\nWORKDIR /helloworld\nCOPY go.mod go.sum ./\nCOPY main.go .\n"
        "RUN go build -tags lambda.norpc -o main main.go\nFROM public.ecr.aws/lambda/provided:al2023\n"
        'COPY --from=build /helloworld/main ./main\nENTRYPOINT ["./main"]',
        "go.mod": "",
        "go.sum": "",
        "main.go": "package main\n",
    },
    "uv": {
        "Dockerfile": "FROM ghcr.io/astral-sh/uv:0.9 AS uv\nFROM public.ecr.aws/lambda/python:3.13 AS builder\n"
        "RUN --mount=from=uv,source=/uv,target=/bin/uv --mount=type=bind,source=uv.lock,target=uv.lock "
        "--mount=type=bind,source=pyproject.toml,target=pyproject.toml "
        "uv export --frozen --no-dev -o requirements.txt && "
        'uv pip install -r requirements.txt --target "${LAMBDA_TASK_ROOT}"\n'
        + PYTHON
        + "COPY --from=builder ${LAMBDA_TASK_ROOT} ${LAMBDA_TASK_ROOT}\nCOPY ./app ${LAMBDA_TASK_ROOT}/app\n"
        'CMD ["app.main.handler"]',
        "app/__init__.py": "",
        "app/main.py": "import fastapi\nfrom app.routes import y\n" + HANDLER,
        "app/routes.py": "y = 1\n",
        "uv.lock": "",
        "pyproject.toml": "",
    },
    "poetry": {
        "Dockerfile": PYTHON
        + "RUN pip install poetry\nCOPY pyproject.toml poetry.lock ./\n"
        + "RUN poetry config virtualenvs.create false && poetry install --no-root --only main\n"
        + 'COPY src/ ${LAMBDA_TASK_ROOT}/\nCMD ["service.app.handler"]',
        "pyproject.toml": "",
        "poetry.lock": "",
        "src/service/app.py": "import pydantic\nimport service.core\n" + HANDLER,
        "src/service/core.py": "",
    },
    "installed-as-a-package": {
        "Dockerfile": PYTHON + 'COPY pyproject.toml .\nCOPY src src\nRUN pip install .\nCMD ["mypkg.app.handler"]',
        "pyproject.toml": "",
        "src/mypkg/app.py": HANDLER,
        "src/mypkg/__init__.py": "",
    },
    "handler-in-a-private-package": {
        "Dockerfile": PYTHON
        + "COPY requirements.txt .\nRUN pip install -r requirements.txt --extra-index-url https://pypi.example.com\n"
        + 'COPY main.py .\nCMD ["etl.handler"]',
        "requirements.txt": "acme\n",
        "main.py": "x = 1\n",
    },
    "handler-in-a-package": {
        "Dockerfile": PYTHON
        + "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY app.py .\n"
        + 'ENV DD_LAMBDA_HANDLER=app.handler\nCMD ["datadog_lambda.handler.handler"]',
        "requirements.txt": "datadog-lambda\n",
        "app.py": HANDLER,
    },
    "handler-in-a-node-package": {
        "Dockerfile": NODE
        + "COPY package.json .\nRUN npm install\nCOPY app.js .\nENV DD_LAMBDA_HANDLER=app.handler\n"
        + 'CMD ["node_modules/datadog-lambda-js/dist/handler.handler"]',
        "package.json": "{}",
        "app.js": JS_HANDLER,
    },
    "handler-in-a-layer": {
        "Dockerfile": "FROM registry.example.com/layers-python:313 AS layer\n"
        + PYTHON
        + 'COPY --from=layer /opt/ /opt/\nCOPY app.py .\nENV WRAPPED=app.handler\nCMD ["the_wrapper.handler"]',
        "app.py": "import wrapped\n" + HANDLER,
    },
    "handler-in-a-node-layer": {
        "Dockerfile": "FROM registry.example.com/layers-nodejs:22 AS layer\n"
        + NODE
        + 'COPY --from=layer /opt/ /opt/\nCOPY app.js .\nENV WRAPPED=app.handler\nCMD ["the-wrapper.handler"]',
        "app.js": JS_HANDLER,
    },
    "client-in-another-stage": {
        "Dockerfile": "FROM node:22 AS deps\nRUN apt-get update && apt-get install -y cmake\n"
        "WORKDIR /deps\nCOPY docker/package.json .\nRUN npm install\n"
        "FROM node:22-slim\nENV npm_config_cache=/tmp/.npm\nWORKDIR /app\nCOPY package.json index.js ./\n"
        "COPY --from=deps /deps/node_modules ./node_modules\n"
        'ENTRYPOINT ["/usr/local/bin/npx", "aws-lambda-ric"]\nCMD ["index.handler"]',
        "docker/package.json": '{"dependencies": {"aws-lambda-ric": "3"}}',
        "package.json": '{"dependencies": {"axios": "1"}}',
        "index.js": JS_HANDLER,
    },
    "client-named-in-a-build-stage": {
        "Dockerfile": 'ARG FUNCTION_DIR="/function"\nFROM node:22 AS build-image\nARG FUNCTION_DIR\n'
        "RUN apt-get update && apt-get install -y cmake\n"
        "WORKDIR ${FUNCTION_DIR}\nCOPY . ${FUNCTION_DIR}\nRUN npm install && npm install aws-lambda-ric\n"
        "FROM node:22-slim\nENV npm_config_cache=/tmp/.npm\nARG FUNCTION_DIR\nWORKDIR ${FUNCTION_DIR}\n"
        "COPY --from=build-image ${FUNCTION_DIR} ${FUNCTION_DIR}\n"
        'ENTRYPOINT ["/usr/local/bin/npx", "aws-lambda-ric"]\nCMD ["index.handler"]',
        "package.json": '{"dependencies": {"axios": "1"}}',
        "index.js": JS_HANDLER,
    },
    "requirements-of-requirements": {
        "Dockerfile": "FROM python:3.13-slim\nWORKDIR /function\nCOPY requirements ./requirements\n"
        "RUN pip install -r requirements/lambda.txt -c requirements/constraints.txt\nCOPY app.py .\n"
        'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler"]',
        "requirements/lambda.txt": "-r base.txt\n",
        "requirements/base.txt": "awslambdaric==3.0 \\\n    --hash=sha256:abc \\\n    --hash=sha256:d\n    # via x\n",
        "requirements/constraints.txt": "requests==2\n",
        "app.py": HANDLER,
    },
    "handler-of-a-framework": {
        "Dockerfile": PYTHON
        + "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n"
        + 'RUN cp $(python -c "from zappa import handler; print(handler.__file__)") .\nCMD ["handler.lambda_handler"]',
        "requirements.txt": "zappa\n",
        "app.py": "",
    },
    "web-adapter-with-a-start-script": {
        "Dockerfile": "FROM public.ecr.aws/docker/library/node:22-slim\n"
        "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions/lambda-adapter\n"
        'WORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["./run.sh"]',
        "run.sh": (0o755, "#!/bin/bash\nexec node index.js\n"),
        "package.json": "{}",
        "index.js": "x\n",
    },
    "generated-code": {
        "Dockerfile": PYTHON
        + "COPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n"
        + 'RUN python -m grpc_tools.protoc -I. --python_out=. x.proto\nCMD ["app.handler"]',
        "requirements.txt": "grpcio-tools\n",
        "app.py": "import x_pb2\n" + HANDLER,
        "x.proto": "",
    },
    "code-shared-in-a-monorepo": {
        "services/a/Dockerfile": PYTHON
        + "COPY libs/common ${LAMBDA_TASK_ROOT}/common\nCOPY services/a/ ${LAMBDA_TASK_ROOT}/\n"
        + 'RUN pip install -r requirements.txt\nCMD ["app.handler"]',
        "libs/common/__init__.py": "",
        "libs/common/log.py": "x = 1\n",
        "services/a/app.py": "from common.log import x\n" + HANDLER,
        "services/a/requirements.txt": "",
    },
    "function-chosen-by-an-argument": {
        "Dockerfile": PYTHON + 'ARG FN\nCOPY functions/${FN}/ .\nCMD ["app.handler"]',
        "functions/a/main.py": HANDLER,
    },
    "bash-runtime": {
        "Dockerfile": "FROM public.ecr.aws/lambda/provided:al2023\nCOPY bootstrap ${LAMBDA_RUNTIME_DIR}\n"
        'COPY function.sh ${LAMBDA_TASK_ROOT}\nCMD ["function.handler"]',
        "bootstrap": (0o755, "#!/bin/sh\n"),
        "function.sh": "handler() { :; }\n",
    },
    "patterns": {
        "Dockerfile": PYTHON + 'COPY *.py ./\nCMD ["main.handler"]',
        "main.py": "from helper import x\n" + HANDLER,
        "helper.py": "x = 1\n",
    },
    "dockerignore-that-names-what-stays": {
        "Dockerfile": PYTHON + 'COPY . .\nCMD ["app.main.handler"]',
        ".dockerignore": "*\n!app\n**/__pycache__\n",
        "app/main.py": HANDLER,
        "local.py": "",
    },
    "imported-only-when-called": {
        "Dockerfile": PYTHON + 'COPY app.py .\nCMD ["app.handler"]',
        "app.py": "import boto3\ntry:\n    import ujson as json\nexcept ImportError:\n    import json\n"
        "def handler(event, context):\n    import local\n",
        "local.py": "",
    },
    "packages-without-init": {
        "Dockerfile": PYTHON + 'COPY lambdas/ ${LAMBDA_TASK_ROOT}/lambdas/\nCMD ["lambdas.etl.main.handler"]',
        "lambdas/etl/main.py": "from lambdas.common import z\n" + HANDLER,
        "lambdas/common/__init__.py": "z = 1\n",
    },
    "several-targets": {
        "Dockerfile": "FROM public.ecr.aws/lambda/python:3.13 AS base\n"
        + REQUIREMENTS
        + 'FROM base AS dev\nCOPY dev.py .\nFROM base\nCOPY app.py .\nCMD ["app.handler"]',
        "requirements.txt": "",
        "dev.py": "",
        "app.py": HANDLER,
    },
    "not-built-yet": {
        "Dockerfile": PYTHON + 'COPY build/ ./\nCMD ["app.handler"]',
        "app.py": "def other(): pass\n",
    },
    "unpacked-from-an-archive": {
        "Dockerfile": PYTHON + 'ADD code.tar.gz ./\nCMD ["app.handler"]',
        "code.tar.gz": "no archive, but nobody looks\n",
        "main.py": "",
    },
    "python-path": {
        "Dockerfile": PYTHON + 'ENV PYTHONPATH=/code\nCOPY src /code\nCOPY main.py .\nCMD ["app.handler"]',
        "src/app.py": HANDLER,
        "main.py": "",
    },
    "python-path-with-what-the-base-has": {
        "Dockerfile": SLIM
        + 'ENV PYTHONPATH="${PYTHONPATH}:/code"\nCOPY src /code\nCOPY main.py .\n'
        + 'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler"]',
        "src/app.py": HANDLER,
        "main.py": "",
    },
    "relative-python-path": {
        "Dockerfile": PYTHON + 'ENV PYTHONPATH=src\nCOPY . .\nCMD ["app.handler"]',
        "src/app.py": HANDLER,
        "main.py": "",
    },
    "node-path": {
        "Dockerfile": NODE + 'ENV NODE_PATH=/code\nCOPY src /code\nCOPY main.js .\nCMD ["main.handler"]',
        "src/util.js": "",
        "main.js": 'const util = require("my-util")\n' + JS_HANDLER,
    },
    "sources-that-are-not-written-yet": {
        "Dockerfile": PYTHON + REQUIREMENTS + 'COPY src/ ./src/\nCMD ["src.main.handler"]',
        "requirements.txt": "",
        "src/main.py": "from fastapi import FastAPI\nfrom src.settings import TABLE\n" + HANDLER,
        "src/settings.py": "",
    },
    "a-handler-that-is-not-written-yet": {
        "Dockerfile": NODE + 'COPY package.json index.js ./\nRUN npm install\nCMD ["index.handler"]',
        "package.json": "",
        "index.js": "",
    },
    "files-that-are-opened": {
        "Dockerfile": PYTHON + 'COPY app.py settings.json ./\nCOPY data/ ./data/\nCMD ["app.handler"]',
        "app.py": "import os\nimport json\nS = json.load(open('settings.json'))\n"
        "T = open(os.path.join(os.path.dirname(__file__), 'data', 't.txt')).read()\n"
        "os.makedirs('data', exist_ok=True)\nos.makedirs('/tmp/x', exist_ok=True)\n" + HANDLER,
        "settings.json": "{}",
        "data/t.txt": "x",
    },
    "files-that-a-step-may-bring": {
        "Dockerfile": PYTHON
        + "COPY . .\nRUN curl -o /var/task/list.txt https://example.com/list.txt\nRUN ln -s /tmp/cache cache\n"
        + 'CMD ["app.handler"]',
        "app.py": "import os\nM = open('model.bin', 'rb').read()\nL = open('list.txt').read()\n"
        "os.makedirs('cache/x', exist_ok=True)\nopen('/etc/hosts').read()\n" + HANDLER,
    },
    "files-of-another-working-directory": {
        "Dockerfile": PYTHON + 'WORKDIR /srv\nCOPY app.py ${LAMBDA_TASK_ROOT}/\nCMD ["app.handler"]',
        "app.py": "open('settings.json').read()\n" + HANDLER,
    },
    "a-script-that-does-more": {
        "Dockerfile": SLIM + "COPY app.py .\nRUN mkdir -p /function/data && ln -s /tmp/cache /function/cache\n"
        'COPY --chmod=755 entry.sh /entry.sh\nENTRYPOINT ["/entry.sh"]\nCMD ["app.handler"]',
        "app.py": HANDLER,
        "entry.sh": '#!/bin/sh\nset -eu\n: "${LOG_LEVEL:=info}"\nmkdir -p /tmp/certs /function/data /function/cache/x\n'
        'if [ "$STAGE" = prod ]; then mkdir -p /var/log/x; fi\ncp /etc/ssl/cert.pem /tmp/certs/ || true\n'
        '[ -f /function/.env ] && . /function/.env\nif [ -z "${AWS_LAMBDA_RUNTIME_API}" ]; then\n'
        '  mkdir -p /function/local\n  exec aws-lambda-rie python -m awslambdaric "$@"\nfi\n'
        'cd "$HOME" || cd /tmp\nexec python -m awslambdaric "$@"\n',
    },
    "a-script-on-an-unknown-base": {
        "Dockerfile": "FROM registry.example.com/base:1\nCOPY --chmod=755 entry.sh /entry.sh\n"
        'ENTRYPOINT ["/entry.sh"]\nCMD ["app.handler"]',
        "entry.sh": '#!/bin/sh\nset -e\nmkdir -p /srv/x\n. /srv/env.sh\nexec python -m awslambdaric "$@"\n',
    },
    "a-library-whose-files-the-handler-moves": {
        "Dockerfile": PYTHON + REQUIREMENTS + 'COPY app.py .\nCMD ["app.handler"]',
        "requirements.txt": "crewai\n",
        "app.py": 'import os\nos.environ["HOME"] = "/tmp"\nfrom crewai import Agent\n' + HANDLER,
    },
    "a-library-whose-files-a-template-moves": {
        "Dockerfile": PYTHON + REQUIREMENTS + 'COPY app.py .\nCMD ["app.handler"]',
        "requirements.txt": "rembg\n",
        "app.py": HANDLER,
        "template.yaml": "Globals:\n  Function:\n    Environment:\n      Variables:\n        U2NET_HOME: /tmp/u2net\n",
    },
    "models-that-are-copied": {
        "Dockerfile": PYTHON + REQUIREMENTS + 'COPY app.py .\nCOPY model ./model\nCMD ["app.handler"]',
        "requirements.txt": "transformers\n",
        "app.py": "from transformers import AutoModel\nMODEL = '/var/task/model'\n"
        'a = AutoModel.from_pretrained("./model")\nb = AutoModel.from_pretrained(MODEL)\n' + HANDLER,
        "model/config.json": "{}",
    },
    "models-in-tmp": {
        "Dockerfile": PYTHON + REQUIREMENTS + 'COPY app.py .\nENV HF_HOME=/tmp/hf\nCMD ["app.handler"]',
        "requirements.txt": "transformers\n",
        "app.py": 'from transformers import AutoModel\na = AutoModel.from_pretrained("bert-base-uncased")\n' + HANDLER,
    },
    "processes-on-other-machines": {
        "Dockerfile": PYTHON + 'COPY app.py .\nCMD ["app.handler"]',
        "app.py": "import multiprocessing\n"
        + HANDLER
        + "if __name__ == '__main__':\n    multiprocessing.Pool(4).map(handler, [1])\n",
    },
    "the-third-client-of-node-in-a-folder-of-its-own": {
        "Dockerfile": "FROM node:22-bookworm\nRUN apt-get update && apt-get install -y cmake\nWORKDIR /function\n"
        "COPY package*.json index.js ./\nRUN npm ci\n"
        'ENTRYPOINT ["/usr/local/bin/node", "node_modules/.bin/aws-lambda-ric"]\nCMD ["index.handler"]',
        "package.json": '{"dependencies": {"aws-lambda-ric": "^3.2.1"}}',
        "package-lock.json": "{}",
        "index.js": JS_HANDLER,
    },
    "a-client-that-the-base-image-makes-needless": {
        "Dockerfile": NODE + 'COPY package.json index.js ./\nRUN npm i --ignore-scripts\nCMD ["index.handler"]',
        "package.json": '{"dependencies": {"aws-lambda-ric": "^3.2.1"}}',
        "index.js": JS_HANDLER,
    },
    "nginx-behind-the-adapter": {
        "Dockerfile": "FROM nginx:1.29-alpine\n"
        "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter\n"
        "COPY nginx.conf /etc/nginx/nginx.conf\nCOPY html /usr/share/nginx/html",
        "nginx.conf": "pid /tmp/nginx.pid;\nevents {}\nhttp { server { listen 8080; root /usr/share/nginx/html; } }\n",
        "html/index.html": "x",
    },
    "another-entrypoint-of-the-base": {
        "Dockerfile": 'FROM registry.example.com/base:1\nCOPY entry.sh app.py /lambda/\nCMD ["/lambda/entry.sh"]',
        "entry.sh": CLIENT,
        "app.py": "",
    },
}


@pytest.mark.parametrize("git", [True, False], ids=["git", "plain"])
@pytest.mark.parametrize("name", CONTEXTS)
def test_a_correct_context_gets_no_error_and_no_warning(
    name: str, git: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = CONTEXTS[name]
    write(tmp_path, files | {".git/HEAD": ""} if git else files)
    target = next(path for path in files if path.endswith("Dockerfile"))
    assert findings(tmp_path, monkeypatch, target) == []
