"""The templates, stacks and settings in a repository that describe its functions, whatever tool reads them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from lambda_lint import Dockerfile, regex
from lambda_lint.building import Context, FileTree, Folder, Ignore

_TEMPLATE = regex(
    r"\.(?:ya?ml|tf|tfvars|ts|json)$|(?:stack|cdk|infra|serverless|pulumi)[^/]*\.(?:py|[cm]?js|go|java|cs)$|/__main__\.py$",
    re.IGNORECASE,
)
_SIZE = 256 << 10
_MOST = 300


# What gives a function another command than the image has: of CloudFormation and SAM, Terraform, Pulumi, CDK, and
# Serverless, where it is any `command` that is a handler's name.
_SETS_COMMAND = re.compile(
    rb"\b(?:ImageConfig|image_config|imageConfig|EcrImageCode|DockerImageCode|image_config_command)\b"
    rb"|\bcommand[\"']?:\s{0,40}(?:\[\s{0,40}|-[ \t]{0,9})[\"']?[\w/-]{1,200}\.[\w./-]{1,200}[\"']?\s{0,40}(?:\]|\n)"
)


def sets_command(dockerfile: Dockerfile) -> bool:
    """Whether one of them sets the command of a function that is made from an image."""
    return name(dockerfile, _SETS_COMMAND)


def name(dockerfile: Dockerfile, what: re.Pattern[bytes]) -> bool:
    """Whether one of them, as far as they are read, has something that matches.

    Where there is no repository, the folders above may hold other projects, too: of them, only the files count.
    """
    folders = dockerfile.folders()
    if not folders or folders[-1].tree.entry(".git") is not None:
        return any(_holds(folder.tree, what) for folder in folders[-1:])
    return _holds(folders[0].tree, what) or any(_beside(folder.tree, what) for folder in folders[1:])


@lru_cache(maxsize=32)  # they are above each function
def _beside(tree: FileTree, what: re.Pattern[bytes]) -> bool:
    names = islice(filter(_TEMPLATE.search, tree.names("") or ()), _MOST)
    return any(what.search(tree.read(name, _SIZE)) for name in names if _is_file(tree, name))


def _is_file(tree: FileTree, name: str) -> bool:
    return tree.kind(name) == "file"


@lru_cache(maxsize=8)  # a repository may hold hundreds of functions
def _holds(tree: FileTree, what: re.Pattern[bytes]) -> bool:
    return any(what.search(tree.read(path, _SIZE)) for path in _templates(tree))


@lru_cache(maxsize=1)
def _templates(tree: FileTree) -> tuple[str, ...]:
    everything = Context(Folder(tree, "", ""), Ignore(), frozenset()).kinds()
    files = (path for path, kind in everything if kind == "file")
    return tuple(islice(filter(_TEMPLATE.search, files), _MOST))
