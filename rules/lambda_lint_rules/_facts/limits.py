"""Limits and accepted formats of function images."""

from __future__ import annotations

from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source

GIB = 1 << 30

_IMAGES_PAGE = Source("https://docs.aws.amazon.com/lambda/latest/dg/images-create.html", date(2026, 11, 23))
_QUOTAS_PAGE = Source("https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html", date(2026, 11, 23))

# The quotas page says 10 GB; the error text says GiB, so the binary unit is the one that is enforced.
MAX_UNCOMPRESSED_BYTES = Fact(10 * GIB, _QUOTAS_PAGE)

# AWS does not say what is counted.
IMAGE_SETTINGS_BYTES = Fact(16 * 1024, _QUOTAS_PAGE)

# Advice, not a limit.
FAST_MANIFEST_BYTES = Fact(25_400, _IMAGES_PAGE)

ARCHITECTURES = Fact(("amd64", "arm64"), _IMAGES_PAGE)

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
DOCKER_GZIP_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
OCI_GZIP_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
OCI_TAR_LAYER = "application/vnd.oci.image.layer.v1.tar"

MANIFEST_TYPES = Fact(frozenset({DOCKER_MANIFEST, OCI_MANIFEST}), _IMAGES_PAGE)
CONFIG_TYPES = Fact(frozenset({DOCKER_CONFIG, OCI_CONFIG}), _IMAGES_PAGE)
LAYER_TYPES = Fact(frozenset({DOCKER_GZIP_LAYER, OCI_GZIP_LAYER, OCI_TAR_LAYER}), _IMAGES_PAGE)

# Docker's specification defines the gzip form only, and Lambda refuses this one.
DOCKER_TAR_LAYER = Fact(
    "application/vnd.docker.image.rootfs.diff.tar",
    Source("https://github.com/aspect-build/rules_aws/pull/145", date(2026, 11, 23)),
)

# A BuildKit attestation that was taken for an image.
ATTESTATION_LAYER = Fact(
    "application/vnd.in-toto+json",
    Source("https://github.com/aws/aws-cdk/issues/31549", date(2026, 11, 23)),
)
