"""Logins to registries where `docker login` and `podman login` leave them: their configuration files and helpers.

The formats are those of docker-login(1), containers-auth.json(5) and github.com/docker/docker-credential-helpers.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from lambda_lint.annotations import Any
from lambda_lint.errors import SourceError, printable
from lambda_lint.lazy import regex
from lambda_lint.reference import DOCKER_HUB
from lambda_lint.sources.reading import FileChunks, open_file, reason
from lambda_lint.values import Value

# Under this name `docker login` keeps what belongs to Docker Hub, and helpers are asked for it.
_HUB_KEY = "https://index.docker.io/v1/"
_HUB_NAMES = frozenset({"index.docker.io", "registry-1.docker.io"})
_API_VERSION = regex(r"/v[12]$")
_HELPER_NAME = regex(r"[A-Za-z0-9._-]+")
# What every helper says when it has nothing, in the words of docker-credential-helpers.
_NOT_FOUND = "credentials not found"
# Below it, by user, Podman keeps logins where XDG_RUNTIME_DIR is not set, as in a job that root runs.
_PODMAN = Path("/run/containers")
# Some helpers wait until somebody unlocks a key ring.
_HELPER_PATIENCE = 60
_CONFIG_LIMIT = 4 << 20
_TOKEN_USER = "<token>"  # noqa: S105  # the name that helpers give to the owner of an identity token


class Login(Value):
    """What a registry will know the user by.

    `secret` is the password of `user`; or, where they are not empty, `identity` is a token to get others for, and
    `bearer` one to be shown as it is. `source` tells where it was found.
    """

    user: str = ""
    secret: str = ""
    identity: str = ""
    bearer: str = ""
    source: str = ""

    def __repr__(self) -> str:
        return f"Login({self.user!r}, source={self.source!r})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown."""
        return tuple(filter(None, (self.secret, self.identity, self.bearer)))


class Found(Value):
    """The login, None when there is none; and what went wrong in looking for it, to be told if it is needed."""

    login: Login | None
    troubles: tuple[str, ...] = ()


Ask = Callable[[str, str], "Login | None"]
"""Asks the helper of a name for what it keeps under a key. Raises SourceError when it fails."""


def find_login(host: str, repository: str, environ: Mapping[str, str], ask: Ask) -> Found:
    """The login for a repository, from the first file that has one, or from the helper that a file names."""
    troubles: tuple[str, ...] = ()
    for path in _files(environ):
        found = _tried(path, host, repository, ask)
        if found.login is not None:
            return found
        troubles += found.troubles
    return Found(None, troubles)


def _files(environ: Mapping[str, str]) -> Iterator[Path]:
    """What the user names for this purpose comes first, then Docker's file, as the Docker engine comes first."""
    home = Path(environ.get("HOME", "/"))
    if environ.get("REGISTRY_AUTH_FILE"):
        yield Path(environ["REGISTRY_AUTH_FILE"])
    yield Path(environ.get("DOCKER_CONFIG") or home / ".docker") / "config.json"
    if environ.get("XDG_RUNTIME_DIR"):
        yield Path(environ["XDG_RUNTIME_DIR"]) / "containers" / "auth.json"
    else:
        yield _PODMAN / str(os.getuid()) / "auth.json"
    yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "containers" / "auth.json"


def _tried(path: Path, host: str, repository: str, ask: Ask) -> Found:
    try:
        return Found(_in_file(path, host, repository, ask))
    except SourceError as error:
        return Found(None, (str(error),))


