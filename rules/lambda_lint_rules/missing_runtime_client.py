"""Nothing in the image asks Lambda for work.

Lambda does not call into a container. It starts ENTRYPOINT and CMD and waits for that program to ask for work, over and
over, at the Runtime API (`http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next`). The part that asks is
called the runtime interface client. AWS's language base images bring one; on any other base it has to be installed, and
it has to be the program that is started. A web server needs the Lambda Web Adapter beside it.

An image without one is accepted, and then fails at the start of every function made from it:

```text
Task timed out after 3.01 seconds
Runtime exited without providing a reason (Runtime.ExitError)
/var/runtime/bootstrap: No such file or directory
fork/exec /var/runtime/bootstrap: no such file or directory
```

This is an error when it is certain: the program that is started is known, and holds no client. When that cannot be
known (a packed program, a command put together at run time) it is a warning on an image. A Dockerfile is accused only
of what it shows itself: a web server on a public base with nothing that could bring the adapter, or with the adapter
in a folder where Lambda does not look for it, or an OS-only base image to which nothing adds a program, or a client
that is started and that is in no requirements and in no package.json that the build installs, or that stayed in a build
stage. Where another program runs beside an adapter in the wrong folder, it is a warning.

## Bad

```dockerfile
FROM python:3.13-slim
RUN pip install uvicorn
COPY app.py /function/
WORKDIR /function
CMD ["uvicorn", "app:app", "--port", "8080"]
```

## Good

```dockerfile
FROM python:3.13-slim
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
RUN pip install uvicorn
COPY app.py /function/
WORKDIR /function
CMD ["uvicorn", "app:app", "--port", "8080"]
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/provided:al2023
COPY --from=build /app/main /var/task/main
CMD ["main"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/provided:al2023
COPY --from=build /app/main /var/runtime/bootstrap
CMD ["main"]
```

## How to fix

- Python: `RUN pip install awslambdaric`, `ENTRYPOINT ["python", "-m", "awslambdaric"]`, and the handler in CMD.
- Node.js: `npm install aws-lambda-ric` in the working directory, and `ENTRYPOINT ["npx", "aws-lambda-ric"]`.
- Any language: start from AWS's own base image for it.
- A web server: copy the Lambda Web Adapter to `/opt/extensions/lambda-adapter`.
- Go, Rust, C++, Swift: link the language's Lambda runtime library, and start the program itself.

## References

- [Lambda: using a non-AWS base image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [Lambda: the Runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html)
- [Lambda Web Adapter](https://github.com/aws/aws-lambda-web-adapter)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Image, Problem, Rule, Severity, printable
from lambda_lint_rules._start import StartPlan, Verdict, plan, reported

NAME = "missing-runtime-client"

FIX = (
    "install the runtime interface client of the language and start it, or, for a web server, copy the Lambda Web "
    "Adapter to /opt/extensions/lambda-adapter"
)


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    found = plan(dockerfile, deployment)
    yield from reported(found, NAME)
    yield from _absent(found)


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    found = plan(image, deployment)
    yield from reported(found, NAME)
    yield from _absent(found)
    if found.verdict is Verdict.UNKNOWN:
        program = printable(found.program) or "the command"
        yield Problem(
            f"cannot tell whether {program} asks Lambda for work: {found.why}",
            found.origin,
            "make sure that it starts a runtime interface client",
            Severity.WARNING,
        )


def _absent(found: StartPlan) -> Iterator[Problem]:
    if found.verdict is Verdict.ABSENT:
        yield Problem(
            f"the image starts {printable(found.program)}, and nothing in it asks Lambda for work",
            found.origin,
            FIX,
        )


RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("runtime-client", "start"),
)
