"""`handler-not-found`: where each client looks, and what it looks for."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import symlink
from support.linting import lint
from support.starting import APP, INDEX, aws, found, node, python

NAMES = b"MZ\0<Module>\0My.Shop\0AFunction\0Inner\0Handle\0"


def dotnet(handler: str) -> dict[str, Any]:
    """A class library on an AWS base image, with `My.Shop.Function`, and a library that it builds on."""
    files = {"/var/task/App.dll": NAMES, "/var/task/Base.dll": b"MZ\0Inherited\0"}
    return aws(files, "dotnet", command=[handler])


CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "python": (python(), []),
    "python in a package": (python({"/function/src/app.py": APP}, command=["src/app.handler"]), []),
    "python in a package, dotted": (python({"/function/src/app.py": APP}, command=["src.app.handler"]), []),
    "python, no such file": (
        python(command=["main.handler"]),
        [
            (
                "error",
                "awslambdaric looks for main.py in /function and /usr/local/lib/python3.13/site-packages, "
                "and it is not there",
                "config.Cmd",
            )
        ],
    ),
    "python, a folder of the module's name, with the file inside": (
        python({"/app/app.py": APP}, workdir="/"),
        [
            (
                "error",
                "awslambdaric looks for app.py in / and /usr/local/lib/python3.13/site-packages, and it is not there",
                "config.Cmd",
            )
        ],
    ),
    "python, a package whose file is compiled": (
        python({"/function/pkg/__init__.cpython-313-x86_64-linux-gnu.so": ""}, command=["pkg.handler"]),
        [],
    ),
    "python, on a file system of the function's": (
        python({"/function/pkg": symlink("/mnt/efs/pkg")}, command=["pkg.app.handler"]),
        [],
    ),
    "node, on a file system of the function's": (
        node({"/function/dist": symlink("/mnt/efs/dist")}, command=["dist/index.handler"]),
        [],
    ),
    "python, behind a link to what was left behind": (
        python({"/function/pkg": symlink("/srv/pkg")}, command=["pkg.app.handler"]),
        [
            (
                "error",
                "awslambdaric looks for pkg/app.py in /function and /usr/local/lib/python3.13/site-packages, "
                "and it is not there",
                "config.Cmd",
            )
        ],
    ),
    "python, no such function": (
        python(command=["app.main"]),
        [("error", "/function/app.py defines no main, which awslambdaric is to call", "config.Cmd")],
    ),
    "python, imported function": (
        python({"/function/app.py": "from os import getcwd as main\n"}, command=["app.main"]),
        [],
    ),
    "python, under conditions that do not hold": (
        python(
            {
                "/function/app.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import main\n"
                "if __name__ == '__main__':\n    def main(event, context): pass\nmain: object\n"
            },
            command=["app.main"],
        ),
        [("error", "/function/app.py defines no main, which awslambdaric is to call", "config.Cmd")],
    ),
    "node, a module that exports something else": (
        node({"/function/index.js": None, "/function/index.mjs": "const handler = 1;\nexport const other = 2;\n"}),
        [("error", "/function/index.mjs defines no handler, which aws-lambda-ric is to call", "config.Cmd")],
    ),
    "node, ways of a module to export": (
        node({"/function/index.js": None, "/function/index.mjs": "const x = 1;\nexport {\n  x as handler,\n};\n"}),
        [],
    ),
    "node, a function that is not exported": (
        node({"/function/index.js": "async function handler() {\n  return 1;\n}\n"}),
        [("error", "/function/index.js defines no handler, which aws-lambda-ric is to call", "config.Cmd")],
    ),
    "node, an export between patterns that look like a comment": (
        node({"/function/index.js": "const a = 'src/*';\nexports.handler = 1;\nconst b = '*/x';\n"}),
        [],
    ),
    "node, an export in a comment": (
        node({"/function/index.js": "// exports.handler = 1;\nexports.main = 2;\n"}),
        [("error", "/function/index.js defines no handler, which aws-lambda-ric is to call", "config.Cmd")],
    ),
    "python, deleted": (
        python({"/function/app.py": "main = print\ndel main\n"}, command=["app.main"]),
        [("error", "/function/app.py defines no main, which awslambdaric is to call", "config.Cmd")],
    ),
    "python, anything by star": (python({"/function/app.py": "from os import *\n"}, command=["app.main"]), []),
    "python along PYTHONPATH": (
        python({"/function/app.py": None, "/lib/app.py": APP}, env={"PYTHONPATH": "/lib", "PATH": "/usr/local/bin"}),
        [],
    ),
    "python, CMD lost in a script": (
        python(
            {"/bin/sh": programs.program(), "/entry.sh": programs.script("#!/bin/sh\nexec python -m awslambdaric\n")},
            entrypoint=["/entry.sh"],
        ),
        [("error", "awslambdaric is started without a handler: CMD does not reach it", "config.Entrypoint")],
    ),
    ".NET, with its assembly": (dotnet("App::My.Shop.Function+Inner::Handle"), []),
    ".NET, with a method of another assembly": (dotnet("App::My.Shop.Function::Inherited"), []),
    ".NET, and no such assembly": (
        dotnet("Other::My.Shop.Function::Handle"),
        [
            (
                "error",
                "the AWS base image looks for Other.dll in /var/task, and it is not there",
                "config.Cmd",
            )
        ],
    ),
    ".NET, and no such type": (
        dotnet("App::My.Store.Function::Handle"),
        [
            (
                "error",
                "the AWS base image cannot load App::My.Store.Function::Handle: "
                "/var/task/App.dll has no type My.Store.Function",
                "config.Cmd",
            )
        ],
    ),
    ".NET, and no such method": (
        dotnet("App::My.Shop.Function::Handler"),
        [
            (
                "error",
                "the AWS base image cannot load App::My.Shop.Function::Handler: "
                "/var/task/App.dll has no method Handler, nor has an assembly beside it",
                "config.Cmd",
            )
        ],
    ),
    "an AWS base, and the handler in another WORKDIR": (aws({"/srv/app.py": APP}, workdir="/srv"), []),
    "an AWS base of Node.js, and the handler in another WORKDIR": (
        aws({"/srv/app.js": INDEX}, "nodejs", workdir="/srv"),
        [],
    ),
    "python, a module that is built in": (
        python({"/function/time.py": APP}, command=["time.handler"]),
        [
            (
                "error",
                "awslambdaric cannot load time.handler: "
                "the module time is built into Python, so no file of that name counts",
                "config.Cmd",
            )
        ],
    ),
    "python, a folder that the standard library hides": (
        python({"/function/code/app.py": APP, "/usr/local/lib/python3.13/code.py": ""}, command=["code.app.handler"]),
        [
            (
                "error",
                "awslambdaric cannot load code.app.handler: "
                "Python's own module code comes before the folder /function/code",
                "config.Cmd",
            )
        ],
    ),
    "python, a package that hides the standard library": (
        python(
            {
                "/function/code/app.py": APP,
                "/function/code/__init__.py": "",
                "/usr/local/lib/python3.13/code.py": "",
            },
            command=["code.app.handler"],
        ),
        [],
    ),
    "node 3, CMD lost in a shell": (
        node(entrypoint=["/bin/sh", "-c", "exec npx aws-lambda-ric"]),
        [("error", "aws-lambda-ric is started without a handler: CMD does not reach it", "config.Entrypoint")],
    ),
    "node 4, which needs no arguments": (
        node(
            {"/var/task/index.js": INDEX},
            version="4.0.2",
            entrypoint=["/bin/sh", "-c", "exec npx aws-lambda-ric"],
        ),
        [],
    ),
    "node": (node(), []),
    "node, no such file": (
        node(command=["app.handler"]),
        [("error", "aws-lambda-ric looks for app.js, .mjs or .cjs in /function, and it is not there", "config.Cmd")],
    ),
    "node, no such function": (
        node(command=["index.main"]),
        [("error", "/function/index.js defines no main, which aws-lambda-ric is to call", "config.Cmd")],
    ),
    "node 4 looks in /var/task": (
        node(version="4.0.2"),
        [
            (
                "error",
                "aws-lambda-ric looks for index.js, .mjs or .cjs in /var/task, and it is not there "
                "but at /function/index.js",
                "config.Cmd",
            )
        ],
    ),
    "node 4 with its code there": (node({"/var/task/index.mjs": "export const handler = 1;\n"}, version="4.0.2"), []),
    "node 4 looks into what is exported by default": (
        node({"/var/task/index.mjs": "const handler = 1;\nexport default { handler };\n"}, version="4.0.2"),
        [],
    ),
    "node 4 finds nothing of that name there": (
        node({"/var/task/index.mjs": "export default async () => 1;\n"}, version="4.0.2"),
        [("error", "/var/task/index.mjs defines no handler, which aws-lambda-ric is to call", "config.Cmd")],
    ),
    "node 3 does not look there": (
        node({"/function/index.js": None, "/function/index.mjs": "export default { handler: 1 };\n"}),
        [("error", "/function/index.mjs defines no handler, which aws-lambda-ric is to call", "config.Cmd")],
    ),
    "AWS base with an object exported by default": (
        aws({"/var/task/app.mjs": "export default { handler: 1 };\n"}, "nodejs"),
        [],
    ),
    "AWS base": (aws({"/var/task/app.py": APP}), []),
    "AWS base with the file elsewhere": (
        aws({"/app.py": APP}),
        [
            (
                "error",
                "the AWS base image looks for app.py in /var/task and 4 more folders, "
                "and it is not there but at /app.py",
                "config.Cmd",
            )
        ],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("handler-not-found", description) == expected


NODE_CLIENT = "FROM node:24-slim\nWORKDIR {workdir}\nCOPY . .\nRUN npm install aws-lambda-ric{version}\n"


@pytest.mark.parametrize(
    ("version", "workdir", "more", "told"),
    [
        ("@4", "/function", "", True),
        ("@^4.0.2", "/function", "", True),
        ("@3.3.0", "/function", "", False),
        ("", "/function", "", False),
        ("@4", "/var/task", "", False),
        ("@4", "/function", "ENV LAMBDA_TASK_ROOT=/function\n", False),
        ("@4", "/function", "RUN ln -s /function /var/task\n", False),
        ("@4", "/function", "COPY index.js /var/task/\n", False),
    ],
)
def test_version_4_of_the_client_for_node_looks_in_one_folder(
    version: str, workdir: str, more: str, told: bool
) -> None:
    text = NODE_CLIENT.format(version=version, workdir=workdir) + more
    text += 'ENTRYPOINT ["/usr/local/bin/npx", "aws-lambda-ric"]\nCMD ["index.handler"]\n'
    messages = [finding.problem.message for finding in lint(text, "handler-not-found")]
    expected = "aws-lambda-ric 4 looks for the handler in /var/task whatever WORKDIR is, and WORKDIR is /function"
    assert messages == ([expected] if told else [])
