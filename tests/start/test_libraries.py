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
from support.images import directory, file, image, symlink
from support.starting import found

from lambda_lint import Deployment
from lambda_lint_rules._start import libraries, plan
from lambda_lint_rules._start.files import Files
from lambda_lint_rules._start.libraries import Linking

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")

LOADER = "/lib64/ld-linux-x86-64.so.2"
MUSL = "/lib/ld-musl-x86_64.so.1"
ELSEWHERE = "/main needs the library libown.so, and the loader does not look where it is:"


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
    outer = [*compiler, "-shared", "-fPIC", "-Wl,-soname,libouter.so"]
    (folder / "outer.c").write_text("int own(void);\nint outer(void) { return own(); }\n")
    subprocess.run([*outer, "-o", "libouter.so", "outer.c", "-L.", "-lown"], cwd=folder, check=True)
    (folder / "both.c").write_text("int outer(void);\nvoid _start(void) { outer(); for (;;); }\n")
    for name, tags, path in (
        ("rpath", "--disable-new-dtags", "${ORIGIN}/../lib"),
        ("runpath", "--enable-new-dtags", "$ORIGIN/../lib"),
        ("multiarch", "--enable-new-dtags", "/opt/$LIB"),
    ):
        link = [*start, f"-Wl,{tags},-rpath,{path}", "-Wl,-rpath-link,."]
        subprocess.run([*link, "-o", name, "both.c", "-L.", "-louter"], cwd=folder, check=True)
    (folder / "loader.c").write_text("int get(void) { return 1; }\n")
    loader = [*compiler, "-shared", "-fPIC", f"-Wl,-soname,{Path(LOADER).name}"]
    subprocess.run([*loader, "-o", "loader.so", "loader.c"], cwd=folder, check=True)
    (folder / "get.c").write_text("int get(void);\nvoid _start(void) { get(); for (;;); }\n")
    subprocess.run([*start, "-o", "get", "get.c", "-L.", "-l:loader.so"], cwd=folder, check=True)
    subprocess.run([*loader, "-Wl,-soname,libc.so.6", "-o", "libc.so.6", "loader.c"], cwd=folder, check=True)
    subprocess.run([*start, "-o", "libc", "get.c", "-L.", "-l:libc.so.6"], cwd=folder, check=True)
    (folder / "own.map").write_text("OWN_1.0 { global: own; };\n")
    subprocess.run([*library, "-o", "old.so", "own.c"], cwd=folder, check=True)
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def described(built: dict[str, bytes], files: dict[str, Any], **more: Any) -> dict[str, Any]:
    every = {"/main": file(built["main"], mode=0o755), LOADER: programs.program(), **files}
    return {"files": every, "entrypoint": ["/main"], **more}


def test_a_library_in_a_folder_of_the_loader_is_found(built: dict[str, bytes]) -> None:
    assert found("missing-library", described(built, {"/usr/lib/libown.so": built["libown.so"]})) == []


def test_the_loader_itself_is_loaded_wherever_it_lies(built: dict[str, bytes]) -> None:
    # As libc.so.6 needs it. Whoever copies what ldd names has the loader in /lib64, where Debian's does not look.
    files = {"/main": file(built["get"], mode=0o755), LOADER: built["loader.so"] + b"/lib/\0/usr/lib/\0"}
    assert found("missing-library", described(built, files)) == []


@pytest.mark.parametrize(
    "more",
    [
        {"env": {"LD_LIBRARY_PATH": "/lib/none:/opt/own"}},
        {"env": {"LD_LIBRARY_PATH": "own"}, "workdir": "/opt"},
        {"env": {"LD_LIBRARY_PATH": "/none:"}, "workdir": "/opt/own"},
    ],
    ids=["a folder", "a relative folder", "an empty entry"],
)
def test_a_library_elsewhere_is_found_where_the_environment_leads(
    built: dict[str, bytes], more: dict[str, Any]
) -> None:
    assert found("missing-library", described(built, {"/opt/own/libown.so": built["libown.so"]}, **more)) == []


def test_a_folder_that_only_ldconfig_reads_of_does_not_count(built: dict[str, bytes]) -> None:
    files = {"/opt/own/libown.so": built["libown.so"], "/etc/ld.so.conf.d/own.conf": "/opt/own\n"}
    assert found("missing-library", described(built, files)) == [("error", f"{ELSEWHERE} /opt/own/libown.so", "/main")]


def test_the_last_folders_are_those_that_the_loader_itself_holds(built: dict[str, bytes]) -> None:
    files = {"/usr/lib64/libown.so": built["libown.so"]}
    assert found("missing-library", described(built, files)) == []
    debian = {LOADER: programs.program(b"/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/\0")}
    assert found("missing-library", described(built, {**files, **debian})) == [
        ("error", f"{ELSEWHERE} /usr/lib64/libown.so", "/main")
    ]


