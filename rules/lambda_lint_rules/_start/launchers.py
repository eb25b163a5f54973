"""Programs that only start another one: init processes, `env`, package runners, instrumentation."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from itertools import pairwise, takewhile

from lambda_lint import Severity, Value, printable, regex, replace
from lambda_lint_rules._start import node_files
from lambda_lint_rules._start.clients import node
from lambda_lint_rules._start.clients.binary import emulator
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.executables import DEFAULT_PATH, find
from lambda_lint_rules._start.files import join
from lambda_lint_rules._start.model import UNKNOWN, End, Role, Step, Trouble, Verdict


class _Options(Value):
    """How to read past a launcher's own words: options with a value, then this many words, then the command."""

    valued: frozenset[str] = frozenset()
    skipped: int = 0
    leading: tuple[str, ...] = ()


def _spec(valued: str = "", skipped: int = 0, leading: str = "") -> _Options:
    return _Options(frozenset(valued.split()), skipped, tuple(leading.split()))


# What each one takes, from its manual.
_PLAIN: Mapping[str, _Options] = {
    "tini": _spec("-p -e"),
    "tini-static": _spec("-p -e"),
    "docker-init": _spec("-p -e"),
    "dumb-init": _spec("-r --rewrite"),
    "catatonit": _spec(),
    "nice": _spec("-n --adjustment"),
    "ionice": _spec("-c -n --class --classdata"),
    "nohup": _spec(),
    "setsid": _spec(),
    "stdbuf": _spec("-i -o -e"),
    "time": _spec("-o -f"),
    "timeout": _spec("-s -k --signal --kill-after", skipped=1),
    "ddtrace-run": _spec(),
    "opentelemetry-instrument": _spec("--traces_exporter --metrics_exporter --logs_exporter --service_name"),
    "newrelic-admin": _spec(leading="run-program"),
    "datadog-init": _spec(),
    "serverless-init": _spec(),
    "xvfb-run": _spec("-n -s -e -f -p -w --server-args --server-num"),
    "doppler": _spec("-p -c --project --config", leading="run"),
    "chamber": _spec(leading="exec"),
}

_USER_SWITCHERS = {
    "gosu": _spec(skipped=1),
    "su-exec": _spec(skipped=1),
    "sudo": _spec("-u -g --user --group"),
    "runuser": _spec("-u --user -g --group -G --supp-group"),
    "setuidgid": _spec(skipped=1),
    "s6-setuidgid": _spec(skipped=1),
}
# What they start is named in their settings, which are not followed here.
_MANAGERS = regex(
    r"supervisord|circusd|honcho|foreman|pm2(?:-runtime)?|runsvdir|runit(?:-init)?|s6-svscan|systemd|monit|overmind|"
    r"hivemind|goreman|process-compose"
)
_LOADER = regex(r"ld-linux[\w-]*\.so\.\d+|ld-musl-\w+\.so\.1|ld-\d[\d.]*\.so")
_ASSIGNMENT = regex(r"[A-Za-z_][A-Za-z0-9_]*=")


def peel(call: Call) -> Step | None:
    """What a launcher starts; None when the executable is not a launcher."""
    name = posixpath.basename(call.executable.path)
    special = _SPECIAL.get(name)
    if special is not None:
        return _with_hop(call, special(call))
    if name == "bun":
        return _bun(call)
    if name == "deno":
        return _deno(call)
    if name in {"node", "nodejs"}:
        return _node(call)
    options = _PLAIN.get(name)
    if options is not None:
        return _with_hop(call, _command(call, _rest(call.args, options)))
    if name in _USER_SWITCHERS:
        return _with_hop(call, _switch_user(call, _rest(call.args, _USER_SWITCHERS[name])))
    if _LOADER.fullmatch(name):
        return _with_hop(call, _loaded(call))
    if name == "supervisord":
        from lambda_lint_rules._start import supervisor  # for images that start it

        ended = supervisor.trouble(call)
        if ended is not None:
            return _with_hop(call, call.stuck(ended))
    if _MANAGERS.fullmatch(name):
        return _with_hop(call, call.unknown("a process manager, whose settings were not read"))
    return None


