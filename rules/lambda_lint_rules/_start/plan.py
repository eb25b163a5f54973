"""The start plan: what Lambda will execute, and what comes of it, for an image or for a Dockerfile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from lambda_lint import Argv, Deployment, Dockerfile, Image, RuntimeConfig, Setting, printable, runtime
from lambda_lint_rules._facts.base_images import RUNTIME_DIR, TASK_ROOT, base_config
from lambda_lint_rules._facts.user import DEFAULT_USER
from lambda_lint_rules._start import checks, extensions, presence, trace
from lambda_lint_rules._start import dockerfile as dockerfiles
from lambda_lint_rules._start.clients import base_image
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.model import (
    UNKNOWN,
    Client,
    End,
    Evidence,
    Hop,
    Need,
    Process,
    Role,
    StartPlan,
    Verdict,
)
from lambda_lint_rules._start.trace import Route

# Known to be set and not empty, with a value that only Lambda knows.
_SOMETHING = UNKNOWN * 2
_PLATFORM = (
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_REGION",
    "AWS_DEFAULT_REGION", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_INITIALIZATION_TYPE",
)  # fmt: skip


@lru_cache(maxsize=4)
def plan(subject: Image | Dockerfile, deployment: Deployment) -> StartPlan:
    """The start plan of an image or a Dockerfile, remembered for the few last subjects: many rules ask for it.

    Raises SourceError when a layer of the image cannot be read again.
    """
    if isinstance(subject, Dockerfile):
        return dockerfiles.plan(subject, runtime.of_dockerfile(subject, base_config, deployment))
    return of_image(subject, runtime.of_image(subject.config, deployment))


def of_image(image: Image, config: RuntimeConfig) -> StartPlan:
    """Follow an image's command through its files."""
    files = Files(image.filesystem)
    architecture = image.config.platform.architecture
    process = start(config)
    # With nothing to start there is nothing to say here: the function's own settings may name it.
    route = trace.follow(process, files, architecture) if process.argv else Route(End(Verdict.STUCK))
    adapter = extensions.adapter(files)
    route, others = _weigh(route, adapter, image, files)
    end = route.end
    needs, troubles = route.needs, (*checks.workdir(config, files), *route.troubles)
    if end.client is not None and end.handler is not None and end.verdict in {Verdict.STARTED, Verdict.BROKEN}:
        found, more = checks.handler(end.client, end.handler, config, files)
        troubles = (*troubles, *more)
        needs = (*needs, *checks.loaded(end.handler, found, files))
    troubles = (*troubles, *checks.hidden(needs, config, files), *extensions.troubles(files, architecture))
    return StartPlan(
        argv=process.argv,
        workdir=process.cwd,
        verdict=route.end.verdict,
        origin=process.origin,
        hops=route.hops,
        program=route.end.program,
        client=route.end.client,
        others=others,
        handler=route.end.handler,
        base=base_image.describe(files),
        why=route.end.why,
        troubles=troubles,
        needs=needs,
        bytes_read=files.bytes_read,
    )


def start(config: RuntimeConfig) -> Process:
    """The process as Lambda makes it: its own variables win, and the handler is the last word of the command."""
    entrypoint, command = _words(config.entrypoint), _words(config.command)
    argv = (*entrypoint, *command)
    env: Mapping[str, str] = {
        **{name: setting.value if setting.value is not None else UNKNOWN for name, setting in config.env.items()},
        **dict.fromkeys(_PLATFORM, _SOMETHING),
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "LAMBDA_TASK_ROOT": TASK_ROOT,
        "LAMBDA_RUNTIME_DIR": RUNTIME_DIR,
        "_HANDLER": argv[-1] if command else UNKNOWN if entrypoint else "",
    }
    if "HOME" not in env:
        env = {**env, "HOME": DEFAULT_USER.value.home}
    return Process(argv, config.workdir.value or "/", env, dockerfiles.origin(config), direct=True)


def _words(setting: Setting[Argv]) -> tuple[str, ...]:
    return setting.value.args if setting.value is not None else ()


def _weigh(route: Route, adapter: Client | None, image: Image, files: Files) -> tuple[Route, tuple[Client, ...]]:
    """What the route alone cannot tell: an adapter beside it, or a client that nothing starts."""
    end = route.end
    if adapter is not None and end.verdict not in {Verdict.STUCK, Verdict.BROKEN}:
        verdict = Verdict.STARTED if adapter.evidence is Evidence.CERTAIN else Verdict.LIKELY
        file = files.get(adapter.path)
        hop = Hop(Role.EXTENSION, adapter.path, adapter.evidence, adapter.path, file.layer if file else None)
        needs = (*route.needs, Need(adapter.path, "execute", "the Lambda Web Adapter"))
        end = replace(end, verdict=verdict, client=adapter, handler=None)
        return replace(route, end=end, hops=(*route.hops, hop), needs=needs), ()
    if end.verdict not in {Verdict.ABSENT, Verdict.UNKNOWN}:
        return route, ()
    base = base_image.client(files)
    others = (*((base,) if base is not None else ()), *presence.search(image.filesystem))
    if others and end.verdict is Verdict.ABSENT:
        route = replace(route, end=replace(end, verdict=Verdict.NOT_STARTED))
    return route, others


def facts(subject: Image | Dockerfile, deployment: Deployment) -> Mapping[str, object]:
    """What reports show of a start plan, in JSON's own types.

    `runtime_client` (name, version, evidence, path; null when there is none), `base` and `handler` (null when unknown),
    `verdict`, and `start`: each hop with its evidence, file, line and layer. `start_bytes_read`: content read for it.
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
    }
