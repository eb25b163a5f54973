"""A layer is not the one that the image's config names.

The config of an image lists a diff id for each layer: the digest of its content, before it is compressed. Whoever
unpacks the image compares, and refuses what does not match. It happens where a tool has changed or exchanged layers, or
has written manifest and config at different times.

```text
layers from manifest don't match image configuration
failed to register layer: wrong diff id calculated on extraction
```

The manifest's own digests are another matter: a blob that does not match those was damaged on its way, and nothing in
it can be trusted. lambda-lint says so and ends with status 3, as it does where the config names more or fewer layers
than the manifest, and for the archives of `docker save`, where diff ids are the only digests.

## Bad

```text
"rootfs": {"type": "layers", "diff_ids": ["sha256:<digest of a tar that is not in the image>"]}
```

## Good

```text
"rootfs": {"type": "layers", "diff_ids": ["sha256:<digest of the layer's tar>"]}
```

## How to fix

Let one tool write the layers, the manifest and the config: build the image anew, and copy it with `docker push`,
`skopeo copy` or `crane copy`.

## References

- [OCI image configuration: rootfs and diff ids](https://github.com/opencontainers/image-spec/blob/main/config.md)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Image, ImageLocation, Problem, Rule, Severity

_FIX = "build the image anew, and copy it with a tool that leaves its layers as they are"


def check(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    named = image.config.diff_ids
    wrong = [layer for layer in image.layers if layer.diff_id != named[layer.index]]
    if wrong:
        first, *others = wrong
        more = f", and {len(others)} more like it" if others else ""
        message = f"the layer's content is {first.diff_id}, and the config names {named[first.index]}{more}"
        yield Problem(message, ImageLocation(layer=first.index), _FIX)


RULE = Rule(
    name="wrong-diff-id",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=check,
    tags=("layers",),
)
