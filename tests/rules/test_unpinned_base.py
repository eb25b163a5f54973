"""`unpinned-base`."""

from __future__ import annotations

import pytest
from support.linting import Found, lint, shown

RULE = "unpinned-base"
GALLERY = "public.ecr.aws/lambda"

SILENT = {
    "a version": f"FROM {GALLERY}/python:3.13\n",
    "a digest": f"FROM {GALLERY}/python@sha256:{'a' * 64}\n",
    "latest with a digest": f"FROM {GALLERY}/python:latest@sha256:{'a' * 64}\n",
    "scratch": "FROM scratch\n",
    "a stage": "FROM golang:1.25 AS build\nFROM build\n",
    "empty without build arguments": "ARG BASE\nFROM ${BASE}\n",
    "half empty without build arguments": f"ARG VERSION\nFROM {GALLERY}/python:${{VERSION}}\n",
    "in a build stage": "FROM golang:latest AS build\nFROM public.ecr.aws/lambda/provided:al2023\n",
    "a version in the name": "FROM gcr.io/distroless/cc-debian12\n",
    "a registry that gives no other tag away": "FROM cgr.dev/chainguard/python:latest\n",
    "a build image, which another rule tells": "FROM public.ecr.aws/sam/build-python3.13\n",
    "an image of this machine": "FROM my-own-base\n",
    "the one version that there is of Go, which is deprecated": "FROM amazon/aws-lambda-go\n",
    "a tag that starts like it": "FROM docker.io/library/node:latest-slim\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "no tag": (f"FROM {GALLERY}/python\n", f"1: {GALLERY}/python"),
    "latest": (f"FROM --platform=linux/amd64 {GALLERY}/nodejs:latest\n", f"1: {GALLERY}/nodejs:latest"),
    "another base": ("FROM python\n", "1: python"),
    "a registry with a port": ("FROM localhost:5000/team/base\n", "1: localhost:5000/team/base"),
    "below another stage": ("FROM python AS base\nFROM base\n", "1: python"),
    "by a default": (f"ARG TAG=latest\nFROM {GALLERY}/ruby:$TAG\n", f"2: {GALLERY}/ruby:$TAG"),
}


@pytest.mark.parametrize(("text", "place"), FIRING.values(), ids=FIRING)
def test_firing(text: str, place: str) -> None:
    assert shown(lint(text, RULE), text) == [Found("warning", place)]


@pytest.mark.parametrize(
    ("base", "message", "fix"),
    [
        (
            f"{GALLERY}/python",
            f"{GALLERY}/python has no tag, which means latest: the next build may get another version of the language",
            f"write the version you build for, as in {GALLERY}/python:3.14",
        ),
        (
            f"{GALLERY}/provided:latest",
            f"{GALLERY}/provided:latest is the moving tag: the next build may get another operating system",
            f"write the version you build for, as in {GALLERY}/provided:al2023",
        ),
        (
            "node:latest",
            "node:latest is the moving tag: the next build may get another version of it",
            "write the version you build for: node:VERSION",
        ),
    ],
)
def test_the_message_tells_what_may_change(base: str, message: str, fix: str) -> None:
    (finding,) = lint(f"FROM {base}\n", RULE)
    assert (finding.problem.message, finding.problem.fix) == (message, fix)
