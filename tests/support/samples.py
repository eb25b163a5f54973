"""Samples of output in README and CONTRIBUTING, made by running what they show.

`./dev python tests/support/samples.py` writes them anew; tests compare.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"

_SAMPLE = re.compile(r"^(```console\n\$ (lambda-lint [^\n]*)\n).*?^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^`([^`]+)`\n\n(````?)\w+\n(.*?)^\2$", re.MULTILINE | re.DOTALL)


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs lambda-lint in a folder, where a rule pack may be installed in `site`, into a pipe that takes UTF-8."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("COLOR")}
    return subprocess.run(
        [Path(sys.executable).with_name("lambda-lint"), *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder / "site"), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def follow_tutorial(folder: Path) -> None:
    """Writes the files of CONTRIBUTING's tutorial, and installs its rule pack.

    Beside the environment of the tests, not into it, and without asking a registry.
    """
    for name, _, content in _FILE.findall(CONTRIBUTING.read_text(encoding="utf-8")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", folder / "site"]
    subprocess.run([sys.executable, *install, folder / "acme-rules"], check=True)


def refreshed(document: Path, folder: Path) -> str:
    """The document with the output of each command that it shows, run in `folder`."""
    return _SAMPLE.sub(
        lambda sample: f"{sample[1]}{lint(folder, *sample[2].split()[1:]).stdout}```",
        document.read_text(encoding="utf-8"),
    )


if __name__ == "__main__":
    README.write_text(refreshed(README, ROOT), encoding="utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        follow_tutorial(Path(temporary))
        CONTRIBUTING.write_text(refreshed(CONTRIBUTING, Path(temporary)), encoding="utf-8")