def _loaded(call: Call) -> Step:
    """The dynamic loader as a command: it maps the program itself, which then needs no execute bit."""
    folders = [after for word, after in pairwise(call.args) if word == "--library-path"]
    listed = [*folders, call.process.env.get("LD_LIBRARY_PATH", "")]
    env = {**call.process.env, "LD_LIBRARY_PATH": ":".join(filter(None, listed))}
    step = _command(call, _rest(call.args, _spec("--library-path --preload --audit --argv0")), env)
    loader = call.executable.path
    return replace(step, following=tuple(replace(process, loader=loader) for process in step.following))


def _with_hop(call: Call, step: Step) -> Step:
    hop = call.hop(Role.LAUNCHER, call.executable.path, call.executable.path)
    return replace(step, hops=(hop, *step.hops))


def _rest(args: tuple[str, ...], options: _Options) -> tuple[str, ...]:
    """The words behind a launcher's own. Empty when it has none."""
    for word in options.leading:
        if args[:1] != (word,):
            return ()
        args = args[1:]
    at = 0
    while at < len(args) and args[at].startswith("-"):
        if args[at] == "--":
            at += 1
            break
        at += 2 if args[at] in options.valued else 1
    return args[at + options.skipped :]


def _command(call: Call, argv: tuple[str, ...], env: Mapping[str, str] | None = None, cwd: str = "") -> Step:
    if not argv:
        return Step(end=End(Verdict.ABSENT, f"{call.executable.path} with nothing to start"))
    process = replace(
        call.process, argv=argv, direct=False, env=call.process.env if env is None else env, cwd=cwd or call.process.cwd
    )
    return Step(following=(process,))


def _switch_user(call: Call, argv: tuple[str, ...]) -> Step:
    step = _command(call, argv)
    trouble = Trouble(
        "user-switch",
        f"{printable(call.executable.path)} is to change the user, which the user of Lambda may not do",
        call.location,
        "start the program directly: Lambda has its own user, whatever the image says",
    )
    return replace(step, troubles=(trouble,))


def _setpriv(call: Call) -> Step:
    """Anything may be given up; another user or group only root may become."""
    changes = any(re.match(r"--(?:re|r|e)[ug]id\b", word) for word in call.args)
    argv = _rest(call.args, _SETPRIV)
    return _switch_user(call, argv) if changes else _command(call, argv)


_SETPRIV = _spec(
    "--ambient-caps --inh-caps --bounding-set --ruid --euid --rgid --egid --reuid --regid --groups --securebits "
    "--pdeathsig --selinux-label --apparmor-profile"
)


def _chpst(call: Call) -> Step:
    """runit's: another user or root directory is only one of the things that it sets."""
    argv = _rest(call.args, _CHPST)
    own = call.args[: len(call.args) - len(argv)]
    changes = any(re.match(r"-[vVP012]*[uU/]", word) for word in own)
    return _switch_user(call, argv) if changes else _command(call, argv)


_CHPST = _spec("-u -U -b -e -/ -C -n -l -L -m -d -o -p -f -c -r -t")


def _chroot(call: Call) -> Step:
    """Only root may change the root directory."""
    message = f"{printable(call.executable.path)} is to change the root directory, which the user of Lambda may not do"
    fix = "start the program directly, and copy what it needs into the image's own root"
    return call.stuck(Trouble("user-switch", message, call.location, fix, Severity.ERROR))


def _su(call: Call) -> Step:
    """su asks everybody but root for a password."""
    commands = [after for word, after in pairwise(call.args) if word in {"-c", "--command"}]
    return _switch_user(call, ("/bin/sh", "-c", *commands[:1]) if commands else ("/bin/sh",))


