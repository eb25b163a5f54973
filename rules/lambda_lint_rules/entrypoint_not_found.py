"""The program to start is not in the image.

Lambda executes the first word of ENTRYPOINT and CMD, and whatever that starts in turn. A name with a slash is a path,
seen from WORKDIR; any other name is looked for in the folders of PATH. No shell is involved, so no alias and no shell
function helps.

```text
fork/exec /usr/local/bin/aws_lambda_ric: no such file or directory (Runtime.InvalidEntrypoint)
exec: "app.handler": executable file not found in $PATH
Couldn't find valid bootstrap(s): [bash]
```

The usual reasons: a file that stayed in a build stage, a tool that another base image keeps elsewhere, a handler
written as ENTRYPOINT, or an inherited ENTRYPOINT that takes CMD for a program.

## Bad

```dockerfile
FROM ruby:3.4-slim
RUN gem install aws_lambda_ric
COPY app.rb /function/
WORKDIR /function
ENTRYPOINT ["/usr/bin/aws_lambda_ric"]
CMD ["app.handler"]
```

## Good

```dockerfile
FROM ruby:3.4-slim
RUN gem install aws_lambda_ric
COPY app.rb /function/
WORKDIR /function
ENTRYPOINT ["/usr/local/bundle/bin/aws_lambda_ric"]
CMD ["app.handler"]
```

## How to fix

Copy the program into the final stage and name it by its absolute path. `docker run --rm -it --entrypoint sh IMAGE` and
`command -v PROGRAM` show where it is. A handler (`app.handler`) belongs into CMD.

## References

- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [A client in another place than expected](https://github.com/aws/aws-lambda-ruby-runtime-interface-client/issues/13)
"""

from __future__ import annotations

from lambda_lint import Rule, Severity
from lambda_lint_rules._start import troubles_of

NAME = "entrypoint-not-found"

RULE = Rule(
    name=NAME,
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_image=troubles_of(NAME),
    tags=("start",),
)
