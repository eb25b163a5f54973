"""Start plans of images: what is started, and whether it asks for work."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import file, image, symlink

from lambda_lint import Deployment
from lambda_lint_rules._start import StartPlan, Verdict, facts, markers, plan


def planned(deployment: Deployment = Deployment(), **description: Any) -> StartPlan:  # noqa: B008
    return plan(image(**description), deployment)


APP = "def handler(event, context): ..."
RIC = ["python", "-m", "awslambdaric"]
PYTHON = {**programs.python(), **programs.awslambdaric(), "/function/app.py": APP}
NODE = {**programs.node(), **programs.aws_lambda_ric(), "/function/index.js": "exports.handler = async () => {}"}
SHELL = {"/bin/sh": programs.program()}
ADAPTER = {"/opt/extensions/lambda-adapter": programs.program(programs.ADAPTER)}

RIE_OR_NOT = """#!/bin/sh
if [ -z "${AWS_LAMBDA_RUNTIME_API}" ]; then
  exec /usr/local/bin/aws-lambda-rie python -m awslambdaric "$@"
else
  exec python -m awslambdaric "$@"
fi
"""

STARTED: dict[str, tuple[dict[str, Any], str]] = {
    "python client": (
        {"files": PYTHON, "entrypoint": RIC, "command": ["app.handler"], "workdir": "/function"},
        "awslambdaric 4.2.2",
    ),
    "python client, all in CMD": (
        {"files": PYTHON, "command": [*RIC, "app.handler"], "workdir": "/function"},
        "awslambdaric 4.2.2",
    ),
    "python client installed beside the function": (
        {
            "files": {**programs.python(), **programs.awslambdaric("/function"), "/function/app.py": APP},
            "entrypoint": ["/usr/local/bin/python3", "-um", "awslambdaric"],
            "command": ["app.handler"],
            "workdir": "/function",
        },
        "awslambdaric 4.2.2",
    ),
    "python client in a venv": (
        {
            "files": {
                **programs.python(),
                **programs.awslambdaric("/app/.venv/lib/python3.13/site-packages"),
                "/app/.venv/bin/python": symlink("/usr/local/bin/python3"),
                "/app/.venv/pyvenv.cfg": "home = /usr/local/bin\n",
                "/app/app.py": APP,
            },
            "entrypoint": ["/app/.venv/bin/python", "-m", "awslambdaric"],
            "command": ["app.handler"],
            "workdir": "/app",
        },
        "awslambdaric 4.2.2",
    ),
    "python client in Debian's own folder": (
        {
            "files": {
                **programs.python("3.11", "/usr"),
                **programs.awslambdaric("/usr/lib/python3/dist-packages", "cpython-311-x86_64-linux-gnu"),
                "/function/app.py": APP,
            },
            "entrypoint": ["python3", "-m", "awslambdaric"],
            "command": ["app.handler"],
            "workdir": "/function",
        },
        "awslambdaric 4.2.2",
    ),
    "python client beside a Debian Python that has no packages of its own": (
        {
            "files": {
                **programs.python("3.11", "/usr"),
                **programs.awslambdaric("/usr/local/lib/python3.11/dist-packages", "cpython-311-x86_64-linux-gnu"),
                "/function/app.py": APP,
            },
            "entrypoint": ["python3", "-m", "awslambdaric"],
            "command": ["app.handler"],
            "workdir": "/function",
        },
        "awslambdaric 4.2.2",
    ),
    "python client of a Python without the interpreter lock": (
        {
            "files": {
                **programs.python("3.13t"),
                **programs.awslambdaric("/usr/local/lib/python3.13t/site-packages", "cpython-313t-x86_64-linux-gnu"),
                "/function/app.py": APP,
            },
            "entrypoint": ["python", "-m", "awslambdaric"],
            "command": ["app.handler"],
            "workdir": "/function",
        },
        "awslambdaric 4.2.2",
    ),
    "python client of PyPy": (
        {
            "files": {
                "/opt/pypy/bin/pypy3.10": programs.program(),
                **programs.awslambdaric("/opt/pypy/lib/pypy3.10/site-packages", "pypy310-pp73-x86_64-linux-gnu"),
                "/function/app.py": APP,
            },
            "entrypoint": ["/opt/pypy/bin/pypy3.10", "-m", "awslambdaric"],
            "command": ["app.handler"],
            "workdir": "/function",
        },
        "awslambdaric 4.2.2",
    ),
    "python client that only its user has": (
        {
            "files": {
                **programs.python(),
                **programs.awslambdaric("/app/.local/lib/python3.13/site-packages"),
                "/function/app.py": APP,
            },
            "entrypoint": ["python", "-m", "awslambdaric"],
            "command": ["app.handler"],
            "workdir": "/function",
            "env": {"HOME": "/app", "PATH": "/usr/local/bin"},
        },
        "awslambdaric 4.2.2",
    ),
    "python client without its sources": (
        {
            "files": {
                **programs.python(),
                **{
                    path.replace(".py", ".pyc"): what
                    for path, what in programs.awslambdaric().items()
                    if not path.endswith("__init__.py")
                },
                "/usr/local/lib/python3.13/site-packages/awslambdaric/__init__.py": '__version__ = "4.2.2"',
                "/function/app.py": APP,
            },
            "entrypoint": RIC,
            "command": ["app.handler"],
            "workdir": "/function",
        },
        "awslambdaric 4.2.2",
    ),
    "behind tini and env": (
        {
            "files": {**PYTHON, "/usr/bin/tini": programs.program(), "/usr/bin/env": programs.program()},
            "entrypoint": ["/usr/bin/tini", "-s", "--", "env", "A=1", *RIC],
            "command": ["app.handler"],
            "workdir": "/function",
        },
        "awslambdaric 4.2.2",
    ),
    "a script that starts the emulator outside of Lambda": (
        {
            "files": {**PYTHON, **SHELL, "/entry.sh": programs.script(RIE_OR_NOT)},
            "entrypoint": ["/entry.sh"],
            "command": ["app.handler"],
            "workdir": "/function",
        },
        "awslambdaric 4.2.2",
    ),
    "node client by npx": (
        {
            "files": NODE,
            "entrypoint": ["/usr/local/bin/npx", "aws-lambda-ric"],
            "command": ["index.handler"],
            "workdir": "/function",
        },
        "aws-lambda-ric 3.3.0",
    ),
    "node client by path": (
        {
            "files": NODE,
            "entrypoint": ["node", "node_modules/aws-lambda-ric/bin/index.mjs"],
            "command": ["index.handler"],
            "workdir": "/function",
        },
        "aws-lambda-ric 3.3.0",
    ),
    "AWS base": (
        {
            "files": {**programs.aws_base(), "/var/task/app.py": APP},
            "entrypoint": ["/lambda-entrypoint.sh"],
            "command": ["app.handler"],
        },
        "AWS base image 3.13",
    ),
    "AWS base for node": (
        {
            "files": {**programs.aws_base("nodejs"), "/var/task/index.js": "exports.handler = async () => {}"},
            "entrypoint": ["/lambda-entrypoint.sh"],
            "command": ["index.handler"],
        },
        "AWS base image",
    ),
    "OS-only base with a program in Go": (
        {
            "files": {**programs.aws_base("provided"), "/var/runtime/bootstrap": programs.program(programs.GO)},
            "entrypoint": ["/lambda-entrypoint.sh"],
            "command": ["main"],
        },
        "aws-lambda-go",
    ),
    "Rust from scratch": (
        {"files": {"/bootstrap": programs.program(programs.RUST)}, "command": ["/bootstrap"]},
        "lambda_runtime",
    ),
    "web server behind the adapter": (
        {"files": {**ADAPTER, "/usr/sbin/nginx": programs.program()}, "command": ["nginx", "-g", "daemon off;"]},
        "Lambda Web Adapter",
    ),
    "a runtime written in shell": (
        {
            "files": {
                **SHELL,
                "/usr/bin/curl": programs.program(),
                "/bootstrap": programs.script(
                    "#!/bin/sh\nwhile true; do\n"
                    '  curl -s "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next"\ndone\n'
                ),
            },
            "entrypoint": ["/bootstrap"],
        },
        "custom runtime",
    ),
}


@pytest.mark.parametrize(("description", "client"), STARTED.values(), ids=STARTED)
def test_a_client_is_started(description: dict[str, Any], client: str) -> None:
    found = planned(**description)
    assert (found.verdict, str(found.client), found.troubles) == (Verdict.STARTED, client, ())


NOT_STARTED: dict[str, tuple[dict[str, Any], Verdict]] = {
    "nothing at all to start": ({"files": PYTHON}, Verdict.STUCK),
    "program not in the image": ({"files": PYTHON, "command": ["/nowhere"]}, Verdict.STUCK),
    "client not installed": (
        {"files": programs.python(), "entrypoint": RIC, "command": ["app.handler"]},
        Verdict.STUCK,
    ),
    "client in a folder that Debian's Python passes over": (
        {
            "files": {
                **programs.python("3.11", "/usr"),
                **programs.awslambdaric("/usr/lib/python3.11/site-packages", "cpython-311-x86_64-linux-gnu"),
                "/usr/lib/python3/dist-packages/README": "",
            },
            "entrypoint": ["python3", "-m", "awslambdaric"],
            "command": ["app.handler"],
        },
        Verdict.STUCK,
    ),
    "client of another Python": (
        {
            "files": {**programs.python(), **programs.awslambdaric(tag="cpython-312-x86_64-linux-gnu")},
            "entrypoint": RIC,
            "command": ["app.handler"],
        },
        Verdict.BROKEN,
    ),
    "client without its native part": (
        {
            "files": {**programs.node(), **programs.aws_lambda_ric(native=False)},
            "entrypoint": ["npx", "aws-lambda-ric"],
            "command": ["index.handler"],
            "workdir": "/function",
        },
        Verdict.BROKEN,
    ),
    "npx without the package": (
        {"files": programs.node(), "entrypoint": ["npx", "aws-lambda-ric"], "command": ["index.handler"]},
        Verdict.STUCK,
    ),
    "web server": ({"files": {"/usr/sbin/nginx": programs.program()}, "command": ["nginx"]}, Verdict.ABSENT),
    "shell": ({"files": SHELL, "command": ["/bin/sh"]}, Verdict.ABSENT),
    "plain Python program": (
        {
            "files": {**programs.python(), "/app.py": "import os\nprint(os.getcwd())\n"},
            "command": ["python", "/app.py"],
        },
        Verdict.ABSENT,
    ),
    "plain Python program beside the client": (
        {"files": PYTHON, "command": ["python", "app.py"], "workdir": "/function"},
        Verdict.NOT_STARTED,
    ),
    "database driver that knows the variable": (
        {
            "files": {
                **programs.python(),
                "/app.py": "from driver import x\n",
                "/driver.py": "import os\nx = os.environ.get('AWS_LAMBDA_RUNTIME_API')\n",
            },
            "command": ["python", "/app.py"],
        },
        Verdict.ABSENT,
    ),
    "adapter in the wrong place": (
        {
            "files": {"/lambda-adapter": programs.program(programs.ADAPTER), "/usr/sbin/nginx": programs.program()},
            "command": ["nginx"],
        },
        Verdict.NOT_STARTED,
    ),
    "AWS base with another entrypoint": (
        {"files": {**programs.aws_base(), "/usr/bin/bash": programs.program()}, "command": ["/usr/bin/bash"]},
        Verdict.NOT_STARTED,
    ),
    "AWS base with two arguments": (
        {"files": programs.aws_base(), "entrypoint": ["/lambda-entrypoint.sh"], "command": ["app.handler", "x"]},
        Verdict.STUCK,
    ),
    "OS-only base without a program": (
        {"files": programs.aws_base("provided"), "entrypoint": ["/lambda-entrypoint.sh"], "command": ["main"]},
        Verdict.STUCK,
    ),
    "emulator always": (
        {
            "files": {**PYTHON, "/usr/local/bin/aws-lambda-rie": programs.program(programs.EMULATOR)},
            "entrypoint": ["aws-lambda-rie", *RIC],
            "command": ["app.handler"],
            "workdir": "/function",
        },
        Verdict.STUCK,
    ),
    "Go program without the lambda package": (
        {"files": {"/main": programs.program(markers.GO_BUILD_INFO)}, "command": ["/main"]},
        Verdict.ABSENT,
    ),
    "a script that leaves its client in the background": (
        {
            "files": {**PYTHON, **SHELL, "/e": programs.script('#!/bin/sh\npython -m awslambdaric "$1" &\n')},
            "entrypoint": ["/e"],
            "command": ["app.handler"],
            "workdir": "/function",
        },
        Verdict.NOT_STARTED,
    ),
    "a runtime written in shell, without curl": (
        {
            "files": {
                **SHELL,
                "/bootstrap": programs.script(
                    '#!/bin/sh\nAPI="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"\n'
                    'while true; do\n  curl -s "$API/next"\ndone\n'
                ),
            },
            "entrypoint": ["/bootstrap"],
        },
        Verdict.BROKEN,
    ),
    "a program that a script makes in /tmp": (
        {
            "files": {**SHELL, "/e": programs.script("#!/bin/sh\ncp /x /tmp/x\nexec /tmp/x\n")},
            "entrypoint": ["/e"],
        },
        Verdict.UNKNOWN,
    ),
    "a client whose environment is emptied": (
        {
            "files": {**PYTHON, "/usr/bin/env": programs.program()},
            "entrypoint": ["env", "-i", "/usr/local/bin/python", "-m", "awslambdaric"],
            "command": ["app.handler"],
            "workdir": "/function",
        },
        Verdict.BROKEN,
    ),
    "a client in the background, and a tool that is asked about another program": (
        {
            "files": {
                **SHELL,
                "/usr/bin/probe": programs.program(),
                "/main": programs.program(markers.API),
                "/e": programs.script("#!/bin/sh\nuntil probe; do sleep 1; done\n/main &\nwait\n"),
            },
            "entrypoint": ["/e"],
        },
        Verdict.UNKNOWN,
    ),
    "packed program": ({"files": {"/main": programs.program(b"UPX!")}, "command": ["/main"]}, Verdict.UNKNOWN),
    "a program that knows the variable only": (
        {"files": {"/main": programs.program(markers.API)}, "command": ["/main"]},
        Verdict.UNKNOWN,
    ),
    "a Go program that knows the variable, and starts no other": (
        {"files": {"/main": programs.program(markers.API + markers.GO_BUILD_INFO)}, "command": ["/main"]},
        Verdict.ABSENT,
    ),
    "a Go program that may start another": (
        {
            "files": {"/main": programs.program(markers.GO_BUILD_INFO + markers.GO_EXEC), "/child": programs.program()},
            "command": ["/main", "/child"],
        },
        Verdict.UNKNOWN,
    ),
    "a Go program that is given a file": (
        {
            "files": {"/main": programs.program(markers.GO_BUILD_INFO), "/etc/app.yaml": ""},
            "command": ["/main", "--config", "/etc/app.yaml"],
        },
        Verdict.ABSENT,
    ),
    "an interpreter whose script is put together at run time": (
        {
            "files": {
                **SHELL,
                "/strange": programs.program(),
                "/e": programs.script('#!/bin/sh\nexec /strange "--file=$(cat /proc/self/x)"\n'),
            },
            "entrypoint": ["/e"],
        },
        Verdict.UNKNOWN,
    ),
    "an interpreter nobody knows": (
        {"files": {"/usr/bin/strange": programs.program(), "/app.x": ""}, "command": ["strange", "/app.x"]},
        Verdict.UNKNOWN,
    ),
}


@pytest.mark.parametrize(("description", "verdict"), NOT_STARTED.values(), ids=NOT_STARTED)
def test_no_client_is_started(description: dict[str, Any], verdict: Verdict) -> None:
    assert planned(**description).verdict is verdict


def test_the_function_replaces_what_the_image_starts() -> None:
    made = image(files=PYTHON, command=["nonsense"], workdir="/function")
    deployed = Deployment(entrypoint=tuple(RIC), command=("app.handler",))
    assert plan(made, deployed).verdict is Verdict.STARTED


def test_facts_hold_the_chain_with_its_evidence() -> None:
    made = image(files={**PYTHON, **SHELL, "/entry.sh": programs.script(RIE_OR_NOT)}, entrypoint=["/entry.sh"],
                 command=["app.handler"], workdir="/function")  # fmt: skip
    found = facts(made, Deployment())
    assert found["runtime_client"] == {
        "name": "awslambdaric",
        "version": "4.2.2",
        "evidence": "certain",
        "path": "/usr/local/lib/python3.13/site-packages/awslambdaric/__main__.py",
    }
    assert (found["handler"], found["verdict"], found["base"]) == ("app.handler", "started", None)
    assert [(hop["role"], hop["text"], hop["line"]) for hop in found["start"]] == [  # type: ignore[attr-defined]
        ("script", "/entry.sh", 5),
        ("interpreter", "/usr/local/bin/python", None),
        ("client", "-m awslambdaric 4.2.2", None),
    ]


def test_a_plan_is_made_once() -> None:
    made = image(files=PYTHON, entrypoint=RIC, command=["app.handler"])
    deployment = Deployment()  # one for a run, and equal to itself alone
    assert plan(made, deployment) is plan(made, deployment)


def test_links_that_run_in_circles_end() -> None:
    found = planned(files={"/a": symlink("/b"), "/b": symlink("/a")}, command=["/a"])
    assert found.verdict is Verdict.STUCK


def test_scripts_that_start_each_other_end() -> None:
    loop = {"/a": programs.script("#!/b\n"), "/b": programs.script("#!/a\n")}
    assert planned(files=loop, command=["/a"]).verdict is Verdict.UNKNOWN


def test_an_empty_program_name_is_no_crash() -> None:
    assert planned(files={"/x": file("")}, command=[""]).verdict is Verdict.STUCK