def _env(call: Call) -> Step:
    split = next((word for word in call.args if re.match(r"-\w*S|--split-string", word)), "")
    if call.args[:1] == (split,) and posixpath.basename(call.executable.file.path) == "busybox":
        message = f"{printable(call.executable.path)} is busybox's, which knows no {printable(split[:2])}"
        fix = "name the interpreter itself in the first line: #!/bin/sh -e takes one option"
        return call.stuck(Trouble("bad-script", message, call.location, fix))
    args = list(call.args)
    env = dict(call.process.env)
    cwd = call.process.cwd
    while args:
        word = args[0]
        if word in {"-i", "-", "--ignore-environment"}:
            env.clear()
        elif word in {"-u", "--unset"} and len(args) > 1:
            env.pop(args.pop(1), None)
        elif word in {"-C", "--chdir"} and len(args) > 1:
            cwd = join(cwd, args.pop(1))
        elif word in {"-S", "--split-string"}:
            args[1:2] = args[1].split() if len(args) > 1 else []
        elif word.startswith("-S"):
            args[1:1] = word[2:].split()
        elif _ASSIGNMENT.match(word):
            name, _, value = word.partition("=")
            env[name] = value
        elif not word.startswith("-"):
            break
        args.pop(0)
    return _command(call, tuple(args), env, cwd)


def _npx(call: Call) -> Step:
    """npx and its kin: a program of the project's own packages, else one from the network, which Lambda cannot load."""
    args = _rest(call.args, _spec("-p --package -c --call -w --workspace"))
    return _package_binary(call, args)


def _package_binary(call: Call, args: tuple[str, ...]) -> Step:
    if not args or UNKNOWN in args[0]:
        return call.unknown("a package's program that is named at run time")
    name = re.sub(r"(?<=.)@[^/]*$", "", args[0])
    path = tuple(call.process.env.get("PATH", DEFAULT_PATH).split(":"))
    found = node.bin_of(call.files, call.process.cwd, name.rpartition("/")[2], path)
    if found is not None:
        return _command(call, (found, *args[1:]))
    trouble = Trouble(
        "missing-runtime-client" if name == node.NAME else "entrypoint-not-found",
        f"{posixpath.basename(call.executable.path)} {printable(name)} finds no such program in the image, "
        "and cannot download it on Lambda",
        call.location,
        f"install {printable(name)} in the working directory ({printable(call.process.cwd)}) while building the image",
    )
    return call.stuck(trouble)


def _npm(call: Call) -> Step:
    """npm, yarn, pnpm: `exec`, or a script of package.json, which a shell runs."""
    args = _rest(call.args, _spec("--prefix -C"))
    if args[:1] in {("exec",), ("x",), ("dlx",)}:
        return _package_binary(call, _rest(args[1:], _spec()))
    if args[:1] in {("run",), ("run-script",)}:
        args = _rest(args[1:], _spec())
    script = args[0] if args else ""
    elsewhere = any(word.startswith(("--prefix", "-C", "-w", "--workspace")) for word in call.args)
    folder = call.process.cwd if elsewhere else _project(call)
    scripts = node_files.package(call.files, folder).get("scripts")
    command = scripts.get(script) if isinstance(scripts, dict) else None
    if command is None and script == "start" and call.files.is_file(join(folder, "server.js")):
        command = "node server.js"
    if not isinstance(command, str):
        asked = call.args[:1] in {("run",), ("run-script",), ("start",)} and UNKNOWN not in script
        trouble = _no_npm_script(call, folder, script) if asked and not elsewhere else None
        unknown = call.unknown(f"{posixpath.basename(call.executable.path)} {printable(script)}".rstrip())
        return unknown if trouble is None else call.stuck(trouble)
    return _package_script(call, folder, command, args[2:] if args[1:2] == ("--",) else args[1:])


def _package_script(call: Call, folder: str, command: str, args: tuple[str, ...]) -> Step:
    """A script of package.json: a line for the shell, with the programs of the project's packages on PATH."""
    path = call.process.env.get("PATH", DEFAULT_PATH)
    env = {**call.process.env, "PATH": f"{join(folder, 'node_modules/.bin')}:{path}"}
    return _command(call, ("/bin/sh", "-c", " ".join((command, *args))), env, folder)


