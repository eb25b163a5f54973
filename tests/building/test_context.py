"""Which folder is taken for the build context, and what a build sees of it."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest
from support.contexts import Files, write

from lambda_lint import Deployment, replace
from lambda_lint.building import Context, contexts
from lambda_lint.dockerfile import parse
from lambda_lint.sources.contexts import Disk, DiskTree, _entry, folders_around

FN = {"repo/.git/HEAD": "", "repo/fn/Dockerfile": "", "repo/fn/app.py": "", "repo/lib/x.py": ""}
FOLDERS = [
    ("FROM a\nCOPY app.py .", FN, ["fn"]),
    ("FROM a\nCOPY . .", FN, ["fn", "."]),
    ("FROM a\nCOPY b.py .", {**FN, "repo/b.py": ""}, ["."]),
    # A step before the build may bring b.py to fn, or the one above is meant.
    ("FROM a\nCOPY app.py b.py .", {**FN, "repo/app.py": "", "repo/b.py": ""}, None),
    ("FROM a\nCOPY app.py fn/app.py .", {**FN, "repo/app.py": ""}, ["."]),
    ("FROM a\nCOPY fn/app.py lib .", FN, ["."]),
    ("FROM a\nCOPY /fn/app.py .", FN, ["."]),
    ("FROM a\nCOPY ../lib .", FN, ["."]),
    ("FROM a\nCOPY nothing .", FN, None),
    ("FROM a\nCOPY app.py nothing .", FN, None),
    ("FROM a\nCOPY noth*ng .", FN, ["fn", "."]),
    ("FROM a\nARG D\nCOPY $D .", FN, None),
    ("FROM scratch\nARG D=lib\nCOPY $D .", FN, ["."]),
    ("FROM a\nRUN x", FN, None),
    ("FROM a AS b\nCOPY lib .\nFROM a\nCOPY app.py .", FN, ["fn"]),
    ("FROM a AS b\nCOPY lib .\nFROM a\nCOPY --from=b lib .", FN, ["."]),
    ("FROM a AS b\nCOPY lib .\nFROM a\nCOPY --from=0 lib .", FN, ["."]),
    ("FROM a AS b\nCOPY lib .\nFROM b\nCOPY fn/app.py .", FN, ["."]),
    ("FROM a AS b\nCOPY lib .\nFROM a\nRUN --mount=type=bind,from=b,target=/x y", FN, ["."]),
    ("FROM a\nADD https://example.com/x app.py /", FN, ["fn"]),
    ("FROM a\nCOPY app.py .", {**FN, "repo/fn/.dockerignore": "*.py"}, None),
    ("FROM a\nCOPY app.py .", {**FN, "repo/fn/.dockerignore": "*.py", "repo/fn/Dockerfile.dockerignore": "x"}, ["fn"]),
    ("FROM a\nCOPY app.py .", {**FN, "repo/fn/.dockerignore": "["}, None),
    ("FROM a\nCOPY app.py .", {**FN, "repo/fn/.dockerignore": "#" * (65 << 10)}, None),
    ("FROM a\nCOPY app.py .", {**FN, "repo/fn/.containerignore": ""}, None),
]


def found(text: str, files: Files, folder: Path) -> list[str] | None:
    write(folder, files)
    path = str(folder / "repo/fn/Dockerfile")
    dockerfile = replace(parse(text.encode(), path), folders=partial(folders_around(path), Disk()))
    every = contexts(dockerfile, lambda _reference: None, Deployment())
    repo = folder / "repo"
    return [os.path.relpath(context.folder.name, repo) for context in every if context] or None


@pytest.mark.parametrize(("text", "files", "expected"), FOLDERS)
def test_the_context_has_everything_that_is_copied(
    text: str, files: Files, expected: list[str] | None, tmp_path: Path
) -> None:
    assert found(text, files, tmp_path) == expected


def test_the_search_ends_at_the_folder_that_was_named(tmp_path: Path) -> None:
    write(tmp_path, {"a/b/c/Dockerfile": ""})
    path = str(tmp_path / "a/b/c/Dockerfile")
    assert [folder.dockerfile for folder in folders_around(path, str(tmp_path / "a"))(Disk())] == [
        "Dockerfile",
        "c/Dockerfile",
        "b/c/Dockerfile",
    ]
    assert len(folders_around(path, str(tmp_path / "elsewhere"))(Disk())) == 4


def test_folders_are_called_as_the_user_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {".git/HEAD": "", "a/b/Dockerfile": ""})
    monkeypatch.chdir(tmp_path / "a")
    assert [folder.name for folder in folders_around("b/Dockerfile")(Disk())] == ["b", ".", ".."]
    monkeypatch.chdir(tmp_path / "a/b")
    assert [folder.name for folder in folders_around("Dockerfile")(Disk())] == [".", "..", "../.."]


def context(folder: Path, ignore: str = "") -> Context:
    write(folder, {"Dockerfile": "", ".dockerignore": ignore})
    path = str(folder / "Dockerfile")
    dockerfile = replace(parse(b"FROM a\nCOPY . .", path), folders=partial(folders_around(path), Disk()))
    found, *_ = contexts(dockerfile, lambda _reference: None, Deployment())
    assert found is not None
    return found


def test_what_a_build_sees(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.py": "", "a/y.txt": "", "b/z.py": "", "node_modules/m/i.js": ""})
    seen = context(tmp_path, "*.txt\n**/*.txt\nb\n")
    everything = {path: entry and entry.kind for path, entry in seen.everything()}
    assert everything == {
        ".dockerignore": "file",
        "Dockerfile": "file",
        "a": "directory",
        "a/x.py": "file",
        "node_modules": None,
    }
    assert seen.sources("*/x.py") == ("a/x.py",)
    assert seen.sources("b") == ()
    assert {path for path, _ in seen.everything(hidden=True)} >= {"a/y.txt", "b/z.py"}


def test_kinds_are_those_of_the_entries_and_come_with_the_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {f"a/{number}.py": "" for number in range(50)} | {"b/c/x.txt": ""})
    (tmp_path / "a" / "link").symlink_to("0.py")
    os.mkfifo(tmp_path / "a" / "pipe")
    looked_at: list[str] = []
    monkeypatch.setattr("lambda_lint.sources.contexts._entry", lambda path: looked_at.append(path) or _entry(path))
    seen = context(tmp_path, "**/1*.py\n")
    kinds = dict(seen.kinds(hidden=True))
    assert not [path for path in looked_at if path.endswith(".py")]
    assert (kinds["a/link"], kinds["a/pipe"], kinds["b/c"]) == ("symlink", "other", "directory")
    assert kinds == {path: entry and entry.kind for path, entry in seen.everything(hidden=True)}
    assert dict(seen.kinds()) == {path: entry and entry.kind for path, entry in seen.everything()}
    assert len(kinds) - len(dict(seen.kinds())) == 11


def test_no_symlink_is_followed_and_nothing_special_is_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside, {"secret": "x"})
    write(tmp_path / "in", {"file": "content"})
    (tmp_path / "in/link").symlink_to(outside / "secret")
    (tmp_path / "in/folder").symlink_to(outside)
    os.mkfifo(tmp_path / "in/pipe")
    folder = DiskTree(str(tmp_path / "in"))
    assert folder.read("file", 99, 3) == b"tent"
    assert folder.read("link", 99) == b""
    assert folder.entry("folder/secret") is None
    assert folder.names("folder") is None
    assert folder.read("folder/secret", 99) == b""
    assert folder.read("pipe", 99) == b""
    link, pipe = folder.entry("link"), folder.entry("pipe")
    assert link is not None
    assert link.kind == "symlink"
    assert link.link == str(outside / "secret")
    assert pipe is not None
    assert pipe.kind == "other"


def test_what_cannot_be_listed_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {f"many/{number}": "" for number in range(4)})
    monkeypatch.setattr("lambda_lint.sources.contexts._MOST_NAMES", 3)
    folder = DiskTree(str(tmp_path))
    assert folder.names("many") is None
    assert folder.names("nothing") is None
    assert folder.entry("a\0b") is None
    assert folder.entry("x" * 5000) is None


def test_dockerfiles_of_one_run_share_what_was_seen_of_the_folders_above_them(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", "a/Dockerfile": "", "b/Dockerfile": ""})
    disk = Disk()
    one, other = (folders_around(str(tmp_path / name / "Dockerfile"))(disk)[-1] for name in "ab")
    assert one.tree is other.tree
    assert (one.dockerfile, other.dockerfile) == ("a/Dockerfile", "b/Dockerfile")
