"""A setting of the Lambda Web Adapter has a name that newer versions do not read.

The adapter once read `READINESS_CHECK_PATH` and others without a prefix. Those are deprecated, and version 2 drops
them: after the update it asks `GET /` on port 8080 again, whatever the old names say, and the function waits for an
answer that never comes. Until then they work, so this is a note. `AWS_LWA_READINESS_CHECK_MIN_UNHEALTHY_STATUS` is gone
since version 1 already.

```text
Task timed out after 3.01 seconds
```

## Bad

```dockerfile
FROM python:3.13-slim
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
ENV READINESS_CHECK_PATH=/health
COPY app.py ./
CMD ["python", "app.py"]
```

## Good

```dockerfile
FROM python:3.13-slim
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
ENV AWS_LWA_READINESS_CHECK_PATH=/health
COPY app.py ./
CMD ["python", "app.py"]
```

## How to fix

Write `AWS_LWA_` before the name. `PORT` alone stays: the adapter reads it where `AWS_LWA_PORT` is not set. In place of
`AWS_LWA_READINESS_CHECK_MIN_UNHEALTHY_STATUS=400` write `AWS_LWA_READINESS_CHECK_HEALTHY_STATUS=100-399`.

## References

- [Lambda Web Adapter](https://github.com/aws/aws-lambda-web-adapter)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Image, Problem, Rule, RuntimeConfig, Severity
from lambda_lint_rules._adapter import config_of_dockerfile, config_of_image
from lambda_lint_rules._facts.adapter import DEPRECATED_VARIABLES


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    yield from _problems(config_of_dockerfile(dockerfile, deployment))


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    yield from _problems(config_of_image(image, deployment))


def _problems(config: RuntimeConfig | None) -> Iterator[Problem]:
    if config is None:
        return
    for name, (version, instead) in DEPRECATED_VARIABLES.value.items():
        setting = config.env.get(name)
        if setting is not None and instead not in config.env:
            message = f"{name} is a deprecated setting of the Lambda Web Adapter, which version {version} does not read"
            yield Problem(message, setting.location, f"write {instead}{_VALUES.get(instead, '')}")


_VALUES = {"AWS_LWA_READINESS_CHECK_HEALTHY_STATUS": " with what is healthy, such as 100-499, from version 1 on"}


RULE = Rule(
    name="deprecated-adapter-variable",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("web-adapter",),
)
