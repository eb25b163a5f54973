"""Images to measure with, the same ones every time.

P: some 600 MB and 35,000 files in four gzip layers, as an OCI layout and as a docker-archive. N: node_modules, 250,000
small files. X: 10.5 GiB, mostly zeros, 200,000 files. many: 50 images, each with a layer of its own on a large one
that they share.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import shutil
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

BOOTSTRAP = (
    b"#!/bin/sh\nwhile :; do\n  curl -s http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next\ndone\n"
)
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
MANY = 50

File = tuple[str, bytes]
Layer = Callable[[], Iterator[File]]
Descriptor = Mapping[str, object]


def some(seed: int, count: int, size: int, folder: str) -> Iterator[File]:
    """Files of about `size` bytes that shrink to about a third, as programs and texts do."""
    chance = random.Random(seed)
    words = [chance.randbytes(chance.randint(2, 9)) for _ in range(4000)]
    pool = b"".join(chance.choices(words, k=2_000_000))
    for number in range(count):
        start, length = chance.randrange(len(pool) - 4 * size), chance.randint(size // 2, size * 3 // 2)
        yield f"{folder}/{number % 97:02}/{number:06}.dat", pool[start : start + length]


def zeros(seed: int, folder: str) -> Iterator[File]:
    """100,000 small files, and 5.25 GiB of nothing."""
    yield from some(seed, 100_000, 200, folder)
    for number in range(84):
        yield f"{folder}/zeros-{number}", bytes(64 << 20)


def function() -> Iterator[File]:
    """What starts, so that there is a start to follow."""
    yield "var/task/bootstrap", BOOTSTRAP


IMAGES: Mapping[str, Sequence[Layer]] = {
    "P": [
        lambda: some(1, 14_000, 18_000, "usr/lib"),
        lambda: some(2, 12_000, 18_000, "opt/packages"),
        lambda: some(3, 9_000, 15_000, "srv/data"),
        function,
    ],
    "N": [lambda: some(4, 250_000, 600, "var/task/node_modules"), function],
    "X": [lambda: zeros(5, "usr/a"), lambda: zeros(6, "usr/b"), function],
}


def make(folder: Path, name: str) -> None:
    """Writes the images of a name into a folder of that name, unless they are there: whole, or not at all."""
    if (folder / name).exists():
        return
    scratch = folder / f"{name}.scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    blobs = scratch / "oci" / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    if name == "many":
        base = [write_layer(blobs, lambda: some(7, 20_000, 15_000, "usr/lib")), write_layer(blobs, function)]
        tops = [write_layer(blobs, own(number)) for number in range(MANY)]
        images = {str(number + 1): [*base, top] for number, top in enumerate(tops)}
    else:
        images = {"latest": [write_layer(blobs, layer) for layer in IMAGES[name]]}
    manifests = [write_image(blobs, layers, tag) for tag, layers in images.items()]
    (scratch / "oci" / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": manifests}))
    (scratch / "oci" / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    if name == "P":
        write_archive(scratch / "docker.tar", blobs, images["latest"])
    scratch.rename(folder / name)


def own(number: int) -> Layer:
    """A layer of a megabyte that is like no other."""
    return lambda: some(100 + number, 60, 16_000, f"opt/app-{number}")


class Written(NamedTuple):
    """A layer in a layout: its descriptor, and the digest of its tar."""

    descriptor: Descriptor
    diff_id: str


def write_layer(blobs: Path, files: Layer) -> Written:
    tar = blobs / "tar.scratch"
    packed = blobs / "gzip.scratch"
    write_tar(tar, files())
    with tar.open("rb") as plain:
        diff_id = f"sha256:{hashlib.file_digest(plain, 'sha256').hexdigest()}"
    with tar.open("rb") as plain, gzip.GzipFile(packed, "wb", 6, mtime=0) as out:
        shutil.copyfileobj(plain, out, 1 << 20)
    with packed.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = packed.stat().st_size
    tar.unlink()
    packed.rename(blobs / digest)
    return Written({"mediaType": LAYER, "digest": f"sha256:{digest}", "size": size}, diff_id)


def write_image(blobs: Path, layers: Sequence[Written], tag: str) -> Descriptor:
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": write_blob(blobs, config(layers), CONFIG),
        "layers": [layer.descriptor for layer in layers],
    }
    top = write_blob(blobs, json.dumps(manifest).encode(), MANIFEST)
    return {**top, "annotations": {"org.opencontainers.image.ref.name": tag}}


def config(layers: Sequence[Written]) -> bytes:
    settings = {"Entrypoint": ["/var/task/bootstrap"], "WorkingDir": "/var/task"}
    rootfs = {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]}
    return json.dumps({"os": "linux", "architecture": "amd64", "config": settings, "rootfs": rootfs}).encode()


def write_archive(path: Path, blobs: Path, layers: Sequence[Written]) -> None:
    """What `docker save` wrote for many years: the layers uncompressed, then the documents."""
    document = config(layers)
    name = f"{hashlib.sha256(document).hexdigest()}.json"
    names = [f"{number}/layer.tar" for number in range(len(layers))]
    with tarfile.open(path, "w") as archive:
        for member, layer in zip(names, layers, strict=True):
            blob = blobs / str(layer.descriptor["digest"]).removeprefix("sha256:")
            with gzip.open(blob) as packed:
                entry = tarfile.TarInfo(member)
                entry.size = packed.seek(0, io.SEEK_END)
                packed.seek(0)
                archive.addfile(entry, packed)
        entries = [{"Config": name, "RepoTags": ["lambda-lint-bench:1"], "Layers": names}]
        add(archive, name, document)
        add(archive, "manifest.json", json.dumps(entries).encode())


def write_tar(path: Path, files: Iterator[File]) -> None:
    folders: set[str] = set()
    with tarfile.open(path, "w") as tar:
        for name, data in files:
            parts = name.split("/")[:-1]
            for depth in range(1, len(parts) + 1):
                parent = "/".join(parts[:depth])
                if parent not in folders:
                    folders.add(parent)
                    entry = tarfile.TarInfo(parent)
                    entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                    tar.addfile(entry)
            add(tar, name, data, 0o755 if name.endswith("bootstrap") else 0o644)


def add(tar: tarfile.TarFile, name: str, data: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), mode
    tar.addfile(entry, io.BytesIO(data))


def write_blob(blobs: Path, data: bytes, media_type: str) -> Descriptor:
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}
