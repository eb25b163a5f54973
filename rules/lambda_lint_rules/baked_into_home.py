"""Browsers or models are in the build user's home, where nobody looks on Lambda.

While the image is built, `playwright install` and the like write below `/root`. On Lambda another user runs, whose home
is `/home/sbx_user1051`, and the library looks there. `/root` is closed to that user as well, so `HOME=/root` does not
help, and neither does `HOME=/tmp`.

```text
BrowserType.launch: Executable doesn't exist at /home/sbx_user1051/.cache/ms-playwright/chromium-1169/...
OSError: Can't load tokenizer for 'bert-base-uncased'
```

## Bad

```dockerfile
FROM mcr.microsoft.com/devcontainers/python:3.13
RUN pip install awslambdaric playwright && playwright install --with-deps chromium
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## Good

```dockerfile
FROM mcr.microsoft.com/devcontainers/python:3.13
ENV PLAYWRIGHT_BROWSERS_PATH=/ms-playwright
RUN pip install awslambdaric playwright && playwright install --with-deps chromium
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## How to fix

Set the library's variable with ENV, to a folder that every user may read, before the RUN that downloads. Then the same
path holds while building and at run time.

| what | variable |
| --- | --- |
| Playwright | `PLAYWRIGHT_BROWSERS_PATH` |
| Puppeteer | `PUPPETEER_CACHE_DIR` |
| Hugging Face | `HF_HOME` |
| PyTorch | `TORCH_HOME` |
| Whisper | `XDG_CACHE_HOME` |
| EasyOCR | `EASYOCR_MODULE_PATH` |
| NLTK | `NLTK_DATA` |

## References

- [Playwright, with the fix](https://github.com/microsoft/playwright/issues/18955)
- [Hugging Face](https://github.com/huggingface/transformers/issues/20402)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambda_lint import (
    Deployment,
    Dockerfile,
    File,
    Image,
    ImageLocation,
    Kind,
    Location,
    Problem,
    Rule,
    Severity,
    SourceLocation,
    regex,
    runtime,
)
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._facts.caches import DOWNLOADS, Download
from lambda_lint_rules._home import mentions, run_text, runs, sources

# Images of these projects set their variable themselves.
_READY = regex(r"playwright|puppeteer|hugging-?face|pytorch|jupyter", re.IGNORECASE)


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    config = runtime.of_dockerfile(dockerfile, base_config, deployment)
    base = config.base.value if config.base else None
    if base is None or "HOME" in config.env or not runs(dockerfile) or _READY.search(base):
        return
    every = run_text(dockerfile)
    named = [download for download in DOWNLOADS.value if any(name in every for name in download.names)]
    for run, text in runs(dockerfile) if named else ():
        for download in named:
            match = re.search(download.command, text)
            if match is None:
                continue
            elsewhere = any(name in config.env for name in download.variables) or mentions(text, download.variables)
            if not elsewhere:
                place = SourceLocation(dockerfile.path, run.region_at(match.start()))
                yield _problem(download, "in the home of the build's user", place)


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    env = runtime.of_image(image.config, deployment).env
    for home in _homes(image):
        if "HOME" in env and env["HOME"].value != "/root":
            continue
        for download in DOWNLOADS.value:
            path = f"{home}/{download.folder}"
            if any(name in env for name in download.variables) or not _holds_files(image, path):
                continue
            if not any(mentions(text, (*download.variables, path)) for text in sources(image).values()):
                yield _problem(download, f"in {path}", ImageLocation(path=path))


def _homes(image: Image) -> Iterator[str]:
    yield "/root"
    yield from (home.path for home in image.filesystem.children("/home") if home.kind is Kind.DIRECTORY)


def _holds_files(image: Image, path: str) -> bool:
    def regular(file: File) -> bool:
        return file.kind is Kind.FILE

    return any(map(regular, image.filesystem.walk(path)))


def _problem(download: Download, where: str, location: Location) -> Problem:
    message = f"{download.what} are {where}; on Lambda another user runs, with another home"
    fix = f"set `ENV {download.variables[0]}={download.place}` before the RUN that downloads them"
    return Problem(message, location, fix)


RULE = Rule(
    name="baked-into-home",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("file-system",),
)