@pytest.mark.parametrize(
    ("program", "folder", "lacks"),
    [
        pytest.param("rpath", "/srv/lib", False, id="RPATH counts for libraries of libraries"),
        pytest.param("runpath", "/srv/lib", True, id="RUNPATH does not"),
        pytest.param("multiarch", "/opt/lib/x86_64-linux-gnu", True, id="$LIB, as Debian has it"),
        pytest.param("multiarch", "/opt/lib64", True, id="$LIB, as others have it"),
    ],
)
def test_a_program_says_where_its_libraries_are(
    built: dict[str, bytes], program: str, folder: str, lacks: bool
) -> None:
    outer, inner = {f"{folder}/libouter.so": built["libouter.so"]}, {f"{folder}/libown.so": built["libown.so"]}
    start = {"/srv/bin/main": file(built[program], mode=0o755)}
    described_so = described(built, {**start, **outer, **inner}, entrypoint=["/srv/bin/main"])
    needs_inner = [
        (
            "error",
            f"/srv/bin/main needs {folder}/libouter.so, and that needs the library libown.so, "
            f"and the loader does not look where it is: {folder}/libown.so",
            f"{folder}/libouter.so",
        )
    ]
    assert found("missing-library", described_so) == (needs_inner if lacks else [])
    everywhere = {"/usr/lib/libown.so": built["libown.so"]}
    assert (
        found("missing-library", described(built, {**start, **outer, **everywhere}, entrypoint=["/srv/bin/main"])) == []
    )


@pytest.mark.parametrize(
    ("library", "why"),
    [
        (b"", "/usr/lib/libown.so is no shared library"),
        (b"version https://git-lfs.github.com/spec/v1\n" + 99 * b".", "/usr/lib/libown.so is no shared library"),
        (file("", mode=0o600), "/usr/lib/libown.so may not be read by the user of Lambda"),
    ],
    ids=["empty", "a pointer to a large file", "for root only"],
)
def test_a_library_that_the_loader_cannot_use_is_as_good_as_missing(
    built: dict[str, bytes], library: Any, why: str
) -> None:
    assert found("missing-library", described(built, {"/usr/lib/libown.so": library})) == [
        ("error", f"/main needs the library libown.so, and {why}", "/main")
    ]


def test_a_library_for_another_machine_is_passed_over(built: dict[str, bytes]) -> None:
    other = bytearray(built["libown.so"])
    other[18:20] = (183).to_bytes(2, "little")
    files = {"/opt/other/libown.so": bytes(other), "/usr/lib/libown.so": built["libown.so"]}
    assert found("missing-library", described(built, files, env={"LD_LIBRARY_PATH": "/opt/other"})) == []


def test_a_large_program_is_read_where_it_speaks_of_libraries(built: dict[str, bytes]) -> None:
    large = {"/main": file(built["main"] + bytes(17 << 20), mode=0o755)}
    assert found("missing-library", described(built, large)) == [
        ("error", "/main needs the library libown.so, which is not in the image", "/main")
    ]


def test_a_library_that_is_nowhere_is_missing(built: dict[str, bytes]) -> None:
    assert found("missing-library", described(built, {})) == [
        ("error", "/main needs the library libown.so, which is not in the image", "/main")
    ]


def test_a_library_that_the_cache_knows_is_given_the_benefit_of_the_doubt(built: dict[str, bytes]) -> None:
    cache = {"/etc/ld.so.cache": b"ld.so-1.7.0\0libown.so\0/odd/libown.so\0"}
    assert found("missing-library", described(built, {**cache, "/odd/libown.so": built["libown.so"]})) == []
    assert found("missing-library", described(built, cache)) == [
        ("error", "/main needs the library libown.so, which is not in the image", "/main")
    ]


def test_the_cache_may_lead_to_a_newer_library_than_the_last_folders(built: dict[str, bytes]) -> None:
    both = {"/usr/lib/libown.so": built["old.so"], "/usr/local/lib/libown.so": built["libown.so"]}
    assert found("missing-library", described(built, both)) != []
    cache = {"/etc/ld.so.cache": b"\0libown.so\0/usr/local/lib/libown.so\0/usr/lib/libown.so\0"}
    assert found("missing-library", described(built, {**both, **cache})) == []
    old = {"/usr/local/lib/libown.so": built["old.so"]}
    assert found("missing-library", described(built, {**both, **cache, **old})) != []


def test_a_library_without_the_wanted_version_is_too_old(built: dict[str, bytes]) -> None:
    assert found("missing-library", described(built, {"/usr/lib/libown.so": built["old.so"]})) == [
        ("error", "/main needs OWN_2.0, which the image's libown.so is too old for", "/main")
    ]


def test_musl_takes_a_library_whatever_versions_it_has(built: dict[str, bytes]) -> None:
    files = {LOADER: symlink(MUSL), MUSL: programs.program(), "/main": file(built["main"], mode=0o755)}
    assert found("missing-library", described(built, {**files, "/usr/lib/libown.so": built["old.so"]})) == []
    assert found("missing-library", described(built, files)) != []


@pytest.mark.parametrize("mode", [0o644, 0o700], ids=["a file", "a program of root's"])
def test_the_loader_is_executed_as_the_program_is(built: dict[str, bytes], mode: int) -> None:
    loader = {LOADER: file(programs.elf(), mode=mode), "/usr/lib/libown.so": built["libown.so"]}
    expected = f"/main needs the dynamic loader {LOADER}, which the user of Lambda may not execute"
    assert found("not-executable", described(built, loader)) == [("error", expected, LOADER)]
    assert found("not-executable", described(built, {**loader, LOADER: file(programs.elf(), mode=0o755)})) == []