def _bun(call: Call) -> Step | None:
    """`bun run NAME` and `bun NAME` look for a script of package.json before they look for a file."""
    args = _rest(call.args, _spec("--cwd -c --config --env-file -r --preload -e --eval -p --print"))
    if args[:1] == ("run",):
        args = _rest(args[1:], _spec("--filter -F"))
    elif args[:1] and args[0] in _BUN_COMMANDS:
        return None
    elsewhere = any(word.startswith(("--cwd", "--filter", "-F")) for word in call.args)
    folder = _project(call)
    scripts = node_files.package(call.files, folder).get("scripts") if args and not elsewhere else None
    command = scripts.get(args[0]) if isinstance(scripts, dict) else None
    return _with_hop(call, _package_script(call, folder, command, args[1:])) if isinstance(command, str) else None


_BUN_COMMANDS = frozenset(
    {
        *("test", "x", "repl", "exec", "install", "i", "add", "a", "remove", "rm", "update", "audit", "outdated"),
        *("link", "unlink", "publish", "patch", "pm", "info", "why", "build", "init", "create", "c", "upgrade"),
    }
)


def _deno(call: Call) -> Step | None:
    """`deno task NAME`: a line for Deno's own shell, which needs no other; only one plain command is followed."""
    if call.args[:1] != ("task",):
        return None
    args = _rest(call.args[1:], _spec())
    command = _task(call, args[0]) if args and len(args) == len(call.args) - 1 else None
    folder, line = command or ("", "")
    if not line or not _PLAIN_TASK.fullmatch(line):
        return _with_hop(call, call.unknown(f"{posixpath.basename(call.executable.path)} task"))
    words = (*line.split(), *args[1:])
    env = dict(call.process.env)
    while words and _ASSIGNMENT.match(words[0]):
        name, _, value = words[0].partition("=")
        env[name] = value
        words = words[1:]
    if words[:1] == ("deno",):
        words = (call.executable.path, *words[1:])
    elif words and find(call.files, words[0], folder, env) is None:
        # One of its shell, or a program of a package, which it finds by itself.
        return _with_hop(call, call.unknown(f"{posixpath.basename(call.executable.path)} task"))
    return _with_hop(call, _command(call, words, env, folder))


_PLAIN_TASK = regex(r"[\w./:=@%+,\- ]+")
_REMARK = regex(r"^[ \t]*//[^\n]*", re.MULTILINE)


def _task(call: Call, name: str) -> tuple[str, str] | None:
    """The folder and the line of a task: of the nearest deno.json, or a script of package.json. None for no such."""
    for folder in node_files.upwards(join(call.process.cwd, "x")):
        for file, key in (("deno.json", "tasks"), ("deno.jsonc", "tasks"), ("package.json", "scripts")):
            text = call.files.text(f"{folder}/{file}")
            settings = node_files.parsed(_REMARK.sub("", text)) if text is not None else None
            tasks = settings.get(key) if isinstance(settings, dict) else None
            task = tasks.get(name) if isinstance(tasks, dict) else None
            if isinstance(task, dict) and not task.get("dependencies"):
                task = task.get("command")
            if isinstance(task, str):
                return folder or "/", task
            if text is not None and settings is None:
                return None
    return None


def _node(call: Call) -> Step | None:
    """`node --run NAME` runs a script of package.json, as npm does."""
    options = tuple(takewhile(lambda word: word.startswith("-"), call.args))
    option, _, given = options[-1].partition("=") if options else ("", "", "")
    words = (*filter(None, (given,)), *call.args[len(options) :])
    if option != "--run" or not words:
        return None
    name, args = words[0], words[1:]
    folder = _project(call)
    scripts = node_files.package(call.files, folder).get("scripts")
    command = scripts.get(name) if isinstance(scripts, dict) else None
    if not isinstance(command, str):
        return call.unknown(f"{call.executable.path} --run {printable(name)}")
    return _with_hop(call, _package_script(call, folder, command, args[1:] if args[:1] == ("--",) else args))


