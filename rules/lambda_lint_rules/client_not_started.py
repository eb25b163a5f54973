"""The image holds a runtime client, and starts something else.

The runtime interface client is the part that asks Lambda for work and calls the handler: `awslambdaric` for Python,
`aws-lambda-ric` for Node.js, and so on. It does nothing by being installed. Lambda runs ENTRYPOINT and CMD, and only
what they start can ask for work. The usual reasons: an entrypoint inherited from another base image, a web server
started without the Lambda Web Adapter, an adapter that was copied to the wrong place, or an interpreter started on the
function's own file.

```text
Task timed out after 3.01 seconds
Runtime exited without providing a reason (Runtime.ExitError)
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN pip install gunicorn
COPY app.py ${LAMBDA_TASK_ROOT}/
ENTRYPOINT ["gunicorn", "app:app"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Set ENTRYPOINT to the client: `["python", "-m", "awslambdaric"]`, `["npx", "aws-lambda-ric"]`, `["aws_lambda_ric"]`, or
for Java its main class; on an AWS base image leave ENTRYPOINT alone. The Web Adapter works from `/opt/extensions/`
only, as an executable file.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [Lambda Web Adapter](https://github.com/aws/aws-lambda-web-adapter)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Image, ImageLocation, Problem, Rule, Severity, printable
from lambda_lint_rules._facts.base_images import BOOTSTRAP
from lambda_lint_rules._start import Client, StartPlan, Verdict, plan

NAME = "client-not-started"

ADAPTER = "copy it to /opt/extensions/lambda-adapter, with mode 755"
START = "set ENTRYPOINT to it, and CMD to the handler"
INHERIT = (
    "leave ENTRYPOINT to the base image and set CMD to the handler; or, for a web server, copy the Lambda Web Adapter "
    "to /opt/extensions/lambda-adapter"
)


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    yield from _problems(plan(dockerfile, deployment))


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    yield from _problems(plan(image, deployment))


def _problems(found: StartPlan) -> Iterator[Problem]:
    if found.verdict is not Verdict.NOT_STARTED or not found.others:
        return
    client = found.others[0]
    aws = client.path == BOOTSTRAP
    name = f"the runtime client of {found.base or 'the AWS base image'}" if aws else printable(str(client))
    yield Problem(
        f"{name} is in the image, but {printable(found.program)} is started instead",
        found.origin,
        ADAPTER if client.name == "Lambda Web Adapter" else INHERIT if aws else START,
        related=_place(client),
    )


def _place(client: Client) -> tuple[tuple[str, ImageLocation], ...]:
    return (("the runtime client", ImageLocation(path=client.path)),) if client.path.startswith("/") else ()


RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("runtime-client", "start"),
)
