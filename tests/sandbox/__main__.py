"""`python -m sandbox`, from the tests folder: run cases by hand, record a run, clean up."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import docker
from sandbox.catalogue import Case, load
from sandbox.materials import PREFIX, Workshop, recipes_digest
from sandbox.recording import TABLE, Result, read_record, run_cases, table, write_record


def workshop_folder() -> Path:
    """Where materials are made: in LAMBDA_LINT_SANDBOX or the user's cache, a folder for each state of the recipes."""
    default = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "lambda-lint-sandbox"
    return Path(os.environ.get("LAMBDA_LINT_SANDBOX", default)) / recipes_digest()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("action", choices=["run", "record", "clean"])
    parser.add_argument("names", nargs="*", help="cases, or the beginnings of their names; all by default")
    parser.add_argument("--keep", action="store_true", help="leave the images of the cases in the engine")
    parser.add_argument("--log", action="store_true", help="print what each container printed")
    options = parser.parse_args()
    client = docker.from_env(timeout=600)
    workshop = Workshop(client, workshop_folder())
    if options.action == "clean":
        _clean(client, workshop.tag)
        return 0
    every = load()
    cases = [case for case in every if _wanted(case, options.names)]
    results = run_cases(
        client,
        workshop,
        cases,
        keep=options.keep,
        tell=lambda result: _tell(result, options.log),
    )
    if options.action == "record":
        write_record(every, results)
        TABLE.write_text(table(every, read_record()), encoding="utf-8")
    return 0 if all(result.acceptable for result in results) else 1


def _wanted(case: Case, names: list[str]) -> bool:
    return not names or any(case.name.startswith(name) for name in names)


def _tell(result: Result, with_log: bool) -> None:
    mark = " " if result.acceptable else "!"
    said = "works" if result.prediction.works else ",".join(result.prediction.rules)
    outcome = result.outcome
    print(f"{mark} {result.case.name:45} {said:30} {outcome.what}: {outcome.detail} {outcome.text[:150]}", flush=True)
    if with_log:
        print(result.log)


def _clean(client: docker.DockerClient, tag: str) -> None:
    for image in client.images.list():
        for name in image.tags:
            if name.startswith(PREFIX) and name.endswith(f":{tag}"):
                client.images.remove(name, force=True)


if __name__ == "__main__":
    sys.exit(main())
