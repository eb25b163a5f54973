"""Whether a Dockerfile is meant to become a function image.

Of the public Dockerfiles that name Lambda nearly a quarter build something else: an archive, a layer, or a base image.
Rules about handlers and runtime clients would misfire on all of those.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambda_lint import Cmd, Copy, Dockerfile, Entrypoint, ExecForm, Run, Stage, regex
from lambda_lint_rules._facts.registries import split
from lambda_lint_rules._start.dockerfile import server
from lambda_lint_rules._start.web_adapter import adapter

# `lambda x: ...` is Python, and the other names belong to companies and libraries.
_NO_SIGN = regex(
    r"\blambda +\w{1,4}(?: *, *\w{1,4})* *:|lambda[-_]?(?:test|labs?|stack|island|calculus)\b", re.IGNORECASE
)
_SIGN = regex(
    r"lambda|lambci|/var/task\b|/var/runtime\b|/opt/extensions/|\bbref/|\bAWS_LWA_|\bsam/(?:build|emulation)-|\baws-sam-cli",
    re.IGNORECASE,
)
# One of these is in each, in small letters.
_SIGN_WORDS = (
    "lambda",
    "lambci",
    "/var/task",
    "/var/runtime",
    "/opt/extensions/",
    "bref/",
    "aws_lwa_",
    "sam/",
    "sam-cli",
)
# In a start script beside the Dockerfile, where nobody would write it for anything else.
_CLIENT = regex(rb"awslambdaric|aws[-_]lambda[-_]ric|AWS_LAMBDA_RUNTIME_API")
_SCRIPT = 64 << 10
_COMMENT = regex(r"^[ \t]*#.*", re.MULTILINE)
# In capitals only, for "from" and "run" begin sentences, too.
_COMMENTED_OUT = regex(r"^[ \t]*#[# \t]*(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|FROM|RUN|WORKDIR)[ \t].*", re.MULTILINE)

_BUILD_IMAGE = regex(r"(?:^|/)(?:sam/(?:build|emulation)-|aws-sam-cli-(?:build|emulation)-image-)|^lambci/lambda$")

_SHELLS = frozenset({"bash", "sh", "ash", "zsh"})
# What a function never starts with: tools that build, test, deploy, or carry a build's result out.
_TOOLS = {
    *("aws", "cdk", "sam", "serverless", "sls", "terraform"),
    *("make", "native-image", "pytest", "tox"),
    *("cat", "cp", "echo", "false", "ls", "mv", "rsync", "sleep", "tail", "tar", "true", "zip"),
}

_INTERPRETER = regex(r"python[\d.]*|node|ruby|irb|php|go|java|dotnet|esbuild", re.IGNORECASE)
_HANDLER = regex(r"(?!.*\.(?:sh|bash|py|js|mjs|jar|rb|txt)$)[\w/.-]+\.[\w-]+|[\w.]+::\w[\w.:]*")

# Official images, whose own command is a shell or an interpreter.
_OFFICIAL = regex(r"(?:(?:docker\.io/)?(?:library/)?|public\.ecr\.aws/(?:docker/library|amazonlinux)/)[\w.-]+")

# And those whose own command is a web server.
_SERVES = regex(r"(?:^|/)(?:caddy|httpd|nginx|tomcat)(?::|@|$)|(?:^|/)php:\S*apache")

_NOT_FOR_CODE = ("/bin/", "/etc/", "/lib/", "/lib64/", "/opt/", "/root/", "/sbin/", "/usr/")

_NEXT_COMMAND = regex(r"&&|\|\||[;|\n]")

# Files that a base image needs too, so that copying them says nothing about code.
_NO_CODE = regex(
    r"(?:requirements[\w.-]*\.(?:txt|in)|constraints[\w.-]*\.txt|package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml"
    r"|pyproject\.toml|poetry\.lock|uv\.lock|pipfile(?:\.lock)?|gemfile(?:\.lock)?|composer\.(?:json|lock)"
    r"|pom\.xml|go\.(?:mod|sum)|[\w.-]*\.(?:repo|rpm|pem|crt|whl|conf|cfg)|aws-lambda-rie[\w-]*)",
    re.IGNORECASE,
)


def not_for_us(dockerfile: Dockerfile) -> str | None:
    """The reason, short and in words, why this is no function image; None when it is or may be one."""
    final = dockerfile.final
    start = () if final is None else _start_words(final)
    reason = _no_sign(dockerfile, start)
    if reason or final is None:
        return reason
    base = final.lineage[0].base
    return _no_function(start) or _no_deployment_base(base, start) or _no_code(final, base, start)


def place(dockerfile: Dockerfile) -> list[str]:
    """The name of the file, after that of its folder if it says one.

    No folder further up: a whole repository that is called lambda-something holds other images, too.
    """
    return [name for name in dockerfile.path.split("/") if name not in ("", ".")][-2:]


def _no_sign(dockerfile: Dockerfile, start: tuple[str, ...]) -> str | None:
    text = _NO_SIGN.sub("", _with_words("/".join(place(dockerfile)) + "\n" + dockerfile.source))
    if _SIGN.search(_COMMENT.sub("", text)) or (start and _name(start[0]) == "bootstrap"):
        return None
    if _starts_client(dockerfile, start):
        return None
    if not _SIGN.search(text):
        return "no sign of AWS Lambda"
    if any(map(_SIGN.search, _COMMENTED_OUT.findall(text))):
        return "AWS Lambda is only in what is commented out"
    web_server = server(start)
    return f"it starts {web_server}, and only comments name AWS Lambda" if web_server else None


def _with_words(text: str) -> str:
    """The lines that may hold a sign: few of all, for which the expressions are slow."""
    lower = text.lower()
    words = [word for word in _SIGN_WORDS if word in lower]
    return "\n".join(line for line in text.split("\n") if any(word in line.lower() for word in words)) if words else ""


def _starts_client(dockerfile: Dockerfile, start: tuple[str, ...]) -> bool:
    """Whether the program to start is a script beside the Dockerfile that starts a runtime client."""
    paths = {path for word in start[:2] for path in (word.removeprefix("./").lstrip("/"), _name(word))}
    return any(
        _CLIENT.search(folder.tree.read(path, _SCRIPT)) is not None
        for folder in dockerfile.folders()[:1]
        for path in paths
        if path and ".." not in path
    )


def _start_words(stage: Stage) -> tuple[str, ...]:
    """ENTRYPOINT and CMD that take effect, as far as this Dockerfile sets them, taken out of their shell."""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    for member in stage.lineage:
        commanded = False
        for instruction in member.instructions:
            if isinstance(instruction, Cmd):
                command, commanded = _words(instruction), True
            elif isinstance(instruction, Entrypoint):
                entrypoint, command = _words(instruction), command if commanded else ()
    return entrypoint + command


def _words(instruction: Cmd | Entrypoint) -> tuple[str, ...]:
    command = instruction.command
    words = command.args if isinstance(command, ExecForm) else tuple(command.text.split())
    if len(words) > 2 and _name(words[0]) in _SHELLS and words[1] == "-c":
        words = tuple(words[2].split())
    return words[1:] if words[:1] == ("exec",) else words


def _no_function(start: tuple[str, ...]) -> str | None:
    if not start:
        return None
    if any(word.lower().endswith(".zip") for word in start):
        return "it builds a .zip archive"
    name = _name(start[0])
    if name in _TOOLS:
        return f"it starts `{name}`, which is no function"
    if name in _SHELLS and all(word.startswith("-") or _name(word) in _SHELLS for word in start[1:]):
        return "it starts an interactive shell"
    if len(start) == 1 and _INTERPRETER.fullmatch(name):
        return f"it starts `{name}` with nothing to run"
    return None


def _no_deployment_base(base: str, start: tuple[str, ...]) -> str | None:
    if base == "scratch" and not start:
        return "its final stage only holds files, with nothing to start"
    if _BUILD_IMAGE.search(split(base).path) and not any(map(_HANDLER.fullmatch, start)):
        return "it is made from a SAM build image and names no handler"
    return None


def _no_code(final: Stage, base: str, start: tuple[str, ...]) -> str | None:
    if start or (_SERVES.search(base) and adapter(final.lineage) is not None):
        return None
    if _zips(final):
        return "it builds a .zip archive"
    if not _copies_code(final):
        return "it looks like a base image: nothing to start and no code copied"
    if _OFFICIAL.fullmatch(split(base).name):
        return "it looks like a base image: neither ENTRYPOINT nor CMD"
    return None


def _zips(stage: Stage) -> bool:
    return any(
        isinstance(instruction, Run) and any(map(_is_zip, _NEXT_COMMAND.split(instruction.value)))
        for member in stage.lineage
        for instruction in member.instructions
    )


def _is_zip(command: str) -> bool:
    words = command.split()
    return words[:1] == ["zip"] and any(word.strip("\"'").endswith(".zip") for word in words)


def _copies_code(stage: Stage) -> bool:
    return any(not (_NO_CODE.fullmatch(_name(source)) or _is_url(source)) for source in _copied(stage))


def _copied(stage: Stage) -> Iterator[str]:
    for member in stage.lineage:
        for instruction in member.instructions:
            if not isinstance(instruction, Copy):
                continue
            if not instruction.destination.text.startswith(_NOT_FOR_CODE):
                yield from (source.text for source in instruction.sources)
                yield from (heredoc.name for heredoc in instruction.heredocs)


def _is_url(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _name(path: str) -> str:
    return posixpath.basename(path.rstrip("/")) or path
