"""`unsupported-os` on Dockerfiles and on configs."""

from __future__ import annotations

import pytest
from support.linting import Found, image_config, lint, lint_config, shown

from lambda_lint import Platform

RULE = "unsupported-os"

SILENT = {
    "AWS base": "FROM public.ecr.aws/lambda/dotnet:8\n",
    "Linux image of Microsoft's": "FROM mcr.microsoft.com/dotnet/runtime:8.0\n",
    "Linux platform": "FROM --platform=linux/amd64 python:3.13\n",
    "platform by variable": "ARG P\nFROM --platform=$P python:3.13\n",
    "Windows in a stage that only lends files": "FROM mcr.microsoft.com/windows/nanoserver:1809 AS w\nFROM scratch\n",
    "a name that only sounds like it": "FROM registry.example.com/windowsill:1\n",
    "nothing known": "ARG BASE\nFROM $BASE\n",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_silent(text: str) -> None:
    assert lint(text, RULE) == ()


FIRING = {
    "server core": (
        "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n",
        "1: mcr.microsoft.com/windows/servercore:ltsc2022",
    ),
    "windows itself": ("FROM mcr.microsoft.com/windows:ltsc2019\n", "1: mcr.microsoft.com/windows:ltsc2019"),
    "nanoserver tag": (
        "FROM mcr.microsoft.com/dotnet/runtime:8.0-nanoserver-ltsc2022\n",
        "1: mcr.microsoft.com/dotnet/runtime:8.0-nanoserver-ltsc2022",
    ),
    "server core tag": ("FROM golang:1.23-windowsservercore\n", "1: golang:1.23-windowsservercore"),
    "platform": ("FROM --platform=windows/amd64 python:3.13\n", "1: --platform=windows/amd64"),
    "through an earlier stage": (
        'FROM mcr.microsoft.com/windows/nanoserver:1809 AS base\nFROM base\nCMD ["a"]\n',
        "1: mcr.microsoft.com/windows/nanoserver:1809",
    ),
}


@pytest.mark.parametrize(("text", "place"), FIRING.values(), ids=FIRING)
def test_firing(text: str, place: str) -> None:
    assert shown(lint(text, RULE), text) == [Found("error", place)]


@pytest.mark.parametrize(("os", "count"), [("linux", 0), ("", 0), ("windows", 1), ("freebsd", 1)])
def test_the_config_of_an_image(os: str, count: int) -> None:
    findings = lint_config(image_config(platform=Platform(os, "amd64")), RULE)
    assert shown(findings) == [Found("error", "config.os")] * count
