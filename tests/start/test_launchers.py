"""Launchers: what is behind their own words."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import image, symlink

from lambda_lint import Deployment
from lambda_lint_rules._start import Verdict, plan

MAIN = programs.program(programs.RUST)
SUPERVISORD: dict[str, Any] = {
    "/usr/bin/supervisord": programs.script("#!/usr/bin/python3\n"),
    "/usr/bin/python3": programs.program(),
}
COMMANDS = {
    "tini": ["tini", "--", "/main"],
    "tini with options": ["tini", "-g", "-p", "SIGTERM", "/main"],
    "dumb-init": ["dumb-init", "--rewrite", "15:3", "--", "/main", "x"],
    "env": ["env", "A=1", "-u", "B", "/main"],
    "env -S": ["env", "-S", "A=1 /main x"],
    "env in a folder": ["env", "-C", "/folder", "./main"],
    "timeout": ["timeout", "-k", "5", "30", "/main"],
    "nice": ["nice", "-n", "5", "/main"],
    "stdbuf": ["stdbuf", "-oL", "/main"],
    "chpst that sets limits": ["chpst", "-o", "512", "/main"],
    "setpriv that gives up": ["setpriv", "--no-new-privs", "--inh-caps=-all", "/main"],
    "nested": ["tini", "--", "env", "A=1", "nohup", "/main"],
    "instrumentation": ["newrelic-admin", "run-program", "/main"],
    "the loader": ["/lib64/ld-linux-x86-64.so.2", "--library-path", "/lib", "/main"],
    "busybox shell": ["busybox", "sh", "-c", "exec /main"],
    "a shell in a shell": ["sh", "-c", "exec sh -c 'exec /main'"],
    "a shell with options": ["sh", "-eu", "-c", "/main"],
    "a shell with arguments": ["sh", "-c", 'exec "$0" "$@"', "/main", "x"],
}
NAMES = {word for words in COMMANDS.values() for word in words[:1]} | {"env", "nohup"}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_what_is_behind_a_launcher_is_found(command: list[str]) -> None:
    tools = {name if name.startswith("/") else f"/usr/bin/{name}": programs.program() for name in NAMES}
    files: dict[str, Any] = {**tools, "/main": MAIN, "/folder/main": MAIN}
    found = plan(image(files=files, command=command), Deployment())
    assert (found.verdict, str(found.client), found.troubles) == (Verdict.STARTED, "lambda_runtime", ())


def test_a_launcher_that_is_not_there_is_what_is_missing() -> None:
    found = plan(image(files={"/main": MAIN}, command=["tini", "--", "/main"]), Deployment())
    assert [trouble.message for trouble in found.troubles] == [
        "the program to start, tini, is in none of the folders of PATH"
    ]


@pytest.mark.parametrize(
    "command",
    [
        ["runuser", "-u", "app", "--", "/main"],
        ["su", "-s", "/bin/sh", "app", "-c", "/main"],
        ["setpriv", "--reuid=1000", "--clear-groups", "/main"],
        ["chpst", "-v", "-u", "app", "/main"],
    ],
    ids=lambda command: command[0],
)
def test_no_launcher_becomes_another_user(command: list[str]) -> None:
    files: dict[str, Any] = {f"/usr/bin/{command[0]}": programs.program(), "/bin/sh": programs.program(), "/main": MAIN}
    found = plan(image(files=files, command=command), Deployment())
    assert [(trouble.rule, trouble.message) for trouble in found.troubles] == [
        ("user-switch", f"/usr/bin/{command[0]} is to change the user, which the user of Lambda may not do")
    ]


def test_what_a_process_manager_starts_is_not_known() -> None:
    found = plan(image(files=SUPERVISORD, command=["supervisord", "-n"]), Deployment())
    assert found.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("settings", "args", "expected"),
    [
        ("[supervisord]\nlogfile=/dev/null\npidfile=/tmp/a.pid\n", [], []),
        ("[supervisord]\nlogfile=/tmp/a.log ; for now\nuser=sbx_user1051\n", [], []),
        ("[supervisord]\nlogfile=%(ENV_LOGS)s/a.log\n", [], []),
        ("[supervisord]\n", ["-l", "/dev/null"], []),
        ("[supervisord]\n", ["--logfile=/tmp/a.log"], []),
        ("no section\n", [], []),
        (
            "[supervisord]\nnodaemon=true\n",
            [],
            [
                "write-outside-tmp: supervisord ends: /etc/s.conf puts its log at /supervisord.log, "
                "on a read-only file system"
            ],
        ),
        (
            "[unix_http_server]\nfile=/run/s.sock\n[supervisord]\nlogfile=/dev/null\n",
            [],
            [
                "write-outside-tmp: supervisord ends: /etc/s.conf puts its socket at /run/s.sock, "
                "on a read-only file system"
            ],
        ),
        (
            "[supervisord]\nlogfile=/dev/null\nuser=root\n",
            [],
            ["user-switch: supervisord ends: /etc/s.conf makes it become root, and Lambda gives no right to"],
        ),
    ],
)
def test_supervisord_ends_at_some_settings(settings: str, args: list[str], expected: list[str]) -> None:
    files = {**SUPERVISORD, "/etc/s.conf": settings}
    found = plan(image(files=files, command=["supervisord", "-c", "/etc/s.conf", *args]), Deployment())
    assert [f"{trouble.rule}: {trouble.message}" for trouble in found.troubles] == expected


def test_supervisord_may_log_to_what_a_link_leads_to() -> None:
    files = {
        **SUPERVISORD,
        "/etc/supervisord.conf": "[supervisord]\nlogfile=/var/log/s.log\n",
        "/var/log/s.log": symlink("/dev/stdout"),
    }
    assert plan(image(files=files, command=["supervisord"]), Deployment()).troubles == ()


def test_an_environment_runner_is_followed_without_certainty() -> None:
    files = {"/usr/bin/uv": programs.program(), "/app/.venv/bin/main": MAIN}
    found = plan(image(files=files, command=["uv", "run", "main"], workdir="/app"), Deployment())
    assert found.verdict is Verdict.LIKELY


@pytest.mark.parametrize("words", [["--run", "go"], ["--run=go"], ["--env-file=.env", "--run", "go", "--", "x"]])
def test_a_script_of_a_package_that_node_itself_runs(words: list[str]) -> None:
    files: dict[str, Any] = {
        **programs.node(),
        "/bin/sh": programs.program(),
        "/app/node_modules/.bin/start": MAIN,
        "/app/package.json": '{"scripts": {"go": "A=1 start"}}',
        "/app/.env": "",
    }
    found = plan(image(files=files, command=["node", *words], workdir="/app"), Deployment())
    assert (found.verdict, str(found.client), found.troubles) == (Verdict.STARTED, "lambda_runtime", ())


def test_a_script_that_the_package_lacks_proves_nothing() -> None:
    files: dict[str, Any] = {**programs.node(), "/app/package.json": "{}"}
    found = plan(image(files=files, command=["node", "--run", "go"], workdir="/app"), Deployment())
    assert (found.verdict, found.troubles) == (Verdict.UNKNOWN, ())
