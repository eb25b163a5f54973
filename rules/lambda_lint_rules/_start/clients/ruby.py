"""Ruby: `aws_lambda_ric`, of the versions that read their argument and of those that read `_HANDLER`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambda_lint import printable, regex, replace
from lambda_lint_rules._start import markers, required
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import Files, join
from lambda_lint_rules._start.model import UNKNOWN, Client, End, Evidence, Handler, Need, Role, Step, Trouble, Verdict

NAME = "aws_lambda_ric"

_VALUED = frozenset(["-I", "-r", "-E", "-C", "-W", "--encoding"])
# Words by which a script loads other code or starts other programs.
_LEADS_ON = regex(
    r"\b(?:require|require_relative|load|autoload|eval|exec|system|spawn|popen|Gem|Bundler)\b|`|%x|AWS_LAMBDA"
)
_GEM = regex(rf"{NAME}-(\d[\w.]*)")


def classify(call: Call) -> Step:
    """Read the options of a `ruby` command and follow what it runs."""
    hop = call.hop(Role.INTERPRETER, call.executable.path, call.executable.path)
    rest, code = _options(call.args)
    if code:
        step = _inline(call, code)
    elif not rest:
        step = call.absent(f"{call.executable.path} with nothing to run")
    else:
        step = _script(call, rest)
    return replace(step, hops=(hop, *step.hops))


def _options(args: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The script with its arguments, and the code of `-e`."""
    at, code = 0, ""
    while at < len(args) and args[at].startswith("-"):
        if args[at] == "-e" and at + 1 < len(args):
            code += args[at + 1]
            at += 1
        elif args[at] == "-S":
            at += 1
            break
        elif args[at] in _VALUED:
            at += 1
        at += 1
    return args[at:], code


def _inline(call: Call, code: str) -> Step:
    if NAME in code or markers.speaks(code):
        client = Client(NAME, "ruby", evidence=Evidence.PROBABLE)
        return Step(end=End(Verdict.LIKELY, "ruby -e", client))
    return call.unknown("code on the command line")


def _script(call: Call, rest: tuple[str, ...]) -> Step:
    if UNKNOWN in rest[0]:
        return call.unknown("a script that is named at run time")
    path = join(call.process.cwd, rest[0])
    if call.files.get(path) is None and not {"-S", "-C"} & set(call.args):
        return call.no_script(rest[0])
    text = call.files.text(path)
    if text is None:
        return call.unknown("a script that could not be read", path)
    hop = call.hop(Role.SCRIPT, path, path)
    plain = not set(call.process.env) & {"RUBYLIB", "RUBYOPT"} and len(rest) == len(call.args) and "/gems/" not in path
    lost: tuple[Trouble, ...] = ()
    needs: tuple[Need, ...] = (Need(path, "read", "the start script"),)
    if plain and path.endswith(".rb"):
        needs = (*needs, *required.closed(call.files, path, "ruby"))
        lost = tuple(required.missing(call.files, path, call.location, "ruby"))
        lost = lost or tuple(required.misplaced(call.files, path, call.location, "ruby"))
    if lost:
        return Step((hop,), end=End(Verdict.STUCK, path), troubles=lost, needs=needs)
    if posixpath.basename(path) == NAME or f'"{NAME}"' in text or f"'{NAME}'" in text:
        step = _client(call, path, rest[1:])
    elif NAME in text or any(markers.speaks(each) for each in required.texts(call.files, path, "ruby")):
        client = Client(NAME if NAME in text else "custom runtime", "ruby", path, evidence=Evidence.PROBABLE)
        step = Step(end=End(Verdict.LIKELY, path, client))
    elif _LEADS_ON.search(text):
        step = _perhaps(call, path)
    else:
        step = call.own_code(path, (text,))
    return replace(step, hops=(hop, *step.hops), needs=needs)


def _perhaps(call: Call, path: str) -> Step:
    if any(markers.speaks(each) for each in required.nearby(call.files, path, "ruby")):
        client = Client("custom runtime", "ruby", path, evidence=Evidence.POSSIBLE)
        return Step(end=End(Verdict.LIKELY, path, client))
    return call.unknown("not all of the code that it loads could be read", path)


def _client(call: Call, path: str, args: tuple[str, ...]) -> Step:
    folders = dict(_installed(call.files, path))
    versions = sorted(set(folders.values()))
    version = versions[-1] if versions else ""
    client = Client(NAME, "ruby", path, printable(version, 40))
    major = version.partition(".")[0]
    hop = call.hop(Role.CLIENT, str(client), path)
    handler = call.process.env.get("_HANDLER", "") if major >= "3" else args[0] if args else ""
    known = bool(major) and len(versions) == 1 and "RUBYLIB" not in call.process.env
    verdict = Verdict.STARTED if versions else Verdict.LIKELY
    end = End(verdict, str(client), client, Handler(handler, "ruby", (call.process.cwd,), known))
    has = _rubies(call.files)
    wants = {match[1] for folder in folders if (match := _FOR_RUBY.search(folder)) is not None}
    if (
        has
        and wants
        and has.isdisjoint(wants)
        and len(wants) == len(folders)
        and not _ELSEWHERE & set(call.process.env)
    ):
        message = f"{client} is installed for Ruby {min(wants)}, and the image has Ruby {min(has)}"
        fix = "install the gem in the image, or in a stage from the same image of Ruby"
        trouble = Trouble("client-cannot-load", message, call.location, fix)
        return Step((hop,), end=replace(end, verdict=Verdict.BROKEN), troubles=(trouble,))
    return Step((hop,), end=end)


# Folders of gems are called after the version of Ruby that their native parts are built for.
_FOR_RUBY = regex(r"/(\d+\.\d+)\.0/gems$")
_ELSEWHERE = frozenset({"GEM_PATH", "GEM_HOME", "RUBYLIB", "RUBYOPT"})


def _rubies(files: Files) -> set[str]:
    """The versions of Ruby whose own library is in the image."""
    roots = ("/usr/lib/ruby", "/usr/local/lib/ruby", "/var/lang/lib/ruby")
    found = (f"{root}/{name}" for root in roots for name in files.names(root))
    return {
        posixpath.basename(path).removesuffix(".0")
        for path in found
        if path.endswith(".0") and files.is_file(f"{path}/set.rb")
    }


def _installed(files: Files, path: str) -> Iterator[tuple[str, str]]:
    """Versions of the gem around its start script: above it, and in the folders of gems that belong to its `bin`."""
    match = _GEM.search(path)
    if match is not None:
        yield path[: match.start()].rstrip("/"), match[1]
    prefix = posixpath.dirname(posixpath.dirname(path))
    folders = [f"{prefix}/gems", "/usr/local/bundle/gems", "/usr/local/share/gems/gems", "/var/lang/lib/ruby/gems"]
    for root in (f"{prefix}/lib/ruby/gems", "/var/lib/gems", f"{prefix}/vendor/bundle/ruby", "/usr/lib/ruby/gems"):
        folders.extend(f"{root}/{name}/gems" for name in files.names(root))
    for folder in folders:
        yield from ((folder, found[1]) for name in files.names(folder) if (found := _GEM.fullmatch(name)) is not None)
