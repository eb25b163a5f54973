"""Rule packs, as packages on disk with their entry points, the way a third party ships them."""

import importlib
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lambda_lint.errors import UsageError
from lambda_lint.packs import CORE, check_names, load_packs, narrow
from lambda_lint.rule import Pack, Rule, Severity

RULE = '''"""Title."""
from lambda_lint import Rule, Severity
RULE = Rule("{name}", Severity.NOTE, "0.1.0", __doc__)
'''
EMPTY_PACK = 'from lambda_lint import Pack\nPACK = Pack("toy", ())\n'

Install = Callable[..., None]

OWN = ["syntax-error", "bad-ignore", "expired-ignore", "ignore-without-reason", "unused-ignore"]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes a distribution with one pack whose modules have these texts."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(name: str, modules: Mapping[str, str], entry: str = "{package}") -> None:
        package = f"{name}_pack_of_{tmp_path.name}"
        for module, text in modules.items():
            path = tmp_path / package / f"{module}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        info = tmp_path / f"{package}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[lambda_lint.packs]\n{name} = {entry.format(package=package)}\n")

    yield make
    for module in [module for module in sys.modules if f"_pack_of_{tmp_path.name}" in module]:
        del sys.modules[module]


def names(packs: tuple[Pack, ...]) -> list[tuple[str, list[str]]]:
    return [(pack.name, [rule.name for rule in pack.rules]) for pack in packs]


def rule(name: str) -> Rule:
    return Rule(name, Severity.NOTE, "0.1.0", "Title.")


def test_a_rule_is_found_by_lying_in_its_pack(install: Install):
    install(
        "toy",
        {"__init__": EMPTY_PACK, "b_rule": RULE.format(name="b-rule"), "a": RULE.format(name="a"), "_private": ""},
    )
    assert names(load_packs(["toy"])) == [("lambda-lint", OWN), ("toy", ["a", "b-rule"])]


def test_a_rule_is_what_import_gives(install: Install, tmp_path: Path):
    package = f"toy_pack_of_{tmp_path.name}"
    install(
        "toy",
        {
            "__init__": EMPTY_PACK,
            "a": f"{RULE.format(name='a')}\nfrom {package} import c\nfrom {package}.b import MORE\n",
            "b/__init__": f"{RULE.format(name='b')}\nfrom {package}.b.more import MORE",
            "b/more": "MORE = 1",
            "c": RULE.format(name="c"),
        },
    )
    rules = {rule.name: rule for rule in load_packs(["toy"])[1].rules}
    modules = {name: importlib.import_module(f"{package}.{name}") for name in "abc"}
    assert {name: module.RULE for name, module in modules.items()} == rules
    assert {name: getattr(sys.modules[package], name) for name in "abc"} == modules
    assert modules["a"].c is modules["c"]
    assert modules["b"].__file__ == str(tmp_path / package / "b/__init__.py")


def test_a_rule_that_cannot_be_imported_is_an_error_each_time(install: Install):
    install("toy", {"__init__": EMPTY_PACK, "a": f"{RULE.format(name='a')}\n1 / 0"})
    for _ in range(2):
        with pytest.raises(UsageError, match="ZeroDivisionError"):
            load_packs(["toy"])


def test_a_pack_may_name_its_rules_itself(install: Install):
    text = f'{RULE.format(name="own")}\nfrom lambda_lint import Pack\nPACK = Pack("toy", (RULE,))\n'
    install("toy", {"__init__": text, "other": "1/0"})
    assert names(load_packs(["toy"])) == [("lambda-lint", OWN), ("toy", ["own"])]


def test_an_entry_point_may_name_another_constant(install: Install):
    install("toy", {"__init__": EMPTY_PACK.replace("PACK", "MINE"), "a": RULE.format(name="a")}, "{package}:MINE")
    assert names(load_packs(["toy"]))[1] == ("toy", ["a"])


def test_a_pack_that_is_named_twice_is_loaded_once(install: Install):
    install("toy", {"__init__": EMPTY_PACK, "a": RULE.format(name="a")})
    assert names(load_packs(["toy", "toy"])) == [("lambda-lint", OWN), ("toy", ["a"])]


