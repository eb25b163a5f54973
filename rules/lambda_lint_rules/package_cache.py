"""Caches of package managers are in the image.

What a package manager keeps for its next run is never needed on Lambda. It makes the image larger, slower to load, and
brings it nearer to the limit of 10 GiB.

```text
InvalidImage(SizeLimitExceeded: Uncompressed container image size exceeds 10 GiB limit)
```

This is a note from 64 MiB on.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN pip install torch
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN pip install --no-cache-dir torch
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Keep the cache out of the layer, in one of these ways:

- Switch it off (`pip install --no-cache-dir`, `uv --no-cache`, `apk add --no-cache`), or empty it in the same RUN
  (`dnf clean all`, `rm -rf /var/lib/apt/lists/*`, `npm cache clean --force`).
- Keep it between builds, outside the image: `RUN --mount=type=cache,target=/root/.cache/pip ...`.
- Build in a stage of its own and copy the result.

## References

- [Lambda quotas](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)
- [RUN --mount=type=cache](https://docs.docker.com/reference/dockerfile/#run---mounttypecache)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Image, ImageLocation, Kind, Problem, Rule, Severity
from lambda_lint_rules._waste import WORTH, mib

_STAGE = "build in a stage of its own and copy the result"
CACHES = {
    "/root/.cache/pip": "install with `pip install --no-cache-dir`",
    "/root/.cache/uv": "run `uv --no-cache`, or give it a cache mount",
    "/root/.cache/pypoetry": "run `poetry install --no-cache`, or give it a cache mount",
    "/opt/conda/pkgs": "run `conda clean --all --yes` in the same RUN",
    "/root/.npm/_cacache": "run `npm cache clean --force` in the same RUN",
    "/usr/local/share/.cache/yarn": "run `yarn cache clean` in the same RUN",
    "/root/.cache/yarn": "run `yarn cache clean` in the same RUN",
    "/root/.yarn/berry/cache": "run `yarn cache clean` in the same RUN",
    "/root/.local/share/pnpm/store": _STAGE,
    "/var/cache/yum": "run `yum clean all` in the same RUN",
    "/var/cache/dnf": "run `dnf clean all` in the same RUN",
    "/var/cache/libdnf5": "run `dnf clean all` in the same RUN",
    "/var/cache/apt": "run `apt-get clean` in the same RUN",
    "/var/lib/apt/lists": "run `rm -rf /var/lib/apt/lists/*` in the same RUN",
    "/var/cache/apk": "install with `apk add --no-cache`",
    "/root/.cache/go-build": _STAGE,
    "/root/go/pkg/mod": _STAGE,
    "/go/pkg/mod": _STAGE,
    "/root/.cargo/registry": _STAGE,
    "/usr/local/cargo/registry": _STAGE,
    "/root/.m2/repository": _STAGE,
    "/root/.gradle/caches": _STAGE,
    "/root/.nuget/packages": _STAGE,
    "/root/.cache/composer": "run `composer clear-cache` in the same RUN",
}


def check(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    sizes = [(size, path) for path in CACHES if (size := _size(image, path))]
    total = sum(size for size, _ in sizes)
    if total >= WORTH:
        (size, path), *others = sorted(sizes, key=lambda found: (-found[0], found[1]))
        message = f"{mib(total)} of package manager caches, which nothing reads on Lambda; {mib(size)} in {path}"
        places = tuple((f"{mib(size)} in {path}", ImageLocation(path=path)) for size, path in others)
        yield Problem(message, ImageLocation(path=path), CACHES[path], related=places)


def _size(image: Image, path: str) -> int:
    return sum(file.size for file in image.filesystem.walk(path) if file.kind is Kind.FILE)


RULE = Rule(
    name="package-cache",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_image=check,
    tags=("size",),
)
