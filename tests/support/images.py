"""Images made from a few words: in memory as an `Image`, or on disk in every form that a source reads.

    image(files={"/var/task/app.py": "def handler(event, context): ..."}, command=["app.handler"])
    image(layers=[{"/a": "1", "/b": "2"}, {"/.wh.a": ""}], architecture="arm64", env={"PATH": "/bin"})
    layout(tmp_path / "oci", files={"/app": file("...", mode=0o700)}, platforms=["linux/amd64"], attestations=True)
    docker_archive(tmp_path / "app.tar", form="folders", files={"/app": "..."}, tags=["app:1"])

Files are described by path: text or bytes (a regular file, 0644, root), or `file`, `directory`, `symlink`, `hard_link`,
`device`, `fifo`. A whiteout is a file called `.wh.NAME`. Missing parent directories get entries of their own (0755,
root), as every builder writes them; `parents=False` leaves them out.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lambda_lint.image.assembly import assemble
from lambda_lint.image.documents import OCI_INDEX, parse_config, parse_document
from lambda_lint.image.model import Descriptor, Image, Index, Manifest, Resolved
from lambda_lint.image.scan import scan

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Blobs = dict[str, bytes]

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"

_LAYER_TYPES = {
    ("oci", "gzip"): "application/vnd.oci.image.layer.v1.tar+gzip",
    ("oci", "zstd"): "application/vnd.oci.image.layer.v1.tar+zstd",
    ("oci", "none"): "application/vnd.oci.image.layer.v1.tar",
    ("docker", "gzip"): "application/vnd.docker.image.rootfs.diff.tar.gzip",
    ("docker", "zstd"): "application/vnd.docker.image.rootfs.diff.tar.zstd",
    ("docker", "none"): "application/vnd.docker.image.rootfs.diff.tar",
}
_CONFIG_TYPES = {
    "oci": "application/vnd.oci.image.config.v1+json",
    "docker": "application/vnd.docker.container.image.v1+json",
}


@dataclass(frozen=True)
class Node:
    """One entry of a layer's tar. Make it with the functions below."""

    type: bytes
    content: bytes = b""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    link: str = ""
    pax: Mapping[str, str] = field(default_factory=dict)


Files = Mapping[str, "str | bytes | Node"] | Sequence[tuple[str, "str | bytes | Node"]]
"""Paths with or without a leading slash; a list of pairs where the order or a repeated path matters."""


def file(content: str | bytes = "", mode: int = 0o644, uid: int = 0, gid: int = 0) -> Node:
    """A regular file."""
    return Node(tarfile.REGTYPE, _bytes(content), mode, uid, gid)


def directory(mode: int = 0o755, uid: int = 0, gid: int = 0) -> Node:
    """A directory entry, to give one a mode or an owner, or to have an empty one."""
    return Node(tarfile.DIRTYPE, b"", mode, uid, gid)


def symlink(target: str) -> Node:
    """A symbolic link to `target`, as written."""
    return Node(tarfile.SYMTYPE, mode=0o777, link=target)


def hard_link(target: str) -> Node:
    """A hard link to the path `target` in the image."""
    return Node(tarfile.LNKTYPE, link=target.lstrip("/"))


def device(*, block: bool = False, mode: int = 0o600) -> Node:
    """A character or block device."""
    return Node(tarfile.BLKTYPE if block else tarfile.CHRTYPE, mode=mode)


def fifo(mode: int = 0o644) -> Node:
    """A named pipe."""
    return Node(tarfile.FIFOTYPE, mode=mode)


def layer(files: Files, *, parents: bool = True, tar_format: int = tarfile.PAX_FORMAT) -> bytes:
    """The uncompressed tar of one layer, its entries in the order given. The same files give the same bytes."""
    buffer = io.BytesIO()
    named: set[str] = set()
    with tarfile.open(fileobj=buffer, mode="w", format=tar_format) as tar:
        for path, what in files.items() if isinstance(files, Mapping) else files:
            name = path.lstrip("/")
            for end, character in enumerate(name):
                if parents and character == "/" and name[:end] not in named:
                    _add(tar, name[:end], directory())
                    named.add(name[:end])
            named.add(name)
            _add(tar, name or "./", what if isinstance(what, Node) else file(what))
    return buffer.getvalue()


