"""Running an image the way Lambda runs it, on a Docker engine, and saying what happened."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError
from docker.models.containers import Container
from docker.types import Mount, Ulimit
from sandbox.runtime_api import Heard, RuntimeApi

UID, GID = 993, 990
HOME = "/home/sbx_user1051"
RUNTIME_API = "127.0.0.1:9001"
TASK_ROOT = "/var/task"
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Lambda gives init ten seconds. A loaded machine with two cores gets more; only images that never ask for work wait
# this long.
DEADLINE_SECONDS = 15.0
_PASSWD = f"root:x:0:0:root:/root:/bin/bash\nsbx_user1051:x:{UID}:{GID}::{HOME}:/sbin/nologin\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the image.

    `what` is "answered", "invocation error", "init error", "exited", "could not start", "extension failed",
    "never polled" or "never answered"; `detail` is the error type, exit status or signal; `text` is what was said
    about it, for people. Only `what` and `detail` are the same from run to run.
    """

    what: str
    detail: str = ""
    text: str = ""

    @property
    def works(self) -> bool:
        """Whether the function started and answered its event."""
        return self.what == "answered"


@dataclass(frozen=True, slots=True)
class Observation:
    """An outcome, with the end of what the container printed."""

    outcome: Outcome
    log: str


def run_image(client: docker.DockerClient, image: str, supervisor: Path) -> Observation:
    """Run `image` for one event. Raises docker.errors.DockerException when the engine itself fails."""
    folder = Path(tempfile.mkdtemp(prefix="ll-run-"))
    api = None
    container = None
    try:
        folder.chmod(0o755)
        config = client.images.get(image).attrs["Config"]
        _furnish(folder, config, supervisor)
        api = RuntimeApi(folder / "rapid" / "api.sock")
        container = _create(client, image, folder)
        container.start()
        first = api.ledger.first(within=DEADLINE_SECONDS)
        outcome = _outcome(first, api.ledger.polled)
        return Observation(outcome, container.logs(tail=40).decode("utf-8", "replace"))
    finally:
        if api is not None:
            api.stop()
        if container is not None:
            with suppress(APIError):
                container.remove(force=True, v=True)
        shutil.rmtree(folder, ignore_errors=True)


def job(config: dict[str, Any]) -> dict[str, object]:
    """The supervisor's job for an image's configuration: argv, working directory and environment."""
    command = config.get("Cmd") or []
    return {
        "argv": [*(config.get("Entrypoint") or []), *command],
        "cwd": config.get("WorkingDir") or "/",
        "env": _environment(config.get("Env") or [], command[-1] if command else ""),
    }


def _environment(pairs: list[str], handler: str) -> dict[str, str]:
    baked = dict(pair.partition("=")[::2] for pair in pairs)
    own = {name: value for name, value in baked.items() if not name.startswith("_")}
    return {"PATH": DEFAULT_PATH, "HOME": HOME, "LANG": "en_US.UTF-8", "TZ": ":UTC", **own, **_reserved(handler)}


def _reserved(handler: str) -> dict[str, str]:
    return {
        "_HANDLER": handler,
        "AWS_LAMBDA_RUNTIME_API": RUNTIME_API,
        "LAMBDA_TASK_ROOT": TASK_ROOT,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_SESSION_TOKEN": "sandbox",
        "AWS_LAMBDA_FUNCTION_NAME": "sandbox",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/sandbox",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/23/[$LATEST]0",
    }


def _furnish(folder: Path, config: dict[str, Any], supervisor: Path) -> None:
    (folder / "passwd").write_text(_PASSWD, encoding="utf-8")
    rapid = folder / "rapid"
    rapid.mkdir()
    rapid.chmod(0o755)
    try:
        os.link(supervisor, rapid / "init")
    except OSError:
        shutil.copy2(supervisor, rapid / "init")
    (rapid / "job.json").write_text(json.dumps(job(config)), encoding="utf-8")


def _create(client: docker.DockerClient, image: str, folder: Path) -> Container:
    return client.containers.create(
        image,
        entrypoint=["/var/rapid/init"],
        command=[],
        # The supervisor enters the image's WORKDIR itself: given to the engine, a missing one would be made.
        working_dir="/",
        user=f"{UID}:{GID}",
        read_only=True,
        # Docker's own default for a tmpfs is noexec; Lambda's /tmp is an ordinary file system.
        tmpfs={"/tmp": "rw,exec,nosuid,nodev,mode=1777,size=512m"},
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        ipc_mode="none",
        network_mode="none",
        pids_limit=1024,
        ulimits=[Ulimit(name="nofile", soft=1024, hard=1024)],
        mounts=[
            Mount("/etc/passwd", str(folder / "passwd"), type="bind", read_only=True),
            Mount("/var/rapid", str(folder / "rapid"), type="bind", read_only=True),
        ],
        healthcheck={"test": ["NONE"]},
    )


def _outcome(first: Heard | None, polled: bool) -> Outcome:
    if first is None:
        return Outcome("never answered" if polled else "never polled")
    if first.kind == "response":
        return Outcome("answered")
    if first.kind == "exit":
        return Outcome("exited", f"signal {first.signal}" if first.signal else f"status {first.code}")
    if first.kind == "extension-exit":
        return Outcome("extension failed", "Extension.ExitError", f"{first.name}: exit status {first.code}")
    words = {"error": "invocation error", "init-error": "init error", "launch": "could not start"}
    return Outcome(words.get(first.kind, "extension failed"), first.type, first.text)
