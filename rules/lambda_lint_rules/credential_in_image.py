"""A secret is written into the image.

The values of ENV and ARG stay in the image's config and history, where everyone who may pull it can read them; a
Dockerfile is usually in a repository, too. AWS looks for its own keys in public places, and when one is found puts a
policy on its user that refuses most calls:

```text
AWSCompromisedKeyQuarantine
```

Only values that have the form of a real secret count: access keys of AWS, tokens of GitHub, GitLab, Slack, Stripe,
npm, PyPI and Google, private keys. Names do not: `PASSWORD=changeme` is nobody's secret. The value is never shown.

In a Dockerfile ENV, ARG and the commands of RUN are looked at. A build argument that is named like a secret and kept in
the image by ENV counts, too: whatever is given with `--build-arg` is then in the image's config.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
ENV AWS_KEY=AKIAQ3EGRNW5DTP7YHJK
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
# syntax=docker/dockerfile:1
FROM public.ecr.aws/lambda/python:3.13
COPY requirements.txt ./
RUN --mount=type=secret,id=pip,env=PIP_EXTRA_INDEX_URL pip install -r requirements.txt
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
ARG DB_PASSWORD
ENV DB_PASSWORD=${DB_PASSWORD}
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
ENV DB_PASSWORD_ARN=arn:aws:secretsmanager:eu-central-1:123456789012:secret:db
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Withdraw the secret first: it is known. At run time a function has credentials of its own, from its execution role;
other secrets belong into Secrets Manager or Parameter Store. For the build use `RUN --mount=type=secret`.

## References

- [Lambda: working with secrets](https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html)
- [Docker: build secrets](https://docs.docker.com/build/building/secrets/)
- [AWS: if a key has leaked](https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds-programmatic-access.html)
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from lambda_lint import (
    Arg,
    Deployment,
    Dockerfile,
    Env,
    Image,
    ImageLocation,
    Problem,
    Rule,
    Run,
    Severity,
    SourceLocation,
    printable,
    regex,
)
from lambda_lint_rules._facts.environment import KEYS
from lambda_lint_rules._secrets import may_hold, secret

_ARGUMENT = regex(r"\$\{?(\w+)\}?")
_SECRET_NAME = regex(
    r"(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|SECRET_?KEY|PRIVATE_?KEY|CREDENTIALS)$", re.IGNORECASE
)
_PUBLIC_NAME = regex(r"PUBLIC|PUBLISHABLE|^VITE_|^REACT_APP_|^NUXT_|^GATSBY_|^SHOPIFY_API_KEY$|ANON", re.IGNORECASE)
_KEEP_OUT = (
    "set it on the function, or read it from Secrets Manager; what only the build needs, RUN --mount=type=secret"
)
_OWN_KEYS = "remove it: Lambda sets it, with keys of its role; what only the build needs, RUN --mount=type=secret"
_FIX = "withdraw it, and use the function's role, or RUN --mount=type=secret for the build"


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    # In one text, which is quicker to look through.
    commands = "\n".join(run.value for run in dockerfile.every(Run))
    for run in dockerfile.every(Run) if may_hold(commands) else ():
        if may_hold(run.value):
            yield from _commanded(dockerfile, run)
    variables = [(each.keyword, pair) for each in dockerfile.every(Env) for pair in each.pairs]
    variables += [(each.keyword, pair) for each in dockerfile.every(Arg) for pair in each.pairs]
    for keyword, pair in variables:
        what = secret(pair.name, (pair.value or "").strip("\"'"))
        if what:
            message = f"{keyword} {printable(pair.name)} holds what looks like {what}"
            yield Problem(message, SourceLocation(dockerfile.path, pair.region), _FIX)
    yield from _kept(dockerfile)


def _commanded(dockerfile: Dockerfile, run: Run) -> Iterator[Problem]:
    """Secrets among the words of a RUN: what stands before a word, or before its equals sign, is its name."""
    for before, word in itertools.pairwise((None, *run.words)):
        text = word.text.strip("\"'") if word is not None else ""
        name, equals, value = text.partition("=")
        what = secret(name, value) if equals else secret(before.text if before is not None else "", text)
        if what and word is not None:
            message = f"a command of RUN holds what looks like {what}"
            yield Problem(message, SourceLocation(dockerfile.path, word.region), _FIX)


def _kept(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Build arguments without a default, named like secrets, that ENV keeps in the final image."""
    stages = dockerfile.final.lineage if dockerfile.final else ()
    if not any(_taken(pair.name, pair.value) for stage in stages for each in stage.every(Env) for pair in each.pairs):
        return
    arguments: set[str] = set()
    for instruction in (each for stage in stages for each in stage.instructions):
        if isinstance(instruction, Arg):
            arguments |= {pair.name for pair in instruction.pairs if not (pair.value or "").strip("\"'")}
        for pair in instruction.pairs if isinstance(instruction, Env) else ():
            if _taken(pair.name, pair.value) in arguments:
                message = f"ENV {printable(pair.name)} keeps a build argument in the image, for all who may pull it"
                fix = _OWN_KEYS if pair.name in KEYS.value else _KEEP_OUT
                yield Problem(message, SourceLocation(dockerfile.path, pair.region), fix)
            arguments.discard(pair.name)


def _taken(name: str, value: str | None) -> str:
    """The variable that is all of the value of one that is named like a secret, "" for any other."""
    argument = _ARGUMENT.fullmatch((value or "").strip("\"'"))
    if argument is None or not _SECRET_NAME.search(name) or _PUBLIC_NAME.search(name):
        return ""
    return argument[1]


def check_image(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    known = set()
    for name, value in image.config.env:
        what = secret(name, value)
        if what:
            known.add(value)
            # Not the variable's own place, where reports show its value.
            message = f"the variable {printable(name)} holds what looks like {what}"
            yield Problem(message, ImageLocation(key="config.Env"), _FIX)
    for index, entry in enumerate(image.config.history):
        what = "" if any(value in entry.created_by for value in known) else secret("", entry.created_by)
        if what:
            message = f"step {index + 1} of the image's history holds what looks like {what}"
            yield Problem(message, ImageLocation(key=f"config.history[{index}]"), _FIX)


RULE = Rule(
    name="credential-in-image",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("environment",),
)
