"""The step `Lint` of action.yml: inputs come from the environment, one run writes every report, outputs are set.

The run's exit status becomes an output, so that the reports are out before the job fails.
"""

import glob
import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from lambda_lint.errors import UsageError, printable
from lambda_lint.targets import parse_target


def main() -> None:
    """Lint, and write to the files that GitHub names in the environment."""
    sarif = Path(_input("sarif-file"))
    with tempfile.TemporaryDirectory(dir=os.environ["RUNNER_TEMP"]) as folder:
        log, annotations, summary = (Path(folder, name) for name in ("log.json", "annotations", "summary.md"))
        try:
            command = _command({"json": log, "sarif": sarif, "github": annotations, "markdown": summary})
        except UsageError as error:
            print(f"::error title=lambda-lint::{printable(str(error)).replace('%', '%25')}")
            _output({"exit-code": 2, "sarif-file": "", "errors": 0, "warnings": 0})
            return
        sarif.parent.mkdir(parents=True, exist_ok=True)
        sarif.unlink(missing_ok=True)
        status = _run(command)
        if annotations.exists() and _input("annotations") == "true":
            print(annotations.read_text(encoding="utf-8"), end="")
        if summary.exists() and _input("summary") == "true":
            with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as page:
                page.write(summary.read_text(encoding="utf-8"))
        counts = json.loads(log.read_text(encoding="utf-8"))["summary"] if log.exists() else {}
        _output(
            {
                "exit-code": status,
                "sarif-file": sarif if sarif.exists() else "",
                "errors": counts.get("errors", 0),
                "warnings": counts.get("warnings", 0),
            }
        )


def _input(name: str) -> str:
    return os.environ["INPUT_" + name.replace("-", "_").upper()].strip()


def _lines(name: str) -> list[str]:
    return [line.strip() for line in _input(name).splitlines() if line.strip()]


def _command(reports: dict[str, Path]) -> list[str]:
    for name in ("annotations", "summary"):
        if _input(name) not in ("true", "false"):
            raise UsageError(f"input {name} is true or false")
    if len(_lines("sarif-file")) != 1:
        raise UsageError("input sarif-file is one path")
    images, dockerfiles = _lines("image"), _lines("dockerfile")
    options = [f"--{name}={_input(name)}" for name in ("architecture", "config", "select", "ignore", "fail-on")]
    formats = [f"--format={name}={path}" for name, path in {"text": "", **reports}.items()]
    return [
        # Not `python -m`, which would import modules from the checkout that is being linted
        str(Path(sys.executable).with_name("lambda-lint")),
        *(option for option in options if not option.endswith("=")),
        *(option.removesuffix("=") for option in formats),
        *(["--functions-only"] if any(map(_is_glob, dockerfiles)) else []),
        "--",
        *(line if parse_target(line).transport else f"docker-daemon:{line}" for line in images),
        *(path for line in dockerfiles for path in _matches(line)),
        *([] if images or dockerfiles else ["."]),
    ]


def _is_glob(line: str) -> bool:
    return glob.has_magic(line) and not Path(line).exists()


def _matches(line: str) -> list[str]:
    if not _is_glob(line):
        return [line]
    # Not Path.glob, which takes no absolute pattern
    found = sorted(path for path in glob.glob(line, recursive=True) if Path(path).is_file())  # noqa: PTH207
    if not found:
        raise UsageError("input dockerfile: a pattern matches no file")
    return found


def _run(command: list[str]) -> int:
    # The log shows words of Dockerfiles and images; between these marks GitHub takes none of them for a command.
    mark = secrets.token_hex(16)
    print(f"::stop-commands::{mark}", flush=True)
    status = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, check=False).returncode
    print(f"::{mark}::", flush=True)
    return status


def _output(values: dict[str, object]) -> None:
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())


if __name__ == "__main__":
    main()
