"""The handler imports a module that is not in the image.

The runtime client loads the handler's file before it asks for work. A module that this file imports at its top, or that
one of the function's own files imports in turn, has to be there; otherwise no event ever reaches the handler.

```text
Runtime.ImportModuleError: Unable to import module 'app': No module named 'requests'
Runtime.ImportModuleError: Unable to import module 'app': No module named 'pydantic_core._pydantic_core'
Runtime.ImportModuleError: Unable to import module 'app': libGL.so.1: cannot open shared object file
Runtime.ImportModuleError: Unable to import module 'app': cannot import name 'Mapping' from 'collections'
Runtime.ImportModuleError: Unable to import module 'app': No package metadata was found for flask
zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key Europe/Berlin'
TypeError: unsupported operand type(s) for |: 'type' and 'NoneType'
NameError: name 'os' is not defined
Runtime.ImportModuleError: Error: Cannot find module 'express'
Runtime.ImportModuleError: Error: Cannot find module 'body-parser'
Error: Could not load the "sharp" module using the linux-x64 runtime
```

The same holds for what a server, an extension or an own loop loads as it starts, for modules that Node.js is told to
load first (`--require`, `--import`, `NODE_OPTIONS`), for a package of the same repository that was never built, for
names that a module does not export or that, like `Mapping` of Python's `collections`, this version of Python lacks, and
for metadata that `importlib.metadata` is asked for where `*.dist-info` was deleted, for a time zone that `ZoneInfo` is
asked for where nothing has its data, and for types that this version cannot make (`int | None`). It holds for what a
script in PHP, Ruby, Perl, Lua or R loads by name at the start of a line, for what lies in a folder that Ruby or Perl
does not search, for files that a script of Deno or Bun imports, and for the assemblies that a .NET program's
`deps.json` lists.

A name that one of the function's own Python files uses as it is loaded, and that nothing in the file defines, ends the
same way: most often the import of it was forgotten. So does one that is defined only further down, and one that
`import *` does not bring, for the module's `__all__` leaves it out.

A folder that the code adds to `sys.path` by a path that is written out is searched like the others, and brings nothing
where it was not copied. A module that is there only as `.pyc` is taken by the version of Python that compiled it, and
by no other.

What an installed package of Python imports at once counts as well: another package that `--no-deps` left out, or a
native part of its own that was built for another version of Python, another processor or another system. So does a
native part that needs a shared library which is nowhere in the image: opencv-python needs libGL, a module that another
stage compiled needs what that stage had installed, and wheels bring libraries in folders like `numpy.libs`.

So does what an installed package of Node.js loads: a package that was pruned or not copied, or a file of its own. Some
(argon2, bcrypt, canvas, sharp, sqlite3) cannot be loaded without a native part, which a `node_modules` copied from a
Mac, or installed with `--ignore-scripts`, lacks or has for the other system.

Only imports that are always executed count: those in a `try` that catches the error, under a condition that only
running tells, or in a function are left alone. Large files of installed packages are not followed.

In a Dockerfile, a module of the function's own counts when it is beside the handler and nothing copies it, and a
package when nothing installs any.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY <<EOF ${LAMBDA_TASK_ROOT}/app.py
import requests

def handler(event, context):
    return requests.get("https://example.com").text
EOF
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
RUN pip install requests
COPY <<EOF ${LAMBDA_TASK_ROOT}/app.py
import requests

def handler(event, context):
    return requests.get("https://example.com").text
EOF
CMD ["app.handler"]
```

## How to fix

Install the package in the final stage, with the interpreter that runs the function, or copy it there together with the
function.

## References

- [Lambda: Python packages](https://docs.aws.amazon.com/lambda/latest/dg/python-package.html)
- [Lambda: troubleshoot imports](https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "missing-module"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=troubles_of(NAME),
    check_image=troubles_of(NAME),
    tags=("handler", "start"),
)
