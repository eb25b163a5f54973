"""The home directory of root, which the user of Lambda may not enter."""

from __future__ import annotations

import posixpath
import re

from lambda_lint import Deployment, Dockerfile, RuntimeConfig, building, regex
from lambda_lint_rules._build import commands
from lambda_lint_rules._facts.base_images import base_config, recognise
from lambda_lint_rules._facts.registries import is_official
from lambda_lint_rules._start import StartPlan, Verdict

ROOT_HOME = "/root"
_FOR_LAMBDA = {Verdict.STARTED, Verdict.LIKELY, Verdict.NOT_STARTED}
_OPENS = regex(
    r"(?=.*(?:\broot\b|~|\$\{?HOME\b|\s\.{0,2}/?(?:\s|$)|\.sh\b))"
    r"(?=.*(?:\bch(?:mod|own)\b|\busermod\b|\bsetfacl\b|\binstall\s+-|\b(?:rm|mv|ln|tar|unzip|rsync)\s|\.sh\b))",
    re.DOTALL,
)
_ARCHIVE = regex(r"\.(?:tar|tgz|gz|xz|bz2|zst)$")
# Programs that leave the mode of that folder alone, unless the expression above says otherwise.
_HARMLESS_NAMES = """
apk apt apt-get bundle cargo cat cd chmod chown composer cp corepack curl dnf dotnet echo export find gem go
groupadd install ln ls microdnf mkdir mv node npm npx pip pip3 pnpm printf python python3 rm ruby sed set
tar tdnf test touch true unzip useradd adduser usermod uv wget yarn yum [ :
"""
_HARMLESS = frozenset(_HARMLESS_NAMES.split())


def for_lambda_alone(config: RuntimeConfig, found: StartPlan) -> bool:
    """Whether an image is surely a function, and not one that builds something, in which such folders are usual."""
    base = (config.base.value if config.base is not None else None) or ""
    return found.verdict in _FOR_LAMBDA or recognise(base) is not None


def keeps_root_home_closed(dockerfile: Dockerfile, config: RuntimeConfig, deployment: Deployment) -> bool:
    """Whether root's home has the mode that every distribution gives it, 0700 or 0550."""
    base = (config.base.value if config.base is not None else None) or ""
    if not (is_official(base) or recognise(base)):
        return False
    last = building.stages(dockerfile, deployment)[-1]
    return not any(map(_may_open, building.steps(dockerfile, last, base_config, deployment)))


def _may_open(step: building.Step) -> bool:
    """Whether a step may let others in: a command on that folder, or the copy of one that holds another like it."""
    if isinstance(step, building.Ran):
        understood = commands(step.instruction)
        own = not understood or any(ran.program not in _HARMLESS for ran in understood)
        return own or _OPENS.search(step.instruction.text) is not None
    if any(_ARCHIVE.search(source or "") for source in step.sources) and step.path in {None, "/", ROOT_HOME}:
        return True
    return step.path in {None, "/"} and not all(posixpath.splitext(source or "")[1] for source in step.sources)
