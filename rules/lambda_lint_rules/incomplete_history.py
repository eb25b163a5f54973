"""The image's history does not tell how each layer was made.

The config of an image has a history with an entry for each layer. Tools that put images together without Docker
(Bazel's `rules_oci` for one) leave entries out. Once such an image was refused:

```text
InvalidImage: ImageLayerFailure: UnsupportedImageLayerDetected - Layer Digest sha256:...
```

Nobody knows whether the history was the reason; the same error has others, which are rules of their own:
`unsupported-manifest`, `missing-parent-directory`, `unresolved-hard-link`. So this rule is off by default, and is a
last thing to look at.

A config that names another number of layers than the manifest, or other content, is a damaged image. lambda-lint does
not read on then: it says so, and ends with status 3.

## Bad

```sh
jq '.history = .history[:1]' config.json
```

## Good

```sh
crane append --new_layer layer.tar --base "$BASE" --tag "$REPOSITORY:1"
```

## How to fix

Put the layers together with a tool that writes the history (Docker, BuildKit, crane, skopeo, Buildah), or drop the
history as a whole: a config without any is complete, too.

## References

- [The report](https://github.com/bazel-contrib/rules_oci/issues/645)
- [OCI: image configuration](https://github.com/opencontainers/image-spec/blob/main/config.md)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Image, ImageLocation, Problem, Rule, Severity


def check(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    told = sum(not entry.empty_layer for entry in image.config.history)
    if image.config.history and told != len(image.layers):
        message = f"layers in the history: {told}; in the image: {len(image.layers)}"
        fix = "make the layers with a tool that writes the history, or drop the history as a whole"
        yield Problem(message, ImageLocation(key="config.history"), fix)


RULE = Rule(
    name="incomplete-history",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_image=check,
    tags=("layers",),
    by_default=False,
)
