"""Asking the merged tree: paths, symlinks, permissions and content, as the Linux kernel has it."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from support.images import directory, file, hard_link, image, layer, nothing, symlink

from lambda_lint.errors import SourceError
from lambda_lint.image import Credentials, File, Filesystem, Kind, Owner
from lambda_lint.image.scan import scan

LAMBDA = Credentials(993, 990)

TREE = image(
    {
        "/usr/lib/libc.so": "c",
        "/lib": symlink("usr/lib"),
        "/usr/lib64": symlink("/lib"),
        "/var/task/app.py": "handler",
        "/var/task/up": symlink("../../usr"),
        "/var/task/deep": symlink("up/lib/./../lib/libc.so"),
        "/out": symlink("../../../etc/passwd"),
        "/etc/passwd": "root",
        "/loop": symlink("loop2"),
        "/loop2": symlink("loop"),
        "/dangling": symlink("missing/file"),
        "/empty": symlink(""),
        "/through": symlink("var/task/app.py/x"),
    }
).filesystem


def path_of(found: File | None) -> str | None:
    return None if found is None else found.path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/usr/lib/libc.so", "/usr/lib/libc.so"),
        ("usr/lib/libc.so", "/usr/lib/libc.so"),
        ("/lib/libc.so", "/usr/lib/libc.so"),
        ("/usr/lib64/libc.so", "/usr/lib/libc.so"),
        ("/lib", "/usr/lib"),
        ("/lib/", "/usr/lib"),
        ("/var/task/deep", "/usr/lib/libc.so"),
        ("/var/task/up/../etc/passwd", "/etc/passwd"),
        ("/../../etc//./passwd", "/etc/passwd"),
        ("/out", "/etc/passwd"),
        ("/", "/"),
        ("", "/"),
        ("/..", "/"),
        ("/missing", None),
        ("/missing/..", None),
        ("/etc/passwd/", None),
        ("/etc/passwd/.", None),
        ("/etc/passwd/..", None),
        ("/etc/passwd/x", None),
        ("/loop", None),
        ("/loop/x", None),
        ("/dangling", None),
        ("/empty", None),
        ("/through", None),
    ],
)
def test_a_path_leads_where_the_kernel_goes(path: str, expected: str | None) -> None:
    assert path_of(TREE.get(path)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/lib", "/lib"), ("/lib/", "/usr/lib"), ("/lib/libc.so", "/usr/lib/libc.so"), ("/loop", "/loop"), ("/no", None)],
)
def test_a_final_symlink_stays_when_it_is_not_to_be_followed(path: str, expected: str | None) -> None:
    assert path_of(TREE.get(path, follow=False)) == expected


@pytest.mark.parametrize("hops", [39, 40, 41])
def test_forty_symlinks_are_followed_and_no_more(hops: int) -> None:
    links = {f"/l{number}": symlink(f"l{number + 1}") for number in range(hops)}
    found = image(links | {f"/l{hops}": file("end")}).filesystem.get("/l0")
    assert path_of(found) == (f"/l{hops}" if hops <= 40 else None)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/etc/passwd", ["/", "/etc", "/etc/passwd"]),
        ("/lib/libc.so", ["/", "/lib", "/usr", "/usr/lib", "/usr/lib/libc.so"]),
        ("/usr/lib64/libc.so", ["/", "/usr", "/usr/lib64", "/lib", "/usr/lib", "/usr/lib/libc.so"]),
        ("/etc/missing/x", ["/", "/etc"]),
        ("/dangling", ["/", "/dangling"]),
        ("/etc/passwd/x", ["/", "/etc", "/etc/passwd"]),
        ("/loop", ["/", "/loop", "/loop2"]),
        ("/", ["/"]),
    ],
)
def test_the_chain_names_what_is_met_on_the_way(path: str, expected: list[str]) -> None:
    assert [found.path for found in TREE.chain(path)] == expected


def test_children_are_sorted_and_symlinks_stay_symlinks() -> None:
    assert [(child.path, child.kind) for child in TREE.children("/var/task")] == [
        ("/var/task/app.py", Kind.FILE),
        ("/var/task/deep", Kind.SYMLINK),
        ("/var/task/up", Kind.SYMLINK),
    ]
    assert [child.path for child in TREE.children("/lib")] == ["/usr/lib/libc.so"]
    assert TREE.children("/etc/passwd") == TREE.children("/missing") == ()


def test_a_walk_gives_parents_first_and_names_sorted() -> None:
    tree = image({"/b/c": "", "/a": "", "/b/a/x": "", "/s": symlink("b")}).filesystem
    assert [found.path for found in tree.walk()] == ["/", "/a", "/b", "/b/a", "/b/a/x", "/b/c", "/s"]
    assert [found.path for found in tree.walk("/b")] == ["/b", "/b/a", "/b/a/x", "/b/c"]
    assert [found.path for found in tree.walk("/s")] == ["/s"]
    assert list(tree.walk("/missing")) == []


def test_a_very_deep_tree_can_be_walked() -> None:
    path = "/d" * 2000
    assert sum(1 for _ in image({path: ""}, parents=False).filesystem.walk()) == 2001


@pytest.mark.parametrize(
    ("files", "path", "need", "expected"),
    [
        pytest.param({"/a": file(mode=0o644)}, "/a", "read", None, id="readable by all"),
        pytest.param({"/a": file(mode=0o600)}, "/a", "read", ("/a", "read"), id="readable by root only"),
        pytest.param({"/a": file(mode=0o640, gid=990)}, "/a", "read", None, id="readable by its group"),
        pytest.param({"/a": file(mode=0o604, gid=990)}, "/a", "read", ("/a", "read"), id="a group that may less"),
        pytest.param({"/a": file(mode=0o044, uid=993)}, "/a", "read", ("/a", "read"), id="an owner that may less"),
        pytest.param({"/a": file(mode=0o400, uid=993)}, "/a", "read", None, id="readable by its owner"),
        pytest.param({"/a": file(mode=0o644)}, "/a", "execute", ("/a", "execute"), id="not executable"),
        pytest.param({"/a": file(mode=0o711)}, "/a", "execute", None, id="executable but not readable"),
        pytest.param({"/d": directory(0o755)}, "/d", "list", None, id="a folder to list"),
        pytest.param({"/d": directory(0o711)}, "/d", "list", ("/d", "list"), id="a folder to enter only"),
        pytest.param({"/d": directory(0o711)}, "/d", "enter", None, id="a folder to enter"),
        pytest.param({"/d": directory(0o744)}, "/d", "enter", ("/d", "enter"), id="a folder to list only"),
        pytest.param({"/d": directory(0o700), "/d/a": "x"}, "/d/a", "read", ("/d", "enter"), id="a closed folder"),
        pytest.param(
            {"/d": directory(0o700), "/d/e/a": "x", "/s": symlink("d/e")},
            "/s/a",
            "read",
            ("/d", "enter"),
            id="a closed folder behind a symlink",
        ),
        pytest.param({"": directory(0o700), "/a": "x"}, "/a", "read", ("/", "enter"), id="a closed root"),
        pytest.param({"/d": directory(0o700), "/d/a": "x"}, "/d/../b", "read", None, id="missing"),
        pytest.param({"/d": directory(0o700), "/b": ""}, "/d/../b", "read", ("/d", "enter"), id="in and out again"),
    ],
)
def test_denial_names_the_first_thing_in_the_way(
    files: dict[str, object], path: str, need: str, expected: tuple[str, str] | None
) -> None:
    denial = image(files).filesystem.denial(path, LAMBDA, need)  # type: ignore[arg-type]
    assert (denial and (denial.file.path, denial.need)) == expected


def test_supplementary_groups_count() -> None:
    tree = image({"/a": file(mode=0o040, gid=7)}).filesystem
    assert tree.denial("/a", Credentials(993, 990, (7,)), "read") is None


def test_root_has_no_privilege_without_capabilities() -> None:
    denial = image({"/a": file(mode=0o600, uid=5)}).filesystem.denial("/a", Credentials(0, 0), "read")
    assert denial is not None
    assert denial.file.path == "/a"


MODES = st.integers(0, 0o777)
IDS = st.sampled_from([0, 990, 993])


@given(st.lists(st.tuples(MODES, IDS, IDS), min_size=4, max_size=4), st.sampled_from(["read", "execute"]))
def test_access_agrees_with_the_plainest_reading_of_the_rules(owners: list[tuple[int, int, int]], need: str) -> None:
    paths = ["/", "/a", "/a/b", "/a/b/c"]
    tree = image(
        [(path, directory(*owner)) for path, owner in zip(paths[:3], owners[:3], strict=True)]
        + [(paths[3], file("", *owners[3]))]
    ).filesystem

    def may(owner: tuple[int, int, int], letter: str) -> bool:
        mode, uid, gid = owner
        text = f"{mode:09b}"
        rights = text[0:3] if uid == LAMBDA.uid else text[3:6] if gid == LAMBDA.gid else text[6:9]
        return rights["rwx".index(letter)] == "1"

    verdicts = [(path, "enter", may(owner, "x")) for path, owner in zip(paths[:3], owners[:3], strict=True)]
    verdicts.append((paths[3], need, may(owners[3], "r" if need == "read" else "x")))
    expected = next(((path, what) for path, what, allowed in verdicts if not allowed), None)
    denial = tree.denial("/a/b/c", LAMBDA, need)
    assert (denial and (denial.file.path, denial.need)) == expected


LINKS = st.dictionaries(
    st.sampled_from(["/a", "/b", "/a/c", "/b/d", "/e"]),
    st.one_of(st.none(), st.sampled_from(["a", "/b", "..", "../b/d", "c", "/e/x", "d/../.."])),
)


@given(LINKS, st.sampled_from(["/a/c", "/b/d", "/e", "/a/../b", "/b/d/c", "/a/c/d"]))
def test_what_is_found_is_named_by_its_real_path(links: dict[str, str | None], path: str) -> None:
    try:
        tree = image([(name, "" if target is None else symlink(target)) for name, target in links.items()]).filesystem
    except SourceError:  # an entry below a loop
        reject()
    found = tree.get(path)
    if found is not None:
        assert found.kind is not Kind.SYMLINK
        assert posixpath.normpath(found.path) == found.path
        again = tree.get(found.path, follow=False)
        assert again is not None
        assert (again.path, again.kind) == (found.path, found.kind)


def test_content_is_read_through_links_and_counted() -> None:
    tree = image({"/d/a": "0123456789", "/s": symlink("d"), "/h": hard_link("/d/a")}).filesystem
    assert tree.read("/s/a", 4) == b"0123"
    assert tree.read("/h", 4, 8) == b"89"
    assert tree.read("/h", 4, 10) == tree.read("/h", 4, 99) == b""
    assert tree.content_read == 6


@pytest.mark.parametrize("path", ["/", "/missing", "/pipe", "/dangling"])
def test_only_regular_files_have_content(path: str) -> None:
    tree = image({"/dangling": symlink("nowhere")}).filesystem
    with pytest.raises(FileNotFoundError):
        tree.read(path, 10)


def test_content_that_was_not_kept_is_read_from_the_layer_again() -> None:
    data = layer({"/a": "first", "/b": "second"})
    found = scan(iter([data]), nothing)
    asked = []

    def content(number: int, offset: int, size: int) -> bytes:
        asked.append((number, size))
        return data[offset : offset + size]

    tree = Filesystem([found.index], [found.kept], content)
    assert (tree.read("/b", 100), tree.read("/a", 3, 1)) == (b"second", b"irs")
    assert asked == [(0, 6), (0, 3)]


def test_content_that_was_kept_in_part_is_read_again_only_beyond_that() -> None:
    data = layer({"/a": "0123456789"})
    found = scan(iter([data]), lambda _path, _mode, _size: 4)
    tree = Filesystem([found.index], [found.kept])
    assert tree.read("/a", 4) == b"0123"
    with pytest.raises(SourceError, match="layer 1 cannot be read again"):
        tree.read("/a", 5)


def test_what_is_visible_is_so_under_any_name() -> None:
    lower = {"/a": "1", "/d": directory(), "/d/b": "2", "/l": hard_link("/a"), "/e": "3"}
    found = image(layers=[lower, {"/.wh.a": "", "/.wh.d": "", "/e": "4"}])
    paths = [layer.entries.paths for layer in found.layers]
    visible = [
        {path for path, seen in zip(paths[at], found.filesystem.visible(at), strict=True) if seen} for at in (0, 1)
    ]
    assert visible == [{"/a"}, {"/e"}]


def test_a_walk_gives_what_is_picked_and_looks_below_what_is_not() -> None:
    lower = {"/d": directory(0o700), "/d/a": "1", "/d/b": file("2", 0o755), "/d/c": "3", "/s": symlink("d")}
    found = image(layers=[lower, {"/e/b": file("4", 0o755)}], parents=False)
    asked: list[tuple[str, int]] = []

    def picked(kind: Kind, owner: Owner) -> bool:
        asked.append((kind.value, owner.mode))
        return owner.mode == 0o755 and kind is not Kind.SYMLINK

    assert [each.path for each in found.filesystem.walk(picked=picked)] == ["/", "/d/b", "/e", "/e/b"]
    assert [each.path for each in found.filesystem.walk("/d", picked=picked)] == ["/d/b"]
    assert set(asked) == {
        ("directory", 0o755),
        ("directory", 0o700),
        ("file", 0o644),
        ("file", 0o755),
        ("symlink", 0o777),
    }
    assert asked.count(("file", 0o644)) == 2  # once a walk
    assert [each.path for each in found.filesystem.walk()] == ["/", "/d", "/d/a", "/d/b", "/d/c", "/e", "/e/b", "/s"]


def test_a_walk_gives_what_ends_as_it_should_and_looks_below_what_does_not() -> None:
    found = image({"/d": directory(), "/d/a.py": "1", "/d/b": "2", "/d/e.py": directory(), "/d/e.py/a.py": "3"})
    assert [each.path for each in found.filesystem.walk(endings=".py")] == ["/d/a.py", "/d/e.py", "/d/e.py/a.py"]
    assert [each.path for each in found.filesystem.walk(endings=("d/b", "d"))] == ["/d", "/d/b"]
    assert [
        each.path for each in found.filesystem.walk("/d", endings="a.py", picked=lambda kind, _owner: kind is Kind.FILE)
    ] == ["/d/a.py", "/d/e.py/a.py"]
