"""Dockerfiles to measure with, the same ones every time: one small one, and a thousand of all kinds."""

from __future__ import annotations

import random
from collections.abc import Iterator
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


def write(folder: Path) -> None:
    """One small Dockerfile, and `MANY` in a folder."""
    (folder / "many").mkdir(parents=True, exist_ok=True)
    (folder / "Dockerfile").write_text(SMALL)
    for number, text in enumerate(dockerfiles(MANY)):
        (folder / "many" / f"Dockerfile.{number:04}").write_text(text)
