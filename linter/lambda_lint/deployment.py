"""What the user says about the place where the image will run. A Dockerfile or an image cannot tell this."""

from __future__ import annotations

from lambda_lint.day import date
from lambda_lint.values import Value


class Deployment(Value, eq=False):
    """Settings of the function around the image. None means: the user did not say.

    `architecture` is `amd64` or `arm64`. `entrypoint`, `command` and `workdir` replace those of the image.
    `on` is the day that dated facts are compared with. `features` are what of the place the function makes use of, by
    names that a rule pack gives them. `image` is the reference under which the place will fetch the image, `region` and
    `account` are where the function is and whose it is, in the place's own words.
    """

    architecture: str | None = None
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    workdir: str | None = None
    on: date | None = None
    features: frozenset[str] = frozenset()
    image: str | None = None
    region: str | None = None
    account: str | None = None
