"""Executables for test images: small files that say the right things to whoever reads their headers."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from support.images import Node, file, symlink

from lambda_lint_rules._start import markers

MACHINES = {"386": 3, "arm": 40, "amd64": 62, "arm64": 183}
LOADERS = {"amd64": "/lib64/ld-linux-x86-64.so.2", "arm64": "/lib/ld-linux-aarch64.so.1"}


def elf(content: bytes = b"", *, architecture: str = "amd64", loader: str = "") -> bytes:
    """A 64-bit little-endian executable with one PT_INTERP when it has a loader, and `content` behind its headers."""
    path = loader.encode() + b"\0" if loader else b""
    count = 1 if loader else 0
    header = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 2, MACHINES[architecture], 1, 0, 64, 0, 0, 64, 56, count, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 3, 4, 64 + 56, 0, 0, len(path), len(path), 1) if loader else b""
    return header + segment + path + content


def program(content: bytes = b"", *, architecture: str = "amd64", mode: int = 0o755) -> Node:
    """A static executable."""
    return file(elf(content, architecture=architecture), mode=mode)


def script(text: str, mode: int = 0o755) -> Node:
    """An executable script."""
    return file(text, mode=mode)


def python(version: str = "3.13", prefix: str = "/usr/local") -> Mapping[str, Node]:
    """An interpreter with its links and an empty library, as Docker's python image has it."""
    return {
        f"{prefix}/bin/python{version}": program(),
        f"{prefix}/bin/python3": symlink(f"python{version}"),
        f"{prefix}/bin/python": symlink("python3"),
        f"{prefix}/lib/python{version}/os.py": file(""),
        f"{prefix}/lib/python{version}/site-packages/README.txt": file(""),
    }


def awslambdaric(
    site: str = "/usr/local/lib/python3.13/site-packages",
    tag: str = "cpython-313-x86_64-linux-gnu",
    version: str = "4.2.2",
) -> Mapping[str, Node]:
    """The files of the wheel that matter, with the markers of its native part."""
    native = elf(b"\0".join((b"/" + markers.NEXT, markers.API, markers.CPP)))
    return {
        f"{site}/awslambdaric/__init__.py": file(f'__version__ = "{version}"\n'),
        f"{site}/awslambdaric/__main__.py": file("from awslambdaric import bootstrap\n"),
        f"{site}/awslambdaric/bootstrap.py": file("import sys\n"),
        f"{site}/runtime_client.{tag}.so": file(native),
    }


def node(prefix: str = "/usr/local") -> Mapping[str, Node]:
    """Node.js with npx, as Docker's node image has it."""
    return {
        f"{prefix}/bin/node": program(),
        f"{prefix}/bin/npx": symlink("../lib/node_modules/npm/bin/npx-cli.js"),
        f"{prefix}/lib/node_modules/npm/bin/npx-cli.js": script("#!/usr/bin/env node\n"),
        "/usr/bin/env": program(),
        "/bin/sh": program(),
    }


def aws_lambda_ric(root: str = "/function", version: str = "3.3.0", *, native: bool = True) -> Mapping[str, Node]:
    """The npm package of either generation in a folder's node_modules."""
    package = f"{root}/node_modules/aws-lambda-ric"
    new = version.startswith("4")
    start, addon = ("index.mjs", "rapid-client.node") if new else ("bin/index.mjs", "dist/rapid-client.node")
    return {
        f"{package}/package.json": file(f'{{"name": "aws-lambda-ric", "version": "{version}"}}'),
        f"{package}/{start}": script("#!/usr/bin/env node\nimport '../dist/index.mjs';\n"),
        f"{root}/node_modules/.bin/aws-lambda-ric": symlink(f"../aws-lambda-ric/{start}"),
        **({f"{package}/{addon}": file(elf())} if native else {}),
    }


LAMBDA_ENTRYPOINT = """#!/bin/sh
# The behaviour of AWS's own script, in words of our own.
if [ $# -ne 1 ]; then
  echo "one argument is needed: the handler" 1>&2
  exit 142
fi
export _HANDLER="$1"
START=/var/runtime/bootstrap
if [ -z "${AWS_LAMBDA_RUNTIME_API}" ]; then
  exec /usr/local/bin/aws-lambda-rie $START
else
  exec $START
fi
"""


def aws_base(language: str = "python", version: str = "3.13") -> Mapping[str, Node]:
    """The shape of an AWS base image; `provided` has no runtime."""
    files = {
        "/lambda-entrypoint.sh": script(LAMBDA_ENTRYPOINT),
        "/bin/sh": program(),
        "/bin/bash": program(),
        "/usr/local/bin/aws-lambda-rie": program(EMULATOR),
    }
    if language == "provided":
        return files
    own: dict[str, Mapping[str, Node]] = {
        "python": {
            "/var/runtime/bootstrap.py": file("import awslambdaric\n"),
            "/var/runtime/awslambdaric/__init__.py": file(""),
            f"/var/lang/bin/python{version}": program(),
            f"/var/lang/lib/python{version}/site-packages/README.txt": file(""),
        },
        "nodejs": {
            "/var/runtime/index.mjs": file(""),
            "/var/runtime/rapid-client.node": file(elf()),
            "/var/lang/bin/node": program(),
        },
        "java": {"/var/runtime/lib/aws-lambda-java-runtime-interface-client-2.10.1-linux-x86_64.jar": file("PK")},
        "dotnet": {"/var/runtime/Amazon.Lambda.RuntimeSupport.dll": file("MZ")},
        "ruby": {"/var/lang/bin/ruby": program()},
    }
    return {**files, "/var/runtime/bootstrap": script("#!/bin/bash\n"), **own[language]}


ADAPTER = b"\0".join(
    (markers.RUST, b"/" + markers.NEXT, markers.API, markers.LOWER_REQUEST_ID, markers.ADAPTER, markers.EXTENSION)
)
GO = b"\0".join((markers.GO_BUILD_INFO, markers.GO_START, markers.GO_CLIENT, markers.API, markers.REQUEST_ID))
RUST = b"\0".join((markers.RUST, b"/" + markers.NEXT, markers.API, markers.LOWER_REQUEST_ID))
EMULATOR = b"\0".join((markers.VERSION, markers.INVOCATION, markers.API, markers.REQUEST_ID, markers.EMULATOR))
