"""A COPY names what `.dockerignore` leaves out of the build.

The build sees nothing of what `.dockerignore` names, so it ends at the `COPY`, as if the file were not there. It
happens where two images are built from one folder, and where the output of a compiler is ignored like elsewhere.

```text
ERROR: failed to calculate checksum of ref ...: "/dist": not found
```

It is told where the folder beside the Dockerfile, or one above it, has all else that the Dockerfile copies.

## Bad

`.dockerignore`

```text
node_modules
dist
```

```dockerfile
FROM public.ecr.aws/lambda/nodejs:24
COPY package.json dist/ ./
CMD ["index.handler"]
```

## Good

`.dockerignore`

```text
node_modules
```

```dockerfile
FROM public.ecr.aws/lambda/nodejs:24
COPY package.json dist/ ./
CMD ["index.handler"]
```

## How to fix

Take the line out of `.dockerignore`, or take the path back in behind it: `!dist`. A file beside the Dockerfile that has
its name and the ending `.dockerignore` counts for that Dockerfile alone (`Dockerfile.lambda.dockerignore`).

## References

- [Docker: .dockerignore](https://docs.docker.com/build/concepts/context/#dockerignore-files)
- [Docker: CopyIgnoredFile](https://docs.docker.com/reference/build-checks/copy-ignored-file/)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Deployment, Dockerfile, Problem, Rule, Severity, SourceLocation, building, printable
from lambda_lint_rules._facts.base_images import base_config


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    found = building.left_out(dockerfile, base_config, deployment)
    if found is None:
        return
    context, hidden = found
    told: set[str] = set()
    for stage in building.stages(dockerfile, deployment):
        for step in building.steps(dockerfile, stage, base_config, deployment):
            if not isinstance(step, building.Copied) or step.origin:
                continue
            for word, source in zip(step.instruction.sources, step.sources, strict=True):
                if source in hidden and source not in told:
                    told.add(source)
                    keyword = step.instruction.keyword
                    message = f".dockerignore leaves {printable(context.shown(source))} out, so {keyword} finds nothing"
                    fix = f"take it back in with a last line !{printable(source)} in .dockerignore"
                    yield Problem(message, SourceLocation(dockerfile.path, word.region), fix)


RULE = Rule(
    name="left-out-source",
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("dockerfile",),
)