def _in_file(path: Path, host: str, repository: str, ask: Ask) -> Login | None:
    config = _load(path)
    helper = _normal(config.get("credHelpers")).get(host) or config.get("credsStore")
    trouble: SourceError | None = None
    if helper:
        try:
            if not isinstance(helper, str) or not _HELPER_NAME.fullmatch(helper):
                raise SourceError(f"{printable(str(helper))} cannot be the name of a credential helper")
            login = ask(helper, _HUB_KEY if host == DOCKER_HUB else host)
        except SourceError as error:
            trouble = SourceError(f"{path}: {error}")
        else:
            if login is not None:
                return login
    entries = _normal(config.get("auths"))
    for name in _names(host, repository):
        login = _from_entry(entries.get(name), f"{path}")
        if login is not None:
            return login
    if trouble is not None:
        raise trouble
    return None


def _load(path: Path) -> dict[str, Any]:
    try:
        with ExitStack() as stack:
            if not path.exists():
                return {}
            chunks = FileChunks(open_file(path, stack), size=_CONFIG_LIMIT)
            config = json.loads(b"".join(chunks))
    except OSError as error:
        raise SourceError(f"{path}: {reason(error)}") from error
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path} is not JSON") from error
    if not isinstance(config, dict):
        raise SourceError(f"{path} is not a JSON object")
    return config


def _normal(entries: Any) -> dict[str, Any]:
    """The entries by host, or by host and repository: whoever logs in may write `https://HOST/v1/`."""
    found = {}
    for key, value in entries.items() if isinstance(entries, dict) else ():
        name = key.partition("://")[2] or key
        name = _API_VERSION.sub("", name.rstrip("/"))
        host, slash, rest = name.partition("/")
        found[(DOCKER_HUB if host in _HUB_NAMES else host) + slash + rest] = value
    return found


def _names(host: str, repository: str) -> Iterator[str]:
    """From the repository to its host: Podman keeps logins for parts of a registry, too."""
    name = f"{host}/{repository}"
    while name:
        yield name
        name = name.rpartition("/")[0]


def _from_entry(entry: Any, source: str) -> Login | None:
    if not isinstance(entry, dict):
        return None
    fields = {key: value for key, value in entry.items() if isinstance(value, str) and value}
    user, secret = fields.get("username", ""), fields.get("password", "")
    if "auth" in fields:
        try:
            decoded = base64.b64decode(fields["auth"], validate=True).decode()
        except ValueError as error:
            raise SourceError(f"{source} holds a login that is not base64") from error
        user, _, secret = decoded.partition(":")
    login = Login(user, secret.strip("\0"), fields.get("identitytoken", ""), fields.get("registrytoken", ""), source)
    return login if login.secrets else None


def ask_helper(name: str, key: str, environ: Mapping[str, str]) -> Login | None:
    """What the credential helper of that name keeps under a key. Raises SourceError when it fails."""
    program = f"docker-credential-{name}"
    path = shutil.which(program, path=environ.get("PATH", ""))
    if path is None:
        raise SourceError(f"the credential helper {program} is not installed")
    try:
        done = subprocess.run(  # noqa: S603  # the user's own configuration names it
            [path, "get"],
            input=key.encode(),
            capture_output=True,
            env=dict(environ),
            timeout=_HELPER_PATIENCE,
            check=False,
        )
    except OSError as error:
        raise SourceError(f"the credential helper {program} cannot be run ({reason(error)})") from error
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"the credential helper {program} does not end") from error
    if done.returncode != 0:
        # Helpers tell on stdout what went wrong. A login that one prints there, though it fails, is not quoted.
        told = done.stderr if done.stdout.lstrip()[:1] in (b"", b"{") else done.stdout
        said = told.decode(errors="replace").strip()
        if _NOT_FOUND in said:
            return None
        cause = f": {printable(said.partition(chr(10))[0])}" if said else ""
        raise SourceError(f"the credential helper {program} fails{cause}")
    try:
        answer = json.loads(done.stdout)
        user, secret = str(answer["Username"]), str(answer["Secret"])
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise SourceError(f"the credential helper {program} gives no user name and secret") from error
    if not secret:
        return None
    return Login(identity=secret, source=program) if user == _TOKEN_USER else Login(user, secret, source=program)
