"""Regular expressions that are compiled when they are used."""

import gc
import importlib
import pkgutil
import re

import pytest

import lambda_lint
import lambda_lint_rules
from lambda_lint import regex
from lambda_lint.lazy import LazyRegex


@pytest.mark.parametrize("method", ["match", "search", "fullmatch", "sub", "finditer", "pattern", "flags", "groups"])
def test_a_lazy_expression_has_what_a_compiled_one_has(method: str):
    lazy, compiled = regex("(a)b", re.IGNORECASE), re.compile("(a)b", re.IGNORECASE)
    assert getattr(lazy, method) == getattr(compiled, method)
    assert getattr(lazy, method) == getattr(compiled, method)


def test_text_and_bytes_are_matched_alike():
    found = [regex("a+").match("aab"), regex(b"a+").match(b"aab")]
    assert [match and match[0] for match in found] == ["aa", b"aa"]


def test_a_wrong_expression_fails_where_it_is_used_first():
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.match("")


def test_every_expression_of_ours_compiles():
    for package in (lambda_lint, lambda_lint_rules):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found = [item for item in gc.get_objects() if isinstance(item, LazyRegex) and item._of[0] != "("]
    assert len(found) > 100
    for item in found:
        assert item.pattern == item._of[0]
