"""What the bootstrap of an AWS base image does."""

from __future__ import annotations

from lambda_lint import ImageLocation, printable
from lambda_lint_rules._facts.base_images import BOOTSTRAP, RUNTIME_DIR, TASK_ROOT
from lambda_lint_rules._start import natives, node_version
from lambda_lint_rules._start.clients import node
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import mounted
from lambda_lint_rules._start.model import UNKNOWN, Client, End, Handler, Need, Role, Step, Trouble, Verdict
from lambda_lint_rules._start.python_path import MACHINES, added, extends_path, find_in, listed, user_sites
from lambda_lint_rules._start.scripts import first_line

_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"


def started(call: Call, found: Client) -> Step:
    """The base image's own bootstrap. It takes no arguments: the handler reaches it by `_HANDLER` alone."""
    roots, known = _python_roots(call, found.version) if found.language == "python" else (_roots(call, found), True)
    machine = MACHINES.get(call.architecture, "")
    text = call.process.env.get("_HANDLER", "")
    search = call.process.env.get("NODE_PATH", "")
    version = found.version
    trouble = _no_wrapper(call) or _no_module(call, found, roots)
    if found.language == "java":
        from lambda_lint_rules._start.clients import java  # for images that have it

        known = known and java.closed(call.files, roots)
        version = java.version_of(call.files, "/var/lang/bin/java")
        trouble = trouble or java.missing_agent(call) or java.lost_option(call, "/var/lang/bin/java")
    elif found.language == "nodejs":
        version = node_version.version_of(call.files, "/var/lang/bin/node", call.process.env) or version
    cwd = TASK_ROOT if call.process.cwd == TASK_ROOT else ""
    plain = node.of_environment(call).plain and _WRAPPER not in call.process.env
    handler = Handler(
        text,
        f"base-{found.language}",
        roots,
        known,
        version,
        machine,
        _library(found),
        search,
        cwd,
        plain,
        natives.loader_of(call.files, f"/var/lang/bin/python{found.version}") if found.language == "python" else "",
        call.process.env.get("LD_LIBRARY_PATH", ""),
    )
    hop = call.hop(Role.CLIENT, f"{BOOTSTRAP} ({found.language})", BOOTSTRAP)
    needs = (Need(BOOTSTRAP, "read", "the runtime client"),)
    if found.language == "nodejs" and trouble is None:
        trouble = node.refused_option(call, version) or node.unloadable(call, (), base=True)
    if trouble is not None:
        return Step((hop,), end=End(Verdict.BROKEN, str(found), found, handler), troubles=(trouble,), needs=needs)
    return Step((hop,), end=End(Verdict.STARTED, str(found), found, handler), needs=needs)


def _library(found: Client) -> str:
    return f"/var/lang/lib/python{found.version}" if found.language == "python" and found.version else ""


def _no_wrapper(call: Call) -> Trouble | None:
    """The bootstraps of AWS end when the program that is to wrap them cannot be started."""
    wrapper = call.process.env.get(_WRAPPER, "")
    if not wrapper.startswith("/") or UNKNOWN in wrapper:
        return None
    if call.files.get(wrapper) is not None:
        if call.files.allowed(wrapper, "execute"):
            return _no_interpreter(call, wrapper)
        message = f"{_WRAPPER} names {printable(wrapper)}, which the user of Lambda may not execute"
        return Trouble("not-executable", message, call.place(wrapper), f"RUN chmod 755 {printable(wrapper)}")
    message = f"{_WRAPPER} names {printable(wrapper)}, which is not in the image, and {BOOTSTRAP} starts it"
    place = ImageLocation(key=f"config.Env[{_WRAPPER}]") if isinstance(call.location, ImageLocation) else call.location
    return Trouble("entrypoint-not-found", message, place, f"copy the wrapper there, or unset {_WRAPPER}")


def _no_interpreter(call: Call, wrapper: str) -> Trouble | None:
    """A wrapper whose first line names a program that is not there."""
    head = call.files.head(wrapper)
    interpreter = first_line(head)[0] if head.startswith(b"#!") else ""
    if not interpreter.startswith("/") or mounted(interpreter) or call.files.get(interpreter) is not None:
        return None
    message = f"{_WRAPPER} names {printable(wrapper)}, whose interpreter {printable(interpreter)} is not in the image"
    fix = f"name one that is there in the first line of {printable(wrapper)}, and save it with LF line endings"
    return Trouble("bad-script", message, call.place(wrapper), fix)


def _no_module(call: Call, found: Client, roots: tuple[str, ...]) -> Trouble | None:
    if (
        found.language != "python"
        or not found.version
        or not call.files.is_directory(f"{_library(found)}/site-packages")
    ):
        return None
    if any(find_in(call.files, root, "awslambdaric") is not None for root in roots):
        return None
    message = f"{BOOTSTRAP} needs the package awslambdaric of the base image, which a later layer has deleted"
    return Trouble("client-cannot-load", message, call.place(BOOTSTRAP), "leave /var/runtime and /var/lang as they are")


def _roots(call: Call, found: Client) -> tuple[str, ...]:
    """Where it looks for the handler. Functions that lie in another WORKDIR are in use, so that counts everywhere."""
    own = tuple(dict.fromkeys((TASK_ROOT, call.process.cwd)))
    if found.language == "java":
        from lambda_lint_rules._start.clients import java  # as above

        jars = (f"{RUNTIME_DIR}/lib/{name}" for name in call.files.names(f"{RUNTIME_DIR}/lib") if name.endswith(".jar"))
        return tuple(dict.fromkeys(root for folder in own for root in java.class_roots(call.files, folder, jars)))
    return own


def _python_roots(call: Call, version: str) -> tuple[tuple[str, ...], bool]:
    """Where it looks for modules, the handler's first, and whether it looks nowhere else.

    The function's folder and those of layers are sites, whose `.pth` files count.
    """
    own = tuple(dict.fromkeys((TASK_ROOT, call.process.cwd)))
    site = f"lib/python{version or '3'}/site-packages"
    layers = (f"/opt/python/{site}", "/opt/python")
    python_path, known = listed(call.files, call.process)
    sites = (f"/var/lang/{site}", *user_sites(call.files, call.process, f"python{version}"))
    more, plain = added(call.files, (*own, *layers, *sites))
    library = (*python_path, f"/var/lang/lib/python{version}", *sites)
    complete = known and plain and not extends_path(call.files, library) and _WRAPPER not in call.process.env
    return (*own, *layers, RUNTIME_DIR, *python_path, *more, *sites), complete
