"""What a run imports. A heavy library that creeps into the start of every run costs more than the linting itself."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OF_IMAGES = {
    "isal", "elftools", "concurrent.futures", "lambda_lint.sources.archives", "lambda_lint.image.tar",
    "lambda_lint.answers", "lambda_lint.facts", "lambda_lint_rules._start.wanted",
}  # fmt: skip
OF_FEW = {
    "lambda_lint.command_line", "lambda_lint.json_schema", "lambda_lint.parcels", "lambda_lint.processes",
    "lambda_lint.sources.json_files",
    "docker", "requests", "urllib3", "jsonschema", "importlib.metadata", "rich", "rich_argparse", "shtab", "shutil",
    "argparse", "ast", "gettext", "dataclasses", "datetime", "fnmatch", "inspect", "asyncio", "tomllib",
    "hashlib", "json", "logging", "math", "pathlib", "shlex", "string", "traceback", "typing", "unicodedata",
}  # fmt: skip
PROGRAM = """
import sys
python = set(sys.modules)
from lambda_lint.cli import main
assert main(sys.argv[1:]) == 0
print(*(set(sys.modules) - python), file=sys.stderr)
"""


def imported(folder: Path, *arguments: str) -> set[str]:
    command = [sys.executable, "-c", PROGRAM, *arguments]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(result.stderr.split())


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_bytes((ROOT / "fixtures/hello/Dockerfile").read_bytes())
    return tmp_path


def test_a_dockerfile_is_linted_without_what_images_need_or_few_runs_do(clean: Path):
    assert imported(clean, "Dockerfile") & (OF_IMAGES | OF_FEW) == set()


def test_a_dockerfile_alone_is_linted_without_what_reads_programs(clean: Path):
    reads = {
        f"lambda_lint_rules._start.{name}"
        for name in ("built", "checks", "image", "imports", "node_modules", "shell_syntax")
    }
    assert imported(clean, "Dockerfile") & {f"lambda_lint_rules._start.{name}" for name in reads} == set()


def test_a_healthy_image_is_read_without_what_only_an_engine_or_a_damaged_one_needs(clean: Path):
    shown = imported(clean, f"oci:{ROOT / 'fixtures/hello/image'}")
    assert shown >= {"isal", "lambda_lint.sources.archives"}
    assert shown & {"docker", "requests", "jsonschema", "rich", "concurrent.futures", "logging", "tempfile"} == set()
