"""`write-outside-tmp`: writes that the read-only root refuses."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import symlink
from support.starting import found

TOOLS = ("cat", "chmod", "chown", "cp", "ln", "mkdir", "mv", "rm", "sed", "tee", "touch")
BASE = {
    **{f"/bin/{name}": programs.program() for name in (*TOOLS, "bash")},
    "/bin/sh": symlink("bash"),
    "/main": programs.program(programs.GO),
    "/etc/app.conf": "",
    "/app/data": symlink("/tmp/data"),
    "/app/far": symlink("/app/data/far"),
}


def script(text: str) -> dict[str, Any]:
    return {
        "files": {**BASE, "/entry.sh": programs.script(f"#!/bin/sh\nset -e\n{text}\nexec /main\n")},
        "entrypoint": ["/entry.sh"],
    }


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("mkdir -p /var/log/app", "/var/log/app"),
        ("mkdir /tmp/a /app/b", "/app/b"),
        ("cd /app; mkdir -p cache", "/app/cache"),
        ("touch /etc/app.conf", "/etc/app.conf"),
        ("cp /etc/app.conf /etc/other.conf", "/etc/other.conf"),
        ("cp -r /etc/x /app/x", "/app/x"),
        ("mv /etc/app.conf /tmp/x", "/etc/app.conf"),
        ("rm -f /etc/app.conf", "/etc/app.conf"),
        ("ln -sf /tmp/x /app/x", "/app/x"),
        ("sed -i 's/a/b/' /etc/app.conf", "/etc/app.conf"),
        ("sed -i -e s/a/b/ -e s/c/d/ /etc/app.conf", "/etc/app.conf"),
        ("chmod +x /main", "/main"),
        ("chown -R app:app /app", "/app"),
        ("echo x | tee -a /etc/app.conf", "/etc/app.conf"),
        ("cat > /etc/x <<END\nx\nEND", "/etc/x"),
        ("{ echo a; echo b; } >> /app/log", "/app/log"),
        ("FILE=/app/out; echo x > $FILE", "/app/out"),
    ],
)
def test_a_write_to_the_root_is_an_error(text: str, path: str) -> None:
    ((severity, message, place),) = found("write-outside-tmp", script(text))
    assert (severity, place) == ("error", "/entry.sh")
    assert message.startswith("/entry.sh ends at line ")
    assert message.endswith(f": it writes to {path}, and the root file system of Lambda is read-only")


@pytest.mark.parametrize(
    "text",
    [
        "mkdir -p /etc /tmp/a",
        "mkdir -p /app/data/x",
        "mkdir -p /app/far/x",
        "mkdir -p /mnt/efs/x",
        "mkdir -p /app/x || true",
        "mkdir -p --unknown /app/x",
        "mkdir -p $UNKNOWN_ANY$(date)/x",
        "set +e; mkdir /app/x",
        "if [ -w /app ]; then mkdir /app/x; fi",
        "rm -f /etc/other.conf",
        "cp -r /etc /app",
        "cp /etc/app.conf /tmp/",
        "sed 's/a/b/' /etc/app.conf > /tmp/x",
        "echo x > /dev/stderr",
        "echo x 2>/dev/null >&2",
        "cat /etc/app.conf | tee /tmp/x",
    ],
)
def test_other_writes_are_left_alone(text: str) -> None:
    assert found("write-outside-tmp", script(text)) == []
