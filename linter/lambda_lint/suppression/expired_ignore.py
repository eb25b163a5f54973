"""An ignore in the settings has expired.

An entry under `ignores` may carry the last day on which it holds. That day is over, so the entry suppresses nothing any
more and its findings are reported again.

This finding comes from the linter itself, not from a rule pack.

## Bad

```toml
[[ignores]]
rule = "unreadable-file"
path = "/opt/vendor/**"
reason = "the vendor mends it in the next release"
expires = 2020-01-31
```

## Good

```toml
[[ignores]]
rule = "unreadable-file"
path = "/opt/vendor/**"
reason = "the vendor mends it in the next release"
expires = 2099-12-31
```

## How to fix

Mend what the entry hid and remove it. If that has to wait, set a later date and say in `reason` why.

## References

- [Ignoring findings](https://github.com/lambda-lint/lambda-lint#ignoring-findings)
"""

from __future__ import annotations

from lambda_lint.rule import Rule, Severity

RULE = Rule(name="expired-ignore", severity=Severity.WARNING, since="0.1.0", docs=__doc__, tags=("suppression",))
