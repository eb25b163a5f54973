"""The start plan: what Lambda will execute, and what comes of it, for an image or for a Dockerfile."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from lambda_lint import Deployment, Dockerfile, Image, building, printable, runtime
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._start import dockerfile as dockerfiles
from lambda_lint_rules._start.model import UNKNOWN, StartPlan


@lru_cache(maxsize=4)
def plan(subject: Image | Dockerfile, deployment: Deployment) -> StartPlan:
    """The start plan of an image or a Dockerfile, remembered for the few last subjects: many rules ask for it.

    Raises SourceError when a layer of the image cannot be read again.
    """
    if isinstance(subject, Dockerfile):
        return dockerfiles.plan(subject, runtime.of_dockerfile(subject, base_config, deployment), deployment)
    # A run over Dockerfiles has no use for what follows programs.
    from lambda_lint_rules._start import image as images

    return images.plan(subject, runtime.of_image(subject.config, deployment))


def facts(subject: Image | Dockerfile, deployment: Deployment) -> Mapping[str, object]:
    """What reports show of a start plan, in JSON's own types.

    `runtime_client` (name, version, evidence, path; null when there is none), `base` and `handler` (null when unknown),
    `verdict`, and `start`: each hop with its evidence, file, line and layer. `start_bytes_read`: content read for it.
    Of a Dockerfile that starts a client, `context` is the folder that was taken for its build context, null for none.
    """
    found = plan(subject, deployment)
    client = found.client
    handler = found.handler.text if found.handler is not None else ""
    return {
        "base": found.base or None,
        "runtime_client": None
        if client is None
        else {
            "name": client.name,
            "version": client.version or None,
            "evidence": client.evidence.value,
            "path": client.path or None,
        },
        "handler": printable(handler) if handler and UNKNOWN not in handler else None,
        "verdict": found.verdict.value,
        "start": [
            {
                "text": hop.text,
                "evidence": hop.evidence.value,
                "role": hop.role.value,
                "path": hop.path or None,
                "line": hop.line,
                "layer": hop.layer,
            }
            for hop in found.hops
        ],
        "start_bytes_read": found.bytes_read,
        **({"context": _context(subject, deployment)} if isinstance(subject, Dockerfile) and client else {}),
    }


def _context(dockerfile: Dockerfile, deployment: Deployment) -> str | None:
    nearest = building.contexts(dockerfile, base_config, deployment)[0]
    return printable(nearest.shown("")) if nearest is not None else None
