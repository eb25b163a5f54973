"""Byte strings that tell what a program is. Which files hold them was measured on published packages and binaries."""

from __future__ import annotations

from collections.abc import Iterable

from lambda_lint import Value
from lambda_lint_rules._start.files import Files


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


# The path of the Runtime API in one piece: Rust, C++, Swift, Haskell's hal, Micronaut, Bref, lambdr, the Node client.
NEXT = b"2018-06-01/runtime/invocation/next"
# In two pieces: Go, Ruby, Spring, Quarkus, Bun, Perl. Either cut is in use.
VERSION, INVOCATION = b"2018-06-01", b"runtime/invocation/"
ROOT, SHORT_INVOCATION = b"2018-06-01/runtime", b"invocation/next"
# What is put before /next and /ID/response by programs that ask for themselves, in one piece or in two.
BASE, INVOCATIONS = b"2018-06-01/runtime/invocation", b"runtime/invocation"
# .NET keeps string literals in UTF-16.
WIDE_VERSION, WIDE_INVOCATION = _wide("2018-06-01"), _wide("runtime/invocation/")
# Alone it proves nothing: database drivers, extensions and the emulator read it too.
API, WIDE_API = b"AWS_LAMBDA_RUNTIME_API", _wide("AWS_LAMBDA_RUNTIME_API")
REQUEST_ID, LOWER_REQUEST_ID = b"Lambda-Runtime-Aws-Request-Id", b"lambda-runtime-aws-request-id"
GO_CLIENT = b"github.com/aws/aws-lambda-go/lambda.(*runtimeAPIClient).next"
GO_START = b"github.com/aws/aws-lambda-go/lambda.Start"
GO_BUILD_INFO = b"\xff Go buildinf:"
# The names of functions are kept in stripped programs, too, and only of those that can be reached: one without these
# two starts no other program.
GO_FORK, GO_EXEC = b"syscall.forkAndExecInChild", b"syscall.Exec"
RUST = b"aws-lambda-rust/"
CPP = b"AWS_Lambda_Cpp/"
SWIFT = b"AWSLambdaRuntime"
NATIVE_JAVA = b"com.amazonaws.services.lambda.runtime.api.client.AWSLambda"
NATIVE_IMAGE = b".svm_heap"
ADAPTER = b"AWS_LWA_"
LLRT = b"LAMBDA_HANDLER"
# The emulator's own invoke address, which no client has.
EMULATOR = b"/2015-03-31/functions/function/invocations"
EXTENSION = b"2020-01-01/extension"
# Packers and programs that carry another program: their real content cannot be read.
PACKED = (
    b"UPX!",
    b"MEI\x0c\x0b\x0a\x0b\x0e",
    b"NODE_SEA_BLOB",
    b"d3n0l4nd",
    b"PKG_DUMMY_ENTRYPOINT",
    b"---- Bun! ----",
)

ALL = (
    NEXT, BASE, VERSION, INVOCATION, ROOT, SHORT_INVOCATION, INVOCATIONS, WIDE_VERSION, WIDE_INVOCATION, API, WIDE_API,
    REQUEST_ID, LOWER_REQUEST_ID, GO_CLIENT, GO_START, GO_BUILD_INFO, GO_FORK, GO_EXEC, RUST, CPP, SWIFT, NATIVE_JAVA,
    NATIVE_IMAGE, ADAPTER, LLRT, EMULATOR, EXTENSION, *PACKED,
)  # fmt: skip


class Scan(Value):
    """The markers of one file. `complete` is False when not all of it could be read."""

    found: frozenset[bytes]
    complete: bool

    def has(self, *markers: bytes) -> bool:
        """Whether all of these are there."""
        return self.found.issuperset(markers)

    @property
    def speaks(self) -> bool:
        """Whether the Runtime API's address is there, in one piece or in two."""
        return (
            self.has(NEXT)
            or self.has(BASE, REQUEST_ID)
            or self.has(BASE, LOWER_REQUEST_ID)
            or self.has(VERSION, INVOCATION)
            or self.has(VERSION, INVOCATIONS, API, REQUEST_ID)
            or self.has(ROOT, SHORT_INVOCATION)
            or self.has(WIDE_VERSION, WIDE_INVOCATION)
        )

    @property
    def packed(self) -> bool:
        """Whether the program is wrapped up in another."""
        return any(marker in self.found for marker in PACKED)

    @property
    def alone(self) -> bool:
        """Whether it is a Go program that starts no other, and does not hold the first part of the address."""
        return GO_BUILD_INFO in self.found and not self.found & {GO_FORK, GO_EXEC, VERSION}

    @property
    def names_api(self) -> bool:
        """Whether it reads the variable that holds the API's address."""
        return API in self.found or WIDE_API in self.found


def scan(files: Files, path: str) -> Scan:
    """Search a whole file, in pieces, within the budget."""
    file = files.get(path)
    found, seen = search(files.pieces(path))
    return Scan(found, complete=file is not None and seen >= file.size)


def search(pieces: Iterable[bytes]) -> tuple[frozenset[bytes], int]:
    """The markers in a stream and the number of bytes in it. Markers across the borders of pieces are found."""
    overlap = max(map(len, ALL)) - 1
    found: set[bytes] = set()
    seen = 0
    tail = b""
    for piece in pieces:
        seen += len(piece)
        window = tail + piece
        found.update(marker for marker in ALL if marker not in found and marker in window)
        tail = window[-overlap:]
    return frozenset(found), seen


def in_parts(texts: Iterable[str]) -> bool:
    """Whether sources that belong together hold enough of the address to put it together at run time."""
    whole = "\n".join(texts)
    return VERSION.decode() in whole and "invocation" in whole


def registers(text: str) -> bool:
    """Whether a script's text holds the address where extensions register."""
    return EXTENSION.decode() in text


def speaks(text: str) -> bool:
    """Whether a script's text holds the Runtime API's address, in one piece or in two."""
    data = text.encode("utf-8", "replace")
    return Scan(frozenset(marker for marker in ALL if marker in data), complete=True).speaks
