"""How fast Dockerfiles are linted: whole processes, as ratios to a bare `python -c pass` of the same run.

    ./dev python benchmarks/dockerfiles.py                      measure, and print a table
    ./dev python benchmarks/dockerfiles.py --write FOLDER       write the Dockerfiles only, the same ones every time

Byte code is written first, and every round runs each command once, so that a busy machine is unfair to all of them
alike. What counts is user and system time of the fastest round: other work on the machine disturbs that least.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

MANY = 1000
SMALL = """\
FROM public.ecr.aws/lambda/python:3.13

COPY app.py ${LAMBDA_TASK_ROOT}/

CMD ["app.handler"]
"""


class Kind(NamedTuple):
    """What the functions of one language are built with."""

    builders: tuple[str, ...]
    bases: tuple[str, ...]
    installs: tuple[str, ...]
    files: tuple[str, ...]
    starts: tuple[str, ...]


PYTHON = Kind(
    ("python:3.12-slim", "python:3.13-bookworm", "public.ecr.aws/sam/build-python3.13:latest"),
    ("public.ecr.aws/lambda/python:3.13", "public.ecr.aws/lambda/python:3.12-arm64", "python:3.12-slim", "python:3.9"),
    (
        "pip install --no-cache-dir -r requirements.txt --target /opt/function",
        "pip install awslambdaric matplotlib==3.9.2 && pip install 'uvicorn[standard]'",
        "python -m compileall -q /opt/function && find /opt/function -name '*.pyi' -delete",
    ),
    ("app.py", "requirements.txt", "handlers/", "pyproject.toml"),
    (
        'CMD ["app.handler"]',
        "CMD app.handler",
        'ENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]\nCMD ["app.handler"]',
        'ENTRYPOINT ["/lambda-entrypoint.sh"]\nCMD ["handlers.orders.main"]',
    ),
)
NODE = Kind(
    ("node:22-alpine", "node:20-bookworm"),
    ("public.ecr.aws/lambda/nodejs:22", "public.ecr.aws/lambda/nodejs:20", "node:22-slim"),
    (
        "npm ci --omit=dev && npm cache clean --force",
        "npx esbuild index.ts --bundle --platform=node --outfile=dist/index.js",
        "npm install aws-lambda-ric sharp@0.33",
    ),
    ("package.json", "package-lock.json", "index.mjs", "dist/"),
    (
        'CMD ["index.handler"]',
        'ENTRYPOINT ["/usr/local/bin/npx", "aws-lambda-ric"]\nCMD ["dist/index.handler"]',
        'CMD ["node", "server.mjs"]',
    ),
)
NATIVE = Kind(
    ("golang:1.23", "rust:1.83-slim", "public.ecr.aws/docker/library/golang:1.23-alpine"),
    ("public.ecr.aws/lambda/provided:al2023", "debian:bookworm-slim", "scratch", "alpine:3.20"),
    (
        "CGO_ENABLED=0 GOOS=linux GOARCH=${TARGETARCH:-amd64} go build -tags lambda.norpc -o /out/main ./cmd/orders",
        "cargo build --release --bin bootstrap && strip target/release/bootstrap",
        'if [ -n "$VERSION" ]; then echo "$VERSION" > /out/version; fi',
    ),
    ("go.mod", "src/", "bootstrap", "config/*.json"),
    ('ENTRYPOINT ["/out/main"]', 'CMD ["bootstrap"]', 'ENTRYPOINT ["./bootstrap"]'),
)
SYSTEM = (
    "apt-get update && apt-get install -y --no-install-recommends libpq5 curl && rm -rf /var/lib/apt/lists/*",
    "dnf install -y gcc gcc-c++ make && dnf clean all",
    "apk add --no-cache libstdc++ libexecinfo-dev ca-certificates",
    "mkdir -p /tmp/cache /opt/extensions && chmod 755 /opt/extensions",
    'groupadd -r app && useradd -r -g app app || echo "no user added"',
    'set -eux; for name in orders bills; do mkdir -p "/srv/$name"; done',
)
SETTINGS = (
    "ENV PYTHONUNBUFFERED=1 LOG_LEVEL=info",
    "ENV AWS_LWA_PORT=8080",
    "ENV HOME=/tmp",
    "ENV TABLE=orders \\\n    STAGE=${STAGE} \\\n    PATH=/opt/bin:$PATH",
    "WORKDIR ${LAMBDA_TASK_ROOT:-/var/task}",
    "WORKDIR /srv/app",
    "LABEL org.opencontainers.image.title=orders org.opencontainers.image.licenses=MIT",
    "EXPOSE 8080",
    "USER 1000",
    "COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.0 /lambda-adapter /opt/extensions/lambda-adapter",
    'HEALTHCHECK --interval=30s CMD ["/bin/true"]',
)


def dockerfiles(count: int, seed: int = 5) -> Iterator[str]:
    """Different Dockerfiles of 20 to 60 lines and one to three stages, good and bad ones, for several languages."""
    chance = random.Random(seed)
    for number in range(count):
        yield _dockerfile(chance, number)


def _dockerfile(chance: random.Random, number: int) -> str:
    kind = chance.choice((PYTHON, NODE, NATIVE))
    parts = ["# syntax=docker/dockerfile:1", f"ARG STAGE=stage-{number}", "ARG VERSION"]
    builders = [f"build-{index}" for index in range(chance.randrange(3))]
    for name in builders:
        parts += ["", f"FROM {chance.choice(kind.builders)} AS {name}", "ARG VERSION", "ARG STAGE"]
        parts += _steps(chance, kind, chance.randint(2, 5))
    platform = chance.choice(("", "", "--platform=linux/arm64 ", "--platform=$TARGETPLATFORM "))
    parts += ["", f"FROM {platform}{chance.choice(kind.bases)}", "ARG STAGE"]
    parts += [f"COPY --from={name} --chown=1000:1000 /out/ /srv/{name}/" for name in builders]
    parts += chance.sample(SETTINGS, chance.randint(2, 5))
    goal = chance.randint(20, 58)
    while "\n".join(parts).count("\n") < goal - 4:
        parts += _steps(chance, kind, 1)
    return "\n".join((*parts, chance.choice(kind.starts), ""))


def _steps(chance: random.Random, kind: Kind, count: int) -> Iterator[str]:
    for _ in range(count):
        step = chance.randrange(4)
        if step == 0:
            yield f"COPY {' '.join(chance.sample(kind.files, 2))} ./"
        elif step == 1:
            yield "# what the machine needs\nRUN " + " && \\\n    ".join(chance.sample(SYSTEM, 2))
        elif step == 2:
            yield f"RUN --mount=type=cache,target=/root/.cache {chance.choice(kind.installs)}"
        else:
            yield f"RUN <<EOF\n{chance.choice(kind.installs)}\n{chance.choice(SYSTEM)}\nEOF"


class Measured(NamedTuple):
    """One run of a command: on the clock, and on the processors."""

    wall: float
    busy: float


def measure(commands: Sequence[Sequence[str]], folder: Path, rounds: int) -> list[Measured]:
    """The fastest of so many rounds, for each command. Exit status 1 is fine: it says that something was found."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    best = [Measured(float("inf"), float("inf"))] * len(commands)
    for number in range(rounds + 1):
        for index, command in enumerate(commands):
            found = _run(command, folder, environ)
            if number:  # the first round writes byte code
                best[index] = Measured(*map(min, best[index], found))
    return best