def test_the_built_in_pack_is_an_ordinary_one():
    assert [pack.name for pack in load_packs(["aws"])] == ["lambda-lint", "aws"]


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        pytest.param({"__init__": EMPTY_PACK}, "rule pack toy holds no rules", id="no rules"),
        pytest.param({"__init__": ""}, r"rule pack toy is broken: toy_pack_of_\S+ exports no PACK", id="no PACK"),
        pytest.param(
            {"__init__": "1 / 0"}, "rule pack toy is broken: ZeroDivisionError: division by zero", id="crash on import"
        ),
        pytest.param(
            {"__init__": EMPTY_PACK, "a": "import nowhere_to_be_found"},
            r"rule module toy_pack_of_\S+\.a is broken: ModuleNotFoundError: No module named 'nowhere_to_be_found'",
            id="rule crashes on import",
        ),
        pytest.param(
            {"__init__": EMPTY_PACK, "a": ""},
            r"rule module toy_pack_of_\S+\.a exports no RULE; start its name with an underscore if it is none",
            id="module without RULE",
        ),
        pytest.param(
            {"__init__": EMPTY_PACK, "a": RULE.format(name="b-c")},
            "rule b-c must be in a module called b_c, not a",
            id="rule under another name than its module's",
        ),
        pytest.param(
            {"__init__": EMPTY_PACK, "syntax_error": RULE.format(name="syntax-error")},
            "rule syntax-error is in two packs, lambda-lint and toy; load one of them",
            id="rule that another pack has",
        ),
    ],
)
def test_a_broken_pack_is_an_error_in_one_line(install: Install, modules: Mapping[str, str], message: str):
    install("toy", modules)
    with pytest.raises(UsageError) as caught:
        load_packs(["toy"])
    assert re.fullmatch(message, str(caught.value))


def test_an_unknown_pack_is_an_error_that_names_the_nearest(install: Install):
    install("security", {"__init__": EMPTY_PACK})
    with pytest.raises(UsageError) as caught:
        load_packs(["Securty"])
    message = "unknown rule pack 'Securty'; did you mean 'security'? (installed: aws, security)"
    assert str(caught.value) == message


def test_no_pack_at_all_is_an_error():
    with pytest.raises(UsageError, match="no rule pack is chosen, so nothing would be checked"):
        load_packs([])


@pytest.mark.parametrize(
    ("select", "ignore", "left"),
    [
        pytest.param(None, [], [*OWN, "a", "b"], id="all"),
        pytest.param(["a"], [], ["syntax-error", "a"], id="select keeps syntax-error"),
        pytest.param(["a", "b"], ["a"], ["syntax-error", "b"], id="ignore wins over select"),
        pytest.param(None, ["syntax-error"], [*OWN[1:], "a", "b"], id="syntax-error can be ignored"),
        pytest.param(
            ["a", "unused-ignore"], [], ["syntax-error", "unused-ignore", "a"], id="select leaves out the others"
        ),
    ],
)
def test_packs_are_narrowed_to(select: list[str] | None, ignore: list[str], left: list[str]):
    packs = narrow([CORE, Pack("toy", (rule("a"), rule("b")))], select, ignore)
    assert [rule.name for pack in packs for rule in pack.rules] == left


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "left"),
    [
        pytest.param(None, [], [], ["a"], id="nobody asks"),
        pytest.param(None, ["off"], [], ["a", "off"], id="extend"),
        pytest.param(["a"], ["off"], [], ["a", "off"], id="extend beside select"),
        pytest.param(["off"], [], [], ["off"], id="select"),
        pytest.param(None, ["off"], ["off"], ["a"], id="ignore wins over extend"),
    ],
)
def test_a_rule_that_is_off_by_default_runs_where_it_is_asked_for(
    select: list[str] | None, extend: list[str], ignore: list[str], left: list[str]
):
    off = Rule("off", Severity.NOTE, "0.1.0", "Title.", by_default=False)
    _, toy = narrow([CORE, Pack("toy", (rule("a"), off))], select, ignore, extend)
    assert [each.name for each in toy.rules] == left


def test_narrowing_to_nothing_is_an_error():
    with pytest.raises(UsageError, match="no rule is left to run; select more or ignore less"):
        narrow([CORE, Pack("toy", (rule("a"),))], None, ["a", "syntax-error"])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("image_indx", "--select: unknown rule 'image_indx'; did you mean 'image-index'?", id="near"),
        pytest.param("zzz", "--select: unknown rule 'zzz'; see --list-rules", id="far"),
        pytest.param("\x1b[31m", r"--select: unknown rule '\x1b[31m'; see --list-rules", id="hostile"),
    ],
)
def test_an_unknown_rule_is_an_error_that_helps(name: str, message: str):
    with pytest.raises(UsageError) as caught:
        check_names(["image-index", name], [Pack("toy", (rule("image-index"),))], "--select")
    assert str(caught.value) == message
