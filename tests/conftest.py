"""What all tests share: the support code, hypothesis' profile, and the Docker engine."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))

# The same examples every time: a red run can be repeated. Shared machines are slow at times, so no deadline.
settings.register_profile("default", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")

# A shell that starts the tests in the background ignores Ctrl-C on their behalf, and so would the programs they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_DEFAULT_SOCKET = "/var/run/docker.sock"
_REASON = "needs a Docker engine"


@pytest.fixture(scope="session")
def docker_host() -> str:
    """Where the engine listens, as DOCKER_HOST has it. Without one the test is skipped, or fails where it must run."""
    host = os.environ.get("DOCKER_HOST", "")
    if not host and Path(_DEFAULT_SOCKET).exists():
        host = f"unix://{_DEFAULT_SOCKET}"
    if host:
        return host
    if os.environ.get("LAMBDA_LINT_REQUIRE_ENGINE") == "1":
        pytest.fail(f"{_REASON}, and LAMBDA_LINT_REQUIRE_ENGINE is set")
    pytest.skip(_REASON)


@pytest.fixture(autouse=True)
def _engine(request: pytest.FixtureRequest) -> None:
    """A test marked `engine` has one, whether it asks for `docker_host` or not."""
    if request.node.get_closest_marker("engine") is not None:
        request.getfixturevalue("docker_host")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was worked out before must not answer for the code of today, nor fill the cache of who runs the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def nobody() -> Iterator[None]:
    """Root may read every file and open every socket, so that a test of what may not be is run as somebody else."""
    user = os.geteuid()
    os.seteuid(user or 65534)
    yield
    os.seteuid(user)
