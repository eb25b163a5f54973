"""What opening a target gives: Dockerfiles, images and JSON files, ready to be linted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lambda_lint.annotations import TYPE_CHECKING
from lambda_lint.folder import Folder
from lambda_lint.image.entries import Wanted
from lambda_lint.image.model import Image, ImageConfig, Platform, Resolved
from lambda_lint.sources.cache import Cache
from lambda_lint.sources.contexts import Disk
from lambda_lint.sources.meter import Meter
from lambda_lint.values import Value

if TYPE_CHECKING:
    from lambda_lint.sources.registry import Registries


class SourceOptions(Value):
    """`platform` chooses among the images of an index: what it leaves empty does not matter.

    One that names no system is a preference: the only image of an index is taken, too. None prefers amd64. `environ`
    tells where the engines are. `jobs` is how many layers are read at a time, None: one per processor. `cache` holds
    layers that were read before. `meter` is told what is read, and how much of it. `registries` gives what other
    targets of the run found out about registries, None where there are none.
    """

    platform: Platform | None = None
    environ: Mapping[str, str] = MappingProxyType({})
    jobs: int | None = None
    cache: Cache | None = None
    meter: Meter = Meter()
    registries: Callable[[], Registries] | None = None


def no_folders(_disk: Disk) -> tuple[Folder, ...]:
    """For a Dockerfile that is in none."""
    return ()


class OpenedDockerfile(Value, eq=False):
    """`path` is what the user would call it, `explicit` tells that the user named it rather than a folder above it.

    `read` gives the bytes; it raises SourceError for a file that cannot be read, or that was named and is no text.
    `folders` gives those that may be its build context.
    """

    target: str
    path: str
    explicit: bool
    read: Callable[[], bytes]
    folders: Callable[[Disk], tuple[Folder, ...]] = no_folders


class OpenedJson(Value, eq=False):
    """A JSON file that the user named. `read` gives the bytes; it raises SourceError for one that cannot be read."""

    target: str
    read: Callable[[], bytes]


class OpenedImage(Value, eq=False):
    """An image whose layers are not read yet.

    `config` is None when what the reference resolves to has no image to look into. `read` reads the layers and keeps
    the content that it is asked to keep; it raises SourceError when there is no image, or one that is damaged.
    `content`, together with the documents, tells apart whatever layers there can be; "" where nothing does. `missing`
    tells why an index with images in it has none to look into, "" otherwise.
    """

    target: str
    resolved: Resolved
    config: ImageConfig | None
    read: Callable[[Wanted], Image]
    content: str = ""
    missing: str = ""
