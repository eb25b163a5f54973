"""A COPY is written as if a shell ran it.

`2>/dev/null || true` behind a `RUN` makes a failure harmless. No shell reads `COPY` and `ADD`: to them `2>/dev/null`
and `||` are further files to copy, and `true` is the folder to put them in. The build ends even where the file is
there:

```text
ERROR: failed to calculate checksum of ref ...: "/||": not found
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
COPY settings.json ${LAMBDA_TASK_ROOT}/ 2>/dev/null || true
CMD ["app.handler"]
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py settings.jso[n] ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## How to fix

End the line before the shell's words. A file that may be missing is named by a pattern that only it fits, beside one
that is always there: a pattern that fits nothing is no error as long as another source is found.

## References

- [Dockerfile: COPY](https://docs.docker.com/reference/dockerfile/#copy)
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_lint import Copy, Deployment, Dockerfile, Problem, Rule, Severity, SourceLocation, printable, regex

_OPERATORS = frozenset({"||", "&&", "|", ";", "&"})
_REDIRECTION = regex(r"[0-9&]?>{1,2}(?:&[0-9]|/\S*)")


def check_dockerfile(dockerfile: Dockerfile, _deployment: Deployment) -> Iterator[Problem]:
    for copy in dockerfile.every(Copy):
        words = (*copy.sources, copy.destination)
        odd = next((word for word in words if _for_a_shell(word.text)), None)
        if odd is not None:
            keyword = copy.keyword
            message = f"no shell reads {keyword}: it takes {printable(odd.text)} for a file, and the build ends"
            fix = f"end {keyword} before it; where a file may be missing, name it by a pattern beside one that is there"
            yield Problem(message, SourceLocation(dockerfile.path, odd.region), fix)


def _for_a_shell(word: str) -> bool:
    return word in _OPERATORS or (">" in word and _REDIRECTION.fullmatch(word) is not None)


RULE = Rule(
    name="shell-words-in-copy",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    tags=("dockerfile",),
)
