"""What a shell script will execute: the script is run on paper, with every value that cannot be known left unknown.

A condition with an unknown outcome is followed both ways. A command is expected to do its work, unless it certainly
cannot: then the script goes on, or ends, as the shell does that runs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lambda_lint import Value
from lambda_lint_rules._start import shell_syntax as syntax
from lambda_lint_rules._start.model import Process
from lambda_lint_rules._start.shell_dialect import Dialect
from lambda_lint_rules._start.shell_model import Break, Endless, Exec, Exit, Failure, Return, World
from lambda_lint_rules._start.shell_state import Shell
from lambda_lint_rules._start.shell_syntax import UnparsableError


class Outcome(Value):
    """How a script ends.

    `runs` are the processes it starts, in order, `main` the index of the one that it becomes or waits for last (None:
    there is none). `status` is its own exit status when it ends by itself and that is known. `endless` tells that it
    loops for ever, `waits` that it may wait for what it put in the background. `failure` tells what certainly ended it
    before it started anything in the foreground. `unset` are the variables that it asked for and nothing in the image
    sets, each with its line; `needed` those without which it ends.
    """

    runs: tuple[Process, ...]
    main: int | None
    status: int | None
    endless: bool
    waits: bool
    certain: bool
    failure: Failure | None = None
    unset: Mapping[str, int] = MappingProxyType({})
    needed: Mapping[str, int] = MappingProxyType({})


def evaluate(
    tree: syntax.Sequence,
    process: Process,
    script: str,
    args: tuple[str, ...],
    world: World,
    dialect: Dialect = Dialect(),  # noqa: B008  a constant
    options: str = "",
) -> Outcome:
    """Run `tree` on paper, as the script `script` with `args` in the environment of `process`.

    `options` are the letters of the shell's own. Raises `UnparsableError` when it does something that is not followed.
    """
    shell = Shell(dict(process.env), process.cwd, script, args, world, process, dialect)
    shell.errexit, shell.nounset = "e" in options, "u" in options
    status: int | None = 0
    failure: Failure | None = None
    endless = False
    try:
        if shell.sequence(tree) is False:
            status, failure = 1, shell.failure
    except Exit as exit_:
        status, failure = exit_.status, exit_.failure
    except Endless:
        endless = True
    except (Exec, Return, Break):
        pass
    except RecursionError:
        raise UnparsableError("nested too deeply") from None
    runs = tuple(shell.runs)
    foreground = [index for index, run in enumerate(runs) if index not in shell.background]
    main = shell.replaced_by if shell.replaced_by is not None else (foreground[-1] if foreground else None)
    return Outcome(
        runs, main, status, endless, bool(shell.waits), shell.sure, failure, shell.unset, shell.needed
    )  # fmt: skip
