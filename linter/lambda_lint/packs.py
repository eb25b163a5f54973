"""Rule packs: found by name among the installed distributions, read, and narrowed to the rules that shall run."""

from __future__ import annotations

import importlib
import os
import posixpath
import sys
from collections.abc import Callable, Collection, Iterable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

from lambda_lint import suppression, syntax_error
from lambda_lint.about import VERSION
from lambda_lint.engine import OWN_RULES
from lambda_lint.errors import UsageError, nearest, printable
from lambda_lint.rule import Pack, Rule
from lambda_lint.values import replace

GROUP = "lambda_lint.packs"

# What pyproject.toml declares for this distribution. Searching all that is installed costs a fifth of a small run.
_OWN = {"aws": "lambda_lint_rules"}

CORE = Pack(name="lambda-lint", rules=OWN_RULES)
"""What the linter itself reports. It is there with every choice of packs."""


def load_packs(names: Iterable[str]) -> tuple[Pack, ...]:
    """The packs of these names, in this order, after `CORE`.

    A pack is a package that exports `PACK`; when its `rules` are empty they are discovered with `rules_in`.
    Raises UsageError for an unknown or broken pack, a pack without rules, and a rule name that two packs use.
    """
    packs = (CORE, *(_load(name) for name in dict.fromkeys(names)))
    owners: dict[str, str] = {}
    for pack in packs:
        for rule in pack.rules:
            if owners.setdefault(rule.name, pack.name) != pack.name:
                raise UsageError(
                    f"rule {rule.name} is in two packs, {owners[rule.name]} and {pack.name}; load one of them"
                )
    if len(packs) == 1:
        raise UsageError("no rule pack is chosen, so nothing would be checked; name at least one in `packs`")
    return packs


def rules_in(package: ModuleType) -> tuple[Rule, ...]:
    """The rules of a package, by name: one for each public module, as its constant `RULE`.

    A module whose name starts with an underscore is the pack's own business. Raises UsageError for a module that
    cannot be imported, that has no `RULE`, or whose name is not the rule's name in snake_case.
    """
    rules = []
    for name, path in sorted(_public_modules(package).items()):
        full_name = f"{package.__name__}.{name}"
        known = sys.modules.get(full_name)
        module = known or _imported(f"rule module {full_name}", _load_file, package, name, path)
        rule = getattr(module, "RULE", None)
        if not isinstance(rule, Rule):
            raise UsageError(
                f"rule module {module.__name__} exports no RULE; start its name with an underscore if it is none"
            )
        if rule.name.replace("-", "_") != name:
            raise UsageError(f"rule {rule.name} must be in a module called {rule.name.replace('-', '_')}, not {name}")
        rules.append(rule)
    return tuple(sorted(rules, key=lambda rule: rule.name))


def _public_modules(package: ModuleType) -> dict[str, str]:
    """The file of each. One in an earlier folder of the package hides one in a later, as it does for `import`."""
    # pkgutil.iter_modules would do, but imports `inspect`, which takes as long as a dozen rules.
    found: dict[str, str] = {}
    for folder in getattr(package, "__path__", ()):
        for file in os.listdir(folder):  # noqa: PTH208  # pathlib takes its time to import
            name, ending = posixpath.splitext(file)
            path = posixpath.join(folder, file if ending else f"{file}/__init__.py")
            if not name.startswith("_") and (ending == ".py" or (not ending and posixpath.isfile(path))):
                found.setdefault(name, path)
    return found


