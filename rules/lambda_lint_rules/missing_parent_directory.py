"""A layer holds files but not the directories that they lie in.

Docker makes up a directory that a layer has no entry for. Lambda does not: each one on the way to a file must be an
entry of its own. Images of `docker build` have these. Layers that other tools write (Bazel's `pkg_tar`, hand-made
tars, `crane append`) may lack them, and nothing but Lambda notices. The function fails soon after it was created:

```text
InvalidImage: MissingParentDirectory: Parent directory does not exist for file: opt/extensions/lambda-adapter
```

Some saw `UnsupportedImageLayerDetected - Layer Digest sha256:...` instead. It is an error when no layer up to that one
has the directory. When a lower layer has it, or the same layer has it too late, nobody knows whether Lambda accepts it:
that is a warning.

## Bad

```sh
tar --create --file layer.tar opt/extensions/lambda-adapter
crane append --new_layer layer.tar --base "$BASE" --tag "$REPOSITORY:1"
```

## Good

```sh
tar --create --file layer.tar --no-recursion opt opt/extensions opt/extensions/lambda-adapter
crane append --new_layer layer.tar --base "$BASE" --tag "$REPOSITORY:1"
```

## How to fix

Give the layer an entry for every directory, before what lies in it. In Bazel's mtree that is one `type=dir` line each;
`tar` writes them when it is given the folders. Or let a Dockerfile make the layer.

## References

- [A report about the web adapter](https://github.com/aws/aws-lambda-web-adapter/issues/236)
- [Found and mended for Bazel](https://github.com/aspect-build/rules_aws/pull/145)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    DIRECTORY,
    SYMLINK,
    Deployment,
    Image,
    ImageLocation,
    LayerIndex,
    Problem,
    Rule,
    Severity,
    printable,
)

FIX = "give the layer an entry for each directory, ahead of what lies in it, or let a Dockerfile make the layer"


def check(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    below: set[str] = {""}
    links: set[str] = set()
    for layer in image.layers:
        own = {layer.entries.paths[row] for row in layer.entries.rows(DIRECTORY)}
        links |= {layer.entries.paths[row] for row in layer.entries.rows(SYMLINK)}
        missing = _missing(layer.entries, links)
        for severity, absent in ((Severity.ERROR, True), (Severity.WARNING, False)):
            found = {path: file for path, file in missing.items() if (path not in below and path not in own) == absent}
            if found:
                directory, file = next(iter(found.items()))
                more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
                where = "has no entry in any layer" if absent else _where(directory in own, layer.index)
                message = f"the directory `{printable(directory, 100)}` of this file {where}{more}"
                yield Problem(message, ImageLocation(layer=layer.index, path=file), FIX, severity)
        below |= own


def _where(later: bool, layer: int) -> str:
    if later:
        return f"comes after it in layer {layer + 1}"
    return f"has an entry in a lower layer only, not in layer {layer + 1}"


def _missing(entries: LayerIndex, links: set[str]) -> dict[str, str]:
    """Directories with no entry ahead of what lies in them, each with the first file there.

    A path through a symbolic link is left out: its directories have other names.
    """
    missing: dict[str, str] = {}
    own = {""}
    whiteouts = set(entries.whiteouts)
    looked_at = {""}
    for row, (path, kind) in enumerate(zip(entries.paths, entries.types, strict=True)):
        if kind == DIRECTORY:
            own.add(path)
            continue
        parent = path.rpartition("/")[0]
        if parent in looked_at or row in whiteouts:
            continue
        looked_at.add(parent)
        ancestors = _up(parent)
        if links.isdisjoint(ancestors):
            for directory in ancestors:
                if directory not in own:
                    missing.setdefault(directory, path)
    return missing


def _up(path: str) -> tuple[str, ...]:
    """The path and all above it but the root, the outermost first."""
    return tuple(path[:end] for end in (*(i for i, c in enumerate(path) if c == "/" and i), len(path)) if path)


RULE = Rule(
    name="missing-parent-directory",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=check,
    tags=("layers",),
)
