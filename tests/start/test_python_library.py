"""What Python's own library has not in every version, held against the Python that runs this."""

from __future__ import annotations

import importlib
import sys
import warnings

import pytest

from lambda_lint_rules._facts.python_library import LOST_NAMES, MODULES, NEW_NAMES


def has(module: str, name: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return hasattr(importlib.import_module(module), name)
        except ImportError:
            assert module == "cgi"
            return False


@pytest.mark.parametrize(("module", "name"), LOST_NAMES)
def test_a_name_is_there_until_the_version_that_has_lost_it(module: str, name: str) -> None:
    assert has(module, name) == (sys.version_info[:2] < LOST_NAMES[module, name])


@pytest.mark.parametrize(("module", "name"), NEW_NAMES)
def test_a_name_is_there_from_the_version_on_that_brought_it(module: str, name: str) -> None:
    assert has(module, name) == (sys.version_info[:2] >= NEW_NAMES[module, name])


def test_a_module_is_of_the_library_whatever_version_runs_this() -> None:
    lost_before_this, newer = {"imp", "asynchat", "distutils", "cgi"}, {"tomllib", "annotationlib", "compression"}
    assert lost_before_this | newer | sys.stdlib_module_names <= MODULES
