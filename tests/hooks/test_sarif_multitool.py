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
    sarif = tmp_path / "report.sarif"
    lint(sarif, targets, ROOT)
    assert complaints(multitool, sarif) == []


@pytest.mark.network
@pytest.mark.slow
def test_the_validator_has_no_complaint_of_what_is_suppressed(multitool: Path, tmp_path: Path):
    comment = "# lambda-lint: ignore[shell-form-command] a test"
    text = f"FROM public.ecr.aws/lambda/python:3.13\n{comment}\nCMD app.handler\n# lambda-lint: ignore[x]\n"
    (tmp_path / "Dockerfile").write_text(text)
    sarif = tmp_path / "report.sarif"
    lint(sarif, ["Dockerfile"], tmp_path)
    (run,) = json.loads(sarif.read_text())["runs"]
    assert [len(result["suppressions"]) for result in run["results"]] == [0, 0, 1]
    assert complaints(multitool, sarif) == []


def lint(sarif: Path, targets: list[str], folder: Path) -> None:
    command = [Path(sys.executable).with_name("lambda-lint"), f"--format=sarif={sarif}", *targets]
    subprocess.run(command, cwd=folder, check=False)


def complaints(multitool: Path, sarif: Path) -> list[str]:
    """What the validator has to say of a file, graver than a note."""
    verdict = sarif.with_name("verdict.sarif")

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
    assert result.returncode == 0, result.stdout + result.stderr
    return [
        f"{complaint['ruleId']} {complaint.get('level', 'warning')}: {complaint['message']}"
        for run in json.loads(verdict.read_text(encoding="utf-8-sig"))["runs"]
        for complaint in run.get("results", [])
        if complaint.get("level", "warning") in ("error", "warning")
    ]
