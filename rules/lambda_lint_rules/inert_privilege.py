"""A privilege that a file carries has no effect on Lambda.

Lambda mounts the image's file system with `nosuid` and `nodev`: a program whose file has the set-user-ID or
set-group-ID bit runs as the same user as everything else, and a device node in the image cannot be opened.

```text
sudo: effective uid is not 0, is /usr/bin/sudo on a file system with the 'nosuid' option set or an NFS file system
without root privileges?
```

This note is about programs that the start goes through, and about device nodes outside `/dev` (that folder is Lambda's
own). Most base images hold other programs with such bits; nobody needs them on Lambda, and they do no harm.

## Bad

```dockerfile
FROM python:3.13
RUN pip install awslambdaric
COPY app.py /function/
RUN cp /usr/local/bin/python3.13 /usr/local/bin/root-python && chmod 4755 /usr/local/bin/root-python
WORKDIR /function
ENTRYPOINT ["/usr/local/bin/root-python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## Good

```dockerfile
FROM python:3.13
RUN pip install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["/usr/local/bin/python3.13", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## How to fix

Let the function do without: everything in it runs as one user, who may read what all may read, and write to `/tmp`.
What needs root belongs into the build (RUN).

## References

- [The mounts that a function sees](https://github.com/bruceadams/run-command-on-aws-lambda)
- [mount(8): nosuid, nodev](https://man7.org/linux/man-pages/man8/mount.8.html)
"""

from __future__ import annotations

import stat
from collections.abc import Iterator

from lambda_lint import Deployment, Image, ImageLocation, Kind, Problem, Rule, Severity, printable
from lambda_lint_rules._start import plan
from lambda_lint_rules._start.files import mounted

_DEVICES = frozenset({"3", "4"})  # a tar's letters for character and block devices
_SHOWN = 3


def check(image: Image, deployment: Deployment) -> Iterator[Problem]:
    yield from _programs(image, deployment)
    yield from _devices(image)


def _programs(image: Image, deployment: Deployment) -> Iterator[Problem]:
    found = plan(image, deployment)
    if any(trouble.rule == "user-switch" for trouble in found.troubles):
        return  # it is sudo's or su's own bit then, and that warning says more
    for path in dict.fromkeys(need.path for need in found.needs if need.access == "execute"):
        file = image.filesystem.get(path)
        if file is not None and file.kind is Kind.FILE and file.mode & (stat.S_ISUID | stat.S_ISGID):
            kind = "user" if file.mode & stat.S_ISUID else "group"
            message = f"the set-{kind}-ID bit of {printable(file.path)} has no effect, so it runs as Lambda's own user"
            fix = f"leave the bit out, and let the program do without another {kind}"
            yield Problem(message, ImageLocation(layer=file.layer, path=file.path), fix)


def _devices(image: Image) -> Iterator[Problem]:
    paths = {
        path
        for layer in image.layers
        for kind in _DEVICES
        for path in map(layer.entries.paths.__getitem__, layer.entries.rows(kind))
        if not mounted(path)
    }
    for path in sorted(paths)[:_SHOWN]:
        file = image.filesystem.get(path, follow=False)
        if file is not None and file.kind in {Kind.CHARACTER_DEVICE, Kind.BLOCK_DEVICE}:
            message = f"the device node {printable(file.path)} cannot be opened on Lambda"
            yield Problem(message, ImageLocation(layer=file.layer, path=file.path), "leave it out of the image")


RULE = Rule(
    name="inert-privilege",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_image=check,
    tags=("permissions",),
)
