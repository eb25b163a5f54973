"""Libraries that native modules of Python need, on ELF files that this machine's compiler makes."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest
from support import programs
from support.images import file
from support.starting import APP, found, python

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")

SITE = "/usr/local/lib/python3.13/site-packages"
LOADER = "/lib64/ld-linux-x86-64.so.2"
NATIVE = "_fast.cpython-313-x86_64-linux-gnu.so"
OWN_LIBRARY = "pkg.libs/libown.so"
# A Python that is linked with the system's libraries.
DYNAMIC = {
    LOADER: programs.program(),
    "/usr/local/bin/python3.13": file(programs.elf(loader=LOADER), mode=0o755),
}
MANYLINUX, LOCAL = "cp313-cp313-manylinux2014_x86_64", "cp313-cp313-linux_x86_64"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A native module that needs libown.so, and the library."""
    folder = tmp_path_factory.mktemp("natives")
    (folder / "own.c").write_text("int own(void) { return 1; }\n")
    (folder / "fast.c").write_text("int own(void);\nint fast(void) { return own(); }\n")
    shared = ["cc", "-nostdlib", "-fno-stack-protector", "-shared", "-fPIC"]
    subprocess.run([*shared, "-Wl,-soname,libown.so", "-o", "libown.so", "own.c"], cwd=folder, check=True)
    path = "-Wl,--disable-new-dtags,-rpath,$ORIGIN/../pkg.libs"
    subprocess.run([*shared, path, "-o", "fast.so", "fast.c", "-L.", "-lown"], cwd=folder, check=True)
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def importing(
    built: dict[str, bytes],
    tag: str = MANYLINUX,
    files: dict[str, Any] | None = None,
    *,
    code: str = "from pkg import _fast\n",
    record: str = f"pkg/{NATIVE},sha256=a,1\n{OWN_LIBRARY},sha256=b,2\n",
) -> list[tuple[str, str, str]]:
    """What is said of a handler that imports a package whose native module needs a library."""
    every = {
        **DYNAMIC,
        f"{SITE}/pkg/__init__.py": "",
        f"{SITE}/pkg/{NATIVE}": file(built["fast.so"]),
        f"{SITE}/pkg-1.0.dist-info/RECORD": record,
        f"{SITE}/pkg-1.0.dist-info/WHEEL": f"Wheel-Version: 1.0\nTag: {tag}\n",
        "/function/app.py": code + APP,
        **(files or {}),
    }
    return found("missing-module", python(every))


def said(needs: str = "the library libown.so, which is not in the image") -> list[tuple[str, str, str]]:
    message = f"/function/app.py imports pkg._fast, whose native part needs {needs}"
    return [("error", message, "/function/app.py")]


def test_a_library_of_its_own_that_was_deleted(built: dict[str, bytes]) -> None:
    assert importing(built) == said()


def test_a_library_of_its_own_that_is_there(built: dict[str, bytes]) -> None:
    assert importing(built, files={f"{SITE}/{OWN_LIBRARY}": file(built["libown.so"])}) == []


@pytest.mark.parametrize(
    ("tag", "record"),
    [
        pytest.param(MANYLINUX, f"pkg/{NATIVE},,\n", id="it may be the system's"),
        pytest.param(MANYLINUX, "", id="no record"),
        pytest.param("py3-none-any", f"pkg/{NATIVE},,\n", id="no native package at all"),
    ],
)
def test_what_nothing_speaks_against_is_not_read(built: dict[str, bytes], tag: str, record: str) -> None:
    assert importing(built, tag, record=record) == []


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        pytest.param("/usr/lib/other.so", said(), id="nowhere"),
        pytest.param("/usr/lib/libown.so", [], id="where the loader looks"),
        pytest.param("/opt/own/libown.so", [], id="elsewhere, so it may be loaded first"),
        pytest.param("/opt/own/libown-1a2b.so.1.0", [], id="by another name, so it may be loaded first"),
        pytest.param("/usr/lib/libownership.so", said(), id="another library"),
    ],
)
def test_a_module_that_was_built_where_a_library_was(
    built: dict[str, bytes], where: str, expected: list[tuple[str, str, str]]
) -> None:
    assert importing(built, LOCAL, {where: file(built["libown.so"])}, record=f"pkg/{NATIVE},,\n") == expected


@pytest.mark.parametrize("folder", ["/mnt/efs/lib", "/tmp/lib"])
def test_a_library_that_may_be_there_at_run_time(folder: str, built: dict[str, bytes]) -> None:
    every = {
        **DYNAMIC,
        f"{SITE}/pkg/__init__.py": "",
        f"{SITE}/pkg/{NATIVE}": file(built["fast.so"]),
        f"{SITE}/pkg-1.0.dist-info/RECORD": f"pkg/{NATIVE},,\n",
        f"{SITE}/pkg-1.0.dist-info/WHEEL": f"Tag: {LOCAL}\n",
        "/function/app.py": "from pkg import _fast\n" + APP,
    }
    path = {"PATH": "/usr/local/bin"}
    assert found("missing-module", python(every, env=path)) == said()
    assert found("missing-module", python(every, env={**path, "LD_LIBRARY_PATH": folder})) == []


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    from pkg import _fast\nexcept ImportError:\n    _fast = None\n",
        "def load():\n    from pkg import _fast\n",
    ],
)
def test_a_module_that_is_not_imported_for_certain(built: dict[str, bytes], code: str) -> None:
    assert importing(built, code=code) == []


def test_a_static_python_tells_nothing(built: dict[str, bytes]) -> None:
    assert importing(built, files={"/usr/local/bin/python3.13": programs.program()}) == []


@pytest.mark.parametrize(("library", "needs"), [("libGL.so.1", False), ("libX11.so.6", True)])
def test_opencv_needs_a_library_of_the_system(library: str, needs: bool, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("cv2")
    (folder / "gl.c").write_text("int gl(void) { return 1; }\n")
    (folder / "cv2.c").write_text("int gl(void);\nint cv2(void) { return gl(); }\n")
    shared = ["cc", "-nostdlib", "-fno-stack-protector", "-shared", "-fPIC"]
    subprocess.run([*shared, "-Wl,-soname,libGL.so.1", "-o", "libGL.so", "gl.c"], cwd=folder, check=True)
    subprocess.run([*shared, "-o", "cv2.abi3.so", "cv2.c", "-L.", "-lGL"], cwd=folder, check=True)
    files = {
        **DYNAMIC,
        f"{SITE}/cv2/__init__.py": "def bootstrap():\n    importlib.import_module('cv2')\n\nbootstrap()\n",
        f"{SITE}/cv2/cv2.abi3.so": (folder / "cv2.abi3.so").read_bytes(),
        f"{SITE}/opencv_python-4.10.0.84.dist-info/RECORD": "cv2/cv2.abi3.so,,\n",
        f"{SITE}/opencv_python-4.10.0.84.dist-info/WHEEL": "Tag: cp37-abi3-manylinux2014_x86_64\n",
        f"/usr/lib/{library}": (folder / "libGL.so").read_bytes(),
        "/function/app.py": "import cv2\n" + APP,
    }
    message = "/function/app.py imports cv2, whose native part needs the library libGL.so.1, which is not in the image"
    assert found("missing-module", python(files)) == ([("error", message, "/function/app.py")] if needs else [])
