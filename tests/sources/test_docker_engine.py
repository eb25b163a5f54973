"""A real Docker engine: what it exports is what we see, and every way out of it leads to the same image."""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import tarfile
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import docker
import pytest
from support.images import Files, directory, docker_archive, everything, file, hard_link, layer, nothing, symlink
from support.opening import contents, opened_image, read_target

from lambda_lint.errors import SourceError
from lambda_lint.image import Image, Index, Kind
from lambda_lint.sources.cache import MemoryCache

pytestmark = pytest.mark.engine

# What an engine puts into every container of its own.
_MOUNTS = {"/.dockerenv", "/dev", "/proc", "/sys"} | {
    f"/etc/{name}" for name in ("hostname", "hosts", "mtab", "resolv.conf")
}
_TYPES = {
    tarfile.REGTYPE: Kind.FILE,
    tarfile.DIRTYPE: Kind.DIRECTORY,
    tarfile.SYMTYPE: Kind.SYMLINK,
    tarfile.FIFOTYPE: Kind.FIFO,
}

Tree = dict[str, tuple[Kind, int, int, int, str]]


class Engine:
    """An engine with images under names of our own, removed at the end."""

    def __init__(self, host: str) -> None:
        self.client = docker.APIClient(base_url=host, version="auto")
        self.names: list[str] = []

    def name(self) -> str:
        self.names.append(f"lambda-lint-test/{uuid.uuid4().hex[:12]}:1")
        return self.names[-1]

    def load(self, folder: Path, layers: Sequence[Files], *, parents: bool = True, **description: object) -> str:
        name = self.name()
        path = folder / f"{uuid.uuid4().hex}.tar"
        docker_archive(path, layers=layers, tags=[name], parents=parents, command=["/none"], **description)
        for line in self.client.load_image(path.read_bytes()):
            assert "error" not in line, line
        return name

    def tree(self, image: str) -> Tree:
        """What a container of the image holds, by the engine's own export."""
        container = self.client.create_container(image)["Id"]
        try:
            data = b"".join(self.client.export(container))
        finally:
            self.client.remove_container(container)
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            members = {"/" + member.name.rstrip("/"): member for member in archive}
        for path, member in members.items():
            if member.islnk():
                members[path] = members["/" + member.linkname]
        return {
            path: (_TYPES[member.type], member.mode & 0o7777, member.uid, member.gid, member.linkname)
            for path, member in members.items()
            if path not in _MOUNTS and not path.startswith("/dev/")
        }


@pytest.fixture(scope="module")
def engine(docker_host: str) -> Iterator[Engine]:
    engine = Engine(docker_host)
    yield engine
    for name in engine.names:
        with contextlib.suppress(docker.errors.ImageNotFound):
            engine.client.remove_image(name, force=True)
    engine.client.close()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, docker_host: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", docker_host)


def tree(image: Image) -> Tree:
    return {
        found.path: (found.kind, found.mode, found.uid, found.gid, found.link)
        for found in image.filesystem.walk()
        if found.path not in {"/", *_MOUNTS}
    }


BASE: Files = {
    "/etc/passwd": "root",
    "/usr/lib/a.so": "a",
    "/usr/lib/b.so": "b",
    "/lib": symlink("usr/lib"),
    "/var/log/deep/one": "1",
    "/var/log/two": "2",
    "/bin/tool": file("tool", 0o4755, 3, 4),
}