def _add(tar: tarfile.TarFile, name: str, node: Node) -> None:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = node.type, len(node.content), node.link
    info.mode, info.uid, info.gid = node.mode, node.uid, node.gid
    info.pax_headers = dict(node.pax)
    tar.addfile(info, io.BytesIO(node.content))


def compressed(data: bytes, compression: str) -> bytes:
    """`data` as gzip, zstd or, for `none`, as it is."""
    if compression == "gzip":
        return gzip.compress(data, compresslevel=1, mtime=0)
    return zstd.compress(data) if compression == "zstd" else data


def digest(data: bytes) -> str:
    """In OCI's form."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Built:
    """All blobs of an image, and the descriptor of what a reference to it resolves to: a manifest or an index."""

    blobs: Blobs
    top: dict[str, Any]
    config: str
    layers: tuple[str, ...]
    tars: tuple[bytes, ...]


def build(
    files: Files | None = None,
    *,
    layers: Sequence[Files | bytes] | None = None,
    entrypoint: Sequence[str] | None = None,
    command: Sequence[str] | None = None,
    workdir: str = "",
    user: str = "",
    env: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    volumes: Sequence[str] = (),
    ports: Sequence[str] = (),
    os: str = "linux",
    architecture: str = "amd64",
    variant: str = "",
    history: Sequence[Mapping[str, Any]] | None = None,
    diff_ids: Sequence[str] | None = None,
    style: str = "oci",
    compression: str | Sequence[str] = "gzip",
    layer_types: Sequence[str] | None = None,
    config_type: str | None = None,
    artifact_type: str = "",
    annotations: Mapping[str, str] | None = None,
    parents: bool = True,
    platforms: Sequence[str] | None = None,
    attestations: bool = False,
) -> Built:
    """The blobs of an image.

    `files` is one layer, `layers` several: files, or the bytes of a ready tar. `style` is `oci` or `docker` (the media
    types). `compression` is one word for all layers or one for each. `platforms` (`linux/amd64`, ...) makes it an index
    with the image under each of them, in that architecture; `attestations` adds a BuildKit attestation for each
    (and makes an index of one where `platforms` is not given).
    """
    contents = [files or {}] if layers is None else layers
    tars = tuple(tar if isinstance(tar, bytes) else layer(tar, parents=parents) for tar in contents)
    kinds = [compression] * len(tars) if isinstance(compression, str) else list(compression)
    blobs: Blobs = {}
    layer_blobs = [compressed(tar, kind) for tar, kind in zip(tars, kinds, strict=True)]
    media_types = layer_types or [_LAYER_TYPES[style, kind] for kind in kinds]
    descriptors = [_put(blobs, blob, kind) for blob, kind in zip(layer_blobs, media_types, strict=True)]
    settings = {
        "Entrypoint": None if entrypoint is None else list(entrypoint),
        "Cmd": None if command is None else list(command),
        "WorkingDir": workdir,
        "User": user,
        "Env": [f"{name}={value}" for name, value in (env or {}).items()],
        "Labels": dict(labels or {}),
        "Volumes": {path: {} for path in volumes},
        "ExposedPorts": {port: {} for port in ports},
    }
    made_by = [{"created_by": f"COPY layer {index}"} for index in range(len(tars))]

    def manifest(os: str, architecture: str, variant: str) -> dict[str, Any]:
        document = {
            "os": os,
            "architecture": architecture,
            **({"variant": variant} if variant else {}),
            "config": settings,
            "rootfs": {"type": "layers", "diff_ids": list(diff_ids or map(digest, tars))},
            "history": made_by if history is None else list(history),
        }
        return _put(
            blobs,
            {
                "schemaVersion": 2,
                "mediaType": DOCKER_MANIFEST if style == "docker" else OCI_MANIFEST,
                **({"artifactType": artifact_type} if artifact_type else {}),
                "config": _put(blobs, document, config_type or _CONFIG_TYPES[style]),
                "layers": descriptors,
                **({"annotations": dict(annotations)} if annotations else {}),
            },
            DOCKER_MANIFEST if style == "docker" else OCI_MANIFEST,
        )

    if platforms is None and not attestations:
        top = manifest(os, architecture, variant)
        child = top
    else:
        words = [platform.split("/") for platform in platforms or [f"{os}/{architecture}"]]
        children = [
            manifest(*[*word, ""][:3]) | {"platform": {"os": word[0], "architecture": word[1]}} for word in words
        ]
        child = children[0]
        if attestations:
            children += [_attestation(blobs, made["digest"]) for made in children]
        index_type = DOCKER_INDEX if style == "docker" else OCI_INDEX
        top = _put(blobs, {"schemaVersion": 2, "mediaType": index_type, "manifests": children}, index_type)
    config = json.loads(blobs[child["digest"]])["config"]["digest"]
    return Built(blobs, top, config, tuple(entry["digest"] for entry in descriptors), tars)


def _put(blobs: Blobs, blob: bytes | dict[str, Any], media_type: str) -> dict[str, Any]:
    data = blob if isinstance(blob, bytes) else json.dumps(blob).encode()
    blobs[digest(data)] = data
    return {"mediaType": media_type, "digest": digest(data), "size": len(data)}


def _attestation(blobs: Blobs, subject: str) -> dict[str, Any]:
    statement = _put(blobs, {"_type": "https://in-toto.io/Statement/v0.1"}, "application/vnd.in-toto+json")
    config = {
        "os": "unknown",
        "architecture": "unknown",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [statement["digest"]]},
    }
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": _put(blobs, config, _CONFIG_TYPES["oci"]),
        "layers": [statement],
    }
    return _put(blobs, document, OCI_MANIFEST) | {
        "platform": {"os": "unknown", "architecture": "unknown"},
        "annotations": {
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": subject,
        },
    }


def everything(_path: str, _mode: int, size: int) -> int:
    """`wanted` that keeps the whole content of every file."""
    return size


def nothing(_path: str, _mode: int, _size: int) -> int:
    """`wanted` that keeps no content."""
    return 0


def image(
    files: Files | None = None,
    *,
    reference: str = "app:latest",
    repository: str = "",
    documents: bool = True,
    wanted: Callable[[str, int, int], int] = everything,
    **description: Any,
) -> Image:
    """An `Image` in memory, read by the linter's own code. Takes all that `build` takes.

    `documents=False` leaves the manifest out, as an engine with a graph driver does.
    """
    built = build(files, **description)
    resolved = resolve(built, reference, repository)
    config = parse_config(built.blobs[built.config], built.config)
    scans = [scan(iter([built.blobs[digest]]), wanted) for digest in built.layers]
    if not documents:
        resolved = Resolved(reference, repository, None)
    return assemble(resolved, config, scans, _unread)


def resolved(reference: str = "app:latest", repository: str = "", **description: Any) -> Resolved:
    """What such an image's reference resolves to, for rules that look at no more."""
    return resolve(build(**description), reference, repository)


