"""The runtime client is started, and cannot work.

The runtime interface client asks Lambda for work and calls the handler. Those for Python (`awslambdaric`) and Node.js
(`aws-lambda-ric`) have a native part. It is compiled or picked while the package is installed, for one version of the
language, one processor and one C library. Packages that were installed on another machine, with another interpreter, or
with `--ignore-scripts` have none that fits. The client then ends before it asks for work.

So does `dotnet` where the image has not the framework that the program's `runtimeconfig.json` asks for, a client in
Ruby's gems for another version of Ruby, and a script that asks for work by what it lacks: `curl`, the extension curl of
PHP, or the network, which Deno gives with `--allow-net`.

```text
AttributeError: 'NoneType' object has no attribute 'next'
Error: Cannot find module './rapid-client.node'
Runtime exited with error: exit status 1 (Runtime.ExitError)
```

## Bad

```dockerfile
FROM node:22-slim
WORKDIR /function
COPY package.json index.js ./
RUN npm install --ignore-scripts aws-lambda-ric
ENTRYPOINT ["/usr/local/bin/npx", "aws-lambda-ric"]
CMD ["index.handler"]
```

## Good

```dockerfile
FROM node:22-bookworm
WORKDIR /function
COPY package.json index.js ./
RUN apt-get update && apt-get install -y cmake && npm install aws-lambda-ric
ENV NPM_CONFIG_CACHE=/tmp/.npm
ENTRYPOINT ["/usr/local/bin/npx", "aws-lambda-ric"]
CMD ["index.handler"]
```

## How to fix

Install the client inside the image, in a stage with the same base as the final one, and with the interpreter that will
run it.

## References

- [awslambdaric](https://github.com/aws/aws-lambda-python-runtime-interface-client)
- [aws-lambda-ric](https://github.com/aws/aws-lambda-nodejs-runtime-interface-client)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "client-cannot-load"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=troubles_of(NAME),
    tags=("runtime-client", "start"),
)
