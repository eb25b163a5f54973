"""Runtime clients that are somewhere in an image, whether anything starts them or not. Names only, no content.

AWS base images are recognised by what is in them: people copy parts of them, and keep the variables without the files.
"""

from __future__ import annotations

import re

from lambda_lint import Filesystem, Kind, printable, regex
from lambda_lint_rules._facts.base_images import BOOTSTRAP, ENTRYPOINT, RUNTIME_DIR
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.model import Client, Evidence

_PATTERNS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (regex(pattern), name, language)
    for pattern, name, language in (
        (r"/awslambdaric/__main__\.py", "awslambdaric", "python"),
        (r"/node_modules/aws-lambda-ric/package\.json", "aws-lambda-ric", "node"),
        (r"/gems/aws_lambda_ric-(?P<version>\d[\w.]*)/lib/aws_lambda_ric\.rb", "aws_lambda_ric", "ruby"),
        (
            r"/aws-lambda-java-runtime-interface-client-(?P<version>\d[\w.]*?)(?:-linux[\w-]*)?\.jar",
            "aws-lambda-java-runtime-interface-client",
            "java",
        ),
        (r"/Amazon\.Lambda\.RuntimeSupport\.dll", "Amazon.Lambda.RuntimeSupport", "dotnet"),
        (r"/bref/bref/src/Runtime/LambdaRuntime\.php", "bref", "php"),
        (r"/AWS/Lambda/Bootstrap\.pm", "AWS::Lambda", "perl"),
        (r"/lambdr/DESCRIPTION", "lambdr", "r"),
        (r"/lambda-adapter", "Lambda Web Adapter", "rust"),
    )
)
_ENDINGS = (".py", ".json", ".rb", ".jar", ".dll", ".php", ".pm", "/DESCRIPTION", "/lambda-adapter")
_MAX_FOUND = 8
_JAR = regex(r"aws-lambda-java-runtime(?:-interface-client)?-(\d[\w.]*?)(?:-linux-\w+)?\.jar")


def search(filesystem: Filesystem) -> tuple[Client, ...]:
    """Those that are there, in path order. A package's folder alone is no proof: its start file must be there."""
    found: list[Client] = []
    for file in filesystem.walk(endings=_ENDINGS, picked=lambda kind, _owner: kind is Kind.FILE):
        for pattern, name, language in _PATTERNS:
            match = pattern.search(file.path)
            if match is not None and match.end() == len(file.path):
                version = match.groupdict().get("version") or ""
                found.append(Client(name, language, file.path, printable(version, 40), Evidence.CERTAIN))
        if len(found) >= _MAX_FOUND:
            break
    return tuple(found)


def base_client(files: Files) -> Client | None:
    """The runtime client that an AWS language base image brings; None for an OS-only base and for anything else."""
    if not files.is_file(BOOTSTRAP):
        return None
    names = frozenset(files.names(RUNTIME_DIR))
    if "bootstrap.py" in names:
        return Client("AWS base image", "python", BOOTSTRAP, _version(files, r"python(3\.\d+)"))
    if names & {"index.mjs", "index.js"} and names & {"rapid-client.node", "node_modules", "runtime-client.node"}:
        return Client("AWS base image", "nodejs", BOOTSTRAP)
    if "Amazon.Lambda.RuntimeSupport.dll" in names:
        return Client("AWS base image", "dotnet", BOOTSTRAP)
    if any(_JAR.fullmatch(name) for name in files.names(f"{RUNTIME_DIR}/lib")):
        return Client("AWS base image", "java", BOOTSTRAP)
    if files.is_file("/var/lang/bin/ruby"):
        return Client("AWS base image", "ruby", BOOTSTRAP, _version(files, r"ruby(\d\.\d)"))
    return None


def _version(files: Files, pattern: str) -> str:
    versions = {match[1] for name in files.names("/var/lang/bin") if (match := re.fullmatch(pattern, name)) is not None}
    return versions.pop() if len(versions) == 1 else ""


def base_name(files: Files) -> str:
    """The AWS base image that this one is built on, as far as its files tell; "" for another base."""
    if not files.is_file(ENTRYPOINT):
        return ""
    found = base_client(files)
    if found is not None:
        return f"AWS {found.language} {found.version}".rstrip()
    return "AWS OS-only base" if files.is_directory(RUNTIME_DIR) else ""
