"""Runtime clients that are somewhere in an image, whether anything starts them or not. Names only, no content."""

from __future__ import annotations

import re

from lambda_lint import Filesystem, Kind, printable
from lambda_lint_rules._start.model import Client, Evidence

_PATTERNS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), name, language)
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


def search(filesystem: Filesystem) -> tuple[Client, ...]:
    """Those that are there, in path order. A package's folder alone is no proof: its start file must be there."""
    found: list[Client] = []
    for file in filesystem.walk():
        if file.kind is not Kind.FILE or not file.path.endswith(_ENDINGS):
            continue
        for pattern, name, language in _PATTERNS:
            match = pattern.search(file.path)
            if match is not None and match.end() == len(file.path):
                version = match.groupdict().get("version") or ""
                found.append(Client(name, language, file.path, printable(version, 40), Evidence.CERTAIN))
        if len(found) >= _MAX_FOUND:
            break
    return tuple(found)
