"""A program that the start needs is built for another processor.

The image's own architecture says nothing about the files in it: a program copied from the build machine, fetched from
an address with `x86_64` in it, or cross-compiled with the wrong setting stays what it is. The kernel does not execute
it.

```text
fork/exec /var/runtime/bootstrap: exec format error (Runtime.InvalidEntrypoint)
```

## Bad

```dockerfile
FROM --platform=linux/arm64 public.ecr.aws/lambda/provided:al2023-arm64
COPY bootstrap-amd64 /var/runtime/bootstrap
CMD ["main"]
```

## Good

```dockerfile
FROM --platform=linux/arm64 public.ecr.aws/lambda/provided:al2023-arm64
COPY bootstrap-arm64 /var/runtime/bootstrap
CMD ["main"]
```

## How to fix

Build in a stage of the same platform, or set the compiler's target (`GOARCH`, `--target`, `-r linux-arm64`) from
`TARGETARCH`. Choose the download that matches it.

A 32-bit program of the same family is a warning: whether Lambda's kernel runs it is not documented.

## References

- [Dockerfile reference: TARGETARCH](https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope)
- [Lambda: instruction set architectures](https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "wrong-architecture-binary"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=troubles_of(NAME),
    tags=("start",),
)
