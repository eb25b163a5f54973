"""lambda-lint against what happens: every case is built, judged, and run as Lambda runs an image."""

from __future__ import annotations

import os
from pathlib import Path

import docker
import pytest
from sandbox.__main__ import workshop_folder
from sandbox.catalogue import Case, load
from sandbox.materials import Workshop
from sandbox.recording import RECORD, TABLE, Result, read_record, run_once_for_all, table

CASES = load()
# "Under 100 MB of content for any image", beside the one pass over the layers.
READ_AT_MOST = 100_000_000


@pytest.fixture(scope="module")
def results(docker_host: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Every case, run once for all of xdist's workers; several run at the same time, whatever pytest does."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    client = docker.DockerClient(docker_host, timeout=600)
    workshop = Workshop(client, workshop_folder())
    return {result.case.name: result for result in run_once_for_all(shared, client, workshop, CASES)}


@pytest.mark.engine
@pytest.mark.network
@pytest.mark.slow
class TestReality:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_lambda_lint_says_what_happens(self, case: Case, results: dict[str, Result]) -> None:
        result = results[case.name]
        said = ", ".join(result.prediction.rules) or "nothing"
        assert result.acceptable, f"lambda-lint found {said}; what happened: {result.outcome}\n{result.log}"

    def test_the_record_still_holds(self, results: dict[str, Result]) -> None:
        recorded = {name: (outcome.what, outcome.detail) for name, (_, outcome) in read_record().items()}
        assert recorded == {name: (r.outcome.what, r.outcome.detail) for name, r in results.items()}

    def test_no_start_plan_reads_much(self, results: dict[str, Result]) -> None:
        read = {name: result.prediction.bytes_read for name, result in results.items()}
        assert {name: size for name, size in read.items() if size >= READ_AT_MOST} == {}


def test_the_table_is_made_from_the_record() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(CASES, read_record())


def test_every_case_was_recorded() -> None:
    assert set(read_record()) == {case.name for case in CASES}, f"run `python -m sandbox record` for {RECORD.name}"


def test_good_and_bad_images_are_of_equal_weight() -> None:
    works = [outcome.works for _, outcome in read_record().values()]
    assert len(works) >= 80
    assert 0.4 <= sum(works) / len(works) <= 0.6


def test_a_case_is_data_that_loads_strictly(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('[a]\nshows = "x"\ndockerfile = "FROM scratch"\nexpect = "works"\n')
    with pytest.raises(ValueError, match="x: a: unknown key expect"):
        load(tmp_path)


def test_a_case_names_only_materials_that_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('[a]\nshows = "x"\ndockerfile = "FROM ll-case-nothing"\n')
    with pytest.raises(ValueError, match="x: a: no such material: nothing"):
        load(tmp_path)
