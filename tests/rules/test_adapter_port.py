"""`adapter-port` on Dockerfiles and on images."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import image
from support.linting import Found, lint, lint_image, shown
from support.programs import ADAPTER, program

RULE = "adapter-port"
COPY = "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter\n"
ADAPTED = f"FROM python:3.13\n{COPY}"

SILENT = {
    "no adapter": 'FROM nginx:1\nENV PORT=80\nCMD ["serve", "--port", "80"]\n',
    "the adapter in another stage": f"{ADAPTED}ENV PORT=80\nFROM nginx:1\nENV PORT=80\n",
    "an ordinary port": f'{ADAPTED}ENV PORT=8000\nCMD ["uvicorn", "--port", "8000", "app:app"]\n',
    "PORT where AWS_LWA_PORT counts": f"{ADAPTED}ENV PORT=80 AWS_LWA_PORT=8080\n",
    "no number": f"{ADAPTED}ENV PORT=http\n",
    "not known": f"{ADAPTED}ARG PORT\nENV PORT=$PORT\n",
    "any free port": f"{ADAPTED}ENV PORT=0\n",
    "EXPOSE says nothing to Lambda": f"{ADAPTED}EXPOSE 80\n",
    "another option": f'{ADAPTED}CMD ["serve", "--workers", "80", "-p", "8080"]\n',
    "the port that the adapter waits for when nobody says": f'{ADAPTED}CMD ["x", "--port", "8080"]\n',
    "another port, on a base that may name it": f'FROM acme/web:1\n{COPY}CMD ["x", "--port", "8000"]\n',
    "another port, and the adapter's is not known": f'{ADAPTED}ARG P\nENV PORT=$P\nCMD ["x", "--port", "8000"]\n',
    "another port, and the adapter asks elsewhere": (
        f'{ADAPTED}ENV AWS_LWA_READINESS_CHECK_PORT=8000\nCMD ["x", "--port", "8000"]\n'
    ),
    "a server beside the one that the adapter asks": f"{ADAPTED}CMD uvicorn --port 8000 app:app & exec python web.py\n",
    "a server before it": f"{ADAPTED}CMD redis-server --port 6379 --daemonize yes && gunicorn -c web.py app:app\n",
    "two ports of one server": f'{ADAPTED}CMD ["gunicorn", "-b", ":8000", "-b", ":8080", "app:app"]\n',
    "another port behind a proxy": (
        f'{ADAPTED}RUN apt-get install -y nginx\nENTRYPOINT ["/start.sh"]\nCMD ["gunicorn", "-b", ":8000", "app:app"]\n'
    ),
    "a URL with a port": f"{ADAPTED}ENV ASPNETCORE_URLS=http://+:8080\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "for the adapter": ("ENV AWS_LWA_PORT=80", "error"),
    "for the server": ("ENV PORT=443", "error"),
    "of the Runtime API": ("ENV PORT=9001", "warning"),
    "of Lambda Insights": ("ENV PORT=3000", "note"),
    "of ASP.NET in a URL": ("ENV ASPNETCORE_URLS=http://+:80/", "error"),
    "of ASP.NET as a number": ("ENV ASPNETCORE_HTTP_PORTS=80", "error"),
    "in an option": ('CMD ["uvicorn", "app:app", "--port", "80"]', "error"),
    "in an option with an address": ('CMD ["gunicorn", "--bind=0.0.0.0:80", "app:app"]', "error"),
    "in shell form": ("CMD exec gunicorn -b :80 app:app", "error"),
    "not the adapter's": ('CMD ["uvicorn", "app:app", "--port", "8000"]', "warning"),
    "not the adapter's, after something else": ("CMD python manage.py migrate && gunicorn -b :8000 app", "warning"),
    "in ENTRYPOINT": ('ENTRYPOINT ["serve", "-p", "80"]', "error"),
}


@pytest.mark.parametrize(("line", "severity"), FIRING.values(), ids=FIRING)
def test_firing(line: str, severity: str) -> None:
    text = f"{ADAPTED}{line}\n"
    assert shown(lint(text, RULE), text) == [Found(severity, f"3: {line.removeprefix('ENV ')}")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ENV PORT=80", "PORT asks for port 80, and on Lambda nobody may listen below 1024"),
        ("ENV PORT=9001", "PORT asks for port 9001, which belongs to the Runtime API"),
        ("CMD x -b :8000", "CMD (-b :8000) lets the server listen on 8000, and the Web Adapter waits for 8080"),
        ('CMD ["x", "-p", "80"]', "CMD (-p 80) asks for port 80, and on Lambda nobody may listen below 1024"),
    ],
)
def test_the_message_tells_who_asks(line: str, message: str) -> None:
    (finding,) = lint(f"{ADAPTED}{line}\n", RULE)
    assert finding.problem.message == message


IMAGES: dict[str, tuple[dict[str, Any], list[Found]]] = {
    "without the adapter": ({"env": {"PORT": "80"}}, []),
    "with it": ({"files": {"/opt/extensions/lambda-adapter": program(ADAPTER)}, "env": {"PORT": "8080"}}, []),
    "with it and a low port": (
        {"files": {"/opt/extensions/lambda-adapter": program(ADAPTER)}, "env": {"PORT": "80"}},
        [Found("error", "config.Env[PORT]")],
    ),
    "with it and a server on another port": (
        {
            "files": {"/opt/extensions/x": program(ADAPTER)},
            "command": ["serve", "--port=8000"],
            "env": {"AWS_LWA_PORT": "9000"},
        },
        [Found("warning", "config.Cmd")],
    ),
    "with it and a server behind a proxy": (
        {
            "files": {"/opt/extensions/x": program(ADAPTER), "/usr/sbin/nginx": program()},
            "command": ["serve", "--port=8000"],
        },
        [],
    ),
    "with it and a low port in the command": (
        {"files": {"/opt/extensions/x": program(ADAPTER)}, "command": ["/bin/sh", "-c", "serve --port 80"]},
        [Found("error", "config.Cmd")],
    ),
}


@pytest.mark.parametrize(("description", "expected"), IMAGES.values(), ids=IMAGES)
def test_images(description: dict[str, Any], expected: list[Found]) -> None:
    assert shown(lint_image(image(**description), RULE)) == expected
