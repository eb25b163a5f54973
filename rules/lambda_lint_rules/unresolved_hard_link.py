"""A hard link in a layer names nothing that comes before it in that layer.

In a layer's tar a hard link is an entry of its own that names the file it is another name of. Docker's builders always
put the file first and into the same layer. Other tools may not: the file is in a lower layer, later in the archive, or
nowhere. Unpackers do not agree on what to do with that, and a layer with such links has been reported to be refused:

```text
InvalidImage: ImageLayerFailure: UnsupportedImageLayerDetected - Layer Digest sha256:...
```

There is one report, so this is a warning.

## Bad

```sh
tar --create --file layer.tar var/task/second.so   # a hard link to var/task/first.so, which an earlier tar holds
```

## Good

```sh
tar --create --hard-dereference --file layer.tar var/task/first.so var/task/second.so
```

## How to fix

Put both names into one layer, the file first, or store the file twice (`tar --hard-dereference`), or make the link a
symbolic one.

## References

- [A report, and how Bazel's rules avoid it](https://github.com/aspect-build/rules_aws/pull/145)
- [OCI image layers: hard links](https://github.com/opencontainers/image-spec/blob/main/layer.md)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    DIRECTORY,
    HARD_LINK,
    Deployment,
    Image,
    ImageLocation,
    LayerIndex,
    Problem,
    Rule,
    Severity,
    printable,
)

FIX = "put the file into the same layer ahead of the link, store it twice, or make the link a symbolic one"


def check(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    for layer in image.layers:
        loose = _loose(layer.entries) if layer.entries.links else {}
        if loose:
            path, target = next(iter(loose.items()))
            more = f", and {len(loose) - 1} more like it" if len(loose) > 1 else ""
            message = (
                f"a hard link to `{printable(target, 100)}`, which is not ahead of it in layer {layer.index + 1}{more}"
            )
            yield Problem(message, ImageLocation(layer=layer.index, path=path), FIX)


def _loose(entries: LayerIndex) -> dict[str, str]:
    """Hard links whose target is no earlier entry, in their order, with that target."""
    seen: set[str] = set()
    loose = {}
    for row, (path, kind) in enumerate(zip(entries.paths, entries.types, strict=True)):
        if kind == HARD_LINK and entries.links[row] not in seen:
            loose[path] = entries.links[row]
        if kind != DIRECTORY:
            seen.add(path)
    return loose


RULE = Rule(
    name="unresolved-hard-link",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_image=check,
    tags=("layers",),
)
