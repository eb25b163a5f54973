"""`bad-script`: what the kernel reads of a script's first line."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import symlink
from support.starting import found, python

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "a good script": (
        {
            "files": {
                "/bin/sh": programs.program(),
                "/main": programs.program(programs.GO),
                "/entry.sh": programs.script("#!/bin/sh\nexec /main\n"),
            },
            "entrypoint": ["/entry.sh"],
        },
        [],
    ),
    "Windows line endings": (
        {
            "files": {"/bin/sh": programs.program(), "/entry.sh": programs.script("#!/bin/sh\r\nexec x\r\n")},
            "entrypoint": ["/entry.sh"],
        },
        [("error", "/entry.sh has Windows line endings, so its interpreter is not found", "/entry.sh")],
    ),
    "Windows line endings behind a good first line": (
        {
            "files": {"/bin/sh": programs.program(), "/entry.sh": programs.script("#!/bin/sh\nset -e\r\nexec x\r\n")},
            "entrypoint": ["/entry.sh"],
        },
        [
            (
                "error",
                "/entry.sh has Windows line endings, so the shell takes a carriage return for part of its commands",
                "/entry.sh",
            )
        ],
    ),
    "two options in the first line": (
        {
            "files": {"/bin/bash": programs.program(), "/entry.sh": programs.script("#!/bin/bash -e -x\nexec x\n")},
            "entrypoint": ["/entry.sh"],
        },
        [
            (
                "error",
                "the first line of /entry.sh gives /bin/bash one option with a blank in it, '-e -x', "
                "which it does not know",
                "/entry.sh",
            )
        ],
    ),
    "two options for a shell that is not known": (
        {
            "files": {
                "/bin/zsh": programs.program(),
                "/entry.sh": programs.script("#!/bin/zsh -e -x\nexec /main\n"),
                "/main": programs.program(programs.GO),
            },
            "entrypoint": ["/entry.sh"],
        },
        [],
    ),
    "a missing interpreter": (
        {"files": {"/entry.sh": programs.script("#!/bin/bash\nexec x\n")}, "entrypoint": ["/entry.sh"]},
        [("error", "/entry.sh names an interpreter that is not in the image: /bin/bash", "/entry.sh")],
    ),
    "no first line": (
        {
            "files": {"/bin/sh": programs.program(), "/entry.sh": programs.script("exec x\n")},
            "entrypoint": ["/entry.sh"],
        },
        [("error", "/entry.sh has no #! line, so Lambda cannot execute it (exec format error)", "/entry.sh")],
    ),
    "a byte order mark": (
        {
            "files": {"/bin/sh": programs.program(), "/entry.sh": programs.script("\ufeff#!/bin/sh\n")},
            "entrypoint": ["/entry.sh"],
        },
        [
            (
                "error",
                "/entry.sh starts with a byte order mark, so Lambda cannot execute it (exec format error)",
                "/entry.sh",
            )
        ],
    ),
    "bash's words for dash": (
        {
            "files": {
                "/bin/dash": programs.program(),
                "/bin/sh": symlink("dash"),
                "/entry.sh": programs.script("#!/bin/sh\nset -euo pipefail\nexec x\n"),
            },
            "entrypoint": ["/entry.sh"],
        },
        [("error", "/entry.sh ends at line 2: dash does not know set -o pipefail", "/entry.sh")],
    ),
    "a dash that knows them": (
        {
            "files": {
                "/bin/dash": programs.program(b"pipefail"),
                "/bin/sh": symlink("dash"),
                "/main": programs.program(programs.GO),
                "/entry.sh": programs.script("#!/bin/sh\nset -euo pipefail\nexec /main\n"),
            },
            "entrypoint": ["/entry.sh"],
        },
        [],
    ),
    "errexit on the command line": (
        {
            "files": {
                "/bin/bash": programs.program(),
                "/main": programs.program(programs.GO),
                "/entry.sh": "cd /gone\nexec /main\n",
            },
            "entrypoint": ["/bin/bash", "-euo", "pipefail", "/entry.sh"],
        },
        [("error", "/entry.sh ends at line 1: it enters /gone, which is not in the image", "/entry.sh")],
    ),
    "errexit in the first line": (
        {
            "files": {
                "/bin/bash": programs.program(),
                "/main": programs.program(programs.GO),
                "/entry.sh": programs.script("#!/bin/bash -e\n/gone\nexec /main\n"),
            },
            "entrypoint": ["/entry.sh"],
        },
        [("error", "/entry.sh ends at line 2: it runs /gone, which is not in the image", "/entry.sh")],
    ),
    "an own loop that is not reached": (
        {
            "files": {
                "/bin/bash": programs.program(),
                "/usr/bin/curl": programs.program(),
                "/bootstrap": programs.script(
                    "#!/bin/bash\nset -e\nsource /gone.sh\n"
                    'while true; do curl "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next"; done\n'
                ),
            },
            "entrypoint": ["/bootstrap"],
        },
        [
            (
                "error",
                "/bootstrap ends at line 3: it reads the script /gone.sh, which is not in the image",
                "/bootstrap",
            )
        ],
    ),
    "a file that no layer has, though every container does": (
        {
            "files": {
                "/bin/sh": programs.program(),
                "/main": programs.program(programs.GO),
                "/entry.sh": programs.script("#!/bin/sh\nset -e\nread -r first < /etc/hosts\nexec /main\n"),
            },
            "entrypoint": ["/entry.sh"],
        },
        [],
    ),
    "env of busybox": (
        {
            "files": {
                "/bin/busybox": programs.program(),
                "/bin/env": symlink("busybox"),
                "/bin/sh": symlink("busybox"),
                "/entry.sh": programs.script("#!/bin/env -S sh -e\n"),
            },
            "entrypoint": ["/entry.sh"],
        },
        [("error", "/bin/env is busybox's, which knows no -S", "/entry.sh")],
    ),
    "an empty file": (
        {"files": {"/entry.sh": programs.script("")}, "entrypoint": ["/entry.sh"]},
        [("error", "/entry.sh is empty, so Lambda cannot execute it (exec format error)", "/entry.sh")],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("bad-script", description) == expected


def start(script: str, files: dict[str, Any]) -> list[str]:
    """What is wrong with a script for bash that starts a function in the end, if it comes to it."""
    every = {"/bin/bash": programs.program(), "/usr/local/bin/php": programs.program(), **files}
    text = programs.script(f'#!/bin/bash\n{script}\nexec python -m awslambdaric "$@"\n')
    image = python({**every, "/entry.sh": text}, entrypoint=["/entry.sh"])
    return [message.removeprefix("/entry.sh ends at ") for _, message, _ in found("bad-script", image)]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("set -e\npython manage.py migrate", "line 3: it has python run /function/manage.py"),
        ("set -e\npython3 -u manage.py migrate --noinput", "line 3: it has python3 run /function/manage.py"),
        ("python /srv/manage.py check || exit 1", "line 2: it has python run /srv/manage.py"),
        ("set -e\ncd /srv\nphp artisan migrate", "line 4: it has php run /srv/artisan"),
        ("set -e\nif python manage.py check; then\n  /gone\nfi", ""),
        ("python manage.py migrate", ""),
        ("set -e\npython manage.py migrate || true", ""),
        ("set -e\npython app.py", ""),
        ("set -e\npython -m manage migrate", ""),
        ("set -e\npython - < app.py", ""),
        ("set -e\npython $SCRIPT", ""),
        ("set -e\npython /tmp/manage.py", ""),
        ("set -e\npython /mnt/efs/manage.py", ""),
        ("set -e\npython /dev/stdin < app.py", ""),
        ("set -e\n/srv/php manage.php", ""),
        ("set -e\npython() { true; }\npython manage.py", ""),
    ],
)
def test_a_script_that_an_interpreter_is_to_run(script: str, said: str) -> None:
    files = {"/srv/README": "", "/srv/php": programs.script('#!/bin/bash\nexec php "/usr/share/$1"\n')}
    assert start(script, files) == ([f"{said}, which is not in the image"] if said else [])
