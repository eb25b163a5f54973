"""Java: the client's main class, on the class path or in a jar that starts it, and frameworks with a client inside."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress

from lambda_lint import Value, printable, regex, replace
from lambda_lint_rules._facts.java_options import LOST, LOST_IN
from lambda_lint_rules._start import elf, java_class, markers
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import Files, join, mounted
from lambda_lint_rules._start.java_class import JavaClass
from lambda_lint_rules._start.model import (
    UNKNOWN,
    Client,
    End,
    Evidence,
    Handler,
    Need,
    Role,
    Step,
    Trouble,
    Verdict,
)

MAIN = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"
NAME = "aws-lambda-java-runtime-interface-client"

# The client's neighbour, without which it ends at once.
_SERIALIZATION = "com/amazonaws/services/lambda/runtime/serialization/"
_ENTRY = MAIN.replace(".", "/") + ".class"
# Clients that frameworks bring: their classes, as paths in a jar.
_FRAMEWORKS = (
    ("io/micronaut/function/aws/runtime/", "Micronaut"),
    ("io/quarkus/amazon/lambda/runtime/", "Quarkus"),
    ("org/springframework/cloud/function/adapter/aws/CustomRuntimeEventLoop", "Spring Cloud Function"),
)
_VALUED_NAMES = """
-cp -classpath --class-path -p --module-path --add-modules --add-opens --add-exports --add-reads --upgrade-module-path
--patch-module --source
"""
_VALUED = frozenset(_VALUED_NAMES.split())
_CLASS_PATH = frozenset(["-cp", "-classpath", "--class-path"])
_VERSION = regex(rf"{NAME}-(\d[\w.]*?)(?:-linux[\w-]*)?\.jar")
# Neither reflection, processes, class loaders, services nor the network.
_PLAIN = regex(
    r"\[*L?java/(?:lang/(?!Class|Module|Process|Runtime$|reflect/|invoke/|foreign/|instrument/|System\$Logger)"
    r"|io/|time/|util/(?!ServiceLoader)).*"
)
_MAX_JARS = 300
_UNREADABLE = (
    KeyError, zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError,
    OverflowError,
)  # fmt: skip
# Read in one go.
_WHOLE = 32 << 20
_MAX_CLASS = 1 << 20
_MAX_MANIFEST = 64 << 10
_MAX_OWN_CODE = 16 << 20


class _Command(Value):
    """A `java` command taken apart. `main` is "" for `-jar`; `known` is False for argument files and modules.

    `start` is the class that Spring Boot's launcher starts.
    """

    class_path: str
    main: str
    jar: str
    args: tuple[str, ...]
    known: bool
    start: str = ""


def classify(call: Call) -> Step:
    """Read a `java` command and look for its main class."""
    hop = call.hop(Role.INTERPRETER, call.executable.path, call.executable.path)
    command = _command(call)
    words = " ".join((command.class_path, command.main, command.jar))
    lacking = _missing_arguments(call)
    lost = missing_agent(call) or lost_option(call, call.executable.path) or _unlinked(call)
    if lacking is not None:
        step = lacking
    elif lost is not None:
        step = call.stuck(lost)
    elif not command.known or UNKNOWN in words:
        step = call.unknown("the command is put together at run time")
    elif command.jar:
        step = _jar(call, command)
    elif command.main:
        jars = list(_class_path(call.files, command.class_path, call.process.cwd))
        step = _main(call, command, jars)
        step = replace(step, needs=(*step.needs, *_needs(call, command, jars)))
    else:
        step = call.absent(f"{call.executable.path} with nothing to run")
    return replace(step, hops=(hop, *step.hops))


def _needs(call: Call, command: _Command, jars: list[str]) -> Iterator[Need]:
    """Where the main class is: Java passes over jars that it cannot read, and over `folder/*` that it cannot list."""
    entry = f"{command.main.replace('.', '/')}.class"
    place = next((jar for jar in jars if _holds(call.files, jar, entry)), None)
    if place is None or call.files.is_directory(place):
        return
    yield Need(place, "read", "which has the main class")
    if posixpath.join(posixpath.dirname(place), "*") in (
        join(call.process.cwd, each) for each in command.class_path.split(":")
    ):
        yield Need(posixpath.dirname(place), "list", "where Java looks for the jars of the class path")


def _command(call: Call) -> _Command:
    class_path = call.process.env.get("CLASSPATH", "") or "."
    options = " ".join(call.process.env.get(name, "") for name in ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"))
    known = not re.search(r"(?:^|\s)(?:-cp|-classpath|--class-path|-jar|@)", options)
    args = list(_expanded(call))
    while args and args[0].startswith(("-", "@")):
        word = args.pop(0)
        if word == "-jar" and args:
            return _Command("", "", args[0], tuple(args[1:]), known)
        if word.startswith("@") or word in {"-m", "--module", "--disable-@files"}:
            known = False
        elif word in _CLASS_PATH and args:
            class_path = args.pop(0)
        elif word in _VALUED and args:
            args.pop(0)
        elif word.startswith("--class-path="):
            class_path = word.partition("=")[2]
    return _Command(class_path, args[0] if args else "", "", tuple(args[1:]), known)


def _own(args: tuple[str, ...]) -> int:
    """How many words there are before the main class, where files of arguments are read."""
    at = 0
    while at < len(args) and args[at].startswith(("-", "@")) and args[at] != "--disable-@files":
        at += 2 if args[at] in _VALUED else 1
    return min(at, len(args))


def _expanded(call: Call) -> Iterator[str]:
    """The arguments, with those that files of arguments hold."""
    own = _own(call.args)
    for word in call.args[:own]:
        text = _arguments(call, word) if word.startswith("@") else None
        yield from (word,) if text is None else text.split()
    yield from call.args[own:]


_ARGUMENT_COMMENT = regex(r"^\s*#.*", re.MULTILINE)


def _arguments(call: Call, word: str) -> str | None:
    """The text of a `@file`; None where it cannot be read, or is written in a way that is not followed here."""
    path = join(call.process.cwd, word[1:])
    text = None if UNKNOWN in path else call.files.text(path)
    if text is None:
        return None
    plain = re.sub(r"([\"'])([\w./:*=-]*)\1", r"\2", _ARGUMENT_COMMENT.sub("", text))
    return None if re.search(r"[\"'\\@#]", plain) else plain


def _missing_arguments(call: Call) -> Step | None:
    """Java ends when a file of arguments is not there."""
    for word in call.args[: _own(call.args)]:
        path = join(call.process.cwd, word[1:])
        named = word.startswith("@") and not word.startswith("@@") and UNKNOWN not in path
        if named and not mounted(path) and call.files.get(path) is None:
            message = f"java is to read its arguments from {printable(word[1:])}, which is not in the image"
            return _stuck(call, call.executable.path, message, "copy that file, and name it by its absolute path")
    return None


def _main(call: Call, command: _Command, jars: list[str]) -> Step:
    if command.main.replace("/", ".") != MAIN:
        return _other(call, command.main, jars, command.start)
    place = next((jar for jar in jars if _holds(call.files, jar, _ENTRY)), None)
    if place is None and len(jars) < _MAX_JARS and all(_readable(call.files, jar) for jar in jars):
        trouble = Trouble(
            "missing-runtime-client",
            f"the class {MAIN.rpartition('.')[2]} of {NAME} is on no part of the class path",
            call.location,
            f"add com.amazonaws:{NAME} to the project, and its jar to the class path",
        )
        return Step(end=End(Verdict.STUCK, f"java {MAIN}"), troubles=(trouble,))
    if place is None:
        return call.unknown("not all jars of the class path could be read")
    return _started(call, place, command.args, jars)


def _started(call: Call, place: str, args: tuple[str, ...], jars: list[str]) -> Step:
    match = _VERSION.search(posixpath.basename(place))
    client = Client(NAME, "java", place, printable(match[1], 40) if match else "")
    hop = call.hop(Role.CLIENT, str(client), place)
    roots = class_roots(call.files, call.process.cwd, jars)
    known = not _instrumented(call) and not _boots_more(call) and closed(call.files, roots)
    handler = Handler(args[0] if args else "", "java", roots, known, version_of(call.files, call.executable.path))
    needs = (Need(place, "read", "the runtime client"),)
    if known and not any(_has_folder(call.files, jar, _SERIALIZATION) for jar in (*jars, *roots)):
        trouble = Trouble(
            "client-cannot-load",
            f"{client} needs aws-lambda-java-serialization, which is on no part of the class path",
            call.place(place),
            "copy every dependency of the client: mvn dependency:copy-dependencies",
        )
        return Step((hop,), end=End(Verdict.BROKEN, str(client), client, handler), troubles=(trouble,), needs=needs)
    return Step((hop,), end=End(Verdict.STARTED, str(client), client, handler), needs=needs)


def _jar(call: Call, command: _Command) -> Step:
    path = join(call.process.cwd, command.jar)
    if call.files.get(path) is None:
        return call.no_script(command.jar)
    needs = (Need(path, "read", "the jar that is started"),)
    manifest = _manifest(call.files, path)
    if manifest is None and _damaged(call.files, path):
        return _stuck(call, path, f"{printable(path)} is no jar, or only part of one", "copy the whole jar", needs)
    if manifest is None:
        return call.unknown("a jar that could not be read", path)
    main = manifest.get("Main-Class", "")
    if not main:
        fix = "set Main-Class in its manifest, or start it with -cp and the name of the class"
        return _stuck(call, path, f"the manifest of {printable(path)} has no Main-Class, so java -jar ends", fix, needs)
    started = manifest.get("Start-Class", "")
    if main.startswith(_BOOT) and started and _boot_lacks(call.files, path, started):
        message = f"{printable(path)} is to start the class {printable(started)}, which is not in it"
        return _stuck(call, path, message, "name the main class as the code has it, in the build's settings", needs)
    jars = [each for each in class_path(call.files, (path,)) if call.files.get(each) is not None]
    command = replace(command, main=main, start=started if main.startswith(_BOOT) else "")
    return replace(_main(call, command, jars), needs=needs)


_BOOT = "org.springframework.boot.loader."


def _boot_lacks(files: Files, path: str, name: str) -> bool:
    """Whether a jar of Spring Boot has a class neither among its own nor in the jars inside."""
    entry = f"{name.replace('.', '/')}.class"
    archive = _archive(files, path)
    names = [] if archive is None else archive.namelist()
    if archive is None or any(each.endswith(f"/{entry}") or each == entry for each in names):
        return False
    inner = [each for each in names if each.endswith((".jar", ".zip"))]
    return len(inner) <= _MAX_JARS and all(_inner_lacks(archive, each, entry) for each in inner)


def _inner_lacks(archive: zipfile.ZipFile, inner: str, entry: str) -> bool:
    """Whether a jar in a jar, which Spring Boot stores as it is, can be read and has no such class."""
    if archive.getinfo(inner).compress_type != zipfile.ZIP_STORED:
        return False
    try:
        with archive.open(inner) as stream:
            return entry not in zipfile.ZipFile(stream).namelist()
    except _UNREADABLE:
        return False


def _stuck(call: Call, program: str, message: str, fix: str, needs: tuple[Need, ...] = ()) -> Step:
    trouble = Trouble("entrypoint-not-found", message, call.place(program), fix)
    return Step(end=End(Verdict.STUCK, program), troubles=(trouble,), needs=needs)


def _damaged(files: Files, path: str) -> bool:
    """Whether a file lacks the record at the end of every zip archive. A comment of at most 64 KiB may follow it."""
    file = files.get(path)
    size = min(file.size, (64 << 10) + 22) if file is not None else 0
    end = files.bytes_of(path, size, file.size - size) if file is not None and size else b""
    return file is not None and len(end) == size and b"PK\5\6" not in end


def _other(call: Call, main: str, jars: list[str], start: str) -> Step:
    """Another main class: a framework's own client counts, and a program that only has the client inside does not.

    `start` is the class that Spring Boot's launcher starts in its turn.
    """
    shown = printable(main)
    inside = False
    for jar in jars:
        names = _names(call.files, jar)
        if names is None:
            return call.unknown("not all jars of the class path could be read", f"java {shown}")
        framework = _framework(names)
        if framework:
            client = Client(framework, "java", jar, evidence=Evidence.PROBABLE)
            return Step(end=End(Verdict.LIKELY, f"java {shown}", client))
        inside = inside or any(NAME in name or name.endswith(_ENTRY) for name in names)
    lacking = _no_main(call, main, jars)
    if lacking is not None:
        return lacking
    own = _own_code(call.files, start or main, jars)
    if inside and MAIN.replace(".", "/").encode() in own:
        client = Client(NAME, "java", evidence=Evidence.PROBABLE)
        return Step(end=End(Verdict.LIKELY, f"java {shown}", client))
    if markers.API in own and markers.VERSION in own:
        client = Client("custom runtime", "java", evidence=Evidence.PROBABLE)
        return Step(end=End(Verdict.LIKELY, f"java {shown}", client))
    if inside and not _alone(call, main, jars):
        return Step(end=End(Verdict.UNKNOWN, f"java {shown}", why="it may start the client that its jars hold"))
    return call.absent(f"java {shown}")


def _no_main(call: Call, main: str, jars: list[str]) -> Step | None:
    """The end of a program whose main class is nowhere, or too new for this Java."""
    entry = f"{main.replace('.', '/')}.class"
    if _instrumented(call) or _boots_more(call) or _JAVAS_OWN.match(main) or main.endswith(".java"):
        return None
    every = class_path(call.files, jars)
    place = next((root for root in every if _holds(call.files, root, entry)), None)
    if place is None and closed(call.files, every):
        message = f"java is to start the class {printable(main)}, which is on no part of the class path"
        return _stuck(call, call.executable.path, message, "add the jar or the folder that holds it to the class path")
    found = None if place is None else class_at(call.files, place, entry)
    runs = version_of(call.files, call.executable.path)
    if found is None or not runs or found.version <= int(runs):
        return None
    message = (
        f"{printable(main)} is compiled for Java {found.version}, and the image has Java {runs} "
        "(UnsupportedClassVersionError)"
    )
    return _stuck(call, place or "", message, f"compile it with --release {runs}, or bring a newer Java")


_JAVAS_OWN = regex(r"(?:javax?|jdk|sun|com[./]sun|org[./]openjdk)[./]")


def _instrumented(call: Call) -> bool:
    """Whether an agent comes first, which can change every class."""
    return "-javaagent" in " ".join((*call.args, *call.process.env.values()))


def _boots_more(call: Call) -> bool:
    """Whether classes come from elsewhere than the class path as well."""
    return any(
        "-Xbootclasspath" in word or "--patch-module" in word for word in (*call.args, *call.process.env.values())
    )


def lost_option(call: Call, program: str) -> Trouble | None:
    """An option, of the command or of a variable, that the image's Java has no more and ends at."""
    named = (call.process.env.get(name, "") for name in ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"))
    words = (*" ".join(named).split(), *call.args[: _own(call.args)])
    version = version_of(call.files, program)
    if (
        not version
        or int(version) < LOST_IN
        or "-XX:+IgnoreUnrecognizedVMOptions" in words
        or _is_other_vm(call, program)
    ):
        return None
    for word in words:
        match = re.fullmatch(r"-XX:[+-]?(\w+)(?:=.*)?", word)
        if match is not None and match[1] in LOST:
            message = f"Java {version} does not know the option {printable(word)}, and ends at once"
            return Trouble("client-cannot-load", message, call.location, f"take {printable(word)} away")
    return None


def _is_other_vm(call: Call, program: str) -> bool:
    """Whether the image's Java may be another virtual machine than HotSpot, with options of its own."""
    return re.search(r"openj9|graal|azul|zing", _release(call.files, program), re.IGNORECASE) is not None


def missing_agent(call: Call) -> Trouble | None:
    """A JVM ends at once when the jar of an agent is not there, seen from the working directory."""
    options = " ".join(call.process.env.get(name, "") for name in ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"))
    for word in (*options.split(), *call.args):
        path = word.partition("=")[0].removeprefix("-javaagent:")
        named = word.startswith("-javaagent:") and re.fullmatch(r"[\w./+-]+", path)
        place = join(call.process.cwd, path)
        if named and UNKNOWN not in place and not mounted(place) and call.files.get(place) is None:
            message = f"java is to load the agent {path}, which is not in the image"
            fix = "copy the agent there, or do not name it"
            return Trouble("entrypoint-not-found", message, call.location, fix)
    return None


def _alone(call: Call, main: str, jars: list[str]) -> bool:
    """Whether a main class is known to start nothing else: it uses a few of Java's own classes, and no others."""
    entry = f"{main.replace('.', '/')}.class"
    place = next((jar for jar in jars if _holds(call.files, jar, entry)), None)
    found = None if place is None else class_at(call.files, place, entry)
    if found is None or _instrumented(call):
        return False
    others = found.uses - {entry.removesuffix(".class")}
    return all(_PLAIN.fullmatch(name) is not None for name in others)


def _own_code(files: Files, main: str, jars: list[str]) -> bytes:
    """The classes near a main class, and those of any package or jar that is called after Lambda, up to a bound.

    "Near" is below the first two parts of its package, where a company or project keeps all that it has written.
    """
    near = "".join(f"{part}/" for part in main.replace(".", "/").split("/")[:-1][:2])
    found = bytearray()
    for root in jars:
        for data in _classes_of(files, root, near):
            found += data
            if len(found) > _MAX_OWN_CODE:
                return bytes(found)
    return bytes(found)


def _classes_of(files: Files, root: str, near: str) -> Iterator[bytes]:
    found = files.get(root)
    if found is not None and files.is_directory(root):
        for file in files.filesystem.walk(found.path, endings=(".class",)):
            if _is_own(file.path.removeprefix(f"{found.path.rstrip('/')}/"), near):
                yield files.whole(file.path, _MAX_CLASS)
        return
    archive = _archive(files, root)
    yield from () if archive is None else _classes_in(archive, near)


def _classes_in(archive: zipfile.ZipFile, near: str) -> Iterator[bytes]:
    for name in archive.namelist():
        if name.endswith(".class") and _is_own(name.removeprefix("BOOT-INF/classes/"), near):
            yield _member(archive, name, _MAX_CLASS) or b""
        elif name.endswith(".jar") and "lambda" in name.lower():
            inner = _member(archive, name, _WHOLE)
            with suppress(*_UNREADABLE):
                yield from _classes_in(zipfile.ZipFile(io.BytesIO(inner or b"")), near)


def _is_own(name: str, near: str) -> bool:
    # The client's own classes hold all that is looked for, and are looked for by name.
    return (name.startswith(near) or "lambda" in name.lower()) and not name.startswith("com/amazonaws/")


def _framework(names: frozenset[str]) -> str:
    """The framework whose own client is among the names of a jar, or in a jar of its that lies inside; "" for none."""
    for prefix, framework in _FRAMEWORKS:
        word = framework.partition(" ")[0].lower()
        inside = (name.lower() for name in names if name.endswith(".jar"))
        if any(prefix in name for name in names) or any(word in name and "lambda" in name for name in inside):
            return framework
    return ""


def _class_path(files: Files, text: str, cwd: str) -> Iterator[str]:
    """The jars and folders of a class path. `folder/*` stands for the jars in it."""
    count = 0
    for entry in text.split(":"):
        path = join(cwd, entry or ".")
        if posixpath.basename(path) == "*":
            folder = posixpath.dirname(path)
            found = [f"{folder}/{name}" for name in files.names(folder) if name.lower().endswith(".jar")]
        else:
            found = [path]
        for each in found:
            count += 1
            if count > _MAX_JARS:
                return
            if files.get(each) is not None:
                yield each


def class_roots(files: Files, cwd: str, jars: Iterable[str]) -> tuple[str, ...]:
    """Where the client finds classes: the folder that it starts in, `lib` there, layers, and the JVM's class path."""
    libraries = [
        f"{folder}/{name}"
        for folder in (join(cwd, "lib"), "/opt/java/lib")
        for name in files.names(folder)
        if name.endswith(".jar")
    ]
    return tuple(dict.fromkeys((cwd, *libraries, *class_path(files, jars))))


def class_path(files: Files, jars: Iterable[str]) -> tuple[str, ...]:
    """Jars and folders, with what the manifests of the jars add to them."""
    roots: dict[str, None] = {}
    queue = deque(jars)
    while queue and len(roots) <= _MAX_JARS:
        path = queue.popleft()
        if path in roots:
            continue
        roots[path] = None
        listed = ("" if files.is_directory(path) else (_manifest(files, path) or {}).get("Class-Path", "")).split()
        queue.extend(each for entry in listed if files.get(each := join(posixpath.dirname(path), entry)) is not None)
    return tuple(roots)


def closed(files: Files, roots: tuple[str, ...]) -> bool:
    """Whether all that these hold can be told. Java's own class loaders do not open jars inside of jars."""
    return len(roots) <= _MAX_JARS and all(_readable(files, root) for root in roots)


def version_of(files: Files, path: str) -> str:
    """The version of a `java` program, as `release` beside its folder says; "" when it does not."""
    match = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', _release(files, path), re.MULTILINE)
    return match[1] if match else ""


def _release(files: Files, path: str) -> str:
    """What the `release` file of a `java` program's Java says, "" when there is none."""
    return files.text(f"{_home(files, path)}/release") or ""


def _home(files: Files, path: str) -> str:
    file = files.get(path)
    return posixpath.dirname(posixpath.dirname(file.path if file is not None else path))


def _unlinked(call: Call) -> Trouble | None:
    """A virtual machine that is written in C++ and does not find the library of that language.

    `java` itself does not need it, so the loader has nothing to say. It is looked at only where that library, which
    nearly every image has, is nowhere: the machine's file is large.
    """
    machine = f"{_home(call.files, call.executable.path)}/lib/server/libjvm.so"
    everywhere = call.files.filesystem.walk(endings="/libstdc++.so.6")
    if not call.files.is_file(machine) or next(everywhere, None) is not None:
        return None
    reason = elf.unloadable(call, machine)
    if not reason:
        return None
    message = f"{printable(call.executable.path)} cannot load {printable(machine)}: {reason}"
    return Trouble("missing-library", message, call.place(machine), "install libstdc++6 in the final stage")


def place_of(files: Files, root: str, entry: str) -> str:
    """The file that has a class, a jar or the class file itself; "" when it is not under this root."""
    if not _holds(files, root, entry):
        return ""
    return join(root, entry) if files.is_directory(root) else root


def class_at(files: Files, root: str, entry: str) -> JavaClass | None:
    """A class in a folder or a jar; None when it is not there, or cannot be read."""
    if files.is_directory(root):
        return java_class.read(files.whole(join(root, entry), _MAX_CLASS))
    archive = _archive(files, root)
    data = None if archive is None else _member(archive, entry, _MAX_CLASS)
    return None if data is None else java_class.read(data)


def _has_folder(files: Files, root: str, folder: str) -> bool:
    if files.is_directory(root):
        return files.is_directory(join(root, folder.rstrip("/")))
    return any(name.startswith(folder) for name in _names(files, root) or ())


def _holds(files: Files, path: str, entry: str) -> bool:
    if files.is_directory(path):
        return files.is_file(f"{path}/{entry}")
    return entry in (_names(files, path) or ())


def _readable(files: Files, path: str) -> bool:
    return files.is_directory(path) or _names(files, path) is not None


def _names(files: Files, path: str) -> frozenset[str] | None:
    """The names in a jar's directory, which stands at its end; None when it cannot be read."""
    if files.is_directory(path):
        return frozenset()
    archive = _archive(files, path)
    return None if archive is None else frozenset(archive.namelist())


def _archive(files: Files, path: str) -> zipfile.ZipFile | None:
    try:
        return zipfile.ZipFile(files.stream(path, _WHOLE))
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, OverflowError):
        return None


def _manifest(files: Files, path: str) -> dict[str, str] | None:
    """The main attributes of a jar's manifest; None when it has none that can be read."""
    archive = _archive(files, path)
    if archive is None:
        return None
    data = _member(archive, "META-INF/MANIFEST.MF", _MAX_MANIFEST)
    if data is None:
        return None
    text = data.decode("utf-8", "replace")
    joined = re.sub(r"\r?\n ", "", text)
    lines = (line.partition(":") for line in joined.splitlines())
    return {name.strip(): value.strip() for name, colon, value in lines if colon}


def _member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes | None:
    """The first bytes of a jar's file; None when there is none that can be read."""
    try:
        with archive.open(name) as stream:
            return stream.read(limit)
    except _UNREADABLE:
        return None
