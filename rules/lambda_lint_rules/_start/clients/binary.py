"""Programs of their own: Go, Rust, C++, Swift, .NET and GraalVM native images, told apart by what is in the file."""

from __future__ import annotations

from lambda_lint import regex, replace
from lambda_lint_rules._start import markers
from lambda_lint_rules._start.clients import dotnet
from lambda_lint_rules._start.clients.call import Call
from lambda_lint_rules._start.files import join
from lambda_lint_rules._start.markers import Scan
from lambda_lint_rules._start.model import UNKNOWN, Client, End, Evidence, Role, Step, Trouble, Verdict

ADAPTER = "Lambda Web Adapter"

# Interpreters whose programs nobody here can read.
_INTERPRETERS = regex(
    r"(?:R|erl|beam(?:\.smp)?|erlexec|elixir|iex|escript|julia|lua(?:jit)?[\d.]*|tclsh[\d.]*|guile|sbcl|clojure|racket|"
    r"swipl|octave|ocaml|ghc|stack|raku|crystal|nim|dart|pwsh|mono|wasmtime|wasmer|qemu-\S+|init)"
)


def classify(call: Call) -> Step:
    """Search the whole program for what runtime clients leave in it."""
    path = call.executable.path
    hop = call.hop(Role.PROGRAM, path, path)
    name = path.rpartition("/")[2]
    scan = markers.scan(call.files, path)
    if scan.has(markers.EMULATOR):
        return Step((hop,), end=End(Verdict.STUCK, path), troubles=(emulator(call, path),))
    client = _client(scan, path)
    if client is not None:
        verdict = Verdict.STARTED if client.evidence is Evidence.CERTAIN else Verdict.LIKELY
        return Step((hop,), end=End(verdict, path, client))
    managed = f"{path}.dll"
    if call.files.is_file(managed):  # the small starter that .NET puts beside a program
        step = dotnet.program(call, managed)
        return replace(step, hops=(hop, *step.hops))
    if not scan.complete:
        return Step((hop,), end=End(Verdict.UNKNOWN, path, why="not all of the program could be read"))
    if scan.packed:
        return Step((hop,), end=End(Verdict.UNKNOWN, path, why="the program is packed, so nothing can be found in it"))
    if scan.has(markers.GO_START):
        return Step((hop,), end=End(Verdict.ABSENT, f"{path}, built with aws-lambda-go before 1.18.0"))
    if scan.alone:
        return Step((hop,), end=End(Verdict.ABSENT, path))
    if scan.names_api or _INTERPRETERS.fullmatch(name):
        return Step((hop,), end=End(Verdict.UNKNOWN, path, why="nothing in it tells whether it asks for work"))
    if _runs_a_file(call):
        return Step((hop,), end=End(Verdict.UNKNOWN, path, why="it may be an interpreter for its arguments"))
    return Step((hop,), end=End(Verdict.ABSENT, path))


def _runs_a_file(call: Call) -> bool:
    return any(UNKNOWN in arg or call.files.get(join(call.process.cwd, arg)) for arg in call.args if arg)


def _client(scan: Scan, path: str) -> Client | None:
    """The client in a program, with the evidence that the markers amount to."""
    if scan.has(markers.ADAPTER, markers.EXTENSION):
        return Client(ADAPTER, "rust", path, evidence=_strength(scan))
    if scan.has(markers.GO_CLIENT):
        return Client("aws-lambda-go", "go", path)
    if not scan.speaks:
        return None
    name, language = _name(scan)
    return Client(name, language, path, evidence=_strength(scan))


def _name(scan: Scan) -> tuple[str, str]:
    for marker, name, language in (
        (markers.LLRT, "LLRT", "javascript"),
        (markers.RUST, "lambda_runtime", "rust"),
        (markers.CPP, "aws-lambda-cpp", "c++"),
        (markers.SWIFT, "swift-aws-lambda-runtime", "swift"),
        (markers.NATIVE_JAVA, "aws-lambda-java-runtime-interface-client", "java"),
        (markers.NATIVE_IMAGE, "GraalVM native image", "java"),
        (markers.WIDE_VERSION, "Amazon.Lambda.RuntimeSupport", "dotnet"),
    ):
        if scan.has(marker):
            return name, language
    return "custom runtime", ""


def _strength(scan: Scan) -> Evidence:
    named = scan.names_api
    if scan.has(markers.EXTENSION) and not scan.has(markers.ADAPTER):
        return Evidence.PROBABLE
    whole = scan.has(markers.NEXT) or scan.has(markers.WIDE_VERSION, markers.WIDE_INVOCATION)
    identified = scan.has(markers.REQUEST_ID) or scan.has(markers.LOWER_REQUEST_ID)
    return Evidence.CERTAIN if named and (whole or identified) else Evidence.PROBABLE


def emulator(call: Call, path: str) -> Trouble:
    """The runtime interface emulator, started on Lambda as well."""
    return Trouble(
        "emulator-started",
        f"{path} is the runtime interface emulator, and it is started on Lambda too: the function never gets an event",
        call.location,
        'start it only where AWS_LAMBDA_RUNTIME_API is unset: [ -z "$AWS_LAMBDA_RUNTIME_API" ] in an entry script',
    )
