"""What a client's module is given to look at."""

from __future__ import annotations

from collections.abc import Iterable

from lambda_lint import ImageLocation, Location, Value, printable
from lambda_lint_rules._start import markers
from lambda_lint_rules._start.executables import Executable
from lambda_lint_rules._start.files import Files, join, mounted
from lambda_lint_rules._start.model import Client, End, Evidence, Hop, Process, Role, Step, Trouble, Verdict


class Call(Value):
    """An executable about to run: an interpreter with its arguments, or a program of its own."""

    process: Process
    executable: Executable
    files: Files
    architecture: str

    @property
    def args(self) -> tuple[str, ...]:
        """The arguments behind the executable's own name."""
        return self.process.argv[1:]

    @property
    def location(self) -> Location:
        """Where the command is written."""
        return self.process.origin

    def place(self, path: str) -> Location:
        """A file of the image as a place to point at; where the command is written when there is no such file."""
        file = self.files.get(path)
        return self.location if file is None else ImageLocation(layer=file.layer, path=file.path)

    def hop(self, role: Role, text: str, path: str = "", evidence: Evidence = Evidence.CERTAIN) -> Hop:
        """A hop at a file of the image."""
        file = self.files.get(path) if path else None
        shown = evidence if self.process.certain else Evidence.PROBABLE
        return Hop(role, printable(text), shown, path, None if file is None else file.layer)

    def unknown(self, why: str, program: str = "") -> Step:
        """Nobody can tell what comes of it."""
        return Step(end=End(Verdict.UNKNOWN, program or self.executable.path, why=why))

    def absent(self, program: str) -> Step:
        """A program runs that is no runtime client."""
        return Step(end=End(Verdict.ABSENT, program))

    def own_code(self, program: str, texts: Iterable[str]) -> Step:
        """Sources that belong together and start no client: parts of the Runtime API's address make them one."""
        if not markers.in_parts(texts):
            return self.absent(program)
        client = Client("custom runtime", "", program, evidence=Evidence.POSSIBLE)
        return Step(end=End(Verdict.LIKELY, program, client))

    def no_script(self, name: str) -> Step:
        """The interpreter is given a file that is not there."""
        path = join(self.process.cwd, name)
        if not self.process.direct and mounted(path):  # something ran before, and may have made it
            return self.unknown("a script that is made at run time", printable(path))
        return self.stuck(
            Trouble(
                "entrypoint-not-found",
                f"{printable(self.executable.path)} is to run {printable(name)}, which is not in the image",
                self.location,
                "name it by its absolute path, and copy it into the final stage",
            )
        )

    def stuck(self, trouble: Trouble) -> Step:
        """It ends here."""
        return Step(end=End(Verdict.STUCK, self.executable.path), troubles=(trouble,))
