"""`missing-runtime-client` on Dockerfiles and images."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import image
from support.linting import Found, lint, lint_image, shown

RULE = "missing-runtime-client"
SLIM = "FROM python:3.13-slim\n"
OS_ONLY = "FROM public.ecr.aws/lambda/provided:al2023\n"
ADAPTER = "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/\n"
NO_SLASH = ADAPTER.replace("/opt/extensions/", "/opt/extensions")
AWAY = ADAPTER.replace("/opt/extensions/", "/opt/lambda-adapter")

SILENT = {
    "AWS base": 'FROM public.ecr.aws/lambda/python:3.13\nCMD ["app.handler"]\n',
    "adapter": SLIM + ADAPTER + 'CMD ["uvicorn", "app:app"]\n',
    "the server of a developer below the target for Lambda": (
        'FROM public.ecr.aws/lambda/python:3.13 AS function\nCMD ["app.handler"]\n'
        + 'FROM python:3.13-slim AS local\nCMD ["uvicorn", "app:app"]\n'
    ),
    "a target by a build argument": (
        f'ARG TARGET=local\n{SLIM.strip()} AS lambda-base\n{ADAPTER}CMD ["uvicorn", "app:app"]\n'
        + 'FROM python:3.13-slim AS local-base\nCMD ["uvicorn", "app:app"]\nFROM ${TARGET}-base\n'
    ),
    "private base": 'FROM registry.example.com/base:1\nCMD ["uvicorn", "app:app"]\n',
    "a program that nobody can see": SLIM + 'COPY main /main\nCMD ["/main"]\n',
    "an entry script": SLIM + 'COPY entry.sh /entry.sh\nENTRYPOINT ["/entry.sh"]\nCMD ["app.handler"]\n',
    "program for an OS-only base, linked": OS_ONLY
    + "COPY main /var/task/bootstrap\nRUN chmod +x /var/task/bootstrap && ln -s /var/task/bootstrap /var/runtime/\n"
    + 'CMD ["main"]\n',
    "program for an OS-only base, copied to the folder of the moment": (
        OS_ONLY + 'WORKDIR ${LAMBDA_RUNTIME_DIR}\nCOPY bootstrap ./\nWORKDIR /var/task\nCMD ["main"]\n'
    ),
    "program for an OS-only base": OS_ONLY + 'COPY main /var/runtime/bootstrap\nCMD ["main"]\n',
    "an adapter that is moved": (
        SLIM
        + AWAY
        + 'RUN mkdir /opt/extensions && mv /opt/lambda-adapter /opt/extensions\nCMD ["uvicorn", "app:app"]\n'
    ),
    "an adapter that is copied twice": SLIM + AWAY + ADAPTER + 'CMD ["uvicorn", "app:app"]\n',
    "an adapter in a folder that is made before": (
        SLIM + "RUN mkdir -p /opt/extensions\n" + NO_SLASH + 'CMD ["uvicorn", "app:app"]\n'
    ),
    "an adapter in a folder that another copy has made": (
        SLIM + "COPY agent /opt/extensions/\n" + NO_SLASH + 'CMD ["uvicorn", "app:app"]\n'
    ),
    "an adapter in a folder that another base may have": (
        "FROM private/base\n" + NO_SLASH + 'CMD ["uvicorn", "app:app"]\n'
    ),
    "an adapter that is started": SLIM + AWAY + 'ENTRYPOINT ["/opt/lambda-adapter"]\nCMD ["uvicorn", "app:app"]\n',
    "an adapter that a script may start": SLIM + AWAY + 'COPY . .\nCMD ["./run.sh"]\n',
    "an adapter beside a client": SLIM + AWAY + 'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler"]\n',
    "an adapter beside a handler": f'FROM public.ecr.aws/lambda/python:3.13\n{AWAY}CMD ["app.handler"]\n',
    "an adapter on a private base": f'FROM registry.example.com/base:1\n{AWAY}CMD ["node", "server.js"]\n',
    "a program that is called after it": (
        "FROM golang:1.25 AS build\nRUN go build -o /out/lambda-adapter\n"
        'FROM alpine:3.22\nCOPY --from=build /out/lambda-adapter /app/\nCMD ["/app/main"]\n'
    ),
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "web server that is built on an AWS base image": (
        "FROM public.ecr.aws/lambda/python:3.13 AS build\nRUN pip install -t /x fastapi\n"
        'FROM python:3.13-slim\nCOPY --from=build /x /x\nCMD ["uvicorn", "app:app"]\n',
        Found("error", '5: CMD ["uvicorn", "app:app"]'),
    ),
    "web server": (SLIM + 'CMD ["uvicorn", "app:app"]\n', Found("error", '2: CMD ["uvicorn", "app:app"]')),
    "OS-only base with a program in the task root": (
        OS_ONLY + 'COPY main /var/task/bootstrap\nRUN chmod +x /var/task/bootstrap\nCMD ["main"]\n',
        Found("error", f"1: {OS_ONLY.strip()}"),
    ),
    "OS-only base without a program": (OS_ONLY + 'CMD ["main"]\n', Found("error", f"1: {OS_ONLY.strip()}")),
    "an adapter in another folder": (
        SLIM + AWAY + 'ENV AWS_LWA_PORT=8000\nCMD ["uvicorn", "app:app"]\n',
        Found("error", f"2: {AWAY.strip()}"),
    ),
    "an adapter from a stage in another folder": (
        "FROM public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 AS lwa\n"
        'FROM nginx:1.29\nCOPY --from=lwa /lambda-adapter /opt/\nCMD ["nginx", "-g", "daemon off;"]\n',
        Found("error", "3: COPY --from=lwa /lambda-adapter /opt/"),
    ),
    "an adapter in place of the folder for it": (
        SLIM + NO_SLASH + 'CMD ["uvicorn", "app:app"]\n',
        Found("error", f"2: {NO_SLASH.strip()}"),
    ),
    "an adapter in place of the folder for it, for a program that may ask for work": (
        SLIM + NO_SLASH + 'CMD ["python", "app.py"]\n',
        Found("warning", f"2: {NO_SLASH.strip()}"),
    ),
    "an adapter in another folder that a script may move": (
        f'{SLIM}WORKDIR /app\n{AWAY}COPY . .\nRUN ./install.sh\nCMD ["uvicorn", "app:app"]\n',
        Found("warning", f"3: {AWAY.strip()}"),
    ),
    "an adapter in another folder beside a program that may ask for work": (
        f'FROM node:22-slim\n{AWAY}CMD ["node", "server.js"]\n',
        Found("warning", f"2: {AWAY.strip()}"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), FIRING.values(), ids=FIRING)
def test_firing(text: str, expected: Found) -> None:
    assert shown(lint(text, RULE), text) == [expected]


IMAGES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "a client that is started": (
        {
            "files": {**programs.python(), **programs.awslambdaric()},
            "entrypoint": ["python", "-m", "awslambdaric"],
            "command": ["app.handler"],
        },
        [],
    ),
    "a client among the packages that -S leaves out": (
        {
            "files": {**programs.python(), **programs.awslambdaric()},
            "entrypoint": ["python", "-S", "-m", "awslambdaric"],
            "command": ["app.handler"],
        },
        [
            (
                "error",
                "/usr/local/bin/python -m awslambdaric starts a runtime client that this Python 3.13 cannot find, "
                "and which is in /usr/local/lib/python3.13/site-packages",
                "config.Entrypoint",
            )
        ],
    ),
    "a client that is named and not installed": (
        {"files": programs.python(), "entrypoint": ["python", "-m", "awslambdaric"], "command": ["app.handler"]},
        [
            (
                "error",
                "/usr/local/bin/python -m awslambdaric starts a runtime client that this Python 3.13 cannot find",
                "config.Entrypoint",
            )
        ],
    ),
    "a web server": (
        {"files": {"/usr/sbin/nginx": programs.program()}, "command": ["nginx"]},
        [("error", "the image starts the server nginx, and nothing in it asks Lambda for work", "config.Cmd")],
    ),
    "a shell": (
        {"files": {"/bin/sh": programs.program()}, "entrypoint": ["/bin/sh"]},
        [("error", "the image starts the shell /bin/sh, and nothing in it asks Lambda for work", "config.Entrypoint")],
    ),
    "an OS-only base without a program": (
        {"files": programs.aws_base("provided"), "entrypoint": ["/lambda-entrypoint.sh"], "command": ["main"]},
        [
            (
                "error",
                "/var/runtime/bootstrap is not in the image: an OS-only base image has no runtime of its own",
                "/lambda-entrypoint.sh",
            )
        ],
    ),
    "a packed program": (
        {"files": {"/main": programs.program(b"UPX!")}, "command": ["/main"]},
        [
            (
                "warning",
                "cannot tell whether /main asks Lambda for work: the program is packed, so nothing can be found in it",
                "config.Cmd",
            )
        ],
    ),
    "a program that is not there is another rule's": ({"files": {"/a": ""}, "command": ["/main"]}, []),
}


@pytest.mark.parametrize(("description", "expected"), IMAGES.values(), ids=IMAGES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    findings = lint_image(image(**description), RULE)
    found = [(str(f.severity), f.problem.message, shown((f,))[0].place) for f in findings]
    assert found == expected


PYTHON = 'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler"]\n'
NODE = 'ENTRYPOINT ["npx", "aws-lambda-ric"]\nCMD ["index.handler"]\n'
BUILT = "FROM python:3.13 AS build\nRUN pip install --target /function awslambdaric\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{BUILT}{SLIM}WORKDIR /function\n{PYTHON}", "awslambdaric"),
        (f"{BUILT}{SLIM}WORKDIR /function\nCOPY app.py config.json ./\n{PYTHON}", "awslambdaric"),
        (f"{BUILT}{SLIM}RUN apt-get update && apt-get install -y ffmpeg\nCOPY app.py ./\n{PYTHON}", "awslambdaric"),
        (f"FROM node:24-slim\nRUN mkdir /f\nCOPY index.js package.json /f/\nWORKDIR /f\n{NODE}", "aws-lambda-ric"),
        (f"{BUILT}{SLIM}COPY --from=build /function /function\nWORKDIR /function\n{PYTHON}", ""),
        (f"{SLIM}COPY --from=build /function/awslambdaric/__init__.py ./awslambdaric/\n{PYTHON}", ""),
        (f"{SLIM}COPY . .\n{PYTHON}", ""),
        (f"{SLIM}COPY *.py ./\n{PYTHON}", ""),
        (f"{SLIM}COPY packages.tar.gz ./\n{PYTHON}", ""),
        (f"{SLIM}ARG FILES\nCOPY $FILES ./\n{PYTHON}", ""),
        (f"{SLIM}COPY requirements.txt ./\nRUN pip install -r requirements.txt\n{PYTHON}", ""),
        (f"{SLIM}RUN apt-get install -y python3-awslambdaric\n{PYTHON}", ""),
        (f'{SLIM}COPY app.py entry.sh ./\nENTRYPOINT ["/entry.sh", "python", "-m", "awslambdaric"]\n', ""),
        (
            f'{SLIM}COPY app.py entry.sh ./\nENTRYPOINT ["env", "PYTHONPATH=/x", "python", "-m", "awslambdaric"]\n',
            "",
        ),
        (f'{SLIM}COPY app.py entry.sh ./\nENTRYPOINT ["/mnt/x/venv/bin/python", "-m", "awslambdaric"]\n', ""),
        ('FROM node:24\nCOPY package.json ./\nENTRYPOINT ["npx", "--yes", "aws-lambda-ric"]\nCMD ["a.b"]\n', ""),
        (f"{SLIM}RUN apt-get install -y acme-lambda-runtime\n{PYTHON}", ""),
        (f"{SLIM}RUN --mount=from=build,target=/b cp -r /b/function /function\n{PYTHON}", ""),
        (f"{SLIM}ENV PYTHONPATH=/mnt/packages\n{PYTHON}", ""),
        (f"FROM acme/python:3.13\n{PYTHON}", ""),
        (f"FROM node:24-slim\nCOPY package.json ./\nRUN npm install\n{NODE}", ""),
        (f"{SLIM}COPY app.py ./\nONBUILD RUN pip install awslambdaric\n{PYTHON}", ""),
        (f"{SLIM.strip()} AS a\nRUN pip install awslambdaric\nFROM a\n{PYTHON}", ""),
    ],
)
def test_a_client_that_no_step_brings(text: str, told: str) -> None:
    findings = lint(text, RULE)
    line = next(line for line in text.splitlines() if line.startswith("ENTRYPOINT"))
    assert [found.place.partition(": ")[2] for found in shown(findings, text)] == [line] * bool(told)
    message = f"{told} is started, and nothing in the final stage installs it or copies it from elsewhere"
    assert [(str(each.severity), each.problem.message) for each in findings] == [("error", message)] * bool(told)
