"""AWS no longer maintains the base image, or soon will not.

Lambda never patches an image: it gets fixes when you build it again on a newer base image. AWS stops making those on
the day its runtime is deprecated. The function keeps running, with every hole that is found from then on, and nobody
mails you: notices go out for functions in .zip form only. Those can also not be created or updated any more some time
later, and this is what the API says then; for container images AWS has announced no such day.

```text
The runtime parameter of python3.8 is no longer supported for creating or updating AWS Lambda functions.
```

This is a warning from the day of deprecation on, and a note in the 180 days before. The dates are AWS's own, as
published on 2026-11-23; `--date 2027-01-31` compares them with another day than today.

| base image | deprecated | no new .zip function | no update of one |
| --- | --- | --- | --- |
| `python:3.14` | 2029-06-30 | 2029-07-31 | 2029-08-31 |
| `python:3.13` | 2029-06-30 | 2029-07-31 | 2029-08-31 |
| `python:3.12` | 2028-10-31 | 2028-11-30 | 2029-01-10 |
| `python:3.11` | 2027-06-30 | 2027-07-31 | 2027-08-31 |
| `python:3.10` | 2026-10-31 | 2027-02-01 | 2027-03-03 |
| `python:3.9` | 2025-12-15 | 2027-02-01 | 2027-03-03 |
| `python:3.8` | 2024-10-14 | 2027-02-01 | 2027-03-03 |
| `python:3.7` | 2023-12-04 | 2024-01-09 | 2027-03-03 |
| `python:3.6` | 2022-07-18 | 2022-07-18 | 2022-08-29 |
| `python:2.7` | 2021-07-15 | 2021-07-15 | 2022-05-30 |
| `nodejs:24` | 2028-04-30 | 2028-06-01 | 2028-07-01 |
| `nodejs:22` | 2027-04-30 | 2027-06-01 | 2027-07-01 |
| `nodejs:20` | 2026-04-30 | 2027-02-01 | 2027-03-03 |
| `nodejs:18` | 2025-09-01 | 2027-02-01 | 2027-03-03 |
| `nodejs:16` | 2024-06-12 | 2027-02-01 | 2027-03-03 |
| `nodejs:14` | 2023-12-04 | 2024-01-09 | 2027-03-03 |
| `nodejs:12` | 2023-03-31 | 2023-03-31 | 2023-04-30 |
| `nodejs:10` | 2021-07-30 | 2021-07-30 | 2022-02-14 |
| `java:25` | 2029-06-30 | 2029-07-31 | 2029-08-31 |
| `java:21` | 2029-06-30 | 2029-07-31 | 2029-08-31 |
| `java:17.al2023` | 2029-06-30 | 2029-07-31 | 2029-08-31 |
| `java:11.al2023` | 2029-06-30 | 2029-07-31 | 2029-08-31 |
| `java:8.al2023` | 2029-06-30 | 2029-07-31 | 2029-08-31 |
| `java:17` | 2027-06-30 | 2027-07-31 | 2027-08-31 |
| `java:11` | 2027-06-30 | 2027-07-31 | 2027-08-31 |
| `java:8.al2` | 2027-06-30 | 2027-07-31 | 2027-08-31 |
| `java:8` | 2024-01-08 | 2024-02-08 | 2027-03-03 |
| `dotnet:10` | 2028-11-14 | 2028-12-14 | 2029-01-15 |
| `dotnet:9` | 2026-11-10 | - | - |
| `dotnet:8` | 2026-11-10 | 2027-02-01 | 2027-03-03 |
| `dotnet:7` | 2024-05-14 | - | - |
| `dotnet:6` | 2024-12-20 | 2027-02-01 | 2027-03-03 |
| `dotnet:5.0` | 2022-05-10 | - | - |
| `dotnet:core3.1` | 2023-04-03 | 2023-04-03 | 2023-05-03 |
| `dotnet:core2.1` | 2022-01-05 | 2022-01-05 | 2022-04-13 |
| `ruby:4.0` | 2029-03-31 | 2029-04-30 | 2029-05-31 |
| `ruby:3.4` | 2028-03-31 | 2028-04-30 | 2028-05-31 |
| `ruby:3.3` | 2027-03-31 | 2027-04-30 | 2027-05-31 |
| `ruby:3.2` | 2026-03-31 | 2027-02-01 | 2027-03-03 |
| `ruby:2.7` | 2023-12-07 | 2024-01-09 | 2027-03-03 |
| `ruby:2.5` | 2021-07-30 | 2021-07-30 | 2022-03-31 |
| `go:1` | 2024-01-08 | 2024-02-08 | 2027-03-03 |
| `provided:al2023` | 2029-06-30 | 2029-07-31 | 2029-08-31 |
| `provided:al2` | 2026-07-31 | 2027-02-01 | 2027-03-03 |
| `provided:alami` | 2024-01-08 | 2024-02-08 | 2027-03-03 |

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.8
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.14
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

Name a newer version in FROM, build, and test. Base images from Node.js 20, Python 3.12, Java 21, .NET 8 and Ruby 3.3
on are made from Amazon Linux 2023: it has `dnf` in place of `yum`, and a newer C library.

## References

- [Lambda: runtimes and their dates](https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html)
- [Lambda: what deprecation means](https://docs.aws.amazon.com/lambda/latest/dg/runtime-support-policy.html)
- [cfn-lint: the dates in a file](https://github.com/aws-cloudformation/cfn-lint)
- [endoflife.date: AWS Lambda](https://endoflife.date/aws-lambda)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import (
    Deployment,
    Dockerfile,
    Image,
    Location,
    Problem,
    Rule,
    Severity,
    SourceLocation,
    printable,
)
from lambda_lint.day import date
from lambda_lint_rules import _base
from lambda_lint_rules._facts.base_images import AwsBase, recognise
from lambda_lint_rules._facts.lifecycle import LIFECYCLES, NOTICE_DAYS, lifecycle, successor
from lambda_lint_rules._facts.registries import split

_SUFFIXES = {"amd64": "-x86_64", "arm64": "-arm64"}


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    if dockerfile.final is None:
        return
    root = dockerfile.final.lineage[0]
    base = recognise(root.base)
    if base is not None:
        yield from _problems(base, deployment.on, SourceLocation(dockerfile.path, root.start.image.region))


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    found = _base.of_image(image)
    if found is not None:
        yield from _problems(found.base, deployment.on, found.location)


def _problems(base: AwsBase, on: date | None, location: Location) -> Iterator[Problem]:
    dates = lifecycle(base.language, base.version)
    if dates is None or on is None:
        return
    left = (dates.deprecation - on).days
    if left > NOTICE_DAYS.value:
        return
    new = successor(dates)
    told = f"(AWS's dates as of {LIFECYCLES.source.retrieved})"
    name, suffix = f"public.ecr.aws/lambda/{new.language}", _SUFFIXES.get(base.architecture, "")
    if new.language == base.language and base.reference:
        name = split(base.reference).name
    fix = f"write FROM {printable(name)}:{new.version}{suffix}, maintained until {new.deprecation}"
    if new.deprecation <= dates.deprecation:
        fix = "look for a newer base image on AWS's page of Lambda runtimes"
    if left > 0:
        message = f"the base image {base} will be deprecated on {dates.deprecation}, in {left} days {told}"
        yield Problem(message, location, fix, Severity.NOTE)
    else:
        message = (
            f"the base image {base} has been deprecated since {dates.deprecation}: "
            f"it gets no more security fixes {told}"
        )
        yield Problem(message, location, fix)


RULE = Rule(
    name="deprecated-base",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("base-image",),
)
