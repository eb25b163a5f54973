"""What lambda-lint says about an image before it is run."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

# What the function's own ImageConfig could still supply is a warning, and keeps this image from starting all the same.
_WARNINGS_THAT_STOP = frozenset({"missing-command", "unset-variable", "user-switch"})


@dataclass(frozen=True, slots=True)
class Prediction:
    """The rules that say the function cannot start; none means that it works.

    `bytes_read` is what the start plan read beside the layers' one pass.
    """

    rules: tuple[str, ...] = ()
    bytes_read: int = 0

    @property
    def works(self) -> bool:
        """Whether lambda-lint found nothing that keeps the function from starting."""
        return not self.rules


def predict(image: str) -> Prediction:
    """Run the real command on an image in the engine. Raises RuntimeError when it could not finish."""
    command = [sys.executable, "-m", "lambda_lint", "-f", "json", f"docker-daemon:{image}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"lambda-lint did not finish with {image}: {done.stderr or done.stdout}")
    (target,) = json.loads(done.stdout)["targets"]
    rules = sorted({finding["rule"] for finding in target["findings"] if _stops(finding)})
    return Prediction(tuple(rules), target["facts"].get("start_bytes_read", 0))


def _stops(finding: dict[str, Any]) -> bool:
    return finding["severity"] == "error" or finding["rule"] in _WARNINGS_THAT_STOP
