"""The image is not made for SnapStart.

SnapStart keeps a snapshot of the function after its start, and wakes copies of it. The runtimes of the AWS base images
for Java 11, Python 3.12, .NET 8 and later ones take part in that. With another base image the runtime must ask for the
end of the waking itself (`/runtime/restore/next`), or the image must carry a label that says that it can do without.
Otherwise publishing a version of the function fails.

```text
LABEL com.amazonaws.lambda.feature.snapstart="Allow"
```

AWS's own base images are judged here, and in a built image the clients that are known: `awslambdaric` asks from version
3.0.0 on, those for Node.js and Ruby do not. For an OS-only base this is a note: the runtime is yours, and may well ask.

This rule runs when the settings say that the function uses the feature:

```toml
[tool.lambda-lint.function]
features = ["snapstart"]
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/nodejs:24
COPY index.js ${LAMBDA_TASK_ROOT}/
CMD ["index.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/nodejs:24
LABEL com.amazonaws.lambda.feature.snapstart="Allow"
COPY index.js ${LAMBDA_TASK_ROOT}/
CMD ["index.handler"]
```

## How to fix

Add the label once you are sure that the function may be woken from a snapshot: connections, random numbers and
temporary credentials made during the start are shared by all copies. Its only value is `Allow`.

## References

- [Lambda: SnapStart](https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html)
- [Lambda: SnapStart with runtimes of your own](https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-custom.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    Deployment,
    Dockerfile,
    Image,
    ImageLocation,
    Label,
    Location,
    Problem,
    Rule,
    Severity,
    SourceLocation,
    printable,
)
from lambda_lint_rules import _base
from lambda_lint_rules._facts.base_images import AwsBase, recognise
from lambda_lint_rules._facts.features import (
    CLIENTS_WITH_SNAPSTART,
    CLIENTS_WITHOUT_SNAPSTART,
    SNAPSTART,
    SNAPSTART_LABEL,
    WITH_SNAPSTART,
)
from lambda_lint_rules._features import own_client, too_old
from lambda_lint_rules._start import Client

_NAME, _ALLOW = SNAPSTART_LABEL.value
_FIX = f'write LABEL {_NAME}="{_ALLOW}"'


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None or SNAPSTART not in deployment.features:
        return
    root = dockerfile.final.lineage[0]
    place: Location = SourceLocation(dockerfile.path, root.start.image.region)
    label = None
    for stage in dockerfile.final.lineage:
        for instruction in stage.every(Label):
            for pair in instruction.pairs:
                if pair.name.strip("\"'") == _NAME:
                    label, place = (pair.value or "").strip("\"'"), SourceLocation(dockerfile.path, pair.region)
    yield from _problems(recognise(root.base), label, place)


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    if SNAPSTART not in deployment.features:
        return
    found = _base.of_image(image)
    label = image.config.labels.get(_NAME)
    place = found.location if found is not None and label is None else ImageLocation(key=f"config.Labels[{_NAME}]")
    yield from _problems(found.base if found is not None else None, label, place)
    client = own_client(image, deployment) if label is None else None
    if client is not None and _takes_no_part(client):
        message = f"{client} takes no part in SnapStart, and the image has no label that allows it"
        yield Problem(message, ImageLocation(path=client.path), _FIX)


def _takes_no_part(client: Client) -> bool:
    return client.name in CLIENTS_WITHOUT_SNAPSTART.value or too_old(client, CLIENTS_WITH_SNAPSTART.value)


def _problems(base: AwsBase | None, label: str | None, place: Location) -> Iterator[Problem]:
    if label is not None:
        if label != _ALLOW and "$" not in label:
            yield Problem(f"the label {_NAME} is {printable(label)!r}, and only {_ALLOW!r} counts", place, _FIX)
        return
    if base is None or not (base.os_only or base.numbers):
        return
    first = WITH_SNAPSTART.value.get(base.language)
    if first is None or base.numbers < first:
        message = f"the runtime of {base} takes no part in SnapStart, and the image has no label that allows it"
        if base.os_only:
            message = f"{base} has no runtime that takes part in SnapStart, so yours must, or a label must allow it"
        yield Problem(message, place, _FIX, Severity.NOTE if base.os_only else None)


RULE = Rule(
    name="unfit-for-snapstart",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("features",),
)
