"""Running cases, keeping what happened, and the table made from it.

`results.json` is written by a run and by nothing else; `RESULTS.md` is made from it.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import docker
from docker.errors import APIError
from sandbox.catalogue import Case, build
from sandbox.engine import Outcome, run_image
from sandbox.materials import Workshop
from sandbox.prediction import Prediction, predict

RECORD = Path(__file__).with_name("results.json")
TABLE = Path(__file__).with_name("RESULTS.md")
_HEAD = """\
# What happened, and what lambda-lint had said

Made by `python -m sandbox record`, from a run; not edited. Each image was built and run as Lambda runs one, see
[the sandbox](README.md). A case that is *not claimed* is one whose outcome cannot be read from the image.
"""


@dataclass(frozen=True, slots=True)
class Result:
    """One case as it was run: what lambda-lint said before, what happened then."""

    case: Case
    prediction: Prediction
    outcome: Outcome
    log: str

    @property
    def agrees(self) -> bool:
        """Whether lambda-lint said what happened."""
        return self.prediction.works == self.outcome.works

    @property
    def acceptable(self) -> bool:
        """Whether nothing was claimed wrongly: a good image is never accused, not even in a case without a claim."""
        return self.agrees or (bool(self.case.not_claimed) and self.prediction.works)


def run_case(client: docker.DockerClient, workshop: Workshop, case: Case, keep: bool = False) -> Result:
    """Build, predict, run. The image is removed afterwards unless it is to be kept."""
    image = build(client, case, workshop.tag)
    try:
        prediction = predict(image)
        observation = run_image(client, image, workshop.supervisor())
    finally:
        if not keep:
            with suppress(APIError):
                client.images.remove(image, force=True)
    return Result(case, prediction, observation.outcome, observation.log)


def run_cases(
    client: docker.DockerClient,
    workshop: Workshop,
    cases: Iterable[Case],
    *,
    keep: bool = False,
    at_once: int = 4,
    tell: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Run cases, several at once, in their order. Materials are made first."""
    cases = list(cases)
    workshop.images(frozenset().union(*(case.materials for case in cases)))
    workshop.supervisor()

    def one(case: Case) -> Result:
        result = run_case(client, workshop, case, keep)
        tell(result)
        return result

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(one, cases))


def run_once_for_all(
    folder: Path, client: docker.DockerClient, workshop: Workshop, cases: Iterable[Case]
) -> list[Result]:
    """What `run_cases` gives; of several processes that share `folder`, one runs the cases and the others wait."""
    cases = list(cases)
    kept = folder / "sandbox.json"
    with (folder / "sandbox.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            results = _confirmed(client, workshop, run_cases(client, workshop, cases))
            kept.write_text(json.dumps({result.case.name: _as_data(result) for result in results}), encoding="utf-8")
    data = json.loads(kept.read_text(encoding="utf-8"))
    return [
        Result(
            case,
            Prediction(tuple(data[case.name]["rules"]), data[case.name]["bytes_read"]),
            Outcome(**data[case.name]["outcome"]),
            data[case.name]["log"],
        )
        for case in cases
    ]


def _confirmed(client: docker.DockerClient, workshop: Workshop, results: Iterable[Result]) -> list[Result]:
    """The results, with every case that ended otherwise than recorded run once more, alone.

    On a busy machine a slow start can look like one that never asks for work.
    """
    record = read_record() if RECORD.exists() else {}
    return [
        result
        if result.case.name not in record or record[result.case.name][1] == result.outcome
        else run_case(client, workshop, result.case, keep=False)
        for result in results
    ]


def _as_data(result: Result) -> dict[str, object]:
    return {**asdict(result.prediction), "outcome": asdict(result.outcome), "log": result.log}


def write_record(cases: Iterable[Case], results: Iterable[Result]) -> None:
    """Keep what happened, with what was predicted. What is kept of cases that were not run now stays."""
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    for result in results:
        record[result.case.name] = {"prediction": result.prediction.rules, "outcome": asdict(result.outcome)}
    kept = {case.name: record[case.name] for case in cases if case.name in record}
    RECORD.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_record() -> dict[str, tuple[Prediction, Outcome]]:
    """The kept run, by case."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    return {
        name: (Prediction(tuple(entry["prediction"])), Outcome(**entry["outcome"])) for name, entry in record.items()
    }


def table(cases: Iterable[Case], record: dict[str, tuple[Prediction, Outcome]]) -> str:
    """RESULTS.md: one table for each group of cases."""
    groups: dict[str, list[str]] = {}
    for case in cases:
        prediction, outcome = record[case.name]
        groups.setdefault(case.group, []).append(_row(case, prediction, outcome))
    return "\n".join([_HEAD, _summary(cases, record), *(_section(group, rows) for group, rows in groups.items())])


def _summary(cases: Iterable[Case], record: dict[str, tuple[Prediction, Outcome]]) -> str:
    kept = [(case, *record[case.name]) for case in cases]
    claimed = [(prediction, outcome) for case, prediction, outcome in kept if not case.not_claimed]
    worked = sum(outcome.works for _, _, outcome in kept)
    agreed = sum(prediction.works == outcome.works for prediction, outcome in claimed)
    return (
        f"{len(kept)} images: {worked} answered, {len(kept) - worked} did not. "
        f"{len(claimed)} are claimed; lambda-lint was right about {agreed} of them.\n"
    )


def _section(group: str, rows: list[str]) -> str:
    head = "| case | what it shows | lambda-lint | what happened |\n| --- | --- | --- | --- |"
    return "\n".join([f"## {group}\n", head, *rows, ""])


def _row(case: Case, prediction: Prediction, outcome: Outcome) -> str:
    said = "works" if prediction.works else ", ".join(f"`{rule}`" for rule in prediction.rules)
    if case.not_claimed:
        said = f"*not claimed*: {case.not_claimed}"
    happened = outcome.what + (f": {outcome.detail}" if outcome.detail else "")
    return f"| {case.name} | {_cell(case.shows)} | {_cell(said)} | {_cell(happened)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
