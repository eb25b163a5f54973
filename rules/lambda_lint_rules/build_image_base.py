"""The base image is one for building functions, or for imitating Lambda.

`public.ecr.aws/sam/build-*` holds compilers and tools for `sam build --use-container`,
`public.ecr.aws/sam/emulation-*` plays Lambda's part for `sam local invoke`, and `lambci/lambda` did the same before
both and has had no update for years. None is maintained as a base for functions: they are large, and their entrypoint
is made for a developer's machine. `lambci/lambda` starts a program under `/var/rapid`, where Lambda mounts a folder of
its own, so it can end with

```text
Runtime.InvalidEntrypoint
```

## Bad

```dockerfile
FROM public.ecr.aws/sam/build-python3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/sam/build-python3.13 AS build
COPY requirements.txt ./
RUN pip install --target /packages --requirement requirements.txt

FROM public.ecr.aws/lambda/python:3.13
COPY --from=build /packages ${LAMBDA_TASK_ROOT}/
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Keep the build image in a stage of its own, and start the final stage from `public.ecr.aws/lambda/LANGUAGE:VERSION`.

## References

- [Lambda: AWS base images](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [AWS SAM: build images](https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-image-repositories.html)
- [docker-lambda](https://github.com/lambci/docker-lambda)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, Severity, SourceLocation, printable, regex, runtime
from lambda_lint_rules._facts.base_images import base_config, stand_in

# What a function's CMD looks like; without one the image may well be for building something.
_HANDLER = regex(r"[\w/.-]+\.(?!sh$|py$|zip$)[\w-]+|[\w.]+::\w[\w.:]*")


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None:
        return
    root = dockerfile.final.lineage[0]
    found = stand_in(root.base)
    if found is None:
        return
    command = runtime.of_dockerfile(dockerfile, base_config, deployment).command.value
    if command is not None and command.args and _HANDLER.fullmatch(command.args[-1]):
        yield Problem(
            f"{printable(root.base)} is {found.purpose}, not a base image for functions",
            SourceLocation(dockerfile.path, root.start.image.region),
            f"write FROM {found.instead}",
        )


RULE = Rule(
    name="build-image-base",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("base-image",),
)
