"""The manifest is larger, or lists more layers, than Lambda is fast with.

Lambda has no known limit for the number of layers, but it gives one for the document that lists them:

```text
For optimal performance, keep your image manifest size under 25,400 bytes.
```

Each layer takes 150 to 200 bytes of it, so about 130 layers reach that; annotations add to it. A larger manifest is a
warning, and more than 100 layers are a note. Docker itself takes no more than 127.

## Bad

```sh
for file in plugins/*; do crane append --base "$IMAGE" --new_layer "$file" --tag "$IMAGE"; done
```

## Good

```sh
tar --create --file plugins.tar plugins
crane append --base "$IMAGE" --new_layer plugins.tar --tag "$IMAGE"
```

## How to fix

Merge steps: one RUN with `&&` or a here-document instead of several, one COPY for a folder and not one a file.
A multi-stage build that copies the finished tree makes one layer of many. Drop annotations that nobody reads.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, ImageLocation, Problem, Resolved, Rule, Severity
from lambda_lint_rules._facts.limits import FAST_MANIFEST_BYTES

MANY_LAYERS = 100
FIX = "merge RUN and COPY steps, or copy the finished tree from a build stage"


def check(resolved: Resolved, _deployment: Deployment) -> Iterator[Problem]:
    manifest = resolved.manifest
    if manifest is None:
        return
    size, limit = manifest.descriptor.size, FAST_MANIFEST_BYTES.value
    layers = f"{len(manifest.layers)} layers"
    if size > limit:
        annotations = " and drop annotations" if manifest.annotations else ""
        message = f"the manifest has {size:,} bytes and {layers}; AWS advises to keep it under {limit:,} bytes"
        yield Problem(message, ImageLocation(key="manifest"), f"{FIX}{annotations}", Severity.WARNING)
    elif len(manifest.layers) > MANY_LAYERS:
        yield Problem(
            f"the image has {layers}, and each costs time when Lambda loads it", ImageLocation(key="manifest"), FIX
        )


RULE = Rule(
    name="large-manifest",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_resolved=check,
    tags=("size",),
)