def resolve(built: Built, reference: str, repository: str) -> Resolved:
    """The documents of a built image as values. The child of an index is its first manifest."""
    document = parse_document(built.blobs[built.top["digest"]], _descriptor(built.top))
    child = None
    if isinstance(document, Index):
        found = parse_document(built.blobs[document.manifests[0].digest], document.manifests[0])
        child = found if isinstance(found, Manifest) else None
    return Resolved(reference, repository, document, child)


def _descriptor(entry: Mapping[str, Any]) -> Descriptor:
    return Descriptor(entry["mediaType"], entry["digest"], entry["size"])


def _unread(layer: int, offset: int, size: int) -> bytes:
    raise AssertionError(f"layer {layer} was to be read again at {offset}, {size} bytes")


def layout(path: Path, files: Files | None = None, *, name: str | None = "latest", **description: Any) -> Built:
    """An OCI layout folder at `path`, `name` its org.opencontainers.image.ref.name. Adds to a layout that is there."""
    built = build(files, **description)
    for blob, data in built.blobs.items():
        algorithm, _, encoded = blob.partition(":")
        (path / "blobs" / algorithm).mkdir(parents=True, exist_ok=True)
        (path / "blobs" / algorithm / encoded).write_bytes(data)
    (path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    index = path / "index.json"
    manifests = json.loads(index.read_text())["manifests"] if index.exists() else []
    annotations = {} if name is None else {"annotations": {"org.opencontainers.image.ref.name": name}}
    index.write_text(json.dumps({"schemaVersion": 2, "manifests": [*manifests, built.top | annotations]}))
    return built


def oci_archive(path: Path, files: Files | None = None, *, name: str | None = "latest", **description: Any) -> Built:
    """An OCI layout in a tar, index.json last, as a stream would bring it."""
    built = build(files, **description)
    write_tar(path, _layout_files(built, name))
    return built


def docker_archive(
    path: Path,
    files: Files | None = None,
    *,
    form: str = "folders",
    tags: Sequence[str] = ("app:latest",),
    **description: Any,
) -> Built:
    """What `docker save` writes, in one of its four `form`s through the years.

    `legacy` (before 1.10: a folder for each layer, `repositories`, no manifest.json), `folders` (1.10 to 24:
    manifest.json and folders, a repeated layer as a symlink), `flat` (skopeo and others: manifest.json and blobs side
    by side) or `oci` (from 25 on: an OCI layout with a manifest.json beside index.json). Layers are uncompressed unless
    told otherwise.
    """
    built = build(files, **({"compression": "none"} | description))
    config = built.blobs[built.config]
    layers = [built.blobs[digest] for digest in built.layers]
    members: dict[str, bytes | Node]
    if form == "oci":
        members = dict(_layout_files(built, tags[0].rpartition(":")[2] if tags else None, tags[0] if tags else None))
        names = [f"blobs/sha256/{digest[7:]}" for digest in built.layers]
        config_name = f"blobs/sha256/{built.config[7:]}"
    elif form == "flat":
        names = [f"{digest(tar)[7:]}.tar" for tar in built.tars]
        config_name = f"{built.config[7:]}.json"
        members = {config_name: config} | dict(zip(names, layers, strict=True))
    else:
        ids = [digest(f"{index}{built.config}".encode())[7:] for index in range(len(layers))]
        names = [f"{folder}/layer.tar" for folder in ids]
        config_name = f"{built.config[7:]}.json"
        members = {}
        seen: dict[bytes, str] = {}
        for position, (folder, data) in enumerate(zip(ids, layers, strict=True)):
            members[f"{folder}/VERSION"] = b"1.0"
            members[f"{folder}/json"] = _v1(ids, position, json.loads(config))
            first = seen.setdefault(data, names[position])
            members[names[position]] = data if first == names[position] else symlink(f"../{first}")
        if form == "folders":
            members[config_name] = config
        members["repositories"] = _repositories(tags, ids)
    if form != "legacy":
        entry = {"Config": config_name, "RepoTags": list(tags) or None, "Layers": names}
        members["manifest.json"] = json.dumps([entry]).encode()
    write_tar(path, members)
    return built


def write_tar(path: Path, members: Files) -> None:
    """A tar of the members as named, without entries for their folders."""
    path.write_bytes(layer(members, parents=False))


def _layout_files(built: Built, name: str | None, full_name: str | None = None) -> dict[str, bytes]:
    annotations = {}
    if name is not None:
        annotations["org.opencontainers.image.ref.name"] = name
    if full_name is not None:
        annotations["io.containerd.image.name"] = f"docker.io/library/{full_name}"
    index = {"schemaVersion": 2, "manifests": [built.top | ({"annotations": annotations} if annotations else {})]}
    blobs = {f"blobs/sha256/{blob[7:]}": data for blob, data in built.blobs.items()}
    return blobs | {
        "index.json": json.dumps(index).encode(),
        "oci-layout": b'{"imageLayoutVersion": "1.0.0"}',
    }


def _v1(ids: Sequence[str], position: int, config: Mapping[str, Any]) -> bytes:
    document: dict[str, Any] = {"id": ids[position], "os": config["os"], "architecture": config["architecture"]}
    if position:
        document["parent"] = ids[position - 1]
    if position == len(ids) - 1:
        document["config"] = config["config"]
    document["container_config"] = {"Cmd": ["/bin/sh", "-c", f"#(nop) COPY layer {position}"]}
    return json.dumps(document).encode()


def _repositories(tags: Sequence[str], ids: Sequence[str]) -> bytes:
    named: dict[str, dict[str, str]] = {}
    for tag in tags:
        name, _, version = tag.rpartition(":")
        named.setdefault(name, {})[version] = ids[-1]
    return json.dumps(named).encode()


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
