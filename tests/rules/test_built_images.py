"""Each rule that looks at images fires on one that was built: written to the disk, and read as a user's would be."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from support.broken import IMAGES, SETTINGS
from support.images import layout
from support.linting import packs

from lambda_lint.rule import Rule
from lambda_lint.session import Options, run

# Nobody wants to write 10 GiB; its arithmetic has a test of its own, on layers that claim to be so large.
TOO_LARGE = {"image-too-large"}


def looks_at_images(rule: Rule) -> bool:
    return any((rule.check_resolved, rule.check_runtime, rule.check_image))


def test_no_rule_that_looks_at_images_is_left_out() -> None:
    assert {rule.name for rule in packs()[-1].rules if looks_at_images(rule)} - TOO_LARGE == IMAGES.keys()


def test_every_rule_fires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, description in IMAGES.items():
        layout(tmp_path / name / "image", **description)
        # A string or a list of strings in JSON is one in TOML, too.
        said = "".join(f"{key} = {json.dumps(value)}\n" for key, value in SETTINGS.get(name, {}).items())
        (tmp_path / name / "lambda-lint.toml").write_text(f"[function]\n{said}")
    monkeypatch.chdir(tmp_path)

    report = run(
        [f"oci:{name}/image" for name in IMAGES],
        Options(folder=tmp_path, extend_select=tuple(IMAGES), today=date(2026, 11, 23)),
    )

    assert [failure for target in report.targets for failure in target.failures] == []
    fired = [{finding.rule.name for finding in target.findings} for target in report.targets]
    assert [name for name, rules in zip(IMAGES, fired, strict=True) if name not in rules] == []
