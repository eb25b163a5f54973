"""Rules: what authors write. A rule is a value; its checks are generator functions that yield problems."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping

from lambda_lint.annotations import TYPE_CHECKING
from lambda_lint.deployment import Deployment
from lambda_lint.location import Location
from lambda_lint.values import Value

if TYPE_CHECKING:
    from lambda_lint.dockerfile import Dockerfile
    from lambda_lint.image import Image, Resolved
    from lambda_lint.json_document import JsonDocument
    from lambda_lint.runtime import BaseConfig, RuntimeConfig


class Severity(enum.IntEnum):
    """SARIF's own three words, in rising order."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Problem(Value):
    """One thing that is wrong, as a check sees it. It knows no rule; only the engine makes a finding of it.

    `message` says what is wrong, in one sentence without a full stop. `fix` says what to write instead, for this case.
    `severity` overrides the rule's own. `related` are further places, each with a word on why.
    """

    message: str
    location: Location
    fix: str = ""
    severity: Severity | None = None
    related: tuple[tuple[str, Location], ...] = ()


class Rule(Value, eq=False):
    """One smell and how to find it.

    `name` is the smell in kebab-case and equals the module's name in snake_case. `docs` is the module's docstring: its
    first line is the title. A check is given only to subjects of its kind; `check_runtime` serves Dockerfiles and
    images alike and should be preferred. Checks print nothing, read nothing and catch nothing.

    A rule without a check is one of the linter's own, about what it reads beside the subject.

    `by_default` is False for a rule that is right, and yet of no use to most: it runs only where it is asked for.

    Order for an image: `check_resolved` needs the manifest alone, `check_runtime` the config, `check_image` the layers.
    """

    name: str
    severity: Severity
    since: str
    docs: str
    check_dockerfile: Callable[[Dockerfile, Deployment], Iterator[Problem]] | None = None
    check_resolved: Callable[[Resolved, Deployment], Iterator[Problem]] | None = None
    check_runtime: Callable[[RuntimeConfig, Deployment], Iterator[Problem]] | None = None
    check_image: Callable[[Image, Deployment], Iterator[Problem]] | None = None
    check_json: Callable[[JsonDocument, Deployment], Iterator[Problem]] | None = None
    tags: tuple[str, ...] = ()
    by_default: bool = True


def no_base(_reference: str) -> BaseConfig | None:
    """What a pack says of base images that knows none."""
    return None


def _nothing_to_skip(_dockerfile: Dockerfile) -> str | None:
    return None


def _not_known(_document: JsonDocument) -> str:
    return ""


def _no_facts(_subject: Dockerfile | Image, _deployment: Deployment) -> Mapping[str, object]:
    return {}


def nothing_wanted(_runtime: RuntimeConfig) -> Callable[[str, int, int], int]:
    """What a pack wants that says nothing: no bytes of any file."""
    return lambda _path, _mode, _size: 0


class Pack(Value, eq=False):
    """A set of rules and the knowledge that the engine needs to serve them.

    `base_config` tells what a known base image brings (entrypoint, environment, ...), None for one it does not know.
    `not_for_us` gives the reason why a Dockerfile is none of this pack's business, None when it is.
    `json_kind` says in a few words what a JSON file is (`list of users`), "" for one that no rule of the pack knows.
    `facts` adds to the facts that a report shows of an image or a Dockerfile, in JSON's own types.
    `wanted` tells, given what will run, how many leading bytes of a regular file (absolute path, mode, size) the rules
    may want to read. Those are kept during the one pass over each layer, so that reading them later is free.
    `features` are the names that `Deployment.features` may hold for this pack.
    """

    name: str
    rules: tuple[Rule, ...]
    base_config: Callable[[str], BaseConfig | None] = no_base
    not_for_us: Callable[[Dockerfile], str | None] = _nothing_to_skip
    json_kind: Callable[[JsonDocument], str] = _not_known
    facts: Callable[[Dockerfile | Image, Deployment], Mapping[str, object]] = _no_facts
    wanted: Callable[[RuntimeConfig], Callable[[str, int, int], int]] = nothing_wanted
    features: tuple[str, ...] = ()
