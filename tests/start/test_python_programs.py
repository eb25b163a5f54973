"""Python programs behind the Web Adapter: what keeps them from serving."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import image, symlink

from lambda_lint import Deployment
from lambda_lint_rules._start import Verdict, plan

SITE = "/usr/local/lib/python3.13/site-packages"
SERVER = programs.script("#!/usr/local/bin/python\nimport sys\n")
APP = "from fastapi import FastAPI\napp = FastAPI()\n"


def said(command: list[str], files: dict[str, Any], **more: Any) -> list[str]:
    """The troubles of a server in /app, behind the adapter; without any the function is started."""
    every = {
        **programs.python(),
        "/opt/extensions/lambda-adapter": programs.program(programs.ADAPTER),
        **{f"/usr/local/bin/{name}": SERVER for name in ("gunicorn", "uvicorn")},
        **{f"{SITE}/{name}/__init__.py": "" for name in ("gunicorn", "uvicorn")},
        f"{SITE}/fastapi/__init__.py": "class FastAPI: ...\n",
        "/app/README.md": "",
        **files,
    }
    found = plan(image(files=every, command=command, workdir="/app", **more), Deployment())
    assert found.verdict is (Verdict.STUCK if found.troubles else Verdict.STARTED)
    return [trouble.message for trouble in found.troubles]


@pytest.mark.parametrize(
    "command",
    [
        ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8080"],
        ["python", "-m", "gunicorn", "-k", "uvicorn.workers.UvicornWorker", "-b", "127.0.0.1:8080", "main:app"],
        ["gunicorn", "--workers=2", "--bind", "unix:/tmp/a", "main:app"],
    ],
)
def test_an_application_that_is_there(command: list[str]) -> None:
    assert said(command, {"/app/main.py": APP}) == []
    name = "gunicorn" if "gunicorn" in command else "uvicorn"
    told = f"{name} is to load main, "
    assert said(command, {"/app/src/main.py": APP}) == [f"{told}which is in none of the folders where it looks"]
    assert said(command, {"/app/main.py": APP.replace("app =", "api =")}) == [f"{told}and /app/main.py defines no app"]
    assert said(command, {"/app/main.py": f"import flask\n{APP}"}) == [
        "/app/main.py imports flask, which is not in the image"
    ]
    assert said(command, {"/app/main.py": f"{APP}return app\n"}) == [
        "/app/main.py does not compile: 'return' outside function, line 3"
    ]


@pytest.mark.parametrize(
    ("command", "more"),
    [
        (["uvicorn", "--app-dir", "src", "main:app"], {}),
        (["gunicorn", "--chdir=/srv", "main:app"], {}),
        (["gunicorn", "-c", "python:conf", "main:app"], {}),
        (["uvicorn", "main:app"], {"env": {"UVICORN_APP_DIR": "/srv", "PATH": "/usr/local/bin"}}),
        (["hypercorn", "main:app"], {}),
        (["gunicorn", "main"], {}),
    ],
)
def test_an_application_that_may_be_elsewhere(command: list[str], more: dict[str, Any]) -> None:
    assert said(command, {"/usr/local/bin/hypercorn": SERVER}, **more) == []


@pytest.mark.parametrize(
    ("options", "path"),
    [
        (["--access-logfile", "/var/log/a.log"], "/var/log/a.log (--access-logfile)"),
        (["--access-logfile=-", "--log-file", "/app/e.log"], "/app/e.log (--error-logfile)"),
        (["-p", "/run/app.pid"], "/run/app.pid (--pid)"),
        (["--access-logfile", "/var/log/a.log", "--access-logfile", "-"], ""),
        (["--pid=/tmp/app.pid", "--error-logfile", "/dev/stderr", "--access-logfile", "/proc/1/fd/1"], ""),
        (["--log-file", "/logs/a.log"], ""),
    ],
)
def test_files_that_a_server_opens(options: list[str], path: str) -> None:
    files = {"/app/main.py": APP, "/logs": symlink("/mnt/efs/logs")}
    told = f"gunicorn writes to {path}, and the root file system of Lambda is read-only"
    assert said(["gunicorn", *options, "main:app"], files) == ([told] if path else [])


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["gunicorn", "-c", "conf.py"], "/app/conf.py (-c)"),
        (["gunicorn", "--config=file:/etc/gunicorn.py"], "/etc/gunicorn.py (--config)"),
        (["uvicorn", "--log-config", "log.json"], "/app/log.json (--log-config)"),
        (["uvicorn", "--env-file=.env"], "/app/.env (--env-file)"),
        (["gunicorn", "-c", "here.py"], ""),
        (["uvicorn", "--env-file", "here.py"], ""),
        (["gunicorn", "--chdir", "/srv", "-c", "there.py"], ""),
        (["gunicorn", "-c", "python:package.conf"], ""),
        (["gunicorn", "-c", "/tmp/conf.py"], ""),
        (["uvicorn", "--log-config", "/conf/log.json"], ""),
    ],
)
def test_settings_that_a_server_is_given(command: list[str], told: str) -> None:
    files = {"/app/main.py": APP, "/app/here.py": "workers = 1\n", "/conf": symlink("/mnt/efs/conf")}
    message = f"{command[0]} is to read {told}, which is not in the image"
    assert said([*command, "main:app"], files) == ([message] if told else [])


def test_settings_that_may_name_another_folder() -> None:
    assert said(["gunicorn", "main:app"], {"/app/gunicorn.conf.py": "chdir = 'src'\n"}) == []


@pytest.mark.parametrize("command", [["python", "run.py"], ["python", "-m", "run"], ["/app/run.py"]])
def test_what_a_script_imports(command: list[str]) -> None:
    script = "#!/usr/local/bin/python\nimport own\nown.serve()\n"
    files = {"/app/run.py": programs.script(script), "/app/own.py": "from fastapi import FastAPI\n"}
    assert said(command, files) == []
    assert said(command, {**files, "/app/own.py": "import flask\n"}) == [
        "/app/own.py imports flask, which is not in the image"
    ]
    assert said(command, {**files, "/app/own.py": "return 1\n"}) == [
        "/app/own.py does not compile: 'return' outside function, line 1"
    ]
    assert said(command, {**files, "/app/run.py": programs.script(f"{script}return 1\n")}) == [
        "/app/run.py does not compile: 'return' outside function, line 4"
    ]


def test_a_script_that_is_not_the_module_it_would_be_for_others() -> None:
    script = "if __name__ == '__main__':\n    import own\nelse:\n    import flask\n"
    assert said(["python", "run.py"], {"/app/run.py": script, "/app/own.py": ""}) == []
