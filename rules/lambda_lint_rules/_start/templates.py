"""The templates, stacks and settings in a repository that describe its functions, whatever tool reads them."""

from __future__ import annotations

import re
from itertools import islice

from lambda_lint import Dockerfile, regex
from lambda_lint.building import Context, Ignore

_TEMPLATE = regex(
    r"\.(?:ya?ml|tf|tfvars|ts|json)$|(?:stack|cdk|infra|serverless|pulumi)[^/]*\.(?:py|[cm]?js|go|java|cs)$|/__main__\.py$",
    re.IGNORECASE,
)
_SIZE = 256 << 10
_MOST = 300


def name(dockerfile: Dockerfile, what: re.Pattern[bytes]) -> bool:
    """Whether one of them, as far as they are read, has something that matches."""
    for folder in dockerfile.folders()[-1:]:
        templates = (
            path
            for path, entry in Context(folder, Ignore(), frozenset()).everything()
            if entry is not None and entry.kind == "file" and _TEMPLATE.search(path)
        )
        if any(what.search(folder.tree.read(path, _SIZE)) for path in islice(templates, _MOST)):
            return True
    return False
