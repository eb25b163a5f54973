"""The reference resolves to an image index, not to one image.

A tag in a registry leads to a manifest, which lists the layers of one image, or to an index (a "manifest list"), which
lists manifests, one for each platform. Lambda takes one image manifest for one architecture. It does not look into an
index, not even one that holds a single platform. Creating or updating the function fails:

```text
InvalidParameterValueException: The image manifest, config or layer media type for the source image
123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1 is not supported.
```

Before 2025 the text read `The image manifest or layer media type for the source image ... is not supported.` It can
also come later, as the function's state reason `InvalidImage`, with a literal `%s` in place of the name. When a tool
picks the attestation out of the index instead of the image, the text is
`InvalidImage(ImageLayerFailure: UnsupportedImageLayerDetected - Layer Digest sha256:...)`.

Most people never asked for an index. Three ways lead to one:

- **Attestations.** Since 2023 BuildKit attaches to what it builds a note on how that was done, the provenance (and on
  request a list of what is in it, the SBOM). That makes an index of one platform and one attestation of platform
  `unknown/unknown`. Docker Engine 29 and Docker Desktop 4.34 store images in containerd by default, so there plain
  `docker build` and `docker push` do it too.
- **Several platforms.** `--platform linux/amd64,linux/arm64` makes one image for each, under one tag.
- **An index of one.** Some tools wrap a single image in an index for no reason that matters to Lambda.

## Bad

```sh
docker buildx build --platform linux/amd64,linux/arm64 --push -t "$REPOSITORY:1" .
docker buildx build --platform linux/amd64 --push -t "$REPOSITORY:1" .   # with provenance, so an index as well
```

## Good

```sh
docker buildx build --platform linux/amd64 --provenance=false --sbom=false --push -t "$REPOSITORY:1" .
```

## How to fix

Build one platform without attestations, and push again under a new tag. How to say that depends on what builds:

| builder | setting |
| --- | --- |
| `docker build`, `docker buildx build` | `--platform linux/amd64 --provenance=false --sbom=false` |
| any tool that calls Docker for you | environment variable `BUILDX_NO_DEFAULT_ATTESTATIONS=1` |
| docker/build-push-action | inputs `platforms: linux/amd64`, `provenance: false`, `sbom: false` |
| AWS CDK | `platform: Platform.LINUX_AMD64` on the asset, and `BUILDX_NO_DEFAULT_ATTESTATIONS=1 cdk deploy` |
| AWS SAM | a current SAM CLI builds without attestations; with an image built elsewhere, use the flags above |
| Serverless Framework | `provider.ecr.images.<name>`: `platform: linux/amd64`, `provenance: false` (from 4.4.17) |
| Terraform, kreuzwerker/docker | in `build`: `platform = "linux/amd64"`, `provenance = "false"`, `sbom = "false"` |
| Terraform, anything else | `BUILDX_NO_DEFAULT_ATTESTATIONS=1 terraform apply` |

For a function on arm64 read `linux/arm64`. For both architectures build two images with two tags.

Without building again: deploy the digest of the one image in the index (`repository@sha256:...`), which the finding
names.

If the repository still answers with the old index afterwards, delete the tag and the untagged images it left behind.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [Lambda roadmap: support for indexes](https://github.com/aws/aws-lambda-roadmap/issues/82)
- [buildx: the default output cannot run on Lambda](https://github.com/docker/buildx/issues/1533)
- [AWS CDK: attestations in assets](https://github.com/aws/aws-cdk/issues/30258)
- [Serverless Framework: the provenance option](https://github.com/serverless/serverless/issues/12808)
- [Terraform Docker provider: the provenance field](https://github.com/kreuzwerker/terraform-provider-docker/pull/840)
- [Docker: attestation storage](https://docs.docker.com/build/metadata/attestations/attestation-storage/)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Descriptor, ImageLocation, Index, Problem, Resolved, Rule, Severity, printable
from lambda_lint_rules._facts.limits import ARCHITECTURES
from lambda_lint_rules._facts.registries import split

REFERENCE = ImageLocation(key="reference")
REFUSED = "which Lambda refuses: `The image manifest, config or layer media type ... is not supported`"


def check(resolved: Resolved, deployment: Deployment) -> Iterator[Problem]:
    if not isinstance(resolved.document, Index):
        return
    children = resolved.document.manifests
    images = [child for child in children if not _is_attestation(child)]
    attested = len(images) < len(children)
    if not images:
        yield Problem(
            "the reference resolves to an index that holds no image",
            REFERENCE,
            "push the image again, and deploy the digest of its manifest",
        )
    elif len(images) > 1:
        platforms = printable(", ".join(str(image.platform or "no platform") for image in images))
        yield Problem(
            f"the reference resolves to an index of {len(images)} images ({platforms}), {REFUSED}",
            REFERENCE,
            f"{_rebuild(deployment.architecture)}; or deploy {_instead(resolved, images, deployment)}",
        )
    else:
        what = "an image and its attestations" if attested else "a single image"
        yield Problem(
            f"the reference resolves to an index around {what}, {REFUSED}",
            REFERENCE,
            f"{_rebuild(_architecture(images[0]))}; or deploy {_instead(resolved, images, deployment)}",
        )


def _is_attestation(child: Descriptor) -> bool:
    return child.attestation or (child.platform is not None and child.platform.os == "unknown")


def _architecture(image: Descriptor) -> str | None:
    return image.platform.architecture if image.platform and image.platform.architecture else None


def _rebuild(architecture: str | None) -> str:
    return (
        f"build with `docker buildx build --platform linux/{architecture or 'amd64'} --provenance=false --sbom=false`"
        " (docker/build-push-action: `provenance: false`, `sbom: false`; CDK, SAM, Serverless, Terraform: set"
        " BUILDX_NO_DEFAULT_ATTESTATIONS=1)"
    )


def _instead(resolved: Resolved, images: list[Descriptor], deployment: Deployment) -> str:
    name = split(resolved.repository).name
    wanted = (deployment.architecture,) if deployment.architecture else ARCHITECTURES.value
    fitting = [image for image in images if _architecture(image) in wanted] or images[:1]
    digests = [printable(f"{name}@{image.digest}" if name else image.digest) for image in fitting[: len(wanted)]]
    if len(digests) == 1:
        return digests[0]
    return " or ".join(f"{digest} ({image.platform})" for digest, image in zip(digests, fitting, strict=False))


RULE = Rule(
    name="image-index",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_resolved=check,
    tags=("manifest",),
)