@pytest.mark.parametrize(
    ("upper", "parents"),
    [
        pytest.param({"/etc/passwd": file("new", 0o600, 1, 2)}, True, id="a file replaced"),
        pytest.param({"/etc/.wh.passwd": "", "/var/.wh.log": ""}, True, id="a file and a folder deleted"),
        pytest.param({"/var/log/.wh..wh..opq": "", "/var/log/three": "3"}, True, id="a folder emptied"),
        pytest.param({"/usr/lib": "a file"}, True, id="a folder replaced by a file"),
        pytest.param({"/etc/passwd/x": "1"}, True, id="a file replaced by a folder"),
        pytest.param({"/lib": directory(0o711), "/lib/x": "1"}, True, id="a symlink replaced by a folder"),
        pytest.param({"/lib/x": "1"}, False, id="an entry below a symlink of a lower layer"),
        pytest.param({"/lib/.wh.a.so": ""}, False, id="a whiteout below a symlink of a lower layer"),
        pytest.param(
            [("/new", directory()), ("/s", symlink("new")), ("/s/x", "1")], False, id="an entry below its own symlink"
        ),
        pytest.param({"/var/log": symlink("../etc")}, True, id="a folder replaced by a symlink"),
        pytest.param({"/a": "1", "/b": hard_link("/a"), "/etc/c": hard_link("/b")}, True, id="hard links"),
        pytest.param({"/etc": directory(0o700, 5, 6)}, True, id="a folder with another mode"),
        pytest.param({"/" + "long/" * 60 + "name": "1", "/ünïcode": "2"}, True, id="long names and other letters"),
        pytest.param({"./x": "1", "./y/": directory(0o1777)}, False, id="names that start with a dot"),
    ],
)
def test_the_merged_tree_is_what_the_engine_makes_of_the_layers(
    engine: Engine, tmp_path: Path, upper: Files, parents: bool
) -> None:
    name = engine.load(tmp_path, [BASE, upper], parents=parents)
    with read_target(name, wanted=nothing) as image:
        assert tree(image) == engine.tree(name)


def test_an_image_of_several_layers_built_by_the_engine(engine: Engine) -> None:
    dockerfile = b'FROM scratch\nADD base.tar /\nCOPY app /app/\nENV A=1\nWORKDIR /work\nENTRYPOINT ["/app/run"]\n'
    context = layer({"Dockerfile": dockerfile, "base.tar": layer(BASE), "app/run": file("x", 0o750, 7)}, parents=False)
    name = engine.name()
    output = list(engine.client.build(fileobj=io.BytesIO(context), custom_context=True, tag=name, decode=True, rm=True))
    assert [line["error"] for line in output if "error" in line] == []
    with opened_image(f"docker-daemon:{name}") as opened:
        assert opened.config is not None
        assert (opened.config.entrypoint, opened.config.workdir) == (("/app/run",), "/work")
        image = opened.read(nothing)
        assert tree(image) == engine.tree(name)
        assert image.config.diff_ids == opened.config.diff_ids
        assert [next(word for word in made.created_by.split() if word.isupper()) for made in image.layers] == [
            "ADD",
            "COPY",
            "WORKDIR",
        ]


def test_an_image_whose_layers_are_known_tells_who_made_them(engine: Engine) -> None:
    """The next time nothing is exported, and what an engine tells of an image holds no history."""
    lines = [
        "FROM scratch",
        "ARG version=1",
        "COPY app /app/",
        f"LABEL id={uuid.uuid4().hex}",
        "WORKDIR /work",  # a layer without a file
        "USER 7",
        "WORKDIR /work",  # none
        'CMD ["/app/run"]',
    ]
    context = layer({"Dockerfile": "\n".join(lines), "app/run": file("x", 0o750, 7)}, parents=False)
    name = engine.name()
    list(engine.client.build(fileobj=io.BytesIO(context), custom_context=True, tag=name, decode=True, rm=True))
    cache = MemoryCache()
    seen = []
    for _ in range(2):
        with opened_image(f"docker-daemon:{name}", cache=cache) as opened:
            image = opened.read(nothing)
            seen.append((image.config.history, [made.created_by for made in image.layers]))
    assert [len(made) for _, made in seen] == [2, 2]
    assert seen[1] == seen[0]


def test_an_image_whose_name_is_given_to_another_before_it_is_read(engine: Engine, tmp_path: Path) -> None:
    name = engine.load(tmp_path, [{"/a": "first"}])
    other = engine.load(tmp_path, [{"/a": "second"}])
    with opened_image(f"docker-daemon:{name}") as opened:
        engine.client.tag(name, *engine.name().split(":"))  # or it would be gone
        engine.client.tag(other, *name.split(":"))
        assert contents(opened.read(everything)) == {"/a": "first"}


LAYERS: list[Files] = [
    BASE,
    {"/etc/.wh.passwd": "", "/app/run": "new"},
    {"/app/run": "new", "/app/link": hard_link("/app/run")},
]


