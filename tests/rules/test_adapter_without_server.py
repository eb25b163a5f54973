"""`adapter-without-server` on Dockerfiles and on images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.contexts import findings, write
from support.images import image
from support.linting import Found, lint, lint_image, shown
from support.programs import ADAPTER, aws_base, program

RULE = "adapter-without-server"
COPY = "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter\n"
AWS = f"FROM public.ecr.aws/lambda/python:3.13\n{COPY}"

SILENT = {
    "no adapter": 'FROM public.ecr.aws/lambda/python:3.13\nCMD ["app.handler"]\n',
    "an entrypoint of its own": f'{AWS}ENTRYPOINT ["python", "app.py"]\n',
    "no entrypoint": f'{AWS}ENTRYPOINT []\nCMD ["python", "app.py"]\n',
    "another base": f'FROM python:3.13\n{COPY}CMD ["./run.sh"]\n',
    "OS only": f'FROM public.ecr.aws/lambda/provided:al2023\n{COPY}COPY bootstrap /var/runtime/\nCMD ["run.sh"]\n',
    "more than one word, which another rule tells": f'{AWS}CMD ["python", "app.py"]\n',
    "no command, which another rule tells": AWS,
    "a wrapper that may start the server": (
        f'{AWS}ENV AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap\nCOPY bootstrap /opt/\nCMD ["run.sh"]\n'
    ),
    "a script beside the adapter": (
        f'{AWS}COPY start.sh /opt/extensions/wrapper/\nENTRYPOINT ["/opt/extensions/wrapper/start.sh"]\n'
    ),
    "an entry script of its own": (
        f"FROM node:24\n{COPY}COPY docker-entrypoint.sh /usr/local/bin/\n"
        'ENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["node"]\n'
    ),
    "an entry script of its own in another folder": (
        f'FROM node:24\n{COPY}COPY . /app\nENTRYPOINT ["/app/docker-entrypoint.sh"]\nCMD ["node"]\n'
    ),
    "a file that Node.js loads before": (
        f'FROM node:24\n{COPY}ENV NODE_OPTIONS="--require /app/server.js"\nCMD ["node"]\n'
    ),
    "another extension": (
        "FROM public.ecr.aws/lambda/python:3.13\n"
        "COPY --from=registry.example.com/agent:1 /opt/extensions/ /opt/extensions/\n"
        'CMD ["app.handler"]\n'
    ),
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "a script": (f'{AWS}CMD ["run.sh"]\n', '3: CMD ["run.sh"]'),
    "an application": (f'{AWS}CMD ["main.app"]\n', '3: CMD ["main.app"]'),
    "the adapter from a stage": (
        "FROM public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 AS adapter\n"
        "FROM public.ecr.aws/lambda/nodejs:22\n"
        "COPY --from=adapter /lambda-adapter /opt/extensions/\n"
        'CMD ["run.sh"]\n',
        '4: CMD ["run.sh"]',
    ),
}


@pytest.mark.parametrize(("text", "place"), FIRING.values(), ids=FIRING)
def test_firing(text: str, place: str) -> None:
    assert shown(lint(text, RULE), text) == [Found("error", place)]


@pytest.mark.parametrize("command", ["./run.sh", "run", "run.sh"])
def test_the_clients_rules_leave_the_servers_command_alone(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f'{AWS}COPY app.py run.sh ./\nCMD ["{command}"]\n'
    write(tmp_path, {"app.py": "", "run.sh": "#!/bin/sh\n", "Dockerfile": text})
    assert [line.partition(":")[0] for line in findings(tmp_path, monkeypatch)] == [f"error {RULE} 4"]


@pytest.mark.parametrize("handler", ["app.handler", "src.main.lambda_handler", "app.handle", "index.ordersHandler"])
def test_a_warning_where_the_function_takes_events_itself(handler: str) -> None:
    text = f'{AWS}CMD ["{handler}"]\n'
    (finding,) = lint(text, RULE)
    assert shown((finding,), text) == [Found("warning", f'3: CMD ["{handler}"]')]
    assert finding.problem.fix == "leave the adapter out, or set ENTRYPOINT to the command of the server"


AWS_FILES = {**aws_base(), "/opt/extensions/lambda-adapter": program(ADAPTER)}
IMAGES: dict[str, tuple[dict[str, Any], list[Found]]] = {
    "without the adapter": ({"files": dict(aws_base()), "command": ["run.sh"]}, []),
    "with it": ({"files": AWS_FILES, "command": ["run.sh"]}, [Found("error", "config.Cmd")]),
    "OS only": (
        {"files": {**aws_base("provided"), "/opt/extensions/lambda-adapter": program(ADAPTER)}, "command": ["run.sh"]},
        [],
    ),
}


@pytest.mark.parametrize(("description", "expected"), IMAGES.values(), ids=IMAGES)
def test_images(description: dict[str, Any], expected: list[Found]) -> None:
    subject = image(entrypoint=["/lambda-entrypoint.sh"], **description)
    assert shown(lint_image(subject, RULE)) == expected


@pytest.mark.parametrize(
    ("entrypoint", "command", "told"),
    [
        (None, ["python3"], "python3"),
        (["docker-entrypoint.sh"], ["node"], "node"),
        (["docker-php-entrypoint"], ["php", "-a"], "php -a"),
        (None, ["/bin/bash"], "bash"),
        (None, ["python3", "app.py"], ""),
        (["docker-entrypoint.sh"], ["node", "server.js"], ""),
        (None, ["/server"], ""),
    ],
)
def test_an_interpreter_with_nothing_to_run(entrypoint: list[str] | None, command: list[str], told: str) -> None:
    files = {"/opt/extensions/lambda-adapter": program(ADAPTER)}
    message = f"{told} has nothing to run, and the Lambda Web Adapter in /opt/extensions waits for a web server"
    subject = image(files, entrypoint=entrypoint, command=command)
    found = [(str(each.severity), each.problem.message) for each in lint_image(subject, RULE)]
    assert found == ([("warning", message)] if told else [])


def test_an_interpreter_where_a_template_gives_another_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f'FROM node:24\n{COPY}COPY . /app\nWORKDIR /app\nCMD ["bash"]\n'
    template = "Properties:\n  PackageType: Image\n  ImageConfig:\n    Command: [node, server.js]\n"
    write(tmp_path, {"Dockerfile": text, "server.js": "1\n", ".git/HEAD": ""})
    assert [each for each in findings(tmp_path, monkeypatch) if RULE in each] != []
    write(tmp_path, {"template.yaml": template})
    assert [each for each in findings(tmp_path, monkeypatch) if RULE in each] == []


ITSELF = "the Lambda Web Adapter is an extension, which Lambda starts by itself, and it starts no web server"


@pytest.mark.parametrize(
    ("text", "place", "fix"),
    [
        (
            f'{AWS}ENTRYPOINT ["/opt/extensions/lambda-adapter"]\nCMD ["python", "app.py"]\n',
            '3: ENTRYPOINT ["/opt/extensions/lambda-adapter"]',
            "write ENTRYPOINT [] in its place, and the command of the server as CMD",
        ),
        (
            f'FROM eclipse-temurin:21-jre\n{COPY}ENTRYPOINT ["/opt/extensions/lambda-adapter"]\n',
            '3: ENTRYPOINT ["/opt/extensions/lambda-adapter"]',
            "write ENTRYPOINT [] in its place, and the command of the server as CMD",
        ),
        (
            f'FROM node:24-slim\n{COPY}CMD ["/opt/extensions/lambda-adapter", "node", "server.js"]\n',
            '3: CMD ["/opt/extensions/lambda-adapter", "node", "server.js"]',
            "write the command of the server as CMD",
        ),
    ],
)
def test_the_adapter_in_the_servers_place(text: str, place: str, fix: str) -> None:
    (finding,) = lint(text, RULE)
    assert shown((finding,), text) == [Found("error", place)]
    assert (finding.problem.message, finding.problem.fix) == (ITSELF, fix)


def test_the_adapter_in_the_servers_place_in_an_image() -> None:
    files = {"/opt/extensions/lambda-adapter": program(ADAPTER)}
    subject = image(files, entrypoint=["/opt/extensions/lambda-adapter"], command=["node", "server.js"])
    (finding,) = lint_image(subject, RULE)
    assert shown((finding,)) == [Found("error", "config.Entrypoint")]
    assert finding.problem.message == ITSELF
