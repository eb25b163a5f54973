"""`missing-library`: what a dynamic program needs."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import file
from support.linting import Found, lint, shown
from support.starting import found, program

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "a static program": (program(programs.program(programs.GO)), []),
    "a loader that is not there": (
        program(file(programs.elf(programs.GO, loader="/lib64/ld-linux-x86-64.so.2"), mode=0o755)),
        [("error", "/main needs the dynamic loader /lib64/ld-linux-x86-64.so.2, which is not in the image", "/main")],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("missing-library", description) == expected


RULE = "missing-library"
GO = "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /out/main .\n"
RUST = "FROM rust:1.90-slim-bookworm AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release\n"
ALPINE = 'FROM alpine:3.22\nCOPY --from=build /out/main /main\nENTRYPOINT ["/main"]\n'
BOOTSTRAP = "COPY --from=build /src/target/release/shop /var/runtime/bootstrap\n"
AL2 = f"FROM public.ecr.aws/lambda/provided:al2\n{BOOTSTRAP}"

SILENT = {
    "Go without C": GO.replace("go build", "CGO_ENABLED=0 go build") + ALPINE,
    "Go without C by ENV": GO.replace("WORKDIR", "ENV CGO_ENABLED 0\nWORKDIR") + ALPINE,
    "Go for another machine": GO.replace("go build", "GOARCH=arm64 go build") + ALPINE,
    "Go on the builder's own machine": GO.replace("FROM ", "FROM --platform=$BUILDPLATFORM ") + ALPINE,
    "linked statically": GO.replace("go build", "go build -ldflags '-extldflags -static'") + ALPINE,
    "built on Alpine": GO.replace("1.25", "1.25-alpine") + ALPINE,
    "built by a script": GO.replace("go build -o /out/main .", "make") + ALPINE,
    "Alpine that can load it": GO + ALPINE.replace("COPY", "RUN apk add --no-cache gcompat\nCOPY"),
    "on its own Debian": GO + ALPINE.replace("alpine:3.22", "debian:trixie-slim"),
    "on Amazon Linux 2023": GO + ALPINE.replace("alpine:3.22", "public.ecr.aws/lambda/provided:al2023"),
    "on an image that is not known": GO + ALPINE.replace("alpine:3.22", "registry.example.com/base:1"),
    "an older Go, whose Debian is not known": GO.replace("1.25", "1.17") + AL2,
    "another file of the build stage": GO
    + "FROM scratch\nCOPY --from=build /etc/ssl/certs/ /etc/ssl/certs/\nCOPY main /main\n"
    + 'ENTRYPOINT ["/main"]\n',
    "Rust with musl": RUST.replace("--release", "--release --target x86_64-unknown-linux-musl") + AL2,
    "a program that something else starts": RUST + AL2 + 'ENTRYPOINT ["/bin/sh"]\n',
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent_dockerfiles(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "Go on Alpine": (GO + ALPINE, "/main is linked with the glibc of golang:1.25, and alpine:3.22 has musl instead"),
    "Go on nothing": (
        GO + 'FROM scratch\nCOPY --from=build /out/main /\nENTRYPOINT ["/main"]\n',
        "/main is linked with the glibc of golang:1.25, and scratch has no C library at all",
    ),
    "Rust on Amazon Linux 2": (
        RUST + AL2,
        "/var/runtime/bootstrap is linked with the glibc of rust:1.90-slim-bookworm, "
        "which is newer than the 2.26 of public.ecr.aws/lambda/provided:al2",
    ),
    "on an older Debian": (
        RUST + 'FROM debian:bullseye-slim\nCOPY --from=build /src/target/release/shop /shop\nCMD ["/shop"]\n',
        "/shop is linked with the glibc of rust:1.90-slim-bookworm, "
        "which is newer than the 2.31 of debian:bullseye-slim",
    ),
}


@pytest.mark.parametrize(("text", "message"), FIRING.values(), ids=FIRING)
def test_firing_dockerfiles(text: str, message: str) -> None:
    findings = lint(text, RULE)
    (copy,) = (number for number, line in enumerate(text.splitlines(), 1) if line.startswith("COPY --from"))
    assert shown(findings, text) == [Found("warning", f"{copy}: {text.splitlines()[copy - 1]}")]
    assert findings[0].problem.message == message
