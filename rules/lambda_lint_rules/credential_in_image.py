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

# Each as its issuer makes it: a fixed prefix, then random characters.
_SECRETS = (
    ("an AWS access key", regex(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)([A-Z2-7]{16})(?![A-Za-z0-9])")),
    ("a GitHub token", regex(r"\bgh[pousr]_([A-Za-z0-9]{36,})")),
    ("a GitHub token", regex(r"\bgithub_pat_(\w{60,})")),
    ("a GitLab token", regex(r"\bglpat-([\w-]{20,})")),
    ("a Slack token", regex(r"\bxox[abprs]-(\d[\w-]{20,})")),
    ("a Stripe key", regex(r"\b[rs]k_live_([A-Za-z0-9]{20,})")),
    ("an npm token", regex(r"\bnpm_([A-Za-z0-9]{36})\b")),
    ("a PyPI token", regex(r"\bpypi-AgEIcHlwaS5vcmc([\w-]{20,})")),
    ("a Google API key", regex(r"\bAIza([\w-]{35})")),
    ("a private key", regex(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----([\sA-Za-z0-9+/=\\]{64,})")),
)
# In every text that one of them is in, and in few others.
_MAY_HOLD = regex(
    r"AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|[rs]k_live_|npm_[A-Za-z0-9]{36}|pypi-Ag|AIza|PRIVATE KEY|"
    r"(?i:SECRET_?(?:ACCESS_?)?KEY)"
)
_SECRET_ACCESS_KEY = regex(r"SECRET_?(?:ACCESS_?)?KEY", re.IGNORECASE)
_FORTY = regex(r"[A-Za-z0-9/+]{40}")
# No expression above fits fewer characters.
_SHORTEST = 20
# A person who fills a form with x, or with 1234, uses few characters.
_FEWEST_CHARACTERS = 10
_ARGUMENT = regex(r"\$\{?(\w+)\}?")
_SECRET_NAME = regex(
    r"(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|SECRET_?KEY|PRIVATE_?KEY|CREDENTIALS)$", re.IGNORECASE
)
_PUBLIC_NAME = regex(r"PUBLIC|PUBLISHABLE|^VITE_|^REACT_APP_|^NUXT_|^GATSBY_|^SHOPIFY_API_KEY$|ANON", re.IGNORECASE)
_KEEP_OUT = (
    "set it on the function, or read it from Secrets Manager; what only the build needs, RUN --mount=type=secret"
)
_FIX = "withdraw it, and use the function's role, or RUN --mount=type=secret for the build"


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    for instruction in dockerfile.instructions:
        if isinstance(instruction, Run) and _MAY_HOLD.search(instruction.value):
            yield from _commanded(dockerfile, instruction)
        if not isinstance(instruction, Env | Arg):
            continue
        for pair in instruction.pairs:
            what = _secret(pair.name, (pair.value or "").strip("\"'"))
            if what:
                message = f"{instruction.keyword} {printable(pair.name)} holds what looks like {what}"
                yield Problem(message, SourceLocation(dockerfile.path, pair.region), _FIX)
    yield from _kept(dockerfile)


def _commanded(dockerfile: Dockerfile, run: Run) -> Iterator[Problem]:
    """Secrets among the words of a RUN: what stands before a word, or before its equals sign, is its name."""
    for before, word in itertools.pairwise((None, *run.words)):
        text = word.text.strip("\"'") if word is not None else ""
        name, equals, value = text.partition("=")
        what = _secret(name, value) if equals else _secret(before.text if before is not None else "", text)
        if what and word is not None:
            message = f"a command of RUN holds what looks like {what}"
            yield Problem(message, SourceLocation(dockerfile.path, word.region), _FIX)


def _kept(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Build arguments without a default, named like secrets, that ENV keeps in the final image."""
    arguments: set[str] = set()
    for instruction in (
        (each for stage in dockerfile.final.lineage for each in stage.instructions) if dockerfile.final else ()
    ):
        if isinstance(instruction, Arg):
            arguments |= {pair.name for pair in instruction.pairs if not (pair.value or "").strip("\"'")}
        for pair in instruction.pairs if isinstance(instruction, Env) else ():
            argument = _ARGUMENT.fullmatch((pair.value or "").strip("\"'"))
            secret = _SECRET_NAME.search(pair.name) and not _PUBLIC_NAME.search(pair.name)
            if argument is not None and argument[1] in arguments and secret:
                message = f"ENV {printable(pair.name)} keeps a build argument in the image, for all who may pull it"
                yield Problem(message, SourceLocation(dockerfile.path, pair.region), _KEEP_OUT)
            arguments.discard(pair.name)


def check_image(image: Image, _deployment: Deployment) -> Iterator[Problem]:
    known = set()
    for name, value in image.config.env:
        what = _secret(name, value)
        if what:
            known.add(value)
            # Not the variable's own place, where reports show its value.
            message = f"the variable {printable(name)} holds what looks like {what}"
            yield Problem(message, ImageLocation(key="config.Env"), _FIX)
    for index, entry in enumerate(image.config.history):
        what = "" if any(value in entry.created_by for value in known) else _secret("", entry.created_by)
        if what:
            message = f"step {index + 1} of the image's history holds what looks like {what}"
            yield Problem(message, ImageLocation(key=f"config.history[{index}]"), _FIX)


def _secret(name: str, value: str) -> str:
    """What kind of secret a text holds, in words; "" for none."""
    if len(value) < _SHORTEST:
        return ""
    for what, pattern in _SECRETS:
        if any(_random(match[1]) for match in pattern.finditer(value)):
            return what
    if _SECRET_ACCESS_KEY.search(name) and _FORTY.fullmatch(value) and _random(value) and _mixed(value):
        return "an AWS secret access key"
    return ""


def _random(text: str) -> bool:
    return len(set(text)) >= _FEWEST_CHARACTERS and "EXAMPLE" not in text


def _mixed(text: str) -> bool:
    return any(map(str.isupper, text)) and any(map(str.islower, text)) and any(map(str.isdecimal, text))


RULE = Rule(
    name="credential-in-image",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("environment",),
)
