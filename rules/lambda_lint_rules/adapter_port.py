"""The web server behind the adapter is to listen on a port that it cannot have.

With the Lambda Web Adapter the function is a web server. Lambda runs it as a user without privileges, who may not
listen on a port below 1024; in a container on your own machine that works, since Docker allows it.

```text
nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)
```

Port 9001 belongs to the Runtime API, by which a function gets its work from Lambda, so the server or the adapter fails
there: a warning. Port 3000 belongs to the CloudWatch Lambda Insights extension, and is free while you do not use that:
a note.

The images of nginx and Apache let their server listen on port 80, keep its pid file in `/run`, and nginx's temporary
files in `/var/cache/nginx`, where nobody may write on Lambda. Such a server needs settings of its own.

The adapter waits until the server answers on the port that `AWS_LWA_PORT` names, or else `PORT`, or else on 8080. A
server that is told to listen on another one is a warning, since the function may set these variables itself. Where it
does not, the adapter waits until Lambda ends the start (`Status: timeout` in the log).

## Bad

```dockerfile
FROM nginx:1.29
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
ENV AWS_LWA_PORT=80
COPY site/ /usr/share/nginx/html/
```

## Good

```dockerfile
FROM nginx:1.29
COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.0.0 /lambda-adapter /opt/extensions/lambda-adapter
ENV AWS_LWA_PORT=8080
COPY nginx.conf /etc/nginx/nginx.conf
COPY site/ /usr/share/nginx/html/
```

## How to fix

Let the server listen on 8080, which is what the adapter expects, or on another port above 1023 that `AWS_LWA_PORT`
names. For nginx, `nginxinc/nginx-unprivileged` is an image that does, and that writes below `/tmp` only.

## References

- [Lambda Web Adapter](https://github.com/aws/aws-lambda-web-adapter)
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambda_lint import (
    Argv,
    Deployment,
    Dockerfile,
    Image,
    Location,
    Problem,
    Rule,
    RuntimeConfig,
    Severity,
    SourceLocation,
    Stage,
    building,
    printable,
    regex,
)
from lambda_lint_rules._adapter import config_of_dockerfile, config_of_image
from lambda_lint_rules._clients import shell_text
from lambda_lint_rules._facts.adapter import DEFAULT_PORT, READINESS_PORTS
from lambda_lint_rules._facts.base_images import base_config
from lambda_lint_rules._facts.registries import is_official, split
from lambda_lint_rules._start.expansion import within

_FIRST_UNPRIVILEGED = 1024
_TAKEN = {
    9001: ("the Runtime API", Severity.WARNING),
    3000: ("the CloudWatch Lambda Insights extension", Severity.NOTE),
}
_URLS = ("ASPNETCORE_HTTP_PORTS", "ASPNETCORE_URLS")
_PORT_OF_URL = regex(r"(?:^|:)(\d{1,5})(?=/|;|$)")
_OPTION = regex(r"(?:^|\s)(?:--port|-p|--bind|-b|--listen)(?:=|\s+)(?:[\w.\[\]:*+-]*:)?(\d{1,5})(?=\s|$)")

# It may listen where the adapter waits, and hand on to a server on another port.
_PROXY = regex(r"\b(?:nginx|openresty|caddy|haproxy|traefik|envoy|httpd|apache2?|supervisord?)\b")
_PROXY_WORDS = ("nginx", "openresty", "caddy", "haproxy", "traefik", "envoy", "httpd", "apache", "supervisor")
_PROXIES = ("/usr/sbin/nginx", "/usr/bin/caddy", "/usr/sbin/haproxy", "/usr/bin/supervisord")
# What a command that changes the settings of a server has in it.
_MAY_SET_UP = regex(r"nginx|apache|httpd|a2en|a2dis|conf|/etc|\bsed\b")
# The variables by which the images' own scripts take settings from elsewhere begin so.
_OF_ITS_SCRIPTS = ("NGINX_", "APACHE_", "HTTPD_")
_STARTS_IT = regex(r"entrypoint|foreground")
_PROGRAMS = frozenset({"/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin", "/usr/local", "/usr"})
_MANY = regex(r"(?:.*/)?(?:s?bin|local|usr)?|.*[*?\[].*")
# What the images start without a CMD.
_OWN_COMMAND = regex(r"(?:exec )?(?:nginx -g (['\"]?)daemon off;\1|apache2-foreground|httpd-foreground)")
_OWN_NGINX = (
    "copy an nginx.conf that listens on 8080 and keeps pid and temporary files below /tmp, or build on "
    "nginxinc/nginx-unprivileged"
)
_OWN_APACHE = "let it listen on 8080, and keep its pid file below /tmp"
_GOES_ON = regex(r"&|;|\|")
_IN_BACKGROUND = regex(r"(?<!&)&(?!&)")


def check_dockerfile(dockerfile: Dockerfile, deployment: Deployment) -> Iterator[Problem]:
    config = config_of_dockerfile(dockerfile, deployment)
    if config is not None and dockerfile.final is not None:
        official = is_official(dockerfile.final.lineage[0].base)  # none of them sets a variable of the adapter's
        yield from _problems(config, (config.env_complete or official) and not _names_proxy(dockerfile.final))
        if not any(0 < port < _FIRST_UNPRIVILEGED for _, port, _ in _ports(config)):
            yield from _as_it_comes(dockerfile, config, deployment)


def check_image(image: Image, deployment: Deployment) -> Iterator[Problem]:
    config = config_of_image(image, deployment)
    if config is not None:
        yield from _problems(config, complete=not any(map(image.filesystem.get, _PROXIES)))


def _problems(config: RuntimeConfig, complete: bool) -> Iterator[Problem]:
    if complete:
        yield from _apart(config)
    for name, port, location in _ports(config):
        if 0 < port < _FIRST_UNPRIVILEGED:
            message = f"{name} asks for port {port}, and on Lambda nobody may listen below {_FIRST_UNPRIVILEGED}"
            yield Problem(message, location, "let the server listen on 8080")
        elif port in _TAKEN:
            owner, severity = _TAKEN[port]
            yield Problem(f"{name} asks for port {port}, which belongs to {owner}", location, "use 8080", severity)


def _names_proxy(final: Stage) -> bool:
    texts = (each.value for stage in final.lineage for each in stage.instructions)
    text = "\n".join((final.lineage[0].base, *texts))
    return any(word in text for word in _PROXY_WORDS) and _PROXY.search(text) is not None


def _as_it_comes(dockerfile: Dockerfile, config: RuntimeConfig, deployment: Deployment) -> Iterator[Problem]:
    """A server that its official image starts, with the settings of that image."""
    stage = building.stages(dockerfile, deployment)[-1]
    first = stage.lineage[0]
    found = _server(first.base)
    command = config.command.value
    own = command is None or _OWN_COMMAND.fullmatch(_text(command)) is not None
    if found is None or config.entrypoint.value is not None or not own:
        return
    server, settings, fix = found
    if any(name.startswith(_OF_ITS_SCRIPTS) for name in config.env):
        return
    if not any(_sets_up(step, settings) for step in building.steps(dockerfile, stage, base_config, deployment)):
        message = f"{server} listens on port 80 here, and on Lambda nobody may listen below {_FIRST_UNPRIVILEGED}"
        yield Problem(message, SourceLocation(dockerfile.path, first.start.image.region), fix)


def _server(base: str) -> tuple[str, str, str] | None:
    """The server that an official image starts, the folder of its settings, and what helps."""
    parts = split(base)
    name = posixpath.basename(parts.path) if is_official(base) else ""
    if name == "nginx":
        return "nginx", "/etc/nginx", _OWN_NGINX
    if name == "httpd":
        return "Apache", "/usr/local/apache2/conf", _OWN_APACHE
    return ("Apache", "/etc/apache2", _OWN_APACHE) if name == "php" and "apache" in parts.tag.split("-") else None


def _sets_up(step: building.Step, settings: str) -> bool:
    """Whether a step may change the settings of the server, or what starts it."""
    if isinstance(step, building.Copied):
        to, text = step.path, step.instruction.value
        if to is None or _STARTS_IT.search(text) or within(to, settings) or within(settings, to):
            return True
        return to in _PROGRAMS and any(source is None or _MANY.fullmatch(source) for source in step.sources)
    if _MAY_SET_UP.search(step.instruction.text):
        return True
    from lambda_lint_rules._start import effects, tree  # for few Dockerfiles only

    changed = tree.Tree(complete=False)
    effects.ran(changed, step)
    return any(within(path, settings) or within(settings, path) for path in changed.unknown)


def _apart(config: RuntimeConfig) -> Iterator[Problem]:
    """A server that certainly listens on one port, and an adapter that certainly waits for another."""
    name = _named(config)
    awaited = _number(config.env[name].value) if name else DEFAULT_PORT.value
    options = list(_options(config))
    if not awaited or len(options) != 1 or not _alone(config) or not READINESS_PORTS.isdisjoint(config.env):
        return
    what, port, location = options[0]
    if port != awaited and port >= _FIRST_UNPRIVILEGED:
        message = f"{what} lets the server listen on {port}, and the Web Adapter waits for {awaited}"
        fix = f"set {name or 'AWS_LWA_PORT'} to {port}, or let the server listen on {awaited}"
        yield Problem(message, location, fix, Severity.WARNING)


def _alone(config: RuntimeConfig) -> bool:
    """Whether the one server that an option tells its port is all that goes on running."""
    text = " ".join(_text(each.value) for each in (config.entrypoint, config.command) if each.value is not None)
    first, *more = _OPTION.finditer(text)
    return not more and not _IN_BACKGROUND.search(text) and not _GOES_ON.search(text, first.end())


def _ports(config: RuntimeConfig) -> Iterator[tuple[str, int, Location]]:
    """Each port that the server is told to use: by whom, which, and where that is written."""
    name = _named(config)
    port = _number(config.env[name].value) if name else None
    if port is not None:
        yield name, port, config.env[name].location
    for name in _URLS:
        setting = config.env.get(name)
        match = _PORT_OF_URL.search(setting.value or "") if setting is not None else None
        if setting is not None and match is not None:
            yield name, int(match[1]), setting.location
    yield from _options(config)


def _named(config: RuntimeConfig) -> str:
    """The variable that tells the adapter the port, "" for none. It takes the first of the two that is set."""
    return next((name for name in ("AWS_LWA_PORT", "PORT") if name in config.env), "")


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and value.isascii() and value.isdecimal() else None


def _options(config: RuntimeConfig) -> Iterator[tuple[str, int, Location]]:
    for keyword, command in (("ENTRYPOINT", config.entrypoint), ("CMD", config.command)):
        text = _text(command.value) if command.value is not None else ""
        match = _OPTION.search(text) if "-" in text else None
        if match is not None:
            yield f"{keyword} ({printable(match[0].strip())})", int(match[1]), command.location


def _text(command: Argv) -> str:
    return shell_text(command) or " ".join(command.args)


RULE = Rule(
    name="adapter-port",
    severity=Severity.ERROR,
    since="0.1.0",
    docs=__doc__,
    check_dockerfile=check_dockerfile,
    check_image=check_image,
    tags=("web-adapter",),
)
