"""`broken-extension`: Lambda starts every file in /opt/extensions."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import directory, symlink
from support.starting import found, python

START = '#!/bin/sh\nexec /opt/agent/bin/agent "$@"\n'
STARTS = programs.script(START)
REGISTERS = """#!/bin/sh
curl -X POST -H "Lambda-Extension-Name: a" -d '{"events": []}' \\
  "http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension/register"
while true; do curl "http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension/event/next"; done
"""


SHELL = {"/bin/sh": programs.program(), "/usr/bin/curl": programs.program()}
CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "none": (python(), []),
    "good": (python({"/opt/extensions/a": programs.program(), "/opt/extensions/lib/README": ""}), []),
    "a folder that its user may not enter": (
        python({"/opt/extensions": directory(0o700), "/opt/extensions/a": programs.program()}),
        [],
    ),
    "a script that ends at once": (
        python({**SHELL, "/opt/extensions/a": programs.script("#!/bin/sh\necho ready\n")}),
        [
            (
                "error",
                "the extension /opt/extensions/a ends as soon as it was started, and registers nowhere "
                "(Extension.ExitError)",
                "/opt/extensions/a",
            )
        ],
    ),
    "scripts that may register before they end": (
        python(
            {
                **SHELL,
                "/opt/extensions/a": programs.script(REGISTERS.partition("while")[0]),
                "/opt/extensions/b": programs.script("#!/bin/sh\n. /opt/b.sh\n"),
                "/opt/b.sh": REGISTERS,
                "/opt/extensions/c": programs.script("#!/bin/sh\n/opt/agent\n"),
                "/opt/agent": programs.program(),
                "/opt/extensions/d": programs.script("#!/bin/sh\n/opt/agent &\n"),
                "/opt/extensions/e": programs.script("#!/bin/sh\nwhile true; do read a; done\n"),
            }
        ),
        [],
    ),
    "a file that is none": (
        python({"/opt/extensions/README.md": "hello"}),
        [
            (
                "error",
                "the extension /opt/extensions/README.md cannot start: "
                "/opt/extensions/README.md is started as a program but is not executable (mode 644)",
                "/opt/extensions/README.md",
            )
        ],
    ),
    "for another machine": (
        python({"/opt/extensions/a": programs.program(architecture="arm64")}),
        [
            (
                "error",
                "the extension /opt/extensions/a cannot start: "
                "/opt/extensions/a is built for arm64, and the image says amd64 (exec format error)",
                "/opt/extensions/a",
            )
        ],
    ),
    "a link to nothing": (
        python({"/opt/extensions/a": symlink("/nowhere")}),
        [("error", "/opt/extensions/a leads nowhere, and Lambda starts it as an extension", "/opt/extensions/a")],
    ),
    "only its owner may start it": (
        python({"/opt/extensions/a": programs.program(mode=0o700)}),
        [
            (
                "error",
                "the extension /opt/extensions/a cannot start: "
                "the user of Lambda may not execute /opt/extensions/a (mode 0700)",
                "/opt/extensions/a",
            )
        ],
    ),
    "a script that starts a program": (
        python(
            {"/bin/sh": programs.program(), "/opt/extensions/a": STARTS, "/opt/agent/bin/agent": programs.program()}
        ),
        [],
    ),
    "a script that starts a program that is not there": (
        python({"/bin/sh": programs.program(), "/opt/extensions/a": STARTS}),
        [
            (
                "error",
                "the extension /opt/extensions/a cannot start: "
                "the program to start, /opt/agent/bin/agent, is not in the image",
                "/opt/extensions/a",
            )
        ],
    ),
    "a script that starts one under a condition": (
        python(
            {
                "/bin/sh": programs.program(),
                "/opt/extensions/a": programs.script(
                    '#!/bin/sh\n[ "$(date +%u)" = 7 ] && exec /opt/agent/bin/agent\nexec sleep 1000'
                ),
            }
        ),
        [],
    ),
    "a script that may be executed and not read": (
        python(
            {
                "/bin/sh": programs.program(),
                "/opt/extensions/a": programs.script(START, mode=0o711),
                "/opt/agent/bin/agent": programs.program(),
            }
        ),
        [
            (
                "error",
                "the extension /opt/extensions/a cannot start: "
                "the user of Lambda cannot read /opt/extensions/a (mode 0711)",
                "/opt/extensions/a",
            )
        ],
    ),
    "a script that registers with a program that is not there": (
        python({"/bin/sh": programs.program(), "/opt/extensions/a": programs.script(REGISTERS)}),
        [
            (
                "error",
                "the extension /opt/extensions/a cannot start: "
                "/opt/extensions/a registers as an extension with curl, which is not in the image",
                "/opt/extensions/a",
            )
        ],
    ),
    "a script that registers with a program that is there": (
        python(
            {
                "/bin/sh": programs.program(),
                "/usr/bin/curl": programs.program(),
                "/opt/extensions/a": programs.script(REGISTERS),
            }
        ),
        [],
    ),
    "a script that asks whether the program is there": (
        python(
            {
                "/bin/sh": programs.program(),
                "/opt/extensions/a": programs.script(
                    f"#!/bin/sh\ncommand -v curl || exec python /opt/agent.py\n{REGISTERS}"
                ),
                "/opt/agent.py": "",
            }
        ),
        [],
    ),
    "too many": (
        python({f"/opt/extensions/{number}": programs.program() for number in range(11)}),
        [("error", "there are 11 extensions in /opt/extensions, and Lambda starts 10 at most", "/opt/extensions")],
    ),
    "switched off": (python({"/opt/extensions/a": "", "/opt/disable-extensions-jwigqn8j": ""}), []),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("broken-extension", description) == expected
