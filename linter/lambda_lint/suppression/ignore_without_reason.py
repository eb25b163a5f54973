"""An ignore gives no reason.

Whoever reads this in a year cannot tell whether the finding was wrong, acceptable, or only in the way that day. The
reason also goes into the JSON and SARIF reports, where a reviewer sees it.

This finding comes from the linter itself, not from a rule pack. No ignore comment suppresses it;
`ignore = ["ignore-without-reason"]` in the settings switches it off.

## Bad

```dockerfile
FROM debian:12
# lambda-lint: ignore[syntax-error]
CMD ["/srv/app.sh"]
```

## Good

```dockerfile
FROM debian:12
CMD ["/srv/app.sh"]
```

## How to fix

Say why, behind the bracket of the comment or as `reason` of the entry.

## References

- [Ignoring findings](https://github.com/lambda-lint/lambda-lint#ignoring-findings)
"""

from __future__ import annotations

from lambda_lint.rule import Rule, Severity

RULE = Rule(name="ignore-without-reason", severity=Severity.NOTE, since="0.1.0", docs=__doc__, tags=("suppression",))