def _run(command: Sequence[str], folder: Path, environ: dict[str, str]) -> Measured:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    result = subprocess.run(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, check=False)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode not in (0, 1):
        sys.exit(f"{' '.join(command[:2])} ended with {result.returncode}")
    return Measured(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measures how fast Dockerfiles are linted.")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write the Dockerfiles there and measure nothing")
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    if arguments.write:
        _write(arguments.write)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder)
        _table(folder, arguments.rounds)


def _write(folder: Path) -> None:
    (folder / "many").mkdir(parents=True, exist_ok=True)
    (folder / "Dockerfile").write_text(SMALL)
    for number, text in enumerate(dockerfiles(MANY)):
        (folder / "many" / f"Dockerfile.{number:04}").write_text(text)


def _table(folder: Path, rounds: int) -> None:
    program = str(Path(sys.executable).with_name("lambda-lint"))
    many = [f"many/{path.name}" for path in sorted((folder / "many").iterdir())]
    bare, small = measure(([sys.executable, "-c", "pass"], [program, "Dockerfile"]), folder, rounds)
    (all_of_them,) = measure(([program, *many],), folder, 2)
    rows = (
        ("python -c pass", bare, ""),
        ("one small Dockerfile", small, ""),
        (f"{MANY:,} Dockerfiles", all_of_them, f"{MANY / all_of_them.wall:,.0f} a second"),
    )
    print(f"{'':24}{'wall':>9}{'busy':>9}{'ratio':>8}")
    for name, found, note in rows:
        print(f"{name:24}{found.wall:8.3f}s{found.busy:8.3f}s{found.busy / bare.busy:8.1f}  {note}".rstrip())


if __name__ == "__main__":
    main()
