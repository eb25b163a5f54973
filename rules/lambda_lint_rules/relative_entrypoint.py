"""The program to start is not named by its whole path.

AWS asks for the absolute path of the program in ENTRYPOINT, or in CMD without one. Lambda looks a bare name up in
`PATH` all the same, and AWS's own examples rely on that; Lambda Managed Instances do not:

```text
FunctionError.InvalidEntryPoint: The Lambda function's runtime entrypoint path isn't valid. The path must be absolute,
non-empty, and point to an executable file.
```

Since a bare name works, this rule is off by default. Where the settings say that the function runs on Managed
Instances,
[`unfit-for-managed-instances`](https://github.com/lambda-lint/lambda-lint/blob/main/rules/docs/unfit-for-managed-instances.md)
makes it an error.

## Bad

```dockerfile
FROM python:3.13
RUN pip install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## Good

```dockerfile
FROM python:3.13
RUN pip install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## How to fix

Write the program's whole path. `docker run --rm --entrypoint which IMAGE python` tells it.

## References

- [Lambda API: ImageConfig](https://docs.aws.amazon.com/lambda/latest/dg/API_ImageConfig.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Problem, Rule, RuntimeConfig, Severity, printable
from lambda_lint_rules._facts.features import MANAGED_INSTANCES
from lambda_lint_rules._features import relative_program


def check(config: RuntimeConfig, deployment: Deployment) -> Iterator[Problem]:
    found = relative_program(config)
    if found is not None and MANAGED_INSTANCES not in deployment.features:
        program, location = found
        message = f"{printable(program)} is no absolute path, as AWS asks for"
        yield Problem(message, location, "write the whole path of the program")


RULE = Rule(
    name="relative-entrypoint",
    severity=Severity.NOTE,
    since="0.1.0",
    docs=__doc__,
    check_runtime=check,
    tags=("start",),
    by_default=False,
)
