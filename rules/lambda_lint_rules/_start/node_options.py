"""Options of a `node` command, and those in NODE_OPTIONS."""

from __future__ import annotations

import re

from lambda_lint import Value, regex
from lambda_lint_rules._facts.node_options import REFUSED, REFUSED_UP_TO

_VALUED_NAMES = """
-r --require --import --loader --experimental-loader -C --conditions --env-file --env-file-if-exists --title
--icu-data-dir --openssl-config --input-type --max-http-header-size --stack-trace-limit --unhandled-rejections
"""
_VALUED = frozenset(_VALUED_NAMES.split())
_CODE = frozenset(["-e", "--eval", "-p", "--print", "-pe"])
# Those that leave alone how modules are found and what they may hold.
_HARMLESS = regex(
    r"--(?:enable-source-maps|(?:max|min|heap|stack|trace|report|tls|dns|inspect|use|env-file|unhandled|force)[-_].*|inspect"
    r"|(?:no-)?(?:warnings|deprecation)|throw-deprecation|pending-deprecation|expose[-_]gc|title.*|optimize[-_].*|gc[-_].*"
    r"|disable-warning.*|abort-on-uncaught-exception|network-family.*|zero-fill-buffers|jitless)"
)


class Options(Value):
    """The options, and the words behind them. `code` tells that those are code and no file's name.

    `preloads` are the modules that are loaded first, each with whether by `import`. `plain` tells that no option
    changes how modules are found or what they may hold. `names` are those of all options, as they are written.
    """

    rest: tuple[str, ...] = ()
    code: bool = False
    preloads: tuple[tuple[str, bool], ...] = ()
    settings: tuple[str, ...] = ()
    plain: bool = True
    names: tuple[str, ...] = ()


def parse(words: tuple[str, ...]) -> Options:
    """Read the words of a command behind `node`, up to the script."""
    preloads: list[tuple[str, bool]] = []
    settings: list[str] = []
    names: list[str] = []
    plain, at = True, 0
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        option, equals, value = words[at].partition("=")
        names.append(option)
        if option in _CODE:
            return Options(words[at:], True, tuple(preloads), tuple(settings), plain, tuple(names))
        at += 1
        if option == "--":
            break
        if not equals and option in _VALUED:
            value = words[at] if at < len(words) else ""
            at += 1
        if option in {"-r", "--require", "--import"} and value:
            preloads.append((value, option == "--import"))
        if option == "--env-file" and value:
            settings.append(value)
        plain = plain and _HARMLESS.fullmatch(option) is not None
    return Options(words[at:], False, tuple(preloads), tuple(settings), plain, tuple(names))


def of_environment(text: str) -> Options:
    """What NODE_OPTIONS says. Its quotes are not followed: with them nothing is known of what it names."""
    return Options(plain=False) if re.search(r"[\"'\\\0]", text) else parse(tuple(text.split()))


def refused(options: Options, version: str) -> str:
    """The first option that Node.js does not allow in NODE_OPTIONS, "" when there is none, or nobody can tell."""
    major = version.partition(".")[0]
    if major and int(major) > REFUSED_UP_TO:
        return ""
    return next((name for name in options.names if _usual(name) in REFUSED), "")


def _usual(name: str) -> str:
    """Node.js reads underscores as hyphens."""
    return name.replace("_", "-")
