"""A program that the start needs is not executable.

Lambda executes the entrypoint itself, and so does each script that starts another program with `exec`. The file needs
its execute bits for everybody. They are lost when a file comes from a Windows checkout or an archive, or is fetched
with `ADD https://...`, which gives mode 600.

```text
fork/exec /entry.sh: permission denied (Runtime.InvalidEntrypoint)
```

A build copies the mode that a file has on disk, and that is what counts in a Dockerfile unless `--chmod` or a `RUN`
changes it. It is a warning where no file beside the Dockerfile is executable: a checkout on Windows keeps no modes,
and builds from there make every file executable.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/provided:al2023
COPY --chmod=644 <<EOF /var/runtime/bootstrap
#!/bin/sh
exec /var/task/main
EOF
COPY main /var/task/main
CMD ["main"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/provided:al2023
COPY --chmod=755 <<EOF /var/runtime/bootstrap
#!/bin/sh
exec /var/task/main
EOF
COPY main /var/task/main
CMD ["main"]
```

## How to fix

`COPY --chmod=755`, or `RUN chmod 755 FILE` after it. In git, `git update-index --chmod=+x FILE` keeps the bit.

## References

- [Dockerfile reference: COPY --chmod](https://docs.docker.com/reference/dockerfile/#copy---chown---chmod)
- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "not-executable"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=troubles_of(NAME),
    check_image=troubles_of(NAME),
    tags=("permissions", "start"),
)
