"""What the dynamic loader would say, on ELF files that this machine's compiler makes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import programs
from support.images import directory, file, image
from support.starting import found

from lambda_lint_rules._start import libraries
from lambda_lint_rules._start.files import Files

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")

LOADER = "/lib64/ld-linux-x86-64.so.2"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A program that needs libown.so, the library, and one that has a version script."""
    folder = tmp_path_factory.mktemp("elf")
    (folder / "own.c").write_text("int own(void) { return 1; }\n")
    (folder / "own.map").write_text("OWN_2.0 { global: own; };\n")
    (folder / "main.c").write_text("int own(void);\nvoid _start(void) { own(); for (;;); }\n")
    compiler = ["cc", "-nostdlib", "-fno-stack-protector"]
    library = [*compiler, "-shared", "-fPIC", "-Wl,-soname,libown.so", "-Wl,--version-script=own.map"]
    subprocess.run([*library, "-o", "libown.so", "own.c"], cwd=folder, check=True)
    start = [*compiler, "-no-pie", f"-Wl,--dynamic-linker={LOADER}"]
    subprocess.run([*start, "-o", "main", "main.c", "-L.", "-lown"], cwd=folder, check=True)
    (folder / "own.map").write_text("OWN_1.0 { global: own; };\n")
    subprocess.run([*library, "-o", "old.so", "own.c"], cwd=folder, check=True)
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def described(built: dict[str, bytes], files: dict[str, Any], **more: Any) -> dict[str, Any]:
    every = {"/main": file(built["main"], mode=0o755), LOADER: programs.program(), **files}
    return {"files": every, "entrypoint": ["/main"], **more}


def test_a_library_in_a_folder_of_the_loader_is_found(built: dict[str, bytes]) -> None:
    assert found("missing-library", described(built, {"/usr/lib/libown.so": built["libown.so"]})) == []


@pytest.mark.parametrize(
    "more",
    [
        {"env": {"LD_LIBRARY_PATH": "/opt/own"}},
        {"files": {"/etc/ld.so.conf": "include ld.so.conf.d/*.conf\n", "/etc/ld.so.conf.d/own.conf": "/opt/own\n"}},
    ],
    ids=["LD_LIBRARY_PATH", "ld.so.conf"],
)
def test_a_library_elsewhere_is_found_where_the_loader_is_told_to_look(
    built: dict[str, bytes], more: dict[str, Any]
) -> None:
    files = {"/opt/own/libown.so": built["libown.so"], **more.pop("files", {})}
    assert found("missing-library", described(built, files, **more)) == []


def test_a_library_that_is_nowhere_is_missing(built: dict[str, bytes]) -> None:
    assert found("missing-library", described(built, {"/opt/libown.so": built["libown.so"]})) == [
        ("error", "/main needs the library libown.so, which is not in the image", "/main")
    ]


def test_a_library_that_the_cache_knows_is_given_the_benefit_of_the_doubt(built: dict[str, bytes]) -> None:
    cache = {"/etc/ld.so.cache": b"ld.so-1.7.0\0libown.so\0/odd/libown.so\0"}
    assert found("missing-library", described(built, {**cache, "/odd/libown.so": built["libown.so"]})) == []
    assert found("missing-library", described(built, cache)) == [
        ("error", "/main needs the library libown.so, which is not in the image", "/main")
    ]


def test_a_library_without_the_wanted_version_is_too_old(built: dict[str, bytes]) -> None:
    assert found("missing-library", described(built, {"/usr/lib/libown.so": built["old.so"]})) == [
        ("error", "/main needs OWN_2.0, which the image's libown.so is too old for", "/main")
    ]


def test_a_native_part_that_lacks_a_library_keeps_its_client_from_loading(built: dict[str, bytes]) -> None:
    site = "/usr/local/lib/python3.13/site-packages"
    files = {
        **programs.python(),
        **programs.awslambdaric(),
        "/usr/local/bin/python3.13": file(programs.elf(loader=LOADER), mode=0o755),
        LOADER: programs.program(),
        f"{site}/runtime_client.cpython-313-x86_64-linux-gnu.so": built["main"],
        "/function": directory(),
    }
    description = {"files": files, "entrypoint": ["python", "-m", "awslambdaric"], "command": ["app.handler"]}
    assert found("client-cannot-load", description) == [
        (
            "error",
            "the native part of awslambdaric cannot be loaded: it needs libown.so, which is not in the image",
            f"{site}/runtime_client.cpython-313-x86_64-linux-gnu.so",
        )
    ]


@given(st.data())
def test_a_damaged_file_is_no_crash(built: dict[str, bytes], data: st.DataObject) -> None:
    content = bytearray(built["main"])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    files = Files(image(files={"/main": bytes(content[:cut])}).filesystem)
    libraries.missing(files, "/main", LOADER, {}, "amd64")
