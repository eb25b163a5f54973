"""An ignore comment is not understood, so it ignores nothing.

A comment that means to suppress a finding names a rule that does not exist, or is not written as lambda-lint reads
it. It has no effect, so the finding that it was written for is still reported. A rule that has been renamed, or that
belongs to a rule pack which is not loaded here, is unknown as well.

In the settings an unknown rule name is an error at once, as everything wrong there is.

This finding comes from the linter itself, not from a rule pack. No ignore comment suppresses it.

## Bad

```dockerfile
FROM debian:12
# lambda-lint: ignore[sintax-error] the next line is filled in later
CMD ["/srv/app.sh"]
```

## Good

```dockerfile
FROM debian:12
CMD ["/srv/app.sh"]
```

## How to fix

Write `# lambda-lint: ignore[rule, rule] reason` on a line of its own before the instruction, or
`# lambda-lint: ignore-file[rule] reason` for the whole Dockerfile. `lambda-lint --list-rules` shows the names.

## References

- [Ignoring findings](https://github.com/lambda-lint/lambda-lint#ignoring-findings)
"""

from __future__ import annotations

from lambda_lint.rule import Rule, Severity

RULE = Rule(name="bad-ignore", severity=Severity.WARNING, since="0.1.0", docs=__doc__, tags=("suppression",))
