"""A start script cannot be executed as it is written.

The kernel reads a script's first line to find its interpreter: the very first two bytes must be `#!`, and the rest of
the line is a path, byte for byte. A byte order mark in front, a missing line, a carriage return at its end (Windows
line endings) or an interpreter that the image does not have keep the function from starting. The messages mislead: the
file that is "not found" is the interpreter, not the script.

```text
fork/exec /entry.sh: no such file or directory (Runtime.InvalidEntrypoint)
fork/exec /entry.sh: exec format error (Runtime.InvalidEntrypoint)
```

What the script says counts as well: a syntax error, words of bash's own in a script for another shell, and under
`set -e`, or before `&&`, a program, script or folder that is not in the image. Which shell `/bin/sh` is depends on the
base: dash on Debian and Ubuntu, busybox on Alpine, bash on Amazon Linux.

```text
/entry.sh: 2: set: Illegal option -o pipefail
/entry.sh: 5: Syntax error: "(" unexpected
/entry.sh: 3: .: cannot open /app/env.sh: No such file
python: can't open file '/app/manage.py': [Errno 2] No such file or directory
```

Only what is certain to be reached is reported, before the script starts anything else.

In a Dockerfile, the first line of the script beside it counts, as the build copies it, unless an instruction may mend
it.

## Bad

```dockerfile
FROM alpine:3.22
COPY --chmod=755 <<EOF /entry.sh
exec /function/main
EOF
COPY main /function/main
ENTRYPOINT ["/entry.sh"]
```

## Good

```dockerfile
FROM alpine:3.22
COPY --chmod=755 <<EOF /entry.sh
#!/bin/sh
exec /function/main
EOF
COPY main /function/main
ENTRYPOINT ["/entry.sh"]
```

## How to fix

Start the script with `#!/bin/sh`, or install the interpreter that it names. A script with arrays, `[[ ]]`, `source` or
`set -o pipefail` wants `#!/bin/bash`, and a base that has bash. Save it with LF line endings and without a
byte order mark; `*.sh text eol=lf` in `.gitattributes` keeps it so.

## References

- [dash(1)](https://man7.org/linux/man-pages/man1/dash.1.html)
- [execve(2): interpreter scripts](https://man7.org/linux/man-pages/man2/execve.2.html)
- [The same for extensions](https://github.com/aws-samples/aws-lambda-extensions/issues/54)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "bad-script"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=troubles_of(NAME),
    check_image=troubles_of(NAME),
    tags=("start",),
)
