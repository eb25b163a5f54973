"""Where engines listen: the environment and the files in which Docker and Podman are told."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from lambda_lint.errors import SourceError, printable
from lambda_lint.targets import DOCKER_DAEMON, PODMAN
from lambda_lint.values import Value

_DOCKER_SOCKET = "unix:///var/run/docker.sock"

_PORT = 2375
_TLS_PORT = 2376

_DOCKER_HELP = ("start Docker", "point DOCKER_HOST or DOCKER_CONTEXT at another engine")
_DOCKER_DENIED = ("join the group `docker`", "run this as root")
_PODMAN_START = "start a Podman service of your own (`systemctl --user start podman.socket`)"
_PODMAN_HELP = (_PODMAN_START, "point CONTAINER_HOST at another one")
_PODMAN_DENIED = (_PODMAN_START,)


class NoAnswerError(SourceError):
    """An engine cannot be asked: what is wrong, and what to do about it, the simplest first."""

    def __init__(self, what: str, remedies: Sequence[str]) -> None:
        super().__init__(f"{what}; {', or '.join(remedies)}")
        self.what = what
        self.remedies = remedies


class Endpoint(Value):
    """Where an engine listens, and the folder of its TLS files (ca.pem, cert.pem, key.pem), None without TLS.

    `engine` is what to call it, `program` its command; `help` is what to do when it does not answer, `denied` when it
    may not be asked. `via` is where to connect to instead, "" when that is `host` itself.
    """

    host: str
    tls: Path | None = None
    verify: bool = True
    engine: str = "the Docker engine"
    help: tuple[str, ...] = _DOCKER_HELP
    denied: tuple[str, ...] = _DOCKER_DENIED
    program: str = "docker"
    via: str = ""


def find_endpoints(transport: str | None, environ: Mapping[str, str]) -> tuple[Endpoint, ...]:
    """The engines that may hold an image, in the order in which to ask them.

    For a bare name these are Docker's, and Podman's where there is one; when DOCKER_HOST says which engine to ask,
    it is the only one. Raises SourceError for a context that is not there.
    """
    if transport == PODMAN:
        return (find_podman(environ) or _podman(_own_podman_socket(environ)),)
    docker = find_docker(environ)
    if transport == DOCKER_DAEMON or environ.get("DOCKER_HOST"):
        return (docker,)
    podman = find_podman(environ)
    return (docker,) if podman is None else (docker, podman)


def find_docker(environ: Mapping[str, str]) -> Endpoint:
    """The engine that the docker command would use: DOCKER_HOST, else a context, else the local socket."""
    host = environ.get("DOCKER_HOST", "").strip()
    folder = Path(environ.get("DOCKER_CONFIG", "") or Path(environ.get("HOME", "/")) / ".docker")
    if host:
        keys = environ.get("DOCKER_CERT_PATH", "")
        verify = bool(environ.get("DOCKER_TLS_VERIFY", ""))
        if verify or environ.get("DOCKER_TLS", ""):
            return Endpoint(_completed(host, _TLS_PORT), Path(keys or folder), verify)
        return Endpoint(_completed(host, _PORT), Path(keys) if keys and host.startswith("https") else None, verify)
    name = environ.get("DOCKER_CONTEXT", "") or _current_context(folder)
    return Endpoint(_DOCKER_SOCKET) if name in ("", "default") else _context(folder, name)


def _completed(host: str, port: int) -> str:
    """With what `docker` adds where it is left out: the protocol, the socket or the port."""
    if "://" not in host and not host.startswith("/"):
        host = f"tcp://{host}"
    protocol, _, rest = host.partition("://")
    if protocol == "unix" and not rest:
        return _DOCKER_SOCKET
    if protocol != "tcp" or re.search(r":[0-9]+(/|$)", rest):
        return host
    address, slash, path = rest.partition("/")
    return f"tcp://{address or 'localhost'}:{port}{slash}{path}"


def find_podman(environ: Mapping[str, str]) -> Endpoint | None:
    """Podman's service: CONTAINER_HOST, else the first socket that there is (the user's, root's, a virtual machine's).

    None when there is no socket: Podman's own commands need no service, so most often none is running.
    """
    host = environ.get("CONTAINER_HOST", "")
    if host:
        return _podman(host)
    sockets = (
        _own_podman_socket(environ),
        "unix:///run/podman/podman.sock",
        # macOS: `podman machine` keeps this link to the machine that answers.
        f"unix://{environ.get('HOME', '/')}/.local/share/containers/podman/machine/podman.sock",
    )
    return next((_podman(socket) for socket in sockets if _there(socket)), None)


def _own_podman_socket(environ: Mapping[str, str]) -> str:
    return f"unix://{environ.get('XDG_RUNTIME_DIR') or '/run'}/podman/podman.sock"


def _podman(host: str) -> Endpoint:
    return Endpoint(host, engine="Podman", help=_PODMAN_HELP, denied=_PODMAN_DENIED, program="podman")


def _there(socket: str) -> bool:
    try:
        return Path(socket.removeprefix("unix://")).is_socket()
    except OSError:  # in a folder that is closed to this user, as root's is
        return False


def _current_context(folder: Path) -> str:
    try:
        current = json.loads((folder / "config.json").read_bytes()).get("currentContext", "")
    except (OSError, ValueError, AttributeError):
        return ""
    return current if isinstance(current, str) else ""


def _context(folder: Path, name: str) -> Endpoint:
    identifier = hashlib.sha256(name.encode()).hexdigest()
    try:
        meta = json.loads((folder / "contexts" / "meta" / identifier / "meta.json").read_bytes())
        endpoint = meta["Endpoints"]["docker"]
        host, skip = str(endpoint["Host"]), bool(endpoint.get("SkipTLSVerify", False))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"there is no Docker context {printable(name)} in {folder}") from error
    tls = folder / "contexts" / "tls" / identifier / "docker"
    return Endpoint(host or _DOCKER_SOCKET, tls if tls.is_dir() else None, not skip)
