"""A file that is made for secrets is in the image.

Everyone who may pull the image can read all of its files, also those that a later step deletes. A `.env` file with the
passwords of a developer's computer hands them to every user of the registry. AWS looks for its own keys in public
places, and when one is found puts a policy on its user that refuses most calls:

```text
AWSCompromisedKeyQuarantine
```

A program that reads `/root/.aws/credentials` does not find it on Lambda anyway: another user runs there.

In a Dockerfile, `.env`, `.env.local`, `.aws/credentials`, private SSH keys and Google's `service-account.json` count
when the final stage copies them by name. In an image, and in a folder that a Dockerfile copies as a whole, their
content counts: a `.env` file has to give a password, a token or a key some value that is no placeholder. Values are
never shown.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py .env ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Set what is no secret as environment variables of the function, and read secrets from Secrets Manager or Parameter Store
when the function starts. Its credentials for AWS come from its execution role. Name `.env` in `.dockerignore`, so that
`COPY . .` leaves it behind. If the image was pushed, change the secrets.

## References

- [Lambda: working with secrets](https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html)
- [Lambda: environment variables](https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html)
- [Docker: .dockerignore](https://docs.docker.com/build/concepts/context/#dockerignore-files)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambda_lint import (
    Copy,
    Deployment,
    Dockerfile,
    Image,
    ImageLocation,
    Kind,
    Problem,
    Region,
    Rule,
    Severity,
    SourceLocation,
    building,
    printable,
    regex,
)
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._facts.secrets import SECRET_ENDINGS, SECRET_FILE

_INSTALLED = regex(r"/(?:site-packages|dist-packages|node_modules|vendor|gems)/|^/(?:usr|var/lang|var/runtime)/")
_LARGEST = 64 << 10

_SETTING = regex(r"^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*[\"']?([^\s\"'#]{8,400})", re.MULTILINE)
_SECRET = regex(r"(?:passw(?:or)?d|secret|token|(?:api|private|access|secret)_?key)$", re.IGNORECASE)
_PLACEHOLDER = regex(
    r"change|example|your|xxx|placeholder|dummy|sample|todo|test|local|secret|password|<|\$|^[a-z]+$", re.IGNORECASE
)
_PRIVATE_KEY = regex(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")
_FIX = "leave it out (.dockerignore), and set the values on the function or read them from Secrets Manager"


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    named: set[Region] = set()
    for stage in dockerfile.final.lineage if dockerfile.final else ():
        for copy in stage.every(Copy):
            for source in copy.sources:
                if source.text.endswith(SECRET_ENDINGS) and SECRET_FILE.value.search(source.text):
                    message = (
                        f"{printable(posixpath.basename(source.text))} is a file for secrets, and goes into the image"
                    )
                    named.add(copy.region)
                    yield Problem(message, SourceLocation(dockerfile.path, source.region), _FIX)
    yield from _brought_along(dockerfile, deployment, named)


def _brought_along(dockerfile: Dockerfile, deployment: Deployment, named: set[Region]) -> Iterator[Problem]:
    """Secrets in a folder that is copied as a whole, as far as the folder beside the Dockerfile shows."""
    if not any("." not in source.text.strip("./") for copy in dockerfile.every(Copy) for source in copy.sources):
        return  # files by their names only
    if not building.knows_context(dockerfile, base_config, deployment):
        return
    from lambda_lint_rules._start.built import builds

    tree = builds(dockerfile, deployment)[0].tree
    for path, made in sorted(item for item in tree.made.items() if item[0].endswith(SECRET_ENDINGS)):
        region = made.step.instruction.region
        if not SECRET_FILE.value.search(path) or region in named or not made.shown or _INSTALLED.search(path):
            continue
        what = _secret(tree.text(path, _LARGEST) or "")
        if what:
            message = f"{printable(made.shown)} holds {what}, and goes into the image"
            yield Problem(message, SourceLocation(dockerfile.path, region), _FIX)


def check_image(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    paths = {
        path
        for layer in image.layers
        for path in layer.entries.paths
        if path.endswith(SECRET_ENDINGS) and SECRET_FILE.value.search(path)
    }
    for path in sorted(paths):
        file = image.filesystem.get(path)
        if _INSTALLED.search(path) or file is None or file.kind is not Kind.FILE:  # `.env` may be a virtual environment
            continue
        what = _secret(image.filesystem.read(path, _LARGEST).decode(errors="replace"))
        if what:
            yield Problem(f"{printable(path)} holds {what}, and is in the image", ImageLocation(path=path), _FIX)


def _secret(text: str) -> str:
    """What kind of secret a file holds, in words that show no value; "" for none."""
    if _PRIVATE_KEY.search(text):
        return "a private key"
    for name, value in _SETTING.findall(text):
        if _SECRET.search(name) and not _PLACEHOLDER.search(value):
            return f"a value for {printable(name)}"
    return ""


RULE = Rule(
    name="secret-file",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("environment",),
)
