"""What Python's own library has lost, held against the Python that runs this."""

from __future__ import annotations

import importlib
import sys
import warnings

import pytest

from lambda_lint_rules._facts.python_library import LOST_NAMES


@pytest.mark.parametrize(("module", "name"), LOST_NAMES)
def test_a_name_is_there_until_the_version_that_has_lost_it(module: str, name: str) -> None:
    there = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            there = hasattr(importlib.import_module(module), name)
        except ImportError:
            assert module == "cgi"
    assert there == (sys.version_info[:2] < LOST_NAMES[module, name])
