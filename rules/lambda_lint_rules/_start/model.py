"""The values of a start plan. Nothing here looks at an image."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from lambda_lint import Location, Severity, Value

# A word that is not known before run time holds this character, which no argument of a process can hold.
UNKNOWN = "\0"


class Evidence(enum.Enum):
    """How sure a statement is, in the words that reports show."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    NONE = "none"
    CONTRADICTED = "contradicted"
    UNKNOWN = "unknown"


class Verdict(enum.Enum):
    """What becomes of the process that Lambda starts."""

    STARTED = "started"  # a runtime client asks for work
    LIKELY = "likely"  # the same, by way of something only partly understood
    ABSENT = "absent"  # another program runs, and the image holds no runtime client
    NOT_STARTED = "not started"  # another program runs, though the image holds a runtime client
    BROKEN = "broken"  # the runtime client is started and cannot work
    STUCK = "stuck"  # it ends before any runtime client is reached; `troubles` say why
    UNKNOWN = "unknown"  # nothing that can be read tells


class Role(enum.Enum):
    """What a hop is on the way to the runtime client."""

    LAUNCHER = "launcher"
    SCRIPT = "script"
    INTERPRETER = "interpreter"
    PROGRAM = "program"
    CLIENT = "client"
    EXTENSION = "extension"


class Process(Value):
    """What is about to be executed. Words and values that are not known hold `UNKNOWN`.

    `direct` tells that Lambda itself executes it: no shell helps out when a script lacks its first line.
    `loader` is the dynamic loader that maps the program in the kernel's place, "" when there is none.
    `certain` is False when it depends on something that cannot be known before run time. `origin` is where the words
    are written: a setting of the image, or a script (then `line` is the line in it).
    """

    argv: tuple[str, ...]
    cwd: str
    env: Mapping[str, str]
    origin: Location
    direct: bool = False
    loader: str = ""
    certain: bool = True
    line: int | None = None


class Hop(Value):
    """One step. `path` is the file in the image, "" where there is none to show; `line` is that of a script."""

    role: Role
    text: str
    evidence: Evidence
    path: str = ""
    layer: int | None = None
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.text}:{self.line}" if self.line else self.text


class Client(Value):
    """A runtime interface client, or a file that looks like one. `path` is where the evidence is."""

    name: str
    language: str
    path: str = ""
    version: str = ""
    evidence: Evidence = Evidence.CERTAIN

    def __str__(self) -> str:
        return f"{self.name} {self.version}".rstrip()


class Handler(Value):
    """The handler that a client will look for.

    `style` is the client whose rules resolve it (`python`, `node3`, `node4`, ...). `text` is "" when none is given and
    holds `UNKNOWN` when it is not known. `roots` are the folders it is looked for in, in order; `known` is False when
    there may be more of them. `version` is the language's, "" when unknown; `machine` is the image's, in the kernel's
    words. `library` is the folder of Python's own modules. `search` is NODE_PATH as Node.js is given it. `cwd` is the
    working directory, "" when unknown. `plain` tells that no option or preloaded module changes what files of Node.js
    may hold and how they are found. `loader` is the dynamic loader of Python, "" when unknown, and `library_path` what
    LD_LIBRARY_PATH is.
    """

    text: str
    style: str
    roots: tuple[str, ...]
    known: bool = True
    version: str = ""
    machine: str = ""
    library: str = ""
    search: str = ""
    cwd: str = ""
    plain: bool = True
    loader: str = ""
    library_path: str = ""


class Trouble(Value):
    """Something that keeps the function from starting, filed under the name of the rule that reports it.

    `line` is that of the file at `location`, 0 where it is not known.
    """

    rule: str
    message: str
    location: Location
    fix: str = ""
    severity: Severity | None = None
    related: tuple[tuple[str, Location], ...] = ()
    line: int = 0


class Absent(Value):
    """Something that Python code asks for in vain as it is loaded, by `importer`.

    `verb` says how it asks; `wrong` what is wrong with it, and `fix` what to do, in words. `name` is a module's, unless
    the verb says otherwise. `restorable` is the dotted name that other code may bring back at run time, "" where
    none can. `line` is that of the importer, 0 where it is not known. `searched` are the folders that
    a module was looked for in.
    """

    name: str
    importer: str
    wrong: str
    fix: str
    verb: str = "imports"
    restorable: str = ""
    line: int = 0
    searched: tuple[str, ...] = ()


class Need(Value):
    """A path that the start needs: `access` is `read`, `list` or `execute`; `why` names it in a message."""

    path: str
    access: str
    why: str


class End(Value):
    """What a way ends with. `program` names what runs, in words for a message; `why` explains an UNKNOWN verdict.

    `script` is the one that runs to its end and leaves nothing behind, "" when something else runs.
    """

    verdict: Verdict
    program: str = ""
    client: Client | None = None
    handler: Handler | None = None
    why: str = ""
    script: str = ""


class Step(Value):
    """What one executable leads to: the processes that it starts (the one at `main` is what it becomes), or an end."""

    hops: tuple[Hop, ...] = ()
    following: tuple[Process, ...] = ()
    main: int = 0
    end: End | None = None
    troubles: tuple[Trouble, ...] = ()
    needs: tuple[Need, ...] = ()


class StartPlan(Value):
    """What Lambda will execute, hop by hop, and what comes of it.

    `program` names, in words for a message, what is started in the end. `client` is what speaks the Runtime API (or
    would, for a verdict of BROKEN). `others` are clients that are there but that nothing starts.
    `adapter` is the Lambda Web Adapter where Lambda starts it.
    `needs` are the paths that the start reads or executes. `origin` is where the program to start is named.
    `bytes_read` counts content read to find out.
    """

    argv: tuple[str, ...]
    workdir: str
    verdict: Verdict
    origin: Location
    hops: tuple[Hop, ...] = ()
    program: str = ""
    client: Client | None = None
    others: tuple[Client, ...] = ()
    adapter: Client | None = None
    handler: Handler | None = None
    base: str = ""
    why: str = ""
    troubles: tuple[Trouble, ...] = ()
    needs: tuple[Need, ...] = ()
    bytes_read: int = 0
