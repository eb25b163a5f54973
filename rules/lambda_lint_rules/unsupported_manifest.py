"""The manifest or a layer is in a format that Lambda does not take.

The manifest is what a tag in a registry leads to: the list of an image's layers. There are two kinds, Docker's and that
of the Open Container Initiative (OCI). Lambda takes Docker's image manifest V2, schema 2, and OCI image manifests of
version 1.0 and up, with layers that are tar archives packed with gzip (in an OCI manifest: plain tar as well). Anything
else is refused when the function is created:

```text
InvalidParameterValueException: The image manifest, config or layer media type for the source image
123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1 is not supported.
```

or the function fails soon after:

```text
InvalidImage: ImageLayerFailure: UnsupportedImageLayerDetected - Layer Digest sha256:...
```

What leads there:

- **Attestations.** BuildKit puts a note on how an image was built beside it, the attestation, and an index around both.
  A tool took the attestation for the image. Its layers are of type `application/vnd.in-toto+json`.
- **Artifacts.** The reference names a Helm chart, a signature, a list of what an image holds (SBOM) or another thing
  that a registry can hold.
- **Docker schema 1.** Made by tools from before Docker 1.10.
- **Plain tar layers under a Docker manifest.** Docker's format knows gzip only. Bazel rules and hand-written pushers
  make these, on top of a Docker-format base image.
- **zstd layers.** Nobody has reported whether Lambda takes them, so this is a warning.
- **A mixture.** An OCI manifest with Docker layers or the reverse. Registries let it pass and most tools can read it,
  but neither format allows it, so this is a warning.

## Bad

```sh
docker buildx build --output type=image,compression=zstd,force-compression=true,push=true -t "$REPOSITORY:1" .
```

## Good

```sh
docker buildx build --platform linux/amd64 --provenance=false --sbom=false --push -t "$REPOSITORY:1" .
```

## How to fix

| found | what to do |
| --- | --- |
| attestation | build with `--provenance=false --sbom=false`, and delete the old tag from the repository |
| artifact | deploy the tag or digest of the image that it belongs to |
| schema 1 | build and push again with Docker 1.10 or later |
| plain tar under a Docker manifest | pack the layer with gzip (Bazel: `compress = "gzip"`), or use an OCI base image |
| zstd | `--output type=image,compression=gzip,force-compression=true`, or `skopeo copy --dest-compress-format gzip` |
| a mixture | `skopeo copy --format oci` (or `--format v2s2`) writes one format throughout |

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [Plain tar layers, found and mended](https://github.com/aspect-build/rules_aws/pull/145)
- [The attestation picked instead of the image](https://github.com/aws/aws-cdk/issues/31549)
- [OCI image manifest](https://github.com/opencontainers/image-spec/blob/main/manifest.md)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lambda_lint import (
    Deployment,
    Foreign,
    Image,
    ImageLocation,
    Layer,
    Manifest,
    Problem,
    Resolved,
    Rule,
    Severity,
    printable,
)
from lambda_lint_rules._facts.limits import (
    ATTESTATION_LAYER,
    CONFIG_TYPES,
    DOCKER_TAR_LAYER,
    LAYER_TYPES,
    MANIFEST_TYPES,
)

SHOWN = 5
_GZIP = 'pack the layer with gzip (Bazel: `compress = "gzip"`), or start from a base image in OCI format'
_REBUILD = "build it again with `docker buildx build --provenance=false --sbom=false` and push that"


def check_resolved(resolved: Resolved, _deployment: Deployment) -> Iterator[Problem]:
    if isinstance(resolved.document, Foreign):
        yield Problem(
            f"the reference resolves to {printable(resolved.document.what)}, not to a manifest that Lambda takes",
            ImageLocation(key="manifest"),
            _REBUILD,
        )
    manifest = resolved.manifest
    if manifest is None:
        return
    types = [layer.media_type for layer in manifest.layers]
    if ATTESTATION_LAYER.value in types:
        yield Problem(
            "this manifest is a build attestation, not an image: its layers are of type application/vnd.in-toto+json",
            _layer_type(types.index(ATTESTATION_LAYER.value)),
            f"{_REBUILD}; delete the old tag from the repository if this one comes back",
        )
    elif manifest.config.media_type not in CONFIG_TYPES.value:
        kind, config = manifest.artifact_type, manifest.config.media_type
        yield Problem(
            "this manifest is no image: "
            + (f"it is an artifact of type {_shown(kind)}" if kind else f"its config is of type {_shown(config)}"),
            ImageLocation(key="manifest.artifactType" if kind else "manifest.config.mediaType"),
            "deploy the tag or digest of the image itself",
        )
    else:
        yield from _manifest_type(manifest)
        yield from _layer_types(manifest)
        yield from _mixture(manifest)


def _manifest_type(manifest: Manifest) -> Iterator[Problem]:
    place = ImageLocation(key="manifest.mediaType")
    named, own = manifest.descriptor.media_type, manifest.media_type
    if (own or named) not in MANIFEST_TYPES.value:
        yield Problem(
            f"the manifest is of type {_shown(own or named)}, which is not an image manifest", place, _REBUILD
        )
    elif own and named and own != named:
        yield Problem(
            f"the manifest says that it is of type {own}, and what led to it says {_shown(named)}",
            place,
            _REBUILD,
            Severity.WARNING,
        )


def _layer_types(manifest: Manifest) -> Iterator[Problem]:
    strange: dict[str, list[int]] = {}
    for index, layer in enumerate(manifest.layers):
        if layer.media_type not in LAYER_TYPES.value:
            strange.setdefault(layer.media_type, []).append(index)
    for media_type, indexes in strange.items():
        place, which = _layer_type(indexes[0]), _which(indexes)
        if media_type == DOCKER_TAR_LAYER.value:
            yield Problem(f"{which} not packed, and Lambda takes Docker layers with gzip only", place, _GZIP)
        elif media_type.endswith(("+zstd", ".zstd")):
            yield Problem(
                f"{which} packed with zstd, and Lambda is only known to take gzip",
                place,
                "build with `--output type=image,compression=gzip,force-compression=true`",
                Severity.WARNING,
            )
        elif "nondistributable" in media_type or ".foreign." in media_type:
            yield Problem(
                f"{which} of type {_shown(media_type)}, which is not stored in the repository",
                place,
                "build on a Linux base image whose layers can all be pushed",
                Severity.WARNING,
            )
        else:
            yield Problem(f"{which} of type {_shown(media_type)}, which is not an image layer", place, _REBUILD)


def _mixture(manifest: Manifest) -> Iterator[Problem]:
    whole = manifest.media_type or manifest.descriptor.media_type
    parts = [(manifest.config, ImageLocation(key="manifest.config.mediaType"))]
    parts += [(layer, _layer_type(index)) for index, layer in enumerate(manifest.layers)]
    strange = [(part, place) for part, place in parts if part.media_type and _family(part.media_type) != _family(whole)]
    if strange and whole in MANIFEST_TYPES.value:
        part, place = strange[0]
        are = "is" if len(strange) == 1 else "are"
        yield Problem(
            f"the manifest is in {_family(whole)} format, and {len(strange)} of its {len(parts)} parts {are} not"
            f" ({_shown(part.media_type)} among them)",
            place,
            f"write one format throughout: `skopeo copy --format {'v2s2' if _family(whole) == 'Docker' else 'oci'}`",
            Severity.WARNING,
        )


def _family(media_type: str) -> str:
    return "Docker" if media_type.startswith("application/vnd.docker.") else "OCI"


def check_image(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    for layer in image.layers:
        declared = _declared(layer)
        if declared is not None and layer.compression != declared:
            docker = layer.media_type.startswith("application/vnd.docker.")
            packed = {"none": "not packed", "gzip": "packed with gzip", "zstd": "packed with zstd"}
            is_packed = packed.get(layer.compression, f"packed with {layer.compression}")
            yield Problem(
                f"layer {layer.index + 1} says {printable(layer.media_type)}, and its bytes are {is_packed}",
                ImageLocation(layer=layer.index),
                _GZIP if docker else "push it again with a tool that writes the type that it packs",
                Severity.ERROR if docker and layer.compression == "none" else Severity.WARNING,
            )


def _declared(layer: Layer) -> str | None:
    if layer.media_type.endswith(("+gzip", ".tar.gzip")):
        return "gzip"
    if layer.media_type.endswith(("+zstd", ".zstd")):
        return "zstd"
    return "none" if layer.media_type.endswith(".tar") else None


def _layer_type(index: int) -> ImageLocation:
    return ImageLocation(key=f"manifest.layers[{index}].mediaType")


def _shown(media_type: str) -> str:
    return printable(media_type) or "nothing"


def _which(indexes: Sequence[int]) -> str:
    numbers = [str(index + 1) for index in indexes[:SHOWN]]
    if len(indexes) > SHOWN:
        numbers.append(f"{len(indexes) - SHOWN} more")
    if len(numbers) == 1:
        return f"layer {numbers[0]} is"
    return f"layers {', '.join(numbers[:-1])} and {numbers[-1]} are"


RULE = Rule(
    name="unsupported-manifest",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_resolved=check_resolved,
    check_image=check_image,
    tags=("manifest",),
)
