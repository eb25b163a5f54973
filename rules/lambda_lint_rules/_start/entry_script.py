"""Whether the entry script of the AWS base images is what starts. People put scripts of their own in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lambda_lint import Deployment, Dockerfile, Image, Problem, RuntimeConfig, runtime
from lambda_lint_rules._facts.base_images import ENTRYPOINT, base_config
from lambda_lint_rules._start import dockerfile as dockerfiles
from lambda_lint_rules._start.model import Verdict
from lambda_lint_rules._start.plan import plan

Check = Callable[[RuntimeConfig, Deployment], Iterator[Problem]]


def where_it_runs(check: Check) -> Callable[[Dockerfile | Image, Deployment], Iterator[Problem]]:
    """A check of what the script is given, for Dockerfiles that leave the script alone and images where it ends.

    The script takes one argument and ends with any other number of them; a script that goes on is not AWS's.
    """

    def run(subject: Dockerfile | Image, deployment: Deployment) -> Iterator[Problem]:
        if isinstance(subject, Dockerfile):
            config = runtime.of_dockerfile(subject, base_config, deployment)
        else:
            config = runtime.of_image(subject.config, deployment)
        for problem in check(config, deployment):
            if _runs(subject, deployment):
                yield problem

    return run


def _runs(subject: Dockerfile | Image, deployment: Deployment) -> bool:
    if isinstance(subject, Dockerfile):
        return dockerfiles.keeps_entry_script(subject, deployment)
    found = plan(subject, deployment)
    return found.verdict is Verdict.STUCK and found.program == ENTRYPOINT
