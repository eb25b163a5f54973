"""Microsoft's own validator, with the rules that GitHub adds, finds nothing to say about our SARIF."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = "@microsoft/sarif-multitool@5.7.0"


@pytest.fixture(scope="module")
def multitool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("npm")
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, PACKAGE], check=True)
    return folder / "node_modules/.bin/sarif-multitool"


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize(
    "targets",
    [
        pytest.param(["fixtures/broken/Dockerfile"], id="dockerfile"),
        pytest.param(["oci:fixtures/broken/image"], id="image"),
        pytest.param(["fixtures/hello/Dockerfile", "oci:fixtures/hello/image"], id="clean"),
        pytest.param(["fixtures", "oci:fixtures/broken/image", "oci:fixtures/missing"], id="everything-and-a-failure"),
    ],
)
def test_the_validator_has_no_complaint(multitool: Path, tmp_path: Path, targets: list[str]):
    sarif, verdict = tmp_path / "report.sarif", tmp_path / "verdict.sarif"
    lint = Path(sys.executable).with_name("lambda-lint")
    subprocess.run([lint, f"--format=sarif={sarif}", *targets], cwd=ROOT, check=False)

    # Quoted, because the npm package hands its arguments to a shell
    arguments = [shlex.quote(word) for word in (str(sarif), "--rule-kind", "Sarif;Ghas", "--output", str(verdict))]
    result = subprocess.run(
        [multitool, "validate", *arguments],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert verdict.exists(), result.stdout + result.stderr
    complaints = [
        f"{complaint['ruleId']} {complaint.get('level', 'warning')}: {complaint['message']}"
        for run in json.loads(verdict.read_text(encoding="utf-8-sig"))["runs"]
        for complaint in run.get("results", [])
        if complaint.get("level", "warning") in ("error", "warning")
    ]
    assert complaints == []
    assert result.returncode == 0, result.stdout + result.stderr
