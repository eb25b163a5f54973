"""The start needs a file where Lambda mounts a folder of its own.

Lambda mounts folders over those of the image: a fresh, empty `/tmp`, the one place that a function may write to, and
its own `/dev`, `/proc`, `/sys` and `/var/rapid`. A program, a handler or a setting that was put there while the image
was built is gone when the function starts.

```text
fork/exec /tmp/bootstrap: no such file or directory (Runtime.InvalidEntrypoint)
Runtime.ImportModuleError: Unable to import module 'app': No module named 'app'
```

It is an error for what the start needs in `/tmp`. It is a warning in the other folders, of which only reports tell, and
for a variable that names something that only the image has. `/etc/passwd` and `/etc/resolv.conf` are Lambda's own, too:
users whom the image adds do not exist there, see
[`ignored-user`](https://github.com/lambda-lint/lambda-lint/blob/main/rules/docs/ignored-user.md).

## Bad

```dockerfile
FROM public.ecr.aws/lambda/provided:al2023
COPY bootstrap /tmp/bootstrap
ENTRYPOINT ["/tmp/bootstrap"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/provided:al2023
COPY bootstrap /var/runtime/bootstrap
CMD ["main"]
```

## How to fix

Keep files of the image anywhere else, `/var/task` or `/opt` for example, and make what has to be in `/tmp` when the
function runs.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [The mounts that a function sees](https://github.com/bruceadams/run-command-on-aws-lambda)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "hidden-by-mount"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=troubles_of(NAME),
    tags=("start",),
)
