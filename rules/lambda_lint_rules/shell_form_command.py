"""The handler is wrapped in a shell, or lost in one.

CMD holds the handler for the runtime client that ENTRYPOINT starts. Written in shell form (without the brackets of a
JSON array), Docker stores `/bin/sh -c "app.handler"`: three words, where the client expects one. The entrypoint of the
AWS base images answers

```text
entrypoint requires the handler name to be the first argument
Runtime exited with error: exit status 142
Runtime.ExitError
```

and another client takes `/bin/sh` for the name of the handler:

```text
Runtime.MalformedHandlerName: Bad handler '/bin/sh'
Runtime.ImportModuleError: Unable to import module '/bin/sh'
```

An ENTRYPOINT in shell form does the opposite: the shell keeps CMD for itself, and the client starts without a handler
(`ValueError: Handler not set`, `No handler specified`).

A shell in the array is the same: `["sh", "-c", "python -m awslambdaric"]` keeps CMD to itself. And a shell runs one
word: of `["sh", "-c", "uvicorn", "app:app", "--port", "8080"]` it runs `uvicorn` alone, which is a warning.

An array that is not valid JSON is shell form, too. Docker says nothing and the shell looks for a program called
`[app.handler]`. The usual reasons are single quotes and a missing comma. JSON wants double quotes.

Where shell form works, nothing is reported: a web server behind the Lambda Web Adapter, or an ENTRYPOINT in shell form
that names its own handler. A broken array that goes to a program which may ignore its arguments is a warning.

## Bad

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD app.handler
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/python:3.13
COPY app.py ${LAMBDA_TASK_ROOT}/
CMD ["app.handler"]
```

## Bad

```dockerfile
FROM public.ecr.aws/lambda/nodejs:22
COPY index.js ${LAMBDA_TASK_ROOT}/
CMD ['index.handler']
```

## Good

```dockerfile
FROM public.ecr.aws/lambda/nodejs:22
COPY index.js ${LAMBDA_TASK_ROOT}/
CMD ["index.handler"]
```

## Bad

```dockerfile
FROM python:3.13-slim
RUN pip install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT python -m awslambdaric
CMD ["app.handler"]
```

## Good

```dockerfile
FROM python:3.13-slim
RUN pip install awslambdaric
COPY app.py /function/
WORKDIR /function
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["app.handler"]
```

## How to fix

Write ENTRYPOINT and CMD as JSON arrays, in double quotes. If CMD starts a web server behind the Lambda Web Adapter on
an AWS base image, clear the base image's entrypoint first with `ENTRYPOINT []`.

## References

- [Dockerfile reference: shell and exec form](https://docs.docker.com/reference/dockerfile/#shell-and-exec-form)
- [Lambda: create a function from a container image](https://docs.aws.amazon.com/lambda/latest/dg/images-create.html)
- [Web Adapter on an AWS base image](https://github.com/aws/aws-lambda-web-adapter/issues/300)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambda_lint import Argv, Deployment, Problem, Rule, RuntimeConfig, Setting, Severity, printable, regex
from lambda_lint_rules._clients import NamedClient, entry_script, executed, shell_text, started_by
from lambda_lint_rules._facts.base_images import ENTRYPOINT
from lambda_lint_rules._start import where_it_runs

# `[ -f x ] && exec y` and `[[ ... ]]` are tests, which a shell understands.
_SHELL_TEST = regex(r"\[\[|\[\s+(?:-\w|!)\s|.*\]\s*(?:&&|\|\||;)", re.DOTALL)
# What an entrypoint in shell form is given stays with the shell: as $0 and following, which few texts use.
_ARGUMENTS = regex(r"[\"']?\$(?:@|\*|1|\{@\}|\{\*\}|\{1\})[\"']?")
# By which a script gives itself arguments.
_GIVES_ARGUMENTS = regex(r"\bset\s+(?!-\w)\S")
_SHELL = regex(r"(?:/usr)?(?:/bin/)?(?:ba|da|a)?sh -[a-z]*c")
# A program, and none of the text that takes arguments from behind it.
_ALONE = regex(r"[\w./-]+")
_PLAIN = regex(r"[\w./:=@%+,\- ]+")


def check(config: RuntimeConfig, _deployment: Deployment) -> Iterator[Problem]:
    broken = _broken(config)
    yield from _dropped(config)
    yield from _empty(config)
    if broken:
        if entry_script(config) is None:
            yield from (_unread(config, *each) for each in broken)
        return
    client = started_by(config)
    if client is not None:
        yield from _of_client(config, client)


def check_entry_script(config: RuntimeConfig, _deployment: Deployment) -> Iterator[Problem]:
    client = entry_script(config)
    if client is None:
        return
    broken = _broken(config)
    yield from (_unread(config, *each) for each in broken)
    if not broken:
        yield from _of_client(config, client)


def _told(config: RuntimeConfig) -> bool:
    """Whether CMD goes to a client that is known to read it."""
    return started_by(config) is not None or entry_script(config) is not None


def _unread(config: RuntimeConfig, keyword: str, setting: Setting[Argv], text: str) -> Problem:
    """What became of an array that is none. A program that ignores its arguments works with any CMD."""
    entrypoint = config.entrypoint.value
    known = keyword == "ENTRYPOINT" or not (entrypoint and entrypoint.args) or _told(config)
    return Problem(
        f"{keyword} is no valid JSON array, so a shell is given its text to run: {printable(text)}",
        setting.location,
        f"write {keyword} {_mended(text)}",
        None if known else Severity.WARNING,
    )


def _broken(config: RuntimeConfig) -> list[tuple[str, Setting[Argv], str]]:
    """The instructions, with their texts, that were meant as JSON arrays and are none."""
    entrypoint, command = config.entrypoint.value, config.command.value
    in_shell = entrypoint is not None and entrypoint.shell
    arrays = [
        ("ENTRYPOINT", config.entrypoint, _broken_array(entrypoint)),
        # A shell-form ENTRYPOINT makes nothing of CMD, however it is written.
        ("CMD", config.command, None if in_shell else _broken_array(command)),
    ]
    return [(keyword, setting, text) for keyword, setting, text in arrays if text is not None]


def _of_client(config: RuntimeConfig, client: NamedClient) -> Iterator[Problem]:
    entrypoint, command = config.entrypoint.value, config.command.value
    if entrypoint is None:
        return
    if _script(entrypoint) is not None:
        passed = _ARGUMENTS.fullmatch(client.rest) and not _GIVES_ARGUMENTS.search(_script(entrypoint) or "")
        if not client.rest or passed:
            yield _lost(config.entrypoint, entrypoint, client)
    elif command is not None and command.shell and not client.rest:
        yield _wrapped(config.command, command, client)


def _broken_array(command: Argv | None) -> str | None:
    text = (shell_text(command) or "").strip() if command is not None else ""
    return text if text.startswith("[") and not _SHELL_TEST.match(text) else None


def _array(words: list[str]) -> str:
    import json  # only here, where something is found

    return printable(json.dumps(words, ensure_ascii=False))


def _mended(text: str) -> str:
    import json

    for attempt in (text.replace("'", '"'), re.sub(r'"\s+"', '", "', text), f"{text}]"):
        try:
            words = json.loads(attempt)
        except (ValueError, RecursionError):
            continue
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return _array(words)
    return "as a JSON array of strings in double quotes, with commas between them"


def _wrapped(setting: Setting[Argv], command: Argv, client: NamedClient) -> Problem:
    text = shell_text(command) or ""
    if client.name == ENTRYPOINT:
        words = printable(", ".join(command.args))
        message = (
            f"CMD in shell form gives {ENTRYPOINT} {len(command.args)} arguments ({words}),"
            " and it takes the handler only"
        )
    else:
        message = f"CMD in shell form makes {client.name} look for a handler called {printable(command.args[0])}"
    fix = f"write CMD {_exec_form(text)}"
    if client.name == ENTRYPOINT and (len(text.split()) > 1 or text.startswith("./")):
        fix = (
            'write CMD ["module.handler"]; if this starts a web server behind the Lambda Web Adapter,'
            f" write ENTRYPOINT [] and CMD {_exec_form(text)}"
        )
    return Problem(message, setting.location, fix, _severity(client))


def _lost(setting: Setting[Argv], entrypoint: Argv, client: NamedClient) -> Problem:
    text = _script(entrypoint) or ""
    start = _ARGUMENTS.sub("", text).strip()
    return Problem(
        f"{_form(entrypoint)} keeps CMD from {client.name}, which starts without a handler",
        setting.location,
        f"write ENTRYPOINT {_exec_form(start.removeprefix('exec '))}",
        _severity(client),
    )


def _script(command: Argv) -> str | None:
    """What a shell is told to run, in shell form or as `["sh", "-c", TEXT]`: words that follow are its `$0` and on."""
    if command.shell:
        return shell_text(command)
    return command.args[2] if len(command.args) == 3 and _SHELL.fullmatch(" ".join(command.args[:2])) else None


def _form(command: Argv) -> str:
    return "ENTRYPOINT in shell form" if command.shell else f"the shell in ENTRYPOINT ({printable(command.args[0])} -c)"


def _empty(config: RuntimeConfig) -> Iterator[Problem]:
    """`CMD` with nothing behind it is no empty array, but a shell that is given nothing."""
    setting = executed(config)
    if setting is not None and setting.value is not None and shell_text(setting.value) == "":
        keyword = "ENTRYPOINT" if setting is config.entrypoint else "CMD"
        message = f"{keyword} has nothing behind it, so a shell is started that has nothing to run"
        yield Problem(message, setting.location, f"write the command behind {keyword}, as a JSON array")


def _dropped(config: RuntimeConfig) -> Iterator[Problem]:
    """`["sh", "-c", "serve", "--port", "80"]`: a shell runs one word, and the others are the arguments of that text."""
    for keyword, setting in (("ENTRYPOINT", config.entrypoint), ("CMD", config.command)):
        words = setting.value.args if setting.value is not None and not setting.value.shell else ()
        if len(words) > 4 and _SHELL.fullmatch(" ".join(words[:2])) and _ALONE.fullmatch(words[2]):
            joined = _array([*words[:2], " ".join(words[2:])])
            yield Problem(
                f"{printable(' '.join(words[:2]))} runs {printable(words[2])} alone: the words behind it get lost",
                setting.location,
                f"write {keyword} {joined}",
                Severity.WARNING,
            )


def _severity(client: NamedClient) -> Severity | None:
    return None if client.reads_arguments else Severity.WARNING


def _exec_form(text: str) -> str:
    if _PLAIN.fullmatch(text):
        import json
        import shlex

        return printable(json.dumps(shlex.split(text)))
    return "as a JSON array of strings in double quotes"


RULE = Rule(
    name="shell-form-command",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_runtime=check,
    check_dockerfile=where_it_runs(check_entry_script),
    check_image=where_it_runs(check_entry_script),
    tags=("handler", "start"),
)
