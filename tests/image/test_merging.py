"""Layers on top of each other, case by case and against a slow model that knows nothing but the rules."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.images import Files, Node, device, directory, everything, fifo, file, hard_link, image, layer, symlink

from lambda_lint.errors import SourceError
from lambda_lint.image import merge as merge_module
from lambda_lint.image.filesystem import Filesystem
from lambda_lint.image.scan import scan

Listing = dict[str, str]


def listing(filesystem: Filesystem) -> Listing:
    """Every path but the root, with a regular file's content, a symlink's target, or its kind."""
    shown = {}
    for found in filesystem.walk():
        if found.kind.value == "file":
            shown[found.path] = filesystem.read(found.path, found.size).decode()
        else:
            shown[found.path] = f"-> {found.link}" if found.link else found.kind.value
    del shown["/"]
    return shown


def merged(*layers: Files) -> Listing:
    scans = [scan(iter([layer(files, parents=False)]), everything) for files in layers]
    return listing(Filesystem([found.index for found in scans], [found.kept for found in scans]))


D = "directory"


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        pytest.param([{"a": "1"}, {"b": "2"}], {"/a": "1", "/b": "2"}, id="layers add up"),
        pytest.param([{"a": "1"}, {"a": "2"}], {"/a": "2"}, id="the upper layer wins"),
        pytest.param([{"a": "1"}, {".wh.a": ""}], {}, id="a whiteout hides a file"),
        pytest.param([{"d/a": "1", "d/b/c": "2"}, {".wh.d": ""}], {}, id="a whiteout hides a folder"),
        pytest.param([{"d/a": "1"}, {"d/.wh.b": ""}], {"/d": D, "/d/a": "1"}, id="a whiteout of nothing"),
        pytest.param(
            [{"d/a": "1"}, [("d/n", "2"), (".wh.d", "")]],
            {"/d": D, "/d/n": "2"},
            id="a whiteout leaves its own layer alone",
        ),
        pytest.param([{"a": "1"}, [("a", "2"), (".wh.a", "")]], {"/a": "2"}, id="also a file of the same name"),
        pytest.param(
            [{"d/a": "1", "d/s/b": "2"}, [("d/n", "3"), ("d/.wh..wh..opq", "")]],
            {"/d": D, "/d/n": "3"},
            id="an opaque folder hides what was in it",
        ),
        pytest.param(
            [{"d/a": "1"}, [("d/.wh..wh..opq", ""), ("d/a", "2")], {"d/b": "3"}],
            {"/d": D, "/d/a": "2", "/d/b": "3"},
            id="and hides nothing of its own layer or those above",
        ),
        pytest.param([{"d/a": "1"}, {"d": "f"}], {"/d": "f"}, id="a file replaces a folder"),
        pytest.param([{"d": "f"}, {"d/a": "1"}], {"/d": D, "/d/a": "1"}, id="a folder replaces a file"),
        pytest.param([{"d/a": "1"}, {"d": directory(0o700)}], {"/d": D, "/d/a": "1"}, id="a folder keeps its content"),
        pytest.param([[("a", "1"), ("a", "2")]], {"/a": "2"}, id="the last of a name wins"),
        pytest.param([[("d/a", "1"), ("d", "2")]], {"/d": "2"}, id="a file in place of a folder of its own layer"),
        pytest.param([[("d", "1"), ("d/a", "2")]], {"/d": D, "/d/a": "2"}, id="a folder in place of a file of its own"),
        pytest.param([{"a": "1", "b": hard_link("a")}], {"/a": "1", "/b": "1"}, id="a hard link"),
        pytest.param([[("b", hard_link("a")), ("a", "1")]], {"/a": "1", "/b": "1"}, id="a hard link before its target"),
        pytest.param(
            [[("c", hard_link("b")), ("b", hard_link("a")), ("a", "1")]],
            {"/a": "1", "/b": "1", "/c": "1"},
            id="a chain of hard links, backwards",
        ),
        pytest.param([{"a": "1"}, {"b": hard_link("a")}], {"/a": "1", "/b": "1"}, id="a hard link to a lower layer"),
        pytest.param(
            [{"a": "1", "b": hard_link("a")}, {"a": "2"}], {"/a": "2", "/b": "1"}, id="a hard link keeps its content"
        ),
        pytest.param([{"b": hard_link("a")}], {}, id="a hard link to nothing"),
        pytest.param([{"a": hard_link("a")}], {}, id="a hard link to itself"),
        pytest.param([{"d": directory(), "b": hard_link("d")}], {"/d": D}, id="a hard link to a folder"),
        pytest.param(
            [{"s": symlink("a"), "b": hard_link("s")}], {"/s": "-> a", "/b": "-> a"}, id="a hard link to a symlink"
        ),
        pytest.param(
            [[("b", directory()), ("a", symlink("b")), ("a/x", "1")]],
            {"/a": "-> b", "/b": D, "/b/x": "1"},
            id="a symlink of the same layer is followed",
        ),
        pytest.param(
            [[("a", symlink("/b/c")), ("a/x", "1")]],
            {"/a": "-> /b/c", "/b": D, "/b/c": D, "/b/c/x": "1"},
            id="also where its target is still to come",
        ),
        pytest.param(
            [{"b/y": "1", "a": symlink("b")}, {"a/x": "2"}],
            {"/a": D, "/a/x": "2", "/b": D, "/b/y": "1"},
            id="a symlink of a lower layer gives way to a folder",
        ),
        pytest.param(
            [{"b/y": "1", "a": symlink("b")}, {"a/.wh.y": ""}],
            {"/a": D, "/b": D, "/b/y": "1"},
            id="and a whiteout below it hides nothing",
        ),
        pytest.param(
            [{"s": symlink("t"), "t": directory(), "s/a": "1"}, {"t": symlink("u"), "t/b": "2"}],
            {"/s": "-> t", "/t": "-> u", "/u": D, "/u/b": "2"},
            id="a symlink replaces a folder",
        ),
        pytest.param([{"./a": "1", "./d/": directory()}], {"/a": "1", "/d": D}, id="names with a dot"),
        pytest.param([{"/a": "1", "//b//c": "2"}], {"/a": "1", "/b": D, "/b/c": "2"}, id="absolute names"),
        pytest.param(
            [{"../../a": "1", "d/../../b": "2"}, {"d/../.wh.a": ""}], {"/b": "2"}, id="names that try to leave the root"
        ),
        pytest.param([{"b": hard_link("../../a"), "a": "1"}], {"/a": "1", "/b": "1"}, id="links that try to"),
        pytest.param(
            [{"c": device(), "b": device(block=True), "p": fifo()}],
            {"/b": "block device", "/c": "character device", "/p": "fifo"},
            id="devices and pipes",
        ),
        pytest.param([{"odd": Node(b"Z"), "a": "1"}], {"/a": "1"}, id="an unknown type is no file"),
        pytest.param([{"": directory(0o700)}, {".": directory(0o711)}], {}, id="an entry for the root"),
        pytest.param([{}, {"a": ""}], {"/a": ""}, id="an empty layer"),
    ],
)
def test_layers_merge(layers: list[Files], expected: Listing) -> None:
    assert merged(*layers) == expected


def test_the_root_has_the_mode_of_its_entry() -> None:
    root = image({"./": directory(0o711, uid=5)}).filesystem.get("/")
    assert root is not None
    assert (root.mode, root.uid, root.synthetic) == (0o711, 5, False)


def test_a_parent_without_an_entry_is_synthetic_and_belongs_to_the_first_layer_that_needs_it() -> None:
    filesystem = image(layers=[{"a": "1"}, {"d/e/f": "1"}, {"d/e/g": "1"}], parents=False).filesystem
    made = filesystem.get("/d/e")
    assert made is not None
    assert (made.synthetic, made.mode, made.uid, made.layer) == (True, 0o755, 0, 1)


def test_a_folder_keeps_its_mode_where_an_upper_layer_has_no_entry_for_it() -> None:
    found = image(layers=[{"d": directory(0o700, 5)}, {"d/a": "1"}], parents=False).filesystem.get("/d")
    assert found is not None
    assert (found.mode, found.uid, found.layer, found.synthetic) == (0o700, 5, 0, False)


def test_a_hard_link_has_the_layer_of_its_content() -> None:
    found = image(layers=[{"a": file("1", 0o600, 7)}, {"b": hard_link("a")}]).filesystem.get("/b")
    assert found is not None
    assert (found.layer, found.mode, found.uid) == (0, 0o600, 7)


def test_entries_below_a_loop_of_symlinks_are_an_error() -> None:
    with pytest.raises(SourceError, match="layer 1 has an entry below a loop of symlinks"):
        merged({"a": symlink("b"), "b": symlink("a"), "a/x": "1"})


def test_a_tree_beyond_all_measure_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_module, "MAX_PATHS", 40)
    with pytest.raises(SourceError, match="the layers name more than 40 paths"):
        merged({"/".join("abcdefghij"[:depth]) + f"/{depth}/x/y/z": "" for depth in range(10)})


# The model: a tree as a dict of paths, changed by the plainest code that obeys the rules.


def model(layers: Sequence[Sequence[tuple[str, str | Node]]]) -> Listing:
    tree: Listing = {}
    for files in layers:
        for path, _ in files:
            folder, _, name = path.rpartition("/")
            if name == ".wh..wh..opq":
                _remove(tree, folder + "/", itself=False)
            elif name.startswith(".wh."):
                _remove(tree, f"{folder}/{name[4:]}")
        for path, _ in files:
            if "/.wh." in path:
                _parents(tree, path.rpartition("/")[0])
        for path, what in files:
            folder, _, name = path.rpartition("/")
            if name.startswith(".wh."):
                continue
            _parents(tree, folder)
            if isinstance(what, Node):
                if tree.get(path) != D:
                    _remove(tree, path)
                tree[path] = D
            else:
                _remove(tree, path)
                tree[path] = what
    return tree


def _parents(tree: Listing, folder: str) -> None:
    names = folder.split("/")[1:]
    for depth in range(1, len(names) + 1):
        path = "/" + "/".join(names[:depth])
        if tree.get(path) != D:
            tree[path] = D


def _remove(tree: Listing, path: str, *, itself: bool = True) -> None:
    for other in list(tree):
        if (itself and other == path) or other.startswith(path.rstrip("/") + "/"):
            del tree[other]


NAMES = st.sampled_from(["a", "b", "c"])
FOLDERS = st.lists(NAMES, max_size=3).map(lambda names: "".join(f"/{name}" for name in names))
LEAVES = st.one_of(NAMES, NAMES.map(lambda name: f".wh.{name}"), st.just(".wh..wh..opq"))
ENTRIES = st.tuples(
    st.tuples(FOLDERS, LEAVES).map("/".join),
    st.one_of(st.text("xyz", min_size=1, max_size=2), st.just(directory())),
)
LAYERS = st.lists(st.lists(ENTRIES, max_size=8), min_size=1, max_size=4)


@given(LAYERS)
def test_merging_agrees_with_the_model(layers: list[list[tuple[str, str | Node]]]) -> None:
    plain = [[(path, "" if "/.wh." in path else what) for path, what in files] for files in layers]
    assert merged(*plain) == model(plain)


@given(LAYERS, st.randoms(use_true_random=False))
def test_where_a_whiteout_stands_in_its_layer_makes_no_difference(
    layers: list[list[tuple[str, str]]], random: Random
) -> None:
    def moved(files: list[tuple[str, str]]) -> list[tuple[str, str]]:
        whiteouts = [(path, "") for path, _ in files if "/.wh." in path]
        others = [entry for entry in files if "/.wh." not in entry[0]]
        for whiteout in whiteouts:
            others.insert(random.randint(0, len(others)), whiteout)
        return others

    assert merged(*[moved(files) for files in layers]) == merged(*layers)


@given(LAYERS, st.sampled_from(["", "a", "b/a", ("c", "/a")]), st.sampled_from(["file", "directory", "none"]))
def test_what_a_walk_picks_is_what_can_be_picked_from_a_whole_one(
    layers: list[list[tuple[str, str | Node]]], endings: str | tuple[str, ...], kind: str
) -> None:
    plain = [[(path, "" if "/.wh." in path else what) for path, what in files] for files in layers]
    filesystem = image(layers=plain, parents=False).filesystem
    picked = [each.path for each in filesystem.walk("/", endings, lambda found, owner: found.value == kind)]
    assert picked == [
        each.path for each in filesystem.walk() if each.path.endswith(endings) and each.kind.value == kind
    ]


@given(LAYERS)
def test_every_entry_of_a_layer_is_in_its_index_in_order(layers: list[list[tuple[str, str]]]) -> None:
    for files in layers:
        index = scan(iter([layer(files, parents=False)]), everything).index
        assert [entry.path for entry in index] == [path for path, _ in files]


def test_entries_tell_what_they_hide() -> None:
    (found,) = image({"d/.wh.a": "", "d/.wh..wh..opq": "", "d/b": "", "l": hard_link("d/b")}, parents=False).layers
    assert [(entry.path, entry.hides, entry.opaque, entry.link) for entry in found.entries] == [
        ("/d/.wh.a", "/d/a", False, ""),
        ("/d/.wh..wh..opq", "", True, ""),
        ("/d/b", "", False, ""),
        ("/l", "", False, "/d/b"),
    ]
