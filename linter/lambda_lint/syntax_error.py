"""The Dockerfile does not parse.

BuildKit refuses this file, so there will be no image. lambda-lint reads a Dockerfile as BuildKit does, and as long as
it does not parse no other rule looks at it: half a file would only give wrong answers. Nothing else is reported until
this is mended.

A file that still holds placeholders (`{{ name }}`, `<% name %>`, `@name@`) is called a template. Lint what your
templating tool makes of it, not the template.

A file that says FROM nowhere and holds mostly other words is told to be no Dockerfile, in one line.

This finding comes from the linter itself, not from a rule pack. `--select` does not switch it off, since a file that
nobody could read must not look clean; `--ignore syntax-error` does.

## Bad

```dockerfile
FROM debian:12
COPI app.sh /srv/
CMD ["/srv/app.sh"]
```

## Good

```dockerfile
FROM debian:12
COPY app.sh /srv/
CMD ["/srv/app.sh"]
```

## How to fix

Mend the line that the finding points at. `docker build` stops at the same one.

## References

- [Dockerfile reference](https://docs.docker.com/reference/dockerfile/)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint.deployment import Deployment
from lambda_lint.dockerfile import Dockerfile
from lambda_lint.location import SourceLocation
from lambda_lint.rule import Problem, Rule, Severity


def check(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    for problem in dockerfile.problems:
        fix = "render the template first and lint the result" if problem.template else ""
        yield Problem(problem.message, SourceLocation(dockerfile.path, problem.region), fix)


RULE = Rule(
    name="syntax-error",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check,
    tags=("dockerfile",),
)