def _project(call: Call) -> str:
    """The folder that npm takes for the project's: the nearest one with a package.json or a node_modules."""
    cwd = call.process.cwd
    above = node_files.upwards(f"{cwd}/package.json")
    marks = ("package.json", "node_modules")
    return next((each or "/" for each in above if any(call.files.get(f"{each}/{mark}") for mark in marks)), cwd)


def _no_npm_script(call: Call, folder: str, script: str) -> Trouble | None:
    """npm ends when there is no such script; the others look for a program of that name."""
    path = join(folder, "package.json")
    document = node_files.parsed(call.files.text(path) or "")
    if posixpath.basename(call.executable.path) != "npm" or not script:
        return None
    if call.files.get(path) is None:
        wrong = f"finds no package.json in {printable(folder)} or above it"
    elif isinstance(document, dict) and "--if-present" not in call.args:
        wrong = f"finds no script {printable(script)} in {printable(path)}"
    else:
        return None
    message = f"{printable(call.executable.path)} {wrong}, and ends"
    return Trouble("entrypoint-not-found", message, call.location, "copy package.json, and name one of its scripts")


def _environment_runner(*folders: str) -> Callable[[Call], Step]:
    """uv run, poetry run, ...: the environment's own programs come first."""

    def run(call: Call) -> Step:
        args = _rest(call.args, _spec("--directory --project -p --python --with --extra --group --env-file"))
        if args[:1] != ("run",):
            return call.unknown(f"{posixpath.basename(call.executable.path)} without run")
        args = _rest(args[1:], _spec("--directory --project -p --python --with --extra --group --env-file --package"))
        project = call.process.env.get("UV_PROJECT_ENVIRONMENT", "")
        bins = [join(call.process.cwd, f"{folder}/bin") for folder in ((project, *folders) if project else folders)]
        path = ":".join([*bins, call.process.env.get("PATH", DEFAULT_PATH)])
        step = _command(call, args, {**call.process.env, "PATH": path})
        # They may put the environment elsewhere, and look for it under a home that is not there.
        return replace(step, following=tuple(replace(process, certain=False) for process in step.following))

    return run


def _bundle(call: Call) -> Step:
    """`bundle exec`: the program is one of the project's gems, or any other on PATH."""
    args = _rest(call.args, _spec())
    if args[:1] != ("exec",):
        return call.unknown("bundle without exec")
    args = _rest(args[1:], _spec("-r"))
    bins = [join(call.process.cwd, "bin"), "/usr/local/bundle/bin"]
    vendor = join(call.process.cwd, "vendor/bundle/ruby")
    bins.extend(f"{vendor}/{name}/bin" for name in call.files.names(vendor))
    path = ":".join([*bins, call.process.env.get("PATH", DEFAULT_PATH)])
    return _command(call, args, {**call.process.env, "PATH": path})


def _emulator(call: Call) -> Step:
    rest = _rest(call.args, _spec("--log-level --runtime-interface-emulator-address --runtime-api-address"))
    step = _command(call, rest) if rest else call.unknown("the emulator's own search for a bootstrap")
    return replace(step, troubles=(emulator(call, call.executable.path),))


_SPECIAL: Mapping[str, Callable[[Call], Step]] = {
    "env": _env,
    "setpriv": _setpriv,
    "chpst": _chpst,
    "su": _su,
    "chroot": _chroot,
    "npx": _npx,
    "bunx": _npx,
    "npm": _npm,
    "yarn": _npm,
    "pnpm": _npm,
    "uv": _environment_runner(".venv"),
    "pdm": _environment_runner(".venv"),
    "poetry": _environment_runner(".venv"),
    "pipenv": _environment_runner(".venv"),
    "bundle": _bundle,
    "aws-lambda-rie": _emulator,
}
