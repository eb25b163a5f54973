"""The order of the rooms that DESIGN and pyproject.toml lay down holds, and would be noticed if it broke."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(root / "linter"), str(root / "rules")])
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--config", ROOT / "pyproject.toml"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_import_contract_is_kept():
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "statement", "broken"),
    [
        pytest.param(
            "linter/lambda_lint/rule.py",
            "from lambda_lint.report import Finding",
            "The rooms import only from those below them",
            id="upward",
        ),
        pytest.param(
            "linter/lambda_lint/engine.py",
            "import lambda_lint_rules",
            "The linter knows nothing of AWS Lambda",
            id="linter-names-its-pack",
        ),
        pytest.param(
            "linter/lambda_lint/report.py",
            "import socket",
            "Only the rim reads files, sockets, the environment and the clock",
            id="impure",
        ),
        pytest.param(
            "rules/lambda_lint_rules/image_index.py",
            "from lambda_lint.errors import SourceError",
            "Rules use the authoring API, not the linter's rooms",
            id="back-door",
        ),
    ],
)
def test_an_import_that_breaks_a_contract_is_noticed(tmp_path: Path, module: str, statement: str, broken: str):
    for source in ("linter", "rules"):
        shutil.copytree(ROOT / source, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / module).open("a") as file:
        file.write(f"\n{statement}\n")

    result = lint_imports(tmp_path)

    assert result.returncode == 1
    assert re.findall(r"^(.+) BROKEN", result.stdout, re.MULTILINE) == [broken]


def test_no_rule_is_imported_by_anything_in_its_pack():
    graph = grimp.build_graph("lambda_lint_rules", cache_dir=None)
    rules = {module for module in graph.find_children("lambda_lint_rules") if "._" not in module}

    assert {rule: graph.find_modules_that_directly_import(rule) for rule in rules} == {rule: set() for rule in rules}


def test_pure_rooms_take_only_the_pure_part_of_a_module():
    """What import contracts cannot tell apart: they see the outermost name of a foreign module only."""
    pure = re.compile(r"pathlib\.Pure\w+|urllib\.parse(\.\w+)?|(?!pathlib|urllib).*")
    rim = {"arguments.py", "cli.py", "command_line.py", "packs.py", "session.py", "settings.py", "write_pages.py"}
    impure = {
        f"{path.relative_to(ROOT)}: {name}"
        for source in ("linter", "rules")
        for path in (ROOT / source).rglob("*.py")
        if path.name not in rim and path.parent.name != "sources"
        for node in ast.walk(ast.parse(path.read_text()))
        for name in imported(node)
        if not pure.fullmatch(name)
    }

    assert impure == set()


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
