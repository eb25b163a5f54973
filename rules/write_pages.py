"""Writes rules/README.md and rules/docs/ from the docstrings of the rules. A test tells when that is due."""

from pathlib import Path

from lambda_lint.packs import load_packs
from lambda_lint.pages import render_all
from lambda_lint.settings import Settings


def main() -> None:
    folder = Path(__file__).parent
    files = render_all(rule for pack in load_packs(Settings().packs) for rule in pack.rules)
    (folder / "docs").mkdir(exist_ok=True)
    for stale in {path.name for path in (folder / "docs").glob("*.md")} - {Path(name).name for name in files}:
        (folder / "docs" / stale).unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
