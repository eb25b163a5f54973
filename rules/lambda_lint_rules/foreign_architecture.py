"""The build takes something that is made for another processor.

A function runs on x86_64 or on arm64, and nothing translates between the two. A program, a native module or an
extension for the other one cannot be executed:

```text
Error: fork/exec /opt/extensions/agent: exec format error
Runtime.ImportModuleError: Unable to import module 'app': cannot open shared object file
```

This looks at addresses in RUN and ADD, and at what tells a compiler or an installer its target (`GOARCH=amd64`,
`--platform manylinux2014_x86_64`, `--runtime linux-x64`, `--target x86_64-unknown-linux-musl`). It speaks up only where
the processor is known: by `FROM --platform=linux/arm64`, by a tag of AWS like `3.13-arm64`, or by the function's
architecture in the settings or in `--architecture`. It is silent about a RUN that asks for the processor itself.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13-arm64
ADD --chmod=755 https://example.com/agent-linux-x86_64 /opt/extensions/agent
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13-arm64
ADD --chmod=755 https://example.com/agent-linux-aarch64 /opt/extensions/agent
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Name the processor that the function runs on. For both, let the build say it: BuildKit sets `TARGETARCH` to `amd64` or
`arm64` for a stage that declares `ARG TARGETARCH`.

## References

- [Lambda: instruction set architectures](https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html)
- [Docker: multi-platform builds](https://docs.docker.com/build/building/multi-platform/)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    Copy,
    Deployment,
    Dockerfile,
    Env,
    Instruction,
    Problem,
    Region,
    Rule,
    Run,
    Severity,
    SourceLocation,
    Stage,
    Value,
    building,
    parse_platform,
    printable,
    regex,
)
from lambda_lint_rules._facts.base_images import recognise

_WORDS = {"x86_64": "amd64", "x86-64": "amd64", "amd64": "amd64", "x64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_NAMES = {"amd64": "x86_64", "arm64": "arm64"}
_ARCHITECTURE = regex(r"(?<![A-Za-z0-9])(x86_64|x86-64|amd64|x64|aarch64|arm64)(?![A-Za-z0-9])")
_URL = regex(r"https?://[^\s\"'|;&<>()]+")
# The emulator's own downloads: only the one for arm64 has a word for it in its name.
_EMULATOR = regex(r"/aws-lambda-rie$")
_TARGETS = (
    regex(r"\bGOARCH=[\"']?(amd64|arm64)\b"),
    regex(r"\b(?:many|musl)linux\w*?_(x86_64|aarch64)\b"),
    regex(r"(?:\s-r|--runtime|--arch|--cpu|--target_arch)[= ]+[\"']?(?:linux-)?(?:musl-)?(x64|arm64)\b"),
    regex(r"\b(x86_64|aarch64)-unknown-linux-"),
)
# What a RUN holds that looks at the processor before it decides.
_ASKS = regex(r"\buname\b|TARGETARCH|TARGETPLATFORM|BUILDARCH|--print-architecture|\barch\)|`arch`|\bcase\s|\bif\s")


class _Taken(Value):
    """Something for the wrong processor: the word that says so, which one it is for, which is wanted, and where."""

    word: str
    made_for: str
    wanted: str
    region: Region


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None or not _named_in(dockerfile.source):
        return
    final = _architecture(dockerfile.final, deployment.architecture)
    for stage in building.needed(dockerfile):
        instructions = (*stage.every(Run), *stage.every(Env), *stage.every(Copy))
        named = [instruction for instruction in instructions if _named_in(instruction.text)]
        if not named:
            continue
        ends_up = stage in dockerfile.final.lineage
        own = _architecture(stage, deployment.architecture if ends_up else None)
        for instruction in named:
            for taken in _taken(instruction, own, final):
                wanted = _NAMES[taken.wanted]
                message = f"{printable(taken.word)} is for {_NAMES[taken.made_for]}, and this build is for {wanted}"
                fix = f"name the one for {wanted}, or let ARG TARGETARCH choose"
                yield Problem(message, SourceLocation(dockerfile.path, taken.region), fix)


def _named_in(text: str) -> bool:
    """Whether a text may say what processor something is for: one word is in all of them, but for one download."""
    return "64" in text or "aws-lambda-rie" in text


def _architecture(stage: Stage, otherwise: str | None) -> str | None:
    """What the stage is built for, as far as it is known; `otherwise` when the stage leaves it to the build."""
    root = stage.lineage[0]
    if root.platform is None or (root.start.platform and "TARGET" in root.start.platform.value):
        base = recognise(root.base)
        known = (base.architecture if base is not None else "") or otherwise
    else:
        known = parse_platform(root.platform).architecture
    return known if known in _NAMES else None


def _taken(instruction: Instruction, own: str | None, final: str | None) -> Iterator[_Taken]:
    """The downloads that are not for the stage's processor, and the targets that are not the image's."""
    text = instruction.text
    if _ASKS.search(text):
        return
    downloads = [(match[0], _of_url(match[0])) for match in _URL.finditer(text)]
    targets = [(match[0].strip(), _WORDS[match[1]]) for pattern in _TARGETS for match in pattern.finditer(text)]
    for found, known in ((downloads, own), (targets, final)):
        told = [(word, made_for) for word, made_for in found if made_for]
        if known is not None and told and all(made_for != known for _, made_for in told):
            for word, made_for in dict(told).items():
                yield _Taken(word, made_for, known, _region(instruction, word))


def _of_url(url: str) -> str:
    words = {_WORDS[match[1]] for match in _ARCHITECTURE.finditer(url)}
    if not words and _EMULATOR.search(url):
        return "amd64"
    return words.pop() if len(words) == 1 else ""


def _region(instruction: Instruction, text: str) -> Region:
    word = instruction.first_word(lambda word: text in word)
    if word is not None:
        return word.region
    found = ((heredoc, heredoc.body.find(text)) for heredoc in instruction.heredocs)
    return next((heredoc.place(at, at + len(text)) for heredoc, at in found if at >= 0), instruction.region)


RULE = Rule(
    name="foreign-architecture",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("platform",),
)