def test_every_way_out_of_an_engine_leads_to_the_same_image(engine: Engine, tmp_path: Path) -> None:
    if shutil.which("skopeo") is None:
        pytest.skip("needs skopeo")
    name = engine.load(tmp_path, LAYERS)
    saved = tmp_path / "saved.tar"
    saved.write_bytes(b"".join(engine.client.get_image(name)))
    targets = [name, f"docker-daemon:{name}", str(saved), f"docker-archive:{saved}:{name}"]
    for form, option in [
        ("oci:{}:latest", "--dest-compress-format=gzip"),
        ("oci:{}:latest", "--dest-compress-format=zstd"),
        ("oci-archive:{}:latest", "--dest-compress"),
        ("docker-archive:{}:app:1", "--dest-decompress"),
    ]:
        target = form.format(tmp_path / f"copy{len(targets)}")
        subprocess.run(
            ["skopeo", "--insecure-policy", "copy", "-q", option, f"docker-archive:{saved}", target], check=True
        )
        targets.append(target)
    expected = None
    for target in targets:
        with read_target(target, wanted=nothing) as image:
            found = (tree(image), contents(image), image.config.diff_ids, image.config.command, image.tar_size)
            expected = expected or found
            assert found == expected, target
    assert expected is not None
    assert expected[1]["/app/link"] == "new"


def test_whatever_takes_an_archive_refuses_a_layer_that_is_not_as_promised(engine: Engine, tmp_path: Path) -> None:
    """That is why such layers are not hashed here: see `archives.unhashed`."""
    path = tmp_path / "changed.tar"
    docker_archive(path, {"/a": "111"}, form="flat", tags=[engine.name()])
    path.write_bytes(path.read_bytes().replace(b"111", b"222"))

    said = [line["error"] for line in engine.client.load_image(path.read_bytes()) if "error" in line]
    copied = subprocess.run(
        ["skopeo", "--insecure-policy", "copy", f"docker-archive:{path}", f"dir:{tmp_path}/copy"],
        check=False,
        capture_output=True,
        text=True,
    )

    words = ("invalid diffID", "mismatch", "wrong diff id")
    assert any(word in line for word in words for line in said)
    assert "Digest did not match" in copied.stderr


def test_an_image_is_found_by_its_id_and_the_start_of_it(engine: Engine, tmp_path: Path) -> None:
    name = engine.load(tmp_path, [{"/a": "1"}])
    inspected = engine.client.inspect_image(name)
    identifier = inspected["Id"]
    # An id is the digest of what the store is keyed by: a config, or a manifest.
    manifests = {digest.rpartition("@")[2] for digest in inspected["RepoDigests"]}
    for target in (identifier, identifier.removeprefix("sha256:")[:12], f"docker-daemon:{identifier}"):
        with read_target(target) as image:
            assert contents(image) == {"/a": "1"}
            assert image.resolved.repository == name
            document = image.resolved.document
            assert identifier in (
                {image.config.digest, *manifests} if document is None else {document.descriptor.digest}
            )


def test_a_graph_driver_tells_no_manifest_and_the_config_comes_before_the_layers(
    engine: Engine, tmp_path: Path
) -> None:
    name = engine.load(tmp_path, [{"/a": "1"}, {"/b": "2"}], env={"PATH": "/bin"}, architecture="arm64", variant="v8")
    with opened_image(name) as opened:
        assert opened.resolved.document is None or isinstance(opened.resolved.document, Index)
        assert opened.config is not None
        assert (opened.config.command, opened.config.env) == (("/none",), (("PATH", "/bin"),))
        assert str(opened.config.platform) == "linux/arm64/v8"
        assert len(opened.config.diff_ids) == 2


def test_an_image_that_the_engine_does_not_have(docker_host: str) -> None:
    with (
        pytest.raises(SourceError) as caught,
        opened_image("docker-daemon:lambda-lint-test/nothing:1"),
    ):
        pass
    assert str(caught.value) == (
        f"docker-daemon:lambda-lint-test/nothing:1: the Docker engine at {docker_host} has no such image"
    )


def test_an_image_that_goes_away_before_it_is_read(engine: Engine, tmp_path: Path) -> None:
    name = engine.load(tmp_path, [{"/a": uuid.uuid4().hex}])
    with opened_image(name) as opened:
        engine.client.remove_image(name)
        with pytest.raises(SourceError, match="has no such image"):
            opened.read(nothing)
