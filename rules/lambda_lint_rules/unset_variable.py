"""The start script ends unless the function sets a variable.

A script that says `${NAME:?}`, uses `$NAME` under `set -u`, or leaves with an error when `$NAME` is empty needs that
variable from the function's settings. Where they lack it, the function never starts:

```text
/entry.sh: 3: STAGE: parameter not set
Runtime exited with error: exit status 2 (Runtime.ExitError)
```

It is a warning, since an image does not show what the function sets.

## Bad

```dockerfile
FROM debian:bookworm-slim
COPY main /function/main
COPY --chmod=755 <<"EOF" /entry.sh
#!/bin/sh
exec /function/main "${STAGE:?}"
EOF
ENTRYPOINT ["/entry.sh"]
```

## Good

```dockerfile
FROM debian:bookworm-slim
COPY main /function/main
COPY --chmod=755 <<"EOF" /entry.sh
#!/bin/sh
exec /function/main "${STAGE:-dev}"
EOF
ENTRYPOINT ["/entry.sh"]
```

## How to fix

Set the variable on the function, or give it a default in the script or with ENV. Where each function is meant to set
it, ignore the finding with that as the reason.

## References

- [Lambda: environment variables](https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "unset-variable"

RULE = Rule(
    name=NAME,
    severity=Severity.WARNING,
    since="0.1.0",
    docs=__doc__,
    check_image=troubles_of(NAME),
    tags=("start",),
)
