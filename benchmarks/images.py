"""How fast images are read: whole processes, as ratios to what the bytes cost anybody, taken in one run.

    ./dev python benchmarks/images.py make FOLDER [P N X]       write the images, the same ones every time
    ./dev python benchmarks/images.py measure FOLDER [P N X]    measure those that are there, and print a table

P: some 600 MB and 35,000 files in four gzip layers, as an OCI layout and as a docker-archive. N: node_modules, 250,000
small files. X: 10.5 GiB, mostly zeros, 200,000 files. Every round runs each command once, so that a busy machine is
unfair to all of them alike; what counts is the fastest round. `gzip` is one process over all layers.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROUNDS = 3
BOOTSTRAP = (
    b"#!/bin/sh\nwhile :; do\n  curl -s http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next\ndone\n"
)
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"

File = tuple[str, bytes]
Layer = Callable[[], Iterator[File]]


class Recipe(NamedTuple):
    """An image: its layers as files, and whether the archive of its uncompressed layers is made, too."""

    layers: Sequence[Layer]
    archive: bool = False


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


def p_layers() -> Sequence[Layer]:
    return [
        lambda: some(1, 14_000, 18_000, "usr/lib"),
        lambda: some(2, 12_000, 18_000, "opt/packages"),
        lambda: some(3, 9_000, 15_000, "srv/data"),
        function,
    ]


RECIPES = {
    "P": Recipe(p_layers(), archive=True),
    "N": Recipe([lambda: some(4, 250_000, 600, "var/task/node_modules"), function]),
    "X": Recipe([lambda: zeros(5, "usr/a"), lambda: zeros(6, "usr/b"), function]),
}


def make(folder: Path, recipe: Recipe) -> None:
    """Writes an OCI layout, and beside it the tar of a docker-archive."""
    blobs = folder / "oci" / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    layers, diff_ids, tars = [], [], []
    for number, files in enumerate(recipe.layers):
        tar = folder / f"{number}.tar"
        write_tar(tar, files())
        with tar.open("rb") as plain:
            diff_ids.append(f"sha256:{hashlib.file_digest(plain, 'sha256').hexdigest()}")
        packed = folder / f"{number}.tar.gz"
        with tar.open("rb") as plain, gzip.GzipFile(packed, "wb", 6, mtime=0) as out:
            while data := plain.read(1 << 20):
                out.write(data)
        with packed.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        layers.append({"mediaType": LAYER, "digest": f"sha256:{digest}", "size": packed.stat().st_size})
        packed.rename(blobs / digest)
        tars.append(tar)
    settings = {"Entrypoint": ["/var/task/bootstrap"], "WorkingDir": "/var/task"}
    rootfs = {"type": "layers", "diff_ids": diff_ids}
    config = json.dumps({"os": "linux", "architecture": "amd64", "config": settings, "rootfs": rootfs}).encode()
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": blob(blobs, config, CONFIG), "layers": layers}
    top = blob(blobs, json.dumps(manifest).encode(), MANIFEST)
    (folder / "oci" / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [top]}))
    (folder / "oci" / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    if recipe.archive:
        name = f"{hashlib.sha256(config).hexdigest()}.json"
        entries = [{"Config": name, "RepoTags": ["bench:1"], "Layers": [f"{n}/layer.tar" for n in range(len(tars))]}]
        with tarfile.open(folder / "docker.tar", "w") as archive:
            for number, tar in enumerate(tars):
                archive.add(tar, f"{number}/layer.tar")
            for member, data in ((name, config), ("manifest.json", json.dumps(entries).encode())):
                add(archive, member, data)
    for tar in tars:
        tar.unlink()


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


def blob(blobs: Path, data: bytes, media_type: str) -> dict[str, object]:
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}


class Timing(NamedTuple):
    """Seconds on the clock, and the most memory in MiB."""

    seconds: float
    memory: float


def timed(command: str) -> Timing:
    """Runs a shell command to its end. A status of 1 is a report with findings; above that something is broken."""
    started = time.perf_counter()
    process = subprocess.Popen(["/bin/sh", "-c", f"exec {command}"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode > 1:
        sys.exit(f"{command}: status {process.returncode}")
    return Timing(time.perf_counter() - started, usage.ru_maxrss / 1024)


def commands(folder: Path, name: str) -> dict[str, str]:
    """What is compared on one image, the measures first."""
    place = folder / name
    lint = Path(sys.executable).with_name("lambda-lint")
    layers = sorted((place / "oci/blobs/sha256").iterdir(), key=lambda path: path.stat().st_size)
    packed = " ".join(str(path) for path in layers if starts_as_gzip(path))
    cache = place / "cache"
    timed(f"{lint} -q --cache-dir {cache} oci:{place}/oci")
    found = {
        "python -c pass": f"{sys.executable} -c pass",
        "gzip -dc": f"gzip -dc {packed}",
        "tar -tz": f"sh -c 'for layer in {packed}; do tar -tzf $layer; done'",
        f"{name}, OCI layout, cold": f"{lint} -q --no-cache oci:{place}/oci",
        f"{name}, OCI layout, warm": f"{lint} -q --cache-dir {cache} oci:{place}/oci",
    }
    if (place / "docker.tar").exists():
        found[f"{name}, docker-archive, cold"] = f"{lint} -q --no-cache docker-archive:{place}/docker.tar"
    return found


def starts_as_gzip(path: Path) -> bool:
    # Not the whole file: what this process has in memory when it forks counts as the child's, too.
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def measure(folder: Path, name: str) -> None:
    compared = commands(folder, name)
    rounds = [{what: timed(command) for what, command in compared.items()} for _ in range(ROUNDS)]
    best = {what: min((taken[what] for taken in rounds), key=lambda timing: timing.seconds) for what in compared}
    print("| what | seconds | times `gzip -dc` | times `tar -tz` | MiB |\n| --- | --- | --- | --- | --- |")
    for what, timing in best.items():
        against = [f"{timing.seconds / best[measure].seconds:.2f}" for measure in ("gzip -dc", "tar -tz")]
        print(f"| {what} | {timing.seconds:.2f} | {' | '.join(against)} | {timing.memory:.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("make", "measure"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("images", nargs="*", default=["P"], choices=RECIPES)
    arguments = parser.parse_args()
    for name in arguments.images:
        if arguments.what == "make":
            make(arguments.folder / name, RECIPES[name])
        else:
            measure(arguments.folder, name)


if __name__ == "__main__":
    main()