def _load_file(package: ModuleType, name: str, path: str) -> ModuleType:
    """Imports a module of a package from its file: `import_module` would ask everybody where it is."""
    spec = spec_from_file_location(f"{package.__name__}.{name}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"nothing loads {path}")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[spec.name]
        raise
    setattr(package, name, module)
    return module


def narrow(
    packs: Iterable[Pack], select: Collection[str] | None, ignore: Collection[str], extend: Collection[str] = ()
) -> tuple[Pack, ...]:
    """The packs with only the rules that shall run.

    Those are the rules in `select` (None: all that run by default) and in `extend`, without those in `ignore`.

    `syntax-error` needs no selection, since a file that nobody could read must not look clean.
    The names must be known ones, see `check_names`. Raises UsageError when no rule of any pack is left.
    """

    def wanted(rule: Rule) -> bool:
        chosen = rule.by_default if select is None else rule.name in select
        return rule.name not in ignore and (chosen or rule.name in extend or rule is syntax_error.RULE)

    narrowed = tuple(replace(pack, rules=tuple(filter(wanted, pack.rules))) for pack in packs)
    if not any(rule not in suppression.RULES for pack in narrowed for rule in pack.rules):
        raise UsageError("no rule is left to run; select more or ignore less")
    return narrowed


def check_names(names: Iterable[str], packs: Iterable[Pack], where: str) -> None:
    """Raises UsageError for the first name that no rule has. `where` is who said it: an option, or a key of a file."""
    known = [rule.name for pack in packs for rule in pack.rules]
    for name in names:
        if name not in known:
            hint = nearest(name, known) or "; see --list-rules"
            raise UsageError(f"{where}: unknown rule '{printable(name)}'{hint}")


def check_features(names: Iterable[str], packs: Iterable[Pack], where: str) -> None:
    """Raises UsageError for the first feature that no pack knows. `where` is the settings file that names it."""
    known = [feature for pack in packs for feature in pack.features]
    for name in names:
        if name not in known:
            there = f"there are {', '.join(known)}" if known else "the packs in use know none"
            raise UsageError(
                f"{where}: function.features: unknown feature '{printable(name)}'{nearest(name, known)} ({there})"
            )


@cache
def revision(names: tuple[str, ...]) -> str:
    """A text that is another one in any process that finds another file of the linter or of one of these packs."""
    import hashlib
    from pathlib import Path

    modules = [sys.modules[name.partition(".")[0]] for name in ("lambda_lint", *map(_module_of, names))]
    folders = [Path(folder) for module in modules for folder in getattr(module, "__path__", ())]
    alone = [Path(module.__file__ or "") for module in modules if not hasattr(module, "__path__")]
    files = sorted({*alone, *(file for folder in folders for file in folder.rglob("*.py"))})
    seen = [(str(file), status.st_mtime_ns, status.st_size) for file in files for status in (file.stat(),)]
    return hashlib.sha256(repr((VERSION, seen)).encode(errors="surrogatepass")).hexdigest()


def _module_of(name: str) -> str:
    return _OWN[name] if name in _OWN else _installed(name)[0]


def _load(name: str) -> Pack:
    package, attribute = (_OWN[name], "PACK") if name in _OWN else _installed(name)
    module = _imported(f"rule pack {name}", importlib.import_module, package)
    pack = getattr(module, attribute, None)
    if not isinstance(pack, Pack):
        raise UsageError(f"rule pack {name} is broken: {module.__name__} exports no PACK")
    if not pack.rules:
        pack = replace(pack, rules=rules_in(module))
    if not pack.rules:
        raise UsageError(f"rule pack {name} holds no rules")
    return pack


def _installed(name: str) -> tuple[str, str]:
    """The module that a distribution declares for this pack, and the name of the pack in it."""
    from importlib.metadata import entry_points

    found = {point.name: point for point in entry_points(group=GROUP)}
    if name not in found:
        names = sorted({*_OWN, *found})
        raise UsageError(f"unknown rule pack '{printable(name)}'{nearest(name, names)} (installed: {', '.join(names)})")
    return found[name].module, found[name].attr or "PACK"


def _imported(what: str, load: Callable[..., ModuleType], *arguments: object) -> ModuleType:
    try:
        return load(*arguments)
    except Exception as error:  # whatever somebody else's module does at import time
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise UsageError(f"{what} is broken: {reason}") from error
