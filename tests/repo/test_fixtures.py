"""What ships in fixtures/ is what its script writes."""

import subprocess
import sys
from pathlib import Path

FIXTURES = Path(__file__).parents[2] / "fixtures"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_writing_the_layouts_again_gives_the_same_bytes(tmp_path: Path):
    subprocess.run([sys.executable, FIXTURES / "make.py", tmp_path], check=True)

    shipped = {name: data for name, data in files(FIXTURES).items() if "/image/" in name}
    assert files(tmp_path) == shipped