def test_a_library_that_lambda_hides_is_not_there(built: dict[str, bytes]) -> None:
    """What the image has below /tmp: nothing that runs before the program can bring it back."""
    hidden = {"/tmp/lib/libown.so": built["libown.so"]}
    assert found("missing-library", described(built, hidden, env={"LD_LIBRARY_PATH": "/tmp/lib"})) == [
        ("error", "/main needs the library libown.so, and Lambda mounts its own /tmp over /tmp/lib/libown.so", "/main")
    ]
    twice = {**hidden, "/opt/lib/libown.so": built["libown.so"]}
    assert found("missing-library", described(built, twice, env={"LD_LIBRARY_PATH": "/tmp/lib:/opt/lib"})) == []


def test_a_library_that_a_script_may_unpack_is_not_accused(built: dict[str, bytes]) -> None:
    script = "#!/bin/sh\ntar -C /tmp -xf /libraries.tar\nexport LD_LIBRARY_PATH=/tmp/lib\nexec /main\n"
    files = {"/start.sh": file(script, mode=0o755), "/libraries.tar": "", "/bin/sh": programs.program()}
    assert found("missing-library", described(built, files, entrypoint=["/start.sh"])) == []


def test_the_libraries_of_a_library_are_to_be_new_enough_too(built: dict[str, bytes]) -> None:
    files = {"/usr/lib/libouter.so": built["libouter.so"], "/main": file(built["runpath"], mode=0o755)}
    assert found("missing-library", described(built, {**files, "/usr/lib/libown.so": built["libown.so"]})) == []
    assert found("missing-library", described(built, {**files, "/usr/lib/libown.so": built["old.so"]})) == [
        (
            "error",
            "/main needs /usr/lib/libouter.so, and that needs OWN_2.0, which the image's libown.so is too old for",
            "/usr/lib/libouter.so",
        )
    ]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {LOADER: symlink("/lib/libc.musl-x86_64.so.1"), "/lib/libc.musl-x86_64.so.1": symlink(MUSL)}, id="a link"
        ),
        pytest.param({"/lib/libgcompat.so.0": programs.program()}, id="gcompat"),
    ],
)
def test_musl_under_the_name_of_the_other_loader_is_the_c_library_itself(
    built: dict[str, bytes], files: dict[str, Any]
) -> None:
    start = {"/main": file(built["libc"], mode=0o755)}
    assert found("missing-library", described(built, {**start, MUSL: programs.program(), **files})) == []
    assert found("missing-library", described(built, start)) == [
        ("error", "/main needs the library libc.so.6, which is not in the image", "/main")
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
            "the native part of awslambdaric cannot be loaded: "
            "it needs the library libown.so, which is not in the image",
            f"{site}/runtime_client.cpython-313-x86_64-linux-gnu.so",
        )
    ]


def test_a_program_whose_table_was_moved_to_its_end_is_read(built: dict[str, bytes]) -> None:
    moved = bytearray(built["main"])
    size, count = (int.from_bytes(moved[at : at + 2], "little") for at in (54, 56))
    table = moved[64 : 64 + size * count]
    moved[32:40] = len(moved).to_bytes(8, "little")
    moved[64 : 64 + size * count] = bytes(size * count)
    assert found("missing-library", described(built, {"/main": file(bytes(moved + table), mode=0o755)})) == [
        ("error", "/main needs the library libown.so, which is not in the image", "/main")
    ]


@given(st.data())
def test_a_damaged_file_is_no_crash(built: dict[str, bytes], data: st.DataObject) -> None:
    content = bytearray(built["main"])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    files = Files(image(files={"/main": bytes(content[:cut])}).filesystem)
    libraries.missing(files, "/main", Linking(LOADER, {}, "/", "amd64", musl=False, first=True))


@pytest.mark.parametrize(
    ("others", "lost"),
    [
        ({}, True),
        ({"/opt/jre/lib/server/libown.so": "libown.so"}, False),
        ({"/usr/lib/libstdc++.so.6": "old.so"}, False),
    ],
)
def test_the_libraries_of_a_virtual_machine(built: dict[str, bytes], others: dict[str, str], lost: bool) -> None:
    machine = "/opt/jre/lib/server/libjvm.so"
    files = {
        LOADER: file(programs.elf(), mode=0o755),
        "/opt/jre/bin/java": file(programs.elf(loader=LOADER), mode=0o755),
        machine: file(built["libouter.so"]),
        **{path: file(built[name]) for path, name in others.items()},
    }
    env = {"LD_LIBRARY_PATH": "/opt/jre/lib/server"}
    plan_ = plan(image(files=files, command=["/opt/jre/bin/java", "app.Main"], env=env), Deployment())
    said = f"/opt/jre/bin/java cannot load {machine}: it needs the library libown.so, which is not in the image"
    assert [each.message for each in plan_.troubles if each.rule == "missing-library"] == [said] * lost
