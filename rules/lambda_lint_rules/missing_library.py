"""A program that the start needs misses a library, or one that is new enough.

A dynamic program names the loader that starts it, the libraries that it needs, and the versions of them that it was
linked with. All three have to be in the image. A program from a glibc distribution does not start on Alpine (musl), nor
the other way round; one that was built in a newer distribution than the final stage asks for symbols that are not
there.

```text
fork/exec /main: no such file or directory (Runtime.InvalidEntrypoint)
/main: error while loading shared libraries: libssl.so.3: cannot open shared object file
/var/task/bootstrap: /lib64/libc.so.6: version `GLIBC_2.38' not found (required by /var/task/bootstrap)
```

## Bad

```dockerfile
FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build -o /main .
FROM alpine:3.22
COPY --from=build /main /main
ENTRYPOINT ["/main"]
```

## Good

```dockerfile
FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /main .
FROM alpine:3.22
COPY --from=build /main /main
ENTRYPOINT ["/main"]
```

## How to fix

Build in the distribution that the final stage has, or in an older one; link statically (`CGO_ENABLED=0`,
`x86_64-unknown-linux-musl`); install the package that brings the library.

## References

- [ld.so(8): how libraries are found](https://man7.org/linux/man-pages/man8/ld.so.8.html)
- [A build stage newer than the final one](https://github.com/aws/aws-lambda-rust-runtime/issues/455)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "missing-library"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=troubles_of(NAME),
    tags=("start",),
)
